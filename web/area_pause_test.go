package web

import (
	"net/http"
	"testing"
	"time"

	"sportello/store"
)

// unquestioned takes the secret question from the community, as moderno has none.
func (h *house) unquestioned() {
	own := h.Communities[0]
	own.Question.Asked = false
	h.Communities[0], h.Area.Communities = own, h.Area.Communities.With(own)
}

// forgotAt is somebody who asks for a new password with the address alone.
func (h *house) forgotAt(username, email string) *reader {
	h.Helper()
	r := &reader{client: h.visitor()}
	r.open("/password-dimenticata")
	r.misses("domanda segreta")
	r.press("Avanti", "Username", username, "Il tuo indirizzo e-mail", email)
	return r
}

// Where there is no secret question the username and the address bring the link; the pages say the same and cost the same hashes and mails whether the
// username, the address, both or nothing is right, and show the way to a desk (mission S21).
func TestRecoveryWithoutAQuestion(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		h.unquestioned()
		asked := func(username, email string) stepSeen {
			h.wait(time.Hour) // limits
			h.costs.Take()
			r := h.forgotAt(username, email)
			spent := h.costs.Take()
			spent.Statements = 0 // they differ by a few readings, far below the noise of one hash
			r.reads("Guarda la tua posta", "Trova lo sportello più vicino", "con un documento valido e la tessera sanitaria")
			return stepSeen{r.page.Status, r.page.said(), spent}
		}
		want := asked("giulia.b85", " Giulia@posta.example ")
		h.lastMailIs("giulia@posta.example", "Scegli una nuova password per Sistema Piemonte")
		home := &reader{client: h.visitor()}
		home.open(h.linkIn("giulia@posta.example"))
		before := len(h.subjects("giulia@posta.example"))
		for what, pair := range map[string][2]string{"another address": {"giulia.b85", "altra@posta.example"}, "nobody": {"chi.sara", "giulia@posta.example"}, "nothing right": {"chi.sara", "altra@posta.example"}} {
			if got := asked(pair[0], pair[1]); got != want {
				t.Errorf("%s:\n%+v\nwho is right:\n%+v", what, got, want)
			}
		}
		if n := len(h.subjects("giulia@posta.example")); n != before {
			t.Errorf("%d mails to who was not asked for rightly", n-before)
		}
	})
}

// Who has credentials from before the question, or no address, reads the same page as everybody, gets no link, and is sent to a desk, where there is a reset.
func TestRecoveryOfWhoHasNoQuestion(t *testing.T) {
	h := newHouse(t)
	g := h.withCredentials()
	right := h.forgot("giulia.b85", "Maestra Pina")
	before := len(h.subjects("giulia@posta.example"))
	h.act(func(tx *store.Tx) error {
		set, err := tx.Credentials(g.reg)
		if err != nil {
			return err
		}
		set.Question, set.Answer = "", ""
		return tx.SaveCredentials(set)
	})
	none := h.forgot("giulia.b85", "Maestra Pina")
	if none.page.said() != right.page.said() || none.page.Path != right.page.Path || none.page.Status != http.StatusOK {
		t.Error("the answers differ")
	}
	if n := len(h.subjects("giulia@posta.example")); n != before {
		t.Error("a link goes to who has no question")
	}
	none.reads("Trova lo sportello più vicino")
	none.follow("Trova lo sportello più vicino")
	none.reads("Sportelli")
}

// After a change of address no code of the revocation goes there, after a change of domicile no PIN; two days later they do (mission S25, S22).
func TestNothingGoesToANewAddressForAWhile(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		h.cameByPost(g)
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale/email")
		giulia.press("Manda il messaggio di conferma", "Nuovo indirizzo e-mail", "nuova@posta.example", "La tua password", goodPassword)
		phone := &reader{client: h.visitor()}
		phone.open(h.linkIn("nuova@posta.example"))
		phone.press("Confermo, scrivetemi qui")
		giulia.open("/area-personale/contatti")
		giulia.press("Aggiorna i comuni", "Voglio ricevere le lettere a un indirizzo diverso dalla residenza", "sì", "Indirizzo", "Via Garibaldi", "Provincia", "Torino", "Numero civico", "1", "CAP", "10122")
		giulia.press("Salva", "Comune", "Torino")
		giulia.reads("Salvato")

		giulia.open("/area-personale/revoca")
		giulia.press("Mandami il codice di revoca")
		giulia.reads("Non possiamo mandarti il codice", "lo hai cambiato da poco")
		giulia.open("/area-personale/credenziali")
		giulia.press("Spediscimi un nuovo PIN")
		giulia.reads("Hai cambiato domicilio da poco")

		h.wait(49 * time.Hour)
		giulia = h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale/revoca")
		giulia.press("Mandami il codice di revoca")
		h.lastMailIs("nuova@posta.example", "Il tuo codice di revoca per Sistema Piemonte")
		giulia.open("/area-personale/credenziali")
		giulia.press("Spediscimi un nuovo PIN")
		giulia.reads("Il nuovo PIN arriva per posta")
	})
}
