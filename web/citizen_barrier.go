package web

import (
	"errors"
	"net/http"

	"sportello/citizen"
)

const (
	accessibilityPath = "/accessibilita"
	barrierPath       = accessibilityPath + "/segnala"
)

// barrierRoutes are the page on accessibility, and the form that tells of a barrier (law 4/2004 art. 3-quater).
func (s *Server) barrierRoutes() []route {
	return []route{
		{"GET " + accessibilityPath, s.getAccessibility, citizens, 0},
		{"GET " + barrierPath, s.getBarrier, citizens, 0},
		{"POST " + barrierPath, s.postBarrier, citizens, 0},
	}
}

// getAccessibility says what was checked and how to tell us of a barrier. It is not the statement that
// each body files with AgID (Law 4/2004 art. 3-quater).
func (s *Server) getAccessibility(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "Accessibilità").at()
	if r.URL.Query().Get("esito") == "inviata" {
		p.Notice = Alert{"success", "Grazie, la segnalazione è arrivata", "Se hai lasciato un recapito, ti rispondiamo entro trenta giorni."}
	}
	return s.show(w, "accessibility", p)
}

func barrierForm(id string) *Form {
	f := Sectionless(barrierPath, "Invia la segnalazione",
		&Field{Name: "pagina", Label: "In quale pagina", MaxLength: 300, Optional: true, Help: "Il titolo o l'indirizzo, se li ricordi."},
		&Field{Kind: Area, Name: "ostacolo", Label: "Che cosa non sei riuscito a fare", MaxLength: 2000, Rows: 6,
			Help: "Se usi un lettore di schermo, la sola tastiera o altro, scrivi quale. Non scrivere PIN, password o codici, né dati sulla tua salute."},
		&Field{Kind: Email, Name: "email", Label: "E-mail per la risposta", MaxLength: 254, Optional: true, Autocomplete: "email", Help: "La usiamo solo per risponderti."})
	f.Hidden = []Option{{"modulo", id}}
	f.Cancel = Link{Text: "Annulla", Href: accessibilityPath}
	return f
}

var barrierMissing = map[string]string{"ostacolo": "Scrivi che cosa non sei riuscito a fare."}

func (s *Server) getBarrier(w http.ResponseWriter, r *http.Request) error {
	id, err := portalOf(r).Citizen.NewBarrier()
	if err != nil {
		return err
	}
	return s.showBarrier(w, r, http.StatusOK, barrierForm(id), Alert{})
}

func (s *Server) showBarrier(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	p := s.page(r, "Segnala un ostacolo").at(Link{Text: "Accessibilità", Href: accessibilityPath}).withErrors(f)
	p.Lead = "Dicci quale parte di queste pagine non riesci a usare: la legge ti dà diritto a una risposta entro trenta giorni."
	p.Notice, p.Data = notice, f
	return s.render(w, status, "form", p)
}

func (s *Server) postBarrier(w http.ResponseWriter, r *http.Request) error {
	f := barrierForm(r.PostFormValue("modulo"))
	if err := f.Fill(r); err != nil {
		return err
	}
	if len(r.PostFormValue("modulo")) < 16 { // not one of ours: the form was not the page's
		return ErrForm
	}
	f.require(barrierMissing)
	if !f.Check() {
		return s.showBarrier(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	err := portalOf(r).Citizen.TellBarrier(r.Context(), originOf(r), portalOf(r).Community(),
		citizen.Barrier{Form: r.PostFormValue("modulo"), Page: f.Value("pagina"), Text: f.Value("ostacolo"), Contact: f.Value("email")})
	if wait := (citizen.Wait{}); errors.As(err, &wait) {
		return s.showBarrier(w, r, http.StatusTooManyRequests, f, tooManyAsked(r, wait))
	}
	if err != nil {
		return err
	}
	return redirect(accessibilityPath + "?esito=inviata")
}
