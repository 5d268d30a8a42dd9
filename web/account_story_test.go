package web

import (
	"net/http"
	"strings"
	"testing"

	"sportello/registry"
	"sportello/registry/simulator"
)

// look searches a citizen from the start of Registrazione utenti.
func (c *client) lookUp(x simulator.Person) *shown {
	c.Helper()
	p := c.get("/sportello/registrazione")
	return c.submit(p, "main form", "codice-fiscale", string(x.TaxCode), "residenza-provincia", x.Residence.Province, "residenza-comune", x.Residence.Comune)
}

// Variant 3 (001 §5.1.2.3): a citizen who is not in the database holds credentials already.
func TestStoryObsoleteAccount(t *testing.T) {
	h := newHouse(t)
	x := h.People.CIA[0]
	account := h.Registry.AddAccount(x.TaxCode, "Torinofacile")
	c := h.login(t, "anna")

	p := c.lookUp(x)
	checkPage(t, "variante 3", p.Document)
	p.has(t, "vecchio processo di rilascio", "non si possono promuovere", "Torinofacile", "Richiesta di revoca delle credenziali")
	at := p.Path
	if strings.Contains(at, string(x.TaxCode)) || !strings.HasPrefix(at, "/sportello/account/") {
		t.Fatalf("address %s", at)
	}

	pdf := c.post(at + "/richiesta")
	if pdf.Status != http.StatusOK || !strings.HasPrefix(string(pdf.Body), "%PDF") || pdf.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("request: %d %s", pdf.Status, pdf.Header.Get("Cache-Control"))
	}

	if q := c.get(at + "/conferma"); q.Path != at {
		t.Errorf("confirmation before the request is archived: %s", q.Path)
	}
	q := c.submit(p, "main form[action='"+at+"']")
	if q.Status != http.StatusUnprocessableEntity {
		t.Errorf("without the tick: %d", q.Status)
	}
	q.has(t, "richiesta firmata è archiviata")
	if q = c.post(at + "/conferma"); q.Status != http.StatusConflict || h.Registry.Closed(account) {
		t.Errorf("closed without the tick: %d", q.Status)
	}

	p = c.submit(p, "main form[action='"+at+"']", "archiviata", "on")
	checkPage(t, "conferma", p.Document)
	p.has(t, "non si può annullare", "Prosegui")
	p = c.submit(p, "main form")
	checkPage(t, "cancellato", p.Document)
	p.has(t, "Il vecchio account è cancellato")
	if !h.Registry.Closed(account) {
		t.Error("the directory still has it")
	}
	if again := c.post(at + "/conferma"); again.Path != at+"/esito" || again.Status != http.StatusOK {
		t.Errorf("sent again: %d %s", again.Status, again.Path)
	}
	if next := p.Find(".azioni a.btn-primary").AttrOr("href", ""); next != "/sportello/registrazione" {
		t.Errorf("Prosegui leads to %s", next)
	}
	if p = c.lookUp(x); !strings.HasPrefix(p.Path, "/sportello/registrazione/") {
		t.Errorf("registration begins again at %s", p.Path)
	}
	colleague := h.login(t, "bruno")
	for _, path := range []string{at, at + "/esito"} {
		if p := colleague.get(path); p.Status != http.StatusNotFound {
			t.Errorf("a colleague at %s: %d", path, p.Status)
		}
	}
}

// The directory stops answering between the request and the closing.
func TestStoryObsoleteAccountQueued(t *testing.T) {
	h := newHouse(t)
	x := h.People.CIA[0]
	h.Registry.AddAccount(x.TaxCode, "Torinofacile")
	c := h.login(t, "anna")
	p := c.lookUp(x)
	at := p.Path
	p = c.submit(p, "main form[action='"+at+"']", "archiviata", "on")
	h.Registry.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Lost})
	p = c.submit(p, "main form")
	checkPage(t, "in coda", p.Document)
	p.has(t, "non ancora confermata", "Aggiorna lo stato")
	if q := c.lookUp(x); q.Status != http.StatusConflict {
		t.Errorf("registered meanwhile: %d %s", q.Status, q.Path)
	} else {
		q.has(t, "non è ancora confermata")
	}
	if q := c.submit(p, "main form"); q.Status != http.StatusOK {
		t.Errorf("still down: %d", q.Status)
	}
	h.Registry.SetFault(registry.Credentials, simulator.Fault{})
	p = c.submit(p, "main form")
	p.has(t, "Il vecchio account è cancellato")
	if q := c.lookUp(x); !strings.HasPrefix(q.Path, "/sportello/registrazione/") {
		t.Errorf("registration begins again at %s: %s", q.Path, q.said())
	}
}

// The directory is down at the look-up: a notice, and the desk goes on.
func TestStoryDirectoryDown(t *testing.T) {
	h := newHouse(t)
	h.Registry.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Down})
	p := h.login(t, "anna").lookUp(h.People.CIA[0])
	if !strings.HasPrefix(p.Path, "/sportello/registrazione/") {
		t.Fatalf("%d %s", p.Status, p.Path)
	}
	p.has(t, "L'archivio delle vecchie credenziali non è disponibile")
}
