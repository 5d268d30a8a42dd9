package web

import (
	"errors"
	"net/http"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// proposalRoutes are those of who confirms a tax code that another responsabile proposed (mission S9, decisions/0033).
func (s *Server) proposalRoutes() []route {
	const at = managePath + "/{numero}" + proposalPath
	return []route{
		{"GET " + at, s.only(office.ChangeTaxCode, s.getProposal), operators, 0},
		{"POST " + at, s.only(office.ChangeTaxCode, s.postProposal), operators, 0},
		{"POST " + at + "/chiudi", s.only(office.ChangeTaxCode, s.postDropProposal), operators, 0},
	}
}

const proposalPath = recodePath + "/proposta"

// recodeConfirm adds to the confirmation of a new tax code why it changes, what the registries say, and whether a second responsabile is needed.
func (s *Server) recodeConfirm(data *editConfirmPage, e desk.Edit) {
	data.Notices, data.Why = s.askedNotices(e), recodeWhy(e)
	if c, ok := s.Desk.Communities.ByID(e.Community); ok && c.Desk.FourEyes {
		data.Submit = "Proponi il cambio"
		data.Notices = append(data.Notices, newAlert("info", "Serve un secondo responsabile", "Il cambio si propone, e vale quando un altro responsabile lo conferma con il documento e la prova davanti."))
	}
}

// proposalPage is the data of the page of a proposal.
type proposalPage struct {
	editConfirmPage
	By   string
	At   string
	Own  bool
	Late bool
	Seen *Form // what the second responsabile confirms; nil for who may not
	Drop *Form
}

const (
	proposalSeen   = string(desk.SeenDocument)
	proposalReason = "motivo-chiusura"
)

// confirmForm asks the second responsabile for what was seen.
func confirmForm(p desk.Proposal) *Form {
	f := Sectionless(actionPath(p.Number, proposalPath), "Conferma il cambio", &Field{Kind: Checkbox, Name: proposalSeen, Label: "Visti il documento d'identità e la prova del codice nuovo, originali",
		Help: "Il codice si confronta carattere per carattere con la prova."})
	f.Hidden, f.Intro = []Option{{"proposta", p.ID}}, "La conferma resta nel registro degli atti, con i nomi di tutti e due i responsabili."
	return f
}

// dropForm asks why a proposal is given up.
func dropForm(p desk.Proposal) *Form {
	submit := "Rifiuta la proposta"
	if p.Own {
		submit = "Ritira la proposta"
	}
	f := Sectionless(actionPath(p.Number, proposalPath+"/chiudi"), submit, &Field{Kind: Area, Name: proposalReason, Label: "Motivo", MaxLength: reasonLength, Rows: 2,
		Help: "Resta nel registro degli atti. Non scrivere codici fiscali."})
	f.Hidden, f.Intro = []Option{{"proposta", p.ID}}, "Il codice fiscale resta quello di prima."
	return f
}

func (s *Server) getProposal(w http.ResponseWriter, r *http.Request) error {
	return s.showProposal(w, r, nil)
}

// showProposal shows the page, with the form that was refused if one was.
func (s *Server) showProposal(w http.ResponseWriter, r *http.Request, refused *Form) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	x, err := s.Desk.Proposal(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	review, err := s.Desk.ReviewEdit(whoOf(r), x.Edit, *x.Entry, visitOf(r).now)
	if err != nil {
		return err
	}
	p := s.page(r, "Cambio codice fiscale proposto").at(caseLinks(n)...)
	data := proposalPage{By: x.By, At: momentInWords(x.At), Own: x.Own, Late: x.Late, Drop: dropForm(x),
		editConfirmPage: editConfirmPage{Person: s.whoIs(x.Edit), Changes: s.differences(x.Edit), Warnings: warningsOf(review), Notices: s.askedNotices(x.Edit), Why: recodeWhy(x.Edit)}}
	if !x.Own && !x.Late {
		data.Seen = confirmForm(x)
	}
	if refused != nil {
		p.withErrors(refused)
		if data.Seen != nil && refused.asks(proposalSeen) {
			data.Seen = refused
		} else if refused.asks(proposalReason) {
			data.Drop = refused
		}
	}
	p.Data = data
	return s.show(w, "desk_recode_proposal", p)
}

// postProposal confirms. Sent again, it leads to where it ended.
func (s *Server) postProposal(w http.ResponseWriter, r *http.Request) error {
	x, f, err := s.proposalForm(r, confirmForm)
	if err != nil {
		return err
	}
	if !f.Check() {
		return s.showProposal(w, r, f)
	}
	err = s.Desk.ConfirmCode(r.Context(), whoOf(r), x.Number, x.ID, registration.Checks{Document: f.Checked(proposalSeen)})
	if err != nil {
		return err
	}
	return redirect(changedAt(audit.ChangeTaxCode, x.Number) + "?fatto=codice-fiscale")
}

func (s *Server) postDropProposal(w http.ResponseWriter, r *http.Request) error {
	x, f, err := s.proposalForm(r, dropForm)
	if err != nil {
		return err
	}
	if !f.Check() {
		return s.showProposal(w, r, f)
	}
	err = s.Desk.DropCode(r.Context(), whoOf(r), x.Number, x.ID, f.Value(proposalReason))
	if errors.Is(err, desk.ErrReason) {
		f.Fail(proposalReason, "Scrivere perché la proposta si chiude.")
		return s.showProposal(w, r, f)
	}
	if err != nil {
		return err
	}
	return redirect(changedAt(audit.ChangeTaxCode, x.Number) + "?fatto=proposta-chiusa")
}

// proposalForm reads a form of the page, which names the proposal that was seen.
func (s *Server) proposalForm(r *http.Request, form func(desk.Proposal) *Form) (x desk.Proposal, f *Form, err error) {
	n, err := numberOf(r)
	if err != nil {
		return x, nil, err
	}
	if err := parse(r, false); err != nil {
		return x, nil, err
	}
	x.Number, x.ID = n, r.PostForm.Get("proposta")
	f = form(x)
	return x, f, f.Fill(r)
}
