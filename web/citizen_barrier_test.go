package web

import (
	"net/http"
	"strings"
	"testing"
)

// Somebody cannot use a page and says so, without saying who they are: it stands in the inbox with thirty days to answer; once, however often it is sent; and
// nobody fills the inbox (law 4/2004 art. 3-quater).
func TestTellingOfABarrier(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		r := &reader{client: h.visitor()}
		r.open("/accessibilita")
		r.follow("Segnala un ostacolo")
		form := r.page
		r.press("Invia la segnalazione", "E-mail per la risposta", "ada@posta.example")
		r.reads("Scrivi che cosa non sei riuscito a fare.")
		for range 2 {
			r.page = form
			r.press("Invia la segnalazione", "In quale pagina", "Attivazione", "Che cosa non sei riuscito a fare", "Con la tastiera non arrivo al pulsante.", "E-mail per la risposta", "ada@posta.example")
			r.reads("Grazie, la segnalazione è arrivata")
		}
		told := h.letters(h.own().Publisher.HelpEmail) // once, to whoever is there: not every realm has a back office
		if len(told) != 1 || !strings.Contains(told[0].Text, "Pagina: Attivazione. Con la tastiera non arrivo al pulsante. Recapito: ada@posta.example") {
			t.Errorf("the declared address gets %d mails", len(told))
		}
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze?tipo=modulo+online")
		elena.reads("Da evadere (1)", "23 dicembre 2026")
		elena.follow("Ostacolo all'accessibilità")
		elena.reads("Con la tastiera non arrivo al pulsante.", "ada@posta.example", "entro trenta giorni")
		elena.press("Prendi in carico")
		elena.press("Chiudi l'istanza", "Motivo", "Ostacolo tolto, risposta data")
		elena.reads("Istanza conclusa")
		for range 6 {
			r.open("/accessibilita/segnala")
			r.press("Invia la segnalazione", "Che cosa non sei riuscito a fare", "ancora")
		}
		if r.page.Status != http.StatusTooManyRequests {
			t.Errorf("the seventh is answered with %d", r.page.Status)
		}
		r.post("/accessibilita/segnala", "ostacolo", "x").is(t, "/accessibilita/segnala", http.StatusBadRequest)
	})
}
