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

// Conclude ends the desk of an operation: once the required papers exist, the sealed secrets are destroyed. Only who booked it ends it.
// Errors: ErrUnprinted, ErrOtherDesk.
func (d *Desk) Conclude(ctx context.Context, who Who, n registration.Number) error {
	err := d.Store.Act(ctx, who.record(audit.ConcludeDesk), func(tx *store.Tx) error {
		f, err := d.papers(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation = f.Registration.ID, f.Operation.ID
		if len(f.Unprinted) > 0 {
			return ErrUnprinted
		}
		if !f.Handover() {
			return nil // done already
		}
		if f.Operation.Operator != who.Operator.ID {
			return ErrOtherDesk
		}
		return d.conclude(tx, f)
	})
	if err == nil {
		d.MailQueued()
	}
	return err
}

// conclude destroys what was sealed; only the hashes stay. The citizen is told of a delegate who has collected.
func (d *Desk) conclude(tx *store.Tx, f File) error {
	op := f.Operation
	h, err := tx.Handover(op.ID)
	if err != nil {
		return err
	}
	h.SealedPIN, h.SealedCode = nil, nil
	op.ConcludedAt = tx.Now
	return errors.Join(tx.SaveHandover(h), tx.SaveOperation(op), pinHeld(tx, op), d.tellCollected(tx, f))
}

// pinHeld notes that the citizen has received a PIN at the desk (001 Allegato 7, "possesso PIN").
func pinHeld(tx *store.Tx, op *registration.Operation) error {
	r, err := tx.Registration(op.Registration)
	if err != nil || r.PINHeld || op.Prints[registration.PINLetter].Count == 0 {
		return err
	}
	r.PINHeld = true
	return tx.SaveRegistration(r)
}

// Release lets an operator whose printer is broken go: the operation is cancelled, with a reason (mission S7). A responsabile does it.
func (d *Desk) Release(ctx context.Context, who Who, n registration.Number, reason string) error {
	record := who.record(audit.ReleaseGate)
	record.Reason = reason
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.May(office.ReleaseGate, tx.Now); err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return ErrReason
		}
		f, err := d.papers(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation = f.Registration.ID, f.Operation.ID
		if err := mayServe(who, f); err != nil {
			return err
		}
		if !f.Handover() {
			return registration.ErrNotPending
		}
		return discard(tx, f.Operation, "sbloccata: "+reason)
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
