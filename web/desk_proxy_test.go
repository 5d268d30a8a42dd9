package web

import (
	"strings"
	"testing"

	"sportello/audit"
	"sportello/registration"
)

// The forms for who sends somebody else come with the citizen's data, from the detail and from the booking (001 §2, §5.1.1).
func TestProxyForms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	x, rejected := h.residents()[0], h.residents()[1]
	h.planted(x, registration.Registered, false)
	h.planted(rejected, registration.Rejected, false)
	clerk := h.clerk(t, "anna", asl)
	clerk.detail(x)
	number := strings.Split(clerk.page.Path, "/")[3]
	for _, form := range []string{"Modulo di delega", "Dichiarazione sostitutiva"} {
		text := clerk.textOf(clerk.pressed(form))
		if _, after, _ := strings.Cut(text, "Riservato allo sportello"); !strings.Contains(after, number) {
			t.Errorf("%s leaves the number to the desk: %s", form, after)
		}
		for _, w := range []string{x.Surname, string(x.TaxCode), "Torino", number} {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q: %s", form, w, text)
			}
		}
	}
	if text := clerk.textOf(clerk.pressed("Modulo di delega")); !strings.Contains(text, "numero di registrazione") {
		t.Errorf("the mandate does not say what for: %s", text)
	}
	h.isAudited(audit.PrintPaper, audit.ByOperator, 3)
	clerk.follow("Prenota")
	clerk.press("Prosegui", "Riscontro forte", "sì")
	clerk.reads("con i dati del cittadino")
	clerk.textOf(clerk.pressed("Modulo di delega"))

	if p := h.login(t, "elena").post("/sportello/gestione/" + number + "/moduli/modulo-delega"); p.Status != 403 {
		t.Errorf("the helpdesk: %d", p.Status)
	}
	clerk.detail(rejected)
	if labelled(clerk.page.Selection, "button", "Modulo di delega").Length() > 0 {
		t.Error("offered where nothing can be booked")
	}
}
