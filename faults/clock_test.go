package faults_test

import (
	"net/url"
	"testing"
	"time"

	"sportello/testdb"
)

// The machine's clock is set back an hour while people work.
func TestClockJumpsBack(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	c, thief := h.operator(0), newClient(t, h.URL)
	h.wait(time.Minute)
	c.get("/sportello").is(t, 200)
	h.wait(-time.Hour)

	c.get("/sportello").is(t, 200) // the session goes on
	at := c.register(known()[0])
	c.get(at).is(t, 200, "Registrazione salvata")
	h.must(c.finish(at))
	h.carry()
	if m := h.mailFor(at); m.SentAt.IsZero() {
		t.Error("the mail does not go out")
	}
	records(t, h.Desk.Store) // in order by number, whatever the hours say

	h.wait(16 * time.Minute) // and ends as late as ever
	if p := c.get("/sportello"); p.Status != 303 {
		t.Errorf("idle for 16 minutes: %d", p.Status)
	}

	wrong := url.Values{"username": {operatorName(1)}, "password": {"sbagliata-sbagliata"}}
	for range 5 {
		thief.post("/sportello/accesso", wrong)
	}
	thief.post("/sportello/accesso", wrong).is(t, 429)
	h.wait(-time.Hour)
	thief.post("/sportello/accesso", wrong).is(t, 429, "si può riprovare tra 15 minuti") // it may turn out longer, never shorter
	h.wait(76 * time.Minute)
	if p := thief.post("/sportello/accesso", url.Values{"username": {operatorName(1)}, "password": {password}}); p.Status != 303 {
		t.Errorf("a limit of 15 minutes holds for ever: %d %.200s", p.Status, p.said())
	}
}
