package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
)

// thirdParty has the amministratore appoint a subject that is no administration, and gives the address of its page.
func (c *client) thirdParty(change ...string) *shown {
	c.Helper()
	p := c.get("/sportello/amministrazione/enti/nuovo")
	p = c.submit(p, "main form", "nome", "CAF di Esempio", "community", "torinofacile", "credenziali", string(office.IssuesWeak), "azione", "aggiungi-provincia", "competenza-provincia", "TO")
	if p.Find("#provincia-TO[checked]").Length() != 1 {
		c.Fatalf("the province was not added: %s", p.said())
	}
	p = c.submit(p, "main form", append([]string{"azione", "", "competenza-provincia", "", "soggetto-terzo", "si", "atto-numero", "12/2026", "atto-autorita", "Regione Piemonte",
		"atto-data-giorno", "2", "atto-data-mese", "11", "atto-data-anno", "2026", "incarico-dal-giorno", "23", "incarico-dal-mese", "11", "incarico-dal-anno", "2026",
		"incarico-al-giorno", "24", "incarico-al-mese", "11", "incarico-al-anno", "2026"}, change...)...)
	return p
}

// A subject outside the administration is appointed, works, and its appointment ends at midnight in Rome, while somebody is at work (A13).
func TestThirdPartyDesk(t *testing.T) {
	h := newHouse(t)
	fulvio := h.login(t, "fulvio")
	p := fulvio.thirdParty()
	checkPage(t, "ente", p.Document)
	p.has(t, "Ente aggiunto", "Incarico in corso", "n. 12/2026 del 2 novembre 2026", "dal 23 novembre 2026 al 24 novembre 2026", "Province: Torino")
	ente := strings.TrimSuffix(strings.TrimPrefix(p.Path, "/sportello/amministrazione/enti/"), "?fatto=aggiunto")
	_, handed := fulvio.newcomer("ente", ente)
	giulia := h.visitor()
	giulia.enrol("giulia.verdi", handed)
	own := "zattera-lume-quercia-9"
	giulia.post("/sportello/accesso/password", "attuale", handed, "nuova", own, "ripeti", own)
	if p = giulia.post("/sportello/registrazione", "codice-fiscale", string(h.People.CIA[0].TaxCode), "residenza-provincia", "TO", "residenza-comune", "L219"); !strings.HasPrefix(p.Path, "/sportello/registrazione/") {
		t.Fatalf("appointed, she searches and comes to %s: %s", p.Path, p.said())
	}
	form := p.Path

	h.setClock(time.Date(2026, 11, 24, 22, 55, 0, 0, time.UTC)) // 23:55 in Rome
	giulia.post("/sportello/accesso", "username", "giulia.verdi", "password", own)
	if p = giulia.post("/sportello/accesso/codice", "codice", h.oneTimeCode("giulia.verdi")); p.Status != 200 {
		t.Fatalf("on the last day: %d at %s", p.Status, p.Path)
	}
	h.setClock(time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)) // midnight in Rome
	for _, p := range []*shown{giulia.get("/sportello"), giulia.get(form), giulia.post(form+"/conferma", "azione", "")} {
		if p.Status != http.StatusForbidden || p.Find("form[action='/sportello/esci']").Length() == 0 {
			t.Errorf("after midnight %s: %d", p.Path, p.Status)
		}
		p.has(t, "L'incarico dell'ente non è in corso")
	}
	again := h.visitor()
	again.post("/sportello/accesso", "username", "giulia.verdi", "password", own)
	if p = again.post("/sportello/accesso/codice", "codice", h.oneTimeCode("giulia.verdi")); p.Status != http.StatusForbidden {
		t.Errorf("after midnight she logs in: %d %s", p.Status, p.Path)
	}

	fulvio = h.login(t, "fulvio")
	p = fulvio.get("/sportello/amministrazione/enti/" + ente)
	p.has(t, "Incarico finito")
	p = fulvio.submit(fulvio.get(p.Path+"/modifica"), "main form", "incarico-al-mese", "12")
	p.has(t, "Modifiche salvate", "Incarico in corso", "24 dicembre 2026")
	if p = giulia.get("/sportello"); p.Status != http.StatusOK {
		t.Errorf("renewed: %d", p.Status)
	}
	if n := h.recorded(audit.EnteChange, "modifica", audit.Done); n != 1 {
		t.Errorf("%d renewals in the audit", n)
	}
}

// setClock is what the clock on the wall says now.
func (h *house) setClock(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = now
}

func TestEnteRefused(t *testing.T) {
	h := newHouse(t)
	fulvio := h.login(t, "fulvio")
	for field, change := range map[string][]string{
		"nome": {"nome", "asl città di ESEMPIO"}, "atto-numero": {"atto-numero", ""}, "atto-data-giorno": {"atto-data-giorno", "31"}, "incarico-al-giorno": {"incarico-al-mese", "10"},
		"community": {"community", "trentino"}, "competenza-provincia": {"provincia-TO", ""},
	} {
		if field == "competenza-provincia" {
			continue // without a box ticked: below
		}
		p := fulvio.thirdParty(change...)
		if p.Status != 422 || p.Find(`a[href="#`+field+`"]`).Length() != 1 {
			t.Errorf("%v: %d %s", change, p.Status, p.Find(".riepilogo-errori").Text())
		}
	}
	p := fulvio.submit(fulvio.get("/sportello/amministrazione/enti/nuovo"), "main form", "nome", "Nessuno", "community", "torinofacile", "credenziali", "deboli")
	if p.Status != 422 || p.Find("#competenza-provincia-errore").Length() != 1 {
		t.Errorf("without competence: %d", p.Status)
	}
}

// A responsabile changes name and address of the own ente and nothing else of it; other enti are not there for them.
func TestOwnEnteOnly(t *testing.T) {
	h := newHouse(t)
	carla, fulvio := h.login(t, "carla"), h.login(t, "fulvio")
	p := carla.get("/sportello/amministrazione/enti/asl/modifica")
	if p.Find("#competenza, #atto-numero, [name=credenziali]").Length() > 0 {
		t.Error("a responsabile is asked about the mandate")
	}
	stale := fulvio.get("/sportello/amministrazione/enti/asl/modifica")
	done := carla.post("/sportello/amministrazione/enti/asl/modifica", "nome", "ASL Nuova", "indirizzo", "Via Nuova 1", "versione", "1", "credenziali", "deboli", "provincia-MI", "si", "soggetto-terzo", "si")
	done.has(t, "Modifiche salvate", "Credenziali forti", "Amministrazione", "Via Nuova 1")
	if strings.Contains(done.said(), "Milano") {
		t.Error("a responsabile widens the competence")
	}
	if p := fulvio.submit(stale, "main form", "nome", "ASL Altra"); p.Status != http.StatusConflict {
		t.Errorf("from a page of before: %d", p.Status)
	}
	for _, path := range []string{"", "/modifica", "/sportelli/nuovo"} {
		if p := carla.get("/sportello/amministrazione/enti/comune" + path); p.Status != http.StatusNotFound {
			t.Errorf("another ente%s: %d", path, p.Status)
		}
	}
	var told bool
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.EnteChange, Outcome: audit.Done}, func(r audit.Record) error {
		told = told || r.Detail["nome prima"] == "ASL Città di Esempio" && r.Detail["nome"] == "ASL Nuova"
		return nil
	}))
	if !told {
		t.Error("the audit does not tell the old name")
	}
}

// A desk is opened, with hours; the public list shows it (K05).
func TestBranches(t *testing.T) {
	h := newHouse(t)
	carla := h.login(t, "carla")
	fill := []string{"nome", "Sportello di via Cavour", "indirizzo", "Via Cavour 1", "sede-provincia", "TO", "sede-comune", "L219", "cap", "10123", "telefono", "011 000",
		"orario-1", "8.30-12:30, 14-16", "nota", "Chiuso ad agosto", "accessibilita", "Rampa all'ingresso"}
	p := carla.get("/sportello/amministrazione/enti/asl/sportelli/nuovo")
	checkPage(t, "desk", p.Document)
	for field, value := range map[string]string{"orario-2": "mattina", "orario-3": "14-16, 8-12", "orario-4": "12-8", "cap": "1012", "sede-comune": "F205"} {
		if p := carla.submit(p, "main form", append(fill, field, value)...); p.Status != 422 || p.Find("#"+field+"-errore").Length() != 1 {
			t.Errorf("%s=%q: %d", field, value, p.Status)
		}
	}
	p = carla.submit(p, "main form", fill...)
	checkPage(t, "ente with desk", p.Document)
	p.has(t, "Sportello salvato", "Via Cavour 1, 10123 Torino (TO)", "8:30-12:30, 14:00-16:00", "Chiuso ad agosto", "Rampa all'ingresso")
	at := p.Find("h3 a").AttrOr("href", "")
	edit := carla.get(at)
	if got := edit.Find("#orario-1").AttrOr("value", ""); got != "8:30-12:30, 14:00-16:00" {
		t.Errorf("the hours come back as %q", got)
	}
	if got := edit.Find("#sede-comune option[selected]").AttrOr("value", ""); got != "L219" {
		t.Errorf("the comune comes back as %q", got)
	}
	carla.submit(edit, "main form", "telefono", "011 111").has(t, "011 111")
	if p := carla.submit(edit, "main form", "telefono", "011 222"); p.Status != http.StatusConflict {
		t.Errorf("from a page of before: %d", p.Status)
	}
	lia := h.login(t, "fulvio")
	if p := lia.get(at); p.Status != http.StatusOK {
		t.Errorf("the amministratore at a desk: %d", p.Status)
	}
	for path, want := range map[string]string{"/sportelli": "Uno sportello trovato. Torino (TO)", "/sportelli?provincia=TO&cerca=CAVOUR+torino": "Sportello di via Cavour", "/sportelli?lingua=en": "One desk found.",
		"/sportelli?cerca=asti": "Nessuno sportello corrisponde", "/sportelli?provincia=%00%ff&cerca=%00": "Nessuno sportello corrisponde"} {
		p := h.visitor().get(path)
		checkPage(t, path, p.Document)
		p.has(t, want)
	}
	carla.submit(carla.get(at), "main form", "nome", "Sportello chiuso", "aperto", "").has(t, "Sportello chiuso", "Non aperto al pubblico")
	h.visitor().get("/sportelli").has(t, "L'elenco degli sportelli non è ancora pubblicato")
}
