package office

import (
	"errors"
	"time"

	"sportello/person"
)

// An EnteKind says on what ground an ente runs desks.
type EnteKind string

// The kinds: a public administration, and a subject outside it with a formal appointment (001 §1.1, A13). The zero value is the first.
const (
	Administration EnteKind = "amministrazione"
	ThirdParty     EnteKind = "soggetto terzo"
)

// A Mandate is the act that appoints a third party, and the days on which it holds: both included, the last "" for no end.
type Mandate struct {
	Number    string
	SignedOn  person.Date
	Authority string // who appointed
	From, To  person.Date
}

// ErrMandate is the refusal outside the days of the mandate.
var ErrMandate = errors.New("the ente's mandate does not hold on this day")

// Appointed returns ErrMandate if the ente may not run desks on a day.
func (e Ente) Appointed(day person.Date) error {
	m := e.Mandate
	if e.Kind == ThirdParty && (day < m.From || m.To != "" && day > m.To) {
		return ErrMandate
	}
	return nil
}

// Ends is the midnight after the last day of the mandate, by the clock of zone; the zero time if there is none.
func (e Ente) Ends(zone *time.Location) time.Time {
	if e.Kind != ThirdParty || e.Mandate.To == "" {
		return time.Time{}
	}
	day := e.Mandate.To.Time()
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, zone)
}
