package main

import (
	"bytes"

	"sportello/audit"
	"sportello/citizen"
	"sportello/letter"
	"sportello/person"
	"sportello/request"
)

// requests sees the two-phase request to an ente, from its first page to the log-in (003).
func (r *tour) requests() {
	r.at("ente", "/richiesta-credenziali", "richiesta")
	r.follow(r.word("Conferma"), "richiesta-errori")
	of, _ := r.demo.desk.Communities.ByID("ente")
	at := *r.demo.citizen
	at.Realm = of.Realm
	must := func(err error) {
		r.t.Helper()
		if err != nil {
			r.t.Fatal(err)
		}
	}
	token, err := at.NewAsking()
	must(err)
	must(at.Ask(r.t.Context(), audit.Origin{}, token, of, r.demo.seeded.enti[prova].ID, request.Asked{Lang: r.lang, Person: person.Person{TaxCode: "VRDNNA80A41F205K", Surname: "Verdi", Name: "Anna",
		BirthDate: "1980-01-01", Sex: person.Female, Residence: person.Residence{Province: "MI", Comune: "F205"}, Contacts: person.Contacts{Email: "anna." + r.lang + "@esempio.example"}}}))
	r.SetCookie("richiesta", token)
	r.at("ente", "/richiesta-credenziali/pin", "richiesta-pin")
	r.follow(r.word("L'ho annotata, avanti"), "richiesta-documenti")
	r.follow(r.word("Carica il documento"), "richiesta-documenti-errori")
	var paper bytes.Buffer
	must(r.demo.desk.Letters.SecondPart(&paper, letter.SecondPart{Head: letter.Head{Publisher: of.Publisher, Community: of.Name, At: clock()}, Code: "ESEMPIO", First: 4}))
	must(at.SendDocument(r.t.Context(), audit.Origin{}, token, citizen.SentKinds[0], &paper))
	r.at("ente", "/richiesta-credenziali/documenti", "richiesta-documenti-caricati")
	r.follow(r.word("Completa"), "richiesta-completata")
	r.at("ente", "/accesso", "ente-accesso")
	r.follow(r.word("Entra"), "ente-accesso-errori")
	r.at("ente", "/accesso/nuova-prima-password", "ente-nuova-password")
	r.at("ente", "/accesso/nuova-prima-password/inviata", "ente-nuova-password-inviata")
}
