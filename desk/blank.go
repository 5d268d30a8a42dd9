package desk

import (
	"context"
	"errors"
	"io"

	"sportello/audit"
	"sportello/community"
	"sportello/letter"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
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

// Blank is a document of a community with nobody's data in it (D19, G12). The forms are in a language; the Regolamento and the guide are in Italian.
// Errors: ErrNoCommunity, ErrNoDocument.
func (d *Desk) Blank(id community.ID, b Blank, lang string) ([]byte, error) {
	c, err := d.communityOf(id)
	if err != nil {
		return nil, err
	}
	set, ok := blanks[b]
	if !ok {
		return nil, ErrNoDocument
	}
	head := letter.Head{Publisher: c.Publisher, Community: c.Name, Lang: lang, At: d.Store.Now().In(d.Zone)}
	return render(func(w io.Writer) error { return set(d, w, head, c) })
}

// proxies set the two forms for who sends somebody else, with the data of the one who is sent for (001 §2).
var proxies = map[Blank]func(*Desk, io.Writer, letter.Head, *letter.Party, string, string) error{
	BlankMandate: func(d *Desk, w io.Writer, h letter.Head, citizen *letter.Party, operation, number string) error {
		return d.Letters.Mandate(w, letter.Mandate{Head: h, Delegator: citizen, Operation: operation, Number: number})
	},
	BlankDeclaration: func(d *Desk, w io.Writer, h letter.Head, citizen *letter.Party, _, number string) error {
		return d.Letters.Declaration(w, letter.Declaration{Head: h, Ward: citizen, Number: number})
	},
}

// proxy is the service of who gives out such a form.
var proxy = service{office.BookOperation, live, true}

// ProxyForm is one of the two forms for who sends somebody else, with the citizen's data in it; signature and delegate are left to write. It is
// recorded as a paper. Errors: those of Serve, ErrNoDocument.
func (d *Desk) ProxyForm(ctx context.Context, who Who, n registration.Number, b Blank) ([]byte, error) {
	set, ok := proxies[b]
	if !ok {
		return nil, ErrNoDocument
	}
	record := who.record(audit.PrintPaper)
	record.Detail = map[string]string{"carta": string(b)}
	var f File
	err := d.Store.Act(ctx, record, func(tx *store.Tx) error {
		s, err := d.serveFor(tx, who, proxy, n)
		if err != nil {
			return err
		}
		if f, err = d.file(tx, s.reg.ID); err != nil {
			return err
		}
		f.Lang, err = tx.Language(s.reg.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	operation := "" // ticked by hand
	if f.Registration.State == registration.Registered {
		operation = letter.FirstRegistration
	}
	head := letter.Head{Publisher: f.Community.Publisher, Community: f.Community.Name, Lang: f.Lang, At: d.Store.Now().In(d.Zone)}
	return render(func(w io.Writer) error {
		return set(d, w, head, letter.PartyOf(f.Person, d.Places), operation, string(n))
	})
}
