package web

import (
	"errors"
	"net/http"
	"time"

	"sportello/citizen"
	"sportello/community"
	"sportello/desk"
	"sportello/registration"
)

// acceptancePage is the data of the page of Regolamento and informativa.
type acceptancePage struct {
	Person     string
	Collector  string  // who took the codes by a mandate, "" if nobody
	Behalf     *behalf // who acts for the person (F06)
	OldAccount *Field  // of a reset
	Username   string
	Submit     string
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

// An asking is how an operation asks for the acceptance: title, what it will do, the button (F07).
type asking struct{ title, lead, submit string }

var firstAsking = asking{"Leggi e accetta il regolamento", "", "Accetta e continua"}

var askings = map[registration.Kind]asking{
	registration.Verification:       firstAsking,
	registration.StrongVerification: firstAsking,
	registration.Promotion: {"Accetta il regolamento e promuovi le credenziali",
		"Con l'accettazione le tue credenziali diventano imputabili. Username e password restano quelli di adesso; il PIN è quello della lettera che ti ha dato lo sportello.", "Accetta e promuovi le credenziali"},
	registration.Reset: {"Accetta il regolamento e cambia le credenziali",
		"Nel prossimo passo scegli username e password nuovi. Fino ad allora valgono quelli di adesso.", "Accetta e continua"},
	registration.NewPIN: {"Accetta il regolamento e attiva il nuovo PIN",
		"Con l'accettazione vale il PIN nuovo e quello di prima smette di valere. Fino ad allora vale quello di prima. Username e password non cambiano.", "Accetta e attiva il PIN"},
}

func acceptanceForm(r *http.Request, p citizen.Procedure) *Form {
	v := visitOf(r)
	var fields []*Field // in the order of the page
	if p.Operation.OnBehalf() {
		fields = append(fields, behalfField(r, p))
	}
	if p.Operation.Kind == registration.Reset {
		fields = append(fields, &Field{Kind: Checkbox, Name: "vecchia-utenza", Label: v.T("Confermo la revoca della vecchia utenza (username %s)", p.Username)})
	}
	fields = append(fields,
		&Field{Kind: Checkbox, Name: "accetto-regolamento", Label: v.T("Ho letto e accetto il regolamento (versione %s)", p.Community.Terms.Version)},
		&Field{Kind: Checkbox, Name: "letto-informativa", Label: v.T("Ho letto l'informativa sulla privacy (versione %s)", p.Community.Privacy.Version)})
	return Sectionless(stepPaths[citizen.Terms], askings[p.Operation.Kind].submit, fields...)
}

var acceptanceMissing = map[string]string{
	"accetto-regolamento": "Per continuare devi accettare il regolamento.",
	"letto-informativa":   "Conferma di avere letto l'informativa.",
	"vecchia-utenza":      "Per avere credenziali nuove conferma che quelle di prima vanno tolte.",
	"per-conto":           behalfMissing,
}

func (s *Server) getAcceptance(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	return s.showAcceptance(w, r, p, acceptanceForm(r, p))
}

func (s *Server) showAcceptance(w http.ResponseWriter, r *http.Request, a citizen.Procedure, f *Form) error {
	ask := askings[a.Operation.Kind]
	p := s.page(r, ask.title).withErrors(f)
	p.Lead = ask.lead
	p.Steps = Steps{stepNames(a.Rule), 2}
	p.publishedBy(a.Community)
	d := acceptancePage{
		Person: a.Person.FullName(), Behalf: behalfOf(a, f), Username: a.Username, Submit: ask.submit, Community: a.Community,
		Terms:   shownText{a.Community.Terms, a.Community.Terms.SummaryIn(p.Lang), f.Field("accetto-regolamento")},
		Privacy: shownText{a.Community.Privacy, a.Community.Privacy.SummaryIn(p.Lang), f.Field("letto-informativa")},
		PDF:     hrefOf(desk.BlankTerms, a.Community.ID, p.Lang), CodeLasts: lastMoment(a), Translated: p.Lang != "it"}
	if d.Behalf == nil {
		d.Collector = collector(a)
	}
	if f.asks("vecchia-utenza") {
		d.OldAccount = f.Field("vecchia-utenza")
	}
	p.Data = d
	return s.show(w, "citizen_terms", p)
}

// lastMoment is the last one in which the code is taken: the end itself is midnight of the day after.
func lastMoment(p citizen.Procedure) time.Time { return p.CodeExpires.Add(-time.Second) }

// postAcceptance notes that both texts were accepted (F02).
func (s *Server) postAcceptance(w http.ResponseWriter, r *http.Request, p citizen.Procedure) error {
	f := acceptanceForm(r, p)
	if err := f.Fill(r); err != nil {
		return err
	}
	err := portalOf(r).Citizen.Accept(r.Context(), originOf(r), s.cookie(r, activationCookie),
		citizen.Acceptance{Terms: f.Checked("accetto-regolamento"), Privacy: f.Checked("letto-informativa"), Lang: visitOf(r).Lang,
			OldAccount: f.asks("vecchia-utenza") && f.Checked("vecchia-utenza"), OnBehalf: f.asks("per-conto") && f.Checked("per-conto")})
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
	p.publishedBy(a.Community)
	p.Data = struct {
		Username  string
		CodeLasts time.Time
	}{a.Username, lastMoment(a)}
	return s.show(w, "citizen_refusal", p)
}
