package scan

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCache loads a program though the folder of compiled ones is missing, no folder, or holds something broken.
func TestCache(t *testing.T) {
	code := []byte("\x00asm\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x02\x01\x00\x0a\x04\x01\x02\x00\x0b") // one function that does nothing
	folder := filepath.Join(t.TempDir(), "new")
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	load := func(cache string) {
		t.Helper()
		r := Renderer{Cache: cache}
		if err := r.load(t.Context(), code); err != nil || r.program == nil {
			t.Errorf("%v, %v", r.program, err)
		}
		if err := r.runtime.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	load("")
	load(file)
	load(folder)
	kept, err := filepath.Glob(filepath.Join(folder, "*", "*"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("the compiled program is not kept: %v, %v", kept, err)
	}
	for _, broken := range []string{"", "WAZEVO nonsense"} {
		if err := os.WriteFile(kept[0], []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		load(folder)
	}
	load(folder)
}
