package administration_test

import (
	"crypto/rand"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"sportello/administration"
	"sportello/audit"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// each runs a test on both engines, over a store with one ente and carla, who is its responsabile.
func each(t *testing.T, test func(t *testing.T, a *administration.Administration, carla administration.Who)) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
		must(t, err)
		db, err := store.Open(t.Context(), dsn, store.Options{Now: func() time.Time { return now }, Rand: rand.Reader, Sealer: keys})
		must(t, err)
		t.Cleanup(func() { must(t, db.Close()) })
		set, err := community.LoadAll(communities.FS)
		must(t, err)
		a := &administration.Administration{Store: db, Communities: set, Places: person.ItalianPlaces(), Rand: rand.Reader, Zone: time.UTC, MailDomain: "test.example", MailQueued: func() {},
			Hasher: credential.NewHasher(credential.Hashing{Cost: credential.TestCost, MAC: keys.MAC, Rand: rand.Reader, Width: 2})}
		asl := office.Ente{ID: "asl", Name: "ASL", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesStrong, Competence: office.Competence{Provinces: []string{"TO"}}}
		carla := office.Operator{ID: "carla", Username: "carla", TaxCode: "RSSCRL70C43L219U", Name: "Carla", Surname: "Rossi", Posts: []office.Post{{Ente: "asl", Role: office.Supervisor}}}
		must(t, db.Act(t.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, func(tx *store.Tx) error {
			return errors.Join(tx.AddEnte(&asl), tx.AddOperator(&carla))
		}))
		test(t, a, administration.By(office.Acting{Operator: carla, Ente: asl, Post: carla.Posts[0], FreshAt: now, FreshFor: time.Hour}, audit.Origin{}))
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
}

func TestOperatorsLife(t *testing.T) {
	each(t, func(t *testing.T, a *administration.Administration, carla administration.Who) {
		ctx := t.Context()
		giulia := administration.Candidate{Username: "giulia", TaxCode: "VRDGLI85C52L219Z", Name: "Giulia", Surname: "Verdi", Email: "giulia@enti.example", Post: office.Post{Ente: "asl", Role: office.Clerk}}
		chief := giulia
		chief.Post.Role = office.Administrator
		_, _, err := a.AddOperator(ctx, carla, chief)
		wants(t, err, office.ErrAbove)
		chief.Post = office.Post{Ente: "altrove", Role: office.Clerk}
		_, _, err = a.AddOperator(ctx, carla, chief)
		wants(t, err, store.ErrNotFound)
		herself := giulia
		herself.Username, herself.TaxCode = "carla.due", "RSSCRL70C43L21VP" // her own code, as the registry writes it for a namesake
		_, _, err = a.AddOperator(ctx, carla, herself)
		wants(t, err, office.ErrOwnAccount)
		id, password, err := a.AddOperator(ctx, carla, giulia)
		must(t, err)
		_, _, err = a.AddOperator(ctx, carla, giulia)
		wants(t, err, store.ErrConflict)
		d, err := a.Operator(ctx, carla, id)
		must(t, err)
		if d.TemporaryUntil.IsZero() || !a.Hasher.Matches(d.Password, credential.PurposePassword, password) {
			t.Error("the password is not the temporary one that was shown")
		}
		wants(t, a.ResetSecondFactor(ctx, carla, administration.Change{Operator: id, Seen: d.Seen, Reason: "Telefono perso"}), administration.ErrNotSo)
		wants(t, a.Disable(ctx, carla, administration.Change{Operator: id, Seen: d.Seen}), administration.ErrReason)
		wants(t, a.Disable(ctx, carla, administration.Change{Operator: "carla", Reason: "Basta"}), office.ErrOwnAccount)
		wants(t, a.Disable(ctx, carla, administration.Change{Operator: id, Seen: "altro", Reason: "Basta"}), store.ErrStale)
		stale := carla
		stale.FreshAt = now.Add(-2 * time.Hour)
		wants(t, a.Disable(ctx, stale, administration.Change{Operator: id, Seen: d.Seen, Reason: "Basta"}), office.ErrStaleLogin)
		must(t, a.Revise(ctx, carla, administration.Change{Operator: id, Seen: d.Seen}, administration.Revision{Name: "Giulia", Surname: "Verdi", Email: "nuova@enti.example", Posts: []office.Post{{Ente: "asl", Role: office.Helpdesk, FSE: true}}}))
		d, err = a.Operator(ctx, carla, id)
		must(t, err)
		if len(d.Posts) != 1 || d.Posts[0].Role != office.Helpdesk || !d.Posts[0].FSE {
			t.Errorf("posts after the revision: %v", d.Posts)
		}
		must(t, a.Disable(ctx, carla, administration.Change{Operator: id, Seen: d.Seen, Reason: "Basta"}))
		_, err = a.NewPassword(ctx, carla, administration.Change{Operator: id})
		wants(t, err, administration.ErrDisabled)
		must(t, a.Enable(ctx, carla, administration.Change{Operator: id}))
		s, err := a.Operators(ctx, carla, "")
		must(t, err)
		if len(s.Operators) != 2 {
			t.Errorf("%d operators", len(s.Operators))
		}
	})
}

func TestEntiAndDesks(t *testing.T) {
	each(t, func(t *testing.T, a *administration.Administration, carla administration.Who) {
		ctx := t.Context()
		caf := office.Ente{Name: "CAF", Community: "torinofacile", Issues: office.IssuesWeak, Kind: office.ThirdParty, Competence: office.Competence{Comuni: []string{"L219"}},
			Mandate: office.Mandate{Number: "1", SignedOn: "2026-01-01", Authority: "Regione", From: "2026-02-01", To: "2026-11-22"}}
		_, err := a.FoundEnte(ctx, carla, caf)
		wants(t, err, office.ErrForbidden)
		id, err := a.FoundEnte(ctx, administration.Console(), caf)
		must(t, err)
		f, err := a.Ente(ctx, administration.Console(), id)
		must(t, err)
		if f.Mandate != caf.Mandate || f.Realm != "sistemapiemonte" {
			t.Errorf("kept as %+v", f.Ente)
		}
		b := office.Branch{Ente: "asl", Name: "Centro", Address: "Via Roma 1", Province: "TO", Comune: "L219", PostalCode: "10121", Active: true}
		b.Hours[0], _ = office.ParseDay("8.30-12, 14-16")
		_, err = a.OpenBranch(ctx, carla, b)
		must(t, err)
		b.Ente = id
		_, err = a.OpenBranch(ctx, carla, b)
		wants(t, err, store.ErrNotFound)
		_, err = a.OpenBranch(ctx, administration.Console(), b)
		must(t, err)
		list, err := a.PublicBranches(ctx, "sistemapiemonte", administration.Wanted{Words: "roma centro"})
		must(t, err)
		if len(list.Found) != 1 || list.Found[0].Hours.Day(0) != "8:30-12:00, 14:00-16:00" {
			t.Errorf("the public list, without the ente whose mandate has ended: %+v", list.Found)
		}
	})
}

func TestTextsAreKept(t *testing.T) {
	each(t, func(t *testing.T, a *administration.Administration, carla administration.Who) {
		must(t, a.PublishTexts(t.Context()))
		must(t, a.PublishTexts(t.Context()))
		policies, err := a.Policies(t.Context(), carla)
		must(t, err)
		for _, p := range policies {
			if p.Community.Realm != "sistemapiemonte" || len(p.Texts) != 2 || !p.Texts[0].Current || p.Texts[0].Accepted != 0 {
				t.Errorf("%s: %d texts", p.Community.ID, len(p.Texts))
			}
		}
	})
}
