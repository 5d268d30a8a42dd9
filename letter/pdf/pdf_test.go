package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// loadFont reads a typeface that `make assets` has fetched; without it the build machine fails.
func loadFont(t *testing.T, name string) *Font {
	t.Helper()
	ttf, err := os.ReadFile("../fonts/" + name + ".ttf")
	if err != nil {
		absent(t, "run `make assets`: "+err.Error())
	}
	f, err := LoadFont(name, ttf)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func absent(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

func TestPlain(t *testing.T) {
	f := loadFont(t, "TitilliumWeb_400Regular")
	for in, want := range map[string]string{
		"Noè Müller":          "Noè Müller",
		"Đorđević":            "Đorđević",
		"No\u0065\u0300":      "Noè",
		"ǰ":                   "j",
		"ﬁ":                   "fi",
		"co\u00ADdice":        "codice",
		"AB‑12":               "AB-12",
		"uno\tdue\u0000":      "uno due",
		"\u202Eabc":           "abc",
		"Жα":                  "??",
		"8\u00A0dicembre":     "8\u00A0dicembre",
		"riga\nsuccessiva → ": "riga successiva ? ",
	} {
		if got := f.Plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestBrokenFontsAreRefused(t *testing.T) {
	whole, err := os.ReadFile("../fonts/TitilliumWeb_400Regular.ttf")
	if err != nil {
		absent(t, "run `make assets`: "+err.Error())
	}
	for name, ttf := range map[string][]byte{"empty": nil, "text": []byte("not a font at all"), "cut": whole[:len(whole)/2]} {
		if _, err := LoadFont("Broken", ttf); !errors.Is(err, ErrFont) {
			t.Errorf("%s: %v, want ErrFont", name, err)
		}
	}
}

// The subset must be a font of its own in which the kept glyphs still have their outlines.
func TestSubsetKeepsGlyphsWithTheirParts(t *testing.T) {
	f := loadFont(t, "TitilliumWeb_400Regular")
	keep := make([]bool, len(f.advances))
	g := f.glyphs['è']
	f.keepWithParts(keep, int(g))
	small := &Font{}
	var err error
	if small.tables, err = readTables(f.subset(keep)); err != nil {
		t.Fatal(err)
	}
	if a, b := f.outline(int(g)), small.outline(int(g)); len(a) == 0 || !bytes.HasPrefix(b, a) {
		t.Error("the outline of è is not that of the font")
	}
	if len(small.outline(int(f.glyphs['Q']))) != 0 {
		t.Error("a glyph that was not asked for is still there")
	}
	if sum := checksum(f.subset(keep)); sum != 0xB1B0AFBA {
		t.Errorf("the file's sum is %X", sum)
	}
}

func TestSubsetIsSmallerThanTheFont(t *testing.T) {
	f := loadFont(t, "RobotoMono_500Medium")
	if common, whole := len(f.common().file), len(f.whole().file); common*2 > whole {
		t.Errorf("the common subset has %d bytes, the whole repertoire %d", common, whole)
	}
	if f.common().name == f.whole().name {
		t.Error("two subsets have one name")
	}
}

func TestLinesKeepToTheColumn(t *testing.T) {
	f := loadFont(t, "TitilliumWeb_400Regular")
	style := Style{Font: f, Size: 11, Leading: 15}
	chance := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var b strings.Builder
		for range chance.IntN(40) {
			b.WriteString(strings.Repeat("èWi", 1+chance.IntN(30)) + " ")
		}
		width := 20 + 400*chance.Float64()
		text, got := b.String(), ""
		runs := []Run{{Style: style, Text: text}}
		lines := breakLines(runs, width)
		for i, line := range lines {
			for _, s := range segments(runs, line, i+1 < len(lines)) {
				got += s.text
				if s.x+s.width > width+0.01 {
					t.Fatalf("a line of %.1f points in a column of %.1f", s.x+s.width, width)
				}
			}
		}
		if want := strings.TrimSpace(text); got != want {
			t.Fatalf("text after breaking:\n%q\nwant\n%q", got, want)
		}
	}
}

func TestRunsMeetWithoutSpace(t *testing.T) {
	f := loadFont(t, "TitilliumWeb_400Regular")
	style := Style{Font: f, Size: 11, Leading: 15}
	runs := []Run{{Style: style, Text: "fino al "}, {Style: style, Text: "21\u00A0marzo"}, {Style: style, Text: ", poi"}}
	if lines := breakLines([]Run{{Style: style, Text: "www.ente-molto-lungo.example/pagina"}, {Style: style, Text: "."}}, 110); len(lines) != 2 ||
		lines[0][0].fragments[0].text != "www.ente-molto-" {
		t.Errorf("an address is parted as %+v", lines)
	}
	for _, width := range []float64{30, 60, 300} {
		text := ""
		lines := breakLines(runs, width)
		for i, line := range lines {
			for _, s := range segments(runs, line, i+1 < len(lines)) {
				text += s.text
			}
		}
		if text != "fino al 21 marzo, poi" {
			t.Errorf("in %.0f points: %q", width, text)
		}
	}
}

func TestDecimals(t *testing.T) {
	if got, want := decimals(0, 1, -1.5, 12.345, 0.05, 595.2756), "0 1 -1.5 12.35 0.05 595.28"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestProfileIsWhole(t *testing.T) {
	if size := binary.BigEndian.Uint32(sRGB); int(size) != len(sRGB) || string(sRGB[36:40]) != "acsp" {
		t.Errorf("header says %d bytes, there are %d", size, len(sRGB))
	}
	tags := binary.BigEndian.Uint32(sRGB[128:])
	for i := range tags {
		at := binary.BigEndian.Uint32(sRGB[132+12*i+4:])
		if end := at + binary.BigEndian.Uint32(sRGB[132+12*i+8:]); at%4 != 0 || int(end) > len(sRGB) {
			t.Errorf("tag %d reaches from %d to %d of %d", i, at, end, len(sRGB))
		}
	}
}

// Hyphens and spaces must come out of the file as they went in: a font that maps the soft hyphen or
// the no-break space onto the glyphs of the common ones would lose them from a copied code.
func TestExtractedSigns(t *testing.T) {
	f := loadFont(t, "RobotoMono_500Medium")
	doc := New(Info{Title: "Prova (segni) & <altro>", Author: "Ente", Language: "it-IT", Created: time.Unix(0, 0)})
	page := doc.AddPage()
	const want = "AB-12\u00A0CD co\u00ADdice « € »"
	page.Text(doc.Root().Add("P"), Style{Font: f, Size: 12}, 50, 50, want)
	var b bytes.Buffer
	n, err := doc.WriteTo(&b)
	if err != nil || int(n) != b.Len() {
		t.Fatalf("%d bytes said, %d written, %v", n, b.Len(), err)
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		absent(t, "pdftotext is missing: apt-get install -y poppler-utils")
	}
	file := filepath.Join(t.TempDir(), "signs.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", file, "-").Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != "AB-12 CD codice « € »" {
		t.Errorf("%q, %v", got, err)
	}
}
