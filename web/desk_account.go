package web

import (
	"net/http"

	"sportello/desk"
	"sportello/office"
	"sportello/store"
)

// accountRoutes are those of the obsolete accounts outside the database (001 §5.1.2.3).
func (s *Server) accountRoutes() []route {
	return []route{
		{"GET /sportello/account/{id}", s.only(office.Register, s.getAccount), operators, 0},
		{"POST /sportello/account/{id}", s.only(office.Register, s.postAccount), operators, 0},
		{"POST /sportello/account/{id}/richiesta", s.only(office.Register, s.postRevocationRequest), operators, 0},
		{"GET /sportello/account/{id}/conferma", s.only(office.Register, s.getClosing), operators, 0},
		{"POST /sportello/account/{id}/conferma", s.only(office.Register, s.postClosing), operators, 0},
		{"GET /sportello/account/{id}/esito", s.only(office.Register, s.getClosed), operators, 0},
		{"POST /sportello/account/{id}/esito", s.only(office.Register, s.postClosed), operators, 0},
	}
}

// accountProblems are what can go wrong in the obsolete accounts outside the database (001 §5.1.2.3).
var accountProblems = []problem{
	{err: desk.ErrNotArchived, status: http.StatusConflict,
		desk: words{"La richiesta firmata non risulta archiviata", "L'account si cancella solo dopo che il cittadino ha firmato la richiesta e l'operatore l'ha archiviata.",
			[]string{"Tornare alla pagina precedente e confermare l'archiviazione."}}},
}

const accountPath = "/sportello/account/"

// accountPage is the data of the three pages.
type accountPage struct {
	desk.ObsoleteAccount
	At      string
	Alert   Alert
	Request Document
	Form    *Form
}

func (s *Server) accountPage(r *http.Request, title string) *page {
	return s.page(r, title).at(Link{Text: "Registrazione utenti", Href: registrationPath})
}

// openAccount reads the form of a request. One that was confirmed leads to how far its closing is.
func (s *Server) openAccount(r *http.Request) (desk.ObsoleteAccount, error) {
	a, err := s.Desk.Account(r.Context(), whoOf(r), r.PathValue("id"))
	if err == nil && a.Done {
		return a, redirect(accountPath + a.ID + "/esito")
	}
	return a, err
}

// obsoleteAlert is the manual's message in short: what these credentials are, and why they do not become strong.
var obsoleteAlert = newAlert("warning", "Il cittadino ha credenziali di un vecchio processo di rilascio",
	"Chi le ha rilasciate non ha controllato l'identità: non danno garanzie sufficienti e non si possono promuovere. Per avere credenziali imputabili si cancella il vecchio account e poi si registra il cittadino.")

func archiveForm(a desk.ObsoleteAccount) *Form {
	f := Sectionless(accountPath+a.ID, "Cancella account", &Field{Kind: Checkbox, Name: "archiviata", Checked: a.Archived,
		Label: "Il cittadino ha firmato la richiesta e l'originale è archiviato", Help: "Senza la richiesta firmata l'account non si cancella."})
	f.Intro = "Archiviare la richiesta firmata, poi cancellare l'account."
	f.Cancel = Link{Text: "Nuova ricerca", Href: registrationPath}
	return f
}

func (s *Server) getAccount(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAccount(r)
	if err != nil {
		return err
	}
	return s.showAccount(w, r, a, archiveForm(a))
}

func (s *Server) showAccount(w http.ResponseWriter, r *http.Request, a desk.ObsoleteAccount, f *Form) error {
	p := s.accountPage(r, "Credenziali da cancellare").withErrors(f)
	p.Data = accountPage{ObsoleteAccount: a, Alert: obsoleteAlert, Form: f, Request: Document{Icon: "it-file", Title: "Richiesta di revoca delle credenziali",
		State: newBadge("manca", "Da firmare"), Note: "Il cittadino scrive i dati che mancano e firma.", Action: accountPath + a.ID + "/richiesta", Button: "Genera pdf", Main: true}}
	return s.show(w, "account", p)
}

// postRevocationRequest prints the request that the citizen signs (E11).
func (s *Server) postRevocationRequest(w http.ResponseWriter, r *http.Request) error {
	pdf, err := s.Desk.PrintRevocationRequest(r.Context(), whoOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return sendPDF(w, r, "richiesta-revoca.pdf", pdf)
}

func (s *Server) postAccount(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAccount(r)
	if err != nil {
		return err
	}
	f := archiveForm(a)
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(map[string]string{"archiviata": "Confermare che la richiesta firmata è archiviata: senza, l'account non si cancella."})
	if !f.Check() {
		return s.showAccount(w, r, a, f)
	}
	if err := s.Desk.Archive(r.Context(), whoOf(r), a.ID); err != nil {
		return err
	}
	return redirect(accountPath + a.ID + "/conferma")
}

// getClosing asks once more before the account is erased.
func (s *Server) getClosing(w http.ResponseWriter, r *http.Request) error {
	a, err := s.openAccount(r)
	if err != nil {
		return err
	}
	if !a.Archived {
		return redirect(accountPath + a.ID)
	}
	p := s.accountPage(r, "Confermare la cancellazione dell'account")
	p.Data = accountPage{ObsoleteAccount: a, At: accountPath + a.ID,
		Alert: newAlert("warning", "La cancellazione non si può annullare", "Da quel momento il cittadino non entra più nei servizi con le vecchie credenziali.")}
	return s.show(w, "account_confirm", p)
}

// postClosing erases the account, or leaves it to be erased when the directory answers again.
func (s *Server) postClosing(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := s.Desk.CloseAccount(r.Context(), whoOf(r), id); err != nil {
		return err
	}
	return redirect(accountPath + id + "/esito")
}

var (
	closedAlert = newAlert("success", "Il vecchio account è cancellato", "Ora il cittadino si può registrare: Prosegui porta alla ricerca, dove si scrive di nuovo il codice fiscale.")
	queuedAlert = newAlert("warning", "La cancellazione è chiesta, ma non ancora confermata",
		"L'archivio delle vecchie credenziali non ha risposto. Il sistema riprova da solo finché riesce: non serve un'altra richiesta. La registrazione ricomincia solo dopo la conferma.")
)

// getClosed tells how far the closing is.
func (s *Server) getClosed(w http.ResponseWriter, r *http.Request) error {
	a, err := s.Desk.Account(r.Context(), whoOf(r), r.PathValue("id"))
	switch {
	case err != nil:
		return err
	case !a.Done:
		return redirect(accountPath + a.ID)
	}
	d := accountPage{ObsoleteAccount: a, At: accountPath + a.ID + "/esito", Alert: queuedAlert}
	if a.Closed() {
		d.Alert = closedAlert
	}
	p := s.accountPage(r, "Cancellazione dell'account")
	p.Data = d
	return s.show(w, "account_closed", p)
}

// postClosed asks the directory again, while the citizen waits.
func (s *Server) postClosed(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	a, err := s.Desk.Account(r.Context(), whoOf(r), id)
	if err == nil && !a.Done {
		err = store.ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := s.Desk.TryClosing(r.Context(), whoOf(r), id); err != nil {
		return err
	}
	return redirect(accountPath + id + "/esito")
}
