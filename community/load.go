package community

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// FileName is what a community's file is called in its directory; its texts lie beside it.
const FileName = "community.toml"

// A Problem is one reason why a file does not load, in words for the administrator.
type Problem struct {
	File   string
	Key    string // dotted, "codes.pin.length"; empty if the file as a whole is meant
	Reason string
}

func (p Problem) Error() string {
	if p.Key == "" {
		return p.File + ": " + p.Reason
	}
	return p.File + ": " + p.Key + ": " + p.Reason
}

// A Set is the communities of an installation, in order of id.
type Set struct{ list []Community }

// LoadAll reads every directory of fsys that holds a FileName. The error joins every Problem of every file:
// an installation with one of them does not start.
func LoadAll(fsys fs.FS) (Set, error) {
	files, err := fs.Glob(fsys, "*/"+FileName)
	if err != nil {
		return Set{}, err
	}
	var (
		set      Set
		problems []Problem
	)
	for _, file := range files {
		c, found := read(fsys, path.Dir(file))
		set.list = append(set.list, c)
		for _, p := range found {
			if !slices.Contains(problems, p) { // a parent's are found again with each child
				problems = append(problems, p)
			}
		}
	}
	if len(files) == 0 {
		problems = append(problems, Problem{File: "*/" + FileName, Reason: "nessuna comunità trovata"})
	}
	return set, join(problems)
}

// Load reads the community in directory dir of fsys, with the one that it inherits from. The error joins every Problem.
func Load(fsys fs.FS, dir string) (Community, error) {
	c, problems := read(fsys, dir)
	return c, join(problems)
}

// ByID is the community with that id, if there is one.
func (s Set) ByID(id ID) (Community, bool) {
	i := slices.IndexFunc(s.list, func(c Community) bool { return c.ID == id })
	if i < 0 {
		return Community{}, false
	}
	return s.list[i], true
}

// With is the set with another policy for a community that is in it.
func (s Set) With(c Community) Set {
	list := slices.Clone(s.list)
	for i := range list {
		if list[i].ID == c.ID {
			list[i] = c
		}
	}
	return Set{list: list}
}

// Realm is the communities that share their people under that name, in order of id (mission S9).
func (s Set) Realm(realm Realm) []Community {
	var members []Community
	for _, c := range s.list {
		if c.Realm == realm {
			members = append(members, c)
		}
	}
	return members
}

// IDs are the ids of all communities, in order.
func (s Set) IDs() []ID {
	var ids []ID
	for _, c := range s.list {
		ids = append(ids, c.ID)
	}
	return ids
}

// read is a community and everything that is wrong with it. A value inherited wrong is told of the parent's file only.
func read(fsys fs.FS, dir string) (Community, []Problem) {
	c, problems := decode(fsys, dir, Community{})
	if len(problems) > 0 {
		return c, problems
	}
	var parents []Problem
	if c.Inherits != "" {
		if c, parents = inherit(fsys, dir, c.Inherits); len(parents) > 0 && parents[0].Key == "inherits" {
			return c, parents
		}
	}
	if c.Realm == "" {
		c.Realm = Realm(c.ID)
	}
	problems = slices.Concat(readTexts(fsys, &c), readHelp(fsys, &c, dir), check(c, dir))
	for i := range problems {
		problems[i].File = path.Join(dir, FileName)
	}
	return c, append(slices.Clone(parents), without(problems, parents)...)
}

// inherit reads the parent and lays the file of dir over it; only the id and the name are never inherited.
func inherit(fsys fs.FS, dir string, from ID) (Community, []Problem) {
	file := path.Join(dir, FileName)
	base, problems := decode(fsys, string(from), Community{})
	switch {
	case len(problems) > 0:
		return base, []Problem{{file, "inherits", fmt.Sprintf("la comunità %q non si legge: %s", from, problems[0].Error())}}
	case base.Inherits != "":
		return base, []Problem{{file, "inherits", fmt.Sprintf("la comunità %q eredita a sua volta: è ammesso un solo passo", from)}}
	}
	_, problems = read(fsys, string(from))
	base.ID, base.Name = "", ""
	c, _ := decode(fsys, dir, base)
	return c, problems
}

// decode reads the file of dir over base, strictly. The texts' paths become relative to fsys.
func decode(fsys fs.FS, dir string, base Community) (Community, []Problem) {
	file := path.Join(dir, FileName)
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return base, []Problem{{File: file, Reason: "il file non si legge"}}
	}
	c := base
	decoder := toml.NewDecoder(strings.NewReader(string(raw))).DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return c, explain(file, err)
	}
	c.Terms.File = within(dir, c.Terms.File, base.Terms.File)
	c.Privacy.File = within(dir, c.Privacy.File, base.Privacy.File)
	return c, nil
}

func within(dir, stated, inherited string) string {
	if stated == "" || stated == inherited {
		return stated
	}
	return path.Join(dir, stated)
}

func explain(file string, err error) []Problem {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var problems []Problem
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			problems = append(problems, Problem{file, strings.Join(e.Key(), "."), fmt.Sprintf("chiave sconosciuta (riga %d)", row)})
		}
		return problems
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		row, _ := wrong.Position()
		reason := strings.TrimPrefix(wrong.Error(), "toml: ")
		return []Problem{{file, strings.Join(wrong.Key(), "."), fmt.Sprintf("riga %d non valida (%s)", row, reason)}}
	}
	return []Problem{{File: file, Reason: err.Error()}}
}

// readTexts fills in what the two texts say and the fingerprint that is kept with each acceptance.
func readTexts(fsys fs.FS, c *Community) []Problem {
	var problems []Problem
	for _, t := range []struct {
		key  string
		text *Text
	}{{"terms", &c.Terms}, {"privacy", &c.Privacy}} {
		if t.text.File == "" {
			problems = append(problems, Problem{Key: t.key + ".file", Reason: "manca"})
			continue
		}
		raw, err := fs.ReadFile(fsys, t.text.File)
		if err != nil || len(strings.TrimSpace(string(raw))) == 0 {
			problems = append(problems, Problem{Key: t.key + ".file", Reason: fmt.Sprintf("il testo %s manca o è vuoto", t.text.File)})
			continue
		}
		sum := sha256.Sum256(raw)
		t.text.Markdown, t.text.SHA256 = string(raw), hex.EncodeToString(sum[:])
	}
	return problems
}

// without is the problems that are not among the known ones, whatever the file.
func without(problems, known []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool {
		return slices.ContainsFunc(known, func(k Problem) bool { return k.Key == p.Key && k.Reason == p.Reason })
	})
}

func join(problems []Problem) error {
	var errs []error
	for _, p := range problems {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}
