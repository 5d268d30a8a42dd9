package web

import (
	"fmt"
	"slices"
	"strings"
)

// A home is a citizen at any computer, with what the desk has handed over.
type home struct {
	reader
	resident
}

// home opens a browser in which the citizen has never been.
func (h *house) home(x resident) *home { return &home{reader{client: h.visitor()}, x} }

// credentialsOf are what a citizen may choose.
func credentialsOf(username string) []string {
	return []string{"Username", username, "Password", passwordOf(username), "Ripeti la password", passwordOf(username), "Domanda", "Come si chiamava il tuo primo animale?", "Risposta", "Pinocchio"}
}

// passwordOf is another one for usernames of another length: it may not hold the username.
func passwordOf(username string) string { return fmt.Sprint("nuvola lampada cavallo ", len(username)) }

// types writes the codes of the desk at the beginning of the attivazione (001 §5.1.1).
func (m *home) types(p papers) {
	m.Helper()
	m.open("/")
	m.follow("Attiva le credenziali")
	m.press("Avanti", "Codice fiscale", p.taxCode, "Codice di attivazione", p.code, "PIN", p.pin)
}

// theTerms are the boxes of Regolamento and informativa.
var theTerms = []string{"Ho letto e accetto il regolamento (versione 1.0)", "sì", "Ho letto l'informativa sulla privacy (versione 1.0)", "sì"}

// activate signs the Regolamento and chooses username and password: riscontro forte and reset end so.
func (m *home) activate(p papers, username string, more ...string) {
	m.Helper()
	m.types(p)
	m.reads("regolamento", m.Surname)
	m.press("Accetta e continua", slices.Concat(theTerms, more)...)
	m.press("Attiva le credenziali", credentialsOf(username)...)
	m.reads("Riepilogo", "Username "+username, m.Surname, string(m.TaxCode))
}

// confirm signs the Regolamento and keeps username and password: promozione and rigenera PIN end so.
func (m *home) confirm(p papers, button string) {
	m.Helper()
	m.types(p)
	m.press(button, theTerms...)
	m.reads("Riepilogo", "Username e password restano quelli di prima; vale il PIN nuovo.")
}

// refusesCodes checks that codes lead nowhere, and says so.
func (m *home) refusesCodes(p papers) {
	m.Helper()
	m.types(p)
	if m.page.Status != 422 || m.page.Path != "/attivazione" {
		m.Errorf("the codes are taken at %s (%d)", m.page.Path, m.page.Status)
	}
}

// enter logs in with username and password, and then the PIN, and reads Verifica credenziali.
func (m *home) enter(username, password, pin string) {
	m.Helper()
	m.reader = reader{client: m.visitor()}
	m.open("/verifica-credenziali")
	m.press("Entra", "Username", username, "Password", password)
	m.press("Conferma", "PIN", pin)
}

// isStrong checks that username, chosen password and PIN are imputabili.
func (m *home) isStrong(username, pin string) {
	m.Helper()
	m.enter(username, passwordOf(username), pin)
	m.reads("Sì, le tue credenziali sono imputabili")
}

// isWeak checks that they work and are weak.
func (m *home) isWeak(username, pin string) {
	m.Helper()
	m.enter(username, passwordOf(username), pin)
	m.reads("No, le tue credenziali sono deboli")
}

// pinWorks tells whether a PIN opens what username and password have opened.
func (m *home) pinWorks(username, pin string) bool {
	m.Helper()
	m.enter(username, passwordOf(username), pin)
	return m.page.Status == 200 && m.page.Path == "/verifica-credenziali"
}

// isOut checks that a username does not enter any more.
func (m *home) isOut(username string) {
	m.Helper()
	m.reader = reader{client: m.visitor()}
	m.open("/accesso")
	m.press("Entra", "Username", username, "Password", passwordOf(username))
	if m.page.Path != "/accesso" || m.page.Status != 422 {
		m.Errorf("%s enters at %s (%d)", username, m.page.Path, m.page.Status)
	}
	m.reads("Username o password non corretti.")
}

// revoke is the procedura di revoca online (001 §5.4.1).
func (m *home) revoke(p papers, more ...string) {
	m.Helper()
	m.open("/")
	m.follow("Revoca le tue credenziali")
	m.press("Avanti", "Codice fiscale", p.taxCode, "Codice di revoca", p.code)
	m.reads("Che cosa cancelliamo", m.Surname)
	m.press("Revoca e cancella i miei dati", slices.Concat([]string{"Ho letto le condizioni della revoca (versione 1.0) e le sottoscrivo", "sì"}, more)...)
	m.reads("La revoca è completa")
	for _, trace := range []string{m.Surname, string(m.TaxCode)} {
		if strings.Contains(string(m.page.Body), trace) {
			m.Errorf("the last page holds %q", trace)
		}
	}
	m.lastMail("Le tue credenziali per Sistema Piemonte sono state revocate")
}
