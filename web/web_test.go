package web

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/prometheus/client_golang/prometheus"

	"sportello/community"
	"sportello/locale"
)

// dice is a reader of always the same chance.
type dice struct{}

func (dice) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 7
	}
	return len(b), nil
}

// newServer serves an invented body; its log goes to w.
func newServer(w io.Writer) *Server {
	noon := time.Date(2026, 11, 21, 17, 4, 0, 0, time.UTC)
	return &Server{
		Log: slog.New(slog.NewTextHandler(w, nil)), Now: func() time.Time { return noon }, Rand: dice{},
		PublicURL: &url.URL{Scheme: "https", Host: "credenziali.example"},
		Communities: []community.Community{{
			ID: "esempio", Name: "Esempio", Local: community.Local{Issues: true},
			Publisher: community.Publisher{Name: "Regione Esempio", Address: "Piazza del Mercato 1, 10100 Esempio", TaxCode: "80000000000",
				Website: "https://www.regione.example/", HelpPhone: "800 000 000", HelpHours: "8-18", HelpEmail: "assistenza@regione.example"},
			Terms: community.Text{Version: "3", ValidFrom: "2026-09-01", Summary: []string{"Le credenziali sono personali."},
				SummaryEN: []string{"The credentials are personal."}, SummaryDE: []string{"Die Zugangsdaten sind persönlich."},
				Markdown: "## Articolo 1. Che cosa regola\n\nQuesto *regolamento* vale <b>sempre</b>.\n\n- primo\n- secondo\n"},
		}, {ID: "altra", Name: "Altra"}},
	}
}

// ask sends a request through a handler; target may carry a query.
func ask(h http.Handler, method, target string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func with(header, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(header, value) }
}

// document parses an answer as a page.
func document(t *testing.T, w *httptest.ResponseRecorder) *goquery.Document {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// checkPage asks of a page what all pages owe.
func checkPage(t *testing.T, name string, d *goquery.Document) {
	t.Helper()
	for selector, want := range map[string]int{"h1": 1, "title": 1, "main": 1, "header": 1, "footer": 1, "html[lang]": 1, `nav.skiplinks a`: 2, "[style]": 0, "script:not([src])": 0} {
		if got := d.Find(selector).Length(); got != want {
			t.Errorf("%s: %d of %s, want %d", name, got, selector, want)
		}
	}
	seen := map[string]bool{}
	d.Find("[id]").Each(func(_ int, e *goquery.Selection) {
		id := e.AttrOr("id", "")
		if seen[id] {
			t.Errorf("%s: id %q twice", name, id)
		}
		seen[id] = true
	})
	refers := func(attribute, ids string) {
		for id := range strings.FieldsSeq(ids) {
			if !seen[id] {
				t.Errorf("%s: %s points to %q, which is not there", name, attribute, id)
			}
		}
	}
	for _, attribute := range []string{"for", "aria-describedby", "aria-labelledby", "aria-controls"} {
		d.Find("[" + attribute + "]").Each(func(_ int, e *goquery.Selection) { refers(attribute, e.AttrOr(attribute, "")) })
	}
	d.Find(`a[href^="#"]`).Each(func(_ int, e *goquery.Selection) { refers("link", e.AttrOr("href", "")[1:]) })
	d.Find("input:not([type=hidden]), select, textarea").Each(func(_ int, e *goquery.Selection) {
		if id := e.AttrOr("id", ""); d.Find(`label[for="`+id+`"]`).Length() != 1 {
			t.Errorf("%s: field %q has no label of its own", name, id)
		}
	})
}

// Every GET route that takes no parameter is a page that holds together, in every language.
func TestPages(t *testing.T) {
	s := newServer(io.Discard)
	h := s.Handler()
	for _, language := range locale.Languages {
		lang := language.Code
		titles := map[string]string{}
		for _, rt := range s.routes() {
			method, target, _ := strings.Cut(rt.pattern, " ")
			target = strings.TrimSuffix(target, "{$}")
			if method != "GET" || rt.who != citizens || strings.Contains(target, "{") {
				continue
			}
			w := ask(h, "GET", target, with("Accept-Language", lang))
			switch w.Code {
			case http.StatusSeeOther, http.StatusNotFound: // not for this community
				continue
			case http.StatusInternalServerError: // needs a database, which is not here: see the tours
				continue
			}
			d := document(t, w)
			checkPage(t, rt.pattern, d)
			if got := d.Find("html").AttrOr("lang", ""); got != lang {
				t.Errorf("%s: lang %q, want %q", rt.pattern, got, lang)
			}
			title := d.Find("title").Text()
			if other := titles[title]; other != "" {
				t.Errorf("%s and %s: same title %q", rt.pattern, other, title)
			}
			titles[title] = rt.pattern
		}
	}
}

func TestErrorPages(t *testing.T) {
	s := newServer(io.Discard)
	h := s.handle(append(s.routes(),
		route{"GET /guasto", fails(errors.New("secret words")), citizens, 0},
		route{"GET /panico", func(http.ResponseWriter, *http.Request) error { panic("secret words") }, citizens, 0},
		route{"GET /vietato", fails(ErrForbidden), citizens, 0},
		route{"POST /modulo", func(_ http.ResponseWriter, r *http.Request) error { return parse(r, false) }, citizens, 4},
	))
	for _, tt := range []struct {
		method, target string
		change         func(*http.Request)
		status         int
		h1             string
	}{
		{"GET", "/non/esiste", nil, 404, "Pagina non trovata"},
		{"GET", "/static/x/non-esiste.css", nil, 404, ""},
		{"GET", "/regolamento?community=ignota", nil, 404, "Pagina non trovata"},
		{"DELETE", "/privacy", nil, 405, "Questa pagina non si apre così"},
		{"GET", "/vietato", nil, 403, "Non puoi aprire questa pagina"},
		{"GET", "/guasto", nil, 500, "Non siamo riusciti a completare l'operazione"},
		{"GET", "/panico", nil, 500, "Non siamo riusciti a completare l'operazione"},
		{"POST", "/modulo", with("Sec-Fetch-Site", "cross-site"), 403, "Richiesta non accettata"},
		{"POST", "/modulo", func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Body = io.NopCloser(strings.NewReader("%zz"))
		}, 400, "Il modulo non è arrivato intero"},
		{"POST", "/modulo", func(r *http.Request) {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Body = io.NopCloser(strings.NewReader("a=123456"))
		}, 413, "Il file è troppo grande"},
	} {
		name := tt.method + " " + tt.target
		change := tt.change
		if change == nil {
			change = with("Accept-Language", "it")
		}
		w := ask(h, tt.method, tt.target, change)
		if w.Code != tt.status {
			t.Errorf("%s: status %d, want %d", name, w.Code, tt.status)
		}
		if strings.Contains(w.Body.String(), "secret words") {
			t.Errorf("%s: the page shows the inner error", name)
		}
		if tt.h1 == "" {
			continue
		}
		d := document(t, w)
		checkPage(t, name, d)
		if got := d.Find("h1").Text(); got != tt.h1 {
			t.Errorf("%s: h1 %q, want %q", name, got, tt.h1)
		}
		if !strings.Contains(d.Find("main").Text(), "21 novembre 2026, ore 18:04") {
			t.Errorf("%s: no moment on the page", name)
		}
	}
	if got := ask(h, "DELETE", "/privacy").Header().Get("Allow"); !strings.Contains(got, "GET") {
		t.Errorf("Allow: %q", got)
	}
}

func TestHeaders(t *testing.T) {
	s := newServer(io.Discard)
	w := ask(s.Handler(), "GET", "/")
	for name, want := range map[string]string{
		"Content-Security-Policy":   "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Cache-Control":             "no-store",
		"X-Content-Type-Options":    "nosniff",
		"Strict-Transport-Security": "max-age=63072000",
		"Content-Language":          "it",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	s.PublicURL = &url.URL{Scheme: "http", Host: "localhost:8080"}
	if got := ask(s.Handler(), "GET", "/").Header().Get("Strict-Transport-Security"); got != "" {
		t.Errorf("HSTS without https: %q", got)
	}
}

// A log line has the route and the reference number; it has no address, number of a registration or query.
func TestAccessLog(t *testing.T) {
	var log bytes.Buffer
	s := newServer(&log)
	h := s.handle([]route{{"GET /pratiche/{numero}", fails(ErrNotFound), citizens, 0}})
	w := ask(h, "GET", "/pratiche/1234567897?nome=Giulia")
	id := document(t, w).Find(".numero").Text()
	for text, want := range map[string]bool{
		`route="GET /pratiche/{numero}"`: true, "status=404": true, "request=" + id: true,
		"1234567897": false, "Giulia": false, "192.0.2.1": false,
	} {
		if strings.Contains(log.String(), text) != want {
			t.Errorf("log has %q: %v, want %v\n%s", text, !want, want, log.String())
		}
	}
}

func TestAddress(t *testing.T) {
	s := &Server{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}}
	for _, tt := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"no proxy", "203.0.113.9:4000", nil, "203.0.113.9"},
		{"a stranger who claims", "203.0.113.9:4000", []string{"198.51.100.1"}, "203.0.113.9"},
		{"one proxy", "10.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a forged left end", "10.0.0.1:4000", []string{"1.2.3.4, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies, two headers", "127.0.0.1:4000", []string{"1.2.3.4, 198.51.100.1", "10.0.0.7"}, "198.51.100.1"},
		{"rubbish", "10.0.0.1:4000", []string{"unknown"}, "10.0.0.1"},
		{"six", "[2001:db8::1]:4000", nil, "2001:db8::1"},
		{"four within six", "[::ffff:10.0.0.1]:4000", []string{"198.51.100.1"}, "198.51.100.1"},
	} {
		r := &http.Request{RemoteAddr: tt.peer, Header: http.Header{"X-Forwarded-For": tt.forwarded}}
		if got := s.address(r).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	h := newServer(io.Discard).Handler()
	w := ask(h, "GET", "/?lingua=en", with("Accept-Language", "it"))
	if got := document(t, w).Find("html").AttrOr("lang", ""); got != "en" {
		t.Errorf("?lingua=en: page in %q", got)
	}
	c := w.Result().Cookies()
	if len(c) != 1 || c[0].Name != "__Host-lingua" || !c[0].Secure || !c[0].HttpOnly || c[0].SameSite != http.SameSiteLaxMode || c[0].Path != "/" {
		t.Fatalf("cookies %v", c)
	}
	w = ask(h, "GET", "/", with("Accept-Language", "it"), func(r *http.Request) { r.AddCookie(c[0]) })
	if got := document(t, w).Find("html").AttrOr("lang", ""); got != "en" {
		t.Errorf("with the cookie: page in %q", got)
	}
	if got := ask(h, "GET", "/?lingua=xx").Result().Cookies(); len(got) != 0 {
		t.Errorf("an unknown language was kept: %v", got)
	}
}

func TestOperatorsReadItalian(t *testing.T) {
	s := newServer(io.Discard)
	h := s.handle([]route{{"GET /sportello", fails(ErrForbidden), entering, 0}})
	w := ask(h, "GET", "/sportello?lingua=en", with("Accept-Language", "en"))
	if got := document(t, w).Find("html").AttrOr("lang", ""); w.Code != 403 || got != "it" {
		t.Errorf("status %d, lang %q", w.Code, got)
	}
}

func TestAssets(t *testing.T) {
	if err := Assets(); err != nil {
		t.Skip(err)
	}
	h := newServer(io.Discard).Handler()
	page := document(t, ask(h, "GET", "/"))
	page.Find("link[rel=stylesheet], script[src]").Each(func(_ int, e *goquery.Selection) {
		target := e.AttrOr("href", e.AttrOr("src", ""))
		w := ask(h, "GET", target)
		if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s: %d %v", target, w.Code, w.Header())
		}
		packed := ask(h, "GET", target, with("Accept-Encoding", "gzip"))
		if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len() >= w.Body.Len() {
			t.Errorf("%s: not packed", target)
		}
	})
	if got := ask(h, "GET", "/static/older/sportello.css").Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("an older version: %q", got)
	}
}

func TestProbes(t *testing.T) {
	s := newServer(io.Discard)
	s.Metrics = prometheus.NewRegistry()
	s.MetricsFrom = []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}
	s.Ready = func(context.Context) error { return errors.New("no store") }
	h := s.Handler()
	for target, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/metrics": 200} {
		if got := ask(h, "GET", target).Code; got != want {
			t.Errorf("%s: %d, want %d", target, got, want)
		}
	}
	if got := ask(h, "GET", "/metrics").Body.String(); !strings.Contains(got, `route="GET /readyz",status="503"`) {
		t.Errorf("no measure of /readyz:\n%s", got)
	}
	s.MetricsFrom = nil
	s.Metrics = prometheus.NewRegistry()
	if got := ask(s.Handler(), "GET", "/metrics").Code; got != 404 {
		t.Errorf("/metrics for a stranger: %d", got)
	}
}

func TestMarkdown(t *testing.T) {
	for name, tt := range map[string][2]string{
		"headings start at h2": {"### A\n\n#### B", "<h2>A</h2>\n<h3>B</h3>\n"},
		"paragraph":            {"uno\ndue\n\ntre", "<p>uno due</p>\n<p>tre</p>\n"},
		"lists":                {"- a\n- b\n  c\n\n1. d\n2. e", "<ul>\n<li>a</li>\n<li>b c</li>\n</ul>\n<ol>\n<li>d</li>\n<li>e</li>\n</ol>\n"},
		"list after words":     {"Serve:\n- a", "<p>Serve:</p>\n<ul>\n<li>a</li>\n</ul>\n"},
		"html is text":         {"<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>\n"},
		"strong, emphasis":     {"**a** e *b*", "<p><strong>a</strong> e <em>b</em></p>\n"},
		"link":                 {"[sito](https://a.example/?b=1)", "<p><a href=\"https://a.example/?b=1\">sito</a></p>\n"},
		"script link is text":  {"[x](javascript:alert)", "<p>[x](javascript:alert)</p>\n"},
		"quote in a link":      {`[x](https://a"onclick=b)`, "<p><a href=\"https://a&#34;onclick=b\">x</a></p>\n"},
	} {
		if got := string(markdown(tt[0])); got != tt[1] {
			t.Errorf("%s: got %q, want %q", name, got, tt[1])
		}
	}
}
