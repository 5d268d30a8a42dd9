package web

import (
	"net/http"
	"net/url"
	"strings"

	"sportello/community"
	"sportello/desk"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
)

// prefilled are the fields that a registry may fill (001 Tabella 2).
var prefilled = []struct {
	field registry.Field
	name  string
}{
	{registry.Surname, "cognome"}, {registry.Name, "nome"}, {registry.BirthDate, "nascita"}, {registry.Sex, "sesso"},
	{registry.Address, "indirizzo"}, {registry.Number, "civico"}, {registry.PostalCode, "cap"}, {registry.City, "citta"}, {registry.Nation, "nazione"},
	{registry.DocumentNumber, cardPrefix + "numero"}, {registry.DocumentIssued, cardPrefix + "rilascio"},
}

// prefill writes what the registries know into a form that nobody has typed in yet.
func prefill(f *Form, finding registry.Finding) {
	if finding.Record == nil {
		return
	}
	values := finding.Record.Values()
	for _, x := range nameFields {
		f.Field(x.none).Checked = x.field == "nome" && finding.Record.Name == "" || x.field == "cognome" && finding.Record.Surname == ""
	}
	for _, p := range prefilled {
		value, known := values[p.field]
		if !known || !f.asks(p.name) {
			continue
		}
		if x := f.Field(p.name); x.Kind == DateOf {
			x.SetDate(person.Date(value))
		} else {
			x.Value = value
		}
	}
}

// tellSources says beside each prefilled field where its value was read, and what was read if it is another now (mission Y06).
func tellSources(f *Form, finding registry.Finding) {
	if finding.Record == nil {
		return
	}
	values := finding.Record.Values()
	read := "Letto da " + string(finding.Record.Source) + " il " + inWords(finding.Record.ReadAt) + ", modificabile"
	for _, p := range prefilled {
		value, known := values[p.field]
		if !known || !f.asks(p.name) {
			continue
		}
		x := f.Field(p.name)
		x.Source = read
		if x.text() != value && x.Error == "" {
			x.Warning = "Diverso da quanto letto in " + string(finding.Record.Source) + ": " + x.show(value) + "."
		}
	}
}

// text is a field's value as the registries write it: dates as ISO text.
func (f *Field) text() string {
	if f.Kind == DateOf {
		d, _ := f.Date()
		return string(d)
	}
	return f.Value
}

// show is a value of the field as people read it.
func (f *Field) show(value string) string {
	if f.Kind == DateOf {
		return inWords(person.Date(value))
	}
	shown := *f
	shown.Value = value
	return shown.Shown()
}

// given is what a field holds, "" if the form does not ask for it.
func (f *Form) given(name string) string {
	if !f.asks(name) {
		return ""
	}
	return f.Value(name)
}

// entryOf reads a form whose fields have been checked.
func entryOf(f *Form) desk.Entry {
	return desk.Entry{
		Community:    community.ID(f.Value("community")),
		Person:       personOf(f),
		Checks:       checksOf(f),
		Delegation:   delegationOf(f),
		Emancipation: f.given(string(desk.EmancipationField)), Disagreement: f.given(string(desk.MismatchField)), Note: f.given("nota"),
	}
}

// checksOf reads the ticks of the desk.
func checksOf(f *Form) registration.Checks {
	return registration.Checks{
		Document: f.Checked(string(desk.SeenDocument)), HealthCard: f.Checked(string(desk.SeenCard)), InPerson: f.Checked(string(desk.InPerson)),
		PrivacyNotice: f.Checked(string(desk.ShownPrivacy)), ResidenceProof: f.Checked(string(desk.ResidenceProof)), CopiesArchived: f.Checked(string(desk.CopiesArchived)),
	}
}

// personOf reads what is entered of the citizen, but for tax code and place.
func personOf(f *Form) person.Person {
	return person.Person{
		Surname: f.given("cognome"), Name: f.given("nome"), BirthDate: dateOf(f, "nascita"), Sex: person.Sex(f.given("sesso")),
		Residence: residenceOf(f), Domicile: domicileOf(f),
		Contacts: person.Contacts{Email: f.given("email"), NoEmail: f.Checked("senza-email"), Phone: f.given("telefono"), Mobile: f.given("cellulare")},
		Document: documentOf(f),
	}
}

// domicileOf reads where communications go, if elsewhere.
func domicileOf(f *Form) person.Domicile {
	if !f.Checked("domicilio-diverso") {
		return person.Domicile{}
	}
	return person.Domicile{Elsewhere: true, CareOf: f.given("domicilio-presso"), Address: f.given("domicilio-indirizzo"), Number: f.given("domicilio-civico"),
		Province: f.given("domicilio-provincia"), Comune: f.given("domicilio-comune"), PostalCode: f.given("domicilio-cap")}
}

func residenceOf(f *Form) person.Residence {
	return person.Residence{Address: f.given("indirizzo"), Number: f.given("civico"), PostalCode: f.given("cap"), City: f.given("citta"), Nation: f.given("nazione")}
}

// documentOf reads the one of the two blocks that was chosen.
func documentOf(f *Form) person.Document {
	prefix, kind := cardPrefix, person.IdentityCard
	if f.Value("documento") == "altro" {
		prefix, kind = otherPrefix, person.DocumentKind(f.Value(otherPrefix+"tipo"))
	}
	return person.Document{Kind: kind, Number: f.Value(prefix + "numero"), IssuedOn: dateOf(f, prefix+"rilascio"), ExpiresOn: dateOf(f, prefix+"scadenza"),
		Issuer: f.Value(prefix + "ente")}
}

// nameOf is the field of the form that a remark of the rules belongs to.
func nameOf(f *Form, x desk.Field) string {
	tail, ofDocument := strings.CutPrefix(string(x), "documento-")
	switch {
	case !ofDocument:
		return string(x)
	case f.Value("documento") == "altro":
		return otherPrefix + tail
	case x == desk.DocKindField:
		return "documento"
	}
	return cardPrefix + tail
}

// reviewed puts the rules' remarks beside the fields, and tells whether the entry may go on.
func (s *Server) reviewed(r *http.Request, f *Form, draft desk.Draft) (desk.Entry, bool, error) {
	whole := checked(f)
	e := entryOf(f)
	if f.Field("community").Error != "" {
		return e, false, nil // nothing to judge by
	}
	review, err := s.Desk.Review(whoOf(r), draft, e, visitOf(r).now)
	if err != nil {
		return e, false, err
	}
	remark(f, review)
	_, admitted, err := s.delegateReviewed(r, f, draft.TaxCode)
	return e, whole && admitted && len(review.Problems) == 0, err
}

// checked is Check with the words for an e-mail address that is missing.
func checked(f *Form) bool {
	if email := f.Field("email"); email.Value == "" && !email.Optional {
		email.Error = person.EmailMissing.Message() // says more than that the field is empty
	}
	return f.Check()
}

// remark puts what the rules say beside the fields that are asked.
func remark(f *Form, review desk.Review) {
	for _, p := range review.Problems {
		if name := nameOf(f, p.Field); f.asks(name) && (p.Field != desk.MismatchField || named(f)) {
			f.Fail(name, p.Text)
		}
	}
	for _, x := range review.Warnings {
		if name := nameOf(f, x.Field); f.asks(name) && f.Field(name).Error == "" {
			f.Field(name).Warning = x.Text
		}
	}
}

// named tells whether surname and name are written: before they are, a codice fiscale cannot disagree with them.
func named(f *Form) bool {
	return !f.Field("cognome").missing() && !f.Field("nome").missing()
}

// missing tells whether a field that has to be filled in is empty.
func (f *Field) missing() bool { return f.Required() && f.empty() }

// dropUnasked takes away the fields that appear only when the rules ask for them.
func dropUnasked(f *Form) {
	part := &f.Sections[0].Parts[0]
	var kept []*Field
	for _, x := range part.Fields {
		if x.Value != "" || x.Error != "" {
			x.Optional = false // the rules ask for it
			kept = append(kept, x)
		}
	}
	part.Fields = kept
	if len(kept) == 0 {
		f.Sections[0].Parts = nil
	}
}

// typedForm is the form with what was typed before, or with what the registries know.
func (s *Server) typedForm(who desk.Who, d desk.Draft) *Form {
	f := s.citizenForm(who, d)
	if d.Typed != nil {
		f.Refill(url.Values(d.Typed))
	} else {
		prefill(f, d.Finding)
	}
	s.settle(f)
	return f
}
