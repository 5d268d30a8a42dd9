package web

import (
	"bytes"
	"strings"
	"testing"

	"sportello/registry/simulator"
)

// search asks for a citizen as the first page of a registration does.
func (c *client) search(x simulator.Person) *shown {
	c.Helper()
	return c.post("/sportello/registrazione", "codice-fiscale", string(x.TaxCode), "residenza-provincia", x.Residence.Province, "residenza-comune", x.Residence.Comune)
}

// answers fill what no registry knows, for somebody with a card and an e-mail address.
func answers(change ...string) []string {
	return append([]string{
		"email", "giulia.bianchi@esempio.it", "ci-ente", "Comune di Torino", "documento", "ci", "delega", "no",
		"ci-scadenza-giorno", "31", "ci-scadenza-mese", "12", "ci-scadenza-anno", "2029",
		"visto-documento", "si", "vista-tessera", "si", "riscontro-de-visu", "si", "mostrata-informativa", "si",
	}, change...)
}

const theForm = "form[action^='/sportello/registrazione/']"

// register brings a citizen whom CIA knows to the print page.
func (c *client) register(x simulator.Person, change ...string) *shown {
	c.Helper()
	p := c.search(x)
	p = c.submit(p, theForm, answers(change...)...)
	if !strings.HasSuffix(p.Path, "/conferma") {
		c.Fatalf("the form ended at %s (%d): %s", p.Path, p.Status, p.Find(".riepilogo-errori").Text())
	}
	p = c.submit(p, theForm)
	if !strings.HasSuffix(p.Path, "/stampe") {
		c.Fatalf("the confirmation ended at %s (%d): %s", p.Path, p.Status, p.said())
	}
	return p
}

func (p *shown) has(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.said(), w) {
			t.Errorf("%s does not say %q: %s", p.Path, w, p.said())
		}
	}
}

// 001 §5.1.2: search, form, confirmation, papers, menu.
func TestRegistrationStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	citizen := h.People.CIA[0]

	p := c.search(citizen)
	p.has(t, "Cittadino trovato in CIA", "Letto da CIA il 23 novembre 2026, modificabile")
	checkPage(t, "form", p.Document)
	if got := p.Find("#cognome").AttrOr("value", ""); got != citizen.Surname {
		t.Errorf("surname prefilled with %q, want %q", got, citizen.Surname)
	}
	if strings.Contains(p.Path, string(citizen.TaxCode)) {
		t.Error("the tax code is in the address")
	}
	p = c.submit(p, theForm, answers("nota", "Parla francese")...)
	p.has(t, citizen.Surname, "Parla francese", "giulia.bianchi@esempio.it")
	checkPage(t, "confirm", p.Document)
	confirm := p.Path

	back := c.get(strings.TrimSuffix(confirm, "/conferma"))
	if got := back.Find("#email").AttrOr("value", ""); got != "giulia.bianchi@esempio.it" {
		t.Errorf("Back lost the e-mail: %q", got)
	}

	p = c.post(confirm)
	p.has(t, "Registrazione salvata.", "In coda", "g***i@esempio.it", "Mancano la lettera con il PIN e il riepilogo dei dati.", "0 di 2")
	checkPage(t, "print", p.Document)
	at := p.Path
	if again := c.post(confirm); again.Path != at {
		t.Errorf("sent again, the form led to %s", again.Path)
	}
	if menu := c.get("/sportello"); menu.Path != at {
		t.Errorf("before the prints the menu opened: %s", menu.Path)
	}
	for _, paper := range []string{"pin", "riepilogo", "regolamento"} {
		pdf := c.post(at + "/" + paper)
		if !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) || pdf.Header.Get("Content-Type") != "application/pdf" || pdf.Header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%s: %d %v", paper, pdf.Status, pdf.Header)
		}
	}
	if refused := c.post(at + "/codice"); refused.Status != 422 {
		t.Errorf("code without a reason: %d", refused.Status)
	} else {
		refused.has(t, "Scrivere perché il codice si stampa")
	}
	if pdf := c.post(at+"/codice", "motivo-codice", "Lo chiede il cittadino"); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Errorf("code with a reason: %d", pdf.Status)
	}
	h.letters("giulia.bianchi@esempio.it")
	p = c.get(at)
	p.has(t, "I documenti obbligatori sono stampati.", "Inviato", "1 volta", "2 di 2")
	if p = c.submit(p, "form[action$='/fine']"); p.Path != "/sportello" {
		t.Errorf("the end led to %s", p.Path)
	}
	if pdf := c.post(at + "/pin"); pdf.Status != 410 {
		t.Errorf("a PIN after the end: %d", pdf.Status)
	}
}
