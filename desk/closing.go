package desk

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/registry"
	"sportello/store"
)

// How a closing that failed is tried again: the pause doubles from the first to the longest. It never ends: the person signed.
const (
	closingLease  = time.Minute // longer than any exchange with the directory
	closingPause  = 15 * time.Second
	closingLonger = 10 * time.Minute
)

// TryClosing asks the directory now for what a form left to close. That it fails is no error: it will be tried again.
func (d *Desk) TryClosing(ctx context.Context, who Who, id string) error {
	a, err := d.Account(ctx, who, id)
	if err != nil {
		return err
	}
	for _, c := range a.Closings {
		if c.ClosedAt.IsZero() {
			err = errors.Join(err, d.closeOne(ctx, c))
		}
	}
	return err
}

// CloseDue asks the directory for one closing that waits, and tells whether there was one. Any number of machines share the work.
func (d *Desk) CloseDue(ctx context.Context) (found bool, err error) {
	if d.Obsolete == nil {
		return false, nil
	}
	if due, err := d.Store.ClosingDue(ctx); err != nil || !due {
		return false, err
	}
	c, err := d.Store.ClaimClosing(ctx, closingLease)
	if err != nil || c == nil {
		return false, err
	}
	return true, d.closeOne(ctx, *c)
}

// closeOne asks once and notes how it ended. An account that the directory does not know any more is closed: that is what was asked for.
func (d *Desk) closeOne(ctx context.Context, c store.Closing) error {
	if d.Obsolete == nil {
		return nil
	}
	err := d.Obsolete.Close(ctx, registry.Closing{Account: c.Account, Operator: c.Operator, Ente: c.Ente})
	ctx = context.WithoutCancel(ctx) // whoever asked may have gone: what was done is noted
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		if d.Registries.Failed != nil {
			d.Registries.Failed(registry.Credentials, err)
		}
		pause := closingLonger
		if c.Attempts < 6 {
			pause = min(closingPause<<c.Attempts, closingLonger)
		}
		return d.Store.ClosingDeferred(ctx, c.ID, d.Store.Now().Add(pause))
	}
	record := audit.Origin{}.Begin(audit.CloseAccount, audit.BySystem, "")
	record.Ente, record.PersonMAC = c.Ente, c.PersonMAC
	record.Detail = map[string]string{"esito": "confermata", "account": c.Service}
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		news, err := tx.Closed(c.ID)
		if err == nil && !news {
			tx.Record.Detail["esito"] = "già confermata"
		}
		return err
	})
}
