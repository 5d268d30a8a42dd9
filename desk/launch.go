package desk

import (
	"context"
	"encoding/base64"
	"errors"

	"sportello/audit"
	"sportello/fse"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// ErrNoFSE means that the ente's community has no health application.
var ErrNoFSE = errors.New("no health application")

// HealthApplication is the address of the health application of an operator's ente, "" if there is none (G05).
func (d *Desk) HealthApplication(who office.Acting) string {
	c, _ := d.Communities.ByID(who.Ente.Community)
	if c.Desk.FSE != "" && d.FSEAddress != "" {
		return d.FSEAddress
	}
	return c.Desk.FSE
}

// Launch makes the ticket that opens the health application: for the citizen of a registration or, with "", for none yet (I15). Every launch is
// recorded. Errors: ErrNoFSE, office.ErrForbidden, office.ErrStaleLogin, office.ErrSelf, store.ErrNotFound.
func (d *Desk) Launch(ctx context.Context, who Who, n registration.Number) (ticket fse.Ticket, err error) {
	err = d.Store.Act(ctx, who.record(audit.LaunchFSE), func(tx *store.Tx) error {
		if err := who.May(office.OpenFSE, tx.Now); err != nil {
			return err
		}
		address := d.HealthApplication(who.Acting)
		if address == "" {
			return ErrNoFSE
		}
		launch := fse.Launch{Operator: d.opaque(who.Operator.ID), Ente: who.Ente.ID, EnteName: who.Ente.Name}
		if n != "" {
			if launch.Citizen, err = d.atTheDesk(tx, who, n); err != nil {
				return err
			}
		}
		ticket, err = d.FSE.Sign(launch, address, d.Store.Now())
		return err
	})
	return ticket, err
}

// atTheDesk is the tax code of the citizen of a registration, noted in the record.
func (d *Desk) atTheDesk(tx *store.Tx, who Who, n registration.Number) (code person.TaxCode, err error) {
	r, err := tx.RegistrationByNumber(n)
	if err != nil {
		return "", err
	}
	if r.Realm != who.Ente.Realm {
		return "", store.ErrNotFound
	}
	p, err := tx.Person(r.Person)
	if err != nil {
		return "", err
	}
	tx.Record.Registration, tx.Record.PersonMAC = r.ID, tx.PersonMAC(p.TaxCode)
	return p.TaxCode, stranger(tx, who, served{r, p})
}

// opaque names an operator to the health application: always the same word, from which nobody learns who it is.
func (d *Desk) opaque(operator string) string {
	return base64.RawURLEncoding.EncodeToString(d.Sealer.MAC("operatore nel FSE", []byte(operator)))
}
