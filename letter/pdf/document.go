// Package pdf writes small tagged PDF documents: A4 pages of text, lists, tables, links and figures,
// with the structure that a screen reader needs (ISO 14289-1, PDF/UA-1) and embedded fonts and colour
// profile (ISO 19005-2, PDF/A-2a).
//
// It draws what it is told and knows nothing of letters. It reads no files, and equal input gives equal bytes.
package pdf

import (
	"strconv"
	"time"
)

// Info describes a document; it holds no content of it.
type Info struct {
	Title    string
	Author   string
	Producer string
	Language string // "it-IT"
	Created  time.Time
	ID       [16]byte // file identifier; a hash of secret content must never stand here
}

// A Document is a PDF being made. It is not safe for concurrent use.
type Document struct {
	info  Info
	root  *Element
	pages []*Page
	fonts []*usedFont
}

type usedFont struct {
	font   *Font
	number string // in its name as a resource
	whole  bool   // the common subset does not do
	object int
}

// New begins a document without pages.
func New(info Info) *Document {
	return &Document{info: info, root: &Element{tag: "Document"}}
}

// Root is the element that holds all others.
func (d *Document) Root() *Element { return d.root }

// Pages are the pages in order.
func (d *Document) Pages() []*Page { return d.pages }

// AddPage adds an empty page at the end.
func (d *Document) AddPage() *Page {
	p := &Page{doc: d, stream: make([]byte, 0, 16<<10)}
	d.pages = append(d.pages, p)
	return p
}

func (d *Document) use(f *Font) *usedFont {
	for _, u := range d.fonts {
		if u.font == f {
			return u
		}
	}
	u := &usedFont{font: f, number: strconv.Itoa(len(d.fonts) + 1)}
	d.fonts = append(d.fonts, u)
	return u
}

func (d *Document) fontNumber(f *Font) string { return d.use(f).number }

func (d *Document) needWhole(f *Font) { d.use(f).whole = true }
