package sportello

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rows is the house from the roof to the ground. A package may import those of the rows below its own.
var rows = [][]string{
	{"cmd"},
	{"web"},
	{"desk", "citizen", "area", "helpdesk", "postroom", "access", "administration", "preload", "provider"},
	{"store", "registry", "mail", "sms", "letter", "scan", "fax", "printing", "vault", "spid", "cie", "cns", "fse"},
	{"registration", "credential", "assurance", "request", "postal", "card", "office", "audit"},
	{"person", "community"},
}

// neighbours are the few arrows inside a row.
var neighbours = []arrow{
	{"provider", "access"},
	{"helpdesk", "desk"},
	{"helpdesk", "area"},
	{"helpdesk", "postroom"},
	{"mail", "store"},
	{"store", "vault"},
	{"community", "person"},
}

// beside are packages that stand outside the rows, and who may import them.
var beside = map[string][]string{
	"locale":      {"cmd", "web", "mail", "letter"},
	"communities": {"cmd"},
	"docs":        {"cmd"},
	"testdb":      nil, // tests only
	"browser":     nil, // tests only
	"faults":      nil, // tests only
	"scripts":     nil, // programs run by make
}

// field are the rows that hold values and rules only, and fieldModules what they may import beside the
// standard library.
var (
	field        = slices.Concat(rows[4], rows[5])
	fieldModules = map[string][]string{
		"":          {"golang.org/x/crypto", "golang.org/x/text"},
		"community": {"github.com/pelletier/go-toml/v2"},
	}
	// impure is what of the standard library would bring the outside world, or chance, into the field.
	impure = []string{"context", "database/sql", "net/http", "os", "math/rand"}
)

// given are the functions and values that only cmd may name: everything else is handed a clock and a
// source of chance.
var given = map[string][]string{
	"time":        {"Now", "Since", "Until"},
	"crypto/rand": {"Reader", "Read", "Text"},
}

// An arrow says that one package of the house imports another; both by their first path element.
type arrow struct{ from, to string }

// A listed is what the go command tells of a package.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
}

const module = "sportello"

// room is the first path element of an import path of this module, or "" for any other.
func room(path string) string {
	inside, ours := strings.CutPrefix(path, module+"/")
	if !ours {
		return ""
	}
	name, _, _ := strings.Cut(inside, "/")
	return name
}

// row is the number of the row of a package, or -1.
func row(name string) int {
	return slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, name) })
}

// wrong says what is wrong with an arrow, or "".
func wrong(a arrow) string {
	if a.from == a.to {
		return ""
	}
	if users, aside := beside[a.to]; aside {
		return unless(slices.Contains(users, a.from), "only %v may import %s", users, a.to)
	}
	if a.from == "scripts" || a.from == "testdb" || a.from == "browser" {
		return unless(a.from == "scripts", "it stands beside the house and knows none of it")
	}
	from, to := row(a.from), row(a.to)
	switch {
	case from < 0 && beside[a.from] == nil, to < 0:
		return "a package has no row: give it one in deps_test.go"
	case from < 0:
		return "it stands beside the house and knows none of it"
	case from == to:
		return unless(slices.Contains(neighbours, a), "neighbours do not import each other")
	default:
		return unless(from < to, "arrows point down")
	}
}

func unless(fine bool, complaint string, args ...any) string {
	if fine {
		return ""
	}
	return fmt.Sprintf(complaint, args...)
}

// impurity says why a package of the field may not import path, or "".
func impurity(name, path string) string {
	if room(path) != "" {
		return ""
	}
	if !strings.Contains(strings.Split(path, "/")[0], ".") {
		return unless(!slices.ContainsFunc(impure, within(path)), "the field knows nothing of it")
	}
	allowed := slices.Concat(fieldModules[""], fieldModules[name])
	return unless(slices.ContainsFunc(allowed, within(path)), "the field imports the standard library and %v only", allowed)
}

// within tells whether path is a package or lies in its folder.
func within(path string) func(string) bool {
	return func(parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }
}

// packages are those of this module, as the go command sees them.
func packages(t *testing.T) []listed {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if room(p.ImportPath) != "" && room(p.ImportPath) != "node_modules" {
			all = append(all, p)
		}
	}
}

func TestArrows(t *testing.T) {
	for _, p := range packages(t) {
		name := room(p.ImportPath)
		if _, aside := beside[name]; !aside && row(name) < 0 {
			t.Errorf("%s has no row: give it one in deps_test.go", p.ImportPath)
		}
		for _, path := range p.Imports {
			if room(path) == "" {
				continue
			}
			if complaint := wrong(arrow{name, room(path)}); complaint != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, path, complaint)
			}
		}
	}
}

func TestFieldIsPure(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.Contains(field, room(p.ImportPath)) {
			continue
		}
		for _, path := range p.Imports {
			if complaint := impurity(room(p.ImportPath), path); complaint != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, path, complaint)
			}
		}
	}
}

// TestClockAndChanceAreGiven reads every file that is not a test.
func TestClockAndChanceAreGiven(t *testing.T) {
	eachFile(t, func(p listed, fset *token.FileSet, file *ast.File) {
		if name := room(p.ImportPath); name == "cmd" || name == "scripts" {
			return
		}
		for path, names := range given {
			for _, use := range uses(file, path) {
				if slices.Contains(names, use.Sel.Name) {
					t.Errorf("%s: %s.%s: only cmd names it, everything else is given it", fset.Position(use.Pos()), path, use.Sel.Name)
				}
			}
		}
	})
}

// TestWebKnowsOnlyErrorsOfStore keeps pages from reading or writing behind the deeds' backs.
func TestWebKnowsOnlyErrorsOfStore(t *testing.T) {
	eachFile(t, func(p listed, fset *token.FileSet, file *ast.File) {
		if room(p.ImportPath) != "web" {
			return
		}
		for _, use := range uses(file, module+"/store") {
			if !strings.HasPrefix(use.Sel.Name, "Err") {
				t.Errorf("%s: web uses store.%s: it may know the store's errors only", fset.Position(use.Pos()), use.Sel.Name)
			}
		}
	})
}

// eachFile calls visit with every file of the module that is not a test.
func eachFile(t *testing.T, visit func(listed, *token.FileSet, *ast.File)) {
	t.Helper()
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			visit(p, fset, file)
		}
	}
}

// uses are the selections of a file from the package at path.
func uses(file *ast.File, path string) []*ast.SelectorExpr {
	name := localName(file, path)
	if name == "" {
		return nil
	}
	var found []*ast.SelectorExpr
	ast.Inspect(file, func(n ast.Node) bool {
		selection, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if from, ok := selection.X.(*ast.Ident); ok && from.Name == name {
			found = append(found, selection)
		}
		return true
	})
	return found
}

// localName is what a file calls the package at path, or "" where it does not import it.
func localName(file *ast.File, path string) string {
	for _, spec := range file.Imports {
		if imported, _ := strconv.Unquote(spec.Path.Value); imported != path {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}

// TestRulesCanFail shows that each rule refuses what it is there for.
func TestRulesCanFail(t *testing.T) {
	for _, c := range []struct {
		arrow
		fine bool
	}{
		{arrow{"cmd", "web"}, true},
		{arrow{"web", "desk"}, true},
		{arrow{"web", "letter"}, true},
		{arrow{"desk", "store"}, true},
		{arrow{"registration", "person"}, true},
		{arrow{"store", "vault"}, true},
		{arrow{"web", "locale"}, true},
		{arrow{"cmd", "communities"}, true},
		{arrow{"store", "store"}, true},
		{arrow{"store", "desk"}, false},
		{arrow{"person", "registration"}, false},
		{arrow{"vault", "store"}, false},
		{arrow{"desk", "citizen"}, false},
		{arrow{"person", "community"}, false},
		{arrow{"desk", "locale"}, false},
		{arrow{"web", "communities"}, false},
		{arrow{"locale", "web"}, false},
		{arrow{"store", "testdb"}, false},
		{arrow{"cmd", "browser"}, false},
		{arrow{"desk", "novelty"}, false},
		{arrow{"novelty", "desk"}, false},
		{arrow{"web", "cmd"}, false},
	} {
		if got := wrong(c.arrow); (got == "") != c.fine {
			t.Errorf("%s -> %s: complaint %q, fine should be %v", c.from, c.to, got, c.fine)
		}
	}
	for path, fine := range map[string]bool{
		"strings": true, "crypto/rand": true, "golang.org/x/text/unicode/norm": true, "net/netip": true,
		"context": false, "os": false, "os/exec": false, "net/http": false, "net/http/httptest": false, "database/sql": false,
		"github.com/pelletier/go-toml/v2": false, "golang.org/x/net/html": false, "math/rand/v2": false,
	} {
		if got := impurity("registration", path); (got == "") != fine {
			t.Errorf("registration imports %s: complaint %q, fine should be %v", path, got, fine)
		}
	}
	if got := impurity("community", "github.com/pelletier/go-toml/v2"); got != "" {
		t.Errorf("community may read TOML: %s", got)
	}
}
