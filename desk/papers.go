package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/letter"
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
	SealedPIN    bool // the PIN can still be printed
	SealedCode   bool
	Required     []registration.Paper
	Unprinted    []registration.Paper
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

// OpenGate gives the number of the registration whose papers an operator still has to print, "" if none: no other
// page of the desk opens before (D18, mission S7). Error: ErrOtherEnte when they are of an ente for which the operator does not
// work now.
func (d *Desk) OpenGate(ctx context.Context, who Who) (number registration.Number, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		open, err := tx.OpenDesk(who.Operator.ID)
		if err != nil {
			return err
		}
		for _, op := range open {
			f, err := d.file(tx, op.Registration)
			if err != nil {
				return err
			}
			if len(f.Unprinted) > 0 && op.Ente != who.Ente.ID {
				return ErrOtherEnte
			}
			if len(f.Unprinted) > 0 {
				number = f.Registration.Number
				return nil
			}
		}
		return nil
	})
	return number, err
}

// Papers reads what the print page shows. Only who prints for the ente that booked the operation sees it.
// Errors: office.ErrForbidden, store.ErrNotFound.
func (d *Desk) Papers(ctx context.Context, who Who, n registration.Number) (f File, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		f, err = d.papers(tx, who, n)
		return err
	})
	return f, err
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
	return f, nil
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
	f.CodeExpires, f.SealedPIN, f.SealedCode = h.CodeExpiresAt, h.SealedPIN != nil, h.SealedCode != nil
	if rule, err := f.Registration.Step(op); err == nil {
		handover := rule.Handover
		if h.Code == "" {
			handover &^= registration.IssueActivationCode
		}
		f.Required = op.Required(handover, f.HasEmail())
		f.Unprinted = op.Unprinted(handover, f.HasEmail())
	}
	return nil
}

// A Printing asks for one paper. Reason is why the code is printed although the citizen has an e-mail address (mission S19).
type Printing struct {
	Number registration.Number
	Paper  registration.Paper
	Reason string
}

// Print counts a printing and gives the PDF, made in memory after the commit. PIN and code never stand on one paper.
// Errors: ErrReason, ErrFourEyes, ErrGone, ErrOtherDesk, office.ErrForbidden.
func (d *Desk) Print(ctx context.Context, who Who, in Printing) ([]byte, error) {
	var f File
	var secret string
	var at time.Time
	record := who.record(audit.PrintPaper)
	record.Reason, record.Detail = in.Reason, map[string]string{"carta": string(in.Paper)}
	err := d.Store.Act(ctx, record, func(tx *store.Tx) (err error) {
		at = tx.Now
		if f, err = d.papers(tx, who, in.Number); err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = f.Registration.ID, f.Operation.ID, tx.PersonMAC(f.Person.TaxCode)
		if err := d.mayPrint(who, f, in, tx.Now); err != nil {
			return err
		}
		if secret, err = d.unseal(tx, f, in.Paper); err != nil {
			return err
		}
		return tx.CountPrint(f.Operation.ID, in.Paper)
	})
	if err != nil {
		return nil, err
	}
	return d.paper(f, in.Paper, secret, at.In(d.Zone))
}

// mayServe keeps operators off their own registration, and off one whose codes they collect for somebody (mission S11).
func mayServe(who Who, f File) error {
	err := who.MayServe(f.Person.TaxCode)
	if g := f.Operation.Delegation; g != nil {
		err = errors.Join(err, who.MayServe(g.TaxCode))
	}
	return err
}

func (d *Desk) mayPrint(who Who, f File, in Printing, now time.Time) error {
	if err := who.May(office.PrintPapers, now); err != nil {
		return err
	}
	if err := mayServe(who, f); err != nil {
		return err
	}
	if in.Paper == registration.SummarySheet || in.Paper == registration.TermsOnPaper {
		return nil
	}
	if !f.Handover() {
		return ErrGone
	}
	own := f.Operation.Operator == who.Operator.ID
	if in.Paper == registration.PINLetter && !own {
		return ErrOtherDesk
	}
	if in.Paper == registration.CodeLetter {
		if f.Community.Desk.FourEyes && own {
			return ErrFourEyes
		}
		if !f.Community.Desk.FourEyes && !own {
			return ErrOtherDesk
		}
		if f.HasEmail() && strings.TrimSpace(in.Reason) == "" {
			return ErrReason
		}
	}
	return nil
}

// unseal opens the secret of a letter, "" for papers without one.
func (d *Desk) unseal(tx *store.Tx, f File, p registration.Paper) (string, error) {
	if p != registration.PINLetter && p != registration.CodeLetter {
		return "", nil
	}
	h, err := tx.Handover(f.Operation.ID)
	if err != nil {
		return "", err
	}
	seal, blob := sealPIN(f.Operation.ID), h.SealedPIN
	if p == registration.CodeLetter {
		seal, blob = sealCode(f.Operation.ID), h.SealedCode
	}
	if blob == nil {
		return "", ErrGone
	}
	plain, err := d.Sealer.Open(seal, blob)
	if err != nil {
		return "", fmt.Errorf("open sealed secret: %w", err)
	}
	return string(plain), nil
}

// paper sets one paper.
func (d *Desk) paper(f File, p registration.Paper, secret string, at time.Time) ([]byte, error) {
	head := letter.Head{Publisher: f.Community.Publisher, Community: f.Community.Name, At: at}
	residence, domicile := d.letterPlaces(f.Person)
	to := letter.PostalOf(f.Person, residence, domicile)
	number := string(f.Registration.Number)
	switch p {
	case registration.PINLetter:
		channel := letter.ByMail
		if !f.HasEmail() {
			channel = letter.OnPaper
		}
		return render(func(w io.Writer) error {
			return d.Letters.PIN(w, letter.PIN{Head: head, To: to, Number: number, PIN: secret, Group: f.Community.Codes.PIN.Group, Code: channel, ActivationPage: d.Pages.Activation})
		})
	case registration.CodeLetter:
		return render(func(w io.Writer) error {
			return d.Letters.ActivationCode(w, letter.ActivationCode{Head: head, To: to, Number: number, Code: secret, Group: f.Community.Codes.Activation.Group,
				Expires: d.lastDay(f.CodeExpires), ActivationPage: d.Pages.Activation})
		})
	case registration.TermsOnPaper:
		return render(func(w io.Writer) error {
			return d.Letters.Terms(w, letter.Terms{Head: head, Text: f.Community.Terms, Person: &f.Person, Residence: residence})
		})
	}
	return render(func(w io.Writer) error { return d.Letters.Summary(w, d.summary(f, head, residence, domicile)) })
}

func (d *Desk) letterPlaces(p person.Person) (residence, domicile letter.Place) {
	return letter.Place{Comune: d.placeName(p.Residence.Comune), Province: p.Residence.Province},
		letter.Place{Comune: d.placeName(p.Domicile.Comune), Province: p.Domicile.Province}
}

// lastDay is the last day on which a code is taken.
func (d *Desk) lastDay(expires time.Time) person.Date {
	return person.DateOf(expires.In(d.Zone))
}

// Conclude ends the desk of an operation: once the required papers exist, the sealed secrets are destroyed. Only who booked it ends it.
// Errors: ErrUnprinted, ErrOtherDesk.
func (d *Desk) Conclude(ctx context.Context, who Who, n registration.Number) error {
	return d.Store.Act(ctx, who.record(audit.ConcludeDesk), func(tx *store.Tx) error {
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
		return conclude(tx, f.Operation)
	})
}

// conclude destroys what was sealed; only the hashes stay.
func conclude(tx *store.Tx, op *registration.Operation) error {
	h, err := tx.Handover(op.ID)
	if err != nil {
		return err
	}
	h.SealedPIN, h.SealedCode = nil, nil
	op.ConcludedAt = tx.Now
	return errors.Join(tx.SaveHandover(h), tx.SaveOperation(op), pinHeld(tx, op))
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

// BlankTerms is the Regolamento of a community on paper, with the acceptance left to fill in by hand (D19).
// Errors: ErrNoCommunity.
func (d *Desk) BlankTerms(id community.ID) ([]byte, error) {
	c, err := d.communityOf(id)
	if err != nil {
		return nil, err
	}
	in := letter.Terms{Head: letter.Head{Publisher: c.Publisher, Community: c.Name, At: d.Store.Now().In(d.Zone)}, Text: c.Terms}
	return render(func(w io.Writer) error { return d.Letters.Terms(w, in) })
}
