package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A hundred letters, some of two pages, come out in order and whole, tagged, with fonts embedded once.
func TestBinding(t *testing.T) {
	f := loadFont(t, "TitilliumWeb_400Regular")
	style := Style{Font: f, Size: 11, Leading: 15}
	var file bytes.Buffer
	b := Bind(&file, Info{Title: "Lotto", Author: "Regione", Producer: "Sportello", Language: "it-IT", Created: time.Unix(0, 0), ID: [16]byte{1}}, f)
	for i := range 100 {
		d := New(Info{Title: "Lettera", Language: "de-DE"})
		flow := Flow{Page: d.AddPage(), Parent: d.Root(), Left: 50, Width: 400, Y: 50, Top: 50, Bottom: 700}
		flow.Heading(1, style, fmt.Sprintf("Brief %d für Đorđe", i))
		flow.Paragraph(Run{Style: style, Text: "Seite", Link: "https://example.org/"})
		if i%20 == 7 {
			flow.Page = d.AddPage()
			flow.Paragraph(Run{Style: style, Text: "zweite Seite"})
		}
		if err := b.Add(d); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Pages() != 105 {
		t.Errorf("%d pages", b.Pages())
	}
	path := filepath.Join(t.TempDir(), "lotto.pdf")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(output(t, "pdftotext", path, "-"), "\f")
	if len(pages) != 106 || !strings.Contains(pages[0], "Brief 0 für Đorđe") || !strings.Contains(pages[8], "zweite Seite") || !strings.Contains(pages[104], "Brief 99 ") {
		t.Errorf("%d pages; the ninth says %q", len(pages)-1, pages[8])
	}
	if tags := output(t, "pdfinfo", "-struct-text", path); strings.Count(tags, "H1") != 100 || strings.Count(tags, "Link") != 100 {
		t.Errorf("%d headings and %d links are tagged", strings.Count(tags, "H1"), strings.Count(tags, "Link"))
	}
	if fonts := strings.Count(output(t, "pdffonts", path), "TitilliumWeb"); fonts != 1 {
		t.Errorf("the typeface is embedded %d times", fonts)
	}
	if _, err := exec.LookPath("qpdf"); err == nil {
		output(t, "qpdf", "--check", path)
	}
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		absent(t, err.Error())
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
