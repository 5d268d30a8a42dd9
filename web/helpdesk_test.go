package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/person"
	"sportello/request"
)

// back is a clerk of the back office with a browser.
func (h *house) back(t *testing.T, username string) *reader {
	t.Helper()
	return &reader{client: h.login(t, username)}
}

// called writes a telephone call down, and leaves the clerk at its page.
func (r *reader) called(problem string, x resident) {
	r.Helper()
	r.calledBy(problem, person.Person{Surname: x.Surname, Name: x.Name, TaxCode: x.TaxCode})
}

func (r *reader) calledBy(problem string, x person.Person) {
	r.Helper()
	r.open("/sportello/istanze")
	r.follow("Nuova telefonata")
	r.press("Registra l'istanza", "Problema", problem, "Cognome", x.Surname, "Nome", x.Name, "Codice fiscale o numero di registrazione", string(x.TaxCode),
		"Telefono o e-mail per essere ricontattato", "011 5550100", "Descrizione", "Non trovo più la busta con il codice.")
	r.reads("Istanza presa in carico", problem)
}

// L03, L04: somebody telephones who has lost the code; the clerk compares, and the new code goes to the stored address. The clerk never sees it.
func TestStoryTelefonata(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		old, giulia := clerk.register(x), h.home(x)
		elena := h.back(t, "elena")
		elena.called("Codice di attivazione smarrito", x)
		elena.reads(string(x.TaxCode), x.Surname, "011 5550100", "Non dire e non scrivere mai a chi chiede i dati registrati")
		elena.press("Aggiungi la nota", "Nota", "Richiama dopo le 15.")
		elena.reads("Richiama dopo le 15.", "Elena Bruno")
		elena.press("Invia un nuovo codice", "Da dove arriva la richiesta", "Per telefono")
		elena.reads("Serve la conferma per proseguire.")
		elena.press("Invia un nuovo codice", "Nome, cognome e codice fiscale coincidono", "sì", "Numero e data di rilascio del documento coincidono", "sì", "Da dove arriva la richiesta", "Per telefono")
		elena.reads("Istanza accolta", "Accolta")
		elena.misses(old.code)
		got := old
		got.code = h.grabbed(h.lastMail("Il tuo codice di attivazione"), writtenCode)
		giulia.refusesCodes(old)
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", old.pin)
		elena.open("/sportello/istanze?elenco=concluse")
		elena.reads("Accolta", x.Surname)
	})
}

// One request is one clerk's: two who press at once, a page gone stale, a form sent twice, a colleague who does not come back.
func TestTwoClerksAtOnce(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	elena, carla := h.back(t, "elena"), h.back(t, "carla")
	elena.open("/sportello/istanze/nuova")
	form := elena.page
	filled := []string{"problema", string(request.SiteFault), "cognome", x.Surname, "nome", x.Name, "codice-fiscale", string(x.TaxCode), "recapito", "011", "testo", "Non entro"}
	first := elena.submit(form, "main form", filled...)
	if again := elena.submit(form, "main form", filled...); again.Path != first.Path {
		t.Errorf("the form sent twice made %s and %s", first.Path, again.Path)
	}
	elena.page = first
	elena.press("Rimetti tra quelle da evadere")
	elena.reads("Istanza rimessa")
	elena.follow("Errore del sito")
	at := strings.Split(elena.page.Path, "?")[0]
	carla.open(at)
	elena.press("Prendi in carico")
	if p := carla.pressed("Prendi in carico"); p.Status != http.StatusConflict || p.Find("h1").Text() != "Modificata da un altro operatore" {
		t.Errorf("a stale page takes the request: %d %s", p.Status, p.said())
	}
	carla.open(at)
	if p := carla.pressed("Prendi in carico"); p.Status != http.StatusConflict || p.Find("h1").Text() != "L'istanza è di un collega" {
		t.Errorf("two clerks hold one request: %d %s", p.Status, p.said())
	}
	if p := carla.post(at+"/controlli", "versione", "9"); p.Status != http.StatusConflict {
		t.Errorf("who does not hold it answers: %d", p.Status)
	}
	h.wait(25 * time.Hour)
	carla = h.back(t, "carla")
	carla.open(at)
	carla.press("Prendi in carico")
	carla.reads("Carla Rossi")
	carla.press("Chiudi l'istanza", "Motivo", "Altro motivo")
	carla.reads("Scrivere il motivo, senza dati personali.")
	carla.press("Chiudi l'istanza", "Motivo", "Risolto con le indicazioni date")
	carla.reads("Istanza conclusa", "Chiusa")
	if p := carla.post(at+"/chiusura", "versione", "9", "motivo", "Inviata allo sportello"); p.Status != http.StatusConflict {
		t.Errorf("an ended request ends again: %d", p.Status)
	}
	n := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.TakeRequest, Outcome: audit.Refused}, func(audit.Record) error { n++; return nil }))
	if n != 2 {
		t.Errorf("%d refusals recorded", n)
	}
}

// Deadlines: what is late is marked and has a list of its own. Decided requests are forgotten after two years.
func TestDeadlinesOfRequests(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	elena := h.back(t, "elena")
	elena.called("Telefonata o visita sospetta", x)
	elena.reads("Nessuno attiva carte o credenziali a domicilio", "nessuna registrazione con il codice fiscale indicato")
	at := strings.Split(elena.page.Path, "?")[0]
	elena.open("/sportello/istanze?elenco=scadute")
	elena.reads("Nessuna istanza è scaduta.")
	h.wait(25 * time.Hour)
	elena = h.back(t, "elena")
	elena.open("/sportello/istanze?elenco=scadute")
	elena.reads("Scadute (1)", "Scaduta", "Telefonata o visita sospetta")
	elena.open(at)
	elena.press("Chiudi l'istanza", "Motivo", "Segnalata all'autorità giudiziaria")
	elena.open("/sportello/istanze")
	elena.reads("Nessuna istanza aspetta.")
	h.wait(23 * 30 * 24 * time.Hour)
	h.must(h.Desk.Sweep(t.Context()))
	elena = h.back(t, "elena")
	elena.open(at)
	elena.reads("Segnalata all'autorità giudiziaria")
	h.wait(60 * 24 * time.Hour)
	h.must(h.Desk.Sweep(t.Context()))
	elena = h.back(t, "elena")
	if p := elena.get(at); p.Status != http.StatusNotFound {
		t.Errorf("a request of two years ago: %d", p.Status)
	}
}
