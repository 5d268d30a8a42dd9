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

// An openForm is one that anybody may send, and about whom: fields in pairs, by what the house knows of them.
type openForm struct {
	name, path string
	nobody     []string
	known      map[string][]string
}

// costsTheSame checks that an open form answers and costs everybody what it answers and costs nobody.
func (h *house) costsTheSame(t *testing.T, f openForm) {
	t.Helper()
	sent := func(pairs []string) stepSeen {
		h.wait(25 * time.Hour) // the limits of one address, and of the mails of a day
		c := h.visitor()
		c.get(f.path)
		h.costs.Take()
		p := c.post(f.path, pairs...)
		return stepSeen{p.Status, clock.ReplaceAllString(p.said(), "ORA"), h.costs.Take()}
	}
	want := sent(f.nobody)
	if want.Status == 404 || want.Status == 429 || want.Statements == 0 {
		t.Errorf("%s: nobody is answered %+v", f.name, want)
	}
	for sort, pairs := range f.known {
		got := sent(pairs)
		if got.Spent != want.Spent {
			t.Errorf("%s, %s: %+v; nobody: %+v", f.name, sort, got.Spent, want.Spent)
		}
		if got.Status != want.Status || got.Said != want.Said {
			t.Errorf("%s, %s:\n%+v\nnobody:\n%+v", f.name, sort, got, want)
		}
	}
}

// The forms of log-in, activation, revocation and recovery answer and cost the same, whoever is asked for: hashes, mails and statements.
func TestSameCostsForEverybody(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		all := h.residents()
		h.planted(all[1], registration.Rejected, false)
		h.planted(all[2], registration.Registered, false)
		h.clerk(t, "anna", asl).register(all[3])
		h.weakly(t, all[4], "giulia.b85")
		h.strongly(t, all[5], "giulia.c86")
		h.clerk(t, "anna", asl).bookRevocation(all[5])
		about := func(pairs ...string) map[string][]string {
			known := map[string][]string{}
			for i, sort := range []string{"respinto", "registrato", "riscontrato", "attivo debole", "attivo forte con revoca"} {
				known[sort] = append([]string{"codice-fiscale", string(all[i+1].TaxCode)}, pairs...)
			}
			return known
		}
		codes := []string{"codice-attivazione", "AAAA-AAAA-AAAA", "pin", "AAAA-AAAA"}
		revocation := []string{"codice-revoca", "AAAA-AAAA-AAAA"}
		question, answer := "Come si chiamava il tuo primo animale?", "Pinocchio"
		lost := func(username, answer string) []string {
			return []string{"username", username, "domanda", question, "risposta", answer}
		}
		none := []string{"codice-fiscale", string(all[0].TaxCode)}
		for _, f := range []openForm{
			{"accesso", citizenLogin, []string{"username", "nessuno.x9", "password", "sbagliata-1"}, map[string][]string{
				"debole": {"username", "giulia.b85", "password", "sbagliata-1"}, "forte": {"username", "giulia.c86", "password", "sbagliata-1"}}},
			{"attivazione", "/attivazione", append(none, codes...), about(codes...)},
			{"revoca", "/revoca", append(none, revocation...), about(revocation...)},
			{"password dimenticata", forgottenPath, lost("nessuno.x9", answer), map[string][]string{
				"debole": lost("giulia.b85", answer), "forte": lost("giulia.c86", answer), "risposta sbagliata": lost("giulia.b85", "Geppetto")}},
			{"username dimenticato", lostUsernamePath, none, about()},
			{"accesso degli operatori", "/sportello/accesso", []string{"username", "nessuno.x9", "password", "sbagliata-1"}, map[string][]string{
				"operatore": {"username", "anna", "password", "sbagliata-1"}, "senza secondo fattore": {"username", "nuova", "password", "sbagliata-1"},
				"più enti": {"username", "carla", "password", "sbagliata-1"}}},
		} {
			h.costsTheSame(t, f)
		}
	})
}

// So do the forms of an ente's portal.
func TestSameCostsAtTheEnte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.asks(mario()...)
		waiting := "RSSMRA80A01F205X"
		three := func(code string) []string {
			return []string{"codice-fiscale", code, "pin", "123456789", "password", "sbagliata-1"}
		}
		forms := []openForm{
			{"accesso", citizenLogin, three("VRDLGI80A01F205H"), map[string][]string{"": three(waiting)}},
			{"altra prima password", renewPath, []string{"codice-fiscale", "VRDLGI80A01F205H"}, map[string][]string{"": {"codice-fiscale", waiting}}},
		}
		for _, f := range forms {
			h.costsTheSame(t, f)
		}
		olga := h.login(t, "olga")
		if p := olga.approve(olga.opened(), granting...); !strings.Contains(p.said(), "Istanza accolta") {
			t.Fatal(p.said())
		}
		for _, f := range forms {
			h.costsTheSame(t, f)
		}
	})
}
