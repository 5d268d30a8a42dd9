package web

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

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
