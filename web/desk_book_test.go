package web

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/citizen"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// settled makes Giulia known to the desk with all that its form asks for, and active with credentials; change may take something away again.
func (h *house) settled(ente string, change ...func(*person.Person)) (*handed, registration.Number) {
	h.Helper()
	g := h.giulia(ente)
	h.visitor().activate(g)
	return g, h.filled(g, change...)
}

func (h *house) filled(g *handed, change ...func(*person.Person)) (n registration.Number) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		r, err := tx.Registration(g.reg)
		h.must(err)
		p, err := tx.Person(r.Person)
		h.must(err)
		p.Residence = person.Residence{Address: "Via Po", Number: "1", Province: "TO", Comune: "L219", PostalCode: "10124"}
		p.Document = person.Document{Kind: person.IdentityCard, Number: "CA12345AA", IssuedOn: "2020-03-12", ExpiresOn: "2030-03-12", Issuer: "Comune di Torino"}
		for _, c := range change {
			c(&p.Person)
		}
		n = r.Number
		return tx.SavePerson(p)
	})
	return n
}

const theBooking = "form[action^='/sportello/prenotazioni/']"

var ticks = []string{"visto-documento", "si", "vista-tessera", "si", "riscontro-de-visu", "si", "mostrata-informativa", "si"}

func bookPath(n registration.Number) string { return "/sportello/gestione/" + string(n) + "/prenota" }

// prepare walks to the confirmation of a booking.
func (c *client) prepare(n registration.Number, k registration.Kind) *shown {
	c.Helper()
	p := c.submit(c.get(bookPath(n)), theBooking, "operazione", string(k))
	p = c.submit(p, theBooking, append([]string{"delega", "no"}, ticks...)...)
	if !strings.HasSuffix(p.Path, "/conferma") {
		c.Fatalf("the form ended at %s (%d): %s", p.Path, p.Status, p.said())
	}
	return p
}

// booked goes on to the papers.
func (c *client) booked(n registration.Number, k registration.Kind) *shown {
	c.Helper()
	p := c.submit(c.prepare(n, k), theBooking)
	if p.Path != printPath(n) {
		c.Fatalf("the confirmation ended at %s (%d): %s", p.Path, p.Status, p.said())
	}
	return p
}

// finish prints papers and ends the desk.
func (c *client) finish(at string, papers ...string) {
	c.Helper()
	for _, x := range papers {
		if pdf := c.post(at + "/" + x); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
			c.Fatalf("%s: %d %s", x, pdf.Status, pdf.said())
		}
	}
	if p := c.submit(c.get(at), "form[action$='/fine']"); p.Path != "/sportello" {
		c.Errorf("the end led to %s", p.Path)
	}
}

// handedOver is what the letters of the operation in progress say, and the desk then seals away.
func (h *house) handedOver(g *handed) {
	h.Helper()
	h.must(h.Access.Store.Read(h.Context(), func(tx *store.Tx) error {
		op, err := tx.PendingOperation(g.reg)
		h.must(err)
		kept, err := tx.Handover(op.ID)
		h.must(err)
		pin, err := h.Desk.Sealer.Open("handover/"+op.ID+"/pin", kept.SealedPIN)
		h.must(err)
		code, err := h.Desk.Sealer.Open("handover/"+op.ID+"/code", kept.SealedCode)
		g.pin, g.code = string(pin), string(code)
		return err
	}))
}

// 001 §5.2.1, §5.2.5: four steps with Back; until the citizen ends it at home, the old credentials go on; then password and username are kept.
func TestPromotionStory(t *testing.T) {
	h := newHouse(t)
	g, n := h.settled("comune")
	c := h.login(t, "anna")
	old := *g

	p := c.get(bookPath(n))
	p.has(t, "Scelta dell'operazione", "Promozione", "Reset", "Revoca", "giulia@posta.example", "Caso 4")
	checkPage(t, "operation", p.Document)
	if strings.Contains(p.said(), "Rigenera PIN") {
		t.Error("offers what the table has not")
	}
	first := p.Path
	if bad := c.submit(p, theBooking); bad.Status != 422 || bad.Find("#operazione-errore").Length() != 1 {
		t.Errorf("nothing chosen: %d", bad.Status)
	}
	p = c.submit(p, theBooking, "operazione", "promozione")
	p.has(t, "Operazione scelta: Promozione", "È presente una delega")
	checkPage(t, "visit", p.Document)
	second := p.Path
	bad := c.submit(p, theBooking, "delega", "si", "delegato-nome", "Ugo")
	if bad.Status != 422 || bad.Find("#delegato-nome").AttrOr("value", "") != "Ugo" || bad.Find("#visto-documento-errore").Length() != 1 {
		t.Errorf("a delegate without data: %d", bad.Status)
	}
	if again := c.get(second); again.Find("#delegato-nome").AttrOr("value", "") != "Ugo" {
		t.Error("what was typed is lost")
	}
	p = c.submit(c.get(second), theBooking, append([]string{"delega", "no"}, ticks...)...)
	p.has(t, "Operazione da prenotare: Promozione", "PIN nuovo e codice di attivazione", "parte per e-mail, a giulia@posta.example", "Visto il documento")
	checkPage(t, "confirm", p.Document)
	if back := c.get(second); back.Find("#visto-documento[checked]").Length() != 1 {
		t.Error("Back lost the ticks")
	}
	if back := c.get(first); back.Find("input[name=operazione][checked]").AttrOr("value", "") != "promozione" {
		t.Error("Back lost the choice")
	}
	confirm := p.Path
	p = c.post(confirm)
	p.has(t, "Prenotazione salvata: Promozione.", "Mancano la lettera con il PIN e il riepilogo dei dati.")
	checkPage(t, "papers", p.Document)
	if again := c.post(confirm); again.Path != p.Path {
		t.Errorf("sent again it led to %s", again.Path)
	}
	h.handedOver(g)
	c.finish(p.Path, "pin", "riepilogo")
	if got := h.letters("giulia@posta.example"); len(got) != 2 || !strings.Contains(got[1].Subject, "codice di attivazione") {
		t.Errorf("%d letters", len(got))
	}

	home := h.visitor()
	home.enter("giulia.b85", goodPassword).is(t, "/area-personale", 200)
	home.typeCodes(&old, old.pin).is(t, "/attivazione", 422)
	home.typeCodes(g, g.pin).is(t, "/attivazione/regolamento", 200)
	home.accept().is(t, "/attivazione/fine", 200)
	home.enter("giulia.b85", goodPassword).is(t, "/area-personale", 200)
	c.get(detailPath(n)).has(t, "Caso 5", "Data promozione")
}

// §5.2.5 Attenzione: Promozione instead of Reset. The codes of the first are dead, and the page says what it replaces.
func TestWrongChoiceStory(t *testing.T) {
	h := newHouse(t)
	g, n := h.settled("comune")
	c := h.login(t, "anna")
	at := c.booked(n, registration.Promotion).Path
	h.handedOver(g)
	wrong := *g
	c.finish(at, "pin", "riepilogo")
	session := h.visitor()
	session.typeCodes(&wrong, wrong.pin).is(t, "/attivazione/regolamento", 200)

	p := c.get(bookPath(n))
	p.has(t, "C'è già un'operazione in corso", "Promozione, prenotata il 23 novembre 2026")
	c.prepare(n, registration.Reset).has(t, "Sostituisce l'operazione in corso")
	c.booked(n, registration.Reset)
	h.handedOver(g)
	if p := session.accept(); p.Status == 200 && strings.HasSuffix(p.Path, "/fine") {
		t.Error("an activation under way with a dead code ends well")
	}
	from := audit.Origin{Address: "192.0.2.1"}
	_, err := h.Citizen.CheckCodes(t.Context(), from, citizen.Codes{TaxCode: wrong.taxCode, Code: wrong.code, PIN: wrong.pin})
	if !errors.Is(err, citizen.ErrCodeDead) {
		t.Errorf("the replaced code: %v", err)
	}
	_, err = h.Citizen.CheckCodes(t.Context(), from, citizen.Codes{TaxCode: g.taxCode, Code: g.code, PIN: g.pin})
	h.must(err)
}

// 001 §5.2.5.1, H09-H11: the page names what is missing and leads to Modifica; then one goes on.
func TestGateStory(t *testing.T) {
	h := newHouse(t)
	g, n := h.settled("comune", func(p *person.Person) { p.Document.Issuer, p.Contacts.Email = "", "" })
	c := h.login(t, "anna")
	p := c.get(bookPath(n))
	p.has(t, "Dati da completare prima di prenotare", "Rilasciato da", "E-mail", "Modifica i dati")
	checkPage(t, "gate", p.Document)
	edit, _ := p.Find(".azioni a.btn-primary").Attr("href")
	c.get(edit).has(t, "Rilasciato da")
	h.filled(g, func(p *person.Person) { p.Contacts = person.Contacts{NoEmail: true} })
	c.submit(c.get(bookPath(n)), theBooking, "operazione", "reset").has(t, "Delega e controlli")
	p = c.prepare(n, registration.Reset)
	p.has(t, "Il cittadino non ha e-mail: il codice di attivazione si consegna solo su carta, e la lettera la stampa un altro operatore")
	p = c.submit(p, theBooking)
	p.has(t, "Mancano la lettera con il PIN, il riepilogo dei dati e la lettera con il codice di attivazione.", "0 di 3")
	if p := c.post(p.Path + "/codice"); p.Status != http.StatusForbidden { // decisions/0020
		t.Errorf("who booked prints the code of a citizen without an address: %d", p.Status)
	}
	h.login(t, "bruno").post(p.Path + "/codice")
	c.finish(p.Path, "pin", "riepilogo")
}

// §5.4.2: the papers of a revocation speak of its own code.
func TestRevocationAtTheDesk(t *testing.T) {
	h := newHouse(t)
	_, n := h.settled("asl")
	c := h.login(t, "anna")
	c.prepare(n, registration.Revocation).has(t, "Il codice di revoca parte per e-mail")
	p := c.booked(n, registration.Revocation)
	p.has(t, "Prenotazione salvata: Revoca.", "Codice di revoca", "Manca il riepilogo dei dati.", "0 di 1")
	if strings.Contains(p.said(), "codice di attivazione") || strings.Contains(p.said(), "Lettera con il PIN") || p.Find("form[action$='/regolamento']").Length() != 0 {
		t.Errorf("it speaks of what a revocation has not: %s", p.said())
	}
	if pdf := c.post(p.Path+"/codice", "motivo-codice", "Lo chiede"); !bytes.HasPrefix(pdf.Body, []byte("%PDF-")) {
		t.Errorf("the letter: %d", pdf.Status)
	}
	got := h.letters("giulia@posta.example")
	if code := got[len(got)-2]; !strings.Contains(code.Subject, "codice di revoca") || !strings.Contains(code.Text, "/revoca") {
		t.Errorf("the mail: %s", code.Subject)
	}
	if told := got[len(got)-1]; !strings.Contains(told.Subject, "stampato allo sportello") { // mission S19: the print is an exception
		t.Errorf("the citizen is not told of the print: %s", told.Subject)
	}
	c.finish(p.Path, "riepilogo")
	h.visitor().enter("giulia.b85", goodPassword).is(t, "/area-personale", 200)
}

// Another desk was faster: nothing is booked, and the choice is shown again with what there is now.
func TestOvertaken(t *testing.T) {
	h := newHouse(t)
	_, n := h.settled("asl")
	anna, bruno := h.login(t, "anna"), h.login(t, "bruno")
	p := anna.prepare(n, registration.NewPIN)
	bruno.booked(n, registration.Reset)
	told := anna.submit(p, theBooking)
	told.has(t, "La pratica è cambiata nel frattempo", "Reset, prenotata il")
	if told := anna.get(p.Path); !strings.Contains(told.said(), "La pratica è cambiata") {
		t.Errorf("the confirmation is shown all the same: %s", told.said())
	}
	p = anna.submit(told, theBooking, "operazione", string(registration.NewPIN))
	p = anna.submit(p, theBooking)
	p = anna.submit(p, theBooking)
	p.has(t, "Prenotazione salvata: Rigenera PIN.")
}

// A new log-in finds what was typed; so does a second tab, which can do no harm.
func TestBookingSurvives(t *testing.T) {
	h := newHouse(t)
	_, n := h.settled("asl")
	c := h.login(t, "anna")
	p := c.prepare(n, registration.NewPIN)
	h.wait(time.Hour)
	if out := c.get(p.Path); !strings.HasPrefix(out.Path, "/sportello/accesso") {
		t.Fatalf("still in at %s", out.Path)
	}
	c.post("/sportello/accesso", "username", "anna", "password", password)
	back := c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("anna"))
	if back.Path != p.Path {
		t.Errorf("the log-in led to %s", back.Path)
	}
	c.submit(back, theBooking).has(t, "Prenotazione salvata: Rigenera PIN.")
	if late := c.submit(p, theBooking); late.Path != printPath(n) {
		t.Errorf("the other tab led to %s (%d)", late.Path, late.Status)
	}
}

// S3: an ente that issues weak credentials sees why it may not.
func TestBookAtAWeakEnte(t *testing.T) {
	h := newHouse(t)
	_, n := h.settled("asl")
	c := h.visitor()
	c.post("/sportello/accesso", "username", "carla", "password", password)
	c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("carla"))
	c.post("/sportello/accesso/ente", "ente", "comune")
	p := c.get(bookPath(n))
	p.has(t, "Questo ente rilascia credenziali deboli")
	if got := p.Find("input[name=operazione]"); got.Length() != 1 || got.AttrOr("value", "") != "revoca" {
		t.Errorf("%d to choose from", got.Length())
	}
	if bad := c.submit(p, theBooking, "operazione", "reset"); bad.Status != 422 {
		t.Errorf("chosen all the same: %d", bad.Status)
	}
}

// S6: taken back from the print page, with a reason; what is printed only by a responsabile.
func TestCancelStory(t *testing.T) {
	h := newHouse(t)
	_, n := h.settled("asl")
	anna, carla := h.login(t, "anna"), h.login(t, "carla")
	p := anna.booked(n, registration.Reset)
	if bad := anna.submit(p, "form[action$='/annulla']"); bad.Status != 422 || bad.Find("#motivo-annullamento-errore").Length() != 1 {
		t.Errorf("without a reason: %d", bad.Status)
	}
	anna.submit(p, "form[action$='/annulla']", "motivo-annullamento", "Era un omonimo").has(t, "annullata: Era un omonimo", "Caso 5")
	p = anna.booked(n, registration.NewPIN)
	anna.finish(p.Path, "pin", "riepilogo")
	p = anna.get(p.Path)
	if p.Find("form[action$='/annulla']").Length() != 0 {
		t.Error("offered after printing")
	}
	if no := anna.post(p.Path+"/annulla", "motivo-annullamento", "tardi"); no.Status != 403 || !strings.Contains(no.said(), "spetta a un responsabile") {
		t.Errorf("after printing: %d", no.Status)
	}
	carla.submit(carla.get(p.Path), "form[action$='/annulla']", "motivo-annullamento", "Lo chiede il cittadino").has(t, "annullata: Lo chiede il cittadino")
}
