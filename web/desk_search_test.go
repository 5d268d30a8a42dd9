package web

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"sportello/audit"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
)

// archive keeps registrations of people in the database, each in a state, and gives their numbers.
func (h *house) archive(people []simulator.Person, state registration.State, strong bool) (numbers []registration.Number) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		for _, x := range people {
			id, err := tx.NewID()
			h.must(err)
			x.Person.ID = person.ID("p" + id)
			h.must(tx.AddPerson(&store.Person{Realm: "sistemapiemonte", Person: x.Person}))
			n, err := registration.DrawNumber(h.Rand)
			h.must(err)
			h.must(tx.AddRegistration(&registration.Registration{ID: "r" + id, Number: n, Person: person.ID("p" + id), Realm: "sistemapiemonte", Community: "sistemapiemonte",
				State: state, Strong: strong, CreatedAt: tx.Now}))
			numbers = append(numbers, n)
		}
		return nil
	})
	return numbers
}

// names of the rows, in order.
func (p *shown) names() string {
	return strings.Join(p.Find("tbody th a").Map(func(_ int, a *goquery.Selection) string { return a.Text() }), "|")
}

// 001 §4.2: the filters, and what the list shows.
func TestSearchStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	people := h.People.CIA[:3]
	numbers := h.archive(people, registration.Verified, false)
	x := people[1]

	p := c.get("/sportello/gestione")
	checkPage(t, "filters", p.Document)
	p = c.submit(p, "form[role=search]", "cognome", strings.ToLower(x.Surname[1:]))
	checkPage(t, "list", p.Document)
	p.has(t, x.Surname+" "+x.Name, string(x.TaxCode), string(numbers[1]), "23 novembre 2026", "Sistema Piemonte", "Riscontrato", "Forte: No", "Nessuna")
	for _, secret := range []string{x.Surname, x.Name, string(x.TaxCode)} {
		if strings.Contains(strings.ToUpper(p.Path), strings.ToUpper(secret)) {
			t.Errorf("%s stands in the address", secret)
		}
	}
	if got := p.Find("#cognome").AttrOr("value", ""); got != strings.ToLower(x.Surname[1:]) {
		t.Errorf("the filter is lost: %q", got)
	}
	for name, typed := range map[string]string{"codice-fiscale": "*" + string(x.TaxCode) + "*", "numero": string(numbers[1])} {
		for _, field := range []string{name, "codice-fiscale", "numero"} {
			if p := c.post("/sportello/gestione", field, typed); p.names() != x.Surname+" "+x.Name {
				t.Errorf("%s in %s finds %q at %s", name, field, p.names(), p.Path)
			}
		}
	}
	colleague := h.login(t, "bruno")
	if other := colleague.get(p.Path); other.Status != 404 {
		t.Errorf("a colleague opens the search: %d", other.Status)
	}
	empty := c.post("/sportello/gestione", "cognome", "<b>zzz</b>", "stato", "attivo")
	empty.has(t, "Nessuna registrazione trovata", "«Cognome: <b>zzz</b>»", "«Stato di registrazione: Attivo»")
	checkPage(t, "nothing", empty.Document)
	if empty.Find(".vuoto a").AttrOr("href", "") != "/sportello/registrazione" {
		t.Error("no way to Registrazione utenti")
	}
}

// Filters that say nothing, or what cannot be, are told beside the field; what was typed stays.
func TestWrongFilters(t *testing.T) {
	c := newHouse(t).login(t, "anna")
	for field, typed := range map[string][]string{
		"codice-fiscale": {"codice-fiscale", "RSSMRA80A01H501A"},
		"numero":         {"numero", "1234567890"},
		"al":             {"dal-giorno", "2", "dal-mese", "1", "dal-anno", "2026", "al-giorno", "1", "al-mese", "1", "al-anno", "2026"},
		"dal":            {"dal-giorno", "31", "dal-mese", "2", "dal-anno", "2026"},
		"stato":          {"stato", "inventato"},
		"community":      {"community", "trentino"},
	} {
		p := c.post("/sportello/gestione", append(typed, "nome", "Ada")...)
		if p.Status != 422 || p.Find("#"+field+"-errore").Length() != 1 || p.Find("#nome").AttrOr("value", "") != "Ada" {
			t.Errorf("%s: %d %s", field, p.Status, p.Find(".riepilogo-errori").Text())
		}
	}
	if p := c.post("/sportello/gestione", "forte", "tutti"); p.Status != 422 {
		t.Errorf("no filter at all: %d", p.Status)
	}
}

// crowd is n people of one surname, born on different days.
func crowd(surname string, n int) (people []simulator.Person) {
	for i := range n {
		day := person.DateOf(time.Date(1950, 1, 1+i, 0, 0, 0, 0, time.UTC))
		people = append(people, simulator.Person{Person: person.Person{TaxCode: person.ComputeTaxCode(surname, "Ada", day, person.Female, "L219"), Surname: surname,
			Name: fmt.Sprintf("Ada %02d", i), BirthDate: day, Sex: person.Female, Residence: person.Residence{Province: "TO", Comune: "L219"}}})
	}
	return people
}

func (p *shown) link(t *testing.T, name string) string {
	t.Helper()
	for _, a := range p.Find("main a").EachIter() {
		if strings.TrimSpace(a.Text()) == name {
			return a.AttrOr("href", "")
		}
	}
	t.Fatalf("%s has no link %q", p.Path, name)
	return ""
}

// Twenty to a page, forward and back, sorted; what was looked for stands in no address and no log.
func TestListPages(t *testing.T) {
	h := newHouse(t)
	var log bytes.Buffer
	h.Log = slog.New(slog.NewTextHandler(&log, nil))
	c := h.login(t, "anna")
	h.archive(crowd("Quagliotti", 45), registration.Active, true)
	paths := []string{}
	see := func(p *shown, heading, first, last string) *shown {
		t.Helper()
		paths = append(paths, p.Path)
		p.has(t, heading)
		rows := p.Find("tbody th a")
		if rows.First().Text() != "Quagliotti Ada "+first || rows.Last().Text() != "Quagliotti Ada "+last {
			t.Errorf("%s: from %q to %q, want %s to %s", p.Path, rows.First().Text(), rows.Last().Text(), first, last)
		}
		return p
	}
	p := see(c.post("/sportello/gestione", "cognome", "quagliotti", "nome", "ADA"), "Registrazioni da 1 a 20 di 45, in ordine di cognome.", "00", "19")
	p.has(t, "45 registrazioni trovate", "Cognome: quagliotti", "Nome: ADA")
	if sort := p.Find("th[aria-sort]"); sort.Length() != 1 || sort.AttrOr("aria-sort", "") != "ascending" {
		t.Errorf("%d columns are sorted", sort.Length())
	}
	checkPage(t, "first page", p.Document)
	p = see(c.get(p.link(t, "Successiva pagina")), "Registrazioni da 21 a 40 di 45", "20", "39")
	p = see(c.get(p.link(t, "Successiva pagina")), "Registrazioni da 41 a 45 di 45", "40", "44")
	p = see(c.get(p.link(t, "Precedente pagina")), "Registrazioni da 21 a 40 di 45", "20", "39")
	checkPage(t, "second page", p.Document)
	see(c.get(p.link(t, "Prima pagina")), "Registrazioni da 1 a 20 di 45", "00", "19")
	p = c.get(p.link(t, "Ultima pagina"))
	p.has(t, "a 45 di 45")
	p = see(c.get(p.link(t, "Cittadino")), "dalla Z alla A", "44", "25")
	p = see(c.get(p.link(t, "Successiva pagina")), "Registrazioni da 21 a 40 di 45, in ordine di cognome, dalla Z alla A", "24", "05")
	p = c.get(p.link(t, "Registrazione"))
	p.has(t, "dalla registrazione più recente")
	if p.Find("th[aria-sort=descending]").Text() != "Registrazione" {
		t.Error("the date is not the sorted column")
	}
	for _, path := range append(paths, log.String()) {
		if low := strings.ToLower(path); strings.Contains(low, "quagliotti") || strings.Contains(low, "qgl") {
			t.Errorf("what was looked for stands in %s", path)
		}
	}
	if gone := c.get(paths[0] + "&pagina=AAAA"); gone.Status != 404 {
		t.Errorf("a page made up by hand: %d", gone.Status)
	}
}

func TestExportResults(t *testing.T) {
	h := newHouse(t)
	h.archive(crowd("Bianchi", 25), registration.Active, true)
	if p := h.login(t, "anna").post("/sportello/gestione", "cognome", "Bianchi"); p.Find("form[action$='/esportazione']").Length() != 0 {
		t.Error("a clerk is offered an export")
	}
	c := h.login(t, "carla")
	p := c.post("/sportello/gestione", "cognome", "Bianchi")
	p = c.get(p.link(t, "Successiva pagina"))
	bad := c.submit(p, "form[action$='/esportazione']")
	if bad.Status != 422 || bad.Find("#motivo-esportazione-errore").Length() != 1 || bad.Find("tbody tr").Length() != 5 {
		t.Errorf("without a reason: %d, %d rows", bad.Status, bad.Find("tbody tr").Length())
	}
	checkPage(t, "export refused", bad.Document)
	csv := c.submit(bad, "form[action$='/esportazione']", "motivo-esportazione", "Bonifica")
	if csv.Header.Get("Content-Type") != "text/csv; charset=utf-8" || csv.Header.Get("Cache-Control") != "no-store" || bytes.Count(csv.Body, []byte("\n")) != 26 {
		t.Errorf("%d %v: %s", csv.Status, csv.Header, csv.Body)
	}
	exports := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.ExportResults, Outcome: audit.Done}, func(r audit.Record) error { exports++; return nil }))
	if exports != 2 {
		t.Errorf("%d records, want one of the beginning and one of the end", exports)
	}
}

// The server's time for a page of twenty: reading the search, finding, recording, drawing. go test -run ListTime -bench . ./web
func TestListTime(t *testing.T) {
	if flag.Lookup("test.bench").Value.String() == "" {
		t.Skip("a measure: -bench .")
	}
	h := newHouse(t)
	h.archive(crowd("Bianchi", 200), registration.Active, true)
	c := h.login(t, "anna")
	path := c.post("/sportello/gestione", "cognome", "bianchi").link(t, "Successiva pagina")
	t.Log(testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, c.URL+path, nil)
			h.must(err)
			answer, err := c.http.Do(r)
			h.must(err)
			n, err := io.Copy(io.Discard, answer.Body)
			if answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK || n < 20_000 {
				b.Fatal(answer.Status, err)
			}
		}
	}))
}
