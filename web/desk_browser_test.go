package web

import (
	"strings"
	"testing"

	"sportello/browser"
)

// signIn opens a window in which an operator has logged in.
func (h *house) signIn(t *testing.T, b *browser.Browser, username string, v browser.Visitor) *browser.Page {
	t.Helper()
	p := b.Open(t, h.URL+"/sportello/accesso", v)
	p.Fill("Nome utente", username)
	p.Fill("Password", password)
	p.Follow("Prosegui")
	p.Fill("Codice", h.oneTimeCode(username))
	p.Follow("Accedi")
	return p
}

// The pages of a registration, Gestione utenti and the detail hold for everybody: by axe, by width, by keyboard, as HTML.
func TestDeskPagesInABrowser(t *testing.T) {
	h := newHouse(t)
	b := browser.Start(t)
	sources := map[string]string{}
	for i, size := range []browser.Size{browser.Desktop, browser.Phone} {
		citizen, another := h.People.CIA[i], h.People.CIA[i+4]
		p := h.signIn(t, b, "anna", browser.Visitor{Size: size})
		look := func(name string) {
			t.Helper()
			p.Check()
			p.CheckKeyboard()
			p.Shoot(name)
			sources[name] = p.Source()
		}
		p.Go(h.URL + "/sportello/registrazione")
		look("1-ricerca")
		p.Fill("Codice fiscale", string(citizen.TaxCode))
		p.Choose("Provincia di residenza", h.provinceName(citizen.Residence.Province))
		p.Follow("Aggiorna i comuni")
		p.Choose("Comune di residenza", h.comuneName(citizen.Residence.Comune))
		p.Follow("Prosegui")
		look("2-modulo")
		p.Tick("Altro documento")
		p.Follow("Prosegui")
		look("2-modulo-errori")

		c := h.login(t, "anna")
		draft := c.submit(c.search(another), theForm, answers("email", "anna@esempio.it", "cognome", another.Surname+"i", "motivo-codice-fiscale", "Errore sul codice")...)
		if !strings.HasSuffix(draft.Path, "/conferma") {
			t.Fatal(draft.Find(".riepilogo-errori").Text())
		}
		p.Go(h.URL + draft.Path)
		look("3-conferma")
		p.Follow("Prosegui")
		look("4-stampe")
		at := "/sportello/pratiche" + strings.TrimPrefix(p.URL(), h.URL+"/sportello/pratiche")
		c.post(at + "/pin")
		c.post(at + "/riepilogo")
		p.Follow("aggiorna lo stato dei documenti")
		look("4-stampe-fatte")
		p.Follow("Torna al menu")
		p.Go(h.URL + "/sportello/gestione")
		look("5-gestione")
		p.Fill("Codice fiscale o numero di registrazione", string(another.TaxCode))
		p.Follow("Cerca")
		look("5-riga")
		p.Follow(another.Surname + "i " + another.Name)
		look("6-dettaglio")
	}
	for _, f := range browser.Faults(t, sources) {
		t.Error(f)
	}
}
