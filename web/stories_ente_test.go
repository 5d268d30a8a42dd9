package web

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/office"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/testdb"
)

// fourEyes makes the ente's community one that asks for two clerks, and hires the second.
func (h *house) fourEyes() {
	h.Helper()
	c, _ := h.Helpdesk.Communities.ByID("ente")
	c.Desk.FourEyes = true
	h.Helpdesk.Communities = h.Helpdesk.Communities.With(c)
	h.act(func(tx *store.Tx) error {
		olga, err := tx.OperatorByUsername("olga")
		h.must(err)
		nora := *olga
		nora.ID, nora.Username, nora.Name, nora.TaxCode = "nora", "nora", "Nora", "NROSMP81A41F205K"
		nora.Posts = []office.Post{{Ente: "prova", Role: office.Helpdesk}}
		h.secrets["nora"] = h.secrets["olga"]
		return tx.AddOperator(&nora)
	})
	h.act(func(tx *store.Tx) error { return h.Access.KeepSecondFactor(tx, "nora", h.secrets["nora"], 0) })
}

// at is the address of a page without what follows the question mark.
func (p *shown) at() string { return strings.Split(p.Path, "?")[0] }

// Where the community asks for four eyes, who proposes an approval does not confirm it: until a second clerk does, nobody has credentials (mission S19).
func TestStoryEnteQuattroOcchi(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.fourEyes()
		pin := h.asks(mario()...)
		olga, nora := h.login(t, "olga"), h.login(t, "nora")
		p := olga.opened()
		p.has(t, "Proponi: Approva", "un secondo operatore conferma")
		p = olga.approve(p, granting...)
		p.has(t, "Da confermare")
		if len(h.about("mario@esempio.it", "approvate")) != 0 {
			t.Fatal("one clerk was enough")
		}
		if q := h.visitor().enters(pin, "qualunque"); q.Path == firstPath {
			t.Error("the credentials are there before the second clerk")
		}
		for _, path := range []string{"/carico", "/controlli"} {
			if q := olga.post(p.at()+path, append(granting, "versione", p.Find(`input[name="versione"]`).First().AttrOr("value", "3"))...); q.Status < 400 {
				t.Errorf("who has proposed goes on at %s: %d %s", path, q.Status, q.said())
			}
		}
		q := nora.opened()
		if body, _ := q.Html(); !strings.Contains(body, "Impresa o professionista") || !strings.Contains(body, "Risposta di chi propone") {
			t.Error("the second clerk does not see what the first found")
		}
		nora.approve(q).has(t, "Istanza accolta")
		if q := h.visitor().enters(pin, h.firstPasswordOf("approvate")); q.Path != firstPath {
			t.Errorf("after the second clerk: %s", q.said())
		}
	})
}

// The operator who asks for themself is not served by themself, whoever of the ente else may be (mission S11).
func TestStoryEnteRichiestaPropria(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.act(func(tx *store.Tx) error {
			olga, err := tx.OperatorByUsername("olga")
			h.must(err)
			olga.TaxCode = "RSSMRA80A01F205X"
			return tx.SaveOperator(olga)
		})
		h.asks(mario()...)
		olga := h.login(t, "olga")
		link := olga.get(requestsPath).Find("main table a").First().AttrOr("href", "")
		if q := olga.post(link+"/carico", "versione", "1"); q.Status != http.StatusForbidden {
			t.Errorf("her own request: %d %s", q.Status, q.said())
		}
		piero := h.login(t, "piero")
		piero.approve(piero.opened(), granting...).has(t, "Istanza accolta")
	})
}

// The registry is asked when the clerk wants it, and says what differs; it decides nothing, and a registry that is down keeps nobody waiting.
func TestStoryEnteConfrontoConLAnagrafe(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		day, month, year := x.BirthDate.Parts()
		h.asks(mario("cognome", x.Surname, "nome", x.Name, "codice-fiscale", string(x.TaxCode), "sesso", string(x.Sex), "nascita-giorno", day, "nascita-mese", month, "nascita-anno", year,
			"residenza-provincia", "TO", "residenza-comune", "L219", "cap", x.Residence.PostalCode)...)
		olga := h.login(t, "olga")
		p := olga.opened()
		p.has(t, "Le anagrafi si interrogano solo quando serve")
		for range 2 { // asking again does no harm
			q := olga.submit(p, `form[action$="/confronto"]`)
			q.has(t, "CIA la conosce", "Diverso", x.Residence.Address)
			if row := q.Find(`#d-confronto ~ table tbody tr`).First(); !strings.Contains(row.Text(), x.Surname) || strings.Contains(row.Text(), "Diverso") {
				t.Errorf("the surname is said to differ: %s", row.Text())
			}
		}
		if q := h.login(t, "rita").post(p.at() + "/confronto"); q.Status != http.StatusNotFound {
			t.Errorf("another ente asks the registry: %d", q.Status)
		}
		olga.approve(olga.get(p.at()), granting...).has(t, "Istanza accolta")
	})
}

// A registry that takes the question and never answers keeps the clerk waiting for its time and no longer; the page says so, and the request can be decided
// all the same.
func TestStoryEnteAnagrafeLenta(t *testing.T) {
	h := enteHouse(t, testdb.SQLite(t))
	h.asks(mario()...)
	olga := h.login(t, "olga")
	p := olga.opened()
	h.slowRegistries(50 * time.Millisecond)
	q := olga.submit(p, `form[action$="/confronto"]`)
	q.has(t, "CIA non ha risposto in tempo", "AURA non ha risposto in tempo")
	if q.Status != http.StatusOK || q.Find(`form[action$="/confronto"] button`).Length() != 1 {
		t.Errorf("the page is not the request's: %d", q.Status)
	}
	olga.approve(olga.get(p.at()), "c-documento", "si", "c-dati", "si", "c-anagrafe", "L'anagrafe non risponde", "c-titolo", "Impresa o professionista").has(t, "Istanza accolta")
}

// slowRegistries never answer; who asks them waits for a time.
func (h *house) slowRegistries(wait time.Duration) {
	h.Helper()
	for _, r := range []struct {
		source registry.Source
		path   string
		to     *registry.Registry
	}{{registry.CIA, simulator.CIAPath, &h.Desk.Registries.CIA}, {registry.AURA, simulator.AURAPath, &h.Desk.Registries.AURA}} {
		h.Registry.SetFault(r.source, simulator.Fault{Kind: simulator.Hang})
		client, err := registry.NewClient(registry.Config{Source: r.source, URL: h.simulated + r.path, Token: simulator.Token, Deadline: wait, Now: h.clock, Rand: rand.Reader})
		h.must(err)
		*r.to = client
	}
}

// Completa pressed twice, or in a second tab that still shows the list, is one request; what comes after it changes nothing.
func TestStoryEnteCompletaDueVolte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		c := h.visitor()
		c.asked(mario()...)
		tab := c.sendPaper("carta d'identità", "carta.pdf", paper("CARTA"))
		for range 2 {
			if p := c.submit(tab, `form[action="/richiesta-credenziali/completa"]`); p.Path != askSentPath {
				t.Errorf("%s (%d): %s", p.Path, p.Status, p.said())
			}
		}
		if p := c.sendPaper("altro", "tardi.pdf", paper("TARDI")); p.Path != askSentPath {
			t.Errorf("a document after the end: %s (%d) %s", p.Path, p.Status, p.said())
		}
		if p := c.submit(tab, `form[action$="/elimina"]`); p.Path != askSentPath {
			t.Errorf("a document is taken back after the end: %s (%d) %s", p.Path, p.Status, p.said())
		}
		if p := c.submit(tab, `form[action="/richiesta-credenziali/annulla"]`); p.Status >= 500 {
			t.Errorf("cancelled after the end: %d", p.Status)
		}
		h.settle()
		h.settle()
		if n := len(h.about("mario@esempio.it", "ricevuta")); n != 1 {
			t.Errorf("%d mails that say to wait", n)
		}
		olga := h.login(t, "olga")
		if n := olga.get(requestsPath).Find("main table tbody tr").Length(); n != 1 {
			t.Fatalf("%d requests", n)
		}
		if n := olga.opened().Find("a.foglio").Length(); n != 1 {
			t.Errorf("%d pages of documents", n)
		}
	})
}

// Approva pressed twice, or in a tab left open, approves once: one password, and the second tab says that somebody was faster.
func TestStoryEnteApprovaDueVolte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		olga := h.login(t, "olga")
		tab := olga.opened()
		olga.approve(tab, granting...).has(t, "Istanza accolta")
		if p := olga.approve(tab, granting...); p.Status != http.StatusConflict {
			t.Errorf("approved twice: %d %s", p.Status, p.said())
		}
		if p := olga.refuse(tab, "Il documento manca, non è leggibile o è scaduto"); p.Status != http.StatusConflict {
			t.Errorf("refused after it was approved: %d %s", p.Status, p.said())
		}
		if n := len(h.about("mario@esempio.it", "approvate")); n != 1 {
			t.Fatalf("%d mails with a password", n)
		}
		if p := h.visitor().enters(pin, h.firstPasswordOf("approvate")); p.Path != firstPath {
			t.Errorf("%s", p.said())
		}
		if n := len(h.about("mario@esempio.it", "non è stata approvata")); n != 0 {
			t.Errorf("%d refusals", n)
		}
	})
}

// The ente has no desks: its public pages speak of the form, the mails and the approval, and send nobody to one.
func TestEntePagesSpeakOfItsOwnWay(t *testing.T) {
	h := enteHouse(t, testdb.SQLite(t))
	for _, lang := range []string{"it", "en", "de"} {
		c := h.visitor()
		for _, path := range []string{"/", "/come-registrarsi", "/accesso", "/revoca", "/password-dimenticata", askPath} {
			p := c.get(path + "?lingua=" + lang)
			if n := p.Find(`a[href="/sportelli"]`).Length(); n != 0 {
				t.Errorf("%s in %s sends to a desk %d times", path, lang, n)
			}
			if text := p.said(); strings.Contains(text, "uno sportello") || strings.Contains(text, "Schalter") {
				t.Errorf("%s in %s speaks of desks", path, lang)
			}
			checkPage(t, "ente"+strings.ReplaceAll(path, "/", "-"), p.Document)
		}
		c.get("/come-registrarsi").has(t, map[string]string{"it": "Un secondo messaggio", "en": "A second message", "de": "Eine zweite Nachricht"}[lang])
	}
}

// Inside too: who was approved from afar is told of requests and of the ente, not of desks that have nothing of theirs.
func TestTheAreaOfAnEnteSpeaksOfItsOwnWay(t *testing.T) {
	h := enteHouse(t, testdb.SQLite(t))
	pin := h.asks(mario()...)
	olga := h.login(t, "olga")
	olga.approve(olga.opened(), granting...)
	secret, c := h.firstPasswordOf("approvate"), h.visitor()
	c.submit(c.enters(pin, secret), `form[action="`+firstPath+`"]`, "attuale", secret, "nuova", marioChose, "ripeti", marioChose)
	for _, lang := range []string{"it", "en", "de"} {
		for _, path := range []string{areaPath, verifyPath, ownDataPath, seenPath, accessesPath, secretsPath, ownDonePath, ownCopyPath, leavePath, "/documenti"} {
			p := c.get(path + "?lingua=" + lang)
			if p.at() != path || p.Find(`a[href="/sportelli"]`).Length() != 0 {
				t.Errorf("%s in %s is at %s, and sends to a desk %d times", path, lang, p.Path, p.Find(`a[href="/sportelli"]`).Length())
			}
			if path == leavePath { // the conditions list what desks have done too
				continue
			}
			for _, word := range []string{"sportello", "the desk", "a desk", "Schalter"} {
				if text := p.said(); strings.Contains(text, word) {
					t.Errorf("%s in %s speaks of desks: %s", path, lang, text)
				}
			}
		}
	}
	c.get(secretsPath+"?lingua=it").has(t, "fai una nuova richiesta con lo stesso indirizzo")
	c.post(secretsPath+"/pin").has(t, "Qui il PIN non si spedisce per posta")
	c.get(verifyPath).has(t, "L'Ente le ha approvate")
}
