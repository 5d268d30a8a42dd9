package web

import (
	"net/http"
	"slices"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
)

const recodePath = "/codice-fiscale"

var recoding = procedure{audit.ChangeTaxCode, office.ChangeTaxCode, "Cambio codice fiscale", (*Server).recodeForm, recodeEntry, (*Form).Check, "desk_move_form"}

// recodeRoutes are those of Cambio codice fiscale (mission S9).
func (s *Server) recodeRoutes() []route {
	const at = managePath + "/{numero}" + recodePath
	return slices.Concat([]route{{"GET " + at, s.only(office.ChangeTaxCode, s.beginEdit(recoding)), operators, 0}}, s.changeRoutes(at+"/{id}", recoding), s.proposalRoutes())
}

// Why a tax code changes, and what shows it.
var (
	codeCauses = []Option{
		{string(desk.Replaced), "L'Agenzia delle Entrate ha dato al cittadino un codice nuovo (omocodia, dati rettificati, codice definitivo al posto del provvisorio)"},
		{string(desk.Mistyped), "Il codice registrato era sbagliato: non è mai stato del cittadino"}}
	codeProofs = []Option{
		{string(desk.HealthCardProof), "Tessera sanitaria"}, {string(desk.CertificateProof), "Certificato di attribuzione del codice fiscale"},
		{string(desk.NoticeProof), "Comunicazione dell'Agenzia delle Entrate"}}
)

// recodeWhy says why a tax code changes, as it was written.
func recodeWhy(e desk.Edit) []Item {
	x := e.Entry.TaxCode
	items := []Item{told("Causa", (&Field{Options: codeCauses, Value: string(x.Cause)}).Shown()),
		told("Prova del codice nuovo", (&Field{Options: codeProofs, Value: string(x.Proof)}).Shown()), told("Motivo", x.Reason)}
	if e.Entry.Disagreement != "" {
		items = append(items, told("Perché il codice fiscale non corrisponde ai dati", e.Entry.Disagreement))
	}
	return items
}

// recodeForm asks for the new code with the data that it tells, and for the cause, which decides what becomes of the former code.
func (s *Server) recodeForm(_ desk.Who, e desk.Edit, _ string) *Form {
	identity := identitySection(&Field{Kind: Code, Name: string(desk.TaxCodeField), Label: "Codice fiscale nuovo", MaxLength: person.LongestScan,
		Help: "16 caratteri (11 cifre se provvisorio), scritti o letti dalla tessera sanitaria con il lettore."})
	identity.Legend, identity.Note = "Codice nuovo e dati da cui deriva", "Se con il codice cambiano anche nome, data di nascita o sesso, si correggono qui."
	why := &Section{ID: "sez-causa", Legend: "Perché cambia", Fields: []*Field{
		{Kind: Radio, Name: string(desk.CauseField), Label: "Causa", Options: codeCauses,
			Help: "Un codice sostituito porta ancora al cittadino; uno sbagliato torna libero per la persona a cui appartiene."},
		{Kind: Select, Name: string(desk.ProofField), Label: "Prova del codice nuovo", Options: codeProofs},
		{Kind: Area, Name: string(desk.ReasonField), Label: "Motivo", MaxLength: reasonLength, Rows: 2,
			Help: "Che cosa è successo, in una frase: resta nel registro degli atti e lo legge anche il cittadino. Non scrivere codici fiscali."},
	}}
	checks := seenSection()
	checks.Fields[0].Help = "I dati si copiano dal documento e dalla prova."
	checks.Fields = append(checks.Fields, &Field{Kind: Checkbox, Name: string(desk.CopiesArchived), Label: "Archiviata la copia della prova"})
	return &Form{Action: changePath(e), Submit: "Prosegui", Cancel: Link{Text: "Annulla", Href: changedAt(e.Deed, e.Number)}, Sections: []*Section{identity, why, checks}}
}

func recodeEntry(f *Form) desk.Entry {
	birth, _ := f.Field("nascita").Date()
	code, _ := person.ScanTaxCode(f.Value(string(desk.TaxCodeField)))
	return desk.Entry{
		Person: person.Person{TaxCode: code, Name: f.given("nome"), Surname: f.given("cognome"), BirthDate: birth, Sex: person.Sex(f.Value("sesso"))},
		Checks: registration.Checks{Document: f.Checked(string(desk.SeenDocument)), CopiesArchived: f.Checked(string(desk.CopiesArchived))},
		TaxCode: desk.CodeChange{Cause: desk.CodeCause(f.Value(string(desk.CauseField))), Proof: desk.CodeProof(f.Value(string(desk.ProofField))),
			Reason: f.given(string(desk.ReasonField))},
		Emancipation: f.given(string(desk.EmancipationField)), Disagreement: f.given(string(desk.MismatchField))}
}

// recodeFailures are what can be wrong with a new code.
var recodeFailures = slices.Concat(taxCodeFailures, []fieldFailure{
	{desk.ErrTaxCodeTaken, string(desk.TaxCodeField), "È, o è stato, il codice di un altro cittadino registrato: ricontrollarlo sulla tessera sanitaria, o cercarlo in Gestione utenti."},
	{desk.ErrTaxCodeDelegate, string(desk.TaxCodeField), "È il codice del delegato dell'operazione in corso: ricontrollarlo sulla tessera sanitaria."},
	{office.ErrSelf, string(desk.TaxCodeField), "È il codice dell'operatore: nessuno lavora sulla propria pratica. Chiedere a un altro responsabile."},
})

// recodeJudged tells whether the new code is one, and free.
func (s *Server) recodeJudged(r *http.Request, e desk.Edit, f *Form) (free bool, err error) {
	typed := f.Field(string(desk.TaxCodeField))
	if typed.Value == "" {
		return false, nil
	}
	code, err := person.ScanTaxCode(typed.Value)
	if err != nil {
		typed.Error = ""
	} else {
		err = s.Desk.MayRecode(r.Context(), whoOf(r), e, code)
	}
	if failField(f, err, recodeFailures) {
		return false, nil
	}
	return err == nil, err
}

// recodeAsked asks the registries about a code that is good otherwise, puts what they say beside the fields, and tells whether the change may go on.
func (s *Server) recodeAsked(r *http.Request, e *desk.Edit, f *Form, entry desk.Entry) (good bool, err error) {
	if err := s.Desk.AskCode(r.Context(), whoOf(r), e, entry.Person.TaxCode); err != nil {
		return false, err
	}
	review, err := s.Desk.ReviewEdit(whoOf(r), *e, entry, visitOf(r).now)
	remark(f, review)
	return len(review.Problems) == 0, err
}

// askedWords say how asking a registry about a new tax code ended.
var askedWords = map[registry.Outcome]struct{ kind, title, text string }{
	registry.NotFound: {"info", " non conosce il codice nuovo", "Un codice appena dato può non esserci ancora: decide la prova."},
	registry.Slow:     {"warning", " non ha risposto in tempo", "Il cambio può andare avanti: decide la prova."},
	registry.Down:     {"warning", " non è disponibile", "Il cambio può andare avanti: decide la prova."},
	registry.Nonsense: {"warning", " ha dato una risposta non utilizzabile", "Il cambio può andare avanti: decide la prova."},
}

// unknownEverywhere tells whether every registry was heard and none knows the code.
func unknownEverywhere(f registry.Finding) bool {
	return len(f.Consulted) > 1 && !slices.ContainsFunc(f.Consulted, func(c registry.Consultation) bool { return c.Outcome != registry.NotFound })
}

// askedNotices tell what the registries said of a new tax code; nothing where none is set up.
func (s *Server) askedNotices(e desk.Edit) (alerts []Alert) {
	if unknownEverywhere(e.Finding) {
		return []Alert{newAlert("info", "Le anagrafi non conoscono il codice nuovo", askedWords[registry.NotFound].text)}
	}
	for _, c := range e.Finding.Consulted {
		switch x, known := askedWords[c.Outcome]; {
		case known:
			alerts = append(alerts, newAlert(x.kind, string(c.Source)+x.title, x.text))
		case c.Outcome == registry.OtherResidence:
			alerts = append(alerts, newAlert("warning", string(c.Source)+" conosce il codice nuovo, con residenza altrove",
				"Il comune che risulta è "+s.comuneName(c.Comune)+" ("+c.Province+"): controllare che il codice sia del cittadino, e la residenza con Modifica."))
		case c.Outcome == registry.Found:
			alerts = append(alerts, newAlert("success", string(c.Source)+" conosce il codice nuovo", "I dati che risultano si confrontano con quelli scritti: se qualcuno è diverso si legge qui."))
		}
	}
	return alerts
}
