package main

import (
	"strings"

	"sportello/registration"
	"sportello/web"
)

// citizenPages are those that everybody reads in their language.
func (r *tour) citizenPages(lang string) {
	in := *r
	in.lang = lang
	in.part("public pages in "+lang, "/", (*tour).publicPages)
	in.part("activation in "+lang, "/attivazione", (*tour).activation)
	in.part("weak activation in "+lang, "/attivazione", (*tour).weakActivation)
	for _, c := range in.walk.demo().Citizens[:2] {
		in.part("log-in in "+lang+", "+c.Strength, "/accesso", func(r *tour) { r.citizen(c) })
	}
}

func (r *tour) publicPages() {
	r.look("inizio")
	r.open("/privacy", "privacy")
	r.open("/regolamento", "regolamento")
	r.open("/note-legali", "note-legali")
	r.open("/accessibilita", "accessibilita")
	r.open("/non-esiste", "non-trovata")
	r.open("/uscita", "non-si-apre")
	if r.lang == "it" {
		r.open("/demo", "demo") // in one language
	}
}

// issued is somebody new who comes home from a desk with the codes.
func (r *tour) issued(ente int) issued {
	r.t.Helper()
	i, err := r.demo.seeded.register(ente)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

func (r *tour) codes(i issued) {
	r.t.Helper()
	r.Go(r.base + "/attivazione")
	r.Fill(r.word("Codice fiscale"), string(i.person.TaxCode))
	r.Fill(r.word("Codice di attivazione"), i.code)
	r.Fill("PIN", i.pin)
	r.Follow(r.word("Avanti"))
}

// accept comes from the Regolamento to the choice of username and password.
func (r *tour) accept() {
	r.t.Helper()
	r.Tick(r.word("Ho letto e accetto il regolamento (versione %s)", "1.0"))
	r.Tick(r.word("Ho letto l'informativa sulla privacy (versione %s)", "1.0"))
	r.Follow(r.word("Accetta e continua"))
}

func (r *tour) choose(username string) {
	r.t.Helper()
	r.Fill("Username", username)
	r.Fill("Password", password)
	r.Fill(r.word("Ripeti la password"), password)
	r.Choose(r.word("Domanda"), r.word("Scrivo io la domanda"))
	r.Fill(r.word("La tua domanda"), "Dove sono i tigli?")
	r.Fill(r.word("Risposta"), "in fondo al viale")
	r.Follow(r.word("Attiva le credenziali"))
}

func (r *tour) activation() {
	r.look("attivazione")
	r.follow(r.word("Avanti"), "attivazione-vuota")
	late := r.issued(asl)
	if err := r.demo.seeded.book(late.number, registration.StrongVerification, asl); err != nil {
		r.t.Fatal(err)
	}
	r.codes(late)
	r.look("attivazione-codice-che-non-vale-piu")
	i := r.issued(asl)
	wrong := i
	wrong.pin = "2222-2222"
	r.codes(wrong)
	r.look("attivazione-codici-sbagliati")
	r.codes(i)
	r.look("attivazione-regolamento")
	r.Click(r.word("Leggi il testo completo del regolamento"))
	r.look("attivazione-regolamento-per-intero")
	r.follow(r.word("Non accetto"), "attivazione-non-accetto")
	r.Follow(r.word("Torna al regolamento"))
	r.follow(r.word("Accetta e continua"), "attivazione-regolamento-errori")
	r.accept()
	r.look("attivazione-credenziali")
	r.Fill("Username", i.person.Contacts.Email)
	r.Fill("Password", "password")
	r.follow(r.word("Attiva le credenziali"), "attivazione-credenziali-errori")
	r.choose("tigli." + r.lang)
	r.look("attivazione-fine")
	r.Follow(r.word("Ho finito"))
	r.open("/attivazione/fine", "attivazione-ricomincia")
}

func (r *tour) weakActivation() {
	r.codes(r.issued(comune))
	r.accept()
	r.choose("debole." + r.lang)
	r.look("attivazione-fine-debole")
}

// citizen logs in and asks what the credentials are worth, without the PIN and with it.
func (r *tour) citizen(c web.DemoCitizen) {
	kind := "-" + strings.TrimPrefix(c.Strength, "credenziali ")
	r.look("accesso" + kind)
	r.follow(r.word("Entra"), "accesso-vuoto"+kind)
	r.Fill("Username", c.Username)
	r.Fill("Password", "sbagliata")
	r.follow(r.word("Entra"), "accesso-errore"+kind)
	r.Fill("Password", c.Password)
	r.Follow(r.word("Entra"))
	r.look("area-personale" + kind)
	r.open("/verifica-credenziali", "verifica-pin"+kind)
	r.Fill("PIN", "2222-2222")
	r.follow(r.word("Conferma"), "verifica-pin-errore"+kind)
	r.Fill("PIN", c.PIN)
	r.follow(r.word("Conferma"), "verifica"+kind)
	r.open("/area-personale", "area-personale-con-pin"+kind)
	r.follow(r.word("Esci"), "uscita"+kind)
}
