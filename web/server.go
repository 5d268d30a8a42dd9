// Package web is the face: it serves the pages of citizens and desks, one file per screen, from one
// table of routes. It shows what the deeds do and decides nothing of the field.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sportello/access"
	"sportello/administration"
	"sportello/area"
	"sportello/citizen"
	"sportello/community"
	"sportello/desk"
	"sportello/helpdesk"
	"sportello/person"
	"sportello/postroom"
	"sportello/preload"
)

// A Server serves the pages. Every field but those marked optional is set before Handler.
type Server struct {
	Log  *slog.Logger
	Now  func() time.Time
	Rand io.Reader // for request ids

	// The deeds.
	Desk    *desk.Desk
	Citizen *citizen.Citizen
	Access  *access.Access
	Area    *area.Area

	Administration *administration.Administration
	Preload        *preload.Preload
	Helpdesk       *helpdesk.Helpdesk
	Postroom       *postroom.Postroom

	Places *person.Places // for the menus of provinces, comuni and states

	// PublicURL is the address that people type; with https cookies are Secure and HSTS is sent.
	PublicURL *url.URL
	// TrustedProxies may say in X-Forwarded-For for whom they ask (optional).
	TrustedProxies []netip.Prefix
	// Communities whose texts are published; the first one's publisher signs the pages.
	Communities []community.Community
	// Ready tells whether pages can be served: store open, migrations done (optional).
	Ready func(context.Context) error
	// Portals of other communities, each at its own address (optional).
	Portals []Portal
	// Metrics takes the measures of the pages, and MetricsFrom may read it at /metrics; with no
	// addresses nobody may (optional).
	Metrics     *prometheus.Registry
	MetricsFrom []netip.Prefix
	// Demo adds the pages of the demonstration (optional; never in production).
	Demo *Demo

	meter  *prometheus.HistogramVec
	mux    *http.ServeMux
	blanks keptBlanks
}

// A handler answers a request, or says by its error why not: see problems.
type handler func(http.ResponseWriter, *http.Request) error

// A route is a row of the table. What is not in the table does not exist.
type route struct {
	pattern string
	handler handler
	who     who
	body    int64 // largest request body in bytes; defaultBody if 0
}

// patience is how long a page may take in all: a database that hangs costs an error page, not a visitor who waits for ever.
const patience = 25 * time.Second

// defaultBody is plenty for the longest form without a file.
const defaultBody = 256 << 10

// who a route is for. It decides layout, language and gate.
type who int

const (
	citizens  who = iota // everybody, in their language
	operators            // of a desk, in Italian, with nothing left to print: a new page of the desk is theirs
	printing             // operators who may still have papers to print (D18): the print page and what stands beside it
	entering             // operators on their way in or out: no gate
	machines             // probes, assets: no page, no line in the access log
)

// atDesk tells whether the pages are those of the desk.
func (w who) atDesk() bool { return w == operators || w == printing || w == entering }

// routes is the table of all routes.
func (s *Server) routes() []route {
	return slices.Concat([]route{
		{"GET /static/{version}/{file...}", s.getStatic, machines, 0},
		{"GET /healthz", s.getHealth, machines, 0},
		{"GET /readyz", s.getReady, machines, 0},
		{"GET /metrics", s.getMetrics, machines, 0},

		{"GET /{$}", s.getHome, citizens, 0},
		{"GET /privacy", s.getPrivacy, citizens, 0},
		{"GET /regolamento", s.getTerms, citizens, 0},
		{"GET /note-legali", s.getLegal, citizens, 0},
	},
		s.operatorRoutes(),     // log-in, session, menu
		s.registrationRoutes(), // Registrazione utenti
		s.manageRoutes(),       // Gestione utenti
		s.bookingRoutes(),      // Prenota
		s.codeRoutes(),         // Rigenera codice
		s.editRoutes(),         // Modifica, Cambio residenza, Recupero username
		s.delegationRoutes(),   // Modifica delega
		s.accountRoutes(),      // obsolete accounts
		s.workRoutes(),         // what is left to do
		s.launchRoutes(),       // the health application
		s.officeRoutes(),       // administration
		s.importRoutes(),
		s.figuresRoutes(),
		s.documentRoutes(),
		s.local(s.activationRoutes()),
		s.revocationRoutes(),
		s.local(s.areaRoutes()),     // log-in and personal page
		s.local(s.recoveryRoutes()), // password and PIN again
		s.publicRoutes(),            // how to register, help
		s.barrierRoutes(),           // accessibility, and barriers
		s.local(s.onlineRoutes()),   // preregistration, weak registration
		s.local(s.requestRoutes()),  // the two-phase request to an ente
		s.helpdeskRoutes(),
		s.postRoutes(), // letters in print runs
		s.demoRoutes(),
	)
}

// Pages are the patterns of all pages that a person can open by address, so that nobody forgets a new one.
func (s *Server) Pages() []string {
	var patterns []string
	for _, rt := range s.routes() {
		if strings.HasPrefix(rt.pattern, "GET ") && rt.who != machines {
			patterns = append(patterns, rt.pattern)
		}
	}
	return patterns
}

// Handler returns the whole face. It panics if a template or a pattern is wrong: a fault of the program.
func (s *Server) Handler() http.Handler { return s.handle(s.routes()) }

func (s *Server) handle(routes []route) http.Handler {
	go parseAll()
	s.meter = newMeter(s.Metrics)
	mux := http.NewServeMux()
	s.mux = mux
	for _, rt := range routes {
		mux.Handle(rt.pattern, s.serve(rt))
	}
	guard := http.NewCrossOriginProtection()
	if s.PublicURL != nil {
		// Behind a proxy the Host header may not be the public one.
		if err := guard.AddTrustedOrigin(s.PublicURL.Scheme + "://" + s.PublicURL.Host); err != nil {
			panic(err)
		}
	}
	for _, p := range s.Portals {
		if err := guard.AddTrustedOrigin(p.Address.Scheme + "://" + p.Address.Host); err != nil {
			panic(err)
		}
	}
	guard.SetDenyHandler(s.serve(route{handler: fails(ErrCrossOrigin)}))
	return s.visits(s.headers(guard.Handler(s.orNotFound(mux))))
}

// serve runs one route: body limit, gate, handler, and the page for its error. It is the only place
// that shows an error to a person.
func (s *Server) serve(rt route) http.Handler {
	limit := rt.body
	if limit == 0 {
		limit = defaultBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r)
		v.enter(rt.who)
		ctx, done := context.WithTimeout(r.Context(), patience)
		defer done()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if err := s.admit(rt.who, rt.handler)(w, r); err != nil {
			s.showError(w, r, err)
		}
	})
}

// fails is the handler that has only this to say.
func fails(err error) handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

// orNotFound gives our own pages where the mux would answer in plain English.
func (s *Server) orNotFound(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		answer := &discard{header: http.Header{}}
		h.ServeHTTP(answer, r)
		err := ErrNotFound
		if answer.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", answer.header.Get("Allow"))
			err = ErrMethod
		}
		s.serve(route{handler: fails(err), who: whose(r.URL.Path)}).ServeHTTP(w, r)
	})
}

// whose says for whom an address would be: what is missing at the desk is told in its words, to who is in.
func whose(path string) who {
	if strings.HasPrefix(path, "/sportello/") {
		return printing
	}
	return citizens
}

// discard keeps what an answer says of itself and drops its body.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(status int)      { d.status = status }
