package citizen

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Send asks for the mail with the link (B05). Nobody is looked up: the page, the hashes, the queries and the mail are the same whoever the
// data belong to. What was sent already is not sent again. Errors: ErrNotYet, Wait, ErrMailbox, ErrNotOffered.
func (c *Citizen) Send(ctx context.Context, from audit.Origin, a Application) error {
	switch {
	case a.kept.State != store.ApplicationOpen:
		return nil
	case a.Page != CheckPage || len(Flaws(a.Person, a.Community, c.today())) > 0:
		return ErrNotYet
	}
	return c.send(ctx, from, a)
}

// SendAgain asks for another mail; the link of the one before opens nothing any more. Errors: ErrNoApplication, Wait, ErrMailbox.
func (c *Citizen) SendAgain(ctx context.Context, from audit.Origin, a Application) error {
	if a.kept.State != store.ApplicationSent {
		return ErrNoApplication
	}
	return c.send(ctx, from, a)
}

func (c *Citizen) send(ctx context.Context, from audit.Origin, a Application) error {
	if !a.Door.Offers(a.Community, c.today()) {
		return ErrNotOffered
	}
	if err := c.within(ctx, sendLimits(from)...); err != nil {
		return err
	}
	if err := c.within(ctx, mailboxLimit(a.Person.Contacts.Email)); errors.Is(err, ErrTooMany) {
		return ErrMailbox
	} else if err != nil {
		return err
	}
	token, hash, err := c.Store.NewToken()
	if err != nil {
		return err
	}
	record := from.Begin(audit.Preregister, audit.Unknown, "")
	record.PersonMAC = c.Store.PersonMAC(a.Person.TaxCode)
	record.Detail = map[string]string{"modo": string(a.Door), "informativa": a.Privacy.Version, "impronta informativa": a.Privacy.SHA256}
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error {
		k := a.kept
		if err := c.number(tx, k); err != nil {
			return err
		}
		k.State, k.Link, k.SentAt = store.ApplicationSent, hash, tx.Now
		k.ExpiresAt, k.KeptUntil = tx.Now.Add(time.Duration(a.Community.Online.LinkHours)*time.Hour), tx.Now.Add(unconfirmed)
		if err := errors.Join(tx.SaveApplication(k), tx.DropMails(k.ID)); err != nil { // a mail that still waits holds a link that is dead
			return err
		}
		return c.mailLink(tx, a, token)
	})
	if err == nil {
		c.MailQueued()
	}
	return err
}

// number gives an application the number of the registration to come; one that was sent before keeps it.
func (c *Citizen) number(tx *store.Tx, k *store.Application) error {
	for k.Number == "" {
		n, err := registration.DrawNumber(c.Rand)
		if err != nil {
			return err
		}
		given, err := tx.NumberGiven(n)
		if err != nil {
			return err
		}
		if !given {
			k.Number = n
		}
	}
	return nil
}

// doorPaths are where each door is; links lead below them.
var doorPaths = map[Door]string{Preregistration: "preregistrazione", WeakRegistration: "registrazione"}

// Path is where the pages of a door are, without slashes around.
func (d Door) Path() string { return doorPaths[d] }

// mailLink queues the mail with the link. It greets nobody by name: the address is not proven yet, and who typed the name may want to write to
// strangers. Its link is good for the community's hours from when it leaves; it waits as long as that still is before the application is forgotten.
func (c *Citizen) mailLink(tx *store.Tx, a Application, token string) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := c.Sealer.Seal("outbox/"+id, []byte(token))
	if err != nil {
		return fmt.Errorf("seal link: %w", err)
	}
	lasts := a.kept.ExpiresAt.Sub(a.kept.SentAt)
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.ConfirmApplication), Community: a.Community.ID, Operation: a.kept.ID, To: a.Person.Contacts.Email, Lang: a.Lang,
		Data: map[string]string{mail.DataPath: a.Door.Path() + "/conferma", mail.DataLasts: strconv.Itoa(int(lasts.Hours()))}, SealedCode: sealed, SealContext: "outbox/" + id,
		MessageID: id + "@" + c.MailDomain, ExpiresAt: a.kept.KeptUntil.Add(-lasts)})
}

// today is the day by which ages and documents are judged.
func (c *Citizen) today() person.Date { return person.DateOf(c.Store.Now().In(c.Zone)) }

// linkLimits bound how many links are tried: nobody can guess one, but every open form is limited.
func linkLimits(from audit.Origin) []store.Limit {
	return []store.Limit{{Key: "link/indirizzo/" + from.Line(), Max: 60, Window: time.Hour}, {Key: "link/rete/" + from.Network(), Max: 600, Window: time.Hour}}
}

// Linked reads the application whose mail held a token; nothing changes, so that programs that look at mails do no harm (mission S25).
// Errors: ErrLink for one that nobody knows, ErrLinkLate with the application for one that is too old.
func (c *Citizen) Linked(ctx context.Context, door Door, token string) (Application, error) {
	return store.Look(ctx, c.Store, func(tx *store.Tx) (Application, error) { return c.linked(tx, door, token) })
}

func (c *Citizen) linked(tx *store.Tx, door Door, token string) (a Application, err error) {
	kept, err := tx.ApplicationByLink(token)
	if err == nil {
		a, err = c.opened(tx, kept)
	}
	switch {
	case errors.Is(err, store.ErrNotFound) || err == nil && a.Door != door:
		return a, ErrLink
	case err == nil && !a.Confirmed && !tx.Now.Before(a.Expires):
		return a, ErrLinkLate
	}
	return a, err
}

// Confirm uses the link up: who holds it reads the mailbox (B05). What follows is done apart, by Settle, so that this takes as long for everybody.
// A link used twice does no harm. Errors: ErrLink, ErrLinkLate, Wait.
func (c *Citizen) Confirm(ctx context.Context, from audit.Origin, door Door, token string) error {
	if err := c.within(ctx, linkLimits(from)...); err != nil {
		return err
	}
	err := c.Store.Act(ctx, from.Begin(audit.ConfirmEmail, audit.Unknown, ""), func(tx *store.Tx) error {
		a, err := c.linked(tx, door, token)
		if err != nil {
			return err
		}
		tx.Record.PersonMAC, tx.Record.Detail = tx.PersonMAC(a.Person.TaxCode), map[string]string{"modo": string(door)}
		if a.Confirmed {
			return errAlready
		}
		a.kept.State, a.kept.ConfirmedAt, a.kept.NextAt = store.ApplicationConfirmed, tx.Now, tx.Now
		a.kept.DataUntil, a.kept.KeptUntil = tx.Now.Add(receiptKept), tx.Now.Add(numberKept)
		return tx.SaveApplication(a.kept)
	})
	if errors.Is(err, errAlready) {
		return nil
	}
	if errors.Is(err, store.ErrStale) { // the same link, in the same moment
		_, err = c.Linked(ctx, door, token)
		return err
	}
	if err == nil {
		c.Waiting()
	}
	return err
}

// RenewLink sends another mail to the address of a link that came too late. Errors: ErrLink, Wait, ErrMailbox.
func (c *Citizen) RenewLink(ctx context.Context, from audit.Origin, door Door, token string) error {
	if err := c.within(ctx, linkLimits(from)...); err != nil {
		return err
	}
	a, err := c.Linked(ctx, door, token)
	if errors.Is(err, ErrLinkLate) {
		return c.SendAgain(ctx, from, a)
	}
	return err
}
