// Package registry asks the civil registries who lives behind a tax code: CIA first, then AURA (001 §5.1.2).
//
// It speaks one written contract over HTTP, docs/registry-contract.md, and gives the desk a Finding that
// always arrives in time: a registry that is slow, down or lying costs a notice, never the registration.
// It changes nothing in a registry, fills no form and shows nothing to anybody.
package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/person"
)

// A Source names a registry, as the operator reads it beside a prefilled field.
type Source string

// CIA is the exchange centre fed by the comuni of Piemonte; AURA the regional register of people in
// health care, of which only the personal data may be read (001 §5.1.2).
const (
	CIA  Source = "CIA"
	AURA Source = "AURA"

	// Credentials is the directory of the credentials that an obsolete process handed out, outside the database (001 §5.1.2.3).
	Credentials Source = "CREDENZIALI"
)

// A Query asks for one person, by exact tax code and declared comune of residence; there are no wildcards.
type Query struct {
	TaxCode  person.TaxCode
	Province string // two letters, or person.AbroadProvince
	Comune   string // Belfiore code, or person.AbroadComune

	// Why and for whom the registry is asked: it keeps them in its own record of accesses.
	Purpose  string
	Operator string // an opaque id, never a name
	Ente     string
	Practice string
}

// A Record is what one registry says of a person. A registry that does not know a field leaves it empty.
type Record struct {
	Source    Source
	ReadAt    time.Time
	Deceased  bool // nothing but Source, ReadAt and TaxCode is set then
	TaxCode   person.TaxCode
	Surname   string
	Name      string
	BirthDate person.Date
	Sex       person.Sex
	Residence person.Residence
	Document  person.Document // identity card, from CIA only (mission S28); the registries do not tell its issuer
}

// A Registry finds a person. Every error is, by errors.Is, one of the variables below; none of them
// holds a tax code. Find is safe for concurrent use and respects the deadline of its context.
type Registry interface {
	Find(context.Context, Query) (Record, error)
}

// What a registry can fail with. ErrSlow and ErrRefused are also ErrUnavailable.
var (
	ErrNotFound    = errors.New("the registry does not know this person")
	ErrUnavailable = errors.New("the registry does not answer")
	ErrNonsense    = errors.New("the registry's answer breaks the contract")

	ErrSlow    = fmt.Errorf("%w within the deadline", ErrUnavailable)
	ErrRefused = fmt.Errorf("%w: it refuses our token", ErrUnavailable)
)

// A Field names a field of the registration form that a registry can fill (001 Tabella 2).
type Field string

// The prefilled fields. Province and comune are not among them: they are always the operator's (mission D06).
const (
	Surname        Field = "surname"
	Name           Field = "name"
	BirthDate      Field = "birth_date"
	Sex            Field = "sex"
	Address        Field = "address"
	Number         Field = "number"
	PostalCode     Field = "postal_code"
	City           Field = "city"   // of a residence abroad (mission D07)
	Nation         Field = "nation" // of a residence abroad
	DocumentNumber Field = "document_number"
	DocumentIssued Field = "document_issued"
)

// Values are the fields that the registry knows, dates as ISO text. What it does not know is absent.
func (r Record) Values() map[Field]string {
	values := map[Field]string{
		Surname:        r.Surname,
		Name:           r.Name,
		BirthDate:      string(r.BirthDate),
		Sex:            string(r.Sex),
		Address:        r.Residence.Address,
		Number:         r.Residence.Number,
		PostalCode:     r.Residence.PostalCode,
		City:           r.Residence.City,
		Nation:         r.Residence.Nation,
		DocumentNumber: r.Document.Number,
		DocumentIssued: string(r.Document.IssuedOn),
	}
	for field, value := range values {
		if value == "" {
			delete(values, field)
		}
	}
	return values
}
