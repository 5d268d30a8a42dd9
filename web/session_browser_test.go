package web

import (
	"strings"
	"testing"
	"time"

	"sportello/browser"
)

// A page warns two minutes before the session ends, lets the reader go on, and says when it is over. What it says is an
// alert, and whoever is not writing is taken there (WCAG 2.2.1, 4.1.3).
func TestSessionInABrowser(t *testing.T) {
	h := newHouse(t)
	h.Access.Limits.OperatorIdle = warnSeconds*time.Second + 2*time.Second
	p := h.signIn(t, browser.Start(t), "anna")
	if got := p.Text("#sessione:not([hidden])"); got != "" {
		t.Errorf("it warns too early: %q", got)
	}
	until(t, p, "#sessione:not([hidden]) [data-parte=avviso]:not([hidden])", "La sessione finisce tra 1:5")
	if got := p.Text("#sessione [role=alert]"); !strings.HasPrefix(got, "La sessione finisce tra") {
		t.Errorf("the alert says %q", got)
	}
	if got := p.Text("#sessione:focus"); got == "" {
		t.Error("the warning does not have the focus")
	}
	p.Check()
	p.Shoot("sessione-avviso")
	p.Click("Continua a lavorare")
	until(t, p, "#sessione:not([hidden])", "")
	p.Complaints()

	h.Access.Limits.OperatorIdle = 2 * time.Second
	p.Reload()
	until(t, p, "#sessione:not([hidden]) [data-parte=finita]:not([hidden])", "La sessione è finita.")
	if got := p.Text("#sessione [role=alert]"); got != "La sessione è finita." {
		t.Errorf("the alert says %q", got)
	}
	p.Check()
	p.Shoot("sessione-finita")
}

// until waits for a piece of the page to begin with some words; "" for it to be empty.
func until(t *testing.T, p *browser.Page, selector, words string) {
	t.Helper()
	for range 100 {
		if got := p.Text(selector); strings.HasPrefix(got, words) && (words != "" || got == "") {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s says %q", selector, p.Text(selector))
}

// signIn opens a window in which an operator has logged in.
func (h *house) signIn(t *testing.T, b *browser.Browser, username string) *browser.Page {
	t.Helper()
	p := b.Open(t, h.URL+"/sportello/accesso", browser.Visitor{})
	p.Fill("Username", username)
	p.Fill("Password", password)
	p.Follow("Prosegui")
	p.Fill("Codice", h.oneTimeCode(username))
	p.Follow("Accedi")
	return p
}
