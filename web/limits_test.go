package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/person"
	"sportello/store"
	"sportello/testdb"
)

// A boundForm is an open form, and what stops who sends it too often.
type boundForm struct {
	pattern string // of its route
	send    func(*client) *shown
	kept    string         // a field whose content is still on the page that says to wait; "" where nothing but secrets is typed
	bounds  map[string]int // tries that are borne under each key, for the visitors of a house
}

// posted sends a form of names and values, in pairs.
func posted(path string, pairs ...string) func(*client) *shown {
	return func(c *client) *shown { return c.post(path, pairs...) }
}

// The address and network of every browser of a house.
const (
	line    = "127.0.0.1"
	network = "127.0.0.0/24"
)

// needToken are the routes that do nothing for who has nothing under way: each needs what a bound form has given, or a log-in.
var needToken = []string{
	"/attivazione/regolamento", "/attivazione/credenziali", "/attivazione/esci", "/uscita", "/revoca/condizioni", "/revoca/esci",
	"/preregistrazione/annulla", "/registrazione/annulla", "/preregistrazione/ricevuta/esci", "/registrazione/ricevuta/esci",
	askPINPath, askPINPath + "/pdf", askProofPath + "/{documento}/elimina", askPath + "/completa", askPath + "/annulla", firstPath,
	"/sportello/accesso/codice", "/sportello/accesso/attivazione", "/sportello/accesso/codici-di-recupero", "/sportello/accesso/ente", "/sportello/accesso/password", "/sportello/esci",
}

var linkBounds = map[string]int{"link/indirizzo/" + line: 60, "link/rete/" + network: 600}

// ownForms are those about credentials that somebody has, or has lost.
func ownForms(code string) []boundForm {
	codes := map[string]int{"codici/indirizzo/" + line: 10, "codici/rete/" + network: 60}
	lost := func(who string) map[string]int {
		return map[string]int{"recupero/" + who + "/" + line: 5, "recupero/indirizzo/" + line: 20, "recupero/rete/" + network: 200}
	}
	return []boundForm{
		{citizenLogin, posted(citizenLogin, "username", "giulia.b85", "password", "sbagliata-1"), "username",
			map[string]int{"cittadino/giulia.b85/" + line: 10, "cittadini/indirizzo/" + line: 60, "cittadini/rete/" + network: 600}},
		{"/attivazione", posted("/attivazione", "codice-fiscale", code, "codice-attivazione", "AAAA-AAAA-AAAA", "pin", "AAAA-AAAA"), "codice-fiscale", codes},
		{"/revoca", posted("/revoca", "codice-fiscale", code, "codice-revoca", "AAAA-AAAA-AAAA"), "codice-fiscale", codes},
		{forgottenPath, posted(forgottenPath, "username", "giulia.b85", "domanda", "Come si chiamava il tuo primo animale?", "risposta", "Pinocchio"), "username", lost("giulia.b85")},
		{lostUsernamePath, posted(lostUsernamePath, "codice-fiscale", code), "codice-fiscale", lost(code)},
		{newPasswordPath, posted(newPasswordPath, "nuova", passwordOf("x"), "ripeti", passwordOf("x")), "", linkBounds},
		{confirmPath, posted(confirmPath), "", linkBounds},
		{barrierPath, posted(barrierPath, "modulo", strings.Repeat("0", 36), "ostacolo", "Non arrivo al pulsante.", "pagina", "Attivazione"), "pagina",
			map[string]int{"accessibilità/indirizzo/" + line: 5, "accessibilità/rete/" + network: 50}},
		{"/sportello/accesso", posted("/sportello/accesso", "username", "anna", "password", "sbagliata-1"), "username",
			map[string]int{"operatore/anna/" + line: 5, "operatori/" + line: 50, "operatori/rete/" + network: 500}},
	}
}

// doorForms are those of who begins at home; the last ones first, so that what is sent wrong closes no way to those that follow.
func doorForms(d doorway) []boundForm {
	send := map[string]int{"conferme/indirizzo/" + line: 20, "conferme/rete/" + network: 200, "conferme/casella/" + person.Mailbox(citizensMail): 5}
	write := map[string]int{"scritture/indirizzo/" + line: 400, "scritture/rete/" + network: 4000}
	link, token := d.base()+"/conferma/", strings.Repeat("0", 64)
	return []boundForm{
		{d.path("controllo"), posted(d.path("controllo")), "", send},
		{d.path("inviata"), posted(d.path("inviata")), "", send},
		{d.path("contatti"), posted(d.path("contatti"), "email", "sbagliata"), "email", write},
		{d.path("documento"), posted(d.path("documento")), "", write},
		{d.path("residenza"), posted(d.path("residenza"), "indirizzo", "Via Sbagliata"), "indirizzo", write},
		{d.path("dati"), posted(d.path("dati"), "nome", "Sbagliato"), "nome", write},
		{link + "{codice}", posted(link + token), "", linkBounds},
		{link + "{codice}/nuovo", posted(link + token + "/nuovo"), "", linkBounds},
		{d.base(), func(c *client) *shown { return c.house.visitor().post(d.base(), "letto-informativa", "si") }, "",
			map[string]int{"domande/indirizzo/" + line: 40, "domande/rete/" + network: 400}},
	}
}

// askForms are those of an ente's portal.
func askForms(h *house) []boundForm {
	code := "RSSMRA80A01F205X"
	link := askResumePath + "/" + strings.Repeat("0", 64)
	return []boundForm{
		{askPath, func(c *client) *shown { return c.submit(c.get(askPath), `form[action="`+askPath+`"]`, mario()...) }, "cognome",
			map[string]int{"richieste/indirizzo/" + line: 10, "richieste/rete/" + network: 100, "richieste/casella/mario@esempio.it": 5}},
		{askProofPath, func(c *client) *shown { return c.sendPaper("carta d'identità", "carta.pdf", paper("CARTA")) }, "",
			map[string]int{"documenti/indirizzo/" + line: 60, "documenti/rete/" + network: 600}},
		{askResumePath + "/{link}", posted(link), "", map[string]int{"documenti/indirizzo/" + line: 60, "documenti/rete/" + network: 600}},
		{renewPath, posted(renewPath, "codice-fiscale", code), "codice-fiscale",
			map[string]int{"primo accesso/indirizzo/" + line: 10, "primo accesso/rete/" + network: 100}},
		{citizenLogin, posted(citizenLogin, "codice-fiscale", code, "pin", "123456789", "password", "sbagliata-1"), "codice-fiscale",
			map[string]int{"cittadino/cf/" + code + "/" + line: 10, "cittadini/indirizzo/" + line: 60, "cittadini/rete/" + network: 600}},
	}
}

// stops sends a form when each of its limits is reached, and once more when none is.
func (c *client) stops(t *testing.T, f boundForm) {
	t.Helper()
	for key, most := range f.bounds {
		l := store.Limit{Key: key, Max: most, Window: 24 * time.Hour}
		c.must(c.Citizen.Store.CountFailures(c.Context(), slices.Repeat([]store.Limit{l}, most)...))
		p := f.send(c)
		if p.Status != http.StatusTooManyRequests || !strings.Contains(p.said(), "Riprova") && !strings.Contains(p.said(), "riprova") {
			t.Errorf("%s is sent though %s is full: %d %s", f.pattern, key, p.Status, p.said())
		}
		if f.kept != "" && p.Find("[name="+f.kept+"]").AttrOr("value", "") == "" {
			t.Errorf("%s: %s is not kept: %s", f.pattern, f.kept, p.said())
		}
		c.must(c.Citizen.Store.ClearFailures(c.Context(), l))
	}
	if p := f.send(c); p.Status == http.StatusTooManyRequests {
		t.Errorf("%s is stopped though no limit is reached: %s", f.pattern, p.said())
	}
}

// Every form that takes something from strangers is limited by address and network, and by person where somebody is written to.
func TestOpenFormsAreLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, f := range ownForms(string(h.residents()[0].TaxCode)) {
		h.visitor().stops(t, f)
	}
}

func TestFormsFromHomeAreLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, d := range doorways {
		c := h.applicant(h.residents()[0])
		c.write(d.base())
		for _, f := range doorForms(d) {
			c.stops(t, f)
		}
	}
}

func TestFormsOfTheEnteAreLimited(t *testing.T) {
	t.Parallel()
	h := enteHouse(t, testdb.SQLite(t))
	c := h.visitor()
	c.asked(mario()...)
	for _, f := range slices.Backward(askForms(h)) { // a new request comes last: it takes the place of the one under way
		c.stops(t, f)
	}
}

// No route is forgotten: what is in none of the tables leads to a log-in.
func TestEveryOpenFormIsKnown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	known := slices.Clone(needToken)
	for _, f := range slices.Concat(ownForms(""), doorForms(doorways[0]), doorForms(doorways[1]), askForms(h)) {
		known = append(known, f.pattern)
	}
	for _, r := range h.routes() {
		path, posts := strings.CutPrefix(r.pattern, "POST ")
		if !posts || slices.Contains(known, path) || r.who != citizens && r.who != entering {
			continue
		}
		h.costs.Take()
		p := h.visitor().post(path)
		if spent := h.costs.Take(); !strings.HasPrefix(p.Path, citizenLogin) || spent.Statements > 0 {
			t.Errorf("%s is open, and no row here says what limits it: %d at %s, %+v", path, p.Status, p.Path, spent)
		}
	}
}

// What needs a token does nothing without one: no hash, no mail, no record.
func TestNothingUnderWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range needToken {
		h.costs.Take()
		p := h.visitor().post(strings.Replace(path, "{documento}", "1", 1))
		if spent := h.costs.Take(); spent.Hashes+spent.Mails > 0 || p.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %d, %+v", path, p.Status, spent)
		}
	}
}
