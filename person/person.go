// Package person holds who a citizen is: name, tax code, residence, contacts
// and identity document, and the places where people are born and live.
//
// It knows nothing of registrations, credentials or desks.
package person

import "strings"

// An ID names a person inside the system, whatever happens to the tax code: a UUIDv7.
type ID string

// Sex is the one written on the documents.
type Sex string

// The two values that Italian civil registries know.
const (
	Female Sex = "F"
	Male   Sex = "M"
)

// A Person is a citizen as the desk knows them (001 Tabella 2).
type Person struct {
	ID        ID
	TaxCode   TaxCode
	Surname   string
	Name      string
	BirthDate Date
	Sex       Sex
	Residence Residence
	Domicile  Domicile
	Contacts  Contacts
	Document  Document
}

// FullName is the name as it stands on letters: given name first. Some people have one of the two alone.
func (p Person) FullName() string { return strings.TrimSpace(p.Name + " " + p.Surname) }

// Abroad is the province that the manual calls STATO ESTERO, and the code of its only comune, ESTERO
// (001 §5.1.2).
const (
	AbroadProvince = "EE"
	AbroadComune   = "ESTERO"
)

// A Residence is where a person lives. For Province AbroadProvince the City and Nation say
// where; otherwise Comune is the Belfiore code and PostalCode the five digits of the CAP.
type Residence struct {
	Address    string
	Number     string // numero civico, with exponent and interno
	Province   string // two letters
	Comune     string // Belfiore code, or AbroadComune
	PostalCode string
	City       string
	Nation     string
}

// Abroad tells whether the residence is outside Italy.
func (r Residence) Abroad() bool { return r.Province == AbroadProvince }

// A Domicile is where communications go when it is not the residence.
type Domicile struct {
	Elsewhere  bool // "ricevere le comunicazioni a un indirizzo diverso da quello di residenza"
	CareOf     string
	Address    string
	Number     string
	Province   string
	Comune     string
	PostalCode string
}

// Contacts are the ways to reach a person. NoEmail is the operator's word that there is none (mission S20).
type Contacts struct {
	Email   string
	NoEmail bool
	Phone   string
	Mobile  string
}
