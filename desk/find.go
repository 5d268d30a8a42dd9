package desk

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Find reads the one registration that a tax code, or a registration number, names in the operator's realm. Searching by other
// criteria is the list of Gestione utenti. Errors: store.ErrNotFound.
func (d *Desk) Find(ctx context.Context, who Who, taxCodeOrNumber string) (number registration.Number, err error) {
	err = d.Store.Act(ctx, who.record(audit.Search), func(tx *store.Tx) error {
		if err := who.May(office.FindPeople, tx.Now); err != nil {
			return err
		}
		r, err := d.find(tx, who, taxCodeOrNumber)
		if err != nil {
			return err
		}
		number, tx.Record.Registration = r.Number, r.ID
		return nil
	})
	return number, err
}

func (d *Desk) find(tx *store.Tx, who Who, typed string) (*registration.Registration, error) {
	if n, err := registration.ScanNumber(typed); err == nil {
		return registrationCalled(tx, who, string(n))
	}
	code, err := person.ScanTaxCode(typed)
	if err != nil {
		return nil, errors.Join(ErrTaxCode, err)
	}
	tx.Record.PersonMAC = tx.PersonMAC(code)
	p, err := tx.PersonByTaxCode(who.Ente.Realm, code)
	if err != nil {
		return nil, err
	}
	return tx.LiveRegistration(p.ID)
}

// Row reads what the list of Gestione utenti shows of one registration (G07). It is recorded as a search.
func (d *Desk) Row(ctx context.Context, who Who, n registration.Number) (File, error) {
	var f File
	err := d.Store.Act(ctx, who.record(audit.Search), func(tx *store.Tx) (err error) {
		f, err = d.look(tx, who, n)
		return err
	})
	return f, err
}

// look reads a registration of the operator's realm and completes the record of who read it.
func (d *Desk) look(tx *store.Tx, who Who, n registration.Number) (File, error) {
	if err := who.May(office.FindPeople, tx.Now); err != nil {
		return File{}, err
	}
	r, err := tx.RegistrationByNumber(n)
	if err != nil {
		return File{}, err
	}
	if r.Realm != who.Ente.Realm {
		return File{}, store.ErrNotFound
	}
	f, err := d.file(tx, r.ID)
	tx.Record.Registration, tx.Record.PersonMAC = r.ID, tx.PersonMAC(f.Person.TaxCode)
	return f, err
}

// BirthPlaceOf is the name of the place of birth that the tax code tells, "" if it tells none.
func (d *Desk) BirthPlaceOf(p person.Person) string { return letter.BirthPlaceOf(p, d.Places).String() }
