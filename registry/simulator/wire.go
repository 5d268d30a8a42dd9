package simulator

import (
	"sportello/person"
	"sportello/registry"
)

// The bodies of docs/registry-contract.md, written from it and not taken from the client: each side
// finds out when the other drifts.
type question struct {
	Version string         `json:"versione"`
	TaxCode person.TaxCode `json:"codiceFiscale"`
	Comune  string         `json:"comune"`
}

type answer struct {
	Version string          `json:"versione"`
	Source  registry.Source `json:"registro"`
	Request string          `json:"richiesta"`
	Outcome string          `json:"esito"`
	Subject *subject        `json:"soggetto,omitempty"`
}

type subject struct {
	TaxCode   person.TaxCode `json:"codiceFiscale"`
	Surname   string         `json:"cognome,omitempty"`
	Name      string         `json:"nome,omitempty"`
	BirthDate person.Date    `json:"dataNascita,omitempty"`
	Sex       person.Sex     `json:"sesso,omitempty"`
	Residence *residence     `json:"residenza,omitempty"`
	Card      *card          `json:"cartaIdentita,omitempty"`
}

type residence struct {
	Address    string `json:"indirizzo,omitempty"`
	Number     string `json:"numero,omitempty"`
	Province   string `json:"provincia"`
	Comune     string `json:"comune"`
	PostalCode string `json:"cap,omitempty"`
	City       string `json:"citta,omitempty"`
	Nation     string `json:"nazione,omitempty"`
}

type card struct {
	Number   string      `json:"numero"`
	IssuedOn person.Date `json:"dataRilascio"`
}

// describe is what a registry says of a person; only CIA knows identity cards.
func describe(e Entry, source registry.Source) *subject {
	if e.Deceased {
		return &subject{TaxCode: e.TaxCode}
	}
	s := &subject{
		TaxCode:   e.TaxCode,
		Surname:   e.Surname,
		Name:      e.Name,
		BirthDate: e.BirthDate,
		Sex:       e.Sex,
		Residence: &residence{
			Address:    e.Residence.Address,
			Number:     e.Residence.Number,
			Province:   e.Residence.Province,
			Comune:     e.Residence.Comune,
			PostalCode: e.Residence.PostalCode,
			City:       e.Residence.City,
			Nation:     e.Residence.Nation,
		},
	}
	if source == registry.CIA {
		s.Card = &card{Number: e.Document.Number, IssuedOn: e.Document.IssuedOn}
	}
	return s
}
