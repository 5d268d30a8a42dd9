package web

import (
	"net/http"

	"sportello/desk"
	"sportello/person"
	"sportello/registration"
)

// The questions about who comes instead of the citizen, for every screen that asks them (001 Tabella 2 and §5.2-5.4, mission J06).

var delegationLabels = map[registration.DelegationKind]string{
	registration.Mandate:     "Modulo delega richiesta credenziali",
	registration.Declaration: "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma",
}

// Classes of the parts, beside the stylesheet's rules for them.
const (
	ifDelegate    = "solo-se-delega"
	ifDeclaration = "solo-se-delega solo-se-dichiarazione"
	ifAppointed   = "solo-se-delega solo-se-dichiarazione solo-se-nomina"
	ifRelated     = "solo-se-delega solo-se-dichiarazione solo-se-parente"
	ifFollows     = "solo-se-delega solo-se-dichiarazione solo-se-parente solo-se-dopo-altri"
	ifIdentified  = "solo-se-delega dati-delegato"
	ifHabitual    = "solo-se-delega delegato-abituale"
)

// delegateSection asks whether there is a delegate, who it is and by what right.
func delegateSection() *Section {
	return &Section{ID: "sez-delega", Legend: "Dati del delegato", Fields: []*Field{
		{Kind: Radio, Name: "delega", Label: "È presente una delega", Value: "no", Options: []Option{{"si", "Sì"}, {"no", "No"}}},
	}, Parts: delegateParts()}
}

// delegateParts are the questions about a delegate, each part asked only where it belongs.
func delegateParts() []Part {
	var kinds, capacities []Option
	for _, k := range []registration.DelegationKind{registration.Mandate, registration.Declaration} {
		kinds = append(kinds, Option{string(k), delegationLabels[k]})
	}
	for _, c := range registration.Capacities() {
		capacities = append(capacities, Option{string(c), desk.CapacityNames[c]})
	}
	return []Part{
		{Class: ifDelegate, Fields: []*Field{{Kind: Select, Name: string(desk.DelegateKindField), Label: "Tipo delega", Options: kinds}}},
		{Class: ifDeclaration, Fields: []*Field{{Kind: Select, Name: string(desk.DelegateCapacity), Label: "A che titolo agisce", Options: capacities,
			Help: "Il curatore assiste il cittadino ma non agisce al suo posto: devono presentarsi tutti e due."}}},
		{Class: ifAppointed, Fields: []*Field{
			{Name: string(desk.DelegateCourt), Label: "Giudice che ha fatto la nomina", MaxLength: 100, Help: "Per esempio: Tribunale di Torino.", Columns: 7},
			{Name: string(desk.DelegateActNumber), Label: "Numero del provvedimento", MaxLength: 50, Columns: 5},
			{Kind: DateOf, Name: string(desk.DelegateActOn), Label: "Data del provvedimento", Columns: 6},
			{Kind: DateOf, Name: string(desk.DelegateActUntil), Label: "Fine della nomina", Optional: true, Columns: 6, Help: "Solo se il provvedimento ne indica una."},
			{Kind: Checkbox, Name: string(desk.DelegateAct), Label: "Visto il provvedimento di nomina"},
		}},
		{Class: ifRelated, Fields: []*Field{{Kind: Checkbox, Name: string(desk.DelegateImpediment),
			Label: "La dichiarazione indica che il cittadino non può firmare per un impedimento temporaneo di salute"}}},
		{Class: ifFollows, Fields: []*Field{{Kind: Checkbox, Name: string(desk.DelegateNoneBefore),
			Label: "La dichiarazione indica che chi viene prima nell'ordine di legge manca", Help: "Prima il coniuge, poi i figli, poi gli altri parenti (DPR 445/2000, art. 4)."}}},
		{Class: ifIdentified, Fields: delegateFields()},
		{Class: ifHabitual, Fields: []*Field{habitualField()}},
	}
}

// habitualField is asked of a responsabile when the rules want it.
func habitualField() *Field {
	return &Field{Kind: Area, Name: string(desk.DelegateReason), Label: "Motivo per ammettere un delegato abituale", Optional: true, MaxLength: reasonLength, Rows: 2}
}

func delegateFields() []*Field {
	var documents []Option
	for _, k := range person.DocumentKinds {
		documents = append(documents, Option{string(k), documentLabels[k]})
	}
	return []*Field{
		{Name: "delegato-nome", Label: "Nome del delegato", MaxLength: 100, Columns: 6},
		{Name: "delegato-cognome", Label: "Cognome del delegato", MaxLength: 100, Columns: 6},
		{Kind: Code, Name: "delegato-codice-fiscale", Label: "Codice fiscale del delegato", MaxLength: 16},
		{Kind: DateOf, Name: "delegato-nascita", Label: "Data di nascita del delegato", Columns: 7},
		{Kind: Radio, Name: "delegato-sesso", Label: "Sesso del delegato", Options: sexes, Columns: 5},
		{Kind: Select, Name: "delegato-documento-tipo", Label: "Tipo documento identità del delegato", Options: documents, Columns: 6},
		{Kind: Code, Name: "delegato-documento-numero", Label: "Numero documento identità del delegato", MaxLength: 30, Columns: 6},
		{Kind: DateOf, Name: "delegato-documento-rilascio", Label: "Data rilascio del documento del delegato", Columns: 6},
		{Kind: DateOf, Name: "delegato-documento-scadenza", Label: "Data di scadenza del documento del delegato", Columns: 6, Help: "Come stampata sul documento."},
		{Name: "delegato-documento-ente", Label: "Ente rilascio del documento del delegato", MaxLength: 100},
		{Kind: Email, Name: "delegato-email", Label: "E-mail del delegato", Optional: true, MaxLength: 254, Columns: 6},
		{Kind: Tel, Name: "delegato-telefono", Label: "Telefono del delegato", Optional: true, MaxLength: 30, Columns: 6},
		{Kind: Checkbox, Name: string(desk.DelegateSeen), Label: "Visto il documento d'identità del delegato, originale e in corso di validità"},
		{Kind: Checkbox, Name: string(desk.DelegateForm), Label: "Trattenuto l'originale firmato del modulo di delega o della dichiarazione"},
		{Kind: Checkbox, Name: string(desk.DelegateCopy), Label: "Trattenuta la copia del documento d'identità del cittadino"},
	}
}

// settleDelegate sets what depends on the choices of the section: to be called once the form is filled.
func settleDelegate(f *Form) {
	absent := f.has("delega") && f.Value("delega") != "si"
	capacity := registration.Capacity(f.Value(string(desk.DelegateCapacity)))
	declared := !absent && f.Value(string(desk.DelegateKindField)) == string(registration.Declaration)
	for class, on := range map[string]bool{
		ifDelegate: !absent, ifIdentified: !absent, ifHabitual: !absent, ifDeclaration: declared,
		ifAppointed: declared && capacity.Appointed(), ifRelated: declared && capacity.Related(), ifFollows: declared && capacity.Follows(),
	} {
		f.Part(class).Off = !on
	}
	if habitual := f.Part(ifHabitual); len(habitual.Fields) > 0 && habitual.Fields[0].Value == "" {
		habitual.Fields = nil
	}
}

// delegationOf reads the section of a form whose fields have been checked; nil says that the citizen has come.
func delegationOf(f *Form) *registration.Delegation {
	if f.Part(ifDelegate).Off {
		return nil
	}
	value := func(name desk.Field) string {
		if !f.asks(string(name)) {
			return ""
		}
		return f.Value(string(name))
	}
	ticked := func(name desk.Field) bool { return f.asks(string(name)) && f.Checked(string(name)) }
	g := &registration.Delegation{Kind: registration.DelegationKind(value(desk.DelegateKindField)), Surname: value(desk.DelegateSurname), Name: value(desk.DelegateNameField),
		TaxCode: person.TaxCode(value(desk.DelegateTaxCode)), Sex: person.Sex(value("delegato-sesso")), BirthDate: dateOf(f, string(desk.DelegateBirth)),
		Email: value(desk.DelegateEmail), Phone: value("delegato-telefono"),
		Document: person.Document{Kind: person.DocumentKind(value(desk.DelegateDocKind)), Number: value(desk.DelegateDocNumber),
			IssuedOn: dateOf(f, string(desk.DelegateDocIssued)), ExpiresOn: dateOf(f, string(desk.DelegateDocExpires)), Issuer: value(desk.DelegateDocIssuer)},
		Capacity: registration.Capacity(value(desk.DelegateCapacity)),
		Appointment: registration.Appointment{Court: value(desk.DelegateCourt), Number: value(desk.DelegateActNumber),
			On: dateOf(f, string(desk.DelegateActOn)), Until: dateOf(f, string(desk.DelegateActUntil))},
		Impediment: ticked(desk.DelegateImpediment), NoneBefore: ticked(desk.DelegateNoneBefore),
		Evidence: registration.Evidence{FormKept: ticked(desk.DelegateForm), DocumentSeen: ticked(desk.DelegateSeen), CitizenCopy: ticked(desk.DelegateCopy), ActSeen: ticked(desk.DelegateAct)},
		Reason:   value(desk.DelegateReason)}
	if code, err := person.ParseTaxCode(string(g.TaxCode)); err == nil {
		g.TaxCode = code // any other the review refuses
	}
	return g
}

// dateOf is a day that Check has found in the calendar, "" where it is not asked.
func dateOf(f *Form, name string) person.Date {
	if !f.asks(name) {
		return ""
	}
	d, _ := f.Field(name).Date()
	return d
}

// delegateReviewed reads the section, puts the rules' remarks beside its fields, and tells whether the delegate may act for the citizen. It is called
// after Check.
func (s *Server) delegateReviewed(r *http.Request, f *Form, citizen person.TaxCode) (*registration.Delegation, bool, error) {
	g := delegationOf(f)
	review, err := s.Desk.ReviewDelegation(r.Context(), whoOf(r), citizen, g)
	if err != nil {
		return nil, false, err
	}
	for _, p := range review.Problems {
		if p.Field == desk.DelegateReason && !f.asks(string(p.Field)) {
			f.Part(ifHabitual).Fields = []*Field{habitualField()}
		}
	}
	remark(f, review)
	return g, len(review.Problems) == 0, nil
}
