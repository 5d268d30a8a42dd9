package area

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/credential"
	"sportello/letter"
	"sportello/mail"
	"sportello/person"
	"sportello/postal"
	"sportello/store"
)

// AskPIN queues a letter with a new PIN, for whoever got the present one by post (K02, E16). PINs are kept as hashes, so a copy is a new one; the old one
// works until the new one is first used (mission S22). A PIN goes only where a letter has arrived before, or where a registry knows that the person lives.
// Errors: postal.ErrDeskPIN, postal.ErrUnproven, postal.ErrQueued, postal.ErrTooMany, ErrSoon, ErrLoggedOut.
func (a *Area) AskPIN(ctx context.Context, from audit.Origin, token, lang string) error {
	p, err := a.Profile(ctx, token)
	if err != nil {
		return err
	}
	pin, err := a.Hasher.DrawPIN(p.Community.Codes.PIN, a.Rand)
	if err != nil {
		return err
	}
	return a.act(ctx, from.Begin(audit.CopyPIN, audit.ByCitizen, ""), token, func(tx *store.Tx, m member) error {
		return a.postPIN(tx, m, lang, pin)
	})
}

// PostPIN is AskPIN for somebody whom the helpdesk has recognised (K02: "or by telephone"), as part of its act. Errors: ErrInactive and those of AskPIN.
func (a *Area) PostPIN(tx *store.Tx, registrationID string, pin credential.PIN) error {
	m, err := a.recognised(tx, registrationID)
	if err != nil {
		return err
	}
	return a.postPIN(tx, m, "", pin)
}

func (a *Area) postPIN(tx *store.Tx, m member, lang string, pin credential.PIN) error {
	if !a.paused(m, m.person.DomicileChangedAt, tx.Now).IsZero() {
		return ErrSoon
	}
	l := &postal.Letter{Community: m.reg.Community, Registration: m.reg.ID, Lang: lang, Address: a.postedTo(m), Secret: pin.Hash, Proof: postal.ByEarlierLetter}
	err := tx.QueueLetter(m.of.Post, l, pin.Text)
	if errors.Is(err, postal.ErrUnproven) {
		sources, unread := tx.Provenance(m.person.ID)
		if unread != nil {
			return unread
		}
		if livesThere(m.person.Person, sources) {
			l.Proof = postal.ByRegistry
			err = tx.QueueLetter(m.of.Post, l, pin.Text)
		}
	}
	return errors.Join(err, a.tell(tx, m, mail.PINOnItsWay, m.person.Contacts.Email))
}

// postedTo is where the person's letters go.
func (a *Area) postedTo(m member) postal.Address {
	place := func(province, comune string) letter.Place {
		if p, ok := a.Places.Latest(comune); ok {
			return letter.Place{Comune: p.Name, Province: province}
		}
		return letter.Place{Comune: comune, Province: province}
	}
	p := m.person.Person
	return letter.PostalOf(p, place(p.Residence.Province, p.Residence.Comune), place(p.Domicile.Province, p.Domicile.Comune)).Posted()
}

// whereOneLives are the fields that a registry must have given.
var whereOneLives = []string{"address", "number", "postal_code"}

// livesThere tells whether letters go to a residence that a registry gave and nobody has changed since.
func livesThere(p person.Person, sources []store.FieldSource) bool {
	read := 0
	for _, s := range sources {
		if slices.Contains(whereOneLives, s.Field) && !s.Edited {
			read++
		}
	}
	return !p.Domicile.Elsewhere && read == len(whereOneLives)
}
