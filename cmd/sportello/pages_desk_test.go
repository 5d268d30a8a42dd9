package main

import (
	"net/http"
	"strings"

	"sportello/mail/mailbox"
	"sportello/web"
)

// registrationPages are those of entering and registering.
func (r *tour) registrationPages() {
	r.part("first log-in", "/sportello", (*tour).enrolment)
	r.part("log-in for two enti", "/sportello/accesso", (*tour).twoEnti)
	r.part("registration", "/sportello/accesso", (*tour).registration)
	r.part("FSE", "/sportello/accesso", (*tour).health)
	r.part("lavori e statistiche", "/sportello/accesso", (*tour).work)
}

// managementPages are what a clerk does with somebody who is registered. An operator with papers to print does nothing else: what one does is done in
// one tour.
func (r *tour) managementPages() {
	r.part("Gestione utenti", "/sportello/accesso", (*tour).management)
	r.part("Prenota", "/sportello/accesso", (*tour).booking)
	r.part("Rigenera codice", "/sportello/accesso", (*tour).renewals)
	r.part("Modifica, Cambio residenza, Recupero username", "/sportello/accesso", (*tour).edits)
	r.part("Cambio codice fiscale", "/sportello/accesso", (*tour).recode)
	r.part("Modifica delega", "/sportello/accesso", (*tour).delegations)
	r.part("account obsoleti", "/sportello/accesso", (*tour).accounts)
}

// officePages are those of the offices behind the desk.
func (r *tour) officePages() {
	r.part("roles", "/sportello/accesso", (*tour).roles)
	r.part("amministrazione", "/sportello/accesso", (*tour).administration)
	r.part("importazione", "/sportello/accesso", (*tour).imports)
	r.part("assistenza", "/sportello/accesso", (*tour).helpdesk)
	r.part("posta", "/sportello/accesso", (*tour).post)
}

func (r *tour) enrolment() {
	r.look("accesso-operatore")
	r.follow("Prosegui", "accesso-operatore-vuoti")
	r.Fill("Username", "nuovo")
	r.Fill("Password", "sbagliata")
	r.follow("Prosegui", "accesso-operatore-errore")
	r.name("nuovo")
	r.look("attivazione-operatore")
	r.Fill("Codice mostrato dall'app", "12")
	r.follow("Prosegui", "attivazione-operatore-errore")
	r.Fill("Codice mostrato dall'app", r.code(strings.ReplaceAll(r.Text("#chiave"), " ", "")))
	r.follow("Prosegui", "codici-di-recupero")
	r.follow("Prosegui", "codici-di-recupero-errore")
	r.Tick("Ho conservato i codici di recupero")
	r.follow("Prosegui", "menu-appena-entrato")
	r.follow("Esci", "uscita-operatore")
}

func (r *tour) twoEnti() {
	r.name("due.enti")
	r.look("accesso-operatore-codice")
	r.Fill("Codice", "000000")
	r.follow("Accedi", "accesso-operatore-codice-errore")
	r.Fill("Codice", r.code(r.operator("due.enti").TOTPSecret))
	r.follow("Accedi", "scelta-ente")
	r.follow("Prosegui", "scelta-ente-errore")
	r.Tick("ASR Colline Inventate")
	r.follow("Prosegui", "menu-fse")
	r.open("/sportello/accesso/conferma", "conferma-operatore")
	r.follow("Conferma", "conferma-operatore-vuota")
}

// roles sees the menu of each role, and what a role may not open.
func (r *tour) roles() {
	for _, username := range []string{"assistenza", "revisore", "amministratore"} {
		r.part(username, "/sportello/accesso", func(r *tour) {
			r.enter(username)
			r.look("menu-" + username)
			r.open("/sportello/registrazione", "vietato-"+username)
			if r.Status() != http.StatusForbidden {
				r.t.Errorf("%s opens Registrazione utenti: %d", username, r.Status())
			}
		})
	}
}

// registration walks through Registrazione utenti, with all the ways in which its pages can look.
func (r *tour) registration() {
	people := r.walk.demo().People
	known, aura, nobody := knownTo(people, "CIA"), knownTo(people, "AURA"), knownTo(people, "nessuno")
	r.enter("sportello.fse")
	r.open("/sportello/registrazione", "ricerca")
	r.follow("Prosegui", "ricerca-vuota")
	r.refusals(knownTo(people, "deceduto")[0].TaxCode)

	r.search(aura[0])
	r.look("dati-aura")
	r.search(nobody[0])
	r.look("dati-senza-anagrafe")
	r.follow("Prosegui", "dati-errori")
	r.abroad(nobody[1])
	r.search(known[0])
	r.look("dati-cia")
	r.Tick("È presente una delega > Sì")
	r.Tick("Altro documento")
	r.Tick("Ricevere le comunicazioni a un indirizzo diverso da quello di residenza")
	r.look("dati-tutto-aperto")
	r.follow("Prosegui", "dati-tutto-aperto-errori")
	r.CheckKeyboard()

	r.normal(known[0])
	r.withoutMail(known[1])
	r.mailFails(known[2])
}

// refusals are the pages that stop a registration (001 §5.1.2).
func (r *tour) refusals(deceased string) {
	for name, taxCode := range map[string]string{"deceduto": deceased, "credenziali-forti": r.walk.demo().Citizens[0].TaxCode, "registrato": r.walk.demo().Citizens[1].TaxCode} {
		r.Go(r.base + "/sportello/registrazione")
		r.place(web.DemoPerson{TaxCode: taxCode, ComuneName: "Torino"})
		r.Follow("Prosegui")
		r.look("rifiuto-" + name)
	}
}

func (r *tour) place(p web.DemoPerson) {
	r.Fill("Codice fiscale", p.TaxCode)
	r.Choose("Provincia di residenza", "Torino")
	r.Follow("Aggiorna i comuni")
	r.Choose("Comune di residenza", p.ComuneName)
}

// search comes to the form of a person.
func (r *tour) search(p web.DemoPerson) {
	r.t.Helper()
	r.Go(r.base + "/sportello/registrazione")
	r.place(p)
	r.Follow("Prosegui")
	r.MustHave("Informazioni personali")
}

func (r *tour) abroad(p web.DemoPerson) {
	r.Go(r.base + "/sportello/registrazione")
	r.Fill("Codice fiscale", p.TaxCode)
	r.Choose("Provincia di residenza", "STATO ESTERO")
	r.Follow("Aggiorna i comuni")
	r.look("ricerca-estero")
	r.Follow("Prosegui")
	r.look("dati-estero")
}

// normal is a registration as most are.
func (r *tour) normal(p web.DemoPerson) {
	r.search(p)
	r.complete(p, mailOf(p))
	r.follow("Prosegui", "conferma")
	r.follow("Prosegui", "stampa")
	r.papers("Genera pdf", "Stampa riepilogo")
	r.look("stampa-fatta")
	r.follow("Torna al menu", "menu-dopo-la-consegna")
}

func mailOf(p web.DemoPerson) string { return strings.ToLower(p.TaxCode) + "@posta.example" }

// papers prints, and reads the page again.
func (r *tour) papers(buttons ...string) {
	r.t.Helper()
	for _, b := range buttons {
		pdfText(r.t, r.Fetch(b))
	}
	r.Follow("aggiorna lo stato dei documenti")
}

func (r *tour) withoutMail(p web.DemoPerson) {
	r.search(p)
	r.complete(p, "")
	r.Tick("Il cittadino non ha un indirizzo e-mail")
	r.Follow("Prosegui")
	r.follow("Prosegui", "stampa-senza-e-mail")
	r.papers("Genera pdf", "Stampa riepilogo", "Stampa codice")
	r.look("stampa-senza-e-mail-fatta")
	r.Follow("Torna al menu")
}

// mailFails is a registration with something to check again, whose mail nobody takes, and whose papers a supervisor may release.
func (r *tour) mailFails(p web.DemoPerson) {
	r.search(p)
	r.demo.box.Fail(mailOf(p), mailbox.Unknown)
	r.complete(p, mailOf(p))
	r.Fill("Cognome", "Zuzzurro "+p.Surname)
	r.follow("Prosegui", "dati-codice-fiscale-diverso")
	r.Fill("Perché il codice fiscale non corrisponde ai dati", "Cognome scritto male all'anagrafe")
	r.follow("Prosegui", "conferma-da-ricontrollare")
	r.Follow("Prosegui")
	for !strings.Contains(r.Text("main"), "Non consegnabile") {
		r.Reload()
	}
	r.look("stampa-e-mail-non-consegnata")
	print := strings.TrimPrefix(r.URL(), r.base)
	r.part("release", "/sportello/accesso", func(r *tour) {
		r.enter("responsabile")
		r.look("menu-responsabile")
		r.open(strings.TrimSuffix(strings.Replace(print, "pratiche", "gestione", 1), "/stampe")+"/dettaglio", "dettaglio-con-codice")
		r.Click("Leggere il codice dell'operazione in corso")
		r.follow("Leggi il codice", "dettaglio-lettura-errore")
		r.Fill("Motivo della lettura", "Il cittadino è al telefono e non trova la lettera")
		r.follow("Leggi il codice", "codice-letto")
		r.open(print, "stampa-di-un-collega")
		r.Click("Sblocca le stampe")
		r.follow("Annulla l'operazione e sblocca", "stampa-sblocco-errore")
	})
	r.papers("Genera pdf", "Stampa riepilogo")
	r.Follow("Torna al menu")
	r.open(strings.Replace(print, "pratiche", "gestione", 1)[:len(print)-len("/stampe")]+"/dettaglio", "dettaglio-e-mail-non-consegnata")
}

// export is what a supervisor finds below the list.
func (r *tour) export() {
	r.enter("responsabile")
	r.Go(r.base + "/sportello/gestione")
	r.Fill("Nome", "a")
	r.Follow("Cerca")
	r.Click("Esportare i risultati (CSV)")
	r.follow("Esporta", "gestione-esportazione-errore")
}

func (r *tour) management() {
	r.enter("sportello")
	r.look("menu")
	r.open("/sportello/gestione", "gestione")
	r.follow("Cerca", "gestione-senza-filtri")
	r.Fill("Numero registrazione", "0000000001")
	r.follow("Cerca", "gestione-numero-sbagliato")
	r.Fill("Numero registrazione", "")
	r.Fill("Cognome", "Zzz")
	r.follow("Cerca", "gestione-nessuno")
	r.follow("Annulla", "gestione-annullata")
	r.Fill("Codice fiscale", r.walk.demo().Citizens[0].TaxCode)
	r.follow("Cerca", "gestione-trovata")
	r.open("/sportello/gestione/"+r.walk.demo().Registrations[0].Number, "gestione-selezionata")
	r.Fill("Nome", "a")
	r.follow("Cerca", "gestione-elenco")
	r.follow("Registrazione", "gestione-per-data")
	r.open("/sportello/gestione", "gestione-vuota")
	r.Click("Altri filtri: community, residenza, data, stato, registrazione forte")
	r.Choose("Provincia di residenza", "Torino")
	r.follow("Aggiorna i comuni", "gestione-comuni")
	r.Choose("Comune di residenza", "Torino")
	r.Tick("Registrazione forte > Sì")
	r.follow("Cerca", "gestione-altri-filtri")
	r.open("/sportello/gestione?ricerca=niente", "gestione-ricerca-scaduta")
	r.part("export", "/sportello/accesso", (*tour).export)
	looked := map[string]bool{}
	for _, x := range r.walk.demo().Registrations {
		parts := []string{"dettaglio", x.State, map[bool]string{true: "forte", false: "debole"}[x.Strong], strings.ReplaceAll(strings.ToLower(x.Operation), " ", "-")}
		name := strings.TrimSuffix(strings.Join(parts, "-"), "-")
		if !looked[name] {
			r.open("/sportello/gestione/"+x.Number+"/dettaglio", name)
		}
		looked[name] = true
	}
	r.open("/sportello/gestione/0000000000", "pratica-non-trovata")
	r.open("/sportello/esci", "non-si-apre-operatore")
}
