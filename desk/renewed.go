package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// Renewed reads the page after a renewal. Only operators of the ente where it was made see it; one who did not make the code leaves a record of the
// reading. Errors: office.ErrForbidden, store.ErrNotFound.
func (d *Desk) Renewed(ctx context.Context, who Who, n registration.Number) (r Renewal, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		r, _, err = d.renewed(tx, who, n)
		return err
	})
	if err != nil || r.By == who.Operator.ID {
		return r, err
	}
	return r, d.recordReading(ctx, who, r.File)
}

func (d *Desk) renewed(tx *store.Tx, who Who, n registration.Number) (Renewal, *credential.Handover, error) {
	if !who.Can(office.PrintPapers) {
		return Renewal{}, nil, office.ErrForbidden
	}
	reg, err := tx.RegistrationByNumber(n)
	if err != nil {
		return Renewal{}, nil, err
	}
	f, err := d.file(tx, reg.ID)
	if err != nil || f.Registration.Realm != who.Ente.Realm || f.Operation == nil {
		return Renewal{}, nil, errors.Join(store.ErrNotFound, err)
	}
	h, err := tx.Handover(f.Operation.ID)
	if err != nil {
		return Renewal{}, nil, err
	}
	if h.RenewedEnte != who.Ente.ID {
		return Renewal{}, nil, store.ErrNotFound
	}
	open := f.Operation.Outcome == registration.Pending && h.SealedCode != nil
	return Renewal{Number: n, Operation: f.Operation.ID, File: f, By: h.RenewedBy, Open: open, Prints: h.RenewedPrints}, h, nil
}

// mayPrintRenewed is mayPrint for the letter of a renewed code.
func mayPrintRenewed(who Who, r Renewal, reason string, now time.Time) error {
	if err := errors.Join(who.May(office.PrintPapers, now), mayServe(who, r.File)); err != nil {
		return err
	}
	own := r.By == who.Operator.ID
	switch {
	case !r.Open:
		return ErrGone
	case r.File.FourEyes() && r.File.Operation.Operator == who.Operator.ID: // held the PIN
		return ErrFourEyes
	case !r.File.FourEyes() && !own:
		return ErrOtherDesk
	case r.HasEmail() && strings.TrimSpace(reason) == "":
		return ErrReason
	}
	return nil
}

// PrintRenewed gives the letter of a renewed code as PDF and counts it. Errors: those of Print for a code's letter.
func (d *Desk) PrintRenewed(ctx context.Context, who Who, n registration.Number, reason string) (pdf []byte, err error) {
	refusal := d.read(ctx, func(tx *store.Tx) error {
		r, _, err := d.renewed(tx, who, n)
		if err == nil {
			err = mayPrintRenewed(who, r, reason, tx.Now)
		}
		if err != nil {
			return err
		}
		secret, err := d.unseal(tx, r.File, registration.CodeLetter)
		if err != nil {
			return err
		}
		pdf, err = d.paper(r.File, registration.CodeLetter, secret, tx.Now.In(d.Zone))
		return err
	})
	record := who.record(audit.PrintPaper)
	record.Reason, record.Detail = reason, map[string]string{"carta": string(registration.CodeLetter), "codice": "rigenerato"}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		r, h, err := d.renewed(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = r.Registration.ID, r.Operation, tx.PersonMAC(r.Person.TaxCode)
		if err := errors.Join(mayPrintRenewed(who, r, reason, tx.Now), refusal); err != nil {
			return err
		}
		h.RenewedPrints++
		return errors.Join(tx.SaveHandover(h), tx.CountPrint(r.Operation, registration.CodeLetter), d.tellPrinted(tx, who, r.File, registration.CodeLetter))
	})
	if err != nil {
		return nil, err
	}
	d.MailQueued()
	return pdf, nil
}

// ConcludeRenewal ends the desk of a renewal: the sealed code is destroyed. Only who renewed ends it. Errors: ErrUnprinted, ErrOtherDesk.
func (d *Desk) ConcludeRenewal(ctx context.Context, who Who, n registration.Number) error {
	if r, err := d.Renewed(ctx, who, n); err == nil && !r.Open {
		return nil // ended already: nothing is recorded
	}
	return d.Store.Act(ctx, who.record(audit.ConcludeDesk), func(tx *store.Tx) error {
		r, h, err := d.renewed(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = r.Registration.ID, r.Operation, tx.PersonMAC(r.Person.TaxCode)
		switch {
		case !r.Open:
			tx.Record.Detail = map[string]string{"modulo": "già inviato"} // in the same moment
			return nil
		case r.Unprinted():
			return ErrUnprinted
		case r.By != who.Operator.ID:
			return ErrOtherDesk
		}
		return endRenewal(tx, h)
	})
}

// ReleaseRenewal lets an operator whose printer is broken go: the new code opens nothing any more, and can be made again. A responsabile does
// it, with a reason (mission S7).
func (d *Desk) ReleaseRenewal(ctx context.Context, who Who, n registration.Number, reason string) error {
	record := who.record(audit.ReleaseGate)
	record.Reason = reason
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		r, h, err := d.renewed(tx, who, n)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = r.Registration.ID, r.Operation, tx.PersonMAC(r.Person.TaxCode)
		switch err := errors.Join(who.May(office.ReleaseGate, tx.Now), mayServe(who, r.File)); {
		case err != nil:
			return err
		case strings.TrimSpace(reason) == "":
			return ErrReason
		case !r.Open:
			return registration.ErrNotPending
		}
		h.Code = ""
		return errors.Join(endRenewal(tx, h), tx.DropMails(r.Operation), shut(tx, r.Operation))
	})
}

// shut ends what a code that is no longer good has opened at home.
func shut(tx *store.Tx, operation string) error {
	return errors.Join(tx.EndSessionsOf(store.ActivationSession, operation), tx.EndSessionsOf(store.RevocationSession, operation))
}

func endRenewal(tx *store.Tx, h *credential.Handover) error {
	h.SealedCode = nil
	return tx.SaveHandover(h)
}

// RenewalGate gives the number of the registration whose renewed code an operator still has to print, "" if none: it is the gate of E05 and D18.
// Error: ErrOtherEnte.
func (d *Desk) RenewalGate(ctx context.Context, who Who) (number registration.Number, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenRenewals(who.Operator.ID)
		for _, op := range open {
			h, failed := tx.Handover(op.ID)
			f, unread := d.file(tx, op.Registration)
			if err = errors.Join(err, failed, unread); err != nil {
				return err
			}
			blocked := (Renewal{File: f, Open: true, Prints: h.RenewedPrints}).Unprinted()
			if blocked && h.RenewedEnte != who.Ente.ID {
				return ErrOtherEnte
			}
			if blocked {
				number = f.Registration.Number
			}
		}
		return err
	})
	return number, err
}

// renewalLeft tells whether a renewed code has been sealed for longer than the community allows.
func renewalLeft(f File, now time.Time) bool {
	return !f.RenewedAt.IsZero() && now.Sub(f.RenewedAt) >= time.Duration(f.Community.Desk.SealedHours)*time.Hour
}

// leaveRenewal destroys what a desk has left: a code that nobody can have received opens nothing any more.
func (d *Desk) leaveRenewal(tx *store.Tx, f File) error {
	h, err := tx.Handover(f.Operation.ID)
	if err != nil {
		return err
	}
	if (Renewal{File: f, Open: true, Prints: h.RenewedPrints}).Unprinted() {
		h.Code = ""
	}
	return endRenewal(tx, h)
}
