package web

import (
	"errors"
	"net/http"

	"sportello/area"
	"sportello/community"
)

// The pages of who has lost password or username (000, K01).
const (
	forgottenPath    = "/password-dimenticata"
	newPasswordPath  = "/nuova-password"
	lostUsernamePath = "/username-dimenticato"
	passwordLink     = "nuova-password" // cookie
)

// recoveryRoutes are those of who has lost password or username (000, mission S21).
func (s *Server) recoveryRoutes() []route {
	return []route{
		{"GET " + forgottenPath, s.getForgotten, citizens, 0},
		{"POST " + forgottenPath, s.postForgotten, citizens, 0},
		{"GET " + forgottenPath + "/inviata", s.getAsked, citizens, 0},
		{"GET " + newPasswordPath + "/{token}", s.openLink(passwordLink, newPasswordPath), citizens, 0},
		{"GET " + newPasswordPath, s.getNewPassword, citizens, 0},
		{"POST " + newPasswordPath, s.postNewPassword, citizens, 0},
		{"GET " + lostUsernamePath, s.getLostUsername, citizens, 0},
		{"POST " + lostUsernamePath, s.postLostUsername, citizens, 0},
		{"GET " + lostUsernamePath + "/inviato", s.getUsernameSent, citizens, 0},
	}
}

// recoveryProblems are what can go wrong there.
var recoveryProblems []problem

// forgottenForm asks for what the community wants: the secret question, or the address (mission S21).
func forgottenForm(c community.Community) *Form {
	fields := []*Field{{Name: "username", Label: "Username", Autocomplete: "username", MaxLength: 200}}
	if c.Question.Asked {
		question := questionSection(c.Question.Proposed).Fields
		question[0].Label, question[0].Help = "La tua domanda segreta", "Quella che hai scelto quando hai attivato le credenziali."
		question[1].Help = "Solo se ne avevi scritta una tua: scrivila come allora."
		fields = append(fields, question...)
	} else {
		fields = append(fields, &Field{Kind: Email, Name: "email", Label: "Il tuo indirizzo e-mail", Autocomplete: "email", MaxLength: 254, Help: "Quello della tua registrazione."})
	}
	f := Sectionless(forgottenPath, "Avanti", fields...)
	f.Cancel = Link{Text: "Annulla", Href: citizenLogin}
	return f
}

var forgottenMissing = map[string]string{
	"username": "Scrivi il tuo username.",
	"domanda":  "Scegli la domanda, o scrivi la tua.",
	"risposta": "Scrivi la risposta.",
	"email":    "Scrivi l'indirizzo e-mail della tua registrazione.",
}

func (s *Server) getForgotten(w http.ResponseWriter, r *http.Request) error {
	return s.showForgotten(w, r, http.StatusOK, forgottenForm(portalOf(r).Community()), Alert{})
}

func (s *Server) showForgotten(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Hai dimenticato la password?").withErrors(f).at(Link{Text: "Accedi", Href: citizenLogin})
	p.Lead = "Se quello che scrivi è giusto, ti mandiamo un'e-mail per scegliere una nuova password."
	p.Notice, p.Data = notice, f
	if len(p.Errors) > 0 {
		f.tellSecretsGone()
	}
	return s.render(w, status, "citizen_forgotten", p)
}

// postForgotten answers everybody alike.
func (s *Server) postForgotten(w http.ResponseWriter, r *http.Request) error {
	c := portalOf(r).Community()
	f := forgottenForm(c)
	if err := f.Fill(r); err != nil {
		return err
	}
	if c.Question.Asked && f.Value("domanda") == "" && f.Value("domanda-propria") != "" {
		f.Field("domanda").Value = ownQuestion
	}
	f.require(forgottenMissing)
	if !f.Check() {
		return s.showForgotten(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	in := area.Forgotten{Username: f.Value("username"), Lang: visitOf(r).Lang}
	if c.Question.Asked {
		in.Answer, in.Question = f.Value("risposta"), f.Value("domanda")
		if in.Question == ownQuestion {
			in.Question = f.Value("domanda-propria")
		}
	} else {
		in.Email = f.Value("email")
	}
	err := portalOf(r).Area.AskPassword(r.Context(), originOf(r), in)
	if wait := (area.Wait{}); errors.As(err, &wait) {
		return s.showForgotten(w, r, http.StatusTooManyRequests, f, tooMany(r, wait.For))
	}
	if err != nil {
		return err
	}
	return redirect(forgottenPath + "/inviata")
}

// askedPage is the data of the answer that everybody gets.
type askedPage struct {
	Hours int // that a new address is not written to
}

func (s *Server) getAsked(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Guarda la tua posta").at(Link{Text: "Accedi", Href: citizenLogin})
	p.Data = askedPage{portalOf(r).Community().Desk.ContactPauseHours}
	return s.show(w, "citizen_asked", p)
}

func newPasswordForm() *Form {
	f := Sectionless(newPasswordPath, "Usa questa password", newPasswordFields()...)
	f.Intro = "Tutti i campi sono obbligatori."
	return f
}

func (s *Server) getNewPassword(w http.ResponseWriter, r *http.Request) error {
	return s.showNewPassword(w, r, newPasswordForm())
}

func (s *Server) showNewPassword(w http.ResponseWriter, r *http.Request, f *Form) error {
	token := s.cookie(r, passwordLink)
	if token == "" {
		return s.showDeadLink(w, r, "Nuova password")
	}
	link, err := portalOf(r).Area.PasswordLink(r.Context(), token)
	if errors.Is(err, area.ErrLink) {
		return s.showDeadLink(w, r, "Nuova password")
	}
	if err != nil {
		return err
	}
	p := s.page(r, "Scegli una nuova password").withErrors(f)
	p.Lead = visitOf(r).passwordRules(link.Community.Password)
	p.publishedBy(link.Community)
	p.Data = f
	if len(p.Errors) > 0 {
		f.tellSecretsGone()
	}
	return s.show(w, "form", p)
}

// passwordRules say what a new password has to be.
func (v *visit) passwordRules(policy community.Password) string {
	rules := v.T("Almeno %d caratteri. Vanno bene tre o quattro parole che non c'entrano tra loro, con spazi. Non usare il tuo nome, lo username, date o password molto comuni.", policy.MinLength)
	if policy.Classes > 0 {
		rules += " " + v.T("Servono almeno %d tipi di carattere tra lettere minuscole, lettere maiuscole, cifre e altri segni.", policy.Classes)
	}
	return rules
}

func (s *Server) postNewPassword(w http.ResponseWriter, r *http.Request) error {
	f := newPasswordForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(passwordMissing)
	if !f.Check() {
		return s.showNewPassword(w, r, f)
	}
	err := portalOf(r).Area.NewPassword(r.Context(), originOf(r), s.cookie(r, passwordLink), area.Password{New: f.Value("nuova"), Repeat: f.Value("ripeti")})
	if errors.Is(err, area.ErrLink) {
		return redirect(newPasswordPath)
	}
	if errors.Is(err, area.ErrTooMany) {
		return err // nothing was typed that could be kept
	}
	if err != nil {
		if err := f.failNewPassword(r, err); err != nil {
			return err
		}
		return s.showNewPassword(w, r, f)
	}
	s.setCookie(w, passwordLink, "", -1)
	s.setCookie(w, citizenCookie, "", -1)
	return redirect(citizenLogin + "?motivo=password")
}

func lostUsernameForm() *Form {
	f := Sectionless(lostUsernamePath, "Avanti", &Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 40, Help: "16 caratteri. Lo trovi sulla tessera sanitaria."})
	f.Intro, f.Cancel = "Il campo è obbligatorio.", Link{Text: "Annulla", Href: citizenLogin}
	return f
}

func (s *Server) getLostUsername(w http.ResponseWriter, r *http.Request) error {
	return s.showLostUsername(w, r, http.StatusOK, lostUsernameForm(), Alert{})
}

func (s *Server) showLostUsername(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Hai dimenticato lo username?").withErrors(f).at(Link{Text: "Accedi", Href: citizenLogin})
	p.Lead = "Scrivi il codice fiscale: se hai delle credenziali, ti mandiamo lo username all'indirizzo e-mail della tua registrazione."
	p.Notice, p.Data = notice, f
	return s.render(w, status, "form", p)
}

func (s *Server) postLostUsername(w http.ResponseWriter, r *http.Request) error {
	f := lostUsernameForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(revocationMissing)
	if !f.Check() {
		return s.showLostUsername(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	err := portalOf(r).Area.AskUsername(r.Context(), originOf(r), f.Value("codice-fiscale"), visitOf(r).Lang)
	if wait := (area.Wait{}); errors.As(err, &wait) {
		return s.showLostUsername(w, r, http.StatusTooManyRequests, f, tooMany(r, wait.For))
	}
	if err != nil {
		return err
	}
	return redirect(lostUsernamePath + "/inviato")
}

func (s *Server) getUsernameSent(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Guarda la tua posta: lo username").at(Link{Text: "Accedi", Href: citizenLogin})
	p.Data = askedPage{portalOf(r).Community().Desk.ContactPauseHours}
	return s.show(w, "citizen_asked", p)
}
