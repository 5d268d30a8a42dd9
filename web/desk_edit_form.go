package web

import (
	"net/url"

	"sportello/desk"
	"sportello/person"
	"sportello/registration"
)

// editForm is the form of Tabella 2 for a citizen who is registered: community and tax code stay as they are (001 §5.2.5).
func (s *Server) editForm(who desk.Who, e desk.Edit, province string) *Form {
	c, _ := s.Desk.Communities.ByID(e.Community)
	community := &Field{Kind: Select, Name: "community", Label: "Community", Proper: true, Value: string(c.ID), Options: []Option{{string(c.ID), c.Name}},
		Lock: "Scelta alla registrazione, non modificabile"}
	return &Form{Action: changePath(e), Index: true, Submit: "Prosegui", Cancel: Link{Text: "Annulla", Href: changedAt(e.Deed, e.Number)},
		Sections: []*Section{personSection(community, taxCodeField(e.Shown.TaxCode, "Non modificabile qui")), s.residenceSection(province, "", s.placesWithin(who)),
			s.domicileSection(), contactsSection(), documentSection(), noteSection(), seenSection()}}
}

// placesWithin are the menus of province and comune of residence: what the ente may serve (G10).
func (s *Server) placesWithin(who desk.Who) []*Field {
	return PlaceFields("residenza", s.provincesOf(who.Ente.Competence), nil)
}

// settleResidence fills the menu of the comuni, and chooses where there is no choice.
func (s *Server) settleResidence(f *Form, who desk.Who) {
	comune := f.Field("residenza-comune")
	comune.Options = s.comuniOf(who.Ente.Competence, f.Value("residenza-provincia"))
	if len(comune.Options) == 1 && comune.Value == "" {
		comune.Value = comune.Options[0].Value
	}
	if cap := f.Field("cap"); cap.Help == "" {
		cap.Help = s.postalHint(comune.Value)
	}
}

func seenSection() *Section {
	return &Section{ID: "sez-controlli", Legend: "Controlli allo sportello", Fields: []*Field{
		{Kind: Checkbox, Name: string(desk.SeenDocument), Label: "Visto il documento d'identità, originale e in corso di validità",
			Help: "I dati modificati si copiano dal documento, o da una prova che il cittadino presenta."},
	}}
}

func editEntry(f *Form) desk.Entry {
	entry := desk.Entry{Person: personOf(f), Checks: registration.Checks{Document: f.Checked(string(desk.SeenDocument))},
		Emancipation: f.given(string(desk.EmancipationField)), Disagreement: f.given(string(desk.MismatchField)), Note: f.given("nota")}
	entry.Person.Residence = placedResidence(f)
	return entry
}

// placedResidence is a residence whose place is chosen in the same form.
func placedResidence(f *Form) person.Residence {
	r := residenceOf(f)
	r.Province, r.Comune = f.given("residenza-provincia"), f.given("residenza-comune")
	return r
}

// knownValues are a person's data as the form would post them.
func knownValues(p person.Person, note string) url.Values {
	values := url.Values{}
	without := known(p)
	for name, value := range map[string]string{
		"nome": p.Name, "cognome": p.Surname, "sesso": string(p.Sex), "nota": note,
		"indirizzo": p.Residence.Address, "civico": p.Residence.Number, "cap": p.Residence.PostalCode, "citta": p.Residence.City, "nazione": p.Residence.Nation,
		"residenza-provincia": p.Residence.Province, "residenza-comune": p.Residence.Comune,
		"domicilio-presso": p.Domicile.CareOf, "domicilio-indirizzo": p.Domicile.Address, "domicilio-civico": p.Domicile.Number,
		"domicilio-provincia": p.Domicile.Province, "domicilio-comune": p.Domicile.Comune, "domicilio-cap": p.Domicile.PostalCode,
		noName: ticked(without.name), noSurname: ticked(without.surname),
		"domicilio-diverso": ticked(p.Domicile.Elsewhere), "senza-email": ticked(p.Contacts.NoEmail),
		"email": p.Contacts.Email, "telefono": p.Contacts.Phone, "cellulare": p.Contacts.Mobile,
	} {
		values.Set(name, value)
	}
	setDate(values, "nascita", p.BirthDate)
	setDocument(values, p.Document)
	return values
}

// known tells which name somebody is known not to have: the tax code says so, or it says nothing and they were registered, or came from a list, without it.
func known(p person.Person) (without struct{ surname, name bool }) {
	surname, name := p.TaxCode.Nameless()
	silent := p.TaxCode.Provisional()
	without.surname = p.Surname == "" && (surname || silent && p.Name != "")
	without.name = p.Name == "" && (name || silent && p.Surname != "")
	return without
}

func ticked(holds bool) string {
	if holds {
		return "si"
	}
	return ""
}

// setDocument fills the one of the two blocks that the document belongs to.
func setDocument(values url.Values, d person.Document) {
	choice, prefix := "ci", cardPrefix
	if d.Kind != person.IdentityCard && d.Kind != "" {
		choice, prefix = "altro", otherPrefix
		values.Set(otherPrefix+"tipo", string(d.Kind))
	}
	values.Set("documento", choice)
	values.Set(prefix+"numero", d.Number)
	values.Set(prefix+"ente", d.Issuer)
	setDate(values, prefix+"rilascio", d.IssuedOn)
	setDate(values, prefix+"scadenza", d.ExpiresOn)
}
