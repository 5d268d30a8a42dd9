package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/citizen"
	"sportello/person"
)

const (
	firstCookie   = "primo-accesso" // token of a log-in with the first password
	firstSeconds  = 30 * 60
	firstPath     = citizenLogin + "/prima-password"
	renewPath     = citizenLogin + "/nuova-prima-password"
	renewDonePath = renewPath + "/inviata"
)

// threeRoutes are those of the log-in at an ente's portal, beside the log-in itself (003 Accesso).
func (s *Server) threeRoutes() []route {
	return []route{
		{"GET " + firstPath, s.asks(s.getFirst), citizens, 0},
		{"POST " + firstPath, s.asks(s.postFirst), citizens, 0},
		{"GET " + renewPath, s.asks(s.getRenewFirst), citizens, 0},
		{"POST " + renewPath, s.asks(s.postRenewFirst), citizens, 0},
		{"GET " + renewDonePath, s.asks(s.getFirstRenewed), citizens, 0},
	}
}

func threeForm(to string) *Form {
	f := Sectionless(citizenLogin, "Entra",
		&Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", Autocomplete: "username", MaxLength: 40},
		&Field{Kind: Password, Name: "pin", Label: "PIN", MaxLength: 60, Autocomplete: "off", InputMode: "numeric", Reveal: "Mostra il PIN",
			Help: "Tutte e due le parti, una dopo l'altra: prima le cifre arrivate per e-mail, poi quelle lette sulla pagina."},
		&Field{Kind: Password, Name: "password", Label: "Password", Autocomplete: "current-password", MaxLength: 1000})
	f.Hidden = []Option{{"verso", onwardTo(to)}}
	return f
}

var threeMissing = map[string]string{"codice-fiscale": "Scrivi il tuo codice fiscale.", "pin": "Scrivi il PIN.", "password": "Scrivi la password."}

// The words above the log-in.
var (
	wrongThree   = Alert{"danger", "Accesso non riuscito", "Codice fiscale, PIN o password non corretti, oppure l'Ente non ha ancora approvato la richiesta: quando la approva ti scriviamo. Ricontrolla e riprova."}
	expiredFirst = Alert{"danger", "La password di primo accesso è scaduta", "Per sicurezza vale pochi giorni. Chiedine un'altra con il collegamento qui sotto: il PIN resta lo stesso."}
)

func (s *Server) getThree(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return s.showThree(w, r, http.StatusOK, threeForm(q.Get("verso")), loginNotices[q.Get("motivo")])
}

func (s *Server) showThree(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Accedi").withErrors(f)
	p.Lead = "Servono il codice fiscale, il PIN intero e la password."
	p.Notice, p.Data = notice, f
	return s.render(w, status, "request_login", p)
}

// postThree lets in by codice fiscale, PIN and password; with the first password only to the page where it is replaced.
func (s *Server) postThree(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	f := threeForm(r.PostFormValue("verso"))
	f.Refill(r.PostForm)
	f.require(threeMissing)
	if !f.Check() {
		return s.showThree(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	token, device, way, err := portalOf(r).Access.CitizenCodes(r.Context(), originOf(r),
		access.Three{TaxCode: f.Value("codice-fiscale"), PIN: f.Value("pin"), Password: f.Value("password"), Device: s.cookie(r, deviceCookie)})
	wait := access.Wait{}
	switch {
	case errors.As(err, &wait):
		return s.showThree(w, r, http.StatusTooManyRequests, f, tooMany(r, wait.For))
	case errors.Is(err, access.ErrCredentials):
		return s.showThree(w, r, http.StatusUnprocessableEntity, f, wrongThree)
	case errors.Is(err, access.ErrExpired):
		return s.showThree(w, r, http.StatusUnprocessableEntity, f, expiredFirst)
	case err != nil:
		return err
	}
	s.setCookie(w, deviceCookie, device, yearSeconds)
	if way == access.ToFirstPassword {
		s.setCookie(w, firstCookie, token, firstSeconds)
		return redirect(firstPath)
	}
	s.setCookie(w, citizenCookie, token, 0)
	return redirect(f.Hidden[0].Label)
}

func firstForm() *Form {
	f := Sectionless(firstPath, "Cambia la password ed entra",
		&Field{Kind: Password, Name: "attuale", Label: "Password vecchia", Autocomplete: "current-password", Reveal: "Mostra la password vecchia", Help: "Quella di primo accesso, arrivata per e-mail."},
		&Field{Kind: Password, Name: "nuova", Label: "Password nuova", Autocomplete: "new-password", Reveal: "Mostra la password nuova",
			Help: "Vanno bene tre o quattro parole che non c'entrano tra loro. Non il tuo nome, date o password molto comuni."},
		&Field{Kind: Password, Name: "ripeti", Label: "Conferma la password", Autocomplete: "new-password", Reveal: "Mostra la password ripetuta"})
	f.Intro = "Tutti i campi sono obbligatori."
	return f
}

var firstMissing = map[string]string{"attuale": "Scrivi la password di primo accesso.", "nuova": "Scrivi la password nuova.", "ripeti": "Scrivi di nuovo la password nuova."}

func (s *Server) getFirst(w http.ResponseWriter, r *http.Request) error {
	if err := portalOf(r).Access.NeedsFirst(r.Context(), s.cookie(r, firstCookie)); err != nil {
		return s.firstOver(w, err)
	}
	return s.showFirst(w, r, http.StatusOK, firstForm(), Alert{})
}

func (s *Server) showFirst(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Scegli la tua password").withErrors(f)
	p.Lead = "È l'ultimo passo: la password di primo accesso si usa una volta sola."
	p.Notice, p.Data = notice, f
	return s.render(w, status, "form", p)
}

// firstOver leads back to the log-in who has no first log-in under way.
func (s *Server) firstOver(w http.ResponseWriter, err error) error {
	if !errors.Is(err, access.ErrNoSession) && !errors.Is(err, access.ErrOver) {
		return err
	}
	s.setCookie(w, firstCookie, "", -1)
	return redirect(citizenLogin + "?motivo=scaduta")
}

func (s *Server) postFirst(w http.ResponseWriter, r *http.Request) error {
	f := firstForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(firstMissing)
	if !f.Check() {
		return s.showFirst(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	token, err := portalOf(r).Access.ReplaceFirst(r.Context(), originOf(r), s.cookie(r, firstCookie),
		access.PasswordChange{Old: f.Value("attuale"), New: f.Value("nuova"), Repeat: f.Value("ripeti")})
	wait, weak := access.Wait{}, access.WeakPassword{}
	switch {
	case err == nil:
		s.setCookie(w, firstCookie, "", -1)
		s.setCookie(w, citizenCookie, token, 0)
		return redirect(areaPath)
	case errors.As(err, &wait):
		return s.showFirst(w, r, http.StatusTooManyRequests, f, tooMany(r, wait.For))
	case errors.As(err, &weak):
		text, numbers := weak.Problem.Words(portalOf(r).Community().Password)
		f.Fail("nuova", visitOf(r).T(text, numbers...))
	case errors.Is(err, access.ErrSamePassword):
		f.Fail("nuova", "È uguale a quella di primo accesso: scegline una diversa.")
	case errors.Is(err, access.ErrRepeat):
		f.Fail("ripeti", "Le due password sono diverse: riscrivile tutte e due.")
	case errors.Is(err, access.ErrCredentials):
		f.Fail("attuale", "La password di primo accesso non corrisponde: copiala dall'ultimo messaggio che ti è arrivato.")
	default:
		return s.firstOver(w, err)
	}
	return s.showFirst(w, r, http.StatusUnprocessableEntity, f, Alert{})
}

func renewForm() *Form {
	f := Sectionless(renewPath, "Chiedi un'altra password di primo accesso",
		&Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", Autocomplete: "username", MaxLength: 40})
	f.Cancel = Link{Text: "Annulla", Href: citizenLogin}
	f.Intro = "Per chi ha una richiesta approvata e non è ancora entrato."
	return f
}

func (s *Server) getRenewFirst(w http.ResponseWriter, r *http.Request) error {
	return s.showRenewFirst(w, r, http.StatusOK, renewForm(), Alert{})
}

func (s *Server) showRenewFirst(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Un'altra password di primo accesso").at(Link{Text: "Accedi", Href: citizenLogin}).withErrors(f)
	p.Notice, p.Data = notice, f
	return s.render(w, status, "form", p)
}

// postRenewFirst answers the same to everybody: what is true goes to the address that is known.
func (s *Server) postRenewFirst(w http.ResponseWriter, r *http.Request) error {
	f := renewForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	code, err := person.ParseTaxCode(f.Value("codice-fiscale"))
	if err != nil {
		f.Fail("codice-fiscale", "Il codice fiscale non è giusto: ricontrollalo sulla tessera sanitaria.")
	}
	if !f.Check() {
		return s.showRenewFirst(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	err = portalOf(r).Citizen.RenewFirst(r.Context(), originOf(r), portalOf(r).Community(), code)
	if wait := (citizen.Wait{}); errors.As(err, &wait) {
		return s.showRenewFirst(w, r, http.StatusTooManyRequests, f, tooManyAsked(r, wait))
	}
	if err != nil {
		return err
	}
	return redirect(renewDonePath)
}

func (s *Server) getFirstRenewed(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Guarda la tua e-mail").at(Link{Text: "Accedi", Href: citizenLogin})
	return s.show(w, "request_renewed", p)
}
