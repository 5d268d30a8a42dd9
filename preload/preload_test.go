package preload

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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

// A house is a Preload over an empty database, with an ente and an administrator.
type house struct {
	*Preload
	t   testing.TB
	now time.Time
}

var (
	province = office.Ente{ID: "provincia", Name: "Provincia", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak,
		Competence: office.Competence{Provinces: []string{"VB", "TO"}}}
	other   = office.Ente{ID: "altro", Name: "Altro", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak, Competence: province.Competence}
	fulvio  = office.Operator{ID: "fulvio", Username: "fulvio", TaxCode: person.ComputeTaxCode("Conti", "Fulvio", "1979-06-06", person.Male, "L219"), Surname: "Conti", Name: "Fulvio"}
	heading = "codice_fiscale;cognome;nome;data_nascita;comune;cap;email"
)

func newHouse(t testing.TB, dsn string) *house {
	h := &house{t: t, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	h.must(err)
	db, err := store.Open(t.Context(), dsn, store.Options{Now: func() time.Time { return h.now }, Rand: rand.Reader, Sealer: keys})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	zone, err := time.LoadLocation("Europe/Rome")
	h.must(err)
	h.Preload = &Preload{Store: db, Communities: set, Places: person.ItalianPlaces(), Sealer: keys, Rand: rand.Reader, Zone: zone, Dir: filepath.Join(t.TempDir(), "liste"),
		Hasher: credential.NewHasher(credential.Hashing{Cost: credential.TestCost, MAC: keys.MAC, Rand: rand.Reader, Width: 2}), Log: slog.New(slog.DiscardHandler)}
	h.must(db.Act(t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, func(tx *store.Tx) error {
		e, o, f := province, other, fulvio
		f.Posts = []office.Post{{Ente: "provincia", Role: office.Administrator}}
		return errors.Join(tx.AddEnte(&e), tx.AddEnte(&o), tx.AddOperator(&f))
	}))
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wants(err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Errorf("error %v, want %v", err, want)
	}
}

func (h *house) fulvio() Who { return h.as(office.Administrator, province) }

func (h *house) as(role office.Role, at office.Ente) Who {
	return Who{Acting: office.Acting{Operator: fulvio, Ente: at, Post: office.Post{Ente: at.ID, Role: role}, FreshAt: h.now, FreshFor: time.Hour}}
}

// each runs a story on every engine.
func each(t *testing.T, story func(h *house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		story(newHouse(t, dsn))
	})
}

// citizen is the line of the n-th of some people, under heading.
func citizen(n int) string {
	surname := "Prova" + string(rune('a'+n%26)) + string(rune('a'+n/26%26))
	birth := person.Date(time.Date(1950+n%50, time.Month(1+n/50%12), 1+n/600%28, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
	return fmt.Sprintf("%s;%s;Ada;%s;L746;28922;ada%d@posta.example", person.ComputeTaxCode(surname, "Ada", birth, person.Female, "L746"), surname, birth, n)
}

func list(n int) string {
	lines := []string{heading}
	for i := range n {
		lines = append(lines, citizen(i))
	}
	return strings.Join(lines, "\r\n") + "\r\n"
}

// received has a list uploaded and tried.
func (h *house) received(text string) string {
	h.t.Helper()
	id, err := h.Receive(h.t.Context(), h.fulvio(), "elenco.csv", strings.NewReader(text))
	h.must(err)
	h.idle()
	return id
}

// idle works until nothing waits.
func (h *house) idle() {
	h.t.Helper()
	for worked := true; worked; {
		var err error
		worked, err = h.Step(h.t.Context())
		h.must(err)
	}
}

func (h *house) progress(id string) Progress {
	h.t.Helper()
	x, err := h.Progress(h.t.Context(), h.fulvio(), id)
	h.must(err)
	return x
}

// people counts who is there.
func (h *house) people(n int) (there int) {
	h.t.Helper()
	var codes []person.TaxCode
	for i := range n {
		codes = append(codes, person.TaxCode(strings.Split(citizen(i), ";")[0]))
	}
	h.must(h.Store.Read(h.t.Context(), func(tx *store.Tx) error {
		known, err := tx.KnownPeople(province.Realm, codes)
		there = len(known)
		return err
	}))
	return there
}

// Caso 2.3: who is on the list is riscontrato and weak, with the riscontro in progress and no code (001 §4.2.1, mission S1).
func TestPreloadedResident(t *testing.T) {
	each(t, func(h *house) {
		id := h.received(list(3))
		if x := h.progress(id); x.State != Tried || x.Checked.Accepted != 3 || h.people(3) != 0 {
			t.Fatalf("after the trial %+v, %d people", x, h.people(3))
		}
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.idle()
		if x := h.progress(id); x.State != Finished || x.Taken.Accepted != 3 || x.EndedAt.IsZero() {
			t.Fatalf("after the import %+v", x)
		}
		if _, err := os.Stat(h.path(id)); err == nil {
			t.Error("the file is still there")
		}
		h.must(h.Store.Read(t.Context(), func(tx *store.Tx) error {
			p, err := tx.PersonByTaxCode("sistemapiemonte", person.TaxCode(strings.Split(citizen(1), ";")[0]))
			h.must(err)
			r, err := tx.LiveRegistration(p.ID)
			h.must(err)
			op, err := tx.PendingOperation(r.ID)
			h.must(err)
			if r.State != registration.Verified || r.Strong || r.VerifiedBy != "provincia" || r.PINHeld || p.Residence.Province != "VB" {
				t.Errorf("registration %+v", r)
			}
			if op.Kind != registration.Verification || op.Entitled || op.Ente != "provincia" || op.ConcludedAt.IsZero() {
				t.Errorf("operation %+v", op)
			}
			gate, err := tx.OpenDesk("fulvio")
			if len(gate) != 0 {
				t.Error("the importing operator has papers to print")
			}
			return err
		}))
	})
}

// The same file is known again, and another one that holds the same people makes nobody twice.
func TestSameListTwice(t *testing.T) {
	each(t, func(h *house) {
		id := h.received(list(5))
		if again := h.received(list(5)); again != id {
			t.Error("the same file began another import")
		}
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.idle()
		longer := h.received(list(7))
		h.must(h.Start(t.Context(), h.fulvio(), longer))
		h.idle()
		if x := h.progress(longer); x.Taken.Accepted != 2 || x.Taken.Skipped != 5 || h.people(7) != 7 {
			t.Errorf("the longer list: %+v", x.Taken)
		}
		if left, _ := os.ReadDir(h.Dir); len(left) != 0 {
			t.Errorf("%d files left", len(left))
		}
	})
}

// An import that is cut in the middle goes on where it was, and its people are there once.
func TestGoesOn(t *testing.T) {
	each(t, func(h *house) {
		n := 3*batch + 10
		id := h.received(list(n) + citizen(0) + "\n")
		h.must(h.Start(t.Context(), h.fulvio(), id))
		for range 3 {
			ctx, cut := context.WithCancel(t.Context())
			h.Preload.Rand = cutting{rand.Reader, cut}
			_, err := h.Step(ctx)
			h.wants(err, context.Canceled)
		}
		h.Preload.Rand = rand.Reader
		if x := h.progress(id); x.State != Running || x.Taken.Lines != int64(3*batch) {
			t.Fatalf("cut at %+v", x.Taken)
		}
		h.idle()
		if x := h.progress(id); x.State != Finished || x.Taken.Accepted != int64(n) || x.Taken.Skipped != 1 || h.people(n) != n {
			t.Errorf("at the end %+v", x.Taken)
		}
	})
}

// cutting ends a context as soon as chance is needed: in the middle of a batch.
type cutting struct {
	io.Reader
	cut func()
}

func (c cutting) Read(b []byte) (int, error) { c.cut(); return c.Reader.Read(b) }

func TestStop(t *testing.T) {
	each(t, func(h *house) {
		id := h.received(list(2*batch + 5))
		h.wants(h.Stop(t.Context(), h.fulvio(), id), ErrNotSo)
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.must(h.Stop(t.Context(), h.fulvio(), id))
		h.idle()
		if x := h.progress(id); x.State != Stopped || x.Taken.Lines != 0 {
			t.Errorf("stopped at %+v", x)
		}
		h.must(h.GiveUp(t.Context(), h.fulvio(), id))
		h.wants(h.Start(t.Context(), h.fulvio(), id), ErrNotSo)
		if again := h.received(list(2*batch + 5)); again == id {
			t.Error("a list that was given up is not taken again")
		}
	})
}

// Whoever was dismissed imports nobody any more: the import stops by itself, and another administrator goes on.
func TestStopsWithItsOperator(t *testing.T) {
	each(t, func(h *house) {
		id := h.received(list(batch + 5))
		h.must(h.Start(t.Context(), h.fulvio(), id))
		dismiss := func(o *office.Operator) {
			h.must(h.Store.Act(t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, func(tx *store.Tx) error {
				kept, err := tx.Operator("fulvio")
				h.must(err)
				kept.DisabledAt = o.DisabledAt
				return tx.SaveOperator(kept)
			}))
		}
		dismiss(&office.Operator{DisabledAt: h.now})
		h.idle()
		if x := h.progress(id); x.State != Stopped || x.Taken.Lines != 0 || h.people(5) != 0 {
			t.Errorf("stopped at %+v, %d people", x, h.people(5))
		}
		dismiss(&office.Operator{})
		h.must(h.Start(t.Context(), h.fulvio(), id))
		h.idle()
		if x := h.progress(id); x.State != Finished || x.Taken.Accepted != int64(batch+5) {
			t.Errorf("at the end %+v", x)
		}
	})
}

func TestWhoMay(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	id := h.received(list(1))
	for _, role := range []office.Role{office.Clerk, office.Supervisor, office.Helpdesk, office.Auditor} {
		_, err := h.Receive(t.Context(), h.as(role, province), "x.csv", strings.NewReader(list(2)))
		h.wants(err, office.ErrForbidden)
		h.wants(h.Start(t.Context(), h.as(role, province), id), office.ErrForbidden)
		_, err = h.Progress(t.Context(), h.as(role, province), id)
		h.wants(err, office.ErrForbidden)
	}
	elsewhere := h.as(office.Administrator, other)
	h.wants(h.Start(t.Context(), elsewhere, id), store.ErrNotFound)
	_, err := h.Report(t.Context(), elsewhere, id)
	h.wants(err, store.ErrNotFound)
	late := h.fulvio()
	late.FreshAt = h.now.Add(-2 * time.Hour)
	h.wants(h.Start(t.Context(), late, id), office.ErrStaleLogin)
	if left, _ := os.ReadDir(h.Dir); len(left) != 1 {
		t.Errorf("%d files", len(left))
	}
	sealed, err := os.ReadFile(h.path(id))
	h.must(err)
	if bytes.Contains(sealed, []byte("Provaaa")) {
		t.Error("the file can be read on disk")
	}
}
