package desk

import (
	"context"
	"errors"
	"strings"

	"sportello/audit"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// ErrPrinted means that only a responsabile cancels a booking once something is printed, or one of another operator (mission S6).
var ErrPrinted = errors.New("only a supervisor cancels what is printed or a colleague's")

// Release lets an operator whose printer is broken go: the operation is cancelled, with a reason (mission S7). A responsabile does it.
func (d *Desk) Release(ctx context.Context, who Who, n registration.Number, reason string) error {
	return d.end(ctx, who.record(audit.ReleaseGate), who, n, reason, release)
}

// Cancel takes a booking back, with a reason: its operator before anything is printed, a responsabile also after (mission S6). Its codes die, and
// the registration stands where it stood before. Errors: ErrPrinted, ErrReason, registration.ErrNotPending.
func (d *Desk) Cancel(ctx context.Context, who Who, n registration.Number, reason string) error {
	return d.end(ctx, who.record(audit.CancelBooking), who, n, reason, cancel)
}

// An ending is one of the ways in which a desk takes a booking back.
type ending struct {
	needs  office.Permission
	may    func(Who, File) error // once the role does
	prefix string                // of the reason that the operation keeps
}

var (
	release = ending{office.ReleaseGate, func(_ Who, f File) error {
		if !f.Handover() {
			return registration.ErrNotPending
		}
		return nil
	}, "sbloccata: "}
	cancel = ending{office.BookOperation, func(who Who, f File) error {
		if f.Pending() == nil {
			return registration.ErrNotPending
		}
		if (f.Operation.Printed() || f.Operation.Operator != who.Operator.ID) && !who.Can(office.CancelPrinted) {
			return ErrPrinted
		}
		return nil
	}, "annullata: "}
)

func (d *Desk) end(ctx context.Context, record audit.Record, who Who, n registration.Number, reason string, e ending) error {
	record.Reason = reason
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.May(e.needs, tx.Now); err != nil {
			return err
		}
		f, err := d.papers(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = f.Registration.ID, f.Operation.ID, tx.PersonMAC(f.Person.TaxCode)
		if err := errors.Join(mayServe(who, f), e.may(who, f)); err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return ErrReason
		}
		if err := f.Registration.Cancel(f.Operation, tx.Now, e.prefix+reason); err != nil {
			return err
		}
		return errors.Join(tx.SaveRegistration(&f.Registration), discard(tx, f.Operation, e.prefix+reason))
	})
}

// discard ends an operation without success: its code opens nothing any more and its mail is not sent.
func discard(tx *store.Tx, op *registration.Operation, reason string) error {
	h, err := tx.Handover(op.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		h.SealedPIN, h.SealedCode, h.PIN = nil, nil, ""
		if err := tx.SaveHandover(h); err != nil {
			return err
		}
	}
	op.Discard(tx.Now, reason)
	return errors.Join(tx.DropMails(op.ID), tx.SaveOperation(op))
}
