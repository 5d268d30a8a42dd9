package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"sportello/browser"
	"sportello/locale"
	"sportello/testdb"
	"sportello/web"
)

// notPages are addresses in the table of pages that show none.
var notPages = map[string]string{
	"GET /sportello/statistiche.csv":                           "is a table for spreadsheets",
	"GET /sportello/gestione/{numero}/modifica":                "begins a form and leads to it",
	"GET /sportello/gestione/{numero}/codice-fiscale":          "begins a form and leads to it",
	"GET /sportello/gestione/{numero}/codice":                  "begins a form and leads to it",
	"GET /sportello/gestione/{numero}/delega":                  "begins a form and leads to it",
	"GET /sportello/istanze/{id}/allegati/{allegato}/{pagina}": "is a picture",

	"GET /conferma-email/{token}":                   "takes a link and leads to its page",
	"GET /nuova-password/{token}":                   "takes a link and leads to its page",
	"GET /attivazione/fine/riepilogo.pdf":           "is a PDF",
	"GET /documenti/{file}":                         "is a PDF",
	"GET /preregistrazione/ricevuta/{foglio}":       "is a PDF",
	"GET /registrazione/ricevuta/{foglio}":          "is a PDF",
	"GET /sportello/importazioni/modello.csv":       "is a table for spreadsheets",
	"GET /sportello/importazioni/{id}/rapporto.csv": "is a table for spreadsheets",

	"GET /sportello/amministrazione/testi/{community}/{testo}/{versione}/pdf": "is a PDF",

	"GET /sportello/istanze/{id}/documenti/{documento}/{pagina}/immagine": "is a picture",
	"GET /richiesta-credenziali/riprendi/{link}":                          "needs a link from a mail: see the stories",
	"GET /accesso/prima-password":                                         "needs an approved request: see the stories",
}

// A tour opens pages in every state that means something, on a desk's screen and on a phone, and looks at each with
// everything that holds for all of them.
type tour struct {
	walk
	chromium *browser.Browser
	demo     *demo
	lang     string
	patterns *http.ServeMux    // tells which page an address is
	entering *sync.Mutex       // one operator after the other: a code works once
	kept     *sync.Mutex       // guards what follows, sources, and who of the demo is unused: several are on tour side by side
	seen     map[string]bool   // patterns
	toured   map[string]bool   // patterns and statuses whose page was gone through by keyboard
	titles   map[string]string // the page that bears a title
	judged   map[string]bool   // bones of pages that axe-core has judged on a phone
	inside   map[string]string // the sessions of operators who have entered
}

// TestPages: every page that the table of routes knows is seen, so a new one that nobody looks at fails here.
func TestPages(t *testing.T) {
	chromium := browser.Start(t)
	base, d := startDemoOn(t, testdb.SQLite(t))
	r := &tour{walk: walk{t: t, base: base, sources: map[string]string{}}, chromium: chromium, demo: d, lang: locale.Italian, entering: &sync.Mutex{}, kept: &sync.Mutex{},
		patterns: http.NewServeMux(), seen: map[string]bool{}, toured: map[string]bool{}, titles: map[string]string{}, judged: map[string]bool{}, inside: map[string]string{}}
	pages := d.web.Pages()
	for _, pattern := range pages {
		r.patterns.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	var tours sync.WaitGroup
	for _, pages := range []func(){r.registrationPages, r.managementPages, r.officePages, func() { r.citizenPages(locale.Italian) }, r.translatedPages} {
		tours.Go(pages)
	}
	tours.Wait()
	for _, pattern := range pages {
		if !r.seen[pattern] && notPages[pattern] == "" {
			t.Errorf("%s: nobody has looked at it", pattern)
		}
	}
	maps.DeleteFunc(r.sources, func(_, source string) bool { return source == alike })
	for _, fault := range browser.Faults(t, r.sources) {
		t.Errorf("HTML: %v", fault)
	}
}

// part is a subtest with a window of its own.
func (r *tour) part(name, path string, visit func(*tour)) {
	r.t.Run(name, func(t *testing.T) {
		in := *r
		in.t = t
		in.Page = r.chromium.Open(t, r.base+path, browser.Visitor{Language: r.lang})
		visit(&in)
	})
}

// open goes to an address and looks at what is there.
func (r *tour) open(path, name string) {
	r.t.Helper()
	r.Go(r.base + path)
	r.look(name)
}

// follow presses a link or button and looks at where it leads.
func (r *tour) follow(link, name string) {
	r.t.Helper()
	r.Follow(link)
	r.look(name)
}

// look judges the page shown on both screens: on a phone, where there is least room, each page and status, and each state with something that no page
// had; on a desk's screen, and by keyboard, once for each page and status.
func (r *tour) look(name string) {
	r.t.Helper()
	if r.lang != locale.Italian {
		name += "-" + r.lang
	}
	source, title := r.Source(), r.Title()
	document := r.head(name, source, title)
	first := r.note(name, source, title)
	fresh := r.newTo(document)
	if !fresh && r.lang != locale.Italian {
		r.judgedAs(name, alike)
	}
	if r.lang == locale.German || !fresh && !first { // the same in other words
		r.lookForRoom(name)
	} else {
		r.Resize(browser.Phone)
		r.Check()
		r.Shoot(name)
		r.Resize(browser.Desktop)
	}
	if r.lang == locale.German {
		return
	}
	r.Shoot(name)
	if pixels := r.Overflow(); pixels > 0 {
		r.t.Errorf("%s: %d px wider than a desk's screen", name, pixels)
	}
	if first {
		r.Check()
		r.CheckKeyboard()
	}
}

// alike stands for the source of a page whose bones were validated in another language.
const alike = "in other words"

func (r *tour) judgedAs(name, source string) {
	r.kept.Lock()
	defer r.kept.Unlock()
	r.sources[name] = source
}

// lookForRoom asks whether the words fit on a phone.
func (r *tour) lookForRoom(name string) {
	r.t.Helper()
	r.Resize(browser.Phone)
	r.Shoot(name)
	if pixels := r.Overflow(); pixels > 0 {
		r.t.Errorf("%s: %d px wider than a phone's screen", name, pixels)
	}
	r.Resize(browser.Desktop)
}

// newTo tells whether a page has a bone that no page judged had.
func (r *tour) newTo(document *goquery.Document) (fresh bool) {
	bones := skeleton(document)
	r.kept.Lock()
	defer r.kept.Unlock()
	for b := range bones {
		fresh = fresh || !r.judged[b]
	}
	if r.lang != locale.German { // whose pages are only measured, and validated
		maps.Copy(r.judged, bones)
	}
	return fresh
}

// note keeps what is shown for the checks that need all pages, and tells whether page and status are seen for the first time.
func (r *tour) note(name, source, title string) (first bool) {
	r.t.Helper()
	pattern := r.pattern()
	title = r.lang + " " + title
	page := fmt.Sprint(pattern, r.Status())
	r.kept.Lock()
	defer r.kept.Unlock()
	if r.sources[name] != "" {
		r.t.Errorf("%s: two pages have this name", name)
	}
	if other, taken := r.titles[title]; taken && other != pattern {
		r.t.Errorf("%s: %s has the title %q too", name, other, title)
	}
	first = !r.toured[page]
	r.sources[name], r.titles[title], r.toured[page] = source, pattern, true
	return first
}

// head checks language, heading and title.
func (r *tour) head(name, source, title string) *goquery.Document {
	r.t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(source))
	if err != nil {
		r.t.Fatal(err)
	}
	if got := document.Find("html").AttrOr("lang", ""); got != r.lang {
		r.t.Errorf("%s: lang=%q", name, got)
	}
	if got := document.Find("h1").Length(); got != 1 {
		r.t.Errorf("%s: %d h1", name, got)
	}
	refused := []int{http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	if told := strings.HasPrefix(title, r.word("Errore: ")); told && r.Status() == http.StatusOK || !told && slices.Contains(refused, r.Status()) {
		r.t.Errorf("%s: status %d with the title %q", name, r.Status(), title)
	}
	return document
}

// errorPages are the statuses that say what happened instead of the page asked for.
var errorPages = []int{http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed}

// pattern is the row of the table that the address shown belongs to; for an error's page it is the error.
func (r *tour) pattern() string {
	r.t.Helper()
	address, err := url.Parse(r.URL())
	if err != nil {
		r.t.Fatal(err)
	}
	_, pattern := r.patterns.Handler(&http.Request{Method: http.MethodGet, URL: address})
	switch {
	case pattern == "" || slices.Contains(errorPages, r.Status()):
		return http.StatusText(r.Status())
	case r.Status() == http.StatusOK:
		r.kept.Lock()
		r.seen[pattern] = true
		r.kept.Unlock()
	}
	return pattern
}

// word is a text in the visitor's language.
func (r *tour) word(text string, args ...any) string {
	return locale.Printer(r.lang).Sprintf(text, args...)
}

// operator is somebody of the demo's staff.
func (r *tour) operator(username string) web.DemoOperator {
	r.t.Helper()
	staff := r.demo.operators()
	i := slices.IndexFunc(staff, func(o web.DemoOperator) bool { return o.Username == username })
	if i < 0 {
		r.t.Fatalf("nobody is called %s", username)
	}
	return staff[i]
}

// name types the first factor.
func (r *tour) name(username string) {
	r.t.Helper()
	r.Fill("Username", username)
	r.Fill("Password", demoPassword)
	r.Follow("Prosegui")
}

// enter logs in at the desk. A code works once, so an operator who has entered before goes on with that session.
func (r *tour) enter(username string) {
	r.t.Helper()
	r.entering.Lock()
	defer r.entering.Unlock()
	session := r.inside[username]
	if session != "" {
		r.SetCookie("sportello", session)
		r.Go(r.base + "/sportello")
		return
	}
	r.name(username)
	r.Fill("Codice", r.code(r.operator(username).TOTPSecret))
	r.Follow("Accedi")
	r.inside[username] = r.Cookie("sportello")
}

func (r *tour) code(secret string) string {
	r.t.Helper()
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	return code
}
