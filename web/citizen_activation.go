package web

import (
	"errors"
	"net/http"
	"time"

	"sportello/citizen"
	"sportello/registration"
)

// activationCookie holds the token of an activation under way.
const (
	activationCookie  = "attivazione"
	activationSeconds = 3600
	activationPath    = "/attivazione"
)

// activationRoutes are those of the activation.
func (s *Server) activationRoutes() []route {
	return []route{
		{"GET /attivazione", s.getCodes, citizens, 0},
		{"POST /attivazione", s.postCodes, citizens, 0},
		{"GET /attivazione/regolamento", s.atStep(citizen.Terms, s.getAcceptance), citizens, 0},
		{"POST /attivazione/regolamento", s.atStep(citizen.Terms, s.postAcceptance), citizens, 0},
		{"GET /attivazione/non-accetto", s.atStep(citizen.Terms, s.getRefusal), citizens, 0},
		{"GET /attivazione/credenziali", s.atStep(citizen.Choose, s.getChoice), citizens, 0},
		{"POST /attivazione/credenziali", s.atStep(citizen.Choose, s.postChoice), citizens, 0},
		{"GET /attivazione/fine", s.atStep(citizen.Done, s.getActivated), citizens, 0},
		{"GET /attivazione/fine/riepilogo.pdf", s.atStep(citizen.Done, s.getActivatedSheet), citizens, 0},
		{"POST /attivazione/esci", s.postLeave, citizens, 0},
	}
}

// stepPaths are where each step of an activation is shown.
var stepPaths = map[citizen.Step]string{
	citizen.Terms:  "/attivazione/regolamento",
	citizen.Choose: "/attivazione/credenziali",
	citizen.Done:   "/attivazione/fine",
}

// A stepHandler serves one step of an activation.
type stepHandler func(http.ResponseWriter, *http.Request, citizen.Procedure) error

// atStep leads to the first step that is not yet done: Back, a bookmark or a second tab do no harm.
func (s *Server) atStep(step citizen.Step, h stepHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := s.procedure(r)
		switch {
		case err != nil:
		case p.Step != step:
			return redirect(stepPaths[p.Step])
		default:
			err = h(w, r, p)
		}
		switch {
		case errors.Is(err, citizen.ErrNoProcedure):
			s.setCookie(w, activationCookie, "", -1)
			return redirect(activationPath + "?motivo=durata")
		case errors.Is(err, citizen.ErrCodeDead):
			s.setCookie(w, activationCookie, "", -1)
			return s.showCodes(w, r, http.StatusConflict, codesForm(), replacedMeanwhile)
		case errors.Is(err, citizen.ErrPINFrozen):
			s.setCookie(w, activationCookie, "", -1)
			return s.showCodes(w, r, http.StatusConflict, codesForm(), frozenPIN)
		case errors.Is(err, citizen.ErrNotYet):
			return s.onward(r)
		}
		return err
	}
}

func (s *Server) procedure(r *http.Request) (citizen.Procedure, error) {
	token := s.cookie(r, activationCookie)
	if token == "" {
		return citizen.Procedure{}, citizen.ErrNoProcedure
	}
	return portalOf(r).Citizen.Procedure(r.Context(), token)
}

// onward goes to the step that comes next.
func (s *Server) onward(r *http.Request) error {
	p, err := s.procedure(r)
	if err != nil {
		return err
	}
	return redirect(stepPaths[p.Step])
}

// stepNames are the steps of an operation: which ones follows from its rule (F07).
func stepNames(rule registration.Rule) []string {
	names := []string{"I tuoi codici", "Regolamento"}
	if rule.AtHome.Has(registration.ChooseUsername) {
		names = append(names, "Username e password")
	}
	return append(names, "Fine")
}

// The words of the first page, when something stands in the way.
var (
	wrongCodes = Alert{"danger", "Codici non riconosciuti",
		"Almeno uno dei tre dati non corrisponde. Ricontrolla codice fiscale, codice di attivazione e PIN, poi riprova. Dopo 5 PIN sbagliati il codice di attivazione non vale più."}
	deadCode = Alert{"danger", "Questo codice di attivazione non vale più",
		"Il codice è scaduto, è già stato usato, è stato provato troppe volte con un PIN sbagliato, oppure lo sportello ne ha dato un altro al suo posto. " +
			"Se ne hai uno più recente, usa quello. Altrimenti chiedi un codice nuovo a uno sportello di registrazione, con un documento valido e la tessera sanitaria, o chiama l'assistenza."}
	replacedMeanwhile = Alert{"danger", "L'attivazione si è fermata",
		"Mentre la completavi il codice ha smesso di valere: è scaduto, è già stato usato, oppure lo sportello ne ha dato un altro al suo posto. Non è stato salvato niente di ciò che hai scritto. " +
			"Se hai ricevuto un codice e un PIN più recenti, usa quelli; altrimenti chiedi a uno sportello di registrazione o chiama l'assistenza."}
	frozenPIN = Alert{"danger", "La lettera con questo PIN è tornata indietro",
		"La posta non ha potuto consegnarla e ce l'ha restituita: per sicurezza il suo PIN non apre più niente. Se l'hai ricevuta lo stesso, o se aspetti una lettera nuova, chiama l'assistenza: controlla il tuo indirizzo e ti manda un altro PIN. Il codice di attivazione resta quello."}
	activationOver = Alert{"warning", "Ricomincia dai codici",
		"Non c'è un'attivazione in corso. Per sicurezza, dopo un'ora si ricomincia da qui: il codice e il PIN valgono ancora."}
)

const tooManyTries = "Per sicurezza i tentativi si fermano per un po'. Riprova tra %d minuti."

// tooMany tells how long to wait, in minutes rounded up.
func tooMany(r *http.Request, wait time.Duration) Alert {
	return Alert{"danger", "Troppi tentativi sbagliati", visitOf(r).T(tooManyTries, minutesOf(wait))}
}

// minutesOf rounds a wait up.
func minutesOf(wait time.Duration) int { return max(1, int((wait+time.Minute-1)/time.Minute)) }

func codesForm() *Form {
	return &Form{Action: activationPath, Intro: "Tutti i campi sono obbligatori.", Submit: "Avanti", Cancel: Link{Text: "Annulla", Href: "/"},
		Sections: []*Section{{Fields: []*Field{
			{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 40, Help: "16 caratteri. Lo trovi sulla tessera sanitaria."},
			{Kind: Code, Name: "codice-attivazione", Label: "Codice di attivazione", MaxLength: 60, Autocomplete: "one-time-code",
				Help: "È nell'e-mail o nella lettera con il codice. Puoi copiarlo e incollarlo; spazi e trattini non contano."},
			{Kind: Password, Name: "pin", Label: "PIN", MaxLength: 60, Reveal: "Mostra il PIN", Help: "È nella lettera che hai ricevuto, allo sportello o per posta. Maiuscole, spazi e trattini non contano."},
		}}}}
}

// codesMissing are the words for fields left empty.
var codesMissing = map[string]string{
	"codice-fiscale":     "Scrivi il tuo codice fiscale.",
	"codice-attivazione": "Scrivi il codice di attivazione.",
	"pin":                "Scrivi il PIN.",
}

// require marks the empty ones of some fields, in words for citizens.
func (f *Form) require(texts map[string]string) {
	for _, x := range f.fields() {
		if text, ok := texts[x.Name]; ok && x.empty() {
			f.Fail(x.Name, text)
		}
	}
}

// getCodes asks for the codes; to who has typed them already it shows the step that comes next.
func (s *Server) getCodes(w http.ResponseWriter, r *http.Request) error {
	p, err := s.procedure(r)
	if err == nil && p.Step != citizen.Done {
		return redirect(stepPaths[p.Step])
	}
	notice := Alert{}
	if r.URL.Query().Get("motivo") == "durata" {
		notice = activationOver
	}
	return s.showCodes(w, r, http.StatusOK, codesForm(), notice)
}

func (s *Server) showCodes(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Attiva le tue credenziali").withErrors(f)
	p.Lead = "Servono il codice di attivazione, che hai ricevuto per e-mail o per lettera, e il PIN, che hai ricevuto allo sportello."
	p.Steps = Steps{stepNames(registration.Rule{AtHome: registration.ChooseUsername}), 1}
	p.Notice, p.Data = notice, f
	return s.render(w, status, "citizen_codes", p)
}

// postCodes checks the codes: one answer to everything that is wrong (F01, mission S18).
func (s *Server) postCodes(w http.ResponseWriter, r *http.Request) error {
	f := codesForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(codesMissing)
	if !f.Check() {
		return s.showCodes(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	token, err := portalOf(r).Citizen.CheckCodes(r.Context(), originOf(r), citizen.Codes{TaxCode: f.Value("codice-fiscale"), Code: f.Value("codice-attivazione"), PIN: f.Value("pin")})
	if status, notice := refusedCodes(r, err, wrongCodes, deadCode); status != 0 {
		return s.showCodes(w, r, status, f, notice)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, activationCookie, token, activationSeconds)
	p, err := portalOf(r).Citizen.Procedure(r.Context(), token)
	if err != nil {
		return err
	}
	return redirect(stepPaths[p.Step])
}

// refusedCodes is how the page of the codes answers to an error: the status, 0 if it is none of the codes, and what is said of wrong and of dead ones.
func refusedCodes(r *http.Request, err error, wrong, dead Alert) (status int, notice Alert) {
	wait := citizen.Wait{}
	switch {
	case errors.As(err, &wait):
		return http.StatusTooManyRequests, tooMany(r, wait.For)
	case errors.Is(err, citizen.ErrCodes):
		return http.StatusUnprocessableEntity, wrong
	case errors.Is(err, citizen.ErrCodeDead):
		return http.StatusUnprocessableEntity, dead
	case errors.Is(err, citizen.ErrPINFrozen):
		return http.StatusConflict, frozenPIN
	}
	return 0, Alert{}
}

// postLeave forgets the activation under way; the codes stay valid.
func (s *Server) postLeave(w http.ResponseWriter, r *http.Request) error {
	if err := portalOf(r).Citizen.Leave(r.Context(), s.cookie(r, activationCookie)); err != nil {
		return err
	}
	s.setCookie(w, activationCookie, "", -1)
	return redirect("/")
}
