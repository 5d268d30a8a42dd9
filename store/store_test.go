package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

var ctx = context.Background()

// house is an open store with a clock that the test moves.
type house struct {
	*store.DB
	now *time.Time
}

func each(t *testing.T, test func(t *testing.T, h house)) {
	testdb.Each(t, func(t *testing.T, dsn string) { test(t, open(t, dsn)) })
}

func open(t testing.TB, dsn string) house {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	must(t, err)
	db, err := store.Open(ctx, dsn, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader, Sealer: keys, SearchTime: time.Minute})
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	return house{db, &now}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h house) act(t testing.TB, f func(tx *store.Tx) error) error {
	t.Helper()
	return h.Act(ctx, audit.Record{Deed: audit.RegisterCitizen, ActorKind: audit.ByOperator, Actor: "op"}, f)
}

func mario() *store.Person {
	return &store.Person{Realm: "sistemapiemonte", Person: person.Person{ID: "p1", TaxCode: "RSSMRA80A01H501U", Surname: "D'Angelò", Name: "Mario", BirthDate: "1980-01-01", Sex: person.Male,
		Residence: person.Residence{Address: "Via Po", Number: "1 bis", Province: "TO", Comune: "L219", PostalCode: "10122"},
		Domicile:  person.Domicile{Elsewhere: true, CareOf: "Rosa"},
		Contacts:  person.Contacts{Email: "mario@posta.example", Mobile: "333"},
		Document:  person.Document{Kind: person.IdentityCard, Number: "CA00000AA", IssuedOn: "2021-03-10", ExpiresOn: "2031-01-01", Issuer: "Comune di Torino"}}}
}

func (h house) register(t testing.TB) (*store.Person, *registration.Registration, *registration.Operation) {
	p := mario()
	r := &registration.Registration{ID: "r1", Number: "1234567897", Person: p.ID, Realm: p.Realm, Community: "sistemapiemonte", State: registration.Verified, CreatedAt: *h.now, VerifiedAt: *h.now, VerifiedBy: "asl"}
	o := &registration.Operation{ID: "o1", Registration: r.ID, Kind: registration.StrongVerification, Outcome: registration.Pending, BookedAt: *h.now, Operator: "op", Ente: "asl", Entitled: true,
		Checks:     registration.Checks{Document: true, InPerson: true, CopiesArchived: true},
		Delegation: &registration.Delegation{Kind: registration.Mandate, Surname: "Rosi", Name: "Eva", TaxCode: "RSOVEA79B51L378M", BirthDate: "1979-02-11", Sex: person.Female, Document: person.Document{Kind: person.Passport, Number: "YA0000000"}},
		Prints:     map[registration.Paper]registration.Print{}}
	must(t, h.act(t, func(tx *store.Tx) error {
		return errors.Join(tx.AddPerson(p), tx.AddRegistration(r), tx.AddOperation(o),
			tx.AddHandover(&credential.Handover{Operation: o.ID, SealedPIN: []byte("sealed"), PIN: "hash", Code: "mac", CodeExpiresAt: h.now.AddDate(0, 0, 60)}))
	}))
	return p, r, o
}

func read[T any](t testing.TB, h house, f func(*store.Tx) (T, error)) (v T) {
	t.Helper()
	must(t, h.Read(ctx, func(tx *store.Tx) (err error) { v, err = f(tx); return err }))
	return v
}

func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		p, r, o := h.register(t)
		same(t, read(t, h, func(tx *store.Tx) (*store.Person, error) { return tx.PersonByTaxCode(p.Realm, p.TaxCode) }), p)
		same(t, read(t, h, func(tx *store.Tx) (*registration.Registration, error) { return tx.RegistrationByNumber(r.Number) }), r)
		same(t, read(t, h, func(tx *store.Tx) (*registration.Registration, error) { return tx.LiveRegistration(p.ID) }), r)
		same(t, read(t, h, func(tx *store.Tx) (*registration.Operation, error) { return tx.PendingOperation(r.ID) }), o)
		open := read(t, h, func(tx *store.Tx) ([]*registration.Operation, error) { return tx.OpenDesk("op") })
		same(t, open, []*registration.Operation{o})
	})
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestOneLiveRegistration(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		p, r, o := h.register(t)
		other := *r
		other.ID, other.Number = "r2", "1234567905"
		if err := h.act(t, func(tx *store.Tx) error { return tx.AddRegistration(&other) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("second live registration: %v", err)
		}
		second := *o
		second.ID, second.Delegation = "o2", nil
		if err := h.act(t, func(tx *store.Tx) error { return tx.AddOperation(&second) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("second live operation: %v", err)
		}
		r.State = registration.Rejected
		must(t, h.act(t, func(tx *store.Tx) error { return errors.Join(tx.SaveRegistration(r), tx.AddRegistration(&other)) }))
		got := read(t, h, func(tx *store.Tx) (*registration.Registration, error) { return tx.LiveRegistration(p.ID) })
		if got.ID != "r2" {
			t.Errorf("live registration %s", got.ID)
		}
	})
}

func TestStale(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, r, _ := h.register(t)
		old := *r
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SaveRegistration(r) }))
		if err := h.act(t, func(tx *store.Tx) error { return tx.SaveRegistration(&old) }); !errors.Is(err, store.ErrStale) {
			t.Errorf("stale save: %v", err)
		}
	})
}

// What an act writes beside is held: it is as it was read, or the act is refused.
func TestHold(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, r, o := h.register(t)
		set := &credential.Set{Registration: r.ID, Username: "mario", Password: "x", SetAt: *h.now}
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, set) }))
		op, had := *o, *set
		hold := func(tx *store.Tx) error { return errors.Join(tx.HoldOperation(&op), tx.HoldCredentials(&had)) }
		must(t, h.act(t, hold))
		must(t, h.act(t, hold)) // holding changes nothing
		must(t, h.act(t, func(tx *store.Tx) error { return tx.RefreshHash(set) }))
		must(t, h.act(t, hold))
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SaveOperation(o) }))
		if err := h.act(t, func(tx *store.Tx) error { return tx.HoldOperation(&op) }); !errors.Is(err, store.ErrStale) {
			t.Errorf("an operation that has changed: %v", err)
		}
		set.SetAt = h.now.Add(time.Minute)
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, set) }))
		if err := h.act(t, func(tx *store.Tx) error { return tx.HoldCredentials(&had) }); !errors.Is(err, store.ErrStale) {
			t.Errorf("credentials that were replaced: %v", err)
		}
	})
}

var errNo = errors.New("not today")

func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.register(t)
		err := h.act(t, func(tx *store.Tx) error {
			must(t, tx.AddEnte(&office.Ente{ID: "x"}))
			tx.Record.Registration = "r1"
			return fmt.Errorf("register 1: %w", errNo)
		})
		if !errors.Is(err, errNo) {
			t.Errorf("the refusal is lost: %v", err)
		}
		_ = h.act(t, func(tx *store.Tx) error { panic("bug") })
		must(t, h.act(t, func(tx *store.Tx) error { tx.Record.Detail = map[string]string{"carta": "riepilogo"}; return nil }))
		var got []string
		must(t, h.Audit(ctx, audit.Filter{}, func(r audit.Record) error {
			got = append(got, fmt.Sprintf("%d %s %s %s %v", r.Seq, r.Outcome, r.Registration, r.Reason, r.Detail))
			return nil
		}))
		want := []string{"1 eseguito   map[]", "2 rifiutato r1 not today map[]", "3 rifiutato  panic in an act: string map[]", "4 eseguito   map[carta:riepilogo]"}
		same(t, got, want)
		if list := read(t, h, func(tx *store.Tx) ([]*office.Ente, error) { return tx.Enti() }); len(list) != 0 {
			t.Error("a refused act left something behind")
		}
		var refused int
		must(t, h.Audit(ctx, audit.Filter{Outcome: audit.Refused, Registration: "r1"}, func(audit.Record) error { refused++; return nil }))
		if refused != 1 {
			t.Errorf("filter finds %d", refused)
		}
	})
}

// TestTogether lets many acts race: no error, no gap, no lost update.
func TestTogether(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		const n = 64
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				err := h.act(t, func(tx *store.Tx) error {
					if i%4 == 0 {
						return errNo
					}
					return tx.AddEnte(&office.Ente{ID: fmt.Sprint(i), Name: "e"})
				})
				if (err != nil) != (i%4 == 0) {
					t.Errorf("act %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		var seq int64
		must(t, h.Audit(ctx, audit.Filter{}, func(r audit.Record) error {
			if seq++; r.Seq != seq {
				t.Errorf("record %d stands at %d", r.Seq, seq)
			}
			return nil
		}))
		list := read(t, h, func(tx *store.Tx) ([]*office.Ente, error) { return tx.Enti() })
		if seq != n || len(list) != n*3/4 {
			t.Errorf("%d records, %d enti", seq, len(list))
		}
	})
}

func TestUsernames(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		_, r, _ := h.register(t)
		set := credential.Set{Registration: r.ID, Username: "Mario.R", Password: "h1", PIN: "h2", SetAt: *h.now}
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, &set) }))
		opens := func(name string) bool {
			a := read(t, h, func(tx *store.Tx) (store.Account, error) { return tx.AccountByUsername(r.Realm, name) })
			return a.Set.Registration == r.ID && a.Registration.ID == r.ID
		}
		if !opens("MARIO.r") {
			t.Error("the username opens nothing")
		}
		set.Username = "mario2"
		must(t, h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, &set) }))
		if !opens("mario2") || opens("mario.r") {
			t.Error("the new username opens nothing, or the old one still does")
		}
		set.Username = "mario.R"
		if err := h.act(t, func(tx *store.Tx) error { return tx.SetCredentials(r.Realm, &set) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a username was given twice: %v", err)
		}
	})
}

func TestOutbox(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		must(t, h.act(t, func(tx *store.Tx) error {
			for _, id := range []string{"m1", "m2"} {
				if err := tx.Enqueue(&store.OutboxMail{ID: id, Operation: "o1", To: "a@b.example", Data: map[string]string{"k": "v"}, SealedCode: []byte("x"), MessageID: id + "@x"}); err != nil {
					return err
				}
			}
			return nil
		}))
		claim := func(want int) []store.OutboxMail {
			t.Helper()
			list, err := h.ClaimMail(ctx, time.Minute, 1)
			must(t, err)
			if len(list) != want {
				t.Fatalf("claimed %d, want %d", len(list), want)
			}
			return list
		}
		first, second := claim(1)[0], claim(1)[0]
		if first.ID == second.ID || first.Attempts != 0 || first.Data["k"] != "v" {
			t.Errorf("claimed %+v and %+v", first, second)
		}
		claim(0)
		must(t, h.MailSent(ctx, first.ID))
		must(t, h.MailFailed(ctx, second.ID, "550"))
		*h.now = h.now.Add(time.Hour)
		claim(0)
		for _, m := range read(t, h, func(tx *store.Tx) ([]store.OutboxMail, error) { return tx.MailsOf("o1") }) {
			if m.SealedCode != nil {
				t.Errorf("%s keeps its code", m.ID)
			}
		}
	})
}

// A mail that is being sent while its address changes leaves once more, for the new one.
func TestRedirectedWhileItLeaves(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		must(t, h.act(t, func(tx *store.Tx) error {
			return tx.Enqueue(&store.OutboxMail{ID: "m1", Operation: "o1", To: "former@b.example", Data: map[string]string{}, SealedCode: []byte("x"), MessageID: "m1@x"})
		}))
		leaving, err := h.ClaimMail(ctx, time.Minute, 1)
		must(t, err)
		must(t, h.act(t, func(tx *store.Tx) error { return tx.RedirectMails("o1", "new@b.example") }))
		must(t, h.MailSent(ctx, leaving[0].ID))
		again, err := h.ClaimMail(ctx, time.Minute, 1)
		must(t, err)
		if len(again) != 1 || again[0].To != "new@b.example" || again[0].SealedCode == nil {
			t.Errorf("to send then: %+v", again)
		}
	})
}

func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		a, b := store.Limit{Key: "a", Max: 3, Window: time.Hour}, store.Limit{Key: "b", Max: 4, Window: time.Hour}
		exceeded := func(want time.Duration, limits ...store.Limit) {
			t.Helper()
			got, err := h.Exceeded(ctx, limits...)
			must(t, err)
			if got != want {
				t.Errorf("released in %v, want %v", got, want)
			}
		}
		for range 3 {
			exceeded(0, a, b)
			must(t, h.CountFailures(ctx, a, b))
		}
		*h.now = h.now.Add(10 * time.Minute)
		exceeded(50*time.Minute, a, b)
		exceeded(0, b)
		*h.now = h.now.Add(50 * time.Minute)
		exceeded(0, a, b)
		must(t, h.CountFailures(ctx, a, b))
		exceeded(0, a, b)
		for range 3 {
			must(t, h.CountFailures(ctx, b))
		}
		exceeded(time.Hour, b)
		must(t, h.ClearFailures(ctx, b))
		exceeded(0, b)
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		var token string
		must(t, h.act(t, func(tx *store.Tx) (err error) {
			token, err = tx.StartSession(&store.Session{Kind: store.OperatorSession, Subject: "op", Stage: "password", Data: map[string]string{"a": "1"}})
			return err
		}))
		s, err := h.Session(ctx, store.OperatorSession, token)
		must(t, err)
		if s.Data["a"] != "1" || s.Token == token {
			t.Errorf("%+v", s)
		}
		if _, err := h.Session(ctx, store.CitizenSession, token); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("another kind of session opens: %v", err)
		}
		must(t, h.act(t, func(tx *store.Tx) error { return tx.EndSessionsOf(store.OperatorSession, "op") }))
		if _, err := h.Session(ctx, store.OperatorSession, token); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an ended session opens: %v", err)
		}
	})
}

func BenchmarkActs(b *testing.B) {
	h := open(b, testdb.SQLite(b))
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := h.act(b, func(tx *store.Tx) error { return nil }); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkSession(b *testing.B) {
	h := open(b, testdb.SQLite(b))
	var token string
	must(b, h.act(b, func(tx *store.Tx) (err error) {
		token, err = tx.StartSession(&store.Session{Kind: store.OperatorSession, Subject: "op", Data: map[string]string{}})
		return err
	}))
	for b.Loop() {
		if _, err := h.Session(ctx, store.OperatorSession, token); err != nil {
			b.Fatal(err)
		}
	}
}

// A file that is not there yet gets the tables that the tests' copies have.
func TestOpenMakesTheTables(t *testing.T) {
	newest, err := open(t, testdb.SQLite(t)).SchemaVersion(ctx)
	must(t, err)
	h := open(t, filepath.Join(t.TempDir(), "new.db"))
	if version, err := h.SchemaVersion(ctx); err != nil || version != newest {
		t.Errorf("version %d, want %d (%v)", version, newest, err)
	}
	h.register(t)
}
