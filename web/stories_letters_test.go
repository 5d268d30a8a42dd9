package web

import (
	"strings"
	"testing"

	"sportello/registration"
	"sportello/store"
)

// says checks that a paper is in a language: it has words, and lacks others.
func (h *house) says(paper string, words, others []string) {
	h.Helper()
	paper = strings.Join(strings.Fields(paper), " ")
	for _, w := range words {
		if !strings.Contains(paper, w) {
			h.Errorf("the paper lacks %q: %.600s", w, paper)
		}
	}
	for _, w := range others {
		if strings.Contains(paper, w) {
			h.Errorf("the paper says %q: %.600s", w, paper)
		}
	}
}

// chosen is the language that the papers of a desk are in.
func (c *clerk) chosen() string {
	return clean(c.page.Find("#lingua-lettere strong").Clone())
}

// Somebody from Bolzano stands at the desk and asks for the letters in German: the clerk chooses it, and the choice stays until all is printed.
func TestStoryLettereInTedescoAlloSportello(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		clerk.search(x)
		clerk.fill()
		if got := clerk.chosen(); got != "italiano" {
			t.Errorf("nobody asked for anything, and the papers are in %q", got)
		}
		clerk.follow("tedesco")
		h.says(h.textOf(clerk.pressed("Genera pdf")), []string{"Ihre PIN", "Guten Tag " + x.Name, "Was Sie jetzt tun"}, []string{"Il tuo PIN", "Gentile"})
		clerk.follow("aggiorna lo stato dei documenti")
		if got := clerk.chosen(); got != "tedesco" {
			t.Errorf("after the first paper the language is %q", got)
		}
		h.says(h.textOf(clerk.pressed("Stampa riepilogo")), []string{"Zusammenfassung der Daten", "Steuernummer", "Residenza", x.Surname}, []string{"Controllali tutti"})
		clerk.follow("inglese")
		h.says(h.textOf(clerk.pressed("Stampa riepilogo")), []string{"Summary of the data", "Check all of them"}, nil)
		if p := clerk.post(strings.Split(clerk.page.Path, "?")[0]+"/riepilogo", "lettere", "klingon"); p.Status != 200 {
			t.Errorf("an unknown language: %d", p.Status)
		}
	})
}

// Who read the informativa in German is written to in German, on paper and by mail, also by a clerk who chooses nothing.
func TestStoryChiLeggeInTedesco(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		clerk.search(x)
		clerk.fill()
		number := registration.Number(strings.Split(clerk.page.Path, "/")[3])
		h.act(func(tx *store.Tx) error {
			r, err := tx.RegistrationByNumber(number)
			if err != nil {
				return err
			}
			return tx.AddAcknowledgement(store.Acknowledgement{Registration: r.ID, Text: "informativa", Version: "1.0", SHA256: "x", Lang: "de", Channel: "preregistrazione", At: tx.Now})
		})
		clerk.open(clerk.page.Path)
		if got := clerk.chosen(); got != "tedesco" {
			t.Errorf("the papers are in %q", got)
		}
		h.says(h.textOf(clerk.pressed("Genera pdf")), []string{"Ihre PIN"}, []string{"Il tuo PIN"})
		h.says(h.textOf(clerk.pressed("Stampa codice", "Motivo della stampa", "non ha con sé il telefono")), []string{"Ihr Aktivierungscode", "Gültig bis"}, []string{"Vale fino"})
		mails := h.letters(citizensMail)
		if last := mails[len(mails)-1]; last.Lang != "de" {
			t.Errorf("the mail about the printed code is in %q: %s", last.Lang, last.Subject)
		}
	})
}

// The papers that one opens at home are in the language of the page: receipt, forms, blank forms; the Regolamento stays in Italian.
func TestStoryCarteDaCasa(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	c := h.applicant(x)
	c.write("/preregistrazione")
	c.send()
	number := c.number()
	c.get("/?lingua=de")
	for sheet, words := range map[string][]string{
		"ricevuta.pdf":                  {"Empfangsbestätigung", number, "Identitätskarte"},
		"modulo-delega.pdf":             {"Vollmacht", "Wer bevollmächtigt / Chi delega", "Registrierungsnummer " + number, "„Modulo di delega“"},
		"dichiarazione-sostitutiva.pdf": {"Ersatzerklärung", "Vormund", "Für welche Person / Per quale persona"},
	} {
		h.says(h.textOf(c.get("/preregistrazione/ricevuta/"+sheet)), words, []string{"Cognome e nome", "Il titolare del trattamento"})
	}
	page := c.get("/documenti")
	for _, a := range page.Find(".elenco-documenti a").EachIter() {
		text, lang := h.textOf(c.get(a.AttrOr("href", ""))), a.AttrOr("hreflang", "")
		if german := strings.Contains(text, "Wie diese Daten verwendet werden"); german != (lang == "de") {
			t.Errorf("%s is said to be in %q: %.200s", a.Text(), lang, text)
		}
	}
	if n := page.Find(".elenco-documenti a[hreflang=de]").Length(); n != 3 {
		t.Errorf("%d forms in German", n)
	}
}

// A letter goes out in the language in which it was asked for; the test letter beside it is the back office's, in Italian.
func TestStoryLetteraInTedescoPerPosta(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		key := h.printer()
		x := h.queued("Hofer")
		h.act(func(tx *store.Tx) error {
			l, err := tx.Letter(x.letter.ID)
			if err != nil {
				return err
			}
			l.Lang = "de"
			return tx.SaveLetter(l)
		})
		h.must(h.Postroom.Watch(h.Context()))
		sheets := strings.Join(h.login(t, "elena").sendRun(t, key), "\n")
		h.says(sheets, []string{"Ihre PIN", "Guten Tag Ada Hofer", "War der Umschlag offen", "Lettera di prova"}, []string{"Il tuo PIN", "Testbrief"})
	})
}
