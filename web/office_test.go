package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

const dossier = "form[action='/sportello/amministrazione/operatori/"

// newcomer has carla take in an operator, and gives the password to hand over.
func (c *client) newcomer(change ...string) (p *shown, password string) {
	c.Helper()
	p = c.get("/sportello/amministrazione/operatori/nuovo")
	p = c.submit(p, "main form", append([]string{"codice-fiscale", "VRDGLI85C52L219Z", "cognome", "Verdi", "nome", "Giulia", "email", "giulia@enti.example",
		"username", "Giulia.Verdi", "ruolo", string(office.Clerk)}, change...)...)
	return p, p.Find("#password-provvisoria").Text()
}

// enrol sets a second factor up after the password, and gives the page behind it.
func (c *client) enrol(username, password string) *shown {
	c.Helper()
	p := c.post("/sportello/accesso", "username", username, "password", password)
	if p.Path != "/sportello/accesso/attivazione" {
		c.Fatalf("the first log-in led to %s: %s", p.Path, p.said())
	}
	c.secrets[username] = strings.ReplaceAll(p.Find("#chiave").Text(), " ", "")
	c.submit(p, "main form", "codice", c.oneTimeCode(username))
	return c.post("/sportello/accesso/codici-di-recupero", "conservati", "si")
}

// A responsabile takes in an operator, who comes in with the password that was handed over and must choose another (mission S11).
func TestNewOperator(t *testing.T) {
	h := newHouse(t)
	carla := h.login(t, "carla")
	p, handed := carla.newcomer()
	checkPage(t, "password", p.Document)
	p.has(t, "Operatore aggiunto", "giulia.verdi")
	if len(handed) != 23 {
		t.Fatalf("a password of %d signs: %s", len(handed), p.said())
	}
	carla.get("/sportello/amministrazione/operatori").has(t, "Verdi Giulia", "Operatore di sportello, ASL Città di Esempio", "Da attivare", "Mai")
	if again, _ := carla.newcomer(); again.Status != 422 || again.Find("#username-errore").Length() != 1 {
		t.Errorf("the same operator again: %d", again.Status)
	}

	giulia := h.visitor()
	p = giulia.enrol("giulia.verdi", handed)
	checkPage(t, "first password", p.Document)
	if p.Path != "/sportello/accesso/password" {
		t.Fatalf("after the second factor: %s", p.Path)
	}
	if early := giulia.get("/sportello/registrazione"); early.Path != "/sportello/accesso/password" {
		t.Errorf("with the password of another she opens %s", early.Path)
	}
	own := "zattera-lume-quercia-9"
	for _, wrong := range []struct{ old, new, repeat, field string }{
		{"sbagliata", own, own, "attuale"}, {handed, "corta", "corta", "nuova"}, {handed, "giulia.verdi.1985", "giulia.verdi.1985", "nuova"},
		{handed, handed, handed, "nuova"}, {handed, own, own + "x", "ripeti"}, {handed, "", own, "nuova"},
	} {
		p = giulia.post("/sportello/accesso/password", "attuale", wrong.old, "nuova", wrong.new, "ripeti", wrong.repeat)
		if p.Status != 422 || p.Find("#"+wrong.field+"-errore").Length() != 1 {
			t.Errorf("%s refused with %d: %s", wrong.field, p.Status, p.said())
		}
	}
	p = giulia.post("/sportello/accesso/password", "attuale", handed, "nuova", own, "ripeti", own)
	if p.Path != "/sportello/registrazione" {
		t.Fatalf("after the choice: %s %s", p.Path, p.said())
	}
	if p := h.visitor().post("/sportello/accesso", "username", "giulia.verdi", "password", handed); p.Status != 422 {
		t.Errorf("the password handed over still works: %s", p.Path)
	}
	if p := h.visitor().post("/sportello/accesso", "username", "giulia.verdi", "password", own); p.Path != "/sportello/accesso/codice" {
		t.Errorf("the chosen password led to %s", p.Path)
	}
}

// A password that waits too long opens nothing any more.
func TestHandedPasswordExpires(t *testing.T) {
	h := newHouse(t)
	_, handed := h.login(t, "carla").newcomer()
	h.wait(14*24*time.Hour + time.Minute)
	if p := h.visitor().post("/sportello/accesso", "username", "giulia.verdi", "password", handed); p.Status != 422 {
		t.Errorf("after 14 days it led to %s", p.Path)
	}
	h.login(t, "carla").get("/sportello/amministrazione/operatori").has(t, "Password provvisoria scaduta")
}

func TestNewOperatorRefused(t *testing.T) {
	h := newHouse(t)
	carla := h.login(t, "carla")
	for field, value := range map[string]string{"codice-fiscale": "VRDGLI85C52L219A", "username": "vrdgli85c52l219z", "email": "giulia@", "nome": "", "ruolo": string(office.Administrator)} {
		if p, _ := carla.newcomer(field, value); p.Status != 422 || p.Find("#"+field+"-errore").Length() != 1 {
			t.Errorf("%s=%q: %d", field, value, p.Status)
		}
	}
}

// An operator is dismissed while at work: the next page is the log-in, which does not open any more; and opens again once somebody says so.
func TestDismissedAtWork(t *testing.T) {
	h := newHouse(t)
	bruno, carla := h.login(t, "bruno"), h.login(t, "carla")
	bruno.search(h.People.CIA[0])
	p := carla.get("/sportello/amministrazione/operatori/bruno")
	checkPage(t, "dossier", p.Document)
	stale := p
	if again := carla.submit(p, dossier+"bruno/disabilita']"); again.Status != 422 || again.Find("#motivo-disabilita-errore").Length() != 1 {
		t.Errorf("without a reason: %d", again.Status)
	}
	carla.submit(p, dossier+"bruno/disabilita']", "motivo", "Licenziato").has(t, "Operatore disabilitato", "Disabilitato dal")
	if p := bruno.get("/sportello/registrazione"); p.Path != "/sportello/accesso?motivo=scaduta" {
		t.Errorf("dismissed, he opens %s", p.Path)
	}
	if p := bruno.post("/sportello/accesso", "username", "bruno", "password", password); p.Status != 422 {
		t.Errorf("dismissed, he logs in: %s", p.Path)
	}
	for _, act := range []string{"disabilita", "secondo-fattore", "password"} {
		if p := carla.submit(stale, dossier+"bruno/"+act+"']", "motivo", "Ancora"); p.Status != http.StatusConflict {
			t.Errorf("%s from a page of before: %d", act, p.Status)
		}
	}
	carla.submit(carla.get("/sportello/amministrazione/operatori/bruno"), dossier+"bruno/riabilita']").has(t, "Operatore riabilitato")
	h.wait(time.Hour)
	h.login(t, "bruno")
	if n := h.recorded(audit.OperatorChange, "disabilitazione", audit.Done); n != 1 {
		t.Errorf("%d dismissals in the audit", n)
	}
}

// recorded counts the acts on operators of one sort.
func (h *house) recorded(deed audit.Deed, what string, outcome audit.Outcome) (n int) {
	h.Helper()
	h.must(h.Desk.Store.Audit(h.Context(), audit.Filter{Deed: deed, Outcome: outcome}, func(r audit.Record) error {
		if r.Detail["azione"] == what {
			n++
		}
		return nil
	}))
	return n
}

// A lost phone: somebody else resets the second factor, the operator sets a new app up and is told by mail (mission S11).
func TestLostPhone(t *testing.T) {
	h := newHouse(t)
	h.act(func(tx *store.Tx) error {
		o, err := tx.Operator("anna")
		h.must(err)
		o.Email = "anna@enti.example"
		return tx.SaveOperator(o)
	})
	anna, carla := h.login(t, "anna"), h.login(t, "carla")
	carla.submit(carla.get("/sportello/amministrazione/operatori/anna"), dossier+"anna/secondo-fattore']", "motivo", "Telefono perso").has(t, "Secondo fattore azzerato", "Da attivare")
	if p := anna.get("/sportello"); !strings.HasPrefix(p.Path, "/sportello/accesso") {
		t.Errorf("the session of the lost phone opens %s", p.Path)
	}
	if mails := h.letters("anna@enti.example"); len(mails) != 1 || !strings.Contains(mails[0].Text, "ha azzerato il tuo secondo fattore") {
		t.Errorf("%d mails: %v", len(mails), mails)
	}
	if p := h.visitor().enrol("anna", password); p.Path != "/sportello" {
		t.Errorf("with a new app she comes to %s", p.Path)
	}
}

// Nobody administers their own account, or somebody of a higher role; nor somebody who works elsewhere too, but for the post.
func TestOutOfReach(t *testing.T) {
	h := newHouse(t)
	h.act(func(tx *store.Tx) error {
		elena, err := tx.Operator("elena")
		h.must(err)
		elena.Posts = append(elena.Posts, office.Post{Ente: "comune", Role: office.Clerk})
		h.must(tx.SavePosts(elena))
		return tx.AddEnte(&office.Ente{ID: "trento", Name: "Ente di Trento", Community: "trentino", Realm: "trentino", Issues: office.IssuesStrong})
	})
	carla, fulvio := h.login(t, "carla"), h.login(t, "fulvio")
	for id, why := range map[string]string{"carla": "il proprio account", "fulvio": "un ruolo superiore", "dario": "un ruolo superiore", "elena": "anche per enti"} {
		p := carla.get("/sportello/amministrazione/operatori/" + id)
		p.has(t, why)
		checkPage(t, "dossier of "+id, p.Document)
		for _, act := range []string{"", "/disabilita", "/riabilita", "/secondo-fattore", "/password"} {
			if p := carla.post("/sportello/amministrazione/operatori/"+id+act, "motivo", "Prova", "visto", "x"); p.Status != http.StatusForbidden {
				t.Errorf("carla at %s%s: %d", id, act, p.Status)
			}
		}
	}
	fulvio.get("/sportello/amministrazione/operatori/fulvio").has(t, "il proprio account")
	fulvio.get("/sportello/amministrazione/operatori").has(t, "Rossi Carla", "Conti Fulvio")
	p := carla.get("/sportello/amministrazione/operatori/elena")
	p = carla.submit(p, dossier+"elena/fine-incarico']", "motivo", "Convenzione finita")
	if p.Path != "/sportello/amministrazione/operatori" || strings.Contains(p.said(), "Bruno Elena") {
		t.Errorf("the post ended at %s: %s", p.Path, p.said())
	}
	if p := carla.get("/sportello/amministrazione/operatori/elena"); p.Status != http.StatusNotFound {
		t.Errorf("who does not work for the ente: %d", p.Status)
	}
	fulvio.get("/sportello/amministrazione/operatori/elena").has(t, "Comune di Esempio")
}

// Posts change: a clerk becomes responsabile, in a second ente too, and works with the new role at the next log-in.
func TestPromotion(t *testing.T) {
	h := newHouse(t)
	bruno, fulvio := h.login(t, "bruno"), h.login(t, "fulvio")
	p := fulvio.get("/sportello/amministrazione/operatori/bruno")
	half := fulvio.submit(p, dossier+"bruno']", "email", "bruno@enti.example", "nuovo-ente", "comune")
	if half.Status != 422 || half.Find("#nuovo-ente-errore").Length() != 1 {
		t.Errorf("an ente without a role: %d", half.Status)
	}
	done := fulvio.submit(p, dossier+"bruno']", "email", "bruno@enti.example", "ruolo-asl", string(office.Supervisor), "fse-asl", "si", "nuovo-ente", "comune", "nuovo-ruolo", string(office.Clerk))
	done.has(t, "Modifiche salvate", "Incarico presso Comune di Esempio")
	if again := fulvio.submit(p, dossier+"bruno']", "email", "altro@enti.example"); again.Status != http.StatusConflict {
		t.Errorf("from a page of before: %d", again.Status)
	}
	if p := bruno.get("/sportello"); !strings.HasPrefix(p.Path, "/sportello/accesso") {
		t.Errorf("the session of the old role opens %s", p.Path)
	}
	h.login(t, "bruno").get("/sportello/amministrazione").has(t, "Operatori")
}

// The list of a large ente has pages, and a search that leads to where in it somebody stands: no name comes into an address.
func TestManyOperators(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.act(func(tx *store.Tx) (err error) {
		for i := range 60 {
			name := string(rune('A'+i/26)) + string(rune('a'+i%26))
			err = errors.Join(err, tx.AddOperator(&office.Operator{ID: fmt.Sprintf("folla-%d", i), Username: fmt.Sprintf("folla.%d", i), TaxCode: person.ComputeTaxCode("Zuffi", name, person.Date(fmt.Sprintf("19%02d-01-01", 30+i)), person.Female, "L219"),
				Surname: "Zùffi", Name: name, Posts: []office.Post{{Ente: "asl", Role: office.Clerk}}}))
		}
		return err
	})
	const list = "/sportello/amministrazione/operatori"
	carla := h.login(t, "carla")
	p := carla.get(list)
	p.has(t, "50 di 67", "1 di 2", "Successiva")
	p = carla.get(list + "?pagina=2")
	p.has(t, "17 di 67", "2 di 2")
	checkPage(t, "operators", p.Document)
	if carla.get(list+"?pagina=99").has(t, "17 di 67"); p.Find("tbody tr").Length() != 17 {
		t.Error("the last page")
	}
	search := func(who string) *shown { return carla.submit(carla.get(list), "form[action='"+list+"']", "chi", who) }
	if p := search("GALLO"); p.at() != list+"/bruno" {
		t.Errorf("one alone leads to %s", p.Path)
	}
	if p := search("zuffi"); p.at() != list || strings.Contains(strings.ToLower(p.Path), "zuffi") || p.Find("#operatore-folla-0").Length() != 1 {
		t.Errorf("many lead to %s", p.Path)
	}
	if p := search("folla.59"); p.at() != list+"/folla-59" {
		t.Errorf("a username leads to %s", p.Path)
	}
	for _, nobody := range []string{"Nessunissimo", "%"} {
		if p := search(nobody); p.Status != 422 || p.Find("#chi").AttrOr("value", "") != nobody {
			t.Errorf("nobody leads to %s: %d", p.Path, p.Status)
		}
	}
}
