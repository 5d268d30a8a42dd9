package web

import (
	"errors"
	"net/http"
	"time"

	"sportello/access"
	"sportello/assurance"
	"sportello/community"
	"sportello/registration"
)

// standingPage is the data of the personal page and of "Verifica credenziali" (A10).
type standingPage struct {
	Items    []Item
	PIN      *Field // nil once the log-in has shown it
	From     string // the page to come back to after the PIN
	Services []serviceRow
	History  []historyRow
}

// A serviceRow says what a service asks, and what is missing for it (A05).
type serviceRow struct {
	Name, Asks, Remedy, Why string
	Strong, Open            bool
}

type historyRow struct {
	At         time.Time
	What, Ente string
}

var serviceAsks = map[string]string{
	community.AuthnPassword:       "Username e password",
	community.AuthnPasswordAndPIN: "Username, password e PIN",
	community.AuthnTwoFactors:     "Accesso a due fattori",
	community.AuthnCard:           "SPID, CIE o CNS",
}

// remedies are the nearest ways to what a service asks.
var remedies = map[assurance.Reason]string{
	assurance.NeedsPIN:  "Conferma l'accesso con il PIN.",
	assurance.NeedsCard: "Servono SPID, CIE o CNS.",
	assurance.NeedsDesk: "Vai a uno sportello abilitato con un documento valido e la tessera sanitaria.",
}

var eventNames = map[registration.Kind]string{
	registration.Verification:       "credenziali attivate",
	registration.StrongVerification: "credenziali attivate dopo il controllo di persona",
	registration.Promotion:          "credenziali promosse",
	registration.Reset:              "credenziali nuove al posto delle precedenti",
	registration.NewPIN:             "PIN nuovo",
}

var loginNames = map[assurance.Authn]string{
	assurance.Password:       "Con username e password",
	assurance.PasswordAndPIN: "Con username, password e PIN",
}

func pinField() *Field {
	return &Field{Kind: Password, Name: "pin", Label: "PIN", MaxLength: 60, Reveal: "Mostra il PIN", Help: "È nella lettera che hai ricevuto, allo sportello o per posta. Maiuscole, spazi e trattini non contano."}
}

// standing is what a page says of st; the PIN is asked for unless this log-in has shown it.
func standing(st access.Standing, from string, pin *Field) standingPage {
	d := standingPage{From: from}
	if st.Level.Authn < assurance.PasswordAndPIN {
		d.PIN = pin
	}
	for _, o := range st.Services {
		row := serviceRow{Name: o.Service.Name, Asks: serviceAsks[o.Service.Authn], Remedy: remedies[o.Needs], Why: o.Service.Explanation,
			Strong: o.Service.Proofing == community.ProofingStrong && o.Service.Authn != community.AuthnCard, Open: o.Needs == assurance.Enough}
		if o.Needs == assurance.NeedsPIN {
			row.Why = "" // the PIN is at hand on this page: no reason to send anybody to a desk
		}
		d.Services = append(d.Services, row)
	}
	for _, e := range st.History {
		d.History = append(d.History, historyRow{e.At, eventNames[e.Kind], e.Ente})
	}
	return d
}

// items are the person's credentials in a list.
func (v *visit) items(st access.Standing) ([]Item, error) {
	tr := faces()[v.Lang].words
	since, err := tr.date(st.Since)
	if err != nil {
		return nil, err
	}
	login, err := tr.dateTime(st.LoginAt)
	if err != nil {
		return nil, err
	}
	strong, who, collected := st.Level.Proofing == assurance.Strong, "Identità accertata da", "Tu, di persona"
	if !strong {
		who, collected = "Credenziali rilasciate da", "Tu"
	}
	if st.Delegated {
		collected = "Una persona delegata da te"
	}
	items := []Item{
		{Label: "Nome e cognome", Value: st.Person.FullName()},
		{Label: "Username", Value: st.Username},
		{Label: "Credenziali di", Value: st.Community.Name},
		{Label: "Tipo di credenziali", Value: v.T(classOf(strong))},
		{Label: "Dal", Value: since},
	}
	if st.Ente != "" {
		items = append(items, Item{Label: who, Value: st.Ente})
	}
	return append(items, Item{Label: "Chi ha ritirato i codici", Value: v.T(collected)},
		Item{Label: "Questo accesso", Value: v.T(loginNames[st.Level.Authn]) + ", " + login}), nil
}

func (s *Server) getArea(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showStanding(w, r, st, areaPath, pinField())
}

// getVerify answers first: are the credentials imputabili? (A10)
func (s *Server) getVerify(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	return s.showStanding(w, r, st, verifyPath, pinField())
}

var verdicts = map[bool]Alert{
	true: {"success", "Sì, le tue credenziali sono imputabili",
		"Un operatore ha accertato la tua identità: quello che fai online con username, password e PIN vale come fatto da te."},
	false: {"warning", "No, le tue credenziali sono deboli",
		"Nessuno sportello abilitato ha ancora accertato di persona la tua identità. Per averle imputabili vai a uno sportello abilitato con un documento valido e la tessera sanitaria, e chiedi la promozione."},
}

// approvedWeak is the verdict on what an ente has approved from afar (003): no desk makes it strong.
var approvedWeak = Alert{"warning", "No, le tue credenziali sono deboli",
	"L'Ente le ha approvate guardando i documenti che hai mandato, senza vederti di persona: valgono per i servizi di questo portale che le accettano. Dove servono credenziali più forti entra con SPID, CIE o CNS."}

// mailClosed asks for another address where the mailbox is of a service that has closed (004).
var mailClosed = Alert{"warning", "Indica un altro indirizzo e-mail",
	"La casella di posta che hai dato è di un servizio che ha chiuso: i nostri messaggi non ti arrivano più. Indica un altro indirizzo appena puoi."}

func (s *Server) showStanding(w http.ResponseWriter, r *http.Request, st access.Standing, from string, pin *Field) error {
	d := standing(st, from, pin)
	items, err := visitOf(r).items(st)
	if err != nil {
		return err
	}
	d.Items = items
	p, name := s.page(r, "La tua area personale"), "citizen_area"
	if st.Community.MailClosed(st.Person.Contacts.Email) {
		p.Notice = mailClosed
	}
	if from == verifyPath {
		p, name = s.page(r, "Verifica credenziali"), "citizen_verify"
		p.Lead = "Qui vedi se le tue credenziali hanno valore legale e che cosa puoi fare."
		if d.PIN == nil {
			p.Notice = verdicts[st.Level.Proofing == assurance.Strong]
			if p.Asks && st.Level.Proofing != assurance.Strong {
				p.Notice = approvedWeak
			}
		}
	}
	if pin.Error != "" {
		p.Errors = []FieldError{{"#" + pin.Target(), pin.Label, pin.Error}}
	}
	p.publishedBy(st.Community)
	p.Data = d
	return s.show(w, name, p.at())
}

// postPIN raises the level of the log-in (A05).
func (s *Server) postPIN(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	if err := parse(r, false); err != nil {
		return err
	}
	from, pin := onwardTo(r.PostFormValue("verso")), pinField()
	f := Sectionless(areaPath+"/pin", "Conferma", pin)
	f.Refill(r.PostForm)
	f.require(codesMissing)
	if !f.Check() {
		return s.showStanding(w, r, st, from, pin)
	}
	err := portalOf(r).Access.CitizenPIN(r.Context(), originOf(r), s.cookie(r, citizenCookie), pin.Value)
	wait := access.Wait{}
	switch {
	case errors.As(err, &wait):
		pin.Error = tooMany(r, wait.For).Text
		return s.showStanding(w, r, st, from, pin)
	case errors.Is(err, access.ErrCredentials):
		pin.Error = "Il PIN non corrisponde: ricontrolla la lettera più recente e riprova."
		return s.showStanding(w, r, st, from, pin)
	case err != nil:
		return err
	}
	return redirect(from)
}

// postCitizenSession lengthens the session: being inside has noted its use.
func (s *Server) postCitizenSession(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	if r.Header.Get("Accept") != "application/json" {
		return redirect(areaPath)
	}
	return writeSession(w, visitOf(r).Session)
}
