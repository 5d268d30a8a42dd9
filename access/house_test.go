package access_test

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"sportello/access"
	"sportello/audit"
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

var ctx = context.Background()

// desk and home are where requests come from.
var (
	desk  = audit.Origin{Address: "203.0.113.9", Request: "TEST-TEST-DESK"}
	other = audit.Origin{Address: "198.51.100.4", Request: "TEST-TEST-ELSE"}
)

const (
	realm    = "sistemapiemonte"
	password = "cavallo-blu-graffetta-7"
	pin      = "0123456789"
)

// house is a store with two enti and a clock that the test moves.
type house struct {
	*testing.T
	*access.Access
	keys *vault.Keys
	now  *time.Time
}

func each(t *testing.T, test func(h house)) {
	testdb.Each(t, func(t *testing.T, dsn string) { test(open(t, dsn)) })
}

func open(t *testing.T, dsn string) house {
	t.Helper()
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	h := house{T: t, now: &now}
	var err error
	h.keys, err = vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	h.must(err)
	db, err := store.Open(ctx, dsn, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader, Sealer: h.keys})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	h.Access = &access.Access{Store: db, Communities: set, Sealer: h.keys, Rand: rand.Reader, Realm: realm, Zone: time.UTC, Issuer: "Sportello",
		Limits:     access.Limits{OperatorIdle: 15 * time.Minute, OperatorTotal: 8 * time.Hour, OperatorFresh: 5 * time.Minute, CitizenIdle: 15 * time.Minute, CitizenTotal: 2 * time.Hour},
		MailDomain: "test.example", MailQueued: func() {}}
	h.cost(credential.TestCost)
	h.act(func(tx *store.Tx) error {
		return errors.Join(
			tx.AddEnte(&office.Ente{ID: "asl", Name: "ASL Città di Esempio", Community: realm, Realm: realm, Issues: office.IssuesStrong}),
			tx.AddEnte(&office.Ente{ID: "comune", Name: "Comune di Esempio", Community: realm, Realm: realm, Issues: office.IssuesWeak}))
	})
	return h
}

// cost sets what a hash costs from now on.
func (h *house) cost(c credential.Cost) {
	h.Hasher = credential.NewHasher(credential.Hashing{Cost: c, MAC: h.keys.MAC, Rand: rand.Reader, Width: 2})
}

func (h house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// is checks what an error is.
func (h house) is(err, want error) {
	h.Helper()
	if !errors.Is(err, want) {
		h.Fatalf("got error %v, want %v", err, want)
	}
}

func (h house) wait(d time.Duration) { *h.now = h.now.Add(d) }

func (h house) act(f func(*store.Tx) error) {
	h.Helper()
	h.must(h.Store.Act(ctx, audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, f))
}

// operator adds anna, who works for these enti and has no second factor yet.
func (h house) operator(enti ...string) {
	h.Helper()
	hash, err := h.Hasher.Hash(credential.PurposePassword, password)
	h.must(err)
	o := &office.Operator{ID: "anna", Username: "anna", TaxCode: "FRRNNA80A41L219Y", Surname: "Ferrero", Name: "Anna", Password: hash}
	for _, e := range enti {
		o.Posts = append(o.Posts, office.Post{Ente: e, Role: office.Clerk})
	}
	h.act(func(tx *store.Tx) error { return tx.AddOperator(o) })
}

// enrolled adds anna with her second factor, and gives its secret.
func (h house) enrolled(enti ...string) (secret string) {
	h.Helper()
	h.operator(enti...)
	secret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("ventiventiventiventi"))
	h.act(func(tx *store.Tx) error { return h.KeepSecondFactor(tx, "anna", secret, 0) })
	return secret
}

// code is what an authenticator app shows now.
func (h house) code(secret string) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, *h.now)
	h.must(err)
	return code
}

// firstStep gives a session after the password.
func (h house) firstStep() string {
	h.Helper()
	token, err := h.OperatorPassword(ctx, desk, "anna", password)
	h.must(err)
	return token
}

// login gives a session after both factors.
func (h house) login(secret string) string {
	h.Helper()
	h.wait(time.Minute) // a code works once
	token, err := h.OperatorCode(ctx, desk, h.firstStep(), h.code(secret))
	h.must(err)
	return token
}

func (h house) stage(token string) access.Stage {
	h.Helper()
	l, err := h.Operator(ctx, token)
	h.must(err)
	return l.Stage
}

// citizen adds mario with active credentials.
func (h house) citizen() {
	h.Helper()
	passwordHash, err := h.Hasher.Hash(credential.PurposePassword, password)
	h.must(err)
	pinHash, err := h.Hasher.Hash(credential.PurposePIN, pin)
	h.must(err)
	number, err := registration.DrawNumber(rand.Reader)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		return errors.Join(
			tx.AddPerson(&store.Person{Realm: realm, Person: person.Person{ID: "p", TaxCode: "RSSMRA80A01H501U", Surname: "Rossi", Name: "Mario", BirthDate: "1980-01-01", Sex: person.Male}}),
			tx.AddRegistration(&registration.Registration{ID: "r", Number: number, Person: "p", Realm: realm, Community: realm, State: registration.Active, Strong: true,
				CreatedAt: tx.Now, ActivatedAt: tx.Now, StrongSince: tx.Now, VerifiedBy: "asl"}),
			tx.SetCredentials(realm, &credential.Set{Registration: "r", Username: "mario.rossi", Password: passwordHash, PIN: pinHash}))
	})
}
