package web

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"sportello/access"
)

// operatorRoutes are those of the operator's log-in, session and menu.
func (s *Server) operatorRoutes() []route {
	return []route{
		{"GET /sportello/accesso", s.getLogin, entering, 0},
		{"POST /sportello/accesso", s.postLogin, entering, 0},
		{"GET /sportello/accesso/codice", s.atStage(access.NeedsCode, s.getCode), entering, 0},
		{"POST /sportello/accesso/codice", s.atStage(access.NeedsCode, s.postCode), entering, 0},
		{"GET /sportello/accesso/attivazione", s.atStage(access.NeedsEnrolment, s.getEnrolment), entering, 0},
		{"POST /sportello/accesso/attivazione", s.atStage(access.NeedsEnrolment, s.postEnrolment), entering, 0},
		{"POST /sportello/accesso/codici-di-recupero", s.postRecoveryKept, entering, 0},
		{"GET /sportello/accesso/ente", s.atStage(access.NeedsEnte, s.getEnte), entering, 0},
		{"POST /sportello/accesso/ente", s.atStage(access.NeedsEnte, s.postEnte), entering, 0},
		{"GET /sportello/accesso/password", s.atStage(access.NeedsPassword, s.getFirstPassword), entering, 0},
		{"POST /sportello/accesso/password", s.atStage(access.NeedsPassword, s.postFirstPassword), entering, 0},
		{"GET /sportello/accesso/conferma", s.getStepUp, printing, 0},
		{"POST /sportello/accesso/conferma", s.postStepUp, printing, 0},
		{"POST /sportello/esci", s.postSignOut, entering, 0},
		{"GET /sportello/uscita", s.getSignedOut, entering, 0},
		{"POST /sportello/sessione", s.postSession, printing, 0},

		{"GET /sportello", s.getMenu, operators, 0},
		{"GET /sportello/password", s.getPassword, operators, 0},
		{"POST /sportello/password", s.postPassword, operators, 0},
	}
}

// A staged handler serves one stage of the log-in.
type staged func(http.ResponseWriter, *http.Request, access.Login) error

// atStage leads to where the log-in really is: a bookmark, Back or a second tab do no harm.
func (s *Server) atStage(stage access.Stage, h staged) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		l, err := s.login(r)
		if err != nil {
			return s.turnAway(w, r, err)
		}
		if l.Stage != stage {
			return redirect(stagePaths[l.Stage])
		}
		return h(w, r, l)
	}
}

// loginReasons are why somebody finds the log-in again.
var loginReasons = map[string]Alert{
	"scaduta": {"warning", "La sessione è finita",
		"Per sicurezza la sessione finisce dopo %s senza attività, e comunque %s dopo l'accesso. Accedere di nuovo per continuare."},
	"non-inviato": {"warning", "Il modulo non è stato inviato",
		"La sessione era finita (dopo %s senza attività, o %s dopo l'accesso): ciò che è stato scritto nell'ultima pagina non è stato salvato. " +
			"Accedere di nuovo: si torna alla pagina del modulo, da compilare e inviare."},
}

func (s *Server) loginReason(r *http.Request) Alert {
	reason, ok := loginReasons[r.URL.Query().Get("motivo")]
	if !ok {
		return Alert{}
	}
	reason.Text = fmt.Sprintf(reason.Text, inItalian(s.Access.Limits.OperatorIdle), inItalian(s.Access.Limits.OperatorTotal))
	return reason
}

// inItalian says how long in whole minutes or hours, rounded up: "1 minuto", "15 minuti", "8 ore".
func inItalian(d time.Duration) string {
	n, one, many := int((d+time.Minute-1)/time.Minute), "minuto", "minuti"
	if n >= 120 && n%60 == 0 {
		n, one, many = n/60, "ora", "ore"
	}
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func operatorForm() *Form {
	f := Sectionless(loginPath, "Prosegui",
		&Field{Name: "username", Label: "Username", Autocomplete: "username", MaxLength: 100},
		&Field{Kind: Password, Name: "password", Label: "Password", Autocomplete: "current-password", MaxLength: 200})
	f.Intro = "Usare le credenziali di operatore, personali: non quelle di cittadino e mai quelle di un collega."
	return f
}

// loginSteps are told only where the second factor exists already: an enrolment has a page more.
func loginSteps(at int) Steps { return Steps{[]string{"Username e password", "Codice"}, at} }

func (s *Server) loginPage(r *http.Request, f *Form) *page {
	p := s.page(r, "Accesso degli operatori").withErrors(f)
	p.Steps, p.Data = loginSteps(1), f
	return p
}

// getLogin shows the log-in, or leads whoever has begun one to where it is.
func (s *Server) getLogin(w http.ResponseWriter, r *http.Request) error {
	if l, err := s.login(r); err == nil {
		return redirect(stagePaths[l.Stage])
	}
	p := s.loginPage(r, operatorForm())
	p.Notice = s.loginReason(r)
	return s.show(w, "operator_login", p)
}

func (s *Server) postLogin(w http.ResponseWriter, r *http.Request) error {
	f := operatorForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.show(w, "operator_login", s.loginPage(r, f))
	}
	token, err := s.Access.OperatorPassword(r.Context(), originOf(r), f.Value("username"), f.Value("password"))
	if err != nil {
		return s.refuseLogin(w, "operator_login", s.loginPage(r, f), refusal{err, "Accesso non riuscito",
			"Username o password non corrispondono. Controllare maiuscole e minuscole e riprovare; se la password è dimenticata, rivolgersi all'amministratore dell'ente."})
	}
	s.setCookie(w, operatorCookie, token, 0)
	l, err := s.Access.Operator(r.Context(), token)
	if err != nil {
		return err
	}
	return redirect(stagePaths[l.Stage])
}

// A refusal is an error of a log-in, with the neutral words for a wrong input.
type refusal struct {
	err         error
	title, text string
}

// refuseLogin shows the page again with why; other errors pass.
func (s *Server) refuseLogin(w http.ResponseWriter, name string, p *page, why refusal) error {
	wait := access.Wait{}
	switch {
	case errors.As(why.err, &wait):
		p.Notice = Alert{"danger", "Troppi tentativi", "Per sicurezza si può riprovare tra " + inItalian(wait.For) +
			". Fino ad allora non viene accettato nemmeno il valore giusto."}
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.For.Seconds())+1))
		return s.render(w, http.StatusTooManyRequests, name, p)
	case errors.Is(why.err, access.ErrCredentials):
		p.Notice = Alert{"danger", why.title, why.text}
		return s.render(w, http.StatusUnprocessableEntity, name, p)
	}
	return why.err
}

func codeForm(action, submit string) *Form {
	f := Sectionless(action, submit, &Field{Name: "codice", Label: "Codice", Autocomplete: "one-time-code", MaxLength: 40,
		Help: "Le sei cifre mostrate adesso dall'app, oppure uno dei codici di recupero."})
	f.Intro = "Aprire l'app dei codici sul telefono e scrivere quello che mostra adesso."
	return f
}

// wrongCode are the words for every code that is not accepted.
func wrongCode(err error) refusal {
	return refusal{err, "Codice non accettato",
		"Il codice non è valido o è già stato usato. Attendere che l'app ne mostri un altro e scrivere quello."}
}

func (s *Server) codePage(r *http.Request, f *Form) *page {
	p := s.page(r, "Codice di accesso").withErrors(f)
	p.Steps, p.Data = loginSteps(2), f
	return p
}

func (s *Server) getCode(w http.ResponseWriter, r *http.Request, l access.Login) error {
	return s.show(w, "operator_code", s.codePage(r, codeForm(stagePaths[access.NeedsCode], "Accedi")))
}

func (s *Server) postCode(w http.ResponseWriter, r *http.Request, l access.Login) error {
	f := codeForm(stagePaths[access.NeedsCode], "Accedi")
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.show(w, "operator_code", s.codePage(r, f))
	}
	token, err := s.Access.OperatorCode(r.Context(), originOf(r), s.cookie(r, operatorCookie), f.Value("codice"))
	if err != nil {
		return s.refuseLogin(w, "operator_code", s.codePage(r, f), wrongCode(err))
	}
	s.setCookie(w, operatorCookie, token, 0)
	return s.goOn(w, r, token)
}

// goOn leads past the second factor: to the choice of the ente, or to the page that was asked for.
func (s *Server) goOn(w http.ResponseWriter, r *http.Request, token string) error {
	l, err := s.Access.Operator(r.Context(), token)
	if err != nil {
		return s.turnAway(w, r, err)
	}
	if l.Stage != access.In {
		return redirect(stagePaths[l.Stage])
	}
	return s.comeBack(w, r)
}

func enteForm(l access.Login) *Form {
	field := &Field{Kind: Radio, Name: "ente", Label: "Ente", Proper: true}
	for _, e := range l.Enti {
		field.Options = append(field.Options, Option{Value: e.ID, Label: e.Name})
	}
	f := Sectionless(stagePaths[access.NeedsEnte], "Prosegui", field)
	f.Intro = "Ogni operazione sarà registrata a nome dell'ente scelto. Per cambiarlo, uscire e accedere di nuovo."
	return f
}

func (s *Server) showEnte(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.page(r, "Scelta dell'ente").withErrors(f)
	p.Lead, p.Data = "Scegliere per quale ente si lavora adesso.", f
	return s.show(w, "form", p)
}

func (s *Server) getEnte(w http.ResponseWriter, r *http.Request, l access.Login) error {
	return s.showEnte(w, r, enteForm(l))
}

func (s *Server) postEnte(w http.ResponseWriter, r *http.Request, l access.Login) error {
	f := enteForm(l)
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showEnte(w, r, f)
	}
	if err := s.Access.ChooseEnte(r.Context(), originOf(r), s.cookie(r, operatorCookie), f.Value("ente")); err != nil {
		return err
	}
	return s.comeBack(w, r)
}

func (s *Server) postSignOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Access.OperatorLogout(r.Context(), originOf(r), s.cookie(r, operatorCookie)); err != nil {
		return err
	}
	s.setCookie(w, operatorCookie, "", -1)
	s.setCookie(w, returnCookie, "", -1)
	return redirect("/sportello/uscita")
}

func (s *Server) getSignedOut(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "operator_signed_out", s.page(r, "Uscita eseguita"))
}
