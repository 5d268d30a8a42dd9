package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"sportello/helpdesk"
	"sportello/registration"
	"sportello/registry"
	"sportello/request"
)

// casePage is the data of one request.
type casePage struct {
	helpdesk.Case
	At          string
	State       Badge
	Late        bool
	Facts       []Item        // of the request
	Said        []Item        // by whoever asks
	Citizen     []ItemSection // stored, to compare; empty while nobody knows whose it is
	Detail      string        // address of the registration
	Guide       []string
	Version     string
	Take        string // what the button to take it says, "" if there is none
	Waits       string // why nothing can be done now
	Checklist   *Form
	Answers     []Item // given, when they cannot be changed any more
	Match       *Form
	Ending      *Form
	Correct     *Form
	Note        *Form
	NoteRows    []noteRow
	Application *applicationView // of a request to the ente
	Pictures    []picture
}

type noteRow struct{ When, Author, Text string }

// caseForms are the forms of the page, each with what was typed if it was refused.
type caseForms struct {
	checklist, match, ending, note, correct *Form
	found                                   *registry.Finding // what the registries say, if they were asked
}

func (s *Server) getCase(w http.ResponseWriter, r *http.Request) error {
	return s.showCase(w, r, caseForms{})
}

// showCase shows the page, with the forms that were refused if any was.
func (s *Server) showCase(w http.ResponseWriter, r *http.Request, refused caseForms) error {
	who := whoOf(r)
	c, err := s.Helpdesk.Case(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	now := visitOf(r).now
	data := casePage{Case: c, At: requestPath(c.ID), State: requestBadges[c.State], Late: c.Overdue(now), Facts: caseFacts(c), Said: saidItems(c.Content),
		Guide: c.Rule().Guide, Pictures: picturesOf(c.ID, c.Evidence), Version: strconv.Itoa(c.Version), Note: refused.note}
	if c.File != nil {
		data.Detail = detailPath(c.File.Registration.Number)
		data.Citizen = []ItemSection{{"d-persona", "Persona registrata", s.comparedItems(c)}}
		if c.Problem == request.LostPIN || c.Problem == request.NoLetter { // where the letter goes, to compare with what is said
			data.Citizen = append(data.Citizen, ItemSection{"d-residenza", "Residenza registrata", s.residenceItems(c.File.Person.Residence)})
			if c.File.Person.Domicile.Elsewhere {
				data.Citizen = append(data.Citizen, ItemSection{"d-domicilio", "Domicilio: qui vanno le lettere", s.domicileItems(c.File.Person.Domicile)})
			}
		}
		if c.Kind == request.Fax { // the whole document is looked at, and where the PIN will go
			data.Citizen = append(data.Citizen, ItemSection{"d-anagrafica", "Nascita", s.personItems(c.File.Person)[3:]}, ItemSection{"d-residenza", "Residenza dichiarata", s.residenceItems(c.File.Person.Residence)})
		}
	}
	for _, n := range c.Notes {
		data.NoteRows = append(data.NoteRows, noteRow{momentInWords(n.At), n.Author, n.Text})
	}
	if data.Note == nil {
		data.Note = noteForm(c.ID)
	}
	data.work(refused, now)
	data.Application = s.applicationOf(c)
	if data.Application != nil {
		data.Match, data.Said = nil, nil // whose it is was settled when it came, and all that is written stands beside the documents
		if c.File != nil && c.Asked != nil && !c.Asked.Stranger && !c.Asked.Renews {
			data.Citizen[0].Items = data.Citizen[0].Items[:2] // the rest is what was written
		}
		if refused.found != nil && c.Asked != nil {
			data.Application.Compared = comparisonOf(c.Asked.Person, *refused.found)
		}
	}
	p := s.page(r, problemTitle(c.Problem)).at(requestsLink)
	p.Notice = requestDone[r.URL.Query().Get("fatto")]
	for _, f := range []*Form{refused.checklist, refused.match, refused.ending, refused.note, refused.correct} {
		if f != nil {
			p.Errors = append(p.Errors, f.Errors()...)
		}
	}
	p.Data = data
	return s.show(w, "helpdesk_case", p)
}

// work offers what the operator may do now.
func (p *casePage) work(refused caseForms, now time.Time) {
	switch {
	case p.State.Kind != "" && p.Case.State.Ended():
		p.Answers = answerItems(p.Case)
	case p.Own:
		p.Waits = "È la pratica di chi ha fatto l'accesso: la deve evadere un collega."
	case !p.Mine:
		p.Answers, p.Take = answerItems(p.Case), "Prendi in carico"
	default:
		p.Correct = correctForm(p.Case)
		p.Checklist, p.Match, p.Ending = checklistForm(p.Case, now), matchForm(p.Case), endingForm(p.Case)
		for _, x := range []struct{ into, from **Form }{{&p.Checklist, &refused.checklist}, {&p.Match, &refused.match}, {&p.Ending, &refused.ending}, {&p.Correct, &refused.correct}} {
			if *x.from != nil {
				*x.into = *x.from
			}
		}
	}
}

func caseFacts(c helpdesk.Case) []Item {
	items := []Item{told("Arrivata", kindNames[c.Kind]+", "+momentInWords(c.OpenedAt)), told("Da evadere entro il", inWords(c.Deadline))}
	if c.Clerk != "" {
		items = append(items, told("In carico a", c.Clerk+", "+momentInWords(c.TakenAt)))
	}
	if c.Proposer != "" {
		items = append(items, told("Proposta di accoglimento", c.Proposer))
	}
	if c.State.Ended() {
		items = append(items, told("Conclusa", momentInWords(c.ClosedAt)))
	}
	if c.Reason != "" {
		items = append(items, told("Motivo", c.Reason))
	}
	if !c.NoticeAt.IsZero() {
		items = append(items, told("Persona avvisata", momentInWords(c.NoticeAt)), told("Si può accogliere dal", momentInWords(c.GrantedFrom())))
	}
	return items
}

// saidItems are what the evidence says, where it says it.
func saidItems(x request.Content) (items []Item) {
	verdict := map[request.Verdict]string{request.Authentic: "Verificato dal server di posta", request.Forged: "Non verificato: può essere falso", request.Unverified: "Non si sa: può essere falso"}[x.Verdict]
	for _, i := range []Item{{Label: "Cognome", Value: x.Surname}, {Label: "Nome", Value: x.Name}, {Label: codeLabel(x.TaxCode), Value: x.TaxCode, Code: true},
		{Label: "Recapito", Value: x.Contact}, {Label: "Mittente", Value: x.Sender}, {Label: "È davvero lui", Value: verdict}, {Label: "Oggetto", Value: x.Subject},
		{Label: "Allegati, non conservati", Value: strings.Join(x.Attachments, ", ")}} {
		if i.Value != "" {
			items = append(items, i)
		}
	}
	return items
}

// comparedItems are the stored data that the check needs, and no more.
func (s *Server) comparedItems(c helpdesk.Case) []Item {
	p, d := c.File.Person, c.File.Person.Document
	items := []Item{{Label: "Numero registrazione", Value: string(c.File.Registration.Number), Code: true}, told("Stato", stateBadges[c.File.Registration.State].Text),
		told("Cognome", p.Surname), told("Nome", p.Name), {Label: "Codice fiscale", Value: string(p.TaxCode), Code: true},
		told("Documento", documentLabels[d.Kind]), {Label: "Numero del documento", Value: d.Number, Code: true, Missing: d.Number == ""}, dayOf("Rilasciato il", inWords(d.IssuedOn)),
		{Label: "E-mail registrata", Value: p.Contacts.Email, Missing: p.Contacts.Email == ""}}
	if c.Problem == request.LostPassword {
		items = append(items, Item{Label: "Username", Value: c.File.Username, Code: true, Missing: c.File.Username == "", Source: "Lo dice chi chiede; non glielo si suggerisce"})
	}
	return items
}

// codeLabel is what a caller gave: a form asks for either.
func codeLabel(given string) string {
	if _, err := registration.ParseNumber(given); err == nil {
		return "Numero di registrazione"
	}
	return "Codice fiscale"
}

func answerItems(c helpdesk.Case) (items []Item) {
	for _, x := range c.Rule().Checklist {
		if said := c.Answers[x.Key]; said != "" {
			items = append(items, told(x.Label, capital(said)))
		}
	}
	return items
}

func versionOf(c helpdesk.Case) []Option { return []Option{{"versione", strconv.Itoa(c.Version)}} }

// seenOf is the request as the page showed it.
func seenOf(r *http.Request) helpdesk.Seen {
	version, _ := strconv.Atoi(r.PostFormValue("versione"))
	return helpdesk.Seen{ID: r.PathValue("id"), Version: version}
}

func noteForm(id string) *Form {
	return &Form{Action: requestPath(id) + "/note", Submit: "Aggiungi la nota", Intro: "La leggono tutti gli operatori che evadono istanze.",
		Sections: []*Section{{Fields: []*Field{{Kind: Area, Name: "nota", Label: "Nota", MaxLength: 1000}}}}}
}

// requestDone are the notices after an act.
var requestDone = map[string]Alert{
	"fax":       newAlert("success", "Fax ricevuto", "Guardare le pagine e confrontarle con i dati."),
	"presa":     newAlert("success", "Istanza presa in carico", "Ora la evade chi l'ha presa; gli altri la vedono soltanto."),
	"rimessa":   newAlert("success", "Istanza rimessa", "La può prendere un altro operatore."),
	"corretta":  newAlert("success", "Problema cambiato", "I controlli sono quelli del nuovo problema."),
	"collegata": newAlert("success", "Istanza collegata alla pratica", "Confrontare i dati prima di decidere."),
	"salvata":   newAlert("success", "Risposte salvate", "L'istanza non è ancora decisa."),
	"nota":      newAlert("success", "Nota aggiunta", ""),
	"accolta":   newAlert("success", "Istanza accolta", "Quello che era stato chiesto è stato fatto."),
	"proposta":  newAlert("success", "Proposta registrata", "Un secondo operatore la deve confermare."),
	"conclusa":  newAlert("success", "Istanza conclusa", ""),
}

func donePath(id, what string) string { return requestPath(id) + "?fatto=" + what }

// postTake takes a request in charge, or gives it back.
func (s *Server) postTake(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	seen := seenOf(r)
	if action(r) == "rimetti" {
		if err := s.Helpdesk.GiveBack(r.Context(), whoOf(r), seen); err != nil {
			return err
		}
		return redirect(requestsPath + "?fatto=rimessa")
	}
	if err := s.Helpdesk.Take(r.Context(), whoOf(r), seen); err != nil {
		return err
	}
	return redirect(donePath(seen.ID, "presa"))
}

// caseForm is a form of the page, filled. Errors: those of Case, ErrNotTaken.
func (s *Server) caseForm(r *http.Request, form func(helpdesk.Case) *Form) (*Form, error) {
	c, err := s.Helpdesk.Case(r.Context(), whoOf(r), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	f := form(c)
	if f == nil {
		return nil, ErrNotFound
	}
	if err := f.Fill(r); err != nil {
		return nil, err
	}
	f.Hidden = []Option{{"versione", r.PostFormValue("versione")}}
	return f, c.Held(whoOf(r).Operator.ID)
}

func (s *Server) postNote(w http.ResponseWriter, r *http.Request) error {
	f := noteForm(r.PathValue("id"))
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showCase(w, r, caseForms{note: f})
	}
	if err := s.Helpdesk.Note(r.Context(), whoOf(r), r.PathValue("id"), f.Value("nota")); err != nil {
		return err
	}
	return redirect(donePath(r.PathValue("id"), "nota"))
}
