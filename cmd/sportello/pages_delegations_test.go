package main

import (
	"strings"

	"sportello/web"
)

// delegations sees the questions about a delegate and the pages of Modifica delega.
func (r *tour) delegations() {
	nobody := knownTo(r.walk.demo().People, "nessuno")
	r.enter("sportello")
	r.search(nobody[0])
	r.look("delega-assente")
	r.Tick("È presente una delega > Sì")
	r.look("delega-modulo")
	r.Choose("Tipo delega", "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma")
	r.look("delega-dichiarazione")
	r.Choose("A che titolo agisce", "Tutore")
	r.look("delega-tutore")
	r.follow("Prosegui", "delega-tutore-errori")
	r.Choose("A che titolo agisce", "Figlio o figlia")
	r.look("delega-figlio")

	known := knownTo(r.walk.demo().People, "CIA")
	r.search(known[4])
	r.complete(known[4], mailOf(known[4]))
	r.delegate(nobody[2])
	r.follow("Prosegui", "delega-conferma")
	r.Follow("Prosegui")
	r.papers("Genera pdf", "Stampa riepilogo")
	printed, _, _ := strings.Cut(r.URL(), "?")
	at := strings.Replace(strings.TrimPrefix(strings.TrimSuffix(printed, "/stampe"), r.base), "pratiche", "gestione", 1)
	r.Follow("Torna al menu")
	r.open(at+"/dettaglio", "dettaglio-con-delegato")
	r.open(at+"/delega", "modifica-delega")
	r.Fill("E-mail del delegato (facoltativo)", "senza chiocciola")
	r.follow("Prosegui", "modifica-delega-errori")
	r.Fill("E-mail del delegato (facoltativo)", "caio@posta.example")
	r.follow("Prosegui", "modifica-delega-conferma")
	r.follow("Conferma la modifica", "menu-delega-modificata")
	for _, x := range r.walk.demo().Registrations {
		if x.Operation != "" {
			r.open("/sportello/gestione/"+x.Number+"/delega", "modifica-delega-nessuna")
			break
		}
	}
}

// delegate fills in who comes with the Modulo delega.
func (r *tour) delegate(p web.DemoPerson) {
	r.t.Helper()
	r.Tick("È presente una delega > Sì")
	r.Choose("Tipo delega", "Modulo delega richiesta credenziali")
	for label, value := range map[string]string{"Nome del delegato": "Caio", "Cognome del delegato": "Semproni", "Codice fiscale del delegato": p.TaxCode,
		"Data di nascita del delegato > Giorno": "3", "Data di nascita del delegato > Mese": "5", "Data di nascita del delegato > Anno": "1970",
		"Numero documento identità del delegato": "CA12345BB", "Data rilascio del documento del delegato > Giorno": "4", "Data rilascio del documento del delegato > Mese": "5",
		"Data rilascio del documento del delegato > Anno": "2022", "Data di scadenza del documento del delegato > Giorno": "3", "Data di scadenza del documento del delegato > Mese": "5",
		"Data di scadenza del documento del delegato > Anno": "2032", "Ente rilascio del documento del delegato": "Comune di Torino"} {
		r.Fill(label, value)
	}
	r.Tick("Sesso del delegato > Maschio")
	r.Choose("Tipo documento identità del delegato", "Carta d'identità")
	for _, box := range []string{"Visto il documento d'identità del delegato, originale e in corso di validità", "Trattenuto l'originale firmato del modulo di delega o della dichiarazione",
		"Trattenuta la copia del documento d'identità del cittadino", "Archiviati il modulo di delega e le copie dei documenti"} {
		r.Tick(box)
	}
}
