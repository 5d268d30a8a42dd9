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
		BirthPlace: letter.BirthPlaceOf(f.Person, d.Places), Residence: residence, Domicile: domicile, Operator: f.Operator.FullName(), Ente: f.Ente.Name}
	if g := f.Operation.Delegation; g != nil {
		s.Delegate = delegateOnPaper(*g)
	}
	return s
}

// CapacityNames are how people read by what right somebody signs for another.
var CapacityNames = map[registration.Capacity]string{
	registration.Guardian:             "Tutore",
	registration.SupportAdministrator: "Amministratore di sostegno",
	registration.Spouse:               "Coniuge o parte dell'unione civile",
	registration.Child:                "Figlio o figlia",
	registration.Parent:               "Genitore",
	registration.DirectRelative:       "Altro parente in linea retta (nonno, nipote)",
	registration.CollateralRelative:   "Parente in linea collaterale fino al terzo grado (fratello, zio, nipote)",
}

func delegateOnPaper(g registration.Delegation) *letter.Delegate {
	on := &letter.Delegate{Kind: delegationNames[g.Kind], Capacity: CapacityNames[g.Capacity], Person: person.Person{TaxCode: g.TaxCode, Surname: g.Surname, Name: g.Name,
		BirthDate: g.BirthDate, Sex: g.Sex, Document: g.Document, Contacts: person.Contacts{Email: g.Email, Phone: g.Phone}},
		Declared: Declared(g), Kept: Kept(g)}
	if a := g.Appointment; g.Capacity.Appointed() {
		on.Appointment = &letter.Appointment{Court: a.Court, Number: a.Number, On: a.On, Until: a.Until}
	}
	return on
}

// Declared lists what the declaration of a delegate says.
func Declared(g registration.Delegation) []string {
	return spoken([]said{
		{g.Impediment, "il cittadino non può firmare per un impedimento temporaneo di salute"},
		{g.NoneBefore, "chi viene prima nell'ordine di legge manca"},
	})
}

// Kept lists what the desk saw and kept of a delegation.
func Kept(g registration.Delegation) []string {
	e := g.Evidence
	return spoken([]said{
		{e.DocumentSeen, "visto il documento del delegato"},
		{e.FormKept, "trattenuto l'originale firmato"},
		{e.CitizenCopy, "trattenuta la copia del documento del cittadino"},
		{e.ActSeen, "visto il provvedimento di nomina"},
	})
}

// A said is a sentence that may hold.
type said struct {
	holds bool
	text  string
}

func spoken(all []said) (texts []string) {
	for _, s := range all {
		if s.holds {
			texts = append(texts, s.text)
		}
	}
	return texts
}
