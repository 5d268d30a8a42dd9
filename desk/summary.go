package desk

import (
	"sportello/letter"
	"sportello/person"
	"sportello/registration"
)

// operationNames are how the citizen reads an operation.
var operationNames = map[registration.Kind]string{
	registration.Verification:       "Registrazione",
	registration.StrongVerification: "Registrazione con riscontro de visu",
	registration.Promotion:          "Promozione delle credenziali",
	registration.Reset:              "Reset delle credenziali",
	registration.NewPIN:             "Rigenerazione del PIN",
	registration.Revocation:         "Revoca delle credenziali",
}

var delegationNames = map[registration.DelegationKind]string{
	registration.Mandate:     "Modulo delega richiesta credenziali",
	registration.Declaration: "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma",
}

func (d *Desk) summary(f File, head letter.Head, residence, domicile letter.Place) letter.Summary {
	s := letter.Summary{Head: head, Number: string(f.Registration.Number), Operation: operationNames[f.Operation.Kind], Person: f.Person,
		BirthPlace: d.birthPlace(f.Person), Residence: residence, Domicile: domicile, Operator: f.Operator.FullName(), Ente: f.Ente.Name}
	if g := f.Operation.Delegation; g != nil {
		s.Delegate = &letter.Delegate{Kind: delegationNames[g.Kind], Person: person.Person{TaxCode: g.TaxCode, Surname: g.Surname, Name: g.Name,
			BirthDate: g.BirthDate, Sex: g.Sex, Document: g.Document, Contacts: person.Contacts{Email: g.Email, Phone: g.Phone}}}
	}
	return s
}

// birthPlace is the one that the tax code names, as it was called when the person was born.
func (d *Desk) birthPlace(p person.Person) letter.Place {
	code := p.TaxCode.BirthPlaceCode()
	place, ok := d.Places.At(code, p.BirthDate)
	if !ok {
		place, ok = d.Places.Latest(code)
	}
	if !ok || place.Foreign() {
		return letter.Place{Comune: place.Name}
	}
	return letter.Place{Comune: place.Name, Province: place.Province}
}
