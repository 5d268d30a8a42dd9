package desk

import (
	"context"
	"errors"

	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// ReviewDelegation says what the rules have against somebody who comes instead of a citizen, on the desk's date (001 §5.1.1, Tabella 2). Without
// a delegation there is nothing to say.
func (d *Desk) ReviewDelegation(ctx context.Context, who Who, citizen person.TaxCode, g *registration.Delegation) (r Review, err error) {
	if g == nil {
		return r, nil
	}
	err = d.read(ctx, func(tx *store.Tx) error {
		r.delegation(citizen, g, d.today(tx.Now))
		return nil
	})
	return r, err
}

// admit refuses a delegate who may not act for the citizen: to be asked inside every act that keeps a delegation. Errors: office.ErrSelf, ErrIncomplete.
func (d *Desk) admit(tx *store.Tx, who Who, citizen person.TaxCode, g *registration.Delegation) error {
	if g == nil {
		return nil
	}
	var r Review
	r.delegation(citizen, g, d.today(tx.Now))
	var incomplete error
	if len(r.Problems) > 0 {
		incomplete = ErrIncomplete
	}
	return errors.Join(who.MayServe(g.TaxCode), incomplete)
}

func (r *Review) delegation(citizen person.TaxCode, g *registration.Delegation, today person.Date) {
	_, err := person.ParseTaxCode(string(g.TaxCode))
	r.problem(err != nil, DelegateTaxCode, "Il codice fiscale del delegato non è corretto: ricontrollarlo sulla tessera sanitaria.")
	r.problem(g.TaxCode == citizen, DelegateTaxCode, "Il delegato e il cittadino hanno lo stesso codice fiscale.")
	r.problem(g.BirthDate != "" && g.BirthDate.YearsAt(today) < 18, DelegateBirth, "Il delegato deve essere maggiorenne.")
	r.problem(g.Email != "" && !person.ValidEmail(g.Email), DelegateEmail, "L'indirizzo e-mail non è scritto bene: per esempio nome.cognome@esempio.it.")
	r.document(g.Document, g.BirthDate, today, onDelegate)
	if err == nil && len(g.TaxCode.Disagreements(g.Surname, g.Name, g.BirthDate, g.Sex)) > 0 {
		r.Warnings = append(r.Warnings, Remark{DelegateTaxCode, "Il codice fiscale del delegato non corrisponde ai suoi dati: ricontrollarli."})
	}
}
