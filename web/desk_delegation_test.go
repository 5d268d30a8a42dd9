package web

import (
	"net/http"
	"strings"
	"testing"

	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
)

// handed brings a registration to the end of its desk, and gives its number.
func (c *client) handed(x simulator.Person, change ...string) string {
	c.Helper()
	p := c.register(x, change...)
	for _, paper := range []string{"/pin", "/riepilogo", "/codice", "/fine"} {
		c.post(p.Path + paper)
	}
	return numberIn(p)
}

// operationsOf are those of a registration, the newest first.
func (h *house) operationsOf(number string) (ops []*registration.Operation) {
	h.Helper()
	h.must(h.Desk.Store.Read(h.Context(), func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(registration.Number(number))
		if err != nil {
			return err
		}
		ops, err = tx.Operations(r.ID)
		return err
	}))
	return ops
}

const amendForm = "form[action*='/delega/']"

// 001 §5.5: the form is prefilled, the tax codes are read only, a page asks to confirm, and the menu says that it is done.
func TestModificaDelegaStory(t *testing.T) {
	h := newHouse(t)
	c, caio := h.login(t, "anna"), h.People.CIA[1]
	number := c.handed(h.People.CIA[0], delegated(caio)...)
	at := "/sportello/gestione/" + number + "/delega"
	if link := c.get("/sportello/gestione/" + number).Find("a[href='" + at + "']"); link.Length() == 0 {
		t.Error("the list does not lead to Modifica delega")
	}
	p := c.get(at)
	checkPage(t, "form", p.Document)
	for _, id := range []string{"cf-cittadino", "tipo-operazione", "data-operazione", "delegato-codice-fiscale"} {
		if _, locked := p.Find("#" + id).Attr("readonly"); !locked {
			t.Errorf("%s can be written", id)
		}
	}
	if got := p.Find("#delegato-cognome").AttrOr("value", ""); got != caio.Surname {
		t.Errorf("surname prefilled with %q", got)
	}
	bad := c.submit(p, amendForm, "delegato-nome", "", "delegato-email", "x", "delegato-documento-scadenza-anno", "2020")
	for _, id := range []string{"delegato-nome", "delegato-email", "delegato-documento-scadenza"} {
		if bad.Find("#"+id+"-errore").Length() != 1 {
			t.Errorf("nothing is said at %s", id)
		}
	}
	form := p
	p = c.submit(p, amendForm, "delegato-email", "caio@esempio.it", "delegato-telefono", "011 5550100", "delegato-documento-numero", "YB0000001", "delegato-codice-fiscale", "RSSMRA80A01H501U")
	p.has(t, "Confermare la modifica", "caio@esempio.it", "YB0000001", string(caio.TaxCode))
	checkPage(t, "confirm", p.Document)
	confirm := p.Path
	p = c.submit(p, amendForm)
	p.has(t, "Delega aggiornata")
	if again := c.post(confirm); !strings.HasPrefix(again.Path, "/sportello?") {
		t.Errorf("sent again it led to %s", again.Path)
	}
	if again := c.submit(form, amendForm, "delegato-email", "altro@esempio.it"); !strings.HasPrefix(again.Path, "/sportello?") {
		t.Errorf("a form that is over led to %s", again.Path)
	}
	got := h.operationsOf(number)[0].Delegation
	if got.Email != "caio@esempio.it" || got.Document.Number != "YB0000001" || got.TaxCode != caio.TaxCode || got.Phone != "011 5550100" {
		t.Errorf("kept %+v", got)
	}
}

// Two tabs: the second one's changes are not lost silently, nor do they undo the first's.
func TestModificaDelegaInTwoTabs(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.handed(h.People.CIA[0], delegated(h.People.CIA[1])...)
	other := h.login(t, "bruno")
	first, second := c.get("/sportello/gestione/"+number+"/delega"), other.get("/sportello/gestione/"+number+"/delega")
	a := c.submit(first, amendForm, "delegato-email", "primo@esempio.it")
	b := other.submit(second, amendForm, "delegato-email", "secondo@esempio.it")
	c.submit(a, amendForm)
	late := other.submit(b, amendForm)
	if late.Status != http.StatusConflict {
		t.Errorf("the second tab: %d %s", late.Status, late.said())
	}
	late.has(t, "Modificata da un altro operatore")
	if got := h.operationsOf(number)[0].Delegation.Email; got != "primo@esempio.it" {
		t.Errorf("kept %s", got)
	}
}

// Without a delegate, or without an operation in progress, the page says why there is nothing to change.
func TestModificaDelegaOfNobody(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "carla")
	number := c.handed(h.People.CIA[0])
	p := c.get("/sportello/gestione/" + number + "/delega")
	p.has(t, "Nessuna delega da modificare")
	if p.Status != http.StatusConflict {
		t.Errorf("status %d", p.Status)
	}
	over := c.register(h.People.CIA[1], delegated(h.People.CIA[2])...)
	c.post(strings.TrimSuffix(over.Path, "/stampe")+"/stampe/sblocca", "motivo-sblocco", "guasta")
	p = c.get("/sportello/gestione/" + numberIn(over) + "/delega")
	p.has(t, "Nessuna operazione in corso")
}
