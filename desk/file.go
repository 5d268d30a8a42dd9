package desk

import (
	"context"
	"errors"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A File is one registration with all that the desk may see of it: no secret.
type File struct {
	Person       person.Person
	Registration registration.Registration
	Operation    *registration.Operation // the last one, nil if none
	Operator     office.Operator         // who booked it
	Ente         office.Ente             // where
	VerifiedBy   string                  // name of the ente that did the riscontro
	Community    community.Community
	Username     string
	Mails        []Mail // of the operation, the newest first
	Provenance   []store.FieldSource
	CodeExpires  time.Time
	SealedPIN    bool      // the PIN can still be printed
	SealedCode   bool      // by the desk that booked
	RenewedAt    time.Time // when another desk made the code anew; zero once that has ended
	Required     []registration.Paper
	Unprinted    []registration.Paper
	Lang         string // which the citizen is known to read, "" for none; only of papers
}

// A Mail is how far a mail with a code has come; what it says is not the desk's to see.
type Mail struct {
	To        string
	SentAt    time.Time
	FailedAt  time.Time // for good
	Attempts  int       // failed so far
	LastError string    // in Italian
}

// Handover tells whether the print page belongs to the operation: it is in progress and its desk has not ended.
func (f File) Handover() bool {
	return f.Operation != nil && f.Operation.Outcome == registration.Pending && f.Operation.ConcludedAt.IsZero()
}

// HasEmail tells whether the citizen has an address for the code.
func (f File) HasEmail() bool { return f.Person.Contacts.Email != "" }

// FourEyes tells whether a second operator prints the code of the operation: where the community asks for it (mission S19), and everywhere for a
// revoca or reset that ends somebody's credentials and of which no e-mail has told them: nobody ends them, or takes them over, alone (decisions/0020).
func (f File) FourEyes() bool {
	return f.Community.Desk.FourEyes || f.Operation != nil && f.EndsCredentials(f.Operation.Kind) && len(f.Mails) == 0
}

// EndsCredentials tells whether an operation would end credentials that the citizen holds.
func (f File) EndsCredentials(k registration.Kind) bool {
	return (k == registration.Revocation || k == registration.Reset) && f.Registration.State == registration.Active
}

// OpenGate gives the number of the registration whose papers an operator still has to print, "" if none: no other
// page of the desk opens before (D18, mission S7). Error: ErrOtherEnte when they are of an ente for which the operator does not
// work now.
func (d *Desk) OpenGate(ctx context.Context, who Who) (registration.Number, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (registration.Number, error) { return d.openGate(tx, who) })
}

func (d *Desk) openGate(tx *store.Tx, who Who) (registration.Number, error) {
	open, err := tx.OpenDesk(who.Operator.ID)
	if err != nil {
		return "", err
	}
	for _, op := range open {
		f, err := d.file(tx, op.Registration)
		if err != nil {
			return "", err
		}
		if len(f.Unprinted) > 0 && op.Ente != who.Ente.ID {
			return "", ErrOtherEnte
		}
		if len(f.Unprinted) > 0 {
			return f.Registration.Number, nil
		}
	}
	return "", nil
}

// Papers reads what the print page shows. Only who prints for the ente that booked the operation sees it.
// A colleague who reads it leaves a record. Errors: office.ErrForbidden, store.ErrNotFound.
func (d *Desk) Papers(ctx context.Context, who Who, n registration.Number) (f File, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		f, err = d.papers(tx, who, n)
		return err
	})
	if err != nil || f.Operation.Operator == who.Operator.ID {
		return f, err
	}
	return f, d.recordReading(ctx, who, f)
}

// recordReading leaves a record that somebody read a file whose operation is not theirs.
func (d *Desk) recordReading(ctx context.Context, who Who, f File) error {
	record := who.record(audit.OpenDetail)
	record.Registration, record.Operation, record.PersonMAC = f.Registration.ID, f.Operation.ID, d.Store.PersonMAC(f.Person.TaxCode)
	return d.Store.Act(ctx, record, func(*store.Tx) error { return nil })
}

func (d *Desk) papers(tx *store.Tx, who Who, n registration.Number) (File, error) {
	if !who.Can(office.PrintPapers) {
		return File{}, office.ErrForbidden
	}
	r, err := tx.RegistrationByNumber(n)
	if err != nil {
		return File{}, err
	}
	f, err := d.file(tx, r.ID)
	if err != nil {
		return File{}, err
	}
	if f.Registration.Realm != who.Ente.Realm || f.Operation == nil || f.Operation.Ente != who.Ente.ID {
		return File{}, store.ErrNotFound
	}
	f.Lang, err = tx.Language(r.ID)
	return f, err
}

// FileOf reads a registration for the helpdesk, which has checked that it may, and completes the record of who read it.
func (d *Desk) FileOf(tx *store.Tx, registrationID string) (File, error) {
	f, err := d.file(tx, registrationID)
	if err == nil && tx.Record != nil {
		tx.Record.Registration, tx.Record.PersonMAC = f.Registration.ID, tx.PersonMAC(f.Person.TaxCode)
	}
	return f, err
}

// file gathers a registration and what stands around it.
func (d *Desk) file(tx *store.Tx, id string) (File, error) {
	r, err := tx.Registration(id)
	if err != nil {
		return File{}, err
	}
	f := File{Registration: *r}
	if f.Community, err = d.communityOf(r.Community); err != nil {
		return File{}, err
	}
	p, err := tx.Person(r.Person)
	if err != nil {
		return File{}, err
	}
	f.Person = p.Person
	if f.Provenance, err = tx.Provenance(p.ID); err != nil {
		return File{}, err
	}
	if c, err := tx.Credentials(r.ID); err == nil {
		f.Username = c.Username
	}
	if e, err := tx.Ente(r.VerifiedBy); err == nil {
		f.VerifiedBy = e.Name
	}
	ops, err := tx.Operations(r.ID)
	if err != nil || len(ops) == 0 {
		return f, err
	}
	f.Operation = ops[0]
	return f, d.fileOperation(tx, &f)
}

func (d *Desk) fileOperation(tx *store.Tx, f *File) (err error) {
	op := f.Operation
	if o, err := tx.Operator(op.Operator); err == nil {
		f.Operator = *o
	}
	if e, err := tx.Ente(op.Ente); err == nil {
		f.Ente = *e
	}
	mails, err := tx.MailsOf(op.ID)
	if err != nil {
		return err
	}
	for _, m := range mails {
		f.Mails = append(f.Mails, Mail{To: m.To, SentAt: m.SentAt, FailedAt: m.FailedAt, Attempts: m.Attempts, LastError: m.LastError})
	}
	h, err := tx.Handover(op.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // an import
	}
	if err != nil {
		return err
	}
	f.CodeExpires, f.SealedPIN, f.SealedCode = h.CodeExpiresAt, h.SealedPIN != nil, h.SealedCode != nil && h.RenewedAt.IsZero()
	if h.SealedCode != nil {
		f.RenewedAt = h.RenewedAt
	}
	if _, err := f.Registration.Step(op); err == nil {
		handover := op.Kind.Handover()
		if h.Code == "" {
			handover &^= registration.IssueActivationCode
		}
		f.Required = op.Required(handover, f.HasEmail())
		f.Unprinted = op.Unprinted(handover, f.HasEmail())
	}
	return nil
}
