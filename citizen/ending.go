package citizen

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/store"
)

// noticeBatch is how many people one act tells.
const noticeBatch = 200

// Endings does what the announced ends of local credentials ask for on this day (N05): each holder is told once by mail, a batch in each call,
// and from the day of the end the sessions opened with them are closed. It tells whether more is left to do; a call goes on where another stopped.
func (c *Citizen) Endings(ctx context.Context) (more bool, err error) {
	today := person.DateOf(c.Store.Now().In(c.Zone))
	for _, id := range c.Communities.IDs() {
		of, _ := c.Communities.ByID(id)
		switch of.Local.Stage(today) {
		case community.EndingLocal:
			again, failed := c.announce(ctx, of)
			more, err = more || again, errors.Join(err, failed)
		case community.EndedLocal:
			err = errors.Join(err, c.switchOff(ctx, of))
		}
	}
	return more, err
}

// endRecord begins the record of an act that the calendar does.
func endRecord(of community.Community) audit.Record {
	record := audit.Origin{}.Begin(audit.SwitchOff, audit.BySystem, "")
	record.Detail = map[string]string{"community": string(of.ID), "dal": string(of.Local.EndsOn)}
	return record
}

// announce tells a batch of those who have not been told.
func (c *Citizen) announce(ctx context.Context, of community.Community) (more bool, err error) {
	var waiting []store.Holder
	if err = c.Store.Read(ctx, func(tx *store.Tx) error {
		waiting, err = tx.Untold(of.ID, of.Local.EndsOn, 1)
		return err
	}); err != nil || len(waiting) == 0 {
		return false, err
	}
	err = c.Store.Act(ctx, endRecord(of), func(tx *store.Tx) error {
		if waiting, err = tx.Untold(of.ID, of.Local.EndsOn, noticeBatch); err != nil {
			return err
		}
		mailed := 0
		for _, h := range waiting {
			sent, err := c.tellEnd(tx, of, h)
			if err != nil {
				return err
			}
			mailed += sent
		}
		tx.Record.Detail["avvisati"], tx.Record.Detail["senza e-mail"] = strconv.Itoa(mailed), strconv.Itoa(len(waiting)-mailed)
		return nil
	})
	if err == nil {
		c.MailQueued()
	}
	return len(waiting) == noticeBatch, err
}

// tellEnd notes that a holder is told, and queues the mail if there is an address for it: it gives how many mails.
func (c *Citizen) tellEnd(tx *store.Tx, of community.Community, h store.Holder) (mails int, err error) {
	p, err := tx.Person(h.Person)
	if err != nil {
		return 0, err
	}
	if err := tx.Told(h.Registration, of.Local.EndsOn); err != nil || p.Contacts.Email == "" {
		return 0, err
	}
	id, err := tx.NewID()
	if err != nil {
		return 0, err
	}
	return 1, tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.EndAnnounced), Community: of.ID, Registration: h.Registration,
		To: p.Contacts.Email, Lang: h.Lang, MessageID: id + "@" + c.MailDomain, ExpiresAt: firstMoment(of.Local.EndsOn, c.Zone),
		Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: h.Number}})
}

// firstMoment is when a day begins.
func firstMoment(day person.Date, zone *time.Location) time.Time {
	t := day.Time()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, zone)
}

// switchOff keeps the end of a community's credentials, once; a community that never had anybody ends without a record.
func (c *Citizen) switchOff(ctx context.Context, of community.Community) error {
	due := false
	if err := c.Store.Read(ctx, func(tx *store.Tx) error {
		done, err := tx.Ended(of.ID, of.Local.EndsOn)
		if err != nil || done {
			return err
		}
		due, err = tx.Populated(of.ID)
		return err
	}); err != nil || !due {
		return err
	}
	return c.Store.Act(ctx, endRecord(of), func(tx *store.Tx) error {
		holders, err := tx.KeepEnding(of.ID, of.Local.EndsOn)
		tx.Record.Detail["credenziali"] = strconv.Itoa(holders)
		return err
	})
}
