package web

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"sportello/locale"
	"sportello/registration"
)

// tour walks through every page and every refusal that a citizen can meet, in a language.
func (h *house) tour(lang string) map[string]*shown {
	g, c := h.giulia("asl"), h.visitor()
	seen := map[string]*shown{"codes": c.get("/attivazione?lingua=" + lang)}
	seen["empty codes"] = c.post("/attivazione")
	seen["wrong codes"] = c.typeCodes(g, "AAAA-AAAA")
	seen["terms"] = c.typeCodes(g, g.pin)
	seen["not accepted"] = c.post("/attivazione/regolamento")
	seen["refusal"] = c.get("/attivazione/non-accetto")
	seen["choice"] = c.accept()
	seen["empty choice"] = c.post("/attivazione/credenziali")
	for name, change := range map[string][]string{
		"username length": {"username", "a"}, "username signs": {"username", "èèèèèèèè"}, "username mail": {"username", "a@b.example"},
		"username tax code": {"username", g.taxCode}, "username told": {"username", goodPassword},
		"short": {"password", "kT9!x"}, "long": {"password", strings.Repeat("kT9 ", 500)}, "common": {"password", "passwordpassword"},
		"own": {"password", "giulia lampada nuvola"}, "guessable": {"password", "abcabcabcabc"}, "repeat": {"ripeti-password", "x"},
		"answer": {"risposta", "x"}, "answer told": {"risposta", goodPassword}, "no own question": {"domanda", "propria"},
	} {
		seen[name] = c.choose(append(change, "risposta", "Maestra")...)
	}
	seen["result"] = c.choose()
	h.keeps(lang, h.textOf(c.get("/attivazione/fine/riepilogo.pdf")), g)
	seen["empty log-in"] = c.post("/accesso")
	seen["wrong log-in"] = c.enter("giulia.b85", "x")
	seen["asked"] = c.get("/verifica-credenziali")
	seen["area"] = c.enter("giulia.b85", goodPassword)
	seen["before the PIN"] = c.get("/verifica-credenziali")
	seen["wrong PIN"] = c.post("/area-personale/pin", "pin", "AAAA-AAAA")
	seen["verified"] = c.post("/area-personale/pin", "pin", g.pin, "verso", "/verifica-credenziali")
	seen["out"] = c.post("/uscita")
	h.book(g, "asl", registration.NewPIN)
	c.typeCodes(g, g.pin)
	seen["new PIN"] = c.accept()
	seen["dead code"] = c.typeCodes(g, g.pin)
	seen["no activation"] = h.visitor().get("/attivazione/fine?lingua=" + lang)
	h.operations(c, g, seen)
	for range 12 {
		seen["too many"] = c.typeCodes(g, "AAAA-AAAA")
	}
	return seen
}

// keeps checks the sheet that the citizen takes from the last page (F05): in the page's language, without any secret.
func (h *house) keeps(lang, sheet string, g *handed) {
	h.Helper()
	for _, w := range append(map[string][]string{"it": {"Conserva questo foglio", "Regolamento accettato", "Pagina 1 di"}, "en": {"Keep this sheet", "Page 1 of"},
		"de": {"Bewahren Sie dieses Blatt auf", "Seite 1 von"}}[lang], "giulia.b85", g.taxCode, "ASL Città di Esempio") {
		if !strings.Contains(sheet, w) {
			h.Errorf("%s: the sheet lacks %q: %s", lang, w, sheet)
		}
	}
	for _, secret := range []string{g.pin, g.code, goodPassword} {
		if strings.Contains(sheet, secret) {
			h.Errorf("%s: a secret on the sheet", lang)
		}
	}
}

// operations walks through what each operation asks for at home (F06, F07), and through the revocation.
func (h *house) operations(c *client, g *handed, seen map[string]*shown) {
	h.book(g, "asl", registration.Reset)
	seen["reset"] = c.typeCodes(g, g.pin)
	seen["reset not confirmed"] = c.accept()
	c.accept("vecchia-utenza", "si")
	seen["own username"] = c.choose()
	seen["reset done"] = c.choose("username", "giulia.nuova")
	g.delegation = &registration.Delegation{Kind: registration.Mandate, Name: "Paola", Surname: "Verdi"}
	h.book(g, "asl", registration.NewPIN)
	seen["mandate"] = c.typeCodes(g, g.pin)
	g.delegation = &registration.Delegation{Kind: registration.Declaration, Name: "Paola", Surname: "Verdi"}
	h.book(g, "asl", registration.NewPIN)
	seen["on behalf"] = c.typeCodes(g, g.pin)
	seen["not on behalf"] = c.accept()
	h.book(g, "asl", registration.Revocation)
	seen["revocation"] = c.get("/revoca")
	seen["empty revocation"] = c.post("/revoca")
	seen["wrong revocation"] = c.post("/revoca", "codice-fiscale", g.taxCode, "codice-revoca", "0000-0000-0000")
	old := *g
	h.book(g, "asl", registration.Revocation)
	seen["dead revocation"] = c.typeRevocation(&old)
	seen["conditions"] = c.typeRevocation(g)
	seen["conditions not signed"] = c.post("/revoca/condizioni")
	seen["kept"] = c.get("/revoca/rinuncia")
	seen["revoked"] = c.post("/revoca/condizioni", "condizioni", "si", "per-conto", "si")
	seen["no revocation"] = c.get("/revoca?motivo=durata")
}

// No page has words that are the same in two languages: they would have been left in Italian.
func TestTranslationsLeaveNothingBehind(t *testing.T) {
	italian := newHouse(t).tour("it")
	for _, language := range locale.Languages[1:] {
		for name, page := range newHouse(t).tour(language.Code) {
			if got := page.Find("html").AttrOr("lang", ""); name != "no activation" && got != language.Code {
				t.Errorf("%s, %s: page in %q", language.Code, name, got)
			}
			before := pieces(italian[name])
			for text := range pieces(page) {
				if before[text] {
					t.Errorf("%s, %s: left in Italian: %q", language.Code, name, text)
				}
			}
		}
	}
}

// data are what pages say of people and bodies, in any language.
var data = []string{"Giulia Bianchi", "ASL Città di Esempio", "Regione Piemonte", "Sistema Piemonte", "Piazza dell'Esempio", "800 000 000"}

// pieces are the pieces of two or more words of a page, without what is marked as Italian.
func pieces(p *shown) map[string]bool {
	found := map[string]bool{}
	p.Find(`body [lang="it"]`).Remove()
	p.Find("body, title").Find("*").AddSelection(p.Find("title")).Contents().Each(func(_ int, e *goquery.Selection) {
		text := strings.Join(strings.Fields(e.Text()), " ")
		if e.Get(0).Type != html.TextNode || !strings.Contains(text, " ") {
			return
		}
		for _, d := range data {
			if strings.Contains(text, d) && e.Get(0).Parent.Data != "title" {
				return
			}
		}
		found[text] = true
	})
	return found
}
