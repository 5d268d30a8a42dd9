package web

import "testing"

// 001 §5.1: a citizen who was never registered comes to the desk; the papers, the mail, and at home the attivazione.
func TestStoryRegistrazione(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", "ASL Città di Esempio"), h.residents()[0]
		clerk.reads("Registrazione utenti", "Gestione utenti", "Gestione servizi on line per il cittadino", "Cambio residenza")
		clerk.search(x)
		clerk.reads("Cittadino trovato in CIA")
		clerk.fill("È presente una delega", "No")
		clerk.reads("Lettera con il PIN", "Codice di attivazione", "Riepilogo dei dati", "Modulo pdf")
		got := clerk.handOver(x)
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")

		giulia := h.home(x)
		giulia.activate(got, "giulia.b85")
		giulia.reads("Le tue credenziali sono attive", "Forti (imputabili)", "ASL Città di Esempio")
		h.lastMail("Le tue credenziali per Sistema Piemonte sono attive")
		giulia.isStrong("giulia.b85", got.pin)
		giulia.refusesCodes(got)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
	})
}

// 001 §5.1: who may not open the FSE finds the other three functions (Caso 2), at the menu and after the papers.
func TestStorySenzaFSE(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "bruno", "ASL Città di Esempio"), h.residents()[0]
		clerk.misses("Gestione servizi on line per il cittadino", "Fascicolo")
		clerk.search(x)
		clerk.fill()
		clerk.misses("Fascicolo", "FSE)")
		clerk.handOver(x)
	})
}

// 001 §5.1.2.1 Variante 1, §5.1.2.2 Variante 2: strong already, and registered already, which leads to Gestione utenti with the citizen chosen.
func TestStoryGiaRegistrato(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", "ASL Città di Esempio"), h.residents()[0]
		got := clerk.register(x)
		clerk.search(x)
		clerk.reads("Il cittadino è già registrato")
		clerk.follow("Prosegui")
		clerk.reads("Gestione utenti", "Cittadino selezionato", x.Surname, string(x.TaxCode), "Prenota")

		h.home(x).activate(got, "giulia.b85")
		clerk.search(x)
		clerk.reads("Il cittadino possiede già credenziali forti")
	})
}
