package web

import (
	"net/http"

	"sportello/desk"
	"sportello/registration"
	"sportello/registry"
)

// formPage is the data of the second step.
type formPage struct {
	Notices []Alert
	Form    *Form
}

// openDraft reads the registration under way that a request names. One that has ended leads to its papers.
func (s *Server) openDraft(r *http.Request) (desk.Draft, error) {
	draft, err := s.Desk.Draft(r.Context(), whoOf(r), r.PathValue("id"))
	if err == nil && draft.Answer != "" {
		return draft, redirect(printPath(registration.Number(draft.Answer)))
	}
	return draft, err
}

func (s *Server) getCitizen(w http.ResponseWriter, r *http.Request) error {
	draft, err := s.openDraft(r)
	if err != nil {
		return err
	}
	return s.showCitizen(w, r, draft, s.typedForm(whoOf(r), draft))
}

func (s *Server) showCitizen(w http.ResponseWriter, r *http.Request, draft desk.Draft, f *Form) error {
	tellSources(f, draft.Finding)
	dropUnasked(f)
	p := s.registrationPage(r, 2).withErrors(f)
	p.Data = formPage{s.registryNotices(draft), f}
	return s.show(w, "desk_form", p)
}

// postCitizen keeps what was typed, right or wrong, and goes on when it is right.
func (s *Server) postCitizen(w http.ResponseWriter, r *http.Request) error {
	draft, err := s.openDraft(r)
	if err != nil {
		return err
	}
	f := s.citizenForm(whoOf(r), draft)
	zone, err := readZone(r)
	if err != nil {
		return err
	}
	if err := f.Fill(r); err != nil {
		return err
	}
	zone.tell(f)
	s.settle(f)
	if action(r) != "" {
		if err := s.Desk.Keep(r.Context(), draft, r.PostForm, nil); err != nil {
			return err
		}
		return s.showCitizen(w, r, draft, f)
	}
	entry, good, err := s.reviewed(r, f, draft)
	if err != nil {
		return err
	}
	if !good {
		if err := s.Desk.Keep(r.Context(), draft, r.PostForm, nil); err != nil {
			return err
		}
		return s.showCitizen(w, r, draft, f)
	}
	if err := s.Desk.Keep(r.Context(), draft, r.PostForm, &entry); err != nil {
		return err
	}
	return redirect(registrationPath + "/" + draft.ID + "/conferma")
}

// registryWords say how asking a registry ended, when the operator must know.
var registryWords = map[registry.Outcome]struct{ title, text string }{
	registry.Slow:     {" non ha risposto in tempo", "La registrazione continua: i campi non letti sono da compilare a mano."},
	registry.Down:     {" non è disponibile", "La registrazione continua: i campi non letti sono da compilare a mano."},
	registry.Nonsense: {" ha dato una risposta non utilizzabile", "La registrazione continua: i campi non letti sono da compilare a mano."},
}

// registryNotices tell what the registries said, above the form.
func (s *Server) registryNotices(d desk.Draft) []Alert {
	var alerts []Alert
	if d.Replaces != "" {
		alerts = append(alerts, newAlert("info", "Una registrazione precedente è stata respinta", "Questa la sostituisce."))
	}
	for _, c := range d.Finding.Notices() {
		if c.Outcome == registry.OtherResidence {
			alerts = append(alerts, newAlert("warning", "In "+string(c.Source)+" il cittadino risiede altrove",
				"Il comune che risulta è "+s.comuneName(c.Comune)+" ("+c.Province+"). Chiedere al cittadino dove risiede: se il comune scelto è sbagliato, tornare alla ricerca."))
			continue
		}
		x := registryWords[c.Outcome]
		if c.Source == registry.Credentials {
			alerts = append(alerts, newAlert("warning", "L'archivio delle vecchie credenziali"+x.title,
				"La registrazione continua. Non si sa se il cittadino ha ancora un account di un vecchio processo: chiederlo a lui."))
			continue
		}
		alerts = append(alerts, newAlert("warning", string(c.Source)+x.title, x.text))
	}
	switch {
	case d.Finding.Record != nil:
		source := string(d.Finding.Record.Source)
		alerts = append(alerts, newAlert("info", "Cittadino trovato in "+source,
			"I campi con la scritta «Letto da "+source+"» sono già compilati: vanno confrontati con il documento."))
	case len(alerts) == 0:
		alerts = append(alerts, newAlert("info", "Cittadino non trovato nelle anagrafi", "I campi sono tutti da compilare."))
	}
	return alerts
}
