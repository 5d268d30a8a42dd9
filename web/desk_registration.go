package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// registrationRoutes are those of Registrazione utenti.
func (s *Server) registrationRoutes() []route {
	return slices.Concat([]route{
		{"GET /sportello/registrazione", s.only(office.Register, s.getSearchStart), operators, 0},
		{"POST /sportello/registrazione", s.only(office.Register, s.postSearchStart), operators, 0},
		{"GET /sportello/registrazione/{id}", s.only(office.Register, s.getCitizen), operators, 0},
		{"POST /sportello/registrazione/{id}", s.only(office.Register, s.postCitizen), operators, 0},
		{"GET /sportello/registrazione/{id}/conferma", s.only(office.Register, s.getConfirm), operators, 0},
		{"POST /sportello/registrazione/{id}/conferma", s.only(office.Register, s.postConfirm), operators, 0},
	}, s.printRoutes())
}

const registrationPath = "/sportello/registrazione"

// registrationPage is one of the four steps of a registration (001 §5.1.2).
func (s *Server) registrationPage(r *http.Request, step int) *page {
	p := s.page(r, "Registrazione utenti").at()
	p.Steps = Steps{[]string{"Ricerca", "Dati del cittadino", "Conferma", "Stampa"}, step}
	return p
}

var searchCallout = Callout{ID: "cosa-succede", Icon: "it-info-circle", Title: "Cosa può succedere", Points: []Link{
	{Text: "Trovato in CIA o in AURA: i dati compaiono già compilati."},
	{Text: "Non trovato: i campi sono vuoti, da compilare."},
	{Text: "Ha già credenziali forti: la registrazione si ferma con un avviso."},
	{Text: "È già registrato: si passa a Gestione utenti."},
	{Text: "Ha solo credenziali di un vecchio processo: prima si cancellano, con la sua firma."},
}}

// searchPage is the data of the first step.
type searchPage struct {
	Form    *Form
	Callout Callout
}

// searchStartForm asks who the citizen is and where they live; the menus offer what the ente may serve (G10).
func (s *Server) searchStartForm(at office.Competence) *Form {
	places := PlaceFields("residenza", s.provincesOf(at), nil)
	places[0].Label, places[0].Help = "Provincia di residenza", "Per chi vive all'estero: STATO ESTERO."
	places[1].Label, places[1].Help = "Comune di residenza", "Per chi vive all'estero: ESTERO."
	return &Form{Action: registrationPath, Submit: "Prosegui", Cancel: Link{Text: "Annulla", Href: menuPath},
		Intro: "Tutti i campi sono obbligatori. Il sistema cerca prima in CIA, poi in AURA.",
		Sections: []*Section{{Fields: append([]*Field{
			{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: person.LongestScan, First: true, Help: "16 caratteri, scritti o letti dalla tessera sanitaria con il lettore. Chi si è preregistrato: il numero di registrazione, o il codice a barre della ricevuta."},
			{Kind: Checkbox, Name: "provvisorio", Label: "Codice fiscale provvisorio (11 cifre)", Optional: true},
		}, places...)}}}
}

// provincesOf are those where the competence has a comune, and STATO ESTERO.
func (s *Server) provincesOf(at office.Competence) []Option {
	served := slices.Clone(at.Provinces)
	for _, code := range at.Comuni {
		if c, ok := s.Places.Comune(code); ok && c.Exists() {
			served = append(served, c.Province)
		}
	}
	var options []Option
	for _, p := range s.Places.Provinces() {
		if slices.Contains(served, p.Sigla) {
			options = append(options, Option{p.Sigla, p.Name})
		}
	}
	return append(options, Option{person.AbroadProvince, "STATO ESTERO"})
}

// comuniOf are those of a province that belong to the competence.
func (s *Server) comuniOf(at office.Competence, province string) []Option {
	if province == person.AbroadProvince {
		return []Option{{person.AbroadComune, "ESTERO"}}
	}
	var options []Option
	for _, p := range s.Places.Comuni(province) {
		if at.Has(province, p.Code) {
			options = append(options, Option{p.Code, p.Name})
		}
	}
	return options
}

func (s *Server) getSearchStart(w http.ResponseWriter, r *http.Request) error {
	who := whoOf(r)
	if !who.Can(office.Register) {
		return office.ErrForbidden
	}
	return s.showSearchStart(w, r, s.searchStartForm(who.Ente.Competence))
}

func (s *Server) showSearchStart(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.registrationPage(r, 1).withErrors(f)
	p.Data = searchPage{f, searchCallout}
	return s.show(w, "desk_search", p)
}

func (s *Server) postSearchStart(w http.ResponseWriter, r *http.Request) error {
	who := whoOf(r)
	f := s.searchStartForm(who.Ente.Competence)
	if err := f.Fill(r); err != nil {
		return err
	}
	comune := f.Field("residenza-comune")
	comune.Options = s.comuniOf(who.Ente.Competence, f.Value("residenza-provincia"))
	if len(comune.Options) == 1 && comune.Value == "" {
		comune.Value = comune.Options[0].Value
	}
	_, err := registration.ScanNumber(f.Value("codice-fiscale"))
	if byNumber := err == nil; action(r) != "" || !byNumber && !f.Check() {
		return s.showSearchStart(w, r, f)
	}
	id, err := s.Desk.Look(r.Context(), who, desk.Query{TaxCode: f.Value("codice-fiscale"), Provisional: f.Checked("provvisorio"),
		Province: f.Value("residenza-provincia"), Comune: comune.Value})
	switch {
	case err == nil:
		return redirect(registrationPath + "/" + id)
	case errors.Is(err, desk.ErrObsolete):
		return redirect(accountPath + id)
	case failField(f, err, searchFailures):
		return s.showSearchStart(w, r, f)
	}
	return s.refuse(w, r, err)
}

// A fieldFailure is a refusal that the operator corrects in one field of a form.
type fieldFailure struct {
	err         error
	field, text string
}

// taxCodeFailures say what is wrong with a tax code.
var taxCodeFailures = []fieldFailure{
	{person.ErrTaxCodeHealth, "codice-fiscale", "È un codice STP o ENI dell'assistenza sanitaria, non un codice fiscale: serve quello rilasciato dall'Agenzia delle Entrate."},
	{person.ErrTaxCodeLength, "codice-fiscale", "Il codice fiscale ha 16 caratteri, oppure 11 cifre se è provvisorio: ricontrollarlo sulla tessera sanitaria."},
	{person.ErrTaxCodeStructure, "codice-fiscale", "Lettere e cifre non sono al loro posto: ricontrollare il codice carattere per carattere sulla tessera sanitaria."},
	{person.ErrTaxCodeDate, "codice-fiscale", "La data di nascita scritta nel codice non esiste: ricontrollare i caratteri dal settimo all'undicesimo."},
	{person.ErrTaxCodeCheck, "codice-fiscale", "L'ultimo carattere non corrisponde agli altri: uno dei caratteri è sbagliato. Ricontrollare il codice sulla tessera sanitaria."},
}

// searchFailures are those of the search before a registration.
var searchFailures = slices.Concat(taxCodeFailures, []fieldFailure{
	{desk.ErrTaxCode, "codice-fiscale", "Il codice e la casella non vanno d'accordo: la casella si spunta solo per un codice provvisorio di 11 cifre."},
	{desk.ErrNoNumber, "codice-fiscale", "Nessuna registrazione ha questo numero: ricontrollarlo, oppure scrivere il codice fiscale."},
	{desk.ErrUnknownPlace, "residenza-comune", "Il comune non appartiene alla provincia: scegliere di nuovo."},
	{office.ErrCompetence, "residenza-comune", "Il comune non è tra quelli di competenza dell'ente: inviare il cittadino allo sportello competente."},
})

// failField marks the field of the first failure that holds, and tells whether one does.
func failField(f *Form, err error, failures []fieldFailure) bool {
	for _, x := range failures {
		if errors.Is(err, x.err) {
			f.Fail(x.field, x.text)
			return true
		}
	}
	return false
}

// A stop ends a registration before it begins: what happened, and where to go on.
type stop struct {
	err   error
	title string
	alert Alert
	todo  []string
	link  string // what leads to the registration that is there already
}

// stops are the variants of 001 §5.1.2, the gravest first.
var stops = []stop{
	{desk.ErrDeceased, "Registrazione non possibile",
		newAlert("danger", "L'anagrafe indica che la persona è deceduta", "La registrazione si ferma qui."),
		[]string{"Ricontrollare il codice fiscale sulla tessera sanitaria.",
			"Se la persona è presente, invitarla a rivolgersi all'anagrafe del suo comune per correggere il dato."}, ""},
	{desk.ErrClosing, "Registrazione non ancora possibile",
		newAlert("warning", "La cancellazione del vecchio account non è ancora confermata",
			"L'archivio delle vecchie credenziali non ha risposto: il sistema riprova da solo. La registrazione ricomincia dopo la conferma."),
		[]string{"Ripetere la ricerca tra qualche minuto."}, ""},
	{desk.ErrAlreadyStrong, "Registrazione non necessaria",
		newAlert("warning", "Il cittadino possiede già credenziali forti", "Non serve una nuova registrazione: la procedura si ferma qui."),
		[]string{"Se il cittadino ha perso il PIN o le credenziali, aprire la sua pratica: lì si vede che cosa si può fare."}, "Apri la pratica del cittadino"},
	{desk.ErrAlreadyRegistered, "Registrazione non necessaria",
		newAlert("warning", "Il cittadino è già registrato", "Non serve una nuova registrazione: si continua da Gestione utenti."),
		[]string{"Premere Prosegui: in Gestione utenti il cittadino è già selezionato."}, "Prosegui"},
}

// stopPage is the data of the page that stops a registration.
type stopPage struct {
	Alert  Alert
	Todo   []string
	Number string // of the registration that is there already, "" if none
	Link   string
}

// refuse shows why a registration stops, or gives the error back when it is none of the variants.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) error {
	for _, x := range stops {
		if !errors.Is(err, x.err) {
			continue
		}
		there := desk.AlreadyRegistered{}
		errors.As(err, &there)
		p := s.page(r, x.title).at(Link{Text: "Registrazione utenti", Href: registrationPath})
		p.Data = stopPage{x.alert, x.todo, there.Number, x.link}
		return s.render(w, http.StatusConflict, "desk_refused", p)
	}
	return err
}
