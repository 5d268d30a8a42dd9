package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"sportello/access"
	"sportello/area"
	"sportello/citizen"
)

const (
	citizenCookie = "accesso"     // token of a citizen's session
	deviceCookie  = "dispositivo" // a browser that this username has logged in from
	citizenLogin  = "/accesso"
	areaPath      = "/area-personale"
	verifyPath    = "/verifica-credenziali"
)

// afterLogin are the pages that a log-in may lead to; the first is the usual one.
var afterLogin = []string{areaPath, verifyPath, ownDataPath, seenPath, accessesPath, ownContactsPath, newEmailPath, secretsPath, ownDonePath, ownCopyPath, ownPasswordPath, leavePath,
	completionPath}

// onwardTo is a posted or asked-for page if a log-in may lead there, else the personal page.
func onwardTo(path string) string {
	if slices.Contains(afterLogin, path) {
		return path
	}
	return areaPath
}

// loginPage is the data of the citizen's log-in.
type loginPage struct {
	Form               *Form
	Username, Password *Field
}

func citizenLoginForm(to string) *Form {
	f := Sectionless(citizenLogin, "Entra",
		&Field{Name: "username", Label: "Username", Autocomplete: "username", MaxLength: 200},
		&Field{Kind: Password, Name: "password", Label: "Password", Autocomplete: "current-password", MaxLength: 1000})
	f.Hidden = []Option{{"verso", onwardTo(to)}}
	return f
}

var loginMissing = map[string]string{"username": "Scrivi il tuo username.", "password": "Scrivi la password."}

// The words above the log-in.
var (
	wrongLogin     = Alert{"danger", "Accesso non riuscito", "Username o password non corretti. Ricontrolla maiuscole e minuscole della password, poi riprova."}
	citizenOver    = Alert{"warning", "La sessione è finita", "Per sicurezza, dopo un po' di tempo senza attività si accede di nuovo."}
	citizenLeft    = Alert{"success", "Sei uscito", "Se usi un computer che non è tuo, chiudi anche il browser."}
	citizenForgot  = Alert{"success", "Dispositivo dimenticato", "Sei uscito. Quando si entra di nuovo da qui ti mandiamo un'e-mail."}
	citizenAsked   = Alert{"info", "Prima accedi", "Per aprire questa pagina servono username e password; per la verifica delle credenziali anche il PIN."}
	passwordChosen = Alert{"success", "La nuova password vale da adesso", "Entra con il tuo username e la password che hai appena scelto. Gli accessi aperti prima sono finiti."}
	loginNotices   = map[string]Alert{"password": passwordChosen, "scaduta": citizenOver, "uscita": citizenLeft, "dimenticato": citizenForgot, "accesso": citizenAsked}
)

func (s *Server) getCitizenLogin(w http.ResponseWriter, r *http.Request) error {
	if policyOf(r).Offered {
		return s.getThree(w, r)
	}
	q := r.URL.Query()
	return s.showCitizenLogin(w, r, http.StatusOK, citizenLoginForm(q.Get("verso")), loginNotices[q.Get("motivo")])
}

func (s *Server) showCitizenLogin(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Accedi").withErrors(f)
	p.Lead = "Usa lo username e la password che hai scelto quando hai attivato le credenziali."
	p.Notice, p.Data = notice, loginPage{f, f.Field("username"), f.Field("password")}
	return s.render(w, status, "citizen_login", p)
}

// postCitizenLogin lets in by username and password; the PIN raises the level afterwards (A05).
func (s *Server) postCitizenLogin(w http.ResponseWriter, r *http.Request) error {
	if policyOf(r).Offered {
		return s.postThree(w, r)
	}
	if err := parse(r, false); err != nil {
		return err
	}
	f := citizenLoginForm(r.PostFormValue("verso"))
	f.Refill(r.PostForm)
	f.require(loginMissing)
	if !f.Check() {
		return s.showCitizenLogin(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	token, device, err := portalOf(r).Access.CitizenPassword(r.Context(), originOf(r),
		access.Passport{Username: f.Value("username"), Password: f.Value("password"), Device: s.cookie(r, deviceCookie)})
	wait := access.Wait{}
	switch {
	case errors.As(err, &wait):
		return s.showCitizenLogin(w, r, http.StatusTooManyRequests, f, tooMany(r, wait.For))
	case errors.Is(err, access.ErrCredentials):
		return s.showCitizenLogin(w, r, http.StatusUnprocessableEntity, f, wrongLogin)
	case err != nil:
		return err
	}
	s.setCookie(w, citizenCookie, token, 0)
	s.setCookie(w, deviceCookie, device, yearSeconds)
	return redirect(f.Hidden[0].Label)
}

// postCitizenLogout ends the session, here and in the database.
func (s *Server) postCitizenLogout(w http.ResponseWriter, r *http.Request) error {
	if token := s.cookie(r, citizenCookie); token != "" {
		if err := portalOf(r).Access.CitizenLogout(r.Context(), originOf(r), token); err != nil {
			return err
		}
	}
	s.setCookie(w, citizenCookie, "", -1)
	return redirect(citizenLogin + "?motivo=uscita")
}

// A personHandler serves a page of somebody who has logged in.
type personHandler func(http.ResponseWriter, *http.Request, access.Standing) error

// inside lets through who has logged in; the others go to the log-in, which leads back to the page.
func (s *Server) inside(h personHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token, back := s.cookie(r, citizenCookie), "&verso="+onwardTo(r.URL.Path)
		if token == "" {
			return redirect(citizenLogin + "?motivo=accesso" + back)
		}
		st, err := portalOf(r).Access.Citizen(r.Context(), token)
		if err == nil {
			visitOf(r).Session, visitOf(r).Nav = s.citizenTime(visitOf(r), st.Expires), areaMenu(r.URL.Path)
			err = h(w, r, st)
		}
		if errors.Is(err, access.ErrNoSession) || errors.Is(err, access.ErrOver) || errors.Is(err, area.ErrLoggedOut) || errors.Is(err, citizen.ErrLoggedOut) {
			s.setCookie(w, citizenCookie, "", -1)
			return redirect(citizenLogin + "?motivo=scaduta" + back)
		}
		return err
	}
}

func (s *Server) citizenTime(v *visit, expires time.Time) *Session {
	left := s.timeLeft(v, expires)
	left.Extend, left.Login = "/area-personale/sessione", citizenLogin+"?motivo=scaduta"
	return left
}
