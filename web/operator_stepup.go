package web

import "net/http"

func (s *Server) stepUpPage(r *http.Request, f *Form) *page {
	p := s.page(r, "Conferma dell'operatore").at().withErrors(f)
	p.Lead = "Per questa operazione serve un codice recente: l'accesso è di qualche tempo fa."
	p.Data = f
	return p
}

func stepUpForm() *Form {
	f := codeForm(stepUpPath, "Conferma")
	f.Intro = "Dopo la conferma si torna alla pagina di prima: controllarla e ripetere l'ultima operazione, che non è stata eseguita."
	return f
}

// getStepUp asks for the second factor again, because an act needs a fresh one.
func (s *Server) getStepUp(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "operator_step_up", s.stepUpPage(r, stepUpForm()))
}

func (s *Server) postStepUp(w http.ResponseWriter, r *http.Request) error {
	f := stepUpForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.show(w, "operator_step_up", s.stepUpPage(r, f))
	}
	token, err := s.Access.OperatorCode(r.Context(), originOf(r), s.cookie(r, operatorCookie), f.Value("codice"))
	if err != nil {
		return s.refuseLogin(w, "operator_step_up", s.stepUpPage(r, f), wrongCode(err))
	}
	s.setCookie(w, operatorCookie, token, 0)
	return s.comeBack(w, r)
}
