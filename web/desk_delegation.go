package web

import (
	"net/http"
	"net/url"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// delegationRoutes are those of Modifica delega (001 §5.5).
func (s *Server) delegationRoutes() []route {
	const at = managePath + "/{numero}/delega"
	return []route{
		{"GET " + at, s.only(office.BookOperation, s.beginAmendment), operators, 0},
		{"GET " + at + "/{id}", s.only(office.BookOperation, s.getAmendment), operators, 0},
		{"POST " + at + "/{id}", s.only(office.BookOperation, s.postAmendment), operators, 0},
		{"GET " + at + "/{id}/conferma", s.only(office.BookOperation, s.getAmendmentConfirm), operators, 0},
		{"POST " + at + "/{id}/conferma", s.only(office.BookOperation, s.postAmendmentConfirm), operators, 0},
	}
}

func amendmentPath(a desk.Amendment) string { return actionPath(a.Number, "/delega/") + a.ID }

func (s *Server) beginAmendment(_ http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	id, err := s.Desk.BeginAmendment(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	return redirect(amendmentPath(desk.Amendment{Number: n, ID: id}))
}

// openAmendment reads the change that a request names. One that was applied leads to the menu.
func (s *Server) openAmendment(r *http.Request) (desk.Amendment, error) {
	n, err := numberOf(r)
	if err != nil {
		return desk.Amendment{}, err
	}
	a, err := s.Desk.Amendment(r.Context(), whoOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		return a, err
	case a.Number != n:
		return a, ErrNotFound
	case a.Done:
		return a, redirect(amended)
	case a.File.Operation.ID != a.Operation || a.File.Operation.Delegation == nil:
		return a, desk.ErrChanged
	}
	return a, nil
}

// amended is the menu, with the notice that the delegate was changed.
const amended = menuPath + "?fatto=delega"

// amendmentForm has the fields of the table of 001 §5.5, as they are kept or as they were typed.
func amendmentForm(a desk.Amendment) *Form {
	op := a.File.Operation
	f := &Form{Action: amendmentPath(a), Submit: "Prosegui", Cancel: Link{Text: "Annulla", Href: managePath + "/" + string(a.Number)}, Sections: []*Section{
		{ID: "sez-operazione", Legend: "Operazione in corso", Fields: []*Field{
			{Kind: Code, Name: "cf-cittadino", Label: "Codice fiscale del cittadino", Value: string(a.Person.TaxCode), Lock: "Non modificabile"},
			{Name: "tipo-operazione", Label: "Tipo operazione", Value: kindLabels[op.Kind], Lock: "Non modificabile", Columns: 6},
			{Name: "data-operazione", Label: "Data operazione", Value: momentInWords(op.BookedAt), Lock: "Non modificabile", Columns: 6},
		}},
		{ID: "sez-delega", Legend: "Dati del delegato", Parts: delegateParts()},
	}}
	g := *op.Delegation
	fillDelegate(f, g)
	code := f.Field(string(desk.DelegateTaxCode))
	code.Value, code.Lock = string(g.TaxCode), "Non modificabile: un altro delegato è un'altra prenotazione"
	if a.Typed != nil {
		f.Refill(url.Values(a.Typed))
	}
	f.Part(ifHabitual).Fields = nil // the reason stays as it was
	settleDelegate(f)
	return f
}

// fillDelegate writes a delegation into the fields that ask for it.
func fillDelegate(f *Form, g registration.Delegation) {
	for name, value := range map[desk.Field]string{
		desk.DelegateKindField: string(g.Kind), desk.DelegateCapacity: string(g.Capacity), desk.DelegateCourt: g.Appointment.Court, desk.DelegateActNumber: g.Appointment.Number,
		desk.DelegateNameField: g.Name, desk.DelegateSurname: g.Surname, desk.DelegateTaxCode: string(g.TaxCode), "delegato-sesso": string(g.Sex),
		desk.DelegateDocKind: string(g.Document.Kind), desk.DelegateDocNumber: g.Document.Number, desk.DelegateDocIssuer: g.Document.Issuer,
		desk.DelegateEmail: g.Email, "delegato-telefono": g.Phone,
	} {
		f.Field(string(name)).Value = value
	}
	for name, day := range map[desk.Field]person.Date{
		desk.DelegateBirth: g.BirthDate, desk.DelegateDocIssued: g.Document.IssuedOn, desk.DelegateDocExpires: g.Document.ExpiresOn,
		desk.DelegateActOn: g.Appointment.On, desk.DelegateActUntil: g.Appointment.Until,
	} {
		f.Field(string(name)).SetDate(day)
	}
	for name, ticked := range map[desk.Field]bool{
		desk.DelegateImpediment: g.Impediment, desk.DelegateNoneBefore: g.NoneBefore, desk.DelegateForm: g.Evidence.FormKept,
		desk.DelegateSeen: g.Evidence.DocumentSeen, desk.DelegateCopy: g.Evidence.CitizenCopy, desk.DelegateAct: g.Evidence.ActSeen,
	} {
		f.Field(string(name)).Checked = ticked
	}
}

// amendmentPage is one of the two steps of Modifica delega.
func (s *Server) amendmentPage(r *http.Request, a desk.Amendment, step int) *page {
	p := s.page(r, "Modifica delega").at(caseLinks(a.Number)...)
	p.Steps = Steps{[]string{"Dati del delegato", "Conferma"}, step}
	return p
}

func (s *Server) showAmendment(w http.ResponseWriter, r *http.Request, a desk.Amendment, f *Form) error {
	p := s.amendmentPage(r, a, 1).withErrors(f)
	p.Data = f
	return s.show(w, "delegation_form", p)
}

func (s *Server) getAmendment(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAmendment(r)
	if err != nil {
		return err
	}
	return s.showAmendment(w, r, a, amendmentForm(a))
}

// postAmendment keeps what was typed, right or wrong, and goes on when it is right.
func (s *Server) postAmendment(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAmendment(r)
	if err != nil {
		return err
	}
	f := amendmentForm(a)
	if err := f.Fill(r); err != nil {
		return err
	}
	settleDelegate(f)
	whole := f.Check()
	entry := a.Amended(*delegationOf(f))
	review := s.Desk.ReviewAmendment(a, entry)
	remark(f, review)
	if !whole || len(review.Problems) > 0 {
		if err := s.Desk.KeepAmendment(r.Context(), a, r.PostForm, nil); err != nil {
			return err
		}
		return s.showAmendment(w, r, a, f)
	}
	if err := s.Desk.KeepAmendment(r.Context(), a, r.PostForm, &entry); err != nil {
		return err
	}
	return redirect(amendmentPath(a) + "/conferma")
}

// amendedPage is the data of the second step: what becomes of the delegate.
type amendedPage struct {
	Sections     []ItemSection
	Warnings     []string
	Action, Back string
}

func (s *Server) getAmendmentConfirm(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAmendment(r)
	if err != nil {
		return err
	}
	if a.Entry == nil {
		return redirect(amendmentPath(a))
	}
	review := s.Desk.ReviewAmendment(a, *a.Entry)
	if len(review.Problems) > 0 { // as when the document expired at midnight
		return redirect(amendmentPath(a))
	}
	p := s.amendmentPage(r, a, 2)
	p.Data = amendedPage{itemSections(amendmentForm(a)), warningsOf(review), amendmentPath(a) + "/conferma", amendmentPath(a)}
	return s.show(w, "delegation_confirm", p)
}

// postAmendmentConfirm changes the delegate. Sent again, it changes nothing more.
func (s *Server) postAmendmentConfirm(_ http.ResponseWriter, r *http.Request) error {
	a, err := s.openAmendment(r)
	if err != nil {
		return err
	}
	if a.Entry == nil {
		return redirect(amendmentPath(a))
	}
	if err := s.Desk.Amend(r.Context(), whoOf(r), a.ID); err != nil {
		return err
	}
	return redirect(amended)
}

// delegationProblems are what can go wrong in Modifica delega (001 §5.5), and wherever somebody comes instead of the citizen.
var delegationProblems = []problem{
	{desk.ErrColleague, http.StatusForbidden, words{},
		words{"Il delegato lavora per questo ente", "Chi lavora allo sportello di un ente non ritira lì le credenziali di un altro. Non è stato salvato niente.",
			[]string{"Il cittadino può venire di persona, o delegare qualcun altro."}}},
	{desk.ErrHabitual, http.StatusForbidden, words{},
		words{"Serve un responsabile", "Negli ultimi dodici mesi il delegato si è presentato per troppi cittadini diversi. Non è stato salvato niente.",
			[]string{"Chiamare un responsabile dell'ente: ripete l'operazione con il proprio accesso e ne scrive il motivo."}}},
	{desk.ErrReason, http.StatusUnprocessableEntity, words{},
		words{"Manca il motivo", "L'operazione chiede un motivo scritto, che resta registrato. Non è stato salvato niente.",
			[]string{"Tornare indietro, scrivere il motivo e ripetere."}}},
	{registration.ErrNoOperation, http.StatusConflict, words{},
		words{"Nessuna operazione in corso", "Questa funzione riguarda l'operazione in corso, e il cittadino non ne ha: quelle di prima sono concluse o annullate.",
			[]string{"Se il cittadino chiede qualcosa di nuovo, aprire la pratica da Gestione utenti e usare Prenota."}}},
	{desk.ErrNoDelegate, http.StatusConflict, words{},
		words{"Nessuna delega da modificare", "Per l'operazione in corso il cittadino si è presentato di persona: non c'è un delegato.",
			[]string{"Se ora si presenta un delegato per un'altra richiesta, usare Prenota e indicare lì la delega."}}},
}
