package sportello

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goName is a name of ours as the glossary writes it: `package`, `package.Name`, or `package.Type.Member`.
var goName = regexp.MustCompile("`([a-z]+(?:\\.[A-Z][A-Za-z0-9]*){0,2})`")

// A term is a row of a table in GLOSSARY.md.
type term struct {
	italian string
	code    string // its Go column
	line    int
}

// glossary reads the tables of GLOSSARY.md whose second column is called Go.
func glossary(t *testing.T) []term {
	t.Helper()
	text, err := os.ReadFile("GLOSSARY.md")
	if err != nil {
		t.Fatal(err)
	}
	var terms []term
	inTable := false
	for i, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		if !strings.HasPrefix(line, "|") || len(cells) < 3 {
			inTable = false
			continue
		}
		italian, code := strings.TrimSpace(cells[0]), strings.TrimSpace(cells[1])
		if code == "Go" {
			inTable = true
			continue
		}
		if inTable && !strings.HasPrefix(code, "---") {
			terms = append(terms, term{italian, code, i + 1})
		}
	}
	return terms
}

// TestGlossarySpeaksOfWhatExists looks up every name of the glossary in the source.
func TestGlossarySpeaksOfWhatExists(t *testing.T) {
	known := map[string]map[string]bool{}
	for _, term := range glossary(t) {
		names := goName.FindAllStringSubmatch(term.code, -1)
		if len(names) == 0 || len(names) != strings.Count(term.code, "`")/2 {
			t.Errorf("GLOSSARY.md:%d: %s: %q must be names like `person.TaxCode`", term.line, term.italian, term.code)
		}
		for _, found := range names {
			dir, name, _ := strings.Cut(found[1], ".")
			if known[dir] == nil {
				known[dir] = declared(t, dir)
			}
			if !known[dir][name] {
				t.Errorf("GLOSSARY.md:%d: %s: there is no %s", term.line, term.italian, found[1])
			}
		}
	}
}

// TestGlossaryHasOneNameEach keeps two rows from giving one word two names.
func TestGlossaryHasOneNameEach(t *testing.T) {
	seen := map[string]int{}
	for _, term := range glossary(t) {
		if line := seen[term.italian]; line > 0 {
			t.Errorf("GLOSSARY.md:%d: %s stands on line %d already", term.line, term.italian, line)
		}
		seen[term.italian] = term.line
	}
	if len(seen) == 0 {
		t.Error("GLOSSARY.md has no table with a Go column")
	}
}

// declared are the exported names of the package in dir, "Type" and "Type.Member", and "" for the package itself.
func declared(t *testing.T, dir string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		names[""] = true
		for _, d := range file.Decls {
			declare(names, d)
		}
	}
	return names
}

// declare adds what one declaration names.
func declare(names map[string]bool, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names[receiver(d)+d.Name.Name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, name := range s.Names {
					names[name.Name] = true
				}
			case *ast.TypeSpec:
				names[s.Name.Name] = true
				declareMembers(names, s)
			}
		}
	}
}

// receiver is "Type." for a method, "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	of := d.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name + "."
	}
	return ""
}

// declareMembers adds the fields of a struct and the methods of an interface.
func declareMembers(names map[string]bool, s *ast.TypeSpec) {
	var members *ast.FieldList
	switch of := s.Type.(type) {
	case *ast.StructType:
		members = of.Fields
	case *ast.InterfaceType:
		members = of.Methods
	default:
		return
	}
	for _, member := range members.List {
		for _, name := range member.Names {
			names[s.Name.Name+"."+name.Name] = true
		}
	}
}
