package web

import (
	"slices"
	"strings"
	"testing"

	"sportello/person"
)

// 001 §5.1: a citizen who was never registered comes to the desk; the papers, the mail, and at home the attivazione.
func TestStoryRegistrazione(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		clerk.reads("Anna Ferrero", asl, "Registrazione utenti", "Gestione utenti", "Gestione servizi on line per il cittadino", "Cambio residenza")
		clerk.search(x)
		clerk.reads("Cittadino trovato in CIA")
		clerk.fill("È presente una delega", "No")
		clerk.reads("Lettera con il PIN", "Codice di attivazione", "Riepilogo dei dati", "Modulo pdf")
		if fse := labelled(clerk.page.Selection, "button[disabled]", "Apri il Fascicolo Sanitario (FSE)"); fse.Length() != 1 {
			t.Error("the FSE opens before the papers are printed")
		}
		terms := h.textOf(clerk.pressed("Modulo pdf"))
		for _, w := range []string{x.Surname, string(x.TaxCode), "23 novembre 2026"} {
			if !strings.Contains(terms, w) {
				t.Errorf("the Regolamento on paper lacks %q", w)
			}
		}
		stampa := clerk.page.Path
		got := clerk.handOver(x)
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")
		clerk.open(stampa)
		if fse := clerk.pressed("Apri il Fascicolo Sanitario (FSE)"); fse.Status != 200 {
			t.Errorf("the FSE after the papers: %d %s", fse.Status, fse.said())
		}

		giulia := h.home(x)
		giulia.activate(got, "giulia.b85")
		giulia.reads("Le tue credenziali sono attive", "Forti (imputabili)", "ASL Città di Esempio")
		h.lastMail("Le tue credenziali per Sistema Piemonte sono attive")
		giulia.isStrong("giulia.b85", got.pin)
		giulia.refusesCodes(got)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
		clerk.detail(x)
		clerk.reads("Stato registrazione Attivo", "Possesso PIN Sì", "Reg. forte Sì", "Data riscontro 23 novembre 2026", "Ente riscontro ASL Città di Esempio",
			"Username giulia.b85", "Data attivazione 23 novembre 2026", "Data promozione Nessuna", "Tipo operazione Riscontro forte", "S: conclusa con successo")
	})
}

// 001 §5.1: who may not open the FSE finds the other three functions (Caso 2), at the menu and after the papers.
func TestStorySenzaFSE(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "bruno", asl), h.residents()[0]
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
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
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

// 001 §5.1.2: who is not in CIA is looked for in AURA, and who is in neither is typed in; abroad are STATO ESTERO and ESTERO.
func TestStoryAnagrafi(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, known, unknown := h.clerk(t, "anna", asl), resident{h.People.AURA[0]}, resident{h.People.Neither[0]}
		clerk.search(known)
		clerk.reads("Letto da AURA")
		if got, locked := clerk.holds("Cognome"); got != known.Surname || locked {
			t.Errorf("surname %q, read only %v", got, locked)
		}
		for label, want := range map[string]string{"Codice fiscale": string(known.TaxCode), "Provincia": clerk.provinceName(known.Residence.Province), "Comune": clerk.comuneName(known.Residence.Comune)} {
			if got, locked := clerk.holds(label); got != want || !locked {
				t.Errorf("%s: %q, read only %v", label, got, locked)
			}
		}

		clerk.search(unknown)
		for _, label := range []string{"Nome", "Cognome", "Indirizzo", "CAP"} {
			if got, _ := clerk.holds(label); got != "" {
				t.Errorf("%s of somebody unknown: %q", label, got)
			}
		}

		clerk.menu()
		clerk.follow("Registrazione utenti")
		clerk.press("Aggiorna i comuni", "Codice fiscale", string(unknown.TaxCode), "Provincia di residenza", "STATO ESTERO")
		clerk.press("Prosegui", "Comune di residenza", "ESTERO")
		clerk.press("Prosegui", "Nome", "Ugo", "Città", "", "Nazione", "")
		clerk.reads("Città", "Nazione", "errori da correggere")
	})
}

// 001 §4.2: each filter of Gestione utenti by its label finds the citizen, and Annulla empties them.
func TestStoryGestioneUtenti(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		clerk.register(x)
		clerk.find(x)
		number := clean(clerk.page.Find("tbody td[data-titolo='Registrazione'] .codice-testo").Clone())
		for _, filters := range [][]string{
			{"Codice fiscale", string(x.TaxCode)[:6]},
			{"Cognome", x.Surname[:4]},
			{"Cognome", x.Surname, "Nome", x.Name[:3]},
			{"Cognome", x.Surname, "Community", "Sistema Piemonte"},
			{"Cognome", x.Surname, "Registrati dal", "1/11/2026", "Registrati fino al", "30/11/2026"},
			{"Cognome", x.Surname, "Stato di registrazione", "Riscontrato"},
			{"Cognome", x.Surname, "Registrazione forte", "No"},
			{"Numero registrazione", number},
		} {
			clerk.menu()
			clerk.follow("Gestione utenti")
			clerk.press("Cerca", filters...)
			clerk.reads(x.Surname+" "+x.Name, string(x.TaxCode), number, "Torino", "23 novembre 2026", "Sistema Piemonte", "Riscontrato", "Riscontro forte")
			clerk.follow("Annulla")
			if got, _ := clerk.holds(filters[0]); got != "" {
				t.Errorf("Annulla leaves %q", got)
			}
		}
		clerk.press("Cerca", "Cognome", x.Surname, "Stato di registrazione", "Attivo")
		clerk.reads("Nessuna registrazione trovata")
		clerk.press("Aggiorna i comuni", "Provincia di residenza", "Torino")
		clerk.press("Cerca", "Comune di residenza", "Torino", "Cognome", x.Surname, "Stato di registrazione", "Tutti")
		clerk.reads(string(x.TaxCode))
	})
}

// 001 §5.1.2.3 Variante 3: credentials of an obsolete process, outside the database, are cancelled on a signed request; then one registers.
func TestStoryVecchieCredenziali(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		account := h.Registry.AddAccount(x.TaxCode, "Torinofacile")
		clerk.search(x)
		clerk.reads("non si possono promuovere", "Torinofacile")
		if request := h.textOf(clerk.pressed("Genera pdf")); !strings.Contains(request, string(x.TaxCode)) {
			t.Errorf("the request lacks the tax code:\n%s", request)
		}
		clerk.press("Cancella account")
		if h.Registry.Closed(account) || clerk.page.Status != 422 {
			t.Errorf("without the signed request: %d", clerk.page.Status)
		}
		clerk.press("Cancella account", "Il cittadino ha firmato la richiesta e l'originale è archiviato", "sì")
		clerk.press("Prosegui")
		clerk.reads("Il vecchio account è cancellato")
		if !h.Registry.Closed(account) {
			t.Error("the directory still has the account")
		}
		clerk.follow("Prosegui")
		got := clerk.register(x)
		h.home(x).activate(got, "giulia.b85")
	})
}

// Who has a single name is registered with it, on an explicit tick: the codice fiscale has three X for the other (DM 23-12-1976).
func TestStoryUnSoloNome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	x := h.residents()[0]
	x.Surname, x.Name, x.BirthDate, x.Sex = "Suhartini", "", "1988-05-14", person.Female
	x.TaxCode = person.ComputeTaxCode(x.Surname, x.Name, x.BirthDate, x.Sex, "Z126")
	anna := h.clerk(t, "anna", asl)
	anna.search(x)
	form := slices.Concat([]string{"Cognome", x.Surname, "Data di nascita", slashed(x.BirthDate), "Sesso", "Femmina", "Indirizzo", "Via Roma", "Numero civico", "1", "CAP", "10121",
		"Numero della carta d'identità", "CA12345AB", "Data di rilascio", "4/5/2024", "E-mail", citizensMail, "Rilasciato da", "Comune di Torino", "Data di scadenza", "14/5/2034"}, deVisu)
	anna.press("Prosegui", form...)
	anna.reads("Nome: Campo obbligatorio")
	anna.press("Prosegui", "La persona non ha nome", "sì", "La persona non ha cognome", "sì")
	anna.reads("Qui c'è un cognome: togliere la spunta")
	anna.press("Prosegui", "La persona non ha cognome", "")
	anna.reads("Conferma", "La persona non ha nome", "Suhartini")
	anna.press("Prosegui")
	got := anna.handOver(x)
	anna.edit(x, "Numero civico", "2") // the form knows that there is no name
	h.home(x).activate(got, "suhartini.88")
	anna.find(x)
	anna.reads("Suhartini", "Attivo")
}
