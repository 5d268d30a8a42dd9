package web

import (
	"errors"
	"net/http"

	"sportello/access"
	"sportello/credential"
)

const passwordPath = "/sportello/password"

func passwordForm(action, submit string) *Form {
	f := Sectionless(action, submit,
		&Field{Kind: Password, Name: "attuale", Label: "Password attuale", Autocomplete: "current-password", Reveal: "Mostra la password attuale"},
		&Field{Kind: Password, Name: "nuova", Label: "Nuova password", Autocomplete: "new-password", Reveal: "Mostra la nuova password",
			Help: "Almeno 12 caratteri: vanno bene tre o quattro parole che non c'entrano tra loro. Non il nome, lo username, date o password molto comuni."},
		&Field{Kind: Password, Name: "ripeti", Label: "Ripetere la nuova password", Autocomplete: "new-password", Reveal: "Mostra la password ripetuta"})
	f.Intro = "Tutti i campi sono obbligatori. Le altre sessioni aperte con questo account finiscono."
	return f
}

// weakWords say why a new password is refused.
var weakWords = map[credential.PasswordProblem]string{
	credential.PasswordTooShort:  "Troppo corta: servono almeno 12 caratteri. Tre o quattro parole a caso vanno bene.",
	credential.PasswordTooLong:   "Troppo lunga: al massimo 128 caratteri.",
	credential.PasswordCommon:    "È tra le password più usate: sceglierne un'altra, per esempio più parole a caso.",
	credential.PasswordOwnData:   "Contiene il nome, lo username o un altro dato dell'operatore: sceglierne una che non parli di chi la usa.",
	credential.PasswordGuessable: "È facile da indovinare: allungarla, o aggiungere parole che non c'entrano tra loro.",
}

// failPassword puts a refusal beside its field; others pass.
func failPassword(f *Form, err error) error {
	weak := access.WeakPassword{}
	switch {
	case errors.As(err, &weak):
		f.Fail("nuova", weakWords[weak.Problem])
	case errors.Is(err, access.ErrSamePassword):
		f.Fail("nuova", "È uguale a quella attuale: sceglierne una diversa.")
	case errors.Is(err, access.ErrRepeat):
		f.Fail("ripeti", "Le due password sono diverse: riscriverle tutte e due.")
	case errors.Is(err, access.ErrCredentials):
		f.Fail("attuale", "La password attuale non corrisponde: ricontrollare maiuscole e minuscole.")
	default:
		return err
	}
	return nil
}

func (s *Server) getPassword(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "form", s.passwordPage(r, passwordForm(passwordPath, "Cambia la password")))
}

func (s *Server) passwordPage(r *http.Request, f *Form) *page {
	if f.Cancel.Href == "" {
		f.Cancel = Link{Text: "Annulla", Href: menuPath}
	}
	p := s.page(r, "Cambio della password").at().withErrors(f)
	p.Data = f
	return p
}

func (s *Server) postPassword(w http.ResponseWriter, r *http.Request) error {
	f := passwordForm(passwordPath, "Cambia la password")
	return s.changePassword(w, r, f, passwordChange{func() *page { return s.passwordPage(r, f) }, func() error { return redirect(menuPath + "?fatto=password") }})
}

// firstPasswordPage is the page of who has a password that somebody else gave.
func (s *Server) firstPasswordPage(r *http.Request, f *Form) *page {
	f.Intro = "La password usata finora la conosce anche chi l'ha data. Da qui in poi la conosce solo chi la sceglie."
	p := s.page(r, "Scelta della password").withErrors(f)
	p.Lead, p.Data = "Prima di cominciare si sostituisce la password provvisoria.", f
	return p
}

func (s *Server) getFirstPassword(w http.ResponseWriter, r *http.Request, _ access.Login) error {
	return s.show(w, "form", s.firstPasswordPage(r, passwordForm(stagePaths[access.NeedsPassword], "Prosegui")))
}

func (s *Server) postFirstPassword(w http.ResponseWriter, r *http.Request, _ access.Login) error {
	f := passwordForm(stagePaths[access.NeedsPassword], "Prosegui")
	return s.changePassword(w, r, f, passwordChange{func() *page { return s.firstPasswordPage(r, f) }, func() error { return s.comeBack(w, r) }})
}

// A passwordChange is where its two pages differ: what is shown again, and where it goes on.
type passwordChange struct {
	again  func() *page
	onward func() error
}

// changePassword fills and checks the form, does the deed and goes on.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request, f *Form, of passwordChange) error {
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		f.tellSecretsGone()
		return s.show(w, "form", of.again())
	}
	token, err := s.Access.ChangePassword(r.Context(), originOf(r), s.cookie(r, operatorCookie),
		access.PasswordChange{Old: f.Value("attuale"), New: f.Value("nuova"), Repeat: f.Value("ripeti")})
	if err == nil {
		s.setCookie(w, operatorCookie, token, 0)
		return of.onward()
	}
	if wait := (access.Wait{}); errors.As(err, &wait) {
		return s.refuseLogin(w, "form", of.again(), refusal{err: err})
	}
	if err := failPassword(f, err); err != nil {
		return err
	}
	f.tellSecretsGone()
	return s.show(w, "form", of.again())
}
