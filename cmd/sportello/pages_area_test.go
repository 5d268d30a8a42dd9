package main

import (
	"regexp"
	"time"
)

// signedIn is somebody with credentials who has logged in with username and password.
func (r *tour) signedIn(username string) issued {
	r.t.Helper()
	i := r.issued(asl)
	if err := r.demo.seeded.activate(i, username); err != nil {
		r.t.Fatal(err)
	}
	r.signIn(username, citizenPassword)
	return i
}

func (r *tour) signIn(username, with string) {
	r.t.Helper()
	r.Go(r.base + "/accesso")
	r.Fill(r.word("Username"), username)
	r.Fill(r.word("Password"), with)
	r.Follow(r.word("Entra"))
}

// area sees the personal area.
func (r *tour) area() {
	name := "area." + r.lang
	i := r.signedIn(name)
	r.Follow(r.word("Esci"))
	r.signIn(name, "sbagliata")
	r.signIn(name, citizenPassword)
	r.look("area-riepilogo")
	r.open("/area-personale/dati", "area-dati")
	r.open("/area-personale/consultazioni", "area-consultazioni")
	r.open("/area-personale/consultazioni?prima=1", "area-consultazioni-piu-vecchie")
	r.open("/area-personale/accessi", "area-accessi")
	r.follow(r.word("Non sono stato io"), "area-accesso-segnalato")
	r.open("/area-personale/accessi?prima=1", "area-accessi-piu-vecchi")
	r.open("/area-personale/operazioni", "area-operazioni")
	r.open("/area-personale/copia", "area-copia")
	r.Fill("PIN", i.pin)
	r.follow(r.word("Conferma"), "area-copia-con-pin")
	r.secrets(name)
	r.contacts()
	r.lost(name)
}

// secrets sees what changes or ends credentials.
func (r *tour) secrets(name string) {
	r.open("/area-personale/credenziali", "area-credenziali")
	r.open("/area-personale/password", "area-password")
	r.follow(r.word("Cambia la password"), "area-password-vuota")
	r.Fill(r.word("Password di adesso"), "sbagliata")
	r.Fill(r.word("Nuova password"), password)
	r.Fill(r.word("Ripeti la nuova password"), password)
	r.follow(r.word("Cambia la password"), "area-password-errore")
	r.Fill(r.word("Password di adesso"), citizenPassword)
	r.Fill(r.word("Nuova password"), password)
	r.Fill(r.word("Ripeti la nuova password"), password)
	r.follow(r.word("Cambia la password"), "area-password-cambiata")
	r.open("/area-personale/revoca", "area-revoca-con-pin")
	r.Follow(r.word("Esci"))
	r.signIn(name, password)
	r.open("/area-personale/revoca", "area-revoca")
	r.follow(r.word("Mandami il codice di revoca"), "area-revoca-codice")
}

// contacts changes the e-mail address and the domicile.
func (r *tour) contacts() {
	r.open("/area-personale/contatti", "area-contatti")
	r.Tick(r.word("Voglio ricevere le lettere a un indirizzo diverso dalla residenza"))
	r.follow(r.word("Salva"), "area-contatti-errori")
	r.open("/area-personale/email", "area-email")
	r.Fill(r.word("Nuovo indirizzo e-mail"), "senza chiocciola")
	r.Fill(r.word("La tua password"), password)
	r.follow(r.word("Manda il messaggio di conferma"), "area-email-errore")
	r.Fill(r.word("Nuovo indirizzo e-mail"), "nuova."+r.lang+"@posta.example")
	r.Fill(r.word("La tua password"), password)
	r.follow(r.word("Manda il messaggio di conferma"), "area-email-da-confermare")
	r.open(r.mailed("nuova."+r.lang+"@posta.example"), "conferma-email")
	r.follow(r.word("Confermo, scrivetemi qui"), "conferma-email-fatto")
	r.open("/conferma-email", "conferma-email-usata")
}

// lost sees what there is for who has lost password or username.
func (r *tour) lost(name string) {
	r.open("/password-dimenticata", "password-dimenticata")
	r.follow(r.word("Avanti"), "password-dimenticata-vuota")
	i := r.issued(asl)
	if err := r.demo.seeded.activate(i, "persa."+r.lang); err != nil {
		r.t.Fatal(err)
	}
	r.Fill(r.word("Username"), "persa."+r.lang)
	r.Choose(r.word("La tua domanda segreta"), r.word("In quale via abitavi da bambino?"))
	r.Fill(r.word("Risposta"), "via dei Prati")
	r.follow(r.word("Avanti"), "password-dimenticata-inviata")
	r.open(r.mailed(i.person.Contacts.Email), "nuova-password")
	r.follow(r.word("Usa questa password"), "nuova-password-vuota")
	r.Fill(r.word("Nuova password"), password)
	r.Fill(r.word("Ripeti la nuova password"), password)
	r.follow(r.word("Usa questa password"), "nuova-password-scelta")
	r.open("/nuova-password", "nuova-password-usata")
	r.open("/username-dimenticato", "username-dimenticato")
	r.follow(r.word("Avanti"), "username-dimenticato-vuoto")
	r.Fill(r.word("Codice fiscale"), string(i.person.TaxCode))
	r.follow(r.word("Avanti"), "username-dimenticato-inviato")
}

var mailedLink = regexp.MustCompile(`/(?:conferma-email|nuova-password)/[A-Za-z0-9_-]+`)

// mailed is the path of the link that is mailed to an address.
func (r *tour) mailed(to string) string {
	r.t.Helper()
	for range 200 {
		for _, m := range r.demo.box.Mails() {
			if link := mailedLink.FindString(m.Text); m.To == to && link != "" {
				return link
			}
		}
		select {
		case <-r.t.Context().Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	r.t.Fatalf("no link is mailed to %s", to)
	return ""
}
