package web

import (
	"context"
	"slices"
	"strings"
	"testing"

	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
)

func TestSearchOffersTheCompetence(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	p := c.post("/sportello/registrazione", "azione", "comuni-residenza", "codice-fiscale", "RSSMRA80A01H501U", "residenza-provincia", "EE")
	if got := p.Find("#residenza-provincia option").Length(); got != 10 { // "Scegli", eight provinces, STATO ESTERO
		t.Errorf("%d provinces", got)
	}
	if got := p.Find("#residenza-comune option[selected]").AttrOr("value", ""); got != person.AbroadComune || p.Find(".riepilogo-errori").Length() != 0 {
		t.Errorf("comune %q chosen for STATO ESTERO", got)
	}
	if got := p.Find("#codice-fiscale").AttrOr("value", ""); got != "RSSMRA80A01H501U" {
		t.Errorf("the button lost the tax code: %q", got)
	}
	checkPage(t, "search", p.Document)
}

func TestSearchSaysWhy(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	for _, tt := range []struct{ code, tick, want string }{
		{"", "", "Campo obbligatorio"},
		{"RSSMRA80A0", "", "16 caratteri"},
		{"RSSMRA80A01H501A", "", "L'ultimo carattere non corrisponde"},
		{"1SSMRA80A01H501U", "", "Lettere e cifre non sono al loro posto"},
		{"RSSMRA80A32H501U", "", "La data di nascita scritta nel codice non esiste"},
		{"STP1234567890123", "", "STP o ENI"},
		{"RSSMRA80A01H501U", "si", "La casella si spunta solo"},
		{"12345678903", "", "la casella si spunta solo"},
	} {
		p := c.post("/sportello/registrazione", "codice-fiscale", tt.code, "provvisorio", tt.tick, "residenza-provincia", "TO", "residenza-comune", "L219")
		if said := p.Find("#codice-fiscale-errore").Text(); p.Status != 422 || !strings.Contains(strings.ToLower(said), strings.ToLower(tt.want)) {
			t.Errorf("%q: %d %q, want %q", tt.code, p.Status, said, tt.want)
		}
	}
	p := c.post("/sportello/registrazione", "codice-fiscale", "RSSMRA80A01H501U", "residenza-provincia", "TO", "residenza-comune", "H501")
	if p.Status != 422 || p.Find("#residenza-comune-errore").Length() != 1 {
		t.Errorf("a comune of elsewhere: %d %s", p.Status, p.said())
	}
}

// The variants of 001 §5.1.2.1-2, and those who have died.
func TestRegistrationStops(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "bruno")
	p := c.search(h.People.Deceased[0])
	p.has(t, "deceduta", "Nuova ricerca")
	if p.Status != 409 {
		t.Errorf("deceased: %d", p.Status)
	}

	anna, citizen := h.login(t, "anna"), h.People.CIA[0]
	at := anna.register(citizen).Path
	p = c.search(citizen)
	p.has(t, "Il cittadino è già registrato")
	checkPage(t, "stop", p.Document)
	if p = c.get(p.Find("main a.btn-primary").AttrOr("href", "")); p.Find("tbody tr").Length() != 1 {
		t.Errorf("Prosegui led to %s: %s", p.Path, p.said())
	}
	p.has(t, citizen.Surname, string(citizen.TaxCode), "Riscontro forte", "Dettaglio", "Modifica delega")

	number, _ := registration.ParseNumber(strings.Split(at, "/")[3])
	h.act(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(number)
		if err != nil {
			return err
		}
		r.State, r.Strong = registration.Active, true
		return tx.SaveRegistration(r)
	})
	p = c.search(citizen)
	p.has(t, "possiede già credenziali forti", "Apri la pratica del cittadino")
}

func TestRegistryNotices(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	c.search(h.People.Moved[0]).has(t, "il cittadino risiede altrove", "tornare alla ricerca")
	c.search(h.People.Neither[0]).has(t, "Cittadino non trovato nelle anagrafi")
	c.search(h.People.AURA[0]).has(t, "Cittadino trovato in AURA", "Letto da AURA")
	h.Registry.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Down})
	h.Registry.SetFault(registry.AURA, simulator.Fault{Kind: simulator.Nonsense})
	p := c.search(h.People.CIA[0])
	p.has(t, "CIA non è disponibile", "AURA ha dato una risposta non utilizzabile")
	if p.Find("#cognome").AttrOr("value", "x") != "" {
		t.Error("the form is not blank")
	}
	p = c.submit(p, theForm, answers("cognome", "Bianchi")...)
	if p.Status != 422 || p.Find("#cognome").AttrOr("value", "") != "Bianchi" {
		t.Errorf("a half-filled form: %d", p.Status)
	}
}

// A badInput is something that is typed, and the field beside which it is told.
type badInput struct {
	field string
	pairs []string
}

var tooLongNote = strings.Repeat("x", 1001)

// badInputs are wrong in every form that asks for a citizen's data.
var badInputs = []badInput{
	{"nome", []string{"nome", ""}},
	{"nome", []string{"nome", tooLongNote}},
	{"cognome", []string{"cognome", "  "}},
	{"nascita", []string{"nascita-mese", "13"}},
	{"nascita", []string{"nascita-anno", "2030"}},
	{"sesso", []string{"sesso", "X"}},
	{"motivo-codice-fiscale", []string{"cognome", "Zzyzx"}},
	{"indirizzo", []string{"indirizzo", ""}},
	{"civico", []string{"civico", ""}},
	{"cap", []string{"cap", "1012"}},
	{"domicilio-cap", []string{"domicilio-diverso", "si", "domicilio-cap", "1"}},
	{"domicilio-comune", []string{"domicilio-diverso", "si", "domicilio-provincia", "RM", "domicilio-comune", "L219"}},
	{"email", []string{"email", ""}},
	{"email", []string{"email", "giulia"}},
	{"email", []string{"email", "giulia@postacertificata.gov.it"}},
	{"email", []string{"senza-email", "si"}},
	{"ci-numero", []string{"ci-numero", ""}},
	{"ci-numero", []string{"ci-numero", "AX1234567"}},
	{"ci-rilascio", []string{"ci-rilascio-anno", "0"}},
	{"ci-scadenza", []string{"ci-scadenza-anno", "2020"}},
	{"ci-ente", []string{"ci-ente", ""}},
	{"documento", []string{"documento", "nessuno"}},
	{"altro-tipo", []string{"documento", "altro", "altro-tipo", "carta d'identità"}},
	{"altro-numero", []string{"documento", "altro", "altro-tipo", "passaporto"}},
	{"nota", []string{"nota", tooLongNote}},
	{"visto-documento", []string{"visto-documento", ""}},
}

// Each bad input is told at its own field, and nothing of what was typed is lost.
func TestBadInputs(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	form := c.search(h.People.CIA[0])
	delegate := []string{"delega", "si", "delega-tipo", "modulo delega", "delegato-nome", "Carla", "delegato-cognome", "Rossi", "delegato-codice-fiscale", "RSSMRA80A01H501U",
		"delegato-nascita-giorno", "1", "delegato-nascita-mese", "1", "delegato-nascita-anno", "1980", "delegato-sesso", "M", "delegato-documento-tipo", "passaporto",
		"delegato-documento-numero", "YA1234567", "delegato-documento-rilascio-giorno", "4", "delegato-documento-rilascio-mese", "5", "delegato-documento-rilascio-anno", "2021",
		"delegato-documento-scadenza-giorno", "3", "delegato-documento-scadenza-mese", "5", "delegato-documento-scadenza-anno", "2031", "delegato-documento-ente", "Questura", "copie-archiviate", "si",
		"delega-originale", "si", "delega-visto-documento", "si", "delega-copia-cittadino", "si"}
	for _, tt := range slices.Concat(badInputs, []badInput{
		{"community", []string{"community", "trentino"}},
		{"nascita", []string{"nascita-giorno", "31", "nascita-mese", "2"}},
		{"nascita", []string{"nascita-giorno", "", "nascita-mese", "", "nascita-anno", ""}},
		{"emancipazione", []string{"nascita-anno", "2015"}},
		{"cap", []string{"cap", "abcde"}},
		{"prova-residenza", []string{"documento", "altro", "altro-tipo", "passaporto"}},
		{"vista-tessera", []string{"vista-tessera", ""}},
		{"riscontro-de-visu", []string{"riscontro-de-visu", ""}},
		{"mostrata-informativa", []string{"mostrata-informativa", ""}},
		{"delega", []string{"delega", "forse"}},
		{"delega-tipo", append(append([]string{}, delegate...), "delega-tipo", "")},
		{"delegato-codice-fiscale", append(append([]string{}, delegate...), "delegato-codice-fiscale", "RSS")},
		{"delegato-nascita", append(append([]string{}, delegate...), "delegato-nascita-anno", "2015")},
		{"delegato-documento-scadenza", append(append([]string{}, delegate...), "delegato-documento-scadenza-anno", "2022")},
		{"delegato-email", append(append([]string{}, delegate...), "delegato-email", "x")},
		{"copie-archiviate", append(append([]string{}, delegate...), "copie-archiviate", "")},
	}) {
		p := c.submit(form, theForm, answers(tt.pairs...)...)
		if p.Status != 422 || p.Find("#"+tt.field+"-errore").Length() != 1 {
			t.Errorf("%v: %d, no error at %s but %q", tt.pairs[len(tt.pairs)-2:], p.Status, tt.field, p.Find(".riepilogo-errori").Text())
			continue
		}
		if p.Find("#email").AttrOr("value", "") == "" && tt.field != "email" {
			t.Errorf("%v: what was typed is lost", tt.pairs)
		}
		checkPage(t, tt.field, p.Document)
	}
	p := c.submit(form, theForm, answers(delegate...)...)
	p.has(t, "Modulo delega richiesta credenziali")
	if !strings.HasSuffix(p.Path, "/conferma") {
		t.Errorf("a good delegate: %s", p.Find(".riepilogo-errori").Text())
	}
}

func TestAbroadWithoutEmail(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	p := c.post("/sportello/registrazione", "codice-fiscale", string(h.People.Neither[0].TaxCode), "residenza-provincia", "EE", "residenza-comune", "ESTERO")
	x := h.People.Neither[0]
	day, month, year := x.BirthDate.Parts()
	filled := answers("nome", x.Name, "cognome", x.Surname, "sesso", string(x.Sex), "nascita-giorno", day, "nascita-mese", month, "nascita-anno", year,
		"indirizzo", "Rue du Lac", "civico", "1", "email", "", "senza-email", "si", "prova-residenza", "si", "documento", "altro", "altro-tipo", "passaporto", "altro-numero", "YA1234567",
		"altro-rilascio-giorno", "4", "altro-rilascio-mese", "5", "altro-rilascio-anno", "2021", "altro-scadenza-giorno", "3", "altro-scadenza-mese", "5", "altro-scadenza-anno", "2031",
		"altro-ente", "Questura di Torino")
	if bad := c.submit(p, theForm, filled...); bad.Find("#citta-errore").Length() != 1 || bad.Find("#nazione-errore").Length() != 1 {
		t.Errorf("city and nation: %s", bad.Find(".riepilogo-errori").Text())
	}
	p = c.submit(p, theForm, append(filled, "citta", "Ginevra", "nazione", "Svizzera")...)
	if p.Status != 200 {
		t.Fatal(p.Find(".riepilogo-errori").Text())
	}
	p.has(t, "Ginevra", "Passaporto")
	p = c.submit(p, theForm)
	p.has(t, "il cittadino non ha e-mail", "0 di 3")
	if pdf := c.post(p.Path + "/codice"); pdf.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the code's letter needs no reason: %d", pdf.Status)
	}
}

// refusing is a mail server that takes nothing.
type refusing struct{}

func (refusing) Send(context.Context, mail.Message) error {
	return &mail.Failure{Class: mail.ErrRefused, Reason: "la casella non esiste"}
}

func TestUndeliverableMailIsShown(t *testing.T) {
	h := newHouse(t)
	h.courier.Sender = refusing{}
	c := h.login(t, "anna")
	at := c.register(h.People.CIA[0]).Path
	h.letters("")
	p := c.get(at)
	p.has(t, "Non consegnabile", "la casella non esiste", "Stampare il codice", "g***i@esempio.it")
	if strings.Contains(p.said(), "giulia.bianchi@") {
		t.Error("the print page shows the whole address")
	}
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	c.get("/sportello/gestione/"+strings.Split(at, "/")[3]+"/dettaglio").has(t, "Il codice di attivazione non è arrivato al cittadino", "consegnare il codice su carta")
}

func TestSupervisorReleases(t *testing.T) {
	h := newHouse(t)
	clerk, carla := h.login(t, "bruno"), h.login(t, "carla")
	at := clerk.register(h.People.CIA[0]).Path
	if p := clerk.get(at); p.Find("form[action$='/sblocca']").Length() != 0 {
		t.Error("a clerk is offered to release")
	}
	if p := clerk.post(at+"/sblocca", "motivo-sblocco", "guasta"); p.Status != 403 {
		t.Errorf("a clerk releases: %d", p.Status)
	}
	p := carla.get(at)
	p.has(t, "La stampa spetta all'operatore che ha prenotato.")
	if bad := carla.submit(p, "form[action$='/sblocca']"); bad.Status != 422 || bad.Find("#motivo-sblocco-errore").Length() != 1 {
		t.Errorf("without a reason: %d", bad.Status)
	}
	p = carla.submit(p, "form[action$='/sblocca']", "motivo-sblocco", "Stampante guasta")
	p.has(t, "sbloccata: Stampante guasta", "D: non conclusa e scartata")
	clerk.get(at).has(t, "Operazione annullata.")
	if p = clerk.get("/sportello"); p.Path != "/sportello" {
		t.Errorf("the clerk is still held at %s", p.Path)
	}
}

// G09, Allegato 7, H04, mission S19.
func TestManageAndDetail(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	citizen := h.People.CIA[0]
	at := c.register(citizen).Path
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	c.post(at + "/fine")
	number := strings.Split(at, "/")[3]
	p := c.get("/sportello/gestione/" + number + "/dettaglio")
	p.has(t, "•••• •••• ••••", "Caso 2: riscontrato, registrazione forte No", "Prenota: Riscontro forte", "Prenota: Revoca", "Accetta il Regolamento",
		"Possesso PINSì", "Ente riscontroASL Città di Esempio", "A: attiva, non ancora conclusa")
	checkPage(t, "detail", p.Document)
	if p := c.get("/sportello/gestione/0000000000/dettaglio"); p.Status != 404 {
		t.Errorf("no such number: %d", p.Status)
	}
}

// Every state has its words, and every operation at the desk says when to use it.
func TestWordsForEveryRule(t *testing.T) {
	for _, state := range registration.States {
		for _, strong := range []bool{false, true} {
			if len(cases[situation{state, strong}].why) == 0 {
				t.Errorf("no words for %s, strong %v", state, strong)
			}
		}
	}
	for _, rule := range registration.Rules {
		if rule.Channel&registration.AtDesk == 0 || rule.Kind == registration.Revocation {
			continue
		}
		if uses[situation{rule.State, rule.Strong}][rule.Kind] == "" {
			t.Errorf("when to use %s in %s, strong %v?", rule.Kind, rule.State, rule.Strong)
		}
	}
}
