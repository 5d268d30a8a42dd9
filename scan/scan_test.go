package scan_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"math"
	"sync"
	"testing"
	"time"

	"sportello/scan"
)

// limits are those of the tests.
var limits = scan.Limits{Formats: []scan.Format{scan.PDF, scan.TIFF}, Bytes: 4 << 20, Pages: 10}

func inspect(t *testing.T, data []byte) *scan.Document {
	t.Helper()
	d, err := scan.Inspect(bytes.NewReader(data), limits)
	if err != nil {
		t.Fatalf("an honest document is refused: %v", err)
	}
	return d
}

func TestHonestDocuments(t *testing.T) {
	for name, c := range map[string]struct {
		data  []byte
		pages int
	}{
		"a card":                  {card(), 1},
		"ten pages":               {pagesOf(10), 10},
		"objects in streams":      {packed(""), 1},
		"fax, little end first":   {fax(binary.LittleEndian, cover("1"), cover("2")), 2},
		"fax, big end first":      {fax(binary.BigEndian, cover("1")), 1},
		"opens at its first page": {pdfOf("<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] >>", onePage, page, streamOf("", nil), font), 1},
		"a name in a text":        {pdfOf(catalog, onePage, page, streamOf("", []byte("BT (\\(JS\\) /AA) Tj ET")), font, "(/OpenAction /JS)"), 1},
	} {
		if d := inspect(t, c.data); len(d.Pages) != c.pages {
			t.Errorf("%s: %d pages, want %d", name, len(d.Pages), c.pages)
		}
	}
	a4 := inspect(t, card()).Pages[0]
	if math.Abs(a4.Width-210) > 1 || math.Abs(a4.Height-297) > 1 {
		t.Errorf("A4 measures %.0f by %.0f mm", a4.Width, a4.Height)
	}
}

func TestOnlyWhatIsAskedFor(t *testing.T) {
	only := scan.Limits{Formats: []scan.Format{scan.PDF}, Bytes: 1 << 20, Pages: 10}
	if _, err := scan.Inspect(bytes.NewReader(fax(binary.LittleEndian, cover("1"))), only); !errors.Is(err, scan.ErrFormat) {
		t.Errorf("a fax where a PDF is asked for: %v", err)
	}
	if _, err := scan.Inspect(bytes.NewReader(card()), scan.Limits{Formats: only.Formats, Bytes: 100, Pages: 10}); !errors.Is(err, scan.ErrTooLarge) {
		t.Errorf("more bytes than allowed: %v", err)
	}
	broken := errors.New("the line went down")
	if _, err := scan.Inspect(failing{broken}, only); !errors.Is(err, broken) {
		t.Errorf("a reader's error: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// renderer is compiled once for all tests.
var renderer = sync.OnceValue(func() *scan.Renderer {
	r := scan.Renderer{Cache: scan.UserCache()}
	if err := r.Prepare(); err != nil {
		panic(err)
	}
	return &r
})

// TestDraw draws with the real program.
func TestDraw(t *testing.T) {
	r := renderer()
	for name, data := range map[string][]byte{"a card": card(), "objects in streams": packed("")} {
		img, err := r.Draw(t.Context(), inspect(t, data), 0, 600)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := img.Bounds().Size(); got != image.Pt(600, 849) {
			t.Errorf("%s: A4 is drawn %v", name, got)
		}
		if ink := inkOf(img); ink < 500 || ink > 100_000 {
			t.Errorf("%s: %d dark pixels", name, ink)
		}
		if marked := scan.Mark(img, "Anna Bianchi, Comune di Prova"); inkOf(marked) > inkOf(img)*2 || same(marked, img) {
			t.Errorf("%s: the mark is not to be seen, or hides the page", name)
		}
	}
	if _, err := r.Draw(t.Context(), inspect(t, card()), 1, 600); !errors.Is(err, scan.ErrNoPicture) {
		t.Errorf("a page that is not there: %v", err)
	}
	late, stop := context.WithCancel(t.Context())
	stop()
	if _, err := r.Draw(late, inspect(t, card()), 0, 600); err == nil {
		t.Error("drawn although nobody waits any more")
	}
}

func inkOf(img image.Image) (dark int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, _, _ := img.At(x, y).RGBA(); r < 0x4000 && g < 0x4000 {
				dark++
			}
		}
	}
	return dark
}

func same(a, b image.Image) bool {
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if a.At(x, y) != b.At(x, y) {
				return false
			}
		}
	}
	return true
}

// A page that takes for ever is given up.
func TestDrawIsStopped(t *testing.T) {
	endless := bytes.Repeat([]byte("0 0 595 842 re W n /F9 9 Tf BT (x) Tj ET q 1 0 0 1 0 0 cm "), 40_000)
	d := inspect(t, pdfOf(catalog, onePage, page, streamOf("/Filter /FlateDecode", deflated(bytes.Repeat(endless, 20))), font))
	r := renderer()
	soon, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	if _, err := r.Draw(soon, d, 0, 600); !errors.Is(err, scan.ErrNoPicture) {
		t.Errorf("a page of a million operators: %v", err)
	}
}

func TestBarcode(t *testing.T) {
	r := renderer()
	d := inspect(t, fax(binary.LittleEndian, cover("1234567897"), cover("2345678905")))
	for i, want := range []string{"1234567897", "2345678905"} {
		img, err := r.Draw(t.Context(), d, i, 1728)
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Size(); got.Y < got.X {
			t.Errorf("a fax of %v pixels keeps the shape that the machine sent", got)
		}
		if got := scan.Barcode(img); got != want {
			t.Errorf("page %d reads %q, want %q", i, got, want)
		}
		if got := scan.Barcode(turned(img)); got != want {
			t.Errorf("page %d upside down reads %q, want %q", i, got, want)
		}
	}
	blank := image.NewGray(image.Rect(0, 0, 800, 1000))
	if got := scan.Barcode(blank); got != "" {
		t.Errorf("a black page reads %q", got)
	}
}

func turned(img image.Image) image.Image {
	size := img.Bounds().Size()
	out := image.NewGray(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			out.Set(size.X-1-x, size.Y-1-y, img.At(x, y))
		}
	}
	return out
}
