package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/area"
)

// A mailed link opens with a cookie, so that the token leaves the address at once.
const (
	emailCookie = "conferma"
	linkSeconds = 3600
	confirmPath = "/conferma-email"
)

// openLink keeps the token of a mailed link, and shows the page that it opens. Only the page's button uses it up: scanners of mail break nothing (mission S25).
func (s *Server) openLink(cookie, to string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		s.setCookie(w, cookie, r.PathValue("token"), linkSeconds)
		return redirect(to)
	}
}

func newEmailForm() *Form {
	f := Sectionless(newEmailPath, "Manda il messaggio di conferma",
		&Field{Kind: Email, Name: "email", Label: "Nuovo indirizzo e-mail", MaxLength: 254, Autocomplete: "email"},
		&Field{Kind: Password, Name: "password", Label: "La tua password", Autocomplete: "current-password", MaxLength: 1000, Help: "La chiediamo di nuovo, perché qui arrivano i codici."})
	f.Intro, f.Cancel = "Tutti i campi sono obbligatori.", Link{Text: "Annulla", Href: ownDataPath}
	return f
}

func (s *Server) getNewEmail(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showNewEmail(w, r, st, newEmailForm())
}

func (s *Server) showNewEmail(w http.ResponseWriter, r *http.Request, st access.Standing, f *Form) error {
	p := s.areaPage(r, st, "Cambia l'indirizzo e-mail").withErrors(f)
	p.Lead = "Ti mandiamo un messaggio al nuovo indirizzo: finché non confermi da lì, non cambia niente."
	p.Data = f
	if len(p.Errors) > 0 {
		f.tellSecretsGone()
	}
	return s.show(w, "form", p)
}

var newEmailMissing = map[string]string{"email": "Scrivi il nuovo indirizzo.", "password": "Scrivi la tua password."}

// newEmailRefusals are the words beside the field that was refused.
var newEmailRefusals = []struct {
	err         error
	field, text string
}{
	{area.ErrRefusedMail, "email", "Gli indirizzi di questo dominio non esistono più o non ricevono i messaggi: scrivine un altro."},
	{area.ErrAddress, "email", "L'indirizzo non è scritto bene: ricontrolla. Ha la forma nome@esempio.it."},
	{area.ErrSameAddress, "email", "È l'indirizzo che abbiamo già."},
	{area.ErrCredentials, "password", "La password non è giusta: riprova."},
}

func (s *Server) postNewEmail(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	f := newEmailForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(newEmailMissing)
	if !f.Check() {
		return s.showNewEmail(w, r, st, f)
	}
	err := portalOf(r).Area.AskEmail(r.Context(), originOf(r), s.cookie(r, citizenCookie), area.NewEmail{Address: f.Value("email"), Password: f.Value("password"), Lang: visitOf(r).Lang})
	wait := area.Wait{}
	if errors.As(err, &wait) {
		f.Fail("password", tooMany(r, wait.For).Text)
		return s.showNewEmail(w, r, st, f)
	}
	for _, x := range newEmailRefusals {
		if errors.Is(err, x.err) {
			f.Fail(x.field, x.text)
			return s.showNewEmail(w, r, st, f)
		}
	}
	if err != nil {
		return err
	}
	return redirect(ownDataPath + "?esito=conferma")
}

// deadLink tells that a link opens nothing any more, and where to get another.
var deadLink = Alert{"warning", "Questo collegamento non vale più", "È già stato usato, è scaduto, oppure ne hai chiesto uno più recente. Non è cambiato niente."}

func (s *Server) getConfirmEmail(w http.ResponseWriter, r *http.Request) error {
	token := s.cookie(r, emailCookie)
	if token == "" {
		return s.showDeadLink(w, r, "Conferma dell'indirizzo e-mail")
	}
	c, err := portalOf(r).Area.EmailLink(r.Context(), token)
	if errors.Is(err, area.ErrLink) {
		return s.showDeadLink(w, r, "Conferma dell'indirizzo e-mail")
	}
	if err != nil {
		return err
	}
	p := s.page(r, "Conferma il tuo indirizzo e-mail")
	p.publishedBy(c.Community)
	p.Data = c
	return s.show(w, "citizen_confirm_email", p)
}

func (s *Server) showDeadLink(w http.ResponseWriter, r *http.Request, title string) error {
	p := s.page(r, title)
	p.Notice = deadLink
	return s.render(w, http.StatusGone, "citizen_dead_link", p)
}

func (s *Server) postConfirmEmail(w http.ResponseWriter, r *http.Request) error {
	err := portalOf(r).Area.ConfirmEmail(r.Context(), originOf(r), s.cookie(r, emailCookie))
	if errors.Is(err, area.ErrLink) || errors.Is(err, area.ErrChanged) {
		return redirect(confirmPath)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, emailCookie, "", -1)
	return redirect(confirmPath + "/fatto")
}

func (s *Server) getEmailConfirmed(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Il tuo indirizzo e-mail è cambiato")
	return s.show(w, "citizen_email_confirmed", p)
}
