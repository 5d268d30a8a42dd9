package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"sportello/desk"
	"sportello/person"
	"sportello/registration"
)

// detailPage is the data of the read-only page of a registration (G09).
type detailPage struct {
	desk.Detail
	State    Badge
	Strong   Badge
	Sections []ItemSection
	History  []pastRow
	Mail     Alert // when the code could not be delivered
	Proposed Alert // when another tax code waits for a second responsabile
	Frozen   Alert // when the letter with the PIN came back
	Posted   []postedRow
	Print    string
	Reveal   *Form // asks for the code of the operation in progress; nil for who may not
	Panel    panel
	Proxy    bool // the forms for who sends somebody else are the reader's to print
}

// A pastRow is one operation in the history.
type pastRow struct {
	Kind, When, At, Outcome, Delegate string
	Printed                           []string
}

// A panel answers: why is the citizen in this state, what can be done, what happens at home (H04, Y01).
type panel struct {
	Title   string
	Why     []string
	Legacy  string
	Diagram diagram
	Choices []choice
	Actions []rowAction
	Book    string // where an operation is booked, "" if none can be
	Running string // the operation in progress, "" for none
}

// A choice is an operation that can be booked now.
type choice struct {
	Label, Use, AtDesk, AtHome string
	Refusal                    string // why this ente may not book it
}

func (s *Server) getDetail(w http.ResponseWriter, r *http.Request) error {
	return s.showDetail(w, r, nil)
}

// showDetail shows the page, with the form that was refused if one was.
func (s *Server) showDetail(w http.ResponseWriter, r *http.Request, refused *Form) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	who := whoOf(r)
	f, err := s.Desk.Detail(r.Context(), who, n)
	if err != nil {
		return err
	}
	p := s.page(r, f.Person.FullName())
	p.Window, p.Breadcrumb = "Pratica "+string(n), append(caseLinks(n), Link{Text: "Dettaglio"})
	data := detailPage{Detail: f, State: stateBadges[f.Registration.State], Strong: Badge{"neutro", "Registrazione forte: " + yesNo(f.Registration.Strong)},
		Sections: s.detailSections(f), History: historyRows(f.History), Mail: mailAlert(f.File), Frozen: frozenAlert(f.Letters), Posted: postedRows(who, f.Letters), Panel: panelOf(who, f)}
	if !f.Proposed.IsZero() {
		data.Proposed = newAlert("warning", "Un altro codice fiscale aspetta una conferma", "È stato proposto il "+momentInWords(f.Proposed)+
			": vale quando lo conferma un secondo responsabile, dalle funzioni di questa pagina.")
	}
	if f.Readable {
		if data.Reveal = refused; refused == nil {
			data.Reveal = revealForm(n)
		}
		p.withErrors(data.Reveal)
	}
	if op := pendingOf(f.File); op != nil && op.Ente == who.Ente.ID {
		data.Print = printPath(n)
	}
	data.Proxy = data.Panel.Book != ""
	p.Data = data
	return s.show(w, "desk_detail", p)
}

// mailAlert tells that the code of the operation in progress never arrived.
func mailAlert(f desk.File) Alert {
	if pendingOf(f) == nil || len(f.Mails) == 0 || f.Mails[0].FailedAt.IsZero() {
		return Alert{}
	}
	text := "La consegna a " + maskedMail(f.Mails[0].To) + " non è riuscita: " + mailReason(f.Mails[0]) + "."
	if f.SealedCode {
		text += " Aprire le stampe e consegnare il codice su carta."
	}
	return newAlert("warning", "Il "+codeName(f.Operation.Kind)+" non è arrivato al cittadino", text)
}

// detailSections are the fields of Allegato 7.
func (s *Server) detailSections(f desk.Detail) []ItemSection {
	return []ItemSection{
		{"d-registrazione", "Dati di registrazione", registrationItems(f)},
		{"d-anagrafica", "Dati anagrafici", append(sourced(f.File, s.personItems(f.Person), personSources), formerItems(f.Former)...)},
		{"d-documento", "Documento d'identità", sourced(f.File, documentItems(f.Person.Document), documentSources)},
		{"d-residenza", "Dati di residenza", sourced(f.File, s.residenceItems(f.Person.Residence), residenceSources)},
		{"d-domicilio", "Dati di domicilio", s.domicileItems(f.Person.Domicile)},
		{"d-contatti", "Contatti", contactItems(f.Person.Contacts)},
		{"d-operazione", "Ultima operazione", operationItems(f.File)},
		{"d-delegato", "Delegato dell'ultima operazione", delegateItems(f.File)},
		{"d-comunicazione", "Comunicazione", []Item{noteOf("Comunicazione allo sportello", f.Registration.DeskNote), noteOf("Altre note", f.Registration.OtherNote)}},
	}
}

// told is a datum, or the words that there is none.
func told(label, value string) Item {
	if value == "" {
		value = "Non indicato"
	}
	return Item{Label: label, Value: value}
}

// noteOf is what somebody wrote, or the word that nobody did.
func noteOf(label, note string) Item { return Item{Label: label, Value: cmp.Or(note, "Nessuna")} }

// dayOf is a day that may not have come.
func dayOf(label, day string) Item {
	if day == "" {
		day = "Nessuna"
	}
	return Item{Label: label, Value: day}
}

func registrationItems(f desk.Detail) []Item {
	r := f.Registration
	username := f.Username
	if r.State != registration.Active || username == "" {
		username = "Non ancora scelto"
	}
	return []Item{
		{Label: "Numero registrazione", Value: string(r.Number), Code: true},
		told("Community", f.Community.Name),
		dayOf("Data registrazione", momentInWords(r.CreatedAt)),
		told("Stato registrazione", stateBadges[r.State].Text),
		told("Possesso PIN", yesNo(r.PINHeld)),
		dayOf("Data riscontro", inWords(r.VerifiedAt)),
		told("Reg. forte", yesNo(r.Strong)),
		told("Ente riscontro", f.VerifiedBy),
		told("Codice di attivazione", maskedCode(f)),
		told("Username", username),
		dayOf("Data stampa (lettera postale)", inWords(r.PINPrinted)),
		dayOf("Data attivazione", inWords(r.ActivatedAt)),
		{Label: "N. stampe effettuate", Value: strconv.Itoa(r.PINPrints)},
		dayOf("Data promozione", inWords(r.PromotedAt)),
	}
}

func (s *Server) personItems(p person.Person) []Item {
	return []Item{
		{Label: "Codice fiscale", Value: string(p.TaxCode), Code: true},
		told("Nome", p.Name), told("Cognome", p.Surname),
		dayOf("Data di nascita", inWords(p.BirthDate)),
		told("Luogo di nascita (dal codice fiscale)", s.Desk.BirthPlaceOf(p)),
		told("Sesso", (&Field{Options: sexes, Value: string(p.Sex)}).Shown()),
	}
}

// formerItems are the tax codes that were the citizen's, and still lead to them (mission S9).
func formerItems(former []desk.FormerCode) (items []Item) {
	for _, c := range former {
		items = append(items, Item{Label: "Codice fiscale fino al " + inWords(c.To), Value: string(c.Code), Code: true, Source: "Sostituito dall'Agenzia delle Entrate"})
	}
	return items
}

// documentItems marks the issuer when it is missing: nothing can be booked without (001 §4.2.1).
func documentItems(d person.Document) []Item {
	number, kind := "Numero altro documento", []Item{told("Tipologia altro documento", documentLabels[d.Kind])}
	if d.Kind == person.IdentityCard {
		number, kind = "Numero carta identità", nil
	}
	return append(kind,
		Item{Label: number, Value: d.Number, Code: d.Number != "", Missing: d.Number == ""},
		dayOf("Data rilascio", inWords(d.IssuedOn)), dayOf("Data di scadenza", inWords(d.ExpiresOn)),
		Item{Label: "Rilasciato da", Value: d.Issuer, Missing: d.Issuer == ""})
}

func (s *Server) residenceItems(r person.Residence) []Item {
	items := []Item{told("Indirizzo", r.Address), told("Numero civico", r.Number), told("CAP", r.PostalCode)}
	if r.Abroad() {
		return append(items, told("Città", r.City), told("Nazione", r.Nation))
	}
	return append(items, told("Provincia residenza", s.provinceName(r.Province)), told("Comune residenza", s.comuneName(r.Comune)))
}

func (s *Server) domicileItems(d person.Domicile) []Item {
	if !d.Elsewhere {
		return []Item{{Label: "Domicilio", Value: "Uguale alla residenza"}}
	}
	return []Item{told("C/O presso", d.CareOf), told("Indirizzo", d.Address), told("Numero civico", d.Number),
		told("Provincia domicilio", s.provinceName(d.Province)), told("Comune domicilio", s.comuneName(d.Comune)), told("CAP domicilio", d.PostalCode)}
}

func contactItems(c person.Contacts) []Item {
	email := c.Email
	if c.NoEmail {
		email = "Il cittadino non ha e-mail"
	}
	return []Item{{Label: "E-mail", Value: email, Missing: email == ""}, told("Tel. cellulare", c.Mobile), told("Tel. abitazione", c.Phone)}
}

func operationItems(f desk.File) []Item {
	op := f.Operation
	if op == nil {
		return []Item{{Label: "Operazione", Value: "Nessuna"}}
	}
	items := []Item{told("Tipo operazione", kindLabels[op.Kind]), dayOf("Data richiesta allo sportello", momentInWords(op.BookedAt)),
		told("Presso ente", f.Ente.Name), told("Stato", outcomeLabels[op.Outcome])}
	if op.Outcome == registration.Pending && !f.CodeExpires.IsZero() {
		items = append(items, dayOf("Il codice vale fino al", inWords(f.CodeExpires.Add(-1))))
	}
	if op.CloseReason != "" {
		items = append(items, told("Motivo", op.CloseReason))
	}
	return items
}

func delegateItems(f desk.File) []Item {
	if f.Operation == nil || f.Operation.Delegation == nil {
		return []Item{{Label: "Delegato", Value: "Nessuno"}}
	}
	g := f.Operation.Delegation
	items := append([]Item{told("Tipo delega", delegationLabels[g.Kind])}, capacityItems(*g)...)
	items = append(items, told("Nome", g.Name), told("Cognome", g.Surname),
		Item{Label: "Codice fiscale", Value: string(g.TaxCode), Code: true},
		told("Tipo documento", documentLabels[g.Document.Kind]), told("Numero documento", g.Document.Number),
		dayOf("Data rilascio documento", inWords(g.Document.IssuedOn)), told("Rilasciato da", g.Document.Issuer),
		told("E-mail", g.Email), told("Telefono", g.Phone), told("Controlli dello sportello", sentence(desk.Kept(*g))))
	if g.Reason != "" {
		items = append(items, told("Perché è stato ammesso un delegato abituale", g.Reason))
	}
	return items
}

// capacityItems say by what right a declaration was signed.
func capacityItems(g registration.Delegation) []Item {
	if g.Capacity == "" {
		return nil
	}
	items := []Item{told("A che titolo agisce", desk.CapacityNames[g.Capacity])}
	if a := g.Appointment; g.Capacity.Appointed() {
		until := "Senza scadenza"
		if a.Until != "" {
			until = inWords(a.Until)
		}
		items = append(items, told("Giudice che ha fatto la nomina", a.Court), told("Numero del provvedimento", a.Number),
			dayOf("Data del provvedimento", inWords(a.On)), told("Fine della nomina", until))
	}
	if said := desk.Declared(g); len(said) > 0 {
		items = append(items, told("La dichiarazione dice", sentence(said)))
	}
	return items
}

// panelOf reads the table of operations for one registration.
func panelOf(who desk.Who, f desk.Detail) panel {
	reg := f.Registration
	at := situation{reg.State, reg.Strong}
	c := cases[at]
	p := panel{Title: c.title, Why: c.why, Legacy: c.legacy, Diagram: diagramOf(at), Actions: detailActions(who, f)}
	for _, a := range p.Actions {
		if a.Label == "Prenota" {
			p.Book = a.Href
		}
	}
	for _, o := range desk.OptionsOf(who.Ente, reg) {
		p.Choices = append(p.Choices, choiceOf(o))
	}
	if op := pendingOf(f.File); op != nil {
		p.Running = kindLabels[op.Kind]
	}
	return p
}

// choiceOf says what an operation is for and does.
func choiceOf(o desk.Option) choice {
	rule := o.Rule
	c := choice{Label: kindLabels[rule.Kind], Use: uses[situation{rule.State, rule.Strong}][rule.Kind], AtDesk: atDesk(rule), AtHome: effectsIn(rule.AtHome, homeWords)}
	if rule.Kind == registration.Revocation {
		c.Use = revocationUse
	}
	if o.Refusal != nil {
		c.Refusal = notEntitled
	}
	return c
}

// atDesk says what the citizen is given: the summary with every booking that hands over a PIN, and the new state if it changes.
func atDesk(rule registration.Rule) string {
	text := effectsIn(rule.Handover, handoverWords)
	if rule.Handover.Has(registration.IssuePIN) {
		text = strings.TrimSuffix(text, ".") + ", con il riepilogo dei dati."
	}
	if rule.Booked != rule.State {
		text += " La pratica passa a " + strings.ToLower(stateBadges[rule.Booked].Text) + "."
	}
	return text
}
