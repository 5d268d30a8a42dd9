package main

import (
	"regexp"
	"slices"
	"time"

	"sportello/audit"
	"sportello/person"
	"sportello/store"
)

// online sees the pages of who begins at home.
func (r *tour) online() {
	r.kept.Lock()
	x := r.demo.seeded.next()
	r.kept.Unlock()
	for _, door := range []string{"preregistrazione", "registrazione"} {
		x.Contacts.Email = door + "." + r.lang + "@posta.example"
		r.fromHome("/"+door, x)
	}
	r.completion()
}

// completion sees a weak member complete what is missing (B03).
func (r *tour) completion() {
	r.t.Helper()
	i, username := r.issued(comune), "completa."+r.lang
	if err := r.demo.seeded.activate(i, username); err != nil {
		r.t.Fatal(err)
	}
	err := r.demo.seeded.store.Act(r.t.Context(), system(audit.EditPerson), func(tx *store.Tx) error {
		reg, err := tx.RegistrationByNumber(i.number)
		if err != nil {
			return err
		}
		p, err := tx.Person(reg.Person)
		if err != nil {
			return err
		}
		p.Document.Issuer = ""
		return tx.SavePerson(p)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Go(r.base + "/bonifica")
	r.Fill(r.word("Username"), username)
	r.Fill(r.word("Password"), citizenPassword)
	r.Follow(r.word("Entra"))
	r.look("bonifica")
	r.follow(r.word("Completa e accetta"), "bonifica-errori")
	r.Fill(r.word("Rilasciato da"), "Comune di Torino")
	r.Fill("PIN", i.pin)
	r.agree()
	r.follow(r.word("Completa e accetta"), "bonifica-completa")
}

var linkInMail = regexp.MustCompile(`https?://\S+/conferma/[0-9a-f]{64}`)

// fromHome goes through a door, with all that can go wrong on the way.
func (r *tour) fromHome(door string, x person.Person) {
	r.t.Helper()
	name := door[1:]
	r.open(door, name)
	r.follow(r.word("Avanti"), name+"-informativa-errori")
	r.follow(r.word("Non voglio continuare"), name+"-rinuncia")
	r.open(door+"/controllo", name+"-ricomincia")
	r.Tick(r.word("Ho letto l'informativa sulla privacy (versione %s)", "1.0"))
	r.follow(r.word("Avanti"), name+"-dati")
	r.follow(r.word("Avanti"), name+"-dati-errori")
	r.ownData(x)
	r.look(name + "-residenza")
	r.Choose(r.word("Provincia"), "Torino")
	r.follow(r.word("Avanti"), name+"-residenza-errori")
	r.Choose(r.word("Provincia"), r.word("STATO ESTERO"))
	r.follow(r.word("Aggiorna i comuni"), name+"-residenza-estero")
	r.ownResidence(x)
	r.look(name + "-documento")
	r.follow(r.word("Avanti"), name+"-documento-errori")
	r.ownDocument(x)
	r.look(name + "-contatti")
	r.Fill(r.word("E-mail"), "non un indirizzo")
	r.follow(r.word("Avanti"), name+"-contatti-errori")
	r.Fill(r.word("E-mail"), x.Contacts.Email)
	r.follow(r.word("Avanti"), name+"-controllo")
	r.open(door, name+"-riprendi")
	r.Go(r.base + door + "/controllo")
	r.follow(r.word("Invia"), name+"-inviata")
	r.follow(r.word("Manda di nuovo il messaggio"), name+"-inviata-di-nuovo")
	r.link(door, name, x.Contacts.Email)
}

func (r *tour) ownData(x person.Person) {
	r.t.Helper()
	r.Fill(r.word("Nome"), x.Name)
	r.Fill(r.word("Cognome"), x.Surname)
	r.Fill(r.word("Codice fiscale"), string(x.TaxCode))
	r.date("Data di nascita", x.BirthDate)
	r.Tick(r.word(map[person.Sex]string{person.Female: "Femmina", person.Male: "Maschio"}[x.Sex]))
	r.Follow(r.word("Avanti"))
}

// date writes a day into the three fields of a date.
func (r *tour) date(label string, d person.Date) {
	r.t.Helper()
	day, month, year := d.Parts()
	for part, value := range map[string]string{"Giorno": day, "Mese": month, "Anno": year} {
		r.Fill(r.word(label)+" > "+r.word(part), value)
	}
}

func (r *tour) ownResidence(x person.Person) {
	r.t.Helper()
	place, _ := r.demo.desk.Places.Latest(x.Residence.Comune)
	r.Choose(r.word("Provincia"), "Torino")
	r.Follow(r.word("Aggiorna i comuni"))
	r.Fill(r.word("Indirizzo"), x.Residence.Address)
	r.Fill(r.word("Numero civico"), x.Residence.Number)
	r.Choose(r.word("Comune"), place.Name)
	r.Fill(r.word("CAP"), x.Residence.PostalCode)
	r.Follow(r.word("Avanti"))
}

func (r *tour) ownDocument(x person.Person) {
	r.t.Helper()
	r.Fill(r.word("Numero della carta d'identità"), x.Document.Number)
	r.date("Data di rilascio", x.Document.IssuedOn)
	r.date("Data di scadenza", "2033-02-01")
	r.Fill(r.word("Rilasciato da"), x.Document.Issuer)
	r.Follow(r.word("Avanti"))
}

// link opens the link of the mail: too late, unknown, good, and used before.
func (r *tour) link(door, name, email string) {
	r.t.Helper()
	link := r.linkTo(email, 2)
	r.expire(link)
	r.open(door+"/inviata", name+"-inviata-tardi")
	r.Go(link)
	r.look(name + "-link-scaduto")
	r.follow(r.word("Manda un link nuovo"), name+"-link-nuovo")
	r.Go(link)
	r.look(name + "-link-sconosciuto")
	r.Go(r.linkTo(email, 3))
	r.look(name + "-link")
	r.follow(r.word("Conferma l'indirizzo"), name+"-ricevuta")
	r.Follow(r.word("Ho finito"))
}

// linkTo is the link in the mail to somebody that is so many-th of its kind at the door of the page shown.
func (r *tour) linkTo(email string, nth int) string {
	r.t.Helper()
	for range 300 {
		var links []string
		for _, m := range r.demo.box.Mails() {
			if link := linkInMail.FindString(m.Text); link != "" && m.To == email && r.sameDoor(link) && !slices.Contains(links, link) {
				links = append(links, link)
			}
		}
		if len(links) >= nth {
			return links[0] // the newest
		}
		time.Sleep(100 * time.Millisecond)
	}
	r.t.Fatalf("no mail to %s", email)
	return ""
}

var doorIn = regexp.MustCompile(`/(preregistrazione|registrazione)/`)

func (r *tour) sameDoor(link string) bool {
	return doorIn.FindString(link) == doorIn.FindString(r.URL())
}

// expire makes a link old.
func (r *tour) expire(link string) {
	r.t.Helper()
	err := r.demo.store.Act(r.t.Context(), system(audit.ConfirmEmail), func(tx *store.Tx) error {
		a, err := tx.ApplicationByLink(link[len(link)-64:])
		if err != nil {
			return err
		}
		a.ExpiresAt = tx.Now.Add(-time.Minute)
		return tx.SaveApplication(a)
	})
	if err != nil {
		r.t.Fatal(err)
	}
}
