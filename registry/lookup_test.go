package registry_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/person"
	"sportello/registry"
	"sportello/registry/simulator"
)

// A world is both registries on a real server, and the cascade that asks them.
type world struct {
	*simulator.Server
	registry.Cascade
	clock *clock

	mu       sync.Mutex
	requests []string // paths, in order
	failures []error
}

type settings struct {
	people  []simulator.Person
	hurried []registry.Source // asked with a deadline that only a hanging server misses
	token   string
}

func newWorld(t *testing.T, s settings) *world {
	t.Helper()
	w := &world{Server: simulator.New(s.people), clock: newClock()}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		w.requests = append(w.requests, r.URL.String())
		w.mu.Unlock()
		w.Server.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	find := func(source registry.Source, path string) registry.Registry {
		return newClient(t, func(c *registry.Config) {
			c.Source, c.URL, c.Token, c.Now = source, server.URL+path, simulator.Token, w.clock.Now
			if slices.Contains(s.hurried, source) {
				c.Deadline = hurry
			}
			if s.token != "" {
				c.Token = s.token
			}
		})
	}
	w.Cascade = registry.Cascade{
		CIA:  find(registry.CIA, simulator.CIAPath),
		AURA: find(registry.AURA, simulator.AURAPath),
		Now:  w.clock.Now,
		Failed: func(_ registry.Source, err error) {
			w.failures = append(w.failures, err)
			mustNotTell(t, err)
		},
	}
	return w
}

// asked are the addresses that were asked so far, in order.
func (w *world) asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests)
}

const (
	ciaSearch  = "/cia/v1/ricerca"
	auraSearch = "/aura/v1/ricerca"
)

// marioIn is Mario as a registry has him, living in a comune.
func marioIn(province, comune string) *simulator.Entry {
	return &simulator.Entry{Person: person.Person{
		TaxCode: mario, Surname: "Rossi", Name: "Mario", BirthDate: "1980-01-01", Sex: person.Male,
		Residence: person.Residence{Address: "Via Roma", Number: "12/A", Province: province, Comune: comune, PostalCode: "10128"},
		Document:  person.Document{Kind: person.IdentityCard, Number: "CA12345AB", IssuedOn: "2024-05-06"},
	}}
}

func dead() *simulator.Entry {
	e := marioIn("TO", "L219")
	e.Deceased = true
	return e
}

func marioKnownTo(cia, aura *simulator.Entry) []simulator.Person {
	return []simulator.Person{{Person: person.Person{TaxCode: mario}, CIA: cia, AURA: aura}}
}

func outcomes(list []registry.Consultation) string {
	var all []string
	for _, c := range list {
		all = append(all, strings.TrimSpace(string(c.Source)+" "+string(c.Outcome)+" "+c.Province+" "+c.Comune))
	}
	return strings.Join(all, ", ")
}

var (
	personal = []registry.Field{registry.BirthDate, registry.Name, registry.Sex, registry.Surname}
	home     = []registry.Field{registry.Address, registry.Number, registry.PostalCode}
	card     = []registry.Field{registry.DocumentIssued, registry.DocumentNumber}
)

func fieldsOf(groups ...[]registry.Field) []registry.Field {
	all := slices.Concat(groups...)
	slices.Sort(all)
	return all
}

func TestLookup(t *testing.T) {
	here, elsewhere := marioIn("TO", "L219"), marioIn("CN", "D205")
	tests := []struct {
		name      string
		cia, aura *simulator.Entry
		consulted string
		notices   string
		source    registry.Source // of the record, "" for a blank form
		fields    []registry.Field
		deceased  bool
	}{
		{name: "known to CIA, AURA is not asked", cia: here, aura: elsewhere,
			consulted: "CIA trovato", source: registry.CIA, fields: fieldsOf(personal, home, card)},
		{name: "known to AURA alone, no document", aura: here,
			consulted: "CIA non trovato, AURA trovato", source: registry.AURA, fields: fieldsOf(personal, home)},
		{name: "known to AURA elsewhere, no address", aura: elsewhere,
			consulted: "CIA non trovato, AURA residente altrove CN D205", notices: "AURA residente altrove CN D205",
			source: registry.AURA, fields: fieldsOf(personal)},
		{name: "CIA elsewhere is no match", cia: elsewhere,
			consulted: "CIA residente altrove CN D205, AURA non trovato", notices: "CIA residente altrove CN D205"},
		{name: "CIA elsewhere, AURA here", cia: elsewhere, aura: here,
			consulted: "CIA residente altrove CN D205, AURA trovato", notices: "CIA residente altrove CN D205",
			source: registry.AURA, fields: fieldsOf(personal, home)},
		{name: "known to nobody", consulted: "CIA non trovato, AURA non trovato"},
		{name: "deceased in CIA", cia: dead(), aura: here, consulted: "CIA deceduto", deceased: true},
		{name: "deceased in AURA", aura: dead(), consulted: "CIA non trovato, AURA deceduto", deceased: true},
		{name: "CIA elsewhere, deceased in AURA", cia: elsewhere, aura: dead(),
			consulted: "CIA residente altrove CN D205, AURA deceduto", notices: "CIA residente altrove CN D205", deceased: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, settings{people: marioKnownTo(tt.cia, tt.aura)})
			got := w.Lookup(t.Context(), query)
			if outcomes(got.Consulted) != tt.consulted || outcomes(got.Notices()) != tt.notices || got.Deceased != tt.deceased {
				t.Errorf("consulted %q, notices %q, deceased %v", outcomes(got.Consulted), outcomes(got.Notices()), got.Deceased)
			}
			checkRecord(t, got, tt.source, tt.fields)
			if len(w.asked()) != len(got.Consulted) {
				t.Errorf("asked %v", w.asked())
			}
			for _, url := range w.asked() {
				if url != ciaSearch && url != auraSearch {
					t.Errorf("asked %q", url)
				}
			}
		})
	}
}

func checkRecord(t *testing.T, f registry.Finding, source registry.Source, fields []registry.Field) {
	t.Helper()
	if source == "" {
		if f.Record != nil || len(f.Sources()) != 0 {
			t.Errorf("the form is not blank: %+v", f.Record)
		}
		return
	}
	if f.Record == nil {
		t.Fatal("the form is blank")
	}
	var got []registry.Field
	for field, from := range f.Sources() {
		got = append(got, field)
		if from.Source != source || !from.ReadAt.Equal(newClock().now) {
			t.Errorf("%s is from %+v", field, from)
		}
	}
	if slices.Sort(got); !slices.Equal(got, fields) {
		t.Errorf("prefilled %v, want %v", got, fields)
	}
}

func TestLookupAbroad(t *testing.T) {
	entry := marioIn(person.AbroadProvince, person.AbroadComune)
	entry.Residence.City, entry.Residence.Nation, entry.Residence.PostalCode = "London", "Regno Unito", "SW3 5EJ"
	w := newWorld(t, settings{people: marioKnownTo(nil, entry)})
	q := query
	q.Province, q.Comune = person.AbroadProvince, person.AbroadComune
	got := w.Lookup(t.Context(), q)
	if outcomes(got.Consulted) != "CIA non trovato, AURA trovato" || got.Record.Residence != entry.Residence {
		t.Errorf("%s: %+v", outcomes(got.Consulted), got.Record)
	}
}

// A desk goes on whatever the registries do (mission Y06).
func TestLookupWithBrokenRegistries(t *testing.T) {
	slow := simulator.Fault{Kind: simulator.Slow, Delay: time.Hour}
	tests := []struct {
		name      string
		cia, aura simulator.Fault
		consulted string
		source    registry.Source
	}{
		{"CIA slow", slow, simulator.Fault{}, "CIA lento, AURA trovato", registry.AURA},
		{"CIA hangs", simulator.Fault{Kind: simulator.Hang}, simulator.Fault{}, "CIA lento, AURA trovato", registry.AURA},
		{"CIA down", simulator.Fault{Kind: simulator.Down}, simulator.Fault{}, "CIA non disponibile, AURA trovato", registry.AURA},
		{"CIA lies", simulator.Fault{Kind: simulator.Nonsense}, simulator.Fault{}, "CIA risposta errata, AURA trovato", registry.AURA},
		{"both hang", simulator.Fault{Kind: simulator.Hang}, simulator.Fault{Kind: simulator.Hang}, "CIA lento, AURA lento", ""},
		{"both fail", simulator.Fault{Kind: simulator.Down}, simulator.Fault{Kind: simulator.Nonsense},
			"CIA non disponibile, AURA risposta errata", ""},
		{"AURA down does not matter", simulator.Fault{Kind: "nessuno"}, simulator.Fault{Kind: simulator.Down}, "CIA trovato", registry.CIA},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := settings{people: marioKnownTo(marioIn("TO", "L219"), marioIn("TO", "L219"))}
			for _, source := range []registry.Source{registry.CIA, registry.AURA} {
				if strings.Contains(tt.consulted, string(source)+" lento") {
					s.hurried = append(s.hurried, source)
				}
			}
			w := newWorld(t, s)
			w.SetFault(registry.CIA, tt.cia)
			w.SetFault(registry.AURA, tt.aura)
			got := w.Lookup(t.Context(), query)
			if outcomes(got.Consulted) != tt.consulted {
				t.Errorf("consulted %q, want %q", outcomes(got.Consulted), tt.consulted)
			}
			if source := got.Record; (source == nil) != (tt.source == "") || source != nil && source.Source != tt.source {
				t.Errorf("record %+v", got.Record)
			}
			broken := strings.Count(tt.consulted, ",") + 1
			if tt.source != "" {
				broken--
			}
			if len(got.Notices()) != broken || len(w.failures) != broken {
				t.Errorf("%d notices and %d reports of %d broken registries", len(got.Notices()), len(w.failures), broken)
			}
		})
	}
}

func TestDeadRegistryIsLeftAlone(t *testing.T) {
	w := newWorld(t, settings{people: marioKnownTo(marioIn("TO", "L219"), nil), hurried: []registry.Source{registry.CIA}})
	w.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Hang})
	w.Cascade.AURA = nil
	for range registry.FailuresToOff + 5 {
		if got := w.Lookup(t.Context(), query); got.Record != nil || len(got.Notices()) != 1 {
			t.Fatalf("got %+v", got)
		}
	}
	if n := len(w.asked()); n == 0 || n > registry.FailuresToOff {
		t.Errorf("a hanging registry was asked %d times, want %d", n, registry.FailuresToOff)
	}
}

func TestRegistryComesBack(t *testing.T) {
	w := newWorld(t, settings{people: marioKnownTo(marioIn("TO", "L219"), nil)})
	w.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Down})
	for range registry.FailuresToOff {
		w.Lookup(t.Context(), query)
	}
	w.SetFault(registry.CIA, simulator.Fault{})
	if got := w.Lookup(t.Context(), query); got.Record != nil {
		t.Error("asked while it rests")
	}
	w.clock.pass(registry.Rest)
	if got := w.Lookup(t.Context(), query); got.Record == nil || len(got.Notices()) != 0 {
		t.Errorf("after the rest: %+v", got)
	}
}

func TestWrongTokenIsReported(t *testing.T) {
	w := newWorld(t, settings{people: marioKnownTo(marioIn("TO", "L219"), nil), token: "segreto-di-prova"})
	got := w.Lookup(t.Context(), query)
	if outcomes(got.Notices()) != "CIA non disponibile, AURA non disponibile" {
		t.Errorf("notices %q", outcomes(got.Notices()))
	}
	if len(w.failures) != 2 || !errors.Is(w.failures[0], registry.ErrRefused) {
		t.Errorf("reported %v", w.failures)
	}
}

func TestLookupOfOneWhoLeft(t *testing.T) {
	w := newWorld(t, settings{people: marioKnownTo(marioIn("TO", "L219"), nil)})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := w.Lookup(ctx, query); got.Record != nil || len(got.Consulted) != 0 || len(w.asked()) != 0 {
		t.Errorf("got %+v, asked %v", got, w.asked())
	}
}

func TestCommunityWithoutRegistries(t *testing.T) {
	got := registry.Cascade{Now: newClock().Now}.Lookup(t.Context(), query)
	if got.Record != nil || got.Deceased || len(got.Consulted) != 0 || len(got.Sources()) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestDifferences(t *testing.T) {
	w := newWorld(t, settings{people: marioKnownTo(marioIn("TO", "L219"), nil)})
	found := w.Lookup(t.Context(), query)
	now := found.Record.Values()
	if got := found.Differences(now); got != nil {
		t.Errorf("untouched, yet %v", got)
	}
	now[registry.Number] = "14"
	now[registry.Surname] = "Rossi Bianchi"
	now[registry.City] = "no registry spoke of it"
	delete(now, registry.DocumentNumber)
	want := []registry.Field{registry.Surname, registry.Number, registry.DocumentNumber}
	if got := found.Differences(now); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
