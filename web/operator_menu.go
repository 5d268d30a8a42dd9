package web

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"sportello/community"
	"sportello/office"
)

// A function is an item of the operator's menu (G04).
type function struct {
	Title, Href, Icon, Text string
	needs                   office.Permission
	NewTab                  bool
	Aside                   bool // on the menu's own page only: the header has room for the manual's four
}

// functions are the menu: everybody sees what the role can use (G02, G03).
var functions = []function{
	{"Registrazione utenti", "/sportello/registrazione", "it-plus-circle",
		"Registra un cittadino che non ha ancora le credenziali e consegna PIN e codice di attivazione.", office.Register, false, false},
	{"Gestione utenti", "/sportello/gestione", "it-search",
		"Cerca una registrazione esistente per vederne i dati e lo stato e lavorarci.", office.FindPeople, false, false},
	{"Cambio residenza", "/sportello/cambio-residenza", "it-map-marker",
		"Aggiorna la residenza di un cittadino già registrato, anche se vive in un comune di un altro sportello.", office.MovePeople, false, false},
	{"Lavori da fare", workPath, "it-list",
		"Le consegne non concluse, le e-mail respinte e le operazioni che i cittadini non hanno completato.", office.PrintPapers, false, true},
	{"Statistiche", figuresPath, "it-chart-line",
		"Quante operazioni ha fatto l'ente, di che tipo, e quanto aspettano i cittadini.", office.ReadFigures, false, true},
	{"Gestione servizi on line per il cittadino", "/sportello/fse", "it-external-link",
		"Apre il Fascicolo Sanitario Elettronico (FSE) in una nuova scheda. Visibile solo a chi è abilitato al FSE.", office.OpenFSE, true, false},
	{"Amministrazione", officePath, "it-settings",
		"Enti, sportelli e operatori: chi lavora, dove, e con quali incarichi.", office.ManageOffice, false, true},
}

// functionsOf are those of an operator. An ente whose community has no health application offers none.
func (s *Server) functionsOf(a office.Acting) []function {
	var mine []function
	for _, f := range functions {
		if a.Can(f.needs) && (f.needs != office.OpenFSE || s.Desk.HealthApplication(a) != "") {
			mine = append(mine, f)
		}
	}
	return mine
}

// keys are the letters that open a function from the keyboard; the menu's page lists them.
var keys = map[string]string{menuPath: "m", registrationPath: "r", managePath: "g", "/sportello/cambio-residenza": "c", launchPath: "f"}

// nav is the same menu as links, with the reader's place in it.
func (s *Server) nav(a office.Acting, path string) []Link {
	links := []Link{{Text: "Menu iniziale", Href: menuPath, Current: path == menuPath, Key: keys[menuPath]}}
	for _, f := range s.functionsOf(a) {
		if f.Aside {
			continue
		}
		links = append(links, Link{Text: f.Title, Href: f.Href, NewTab: f.NewTab, Key: keys[f.Href],
			Current: path == f.Href || strings.HasPrefix(path, f.Href+"/")})
	}
	return links
}

// menu is the page after the log-in.
type menu struct {
	Functions []function
	Keys      []Link // functions with a letter
	Role      office.Role
	Community community.ID // whose forms are offered
	LastLogin time.Time
}

func (s *Server) getMenu(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	p := s.page(r, "Menu iniziale")
	data := menu{Functions: s.functionsOf(v.Who.Acting), Role: v.Who.Post.Role, Community: v.Who.Ente.Community, LastLogin: v.LastLogin}
	for _, l := range v.Nav {
		if l.Key != "" {
			data.Keys = append(data.Keys, l)
		}
	}
	if len(data.Functions) > 0 {
		p.Lead = "Scegliere la funzione da usare."
	}
	p.Notice, p.Data = doneNotice(r), data
	return s.show(w, "operator_menu", p)
}

// blankTerms keeps the blank Regolamento, one for each version of a community's text.
type blankTerms struct {
	mu  sync.Mutex
	pdf map[string][]byte
}

// getBlankTerms gives the Regolamento to print and sign: of the community in the query, else of the first.
func (s *Server) getBlankTerms(w http.ResponseWriter, r *http.Request) error {
	if s.Desk == nil || len(s.Communities) == 0 {
		return ErrNotFound
	}
	id := s.Communities[0].ID
	if asked := r.URL.Query().Get("community"); asked != "" {
		id = community.ID(asked)
	}
	c, ok := s.Desk.Communities.ByID(id)
	if !ok || c.Terms.Markdown == "" {
		return ErrNotFound
	}
	pdf, err := s.terms.of(c, s.Desk.BlankTerms)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return sendPDF(w, r, "regolamento-"+string(c.ID)+".pdf", pdf)
}

// of writes a community's Regolamento the first time that somebody asks.
func (b *blankTerms) of(c community.Community, write func(community.ID) ([]byte, error)) ([]byte, error) {
	key := string(c.ID) + "/" + c.Terms.SHA256
	b.mu.Lock()
	defer b.mu.Unlock()
	if kept, ok := b.pdf[key]; ok {
		return kept, nil
	}
	pdf, err := write(c.ID)
	if err != nil {
		return nil, err
	}
	if b.pdf == nil {
		b.pdf = map[string][]byte{}
	}
	b.pdf[key] = pdf
	return pdf, nil
}
