package web

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"sportello/citizen"
	"sportello/community"
)

// acceptancePage is the data of the page of Regolamento and informativa.
type acceptancePage struct {
	Person     string
	Delegated  bool // somebody else took the codes: they sign for the person (F06)
	Community  community.Community
	Terms      shownText
	Privacy    shownText
	PDF        string
	CodeLasts  time.Time // last moment
	Translated bool      // the page is not in the texts' own language
}

// A shownText is one of the two texts, with its box.
type shownText struct {
	community.Text
	Summary []string
	Box     *Field
}

func acceptanceForm(r *http.Request, c community.Community) *Form {
	v := visitOf(r)
	return Sectionless(stepPaths[citizen.Terms], "Accetta e continua",
		&Field{Kind: Checkbox, Name: "accetto-regolamento", Label: v.T("Ho letto e accetto il regolamento (versione %s)", c.Terms.Version)},
		&Field{Kind: Checkbox, Name: "letto-informativa", Label: v.T("Ho letto l'informativa sulla privacy (versione %s)", c.Privacy.Version)})
}

var acceptanceMissing = map[string]string{
	"accetto-regolamento": "Per attivare le credenziali devi accettare il regolamento.",
	"letto-informativa":   "Conferma di avere letto l'informativa.",
}

func (s *Server) getAcceptance(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	return s.showAcceptance(w, r, p, acceptanceForm(r, p.Community))
}

func (s *Server) showAcceptance(w http.ResponseWriter, r *http.Request, a citizen.Procedure, f *Form) error {
	p := s.page(r, "Leggi e accetta il regolamento").withErrors(f)
	p.Steps = Steps{stepNames(a.Rule), 2}
	p.Publisher = a.Community.Publisher
	p.Data = acceptancePage{
		Person: a.Person.FullName(), Delegated: a.Operation.Delegation != nil, Community: a.Community,
		Terms:   shownText{a.Community.Terms, summaryOf(a.Community.Terms, p.Lang), f.Field("accetto-regolamento")},
		Privacy: shownText{a.Community.Privacy, summaryOf(a.Community.Privacy, p.Lang), f.Field("letto-informativa")},
		PDF:     "/documenti/regolamento.pdf?community=" + url.QueryEscape(string(a.Community.ID)), CodeLasts: lastMoment(a), Translated: p.Lang != "it"}
	return s.show(w, "citizen_terms", p)
}

// lastMoment is the last one in which the code is taken: the end itself is midnight of the day after.
func lastMoment(p citizen.Procedure) time.Time { return p.CodeExpires.Add(-time.Second) }

// postAcceptance notes that both texts were accepted (F02).
func (s *Server) postAcceptance(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	f := acceptanceForm(r, p.Community)
	if err := f.Fill(r); err != nil {
		return err
	}
	err := s.Citizen.Accept(r.Context(), originOf(r), s.cookie(r, activationCookie),
		citizen.Acceptance{Terms: f.Checked("accetto-regolamento"), Privacy: f.Checked("letto-informativa"), Lang: visitOf(r).Lang})
	if errors.Is(err, citizen.ErrNotAccepted) {
		f.require(acceptanceMissing)
		return s.showAcceptance(w, r, p, f)
	}
	if err != nil {
		return err
	}
	return s.onward(r)
}

// getRefusal says what refusing means: nothing changes (F02).
func (s *Server) getRefusal(w http.ResponseWriter, r *http.Request, a citizen.Procedure) error {
	p := s.page(r, "Non hai accettato il regolamento")
	p.Publisher = a.Community.Publisher
	p.Data = struct {
		Username  string
		CodeLasts time.Time
	}{a.Username, lastMoment(a)}
	return s.show(w, "citizen_refusal", p)
}
