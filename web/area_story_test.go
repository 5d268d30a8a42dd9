package web

import (
	"strings"
	"testing"
	"time"

	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// inside is somebody with credentials who logs in from a browser of their own.
func (h *house) inside(username, password string) *reader {
	h.Helper()
	r := &reader{client: h.visitor()}
	r.open("/accesso")
	r.press("Entra", "Username", username, "Password", password)
	if r.page.Path != "/area-personale" {
		h.Fatalf("%s is at %s (%d): %s", username, r.page.Path, r.page.Status, r.page.said())
	}
	return r
}

// withCredentials is Giulia, who activated her credentials at home some time ago.
func (h *house) withCredentials() *handed {
	h.Helper()
	g := h.giulia("asl")
	h.visitor().activate(g)
	h.wait(48 * time.Hour)
	return g
}

// subjects are those of all mails to an address, the newest last.
func (h *house) subjects(to string) (list []string) {
	h.Helper()
	for _, m := range h.letters(to) {
		list = append(list, m.Subject)
	}
	return list
}

func (h *house) lastMailIs(to, subject string) {
	h.Helper()
	if list := h.subjects(to); len(list) == 0 || list[len(list)-1] != subject {
		h.Errorf("mails to %s: %q, the last should be %q", to, list, subject)
	}
}

// Somebody else knows Giulia's password: she gets a mail, sees the log-in, says that it was not her, and the other is out (X09, X10, X11).
func TestALogInThatWasNotMine(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		before := len(h.subjects("giulia@posta.example"))
		giulia := h.inside("giulia.b85", goodPassword)
		h.lastMailIs("giulia@posta.example", "Accesso da un nuovo dispositivo: Sistema Piemonte")
		giulia.press("Esci")
		h.wait(time.Hour)
		giulia.open("/accesso")
		giulia.press("Entra", "Username", "giulia.b85", "Password", goodPassword)
		if n := len(h.subjects("giulia@posta.example")); n != before+1 {
			t.Errorf("%d mails for a browser that is known", n-before)
		}
		h.wait(time.Minute)
		h.visitor().enter("giulia.b85", "provo a caso")
		other := h.inside("giulia.b85", goodPassword)
		if n := len(h.subjects("giulia@posta.example")); n != before+2 {
			t.Errorf("%d mails after a log-in from elsewhere", n-before)
		}
		h.wait(time.Minute)
		giulia.follow("Accessi")
		giulia.reads("Accessi aperti adesso", "Questo accesso", "Accesso respinto", "Da un dispositivo nuovo", "127.0.…")
		if n := giulia.page.Find("li.accesso").Length(); n != 2 {
			t.Errorf("%d sessions are shown", n)
		}
		for _, hidden := range []string{"127.0.0.1", "Go-http-client"} {
			if strings.Contains(string(giulia.page.Body), hidden) {
				t.Errorf("the page holds %q", hidden)
			}
		}
		giulia.press("Non sono stato io")
		giulia.reads("Segnalato: ora cambia la password")
		h.lastMailIs("giulia@posta.example", "Hai segnalato un accesso che non riconosci: Sistema Piemonte")
		h.must(h.Access.Store.Read(h.Context(), func(tx *store.Tx) error {
			waiting, err := tx.Requests(store.RequestFilter{Realm: "sistemapiemonte", Kind: request.Area, Limit: 10})
			if len(waiting) != 1 || waiting[0].Problem != request.Disowned {
				t.Errorf("the back office has %d requests about a disowned log-in", len(waiting))
			}
			return err
		}))
		other.open("/area-personale")
		other.reads("La sessione è finita")
		giulia.open("/area-personale/accessi")
		giulia.reads("Accesso non riconosciuto, segnalato")
		if n := giulia.page.Find("li.accesso").Length(); n != 1 {
			t.Errorf("%d sessions are left", n)
		}
	})
}

// Two log-ins within one second are two: the one that is not this session's can be disowned (X09).
func TestTwoLogInsInOneSecond(t *testing.T) {
	h := newHouse(t)
	h.withCredentials()
	h.inside("giulia.b85", goodPassword)
	giulia := h.inside("giulia.b85", goodPassword)
	giulia.open("/area-personale/accessi")
	if n := giulia.page.Find("form[action='/area-personale/accessi/non-sono-io']").Length(); n == 0 {
		t.Error("the other log-in cannot be disowned")
	}
}

// Signing out of one device or of all others leaves the one at hand; nobody reaches another person's sessions (X11).
func TestSigningOutElsewhere(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia, phone, tablet := h.inside("giulia.b85", goodPassword), h.inside("giulia.b85", goodPassword), h.inside("giulia.b85", goodPassword)
		h.wait(time.Minute)
		giulia.open("/area-personale/accessi")
		giulia.press("Chiudi questo accesso")
		giulia.reads("Accesso chiuso")
		phone.open("/area-personale")
		tablet.open("/area-personale")
		if in := phone.page.Path == "/area-personale"; in == (tablet.page.Path == "/area-personale") {
			t.Error("not one of the two sessions has ended")
		}
		giulia.press("Esci da tutti gli altri dispositivi")
		giulia.reads("Hai chiuso tutti gli altri accessi")
		for _, r := range []*reader{phone, tablet} {
			if r.open("/area-personale"); r.page.Path == "/area-personale" {
				t.Error("a session goes on after all others were ended")
			}
		}
		giulia.post("/area-personale/accessi/non-sono-io", "accesso", "1").is(t, "/area-personale/accessi/non-sono-io", 404)
		giulia.open("/area-personale")
		giulia.reads("Le tue credenziali")
	})
}

// Giulia sees which browsers are remembered, and has them all forgotten: the next log-in is announced again, from wherever it comes (X11).
func TestForgettingDevices(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		phone, giulia := h.inside("giulia.b85", goodPassword), h.inside("giulia.b85", goodPassword)
		h.wait(time.Minute)
		giulia.open("/area-personale/accessi")
		giulia.reads("Dispositivi ricordati", "Questo dispositivo")
		if n := giulia.page.Find("section[aria-labelledby='ricordati'] li").Length(); n != 2 {
			t.Errorf("%d devices are remembered", n)
		}
		old := len(h.subjects("giulia@posta.example"))
		giulia.press("Dimentica tutti i dispositivi")
		giulia.reads("Nessun dispositivo è più ricordato", "Nessuno: al prossimo accesso ti mandiamo un'e-mail.", "Dispositivi dimenticati")
		phone.open("/area-personale")
		phone.reads("Le tue credenziali") // a session is no device
		for i, r := range []*reader{phone, giulia} {
			r.press("Esci")
			h.wait(time.Minute)
			r.open("/accesso")
			r.press("Entra", "Username", "giulia.b85", "Password", goodPassword)
			if n := len(h.subjects("giulia@posta.example")); n != old+i+1 {
				t.Errorf("%d mails after %d log-ins from forgotten browsers", n-old, i+1)
			}
		}
		giulia.open("/area-personale/accessi")
		giulia.press("Dimentica tutti i dispositivi")
		giulia.press("Esci")
		if p := giulia.post("/area-personale/accessi/dimentica"); !strings.HasPrefix(p.Path, "/accesso?") {
			t.Errorf("who is out is at %s", p.Path)
		}
	})
}

// Giulia forgets the phone that she has sold: its session ends, its next log-in is announced, and her own browser stays known. Then she forgets this one too (X11).
func TestForgettingOneDevice(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		phone := h.inside("giulia.b85", goodPassword)
		h.wait(time.Minute)
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale/accessi")
		const remembered = "section[aria-labelledby='ricordati'] li"
		if n := giulia.page.Find(remembered).Length(); n != 2 {
			t.Errorf("%d devices are remembered", n)
		}
		sold, _ := giulia.page.Find(remembered + " input[name='dispositivo']").Last().Attr("value")
		giulia.press("Dimentica e chiudi i suoi accessi")
		giulia.reads("Dispositivo dimenticato", "Questo dispositivo")
		if n := giulia.page.Find(remembered).Length(); n != 1 {
			t.Errorf("%d devices are remembered after one was forgotten", n)
		}
		phone.open("/area-personale")
		phone.reads("La sessione è finita")
		giulia.post("/area-personale/accessi/dimentica", "dispositivo", sold).is(t, "/area-personale/accessi?esito=dimenticato", 200) // pressed twice
		giulia.post("/area-personale/accessi/dimentica", "dispositivo", "altrui").is(t, "/area-personale/accessi/dimentica", 404)
		mails := len(h.subjects("giulia@posta.example"))
		giulia.press("Esci")
		giulia.open("/accesso")
		giulia.press("Entra", "Username", "giulia.b85", "Password", goodPassword)
		if n := len(h.subjects("giulia@posta.example")); n != mails {
			t.Error("a mail for the browser that is still known")
		}
		h.wait(time.Minute)
		phone.open("/accesso")
		phone.press("Entra", "Username", "giulia.b85", "Password", goodPassword)
		if n := len(h.subjects("giulia@posta.example")); n != mails+1 {
			t.Errorf("%d mails for the browser that was forgotten", n-mails)
		}
		giulia.open("/area-personale/accessi")
		giulia.press("Dimentica questo dispositivo ed esci")
		giulia.reads("Dispositivo dimenticato", "Sei uscito")
		giulia.press("Entra", "Username", "giulia.b85", "Password", goodPassword)
		if n := len(h.subjects("giulia@posta.example")); n != mails+2 {
			t.Errorf("%d mails after this browser was forgotten too", n-mails)
		}
	})
}

// A browser whose log-in Giulia disowns is forgotten; the one at which she then changes the password stays known, and what it has under the old password is no key (X09).
func TestADisownedBrowserIsForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		h.wait(time.Minute)
		h.inside("giulia.b85", goodPassword)
		h.wait(time.Minute)
		giulia.open("/area-personale/accessi")
		giulia.press("Non sono stato io")
		giulia.open("/area-personale/accessi")
		if n := giulia.page.Find("section[aria-labelledby='ricordati'] li").Length(); n != 1 {
			t.Errorf("%d devices are remembered", n)
		}
		giulia.open("/area-personale/password")
		giulia.press("Cambia la password", "Password di adesso", goodPassword, "Nuova password", "un'altra frase lunga 9", "Ripeti la nuova password", "un'altra frase lunga 9")
		h.wait(time.Minute)
		giulia.open("/area-personale/accessi")
		giulia.reads("Questo dispositivo")
		mails := len(h.subjects("giulia@posta.example"))
		giulia.press("Esci")
		giulia.open("/accesso")
		giulia.press("Entra", "Username", "giulia.b85", "Password", "un'altra frase lunga 9")
		if n := len(h.subjects("giulia@posta.example")); n != mails {
			t.Error("a mail for the browser at which the password was changed")
		}
	})
}

// Each time that a desk opens or changes the registration, the citizen reads which ente did, what and why; not who (Y11).
func TestWhoHasSeenMyData(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.follow("Chi ha visto i tuoi dati")
		giulia.reads("Nessun ente ha guardato o cambiato i tuoi dati.")
		anna := h.login(t, "anna")
		number := string(h.numberOf(g))
		anna.get("/sportello/gestione/"+number+"/dettaglio").is(t, "/sportello/gestione/"+number+"/dettaglio", 200)
		anna.get("/sportello/gestione/" + number + "/dettaglio")
		h.login(t, "dario").get("/sportello/gestione/" + number + "/dettaglio")
		giulia.open("/area-personale/consultazioni")
		giulia.reads("ASL Città di Esempio", "Ha consultato la tua registrazione", "volte in quel giorno")
		for _, name := range []string{"Ferrero", "Anna", "anna"} {
			if strings.Contains(giulia.page.said(), name) {
				t.Errorf("the page names %q", name)
			}
		}
	})
}

// Pages of the area are for who has logged in, and the log-in leads to them.
func TestTheAreaIsClosed(t *testing.T) {
	h := newHouse(t)
	h.withCredentials()
	for _, page := range areaPages {
		c := h.visitor()
		p := c.get(page.Href)
		if !strings.HasPrefix(p.Path, "/accesso?") {
			t.Errorf("%s opens for everybody at %s", page.Href, p.Path)
			continue
		}
		if p = c.submit(p, "main form", "username", "giulia.b85", "password", goodPassword); p.Path != page.Href {
			t.Errorf("the log-in for %s leads to %s (%d)", page.Href, p.Path, p.Status)
		}
	}
}

func (h *house) numberOf(g *handed) (n registration.Number) {
	h.Helper()
	h.must(h.Area.Store.Read(h.Context(), func(tx *store.Tx) error {
		r, err := tx.Registration(g.reg)
		if err == nil {
			n = r.Number
		}
		return err
	}))
	return n
}
