package fax_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/fax"
)

// A file is kept once nobody writes it any more, and leaves the folder only when it is kept.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	f := &fax.Folder{Dir: dir, Now: func() time.Time { return now }}
	put := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var kept []string
	var fail error
	collect := func() error {
		kept = nil
		return f.Collect(t.Context(), func(_ context.Context, x fax.File) error {
			kept = append(kept, x.Name)
			if x.Data == nil || x.Name == "rotto.pdf" {
				return fax.ErrAside
			}
			return fail
		})
	}
	for _, name := range []string{"a.pdf", "b.tif", "c.pdf.part", ".nascosto", "rotto.pdf"} {
		put(name, name)
	}
	put("grande.tif", strings.Repeat("x", fax.MaxBytes+1))
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, "legame.pdf")); err != nil {
		t.Fatal(err)
	}
	if err := collect(); err != nil || len(kept) != 0 {
		t.Fatalf("files that may still be written are read: %v %v", kept, err)
	}
	now = now.Add(time.Minute)
	fail = errors.New("database down")
	if err := collect(); !errors.Is(err, fail) || !slices.Equal(kept, []string{"a.pdf", "b.tif", "grande.tif", "rotto.pdf"}) {
		t.Fatalf("%v %v", kept, err)
	}
	fail = nil
	if err := collect(); err != nil || !slices.Equal(kept, []string{"a.pdf", "b.tif"}) {
		t.Fatalf("%v %v", kept, err)
	}
	put("a.pdf", "a.pdf") // the same name, and the same fax, again
	now = now.Add(time.Minute)
	if err := collect(); err != nil || len(kept) != 1 {
		t.Fatalf("%v %v", kept, err)
	}
	for folder, want := range map[string]int{fax.DoneFolder: 3, fax.AsideFolder: 2} {
		files, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil || len(files) != want {
			t.Errorf("%s holds %d files: %v", folder, len(files), err)
		}
	}
	f.Dir = filepath.Join(dir, "mai")
	if err := collect(); err == nil || strings.Contains(err.Error(), "mai") {
		t.Errorf("a folder that is not there: %v", err)
	}
}
