package web

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"sportello/citizen"
	"sportello/desk"
	"sportello/person"
)

// homeVoice are help, autocomplete tokens and, where they differ, labels of the desk's fields where people write of themselves.
var homeVoice = map[string]struct{ help, auto, label string }{
	"nome": {auto: "given-name"}, "cognome": {auto: "family-name"}, "nascita": {auto: "bday"},
	"indirizzo": {help: "Via, piazza, corso: senza il numero.", auto: "address-line1"}, "cap": {auto: "postal-code"}, "citta": {auto: "address-level2"}, "nazione": {auto: "country-name"},
	noName: {label: "Non ho un nome"}, noSurname: {label: "Non ho un cognome"},
	"email":    {help: "Qui arriva subito il link da aprire, e dopo lo sportello il codice di attivazione. Una casella che leggi solo tu.", auto: "email"},
	"telefono": {auto: "home tel"}, "cellulare": {auto: "mobile tel"},
	"ci-numero": {help: "È in alto a destra sulla carta, per esempio CA12345AA."}, "ci-ente": {help: "Per esempio: Comune di Torino."},
	"altro-ente": {help: "Per esempio: Ministero dell'Interno, Questura di Torino, MIT-UCO."},
}

// atHome gives fields of the desk's form the voice in which people are spoken to.
func atHome(sections ...*Section) []*Section {
	for _, s := range sections {
		for _, x := range s.all() {
			if voice, ok := homeVoice[x.Name]; ok {
				x.Autocomplete, x.Label = voice.auto, cmp.Or(voice.label, x.Label)
				if x.Help = voice.help; x.Kind == DateOf {
					x.Help = ""
				}
			}
		}
	}
	return sections
}

// ownForm is a page of an application with what was typed there before.
func ownForm(d doorway, p citizen.Page, back citizen.Page, sections ...*Section) *Form {
	return &Form{Action: d.path(p), Submit: "Avanti", Back: Link{Text: "Indietro", Href: d.path(back)}, Sections: atHome(sections...)}
}

// typed is what a page holds: what was just posted, else what was typed before.
func typed(a citizen.Application, p citizen.Page, r *http.Request) url.Values {
	if r.Method == http.MethodPost {
		return r.PostForm
	}
	return url.Values(a.Typed[p])
}

func (s *Server) ownDataForm(d doorway, a citizen.Application, r *http.Request) *Form {
	taxCode := &Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 40, Help: "16 caratteri. Lo trovi sulla tessera sanitaria."}
	f := ownForm(d, citizen.DataPage, citizen.PrivacyPage, &Section{ID: "sez-persona", Legend: "Informazioni personali", Fields: personFields(taxCode)})
	f.Refill(typed(a, citizen.DataPage, r))
	settleNames(f, ownNames)
	return f
}

// ownTaxCodeFailures say what is wrong with a tax code, to its owner.
var ownTaxCodeFailures = []fieldFailure{
	{person.ErrTaxCodeHealth, "codice-fiscale", "È un codice STP o ENI dell'assistenza sanitaria, non un codice fiscale: serve quello rilasciato dall'Agenzia delle Entrate."},
	{person.ErrTaxCodeLength, "codice-fiscale", "Il codice fiscale ha 16 caratteri: ricontrollalo sulla tessera sanitaria."},
	{person.ErrTaxCodeStructure, "codice-fiscale", "Lettere e cifre non sono al loro posto: ricontrolla il codice carattere per carattere sulla tessera sanitaria."},
	{person.ErrTaxCodeDate, "codice-fiscale", "La data di nascita scritta nel codice non esiste: ricontrolla i caratteri dal settimo all'undicesimo."},
	{person.ErrTaxCodeCheck, "codice-fiscale", "Uno dei caratteri è sbagliato: ricontrolla il codice sulla tessera sanitaria."},
}

func readOwnData(f *Form, a *citizen.Application) {
	code, err := person.ParseTaxCode(f.Value("codice-fiscale"))
	if err != nil && f.Value("codice-fiscale") != "" && !failField(f, err, ownTaxCodeFailures) {
		f.Fail("codice-fiscale", "Il codice fiscale ha 16 caratteri: ricontrollalo sulla tessera sanitaria.")
	}
	p := &a.Person
	p.TaxCode, p.Surname, p.Name, p.BirthDate, p.Sex = code, f.Value("cognome"), f.Value("nome"), dateOf(f, "nascita"), person.Sex(f.Value("sesso"))
}

func (s *Server) ownResidenceForm(d doorway, a citizen.Application, r *http.Request) *Form {
	values := typed(a, citizen.ResidencePage, r)
	province, comune := values.Get("residenza-provincia"), values.Get("residenza-comune")
	places := PlaceFields("residenza", append(s.allProvinces(), Option{person.AbroadProvince, visitOf(r).T("STATO ESTERO")}), s.comuniIn(province))
	places[0].Help = "Se abiti all'estero: STATO ESTERO."
	places[2].Help = "Dopo aver scelto la provincia."
	sections := []*Section{s.residenceSection(province, comune, places)}
	if d.door == citizen.Preregistration {
		domicile := s.domicileSection()
		for _, x := range domicile.all() {
			x.Optional = x.Optional && slices.Contains([]string{"domicilio-diverso", "domicilio-presso", "domicilio-civico"}, x.Name)
		}
		sections = append(sections, domicile)
	}
	f := ownForm(d, citizen.ResidencePage, citizen.DataPage, sections...)
	f.Refill(values)
	if x := f.Field("residenza-comune"); len(x.Options) == 1 && x.Value == "" {
		x.Value = x.Options[0].Value
	}
	if d.door == citizen.Preregistration {
		s.settleDomicile(f)
	}
	return f
}

func readOwnResidence(f *Form, a *citizen.Application) {
	a.Person.Residence = residenceOf(f)
	a.Person.Residence.Province, a.Person.Residence.Comune = f.Value("residenza-provincia"), f.Value("residenza-comune")
	a.Person.Domicile = person.Domicile{}
	if f.has("domicilio-diverso") {
		a.Person.Domicile = domicileOf(f)
	}
}

func (s *Server) ownDocumentForm(d doorway, a citizen.Application, r *http.Request) *Form {
	section := documentSection()
	section.Parts = section.Parts[1:] // the machine-readable zone is for the desk's readers
	f := ownForm(d, citizen.DocumentPage, citizen.ResidencePage, section)
	if values := typed(a, citizen.DocumentPage, r); len(values) > 0 {
		f.Refill(values)
	}
	settleDocument(f, a.Community)
	return f
}

func readOwnDocument(f *Form, a *citizen.Application) { a.Person.Document = documentOf(f) }

func (s *Server) homeContactsForm(d doorway, a citizen.Application, r *http.Request) *Form {
	section := contactsSection()
	section.Fields = slices.DeleteFunc(section.Fields, func(x *Field) bool { return x.Name == "senza-email" })
	f := ownForm(d, citizen.ContactsPage, citizen.DocumentPage, section)
	f.Refill(typed(a, citizen.ContactsPage, r))
	return f
}

func readOwnContacts(f *Form, a *citizen.Application) {
	a.Person.Contacts = person.Contacts{Email: f.Value("email"), Phone: f.Value("telefono"), Mobile: f.Value("cellulare")}
}

// stepOf is the step of a page, counted from 1.
func stepOf(p citizen.Page) int {
	order := slices.Concat([]citizen.Page{citizen.PrivacyPage}, citizen.Written, []citizen.Page{citizen.CheckPage, citizen.SentPage})
	return min(slices.Index(order, p)+1, len(stepsFromHome)) // sending and confirming are one
}

func (s *Server) getWritten(x writtenPage) writingHandler {
	return func(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
		f := x.form(s, d, a, r)
		if slices.Contains(a.Done, x.page) {
			s.flaws(f, x, &a) // what was right may be so no more: a document expires
		}
		return s.showWritten(w, r, d, x, f)
	}
}

func (s *Server) showWritten(w http.ResponseWriter, r *http.Request, d doorway, x writtenPage, f *Form) error {
	return s.show(w, "online_form", s.writtenPage(r, d, x, f))
}

func (s *Server) writtenPage(r *http.Request, d doorway, x writtenPage, f *Form) *page {
	p := s.onlinePage(r, d, x.title, stepOf(x.page)).withErrors(f)
	p.Data = writtenData{f, d.base() + "/annulla"}
	return p
}

// writtenData is the data of a page of an application.
type writtenData struct {
	Form    *Form
	Abandon string
}

// flaws reads a form into the application and marks what the rules find.
func (s *Server) flaws(f *Form, x writtenPage, a *citizen.Application) {
	x.read(f, a)
	for _, flaw := range citizen.On(citizen.Flaws(a.Person, a.Community, s.todayInRome()), x.page) {
		if name := nameOfFlaw(f, flaw.Field); f.asks(name) {
			f.Fail(name, flaw.Text)
		}
	}
}

// nameOfFlaw is nameOf for a page that may not ask for a document.
func nameOfFlaw(f *Form, field string) string {
	if !f.has("documento") {
		return field
	}
	return nameOf(f, desk.Field(field))
}

func (s *Server) todayInRome() person.Date { return person.DateOf(s.Now().In(rome)) }

// postWritten keeps a page: right, it leads on; wrong, it is shown again with what was typed.
func (s *Server) postWritten(x writtenPage) writingHandler {
	return func(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
		if err := parse(r, false); err != nil {
			return err
		}
		f := x.form(s, d, a, r)
		if action(r) != "" {
			return s.showWritten(w, r, d, x, f)
		}
		f.requireAsked(emptyAtHome)
		f.Check()
		s.flaws(f, x, &a)
		in := citizen.Filled{Page: x.page, Typed: maps.Clone(r.PostForm)}
		right := len(f.Errors()) == 0
		if right {
			in.Person = &a.Person
		}
		err := portalOf(r).Citizen.Write(r.Context(), originOf(r), a, in)
		if errors.Is(err, citizen.ErrNoApplication) {
			return redirect(d.base() + "?motivo=durata")
		}
		if wait := (citizen.Wait{}); errors.As(err, &wait) {
			p := s.writtenPage(r, d, x, f)
			p.Notice = tooManyApplications(r, wait)
			return s.render(w, http.StatusTooManyRequests, "online_form", p)
		}
		if err != nil {
			return err
		}
		if !right {
			return s.showWritten(w, r, d, x, f)
		}
		return redirect(d.path(citizen.CheckPage)) // or the first page before it that is not done
	}
}

// requireAsked is require for the fields that the choices made ask for.
func (f *Form) requireAsked(texts map[string]string) {
	for _, x := range f.fields() {
		if text, ok := texts[x.Name]; ok && x.empty() && x.Required() && f.asks(x.Name) {
			f.Fail(x.Name, text)
		}
	}
}

// emptyAtHome are the words for fields left empty.
var emptyAtHome = map[string]string{
	"nome": "Scrivi il tuo nome.", "cognome": "Scrivi il tuo cognome.", "codice-fiscale": "Scrivi il tuo codice fiscale.",
	"nascita": "Scrivi giorno, mese e anno di nascita.", "sesso": "Scegli una delle due voci: quella scritta sul documento.",
	"indirizzo": "Scrivi l'indirizzo.", "civico": "Scrivi il numero civico; SNC se manca.", "residenza-provincia": "Scegli la provincia, poi aggiorna i comuni.",
	"residenza-comune": "Scegli il comune: prima la provincia, poi aggiorna i comuni.", "cap": "Scrivi le 5 cifre del CAP, per esempio 10122.",
	"email": "Scrivi il tuo indirizzo e-mail: ti serve per confermare.",
}
