package request_test

import (
	"slices"
	"testing"

	"sportello/person"
	"sportello/request"
)

var giulia = person.Person{Surname: "D'Amico", Name: "Niccolò Ada", TaxCode: "BNCGLI85C52L219J",
	Contacts: person.Contacts{Email: "Giulia@Esempio.it"}, Document: person.Document{Number: "CA12345AB", IssuedOn: "2021-03-09"}}

// People write their data in many ways; a datum agrees only where it really stands.
func TestCompare(t *testing.T) {
	for text, want := range map[string][]bool{ // sender, surname, name, tax code, number, date
		"Mi chiamo Niccolò Ada D'Amico, BNCGLI85C52L219J, carta CA12345AB del 09/03/2021":      {true, true, true, true, true, true},
		"NICCOLO' ADA  DAMICO bnc gli 85c52 l219j\nCI: ca 12345 ab rilasciata il 9 marzo 2021": {true, true, true, true, true, true},
		"d’amico niccolo ada; C.F. BNCGLI85C52L219J; n. CA-12345-AB; 2021-03-09":               {true, true, true, true, true, true},
		"Damiconi Niccolò, BNCGLI85C52L219K, CA12345AC, 10.3.21":                               {true, false, false, false, false, false},
		"rilasciata 9.3.21, scade 09/03/2031; in strada d'amico niccolò adagio":                {true, true, false, false, false, true},
		"": {true, false, false, false, false, false},
	} {
		got := request.Compare(request.Content{Sender: "giulia@esempio.it", Text: text}, giulia)
		for i, a := range got {
			if a.Agrees != want[i] {
				t.Errorf("%q: %s agrees: %v", text, a.Datum, a.Agrees)
			}
		}
	}
	for _, a := range request.Compare(request.Content{Sender: "", Text: "qualunque cosa 1/1/2020"}, person.Person{}) {
		if a.Agrees {
			t.Errorf("%s agrees with nothing", a.Datum)
		}
	}
}

func TestTaxCodesInText(t *testing.T) {
	text := "il mio è bncgli85c52l219j (BNC GLI 85C52 L219J), di mio marito RSSMRA80A01H501U; non BNCGLI85C52L219K"
	if got := request.TaxCodes(text); !slices.Equal(got, []person.TaxCode{"BNCGLI85C52L219J", "RSSMRA80A01H501U"}) {
		t.Errorf("found %v", got)
	}
}

func TestGuess(t *testing.T) {
	for text, want := range map[string]request.Problem{
		"Ho perso il codice di attivazione": request.LostCode, "Non ricordo più la password!": request.LostPassword, "il PIN della mia tessera": request.CardPIN,
		"Buongiorno": request.Other, "": request.Other,
	} {
		if got := request.Guess(text); got != want {
			t.Errorf("%q is thought to be about %s", text, got)
		}
	}
}
