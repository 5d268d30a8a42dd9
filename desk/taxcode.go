package desk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// A CodeChange says why a citizen's tax code is another, and by what that was seen (mission S9).
type CodeChange struct {
	Cause  CodeCause
	Proof  CodeProof
	Reason string // in the words of the responsabile
}

// A FormerCode is a tax code that was a citizen's until some day.
type FormerCode = store.FormerCode

// A CodeCause decides what becomes of the former code.
type CodeCause string

// The causes. A code that the Agenzia delle Entrate replaced stays the citizen's former one and leads to them still; one that was written wrong
// never was theirs, and is free for whoever it belongs to.
const (
	Replaced CodeCause = "sostituito"
	Mistyped CodeCause = "sbagliato"
)

// A CodeProof is the paper with the new code.
type CodeProof string

// The proofs.
const (
	HealthCardProof  CodeProof = "tessera sanitaria"
	CertificateProof CodeProof = "certificato di attribuzione"
	NoticeProof      CodeProof = "comunicazione dell'Agenzia delle Entrate"
)

// The refusals of a new tax code.
var (
	ErrTaxCodeTaken    = errors.New("the tax code is, or once was, somebody else's")
	ErrTaxCodeDelegate = errors.New("the tax code is that of the delegate of the operation in progress")
)

// codeChange checks a new tax code with the data that it tells (mission S9).
func (r *Review) codeChange(e Edit, entry Entry, c community.Community, today person.Date) {
	code := entry.Person.TaxCode
	r.problem(code == e.Shown.TaxCode && code != "", TaxCodeField, "È il codice già registrato: scrivere quello nuovo.")
	r.problem(code == "", TaxCodeField, "Scrivere il codice nuovo.")
	if code != "" {
		r.person(entry, c, today)
	}
	r.problem(entry.TaxCode.Cause != Replaced && entry.TaxCode.Cause != Mistyped, CauseField, "Scegliere perché il codice cambia.")
	r.problem(entry.TaxCode.Proof == "", ProofField, "Scegliere la prova del codice nuovo.")
	r.problem(strings.TrimSpace(entry.TaxCode.Reason) == "", ReasonField, "Scrivere che cosa è successo: resta nel registro degli atti.")
	r.problem(!entry.Checks.Document, SeenDocument, "Confermare di aver visto il documento originale e valido.")
	r.problem(!entry.Checks.CopiesArchived, CopiesArchived, "Confermare di aver archiviato la copia della prova.")
}

// identity are the fields of a registry that a tax code tells.
var identity = []registry.Field{registry.Surname, registry.Name, registry.BirthDate, registry.Sex}

// codeKnown says what the registries hold under the new code. Only that its owner has died stops: a registry that knows nothing of a code that
// the Agenzia delle Entrate has just given, or does not answer, is behind the paper that was seen.
func (r *Review) codeKnown(e Edit, entry Entry) {
	if e.Asked == "" || e.Asked != entry.Person.TaxCode {
		return
	}
	r.problem(e.Finding.Deceased, TaxCodeField, "L'anagrafe indica come deceduta la persona che ha questo codice: ricontrollarlo sulla prova. Se il cittadino è presente, lo corregge l'anagrafe del suo comune.")
	for _, f := range e.Finding.Differences(registryValues(e.After(entry))) {
		if slices.Contains(identity, f) {
			r.Warnings = append(r.Warnings, Remark{Field(fieldOf[f]), "Valore diverso da quello letto in " + string(e.Finding.Record.Source) + " con il codice nuovo: " + fieldNames[f] + "."})
		}
	}
}

// fieldOf is where the form asks for what a registry tells.
var fieldOf = map[registry.Field]Field{registry.Surname: SurnameField, registry.Name: NameField, registry.BirthDate: BirthField, registry.Sex: SexField}

// AskCode asks the registries whom a new tax code belongs to, as a registration does, and keeps the answer with the change (001 §5.1.2, mission S9). One that
// fails costs a notice. The act holds who asked about whom; where no registry is set up there is none. Errors: store.ErrNotFound, those of office.
func (d *Desk) AskCode(ctx context.Context, who Who, e *Edit, code person.TaxCode) error {
	if e.Asked == code {
		return nil
	}
	lives := e.Shown.Residence
	e.Asked, e.Finding = code, d.Registries.Lookup(ctx, registry.Query{TaxCode: code, Province: lives.Province, Comune: lives.Comune,
		Purpose: "cambio del codice fiscale", Operator: who.Operator.ID, Ente: who.Ente.ID})
	if len(e.Finding.Consulted) == 0 {
		return nil
	}
	record := who.record(audit.LookUp)
	record.Detail = consulted(e.Finding)
	record.Detail["per"] = string(audit.ChangeTaxCode)
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		s, err := d.serve(tx, who, audit.ChangeTaxCode, e.Number)
		if err == nil {
			tx.Record.Registration, tx.Record.Detail["persona"] = s.reg.ID, tx.PersonMAC(code)
		}
		return err
	})
}

// recoded is a person with another tax code, and the data from which it is made as they are typed with it.
func recoded(p, typed person.Person) person.Person {
	p.TaxCode, p.Surname, p.Name, p.BirthDate, p.Sex = typed.TaxCode, typed.Surname, typed.Name, typed.BirthDate, typed.Sex
	return p
}

// MayRecode asks for the refusals of a new tax code before anything is kept. Errors: office.ErrSelf, ErrTaxCodeTaken, ErrTaxCodeDelegate.
func (d *Desk) MayRecode(ctx context.Context, who Who, e Edit, code person.TaxCode) error {
	return d.read(ctx, func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(e.Number)
		if err != nil {
			return err
		}
		return mayRecode(tx, who, r, code)
	})
}

// mayRecode refuses the operator's own code (mission S11), one that leads to somebody else of the realm, and that of the citizen's own delegate.
func mayRecode(tx *store.Tx, who Who, r *registration.Registration, code person.TaxCode) error {
	if err := who.MayServe(code); err != nil {
		return err
	}
	switch p, err := tx.PersonByTaxCode(r.Realm, code); {
	case err == nil && p.ID != r.Person:
		return ErrTaxCodeTaken
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	}
	op, err := tx.PendingOperation(r.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil && op.Delegation != nil && op.Delegation.TaxCode.Alike(code) {
		return ErrTaxCodeDelegate
	}
	return err
}

// changeCode gives the citizen another tax code. Who does makes no codes for the citizen for a while (decisions/0010). The operation in progress goes on: its codes open with the new code, and with the former one too
// if that was the citizen's. Whoever is logged in as the citizen logs in again, and the stored address is told.
func (d *Desk) changeCode(tx *store.Tx, who Who, e Edit, s served) error {
	before, after, change := s.person.Person, e.After(*e.Entry), e.Entry.TaxCode
	if err := mayRecode(tx, who, s.reg, after.TaxCode); err != nil {
		return err
	}
	tx.Record.Reason = strings.TrimSpace(strings.Join([]string{change.Reason, e.Entry.Disagreement, e.Entry.Emancipation}, " "))
	tx.Record.Detail = map[string]string{"campi": list(changedFields(before, after)), "causa": string(change.Cause), "prova": string(change.Proof),
		"controlli": "documento, copia archiviata", "persona": tx.PersonMAC(after.TaxCode)}
	s.person.Person = after
	err := tx.SaveTaxCode(s.person)
	if errors.Is(err, store.ErrConflict) { // somebody came in between
		return errors.Join(ErrTaxCodeTaken, err)
	}
	if err == nil && change.Cause == Replaced {
		err = tx.KeepFormerCode(s.person.ID, before.TaxCode, string(change.Cause))
	}
	if err != nil {
		return err
	}
	return errors.Join(tx.AddContactChange(store.ContactChange{Person: s.person.ID, Operator: who.Operator.ID}), editedSources(tx, before, after), tx.EndSessionsOf(store.CitizenSession, s.reg.ID), d.announce(tx, s, mail.TaxCodeChanged, after.Contacts.Email))
}
