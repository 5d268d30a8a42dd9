package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sportello/credential"
	"sportello/office"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/testdb"
	"sportello/web"
)

// startDemo starts the demo in this process, and gives its address. It ends with the test.
func startDemo(t testing.TB) (base string) {
	base, _ = startDemoOn(t, testdb.SQLite(t))
	return base
}

// startDemoOn is startDemo on an empty database of one's own.
func startDemoOn(t testing.TB, database string) (base string, d *demo) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	base = "http://" + listener.Addr().String()
	d, err = openDemo(t.Context(), demoPlace{directory: t.TempDir(), database: database, publicURL: base, cost: credential.TestCost}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- d.run(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	})
	return base, d
}

// demoData is /demo.json.
type demoData struct {
	Operators     []web.DemoOperator     `json:"operators"`
	People        []web.DemoPerson       `json:"people"`
	Citizens      []web.DemoCitizen      `json:"citizens"`
	Registrations []web.DemoRegistration `json:"registrations"`
	Mails         []web.DemoMail         `json:"mails"`
}

func TestDemoTellsAllThatAScriptNeeds(t *testing.T) {
	base, d := startDemoOn(t, testdb.SQLite(t))
	var data demoData
	answer, err := http.Get(base + "/demo.json")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&data); err != nil {
		t.Fatal(err)
	}
	if got, want := len(data.Registrations), len(registration.Rules); got < want {
		t.Errorf("%d registrations, the table has %d rows", got, want)
	}
	known := map[string]int{}
	for _, p := range data.People {
		known[p.KnownTo]++
	}
	for _, sort := range []string{"CIA", "AURA", "nessuno", "deceduto"} {
		if known[sort] < 3 {
			t.Errorf("%d people known to %s", known[sort], sort)
		}
	}
	roles, newcomers, twice := map[string]bool{}, 0, 0
	for _, o := range data.Operators {
		roles[o.Role] = true
		if !o.Enrolled && o.TOTPSecret == "" {
			newcomers++
		}
		if len(o.Enti) == 2 {
			twice++
		}
	}
	for _, role := range []office.Role{office.Clerk, office.Supervisor, office.Helpdesk, office.Auditor, office.Administrator} {
		if !roles[string(role)] {
			t.Errorf("no operator is %s", role)
		}
	}
	if newcomers != 1 || twice != 1 {
		t.Errorf("%d operators to enrol and %d of two enti, want one of each", newcomers, twice)
	}
	nobodyHasPapersLeft(t, d)
}

// nobodyHasPapersLeft: what the demo begins with must lock no operator into the print page.
func nobodyHasPapersLeft(t *testing.T, d *demo) {
	t.Helper()
	err := d.store.Read(t.Context(), func(tx *store.Tx) error {
		operators, err := tx.Operators()
		for _, o := range operators {
			if open, _ := tx.OpenDesk(o.ID); len(open) > 0 {
				t.Errorf("%s has %d desks open", o.Username, len(open))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDemoPage: the page shows who can log in with which code, and breaks the registries.
func TestDemoPage(t *testing.T) {
	base, d := startDemoOn(t, testdb.SQLite(t))
	page := func() *goquery.Document {
		answer, err := http.Get(base + "/demo")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		document, err := goquery.NewDocumentFromReader(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return document
	}
	if text := page().Find("main").Text(); !strings.Contains(text, "Questa è una dimostrazione") || !strings.Contains(text, "da attivare al primo accesso") {
		t.Errorf("the page does not say enough: %s", text)
	}
	answer, err := http.PostForm(base+"/demo/guasti", map[string][]string{"anagrafe": {"CIA"}, "guasto": {"spento"}})
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", answer, err)
	}
	answer.Body.Close()
	if got := d.registries.Fault("CIA").Kind; got != simulator.Down {
		t.Errorf("CIA suffers from %q", got)
	}
	if got := page().Find(`button[aria-pressed=true]`).First().Text(); got != "Spenta" {
		t.Errorf("the page shows CIA as %q", got)
	}
	answer, err = http.PostForm(base+"/demo/guasti", map[string][]string{"anagrafe": {"ANPR"}, "guasto": {"spento"}})
	if err != nil || answer.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown registry: %v %v", answer, err)
	}
}

// TestDemoRefusesAUsedDatabase keeps invented data out of a real installation.
func TestDemoRefusesAUsedDatabase(t *testing.T) {
	database := testdb.SQLite(t)
	startDemoOn(t, database)
	_, err := openDemo(t.Context(), demoPlace{directory: t.TempDir(), database: database, publicURL: "http://localhost:8080"}, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), errNotEmpty.Error()) {
		t.Errorf("got %v", err)
	}
}
