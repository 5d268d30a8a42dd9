package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"sportello/community"
	"sportello/locale"
)

//go:embed templates
var templates embed.FS

// A Link is a place in the menu or in the path above the title. Href "" or Current marks where the reader is.
type Link struct {
	Text, Href string
	Current    bool
	NewTab     bool   // opens in a new tab, and says so
	Key        string // letter that opens it from the keyboard, with the browser's own modifier; "" for none
}

// Steps are those of a procedure; At counts from 1.
type Steps struct {
	Names []string
	At    int
}

// Name is the current step.
func (s Steps) Name() string { return s.Names[s.At-1] }

// page is what every template is given. Texts are Italian: templates translate them.
type page struct {
	Title      string // the h1, and the first words of the window's title; unique
	Window     string // instead of Title in the window's title, where that holds a name (optional)
	Subtitle   string // in the window's title only, where two pages share their h1 (optional)
	Lead       string
	Breadcrumb []Link // without the first, which is the home or the operator's menu; the last is this page
	Steps      Steps
	Errors     []FieldError
	Notice     Alert // what the last operation did (optional)
	Data       any   // of the page's own template

	// Set by Server.page.
	Lang      string
	Desk      bool
	Nav       []Link
	Operator  *Operator
	Session   *Session
	Languages []languageLink
	Publisher community.Publisher
	Reference string    // on error pages
	At        time.Time // the moment of the request
	Home      Link
	Brand     string // the portal's name in the header, "" for the service's
	Local     bool   // the portal has credentials of its own today
	Asks      bool   // one asks an ente for them, by a form and an approval: there are no desks (003)
	Ending    string // that the portal's own credentials are about to end, "" if they are not
}

// page starts a page for a request.
func (s *Server) page(r *http.Request, title string) *page {
	v := visitOf(r)
	p := &page{Title: title, Lang: v.Lang, Desk: v.who.atDesk(), Nav: v.Nav, Operator: v.Operator, Session: v.Session,
		At: v.now, Publisher: v.portal.Community().Publisher.In(v.Lang), Home: Link{Text: "Inizio", Href: "/"}}
	if p.Desk {
		p.Home = Link{Text: "Menu iniziale", Href: "/sportello"}
		if of := v.Who.Ente.Community; of != "" { // whose desk it is (O10)
			if c, known := s.Desk.Communities.ByID(of); known {
				p.publishedBy(c)
			}
		}
	} else {
		p.Languages, p.Ending = languageLinks(r, v.Lang), v.ending()
		if p.Nav == nil { // the personal area has its own
			p.Nav = citizenNav(v, r.URL.Path)
		}
		p.Brand, p.Local, p.Asks = v.portal.Community().Name, v.hasLocal(), v.asks()
	}
	return p
}

// at puts the page in the path: the links after the home, this page last.
func (p *page) at(links ...Link) *page {
	p.Breadcrumb = append(links, Link{Text: p.Title})
	return p
}

// publishedBy signs the page with a community that is not the portal's own: publisher and name go together.
func (p *page) publishedBy(c community.Community) {
	p.Publisher = c.Publisher.In(p.Lang)
	if !p.Desk {
		p.Brand = c.Name
	}
}

// withErrors shows the errors of a refused form; call it when the form was filled and checked.
func (p *page) withErrors(f *Form) *page {
	p.Errors = f.Errors()
	for _, x := range f.fields() {
		if len(p.Errors) > 0 && x.Kind == File && x.Error == "" {
			x.Warning = chooseAgain[p.Desk]
		}
	}
	return p
}

// chooseAgain is said of a file in a refused form, at a desk or at home: no browser gives it back.
var chooseAgain = map[bool]string{true: "Scegliere di nuovo il file: non si conserva.", false: "Scegli di nuovo il file: non si conserva."}

// Service is the name of the service in the header.
func (p *page) Service() string {
	if p.Desk {
		return "Sportello di registrazione"
	}
	return "Credenziali per i servizi online"
}

// Head is the window's title, in Italian parts that the layout translates and joins.
func (p *page) Head() []string {
	parts := []string{p.Title}
	if p.Subtitle != "" {
		parts = append(parts, p.Subtitle)
	}
	return append(parts, p.Service())
}

// A face is all templates in one language, each parsed when it is first needed.
type face struct {
	words *translator
	pages map[string]func() *template.Template
}

// faces are made once; the files are part of the program, so a wrong one is a panic.
var faces = sync.OnceValue(func() map[string]*face {
	names, err := fs.Glob(templates, "templates/*.html")
	if err != nil {
		panic(err)
	}
	all := map[string]*face{}
	for _, l := range locale.Languages {
		f := &face{words: newTranslator(l.Code), pages: map[string]func() *template.Template{}}
		base := sync.OnceValue(func() *template.Template { return parts(f.words) })
		for _, name := range names {
			f.pages[strings.TrimSuffix(path.Base(name), ".html")] = sync.OnceValue(func() *template.Template {
				return template.Must(template.Must(base().Clone()).ParseFS(templates, name))
			})
		}
		all[l.Code] = f
	}
	return all
})

// parseAll parses every template: at start, beside the first answers, so that a wrong one stops the program and no visitor waits.
func parseAll() {
	for _, f := range faces() {
		for _, parse := range f.pages {
			parse()
		}
	}
}

// parts are the layout and the pieces that pages are made of.
func parts(tr *translator) *template.Template {
	return template.Must(template.New("").Funcs(tr.funcs()).ParseFS(templates, "templates/parts/*.html"))
}

// render executes a page into memory first, so that a failing template sends no half page.
func (s *Server) render(w http.ResponseWriter, status int, name string, p *page) error {
	parse, ok := faces()[p.Lang].pages[name]
	if !ok {
		return fmt.Errorf("render %s: no such template", name)
	}
	var b bytes.Buffer
	if err := parse().ExecuteTemplate(&b, "layout", p); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", p.Lang)
	w.WriteHeader(status)
	_, err := b.WriteTo(w)
	return err
}

// show is render of a page that went well; one with errors to correct answers 422.
func (s *Server) show(w http.ResponseWriter, name string, p *page) error {
	status := http.StatusOK
	if len(p.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, status, name, p)
}
