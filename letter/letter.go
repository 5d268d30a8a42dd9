// Package letter writes what a desk hands over or posts, in the language of its reader, as tagged PDF: the PIN letter, the letters
// with the activation and the revocation code, the summary of the data, the Regolamento (001 annexes 1 to 4), the forms of annexes 5 and 6, the revocation request and the guide (001 §2).
//
// A letter goes to the io.Writer that the caller gives and nowhere else: a PIN must never touch a
// disk. Equal input makes equal bytes. The package stores nothing, decides nothing about who may print,
// and takes the names of comuni and provinces ready from the caller.
package letter

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"sportello/community"
	"sportello/letter/pdf"
)

//go:embed all:fonts
var fonts embed.FS

var (
	// ErrFonts means that the program was built without the typefaces of the letters.
	ErrFonts = errors.New("mancano i caratteri delle lettere: esegui `make assets` e ricompila")
	// ErrAddress means that the address of the page that takes the code is not plain: a QR code must carry no code (mission S19).
	ErrAddress = errors.New("l'indirizzo della pagina che accetta il codice deve essere http(s), senza parametri")
)

// A Writer writes letters. It is made once and is safe for concurrent use.
type Writer struct {
	styles styles
	qr     sync.Map // address -> barcode.Barcode: a community has one activation page
}

// styles are the ways of setting text: one scale for all letters.
type styles struct {
	body, strong, link, small, label, value pdf.Style
	title, heading, subheading, brand       pdf.Style
	address, code, number, rowHeader, cell  pdf.Style
	typed                                   pdf.Style // what is typed into a machine
}

// The colours of the public administration's design system.
var (
	navy  = pdf.Color{R: 0x17, G: 0x32, B: 0x4D}
	blue  = pdf.Color{R: 0x00, G: 0x66, B: 0xCC}
	ink   = pdf.Color{R: 0x1A, G: 0x1A, B: 0x1A}
	slate = pdf.Color{R: 0x45, G: 0x5A, B: 0x64}
	hair  = pdf.Color{R: 0xC5, G: 0xD0, B: 0xDA}
	pale  = pdf.Color{R: 0xEE, G: 0xF3, B: 0xF8}
)

// New prepares the typefaces; ErrFonts if they were not there at build time.
func New() (*Writer, error) { return newWriter(fonts) }

func newWriter(files fs.FS) (*Writer, error) {
	var faces [3]*pdf.Font
	for i, name := range []string{"TitilliumWeb_400Regular", "TitilliumWeb_600SemiBold", "RobotoMono_500Medium"} {
		ttf, err := fs.ReadFile(files, "fonts/"+name+".ttf")
		if err != nil {
			return nil, fmt.Errorf("%w (%s)", ErrFonts, name)
		}
		if faces[i], err = pdf.LoadFont(name, ttf); err != nil {
			return nil, err
		}
	}
	return &Writer{styles: makeStyles(faces[0], faces[1], faces[2])}, nil
}

func makeStyles(regular, semibold, mono *pdf.Font) styles {
	return styles{
		body:       pdf.Style{Font: regular, Size: 11, Leading: 15.5, Color: ink},
		strong:     pdf.Style{Font: semibold, Size: 11, Leading: 15.5, Color: ink},
		link:       pdf.Style{Font: semibold, Size: 11, Leading: 15.5, Color: blue},
		small:      pdf.Style{Font: regular, Size: 8.5, Leading: 11.5, Color: slate},
		label:      pdf.Style{Font: regular, Size: 9, Leading: 12, Color: slate},
		value:      pdf.Style{Font: semibold, Size: 10.5, Leading: 14, Color: ink},
		title:      pdf.Style{Font: semibold, Size: 21, Leading: 26, Color: navy},
		heading:    pdf.Style{Font: semibold, Size: 13, Leading: 18, Color: navy},
		subheading: pdf.Style{Font: semibold, Size: 11.5, Leading: 16, Color: navy},
		rowHeader:  pdf.Style{Font: regular, Size: 9.5, Leading: 14.5, Color: slate},
		cell:       pdf.Style{Font: regular, Size: 10.5, Leading: 14.5, Color: ink},
		brand:      pdf.Style{Font: semibold, Size: 15, Leading: 18, Color: navy},
		address:    pdf.Style{Font: regular, Size: 10.5, Leading: 14, Color: ink},
		code:       pdf.Style{Font: mono, Size: 30, Leading: 36, Color: navy},
		typed:      pdf.Style{Font: mono, Size: 9.5, Leading: 15.5, Color: ink},
		number:     pdf.Style{Font: semibold, Size: 11, Leading: 15.5, Color: blue},
	}
}

// smaller are the styles of a sheet that is very full. Title and code stay as they are.
func (s styles) smaller() styles {
	for _, style := range []*pdf.Style{&s.body, &s.strong, &s.link, &s.number} {
		style.Size, style.Leading = 9.5, 12.5
	}
	s.heading.Size, s.heading.Leading = 11.5, 15
	return s
}

// A Head is what all letters share: in whose name, for which community, when.
type Head struct {
	Publisher community.Publisher
	Community string    // its name as the citizen reads it: "Sistema Piemonte"
	Lang      string    // a locale.Language, of who reads it; "" is Italian
	At        time.Time // the moment of printing, in the reader's time zone
}

// A sheet is a letter being set.
type sheet struct {
	styles
	Head
	doc  *pdf.Document
	flow pdf.Flow
	top  string // stands over every page but the first
	form bool   // an office reads it too: headings are in Italian as well
}

// begin makes a document whose identifier comes from neutral data only: kind, number of registration,
// moment. A hash of the content would give the PIN away to whoever tries all PINs. The title is in the letter's language.
func (w *Writer) begin(h Head, kind, title, number string) *sheet {
	h.Publisher = h.Publisher.In(h.Lang)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%d", h.Publisher.Name, kind, number, h.At.UnixNano()))
	doc := pdf.New(pdf.Info{Title: title, Author: h.Publisher.Name, Producer: "Sportello", Language: h.tag(),
		Created: h.At, ID: [16]byte(sum[:16])})
	s := &sheet{styles: w.styles, Head: h, doc: doc, top: title}
	if number != "" {
		s.top += " · " + s.t("Numero di registrazione") + " " + number
	}
	s.flow = pdf.Flow{Page: doc.AddPage(), Parent: doc.Root(), Left: left, Width: width, Top: 22 * pdf.MM, Bottom: bottom}
	return s
}

// end draws what repeats on every page and writes the file.
func (s *sheet) end(dst io.Writer) error {
	s.footers()
	if _, err := s.doc.WriteTo(dst); err != nil {
		return fmt.Errorf("writing the letter: %w", err)
	}
	return nil
}
