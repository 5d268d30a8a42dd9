package web

import (
	"net/http"
	"strings"

	"sportello/citizen"
	"sportello/letter"
	"sportello/registration"
)

// resultPage is the data of the last page of an activation (F05).
type resultPage struct {
	Lead    string
	Strong  bool
	Summary []Item
	Email   string // masked, "" if there is none
	Chose   bool   // username and password are new
	Instead bool   // of others
}

// resultTitles say what each operation has done (F07).
var resultTitles = map[registration.Kind]string{
	registration.Verification:       "Le tue credenziali sono attive",
	registration.StrongVerification: "Le tue credenziali sono attive",
	registration.Promotion:          "Le tue credenziali sono state promosse",
	registration.Reset:              "Le tue nuove credenziali sono attive",
	registration.NewPIN:             "Il tuo nuovo PIN è attivo",
}

const (
	strongClass = "Forti (imputabili)"
	weakClass   = "Deboli (non imputabili)"
	strongLead  = "Le tue credenziali sono forti, cioè imputabili: quello che fai online con username, password e PIN vale come fatto da te."
	weakLead    = "Le tue credenziali sono deboli, cioè non imputabili: nessuno sportello abilitato ha ancora accertato di persona la tua identità. Alcuni servizi, come quelli sulla salute, non le accettano."
)

// classOf names the class of credentials.
func classOf(strong bool) string {
	if strong {
		return strongClass
	}
	return weakClass
}

func (s *Server) getActivated(w http.ResponseWriter, r *http.Request, a citizen.Procedure) error {
	p := s.page(r, resultTitles[a.Operation.Kind])
	p.publishedBy(a.Community)
	d, err := activated(visitOf(r), a)
	if err != nil {
		return err
	}
	p.Data = d
	return s.show(w, "citizen_result", p)
}

// getActivatedSheet gives the page to keep: what was done and accepted, and when, in the language of the page. No secret stands on it.
func (s *Server) getActivatedSheet(w http.ResponseWriter, r *http.Request, a citizen.Procedure) error {
	v := visitOf(r)
	d, err := activated(v, a)
	if err != nil {
		return err
	}
	table := make([][2]string, len(d.Summary))
	for i, x := range d.Summary {
		table[i] = [2]string{v.T(x.Label), x.Value}
	}
	pdf, err := portalOf(r).Citizen.OutcomeSheet(a, letter.Outcome{Head: letter.Head{Lang: v.Lang}, Title: v.T(resultTitles[a.Operation.Kind]), Lead: v.T(d.Lead),
		Table: letter.Chapter{Title: v.T("Riepilogo"), Rows: table}, Keep: v.T("Conserva questo foglio: dice che cosa hai accettato e quando. Password, PIN e codici non ci sono.")})
	if err != nil {
		return err
	}
	return sendPDF(w, r, "riepilogo.pdf", pdf)
}

// activated is what the last page and its sheet say.
func activated(v *visit, a citizen.Procedure) (resultPage, error) {
	done, err := faces()[v.Lang].words.dateTime(a.Operation.ClosedAt)
	if err != nil {
		return resultPage{}, err
	}
	reg := a.Registration
	d := resultPage{Lead: weakLead, Strong: reg.Strong, Email: masked(a.Person.Contacts.Email), Chose: a.Operation.Kind != registration.NewPIN && a.Operation.Kind != registration.Promotion,
		Instead: a.Operation.Kind == registration.Reset}
	if reg.Strong {
		d.Lead = strongLead
	}
	d.Summary = []Item{
		{Label: "Nome e cognome", Value: a.Person.FullName()},
		{Label: "Codice fiscale", Value: string(a.Person.TaxCode), Code: true},
		{Label: "Numero di registrazione", Value: string(reg.Number), Code: true},
		{Label: "Username", Value: a.Username},
		{Label: "Tipo di credenziali", Value: v.T(classOf(reg.Strong))},
		{Label: "Rilasciate da", Value: a.Ente},
		{Label: "Quando", Value: done},
		{Label: "Regolamento accettato", Value: v.T("Versione %s", a.Community.Terms.Version)},
		{Label: "Informativa letta", Value: v.T("Versione %s", a.Community.Privacy.Version)},
	}
	return d, nil
}

// masked shows of an e-mail address only what its owner needs to recognise it: "m***o@posta.example".
func masked(email string) string {
	name, host, ok := strings.Cut(email, "@")
	if !ok || name == "" {
		return ""
	}
	runes := []rune(name)
	if len(runes) < 3 {
		return string(runes[:1]) + "***@" + host
	}
	return string(runes[:1]) + "***" + string(runes[len(runes)-1:]) + "@" + host
}
