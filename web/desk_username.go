package web

import (
	"errors"
	"net/http"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// usernameRoutes are those of Recupero username (001 §5.7.1).
func (s *Server) usernameRoutes() []route {
	const at = managePath + "/{numero}/username"
	return []route{
		{"GET " + at, s.only(office.TellUsername, s.getUsername), operators, 0},
		{"POST " + at, s.only(office.TellUsername, s.postUsername), operators, 0},
	}
}

// usernamePage is the data of the page before the username is told.
type usernamePage struct {
	Sections []ItemSection // what to compare with the documents
	Edit     string        // address of Modifica
	Form     *Form
}

func usernameForm(n registration.Number) *Form {
	checks := checksSection()
	checks.Legend, checks.Note = "Controlli prima di comunicare lo username", "Le conferme restano nel registro degli atti, con il nome dell'operatore; lo username no."
	checks.Fields = checks.Fields[:3] // document, card, de visu
	checks.Fields[2].Help = "I documenti appartengono alla persona presente: lo username si dice solo al cittadino, non a un delegato."
	return &Form{Action: actionPath(n, "/username"), Submit: "Mostra lo username", Cancel: Link{Text: "Annulla", Href: managePath + "/" + string(n)},
		Intro: "Lo username compare una volta, da dire a voce al cittadino.", Sections: []*Section{checks}}
}

func (s *Server) getUsername(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	return s.showUsername(w, r, usernameForm(n), n)
}

func (s *Server) showUsername(w http.ResponseWriter, r *http.Request, f *Form, n registration.Number) error {
	file, err := s.Desk.Serve(r.Context(), whoOf(r), audit.TellUsername, n)
	if err != nil {
		return err
	}
	p := s.usernameStep(r, n).withErrors(f)
	p.Data = usernamePage{Form: f, Edit: actionPath(n, "/modifica"), Sections: []ItemSection{
		{"d-anagrafica", "Dati anagrafici", s.personItems(file.Person)},
		{"d-documento", "Documento d'identità", documentItems(file.Person.Document)},
		{"d-residenza", "Dati di residenza", s.residenceItems(file.Person.Residence)},
	}}
	return s.show(w, "desk_username", p)
}

func (s *Server) usernameStep(r *http.Request, n registration.Number) *page {
	return s.page(r, "Recupero username").at(caseLinks(n)...)
}

// toldPage is the data of the page that shows the username: the answer to a POST, so that nothing leads back to it.
type toldPage struct{ Username, Row string }

func (s *Server) postUsername(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	f := usernameForm(n)
	if err := f.Fill(r); err != nil {
		return err
	}
	f.Check()
	username, err := s.Desk.TellUsername(r.Context(), whoOf(r), n, registration.Checks{Document: f.Checked(string(desk.SeenDocument)),
		HealthCard: f.Checked(string(desk.SeenCard)), InPerson: f.Checked(string(desk.InPerson))})
	if errors.Is(err, desk.ErrIncomplete) {
		return s.showUsername(w, r, f, n)
	}
	if err != nil {
		return err
	}
	p := s.usernameStep(r, n)
	p.Subtitle = "da dire a voce"
	p.Data = toldPage{username, managePath + "/" + string(n)}
	return s.show(w, "desk_username_told", p)
}
