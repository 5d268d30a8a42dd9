package citizen_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

var (
	ctx  = context.Background()
	home = audit.Origin{Address: "203.0.113.9", Request: "TEST-TEST-TEST"}
)

const realm = "sistemapiemonte"

// house is a store with two enti, and the deeds of citizens over it.
type house struct {
	*citizen.Citizen
	access *access.Access
	now    *time.Time
	macs   *counter // keyed digests made so far, by purpose
	mails  *int     // times that the courier was told
	people *int
	dsn    string
}

// counter counts the keyed digests by purpose: each Argon2 hash begins with one.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

// seen is how often a secret of a purpose was hashed.
func (c *counter) seen(purpose string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n["credential/hash/"+purpose]
}

// all is how many digests were made under a prefix.
func (c *counter) all(prefix string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for purpose, count := range c.n {
		if strings.HasPrefix(purpose, prefix) {
			n += count
		}
	}
	return n
}

func each(t *testing.T, test func(t *testing.T, h house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		test(t, open(t, dsn))
	})
}

func open(t *testing.T, dsn string) house {
	t.Helper()
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	must(t, err)
	db, err := store.Open(ctx, dsn, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader, Sealer: keys})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	set, err := community.LoadAll(communities.FS)
	must(t, err)
	macs, mails, people := &counter{n: map[string]int{}}, 0, 0
	hasher := credential.NewHasher(credential.Hashing{Cost: credential.TestCost, Rand: rand.Reader, Width: 2, MAC: func(purpose string, data []byte) []byte {
		macs.mu.Lock()
		defer macs.mu.Unlock()
		macs.n[purpose]++
		return keys.MAC(purpose, data)
	}})
	rome, err := time.LoadLocation("Europe/Rome")
	must(t, err)
	h := house{dsn: dsn, now: &now, macs: macs, mails: &mails, people: &people,
		Citizen: &citizen.Citizen{Store: db, Communities: set, Hasher: hasher, Rand: rand.Reader, Realm: realm, Zone: rome, MailDomain: "test.example",
			MailQueued: func() { mails++ }, Waiting: func() {}},
		access: &access.Access{Store: db, Communities: set, Hasher: hasher, Sealer: keys, Rand: rand.Reader, Realm: realm, Zone: rome,
			Limits: access.Limits{CitizenIdle: time.Hour, CitizenTotal: 8 * time.Hour}, MailDomain: "test.example", MailQueued: func() {}}}
	h.act(t, func(tx *store.Tx) error {
		return errors.Join(
			tx.AddEnte(&office.Ente{ID: "asl", Name: "ASL Città di Esempio", Community: realm, Realm: realm, Issues: office.IssuesStrong}),
			tx.AddEnte(&office.Ente{ID: "comune", Name: "Comune di Esempio", Community: realm, Realm: realm, Issues: office.IssuesWeak}))
	})
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h house) act(t *testing.T, f func(tx *store.Tx) error) {
	t.Helper()
	must(t, h.Store.Act(ctx, audit.Record{Deed: audit.RegisterCitizen, ActorKind: audit.ByOperator, Actor: "op"}, f))
}

// registered is somebody who left a desk with PIN and code.
type registered struct {
	citizen.Codes
	person, reg, op string
	delegation      *registration.Delegation // of what is booked next
}

var taxCodes = []string{"RSSMRA80A01H501U", "BNCGLI85C52L219J", "VRDLGU70D15F205L"}

// register leaves somebody as the desk of an ente does, once the papers are printed.
func (h house) register(t *testing.T, ente string) registered {
	t.Helper()
	n := *h.people
	*h.people++
	who := registered{person: fmt.Sprint("p", n), reg: fmt.Sprint("r", n), op: fmt.Sprint("o", n)}
	code, err := person.ParseTaxCode(taxCodes[n])
	must(t, err)
	who.TaxCode = string(code)
	number, err := registration.DrawNumber(rand.Reader)
	must(t, err)
	h.act(t, func(tx *store.Tx) error {
		r := &registration.Registration{ID: who.reg, Number: number, Person: person.ID(who.person), Realm: realm, Community: realm, State: registration.Registered, CreatedAt: tx.Now}
		return errors.Join(
			tx.AddPerson(&store.Person{Realm: realm, Person: person.Person{ID: person.ID(who.person), TaxCode: person.TaxCode(who.TaxCode), Surname: "Rossi", Name: "Mario",
				BirthDate: "1980-01-01", Sex: person.Male, Contacts: person.Contacts{Email: "mario.rossi@posta.example"}}}),
			tx.AddRegistration(r))
	})
	h.book(t, &who, ente, registration.StrongVerification, who.op)
	return who
}

// book books an operation: whatever was pending is discarded, and who holds a new PIN and code.
func (h house) book(t *testing.T, who *registered, ente string, kind registration.Kind, id string) {
	t.Helper()
	c, _ := h.Communities.ByID(realm)
	pin, err := credential.Draw(c.Codes.PIN, rand.Reader)
	must(t, err)
	purpose, format := credential.PurposeActivation, c.Codes.Activation
	if kind == registration.Revocation {
		purpose, format = credential.PurposeRevocation, c.Codes.Revocation
	}
	code, err := credential.Draw(format, rand.Reader)
	must(t, err)
	hash, err := h.Hasher.Hash(credential.PurposePIN, pin)
	must(t, err)
	h.act(t, func(tx *store.Tx) error {
		r, err := tx.Registration(who.reg)
		if err != nil {
			return err
		}
		var pending []*registration.Operation
		if old, err := tx.PendingOperation(r.ID); err == nil {
			pending = append(pending, old)
		}
		op := &registration.Operation{ID: id, Kind: kind, BookedAt: tx.Now, Operator: "op", Ente: ente, Entitled: ente == "asl",
			Checks: registration.Checks{Document: true, HealthCard: true, InPerson: true}, Prints: map[registration.Paper]registration.Print{}}
		if ente != "asl" && kind == registration.StrongVerification {
			op.Kind = registration.Verification
		}
		if _, err := r.Book(op, pending); err != nil {
			return err
		}
		for _, old := range pending {
			if err := tx.SaveOperation(old); err != nil {
				return err
			}
		}
		op.Delegation = who.delegation
		return errors.Join(tx.SaveRegistration(r), tx.AddOperation(op), tx.AddHandover(&credential.Handover{Operation: id, SealedPIN: []byte{1}, PIN: hash, SealedCode: []byte{2},
			Code: h.Hasher.CodeMAC(purpose, code), CodeExpiresAt: h.now.AddDate(0, 0, format.ValidDays)}))
	})
	who.op, who.Code, who.PIN = id, credential.Show(format, code), credential.Show(c.Codes.PIN, pin)
}

var chosen = citizen.Chosen{Username: "mario.rossi80", Password: "cavallo lampada nuvola 9", Repeat: "cavallo lampada nuvola 9",
	Question: "In quale via abitavi da bambino?", Answer: "Via dei Mille"}

// activate walks the whole way.
func (h house) activate(t *testing.T, who registered, choice citizen.Chosen) string {
	t.Helper()
	token, err := h.CheckCodes(ctx, home, who.Codes)
	must(t, err)
	must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true, Lang: "en"}))
	must(t, h.Complete(ctx, home, token, choice))
	return token
}

func (h house) registration(t *testing.T, who registered) (r registration.Registration) {
	t.Helper()
	must(t, h.Store.Read(ctx, func(tx *store.Tx) error {
		got, err := tx.Registration(who.reg)
		if err == nil {
			r = *got
		}
		return err
	}))
	return r
}

// wrongPIN is a PIN of the right shape that is not who's.
func wrongPIN(who registered) string {
	return strings.Map(func(r rune) rune {
		if r == 'A' {
			return 'C'
		}
		return 'A'
	}, who.PIN)
}
