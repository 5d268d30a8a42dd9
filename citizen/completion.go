package citizen

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Gaps are what a weak member's registration lacks (B03, mission S14; 001 §4.2.1 Punti di attenzione).
type Gaps struct {
	Person    person.Person
	Community community.Community
	Document  bool // something of the document is missing or no longer good
	Email     bool // there is no address, or one that leads nowhere
	Terms     bool // the texts in force have not been accepted
}

// Any tells whether anything is lacking.
func (g Gaps) Any() bool { return g.Document || g.Email || g.Terms }

// A Filling is what a weak member completes: a document if one was asked for, and both texts.
type Filling struct {
	Document person.Document
	Accepted Acceptance
}

// ErrStrong refuses what is for weak members only: strong ones change their data elsewhere.
var ErrStrong = errors.New("the credentials are strong already")

// Gaps reads what a registration lacks. Errors: ErrStrong, ErrNotOffered.
func (c *Citizen) Gaps(ctx context.Context, registrationID string) (g Gaps, err error) {
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		_, g, err = c.gaps(tx, registrationID)
		return err
	})
	return g, err
}

func (c *Citizen) gaps(tx *store.Tx, registrationID string) (p *store.Person, g Gaps, err error) {
	r, err := tx.Registration(registrationID)
	if err != nil {
		return nil, g, err
	}
	g.Community, _ = c.Communities.ByID(r.Community)
	switch {
	case r.State != registration.Active || r.Strong:
		return nil, g, ErrStrong
	case !g.Community.Online.Completion || !g.Community.Local.Open(c.today()):
		return nil, g, ErrNotOffered
	}
	if p, err = tx.Person(r.Person); err != nil {
		return nil, g, err
	}
	g.Person = p.Person
	flaws := Flaws(p.Person, g.Community, c.today())
	g.Document, g.Email = len(On(flaws, DocumentPage)) > 0, len(On(flaws, ContactsPage)) > 0
	accepted, err := tx.Accepts(r.ID, "regolamento", g.Community.Terms.SHA256)
	g.Terms = !accepted
	return p, g, err
}

// FillGaps fills the gaps of a weak member, who has shown the PIN, and notes that the texts in force were accepted. The credentials stay weak. Nothing
// that was there is changed. Errors: ErrStrong, ErrNotOffered, ErrNotAccepted, ErrNotYet where the document still has a flaw.
func (c *Citizen) FillGaps(ctx context.Context, from audit.Origin, registrationID string, in Filling) error {
	record := from.Begin(audit.CompleteData, audit.ByCitizen, "")
	record.Registration = registrationID
	err := c.Store.Act(ctx, record, func(tx *store.Tx) error {
		p, g, err := c.gaps(tx, registrationID)
		if err != nil {
			return err
		}
		tx.Record.Actor, tx.Record.PersonMAC = string(p.ID), tx.PersonMAC(p.TaxCode)
		return c.fill(tx, p, g, registrationID, in)
	})
	if err == nil {
		c.MailQueued()
	}
	return err
}

func (c *Citizen) fill(tx *store.Tx, p *store.Person, g Gaps, registrationID string, in Filling) error {
	if !in.Accepted.Terms || !in.Accepted.Privacy {
		return ErrNotAccepted
	}
	tx.Record.Detail = map[string]string{"regolamento": g.Community.Terms.Version, "informativa": g.Community.Privacy.Version}
	if g.Document {
		p.Document = in.Document
		p.Document.Number = person.NormalizeNumber(p.Document.Number)
		if slices.ContainsFunc(Flaws(p.Person, g.Community, c.today()), func(f Flaw) bool { return f.Page == DocumentPage }) {
			return ErrNotYet
		}
		tx.Record.Detail["dati"] = "documento"
		if err := tx.SavePerson(p); err != nil {
			return err
		}
	}
	for _, text := range []store.Acknowledgement{
		{Text: "regolamento", Version: g.Community.Terms.Version, SHA256: g.Community.Terms.SHA256},
		{Text: "informativa", Version: g.Community.Privacy.Version, SHA256: g.Community.Privacy.SHA256},
	} {
		text.Registration, text.Lang, text.Channel, text.At = registrationID, in.Accepted.Lang, "bonifica online", tx.Now
		if err := tx.AddAcknowledgement(text); err != nil {
			return err
		}
	}
	return c.tellCompleted(tx, p, g, registrationID, in.Accepted.Lang)
}

func (c *Citizen) tellCompleted(tx *store.Tx, p *store.Person, g Gaps, registrationID, lang string) error {
	if p.Contacts.Email == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.DataCompleted), Community: g.Community.ID, Registration: registrationID, To: p.Contacts.Email, Lang: lang,
		MessageID: id + "@" + c.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3), Data: map[string]string{mail.DataName: p.FullName()}})
}
