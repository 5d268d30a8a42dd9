package web

import (
	"net/http"

	"sportello/person"
	"sportello/registration"
)

// The questions about who comes instead of the citizen, for every screen that asks them (001 Tabella 2 and §5.2-5.4, mission J06).

var delegationLabels = map[registration.DelegationKind]string{
	registration.Mandate:     "Modulo delega richiesta credenziali",
	registration.Declaration: "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma",
}

// delegateSection asks whether there is a delegate, and who it is.
func delegateSection() *Section {
	return &Section{ID: "sez-delega", Legend: "Dati del delegato", Fields: []*Field{
		{Kind: Radio, Name: "delega", Label: "È presente una delega", Value: "no", Options: []Option{{"si", "Sì"}, {"no", "No"}}},
	}, Parts: []Part{{Class: "solo-se-delega", Fields: delegateFields()}}}
}

func delegateFields() []*Field {
	var kinds, documents []Option
	for _, k := range []registration.DelegationKind{registration.Mandate, registration.Declaration} {
		kinds = append(kinds, Option{string(k), delegationLabels[k]})
	}
	for _, k := range person.DocumentKinds {
		documents = append(documents, Option{string(k), documentLabels[k]})
	}
	return []*Field{
		{Kind: Select, Name: "delega-tipo", Label: "Tipo delega", Options: kinds},
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
	}
}

// settleDelegate sets what depends on the choices of the section: to be called once the form is filled.
func settleDelegate(f *Form) {
	f.Part("solo-se-delega").Off = f.Value("delega") != "si"
}

// delegationOf reads the section of a form whose fields have been checked; nil says that the citizen has come.
func delegationOf(f *Form) *registration.Delegation {
	if f.Value("delega") != "si" {
		return nil
	}
	g := &registration.Delegation{Kind: registration.DelegationKind(f.Value("delega-tipo")), Surname: f.Value("delegato-cognome"), Name: f.Value("delegato-nome"),
		TaxCode: person.TaxCode(f.Value("delegato-codice-fiscale")), Sex: person.Sex(f.Value("delegato-sesso")), BirthDate: dateOf(f, "delegato-nascita"),
		Email: f.Value("delegato-email"), Phone: f.Value("delegato-telefono"),
		Document: person.Document{Kind: person.DocumentKind(f.Value("delegato-documento-tipo")), Number: f.Value("delegato-documento-numero"),
			IssuedOn: dateOf(f, "delegato-documento-rilascio"), ExpiresOn: dateOf(f, "delegato-documento-scadenza"), Issuer: f.Value("delegato-documento-ente")}}
	if code, err := person.ParseTaxCode(f.Value("delegato-codice-fiscale")); err == nil {
		g.TaxCode = code // any other the review refuses
	}
	return g
}

// dateOf is a day that Check has found in the calendar.
func dateOf(f *Form, name string) person.Date {
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
	remark(f, review)
	return g, len(review.Problems) == 0, nil
}
