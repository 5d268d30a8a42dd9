package web

import (
	"net/http"
	"slices"

	"sportello/administration"
	"sportello/community"
	"sportello/locale"
	"sportello/person"
)

// The public pages of a community.
const (
	howPath     = "/come-registrarsi"
	desksPath   = "/sportelli"
	helpPath    = "/aiuto"
	contactPath = "/assistenza"
	fraudTopic  = helpPath + "/truffe"
)

// publicRoutes are the public pages of a community.
func (s *Server) publicRoutes() []route {
	return []route{
		{"GET " + howPath, s.getHow, citizens, 0},
		{"GET " + helpPath, s.getHelp, citizens, 0},
		{"GET " + helpPath + "/{argomento}", s.getTopic, citizens, 0},
		{"GET " + contactPath, s.getContacts, citizens, 0},
		{"GET /cookie", s.getCookies, citizens, 0},
	}
}

// stage is where the portal's own credentials stand today.
func (v *visit) stage() community.Stage {
	return v.portal.Community().Local.Stage(person.DateOf(v.now.In(rome)))
}

// hasLocal tells whether the portal opens to credentials of its own today.
func (v *visit) hasLocal() bool {
	return v.portal.Community().Local.Open(person.DateOf(v.now.In(rome)))
}

// asks tells whether credentials are asked of an ente, by a form and an approval (003): then no desk gives or mends them.
func (v *visit) asks() bool { return v.portal.Community().EnteRequest.Offered }

// day is a day in the visitor's words.
func (v *visit) day(d person.Date) string { return locale.Day(v.Lang, d.Time()) }

// ending announces that the portal's own credentials are about to end (N05).
func (v *visit) ending() string {
	c := v.portal.Community()
	if v.stage() != community.EndingLocal {
		return ""
	}
	return v.T("Dal %s le credenziali rilasciate qui non valgono più: da quel giorno si entra con SPID, CIE o CNS.", v.day(c.Local.EndsOn))
}

// citizenNav is the menu of the citizens' pages.
func citizenNav(v *visit, path string) []Link {
	how := "Come registrarsi"
	if !v.hasLocal() {
		how = "Come entrare"
	}
	links := []Link{{Text: "Inizio", Href: "/"}, {Text: how, Href: howPath}, {Text: "Sportelli abilitati", Href: desksPath}, {Text: "Aiuto", Href: helpPath}, {Text: "Assistenza", Href: contactPath}}
	if v.asks() {
		links = slices.Delete(links, 2, 3)
	}
	for i := range links {
		links[i].Current = path == links[i].Href || links[i].Href != "/" && under(path, links[i].Href)
	}
	return links
}

// A door is a way in, as the pages show it.
type door struct {
	Name, Text, How string
	Coming          bool
}

// doorWords say what each kind of door is, and which topic tells how to get it.
var doorWords = map[string]door{
	community.SPID: {Name: "SPID", Text: "L'identità digitale che rilasciano i gestori riconosciuti.", How: "spid"},
	community.CIE:  {Name: "Carta d'identità elettronica (CIE)", Text: "La rilascia il tuo comune; si usa con il PIN ricevuto insieme alla carta.", How: "cie-cns"},
	community.CNS:  {Name: "Carta nazionale dei servizi (CNS)", Text: "Una tessera sanitaria attivata, una carta regionale o provinciale, una chiavetta.", How: "cie-cns"},
}

func doorsOf(c community.Community) (list []door) {
	for _, d := range c.Doors {
		shown := doorWords[d.Kind]
		shown.Coming = d.Coming
		if _, ok := c.Topic(d.Topic); ok {
			shown.How = d.Topic
		}
		shown.How = helpPath + "/" + shown.How
		list = append(list, shown)
	}
	return list
}

// publicPage is the data of the pages that say what a community offers.
type publicPage struct {
	Community community.Community
	Local     bool   // it has credentials of its own, and gives them
	Ended     bool   // it had
	EndsOn    string // in words
	Doors     []door // the other ways in
	Desks     bool   // there are desks
	FromHome  []fromHome
	Topics    []topic   // what is asked most
	Form      string    // what was looked for
	Searched  bool      // something was
	Body      topicBody // of one topic
}

// A topic is a line of the list.
type topic struct{ Href, Title, Lang string }

// topicBody is an answer, and the language that it is in.
type topicBody struct{ Markdown, Lang string }

func (s *Server) publicData(r *http.Request) (publicPage, error) {
	v := visitOf(r)
	c := v.portal.Community()
	desks, err := s.deskList(r, administration.Wanted{})
	stage := v.stage()
	return publicPage{Community: c, Local: v.hasLocal(), Ended: stage == community.EndedLocal, EndsOn: v.day(c.Local.EndsOn), Doors: doorsOf(c), Desks: desks.All > 0, FromHome: s.fromHome(c)}, err
}

func topicsOf(list []community.Topic, lang string) (topics []topic) {
	for _, t := range list {
		title, _, in := t.In(lang)
		topics = append(topics, topic{helpPath + "/" + t.ID, title, in})
	}
	return topics
}

// getHow tells how to come to an account here: at a desk, or by the doors of every body.
func (s *Server) getHow(w http.ResponseWriter, r *http.Request) error {
	data, err := s.publicData(r)
	if err != nil {
		return err
	}
	title := "Come registrarsi"
	if !data.Local {
		title = "Come entrare"
	}
	p := s.page(r, title).at()
	p.Data = data
	return s.show(w, "how", p)
}

// getHelp lists the topics, or those with every word looked for (K07). What is looked for stands in the address: it says nothing of who asks.
func (s *Server) getHelp(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	words := firstRunes(tidy(r.URL.Query().Get("cerca")), 100)
	data := publicPage{Community: v.portal.Community(), Form: words, Searched: words != ""}
	data.Topics = topicsOf(data.Community.FindTopics(v.Lang, words), v.Lang)
	p := s.page(r, "Aiuto").at()
	p.Lead, p.Data = "Cerca la risposta alla tua domanda.", data
	return s.show(w, "help", p)
}

// getTopic shows one question and its answer.
func (s *Server) getTopic(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	c := v.portal.Community()
	t, ok := c.Topic(r.PathValue("argomento"))
	if !ok {
		return ErrNotFound
	}
	title, body, in := t.In(v.Lang)
	data := publicPage{Community: c, Body: topicBody{body, in}}
	data.Topics = topicsOf(slices.DeleteFunc(slices.Clone(c.Help), func(other community.Topic) bool { return other.ID == t.ID }), v.Lang)
	p := s.page(r, title).at(Link{Text: "Aiuto", Href: helpPath})
	p.Data = data
	return s.show(w, "topic", p)
}

// getContacts tells how to reach the help service, and what to have at hand (L01, L02).
func (s *Server) getContacts(w http.ResponseWriter, r *http.Request) error {
	data, err := s.publicData(r)
	if err != nil {
		return err
	}
	p := s.page(r, "Assistenza").at()
	p.Data = data
	return s.show(w, "contacts", p)
}

// getCookies says that there are technical ones only, and so no banner (N10).
func (s *Server) getCookies(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, "cookies", s.page(r, "Cookie").at())
}

// local serves pages for which credentials of the community are needed: where it has none the page says what to enter with (N05).
func (s *Server) local(routes []route) []route {
	for i, rt := range routes {
		routes[i].handler = func(w http.ResponseWriter, r *http.Request) error {
			if rt.who == citizens && !visitOf(r).hasLocal() {
				return s.closed(w, r)
			}
			return rt.handler(w, r)
		}
	}
	return routes
}

func (s *Server) closed(w http.ResponseWriter, r *http.Request) error {
	data, err := s.publicData(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if r.Method != http.MethodGet {
		status = http.StatusGone
	}
	p := s.page(r, "Qui si entra in un altro modo").at()
	p.Data = data
	return s.render(w, status, "closed", p)
}

// localProblems are met by who uses credentials of a community that has none any more (N05).
var localProblems = []problem{{community.ErrNoLocal, http.StatusGone,
	words{"Queste credenziali non valgono più", "Chi le ha rilasciate le ha chiuse alla data annunciata: username, password, PIN e codici non aprono più niente.",
		[]string{"Entra nei servizi con SPID, CIE o CNS.", "Se ti serve aiuto, chiama l'assistenza."}},
	words{"Community senza credenziali proprie", "La community non rilascia credenziali ai cittadini, o ha smesso di farlo alla data annunciata.",
		[]string{"Indicare al cittadino SPID, CIE o CNS.", "Resta possibile prenotare la revoca."}}}}
