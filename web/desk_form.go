package web

import (
	"fmt"
	"slices"
	"strings"

	"sportello/community"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
)

// Sections of the form, in the manual's order (001 Tabella 2). Field names are those of package desk; the two blocks of
// the identity document, which exclude each other, have prefixes of their own.
const (
	cardPrefix  = "ci-"
	otherPrefix = "altro-"
)

var (
	sexes = []Option{{string(person.Female), "Femmina"}, {string(person.Male), "Maschio"}}

	documentLabels = map[person.DocumentKind]string{
		person.IdentityCard: "Carta d'identità", person.Passport: "Passaporto", person.DrivingLicence: "Patente di guida",
		person.ResidencePermit: "Permesso di soggiorno", person.BoatingLicence: "Patente nautica",
	}
)

// citizenForm is the form of Tabella 2 for one draft: what does not depend on what is typed.
func (s *Server) citizenForm(who desk.Who, d desk.Draft) *Form {
	chosen := "Scelto nella ricerca, non modificabile qui"
	communities := &Field{Kind: Select, Name: "community", Label: "Community", Proper: true, Value: string(who.Ente.Community),
		Help: "Non si potrà più cambiare."}
	for _, c := range s.Desk.OpenTo(who, s.Now()) {
		communities.Options = append(communities.Options, Option{string(c.ID), c.Name})
	}
	places := []*Field{
		{Name: "residenza-provincia", Label: "Provincia", Value: s.provinceName(d.Province), Lock: chosen, Columns: 6},
		{Name: "residenza-comune", Label: "Comune", Value: s.comuneName(d.Comune), Lock: chosen, Columns: 6},
	}
	return &Form{Action: registrationPath + "/" + d.ID, Index: true, Submit: "Prosegui",
		Back: Link{Text: "Indietro", Href: registrationPath}, Cancel: Link{Text: "Annulla", Href: menuPath},
		Sections: []*Section{personSection(communities, taxCodeField(d.TaxCode, "Scritto nella ricerca, non modificabile qui")), s.residenceSection(d.Province, d.Comune, places), s.domicileSection(), contactsSection(),
			documentSection(), delegateSection(), noteSection(), checksSection()}}
}

func taxCodeField(code person.TaxCode, lock string) *Field {
	return &Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", Value: string(code), Lock: lock}
}

func personSection(community, taxCode *Field) *Section {
	s := identitySection(taxCode)
	s.Fields = append([]*Field{community}, s.Fields...)
	return s
}

// The ticks of who has one of the two names alone, as ANPR knows them.
const (
	noName    = "senza-nome"
	noSurname = "senza-cognome"
)

// identitySection asks for the tax code and the data that it tells, and when they disagree why.
func identitySection(taxCode *Field) *Section {
	return &Section{ID: "sez-persona", Legend: "Informazioni personali", Fields: personFields(taxCode), Parts: []Part{{Fields: []*Field{
		{Kind: Area, Name: string(desk.MismatchField), Label: "Perché il codice fiscale non corrisponde ai dati", Optional: true, MaxLength: 500,
			Help: "Per esempio: codice attribuito con dati diversi, come risulta dal certificato dell'Agenzia delle Entrate."},
		{Name: string(desk.EmancipationField), Label: "Atto di emancipazione", Optional: true, MaxLength: 200,
			Help: "Tipo, numero, data e autorità che lo ha emesso."},
	}}}}
}

// personFields ask who somebody is, at the desk and at home.
func personFields(taxCode *Field) []*Field {
	return []*Field{
		{Name: "nome", Label: "Nome", MaxLength: 100, Columns: 6},
		{Name: "cognome", Label: "Cognome", MaxLength: 100, Columns: 6},
		{Kind: Checkbox, Name: noName, Label: "La persona non ha nome", Optional: true, Columns: 6},
		{Kind: Checkbox, Name: noSurname, Label: "La persona non ha cognome", Optional: true, Columns: 6},
		taxCode,
		{Kind: DateOf, Name: "nascita", Label: "Data di nascita", Columns: 7},
		{Kind: Radio, Name: "sesso", Label: "Sesso", Options: sexes, Columns: 5},
	}
}

// residenceSection asks for the address in a place: for STATO ESTERO with city and nation.
func (s *Server) residenceSection(province, comune string, places []*Field) *Section {
	fields := []*Field{
		{Name: "indirizzo", Label: "Indirizzo", MaxLength: 200, Columns: 8},
		{Name: "civico", Label: "Numero civico", MaxLength: 30, Help: "Con esponente e interno; SNC se manca.", Columns: 4},
	}
	if province == person.AbroadProvince {
		fields = append(append(fields, places...),
			&Field{Name: "citta", Label: "Città", MaxLength: 100, Columns: 5},
			&Field{Name: "nazione", Label: "Nazione", MaxLength: 100, Columns: 4},
			&Field{Name: "cap", Label: "CAP", MaxLength: 12, Optional: true, Columns: 3})
	} else {
		fields = append(append(fields, places...),
			&Field{Name: "cap", Label: "CAP", MaxLength: 5, InputMode: "numeric", Help: s.postalHint(comune)})
	}
	return &Section{ID: "sez-residenza", Legend: "Dati di residenza", Fields: fields}
}

func (s *Server) provinceName(sigla string) string {
	for _, p := range s.Places.Provinces() {
		if p.Sigla == sigla {
			return p.Name
		}
	}
	if sigla == person.AbroadProvince {
		return "STATO ESTERO"
	}
	return sigla
}

func (s *Server) comuneName(code string) string {
	if p, ok := s.Places.Comune(code); ok {
		return p.Name
	}
	return code
}

// postalHint tells the CAP that a comune is known to have: a hint, never a check.
func (s *Server) postalHint(comune string) string {
	codes := s.Places.PostalCodes(comune)
	switch {
	case len(codes) == 0:
		return ""
	case len(codes) > 4:
		return fmt.Sprintf("Di solito da %s a %s.", codes[0], codes[len(codes)-1])
	}
	return "Di solito " + strings.Join(codes, ", ") + "."
}

func (s *Server) domicileSection() *Section {
	places := PlaceFields("domicilio", s.allProvinces(), nil)
	places[0].Optional, places[1].Optional = true, true
	return &Section{ID: "sez-domicilio", Legend: "Dati di domicilio", Fields: []*Field{
		{Kind: Checkbox, Name: "domicilio-diverso", Label: "Ricevere le comunicazioni a un indirizzo diverso da quello di residenza", Optional: true},
	}, Parts: []Part{{Class: "solo-se-domicilio", Fields: slices.Concat([]*Field{
		{Name: "domicilio-presso", Label: "C/O presso", Optional: true, MaxLength: 100},
		{Name: "domicilio-indirizzo", Label: "Indirizzo", Optional: true, MaxLength: 200, Columns: 8},
		{Name: "domicilio-civico", Label: "Numero civico", Optional: true, MaxLength: 30, Columns: 4},
	}, places, []*Field{
		{Name: "domicilio-cap", Label: "CAP", Optional: true, MaxLength: 5, InputMode: "numeric"},
	})}}}
}

func (s *Server) allProvinces() []Option {
	var options []Option
	for _, p := range s.Places.Provinces() {
		options = append(options, Option{p.Sigla, p.Name})
	}
	return options
}

func contactsSection() *Section {
	return &Section{ID: "sez-contatti", Legend: "Contatti", Fields: []*Field{
		{Kind: Email, Name: "email", Label: "E-mail", MaxLength: 254,
			Help: "Qui arriva il codice di attivazione. Non valgono gli indirizzi di posta certificata CEC-PAC (@postacertificata.gov.it)."},
		{Kind: Checkbox, Name: "senza-email", Label: "Il cittadino non ha un indirizzo e-mail", Optional: true,
			Help: "Il codice di attivazione si consegna solo su carta: va stampato prima di concludere."},
		{Kind: Tel, Name: "telefono", Label: "Telefono fisso", Optional: true, MaxLength: 30, Columns: 6},
		{Kind: Tel, Name: "cellulare", Label: "Cellulare", Optional: true, MaxLength: 30, Columns: 6},
	}}
}

func documentSection() *Section {
	card := Part{Class: "solo-se-ci", Fields: documentFields(cardPrefix, "della carta d'identità")}
	other := Part{Class: "solo-se-altro", Fields: append([]*Field{
		{Kind: Select, Name: otherPrefix + "tipo", Label: "Tipologia altro documento"}}, documentFields(otherPrefix, "dell'altro documento")...)}
	return &Section{ID: "sez-documento", Legend: "Documento d'identità", Fields: []*Field{
		{Kind: Radio, Name: "documento", Label: "Scelta del tipo di documento", Value: "ci",
			Options: []Option{{"ci", "Carta d'identità"}, {"altro", "Altro documento"}}},
	}, Parts: []Part{{Fields: zoneFields()}, card, other}}
}

func documentFields(prefix, of string) []*Field {
	return []*Field{
		{Kind: Code, Name: prefix + "numero", Label: "Numero " + of, MaxLength: 30},
		{Kind: DateOf, Name: prefix + "rilascio", Label: "Data di rilascio", Columns: 6},
		{Kind: DateOf, Name: prefix + "scadenza", Label: "Data di scadenza", Columns: 6, Help: "Come stampata sul documento."},
		{Name: prefix + "ente", Label: "Rilasciato da", MaxLength: 100, Help: "Per esempio: Comune di Torino, Ministero dell'Interno."},
	}
}

func noteSection() *Section {
	return &Section{ID: "sez-note", Legend: "Comunicazione allo sportello", Fields: []*Field{
		{Kind: Area, Name: "nota", Label: "Note per lo sportellista", Optional: true, MaxLength: 1000, Help: "Scrivere solo ciò che serve alla pratica."},
	}}
}

// checksSection asks for the ticks of the desk (mission S26).
func checksSection() *Section {
	return &Section{ID: "sez-controlli", Legend: "Controlli allo sportello", Note: "Le conferme restano nella pratica, con il nome dell'operatore.", Fields: []*Field{
		{Kind: Checkbox, Name: string(desk.SeenDocument), Label: "Visto il documento d'identità, originale e in corso di validità"},
		{Kind: Checkbox, Name: string(desk.SeenCard), Label: "Vista la tessera sanitaria con il codice fiscale, in corso di validità"},
		{Kind: Checkbox, Name: string(desk.InPerson), Label: "Eseguito il riscontro de visu",
			Help: "I documenti appartengono alla persona presente; con una delega, quelli del delegato."},
		{Kind: Checkbox, Name: string(desk.ShownPrivacy), Label: "Mostrata l'informativa sul trattamento dei dati"},
		{Kind: Checkbox, Name: string(desk.ResidenceProof), Label: "Ricevuta una prova della residenza o l'autocertificazione", Optional: true,
			Help: "Serve quando il documento non riporta la residenza: passaporto, patente e simili."},
		{Kind: Checkbox, Name: string(desk.CopiesArchived), Label: "Archiviati il modulo di delega e le copie dei documenti", Optional: true,
			Help: "Serve con una delega: originale del modulo, copia del documento del delegato e di quello del cittadino."},
	}}
}

// nameVoice says what is wrong with names and ticks: a name beside its tick, a surname beside its, both ticks.
type nameVoice struct{ name, surname, neither string }

// How an operator is spoken to, and who writes of themselves.
var (
	deskNames = nameVoice{"Qui c'è un nome: togliere la spunta, oppure il nome.", "Qui c'è un cognome: togliere la spunta, oppure il cognome.",
		"Una persona ha almeno un nome o un cognome: togliere una delle due spunte."}
	ownNames = nameVoice{"Hai scritto un nome: togli la spunta, oppure il nome.", "Hai scritto un cognome: togli la spunta, oppure il cognome.",
		"Serve almeno un nome o un cognome: togli una delle due spunte."}
)

// nameFields are the two fields of a name with the tick of who does not have it.
var nameFields = []struct {
	field, none string
	both        func(nameVoice) string
}{
	{"nome", noName, func(v nameVoice) string { return v.name }}, {"cognome", noSurname, func(v nameVoice) string { return v.surname }},
}

// settleNames asks for no name of who does not have it; one of the two everybody has.
func settleNames(f *Form, say nameVoice) {
	for _, x := range nameFields {
		f.Field(x.field).Optional = f.Checked(x.none)
		if f.Checked(x.none) && f.Value(x.field) != "" {
			f.Fail(x.none, x.both(say))
		}
	}
	if f.Checked(noName) && f.Checked(noSurname) {
		f.Fail(noSurname, say.neither)
	}
}

// settle sets what depends on what was chosen: menus, blocks that are not asked, the e-mail that may be missing.
func (s *Server) settle(f *Form) {
	c, _ := s.Desk.Communities.ByID(community.ID(f.Value("community")))
	settleNames(f, deskNames)
	s.settleDomicile(f)
	settleDocument(f, c)
	f.Field("email").Optional = f.Checked("senza-email")
	if f.asks("delega") {
		settleDelegate(f)
	}
}

func (s *Server) settleDomicile(f *Form) {
	f.Field("domicilio-comune").Options = s.comuniIn(f.Value("domicilio-provincia"))
	f.Part("solo-se-domicilio").Off = !f.Checked("domicilio-diverso")
}

// comuniIn are all of a province, whoever serves them.
func (s *Server) comuniIn(province string) []Option {
	return s.comuniOf(office.Competence{Provinces: []string{province}}, province)
}

func settleDocument(f *Form, c community.Community) {
	f.Field(otherPrefix + "tipo").Options = otherDocuments(c)
	f.Part("solo-se-ci").Off = f.Value("documento") != "ci"
	f.Part("solo-se-altro").Off = f.Value("documento") != "altro"
}

// otherDocuments are those that a community takes beside the identity card.
func otherDocuments(c community.Community) []Option {
	var options []Option
	for _, k := range c.Documents {
		if kind := person.DocumentKind(k); kind != person.IdentityCard {
			options = append(options, Option{k, documentLabels[kind]})
		}
	}
	return options
}
