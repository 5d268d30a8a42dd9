package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// The refusals of a delegate.
var (
	ErrColleague = errors.New("the delegate works for the ente")
	ErrHabitual  = errors.New("the delegate has come for too many citizens")
)

// ReviewDelegation says what the rules have against somebody who comes instead of a citizen, on the desk's date (001 §5.1.1, Tabella 2). Without
// a delegation there is nothing to say.
func (d *Desk) ReviewDelegation(ctx context.Context, who Who, citizen person.TaxCode, g *registration.Delegation) (r Review, err error) {
	if g == nil {
		return r, nil
	}
	err = d.read(ctx, func(tx *store.Tx) error {
		r.delegation(citizen, g, d.today(tx.Now))
		limit, err := d.limits(tx, who, citizen, g)
		if limit.err != nil {
			r.problem(true, limit.field, limit.text)
		}
		return err
	})
	return r, err
}

// admit refuses a delegate who may not act for the citizen: to be asked inside every act that keeps a delegation.
// Errors: office.ErrSelf, ErrColleague, ErrHabitual, ErrReason, ErrIncomplete.
func (d *Desk) admit(tx *store.Tx, who Who, citizen person.TaxCode, g *registration.Delegation) error {
	if g == nil {
		return nil
	}
	limit, err := d.limits(tx, who, citizen, g)
	if err := errors.Join(err, limit.err); err != nil {
		return err
	}
	var r Review
	if r.delegation(citizen, g, d.today(tx.Now)); len(r.Problems) > 0 {
		return ErrIncomplete
	}
	if g.Reason != "" {
		tx.Record.Detail = map[string]string{"delegato abituale": g.Reason}
	}
	return nil
}

// A limit is a refusal of a delegate that only the database can tell.
type limit struct {
	err   error
	field Field
	text  string
}

// limits keeps operators of the ente from being delegates at it (mission S11), and lets nobody come for many citizens within a year unless a
// responsabile says why.
func (d *Desk) limits(tx *store.Tx, who Who, citizen person.TaxCode, g *registration.Delegation) (limit, error) {
	if err := who.MayServe(g.TaxCode); err != nil {
		return limit{err, DelegateTaxCode, "Il delegato è l'operatore stesso: chiedere a un altro operatore."}, nil
	}
	colleagues, err := tx.Colleagues(who.Ente.ID)
	if err != nil {
		return limit{}, err
	}
	for _, o := range colleagues {
		if g.TaxCode.Alike(o.TaxCode) {
			return limit{ErrColleague, DelegateTaxCode, "Il delegato lavora allo sportello di questo ente: non può ritirare qui le credenziali di un altro. Serve un altro delegato, o un altro ente."}, nil
		}
	}
	c, err := d.communityOf(who.Ente.Community)
	if err != nil || c.Desk.DelegateYearly == 0 {
		return limit{}, err
	}
	others, err := tx.DelegatedSince(who.Ente.Realm, g.TaxCode, citizen, tx.Now.AddDate(-1, 0, 0))
	if err != nil || others < c.Desk.DelegateYearly {
		return limit{}, err
	}
	came := fmt.Sprintf("In dodici mesi questo delegato si è già presentato per altri cittadini: %d. ", others)
	switch {
	case !who.Can(office.ApproveDelegate):
		return limit{ErrHabitual, DelegateTaxCode, came + "Per andare avanti serve un responsabile, che ripete l'operazione con il proprio accesso e ne scrive il motivo" + namesOf(colleagues, who.Ente.ID) + "."}, nil
	case strings.TrimSpace(g.Reason) == "":
		return limit{ErrReason, DelegateReason, came + "Scrivere perché lo si ammette."}, nil
	}
	return limit{}, nil
}

// namesOf says whom to call: ": Carla Rossi, Dario Costa", "" if nobody.
func namesOf(colleagues []*office.Operator, ente string) string {
	var names []string
	for _, o := range colleagues {
		for _, p := range o.Posts {
			if p.Ente == ente && (office.Acting{Post: p}).Can(office.ApproveDelegate) {
				names = append(names, o.FullName())
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}

func (r *Review) delegation(citizen person.TaxCode, g *registration.Delegation, today person.Date) {
	_, err := person.ParseTaxCode(string(g.TaxCode))
	r.problem(err != nil, DelegateTaxCode, "Il codice fiscale del delegato non è corretto: ricontrollarlo sulla tessera sanitaria.")
	r.problem(g.TaxCode.Alike(citizen), DelegateTaxCode, "Il delegato e il cittadino hanno lo stesso codice fiscale.")
	r.problem(g.Kind != registration.Mandate && g.Kind != registration.Declaration, DelegateKindField, "Scegliere il tipo di delega.")
	r.problem(strings.TrimSpace(g.Name) == "", DelegateNameField, "Scrivere il nome del delegato.")
	r.problem(strings.TrimSpace(g.Surname) == "", DelegateSurname, "Scrivere il cognome del delegato.")
	r.problem(g.BirthDate > today, DelegateBirth, "La data di nascita è nel futuro: ricontrollarla sul documento.")
	r.problem(g.BirthDate == "" || g.BirthDate.YearsAt(today) < 18, DelegateBirth, "Il delegato deve essere maggiorenne.")
	r.problem(g.Email != "" && !person.ValidEmail(g.Email), DelegateEmail, "L'indirizzo e-mail non è scritto bene: per esempio nome.cognome@esempio.it.")
	r.document(g.Document, g.BirthDate, today, onDelegate)
	if err == nil && len(g.TaxCode.Disagreements(g.Surname, g.Name, g.BirthDate, g.Sex)) > 0 {
		r.Warnings = append(r.Warnings, Remark{DelegateTaxCode, "Il codice fiscale del delegato non corrisponde ai suoi dati: ricontrollarli."})
	}
	if g.Kind == registration.Declaration {
		r.declaration(g, today)
	}
	r.evidence(g)
}

// declaration checks by what right somebody signs for the citizen (mission J02, J03, DPR 445/2000 art. 4 c. 2).
func (r *Review) declaration(g *registration.Delegation, today person.Date) {
	r.problem(!g.Capacity.Known(), DelegateCapacity, "Scegliere a che titolo il delegato agisce.")
	if a := g.Appointment; g.Capacity.Appointed() {
		r.problem(a.Court == "", DelegateCourt, "Scrivere quale giudice ha fatto la nomina.")
		r.problem(a.Number == "", DelegateActNumber, "Scrivere il numero del provvedimento.")
		r.problem(a.On == "", DelegateActOn, "Scrivere la data del provvedimento.")
		r.problem(a.On > today, DelegateActOn, "La data del provvedimento è nel futuro: ricontrollarla.")
		r.problem(a.Until != "" && a.Until < today, DelegateActUntil, "La nomina è scaduta: serve il provvedimento che la proroga.")
		r.problem(a.Until != "" && a.Until < a.On, DelegateActUntil, "La nomina finirebbe prima di cominciare: ricontrollare le due date.")
	}
	r.problem(g.Capacity.Related() && !g.Impediment, DelegateImpediment, "Senza un impedimento temporaneo per motivi di salute un parente non può dichiarare: serve il modulo delega.")
	r.problem(g.Capacity.Follows() && !g.NoneBefore, DelegateNoneBefore, "Tocca prima al coniuge, poi ai figli, poi agli altri parenti: confermare che chi viene prima manca.")
}

// evidence asks for what the desk must see and keep (001 §5.1.1, mission J01, J02).
func (r *Review) evidence(g *registration.Delegation) {
	e := g.Evidence
	r.problem(!e.FormKept, DelegateForm, "Confermare di aver trattenuto l'originale firmato.")
	r.problem(!e.DocumentSeen, DelegateSeen, "Confermare di aver visto il documento del delegato.")
	r.problem(!e.CitizenCopy, DelegateCopy, "Confermare di aver trattenuto la copia del documento del cittadino.")
	r.problem(g.Kind == registration.Declaration && g.Capacity.Appointed() && !e.ActSeen, DelegateAct, "Confermare di aver visto il provvedimento di nomina.")
}

// tellCollected queues a mail to the citizen when a delegate has collected: so abuse does not go unnoticed.
func (d *Desk) tellCollected(tx *store.Tx, f File) error {
	if f.Operation.Delegation == nil {
		return nil
	}
	return d.tell(tx, f, mail.DelegateCollected, f.Ente)
}

// tell queues a mail to the citizen about what was done at an ente's desk, if there is an address. It carries no secret.
func (d *Desk) tell(tx *store.Tx, f File, kind mail.Kind, at office.Ente) error {
	if !f.HasEmail() {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: f.Community.ID, Registration: f.Registration.ID, To: f.Person.Contacts.Email,
		Data:      map[string]string{mail.DataName: f.Person.FullName(), mail.DataNumber: string(f.Registration.Number), mail.DataEnte: at.Name},
		MessageID: id + "@" + d.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3)})
}
