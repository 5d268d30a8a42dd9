package main

import (
	"sportello/registration"
	"sportello/web"
)

// edits sees the pages of Modifica, Cambio residenza, Recupero username.
func (r *tour) edits() {
	r.enter("sportello")
	known := r.registered("attivo")
	r.open("/sportello/gestione/"+known.Number, "gestione-prima-della-modifica")
	r.follow("Modifica di "+known.Name+" "+known.Surname, "modifica")
	r.Fill("E-mail", "qualcuno@postacertificata.gov.it")
	r.Fill("Nome", "")
	r.follow("Prosegui", "modifica-errori")
	r.Go(r.base + "/sportello/gestione/" + known.Number + "/modifica?ritorno=prenota")
	r.Tick("Visto il documento d'identità, originale e in corso di validità")
	r.follow("Prosegui", "modifica-conferma-senza-modifiche")
	r.Follow("Indietro")
	r.Choose("Provincia", "STATO ESTERO")
	r.follow("Aggiorna i comuni", "modifica-estero")
	r.Go(r.base + "/sportello/gestione/" + known.Number + "/modifica")
	r.Fill("Indirizzo", "Via Giuseppe Verdi")
	r.Fill("Numero civico", "12")
	r.Fill("E-mail", "indirizzo.nuovo@posta.example")
	r.Tick("Visto il documento d'identità, originale e in corso di validità")
	r.follow("Prosegui", "modifica-conferma")
	r.follow("Termina e aggiorna", "modifica-fatta")
	r.username(known)
	r.move(known)
}

// registered is somebody of the demo in a state.
func (r *tour) registered(state string) web.DemoRegistration {
	r.t.Helper()
	for _, x := range r.walk.demo().Registrations {
		if x.State == state {
			return x
		}
	}
	r.t.Fatalf("nobody is %s", state)
	return web.DemoRegistration{}
}

func (r *tour) username(x web.DemoRegistration) {
	r.open("/sportello/gestione/"+x.Number, "gestione-recupero-username")
	r.follow("Recupero username", "username")
	r.follow("Mostra lo username", "username-errori")
	r.Tick("Visto il documento d'identità, originale e in corso di validità")
	r.Tick("Vista la tessera sanitaria con il codice fiscale, in corso di validità")
	r.Tick("Eseguito il riscontro de visu")
	r.follow("Mostra lo username", "username-da-dire")
	r.Follow("Fatto, torna al cittadino")
	rejected := r.registered(string(registration.Rejected))
	r.open("/sportello/gestione/"+rejected.Number+"/username", "username-non-disponibile")
}

// recode is Cambio codice fiscale, which a responsabile does.
func (r *tour) recode() {
	r.enter("responsabile")
	x := r.registered("attivo")
	r.open("/sportello/gestione/"+x.Number+"/dettaglio", "dettaglio-responsabile")
	r.follow("Cambio codice fiscale", "codice-fiscale")
	r.follow("Prosegui", "codice-fiscale-errori")
	r.Fill("Codice fiscale nuovo", "RSSMRA80A01H501U")
	r.Tick("L'Agenzia delle Entrate ha dato al cittadino un codice nuovo (omocodia, dati rettificati, codice definitivo al posto del provvisorio)")
	r.Choose("Prova del codice nuovo", "Tessera sanitaria")
	r.Fill("Motivo", "Nuova tessera sanitaria ricevuta a casa")
	r.Tick("Visto il documento d'identità, originale e in corso di validità")
	r.Tick("Archiviata la copia della prova")
	r.follow("Prosegui", "codice-fiscale-non-corrisponde")
	r.Fill("Perché il codice fiscale non corrisponde ai dati", "Attribuito con dati diversi, come da certificato")
	r.follow("Prosegui", "codice-fiscale-conferma")

	waits := r.walk.demo().Citizens[2].Number // of a community that asks for two
	r.open("/sportello/gestione/"+waits+"/dettaglio", "dettaglio-codice-fiscale-proposto")
	r.follow("Codice fiscale proposto", "codice-fiscale-proposto")
	r.follow("Conferma il cambio", "codice-fiscale-proposto-errore")
	r.open("/sportello/lavori", "lavori-codici-fiscali")
}

func (r *tour) move(x web.DemoRegistration) {
	r.open("/sportello/cambio-residenza", "residenza-ricerca")
	r.follow("Cerca", "residenza-ricerca-errori")
	r.open("/sportello/cambio-residenza/"+x.Number, "residenza-trovata")
	r.follow("Modifica residenza", "residenza-modulo")
	r.Fill("Indirizzo", "")
	r.follow("Salva modifica residenza", "residenza-errori")
	r.Fill("Indirizzo", "Corso Vittorio Emanuele II")
	r.Fill("Numero civico", "7 bis")
	r.follow("Salva modifica residenza", "residenza-conferma")
	r.follow("Termina e aggiorna", "residenza-fatta")
}
