package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/area"
	"sportello/postal"
)

func (s *Server) getSecrets(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showSecrets(w, r, st, secretNotices[r.URL.Query().Get("esito")])
}

var secretNotices = map[string]Alert{
	"segnalato": {"warning", "Segnalato: ora cambia la password", "Abbiamo chiuso tutti gli altri accessi. Chi è entrato può conoscere la tua password: cambiala subito."},
	"password":  {"success", "Hai cambiato la password", "Vale da adesso. Gli altri accessi aperti sono finiti."},
	"pin":       {"success", "Il nuovo PIN arriva per posta", "Quando arriva usalo una volta: da quel momento quello di prima smette di valere. Ti abbiamo scritto anche un'e-mail."},
}

// secretsPage is the data of "Password e PIN".
type secretsPage struct {
	Desk bool // the PIN came from a desk
}

func (s *Server) showSecrets(w http.ResponseWriter, r *http.Request, st access.Standing, notice Alert) error {
	p := s.areaPage(r, st, "Password e PIN")
	p.Lead = "La password la scegli tu. Il PIN lo estrae il sistema e lo conosci solo tu."
	p.Notice, p.Data = notice, secretsPage{st.Registration.Strong}
	return s.show(w, "citizen_secrets", p)
}

// pinRefusals say why no letter with a new PIN goes out (K02, E16).
var pinRefusals = []struct {
	err   error
	alert Alert
}{
	{postal.ErrDeskPIN, Alert{"info", "Il tuo PIN te lo ha dato uno sportello", "Uno nuovo si chiede solo allo sportello, con un documento valido e la tessera sanitaria: per posta non lo mandiamo."}},
	{postal.ErrQueued, Alert{"info", "Una lettera è già in viaggio", "Hai già chiesto un nuovo PIN: aspetta che arrivi. Se dopo due settimane non c'è, chiama l'assistenza."}},
	{postal.ErrTooMany, Alert{"warning", "Hai chiesto troppi PIN quest'anno", "Per averne un altro vai a uno sportello, con un documento valido e la tessera sanitaria."}},
	{postal.ErrUnproven, Alert{"warning", "Non possiamo spedire il PIN a questo indirizzo", "Il PIN va solo dove sappiamo che abiti: dove una lettera è già arrivata, o alla residenza che risulta in comune. Chiedilo a uno sportello o all'assistenza."}},
	{area.ErrSoon, Alert{"warning", "Hai cambiato domicilio da poco", "Per sicurezza, nei giorni dopo un cambio di domicilio non spediamo il PIN. Riprova tra un paio di giorni, o vai a uno sportello."}},
}

// noPostHere is said where PINs come with a request to an ente, whoever posts the form all the same.
var noPostHere = Alert{"info", "Qui il PIN non si spedisce per posta", "Per averne uno nuovo fai una nuova richiesta all'Ente."}

func (s *Server) postNewPIN(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	err := portalOf(r).Area.AskPIN(r.Context(), originOf(r), s.cookie(r, citizenCookie), visitOf(r).Lang)
	for _, x := range pinRefusals {
		if errors.Is(err, x.err) {
			if visitOf(r).asks() {
				x.alert = noPostHere
			}
			return s.showSecrets(w, r, st, x.alert)
		}
	}
	if err != nil {
		return err
	}
	return redirect(secretsPath + "?esito=pin")
}

// newPasswordFields ask for a new password under the policy of a community.
func newPasswordFields() []*Field {
	return []*Field{
		{Kind: Password, Name: "nuova", Label: "Nuova password", Autocomplete: "new-password", Reveal: "Mostra la nuova password"},
		{Kind: Password, Name: "ripeti", Label: "Ripeti la nuova password", Autocomplete: "new-password", Reveal: "Mostra la password ripetuta"},
	}
}

func ownPasswordForm() *Form {
	f := Sectionless(ownPasswordPath, "Cambia la password", append([]*Field{
		{Kind: Password, Name: "attuale", Label: "Password di adesso", Autocomplete: "current-password", MaxLength: 1000}}, newPasswordFields()...)...)
	f.Intro, f.Cancel = "Tutti i campi sono obbligatori.", Link{Text: "Annulla", Href: secretsPath}
	return f
}

var passwordMissing = map[string]string{"attuale": "Scrivi la password che usi adesso.", "nuova": "Scrivi la nuova password.", "ripeti": "Scrivi la nuova password una seconda volta."}

func (s *Server) getOwnPassword(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showOwnPassword(w, r, st, ownPasswordForm())
}

func (s *Server) showOwnPassword(w http.ResponseWriter, r *http.Request, st access.Standing, f *Form) error {
	p := s.areaPage(r, st, "Cambia la password").withErrors(f)
	p.Lead = visitOf(r).passwordRules(st.Community.Password)
	p.Notice, p.Data = secretNotices[r.URL.Query().Get("esito")], f
	if len(p.Errors) > 0 {
		f.tellSecretsGone()
	}
	return s.show(w, "form", p)
}

// failNewPassword puts beside its field what is wrong with a new password; other errors it gives back.
func (f *Form) failNewPassword(r *http.Request, err error) error {
	weak, wait := area.WeakPassword{}, area.Wait{}
	switch {
	case errors.As(err, &weak):
		text, numbers := weak.Problem.Words(weak.Policy)
		f.Fail("nuova", visitOf(r).T(text, numbers...))
	case errors.As(err, &wait):
		f.Fail("attuale", tooMany(r, wait.For).Text)
	case errors.Is(err, area.ErrSamePassword):
		f.Fail("nuova", "È la password che hai già: scegline un'altra.")
	case errors.Is(err, area.ErrRepeat):
		f.Fail("ripeti", "Le due password sono diverse: riscrivile tutte e due.")
	case errors.Is(err, area.ErrCredentials):
		f.Fail("attuale", "La password non è giusta: riprova.")
	default:
		return err
	}
	return nil
}

func (s *Server) postOwnPassword(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	f := ownPasswordForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(passwordMissing)
	if !f.Check() {
		return s.showOwnPassword(w, r, st, f)
	}
	token, err := portalOf(r).Area.ChangePassword(r.Context(), originOf(r), s.cookie(r, citizenCookie), area.Password{Old: f.Value("attuale"), New: f.Value("nuova"), Repeat: f.Value("ripeti")})
	if err != nil {
		if err := f.failNewPassword(r, err); err != nil {
			return err
		}
		return s.showOwnPassword(w, r, st, f)
	}
	s.setCookie(w, citizenCookie, token, 0)
	if device, err := portalOf(r).Access.KnownDevice(r.Context(), token, s.cookie(r, deviceCookie)); err == nil && device != "" {
		s.setCookie(w, deviceCookie, device, yearSeconds) // this browser stays known
	}
	return redirect(secretsPath + "?esito=password")
}
