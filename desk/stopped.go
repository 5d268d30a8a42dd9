package desk

import (
	"context"
	"time"

	"sportello/store"
)

// A StoppedMail is mail that was tried in vain and still waits: to how many addresses, and since when. It tells nothing of anybody.
type StoppedMail struct {
	Addresses int
	Since     time.Time
}

// patience is how long a mail may wait before the desk hears of it: what asks to be tried again later takes as long.
const patience = 30 * time.Minute

// StoppedMail tells whether the mail of the house leaves.
func (d *Desk) StoppedMail(ctx context.Context) (x StoppedMail, err error) {
	err = d.Store.Read(ctx, func(tx *store.Tx) error {
		x.Addresses, x.Since, err = tx.StoppedMail(tx.Now.Add(-patience))
		return err
	})
	return x, err
}
