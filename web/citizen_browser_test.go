package web

import (
	"testing"

	"sportello/browser"
)

// The pages of activation, log-in and "Verifica credenziali" hold for everybody: by axe, by width, by keyboard, as HTML.
func TestCitizenPagesInABrowser(t *testing.T) {
	b, sources := browser.Start(t), map[string]string{}
	for _, v := range []browser.Visitor{{Size: browser.Desktop}, {Size: browser.Phone, Language: "en"}} {
		h := newHouse(t)
		g := h.giulia("comune")
		p := b.Open(t, h.URL+"/attivazione", v)
		word := func(text string, args ...any) string { return wordsOf(v, text, args...) }
		look := func(name string) {
			t.Helper()
			p.Check()
			p.CheckKeyboard()
			p.Shoot(name)
			sources[name+v.Language] = p.Source()
		}
		look("attivazione-1-codici")
		p.Follow(word("Avanti"))
		look("attivazione-1-vuoti")
		p.Fill(word("Codice fiscale"), g.taxCode)
		p.Fill(word("Codice di attivazione"), g.code)
		p.Fill("PIN", "AAAA-AAAA")
		p.Follow(word("Avanti"))
		look("attivazione-1-errore")
		p.Fill("PIN", g.pin)
		p.Follow(word("Avanti"))
		look("attivazione-2-regolamento")
		p.Click(word("Leggi il testo completo del regolamento"))
		p.Check()
		p.Shoot("attivazione-2-testo")
		p.Follow(word("Non accetto"))
		look("attivazione-2-rifiuto")
		p.Follow(word("Torna al regolamento"))
		p.Follow(word("Accetta e continua"))
		look("attivazione-2-errori")
		p.Tick(word("Ho letto e accetto il regolamento (versione %s)", "1.0"))
		p.Tick(word("Ho letto l'informativa sulla privacy (versione %s)", "1.0"))
		p.Follow(word("Accetta e continua"))
		look("attivazione-3-credenziali")
		p.Fill("Username", "giulia@posta.example")
		p.Fill("Password", "bianchi")
		p.Fill(word("Ripeti la password"), "bianchi")
		p.Choose(word("Domanda"), word("Scrivo io la domanda"))
		p.Fill(word("Risposta"), "no")
		p.Fill(word("La tua domanda"), "Chi?")
		p.Follow(word("Attiva le credenziali"))
		look("attivazione-3-errori")
		p.Fill("Username", "giulia.b85")
		p.Fill("Password", goodPassword)
		p.Fill(word("Ripeti la password"), goodPassword)
		p.Fill(word("Risposta"), "Maestra Pina")
		p.Follow(word("Attiva le credenziali"))
		look("attivazione-4-fine")
		p.Go(h.URL + "/verifica-credenziali")
		look("accesso")
		p.Fill("Username", "giulia.b85")
		p.Fill("Password", goodPassword)
		p.Follow(word("Entra"))
		look("verifica-pin")
		p.Go(h.URL + "/area-personale")
		look("area-personale")
		p.Go(h.URL + "/verifica-credenziali")
		p.Fill("PIN", g.pin)
		p.Follow(word("Conferma"))
		look("verifica")
	}
	for _, f := range browser.Faults(t, sources) {
		t.Error(f)
	}
}

// wordsOf is a text in the visitor's language.
func wordsOf(v browser.Visitor, text string, args ...any) string {
	lang := "it"
	if v.Language != "" {
		lang = v.Language
	}
	return faces()[lang].words.t(text, args...)
}
