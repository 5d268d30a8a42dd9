package letter_test

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/boombuler/barcode/qr"

	"sportello/letter"
)

func TestCodeIsExtractedAsItIsTyped(t *testing.T) {
	for name, want := range map[string]string{"pin": "K7QX 22PM", "activation": "H4RT W9XC 3JNE", "revocation": "H4RT W9XC 3JNE"} {
		text := run(t, documents(t)[name], "pdftotext", "FILE", "-")
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(text) {
			t.Errorf("%s: no line %q in the text", name, want)
		}
	}
}

// The file's identifier, title and metadata are read by whoever handles the file: they must not
// depend on the secret.
func TestOnlyThePageDependsOnThePIN(t *testing.T) {
	w := newWriter(t)
	write := func(pin string) []byte {
		in := samplePINLetter()
		in.PIN = pin
		var b bytes.Buffer
		if err := w.PIN(&b, in); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	identifier := regexp.MustCompile(`/ID\[<[0-9a-f]{32}>`)
	a, b := write(samplePIN), write("ABCDEFGH")
	if id := identifier.Find(a); id == nil || !bytes.Equal(id, identifier.Find(b)) {
		t.Errorf("the identifier %s changes with the PIN", id)
	}
	if bytes.Contains(a, []byte(samplePIN)) {
		t.Error("the PIN stands outside the page's text")
	}
}

func TestEqualInputMakesEqualBytes(t *testing.T) {
	first, second := documents(t), writeDocuments()
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

func TestManyWriteAtOnce(t *testing.T) {
	w, err := letter.New() // a fresh one: the first use prepares the typefaces
	if err != nil {
		absent(t, err.Error())
	}
	var group sync.WaitGroup
	written := make([]bytes.Buffer, 4)
	for i := range written {
		group.Go(func() { w.PIN(&written[i], samplePINLetter()) })
	}
	group.Wait()
	for i := range written {
		if written[i].Len() == 0 || !bytes.Equal(written[i].Bytes(), written[0].Bytes()) {
			t.Errorf("letter %d differs from the first", i)
		}
	}
}

func TestQRCodeHoldsOnlyTheAddress(t *testing.T) {
	for name, address := range map[string]string{"pin": activatePage, "activation": activatePage, "revocation": revokePage} {
		want, err := qr.Encode(address, qr.M, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(strings.NewReader(run(t, documents(t)[name], "pdftoppm", "-r", "150", "-gray", "-png", "FILE")))
		if err != nil {
			t.Fatal(err)
		}
		box := blackest(picture)
		n := want.Bounds().Dx()
		for i := range n * n {
			column, row := i%n, i/n
			x := box.Min.X + (2*column+1)*box.Dx()/(2*n)
			y := box.Min.Y + (2*row+1)*box.Dy()/(2*n)
			if dark(picture, x, y) != dark(want, column, row) {
				t.Fatalf("%s: module %d,%d is not that of %s", name, column, row, address)
			}
		}
	}
}

func dark(m image.Image, x, y int) bool {
	r, _, _, _ := m.At(x, y).RGBA()
	return r < 0x0500
}

// blackest is the part of the page in pure black: text is set in softer shades.
func blackest(m image.Image) image.Rectangle {
	var box image.Rectangle
	for y := m.Bounds().Min.Y; y < m.Bounds().Max.Y; y++ {
		for x := m.Bounds().Min.X; x < m.Bounds().Max.X; x++ {
			if dark(m, x, y) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestActivationPageMustBePlain(t *testing.T) {
	w := newWriter(t)
	for _, page := range []string{"", "credenziali.example", "javascript:alert(1)", activatePage + "?c=" + sampleCode, activatePage + "#" + sampleCode} {
		in := sampleActivation()
		in.ActivationPage = page
		if err := w.ActivationCode(io.Discard, in); !errors.Is(err, letter.ErrAddress) {
			t.Errorf("%q: %v, want ErrAddress", page, err)
		}
	}
}
