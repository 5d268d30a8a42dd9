package web

import (
	"testing"

	"sportello/person"
	"sportello/registration"
)

const (
	asl    = "ASL Città di Esempio"
	comune = "Comune di Esempio"
)

// weakly registers a citizen at a comune and brings them to weak credentials (001 §4.2.1, Caso 4).
func (h *house) weakly(t *testing.T, x resident, username string) papers {
	t.Helper()
	got := h.clerk(t, "carla", comune).register(x)
	h.home(x).activate(got, username)
	return got
}

// strongly does so at an ASL, to strong ones (Caso 5).
func (h *house) strongly(t *testing.T, x resident, username string) papers {
	t.Helper()
	got := h.clerk(t, "anna", asl).register(x)
	h.home(x).activate(got, username)
	return got
}

// 001 §5.2.1: username and password stay, the PIN is new; what was weak becomes imputabile, at home and not before.
func TestStoryPromozione(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		old := h.weakly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.sees(x, "Attivo", "No", "Nessuna")
		got := clerk.book(x, "Promozione")
		clerk.sees(x, "Attivo", "No", "Promozione")
		giulia.isWeak("giulia.b85", old.pin)
		if giulia.pinWorks("giulia.b85", got.pin) {
			t.Error("the new PIN works before the citizen has signed")
		}

		giulia.confirm(got, "Accetta e promuovi le credenziali")
		giulia.reads("Le tue credenziali sono state promosse", "Username giulia.b85", "Forti (imputabili)")
		h.lastMail("Le tue credenziali per Sistema Piemonte sono ora imputabili")
		giulia.isStrong("giulia.b85", got.pin)
		if giulia.pinWorks("giulia.b85", old.pin) {
			t.Error("the old PIN works after the promozione")
		}
		giulia.refusesCodes(got)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
		clerk.detail(x)
		clerk.reads("Possesso PIN Sì", "Reg. forte Sì", "Ente riscontro ASL Città di Esempio", "Data promozione 23 novembre 2026", "Tipo operazione Promozione")
	})
}

// 001 §5.2.2: riscontrato and weak, without a full set of credentials; PIN and code of before are replaced.
func TestStoryRiscontroForte(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		old := h.clerk(t, "carla", comune).register(x)
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.sees(x, "Riscontrato", "No", "Riscontro")
		got := clerk.book(x, "Riscontro forte")
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")

		giulia.refusesCodes(old)
		giulia.activate(got, "giulia.b85")
		giulia.reads("Le tue credenziali sono attive", "Forti (imputabili)")
		h.lastMail("Le tue credenziali per Sistema Piemonte sono attive")
		giulia.isStrong("giulia.b85", got.pin)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
	})
}

// 001 §5.2.3: from weak and from strong credentials, another username, another password, another PIN; the old ones work until then.
func TestStoryReset(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		for i, before := range []struct {
			name, strong string
			gets         func(*house, *testing.T, resident, string) papers
			works        func(*home, string, string)
		}{{"debole", "No", (*house).weakly, (*home).isWeak}, {"forte", "Sì", (*house).strongly, (*home).isStrong}} {
			x, first, second := h.residents()[i], "prima."+before.name, "seconda."+before.name
			old := before.gets(h, t, x, first)
			clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
			got := clerk.book(x, "Reset")
			clerk.sees(x, "Attivo", before.strong, "Reset")
			before.works(giulia, first, old.pin)

			giulia.types(got)
			giulia.press("Accetta e continua", append([]string{"Confermo la revoca della vecchia utenza (username " + first + ")", "sì"}, theTerms...)...)
			giulia.press("Attiva le credenziali", credentialsOf(first)...)
			giulia.reads("scegline uno diverso")
			giulia.press("Attiva le credenziali", credentialsOf(second)...)
			giulia.reads("Le tue nuove credenziali sono attive", "Username "+second, "Forti (imputabili)")
			h.lastMail("Le tue credenziali per Sistema Piemonte sono state reimpostate")
			giulia.isOut(first)
			giulia.isStrong(second, got.pin)
			if giulia.pinWorks(second, old.pin) {
				t.Error("the old PIN works with the new credentials")
			}
			clerk.sees(x, "Attivo", "Sì", "Nessuna")
		}
	})
}

// 001 §5.2.4: the new PIN is active only when the citizen has accepted online; until then the old one is.
func TestStoryRigeneraPIN(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		old := h.strongly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		got := clerk.book(x, "Rigenera PIN")
		clerk.sees(x, "Attivo", "Sì", "Rigenera PIN")
		giulia.isStrong("giulia.b85", old.pin)
		if giulia.pinWorks("giulia.b85", got.pin) {
			t.Error("the new PIN works before the citizen has accepted")
		}
		giulia.confirm(got, "Accetta e attiva il PIN")
		giulia.reads("Il tuo nuovo PIN è attivo")
		h.lastMail("Il tuo nuovo PIN per Sistema Piemonte è attivo")
		giulia.isStrong("giulia.b85", got.pin)
		if giulia.pinWorks("giulia.b85", old.pin) {
			t.Error("the old PIN still works")
		}
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
	})
}

// 001 §5.2.5: the data are checked with Modifica, then Prenota; Indietro changes what was chosen.
func TestStoryPrenota(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.weakly(t, x, "giulia.b85")
		clerk := h.clerk(t, "anna", asl)
		clerk.find(x)
		clerk.follow("Modifica")
		clerk.press("Prosegui", deVisu[0], "sì", "E-mail", "giulia@postacertificata.gov.it")
		clerk.reads("postacertificata.gov.it")
		if clerk.page.Status != 422 {
			t.Errorf("a CEC-PAC address is taken: %d", clerk.page.Status)
		}
		clerk.edit(x, "Cellulare", "3331234567")
		if got := clerk.page.Find("h1").Text(); got != "Gestione utenti" {
			t.Errorf("after Termina e aggiorna: %s", got)
		}

		clerk.prepare(x, "Promozione")
		clerk.follow("Indietro")
		clerk.reads("È presente una delega")
		clerk.follow("Indietro")
		clerk.press("Prosegui", "Reset", "sì")
		clerk.press("Prosegui")
		clerk.reads("Operazione da prenotare: Reset")
		clerk.press("Prosegui")
		clerk.handOver(x)
		clerk.sees(x, "Attivo", "No", "Reset")
	})
}

// 001 §5.2.5 Attenzione: Promozione was booked instead of Reset; the new booking replaces it whole.
func TestStoryOperazioneErrata(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.weakly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		wrong := clerk.book(x, "Promozione")
		clerk.find(x)
		clerk.follow("Prenota")
		clerk.reads("C'è già un'operazione in corso", "Promozione")
		right := clerk.book(x, "Reset")
		clerk.sees(x, "Attivo", "No", "Reset")
		giulia.refusesCodes(wrong)
		giulia.activate(right, "giulia.nuova", "Confermo la revoca della vecchia utenza (username giulia.b85)", "sì")
		clerk.detail(x)
		clerk.reads("S: conclusa con successo", "D: non conclusa e scartata")
	})
}

// 001 §5.2.5.1 and the Punti di attenzione of §4.2.1: "Rilasciato da" and the e-mail are missing; Modifica, then one goes on.
func TestStoryDatiIncompleti(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.planted(x, registration.Active, false, func(p *person.Person) { p.Document.Issuer, p.Contacts = "", person.Contacts{} })
		clerk := h.clerk(t, "anna", asl)
		clerk.find(x)
		clerk.follow("Prenota")
		clerk.reads("Dati da completare prima di prenotare", "Rilasciato da", "E-mail")
		clerk.follow("Modifica i dati")
		clerk.press("Prosegui", deVisu[0], "sì", "Rilasciato da", "Comune di Torino", "E-mail", citizensMail)
		clerk.press("Termina e aggiorna")
		clerk.reads("Scelta dell'operazione", "Promozione", "Reset", "Revoca")
	})
}
