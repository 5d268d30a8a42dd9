package area

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/credential"
	"sportello/letter"
	"sportello/mail"
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
	pin, err := credential.Draw(p.Community.Codes.PIN, a.Rand)
	if err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(credential.PurposePIN, pin)
	if err != nil {
		return err
	}
	return a.act(ctx, from.Begin(audit.CopyPIN, audit.ByCitizen, ""), token, func(tx *store.Tx, m member) error {
		if !a.paused(m, m.person.DomicileChangedAt, tx.Now).IsZero() {
			return ErrSoon
		}
		l := &postal.Letter{Community: m.reg.Community, Registration: m.reg.ID, Lang: lang, Address: a.postedTo(m), Secret: hash, Proof: postal.ByEarlierLetter}
		err := tx.QueueLetter(m.of.Post, l, pin)
		if errors.Is(err, postal.ErrUnproven) && a.livesThere(p) {
			l.Proof = postal.ByRegistry
			err = tx.QueueLetter(m.of.Post, l, pin)
		}
		return errors.Join(err, a.tell(tx, m, mail.PINOnItsWay, m.person.Contacts.Email))
	})
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
func (a *Area) livesThere(p Profile) bool {
	read := 0
	for _, s := range p.Sources {
		if slices.Contains(whereOneLives, s.Field) && !s.Edited {
			read++
		}
	}
	return !p.Person.Domicile.Elsewhere && read == len(whereOneLives)
}
