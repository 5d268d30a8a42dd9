package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"sportello/registration"
	"sportello/testdb"
)

// Who is known and who is not: the pages say the same and cost the same hashes, queries and mails (domain of enumeration, decision 0014). What is true is
// told by mail to the address known before.
func TestSamePagesForEverybody(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		all := h.residents()
		h.planted(all[1], registration.Rejected, false)
		h.planted(all[2], registration.Registered, false)
		h.clerk(t, "anna", asl).register(all[3])
		h.weakly(t, all[4], "giulia.b85")
		h.strongly(t, all[5], "giulia.c86")
		for _, door := range []string{"/preregistrazione", "/registrazione"} {
			h.wait(time.Hour)
			want := h.walked(all[0], door, "prima@altrove.example")
			for i, sort := range []string{"respinto", "registrato", "riscontrato", "attivo debole", "attivo forte"} {
				h.wait(time.Hour) // the limits of one address
				got := h.walked(all[i+1], door, sort[:4]+"."+sort[len(sort)-3:]+"@altrove.example")
				for at := range want {
					if got[at] != want[at] {
						t.Errorf("%s, %s, step %d:\n%+v\na stranger:\n%+v", door, sort, at, got[at], want[at])
					}
				}
			}
		}
	})
}

// clock is the hour on a page.
var clock = regexp.MustCompile(`[0-9]{1,2} novembre 2026, ore [0-9:]{5}`)

// A stepSeen is what a page says, without what the person wrote, and what it cost.
type stepSeen struct {
	Status int
	Said   string
	testdb.Spent
}

// walked goes through a door and notes what every step shows and costs.
func (h *house) walked(x resident, door, email string) (seen []stepSeen) {
	h.Helper()
	c := h.applicant(x)
	c.email = email
	c.write(door)
	own := []string{x.Name, "NOME", x.Surname, "COGNOME", string(x.TaxCode), "CF", email, "EMAIL", masked(email), "EMAIL"}
	note := func(step func()) {
		h.costs.Take()
		step()
		seen = append(seen, stepSeen{c.page.Status, clock.ReplaceAllString(c.page.said(), "ORA"), h.costs.Take()})
	}
	note(func() { c.press("Invia") })
	note(func() { c.press("Manda di nuovo il messaggio") })
	note(func() { c.open(c.link()) })
	note(func() { c.press("Conferma l'indirizzo") })
	own = append(own, c.number(), "NUMERO")
	note(func() { c.open(c.page.Path) })
	h.settleHome()
	for i := range seen {
		seen[i].Said = strings.NewReplacer(own...).Replace(seen[i].Said)
	}
	return seen
}

// The forms of the log-in, the activation and the revocation hash as often and mail as much, whoever is asked for.
func TestSameHashesForEverybody(t *testing.T) {
	h := newHouse(t)
	all := h.residents()
	h.weakly(t, all[0], "giulia.b85")
	h.clerk(t, "anna", asl).register(all[1])
	for name, form := range map[string]struct {
		path  string
		known []string // pairs, of somebody known
		other []string // of nobody
	}{
		"accesso": {"/accesso", []string{"username", "giulia.b85", "password", "sbagliata-1"}, []string{"username", "nessuno.x9", "password", "sbagliata-1"}},
		"attivazione": {"/attivazione", []string{"codice-fiscale", string(all[1].TaxCode), "codice-attivazione", "AAAA-AAAA-AAAA", "pin", "AAAA-AAAA"},
			[]string{"codice-fiscale", string(all[2].TaxCode), "codice-attivazione", "AAAA-AAAA-AAAA", "pin", "AAAA-AAAA"}},
		"revoca": {"/revoca", []string{"codice-fiscale", string(all[1].TaxCode), "codice-revoca", "AAAA-AAAA-AAAA"},
			[]string{"codice-fiscale", string(all[2].TaxCode), "codice-revoca", "AAAA-AAAA-AAAA"}},
	} {
		seen := map[bool]stepSeen{}
		for known, pairs := range map[bool][]string{true: form.known, false: form.other} {
			c := h.visitor()
			c.get(form.path)
			h.costs.Take()
			p := c.post(form.path, pairs...)
			spent := h.costs.Take()
			spent.Statements = 0 // they differ by a few readings, far below the noise of one hash
			seen[known] = stepSeen{p.Status, p.said(), spent}
		}
		if seen[true] != seen[false] {
			t.Errorf("%s: known\n%+v\nunknown\n%+v", name, seen[true], seen[false])
		}
	}
}
