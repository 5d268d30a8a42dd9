package registry

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sportello/person"
)

// FuzzDecode throws bodies at the decoder: it must not panic, fail with nothing but its two errors, tell
// nothing of the body in them, and let through no record that a form could not show.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"versione":"1","registro":"CIA","richiesta":"r","esito":"NON_TROVATO"}`))
	f.Add([]byte(`{"versione":"1","registro":"CIA","richiesta":"r","esito":"DECEDUTO","soggetto":{"codiceFiscale":"RSSMRA80A01H501U"}}`))
	f.Add([]byte(`{"versione":"1","registro":"CIA","richiesta":"r","esito":"TROVATO","soggetto":{"codiceFiscale":"RSSMRA80A01H501U",` +
		`"cognome":"Rossi","nome":"Mario","dataNascita":"1980-01-01","sesso":"M","residenza":{"indirizzo":"Via Roma","provincia":"TO",` +
		`"comune":"L219","cap":"10128"},"cartaIdentita":{"numero":"CA12345AB","dataRilascio":"2024-05-06"}}}`))
	f.Add([]byte(`{"versione":"1","soggetto":{"sesso":RSSMRA80A01H501U}}`))
	f.Add([]byte(`[]`))
	want := expected{CIA, "r", "RSSMRA80A01H501U", time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)}
	f.Fuzz(func(t *testing.T, body []byte) {
		record, err := decode(body, want)
		if err != nil {
			if !errors.Is(err, ErrNonsense) && !errors.Is(err, ErrNotFound) {
				t.Errorf("another error: %v", err)
			}
			if strings.Contains(err.Error(), "RSSMRA") || record != (Record{}) {
				t.Errorf("refused, yet %+v, %v", record, err)
			}
			return
		}
		if record.TaxCode != want.taxCode || record.Source != CIA {
			t.Errorf("somebody else: %+v", record)
		}
		if record.Deceased {
			return
		}
		if record.BirthDate.Time().IsZero() || record.BirthDate > "2026-03-05" {
			t.Errorf("birth date %q", record.BirthDate)
		}
		if record.Sex != person.Female && record.Sex != person.Male {
			t.Errorf("sex %q", record.Sex)
		}
		for field, value := range record.Values() {
			if len([]rune(value)) > longestText || strings.ContainsAny(value, "\x00\r\n\u202e") {
				t.Errorf("%s is %q", field, value)
			}
		}
	})
}
