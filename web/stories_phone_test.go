package web

import (
	"slices"
	"testing"
	"time"

	"sportello/person"
	"sportello/postal"
	"sportello/store"
)

var bianchi = person.Person{Surname: "Bianchi", Name: "Giulia", TaxCode: "BNCGLI85C52L219J"}

// byPhone are the answers to what every caller is asked.
var byPhone = slices.Concat(agreed, []string{"Da dove arriva la richiesta", "Per telefono"})

// K01, 000: who has lost the password may also telephone. The link goes to the address that is known, and to none that was changed just now; the clerk never sees it.
func TestStoryPasswordPerTelefono(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		h.changeEmail("nuova@posta.example")
		elena := h.back(t, "elena")
		elena.calledBy("Password o username dimenticati", bianchi)
		elena.reads("giulia.b85", "Lo dice chi chiede")
		at := elena.page.Path
		send := slices.Concat(byPhone, []string{"Lo username detto da chi chiede coincide", "sì"})
		elena.press("Invia il link per la nuova password", byPhone...)
		elena.reads("Serve la conferma per proseguire.")
		elena.press("Invia il link per la nuova password", send...)
		elena.reads("Il recapito è cambiato da poco")
		if n := len(h.subjects("nuova@posta.example")); n != 0 {
			t.Errorf("%d mails to an address that was changed just now", n)
		}
		h.wait(72 * time.Hour)
		elena = h.back(t, "elena")
		elena.open(at)
		elena.press("Invia il link per la nuova password", send...)
		elena.reads("Istanza accolta", "Accolta")
		h.lastMailIs("nuova@posta.example", "Scegli una nuova password per Sistema Piemonte")
		home := &reader{client: h.visitor()}
		home.open(h.linkIn("nuova@posta.example"))
		home.press("Usa questa password", "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
		h.inside("giulia.b85", otherPassword)
	})
}

// changeEmail is Giulia's address changed a moment ago.
func (h *house) changeEmail(to string) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		p, err := tx.PersonByTaxCode("sistemapiemonte", bianchi.TaxCode)
		if err != nil {
			return err
		}
		p.Contacts.Email, p.EmailChangedAt = to, tx.Now
		return tx.SavePerson(p)
	})
}

// K02, E16, C10: a PIN from a desk is never posted; one that came by post is posted again for who calls, and a letter that never arrived is replaced by
// another, whose PIN alone then counts.
func TestStoryPINPerTelefono(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		elena := h.back(t, "elena")
		posted := slices.Concat(byPhone, []string{"Come ha avuto il PIN", "Per posta", "L'indirizzo di spedizione detto da chi chiede è quello giusto", "Sì"})
		elena.calledBy("PIN smarrito", bianchi)
		at := elena.page.Path
		elena.press("Spedisci un nuovo PIN", slices.Concat(byPhone, []string{"Come ha avuto il PIN", "Allo sportello"})...)
		elena.reads("Con questa risposta l'istanza non si può accogliere")
		elena.press("Spedisci un nuovo PIN", posted...)
		elena.reads("Il PIN è stato dato allo sportello")
		h.cameByPost(g)
		elena.open(at)
		elena.reads("Via Garibaldi")
		elena.press("Spedisci un nuovo PIN", posted...)
		elena.reads("Istanza accolta")
		h.lastMailIs("giulia@posta.example", "Un nuovo PIN per Sistema Piemonte arriva per posta")

		never := slices.Concat(byPhone, []string{"L'indirizzo di spedizione detto da chi chiede è quello giusto", "Sì", "Perché non è arrivata", "Smarrita dalla posta"})
		elena.calledBy("Lettera con il PIN non arrivata", bianchi)
		at = elena.page.Path
		elena.press("Spedisci un'altra lettera", never...)
		elena.reads("C'è già una lettera in partenza")
		lost := h.print(g)
		h.wait(15 * 24 * time.Hour)
		elena = h.back(t, "elena")
		elena.open(at)
		elena.press("Spedisci un'altra lettera", never...)
		elena.reads("Istanza accolta")
		fresh := h.print(g)
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale")
		giulia.press("Conferma", "PIN", lost)
		giulia.reads("Il PIN non corrisponde")
		giulia.press("Conferma", "PIN", fresh)
		giulia.reads("Con username, password e PIN")

		elena.calledBy("Lettera con il PIN non arrivata", bianchi)
		elena.press("Spedisci un'altra lettera", never...)
		elena.reads("Il PIN di questa lettera è già stato usato")
	})
}

// C10: a letter that came back is not sent again to the same address: somebody looks at it first. Who never had one is told so.
func TestLettersThatAreNotLost(t *testing.T) {
	h := newHouse(t)
	g := h.withCredentials()
	elena := h.back(t, "elena")
	never := slices.Concat(byPhone, []string{"L'indirizzo di spedizione detto da chi chiede è quello giusto", "Sì", "Perché non è arrivata", "Non si sa"})
	elena.calledBy("Lettera con il PIN non arrivata", bianchi)
	at := elena.page.Path
	elena.press("Spedisci un'altra lettera", never...)
	elena.reads("Nessuna lettera è mai partita")
	h.cameByPost(g)
	h.act(func(tx *store.Tx) error {
		list, err := tx.LettersOf(g.reg)
		if err != nil {
			return err
		}
		list[0].State, list[0].Cause, list[0].UsedAt = postal.Returned, postal.Causes[0], time.Time{}
		return tx.SaveLetter(list[0])
	})
	elena.open(at)
	elena.press("Spedisci un'altra lettera", never...)
	elena.reads("La lettera è tornata indietro")
}
