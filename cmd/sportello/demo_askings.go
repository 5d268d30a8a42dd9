package main

import (
	"bytes"

	"sportello/audit"
	"sportello/citizen"
	"sportello/community"
	"sportello/letter"
	"sportello/person"
	"sportello/request"
)

// addAskings sends a request to the ente's clerks, which waits for them (003).
func (s *seeder) addAskings() error {
	of, _ := s.desk.Communities.ByID("ente")
	at := *s.citizen
	at.Realm = of.Realm
	_, err := s.asks(&at, of, request.Asked{Italian: true, Birth: request.Birthplace{Province: "MI", Comune: "F205"}, Lang: "it", Person: person.Person{
		TaxCode: "RSSMRA80A01F205X", Surname: "Rossi", Name: "Mario", BirthDate: "1980-01-01", Sex: person.Male,
		Residence: person.Residence{Address: "Via delle Ipotesi", Number: "12", Province: "MI", Comune: "F205", PostalCode: "20121"},
		Contacts:  person.Contacts{Email: "mario.rossi@esempio.example", Phone: "02 5550100"}}})
	return err
}

// asks sends a whole request as a browser would, and gives the browser's token.
func (s *seeder) asks(at *citizen.Citizen, of community.Community, in request.Asked) (token string, err error) {
	if token, err = at.NewAsking(); err != nil {
		return "", err
	}
	now := clock()
	in.Privacy = request.Shown{Version: of.Privacy.Version, SHA256: of.Privacy.SHA256, At: now}
	in.Terms = request.Shown{Version: of.Terms.Version, SHA256: of.Terms.SHA256, At: now}
	if err := at.Ask(s.ctx, audit.Origin{}, token, of, s.enti[prova].ID, in); err != nil {
		return "", err
	}
	var paper bytes.Buffer // stands for a scanned card
	head := letter.Head{Publisher: of.Publisher, Community: of.Name, At: now}
	if err := s.desk.Letters.SecondPart(&paper, letter.SecondPart{Head: head, Code: "ESEMPIO", First: of.EnteRequest.PINByMail}); err != nil {
		return "", err
	}
	if err := at.SendDocument(s.ctx, audit.Origin{}, token, citizen.SentKinds[0], &paper); err != nil {
		return "", err
	}
	if err := at.FinishAsking(s.ctx, audit.Origin{}, token); err != nil {
		return "", err
	}
	_, err = at.SettleAskings(s.ctx)
	return token, err
}
