package desk

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
)

// A chore is what time alone asks for, one operation at a time.
type chore struct {
	deed audit.Deed
	list func(*store.Tx) ([]*registration.Operation, error) // candidates
	due  func(File, time.Time) bool
	do   func(*Desk, *store.Tx, File) error
}

var chores = []chore{
	{audit.DestroySecrets, func(tx *store.Tx) ([]*registration.Operation, error) { return tx.OpenSince(tx.Now) }, deskLeft, (*Desk).endDesk},
	{audit.DestroySecrets, func(tx *store.Tx) ([]*registration.Operation, error) { return tx.RenewedBefore(tx.Now) }, renewalLeft, (*Desk).leaveRenewal},
	{audit.DiscardOperation, func(tx *store.Tx) ([]*registration.Operation, error) { return tx.ExpiredOperations(tx.Now) }, longExpired, (*Desk).expire},
}

// Sweep destroys the sealed secrets that a desk has left for longer than the community's hours, discards operations whose
// code expired long ago (mission S6), ends proposals that nobody confirmed in time, and forgets old sessions, drafts and requests.
func (d *Desk) Sweep(ctx context.Context) error {
	now := d.Store.Now()
	err := errors.Join(d.Store.DropOldSessions(ctx, now.Add(-48*time.Hour)), d.Store.DropOldRequests(ctx, now.AddDate(0, -requestMonths, 0)))
	for _, c := range chores {
		err = errors.Join(err, d.sweep(ctx, c))
	}
	return errors.Join(err, d.lapseProposals(ctx))
}

// requestMonths is how long a decided request is kept, with its evidence.
const requestMonths = 24

func deskLeft(f File, now time.Time) bool {
	return f.Handover() && now.Sub(f.Operation.BookedAt) >= time.Duration(f.Community.Desk.SealedHours)*time.Hour
}

func (d *Desk) endDesk(tx *store.Tx, f File) error {
	if len(f.Unprinted) > 0 {
		return discard(tx, f.Operation, "stampe non completate in tempo")
	}
	return d.conclude(tx, f)
}

func longExpired(f File, now time.Time) bool {
	return f.Operation.Outcome == registration.Pending && !now.Before(f.CodeExpires.AddDate(0, 0, f.Community.Codes.PurgeDays))
}

func (d *Desk) expire(tx *store.Tx, f File) error { return discard(tx, f.Operation, "codice scaduto") }

func (d *Desk) sweep(ctx context.Context, c chore) error {
	var due []string
	err := d.read(ctx, func(tx *store.Tx) error {
		ops, err := c.list(tx)
		for _, op := range ops {
			f, failed := d.file(tx, op.Registration)
			err = errors.Join(err, failed)
			if failed == nil && c.due(f, tx.Now) {
				due = append(due, op.Registration)
			}
		}
		return err
	})
	for _, id := range due {
		record := audit.Origin{}.Begin(c.deed, audit.BySystem, "")
		record.Registration = id
		failed := d.Store.Act(ctx, record, func(tx *store.Tx) error {
			f, err := d.file(tx, id)
			if errors.Is(err, store.ErrNotFound) || err == nil && !c.due(f, tx.Now) {
				return errSwept
			}
			if err != nil {
				return err
			}
			tx.Record.Operation, tx.Record.Ente = f.Operation.ID, f.Operation.Ente
			return c.do(d, tx, f)
		})
		if !errors.Is(failed, errSwept) && !errors.Is(failed, store.ErrStale) { // what is left of it is the next sweep's
			err = errors.Join(err, failed)
		}
	}
	return err
}

// errSwept refuses what somebody else, or another machine, was faster to do: a record of an act must not stand for nothing.
var errSwept = errors.New("done by somebody else meanwhile")
