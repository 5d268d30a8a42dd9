package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"sportello/audit"
	"sportello/credential"
	"sportello/person"
)

// upload sends a list as a browser does; "" is a form without a file.
func (c *client) upload(name, text string) *shown {
	c.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	c.must(err)
	_, err = part.Write([]byte(text))
	c.must(err)
	c.must(form.Close())
	r, err := http.NewRequestWithContext(c.Context(), "POST", c.URL+importPath, &body)
	c.must(err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", c.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.send(r)
}

// background works on what waits.
func (h *house) background() {
	h.Helper()
	for worked := true; worked; {
		var err error
		worked, err = h.Preload.Step(h.Context())
		h.must(err)
	}
}

// Caso 2.3, from the list to the credentials: a resident of the province arrives with the PIN that was handed over, the desk gives the first
// code, and the citizen ends attivo and weak (001 §4.2.1, mission S1, S2).
func TestImportStory(t *testing.T) {
	h := newHouse(t)
	pin, err := credential.Draw(h.Communities[0].Codes.PIN, h.Rand)
	h.must(err)
	with, without := person.ComputeTaxCode("Toce", "Ada", "1960-05-06", person.Female, "L746"), person.ComputeTaxCode("Ossola", "Ivo", "1970-07-08", person.Male, "L746")
	text := "codice_fiscale;cognome;nome;data_nascita;comune;provincia;cap;email;pin\n" +
		fmt.Sprintf("%s;Toce;Ada;06/05/1960;Verbania;VB;28922;ada.toce@posta.example;%s\n", with, pin) +
		fmt.Sprintf("%s;Ossola;Ivo;1970-07-08;L746;;28922;;\n", without) + "NONVALIDO;Sbagliata;Riga;1970-07-08;L746;;28922;;\n"

	c := h.login(t, "fulvio")
	p := c.get(importPath)
	p.has(t, "Nessuna importazione", "data_riscontro")
	checkPage(t, "imports", p.Document)
	p = c.upload("", "")
	p.is(t, importPath, http.StatusUnprocessableEntity, "Scegliere il file")
	c.upload("vuoto.csv", "").is(t, importPath, http.StatusUnprocessableEntity, "Il file è vuoto")
	p = c.upload(`C:\elenchi\vco.csv`, text)
	p.has(t, "In prova", "vco.csv", "Aggiorna")
	at := p.Path
	h.background()
	p = c.get(at)
	p.has(t, "Da confermare", "contiene dei PIN", "non ha 16 caratteri")
	checkPage(t, "tried", p.Document)
	if strings.Contains(string(p.Body), string(with)) || strings.Contains(string(p.Body), "Sbagliata") {
		t.Error("the page shows who is on the list")
	}
	if twice := c.upload("altro nome.csv", text); twice.Path != at {
		t.Errorf("the same file led to %s", twice.Path)
	}
	c.submit(p, "form[action$='/avvia']").has(t, "In corso", "Ferma")
	c.submit(p, "form[action$='/avvia']").has(t, "In corso")
	h.background()
	p = c.get(at)
	p.has(t, "Conclusa", "2", "3 su 3")
	checkPage(t, "finished", p.Document)
	if again := c.post(at + "/avvia"); again.Status != http.StatusConflict {
		t.Errorf("started after the end: %d", again.Status)
	}
	if report := c.get(at + "/rapporto.csv"); !strings.Contains(string(report.Body), "4;") || strings.Contains(string(report.Body), "Sbagliata") || report.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("the report: %s", report.Body)
	}
	if n := h.recorded(audit.Import, "lotto", audit.Done); n != 1 {
		t.Errorf("%d records of batches", n)
	}

	clerk := h.login(t, "anna")
	p = clerk.post("/sportello/gestione", "codice-fiscale", string(with))
	number := regexp.MustCompile(`[0-9]{10}`).FindString(p.Find("main table").Text())
	p = clerk.get("/sportello/gestione/" + number + "/dettaglio")
	p.has(t, "Riscontrato", "Toce", "Rigenera", "Prenota", "Modifica")
	clerk.renew(number).has(t, "Codice rigenerato")
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}`).FindString(h.letters("ada.toce@posta.example")[0].Text)
	ada := h.visitor()
	ada.activate(&handed{taxCode: string(with), code: code, pin: pin})
	clerk.get("/sportello/gestione/"+number+"/dettaglio").has(t, "Attivo")

	p = clerk.post("/sportello/gestione", "codice-fiscale", string(without))
	number = regexp.MustCompile(`[0-9]{10}`).FindString(p.Find("main table").Text())
	if p = clerk.get("/sportello/gestione/" + number + "/codice"); p.Status == http.StatusOK {
		t.Errorf("a code without a PIN: %s", p.said())
	}
	clerk.get("/sportello/gestione/"+number+"/prenota").has(t, "Dati da completare", "Modifica i dati")
}

// A stopped import can be given up; a file that is no list says why; without a directory there is no form.
func TestImportEnds(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "fulvio")
	bad := c.upload("foto.csv", "PK\x03\x04")
	h.background()
	p := c.get(bad.Path)
	p.has(t, "File non valido", "salvati come CSV UTF-8")
	checkPage(t, "faulty", p.Document)
	c.submit(p, "form[action$='/rinuncia']").has(t, "Annullata")
	if p = c.submit(p, "form[action$='/rinuncia']"); p.Status != http.StatusOK {
		t.Errorf("given up twice: %d", p.Status)
	}
	if p = c.post(bad.Path + "/avvia"); p.Status != http.StatusConflict {
		t.Errorf("started after that: %d", p.Status)
	}
	h.Preload.Dir = ""
	if p = c.get(importPath); p.Find("input[type=file]").Length() != 0 {
		t.Error("a form that leads nowhere")
	}
	c.upload("x.csv", "a;b\n").has(t, "non si caricano file")
	if p = h.login(t, "carla").get(importPath); p.Status != http.StatusForbidden {
		t.Errorf("a responsabile: %d", p.Status)
	}
}
