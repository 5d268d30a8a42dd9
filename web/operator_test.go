package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

func TestOperatorLogsIn(t *testing.T) {
	h := newHouse(t)
	c := h.visitor()
	p := c.get("/sportello")
	checkPage(t, "log-in", p.Document)
	if p.Path != "/sportello/accesso" || p.Find("h1").Text() != "Accesso degli operatori" || p.Find(".operatore, .navbar").Length() > 0 {
		t.Fatalf("without a session: %s", p.Path)
	}
	p = c.submit(p, "main form", "username", "anna", "password", password)
	checkPage(t, "code", p.Document)
	if p.Path != "/sportello/accesso/codice" {
		t.Fatalf("after the password: %s %s", p.Path, p.said())
	}
	if back := c.get("/sportello/cambio-residenza"); back.Path != "/sportello/accesso/codice" {
		t.Errorf("before the code: %s", back.Path)
	}
	p = c.submit(p, "main form", "codice", h.oneTimeCode("anna"))
	if p.Path != "/sportello/cambio-residenza" {
		t.Fatalf("after the code: %s %s", p.Path, p.said())
	}
	checkPage(t, "Cambio residenza", p.Document)
	bar := strings.Join(strings.Fields(p.Find(".operatore").Text()), " ")
	for _, want := range []string{"Anna Ferrero", "ASL Città di Esempio", "Operatore di sportello, abilitato al FSE", "fino alle 09:15"} {
		if !strings.Contains(bar, want) {
			t.Errorf("the bar says %q, want %q", bar, want)
		}
	}
	if again := c.get("/sportello/accesso"); again.Path != "/sportello" {
		t.Errorf("the log-in page after the log-in: %s", again.Path)
	}
}

func TestOperatorEnrols(t *testing.T) {
	h := newHouse(t)
	c := h.visitor()
	p := c.post("/sportello/accesso", "username", "nuova", "password", password)
	checkPage(t, "enrolment", p.Document)
	secret := strings.ReplaceAll(p.Find("#chiave").Text(), " ", "")
	if p.Path != "/sportello/accesso/attivazione" || len(secret) != 32 {
		t.Fatalf("%s, a key of %d signs", p.Path, len(secret))
	}
	if image := p.Find("main img"); !strings.HasPrefix(image.AttrOr("src", ""), "data:image/png;base64,") || image.AttrOr("alt", "") == "" {
		t.Error("no QR code")
	}
	p = c.submit(p, `form[action="/sportello/accesso/attivazione"]`, "codice", "12345")
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.said(), "Codice non accettato") {
		t.Errorf("wrong code: %d %s", p.Status, p.said())
	}
	code, err := totp.GenerateCode(secret, h.clock())
	h.must(err)
	p = c.submit(p, `form[action="/sportello/accesso/attivazione"]`, "codice", code)
	checkPage(t, "recovery codes", p.Document)
	recovery := p.Find(".codici-recupero code").First().Text()
	if p.Find(".codici-recupero code").Length() != 10 || p.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("recovery codes: %s", p.said())
	}
	p = c.submit(p, "main form")
	if p.Status != http.StatusUnprocessableEntity || p.Find(".codici-recupero").Length() > 0 {
		t.Errorf("without the tick: %d", p.Status)
	}
	if p = c.submit(p, "main form", "conservati", "si"); p.Path != "/sportello" {
		t.Errorf("with the tick: %s", p.Path)
	}
	if p = h.visitor().post("/sportello/accesso/codici-di-recupero", "conservati", "si"); p.Path != "/sportello/accesso?motivo=non-inviato" {
		t.Errorf("the tick of nobody: %d %s", p.Status, p.Path)
	}
	other := h.visitor()
	other.post("/sportello/accesso", "username", "nuova", "password", password)
	if p = other.post("/sportello/accesso/codice", "codice", strings.ToLower(recovery)); p.Path != "/sportello" {
		t.Errorf("with a recovery code: %s %s", p.Path, p.said())
	}
}

func TestWrongPassword(t *testing.T) {
	h := newHouse(t)
	var first string
	for _, username := range []string{"anna", "nessuno"} {
		p := h.visitor().post("/sportello/accesso", "username", username, "password", "sbagliata")
		if p.Status != http.StatusUnprocessableEntity || strings.Contains(string(p.Body), "sbagliata") {
			t.Errorf("%s: status %d", username, p.Status)
		}
		if said := p.Find(".alert").Text(); first == "" {
			first = said
		} else if said != first {
			t.Errorf("%q and %q", first, said)
		}
	}
	c := h.visitor()
	for range 4 {
		c.post("/sportello/accesso", "username", "anna", "password", "sbagliata")
	}
	p := c.post("/sportello/accesso", "username", "anna", "password", password)
	if p.Status != http.StatusTooManyRequests || !strings.Contains(p.said(), "tra 15 minuti") || p.Header.Get("Retry-After") == "" {
		t.Errorf("after five wrong ones: %d %s", p.Status, p.said())
	}
	h.wait(15 * time.Minute)
	if p = c.post("/sportello/accesso", "username", "anna", "password", password); p.Path != "/sportello/accesso/codice" {
		t.Errorf("after the wait: %s", p.said())
	}
}

func TestChoiceOfEnte(t *testing.T) {
	h := newHouse(t)
	c := h.visitor()
	c.get("/sportello/cambio-residenza?per=RSSMRA80A01H501U")
	c.post("/sportello/accesso", "username", "carla", "password", password)
	p := c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("carla"))
	checkPage(t, "choice of the ente", p.Document)
	if p.Path != "/sportello/accesso/ente" || p.Find("input[name=ente]").Length() != 2 {
		t.Fatalf("%s %s", p.Path, p.said())
	}
	if p = c.submit(p, "main form", "ente", "inventato"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("an ente of somebody else: %d", p.Status)
	}
	p = c.submit(p, "main form", "ente", "comune")
	if p.Path != "/sportello/cambio-residenza" || !strings.Contains(p.Find(".operatore").Text(), "Comune di Esempio") {
		t.Errorf("ended at %s, bar %s", p.Path, p.Find(".operatore").Text())
	}
}

// Nobody is sent to a page that is not the desk's.
func TestNoOpenRedirect(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"https://altrove.example/", "//altrove.example", "/sportello/../..//altrove.example",
		"/privacy", "/sportellone", "/sportello/accesso/codice", "/sportello/non-esiste"} {
		c := h.visitor()
		c.post("/sportello/accesso", "username", "anna", "password", password)
		home, _ := url.Parse(h.URL)
		c.http.Jar.SetCookies(home, []*http.Cookie{{Name: "ritorno", Value: path, Path: "/"}})
		if p := c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("anna")); p.Path != "/sportello" {
			t.Errorf("%s: sent to %s", path, p.Path)
		}
	}
}

func TestMenuByRole(t *testing.T) {
	h := newHouse(t)
	const fse = "Gestione servizi on line per il cittadino"
	const mine = "Registrazione utenti, Gestione utenti, Cambio residenza"
	for username, want := range map[string][2]string{ // on the page, in the header
		"anna":   {mine + ", Lavori da fare, " + fse, mine + ", " + fse},
		"bruno":  {mine + ", Lavori da fare", mine},
		"dario":  {},
		"elena":  {"Gestione utenti, Istanze, Posta", "Gestione utenti, Istanze, Posta"},
		"fulvio": {"Statistiche, Importazioni, Amministrazione", "Statistiche, Importazioni, Amministrazione"},
	} {
		p := h.login(t, username).get("/sportello")
		checkPage(t, "menu of "+username, p.Document)
		for i, selector := range []string{".menu-voce h2 a", ".navbar-nav li:not(:first-child) a"} {
			var got []string
			for _, e := range p.Find(selector).EachIter() {
				e.Find(".visually-hidden").Remove()
				got = append(got, strings.TrimSpace(e.Text()))
			}
			if all := strings.Join(got, ", "); all != want[i] {
				t.Errorf("%s: %s is %q, want %q", username, selector, all, want[i])
			}
		}
		link := p.Find(`a[href="/sportello/fse"]`).First()
		if link.Length() == 1 && (link.AttrOr("target", "") != "_blank" || link.AttrOr("rel", "") != "noopener") {
			t.Errorf("%s: the FSE does not open in a new tab", username)
		}
	}
}

// The functions of the manual open from the keyboard, and the menu tells how.
func TestKeyboardShortcuts(t *testing.T) {
	p := newHouse(t)
	page := p.login(t, "anna").get("/sportello")
	for key, href := range map[string]string{"m": "/sportello", "r": "/sportello/registrazione", "g": "/sportello/gestione", "c": "/sportello/cambio-residenza", "f": "/sportello/fse"} {
		if got := page.Find(`.navbar-nav a[accesskey="`+key+`"]`).AttrOr("href", ""); got != href {
			t.Errorf("%s opens %q", key, got)
		}
		if page.Find("details kbd").FilterFunction(func(_ int, k *goquery.Selection) bool { return k.Text() == key }).Length() != 1 {
			t.Errorf("the page does not tell of %s", key)
		}
	}
}

func TestLastLoginIsShown(t *testing.T) {
	h := newHouse(t)
	if p := h.login(t, "anna").get("/sportello"); !strings.Contains(p.said(), "Questo è il primo accesso.") {
		t.Error("first log-in: ", p.said())
	}
	h.wait(24 * time.Hour)
	if p := h.login(t, "anna").get("/sportello"); !strings.Contains(p.said(), "Ultimo accesso prima di questo: 23 novembre 2026, ore 09:00") {
		t.Error("second log-in: ", p.said())
	}
}

func TestSessionOver(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	h.wait(16 * time.Minute)
	p := c.get("/sportello/cambio-residenza")
	if p.Path != "/sportello/accesso?motivo=scaduta" || !strings.Contains(p.said(), "15 minuti senza attività, e comunque 8 ore dopo l'accesso") {
		t.Errorf("idle: %s %s", p.Path, p.said())
	}
	c.submit(p, "main form", "username", "anna", "password", password)
	if p = c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("anna")); p.Path != "/sportello/cambio-residenza" {
		t.Errorf("after the log-in: %s", p.Path)
	}
	h.wait(16 * time.Minute)
	p = c.post("/sportello/sessione")
	if !strings.Contains(p.said(), "Il modulo non è stato inviato") {
		t.Errorf("a form of a session that is over: %s", p.said())
	}
}

func TestSessionIsLengthened(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	p := c.get("/sportello/cambio-residenza")
	box := p.Find("#sessione")
	if box.AttrOr("data-seconds", "") != "900" || box.AttrOr("data-warn", "") != "120" {
		t.Errorf("the page says %v seconds", box.AttrOr("data-seconds", ""))
	}
	h.wait(14 * time.Minute)
	r, err := http.NewRequest("POST", h.URL+"/sportello/sessione", nil)
	h.must(err)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	var left struct {
		Secondi int
		Fino    string
	}
	h.must(json.Unmarshal(c.send(r).Body, &left))
	if left.Secondi != 900 || left.Fino != "09:29" {
		t.Errorf("%+v", left)
	}
	h.wait(14 * time.Minute)
	if p = c.post("/sportello/sessione"); p.Path != "/sportello/cambio-residenza" {
		t.Errorf("as a form it leads to %s", p.Path)
	}
}

func TestSignOut(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	p := c.submit(c.get("/sportello"), `form[action="/sportello/esci"]`)
	checkPage(t, "signed out", p.Document)
	if p.Path != "/sportello/uscita" || p.Find(".operatore").Length() > 0 {
		t.Errorf("after the way out: %s", p.Path)
	}
	if p = c.get("/sportello"); p.Path != "/sportello/accesso" {
		t.Errorf("the menu after the way out: %s", p.Path)
	}
}

// openDesk leaves a registration of an operator with everything to print.
func (h *house) openDesk(operator string) registration.Number {
	h.Helper()
	number, err := registration.DrawNumber(h.Rand)
	h.must(err)
	sealed := func(what string) []byte {
		b, err := h.Desk.Sealer.Seal(what, []byte("0123456789"))
		h.must(err)
		return b
	}
	h.act(func(tx *store.Tx) error {
		const realm = "sistemapiemonte"
		return errors.Join(
			tx.AddPerson(&store.Person{Realm: realm, Person: person.Person{ID: "p", TaxCode: "RSSMRA80A01H501U", Surname: "Rossi", Name: "Mario", BirthDate: "1980-01-01",
				Sex: person.Male, Contacts: person.Contacts{Email: "mario@posta.example"}}}),
			tx.AddRegistration(&registration.Registration{ID: "r", Number: number, Person: "p", Realm: realm, Community: realm, State: registration.Verified,
				CreatedAt: tx.Now, VerifiedAt: tx.Now, VerifiedBy: "asl"}),
			tx.AddOperation(&registration.Operation{ID: "o", Registration: "r", Kind: registration.StrongVerification, Outcome: registration.Pending, BookedAt: tx.Now,
				Operator: operator, Ente: "asl", Prints: map[registration.Paper]registration.Print{}}),
			tx.AddHandover(&credential.Handover{Operation: "o", SealedPIN: sealed("pin"), PIN: "x", SealedCode: sealed("code"), Code: "y", CodeExpiresAt: tx.Now.AddDate(0, 0, 60)}))
	})
	return number
}

// Whoever has papers to print comes back to them: by address, by Back, after a new log-in (D18, mission S7).
func TestPrintGate(t *testing.T) {
	h := newHouse(t)
	anna, bruno := h.login(t, "anna"), h.login(t, "bruno")
	want := "/sportello/pratiche/" + string(h.openDesk("anna")) + "/stampe"
	for _, rt := range h.routes() {
		method, path, _ := strings.Cut(rt.pattern, " ")
		if rt.who != operators || method != "GET" || strings.Contains(path, "{") {
			continue
		}
		if p := anna.get(path); p.Path != want {
			t.Errorf("%s leads to %s", path, p.Path)
		}
		if p := bruno.get(path); p.Path == want {
			t.Errorf("%s leads a colleague to anna's papers", path)
		}
	}
	again := h.visitor()
	again.post("/sportello/accesso", "username", "anna", "password", password)
	if p := again.post("/sportello/accesso/codice", "codice", h.oneTimeCode("anna")); p.Path != want {
		t.Errorf("after a new log-in: %s", p.Path)
	}
	for _, path := range []string{"/sportello/accesso/conferma"} {
		if p := anna.get(path); p.Path != path || p.Find(".navbar").Length() > 0 {
			t.Errorf("%s ends at %s, or shows the menu", path, p.Path)
		}
	}
	if p := anna.post("/sportello/esci"); p.Path != "/sportello/uscita" {
		t.Errorf("the way out leads to %s", p.Path)
	}
}

// A log-in too old for an act asks for a code, and comes back to the page of the form.
func TestStepUp(t *testing.T) {
	h := newHouse(t)
	fresh := func(w http.ResponseWriter, r *http.Request) error {
		if err := whoOf(r).May(office.Register, h.clock()); err != nil {
			return err
		}
		return h.show(w, "operator_signed_out", h.page(r, "Fatto"))
	}
	form := func(w http.ResponseWriter, r *http.Request) error {
		return h.show(w, "operator_signed_out", h.page(r, "Modulo"))
	}
	h.server.Config.Handler = h.handle(append(h.routes(),
		route{"GET /sportello/prova", form, operators, 0}, route{"POST /sportello/prova/fine", fresh, operators, 0}))
	c := h.login(t, "anna")
	for range 3 {
		h.wait(12 * time.Minute)
		c.get("/sportello/prova")
	}
	p := c.post("/sportello/prova/fine")
	checkPage(t, "step-up", p.Document)
	if p.Path != "/sportello/accesso/conferma" {
		t.Fatalf("too old: %s %s", p.Path, p.said())
	}
	if p = c.submit(p, "main form", "codice", "000000"); p.Status != http.StatusUnprocessableEntity {
		t.Errorf("wrong code: %d", p.Status)
	}
	if p = c.submit(p, "main form", "codice", h.oneTimeCode("anna")); p.Path != "/sportello/prova" {
		t.Errorf("after the code: %s %s", p.Path, p.said())
	}
	if p = c.post("/sportello/prova/fine"); p.Find("h1").Text() != "Fatto" {
		t.Errorf("fresh: %s", p.said())
	}
}
