package registry_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sportello/person"
	"sportello/registry"
)

const mario person.TaxCode = "RSSMRA80A01H501U"

// patience is a deadline that no test on a healthy server comes near; hurry one for servers that hang.
const (
	patience = 20 * time.Second
	hurry    = 100 * time.Millisecond
)

var query = registry.Query{
	TaxCode: mario, Province: "TO", Comune: "L219",
	Purpose: "registrazione allo sportello", Operator: "op-1", Ente: "ente-1", Practice: "1234567897",
}

// A clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// chance is a reader whose bytes never repeat and are the same in each run.
type chance struct {
	mu sync.Mutex
	n  uint64
}

func (c *chance) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range p {
		c.n++
		p[i] = sha256.Sum256([]byte(fmt.Sprint(c.n)))[0]
	}
	return len(p), nil
}

func newClient(t *testing.T, change func(*registry.Config)) *registry.Client {
	t.Helper()
	config := registry.Config{
		Source: registry.CIA, Token: "segreto-di-prova", Deadline: patience,
		Now: newClock().Now, Rand: &chance{},
	}
	change(&config)
	client, err := registry.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL + "/cia"
}

func mustNotTell(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range []string{string(mario), string(mario[:6]), "segreto-di-prova", "127.0.0.1"} {
		if strings.Contains(strings.ToUpper(err.Error()), strings.ToUpper(secret)) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

func TestRequestKeepsTheContract(t *testing.T) {
	ids := map[string]bool{}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		id := r.Header.Get("X-Request-Id")
		if r.Method != http.MethodPost || r.URL.String() != "/cia/v1/ricerca" ||
			r.Header.Get("Authorization") != "Bearer segreto-di-prova" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
		}
		want := `{"versione":"1","codiceFiscale":"RSSMRA80A01H501U","provincia":"TO","comune":"L219",` +
			`"motivo":"registrazione allo sportello","operatore":"op-1","ente":"ente-1","pratica":"1234567897"}`
		if string(body) != want {
			t.Errorf("body\n%s, want\n%s", body, want)
		}
		if len(id) != 32 || ids[id] {
			t.Errorf("request id %q is short or used twice", id)
		}
		ids[id] = true
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), string(mario)) {
				t.Errorf("the tax code stands in the header %s", name)
			}
		}
		answerWith(w, r, found)
	})
	client := newClient(t, func(c *registry.Config) { c.URL = url })
	for range 3 {
		if _, err := client.Find(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
}

// found is the contract's example; ID stands for the request's id.
const found = `{"versione":"1","registro":"CIA","richiesta":"ID","esito":"TROVATO",
 "soggetto":{"codiceFiscale":"RSSMRA80A01H501U","cognome":"Rossi","nome":"Mario","dataNascita":"1980-01-01","sesso":"M",
  "residenza":{"indirizzo":"Via Roma","numero":"12/A","provincia":"TO","comune":"L219","cap":"10128"},
  "cartaIdentita":{"numero":"CA12345AB","dataRilascio":"2024-05-06"}}}`

func answerWith(w http.ResponseWriter, r *http.Request, body string) {
	w.Header().Set("Content-Type", "application/json")
	io.WriteString(w, strings.Replace(body, `"ID"`, `"`+r.Header.Get("X-Request-Id")+`"`, 1))
}

func TestFoundRecord(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { answerWith(w, r, found) })
	client := newClient(t, func(c *registry.Config) { c.URL = url })
	got, err := client.Find(t.Context(), query)
	want := registry.Record{
		Source: registry.CIA, ReadAt: newClock().now, TaxCode: mario,
		Surname: "Rossi", Name: "Mario", BirthDate: "1980-01-01", Sex: person.Male,
		Residence: person.Residence{Address: "Via Roma", Number: "12/A", Province: "TO", Comune: "L219", PostalCode: "10128"},
		Document:  person.Document{Kind: person.IdentityCard, Number: "CA12345AB", IssuedOn: "2024-05-06"},
	}
	if err != nil || got != want {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func replace(old, with string) string {
	if !strings.Contains(found, old) {
		panic("not in the example: " + old)
	}
	return strings.Replace(found, old, with, 1)
}

func TestNonsense(t *testing.T) {
	tests := map[string]string{
		"another tax code":          replace("RSSMRA80A01H501U", "RSSMRA79B11C566R"),
		"omocodic code of the same": replace("RSSMRA80A01H501U", "RSSMRA80A01H50MM"),
		"no tax code":               replace(`"codiceFiscale":"RSSMRA80A01H501U",`, ""),
		"html":                      "<!doctype html><title>Manutenzione</title>",
		"empty":                     "",
		"null":                      "null",
		"array":                     "[" + found + "]",
		"cut off":                   found[:len(found)/2],
		"two objects":               found + found,
		"text behind":               found + "<script>",
		"ten megabytes":             replace("Via Roma", strings.Repeat("Via Roma ", 10<<20/9)),
		"not utf-8":                 replace("Rossi", "Ross\xec"),
		"another version":           replace(`"versione":"1"`, `"versione":"2"`),
		"another registry":          replace(`"CIA"`, `"AURA"`),
		"another request":           strings.Replace(found, `"ID"`, `"00000000000000000000000000000000"`, 1),
		"unknown outcome":           replace("TROVATO", "FORSE"),
		"found nobody":              `{"versione":"1","registro":"CIA","richiesta":"ID","esito":"TROVATO"}`,
		"not found, yet somebody":   replace("TROVATO", "NON_TROVATO"),
		"the 31st of February":      replace("1980-01-01", "1980-02-31"),
		"an Italian date":           replace("1980-01-01", "01/01/1980"),
		"born tomorrow":             replace("1980-01-01", "2126-03-09"),
		"born under Napoleon":       replace("1980-01-01", "1805-05-26"),
		"no birth date":             replace("1980-01-01", ""),
		"a third sex":               replace(`"sesso":"M"`, `"sesso":"1"`),
		"no surname":                replace("Rossi", "  "),
		"a surname of two lines":    replace("Rossi", `Rossi\nBianchi`),
		"a surname back to front":   replace("Rossi", `Rossi\u202e`),
		"an endless surname":        replace("Rossi", strings.Repeat("o", 101)),
		"a name that is a number":   replace(`"Mario"`, `12`),
		"no residence":              strings.NewReplacer(`"residenza":{`, `"residenza":null,"x":{`).Replace(found),
		"null residence":            replace(`{"indirizzo":"Via Roma","numero":"12/A","provincia":"TO","comune":"L219","cap":"10128"}`, "null"),
		"a comune by name":          replace("L219", "Torino"),
		"abroad in Torino":          replace(`"TO"`, `"EE"`),
		"a postal code of six":      replace("10128", "101280"),
		"a card with markup":        replace("CA12345AB", "<b>CA12345"),
		"a card issued tomorrow":    replace("2024-05-06", "2026-03-09"),
		"a card before birth":       replace("2024-05-06", "1979-05-06"),
		"a doctor":                  replace(`"sesso":"M",`, `"sesso":"M","medico":"Bianchi",`),
		"exemptions":                replace(`"esito"`, `"esenzioni":["013"],"esito"`),
		"a health card":             replace(`"cap":"10128"`, `"cap":"10128","tesseraSanitaria":"80380000000000000000"`),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) { answerWith(w, r, body) })
			client := newClient(t, func(c *registry.Config) { c.URL = url })
			record, err := client.Find(t.Context(), query)
			if !errors.Is(err, registry.ErrNonsense) || record != (registry.Record{}) {
				t.Errorf("got %+v, %v; want ErrNonsense", record, err)
			}
			mustNotTell(t, err)
		})
	}
}

func TestUnusualTransport(t *testing.T) {
	tests := map[string]struct {
		handler http.HandlerFunc
		want    error
	}{
		"html with the right body": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			io.WriteString(w, strings.Replace(found, "ID", r.Header.Get("X-Request-Id"), 1))
		}, registry.ErrNonsense},
		"shorter than announced": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9000")
			answerWith(w, r, found)
		}, registry.ErrNonsense},
		"hangs after half the body": {func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			answerWith(w, r, found[:50])
			http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, registry.ErrSlow},
		"no answer at all": {func(w http.ResponseWriter, r *http.Request) {
			conn, _, _ := http.NewResponseController(w).Hijack()
			conn.Close()
		}, registry.ErrUnavailable},
		"redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/altrove", http.StatusTemporaryRedirect)
		}, registry.ErrUnavailable},
		"404 page":        {http.NotFound, registry.ErrUnavailable},
		"server error":    {status(http.StatusInternalServerError), registry.ErrUnavailable},
		"too many":        {status(http.StatusTooManyRequests), registry.ErrUnavailable},
		"token wrong":     {status(http.StatusUnauthorized), registry.ErrRefused},
		"token forbidden": {status(http.StatusForbidden), registry.ErrRefused},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/cia/v1/ricerca" {
					t.Errorf("followed to %s", r.URL)
				}
				tt.handler(w, r)
			})
			client := newClient(t, func(c *registry.Config) {
				c.URL = url
				if tt.want == registry.ErrSlow {
					c.Deadline = 3 * hurry
				}
			})
			_, err := client.Find(t.Context(), query)
			if !errors.Is(err, tt.want) || errors.Is(err, registry.ErrNotFound) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			mustNotTell(t, err)
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		http.Error(w, string(body), code) // echoes the tax code: it must not come through
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	client := newClient(t, func(c *registry.Config) { c.URL = "http://" + listener.Addr().String() })
	_, err = client.Find(t.Context(), query)
	if !errors.Is(err, registry.ErrUnavailable) || errors.Is(err, registry.ErrSlow) {
		t.Errorf("got %v, want ErrUnavailable and not ErrSlow", err)
	}
	mustNotTell(t, err)
}

func TestDrySourceOfRequestIDs(t *testing.T) {
	client := newClient(t, func(c *registry.Config) {
		c.URL, c.Rand = "http://127.0.0.1:1", strings.NewReader("short")
	})
	if _, err := client.Find(t.Context(), query); !errors.Is(err, registry.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

func TestConnectionsAreKept(t *testing.T) {
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answerWith(w, r, found)
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(t, func(c *registry.Config) { c.URL = server.URL })
	for range 5 {
		if _, err := client.Find(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	if opened.Load() != 1 {
		t.Errorf("%d connections for 5 look-ups", opened.Load())
	}
}

func TestAURADocumentIsDropped(t *testing.T) {
	body := replace(`"CIA"`, `"AURA"`)
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { answerWith(w, r, body) })
	client := newClient(t, func(c *registry.Config) { c.URL, c.Source = url, registry.AURA })
	record, err := client.Find(t.Context(), query)
	if err != nil || record.Document != (person.Document{}) || record.Surname != "Rossi" {
		t.Errorf("got %+v, %v; want Rossi without a document", record, err)
	}
}

func TestBreaker(t *testing.T) {
	var asked atomic.Int32
	var healthy atomic.Bool
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !healthy.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answerWith(w, r, found)
	})
	clock := newClock()
	client := newClient(t, func(c *registry.Config) { c.URL, c.Now, c.Rest = url, clock.Now, time.Minute })

	steps := []struct {
		name    string
		pass    time.Duration
		heals   bool
		asked   int32 // so far
		succeed bool
	}{
		{name: "first failure", asked: 1},
		{name: "second", asked: 2},
		{name: "third opens", asked: 3},
		{name: "open", asked: 3},
		{name: "still open, though healed", heals: true, pass: 59 * time.Second, asked: 3},
		{name: "the probe fails", pass: time.Second, asked: 4},
		{name: "open again", pass: 59 * time.Second, heals: true, asked: 4},
		{name: "the probe succeeds", pass: time.Second, asked: 5, succeed: true, heals: true},
		{name: "closed", asked: 6, succeed: true, heals: true},
		{name: "one failure does not open", asked: 7},
		{name: "nor does the next", asked: 8},
		{name: "success forgets them", heals: true, asked: 9, succeed: true},
		{name: "so these are the first", asked: 10},
		{name: "and second", asked: 11},
		{name: "closed yet", asked: 12},
		{name: "open", asked: 12},
	}
	for _, step := range steps {
		clock.pass(step.pass)
		healthy.Store(step.heals)
		_, err := client.Find(t.Context(), query)
		if (err == nil) != step.succeed || asked.Load() != step.asked {
			t.Fatalf("%s: error %v, asked %d times, want %d", step.name, err, asked.Load(), step.asked)
		}
		if err != nil && !errors.Is(err, registry.ErrUnavailable) {
			t.Fatalf("%s: %v", step.name, err)
		}
	}
}

func TestBreakerLetsOneProbeThrough(t *testing.T) {
	var asked atomic.Int32
	arrived, answer := make(chan struct{}), make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		close(arrived)
		<-answer
		answerWith(w, r, found)
	})
	clock := newClock()
	client := newClient(t, func(c *registry.Config) { c.URL, c.Now, c.Failures, c.Rest = url, clock.Now, 1, time.Minute })
	client.Find(t.Context(), query)
	clock.pass(time.Minute)

	probe := make(chan error)
	go func() {
		_, err := client.Find(t.Context(), query)
		probe <- err
	}()
	<-arrived
	for range 3 {
		if _, err := client.Find(t.Context(), query); !errors.Is(err, registry.ErrUnavailable) {
			t.Errorf("beside the probe: %v", err)
		}
	}
	close(answer)
	if err := <-probe; err != nil || asked.Load() != 2 {
		t.Errorf("probe %v, asked %d times, want 2", err, asked.Load())
	}
}

func TestWhatTheBreakerIgnores(t *testing.T) {
	t.Run("nonsense", func(t *testing.T) {
		var asked atomic.Int32
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			answerWith(w, r, "{}")
		})
		client := newClient(t, func(c *registry.Config) { c.URL, c.Failures = url, 1 })
		for range 4 {
			client.Find(t.Context(), query)
		}
		if asked.Load() != 4 {
			t.Errorf("asked %d times, want 4", asked.Load())
		}
	})
	t.Run("an operator who leaves", func(t *testing.T) {
		leave := make(chan context.CancelFunc, 1)
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			select {
			case cancel := <-leave:
				cancel()
				<-r.Context().Done()
			default:
				answerWith(w, r, found)
			}
		})
		client := newClient(t, func(c *registry.Config) { c.URL, c.Failures = url, 1 })
		ctx, cancel := context.WithCancel(t.Context())
		leave <- cancel
		if _, err := client.Find(ctx, query); err == nil {
			t.Error("a look-up that was left succeeded")
		}
		if _, err := client.Find(t.Context(), query); err != nil {
			t.Errorf("the next operator: %v", err)
		}
	})
}

func TestConfigIsChecked(t *testing.T) {
	tests := map[string]struct {
		change func(*registry.Config)
		ok     bool
	}{
		"https":               {func(c *registry.Config) { c.URL = "https://anagrafe.example.it/cia/" }, true},
		"http to itself":      {func(c *registry.Config) { c.URL = "http://127.0.0.1:8099/cia" }, true},
		"http to ::1":         {func(c *registry.Config) { c.URL = "http://[::1]:8099/cia" }, true},
		"http to outside":     {func(c *registry.Config) { c.URL = "http://anagrafe.example.it/cia" }, false},
		"http to a lookalike": {func(c *registry.Config) { c.URL = "http://127.0.0.1.example.it" }, false},
		"no address":          {func(c *registry.Config) { c.URL = "" }, false},
		"no host":             {func(c *registry.Config) { c.URL = "https:///cia" }, false},
		"another protocol":    {func(c *registry.Config) { c.URL = "ftp://anagrafe.example.it" }, false},
		"a password in it":    {func(c *registry.Config) { c.URL = "https://u:p@anagrafe.example.it" }, false},
		"a query in it":       {func(c *registry.Config) { c.URL = "https://anagrafe.example.it/?x=1" }, false},
		"no token":            {func(c *registry.Config) { c.Token = "" }, false},
		"no clock":            {func(c *registry.Config) { c.Now = nil }, false},
		"no chance":           {func(c *registry.Config) { c.Rand = nil }, false},
		"another source":      {func(c *registry.Config) { c.Source = "ANPR" }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			config := registry.Config{
				Source: registry.CIA, URL: "https://anagrafe.example.it", Token: "segreto-di-prova",
				Now: newClock().Now, Rand: &chance{},
			}
			tt.change(&config)
			_, err := registry.NewClient(config)
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, registry.ErrConfig) {
				t.Errorf("got %v", err)
			}
			mustNotTell(t, err)
		})
	}
}

func TestExampleIsJSON(t *testing.T) {
	if !json.Valid([]byte(found)) {
		t.Fatal("the example that every other case is made from is no JSON")
	}
}
