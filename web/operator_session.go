package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Session tells a page how long the person's session lasts: the page says it in words, and session.js
// warns before it ends.
type Session struct {
	Until   string // "10:45", on the wall of the desk
	Seconds int    // from the moment of the request
	Warn    int    // seconds before the end
	Extend  string // where a POST lengthens it
	Login   string // where a new one begins
}

// warnSeconds before the end of a session a page warns (WCAG 2.2.1 asks for twenty at least).
const warnSeconds = 120

// timeLeft is a session that ends then; the addresses are those of the desk.
func (s *Server) timeLeft(v *visit, expires time.Time) *Session {
	return &Session{Until: expires.In(rome).Format("15:04"), Seconds: int(expires.Sub(v.now).Seconds()), Warn: warnSeconds,
		Extend: sessionPath, Login: loginPath + "?motivo=scaduta"}
}

// postSession lengthens the session: the gate has already noted its use. A script gets the new time; a form
// goes back to its page.
func (s *Server) postSession(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Accept") == "application/json" {
		return writeSession(w, visitOf(r).Session)
	}
	if to := s.pageOf(r); to != "" {
		return redirect(to)
	}
	return redirect(menuPath)
}

// writeSession answers session.js.
func writeSession(w http.ResponseWriter, left *Session) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(map[string]any{"secondi": left.Seconds, "fino": left.Until})
}

// referer is the path of the page of ours that sent a form.
func (s *Server) referer(r *http.Request) (path string, ok bool) {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host == "" {
		return "", false
	}
	ours := from.Host == r.Host || s.PublicURL != nil && from.Host == s.PublicURL.Host
	return from.EscapedPath(), ours
}

func pathURL(path string) *url.URL {
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || strings.HasPrefix(path, "//") {
		return &url.URL{Path: "/"}
	}
	return u
}
