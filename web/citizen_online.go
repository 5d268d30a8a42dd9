package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/citizen"
	"sportello/community"
)

// A doorway is a door of the citizen's deeds as pages: preregistration (001 §3.1) and weak registration (001 §3.3).
type doorway struct {
	door   citizen.Door
	title  string
	lead   string
	names  []string // of the steps, the informativa first
	before []string // what to have at hand
	after  []string // what happens then
}

var doorways = []doorway{
	{door: citizen.Preregistration, title: "Preregistrazione",
		lead:  "Scrivi i tuoi dati da casa: allo sportello resta solo da accertare la tua identità.",
		names: stepsFromHome,
		before: []string{"un documento d'identità valido", "la tessera sanitaria, con il codice fiscale",
			"un indirizzo e-mail che leggi: ti mandiamo un link da aprire entro %d ore"},
		after: []string{"Ricevi il numero di registrazione e l'elenco degli sportelli più vicini.",
			"Allo sportello, con il documento e la tessera sanitaria, ricevi il PIN; il codice di attivazione arriva per e-mail.",
			"Da casa scegli username e password: le credenziali aprono anche i servizi sulla salute."}},
	{door: citizen.WeakRegistration, title: "Registrazione online",
		lead:  "Scrivi i tuoi dati: se l'anagrafe del tuo comune è collegata li confrontiamo con i suoi, e non serve lo sportello.",
		names: stepsFromHome,
		before: []string{"la carta d'identità rilasciata dal comune dove abiti; con un altro documento online non possiamo accertare chi sei", "la tessera sanitaria, con il codice fiscale",
			"un indirizzo e-mail che leggi: ti mandiamo un link da aprire entro %d ore"},
		after: []string{"Ti scriviamo per e-mail come è andato il confronto con l'anagrafe.",
			"Se i dati corrispondono ricevi il codice di attivazione per e-mail e il PIN per posta, all'indirizzo di residenza. Se no puoi andare a uno sportello o mandare un fax.",
			"Le credenziali sono deboli: non aprono i servizi sulla salute. Uno sportello le può rendere forti."}},
}

var stepsFromHome = []string{"Informativa", "Dati", "Residenza", "Documento", "Contatti", "Invio"}

func (d doorway) base() string { return "/" + d.door.Path() }

// cookie is the name of what the browser holds: the application that it writes, or the link that it has opened.
func (d doorway) cookie() string        { return "domanda-" + d.door.Path() }
func (d doorway) receiptCookie() string { return "ricevuta-" + d.door.Path() }

// onlineSeconds is how long a browser may write, and how long it may read a receipt.
const onlineSeconds = 3 * 3600

// onlineRoutes are those of who begins at home.
func (s *Server) onlineRoutes() []route {
	var all []route
	for _, d := range doorways {
		all = slices.Concat(all, s.doorRoutes(d), s.linkRoutes(d))
	}
	return append(all, s.completionRoutes()...)
}

// onlineProblems are what can go wrong there.
var onlineProblems = []problem{
	{citizen.ErrNotOffered, http.StatusNotFound,
		words{"Qui non si può fare online", "Questo portale non offre la registrazione da casa.",
			[]string{"Vai a uno sportello di registrazione con un documento valido e la tessera sanitaria."}}, words{}},
	{citizen.ErrNoApplication, http.StatusConflict,
		words{"I dati non ci sono più", "Per sicurezza ciò che si scrive e non si invia si cancella dopo tre ore.",
			[]string{"Ricomincia dalla prima pagina."}}, words{}},
}

// A writtenPage is a page of an application on which something is written: one row of the table, read by one dispatcher.
type writtenPage struct {
	page  citizen.Page
	title string
	form  func(*Server, doorway, citizen.Application, *http.Request) *Form
	read  func(*Form, *citizen.Application) // puts what is right into the person
}

var writtenPages = []writtenPage{
	{citizen.DataPage, "I tuoi dati", (*Server).ownDataForm, readOwnData},
	{citizen.ResidencePage, "Dove abiti", (*Server).ownResidenceForm, readOwnResidence},
	{citizen.DocumentPage, "Il tuo documento", (*Server).ownDocumentForm, readOwnDocument},
	{citizen.ContactsPage, "Come raggiungerti", (*Server).homeContactsForm, readOwnContacts},
}

func (d doorway) path(p citizen.Page) string {
	if p == citizen.PrivacyPage {
		return d.base()
	}
	return d.base() + "/" + string(p)
}

func (s *Server) doorRoutes(d doorway) []route {
	routes := []route{
		{"GET " + d.base(), s.offered(d, s.getInformativa(d)), citizens, 0},
		{"POST " + d.base(), s.offered(d, s.postInformativa(d)), citizens, 0},
		{"GET " + d.base() + "/rinuncia", s.offered(d, s.getRenounced(d)), citizens, 0},
		{"GET " + d.path(citizen.CheckPage), s.writing(d, citizen.CheckPage, s.getCheck), citizens, 0},
		{"POST " + d.path(citizen.CheckPage), s.writing(d, citizen.CheckPage, s.postCheck), citizens, 0},
		{"GET " + d.path(citizen.SentPage), s.writing(d, citizen.SentPage, s.getSent), citizens, 0},
		{"POST " + d.path(citizen.SentPage), s.writing(d, citizen.SentPage, s.postSent), citizens, 0},
		{"POST " + d.base() + "/annulla", s.postAbandon(d), citizens, 0},
	}
	for _, x := range writtenPages {
		routes = append(routes,
			route{"GET " + d.path(x.page), s.writing(d, x.page, s.getWritten(x)), citizens, 0},
			route{"POST " + d.path(x.page), s.writing(d, x.page, s.postWritten(x)), citizens, 0})
	}
	return routes
}

// A fromHome is a way to begin at home, on the pages that tell how.
type fromHome struct{ Title, Lead, Href string }

// fromHome are those that a community offers today.
func (s *Server) fromHome(c community.Community) (ways []fromHome) {
	for _, d := range doorways {
		if d.door.Offers(c, s.todayInRome()) {
			ways = append(ways, fromHome{d.title, d.lead, d.base()})
		}
	}
	return ways
}

// offered opens a page only where the community's policy says so.
func (s *Server) offered(d doorway, h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !d.door.Offers(portalOf(r).Community(), s.todayInRome()) {
			return citizen.ErrNotOffered
		}
		return h(w, r)
	}
}

// A writingHandler serves a page of an application under way.
type writingHandler func(http.ResponseWriter, *http.Request, doorway, citizen.Application) error

// writing leads to the first page that is not yet done: Back, a bookmark or a second tab do no harm, and what is done can be corrected.
func (s *Server) writing(d doorway, page citizen.Page, h writingHandler) handler {
	return s.offered(d, func(w http.ResponseWriter, r *http.Request) error {
		a, err := s.application(r, d)
		if errors.Is(err, citizen.ErrNoApplication) || err == nil && a.Confirmed {
			return redirect(d.base() + "?motivo=durata")
		}
		if err != nil {
			return err
		}
		if !a.Reaches(page) || page == citizen.SentPage && a.Page != page {
			return redirect(d.path(a.Page))
		}
		return h(w, r, d, a)
	})
}

func (s *Server) application(r *http.Request, d doorway) (citizen.Application, error) {
	token := s.cookie(r, d.cookie())
	if token == "" {
		return citizen.Application{}, citizen.ErrNoApplication
	}
	return portalOf(r).Citizen.Application(r.Context(), d.door, token)
}

// onlinePage is a page of an application, at a step counted from 1.
func (s *Server) onlinePage(r *http.Request, d doorway, title string, step int) *page {
	p := s.page(r, title)
	p.Subtitle = d.title
	p.Steps = Steps{d.names, step}
	p.Breadcrumb = []Link{{Text: d.title, Href: d.base()}, {Text: title}}
	if step == 1 {
		p.Breadcrumb = []Link{{Text: title}}
	}
	return p
}

var onlineOver = Alert{"warning", "Ricomincia da qui",
	"Non c'è niente in corso: per sicurezza ciò che si scrive e non si invia si cancella dopo tre ore. Se hai già confermato l'e-mail, la ricevuta si riapre dal link del messaggio."}

// informativaPage is the data of the first page.
type informativaPage struct {
	Doorway    doorwayWords
	Form       *Form
	Privacy    shownText
	Translated bool
	Refuse     string
	Resume     string // the page to go on with, "" if nothing is under way
	Other      Link   // the other door, if there is one
}

// doorwayWords are those of a doorway in the visitor's language.
type doorwayWords struct{ Before, After []string }

func (d doorway) words(v *visit, hours int) (w doorwayWords) {
	for i, text := range d.before {
		if i == len(d.before)-1 {
			w.Before = append(w.Before, v.T(text, hours))
			continue
		}
		w.Before = append(w.Before, v.T(text))
	}
	for _, text := range d.after {
		w.After = append(w.After, v.T(text))
	}
	return w
}

func (d doorway) informativaForm(r *http.Request) *Form {
	version := portalOf(r).Community().Privacy.Version
	return &Form{Action: d.base(), Submit: "Avanti", Sections: []*Section{{Fields: []*Field{
		{Kind: Checkbox, Name: "letto-informativa", Label: visitOf(r).T("Ho letto l'informativa sulla privacy (versione %s)", version)}}}}}
}

func (s *Server) getInformativa(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		notice := Alert{}
		if r.URL.Query().Get("motivo") == "durata" {
			notice = onlineOver
		}
		return s.show(w, "online_privacy", s.informativa(r, d, d.informativaForm(r), notice))
	}
}

// informativa is the first page.
func (s *Server) informativa(r *http.Request, d doorway, f *Form, notice Alert) *page {
	c := portalOf(r).Community()
	p := s.onlinePage(r, d, d.title, 1).withErrors(f)
	p.Subtitle, p.Lead, p.Notice = "", d.lead, notice
	data := informativaPage{Doorway: d.words(visitOf(r), c.Online.LinkHours), Form: f, Refuse: d.base() + "/rinuncia", Translated: p.Lang != "it",
		Privacy: shownText{c.Privacy, c.Privacy.SummaryIn(p.Lang), f.Field("letto-informativa")}}
	if a, err := s.application(r, d); err == nil && !a.Confirmed && a.Page != citizen.PrivacyPage {
		data.Resume = d.path(a.Page)
	}
	for _, other := range doorways {
		if other.door != d.door && other.door.Offers(c, s.todayInRome()) {
			data.Other = Link{Text: other.title, Href: other.base()}
		}
	}
	p.Data = data
	return p
}

// postInformativa begins an application. Who does not tick the box has told nothing, and nothing is kept (B04).
func (s *Server) postInformativa(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		f := d.informativaForm(r)
		if err := f.Fill(r); err != nil {
			return err
		}
		f.require(acceptanceMissing)
		if !f.Check() {
			return s.show(w, "online_privacy", s.informativa(r, d, f, Alert{}))
		}
		deeds := portalOf(r).Citizen
		if a, err := s.application(r, d); err == nil && !a.Confirmed { // read again, or sent twice
			if a.Page == citizen.PrivacyPage {
				err = deeds.Reread(r.Context(), a)
			}
			if err != nil {
				return err
			}
			return redirect(d.path(citizen.DataPage))
		}
		token, err := deeds.Begin(r.Context(), originOf(r), d.door, portalOf(r).Community(), visitOf(r).Lang)
		if wait := (citizen.Wait{}); errors.As(err, &wait) {
			return s.render(w, http.StatusTooManyRequests, "online_privacy", s.informativa(r, d, f, tooManyApplications(r, wait)))
		}
		if err != nil {
			return err
		}
		s.setCookie(w, d.cookie(), token, onlineSeconds)
		return redirect(d.path(citizen.DataPage))
	}
}

// tooManyApplications tells how long to wait, in minutes rounded up.
func tooManyApplications(r *http.Request, wait citizen.Wait) Alert {
	a := tooMany(r, wait.For)
	a.Title = "Troppe richieste da questa connessione"
	a.Text = visitOf(r).T("Per sicurezza le richieste si fermano per un po'. Riprova tra %d minuti, oppure vai a uno sportello: lì non serve la preregistrazione.", minutesOf(wait.For))
	return a
}

// getRenounced ends a registration whose informativa was refused (B04).
func (s *Server) getRenounced(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p := s.page(r, "Non hai iniziato la registrazione").at(Link{Text: d.title, Href: d.base()})
		p.Subtitle, p.Data = d.title, d.base()
		return s.show(w, "online_renounced", p)
	}
}

// postAbandon forgets what was written.
func (s *Server) postAbandon(d doorway) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if a, err := s.application(r, d); err == nil && !a.Confirmed {
			if err := portalOf(r).Citizen.Abandon(r.Context(), a); err != nil {
				return err
			}
		}
		s.setCookie(w, d.cookie(), "", -1)
		return redirect("/")
	}
}
