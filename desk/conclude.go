package desk

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
)

// Conclude ends the desk of an operation: once the required papers exist, the sealed secrets are destroyed. Only who booked it ends it. A desk that
// has ended is not ended again, and nothing is recorded. Errors: ErrUnprinted, ErrOtherDesk.
func (d *Desk) Conclude(ctx context.Context, who Who, n registration.Number) error {
	if ended, err := d.ended(ctx, who, n); err != nil || ended {
		return err
	}
	err := d.Store.Act(ctx, who.record(audit.ConcludeDesk), func(tx *store.Tx) error {
		f, err := d.papers(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = f.Registration.ID, f.Operation.ID, tx.PersonMAC(f.Person.TaxCode)
		if len(f.Unprinted) > 0 {
			return ErrUnprinted
		}
		if !f.Handover() {
			tx.Record.Detail = map[string]string{"modulo": "già inviato"} // in the same moment
			return nil
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

func (d *Desk) ended(ctx context.Context, who Who, n registration.Number) (ended bool, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		f, err := d.papers(tx, who, n)
		ended = err == nil && len(f.Unprinted) == 0 && !f.Handover()
		return nil // what is wrong is said, and recorded, by the act
	})
	return ended, err
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
