package faults_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"sportello/registry/simulator"
)

// A client is a browser without JavaScript. It follows no redirect by itself: where an answer leads is what the tests ask.
type client struct {
	testing.TB
	http *http.Client
	base string
}

// A shown is an answer as the browser got it.
type shown struct {
	*goquery.Document
	Status int
	Path   string
	Leads  string // where a redirect goes
	Body   []byte
}

func newClient(t testing.TB, base string) *client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &client{t, &http.Client{Jar: jar, Transport: transport, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, base}
}

// try sends one request; its error is the network's.
func (c *client) try(method, path string, form url.Values) (*shown, error) {
	r, err := http.NewRequestWithContext(c.Context(), method, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	p := &shown{Status: answer.StatusCode, Path: path, Leads: answer.Header.Get("Location")}
	if p.Body, err = io.ReadAll(answer.Body); err != nil {
		return nil, err
	}
	p.Document, err = goquery.NewDocumentFromReader(strings.NewReader(string(p.Body)))
	return p, err
}

func (c *client) do(method, path string, form url.Values) *shown {
	c.Helper()
	p, err := c.try(method, path, form)
	if err != nil {
		c.Fatal(err)
	}
	return p
}

func (c *client) get(path string) *shown { c.Helper(); return c.do(http.MethodGet, path, nil) }

func (c *client) post(path string, form url.Values) *shown {
	c.Helper()
	return c.do(http.MethodPost, path, form)
}

// said is the text of the page, on one line.
func (p *shown) said() string { return strings.Join(strings.Fields(p.Find("main").Text()), " ") }

// is asks of an answer its status and words that it shows.
func (p *shown) is(t testing.TB, status int, words ...string) {
	t.Helper()
	if p.Status != status {
		t.Fatalf("%s: status %d, want %d: %.600s", p.Path, p.Status, status, p.said())
	}
	for _, w := range words {
		if !strings.Contains(p.said(), w) {
			t.Errorf("%s does not say %q: %.600s", p.Path, w, p.said())
		}
	}
}

// leads asks of an answer that it redirects to an address with that end, and gives the address.
func (p *shown) leads(t testing.TB, end string) string {
	t.Helper()
	if p.Status != http.StatusSeeOther || !strings.HasSuffix(p.Leads, end) {
		t.Fatalf("%s: status %d to %q, want 303 to ...%s: %.600s", p.Path, p.Status, p.Leads, end, p.said())
	}
	return p.Leads
}

// login brings an operator in at a moment.
func (c *client) login(username string, now time.Time) *client {
	c.Helper()
	c.post("/sportello/accesso", url.Values{"username": {username}, "password": {password}}).leads(c, "/sportello/accesso/codice")
	code, err := totp.GenerateCode(otpSecret(username), now)
	if err != nil {
		c.Fatal(err)
	}
	c.post("/sportello/accesso/codice", url.Values{"codice": {code}}).leads(c, "/sportello")
	return c
}

// operator is the browser of an operator who has logged in.
func (h *house) operator(i int) *client {
	h.Helper()
	return newClient(h, h.URL).login(operatorName(i), h.clock())
}

const searchPath = "/sportello/registrazione"

func searched(x simulator.Person) url.Values {
	return url.Values{"codice-fiscale": {string(x.TaxCode)}, "residenza-provincia": {x.Residence.Province}, "residenza-comune": {x.Residence.Comune}}
}

// filled is the form as a careful operator fills it, whatever the registries knew.
func filled(x simulator.Person) url.Values {
	day, month, year := x.BirthDate.Parts()
	return url.Values{
		"community": {realm}, "nome": {x.Name}, "cognome": {x.Surname}, "sesso": {string(x.Sex)},
		"nascita-giorno": {day}, "nascita-mese": {month}, "nascita-anno": {year},
		"indirizzo": {x.Residence.Address}, "civico": {x.Residence.Number}, "cap": {x.Residence.PostalCode},
		"email": {mailOf(x)}, "documento": {"ci"}, "ci-numero": {"CA12345AB"}, "ci-ente": {"Comune di Torino"}, "delega": {"no"},
		"ci-rilascio-giorno": {"4"}, "ci-rilascio-mese": {"5"}, "ci-rilascio-anno": {"2021"},
		"ci-scadenza-giorno": {"31"}, "ci-scadenza-mese": {"12"}, "ci-scadenza-anno": {"2029"},
		"visto-documento": {"si"}, "vista-tessera": {"si"}, "riscontro-de-visu": {"si"}, "mostrata-informativa": {"si"},
	}
}

func mailOf(x simulator.Person) string { return strings.ToLower(string(x.TaxCode)) + "@posta.example" }

// confirm brings a citizen to the page before the last, and gives its address.
func (c *client) confirm(x simulator.Person) string {
	c.Helper()
	form := c.post(searchPath, searched(x)).Leads
	return c.post(form, filled(x)).leads(c, "/conferma")
}

// register brings a citizen to the print page, and gives its address.
func (c *client) register(x simulator.Person) string {
	c.Helper()
	return c.post(c.confirm(x), nil).leads(c, "/stampe")
}

var errLeads = errors.New("an answer leads elsewhere")

// tryRegister is register where the server may go away at any moment; it gives the number that was acknowledged.
func (c *client) tryRegister(x simulator.Person) (number string, err error) {
	at := searchPath
	for _, step := range []struct {
		form url.Values
		end  string
	}{{searched(x), ""}, {filled(x), "/conferma"}, {nil, "/stampe"}} {
		p, err := c.try(http.MethodPost, at, step.form)
		if err != nil {
			return "", err
		}
		if p.Status != http.StatusSeeOther || !strings.HasSuffix(p.Leads, step.end) {
			return "", errLeads
		}
		at = p.Leads
	}
	return strings.Split(at, "/")[3], nil
}

// finish prints what must be printed and ends the desk.
func (c *client) finish(at string) error {
	for _, end := range []string{"/pin", "/riepilogo", "/fine"} {
		if _, err := c.try(http.MethodPost, at+end, nil); err != nil {
			return err
		}
	}
	return nil
}
