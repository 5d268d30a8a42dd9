package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/assurance"
	"sportello/citizen"
	"sportello/desk"
	"sportello/person"
)

// completionPath is the bonifica online: a weak member completes what is missing (B03, mission S14).
const completionPath = "/bonifica"

func (s *Server) completionRoutes() []route {
	return []route{
		{"GET " + completionPath, s.inside(s.getCompletion), citizens, 0},
		{"POST " + completionPath, s.inside(s.postCompletion), citizens, 0},
	}
}

// completionData is the data of the page.
type completionData struct {
	Form       *Form // nil when nothing is missing
	Email      bool  // an address is missing, which this page does not ask for
	Terms      shownText
	Privacy    shownText
	PDF        string
	Document   *Section // nil when the one that is there is good
	PIN        *Field   // nil once the log-in has shown it
	Translated bool
}

// completionForm asks for what is missing, and for both texts.
func (s *Server) completionForm(r *http.Request, st access.Standing, g citizen.Gaps) *Form {
	v := visitOf(r)
	f := &Form{Action: completionPath, Submit: "Completa e accetta", Sections: []*Section{{Fields: []*Field{
		{Kind: Checkbox, Name: "accetto-regolamento", Label: v.T("Ho letto e accetto il regolamento (versione %s)", g.Community.Terms.Version)},
		{Kind: Checkbox, Name: "letto-informativa", Label: v.T("Ho letto l'informativa sulla privacy (versione %s)", g.Community.Privacy.Version)},
	}}}}
	if st.Level.Authn < assurance.PasswordAndPIN {
		f.Sections[0].Fields = append(f.Sections[0].Fields, pinField())
	}
	if g.Document {
		section := documentSection()
		section.Parts = section.Parts[1:]
		f.Sections = append(f.Sections, atHome(section)...)
	}
	return f
}

func (s *Server) getCompletion(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	g, err := portalOf(r).Citizen.Gaps(r.Context(), st.Registration.ID)
	if errors.Is(err, citizen.ErrStrong) {
		return redirect(verifyPath)
	}
	if err != nil {
		return err
	}
	f := s.completionForm(r, st, g)
	if g.Document {
		writeDocument(f, g)
		settleDocument(f, g.Community)
	}
	return s.showCompletion(w, r, g, f)
}

// writeDocument puts what is known of a document into the form.
func writeDocument(f *Form, g citizen.Gaps) {
	doc, prefix := g.Person.Document, cardPrefix
	if doc.Kind != "" && doc.Kind != person.IdentityCard {
		prefix = otherPrefix
		f.Field("documento").Value, f.Field(otherPrefix+"tipo").Value = "altro", string(doc.Kind)
	}
	f.Field(prefix+"numero").Value, f.Field(prefix+"ente").Value = doc.Number, doc.Issuer
	f.Field(prefix + "rilascio").SetDate(doc.IssuedOn)
	f.Field(prefix + "scadenza").SetDate(doc.ExpiresOn)
}

func (s *Server) showCompletion(w http.ResponseWriter, r *http.Request, g citizen.Gaps, f *Form) error {
	p := s.page(r, "Completa i tuoi dati").withErrors(f).at(Link{Text: "La tua area personale", Href: areaPath})
	p.publishedBy(g.Community)
	p.Lead = "La tua registrazione è incompleta o i testi sono cambiati. Le credenziali restano quelle di adesso, deboli: per renderle forti serve uno sportello."
	d := completionData{Form: f, Email: g.Email, PDF: hrefOf(desk.BlankTerms, g.Community.ID, p.Lang), Translated: p.Lang != "it",
		Terms:   shownText{g.Community.Terms, g.Community.Terms.SummaryIn(p.Lang), f.Field("accetto-regolamento")},
		Privacy: shownText{g.Community.Privacy, g.Community.Privacy.SummaryIn(p.Lang), f.Field("letto-informativa")}}
	if f.has("pin") {
		d.PIN = f.Field("pin")
	}
	if g.Document {
		d.Document = f.Sections[1]
	}
	if !g.Any() {
		d.Form, p.Lead = nil, ""
		p.Notice = Alert{"success", "Non manca niente", "I tuoi dati sono completi e hai accettato i testi in vigore. Le credenziali restano deboli: per renderle forti vai a uno sportello."}
	}
	p.Data = d
	return s.show(w, "citizen_completion", p)
}

// postCompletion completes the registration of who knows the PIN too.
func (s *Server) postCompletion(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	g, err := portalOf(r).Citizen.Gaps(r.Context(), st.Registration.ID)
	if errors.Is(err, citizen.ErrStrong) {
		return redirect(verifyPath)
	}
	if err != nil {
		return err
	}
	f := s.completionForm(r, st, g)
	if err := f.Fill(r); err != nil {
		return err
	}
	in := citizen.Filling{Accepted: citizen.Acceptance{Terms: f.Checked("accetto-regolamento"), Privacy: f.Checked("letto-informativa"), Lang: visitOf(r).Lang}}
	f.require(acceptanceMissing)
	f.require(codesMissing)
	if g.Document {
		settleDocument(f, g.Community)
		f.Check()
		in.Document = documentOf(f)
		g.Person.Document = in.Document
		for _, flaw := range citizen.On(citizen.Flaws(g.Person, g.Community, s.todayInRome()), citizen.DocumentPage) {
			if name := nameOfFlaw(f, flaw.Field); f.asks(name) {
				f.Fail(name, flaw.Text)
			}
		}
	}
	if !f.Check() || !s.provenPIN(r, f) {
		return s.showCompletion(w, r, g, f)
	}
	if err := portalOf(r).Citizen.FillGaps(r.Context(), originOf(r), st.Registration.ID, in); err != nil {
		return err
	}
	return redirect(completionPath)
}

// provenPIN checks the PIN that a form asks for, and marks it where it is wrong.
func (s *Server) provenPIN(r *http.Request, f *Form) bool {
	if !f.has("pin") {
		return true
	}
	err := portalOf(r).Access.CitizenPIN(r.Context(), originOf(r), s.cookie(r, citizenCookie), f.Value("pin"))
	wait := access.Wait{}
	switch {
	case err == nil:
		return true
	case errors.As(err, &wait):
		f.Fail("pin", tooMany(r, wait.For).Text)
	default:
		f.Fail("pin", "Il PIN non corrisponde: ricontrolla la lettera più recente e riprova.")
	}
	return false
}
