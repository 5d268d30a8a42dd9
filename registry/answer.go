package registry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sportello/person"
)

// version is the one of docs/registry-contract.md.
const version = "1"

const (
	longestText = 100 // characters of a name or an address
	oldest      = 130 // years
)

// The outcomes of the contract.
const (
	wireFound    = "TROVATO"
	wireNotFound = "NON_TROVATO"
	wireDeceased = "DECEDUTO"
)

// An answer is the body of the contract and nothing else: fields that are not here are refused, so that
// data on health cannot come in under a name that nobody foresaw.
type answer struct {
	Version string   `json:"versione"`
	Source  Source   `json:"registro"`
	Request string   `json:"richiesta"`
	Outcome string   `json:"esito"`
	Subject *subject `json:"soggetto"`
}

type subject struct {
	TaxCode   person.TaxCode `json:"codiceFiscale"`
	Surname   string         `json:"cognome"`
	Name      string         `json:"nome"`
	BirthDate string         `json:"dataNascita"`
	Sex       person.Sex     `json:"sesso"`
	Residence *residence     `json:"residenza"`
	Card      *card          `json:"cartaIdentita"`
}

type residence struct {
	Address    string `json:"indirizzo"`
	Number     string `json:"numero"`
	Province   string `json:"provincia"`
	Comune     string `json:"comune"`
	PostalCode string `json:"cap"`
	City       string `json:"citta"`
	Nation     string `json:"nazione"`
}

type card struct {
	Number   string `json:"numero"`
	IssuedOn string `json:"dataRilascio"`
}

// expected is what an answer is held against.
type expected struct {
	source  Source
	request string
	taxCode person.TaxCode
	now     time.Time
}

// nonsense says which rule of the contract is broken, in our words: the registry's may hold personal data.
func nonsense(why string) error { return fmt.Errorf("%w: %s", ErrNonsense, why) }

// decode reads a whole answer, or refuses it whole: ErrNonsense, ErrNotFound.
func decode(body []byte, want expected) (Record, error) {
	var a answer
	if err := strictly(body, &a); err != nil {
		return Record{}, err
	}
	switch {
	case a.Version != version:
		return Record{}, nonsense("another version of the contract")
	case a.Source != want.source:
		return Record{}, nonsense("it comes from another registry")
	case a.Request != want.request:
		return Record{}, nonsense("it answers another request")
	case a.Outcome == wireNotFound && a.Subject == nil:
		return Record{}, ErrNotFound
	case a.Subject == nil:
		return Record{}, nonsense("nobody in it")
	case a.Subject.TaxCode != want.taxCode:
		return Record{}, nonsense("it is about another tax code")
	}
	record := Record{Source: a.Source, ReadAt: want.now, TaxCode: want.taxCode}
	switch a.Outcome {
	case wireDeceased:
		record.Deceased = true
		return record, nil
	case wireFound:
		return a.Subject.fill(record)
	}
	return Record{}, nonsense("an outcome that the contract does not have")
}

func strictly(body []byte, into any) error {
	if !utf8.Valid(body) {
		return nonsense("it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return nonsense("it is not the JSON object of the contract")
	}
	if _, err := d.Token(); err != io.EOF {
		return nonsense("something follows the JSON object")
	}
	return nil
}

func (s subject) fill(r Record) (Record, error) {
	var err error
	r.Surname, r.Name = strings.TrimSpace(s.Surname), strings.TrimSpace(s.Name)
	if r.Surname+r.Name == "" || !isText(r.Surname) || !isText(r.Name) {
		return Record{}, nonsense("not a name")
	}
	if r.BirthDate, err = pastDate(s.BirthDate, r.ReadAt); err != nil {
		return Record{}, err
	}
	if s.Sex != person.Female && s.Sex != person.Male {
		return Record{}, nonsense("not a sex of the registries")
	}
	r.Sex = s.Sex
	if r.Residence, err = s.residence(r.Source); err != nil {
		return Record{}, err
	}
	if r.Document, err = s.document(r); err != nil {
		return Record{}, err
	}
	return r, nil
}

var (
	provinceForm   = regexp.MustCompile(`^[A-Z]{2}$`)
	comuneForm     = regexp.MustCompile(`^[A-M][0-9]{3}$`)
	postalCodeForm = regexp.MustCompile(`^([0-9]{5})?$`)
	cardForm       = regexp.MustCompile(`^[A-Z0-9]{5,12}$`)
)

// residence is mandatory in CIA, which exists to know it; AURA may not have one.
func (s subject) residence(from Source) (person.Residence, error) {
	if s.Residence == nil {
		if from == CIA {
			return person.Residence{}, nonsense("no residence")
		}
		return person.Residence{}, nil
	}
	w := s.Residence
	for _, text := range []string{w.Address, w.Number, w.City, w.Nation} {
		if !isText(text) {
			return person.Residence{}, nonsense("not an address")
		}
	}
	abroad := w.Province == person.AbroadProvince
	switch {
	case !provinceForm.MatchString(w.Province),
		abroad && w.Comune != person.AbroadComune,
		!abroad && !comuneForm.MatchString(w.Comune),
		!abroad && !postalCodeForm.MatchString(w.PostalCode),
		!isText(w.PostalCode):
		return person.Residence{}, nonsense("not a place of residence")
	}
	return person.Residence{
		Address:    strings.TrimSpace(w.Address),
		Number:     strings.TrimSpace(w.Number),
		Province:   w.Province,
		Comune:     w.Comune,
		PostalCode: w.PostalCode,
		City:       strings.TrimSpace(w.City),
		Nation:     strings.TrimSpace(w.Nation),
	}, nil
}

// document is the identity card of CIA; what AURA says of documents is dropped unread (mission S28).
func (s subject) document(r Record) (person.Document, error) {
	if r.Source != CIA || s.Card == nil {
		return person.Document{}, nil
	}
	if !cardForm.MatchString(s.Card.Number) {
		return person.Document{}, nonsense("not the number of an identity card")
	}
	issued, err := pastDate(s.Card.IssuedOn, r.ReadAt)
	if err != nil {
		return person.Document{}, err
	}
	if issued < r.BirthDate {
		return person.Document{}, nonsense("an identity card older than its holder")
	}
	return person.Document{Kind: person.IdentityCard, Number: s.Card.Number, IssuedOn: issued}, nil
}

// pastDate reads an ISO date that a living person can have behind them. Dates turn at midnight in Italy,
// up to two hours before UTC: a day's grace costs nothing.
func pastDate(s string, now time.Time) (person.Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.After(now.Add(24*time.Hour)) || t.Year() < now.Year()-oldest {
		return "", nonsense("an impossible date")
	}
	return person.Date(s), nil
}

// isText tells whether a short text can be shown in a form: no control or replacement characters.
func isText(s string) bool {
	if utf8.RuneCountInString(s) > longestText {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return false
		}
	}
	return true
}
