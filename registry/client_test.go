package registry_test

import (
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

func TestExampleIsJSON(t *testing.T) {
	if !json.Valid([]byte(found)) {
		t.Fatal("the example that every other case is made from is no JSON")
	}
}
