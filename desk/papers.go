package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sportello/audit"
	"sportello/letter"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A Printing asks for one paper. Reason is why the code is printed although the citizen has an e-mail address (mission S19).
type Printing struct {
	Number registration.Number
	Paper  registration.Paper
	Reason string
	Lang   string // which the citizen asks for; "" for the one that they are known to read
}

// Print gives a paper as PDF and counts it. The letter is set before the act, which checks everything again: what cannot be set is not counted. PIN and
// code never stand on one paper. Errors: ErrReason, ErrFourEyes, ErrGone, ErrOtherDesk, office.ErrForbidden,
// office.ErrSelf, registration.ErrNotAllowed when the operation has no such paper.
func (d *Desk) Print(ctx context.Context, who Who, in Printing) ([]byte, error) {
	pdf, refusal := d.set(ctx, who, in)
	record := who.record(audit.PrintPaper)
	record.Reason, record.Detail = in.Reason, map[string]string{"carta": string(in.Paper)}
	if in.Lang != "" {
		record.Detail["lingua"] = in.Lang
	}
	err := d.Store.Act(ctx, record, func(tx *store.Tx) error {
		f, err := d.papers(tx, who, in.Number)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Operation, tx.Record.PersonMAC = f.Registration.ID, f.Operation.ID, tx.PersonMAC(f.Person.TaxCode)
		if err := d.mayPrint(who, f, in, tx.Now); err != nil {
			return err
		}
		if refusal != nil {
			return refusal
		}
		if err := tx.HoldOperation(f.Operation); err != nil { // replaced or erased in this very moment
			return err
		}
		return errors.Join(tx.CountPrint(f.Operation.ID, in.Paper), d.tellPrinted(tx, who, f, in.Paper))
	})
	if err != nil {
		return nil, err
	}
	d.MailQueued()
	return pdf, nil
}

// tellPrinted tells the citizen of a code that was printed although it goes to their mailbox (mission S19).
func (d *Desk) tellPrinted(tx *store.Tx, who Who, f File, p registration.Paper) error {
	if p != registration.CodeLetter {
		return nil
	}
	return d.tell(tx, f, mail.CodeTaken, who.Ente)
}

// set sets a paper in memory, if it may be printed.
func (d *Desk) set(ctx context.Context, who Who, in Printing) ([]byte, error) {
	var f File
	var secret string
	var at time.Time
	err := d.read(ctx, func(tx *store.Tx) (err error) {
		at = tx.Now
		if f, err = d.papers(tx, who, in.Number); err != nil {
			return err
		}
		if err := d.mayPrint(who, f, in, tx.Now); err != nil {
			return err
		}
		secret, err = d.unseal(tx, f, in.Paper)
		return err
	})
	if err != nil {
		return nil, err
	}
	if in.Lang != "" {
		f.Lang = in.Lang
	}
	return d.paper(f, in.Paper, secret, at.In(d.Zone))
}

// mayServe keeps operators off their own registration, and off one whose last operation they collect for somebody (mission S11).
func mayServe(who Who, f File) error {
	return errors.Join(who.MayServe(f.Person.TaxCode), notDelegate(who, f.Operation))
}

// notDelegate refuses who collects an operation for somebody; op may be nil.
func notDelegate(who Who, op *registration.Operation) error {
	if op == nil || op.Delegation == nil {
		return nil
	}
	return who.MayServe(op.Delegation.TaxCode)
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
	if in.Paper == registration.PINLetter && !f.Operation.Kind.Handover().Has(registration.IssuePIN) {
		return registration.ErrNotAllowed
	}
	if !f.Handover() {
		return ErrGone
	}
	own := f.Operation.Operator == who.Operator.ID
	if in.Paper == registration.PINLetter && !own {
		return ErrOtherDesk
	}
	if in.Paper == registration.CodeLetter {
		if f.FourEyes() && own {
			return ErrFourEyes
		}
		if !f.FourEyes() && !own {
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
	head := letter.Head{Publisher: f.Community.Publisher, Community: f.Community.Name, Lang: f.Lang, At: at}
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
			return d.Letters.PIN(w, letter.PIN{Head: head, To: to, Number: number, PIN: secret, Group: f.Community.Codes.PIN.Group, Code: channel,
				Ending: endings[f.Operation.Kind], ActivationPage: d.Addresses.Page(f.Community.ID, "attivazione")})
		})
	case registration.CodeLetter:
		if f.Operation.Kind == registration.Revocation {
			return render(func(w io.Writer) error {
				return d.Letters.RevocationCode(w, letter.RevocationCode{Head: head, To: to, Number: number, Code: secret, Group: f.Community.Codes.Revocation.Group,
					Expires: d.lastDay(f.CodeExpires), RevocationPage: d.Addresses.Page(f.Community.ID, "revoca")})
			})
		}
		return render(func(w io.Writer) error {
			return d.Letters.ActivationCode(w, letter.ActivationCode{Head: head, To: to, Number: number, Code: secret, Group: f.Community.Codes.Activation.Group,
				Expires: d.lastDay(f.CodeExpires), Ending: endings[f.Operation.Kind], ActivationPage: d.Addresses.Page(f.Community.ID, "attivazione")})
		})
	case registration.TermsOnPaper:
		return render(func(w io.Writer) error { return d.Letters.Terms(w, d.terms(f, head, residence)) })
	}
	return render(func(w io.Writer) error { return d.Letters.Summary(w, d.summary(f, head, residence, domicile)) })
}

// terms are the Regolamento with what the person who signs it need not write.
func (d *Desk) terms(f File, head letter.Head, residence letter.Place) letter.Terms {
	return letter.Terms{Head: head, Text: f.Community.Terms, Number: string(f.Registration.Number), Person: &f.Person,
		BirthPlace: letter.BirthPlaceOf(f.Person, d.Places), Residence: residence}
}

func (d *Desk) letterPlaces(p person.Person) (residence, domicile letter.Place) {
	return letter.Place{Comune: d.placeName(p.Residence.Comune), Province: p.Residence.Province},
		letter.Place{Comune: d.placeName(p.Domicile.Comune), Province: p.Domicile.Province}
}

// endings are what the citizen does last at home, where it is not the choice of the first credentials.
var endings = map[registration.Kind]letter.Ending{
	registration.Reset: letter.ChooseOthers, registration.Promotion: letter.KeepAndStrengthen, registration.NewPIN: letter.KeepWithNewPIN,
}

// lastDay is the last day on which a code is taken.
func (d *Desk) lastDay(expires time.Time) person.Date {
	return person.DateOf(expires.In(d.Zone))
}
