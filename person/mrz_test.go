package person_test

import (
	"errors"
	"strings"
	"testing"

	"sportello/person"
)

// The specimens of ICAO 9303, parts 4, 5 and 6, and an Italian card whose digits were computed by hand.
func TestReadMRZ(t *testing.T) {
	eriksson := person.MRZ{State: "UTO", Surname: "ERIKSSON", Name: "ANNA MARIA", BirthDate: "1974-08-12", Sex: person.Female, ExpiresOn: "2012-04-15"}
	stevenson := person.MRZ{Kind: person.IdentityCard, State: "UTO", Number: "D23145890734", Surname: "STEVENSON", Name: "PETER JOHN", BirthDate: "1934-07-12", Sex: person.Male, ExpiresOn: "2095-07-12"}
	of := func(kind person.DocumentKind, number string) person.MRZ {
		m := eriksson
		m.Kind, m.Number = kind, number
		return m
	}
	for zone, want := range map[string]person.MRZ{
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10":         of(person.Passport, "L898902C3"),
		"I<UTOD231458907<<<<<<<<<<<<<<<\r\n7408122F1204159UTO<<<<<<<<<<<6\r\nERIKSSON<<ANNA<MARIA<<<<<<<<<<": of(person.IdentityCard, "D23145890"),
		"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6":                         of(person.IdentityCard, "D23145890"),
		"i<utod231458907<<<<<<<<<<<<<<<7408122f1204159uto<<<<<<<<<<<6eriksson<<anna<maria<<<<<<<<<<":         of(person.IdentityCard, "D23145890"),
		" P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<< L898902C36UTO7408122F1204159ZE184226B<<<<<10 ":        of(person.Passport, "L898902C3"),
		"P<UTOERIKSSON«ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10":          of(person.Passport, "L898902C3"),
		"I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<":     stevenson,
		"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8":                         stevenson,
		"C<ITACA00000AA4<<<<<<<<<<<<<<<\n6412308F2212304ITA<<<<<<<<<<<0\nROSSI<<BIANCA<<<<<<<<<<<<<<<<<":     {Kind: person.IdentityCard, State: "ITA", Number: "CA00000AA", Surname: "ROSSI", Name: "BIANCA", BirthDate: "1964-12-30", Sex: person.Female, ExpiresOn: "2022-12-30"},
	} {
		got, err := person.ReadMRZ(zone, "2026-11-23")
		if err != nil || got != want {
			t.Errorf("%q:\n got %+v %v\nwant %+v", zone, got, err, want)
		}
	}
}

func TestRefusedMRZ(t *testing.T) {
	const passport = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10"
	for zone, want := range map[string]error{
		"":            person.ErrMRZShape,
		"CA00000AA":   person.ErrMRZShape,
		passport[:87]: person.ErrMRZShape,
		strings.Replace(passport, "P<UTO", "X<UTO", 1):         person.ErrMRZShape,
		strings.Replace(passport, "ANNA", "ÀNNA", 1):           person.ErrMRZShape,
		strings.Replace(passport, "740812", "740813", 1):       person.ErrMRZCheck,
		strings.Replace(passport, "L898902C3", "L898902C4", 1): person.ErrMRZCheck,
		strings.Replace(passport, "ZE184226B", "ZE184226C", 1): person.ErrMRZCheck,
		strings.Replace(passport, "1204159ZE", "1204169ZE", 1): person.ErrMRZCheck,
		strings.Replace(passport, "<<<<<10", "<<<<<11", 1):     person.ErrMRZCheck,
	} {
		if _, err := person.ReadMRZ(zone, "2026-11-23"); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", zone, err, want)
		}
	}
}

func TestSameName(t *testing.T) {
	for _, x := range []struct {
		typed, read string
		same        bool
	}{
		{"Niccolò", "NICCOLO", true}, {"D'Angelo", "D ANGELO", true}, {"De Luca", "DELUCA", true}, {"Bartolomea Massimiliana", "BARTOLOMEA MASSIMI", true},
		{"Rossi", "ROSSO", false}, {"Anna", "ANNA MARIA", false},
	} {
		if got := person.SameName(x.typed, x.read); got != x.same {
			t.Errorf("%s and %s: %v", x.typed, x.read, got)
		}
	}
}

func FuzzReadMRZ(f *testing.F) {
	f.Add("I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<")
	f.Fuzz(func(t *testing.T, zone string) {
		m, err := person.ReadMRZ(zone, "2026-11-23")
		if err == nil && m.BirthDate > "2026-12-31" {
			t.Errorf("born on %s", m.BirthDate)
		}
	})
}
