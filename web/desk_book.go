package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// bookingRoutes are those of Prenota (001 §5.2.5): the operation, who has come, confirmation; then the papers.
func (s *Server) bookingRoutes() []route {
	const at = bookingPath + "/{id}"
	return []route{
		{"GET /sportello/gestione/{numero}/prenota", s.only(office.BookOperation, s.getBook), operators, 0},
		{"GET " + at, s.only(office.BookOperation, s.getOperation), operators, 0},
		{"POST " + at, s.only(office.BookOperation, s.postOperation), operators, 0},
		{"GET " + at + "/delega", s.only(office.BookOperation, s.getBookingVisit), operators, 0},
		{"POST " + at + "/delega", s.only(office.BookOperation, s.postBookingVisit), operators, 0},
		{"GET " + at + "/conferma", s.only(office.BookOperation, s.getBooking), operators, 0},
		{"POST " + at + "/conferma", s.only(office.BookOperation, s.postBooking), operators, 0},
	}
}

// bookingProblems are what can go wrong in Prenota.
var bookingProblems = []problem{
	{desk.ErrMoveFirst, http.StatusForbidden, words{},
		words{"Residente fuori competenza", "Il cittadino risiede in un comune che non è di competenza dell'ente: non si può prenotare.",
			[]string{"Se il cittadino ha cambiato casa, aggiornare prima la residenza con Cambio residenza, dal menu iniziale.",
				"Altrimenti inviarlo allo sportello competente."}}},
	{desk.ErrClosing, http.StatusConflict, words{},
		words{"Il vecchio account non è ancora chiuso", "L'archivio delle vecchie credenziali non ha ancora confermato la cancellazione chiesta per questo cittadino: fino ad allora non si consegnano credenziali nuove.",
			[]string{"Ripetere la prenotazione tra qualche minuto: il sistema riprova da solo."}}},
	{desk.ErrPrinted, http.StatusForbidden, words{},
		words{"L'annullamento spetta a un responsabile", "Qualche documento è già stato stampato, o la prenotazione è di un altro operatore.",
			[]string{"Chiedere a un responsabile dell'ente di annullare la prenotazione.",
				"Se è stata prenotata l'operazione sbagliata, basta una nuova prenotazione: sostituisce la precedente."}}},
	{desk.ErrUnprinted, http.StatusConflict, words{},
		words{"Ci sono documenti da stampare", "L'operatore ha già prenotato un'altra operazione e non ne ha ancora stampato i documenti.",
			[]string{"Tornare al menu iniziale: si arriva alle stampe da completare."}}},
	{registration.ErrNotEntitled, http.StatusForbidden, words{},
		words{"Non prenotabile da questo ente", notEntitled, []string{"Scegliere un'altra operazione, o inviare il cittadino a uno sportello abilitato."}}},
}

const notEntitled = "Questo ente rilascia credenziali deboli: non può consegnare i codici di quelle forti."

const bookingPath = "/sportello/prenotazioni"

// bookingSteps is one of the four steps (H12).
func (s *Server) bookingSteps(r *http.Request, n registration.Number, step int) *page {
	p := s.page(r, "Prenota").at(caseLinks(n)...)
	p.Steps = Steps{[]string{"Operazione", "Delega e controlli", "Conferma", "Stampa"}, step}
	p.Subtitle = p.Steps.Name()
	return p
}

// gatePage is the data of the page that names what is missing before anything can be booked (H09).
type gatePage struct {
	desk.File
	Missing []Item
	Edit    string // "" if the reader may not
	Again   string
	List    string
}

// getBook opens Prenota: it begins the form, or says what is missing.
func (s *Server) getBook(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	b, err := s.Desk.BeginBooking(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	if len(b.Missing) == 0 {
		return redirect(bookingPath + "/" + b.ID)
	}
	p := s.page(r, "Prenota").at(caseLinks(n)...)
	p.Subtitle = "dati da completare"
	data := gatePage{File: b.File, Again: actionPath(n, "/prenota"), List: managePath + "/" + string(n)}
	for _, x := range b.Missing {
		data.Missing = append(data.Missing, Item{Label: fieldLabels[x.Field], Value: x.Text})
	}
	if whoOf(r).Can(office.EditPeople) {
		data.Edit = editAndBack(n)
	}
	p.Data = data
	return s.show(w, "booking_gate", p)
}

// editAndBack is Modifica, which then leads here.
func editAndBack(n registration.Number) string {
	return actionPath(n, "/modifica") + "?ritorno=" + backToBooking
}

// fieldLabels name the fields of Tabella 2: those that can be missing, and those that can be changed.
var fieldLabels = map[desk.Field]string{
	desk.SurnameField: "Cognome", desk.BirthField: "Data di nascita", desk.SexField: "Sesso", desk.AddressField: "Indirizzo", desk.CivicField: "Numero civico",
	desk.PostalCodeField: "CAP", desk.CityField: "Città", desk.NationField: "Nazione", desk.DomPostalCodeField: "CAP del domicilio", desk.EmailField: "E-mail",
	desk.DocKindField: "Tipo di documento", desk.DocNumberField: "Numero del documento", desk.DocIssuedField: "Data di rilascio", desk.DocExpiresField: "Data di scadenza",
	desk.DocIssuerField: "Rilasciato da", desk.NameField: "Nome", desk.ProvinceField: "Provincia", desk.ComuneField: "Comune", desk.DomicileField: "Domicilio",
	desk.TaxCodeField: "Codice fiscale", desk.PhoneField: "Telefono fisso", desk.MobileField: "Cellulare",
}

// openBooking reads the booking under way that a request names. One that is booked leads to its papers, one whose data are not whole any more to
// what is missing.
func (s *Server) openBooking(r *http.Request) (desk.Booking, error) {
	b, err := s.Desk.Booking(r.Context(), whoOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		return b, err
	case b.Answer != "":
		return b, redirect(printPath(b.Answer))
	case len(b.Missing) > 0:
		return b, redirect(actionPath(b.Number, "/prenota"))
	}
	return b, nil
}

// choicePage is the data of the first step.
type choicePage struct {
	desk.Booking
	At      string
	Choices []offer
	Target  string // id of the first choice
	Error   string
	Stands  []Item // how the registration stands
	Edit    string
	Pending string // what a booking would replace, "" if nothing
	List    string
	Case    string
}

// An offer is a choice with its button.
type offer struct {
	choice
	ID, Value string
	Chosen    bool
}

func (s *Server) getOperation(w http.ResponseWriter, r *http.Request) error {
	b, err := s.openBooking(r)
	if err != nil {
		return err
	}
	return s.showOperation(w, r, b, "")
}

func (s *Server) showOperation(w http.ResponseWriter, r *http.Request, b desk.Booking, wrong string) error {
	p := s.bookingSteps(r, b.Number, 1)
	data := choicePage{Booking: b, At: bookingPath + "/" + b.ID, Error: wrong, Stands: s.standing(b.File), Pending: replaced(b.File), List: managePath + "/" + string(b.Number),
		Case: cases[situation{b.Registration.State, b.Registration.Strong}].title}
	for i, o := range b.Options {
		data.Choices = append(data.Choices, offer{choiceOf(o), fmt.Sprintf("operazione-%d", i+1), string(o.Rule.Kind), o.Rule.Kind == b.Kind})
		if data.Target == "" && o.Refusal == nil {
			data.Target = fmt.Sprintf("operazione-%d", i+1)
		}
	}
	if whoOf(r).Can(office.EditPeople) {
		data.Edit = editAndBack(b.Number)
	}
	if wrong != "" {
		p.Errors = []FieldError{{"#" + data.Target, "Operazione", wrong}}
	}
	if b.Stale() {
		p.Notice = newAlert("warning", "La pratica è cambiata nel frattempo",
			"Un altro operatore, o il cittadino da casa, è stato più veloce. Non è stato prenotato niente: ricontrollare la situazione e scegliere di nuovo.")
	}
	p.Data = data
	return s.show(w, "booking_choice", p)
}

// standing is what to look at before choosing (001 §4.2.1, H11).
func (s *Server) standing(f desk.File) []Item {
	email := f.Person.Contacts.Email
	if f.Person.Contacts.NoEmail {
		email = "Il cittadino non ha e-mail"
	}
	doc := f.Person.Document
	return []Item{
		told("Stato", stateBadges[f.Registration.State].Text), told("Registrazione forte", yesNo(f.Registration.Strong)),
		told("E-mail", email), told("Residenza", s.livesAt(f.Person.Residence)),
		told("Documento", documentLabels[doc.Kind]+" "+doc.Number), told("Rilasciato da", doc.Issuer), dayOf("Scade il", inWords(doc.ExpiresOn)),
	}
}

// replaced names the operation in progress, which a new booking ends.
func replaced(f desk.File) string {
	op := f.Pending()
	if op == nil {
		return ""
	}
	return kindLabels[op.Kind] + ", prenotata il " + momentInWords(op.BookedAt) + " presso " + f.Ente.Name
}

func (s *Server) postOperation(w http.ResponseWriter, r *http.Request) error {
	b, err := s.openBooking(r)
	if err != nil {
		return err
	}
	if err := parse(r, false); err != nil {
		return err
	}
	kind := registration.Kind(tidy(r.PostForm.Get("operazione")))
	if !slices.ContainsFunc(b.Options, func(o desk.Option) bool { return o.Rule.Kind == kind }) {
		return s.showOperation(w, r, b, "Scegliere una delle operazioni.")
	}
	err = s.Desk.Choose(r.Context(), b, kind)
	if errors.Is(err, registration.ErrNotEntitled) {
		return s.showOperation(w, r, b, notEntitled)
	}
	if err != nil {
		return err
	}
	return redirect(bookingPath + "/" + b.ID + "/delega")
}

// chosenBooking reads a booking whose operation is chosen; one without goes back to the choice.
func (s *Server) chosenBooking(r *http.Request) (desk.Booking, error) {
	b, err := s.openBooking(r)
	if err == nil && b.Kind == "" {
		return b, redirect(bookingPath + "/" + b.ID)
	}
	return b, err
}

// visitForm asks who has come and what the operator has checked.
func (s *Server) visitForm(b desk.Booking) *Form {
	at := bookingPath + "/" + b.ID
	checks := checksSection()
	if b.Young && b.Kind != registration.Revocation {
		act := &Field{Name: string(desk.EmancipationField), Label: "Atto di emancipazione", MaxLength: 200, Help: "Il cittadino è minorenne: tipo, numero, data e autorità che lo ha emesso."}
		if b.Operation != nil {
			act.Value = b.Operation.Emancipation
		}
		checks.Fields = append([]*Field{act}, checks.Fields...)
	}
	f := &Form{Action: at + "/delega", Submit: "Prosegui", Back: Link{Text: "Indietro", Href: at}, Cancel: Link{Text: "Annulla", Href: managePath + "/" + string(b.Number)},
		Intro: "Tutti i campi sono obbligatori, tranne quelli facoltativi.", Sections: []*Section{delegateSection(), checks}}
	if b.Typed != nil {
		f.Refill(url.Values(b.Typed))
	}
	settleDelegate(f)
	return f
}

func (s *Server) getBookingVisit(w http.ResponseWriter, r *http.Request) error {
	b, err := s.chosenBooking(r)
	if err != nil {
		return err
	}
	return s.showBookingVisit(w, r, b, s.visitForm(b))
}

// visitPage is the data of the second step.
type visitPage struct {
	desk.Booking
	Form  *Form
	Label string
}

func (s *Server) showBookingVisit(w http.ResponseWriter, r *http.Request, b desk.Booking, f *Form) error {
	p := s.bookingSteps(r, b.Number, 2).withErrors(f)
	p.Data = visitPage{b, f, kindLabels[b.Kind]}
	return s.show(w, "booking_visit", p)
}

// postBookingVisit keeps what was typed, right or wrong, and goes on when it is right.
func (s *Server) postBookingVisit(w http.ResponseWriter, r *http.Request) error {
	b, err := s.chosenBooking(r)
	if err != nil {
		return err
	}
	f := s.visitForm(b)
	if err := f.Fill(r); err != nil {
		return err
	}
	settleDelegate(f)
	visit, err := s.visitReviewed(r, b, f)
	if err != nil {
		return err
	}
	if err := s.Desk.KeepVisit(r.Context(), b, r.PostForm, visit); err != nil {
		return err
	}
	if visit == nil {
		return s.showBookingVisit(w, r, b, f)
	}
	return redirect(bookingPath + "/" + b.ID + "/conferma")
}

// visitReviewed puts the rules' remarks beside the fields, and gives the visit if there is none that stops.
func (s *Server) visitReviewed(r *http.Request, b desk.Booking, f *Form) (*desk.Visit, error) {
	whole := f.Check()
	delegation, admitted, err := s.delegateReviewed(r, f, b.Person.TaxCode)
	if err != nil {
		return nil, err
	}
	v := desk.Visit{Delegation: delegation, Checks: checksOf(f), Emancipation: f.given(string(desk.EmancipationField))}
	review := s.Desk.ReviewVisit(b, v)
	remark(f, review)
	if !whole || !admitted || len(review.Problems) > 0 {
		return nil, nil
	}
	return &v, nil
}
