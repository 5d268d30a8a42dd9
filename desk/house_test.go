package desk

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"sportello/audit"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

// A house is a desk over an empty database, with the simulated registries and a clock that the test moves.
type house struct {
	*Desk
	t        *testing.T
	now      time.Time
	registry *simulator.Server
	people   simulator.Samples
}

var population = sync.OnceValue(func() []simulator.Person { return simulator.People(300, 7, person.ItalianPlaces()) })

// each runs a story on every engine.
func each(t *testing.T, story func(h *house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		story(newHouse(t, dsn))
	})
}

func newHouse(t *testing.T, dsn string) *house {
	h := &house{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), registry: simulator.New(population()), people: simulator.SamplesOf(population(), 6)}
	clock := func() time.Time { return h.now }
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	h.must(err)
	db, err := store.Open(t.Context(), dsn, store.Options{Now: clock, Rand: rand.Reader, Sealer: keys, SearchTime: time.Minute})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	letters, err := letter.New()
	h.must(err)
	zone, err := time.LoadLocation("Europe/Rome")
	h.must(err)
	base, err := h.registry.Listen("127.0.0.1:0")
	h.must(err)
	t.Cleanup(func() { h.registry.Close() })
	ask := func(source registry.Source, path string) registry.Registry {
		c, err := registry.NewClient(registry.Config{Source: source, URL: base + path, Token: simulator.Token, Deadline: 300 * time.Millisecond, Now: clock, Rand: rand.Reader})
		h.must(err)
		return c
	}
	obsolete, err := registry.NewDirectory(registry.Config{URL: base + simulator.CredentialsPath, Token: simulator.Token, Deadline: 300 * time.Millisecond, Now: clock, Rand: rand.Reader})
	h.must(err)
	h.Desk = &Desk{Store: db, Registries: registry.Cascade{CIA: ask(registry.CIA, simulator.CIAPath), AURA: ask(registry.AURA, simulator.AURAPath), Now: clock},
		Obsolete: obsolete, Communities: set, Places: person.ItalianPlaces(), Hasher: credential.NewHasher(credential.Hashing{Cost: credential.TestCost, MAC: keys.MAC, Rand: rand.Reader, Width: 2}),
		Sealer: keys, Letters: letters, Rand: rand.Reader, Zone: zone, Addresses: community.Addresses{Main: "https://test.example"}, MailDomain: "test.example", MailQueued: func() {}}
	h.act(func(tx *store.Tx) error {
		asl, comune, cpi := h.anna().Ente, h.atComune().Ente, h.atCPI().Ente
		err := errors.Join(tx.AddEnte(&asl), tx.AddEnte(&comune), tx.AddEnte(&cpi))
		for _, w := range []Who{h.anna(), h.bruno(), h.carla()} {
			o := w.Operator
			o.Posts = []office.Post{w.Post}
			err = errors.Join(err, tx.AddOperator(&o))
		}
		return err
	})
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) act(f func(*store.Tx) error) {
	h.t.Helper()
	h.must(h.Store.Act(h.t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, f))
}

// see reads the database.
func (h *house) see(f func(*store.Tx) error) {
	h.t.Helper()
	h.must(h.Store.Read(h.t.Context(), f))
}

func (h *house) at(o office.Operator, e office.Ente, role office.Role) Who {
	return Who{Acting: office.Acting{Operator: o, Ente: e, Post: office.Post{Ente: e.ID, Role: role}, FreshAt: h.now, FreshFor: time.Hour}}
}

var (
	asl = office.Ente{ID: "asl", Name: "ASL", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesStrong,
		Competence: office.Competence{Provinces: []string{"TO", "CN", "AL", "AT", "BI", "NO", "VB", "VC"}}}
	comune = office.Ente{ID: "comune", Name: "Comune", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak, Competence: asl.Competence}
	cpi    = office.Ente{ID: "cpi", Name: "CPI", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak, PINOnly: true, Competence: asl.Competence}

	anna  = office.Operator{ID: "anna", Username: "anna", TaxCode: person.ComputeTaxCode("Ferrero", "Anna", "1980-01-01", person.Female, "L219"), Surname: "Ferrero", Name: "Anna", Email: "anna@sportello.example"}
	bruno = office.Operator{ID: "bruno", Username: "bruno", TaxCode: person.ComputeTaxCode("Gallo", "Bruno", "1975-02-02", person.Male, "L219"), Surname: "Gallo", Name: "Bruno"}
	carla = office.Operator{ID: "carla", Username: "carla", TaxCode: person.ComputeTaxCode("Rossi", "Carla", "1970-03-03", person.Female, "L219"), Surname: "Rossi", Name: "Carla"}
)

func (h *house) anna() Who     { return h.at(anna, asl, office.Clerk) }
func (h *house) bruno() Who    { return h.at(bruno, asl, office.Clerk) }
func (h *house) carla() Who    { return h.at(carla, asl, office.Supervisor) }
func (h *house) atComune() Who { return h.at(anna, comune, office.Clerk) }
func (h *house) atCPI() Who    { return h.at(anna, cpi, office.Clerk) }

func asked(x simulator.Person) Query {
	return Query{TaxCode: string(x.TaxCode), Province: x.Residence.Province, Comune: x.Residence.Comune}
}

// draft begins a registration.
func (h *house) draft(who Who, x simulator.Person) string {
	h.t.Helper()
	id, err := h.Look(h.t.Context(), who, asked(x))
	h.must(err)
	return id
}

// entryOf is what a careful operator types.
func entryOf(x simulator.Person) Entry {
	p := x.Person
	p.Domicile = person.Domicile{}
	p.Contacts = person.Contacts{Email: "giulia@esempio.it"}
	p.Document = person.Document{Kind: person.Passport, Number: "YA1234567", IssuedOn: "2021-05-04", ExpiresOn: "2031-05-03", Issuer: "Questura di Torino"}
	return Entry{Community: "sistemapiemonte", Person: p,
		Checks: registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true, ResidenceProof: true}}
}

// typed fills in the form of a draft.
func (h *house) typed(who Who, id string, e Entry) {
	h.t.Helper()
	d, err := h.Draft(h.t.Context(), who, id)
	h.must(err)
	review, err := h.Review(who, d, e, h.now)
	h.must(err)
	if len(review.Problems) > 0 {
		h.t.Fatalf("the entry has problems: %v", review.Problems)
	}
	h.must(h.Keep(h.t.Context(), d, map[string][]string{"cognome": {e.Person.Surname}}, &e))
}

// register goes all the way.
func (h *house) register(who Who, x simulator.Person, change ...func(*Entry)) registration.Number {
	h.t.Helper()
	e := entryOf(x)
	for _, c := range change {
		c(&e)
	}
	id := h.draft(who, x)
	h.typed(who, id, e)
	n, err := h.Register(h.t.Context(), who, id)
	h.must(err)
	return n
}

func (h *house) papersOf(who Who, n registration.Number) File {
	h.t.Helper()
	f, err := h.Papers(h.t.Context(), who, n)
	h.must(err)
	return f
}

func (h *house) wants(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("error %v, want %v", err, want)
	}
}
