package web

import (
	"net/http"

	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// codeRoutes are those of Rigenera codice attivazione (001 §5.3). The page where the new code is printed opens while others are not (E05).
func (s *Server) codeRoutes() []route {
	const at = managePath + "/{numero}/codice"
	return []route{
		{"GET " + at, s.only(office.BookOperation, s.beginRenewal), operators, 0},
		{"GET " + at + "/{id}", s.only(office.BookOperation, s.getRenewal), operators, 0},
		{"POST " + at + "/{id}", s.only(office.BookOperation, s.postRenewal), operators, 0},
		{"GET /sportello/pratiche/{numero}/codice", reasonPage(s.showRenewed).get, printing, 0},
		{"POST /sportello/pratiche/{numero}/codice/stampa", printReason.doing(s.printRenewed, s.showRenewed), printing, 0},
		{"POST /sportello/pratiche/{numero}/codice/fine", concluding(s.Desk.ConcludeRenewal, renewedPath), printing, 0},
		{"POST /sportello/pratiche/{numero}/codice/sblocca", s.only(office.ReleaseGate, releaseReason.doing(leaving(s.Desk.ReleaseRenewal), s.showRenewed)), printing, 0},
	}
}

// renewedPath is the page where the new code of a registration is printed.
func renewedPath(n registration.Number) string { return "/sportello/pratiche/" + string(n) + "/codice" }

func (s *Server) beginRenewal(_ http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	id, err := s.Desk.BeginRenewal(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	return redirect(actionPath(n, "/codice/") + id)
}

// openRenewal reads the form that a request names. One that was sent leads to the new code.
func (s *Server) openRenewal(r *http.Request) (desk.Renewal, error) {
	n, err := numberOf(r)
	if err != nil {
		return desk.Renewal{}, err
	}
	x, err := s.Desk.Renewal(r.Context(), whoOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		return x, err
	case x.Number != n:
		return x, ErrNotFound
	case x.Done:
		return x, redirect(renewedPath(n))
	case x.File.Operation == nil || x.File.Operation.ID != x.Operation:
		return x, desk.ErrChanged
	}
	return x, nil
}

// renewalPage is the data of the first page: whose code, and what the operator has to confirm.
type renewalPage struct {
	Items []Item
	Edit  string // Modifica, "" for who may not
	Form  *Form
}

// renewalForm asks for the ticks of the desk (001 §5.3.1).
func renewalForm(x desk.Renewal) *Form {
	return &Form{Action: actionPath(x.Number, "/codice/") + x.ID, Submit: "Rigenera codice", Intro: "Tutte le conferme sono obbligatorie e restano nel registro degli atti.",
		Cancel: Link{Text: "Annulla", Href: managePath + "/" + string(x.Number)}, Sections: []*Section{{ID: "sez-controlli", Legend: "Controlli allo sportello", Fields: []*Field{
			{Kind: Checkbox, Name: string(desk.SeenDocument), Label: "Visto il documento d'identità, originale e in corso di validità"},
			{Kind: Checkbox, Name: string(desk.SeenCard), Label: "Vista la tessera sanitaria con il codice fiscale, in corso di validità"},
			{Kind: Checkbox, Name: string(desk.InPerson), Label: "Eseguito il riscontro de visu", Help: "I documenti appartengono al cittadino presente: per questa richiesta non si accettano deleghe."},
			{Kind: Checkbox, Name: string(desk.ShownPrivacy), Label: "Mostrata l'informativa sul trattamento dei dati"},
		}}}}
}

func (s *Server) showRenewal(w http.ResponseWriter, r *http.Request, x desk.Renewal, f *Form) error {
	p := s.page(r, "Rigenera codice attivazione").at(caseLinks(x.Number)...).withErrors(f)
	d := x.Person.Document
	email := x.Person.Contacts.Email
	if email == "" {
		email = "Nessuna: il codice si consegna solo su carta"
	}
	data := renewalPage{Form: f, Items: []Item{
		told("Cittadino", x.Person.FullName()), {Label: "Codice fiscale", Value: string(x.Person.TaxCode), Code: true},
		told("Operazione in corso", kindLabels[x.File.Operation.Kind]), dayOf("Prenotata", momentInWords(x.File.Operation.BookedAt)),
		dayOf("Il codice attuale vale fino al", inWords(x.CodeExpires)), told("E-mail", email),
		told("Documento registrato", documentLabels[d.Kind]+" "+d.Number), dayOf("Rilasciato il", inWords(d.IssuedOn)), dayOf("Valido fino al", inWords(d.ExpiresOn)),
	}}
	if whoOf(r).Can(office.EditPeople) {
		data.Edit = actionPath(x.Number, "/modifica")
	}
	p.Data = data
	return s.show(w, "code_renewal", p)
}

func (s *Server) getRenewal(w http.ResponseWriter, r *http.Request) error {
	x, err := s.openRenewal(r)
	if err != nil {
		return err
	}
	return s.showRenewal(w, r, x, renewalForm(x))
}

// postRenewal makes the new code. Sent again, it leads to the same one.
func (s *Server) postRenewal(w http.ResponseWriter, r *http.Request) error {
	x, err := s.openRenewal(r)
	if err != nil {
		return err
	}
	f := renewalForm(x)
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showRenewal(w, r, x, f)
	}
	err = s.Desk.Renew(r.Context(), whoOf(r), x.ID, registration.Checks{Document: f.Checked(string(desk.SeenDocument)), HealthCard: f.Checked(string(desk.SeenCard)),
		InPerson: f.Checked(string(desk.InPerson)), PrivacyNotice: f.Checked(string(desk.ShownPrivacy))})
	if err != nil {
		return err
	}
	return redirect(renewedPath(x.Number))
}

// renewedPage is the data of "Stampa codice".
type renewedPage struct {
	desk.Renewal
	At      string
	Code    Document
	Reason  *Field // why the code is printed although it was mailed
	Blocked bool
	Own     bool
	Release *Field
}

// showRenewed shows the page, with what is wrong in one of its reasons if anything is.
func (s *Server) showRenewed(w http.ResponseWriter, r *http.Request, field, wrong string) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	x, err := s.Desk.Renewed(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	data := renewedPageOf(whoOf(r), x)
	p := s.page(r, "Stampa codice").at()
	p.mark(field, wrong, data.Reason, data.Release)
	p.Data = data
	return s.show(w, "code_renewed", p)
}

func renewedPageOf(who desk.Who, x desk.Renewal) renewedPage {
	p := renewedPage{Renewal: x, At: renewedPath(x.Number), Own: x.By == who.Operator.ID, Blocked: x.Unprinted()}
	p.Code = Document{Icon: "it-mail", Title: "Nuovo codice", Button: "Stampa codice", Action: p.At + "/stampa"}
	prints := registration.Print{Count: x.Prints, Last: x.File.Operation.Prints[registration.CodeLetter].Last}
	switch {
	case !x.HasEmail():
		p.Code.Note = "Obbligatorio: il cittadino non ha e-mail, il codice si consegna solo su carta."
		p.Code.printed(prints, "Da stampare")
	case len(x.Mails) > 0:
		p.Code.mailed(x.Mails[0])
	}
	if x.HasEmail() && prints.Count > 0 {
		p.Code.When += "; stampato " + printedTimes(prints)
	}
	switch {
	case !x.Open:
		p.Code.Action, p.Code.Note = "", p.Code.Note+" Non si può più stampare: il codice è stato cancellato, ne resta solo l'impronta."
	case x.FourEyes() && x.File.Operation.Operator == who.Operator.ID:
		p.Code.Action, p.Code.Note = "", p.Code.Note+" Lo stampa un altro operatore dello stesso ente."
	case !x.FourEyes() && !p.Own:
		p.Code.Action, p.Code.Note = "", p.Code.Note+" La stampa spetta all'operatore che ha rigenerato il codice."
	}
	if p.Code.Action != "" && x.HasEmail() {
		p.Reason = printReason.field()
	}
	if x.Open && who.Can(office.ReleaseGate) {
		p.Release = releaseReason.field()
	}
	return p
}

func (s *Server) printRenewed(w http.ResponseWriter, r *http.Request, n registration.Number, reason string) error {
	pdf, err := s.Desk.PrintRenewed(r.Context(), whoOf(r), n, reason)
	if err != nil {
		return err
	}
	return sendPDF(w, r, paperFiles[registration.CodeLetter], pdf)
}

// codeProblems are what can go wrong in Rigenera codice attivazione (001 §5.3).
var codeProblems = []problem{
	{desk.ErrMailbox, http.StatusForbidden, words{},
		words{"Il codice arriverebbe all'operatore", "L'e-mail registrata per il cittadino è quella dell'operatore: PIN e codice non passano mai dalle stesse mani.",
			[]string{"Chiedere al cittadino il suo indirizzo e correggerlo con Modifica.", "Se non ne ha uno, indicarlo in Modifica: il codice si stampa."}}},
	{desk.ErrPaused, http.StatusForbidden, words{},
		words{"Serve un collega, o un po' di tempo", "Chi ha cambiato l'e-mail o il codice fiscale di un cittadino che ha già le credenziali non prenota e non rigenera codici per lui finché dura la pausa della community: chi tiene insieme il dato appena scritto, il PIN e il codice avrebbe le credenziali.",
			[]string{"Chiedere a un altro operatore dello stesso ente di prenotare o rigenerare il codice, con il cittadino presente.", "Oppure invitare il cittadino a tornare alla fine della pausa; intanto è stato avvisato."}}},
	{desk.ErrPausedSupervisor, http.StatusForbidden, words{},
		words{"Serve un responsabile", "L'e-mail o il codice fiscale del cittadino, che ha già le credenziali, sono cambiati da poco: finché dura la pausa della community prenota e rigenera codici solo un responsabile, diverso da chi li ha cambiati.",
			[]string{"Chiamare un responsabile dello stesso ente.", "Oppure invitare il cittadino a tornare alla fine della pausa."}}},
	{desk.ErrNoPIN, http.StatusConflict, words{},
		words{"Un codice da solo non basterebbe", "Il cittadino non ha un PIN dello sportello per l'operazione in corso, o non ha un'operazione in corso: con il solo codice non potrebbe attivare niente.",
			[]string{"Aprire la pratica da Gestione utenti e usare Prenota: consegna PIN e codice insieme."}}},
	{desk.ErrDeskOpen, http.StatusConflict, words{},
		words{"La consegna della prenotazione è ancora aperta", "Chi ha prenotato non ha ancora stampato i documenti obbligatori: il codice appena fatto è ancora da consegnare.",
			[]string{"Chiamare l'operatore che ha prenotato.", "Se non può, un responsabile sblocca le stampe e poi si prenota di nuovo."}}},
}
