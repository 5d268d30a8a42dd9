package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// launchRoutes are those of the health application (G05, I15): like every page of the desk they open only once all is printed (D18).
func (s *Server) launchRoutes() []route {
	return []route{
		{"GET /fse/chiavi.json", s.getLaunchKeys, machines, 0},
		{"GET /sportello/fse", s.only(office.OpenFSE, s.getLaunch), operators, 0},
		{"POST /sportello/fse", s.only(office.OpenFSE, s.postLaunch), operators, 0},
		{"POST /sportello/pratiche/{numero}/fse", s.only(office.OpenFSE, s.postLaunchFor), operators, 0},
	}
}

const launchPath = "/sportello/fse"

// launchProblems are what can go wrong in the health application.
var launchProblems = []problem{
	{desk.ErrNoFSE, http.StatusNotFound, words{},
		words{"Fascicolo Sanitario non disponibile", "La community di questo ente non ha un'applicazione per il Fascicolo Sanitario Elettronico.",
			[]string{"Tornare al menu iniziale."}}},
}

// getLaunchKeys gives the public keys by which the health application checks who sends it operators.
func (s *Server) getLaunchKeys(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/jwk-set+json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	return json.NewEncoder(w).Encode(s.Desk.FSE.Keys())
}

func launchForm() *Form {
	f := Sectionless(launchPath, "Apri il FSE", &Field{Kind: Code, Name: "chi", Label: "Codice fiscale o numero di registrazione", MaxLength: person.LongestScan, Optional: true, First: true,
		Help: "Del cittadino allo sportello. Senza, il FSE si apre e il cittadino si sceglie là."})
	f.Intro = "Il Fascicolo Sanitario Elettronico si apre in questa scheda. L'apertura resta registrata."
	f.Cancel = Link{Text: "Annulla", Href: menuPath}
	return f
}

func (s *Server) getLaunch(w http.ResponseWriter, r *http.Request) error {
	if s.Desk.HealthApplication(whoOf(r).Acting) == "" {
		return desk.ErrNoFSE
	}
	return s.showLaunch(w, r, launchForm())
}

func (s *Server) showLaunch(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.page(r, "Gestione servizi on line per il cittadino").at().withErrors(f)
	p.Data = f
	return s.show(w, "desk_fse", p)
}

func (s *Server) postLaunch(w http.ResponseWriter, r *http.Request) error {
	f := launchForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showLaunch(w, r, f)
	}
	var number registration.Number
	if typed := f.Value("chi"); typed != "" {
		var err error
		number, err = s.Desk.Find(r.Context(), whoOf(r), typed)
		switch {
		case errors.Is(err, desk.ErrTaxCode):
			f.Fail("chi", "Non è un codice fiscale né un numero di registrazione: ricontrollare i caratteri.")
			return s.showLaunch(w, r, f)
		case errors.Is(err, store.ErrNotFound):
			f.Fail("chi", "Nessuna registrazione trovata. Ricontrollare quanto scritto, oppure lasciare vuoto e scegliere il cittadino nel FSE.")
			return s.showLaunch(w, r, f)
		case err != nil:
			return err
		}
	}
	return s.launch(w, r, number)
}

func (s *Server) postLaunchFor(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	return s.launch(w, r, n)
}

// launch shows the page that goes on to the health application by itself: the token travels in a form, and for this page alone a form
// may lead to another site.
func (s *Server) launch(w http.ResponseWriter, r *http.Request, n registration.Number) error {
	ticket, err := s.Desk.Launch(r.Context(), whoOf(r), n)
	if err != nil {
		return err
	}
	to, err := url.Parse(ticket.Address)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", strings.Replace(policy, "form-action 'self'", "form-action "+to.Scheme+"://"+to.Host, 1))
	p := s.page(r, "Apertura del Fascicolo Sanitario Elettronico")
	p.Data = ticket
	return s.show(w, "desk_launch", p)
}
