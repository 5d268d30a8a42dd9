package citizen

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/registration"
	"sportello/store"
)

// unidentifiedMonths is how long the data of somebody who registered from home wait for a desk: the informativa says so (GDPR art. 5).
const unidentifiedMonths = 12

// forgottenAtOnce is how many people one sweep forgets: the rest is the next one's.
const forgottenAtOnce = 200

// remindedMonths is after how many of them who has an address is told what will happen: a month is left to go to a desk.
const remindedMonths = unidentifiedMonths - 1

// Sweep forgets what nobody confirmed, the data of receipts that are over, numbers that are too old, and who came to no desk in twelve months; whom it will
// forget in a month it tells.
func (c *Citizen) Sweep(ctx context.Context) error {
	return errors.Join(c.Store.PurgeApplications(ctx), c.forgetUnidentified(ctx), c.remindUnidentified(ctx))
}

// forgetUnidentified erases registrations that nobody has identified: sent from home, or begun and left, with no operation since.
func (c *Citizen) forgetUnidentified(ctx context.Context) error {
	before := c.Store.Now().AddDate(0, -unidentifiedMonths, 0)
	return c.eachUnidentified(ctx, audit.ForgetUnidentified, forget, func(tx *store.Tx, of community.Realm) ([]string, error) {
		return tx.Unidentified(of, before, forgottenAtOnce)
	})
}

// remindUnidentified writes once to those whom forgetUnidentified will erase in a month.
func (c *Citizen) remindUnidentified(ctx context.Context) error {
	now := c.Store.Now()
	soon := store.Soon{After: now.AddDate(0, -unidentifiedMonths, 0), Before: now.AddDate(0, -remindedMonths, 0), At: now.AddDate(0, unidentifiedMonths-remindedMonths, 0), Kind: string(mail.ForgottenSoon)}
	defer c.MailQueued()
	return c.eachUnidentified(ctx, audit.RemindUnidentified, c.remind, func(tx *store.Tx, of community.Realm) ([]string, error) {
		return tx.Unreminded(of, soon, forgottenAtOnce)
	})
}

// eachUnidentified does something to the registrations of each realm that find gives, one act each.
func (c *Citizen) eachUnidentified(ctx context.Context, deed audit.Deed, do func(*store.Tx, string) error, find func(*store.Tx, community.Realm) ([]string, error)) error {
	var due []string
	err := c.Store.Read(ctx, func(tx *store.Tx) error {
		seen := map[community.Realm]bool{}
		for _, id := range c.Communities.IDs() {
			of, _ := c.Communities.ByID(id)
			if seen[of.Realm] {
				continue
			}
			seen[of.Realm] = true
			found, err := find(tx, of.Realm)
			if err != nil {
				return err
			}
			due = append(due, found...)
		}
		return nil
	})
	for _, id := range due {
		record := audit.Origin{}.Begin(deed, audit.BySystem, "")
		record.Registration = id
		failed := c.Store.Act(ctx, record, func(tx *store.Tx) error { return do(tx, id) })
		if !errors.Is(failed, store.ErrStale) { // a desk was faster: the next sweep sees what there is
			err = errors.Join(err, failed)
		}
	}
	return err
}

// remind queues the mail; to somebody without an address one that counts as sent, so that the sweep does not come back.
func (c *Citizen) remind(tx *store.Tx, id string) error {
	reg, p, err := unidentified(tx, id)
	if err != nil {
		return err
	}
	lang, err := tx.Language(id)
	if err != nil {
		return err
	}
	mailID, err := tx.NewID()
	if err != nil {
		return err
	}
	m := &store.OutboxMail{ID: mailID, Kind: string(mail.ForgottenSoon), Community: reg.Community, Registration: id, To: p.Contacts.Email, Lang: lang,
		MessageID: mailID + "@" + c.MailDomain, ExpiresAt: reg.CreatedAt.AddDate(0, unidentifiedMonths, 0),
		Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(reg.Number)}}
	if m.To == "" {
		m.SentAt = tx.Now
	}
	return tx.Enqueue(m)
}

func forget(tx *store.Tx, id string) error {
	reg, _, err := unidentified(tx, id)
	if err != nil {
		return err
	}
	return tx.Erase(reg)
}

// unidentified reads whom a sweep has found, and notes who they are. Error: store.ErrStale if another machine was faster.
func unidentified(tx *store.Tx, id string) (*registration.Registration, *store.Person, error) {
	reg, err := tx.Registration(id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, store.ErrStale
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := tx.Person(reg.Person)
	if err != nil {
		return nil, nil, err
	}
	tx.Record.PersonMAC = tx.PersonMAC(p.TaxCode)
	return reg, p, nil
}
