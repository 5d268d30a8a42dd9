package desk

import (
	"context"
	"errors"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// A Detail is all that the read-only page of a registration shows (G09, 001 Allegato 7): the file, and every operation there ever was.
type Detail struct {
	File
	History  []Past           // the newest first
	CodeLive bool             // the operation in progress has a code
	Readable bool             // the reader may ask to read that code (mission S19)
	Letters  []*postal.Letter // by post, the newest first (E13)
	Former   []FormerCode     // the newest first (mission S9)
	Proposed time.Time        // since when another tax code waits for a second responsabile; zero if none does
}

// A Past is one operation of a registration with the name of the ente where it was booked.
type Past struct {
	*registration.Operation
	At string
}

// Detail reads the read-only page of one registration. Reading is an act: it is recorded. Errors: store.ErrNotFound, office.ErrForbidden.
func (d *Desk) Detail(ctx context.Context, who Who, n registration.Number) (x Detail, err error) {
	err = d.Store.Act(ctx, who.record(audit.OpenDetail), func(tx *store.Tx) error {
		if x.File, err = d.look(tx, who, n); err != nil {
			return err
		}
		if x.Former, err = tx.TaxCodesOf(x.Person.ID); err != nil {
			return err
		}
		switch p, err := tx.CodeProposal(x.Registration.ID); {
		case err == nil && !lapsed(p, tx.Now):
			x.Proposed = p.At
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
		if x.Letters, err = tx.LettersOf(x.Registration.ID); err != nil {
			return err
		}
		if x.History, err = d.history(tx, x.Registration.ID); err != nil || x.Operation == nil || x.Operation.Outcome != registration.Pending {
			return err
		}
		h, err := tx.Handover(x.Operation.ID)
		if errors.Is(err, store.ErrNotFound) {
			return nil // an import
		}
		refusal := mayReveal(who, x.File, tx.Now)
		x.CodeLive, x.Readable = err == nil && h.Code != "", refusal == nil || errors.Is(refusal, office.ErrStaleLogin)
		return err
	})
	return x, err
}

func (d *Desk) history(tx *store.Tx, registrationID string) (past []Past, err error) {
	ops, err := tx.Operations(registrationID)
	names := map[string]string{}
	for _, op := range ops {
		if _, known := names[op.Ente]; !known {
			if e, err := tx.Ente(op.Ente); err == nil {
				names[op.Ente] = e.Name
			}
		}
		past = append(past, Past{op, names[op.Ente]})
	}
	return past, err
}

// A Revealed code is shown once.
type Revealed struct {
	Number  registration.Number
	Name    string // the citizen's
	Kind    registration.Kind
	Code    string // in groups
	Expires time.Time
}

// Reveal reads the code of the operation in progress, while it is still sealed: for the ente that booked, by who may, with a reason that is recorded
// (mission S19). A mail tells the citizen. The PIN is never read. Errors: ErrReason, ErrGone, ErrFourEyes, office.ErrForbidden, office.ErrSelf, store.ErrNotFound.
func (d *Desk) Reveal(ctx context.Context, who Who, n registration.Number, reason string) (x Revealed, err error) {
	record := who.record(audit.RevealCode)
	record.Reason = reason
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := who.May(office.RevealCode, tx.Now); err != nil {
			return err
		}
		f, err := d.look(tx, who, n)
		if err != nil {
			return err
		}
		if f.Operation != nil {
			tx.Record.Operation = f.Operation.ID
		}
		if err := mayReveal(who, f, tx.Now); err != nil {
			return err
		}
		if strings.TrimSpace(reason) == "" {
			return ErrReason
		}
		code, err := d.unseal(tx, f, registration.CodeLetter)
		err = errors.Join(err, d.tell(tx, f, mail.CodeTaken, who.Ente))
		x = Revealed{f.Registration.Number, f.Person.FullName(), f.Operation.Kind, credential.Show(codeFormat(f), code), f.CodeExpires}
		return err
	})
	if err != nil {
		return Revealed{}, err
	}
	d.MailQueued()
	return x, nil
}

func codeFormat(f File) community.CodeFormat {
	if f.Operation.Kind == registration.Revocation {
		return f.Community.Codes.Revocation
	}
	return f.Community.Codes.Activation
}

// mayReveal says whether an operator may read the code of the operation in progress. Where the community asks for four eyes, not who booked it.
func mayReveal(who Who, f File, now time.Time) error {
	if err := who.May(office.RevealCode, now); err != nil {
		return err
	}
	switch {
	case f.Operation == nil || f.Operation.Ente != who.Ente.ID:
		return store.ErrNotFound
	case !f.SealedCode || !f.Handover():
		return ErrGone
	case f.FourEyes() && f.Operation.Operator == who.Operator.ID:
		return ErrFourEyes
	}
	return mayServe(who, f)
}
