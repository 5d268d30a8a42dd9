// Package scan looks at what people send as documents: PDF files, and the TIFF pages of a fax (mission O04, S29).
//
// What a stranger sends is never given to a browser as it came: it is checked here, kept sealed elsewhere, and shown to a clerk as pictures of
// its pages, drawn where it can reach neither files nor network and is stopped when it takes too much time or memory.
package scan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// A Format is how a document is written.
type Format string

// The formats.
const (
	PDF  Format = "pdf"
	TIFF Format = "tiff" // of fax machines: G3, G4
)

// Limits bound what is taken.
type Limits struct {
	Formats []Format
	Bytes   int64
	Pages   int
}

// The reasons for refusing a document.
var (
	ErrEmpty     = errors.New("document is empty")
	ErrTooLarge  = errors.New("document has too many bytes")
	ErrFormat    = errors.New("document is of another format")
	ErrDamaged   = errors.New("document is damaged or cut")
	ErrEncrypted = errors.New("document asks for a password")
	ErrActive    = errors.New("document holds programs, actions or attachments")
	ErrPolyglot  = errors.New("document is of two formats at once")
	ErrNoPages   = errors.New("document has no pages")
	ErrPages     = errors.New("document has too many pages")
	ErrPageSize  = errors.New("document has a page of unlikely size")
	ErrBomb      = errors.New("document unpacks to too much")
	ErrNoPicture = errors.New("page cannot be drawn")
)

// Reasons are all of them, for who has to tell each.
var Reasons = []error{ErrEmpty, ErrTooLarge, ErrFormat, ErrDamaged, ErrEncrypted, ErrActive, ErrPolyglot, ErrNoPages, ErrPages, ErrPageSize, ErrBomb, ErrNoPicture}

// What a page may measure, and what a file may unpack to.
const (
	maxSide     = 1200.0    // millimetres: A0 and a little
	minSide     = 5.0       // millimetres
	maxPixels   = 60e6      // of one picture: A4 in colour at 600 dpi is 35 millions
	maxUnpacked = 200 << 20 // bytes of all streams of a file
	maxPacked   = 16 << 20  // bytes of one stream of objects: it is held in memory
	maxValues   = 1 << 20   // numbers, names, words of a file
	maxDepth    = 60        // of what lies in one another
)

// A Document is a file that was found in order.
type Document struct {
	Format Format
	Data   []byte
	Pages  []Page
}

// A Page is the size of one page, in millimetres; zero where a fax machine does not say it.
type Page struct {
	Width, Height float64

	offset uint32 // of a TIFF page's directory
}

// Inspect reads a document and checks it. The error is one of Reasons, or the reader's own.
func Inspect(r io.Reader, l Limits) (*Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, l.Bytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading a document: %w", err)
	}
	switch {
	case len(data) == 0:
		return nil, ErrEmpty
	case int64(len(data)) > l.Bytes:
		return nil, ErrTooLarge
	}
	format := formatOf(data)
	if !slices.Contains(l.Formats, format) {
		return nil, ErrFormat
	}
	return Open(data, format, l.Pages)
}

// Open checks a document that is in memory: one that was kept, and is to be shown.
func Open(data []byte, format Format, maxPages int) (d *Document, err error) {
	d = &Document{Format: format, Data: data}
	switch format {
	case PDF:
		d.Pages, err = inspectPDF(data, maxPages)
	case TIFF:
		d.Pages, err = inspectTIFF(data, maxPages)
	default:
		err = ErrFormat
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

func formatOf(data []byte) Format {
	switch {
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return PDF
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return TIFF
	}
	return ""
}

// check refuses pages that no paper has. A side of zero is not known.
func (p Page) check() error {
	for _, side := range []float64{p.Width, p.Height} {
		if side != 0 && !(side >= minSide && side <= maxSide) { // a side that is no number is refused too
			return ErrPageSize
		}
	}
	return nil
}
