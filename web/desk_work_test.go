package web

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
)

// What an ente has left to do: a handover left open, a mail that nobody took, an operation that the citizen has forgotten.
func TestWorkList(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "bruno")
	at := c.register(h.People.CIA[0]).Path
	number := strings.Split(at, "/")[3]
	boss := h.login(t, "carla")
	p := boss.get("/sportello/lavori")
	if list := p.Find("section[aria-labelledby=consegne]"); !strings.Contains(list.Text(), number) || !strings.Contains(list.Text(), "Bruno Gallo") {
		t.Error("the open handover is not in the list")
	}
	p.has(t, "Nessuna e-mail respinta.", "Nessuna operazione dimenticata.")
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	c.post(at + "/fine")
	if p = boss.get("/sportello/lavori"); strings.Contains(string(p.Body), number) {
		t.Error("a handover that has ended is still there")
	}
	h.wait(15 * 24 * time.Hour)
	boss = h.login(t, "carla")
	p = boss.get("/sportello/lavori")
	if list := p.Find("section[aria-labelledby=non-completate]"); !strings.Contains(list.Text(), number) || !strings.Contains(list.Text(), "codice valido fino al") {
		t.Error("the forgotten operation is not in the list")
	}
	h.wait(60 * 24 * time.Hour)
	h.login(t, "carla").get("/sportello/lavori").has(t, "codice scaduto il")
	n := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.ReadWorkList}, func(audit.Record) error { n++; return nil }))
	if n != 4 {
		t.Errorf("%d readings recorded", n)
	}
}

func TestFigures(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "bruno")
	for _, x := range h.People.CIA[:2] {
		at := c.register(x).Path
		c.post(at + "/pin")
		c.post(at + "/riepilogo")
		c.post(at + "/fine")
	}
	boss := h.login(t, "carla")
	p := boss.get("/sportello/statistiche")
	checkPage(t, "figures", p.Document)
	p.has(t, "Nessuna operazione di questo periodo è ancora stata confermata a casa.")
	if got := p.Find("section[aria-labelledby=tipi] tbody tr:nth-child(2)").Text(); got != "Riscontro forte2020" {
		t.Errorf("the table by kind says %q", got)
	}
	if n := p.Find("#giorni ~ svg rect").Length(); n != 30 {
		t.Errorf("%d columns for 30 days", n)
	}
	answer, err := boss.http.Get(h.URL + p.Find("a[href^='/sportello/statistiche.csv']").AttrOr("href", ""))
	h.must(err)
	defer answer.Body.Close()
	table := csv.NewReader(answer.Body)
	table.Comma, table.FieldsPerRecord = ';', -1
	lines, err := table.ReadAll()
	if err != nil || len(lines) != 1+30+1+6 || !strings.HasPrefix(lines[30][0], "2026-11-23") || lines[30][2] != "2" {
		t.Errorf("CSV of %d lines, %v", len(lines), err)
	}
	h.wait(400 * 24 * time.Hour)
	h.login(t, "carla").get("/sportello/statistiche?giorni=365").has(t, "non è stata prenotata nessuna operazione")
	if p := h.login(t, "anna").get("/sportello/statistiche"); p.Status != http.StatusForbidden {
		t.Errorf("a clerk reads the figures: %d", p.Status)
	}
}
