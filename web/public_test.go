package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"sportello/communities"
	"sportello/community"
	"sportello/person"
)

// portals is a server with a portal for each community, at its id as host.
func portals(t *testing.T) http.Handler {
	t.Helper()
	set, err := community.LoadAll(communities.FS)
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(io.Discard)
	for _, id := range set.IDs() {
		c, _ := set.ByID(id)
		s.Portals = append(s.Portals, Portal{Address: &url.URL{Scheme: "https", Host: string(id)}, Communities: []community.Community{c}})
	}
	return s.Handler()
}

// at asks a portal for a page.
func at(h http.Handler, method, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, "https://"+address, nil))
	return w
}

// Each portal tells how one enters there, and its own help only.
func TestPublicPages(t *testing.T) {
	h := portals(t)
	for _, tt := range []struct {
		address string
		status  int
		says    string
	}{
		{"sistemapiemonte/", 200, "Attiva le credenziali"},
		{"sistemapiemonte/come-registrarsi", 200, "Vai a uno sportello."},
		{"sistemapiemonte/aiuto?cerca=SMTP", 200, "Una risposta trovata."},
		{"sistemapiemonte/aiuto?cerca=%C3%ACmputabili", 200, "Che cosa vuol dire credenziali imputabili"},
		{"sistemapiemonte/aiuto?cerca=xilofono", 200, "Nessuna risposta contiene queste parole"},
		{"sistemapiemonte/aiuto/casella-di-posta", 200, "pop.sistemapiemonte.it"},
		{"torinofacile/aiuto/casella-di-posta?lingua=de", 200, "Posteingang"},
		{"sistemapiemonte/assistenza", 200, "gratuito, solo da telefono fisso"},
		{"trentino/assistenza", 200, "dal lunedì al venerdì dalle 8 alle 17"},
		{"trentino/assistenza?lingua=de", 200, "Montag bis Freitag von 8 bis 17 Uhr"},
		{"trentino/", 200, "Questo portale non rilascia username e password"},
		{"trentino/", 200, "/aiuto/attivare-la-carta"},
		{"trentino/accesso", 200, "Questo portale non rilascia username e password"},
		{"trentino/aiuto/pin-e-puk", 200, "Dopo tre PIN sbagliati"},
		{"genova/aiuto/pin-e-puk", 404, "Pagina non trovata"},
		{"genova/", 200, "non valgono più dal 22 maggio 2017"},
		{"genova/attivazione", 200, "non valgono più dal 22 maggio 2017"},
		{"genova/aiuto/esportare-la-pec", 200, "porta 993"},
		{"genova/aiuto/stato-spid", 200, "Lo sa soltanto il gestore"},
		{"moderno/come-registrarsi", 200, "In arrivo:"},
		{"moderno/accessibilita", 200, "Leggi la dichiarazione di accessibilità"},
		{"genova/accessibilita", 200, "Questa pagina non è la dichiarazione di accessibilità prevista dalla legge 4/2004"},
		{"moderno/cookie", 200, "solo cookie tecnici"},
		{"ente/aiuto/truffe?lingua=en", 200, "It is a scam."},
	} {
		w := at(h, http.MethodGet, tt.address)
		if text := document(t, w).Text(); w.Code != tt.status || !strings.Contains(w.Body.String(), tt.says) && !strings.Contains(text, tt.says) {
			t.Errorf("%s: status %d, does not say %q", tt.address, w.Code, tt.says)
		}
	}
}

// Where a community has no credentials of its own nobody registers, activates or logs in with any (N05).
func TestNoLocalDoor(t *testing.T) {
	h := portals(t)
	for _, host := range []string{"genova", "trentino", "moderno"} {
		for _, path := range []string{"/accesso", "/attivazione", "/attivazione/regolamento", "/area-personale/pin"} {
			if w := at(h, http.MethodPost, host+path); w.Code != http.StatusGone {
				t.Errorf("POST %s%s: %d", host, path, w.Code)
			}
		}
		if w := at(h, http.MethodGet, host+"/"); strings.Contains(w.Body.String(), `href="/accesso"`) || strings.Contains(w.Body.String(), `href="/attivazione"`) {
			t.Errorf("%s leads to a door that it has not", host)
		}
	}
}

// An announced end stands on every page until the day, and from that day the door is closed (N05). The clock is at 21 November 2026.
func TestAnnouncedEnd(t *testing.T) {
	for announced, want := range map[person.Date]bool{"2026-11-21": true, "2026-11-22": false} {
		s := newServer(io.Discard)
		s.Communities[0].Local = community.Local{Issues: true, EndsOn: "2027-01-01", AnnouncedOn: announced}
		page := document(t, ask(s.Handler(), "GET", "/privacy"))
		if got := strings.Contains(page.Text(), "Dal 1 gennaio 2027 le credenziali rilasciate qui non valgono"); got != want {
			t.Errorf("announced on %s: %t", announced, got)
		}
	}
	s := newServer(io.Discard)
	s.Communities[0].Local = community.Local{Issues: true, EndsOn: "2026-11-21", AnnouncedOn: "2026-10-01"}
	if w := ask(s.Handler(), "GET", "/accesso"); !strings.Contains(document(t, w).Text(), "non valgono più dal 21 novembre 2026") {
		t.Error("the log-in is open on the day of the end")
	}
}
