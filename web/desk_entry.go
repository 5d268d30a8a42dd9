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

// entryOf reads a form whose fields have been checked.
func entryOf(f *Form) desk.Entry {
	date := func(name string) person.Date {
		d, _ := f.Field(name).Date() // Check has said what is wrong with it
		return d
	}
	value := func(name string) string {
		if !f.asks(name) {
			return ""
		}
		return f.Value(name)
	}
	e := desk.Entry{
		Community: community.ID(f.Value("community")),
		Person: person.Person{
			Surname: value("cognome"), Name: value("nome"), BirthDate: date("nascita"), Sex: person.Sex(value("sesso")),
			Residence: person.Residence{Address: value("indirizzo"), Number: value("civico"), PostalCode: value("cap"), City: value("citta"), Nation: value("nazione")},
			Contacts:  person.Contacts{Email: value("email"), NoEmail: f.Checked("senza-email"), Phone: value("telefono"), Mobile: value("cellulare")},
			Document:  documentOf(f),
		},
		Checks: registration.Checks{
			Document: f.Checked(string(desk.SeenDocument)), HealthCard: f.Checked(string(desk.SeenCard)), InPerson: f.Checked(string(desk.InPerson)),
			PrivacyNotice: f.Checked(string(desk.ShownPrivacy)), ResidenceProof: f.Checked(string(desk.ResidenceProof)), CopiesArchived: f.Checked(string(desk.CopiesArchived)),
		},
		Emancipation: value(string(desk.EmancipationField)), Disagreement: value(string(desk.MismatchField)), Note: value("nota"),
	}
	if f.Checked("domicilio-diverso") {
		e.Person.Domicile = person.Domicile{Elsewhere: true, CareOf: value("domicilio-presso"), Address: value("domicilio-indirizzo"), Number: value("domicilio-civico"),
			Province: value("domicilio-provincia"), Comune: value("domicilio-comune"), PostalCode: value("domicilio-cap")}
	}
	e.Delegation = delegationOf(f)
	return e
}

// documentOf reads the one of the two blocks that was chosen.
func documentOf(f *Form) person.Document {
	prefix, kind := cardPrefix, person.IdentityCard
	if f.Value("documento") == "altro" {
		prefix, kind = otherPrefix, person.DocumentKind(f.Value(otherPrefix+"tipo"))
	}
	issued, _ := f.Field(prefix + "rilascio").Date()
	expires, _ := f.Field(prefix + "scadenza").Date()
	return person.Document{Kind: kind, Number: f.Value(prefix + "numero"), IssuedOn: issued, ExpiresOn: expires, Issuer: f.Value(prefix + "ente")}
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
	if email := f.Field("email"); email.Value == "" && !email.Optional {
		email.Error = person.EmailMissing.Message() // says more than that the field is empty
	}
	whole := f.Check()
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

// remark puts what the rules say beside the fields that are asked.
func remark(f *Form, review desk.Review) {
	for _, p := range review.Problems {
		if name := nameOf(f, p.Field); f.asks(name) {
			f.Fail(name, p.Text)
		}
	}
	for _, x := range review.Warnings {
		if name := nameOf(f, x.Field); f.asks(name) && f.Field(name).Error == "" {
			f.Field(name).Warning = x.Text
		}
	}
}

// dropUnasked takes away the fields that appear only when the rules ask for them.
func dropUnasked(f *Form) {
	part := &f.Sections[0].Parts[0]
	var kept []*Field
	for _, x := range part.Fields {
		if x.Value != "" || x.Error != "" {
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
