package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"sportello/area"
	"sportello/desk"
	"sportello/helpdesk"
	"sportello/office"
	"sportello/person"
	"sportello/postal"
	"sportello/postroom"
	"sportello/registration"
	"sportello/request"
	"sportello/scan"
	"sportello/store"
)

const requestsPath = "/sportello/istanze"

var requestsLink = Link{Text: "Istanze", Href: requestsPath}

// helpdeskRoutes are those of the back office that decides requests (001 §5.3.1, mission L).
func (s *Server) helpdeskRoutes() []route {
	handle := func(h handler) handler { return s.only(office.HandleRequests, h) }
	const at = requestsPath + "/{id}"
	return append([]route{
		{"GET " + requestsPath, handle(s.getInbox), operators, 0},
		{"POST " + requestsPath, handle(s.postInbox), operators, 0},
		{"GET " + requestsPath + "/nuova", handle(s.getNewRequest), operators, 0},
		{"POST " + requestsPath + "/nuova", handle(s.postNewRequest), operators, 0},
		{"GET " + requestsPath + "/fax", handle(s.getFaxForm), operators, 0},
		{"POST " + requestsPath + "/fax", handle(s.postFax), operators, faxBody},
		{"GET " + at, handle(s.getCase), operators, 0},
		{"GET " + at + "/allegati/{allegato}/{pagina}", handle(s.getEvidence), operators, 0},
		{"POST " + at + "/carico", handle(s.postTake), operators, 0},
		{"POST " + at + "/pratica", handle(s.postMatch), operators, 0},
		{"POST " + at + "/problema", handle(s.postCorrect), operators, 0},
		{"POST " + at + "/note", handle(s.postNote), operators, 0},
		{"POST " + at + "/controlli", handle(s.postChecklist), operators, 0},
		{"POST " + at + "/chiusura", handle(s.postEnding), operators, 0},
	}, s.applicationRoutes()...)
}

// helpdeskProblems are what can go wrong there.
var helpdeskProblems = []problem{
	{request.ErrTaken, http.StatusConflict, words{},
		words{"L'istanza è di un collega", "Un altro operatore l'ha appena presa in carico.",
			[]string{"Tornare alle istanze e prenderne un'altra.", "Se il collega non può occuparsene, la rimette lui; dopo un giorno la può prendere chiunque."}}},
	{request.ErrNotTaken, http.StatusConflict, words{},
		words{"L'istanza non è in carico a chi lavora", "Solo chi l'ha presa in carico ne compila i controlli e la decide. Non è stato salvato niente.",
			[]string{"Aprire l'istanza e prenderla in carico."}}},
	{request.ErrEnded, http.StatusConflict, words{},
		words{"L'istanza è già conclusa", "È stata decisa o chiusa, e non si cambia più.",
			[]string{"Aprirla per vedere com'è finita.", "Se serve altro, registrare una nuova istanza."}}},
	{helpdesk.ErrNoEvidence, http.StatusNotFound, words{},
		words{"Pagina dell'allegato non trovata", "L'allegato non ha questa pagina.", []string{"Aprire l'istanza: mostra tutte le pagine che ci sono."}}},
	{scan.ErrNoPicture, http.StatusUnprocessableEntity, words{},
		words{"La pagina non si può disegnare", "Il fax è rovinato in questo punto.", []string{"Aprire l'istanza e guardare le altre pagine; se non bastano, respingerla."}}},
	{postal.ErrQueued, http.StatusConflict, words{},
		words{"C'è già una lettera in partenza", "Per questa persona una lettera con il PIN aspetta di essere stampata. Non è stato fatto niente.", []string{"Aspettare che parta, poi riaprire l'istanza."}}},
	{postal.ErrTooMany, http.StatusConflict, words{},
		words{"Troppe lettere in un anno", "Per questa persona sono già partite tutte le lettere con il PIN che la community ammette.", []string{"Respingere l'istanza: la persona va allo sportello."}}},
	{postal.ErrUnproven, http.StatusConflict, words{},
		words{"Non si sa se abita lì", "Un PIN parte solo per un indirizzo dove una lettera è già arrivata, o che l'anagrafe ha dato. Non è stato fatto niente.",
			[]string{"Respingere l'istanza: la persona va allo sportello."}}},
	{postroom.ErrNoLetter, http.StatusConflict, words{},
		words{"Nessuna lettera è mai partita", "Per questa persona non è stata preparata nessuna lettera con il PIN.",
			[]string{"Aprire il dettaglio della pratica e guardare come ha avuto il PIN.", "Se il problema è un altro, cambiarlo nell'istanza."}}},
	{postroom.ErrCameBack, http.StatusConflict, words{},
		words{"La lettera è tornata indietro", "Prima di rispedirla va controllato perché: l'indirizzo potrebbe essere sbagliato. Non è stato fatto niente.",
			[]string{"Aprire la pagina Posta, cercare la lettera con il suo numero o tra le rese, e rispedirla da lì con l'indirizzo controllato.", "Poi chiudere l'istanza come risolta."}}},
	{area.ErrInactive, http.StatusConflict, words{},
		words{"Le credenziali non sono attive", "La persona non le ha ancora attivate, o non le ha più. Non è stato fatto niente.",
			[]string{"Aprire il dettaglio della pratica e guardarne lo stato.", "Se ha perso il codice di attivazione, cambiare il problema dell'istanza."}}},
	{area.ErrNoEmail, http.StatusConflict, words{},
		words{"Non c'è un indirizzo e-mail registrato", "Il link parte solo verso l'indirizzo registrato, e non ce n'è uno.",
			[]string{"Respingere l'istanza: la persona va allo sportello."}}},
	{area.ErrSoon, http.StatusConflict, words{},
		words{"Il recapito è cambiato da poco", "Per sicurezza, nei giorni dopo un cambio di e-mail o di domicilio non parte niente verso quello nuovo. Non è stato fatto niente.",
			[]string{"Riprovare tra due giorni, oppure respingere l'istanza: la persona va allo sportello."}}},
	{request.ErrNotice, http.StatusConflict, words{},
		words{"La persona ha ancora tempo per opporsi", "È stata avvisata da poco all'indirizzo registrato. Non è stato fatto niente.",
			[]string{"Aprire l'istanza: dice da quando si può accogliere."}}},
	{request.ErrUnmatched, http.StatusConflict, words{},
		words{"L'istanza non è di nessuno", "Prima di accoglierla va collegata a una pratica.",
			[]string{"Aprire l'istanza e collegarla, con il codice fiscale o il numero di registrazione."}}},
	{request.ErrIncomplete, http.StatusConflict, words{},
		words{"I controlli non bastano", "Con le risposte date l'istanza non si può accogliere. Non è stato fatto niente.",
			[]string{"Aprire l'istanza e completare i controlli, oppure respingerla."}}},
	{helpdesk.ErrProblem, http.StatusConflict, words{},
		words{"Il problema non si può scegliere qui", "Non corrisponde al modo in cui l'istanza è arrivata.", []string{"Aprire l'istanza e scegliere tra i problemi proposti."}}},
	{desk.ErrNoEmail, http.StatusConflict, words{},
		words{"Non c'è un indirizzo e-mail registrato", "Il codice parte solo verso l'indirizzo registrato, e non ce n'è uno.",
			[]string{"Respingere l'istanza: la persona va allo sportello."}}},
	{desk.ErrRenewedLately, http.StatusConflict, words{},
		words{"Un codice nuovo è partito da poco", "Per la stessa persona l'assistenza manda un codice al giorno.",
			[]string{"Aspettare domani, oppure chiudere l'istanza come ripetuta."}}},
	{request.ErrFourEyes, http.StatusForbidden, words{},
		words{"Serve un secondo operatore", "Per questa community chi propone di accogliere l'istanza non la conferma.",
			[]string{"Chiedere a un collega di aprirla e confermarla."}}},
}

// requestBadges show the states of a request.
var requestBadges = map[request.State]Badge{
	request.Open: {"registrato", "Aperta"}, request.InCharge: {"riscontrato", "In carico"}, request.Proposed: {"manca", "Da confermare"},
	request.Granted: {"attivo", "Accolta"}, request.Refused: {"respinto", "Respinta"}, request.Closed: {"neutro", "Chiusa"},
}

// kindNames are how the ways are called on pages.
var kindNames = map[request.Kind]string{request.Fax: "Fax", request.Email: "E-mail", request.RegisteredLetter: "Raccomandata",
	request.Phone: "Telefono", request.Area: "Area personale", request.Page: "Modulo online", request.Approval: "Richiesta dal portale"}

// An inboxView is a list that the inbox offers.
type inboxView struct {
	Name, Text, None string
	filter           helpdesk.Filter
}

var inboxViews = []inboxView{
	{"", "Da evadere", "Nessuna istanza aspetta.", helpdesk.Filter{}},
	{"mie", "In carico a chi lavora", "Nessuna istanza è in carico a chi lavora.", helpdesk.Filter{Mine: true}},
	{"scadute", "Scadute", "Nessuna istanza è scaduta.", helpdesk.Filter{Overdue: true}},
	{"concluse", "Concluse", "Nessuna istanza è conclusa.", helpdesk.Filter{Ended: true}},
	{"respinte", "Respinte", "Nessuna istanza è respinta.", helpdesk.Filter{State: request.Refused}},
}

// inboxPage is the data of the list.
type inboxPage struct {
	Views   []Link
	Kinds   []Link
	Search  *Form
	Number  string // of the registration whose requests are shown, "" for all
	Caption string
	None    string
	Rows    []inboxRow
	Pager   []Link
	Intakes []Alert // mailboxes and folders that cannot be read
}

// An inboxRow is a line of the list.
type inboxRow struct {
	Href, Title, From, Number string
	Kind, Opened              string
	Deadline                  string
	Late                      bool
	State                     Badge
	Clerk                     string
}

// inboxAddress is a list of the inbox by the words of its address; none of them is about a person but the number of a registration.
type inboxAddress struct {
	view, number string
	kind         request.Kind
	page         int
}

func inboxAddressOf(r *http.Request) inboxAddress {
	q := r.URL.Query()
	a := inboxAddress{view: q.Get("elenco"), kind: request.Kind(q.Get("tipo"))}
	if n, err := registration.ParseNumber(q.Get("pratica")); err == nil {
		a.number = string(n)
	}
	if page, err := strconv.Atoi(q.Get("pagina")); err == nil && page > 0 && page < 1000 {
		a.page = page
	}
	if !slices.Contains(request.Kinds, a.kind) {
		a.kind = ""
	}
	return a
}

func (a inboxAddress) String() string {
	q := url.Values{}
	for name, value := range map[string]string{"elenco": a.view, "tipo": string(a.kind), "pratica": a.number} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if a.page > 0 {
		q.Set("pagina", strconv.Itoa(a.page))
	}
	if len(q) == 0 {
		return requestsPath
	}
	return requestsPath + "?" + q.Encode()
}

func (a inboxAddress) viewed() inboxView {
	i := slices.IndexFunc(inboxViews, func(v inboxView) bool { return v.Name == a.view })
	return inboxViews[max(i, 0)]
}

func (s *Server) getInbox(w http.ResponseWriter, r *http.Request) error {
	return s.showInbox(w, r, requestSearchForm())
}

func (s *Server) showInbox(w http.ResponseWriter, r *http.Request, search *Form) error {
	a := inboxAddressOf(r)
	view := a.viewed()
	f := view.filter
	f.Kind, f.Number, f.Page = a.kind, registration.Number(a.number), a.page
	list, err := s.Helpdesk.Inbox(r.Context(), whoOf(r), f)
	if err != nil {
		return err
	}
	data := inboxPage{Search: search, Number: a.number, None: view.None, Views: a.views(list), Kinds: a.kinds(),
		Caption: view.Text + ", " + orderWords(f.Ended || f.State != "") + "."}
	for _, l := range list.Lines {
		data.Rows = append(data.Rows, rowOfRequest(l, visitOf(r).now))
	}
	for _, i := range list.Intakes {
		data.Intakes = append(data.Intakes, intakeAlerts(i, visitOf(r).now)...)
	}
	data.Pager = a.pager(list.More)
	p := s.page(r, "Istanze").at().withErrors(search)
	p.Subtitle, p.Lead = view.Text, "Le richieste arrivate per e-mail, fax, posta e telefono che aspettano una decisione."
	p.Notice, p.Data = requestDone[r.URL.Query().Get("fatto")], data
	return s.show(w, "helpdesk_inbox", p)
}

// intakeLate is after how long without a reading the inbox says so.
const intakeLate = 30 * time.Minute

// intakeAlerts say since when a mailbox or folder is unread, and what waits in it for somebody to look.
func intakeAlerts(i helpdesk.Intake, now time.Time) (alerts []Alert) {
	if i.Fault != "" || now.Sub(i.ReadAt) > intakeLate {
		since := "non è mai stata letta"
		if !i.ReadAt.IsZero() {
			since = "non si legge dal " + momentInWords(i.ReadAt)
		}
		text := "Le istanze arrivate dopo aspettano lì e nessuna va persa: avvisare chi amministra il sistema."
		if i.Fault != "" {
			text = capital(i.Fault) + ". " + text
		}
		alerts = append(alerts, newAlert("warning", capital(i.Name)+": "+since, text))
	}
	if i.Aside > 0 {
		alerts = append(alerts, newAlert("info", fmt.Sprintf("%s: %d messi da parte", capital(i.Name), i.Aside), "Sono troppi dallo stesso mittente, o non si leggono: guardarli direttamente lì."))
	}
	return alerts
}

func orderWords(ended bool) string {
	if ended {
		return "dalla più recente"
	}
	return "dalla più urgente"
}

// views are the lists, with how many wait in each.
func (a inboxAddress) views(x helpdesk.Inbox) (links []Link) {
	counts := map[string]int{"": x.Open, "mie": x.Mine, "scadute": x.Overdue}
	for _, v := range inboxViews {
		l := Link{Text: v.Text, Href: inboxAddress{view: v.Name, kind: a.kind}.String(), Current: v.Name == a.view && a.number == ""}
		if n, counted := counts[v.Name]; counted {
			l.Text = fmt.Sprintf("%s (%d)", v.Text, n)
		}
		links = append(links, l)
	}
	return links
}

func (a inboxAddress) kinds() []Link {
	links := []Link{{Text: "Tutte", Href: inboxAddress{view: a.view, number: a.number}.String(), Current: a.kind == ""}}
	for _, k := range request.Kinds {
		links = append(links, Link{Text: kindNames[k], Href: inboxAddress{view: a.view, number: a.number, kind: k}.String(), Current: a.kind == k})
	}
	return links
}

func (a inboxAddress) pager(more bool) (links []Link) {
	if a.page == 0 && !more {
		return nil
	}
	before, after := Link{Text: "Precedente"}, Link{Text: "Successiva"}
	if a.page > 0 {
		back := a
		back.page--
		before.Href = back.String()
	}
	if more {
		next := a
		next.page++
		after.Href = next.String()
	}
	return []Link{before, after}
}

func rowOfRequest(l helpdesk.Line, now time.Time) inboxRow {
	row := inboxRow{Href: requestPath(l.ID), Title: problemTitle(l.Problem), From: l.Citizen, Number: string(l.Number), Kind: kindNames[l.Kind], Opened: inWords(l.OpenedAt),
		Deadline: inWords(l.Deadline), Late: l.Overdue(now), State: requestBadges[l.State], Clerk: l.Clerk}
	if l.State.Ended() {
		row.Deadline = inWords(l.ClosedAt)
	}
	if row.From == "" {
		row.From = senderWords(l.Request)
	}
	return row
}

// senderWords say from whom a request came that belongs to nobody yet.
func senderWords(r *request.Request) string {
	switch {
	case r.Content.Surname+r.Content.Name != "":
		return r.Content.Surname + " " + r.Content.Name
	case r.Content.Sender != "":
		return maskedMail(r.Content.Sender)
	}
	return "Mittente non indicato"
}

// problemTitle is a problem as a heading.
func problemTitle(p request.Problem) string { return capital(string(p)) }

func requestPath(id string) string { return requestsPath + "/" + id }

// requestSearchForm finds the requests of one citizen: what is typed is posted and stays out of every address (mission S32).
func requestSearchForm() *Form {
	return Sectionless(requestsPath, "Cerca", &Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale o numero di registrazione", MaxLength: person.LongestScan, Filter: true,
		Help: "Mostra tutte le istanze di una persona."})
}

// findFailures are refusals of a search for one registration.
var findFailures = slices.Concat(taxCodeFailures, []fieldFailure{
	{store.ErrNotFound, "codice-fiscale", "Nessuna registrazione con questo codice fiscale o numero: ricontrollarlo."},
	{desk.ErrTaxCode, "codice-fiscale", "Non è un codice fiscale né un numero di registrazione: ricontrollare i caratteri."},
})

// postInbox leads to the requests of one citizen.
func (s *Server) postInbox(w http.ResponseWriter, r *http.Request) error {
	f := requestSearchForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if f.Value("codice-fiscale") == "" {
		f.Fail("codice-fiscale", "Scrivere il codice fiscale o il numero di registrazione.")
	}
	if f.Check() {
		n, err := s.Desk.Find(r.Context(), whoOf(r), f.Value("codice-fiscale"))
		switch {
		case err == nil:
			return redirect(inboxAddress{view: "", number: string(n)}.String())
		case !failField(f, err, findFailures):
			return err
		}
	}
	return s.showInbox(w, r, f)
}
