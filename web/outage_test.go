package web

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// sweep does what time alone asks for, as the program does every few minutes.
func (h *house) sweep() {
	h.Helper()
	h.must(errors.Join(h.Desk.Sweep(h.Context()), h.Citizen.Sweep(h.Context())))
}

// downFor is a mail server that takes nothing for some hours, with the house trying on.
func (h *house) downFor(hours int) {
	h.Helper()
	h.down = true
	for range hours {
		h.letters("")
		h.wait(time.Hour)
		h.sweep()
	}
	h.down = false
}

// once is the only mail to an address since the server is back; each of its tries bore the same name.
func (h *house) once(t *testing.T, to, subject string) {
	t.Helper()
	got := h.about(to, subject)
	if len(got) != 1 {
		t.Fatalf("%d mails %q to %s", len(got), subject, to)
	}
	tries := 0
	for _, m := range h.refused {
		if m.To.Address == to && m.ID == got[0].ID {
			tries++
		}
	}
	if tries < 5 {
		t.Errorf("the mail %q to %s was tried %d times under its name", subject, to, tries)
	}
}

// The mail server is down for a day: nothing is lost, nothing comes twice, and every link that then arrives is as good as one that came at once.
func TestMailDownForADay(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		h.letters("")
		h.down = true
		c := h.applicant(h.residents()[0])
		c.write("/preregistrazione")
		c.press("Invia")
		h.downFor(1)
		h.down = true
		c.press("Manda di nuovo il messaggio")
		h.forgot("giulia.b85", "Maestra Pina")
		h.wait(time.Minute)
		h.forgot("giulia.b85", "Maestra Pina")
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.open(newEmailPath)
		giulia.press("Manda il messaggio di conferma", "Nuovo indirizzo e-mail", "nuova@posta.example", "La tua password", goodPassword)
		h.downFor(25)
		clerk := h.login(t, "anna")
		if said := clerk.get(menuPath).said(); !strings.Contains(said, "Le e-mail non partono") {
			t.Errorf("the desk does not hear of it: %s", said)
		}
		h.wait(7 * time.Hour) // the longest pause between two tries
		h.letters("")
		h.once(t, c.email, "Conferma il tuo indirizzo")
		h.once(t, "giulia@posta.example", "Scegli una nuova password")
		h.once(t, "nuova@posta.example", "Conferma il tuo nuovo indirizzo")
		if said := clerk.get(menuPath).said(); strings.Contains(said, "Le e-mail non partono") {
			t.Errorf("the desk still hears of it: %s", said)
		}

		h.wait(50 * time.Minute)
		home := &reader{client: h.visitor()}
		home.open(mailedLink.FindStringSubmatch(h.newest("nuova@posta.example", "Conferma").Text)[1])
		home.press("Confermo, scrivetemi qui")
		home.reads("Da ora ti scriviamo al nuovo indirizzo.")
		h.wait(20 * time.Hour)
		h.sweep()
		c.open(c.link())
		c.press("Conferma l'indirizzo")
		c.reads("Abbiamo ricevuto i tuoi dati")
	})
}

// A link for a new password that has waited is good for its hour; one that waited longer than a day and a half does not leave at all, and another can be asked for.
func TestPasswordLinkAfterAnOutage(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		h.down = true
		h.forgot("giulia.b85", "Maestra Pina")
		h.downFor(26)
		h.wait(7 * time.Hour)
		link := h.linkIn("giulia@posta.example")
		h.wait(50 * time.Minute)
		home := &reader{client: h.visitor()}
		home.open(link)
		home.press("Usa questa password", "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
		h.inside("giulia.b85", otherPassword)

		h.wait(24 * time.Hour)
		h.down = true
		before := len(h.about("giulia@posta.example", "Scegli una nuova password"))
		h.forgot("giulia.b85", "Maestra Pina")
		h.downFor(40)
		h.wait(7 * time.Hour)
		if n := len(h.about("giulia@posta.example", "Scegli una nuova password")); n > before {
			t.Error("a dead link was sent")
		}
		h.forgot("giulia.b85", "Maestra Pina")
		if n := len(h.about("giulia@posta.example", "Scegli una nuova password")); n != before+1 {
			t.Errorf("asked again: %d mails", n-before)
		}
	})
}
