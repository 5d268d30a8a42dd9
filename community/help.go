package community

import (
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/search"
)

// helpDir is where the topics of a community lie, and at the root of the files those that all communities share.
const helpDir = "help"

// A Topic is one question that citizens ask, with its answer (K07).
type Topic struct {
	ID    string // the name of its file without number and language: "truffe" of 10-truffe.md
	order string
	Texts map[string]string // Markdown by language; its first line is the heading, "# Domanda"
}

// In is the question and the answer in that language, and the language that they are really in: Italian where there is no translation.
func (t Topic) In(lang string) (title, body, in string) {
	text, ok := t.Texts[lang]
	if !ok {
		lang, text = "it", t.Texts["it"]
	}
	first, rest, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.TrimPrefix(first, "#")), strings.TrimSpace(rest), lang
}

// Topic is the one with that id, if there is one.
func (c Community) Topic(id string) (Topic, bool) {
	i := slices.IndexFunc(c.Help, func(t Topic) bool { return t.ID == id })
	if i < 0 {
		return Topic{}, false
	}
	return c.Help[i], true
}

// FindTopics are the topics that hold every word, those with all of them in the question first. Case and accents do not matter; no words find all.
func (c Community) FindTopics(lang, words string) []Topic {
	loose := search.New(language.Make(lang), search.Loose)
	holds := func(text string) bool {
		for word := range strings.FieldsSeq(words) {
			if at, _ := loose.IndexString(text, word); at < 0 {
				return false
			}
		}
		return true
	}
	var asked, answered []Topic
	for _, t := range c.Help {
		switch title, body, _ := t.In(lang); {
		case holds(title):
			asked = append(asked, t)
		case holds(title + "\n" + body):
			answered = append(answered, t)
		}
	}
	return append(asked, answered...)
}

var topicFile = regexp.MustCompile(`^([0-9]+)-([a-z][a-z0-9-]*?)(?:\.([a-z]{2}))?\.md$`)

// readHelp fills in the topics that all communities share, those of the parent, and the community's own: the last word on a topic holds.
func readHelp(fsys fs.FS, c *Community, dir string) (problems []Problem) {
	known := map[string]Topic{}
	folders := []string{helpDir, path.Join(string(c.Inherits), helpDir), path.Join(dir, helpDir)}
	for _, folder := range slices.Compact(folders) {
		found, wrong := readTopics(fsys, folder)
		for id, t := range found {
			known[id] = t
		}
		problems = append(problems, wrong...)
	}
	c.Help = nil
	for _, t := range known {
		c.Help = append(c.Help, t)
	}
	slices.SortFunc(c.Help, func(a, b Topic) int { return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.ID, b.ID)) })
	return problems
}

// readTopics reads a folder; one that does not exist has none.
func readTopics(fsys fs.FS, folder string) (topics map[string]Topic, problems []Problem) {
	files, _ := fs.Glob(fsys, path.Join(folder, "*.md"))
	topics = map[string]Topic{}
	for _, file := range files {
		parts := topicFile.FindStringSubmatch(path.Base(file))
		raw, err := fs.ReadFile(fsys, file)
		switch {
		case parts == nil:
			problems = append(problems, Problem{Key: helpDir, Reason: fmt.Sprintf("il nome di %s non è come 10-argomento.md o 10-argomento.en.md", file)})
			continue
		case err != nil || !strings.HasPrefix(string(raw), "# "):
			problems = append(problems, Problem{Key: helpDir, Reason: fmt.Sprintf("%s deve cominciare con un titolo: # Domanda", file)})
			continue
		}
		t := topics[parts[2]]
		if t.Texts == nil {
			t = Topic{ID: parts[2], order: parts[1], Texts: map[string]string{}}
		}
		t.Texts[cmp.Or(parts[3], "it")] = string(raw)
		topics[t.ID] = t
	}
	for id, t := range topics {
		if t.Texts["it"] == "" {
			problems = append(problems, Problem{Key: helpDir, Reason: fmt.Sprintf("in %s l'argomento %s non c'è in italiano", folder, id)})
		}
	}
	return topics, problems
}
