package desk

import (
	"errors"
	"io"

	"sportello/community"
	"sportello/letter"
)

// A Blank is a document that anybody may download and fill in by hand (001 §2, mission G12).
type Blank string

// The five documents.
const (
	Guide             Blank = "manuale"
	BlankTerms        Blank = "regolamento"
	RevocationRequest Blank = "richiesta-revoca"
	BlankMandate      Blank = "modulo-delega"
	BlankDeclaration  Blank = "dichiarazione-sostitutiva"
)

// ErrNoDocument means that a community publishes no such document.
var ErrNoDocument = errors.New("no such document")

// blanks set the documents.
var blanks = map[Blank]func(*Desk, io.Writer, letter.Head, community.Community) error{
	Guide: func(d *Desk, w io.Writer, h letter.Head, _ community.Community) error {
		return d.Letters.Handbook(w, letter.Handbook{Head: h, Title: "Manuale d’uso del servizio", Markdown: d.Guide})
	},
	BlankTerms: func(d *Desk, w io.Writer, h letter.Head, c community.Community) error {
		if c.Terms.Markdown == "" {
			return ErrNoDocument
		}
		return d.Letters.Terms(w, letter.Terms{Head: h, Text: c.Terms})
	},
	RevocationRequest: func(d *Desk, w io.Writer, h letter.Head, _ community.Community) error {
		return d.Letters.RevocationRequest(w, letter.RevocationRequest{Head: h})
	},
	BlankMandate: func(d *Desk, w io.Writer, h letter.Head, _ community.Community) error {
		return d.Letters.Mandate(w, letter.Mandate{Head: h})
	},
	BlankDeclaration: func(d *Desk, w io.Writer, h letter.Head, _ community.Community) error {
		return d.Letters.Declaration(w, letter.Declaration{Head: h})
	},
}

// Blank is a document of a community with nobody's data in it (D19, G12). Errors: ErrNoCommunity, ErrNoDocument.
func (d *Desk) Blank(id community.ID, b Blank) ([]byte, error) {
	c, err := d.communityOf(id)
	if err != nil {
		return nil, err
	}
	set, ok := blanks[b]
	if !ok {
		return nil, ErrNoDocument
	}
	head := letter.Head{Publisher: c.Publisher, Community: c.Name, At: d.Store.Now().In(d.Zone)}
	return render(func(w io.Writer) error { return set(d, w, head, c) })
}
