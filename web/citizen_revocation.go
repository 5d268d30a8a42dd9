package web

import (
	"errors"
	"net/http"
	"time"

	"sportello/citizen"
	"sportello/registration"
)

// The pages of a revocation (001 §5.4.1).
const (
	revocationCookie  = "revoca"
	revocationSeconds = 3600
	revocationPath    = "/revoca"
	conditionsPath    = "/revoca/condizioni"
	revokedPath       = "/revoca/fine"
)

// revocationRoutes are those of the citizen's end of a revocation (001 §5.4).
func (s *Server) revocationRoutes() []route {
	return []route{
		{"GET /revoca", s.getRevocation, citizens, 0},
		{"POST /revoca", s.postRevocation, citizens, 0},
		{"GET /revoca/condizioni", s.revoking(conditionsPath, s.getConditions), citizens, 0},
		{"POST /revoca/condizioni", s.revoking(conditionsPath, s.postConditions), citizens, 0},
		{"GET /revoca/rinuncia", s.revoking(conditionsPath, s.getKept), citizens, 0},
		{"GET /revoca/fine", s.revoking(revokedPath, s.getRevoked), citizens, 0},
		{"POST /revoca/esci", s.postKeep, citizens, 0},
	}
}

// revocationProblems are what can go wrong in the citizen's end of a revocation (001 §5.4).
var revocationProblems []problem

// A revocationHandler serves a page of a revocation under way.
type revocationHandler func(http.ResponseWriter, *http.Request, citizen.Revocation) error

// revoking leads to the page that comes next: Back, a bookmark or a second tab do no harm.
func (s *Server) revoking(path string, h revocationHandler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		under, err := s.revocation(r)
		if err == nil {
			if next := nextOf(under); next != path {
				return redirect(next)
			}
			err = h(w, r, under)
		}
		switch {
		case errors.Is(err, citizen.ErrNoProcedure):
			s.setCookie(w, revocationCookie, "", -1)
			return redirect(revocationPath + "?motivo=durata")
		case errors.Is(err, citizen.ErrCodeDead):
			s.setCookie(w, revocationCookie, "", -1)
			return s.showRevocation(w, r, http.StatusConflict, revocationForm(), revocationReplaced)
		}
		return err
	}
}

func (s *Server) revocation(r *http.Request) (citizen.Revocation, error) {
	token := s.cookie(r, revocationCookie)
	if token == "" {
		return citizen.Revocation{}, citizen.ErrNoProcedure
	}
	return portalOf(r).Citizen.Revocation(r.Context(), token)
}

func nextOf(r citizen.Revocation) string {
	if r.Done {
		return revokedPath
	}
	return conditionsPath
}

var revocationSteps = []string{"Il tuo codice", "Condizioni", "Fine"}

// The words of the first page, when something stands in the way.
var (
	wrongRevocation = Alert{"danger", "Codici non riconosciuti",
		"Il codice fiscale o il codice di revoca non corrisponde. Ricontrollali e riprova."}
	deadRevocation = Alert{"danger", "Questo codice di revoca non vale più",
		"Il codice è scaduto, oppure lo sportello ha prenotato un'altra operazione o ha dato un altro codice al suo posto. Le tue credenziali e i tuoi dati sono come prima. " +
			"Se hai un codice più recente, usa quello. Altrimenti chiedine uno nuovo a uno sportello di registrazione, con un documento valido e la tessera sanitaria."}
	revocationReplaced = Alert{"danger", "La revoca si è fermata",
		"Mentre leggevi il codice ha smesso di valere: è scaduto, oppure lo sportello ha prenotato un'altra operazione o ha dato un altro codice. Non è stato cancellato niente."}
	revocationOver = Alert{"warning", "Ricomincia dal codice",
		"Non c'è una revoca in corso. Per sicurezza, dopo un'ora si ricomincia da qui: se non hai confermato, non è cambiato niente e il codice vale ancora."}
)

func revocationForm() *Form {
	return &Form{Action: revocationPath, Intro: "Tutti i campi sono obbligatori.", Submit: "Avanti", Cancel: Link{Text: "Annulla", Href: "/"},
		Sections: []*Section{{Fields: []*Field{
			{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 40, Help: "16 caratteri. Lo trovi sulla tessera sanitaria."},
			{Kind: Code, Name: "codice-revoca", Label: "Codice di revoca", MaxLength: 60, Autocomplete: "one-time-code",
				Help: "È nell'e-mail o nella lettera con il codice. Puoi copiarlo e incollarlo; spazi e trattini non contano."},
		}}}}
}

var revocationMissing = map[string]string{
	"codice-fiscale": "Scrivi il tuo codice fiscale.",
	"codice-revoca":  "Scrivi il codice di revoca.",
}

// getRevocation asks for the code; to who has typed it already it shows the conditions.
func (s *Server) getRevocation(w http.ResponseWriter, r *http.Request) error {
	under, err := s.revocation(r)
	if err == nil && !under.Done {
		return redirect(conditionsPath)
	}
	notice := Alert{}
	if r.URL.Query().Get("motivo") == "durata" {
		notice = revocationOver
	}
	return s.showRevocation(w, r, http.StatusOK, revocationForm(), notice)
}

func (s *Server) showRevocation(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Revoca le tue credenziali").withErrors(f)
	p.Lead = "Serve il codice di revoca che hai chiesto allo sportello. Prima di cancellare qualcosa ti diciamo che cosa succede e ti chiediamo conferma."
	if p.Asks {
		p.Lead = "Serve il codice di revoca che ti abbiamo mandato. Prima di cancellare qualcosa ti diciamo che cosa succede e ti chiediamo conferma."
	}
	p.Steps = Steps{revocationSteps, 1}
	p.Notice, p.Data = notice, f
	return s.render(w, status, "citizen_revocation", p)
}

// postRevocation checks the codes: one answer to everything that is wrong (E15, mission S18).
func (s *Server) postRevocation(w http.ResponseWriter, r *http.Request) error {
	f := revocationForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.require(revocationMissing)
	if !f.Check() {
		return s.showRevocation(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	token, err := portalOf(r).Citizen.CheckRevocation(r.Context(), originOf(r), citizen.RevocationCodes{TaxCode: f.Value("codice-fiscale"), Code: f.Value("codice-revoca")})
	if status, notice := refusedCodes(r, err, wrongRevocation, deadRevocation); status != 0 {
		return s.showRevocation(w, r, status, f, notice)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, revocationCookie, token, revocationSeconds)
	return redirect(conditionsPath)
}

// conditionsPage is the data of the page of the conditions.
type conditionsPage struct {
	About     []Item // what is going to end
	Active    bool   // there are credentials that work
	Box       *Field // the signature
	Behalf    *behalf
	CodeLasts time.Time
	Asks      bool // beginning again is a request to an ente
}

func conditionsForm(r *http.Request, under citizen.Revocation) *Form {
	var fields []*Field // in the order of the page
	if under.Operation.OnBehalf() {
		fields = append(fields, behalfField(r, under.Procedure))
	}
	fields = append(fields, &Field{Kind: Checkbox, Name: "condizioni", Label: visitOf(r).T("Ho letto le condizioni della revoca (versione %s) e le sottoscrivo", citizen.ConditionsVersion)})
	return Sectionless(conditionsPath, "Revoca e cancella i miei dati", fields...)
}

var conditionsMissing = map[string]string{
	"condizioni": "Per revocare devi sottoscrivere le condizioni.",
	"per-conto":  behalfMissing,
}

func (s *Server) getConditions(w http.ResponseWriter, r *http.Request, under citizen.Revocation) error {
	return s.showConditions(w, r, under, conditionsForm(r, under))
}

func (s *Server) showConditions(w http.ResponseWriter, r *http.Request, under citizen.Revocation, f *Form) error {
	p, v := s.page(r, "Leggi le condizioni e conferma la revoca").withErrors(f), visitOf(r)
	p.Lead = "Finché non confermi, non cambia niente. Dopo la conferma non si torna indietro."
	p.Steps = Steps{revocationSteps, 2}
	p.publishedBy(under.Community)
	reg := under.Registration
	d := conditionsPage{Active: reg.State == registration.Active, Box: f.Field("condizioni"), Behalf: behalfOf(under.Procedure, f), CodeLasts: lastMoment(under.Procedure), Asks: p.Asks}
	d.About = []Item{{Label: "Nome e cognome", Value: under.Person.FullName()}, {Label: "Numero di registrazione", Value: string(reg.Number), Code: true}}
	if d.Active {
		d.About = append(d.About, Item{Label: "Username", Value: under.Username}, Item{Label: "Tipo di credenziali", Value: v.T(classOf(reg.Strong))})
	}
	p.Data = d
	return s.show(w, "citizen_conditions", p)
}

// postConditions revokes, once the conditions are signed.
func (s *Server) postConditions(w http.ResponseWriter, r *http.Request, under citizen.Revocation) error {
	f := conditionsForm(r, under)
	if err := f.Fill(r); err != nil {
		return err
	}
	in := citizen.Signature{Conditions: f.Checked("condizioni"), OnBehalf: f.asks("per-conto") && f.Checked("per-conto"), Lang: visitOf(r).Lang}
	err := portalOf(r).Citizen.Revoke(r.Context(), originOf(r), s.cookie(r, revocationCookie), in)
	if errors.Is(err, citizen.ErrNotAccepted) {
		f.require(conditionsMissing)
		return s.showConditions(w, r, under, f)
	}
	if err != nil {
		return err
	}
	s.setCookie(w, citizenCookie, "", -1) // its session has ended too
	return redirect(revokedPath)
}

// getKept says what not revoking means: nothing changes.
func (s *Server) getKept(w http.ResponseWriter, r *http.Request, under citizen.Revocation) error {
	p := s.page(r, "Non hai revocato niente")
	p.publishedBy(under.Community)
	p.Data = lastMoment(under.Procedure)
	return s.show(w, "citizen_kept", p)
}

// getRevoked confirms. The page knows nothing of the person any more.
func (s *Server) getRevoked(w http.ResponseWriter, r *http.Request, under citizen.Revocation) error {
	p := s.page(r, "La revoca è completa")
	p.publishedBy(under.Community)
	p.Data = under.Mailed
	return s.show(w, "citizen_revoked", p)
}

// postKeep forgets the revocation under way; the code stays valid.
func (s *Server) postKeep(w http.ResponseWriter, r *http.Request) error {
	if err := portalOf(r).Citizen.KeepCredentials(r.Context(), s.cookie(r, revocationCookie)); err != nil {
		return err
	}
	s.setCookie(w, revocationCookie, "", -1)
	return redirect("/")
}
