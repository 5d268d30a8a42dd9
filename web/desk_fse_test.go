package web

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"sportello/audit"
)

// goOn posts the token of a launch page to the health application, as the browser does.
func (p *shown) goOn(t *testing.T) (status int, body string) {
	t.Helper()
	form := p.Find("form#passaggio")
	token, _ := form.Find("input[name=token]").Attr("value")
	action, _ := form.Attr("action")
	if csp := p.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action "+strings.TrimSuffix(action, "/operatore")+";") {
		t.Errorf("the browser may not go on: %s", csp)
	}
	answer, err := http.PostForm(action, url.Values{"token": {token}})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text := new(strings.Builder)
	if _, err := io.Copy(text, answer.Body); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, text.String()
}

// An operator who may opens the health application for the citizen at the desk, after the prints and not before (001 §5.1.2, Caso 1).
func TestFSEFromThePrintPage(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	citizen := h.People.CIA[0]
	at := c.register(citizen).Path
	launch := strings.TrimSuffix(at, "/stampe") + "/fse"
	if p := c.post(launch); p.Path != at {
		t.Errorf("before the prints the FSE opens at %s", p.Path)
	}
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	p := c.submit(c.get(at), `form[action="`+launch+`"]`)
	if strings.Contains(p.Path, string(citizen.TaxCode)) {
		t.Error("the tax code is in the address")
	}
	status, body := p.goOn(t)
	if status != http.StatusOK || !strings.Contains(body, string(citizen.TaxCode)) || !strings.Contains(body, "ASL Città di Esempio") || strings.Contains(body, "anna") {
		t.Errorf("%d %s", status, body)
	}
	if status, body = p.goOn(t); status != http.StatusForbidden || !strings.Contains(body, "già stato usato") {
		t.Errorf("the same token again: %d %s", status, body)
	}
	late := c.post(launch)
	h.wait(61 * time.Second)
	if status, body = late.goOn(t); status != http.StatusForbidden || !strings.Contains(body, "scaduto") {
		t.Errorf("a late token: %d %s", status, body)
	}
	n := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.LaunchFSE, Outcome: audit.Done}, func(r audit.Record) error {
		n++
		if r.Registration == "" || r.PersonMAC == "" {
			t.Error("the record does not say whose file was opened")
		}
		return nil
	}))
	if n != 2 {
		t.Errorf("%d launches recorded", n)
	}
}

func TestFSEFromTheMenu(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	if status, body := c.submit(c.get("/sportello/fse"), "main form").goOn(t); status != http.StatusOK || !strings.Contains(body, "nessuno") {
		t.Errorf("without a citizen: %d %s", status, body)
	}
	for typed, want := range map[string]string{"XYZ": "Non è un codice fiscale", string(h.People.CIA[1].TaxCode): "Nessuna registrazione trovata"} {
		p := c.post("/sportello/fse", "chi", typed)
		p.has(t, want)
		if p.Find("#chi").AttrOr("value", "") != typed {
			t.Errorf("%s is lost", typed)
		}
	}
	if p := h.login(t, "bruno").get("/sportello/fse"); p.Status != http.StatusForbidden {
		t.Errorf("an operator without the right: %d", p.Status)
	}
}
