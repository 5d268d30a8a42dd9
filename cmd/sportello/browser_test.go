package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"sportello/browser"
	"sportello/person"
	"sportello/web"
)

// A walk is one window on the demo that looks at every page it comes through: accessibility, width, keyboard, errors; the HTML is kept
// for the validator.
type walk struct {
	*browser.Page
	t       *testing.T
	base    string
	sources map[string]string
	prefix  string
}

func (w *walk) look(name string) {
	w.t.Helper()
	w.Check()
	w.sources[w.prefix+" "+name] = w.Source()
	w.Shoot(name)
}

func (w *walk) demo() (d demoData) {
	w.t.Helper()
	answer, err := http.Get(w.base + "/demo.json")
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&d); err != nil {
		w.t.Fatal(err)
	}
	return d
}

// TestMainJob is the job that the whole house is for: from the desk to credentials that open a sensitive service, in a real
// browser, on a desk's screen and on a phone without JavaScript.
func TestMainJob(t *testing.T) {
	base := startDemo(t)
	chromium := browser.Start(t)
	sources := map[string]string{}
	for _, tt := range []struct {
		name     string
		operator string
		citizen  int
		visitor  browser.Visitor
	}{
		{"desktop", "sportello.fse", 0, browser.Visitor{Size: browser.Desktop}},
		{"phone without JavaScript", "sportello", 1, browser.Visitor{Size: browser.Phone, NoScript: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := &walk{t: t, base: base, sources: sources, prefix: tt.name}
			people := knownTo(w.demo().People, "CIA")
			w.Page = chromium.Open(t, base+"/sportello", tt.visitor)
			w.logIn(tt.operator)
			pin, code := w.register(people[tt.citizen])
			w.Page = chromium.Open(t, base+"/", tt.visitor)
			username := w.activate(people[tt.citizen], pin, code)
			w.verify(username, pin)
		})
	}
	for _, fault := range browser.Faults(t, sources) {
		t.Errorf("HTML: %v", fault)
	}
}

func knownTo(people []web.DemoPerson, to string) (list []web.DemoPerson) {
	for _, p := range people {
		if p.KnownTo == to {
			list = append(list, p)
		}
	}
	return list
}

const password = "Limone verde che canta 7"

func (w *walk) logIn(username string) {
	var o web.DemoOperator
	for _, each := range w.demo().Operators {
		if each.Username == username {
			o = each
		}
	}
	w.look("accesso-operatore")
	w.Fill("Username", o.Username)
	w.Fill("Password", "sbagliata")
	w.Follow("Prosegui")
	w.look("accesso-operatore-errore")
	w.Fill("Password", o.Password)
	w.Follow("Prosegui")
	code, err := totp.GenerateCode(o.TOTPSecret, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	w.look("accesso-operatore-codice")
	w.Fill("Codice", code)
	w.Follow("Accedi")
	w.MustHave("Menu iniziale", "ASL Città Inventata")
	w.look("menu")
}

// register is the desk's part (001 §5.1.2). It gives the PIN of the letter and the code of the mail.
func (w *walk) register(p web.DemoPerson) (pin, code string) {
	w.Go(w.base + "/sportello/registrazione")
	w.Follow("Prosegui")
	w.look("ricerca-errori")
	w.Fill("Codice fiscale", p.TaxCode)
	w.Choose("Provincia di residenza", "Torino")
	w.Follow("Aggiorna i comuni")
	w.Choose("Comune di residenza", p.ComuneName)
	w.look("ricerca")
	w.Follow("Prosegui")
	w.MustHave("Letto da CIA")
	w.look("dati")
	email := strings.ToLower(p.TaxCode) + "@posta.example"
	w.Fill("E-mail", "mario@postacertificata.gov.it")
	w.Follow("Prosegui")
	w.look("dati-errori")
	w.complete(p, email)
	w.Follow("Prosegui")
	w.MustHave("Conferma", p.Surname)
	w.look("conferma")
	w.Follow("Prosegui")
	w.MustHave("Registrazione salvata", "0 di 2")
	w.look("stampa")
	w.gateHolds()
	letter := pdfText(w.t, w.Fetch("Genera pdf"))
	w.gateHolds()
	summary := pdfText(w.t, w.Fetch("Stampa riepilogo"))
	if !strings.Contains(summary, p.TaxCode) || !strings.Contains(summary, p.Surname) {
		w.t.Errorf("the summary lacks the citizen's data:\n%s", summary)
	}
	w.Follow("aggiorna lo stato dei documenti")
	w.MustHave("2 di 2")
	w.look("stampa-fatta")
	w.Follow("Torna al menu")
	w.MustHave("Menu iniziale")
	pin, code = grab(w.t, letter, `\b[0-9A-Z]{4} [0-9A-Z]{4}\b`), w.mailedCode(email)
	if strings.Contains(letter, code) || strings.Contains(summary, pin) {
		w.t.Error("PIN and code stand together, or on the wrong paper")
	}
	return pin, code
}

// gateHolds tries to leave the print page: by address, and by Back.
func (w *walk) gateHolds() {
	w.t.Helper()
	print := w.URL()
	for _, leave := range []string{"/sportello", "/sportello/registrazione", "/sportello/gestione"} {
		w.Go(w.base + leave)
		if w.URL() != print {
			w.t.Errorf("%s opens before the papers are printed: %s", leave, w.URL())
		}
	}
}

// complete types what the registry does not know.
func (w *walk) complete(p web.DemoPerson, email string) {
	w.Fill("E-mail", email)
	w.Fill("Rilasciato da", "Comune di "+p.ComuneName)
	day, month, _ := person.Date(p.BirthDate).Parts()
	w.Fill("Data di scadenza > Giorno", day)
	w.Fill("Data di scadenza > Mese", month)
	w.Fill("Data di scadenza > Anno", "2034")
	for _, tick := range deskTicks {
		w.Tick(tick)
	}
}

// deskTicks are what a desk confirms of everybody.
var deskTicks = []string{"Visto il documento d'identità, originale e in corso di validità", "Vista la tessera sanitaria con il codice fiscale, in corso di validità",
	"Eseguito il riscontro de visu", "Mostrata l'informativa sul trattamento dei dati"}

// mailedCode waits for the mail of the courier, which delivers by real SMTP.
func (w *walk) mailedCode(to string) string {
	w.t.Helper()
	for range 100 {
		for _, m := range w.demo().Mails {
			if strings.Contains(m.To, to) {
				return grab(w.t, m.Text, `\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b`)
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.t.Fatal("no mail came")
	return ""
}

func grab(t *testing.T, text, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindString(text)
	if found == "" {
		t.Fatalf("nothing like %s in:\n%s", pattern, text)
	}
	return found
}

// pdfText is what a PDF says to a reader.
func pdfText(t *testing.T, d browser.Download) string {
	t.Helper()
	if d.Status != http.StatusOK || d.Type != "application/pdf" {
		t.Fatalf("not a PDF: %d %s", d.Status, d.Type)
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, d.Body, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v (run scripts/test-deps.sh)", err)
	}
	return string(out)
}

// activate is the citizen's part at home (001 §5.1.1).
func (w *walk) activate(p web.DemoPerson, pin, code string) (username string) {
	w.look("inizio")
	w.Follow("Attiva le credenziali")
	w.Fill("Codice fiscale", p.TaxCode)
	w.Fill("Codice di attivazione", code)
	w.Fill("PIN", "22222222")
	w.Follow("Avanti")
	w.look("attivazione-errore")
	w.Fill("PIN", strings.ToLower(pin))
	w.Follow("Avanti")
	w.look("regolamento")
	w.Follow("Accetta e continua")
	w.MustHave("errori da correggere")
	w.look("regolamento-errori")
	w.Tick("Ho letto e accetto il regolamento (versione 1.0)")
	w.Tick("Ho letto l'informativa sulla privacy (versione 1.0)")
	w.Follow("Accetta e continua")
	w.look("credenziali")
	username = fmt.Sprintf("prova.%d", len(w.sources))
	w.Fill("Username", username)
	w.Fill("Password", "password1234")
	w.Fill("Ripeti la password", "password1234")
	w.Fill("La tua domanda", "Dove sono i tigli?")
	w.Fill("Risposta", "in fondo al viale")
	w.Follow("Attiva le credenziali")
	w.look("credenziali-errori")
	w.Fill("Password", password)
	w.Fill("Ripeti la password", password)
	w.Fill("Risposta", "in fondo al viale")
	w.Follow("Attiva le credenziali")
	w.MustHave("imputabili", username)
	w.look("fine")
	return username
}

func (w *walk) verify(username, pin string) {
	w.Go(w.base + "/verifica-credenziali")
	w.look("accesso")
	w.Fill("Username", username)
	w.Fill("Password", password)
	w.Follow("Entra")
	w.look("verifica-pin")
	w.Fill("PIN", pin)
	w.Follow("Conferma")
	w.MustHave("Sì, le tue credenziali sono imputabili", "ASL Città Inventata")
	w.look("verifica")
	w.Go(w.base + "/area-personale")
	w.look("area-personale")
}
