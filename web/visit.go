package web

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/desk"
	"sportello/locale"
)

// A visit is what is known of one request: who asks, from where, in which language.
type visit struct {
	ID       string     // reference number, shown on error pages and written in the log
	Address  netip.Addr // of the person's side, past our proxies
	Lang     string     // of locale.Languages
	Operator *Operator  // at a desk, after log-in
	Nav      []Link     // the operator's menu
	Who      desk.Who   // the operator at work, after the gate

	Session   *Session  // how long it lasts
	LastLogin time.Time // of the operator, before this one
	who       who
	portal    Portal
	now       time.Time
}

// An Operator is what the bar at the top of a desk page says.
type Operator struct {
	Name, Ente, Role string
}

type visitKey struct{}

// visitOf is the visit of a request that came through Handler.
func visitOf(r *http.Request) *visit { return r.Context().Value(visitKey{}).(*visit) }

// enter takes note of the audience of the route; operators read Italian only.
func (v *visit) enter(w who) {
	v.who = w
	if w.atDesk() {
		v.Lang = locale.Italian
	}
}

// T is a text in the visitor's language. The text is Italian, with verbs for args.
func (v *visit) T(text string, args ...any) string { return faces()[v.Lang].words.t(text, args...) }

// visits opens a visit, recovers from panics, logs and measures. The log line has the route's pattern,
// never the address asked for: addresses hold numbers of people's registrations.
func (s *Server) visits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{ID: s.requestID(), Address: s.address(r), Lang: s.language(w, r), now: s.Now(), portal: s.portal(r.Host)}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		answer := &answer{ResponseWriter: w}
		defer func() {
			if fault := recover(); fault != nil {
				s.afterPanic(answer, r, fault)
			}
			s.note(answer, r)
		}()
		next.ServeHTTP(answer, r)
	})
}

func (s *Server) afterPanic(w *answer, r *http.Request, fault any) {
	if err, ok := fault.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(fault)
	}
	if w.status != 0 { // too late for a page
		s.Log.ErrorContext(r.Context(), "panic", "route", r.Pattern, "request", visitOf(r).ID, "fault", audit.Fault(fault))
		return
	}
	s.showError(w, r, fmt.Errorf("panic: %s", audit.Fault(fault)))
}

func (s *Server) note(w *answer, r *http.Request) {
	v := visitOf(r)
	took := s.Now().Sub(v.now)
	s.meter.WithLabelValues(routeLabel(r), strconv.Itoa(w.status)).Observe(took.Seconds())
	level := slog.LevelInfo
	if v.who == machines {
		level = slog.LevelDebug
	}
	s.Log.Log(r.Context(), level, "request", "route", routeLabel(r), "status", w.status, "duration", took, "request", v.ID)
}

// routeLabel is the pattern of the route that answered.
func routeLabel(r *http.Request) string {
	if r.Pattern == "" {
		return "none"
	}
	return r.Pattern
}

// answer remembers the status that was sent.
type answer struct {
	http.ResponseWriter
	status int
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// spoken leaves out I, L, O and U, which are misread.
var spoken = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// requestID draws 60 bits as three groups of four, to be read on the telephone.
func (s *Server) requestID() string {
	b := make([]byte, 8)
	_, _ = io.ReadFull(s.Rand, b) // a reference, not a secret
	t := spoken.EncodeToString(b)
	return t[:4] + "-" + t[4:8] + "-" + t[8:12]
}
