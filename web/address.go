package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"sportello/locale"
)

// address is where the person is: the last hop that is not one of our proxies. Each proxy adds at the
// right of X-Forwarded-For what it saw, so what stands left of the first stranger is hearsay.
func (s *Server) address(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	at := peer.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !within(s.TrustedProxies, at) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = before.Unmap()
	}
	return at
}

func within(prefixes []netip.Prefix, a netip.Addr) bool {
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// secure tells whether people reach us by https.
func (s *Server) secure() bool { return s.PublicURL != nil && s.PublicURL.Scheme == "https" }

// cookieName is the name as the browser knows it: with https the prefix binds it to this very host.
func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// setCookie keeps a value in the browser for so many seconds; 0 until it closes, negative to forget it.
func (s *Server) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// cookie is the value of a cookie, "" if there is none.
func (s *Server) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

const (
	languageCookie = "lingua"
	yearSeconds    = 365 * 24 * 60 * 60
)

// language is the one that the visitor chose by ?lingua=, now or before; else the browser's.
func (s *Server) language(w http.ResponseWriter, r *http.Request) string {
	if chosen := r.URL.Query().Get("lingua"); locale.Known(chosen) {
		s.setCookie(w, languageCookie, chosen, yearSeconds)
		return chosen
	}
	if kept := s.cookie(r, languageCookie); locale.Known(kept) {
		return kept
	}
	return locale.Match(r.Header.Get("Accept-Language"))
}

// A languageLink leads to the same page in another language.
type languageLink struct {
	locale.Language
	Href    string
	Current bool
}

func languageLinks(r *http.Request, current string) []languageLink {
	var links []languageLink
	for _, l := range locale.Languages {
		query := r.URL.Query()
		query.Set("lingua", l.Code)
		here := url.URL{RawQuery: query.Encode()}
		links = append(links, languageLink{l, here.String(), l.Code == current})
	}
	return links
}
