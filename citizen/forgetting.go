package citizen

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/community"
	"sportello/store"
)

// unidentifiedMonths is how long the data of somebody who registered from home wait for a desk: the informativa says so (GDPR art. 5).
const unidentifiedMonths = 12

// forgottenAtOnce is how many people one sweep forgets: the rest is the next one's.
const forgottenAtOnce = 200

// Sweep forgets what nobody confirmed, the data of receipts that are over, numbers that are too old, and who came to no desk in twelve months.
func (c *Citizen) Sweep(ctx context.Context) error {
	return errors.Join(c.Store.PurgeApplications(ctx), c.forgetUnidentified(ctx))
}

// forgetUnidentified erases registrations that nobody has identified: sent from home, or begun and left, with no operation since.
func (c *Citizen) forgetUnidentified(ctx context.Context) error {
	before := c.Store.Now().AddDate(0, -unidentifiedMonths, 0)
	var due []string
	err := c.Store.Read(ctx, func(tx *store.Tx) error {
		seen := map[community.Realm]bool{}
		for _, id := range c.Communities.IDs() {
			of, _ := c.Communities.ByID(id)
			if seen[of.Realm] {
				continue
			}
			seen[of.Realm] = true
			found, err := tx.Unidentified(of.Realm, before, forgottenAtOnce)
			if err != nil {
				return err
			}
			due = append(due, found...)
		}
		return nil
	})
	for _, id := range due {
		record := audit.Origin{}.Begin(audit.ForgetUnidentified, audit.BySystem, "")
		record.Registration = id
		failed := c.Store.Act(ctx, record, func(tx *store.Tx) error { return forget(tx, id) })
		if !errors.Is(failed, store.ErrStale) { // a desk was faster: the next sweep sees what there is
			err = errors.Join(err, failed)
		}
	}
	return err
}

func forget(tx *store.Tx, id string) error {
	reg, err := tx.Registration(id)
	if errors.Is(err, store.ErrNotFound) {
		return store.ErrStale // by another machine
	}
	if err != nil {
		return err
	}
	p, err := tx.Person(reg.Person)
	if err != nil {
		return err
	}
	tx.Record.PersonMAC = tx.PersonMAC(p.TaxCode)
	return tx.Erase(reg)
}
