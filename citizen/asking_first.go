package citizen

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// RenewFirst asks for another first password for whoever has a tax code, because theirs has expired or was lost (mission S23). It looks nobody up: what
// comes of it is done apart, and goes to the address that is known. Errors: ErrNotAsked, Wait.
func (c *Citizen) RenewFirst(ctx context.Context, from audit.Origin, of community.Community, code person.TaxCode) error {
	if !of.EnteRequest.Offered {
		return ErrNotAsked
	}
	err := c.reserveTries(ctx,
		store.Limit{Key: "primo accesso/indirizzo/" + from.Line(), Max: 10, Window: time.Hour},
		store.Limit{Key: "primo accesso/rete/" + from.Network(), Max: 100, Window: time.Hour})
	if err != nil {
		return err
	}
	kept, _, err := c.newRequest(of, "", request.Asked{Person: person.Person{TaxCode: code}})
	if err != nil {
		return err
	}
	kept.Purpose, kept.Browser, kept.Link, kept.NextAt = forPassword, "", "", c.Store.Now()
	kept.KeptUntil = c.Store.Now().Add(time.Hour)
	record := from.Begin(audit.RecoverPassword, audit.Unknown, "")
	record.PersonMAC = c.Store.PersonMAC(code)
	return c.Store.Act(ctx, record, func(tx *store.Tx) error { return tx.AddCredentialRequest(kept) })
}

// renewFirst replaces the first password of who has not chosen one yet, and forgets that it was asked for. For everybody else nothing happens, nor when
// it was asked for too often today: the last one that was mailed is good.
func (c *Citizen) renewFirst(tx *store.Tx, s *asker) error {
	tx.Record.Deed = audit.RecoverPassword
	if err := s.recall(tx); err != nil {
		return err
	}
	if err := tx.DropCredentialRequest(s.kept.ID); err != nil {
		return err
	}
	if s.quiet || s.live == nil || s.live.State != registration.Active || s.person.Contacts.Email == "" {
		return nil
	}
	set, err := tx.Credentials(s.live.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !set.Temporary() {
		return nil
	}
	if err != nil {
		return err
	}
	tx.Record.Registration = s.live.ID
	set.Password, set.SetAt, set.TemporaryUntil = s.in.FirstHash, tx.Now, tx.Now.Add(time.Duration(s.of.EnteRequest.TemporaryHours)*time.Hour)
	told := s.in
	told.Person = s.person.Person
	s.kept.KeptUntil, s.kept.Ente, s.kept.Registration = set.TemporaryUntil, s.live.VerifiedBy, s.live.ID
	return errors.Join(tx.SetCredentials(s.live.Realm, set), tx.EndSessionsOf(store.FirstSession, s.live.ID), c.mailAsked(tx, s.kept, told, mail.TemporaryPassword, s.in.First))
}
