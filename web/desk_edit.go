package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// editRoutes are those of Modifica, Cambio residenza, Cambio codice fiscale and Recupero username (001 §5.2.5, §5.6, §5.7.1, mission S9).
func (s *Server) editRoutes() []route {
	routes := []route{{"GET " + managePath + "/{numero}/modifica", s.only(office.EditPeople, s.beginEdit(editing)), operators, 0}}
	return slices.Concat(routes, s.changeRoutes(managePath+"/{numero}/modifica/{id}", editing), s.moveRoutes(), s.recodeRoutes(), s.proxyRoutes(), s.usernameRoutes())
}

// A procedure changes what is known of a citizen: form, confirmation, and back. Modifica, Cambio residenza and Cambio codice fiscale are three.
type procedure struct {
	deed     audit.Deed
	needs    office.Permission
	title    string
	form     func(*Server, desk.Who, desk.Edit, string) *Form // for a province of residence
	entry    func(*Form) desk.Entry
	check    func(*Form) bool
	template string // of the page with the form
}

var editing = procedure{audit.EditPerson, office.EditPeople, "Modifica dei dati anagrafici", (*Server).editForm, editEntry, checked, "desk_form"}

// changePath is the address of the form of a change under way.
func changePath(e desk.Edit) string {
	switch e.Deed {
	case audit.MoveResidence:
		return movePath + "/" + string(e.Number) + "/" + e.ID
	case audit.ChangeTaxCode:
		return actionPath(e.Number, recodePath+"/") + e.ID
	}
	return actionPath(e.Number, "/modifica/") + e.ID
}

// changedAt is where the operator finds the person of a change again.
func changedAt(deed audit.Deed, n registration.Number) string {
	if deed == audit.MoveResidence {
		return movePath + "/" + string(n)
	}
	return managePath + "/" + string(n)
}

// changeRoutes are the form and the confirmation of a procedure.
func (s *Server) changeRoutes(at string, x procedure) []route {
	return []route{
		{"GET " + at, s.only(x.needs, s.getEdit(x)), operators, 0},
		{"POST " + at, s.only(x.needs, s.postEdit(x)), operators, 0},
		{"GET " + at + "/conferma", s.only(x.needs, s.getEditConfirm(x)), operators, 0},
		{"POST " + at + "/conferma", s.only(x.needs, s.postEditConfirm(x)), operators, 0},
	}
}

// backToBooking is the ritorno of who was sent here by the completeness gate of Prenota (001 §5.2.5.1).
const backToBooking = "prenota"

// beginEdit opens a form and leads to it. What the operator was doing stays with the form, not in its address.
func (s *Server) beginEdit(x procedure) handler {
	return func(_ http.ResponseWriter, r *http.Request) error {
		n, err := numberOf(r)
		if err != nil {
			return err
		}
		e := desk.Edit{Deed: x.deed, Number: n}
		if r.URL.Query().Get("ritorno") == backToBooking {
			e.Back = backToBooking
		}
		if e.ID, err = s.Desk.BeginEdit(r.Context(), whoOf(r), e); err != nil {
			return err
		}
		return redirect(changePath(e))
	}
}

// openEdit reads the change that a request names. One that was applied leads to where it ended.
func (s *Server) openEdit(r *http.Request, x procedure) (desk.Edit, error) {
	n, err := numberOf(r)
	if err != nil {
		return desk.Edit{}, err
	}
	e, err := s.Desk.OpenEdit(r.Context(), whoOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		return e, err
	case e.Number != n:
		return e, ErrNotFound
	case e.Done != nil:
		return e, redirect(x.end(*e.Done))
	case e.Deed != x.deed:
		return e, ErrNotFound
	}
	return e, nil
}

// end is the page after a change, which says that it was made.
func (x procedure) end(done desk.Edited) string {
	switch {
	case x.deed == audit.MoveResidence:
		return menuPath + "?fatto=residenza"
	case done.Proposed:
		return changedAt(x.deed, done.Number) + "?fatto=proposta"
	case x.deed == audit.ChangeTaxCode:
		return changedAt(x.deed, done.Number) + "?fatto=codice-fiscale"
	case done.Back == backToBooking:
		return actionPath(done.Number, "/prenota")
	case done.Astray:
		return changedAt(x.deed, done.Number) + "?fatto=modifica-senza-codice"
	}
	return changedAt(x.deed, done.Number) + "?fatto=modifica"
}

// doneNotices tell on the page that comes after what was done.
var doneNotices = map[string]Alert{
	"modifica": newAlert("success", "Dati aggiornati", "La modifica è stata salvata."),
	"modifica-senza-codice": newAlert("warning", "Dati aggiornati, ma il codice in corso non segue il nuovo recapito",
		"Il codice di attivazione è già partito per il vecchio indirizzo, oppure non c'è più un indirizzo: se il cittadino non lo ha, usare Rigenera codice attivazione."),
	"codice-fiscale": newAlert("success", "Codice fiscale cambiato",
		"Se c'è un'operazione in corso i suoi codici restano validi, con il codice fiscale nuovo: ristampare il riepilogo e la lettera che il cittadino deve ancora ricevere."),
	"proposta": newAlert("info", "Cambio del codice fiscale proposto",
		"Non è ancora cambiato niente: lo conferma un altro responsabile, dal dettaglio della pratica o da Lavori da fare, con il documento e la prova davanti."),
	"proposta-chiusa": newAlert("info", "Proposta chiusa", "Il codice fiscale del cittadino resta quello di prima."),
	"delega":          newAlert("success", "Delega aggiornata", "I dati del delegato dell'operazione in corso sono stati salvati."),
	"password":        newAlert("success", "Password cambiata", "Dal prossimo accesso vale quella nuova. Le altre sessioni aperte sono finite."),
	"residenza":       newAlert("success", "Residenza aggiornata", "La nuova residenza del cittadino è stata salvata."),
}

// doneNotice is the notice that an address asks for.
func doneNotice(r *http.Request) Alert { return doneNotices[r.URL.Query().Get("fatto")] }

func (s *Server) getEdit(x procedure) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := s.openEdit(r, x)
		if err != nil {
			return err
		}
		f := s.typedEdit(whoOf(r), x, e)
		var notices []Alert
		if e.Typed == nil && x.deed != audit.ChangeTaxCode {
			if notices, err = s.missingNotice(r, x, e); err != nil {
				return err
			}
		}
		return s.showEdit(w, r, x, editPage{e.Number, notices, f, s.whoIs(e)})
	}
}

// typedEdit is the form with what was typed before, or with what is known.
func (s *Server) typedEdit(who desk.Who, x procedure, e desk.Edit) *Form {
	values := url.Values(e.Typed)
	if values == nil {
		values = knownValues(e.Shown, e.Note)
	}
	return s.filledEdit(who, x, e, values)
}

// filledEdit is the form of a change with values in it.
func (s *Server) filledEdit(who desk.Who, x procedure, e desk.Edit, values url.Values) *Form {
	f := x.form(s, who, e, values.Get("residenza-provincia"))
	f.Refill(values)
	if f.asks("residenza-comune") {
		s.settleResidence(f, who)
	}
	switch {
	case f.asks("documento"):
		s.settle(f)
	case f.asks(noName):
		settleNames(f, deskNames)
	}
	return f
}

// editPage is the data of the page with the form.
type editPage struct {
	Number  registration.Number
	Notices []Alert
	Form    *Form
	Person  []Item
}

func (s *Server) whoIs(e desk.Edit) []Item {
	return []Item{told("Nome", e.Shown.Name), told("Cognome", e.Shown.Surname), {Label: "Codice fiscale", Value: string(e.Shown.TaxCode), Code: true}}
}

// missingNotice tells before anything is typed what the form will ask for: the issuer of a document that a weak channel never collected, the e-mail of
// an old user, a document that has expired (001 §4.2.1, H10, H11).
func (s *Server) missingNotice(r *http.Request, x procedure, e desk.Edit) ([]Alert, error) {
	f := s.typedEdit(whoOf(r), x, e)
	if _, _, err := s.editReviewed(r, x, e, f); err != nil {
		return nil, err
	}
	var labels []string
	for _, sec := range f.Sections {
		for _, field := range sec.asked() {
			if field.Error != "" && field.Name != string(desk.SeenDocument) {
				labels = append(labels, field.Label)
			}
		}
	}
	if len(labels) == 0 {
		return nil, nil
	}
	return []Alert{newAlert("warning", "Ci sono dati da completare o correggere", sentence(labels))}, nil
}

// editReviewed puts the rules' remarks beside the fields, and tells whether the change may go on.
func (s *Server) editReviewed(r *http.Request, x procedure, e desk.Edit, f *Form) (desk.Entry, bool, error) {
	whole := x.check(f)
	entry := x.entry(f)
	entry.Community = e.Community
	review, err := s.Desk.ReviewEdit(whoOf(r), e, entry, visitOf(r).now)
	if err != nil {
		return entry, false, err
	}
	remark(f, review)
	if x.deed == audit.ChangeTaxCode {
		free, err := s.recodeJudged(r, e, f)
		return entry, whole && free && len(review.Problems) == 0, err
	}
	return entry, whole && len(review.Problems) == 0, nil
}

func (s *Server) showEdit(w http.ResponseWriter, r *http.Request, x procedure, data editPage) error {
	if data.Form.asks("cognome") {
		dropUnasked(data.Form)
	}
	p := s.editStep(r, x, data.Number, 1).withErrors(data.Form)
	p.Data = data
	return s.show(w, x.template, p)
}

// editStep is one of the two steps of a procedure.
func (s *Server) editStep(r *http.Request, x procedure, n registration.Number, step int) *page {
	p := s.page(r, x.title)
	if x.deed == audit.MoveResidence {
		p.at()
	} else {
		p.at(caseLinks(n)...)
	}
	p.Steps = Steps{[]string{"Dati", "Conferma"}, step}
	return p
}

// postEdit keeps what was typed, right or wrong, and goes on when it is right.
func (s *Server) postEdit(x procedure) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, err := s.openEdit(r, x)
		if err != nil {
			return err
		}
		zone, err := readZone(r)
		if err != nil {
			return err
		}
		f := s.filledEdit(whoOf(r), x, e, r.PostForm)
		if f.asks("zona") {
			zone.tell(f)
		}
		entry, good, err := s.editJudged(r, x, e, f)
		if err != nil {
			return err
		}
		if good && x.deed == audit.ChangeTaxCode {
			if good, err = s.recodeAsked(r, &e, f, entry); err != nil {
				return err
			}
		}
		kept := &entry
		if !good {
			kept = nil
		}
		if err := s.Desk.KeepEdit(r.Context(), e, r.PostForm, kept); err != nil {
			return err
		}
		if !good {
			return s.showEdit(w, r, x, editPage{e.Number, nil, f, s.whoIs(e)})
		}
		return redirect(changePath(e) + "/conferma")
	}
}

// editJudged is editReviewed unless the form was only sent for the menu of another province.
func (s *Server) editJudged(r *http.Request, x procedure, e desk.Edit, f *Form) (desk.Entry, bool, error) {
	if action(r) != "" {
		return desk.Entry{}, false, nil
	}
	return s.editReviewed(r, x, e, f)
}

// editProblems are what can go wrong in Modifica, Cambio residenza and Recupero username (001 §5.2.5, §5.6, §5.7.1).
var editProblems = []problem{
	{desk.ErrChanged, http.StatusConflict, words{},
		words{"Modificata da un altro operatore", "I dati del cittadino sono cambiati dopo l'apertura di questo modulo. Non è stato salvato niente.",
			[]string{"Cercare di nuovo il cittadino dal menu iniziale e riaprire il modulo: compaiono i dati aggiornati.", "Ripetere solo ciò che manca."}}},
	{registration.ErrNotAllowed, http.StatusConflict, words{},
		words{"Funzione non disponibile in questo stato", "Lo stato della registrazione non ammette questa funzione.",
			[]string{"Aprire la pratica da Gestione utenti: lì si vede che cosa si può fare."}}},
	{desk.ErrTaxCodeTaken, http.StatusConflict, words{},
		words{"Il codice fiscale è di un'altra persona", "Il codice nuovo è, o è stato, quello di un altro cittadino registrato. Non è stato salvato niente.",
			[]string{"Ricontrollare il codice sulla tessera sanitaria.", "Cercare quel codice in Gestione utenti: se è la stessa persona registrata due volte, revocare una delle due registrazioni."}}},
	{desk.ErrTaxCodeDelegate, http.StatusConflict, words{},
		words{"Il codice fiscale è quello del delegato", "Il codice nuovo è quello di chi si è presentato per il cittadino nell'operazione in corso. Non è stato salvato niente.",
			[]string{"Ricontrollare il codice, oppure annullare l'operazione in corso."}}},
	{desk.ErrProposer, http.StatusForbidden, words{},
		words{"Serve un altro responsabile", "Chi ha proposto un codice fiscale non lo conferma: così vuole la community. Non è cambiato niente.",
			[]string{"Chiedere a un altro responsabile competente per il comune di residenza di aprire la pratica e confermare."}}},
	{desk.ErrLapsed, http.StatusGone, words{},
		words{"La proposta è scaduta", fmt.Sprintf("Nessuno ha confermato il cambio del codice fiscale entro %d giorni. Il codice è quello di prima.", desk.ProposalDays),
			[]string{"Se il cambio serve ancora, proporlo di nuovo con il documento e la prova davanti."}}},
	{desk.ErrNoProposal, http.StatusGone, words{},
		words{"La proposta non c'è più", "Il cambio del codice fiscale è già stato confermato, rifiutato, ritirato o proposto di nuovo.",
			[]string{"Aprire il dettaglio della pratica: si vede il codice di adesso, e l'eventuale proposta nuova."}}},
	{desk.ErrNoUsername, http.StatusConflict, words{},
		words{"Nessuno username da comunicare", "La registrazione è attiva ma non ha uno username: può venire da un vecchio archivio.",
			[]string{"Prenotare un Reset: il cittadino sceglierà username e password."}}},
}

// postEditConfirm applies the change. Sent again, it gives the answer of the first time.
func (s *Server) postEditConfirm(x procedure) handler {
	return func(_ http.ResponseWriter, r *http.Request) error {
		e, err := s.openEdit(r, x)
		if err != nil {
			return err
		}
		done, err := s.Desk.Edit(r.Context(), whoOf(r), e.ID)
		if errors.Is(err, desk.ErrIncomplete) {
			return redirect(changePath(e))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", x.deed, err)
		}
		return redirect(x.end(done))
	}
}
