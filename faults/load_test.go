package faults_test

import (
	"errors"
	"sync"
	"testing"

	"sportello/audit"
	"sportello/desk"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/testdb"
)

const atOnce = 64

// drafted begins a registration and fills its form.
func (h *house) drafted(x simulator.Person) string {
	h.Helper()
	id, err := h.Desk.Look(h.Context(), h.who(), desk.Query{TaxCode: string(x.TaxCode), Province: x.Residence.Province, Comune: x.Residence.Comune})
	h.must(err)
	draft, err := h.Desk.Draft(h.Context(), h.who(), id)
	h.must(err)
	p := x.Person
	p.Domicile, p.Contacts = person.Domicile{}, person.Contacts{Email: mailOf(x)}
	p.Document = person.Document{Kind: person.Passport, Number: "YA1234567", IssuedOn: "2021-05-04", ExpiresOn: "2031-05-03", Issuer: "Questura di Torino"}
	h.must(h.Desk.Keep(h.Context(), draft, nil, &desk.Entry{Community: realm, Person: p,
		Checks: registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true, ResidenceProof: true}}))
	return id
}

// together registers drafts all in the same moment.
func (h *house) together(drafts []string) ([]registration.Number, []error) {
	numbers, failures := make([]registration.Number, len(drafts)), make([]error, len(drafts))
	start := make(chan struct{})
	var all sync.WaitGroup
	for i, id := range drafts {
		all.Go(func() {
			<-start
			numbers[i], failures[i] = h.Desk.Register(h.Context(), h.who(), id)
		})
	}
	close(start)
	all.Wait()
	return numbers, failures
}

func TestManyRegistrationsAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, plan{dsn: dsn})
		var drafts []string
		for _, x := range known()[:atOnce] {
			drafts = append(drafts, h.drafted(x))
		}
		numbers, failures := h.together(drafts)
		if err := errors.Join(failures...); err != nil {
			t.Fatal(err)
		}
		given := map[registration.Number]bool{}
		for _, n := range numbers {
			given[n] = true
		}
		if len(given) != atOnce || given[""] {
			t.Errorf("%d different numbers for %d registrations", len(given), atOnce)
		}
		if n := done(records(t, h.Desk.Store), audit.RegisterCitizen); n != atOnce {
			t.Errorf("%d registrations in the audit", n)
		}
	})
}

// 001 §5.1.2.2: many desks register the same citizen in the same moment. One does; the others are led to it.
func TestRaceForOneCitizen(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, plan{dsn: dsn})
		var drafts []string
		for range atOnce {
			drafts = append(drafts, h.drafted(known()[0]))
		}
		numbers, failures := h.together(drafts)
		var won registration.Number
		wins := 0
		for i, err := range failures {
			if err == nil {
				won, wins = numbers[i], wins+1
			}
		}
		for _, err := range failures {
			there := desk.AlreadyRegistered{}
			if err != nil && (!errors.As(err, &there) || there.Number != string(won)) {
				t.Errorf("a desk that came second: %v", err)
			}
		}
		if n := done(records(t, h.Desk.Store), audit.RegisterCitizen); wins != 1 || n != 1 {
			t.Errorf("%d desks won, the audit says %d", wins, n)
		}
	})
}

// The same form, sent many times at once by one desk, is one registration.
func TestOneFormSentManyTimes(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		h := newHouse(t, plan{dsn: dsn})
		id := h.drafted(known()[0])
		drafts := make([]string, atOnce)
		for i := range drafts {
			drafts[i] = id
		}
		numbers, failures := h.together(drafts)
		for i, n := range numbers {
			if failures[i] != nil || n != numbers[0] {
				t.Errorf("%s (%v) and %s", n, failures[i], numbers[0])
			}
		}
	})
}
