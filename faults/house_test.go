package faults_test

import (
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/access"
	"sportello/area"
	"sportello/audit"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/desk"
	"sportello/letter"
	"sportello/mail"
	"sportello/mail/mailbox"
	"sportello/office"
	"sportello/person"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/vault"
	"sportello/web"
)

const (
	realm    = "sistemapiemonte"
	password = "cavallo-blu-graffetta-7" // every operator's

	registryPatience = 200 * time.Millisecond // deadline of each registry
	mailPatience     = 300 * time.Millisecond // of a delivery
)

// A house is the whole program: the outside world of package outside, a clock that the test moves, and a real database.
type house struct {
	testing.TB
	URL     string
	face    *web.Server
	Desk    *desk.Desk
	Access  *access.Access
	outside *outside
	courier *mail.Courier
	hasher  *credential.Hasher
	keys    *vault.Keys
	mu      sync.Mutex
	now     time.Time
}

// A plan says what a house is built of.
type plan struct {
	dsn  string
	cost credential.Cost // the zero one is the tests'
	keys string          // file of the keys of a house that is somebody else's; "" builds one, with three operators
}

func newHouse(t testing.TB, p plan) *house {
	t.Helper()
	if p.cost == (credential.Cost{}) {
		p.cost = credential.TestCost
	}
	h := &house{TB: t, now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), outside: newOutside(t)}
	own, keys := p.keys == "", vault.Open
	if own {
		p.keys, keys = filepath.Join(t.TempDir(), "keys"), vault.Create
	}
	var err error
	h.keys, err = keys(p.keys, rand.Reader)
	h.must(err)
	db, err := store.Open(t.Context(), p.dsn, store.Options{Now: h.clock, Rand: rand.Reader, Sealer: h.keys, SearchTime: time.Minute})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	h.hasher = credential.NewHasher(credential.Hashing{Cost: p.cost, MAC: h.keys.MAC, Rand: rand.Reader, Width: 2})
	server := httptest.NewServer(nil)
	t.Cleanup(server.Close)
	h.URL = server.URL
	h.wire(db)
	if own {
		hire(h, h.Access, 3)
	}
	server.Config.Handler = h.face.Handler()
	return h
}

// wire does what cmd does.
func (h *house) wire(db *store.DB) {
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	own, _ := set.ByID(realm)
	letters, err := letter.New()
	h.must(err)
	zone, err := time.LoadLocation("Europe/Rome")
	h.must(err)
	public, err := url.Parse(h.URL)
	h.must(err)
	log := slog.New(slog.DiscardHandler)
	h.courier = &mail.Courier{Outbox: db, Sealer: h.keys, Sender: h.outside.smtp(), Communities: set.ByID, Now: h.clock, Rand: rand.Reader, Log: log, Workers: 1,
		Addresses: community.Addresses{Main: h.URL}}
	h.Desk = &desk.Desk{Store: db, Registries: h.outside.registries(h.clock), Communities: set, Places: person.ItalianPlaces(), Hasher: h.hasher, Sealer: h.keys, Letters: letters,
		Rand: rand.Reader, Zone: zone, Addresses: community.Addresses{Main: h.URL}, MailDomain: "test.example", MailQueued: h.courier.Kick}
	h.Access = &access.Access{Store: db, Communities: set, Hasher: h.hasher, Sealer: h.keys, Rand: rand.Reader, Realm: own.Realm, Zone: zone, Issuer: "Sportello",
		Limits:     access.Limits{OperatorIdle: 15 * time.Minute, OperatorTotal: 8 * time.Hour, OperatorFresh: 30 * time.Minute, CitizenIdle: 15 * time.Minute, CitizenTotal: 2 * time.Hour},
		MailDomain: "test.example", MailQueued: h.courier.Kick}
	h.face = &web.Server{Log: log, Now: h.clock, Rand: rand.Reader, Places: person.ItalianPlaces(), Ready: db.Ready, PublicURL: public,
		Communities: []community.Community{own}, Desk: h.Desk, Access: h.Access,
		Area: &area.Area{Store: db, Communities: set, Hasher: h.hasher, Rand: rand.Reader, Realm: own.Realm, Zone: zone, Places: person.ItalianPlaces(), Sealer: h.keys,
			Letters: letters, MailDomain: "test.example", MailQueued: h.courier.Kick},
		Citizen: &citizen.Citizen{Store: db, Communities: set, Hasher: h.hasher, Rand: rand.Reader, Realm: own.Realm, Zone: zone,
			Registries: h.Desk.Registries, Places: person.ItalianPlaces(), Sealer: h.keys, Letters: letters, Addresses: community.Addresses{Main: h.URL}, MailDomain: "test.example", MailQueued: h.courier.Kick, Waiting: func() {}}}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// wait lets time pass, or turns it back.
func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) see(f func(*store.Tx) error) {
	h.Helper()
	h.must(h.Desk.Store.Read(h.Context(), f))
}

func (h *house) act(f func(*store.Tx) error) {
	h.Helper()
	h.must(h.Desk.Store.Act(h.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, f))
}

// operatorName is the username of the i-th operator.
func operatorName(i int) string { return "operatore" + string(rune('a'+i)) }

// otpSecret is the key of an operator's one-time codes.
func otpSecret(username string) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(strings.Repeat(username, 2)[:20]))
}

var asl = office.Ente{ID: "asl", Name: "ASL Città di Esempio", Community: realm, Realm: realm, Issues: office.IssuesStrong,
	Competence: office.Competence{Provinces: []string{"TO", "CN", "AL", "AT", "BI", "NO", "VB", "VC"}}}

// hire gives a database its ente and n operators with a second factor.
func hire(t testing.TB, a *access.Access, n int) {
	t.Helper()
	hash, err := a.Hasher.Hash(credential.PurposePassword, password)
	if err != nil {
		t.Fatal(err)
	}
	err = a.Store.Act(t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, func(tx *store.Tx) error {
		ente := asl
		err := tx.AddEnte(&ente)
		for i := range n {
			name := operatorName(i)
			o := &office.Operator{ID: name, Username: name, Surname: "Ferrero", Name: "Anna", Password: hash,
				TaxCode: person.ComputeTaxCode("Ferrero", "Anna", person.Date(fmt.Sprintf("1980-01-%02d", i+1)), person.Female, "L219"),
				Posts:   []office.Post{{Ente: "asl", Role: office.Clerk}}}
			err = errors.Join(err, tx.AddOperator(o), a.KeepSecondFactor(tx, o.ID, otpSecret(name), 0))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// who is the first operator at work, for tests of the deeds themselves.
func (h *house) who() desk.Who {
	return desk.Who{Acting: office.Acting{Operator: office.Operator{ID: operatorName(0), TaxCode: "FRRNNA80A41L219Y"}, Ente: asl, Post: office.Post{Ente: "asl", Role: office.Clerk},
		FreshAt: h.clock(), FreshFor: time.Hour}, Origin: audit.Origin{Address: "192.0.2.7", Request: "TEST-TEST-TEST"}}
}

// records are all of the audit; their numbers must have no gap.
func records(t testing.TB, db *store.DB) (all []audit.Record) {
	t.Helper()
	err := db.Audit(t.Context(), audit.Filter{}, func(r audit.Record) error {
		if all = append(all, r); r.Seq != int64(len(all)) {
			return fmt.Errorf("audit record %d stands where %d should", r.Seq, len(all))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// done counts the records of a deed that was carried out.
func done(all []audit.Record, d audit.Deed) (n int) {
	for _, r := range all {
		if r.Deed == d && r.Outcome == audit.Done {
			n++
		}
	}
	return n
}

// population is drawn once: it takes longer than a house.
var population = sync.OnceValue(func() []simulator.Person { return simulator.People(900, 7, person.ItalianPlaces()) })

// known are people whom CIA knows where they live.
var known = sync.OnceValue(func() []simulator.Person { return simulator.SamplesOf(population(), 300).CIA })

// An outside is the world around a house: registries and mail server, each of which can break.
type outside struct {
	testing.TB
	simulator *simulator.Server
	URL       string
	box       *mailbox.Box

	mu    sync.Mutex
	lies  map[registry.Source]lie
	asked map[registry.Source]int
}

func newOutside(t testing.TB) *outside {
	t.Helper()
	o := &outside{TB: t, simulator: simulator.New(population()), lies: map[registry.Source]lie{}, asked: map[registry.Source]int{}}
	server := httptest.NewServer(o)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	o.URL = server.URL
	box, err := mailbox.Open(mailbox.Settings{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	o.box = box
	t.Cleanup(func() { box.Close() })
	return o
}

func (o *outside) smtp() mail.SMTP {
	return mail.SMTP{Host: o.box.Host(), Port: o.box.Port(), TLS: mail.Unprotected, Hello: "test.example", Timeout: mailPatience}
}

func (o *outside) registries(now func() time.Time) registry.Cascade {
	c := registry.Cascade{Now: now}
	for _, r := range []struct {
		source registry.Source
		path   string
		to     *registry.Registry
	}{{registry.CIA, simulator.CIAPath, &c.CIA}, {registry.AURA, simulator.AURAPath, &c.AURA}} {
		client, err := registry.NewClient(registry.Config{Source: r.source, URL: o.URL + r.path, Token: simulator.Token, Deadline: registryPatience, Now: now, Rand: rand.Reader})
		if err != nil {
			o.Fatal(err)
		}
		*r.to = client
	}
	return c
}
