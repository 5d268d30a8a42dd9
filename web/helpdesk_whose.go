package web

import (
	"net/http"

	"sportello/helpdesk"
	"sportello/person"
	"sportello/registration"
	"sportello/request"
)

// matchForm says whose a request is.
func matchForm(c helpdesk.Case) *Form {
	f := &Form{Action: requestPath(c.ID) + "/pratica", Submit: "Collega alla pratica", Hidden: versionOf(c), Intro: "Con il codice fiscale o il numero di registrazione, per intero.",
		Sections: []*Section{{Fields: []*Field{{Kind: Code, Name: "codice-fiscale", Label: "Di chi è l'istanza", MaxLength: person.LongestScan, Value: c.Content.TaxCode}}}}}
	if c.File != nil {
		f.Submit = "Collega a un'altra pratica"
		f.Field("codice-fiscale").Value = ""
	}
	return f
}

// correctForm says that a request is about something else; nil where there is nothing to choose.
func correctForm(c helpdesk.Case) *Form {
	problems := request.Problems(c.Kind)
	if len(problems) < 2 || c.State == request.Proposed {
		return nil
	}
	return &Form{Action: requestPath(c.ID) + "/problema", Submit: "Cambia il problema", Hidden: versionOf(c), Intro: "I controlli ricominciano da capo.",
		Sections: []*Section{{Fields: []*Field{{Kind: Select, Name: "problema", Label: "Problema", Value: string(c.Problem), Options: problemOptions(c.Kind)}}}}}
}

func (s *Server) postCorrect(w http.ResponseWriter, r *http.Request) error {
	f, err := s.caseForm(r, correctForm)
	if err != nil {
		return err
	}
	if !f.Check() {
		return s.showCase(w, r, caseForms{correct: f})
	}
	if err := s.Helpdesk.Correct(r.Context(), whoOf(r), seenOf(r), request.Problem(f.Value("problema"))); err != nil {
		return err
	}
	return redirect(donePath(r.PathValue("id"), "corretta"))
}

func (s *Server) postMatch(w http.ResponseWriter, r *http.Request) error {
	f, err := s.caseForm(r, matchForm)
	if err != nil {
		return err
	}
	if !f.Check() {
		return s.showCase(w, r, caseForms{match: f})
	}
	var n registration.Number
	if n, err = s.Desk.Find(r.Context(), whoOf(r), f.Value("codice-fiscale")); err == nil {
		err = s.Helpdesk.Match(r.Context(), whoOf(r), seenOf(r), n)
	}
	switch {
	case err == nil:
		return redirect(donePath(r.PathValue("id"), "collegata"))
	case failField(f, err, findFailures):
		return s.showCase(w, r, caseForms{match: f})
	}
	return err
}
