package web

import (
	"strings"
	"testing"

	"sportello/person"
	"sportello/registration"
)

// 001 §5.4: the credentials work until the citizen has signed at home; then they do not, the data are gone, and one may register again.
func TestStoryRevoca(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		old := h.strongly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.find(x)
		clerk.follow("Prenota")
		clerk.reads("Scelta dell'operazione", "Revoca")
		clerk.press("Prosegui", "Revoca", "sì")
		clerk.press("Prosegui", append([]string{"È presente una delega", "No"}, deVisu...)...)
		clerk.reads("Operazione da prenotare: Revoca")
		clerk.press("Prosegui")
		letter := h.textOf(clerk.pressed("Stampa codice", "Motivo della stampa", "Lo chiede il cittadino"))
		got := papers{taxCode: string(x.TaxCode), code: h.grabbed(letter, writtenCode)}
		if bare(h.grabbed(h.lastMail("Il tuo codice di revoca"), writtenCode)) != bare(got.code) {
			t.Error("letter and mail do not hold the same code")
		}
		clerk.textOf(clerk.pressed("Stampa riepilogo"))
		clerk.leave()
		clerk.sees(x, "Attivo", "Sì", "Revoca")
		giulia.isStrong("giulia.b85", old.pin)

		giulia.revoke(got)
		giulia.isOut("giulia.b85")
		clerk.find(x)
		clerk.reads("Nessuna registrazione trovata")

		again := clerk.register(x)
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")
		giulia.types(again)
		giulia.press("Accetta e continua", theTerms...)
		giulia.press("Attiva le credenziali", credentialsOf("giulia.b85")...)
		giulia.reads("Questo username è già stato usato")
		giulia.press("Attiva le credenziali", credentialsOf("giulia.di.nuovo")...)
		giulia.isStrong("giulia.di.nuovo", again.pin)
	})
}

// 001 §5.4.1: who represents the citizen books and signs the revoca.
func TestStoryRevocaConDelega(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, guardian := h.residents()[0], h.residents()[1]
		h.strongly(t, x, "giulia.b85")
		got := h.clerk(t, "anna", asl).bookRevocation(x, declared(guardian)...)
		h.home(x).revoke(got, "Agisco per conto di "+x.FullName()+", come da dichiarazione firmata allo sportello", "sì")
	})
}

// 001 §4.2.1 Caso 5: the code of a revoca is lost too, and made anew; the old one is dead.
func TestStoryCodiceDiRevocaSmarrito(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.strongly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		old := clerk.bookRevocation(x)
		clerk.find(x)
		clerk.follow("Rigenera codice attivazione")
		clerk.press("Rigenera codice", deVisu...)
		clerk.reads("Codice rigenerato.")
		got := old
		got.code = h.grabbed(h.textOf(clerk.pressed("Stampa codice", "Motivo della stampa", "Lo chiede il cittadino")), writtenCode)
		if bare(h.grabbed(h.lastMail("Il tuo codice di revoca"), writtenCode)) != bare(got.code) || got.code == old.code {
			t.Error("letter and mail do not hold the same new code")
		}
		clerk.leave()
		giulia.open("/revoca")
		giulia.press("Avanti", "Codice fiscale", old.taxCode, "Codice di revoca", old.code)
		giulia.reads("Codici non riconosciuti")
		giulia.revoke(got)
		giulia.isOut("giulia.b85")
	})
}

// 001 §5.6: everybody registered is found, wherever they live; the new residence is within the operator's competence.
func TestStoryCambioResidenza(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		h.planted(x, registration.Active, true, func(p *person.Person) {
			p.Residence = person.Residence{Address: "Via Appia", Number: "9", Province: "RM", Comune: "H501", PostalCode: "00179"}
		})
		clerk.mayUse(x)
		clerk.reads("Residente fuori competenza")
		clerk.menu()
		clerk.follow("Cambio residenza")
		clerk.press("Cerca", "Codice fiscale", string(x.TaxCode))
		clerk.reads(x.Surname, "Via Appia", "Roma")
		clerk.press("Modifica residenza")
		if got, _ := clerk.holds("Indirizzo"); got != "Via Appia" {
			t.Errorf("the address is not the one on record: %q", got)
		}
		if offered := labels(clerk.page.Selection, "#residenza-provincia option"); offered != "Scegli | Alessandria | Asti | Biella | Cuneo | Novara | Torino | Verbano-Cusio-Ossola | Vercelli | STATO ESTERO" {
			t.Errorf("provinces: %s", offered)
		}
		clerk.press("Aggiorna i comuni", "Provincia", "Torino")
		clerk.press("Salva modifica residenza", "Comune", "Torino", "Indirizzo", "Via Po", "Numero civico", "1", "CAP", "10124")
		clerk.reads("Via Appia", "Via Po")
		clerk.press("Termina e aggiorna")
		clerk.reads("Menu iniziale", "Residenza aggiornata")
		clerk.mayUse(x, "Modifica", "Prenota", "Recupero username")
		clerk.detail(x)
		clerk.reads("Via Po", "Torino")
	})
}

// 001 §5.7.1: after riscontro de visu the operator says the username aloud; it then works with the password that was not lost.
func TestStoryRecuperoUsername(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		got := h.strongly(t, x, "giulia.b85")
		clerk := h.clerk(t, "anna", asl)
		clerk.edit(x, "Rilasciato da", "Comune di Asti")
		clerk.find(x)
		clerk.follow("Recupero username")
		clerk.misses("giulia.b85")
		clerk.press("Mostra lo username")
		clerk.misses("giulia.b85")
		clerk.press("Mostra lo username", deVisu[:6]...)
		clerk.reads("giulia.b85", "a voce")
		h.home(x).isStrong("giulia.b85", got.pin)
	})
}

// Who holds credentials and has no e-mail is not told of a revoca: a colleague prints its code (decisions/0020).
func TestStoryRevocaSenzaEmail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.planted(x, registration.Active, true, func(p *person.Person) { p.Contacts = person.Contacts{NoEmail: true} })
		anna, bruno := h.clerk(t, "anna", asl), h.clerk(t, "bruno", asl)
		anna.prepare(x, "Revoca")
		anna.reads("la lettera la stampa un altro operatore")
		anna.press("Prosegui")
		stampa := anna.page.Path
		anna.pressed("Stampa riepilogo")
		anna.keepsAt(stampa)
		anna.open(stampa)
		anna.reads("Lo stampa un altro operatore dello stesso ente")
		if p := anna.post(stampa + "/codice"); p.Status != 403 || !strings.Contains(p.said(), "Serve un secondo operatore") {
			t.Errorf("printed alone: %d", p.Status)
		}
		bruno.open(stampa)
		code := bruno.grabbed(bruno.textOf(bruno.pressed("Stampa codice")), writtenCode)
		anna.open(stampa)
		anna.press("Torna al menu")
		home := h.home(x)
		home.open("/revoca")
		home.press("Avanti", "Codice fiscale", string(x.TaxCode), "Codice di revoca", code)
		home.reads("Che cosa cancelliamo", x.Surname)
	})
}
