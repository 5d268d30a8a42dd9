package citizen

import (
	"bytes"
	"errors"

	"sportello/letter"
)

// A Sheet is a paper of the receipt, by its file's name.
type Sheet string

// The sheets: the receipt with the number as a barcode (B06), and the forms for who sends somebody else (B08).
const (
	ReceiptSheet     Sheet = "ricevuta.pdf"
	MandateSheet     Sheet = "modulo-delega.pdf"
	DeclarationSheet Sheet = "dichiarazione-sostitutiva.pdf"
	FaxSheet         Sheet = "copertina-fax.pdf" // of who registers without a desk (C04)
)

// ErrNoSheet means that there is no such paper.
var ErrNoSheet = errors.New("no such sheet")

// Sheet writes a paper of an application that was confirmed, in memory and in a language. Error: ErrNoSheet.
func (c *Citizen) Sheet(a Application, name Sheet, lang string) ([]byte, error) {
	var b bytes.Buffer
	head := letter.Head{Publisher: a.Community.Publisher, Community: a.Community.Name, Lang: lang, At: c.Store.Now().In(c.Zone)}
	party := letter.PartyOf(a.Person, c.Places)
	var err error
	switch {
	case !a.Confirmed:
		return nil, ErrNoSheet
	case name == ReceiptSheet:
		err = c.Letters.Receipt(&b, letter.Receipt{Head: head, Number: string(a.Number), Person: party, Weak: a.Door == WeakRegistration, DesksPage: c.Addresses.Page(a.Community.ID, "sportelli")})
	case name == MandateSheet:
		err = c.Letters.Mandate(&b, letter.Mandate{Head: head, Delegator: party, Operation: letter.FirstRegistration, Number: string(a.Number)})
	case name == DeclarationSheet:
		err = c.Letters.Declaration(&b, letter.Declaration{Head: head, Ward: party, Number: string(a.Number)})
	case name == FaxSheet && a.Door == WeakRegistration && a.Community.Fax.Number != "":
		err = c.Letters.FaxCover(&b, letter.FaxCover{Head: head, Number: string(a.Number), Person: party, Fax: a.Community.Fax.Number})
	default:
		return nil, ErrNoSheet
	}
	return b.Bytes(), err
}

// OutcomeSheet writes what the citizen keeps of an activation that has ended, in memory; in holds its words.
func (c *Citizen) OutcomeSheet(p Procedure, in letter.Outcome) ([]byte, error) {
	in.Publisher, in.Community, in.At, in.Number = p.Community.Publisher, p.Community.Name, c.Store.Now().In(c.Zone), string(p.Registration.Number)
	var b bytes.Buffer
	err := c.Letters.Outcome(&b, in)
	return b.Bytes(), err
}
