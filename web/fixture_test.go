package web

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"sportello/access"
	"sportello/administration"
	"sportello/area"
	"sportello/audit"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/desk"
	"sportello/docs"
	"sportello/fse"
	health "sportello/fse/simulator"
	"sportello/helpdesk"
	"sportello/letter"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/postroom"
	"sportello/preload"
	printhouse "sportello/printing"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/scan"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

// A house is the whole program over an empty database, with two enti, operators of every role, the simulated
// registries and a mailbox. Its clock moves only when the test says so.
type house struct {
	*testing.T
	*Server
	URL       string
	server    *httptest.Server
	Registry  *simulator.Server
	simulated string // address of Registry
	People    simulator.Samples
	courier   *mail.Courier
	mails     []mail.Message
	down      bool              // the mail server
	refused   []mail.Message    // meanwhile
	costs     testdb.Costs      // of what is asked through the server
	secrets   map[string]string // one-time code keys by username
	now       time.Time
	mu        sync.Mutex
}

// password is every operator's.
const password = "cavallo-blu-graffetta-7"

// An operatorRow is who works in a house.
type operatorRow struct {
	username, surname, name string
	code                    person.TaxCode
	role                    office.Role
	fse                     bool
	enti                    []string
}

// operatorsOfHouse are all of them. "nuova" has no second factor yet.
var operatorsOfHouse = []operatorRow{
	{"anna", "Ferrero", "Anna", "FRRNNA80A41L219Y", office.Clerk, true, []string{"asl"}},
	{"bruno", "Gallo", "Bruno", "GLLBRN75B02L219Q", office.Clerk, false, []string{"asl"}},
	{"carla", "Rossi", "Carla", "RSSCRL70C43L219U", office.Supervisor, true, []string{"asl", "comune"}},
	{"dario", "Costa", "Dario", "CSTDRA82D04L219P", office.Auditor, false, []string{"asl"}},
	{"elena", "Bruno", "Elena", "BRNLNE85E45L219F", office.Helpdesk, false, []string{"asl"}},
	{"fulvio", "Conti", "Fulvio", "CNTFLV79H06L219M", office.Administrator, false, []string{"asl"}},
	{"nuova", "Marino", "Nora", "MRNNRO90L47L219C", office.Clerk, false, []string{"asl"}},
}

// newHouse builds a house that is gone when the test ends.
func newHouse(t *testing.T) *house {
	t.Helper()
	return newHouseOn(t, testdb.SQLite(t))
}

// newHouseOn builds it over the empty database at dsn.
func newHouseOn(t *testing.T, dsn string) *house {
	t.Helper()
	h := &house{T: t, secrets: map[string]string{}, now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	h.must(err)
	db, err := store.Open(t.Context(), dsn, store.Options{Now: h.clock, Rand: rand.Reader, Sealer: keys, SearchTime: time.Minute, Ran: h.costs.Ran})
	h.must(err)
	t.Cleanup(func() { h.must(db.Close()) })
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	own, _ := set.ByID("sistemapiemonte")
	letters, err := letter.New()
	h.must(err)
	hasher := credential.NewHasher(credential.Hashing{Cost: credential.TestCost, MAC: h.costs.MAC(keys.MAC), Rand: rand.Reader, Width: 2})

	h.Server = &Server{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Now: h.clock, Rand: rand.Reader, Places: person.ItalianPlaces(), Ready: db.Ready,
		Communities: append([]community.Community{own}, others(set, own)...)}
	server := httptest.NewUnstartedServer(nil)
	server.Config.BaseContext = func(net.Listener) context.Context { return h.costs.Context(context.Background()) }
	server.Start()
	t.Cleanup(server.Close)
	h.URL, h.server = server.URL, server
	h.PublicURL, _ = url.Parse(server.URL)
	h.Desk = &desk.Desk{Store: db, Registries: h.registries(), Obsolete: h.directory(), Communities: set, Places: person.ItalianPlaces(), Hasher: hasher, Sealer: keys, Letters: letters, Guide: docs.Operators,
		Rand: rand.Reader, Zone: rome, Addresses: community.Addresses{Main: server.URL}, MailDomain: "test.example", MailQueued: func() {}}
	h.healthApplication(keys)
	h.Citizen = &citizen.Citizen{Store: db, Communities: set, Hasher: hasher, Rand: rand.Reader, Realm: own.Realm, Zone: rome,
		Registries: h.Desk.Registries, Places: person.ItalianPlaces(), Sealer: keys, Letters: letters, Addresses: community.Addresses{Main: server.URL}, MailDomain: "test.example", MailQueued: func() {}, Waiting: func() {}}
	h.Access = &access.Access{Store: db, Communities: set, Hasher: hasher, Sealer: keys, Rand: rand.Reader, Realm: own.Realm, Zone: rome, Issuer: "Sportello",
		Limits:     access.Limits{OperatorIdle: 15 * time.Minute, OperatorTotal: 8 * time.Hour, OperatorFresh: 30 * time.Minute, CitizenIdle: 15 * time.Minute, CitizenTotal: 2 * time.Hour},
		MailDomain: "test.example", MailQueued: func() {}}
	h.Area = &area.Area{Store: db, Communities: set, Hasher: hasher, Rand: rand.Reader, Realm: own.Realm, Zone: rome, Places: person.ItalianPlaces(), Sealer: keys,
		Letters: letters, MailDomain: "test.example", MailQueued: func() {}}
	h.Administration = &administration.Administration{Store: db, Communities: set, Places: person.ItalianPlaces(), Hasher: hasher, Letters: letters, Rand: rand.Reader, Zone: rome,
		MailDomain: "test.example", MailQueued: func() {}}
	h.Postroom = &postroom.Postroom{Store: db, Communities: set, Places: person.ItalianPlaces(), Hasher: hasher, Sealer: keys, Letters: letters, Folder: printhouse.Folder{Dir: filepath.Join(t.TempDir(), "tipografia")},
		Rand: rand.Reader, Zone: rome, Addresses: community.Addresses{Main: server.URL}, MailDomain: "test.example", MailQueued: func() {}, Log: h.Log}
	h.Helpdesk = &helpdesk.Helpdesk{Store: db, Desk: h.Desk, Area: h.Area, Postroom: h.Postroom, Communities: set, Places: person.ItalianPlaces(), Hasher: hasher, Sealer: keys, Letters: letters, Scans: &drawing, Rand: rand.Reader, Zone: rome,
		Addresses: community.Addresses{Main: server.URL}, MailDomain: "test.example", MailQueued: func() {}}
	h.Preload = &preload.Preload{Store: db, Communities: set, Places: person.ItalianPlaces(), Hasher: hasher, Sealer: keys, Rand: rand.Reader, Zone: rome,
		Dir: filepath.Join(t.TempDir(), "liste"), Log: h.Log}
	h.courier = &mail.Courier{Outbox: db, Sealer: keys, Sender: h, Communities: set.ByID, Now: h.clock, Rand: rand.Reader, Log: h.Log,
		Addresses: community.Addresses{Main: server.URL}}
	h.staff(hasher)
	server.Config.Handler = h.Handler()
	return h
}

// drawing is compiled once for all houses.
var drawing = scan.Renderer{Cache: scan.UserCache()}

// healthApplication is a simulated one, to which operators are sent.
func (h *house) healthApplication(keys *vault.Keys) {
	application := &health.Server{Desk: h.URL, Now: h.clock}
	address, err := application.Listen("127.0.0.1:0")
	h.must(err)
	h.Cleanup(func() { application.Close() })
	h.Desk.FSEAddress = address
	h.Desk.FSE, err = fse.New(h.URL, keys.MAC("firma per il FSE", nil), rand.Reader)
	h.must(err)
}

func others(set community.Set, own community.Community) (rest []community.Community) {
	for _, c := range set.Realm(own.Realm) {
		if c.ID != own.ID {
			rest = append(rest, c)
		}
	}
	return rest
}

// population is drawn once: it takes longer than a house.
var population = sync.OnceValue(func() []simulator.Person { return simulator.People(300, 7, person.ItalianPlaces()) })

func (h *house) registries() registry.Cascade {
	h.People, h.Registry = simulator.SamplesOf(population(), 8), simulator.New(population())
	base, err := h.Registry.Listen("127.0.0.1:0")
	h.must(err)
	h.Cleanup(func() { h.Registry.Close() })
	c := registry.Cascade{Now: h.clock}
	for _, r := range []struct {
		source registry.Source
		path   string
		to     *registry.Registry
	}{{registry.CIA, simulator.CIAPath, &c.CIA}, {registry.AURA, simulator.AURAPath, &c.AURA}} {
		client, err := registry.NewClient(registry.Config{Source: r.source, URL: base + r.path, Token: simulator.Token, Now: h.clock, Rand: rand.Reader})
		h.must(err)
		*r.to = client
	}
	h.simulated = base
	return c
}

// directory is the one of obsolete accounts. registries comes first.
func (h *house) directory() *registry.Directory {
	d, err := registry.NewDirectory(registry.Config{URL: h.simulated + simulator.CredentialsPath, Token: simulator.Token, Deadline: 300 * time.Millisecond, Now: h.clock, Rand: rand.Reader})
	h.must(err)
	return d
}

// staff gives the house its enti and operators.
func (h *house) staff(hasher *credential.Hasher) {
	hash, err := hasher.Hash(credential.PurposePassword, password)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		err := errors.Join(
			tx.AddEnte(&office.Ente{ID: "asl", Name: "ASL Città di Esempio", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesStrong,
				Competence: office.Competence{Provinces: []string{"TO", "CN", "AL", "AT", "BI", "NO", "VB", "VC"}}}),
			tx.AddEnte(&office.Ente{ID: "comune", Name: "Comune di Esempio", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak,
				Competence: office.Competence{Comuni: []string{"L219"}}}))
		for i, o := range operatorsOfHouse {
			op := &office.Operator{ID: o.username, Username: o.username, TaxCode: o.code, Surname: o.surname, Name: o.name, Password: hash}
			for _, e := range o.enti {
				op.Posts = append(op.Posts, office.Post{Ente: e, Role: o.role, FSE: o.fse})
			}
			err = errors.Join(err, tx.AddOperator(op))
			if o.username == "nuova" {
				continue
			}
			h.secrets[o.username] = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(strings.Repeat(string(rune('A'+i)), 20)))
			err = errors.Join(err, h.Access.KeepSecondFactor(tx, op.ID, h.secrets[o.username], 0))
		}
		return err
	})
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) act(f func(*store.Tx) error) {
	h.Helper()
	h.must(h.Access.Store.Act(h.Context(), audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, f))
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// wait lets time pass.
func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// Send is the mail server of the house.
func (h *house) Send(_ context.Context, m mail.Message) error {
	if h.down {
		h.refused = append(h.refused, m)
		return &mail.Failure{Class: mail.ErrLater, Reason: "il server di posta non risponde"}
	}
	h.mails = append(h.mails, m)
	return nil
}

// letters carries what waits and gives all mails sent so far to an address.
func (h *house) letters(to string) (found []mail.Message) {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.courier.Step(h.Context())
		h.must(err)
	}
	for _, m := range h.mails {
		if m.To.Address == to {
			found = append(found, m)
		}
	}
	return found
}

// oneTimeCode is what the operator's app shows now. A code works once: time passes until the next.
func (h *house) oneTimeCode(username string) string {
	h.Helper()
	h.wait(30 * time.Second)
	code, err := totp.GenerateCode(h.secrets[username], h.clock())
	h.must(err)
	return code
}

// A client is a browser without JavaScript: it keeps cookies, follows redirects and says where it comes from.
type client struct {
	*house
	http *http.Client
	here string // address of the last page
	host string // of the portal that it asks; "" for the installation's own
}

// A shown is a page as the browser got it.
type shown struct {
	*goquery.Document
	Status int
	Path   string // after redirects, with the query
	Header http.Header
	Body   []byte
}

// visitor is a browser that has never been here.
func (h *house) visitor() *client {
	jar, err := cookiejar.New(nil)
	h.must(err)
	return &client{house: h, http: &http.Client{Jar: jar}}
}

// login is the browser of an operator who has logged in and, with several enti, works for the first.
func (h *house) login(t *testing.T, username string) *client {
	t.Helper()
	c := h.visitor()
	c.post("/sportello/accesso", "username", username, "password", password)
	p := c.post("/sportello/accesso/codice", "codice", h.oneTimeCode(username))
	if first, several := p.Find("input[name=ente]").Attr("value"); several {
		p = c.post("/sportello/accesso/ente", "ente", first)
	}
	if p.Path != "/sportello" && !strings.Contains(p.Path, "/stampe") {
		t.Fatalf("log-in of %s ended at %s (%d): %s", username, p.Path, p.Status, p.said())
	}
	return c
}

func (c *client) get(path string) *shown {
	c.Helper()
	return c.do("GET", path, nil)
}

// post sends a form of names and values, in pairs.
func (c *client) post(path string, pairs ...string) *shown {
	c.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return c.do("POST", path, form)
}

// submit sends the form of a page that selector finds, as the browser would: with what the server wrote into it,
// changed by names and values in pairs, by its first button.
func (c *client) submit(p *shown, selector string, pairs ...string) *shown {
	c.Helper()
	f := p.Find(selector).First()
	if f.Length() == 0 {
		c.Fatalf("%s has no %s", p.Path, selector)
	}
	return c.sendForm(p, f, pairs...)
}

// sendForm is submit for a form that is at hand.
func (c *client) sendForm(p *shown, f *goquery.Selection, pairs ...string) *shown {
	c.Helper()
	form := url.Values{}
	f.Find("input[name]:not([type=checkbox]):not([type=radio]), input[name]:checked, textarea[name]").Each(func(_ int, e *goquery.Selection) {
		form.Add(e.AttrOr("name", ""), e.AttrOr("value", strings.TrimPrefix(e.Text(), "\n")))
	})
	f.Find("input[checked]").Each(func(_ int, e *goquery.Selection) { form.Set(e.AttrOr("name", ""), e.AttrOr("value", "on")) })
	f.Find("select[name]").Each(func(_ int, e *goquery.Selection) {
		form.Set(e.AttrOr("name", ""), e.Find("option[selected]").AttrOr("value", ""))
	})
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.do("POST", f.AttrOr("action", p.Path), form)
}

func (c *client) do(method, path string, form url.Values) *shown {
	c.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(c.Context(), method, c.URL+path, body)
	c.must(err)
	r.Host = c.host
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", c.URL)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Referer", c.here)
	}
	return c.send(r)
}

func (c *client) send(r *http.Request) *shown {
	c.Helper()
	answer, err := c.http.Do(r)
	c.must(err)
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	c.must(err)
	p := &shown{Status: answer.StatusCode, Path: answer.Request.URL.RequestURI(), Header: answer.Header, Body: b}
	p.Document, err = goquery.NewDocumentFromReader(strings.NewReader(string(b)))
	c.must(err)
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		c.here = answer.Request.URL.String()
	}
	return p
}

// said is the text of the page, on one line.
func (p *shown) said() string { return strings.Join(strings.Fields(p.Find("main").Text()), " ") }
