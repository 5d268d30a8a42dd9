package web

import (
	"errors"
	"net/http"
	"time"

	"sportello/citizen"
	"sportello/person"
)

// A writtenPart is a page of an application as it is read again before it is sent.
type writtenPart struct {
	Title, Href string
	Items       []Item
	Flaws       []string
}

// checkData is the data of the page where everything is read again.
type checkData struct {
	Parts   []writtenPart
	Action  string
	Back    string
	Email   string
	Hours   int
	Abandon string
}

func (s *Server) getCheck(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
	return s.showCheck(w, r, d, a, http.StatusOK, Alert{})
}

func (s *Server) showCheck(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application, status int, notice Alert) error {
	p := s.onlinePage(r, d, "Controlla e invia", stepOf(citizen.CheckPage))
	data := checkData{Parts: s.writtenParts(visitOf(r), d, a), Action: d.path(citizen.CheckPage), Back: d.path(citizen.ContactsPage), Email: a.Person.Contacts.Email,
		Hours: a.Community.Online.LinkHours, Abandon: d.base() + "/annulla"}
	flaws := citizen.Flaws(a.Person, a.Community, s.todayInRome())
	for i, x := range writtenPages {
		for _, flaw := range citizen.On(flaws, x.page) {
			data.Parts[i].Flaws = append(data.Parts[i].Flaws, flaw.Text)
			notice, status = toCorrect, http.StatusConflict
		}
	}
	p.Notice, p.Data = notice, data
	return s.render(w, status, "online_check", p)
}

var toCorrect = Alert{"danger", "C'è qualcosa da correggere", "Apri la parte segnata, correggi e torna qui."}

// writtenParts are what was written, page by page.
func (s *Server) writtenParts(v *visit, d doorway, a citizen.Application) []writtenPart {
	p := a.Person
	items := [][]Item{
		{{Label: "Nome", Value: p.Name}, {Label: "Cognome", Value: p.Surname}, {Label: "Codice fiscale", Value: string(p.TaxCode), Code: true},
			{Label: "Data di nascita", Value: v.day(p.BirthDate)}, {Label: "Sesso", Value: v.T(sexName(p.Sex))}},
		s.addressItems(p),
		{{Label: "Tipo", Value: v.T(documentLabels[p.Document.Kind])}, {Label: "Numero", Value: p.Document.Number, Code: true}, {Label: "Rilasciato da", Value: p.Document.Issuer},
			{Label: "Data di rilascio", Value: v.day(p.Document.IssuedOn)}, {Label: "Data di scadenza", Value: v.day(p.Document.ExpiresOn)}},
		given(Item{Label: "E-mail", Value: p.Contacts.Email}, Item{Label: "Telefono fisso", Value: p.Contacts.Phone}, Item{Label: "Cellulare", Value: p.Contacts.Mobile}),
	}
	parts := make([]writtenPart, len(writtenPages))
	for i, x := range writtenPages {
		parts[i] = writtenPart{Title: x.title, Href: d.path(x.page), Items: items[i]}
	}
	return parts
}

// given leaves out the items without a value.
func given(items ...Item) (there []Item) {
	for _, x := range items {
		if x.Value != "" {
			there = append(there, x)
		}
	}
	return there
}

func sexName(x person.Sex) string {
	for _, o := range sexes {
		if o.Value == string(x) {
			return o.Label
		}
	}
	return string(x)
}

// moment is an instant in the visitor's language.
func (v *visit) moment(t time.Time) string {
	text, err := faces()[v.Lang].words.dateTime(t)
	if err != nil {
		return ""
	}
	return text
}

func (s *Server) addressItems(p person.Person) []Item {
	r := p.Residence
	place := r.PostalCode + " " + s.comuneName(r.Comune) + " (" + r.Province + ")"
	if r.Abroad() {
		place = r.PostalCode + " " + r.City + ", " + r.Nation
	}
	items := []Item{{Label: "Residenza", Value: r.Address + " " + r.Number + ", " + tidy(place)}}
	if d := p.Domicile; d.Elsewhere {
		items = append(items, given(Item{Label: "C/O presso", Value: d.CareOf},
			Item{Label: "Comunicazioni a", Value: tidy(d.Address+" "+d.Number) + ", " + d.PostalCode + " " + s.comuneName(d.Comune) + " (" + d.Province + ")"})...)
	}
	return items
}

// postCheck sends: the same page follows whoever the data belong to, known or not (domain of enumeration, decision 0014).
func (s *Server) postCheck(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
	err := portalOf(r).Citizen.Send(r.Context(), originOf(r), a)
	if alert, stopped := notSent(r, err); stopped {
		return s.showCheck(w, r, d, a, http.StatusTooManyRequests, alert)
	}
	if err != nil && !errors.Is(err, citizen.ErrNotYet) {
		return err
	}
	return redirect(d.path(citizen.SentPage))
}

// notSent says why a mail was not asked for, where a limit was reached.
func notSent(r *http.Request, err error) (Alert, bool) {
	wait := citizen.Wait{}
	switch {
	case errors.As(err, &wait):
		return tooManyApplications(r, wait), true
	case errors.Is(err, citizen.ErrMailbox):
		return Alert{"danger", "Abbiamo già scritto più volte a questo indirizzo", "Guarda nella posta, anche tra la posta indesiderata: vale l'ultimo messaggio. Se non c'è niente riprova domani o scrivi un altro indirizzo."}, true
	}
	return Alert{}, false
}

// sentData is the data of the page that says to look at the mail.
type sentData struct {
	Email, Until string
	Action       string
	Correct      string
	Abandon      string
	Late         bool
}

func (s *Server) getSent(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
	return s.showSent(w, r, d, a, http.StatusOK, Alert{})
}

func (s *Server) showSent(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application, status int, notice Alert) error {
	p, v := s.onlinePage(r, d, "Apri il link che ti abbiamo mandato", stepOf(citizen.SentPage)), visitOf(r)
	if r.URL.Query().Get("di-nuovo") != "" && notice.Title == "" {
		notice = Alert{"success", "Messaggio mandato di nuovo", "Vale solo il link dell'ultimo messaggio."}
	}
	p.Notice = notice
	p.Data = sentData{Email: a.Person.Contacts.Email, Until: v.moment(a.Expires), Action: d.path(citizen.SentPage), Correct: d.path(citizen.ContactsPage),
		Abandon: d.base() + "/annulla", Late: !v.now.Before(a.Expires)}
	return s.render(w, status, "online_sent", p)
}

func (s *Server) postSent(w http.ResponseWriter, r *http.Request, d doorway, a citizen.Application) error {
	err := portalOf(r).Citizen.SendAgain(r.Context(), originOf(r), a)
	if alert, stopped := notSent(r, err); stopped {
		return s.showSent(w, r, d, a, http.StatusTooManyRequests, alert)
	}
	if err != nil {
		return err
	}
	return redirect(d.path(citizen.SentPage) + "?di-nuovo=si")
}
