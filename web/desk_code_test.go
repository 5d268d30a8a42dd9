package web

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"sportello/mail"
)

const codeRenewal = "form[action*='/codice/']"

var renewalTicks = []string{"visto-documento", "si", "vista-tessera", "si", "riscontro-de-visu", "si", "mostrata-informativa", "si"}

// renew goes through Rigenera codice to the page where the new code is printed.
func (c *client) renew(number string) *shown {
	c.Helper()
	return c.submit(c.get("/sportello/gestione/"+number+"/codice"), codeRenewal, renewalTicks...)
}

// 001 §5.3.2: another operator renews the code; it is mailed at once, printed only for a reason, and the menu opens.
func TestRigeneraCodiceStory(t *testing.T) {
	h := newHouse(t)
	citizen := h.People.CIA[0]
	number := h.login(t, "anna").handed(citizen)
	before := h.letters("giulia.bianchi@esempio.it")
	c := h.login(t, "bruno")
	p := c.get("/sportello/gestione/" + number + "/codice")
	p.has(t, "Riscontro forte", "prima aggiornarli con Modifica", citizen.Surname)
	checkPage(t, "renewal", p.Document)
	form := p
	p = c.submit(p, codeRenewal)
	if p.Status != http.StatusUnprocessableEntity || p.Find(".invalid-feedback").Length() != 4 {
		t.Errorf("without ticks: %d", p.Status)
	}
	p = c.submit(form, codeRenewal, renewalTicks...)
	p.has(t, "Codice rigenerato", "In coda", "il PIN non cambia")
	checkPage(t, "renewed", p.Document)
	at := p.Path
	if again := c.submit(form, codeRenewal, renewalTicks...); again.Path != at {
		t.Errorf("sent again it led to %s", again.Path)
	}
	after := h.letters("giulia.bianchi@esempio.it")
	if len(after) != len(before)+1 || after[len(after)-1].Text == before[0].Text {
		t.Errorf("%d mails, then %d", len(before), len(after))
	}
	if pdf := c.post(at + "/stampa"); pdf.Status != http.StatusUnprocessableEntity {
		t.Errorf("printed without a reason: %d", pdf.Status)
	}
	if pdf := c.post(at+"/stampa", "motivo-codice", "Lo chiede il cittadino"); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Errorf("with a reason: %d", pdf.Status)
	}
	if p = c.get("/sportello"); p.Path != "/sportello" {
		t.Errorf("the menu is shut: %s", p.Path)
	}
	p = c.submit(c.get(at), "form[action$='/fine']")
	if p.Path != "/sportello" {
		t.Errorf("the end led to %s", p.Path)
	}
	if pdf := c.post(at+"/stampa", "motivo-codice", "ancora"); pdf.Status != http.StatusGone {
		t.Errorf("printed after the end: %d", pdf.Status)
	}
	for _, m := range []mail.Message{before[0], after[len(after)-1]} {
		if strings.Contains(m.Text, string(citizen.TaxCode)) {
			t.Error("a mail holds the tax code")
		}
	}
}

// 001 §5.3.2.1: without e-mail nothing is mailed, and the menu stays shut until the letter is printed (E05); a responsabile can give the code up.
func TestRigeneraCodiceWithoutMail(t *testing.T) {
	h := newHouse(t)
	number := h.login(t, "anna").handed(h.People.CIA[0], "email", "", "senza-email", "si")
	c := h.login(t, "bruno")
	at := c.renew(number).Path
	for _, path := range []string{"/sportello", "/sportello/registrazione", "/sportello/gestione/" + number} {
		if p := c.get(path); p.Path != at {
			t.Errorf("%s led to %s", path, p.Path)
		}
	}
	if p := c.post(at + "/fine"); p.Path != at {
		t.Errorf("ended unprinted at %s", p.Path)
	}
	c.get(at).has(t, "Manca la lettera con il codice", "Da stampare")
	if p := h.login(t, "anna").post(at + "/stampa"); p.Status != http.StatusForbidden {
		t.Errorf("a colleague prints: %d", p.Status)
	}
	if pdf := c.post(at + "/stampa"); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Errorf("the letter: %d", pdf.Status)
	}
	if p := c.get("/sportello"); p.Path != "/sportello" {
		t.Errorf("the menu is shut after printing: %s", p.Path)
	}
	c.post(at + "/fine")

	c.renew(number)
	carla := h.login(t, "carla")
	if p := carla.post(at + "/sblocca"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("released without a reason: %d", p.Status)
	}
	carla.post(at+"/sblocca", "motivo-sblocco", "stampante guasta")
	if p := c.get("/sportello"); p.Path != "/sportello" {
		t.Errorf("the menu is shut after the release: %s", p.Path)
	}
}

// Two tabs: the second form does not kill the code of the first.
func TestRigeneraCodiceInTwoTabs(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.handed(h.People.CIA[0])
	first, second := c.get("/sportello/gestione/"+number+"/codice"), c.get("/sportello/gestione/"+number+"/codice")
	c.submit(first, codeRenewal, renewalTicks...)
	if late := c.submit(second, codeRenewal, renewalTicks...); late.Status != http.StatusConflict {
		t.Errorf("the second tab: %d %s", late.Status, late.said())
	}
}
