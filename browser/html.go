package browser

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Fault is an error of HTML that the Nu validator finds.
type Fault struct {
	Document string // its name among those given
	Line     int
	Message  string
	Extract  string
}

func (f Fault) String() string {
	return fmt.Sprintf("%s, line %d: %s\n\t%s", f.Document, f.Line, f.Message, f.Extract)
}

// Faults validates documents, name to source, all in one run of the validator: each start of it costs seconds.
func Faults(t testing.TB, documents map[string]string) []Fault {
	t.Helper()
	dir := t.TempDir()
	var names []string
	for name := range documents {
		names = append(names, name)
	}
	slices.Sort(names)
	args := []string{"-Xss4m", "-jar", fromModules(t, "vnu-jar", "build", "dist", "vnu.jar"), "--format", "json", "--stdout", "--exit-zero-always"}
	for i, name := range names {
		file := filepath.Join(dir, fmt.Sprintf("%d.html", i))
		if err := os.WriteFile(file, []byte(documents[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	validator := exec.Command("java", args...)
	var problems strings.Builder
	validator.Stderr = &problems
	out, err := validator.Output()
	if err != nil {
		t.Fatalf("validating HTML: %v\n%s", err, problems.String())
	}
	return faults(t, out, names)
}

// faults reads the validator's answer, in which documents are named by their number.
func faults(t testing.TB, answer []byte, names []string) []Fault {
	t.Helper()
	var said struct {
		Messages []struct {
			Type, URL, Message, Extract string
			LastLine                    int
		}
	}
	if err := json.Unmarshal(answer, &said); err != nil {
		t.Fatalf("reading the validator's answer: %v\n%s", err, answer)
	}
	var found []Fault
	for _, m := range said.Messages {
		if m.Type == "info" {
			continue
		}
		var number int
		if _, err := fmt.Sscanf(filepath.Base(m.URL), "%d.html", &number); err != nil {
			t.Fatalf("the validator could not work: %s", m.Message)
		}
		found = append(found, Fault{names[number], m.LastLine, m.Message, m.Extract})
	}
	return found
}
