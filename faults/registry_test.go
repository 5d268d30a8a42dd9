package faults_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/testdb"
)

// A lie is what a registry does to a question instead of answering it.
type lie func(o *outside, w http.ResponseWriter, r *http.Request)

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	source := registry.CIA
	if strings.HasPrefix(r.URL.Path, simulator.AURAPath) {
		source = registry.AURA
	}
	o.mu.Lock()
	o.asked[source]++
	tell := o.lies[source]
	o.mu.Unlock()
	if tell == nil {
		tell = honest
	}
	question, _ := io.ReadAll(r.Body) // only then does the server see that the asker has gone
	r.Body = io.NopCloser(bytes.NewReader(question))
	tell(o, w, r)
}

// both sets what both registries do from now on.
func (o *outside) both(l lie) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lies[registry.CIA], o.lies[registry.AURA] = l, l
}

func (o *outside) questions() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.asked[registry.CIA] + o.asked[registry.AURA]
}

func honest(o *outside, w http.ResponseWriter, r *http.Request) { o.simulator.ServeHTTP(w, r) }

// silent takes the question and never answers.
func silent(_ *outside, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

func refusing(_ *outside, _ http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }

// answering gives an answer of another program.
func answering(status int, kind, body string) lie {
	return func(_ *outside, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		w.Write([]byte(body))
	}
}

// trickling begins an answer and never ends it.
func trickling(o *outside, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte(`{"versione":`))
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// cut sends half of the right answer and hangs up.
func cut(o *outside, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	o.simulator.ServeHTTP(whole, r)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()))
	w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// another answers about somebody else.
func another(o *outside, w http.ResponseWriter, r *http.Request) {
	other := known()[250]
	whole := httptest.NewRecorder()
	o.simulator.ServeHTTP(whole, r)
	w.Header().Set("Content-Type", "application/json")
	w.Write(bytes.ReplaceAll(whole.Body.Bytes(), []byte(`"codiceFiscale"`), []byte(`"codiceFiscale":"`+string(other.TaxCode)+`","altro"`)))
}

// 001 §5.1.2: a registry costs a notice, never the registration.
func TestRegistryTrouble(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	c := h.operator(0)
	for i, tt := range []struct {
		name  string
		lie   lie
		words string
		slow  bool
	}{
		{"hanging", silent, "CIA non ha risposto in tempo", true},
		{"trickling", trickling, "CIA non ha risposto in tempo", true},
		{"hanging up", refusing, "CIA non è disponibile", false},
		{"failing", answering(500, "text/plain", "ahi"), "CIA non è disponibile", false},
		{"under repair", answering(200, "text/html", "<p>Torniamo presto"), "CIA ha dato una risposta non utilizzabile", false},
		{"redirecting", answering(302, "text/html", ""), "CIA non è disponibile", false},
		{"empty", answering(200, "application/json", ""), "CIA ha dato una risposta non utilizzabile", false},
		{"of 10 MB", answering(200, "application/json", `{"versione":"`+strings.Repeat("x", 10<<20)+`"}`), "CIA ha dato una risposta non utilizzabile", false},
		{"deep", answering(200, "application/json", strings.Repeat("[", 60_000)), "CIA ha dato una risposta non utilizzabile", false},
		{"truncated", cut, "CIA ha dato una risposta non utilizzabile", false},
		{"about another person", another, "CIA ha dato una risposta non utilizzabile", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.wait(registry.Rest + time.Second) // the breaker of the case before
			h.outside.both(tt.lie)
			x := known()[i]
			begin := time.Now()
			at := c.post(searchPath, searched(x)).Leads
			if took := time.Since(begin); tt.slow && took > 2*registryPatience+3*time.Second {
				t.Errorf("the search took %v, the deadlines together are %v", took, 2*registryPatience)
			}
			form := c.get(at)
			form.is(t, 200, tt.words, "La registrazione continua")
			for _, field := range []string{"#cognome", "#indirizzo"} {
				if got := form.Find(field).AttrOr("value", ""); got != "" {
					t.Errorf("%s is filled with %q", field, got)
				}
			}
			prints := c.post(c.post(at, filled(x)).leads(t, "/conferma"), nil).leads(t, "/stampe")
			h.must(c.finish(prints))
		})
	}
	records(t, h.Desk.Store)
}

// After three failures a registry is left alone; when it has rested it is asked again.
func TestBreaker(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	c := h.operator(0)
	h.outside.both(refusing)
	for _, x := range known()[:registry.FailuresToOff] {
		c.post(searchPath, searched(x))
	}
	h.outside.both(honest)
	before, x := h.outside.questions(), known()[10]
	c.get(c.post(searchPath, searched(x)).Leads).is(t, 200, "CIA non è disponibile", "AURA non è disponibile")
	if asked := h.outside.questions() - before; asked != 0 {
		t.Errorf("resting registries were asked %d questions", asked)
	}
	h.wait(registry.Rest + time.Second)
	form := c.get(c.post(searchPath, searched(x)).Leads)
	form.is(t, 200, "Cittadino trovato in CIA")
	if got := form.Find("#cognome").AttrOr("value", ""); got != x.Surname {
		t.Errorf("surname prefilled with %q, want %q", got, x.Surname)
	}
}
