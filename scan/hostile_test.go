package scan_test

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/scan"
)

// A trick is one way to send what is no document, drawn anew for each number, and what it must be refused for.
type trick struct {
	name string
	make func(r *rand.Rand) []byte
	want error
}

// with is a card whose catalog, page or further object holds something more.
func with(more ...string) func(*rand.Rand) []byte {
	return func(r *rand.Rand) []byte {
		m := more[r.IntN(len(more))]
		objects := []string{catalog, onePage, page, streamOf("", nil), font}
		switch r.IntN(3) {
		case 0:
			objects[0] = "<< " + m + " /Type /Catalog /Pages 2 0 R >>"
		case 1:
			objects[2] = strings.TrimSuffix(page, ">>") + m + " >>"
		default:
			objects = append(objects, "<< /A [ << "+m+" >> ] >>")
		}
		return pdfOf(objects...)
	}
}

var hexNames = regexp.MustCompile(`/(JavaScript|JS|Launch|XFA|OpenAction)\b`)

// escaped writes some letters of the names in hexadecimal, which readers resolve.
func escaped(f func(*rand.Rand) []byte) func(*rand.Rand) []byte {
	return func(r *rand.Rand) []byte {
		return hexNames.ReplaceAllFunc(f(r), func(n []byte) []byte {
			at := 1 + r.IntN(len(n)-1)
			return slices.Concat(n[:at], []byte(fmt.Sprintf("#%02x", n[at])), n[at+1:])
		})
	}
}

var tricks = []trick{
	{"empty", func(*rand.Rand) []byte { return nil }, scan.ErrEmpty},
	{"noise", func(r *rand.Rand) []byte { return noise(r, 1+r.IntN(5000)) }, scan.ErrFormat},
	{"noise behind a header", func(r *rand.Rand) []byte { return append([]byte("%PDF-1.4\n"), noise(r, r.IntN(5000))...) }, scan.ErrDamaged},
	{"another kind of file", otherKind, scan.ErrFormat},
	{"something before the header", func(r *rand.Rand) []byte { return append([]byte("MZ\x90\x00"), card()...) }, scan.ErrFormat},
	{"cut", func(r *rand.Rand) []byte { c := card(); return c[:10+r.IntN(len(c)-20)] }, scan.ErrDamaged},
	{"something behind the end", func(r *rand.Rand) []byte { return append(card(), append([]byte("x"), noise(r, r.IntN(2000))...)...) }, scan.ErrDamaged},
	{"too many bytes", func(*rand.Rand) []byte { return bytes.Repeat([]byte("%PDF-1.7 "), 1<<19) }, scan.ErrTooLarge},
	{"also a page of the web", func(r *rand.Rand) []byte {
		return bytes.Replace(card(), []byte("%\xe2"), []byte("%<script>alert(1)</script>\n%\xe2"), 1)
	}, scan.ErrPolyglot},
	{"also an archive", archive, scan.ErrPolyglot},
	{"a script", with("/JS (app.alert(1))", "/A << /S /JavaScript /JS (x) >>", "/Names << /JavaScript 9 0 R >>"), scan.ErrActive},
	{"an action", with("/OpenAction 9 0 R", "/OpenAction << /S /GoTo /D [3 0 R /Fit] >>", "/AA << /O 9 0 R >>", "/A << /S /Launch /F (cmd.exe) >>",
		"/A << /S /SubmitForm /F (x) >>", "/A << /S /GoToR /F (x) >>", "/A << /S /ImportData /F (x) >>"), scan.ErrActive},
	{"an attachment", with("/Names << /EmbeddedFiles 9 0 R >>", "/EF << /F 9 0 R >>", "/UF (x) /EF << /UF 9 0 R >>", "/Subtype /FileAttachment"), scan.ErrActive},
	{"media and forms that act", with("/Subtype /RichMedia", "/AcroForm << /XFA [ (x) 9 0 R ] >>", "/Subtype /Screen", "/A << /S /Rendition >>", "/Subtype /3D"), scan.ErrActive},
	{"a script under another spelling", escaped(with("/A << /S /JavaScript /JS (x) >>", "/OpenAction << /S /Launch /F (x) >>", "/AcroForm << /XFA 9 0 R >>")), scan.ErrActive},
	{"a script in an object stream", func(r *rand.Rand) []byte {
		return packed([]string{"<< /S /JavaScript /JS (x) >>", "<< /A [ << /S /Launch >> ] >>", "<< /AA 9 0 R >>"}[r.IntN(3)])
	}, scan.ErrActive},
	{"a script where only an index points", func(r *rand.Rand) []byte {
		return pdfOf(catalog, onePage, page, streamOf("", []byte("9 0 obj << /S /JavaScript >> endobj")), font)
	}, scan.ErrActive},
	{"a password", func(r *rand.Rand) []byte {
		return bytes.Replace(card(), []byte("/Root"), []byte("/Encrypt << /Filter /Standard /V 2 >> /Root"), 1)
	}, scan.ErrEncrypted},
	{"pages that go in a ring", ring, scan.ErrDamaged},
	{"the same page many times", func(r *rand.Rand) []byte {
		return pdfOf(catalog, "<< /Type /Pages /Count 9 /MediaBox [0 0 595 842] /Kids ["+strings.Repeat("3 0 R ", 2+r.IntN(9))+"] >>", page, streamOf("", nil), font)
	}, scan.ErrDamaged},
	{"no pages", func(r *rand.Rand) []byte { return pdfOf(catalog, "<< /Type /Pages /Kids [] /Count 0 >>") }, scan.ErrNoPages},
	{"too many pages", func(r *rand.Rand) []byte { return pagesOf(11 + r.IntN(300)) }, scan.ErrPages},
	{"a huge page", sized("0 0 1e9 1e9", "0 0 99999 842", "-9e99 0 9e99 10"), scan.ErrPageSize},
	{"a page of no size", sized("0 0 0 0", "0 0 595 0", "5 5 5 800", "0 0 1 1"), scan.ErrPageSize},
	{"no measures", sized("0 0 595", "/A /B /C /D", "9 0 R 0 0 0"), scan.ErrDamaged},
	{"a huge picture", func(r *rand.Rand) []byte {
		return pdfOf(catalog, onePage, page, streamOf(fmt.Sprintf("/Subtype /Image /Width %d /Height %d", 20_000+r.IntN(1e6), 20_000+r.IntN(1e6)), nil), font)
	}, scan.ErrBomb},
	{"a deflate bomb", bomb(""), scan.ErrBomb},
	{"a bomb in a bomb", twice, scan.ErrBomb},
	{"a bomb of objects", bomb("/Type /ObjStm /N 10 /First 10"), scan.ErrBomb},
	{"a bomb of numbers", numbers, scan.ErrBomb},
	{"a well of brackets", func(r *rand.Rand) []byte {
		return pdfOf(catalog, onePage, page, streamOf("", nil), strings.Repeat([]string{"[", "<</A "}[r.IntN(2)], 100+r.IntN(100_000)))
	}, scan.ErrDamaged},
	{"a key twice", with("/Kids [] /Kids [3 0 R]", "/B 1 /B 2"), scan.ErrDamaged},
	{"bytes turned", turnedBytes, nil},
	{"a fax that is cut", func(r *rand.Rand) []byte {
		f := oneFax()
		return f[:4+r.IntN(len(f)-8)]
	}, scan.ErrDamaged},
	{"a fax that goes in a ring", func(r *rand.Rand) []byte {
		f := oneFax()
		binary.LittleEndian.PutUint32(f[len(f)-4:], binary.LittleEndian.Uint32(f[4:]))
		return f
	}, scan.ErrDamaged},
	{"a fax of one huge page", func(r *rand.Rand) []byte { return faxTag(256, 1<<20+uint32(r.IntN(1<<20))) }, scan.ErrBomb},
	{"a fax packed in an unknown way", func(r *rand.Rand) []byte { return faxTag(259, 6+uint32(r.IntN(2))) }, scan.ErrDamaged},
	{"a fax without pages", func(*rand.Rand) []byte { return []byte("II*\x00\x00\x00\x00\x00") }, scan.ErrNoPages},
}

// TestHostileFiles sends a thousand: each is refused for its reason, in little time and memory.
func TestHostileFiles(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	refused := uint64(0)
	files := uint64(1000)
	if testing.Short() {
		files = 200
	}
	for seed := range files {
		trick := tricks[int(seed)%len(tricks)]
		r := rand.New(rand.NewPCG(seed, 3))
		if strings.Contains(trick.name, "bomb") && seed > 80 {
			trick = tricks[r.IntN(10)] // each bomb costs a second: two of a kind are enough
		}
		data := trick.make(r)
		start := time.Now()
		_, err := scan.Inspect(bytes.NewReader(data), limits)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s (%d): took %v", trick.name, seed, took)
		}
		if err != nil {
			refused++
		}
		if err != nil && !slices.ContainsFunc(scan.Reasons, func(reason error) bool { return errors.Is(err, reason) }) {
			t.Errorf("%s (%d): refused without a reason: %v", trick.name, seed, err)
		}
		if trick.want != nil && !errors.Is(err, trick.want) {
			t.Errorf("%s (%d): %v, want %v", trick.name, seed, err, trick.want)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapInuse) - int64(before.HeapInuse); grown > 64<<20 {
		t.Errorf("%d MB stay in memory", grown>>20)
	}
	if refused < files*98/100 { // some of those with turned bytes are still documents
		t.Errorf("only %d of %d are refused", refused, files)
	}
}

func noise(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.UintN(256))
	}
	return b
}

// otherKind is a picture, a program, an archive, a page, an office document, under the name of a PDF.
func otherKind(r *rand.Rand) []byte {
	heads := []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "GIF89a", "MZ\x90", "\x7fELF", "PK\x03\x04", "<html>", "{\\rtf1", "\xd0\xcf\x11\xe0", "%!PS-Adobe-3.0", "RIFF", " %PDF-1.4"}
	return append([]byte(heads[r.IntN(len(heads))]), noise(r, r.IntN(3000))...)
}

// archive ends as a PDF, and lets an archiver find its directory.
func archive(r *rand.Rand) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, _ := w.Create("x.exe")
	f.Write(noise(r, 200))
	w.Close()
	head, tail, _ := bytes.Cut(card(), []byte("xref\n"))
	tail = append([]byte("xref\n"), tail...)
	z := b.Bytes()
	object := append([]byte("9 0 obj << /Length 99999 >> stream\n"), z...)
	if r.IntN(2) == 0 {
		return slices.Concat(card(), z) // the plain way: one behind the other
	}
	tail = append([]byte("\nendstream endobj\n"), tail...)
	binary.LittleEndian.PutUint16(object[len(object)-2:], uint16(len(tail))) // the rest of the document is the archive's comment
	return slices.Concat(head, object, tail)
}

// ring is a tree of pages of which one is its own ancestor.
func ring(r *rand.Rand) []byte {
	n := 1 + r.IntN(60)
	objects := []string{catalog}
	for i := range n {
		next := i + 3
		if i == n-1 {
			next = 2 + r.IntN(n)
		}
		objects = append(objects, fmt.Sprintf("<< /Type /Pages /Count 1 /MediaBox [0 0 595 842] /Kids [%d 0 R] >>", next))
	}
	return pdfOf(objects...)
}

func sized(boxes ...string) func(*rand.Rand) []byte {
	return func(r *rand.Rand) []byte {
		return pdfOf(catalog, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /MediaBox ["+boxes[r.IntN(len(boxes))]+"] >>")
	}
}

// zeros is a deflated gap of 201 MB, one more than a document may unpack to, made once.
var zeros = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	w, megabyte := zlib.NewWriter(&b), make([]byte, 1<<20)
	for range 201 {
		w.Write(megabyte)
	}
	w.Close()
	return b.Bytes()
})

func bomb(keys string) func(*rand.Rand) []byte {
	return func(*rand.Rand) []byte {
		return pdfOf(catalog, onePage, page, streamOf(keys+" /Filter /FlateDecode", zeros()), font)
	}
}

func twice(*rand.Rand) []byte {
	return pdfOf(catalog, onePage, page, streamOf("/Filter [/FlateDecode /FlateDecode]", deflated(zeros())), font)
}

func numbers(*rand.Rand) []byte { return packed("[" + strings.Repeat("1 ", 2<<20) + "]") }

// turnedBytes is a card in which some bytes are others.
func turnedBytes(r *rand.Rand) []byte {
	c := card()
	for range 20 {
		c[r.IntN(len(c))] = byte(r.UintN(256))
	}
	return c
}

// drawnFax is drawn once.
var drawnFax = sync.OnceValue(func() []byte { return fax(binary.LittleEndian, cover("1")) })

// oneFax is one to break.
func oneFax() []byte { return bytes.Clone(drawnFax()) }

// faxTag is a fax whose directory says something else.
func faxTag(tag uint16, value uint32) []byte {
	f := oneFax()
	at := binary.LittleEndian.Uint32(f[4:])
	for e := f[at+2:]; len(e) >= 12; e = e[12:] {
		if binary.LittleEndian.Uint16(e) == tag {
			binary.LittleEndian.PutUint32(e[8:], value)
			break
		}
	}
	return f
}

// FuzzInspect looks for a file that makes a check panic or go on for ever, and draws what passes when asked to.
func FuzzInspect(f *testing.F) {
	f.Add(card())
	f.Add(packed(""))
	f.Add(fax(binary.BigEndian, cover("1")))
	for seed := range uint64(len(tricks)) {
		if data := tricks[seed].make(rand.New(rand.NewPCG(seed, 1))); len(data) < 1<<16 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := scan.Inspect(bytes.NewReader(data), limits)
		if err == nil && len(d.Pages) == 0 {
			t.Error("a document without pages passes")
		}
	})
}
