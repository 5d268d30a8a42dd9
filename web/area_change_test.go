package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

var mailedLink = regexp.MustCompile(`https?://[^/\s]+(/(?:conferma-email|nuova-password)/[A-Za-z0-9_-]+)`)

// linkIn is the path of the link in the last mail to an address, "" if there is none.
func (h *house) linkIn(to string) string {
	h.Helper()
	mails := h.letters(to)
	if len(mails) == 0 {
		return ""
	}
	found := mailedLink.FindStringSubmatch(mails[len(mails)-1].Text)
	if found == nil {
		return ""
	}
	return found[1]
}

// Giulia changes her address: the new one confirms, from any browser; a scanner that only looks breaks nothing; the former one is told; for two days no link
// goes to the new one (K03, mission S25).
func TestANewEmailAddress(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.follow("I tuoi dati")
		giulia.reads("giulia@posta.example", "Bianchi", "BNCGLI85C52L219J")
		giulia.follow("Cambia l'indirizzo e-mail")
		giulia.press("Manda il messaggio di conferma", "Nuovo indirizzo e-mail", "nuova@posta.example", "La tua password", "un'altra")
		giulia.reads("La password non è giusta: riprova.")
		giulia.press("Manda il messaggio di conferma", "Nuovo indirizzo e-mail", "giulia@postacertificata.gov.it", "La tua password", goodPassword)
		giulia.reads("Gli indirizzi di questo dominio non esistono più")
		giulia.press("Manda il messaggio di conferma", "Nuovo indirizzo e-mail", "nuova@posta.example", "La tua password", goodPassword)
		giulia.reads("Ora guarda la posta del nuovo indirizzo", "In attesa di conferma: nuova@posta.example", "giulia@posta.example")

		link := h.linkIn("nuova@posta.example")
		h.visitor().get(link) // a scanner of mail
		phone := &reader{client: h.visitor()}
		phone.open(link)
		if strings.Contains(phone.page.Path, link[len("/conferma-email/"):]) {
			t.Error("the token stays in the address")
		}
		phone.reads("nuova@posta.example")
		other := &reader{client: h.visitor()}
		other.open(link)
		phone.press("Confermo, scrivetemi qui")
		phone.reads("Da ora ti scriviamo al nuovo indirizzo.")
		h.lastMailIs("giulia@posta.example", "Non ti scriviamo più qui: Sistema Piemonte")
		h.lastMailIs("nuova@posta.example", "Da ora ti scriviamo qui: Sistema Piemonte")
		other.press("Confermo, scrivetemi qui")
		other.reads("Questo collegamento non vale più")
		giulia.open("/area-personale/dati")
		giulia.reads("nuova@posta.example")
		giulia.misses("giulia@posta.example")

		before := len(h.subjects("nuova@posta.example"))
		h.forgot("giulia.b85", "Maestra Pina")
		if n := len(h.subjects("nuova@posta.example")); n != before {
			t.Error("a link goes to an address that was changed just now")
		}
		h.wait(49 * time.Hour)
		h.forgot("giulia.b85", "Maestra Pina")
		h.lastMailIs("nuova@posta.example", "Scegli una nuova password per Sistema Piemonte")
	})
}

// forgot is somebody who asks for a new password.
func (h *house) forgot(username, answer string) *reader {
	h.Helper()
	r := &reader{client: h.visitor()}
	r.open("/accesso")
	r.follow("Hai dimenticato la password?")
	r.press("Avanti", "Username", username, "La tua domanda segreta", h.Communities[0].Question.Proposed[0], "Risposta", answer)
	return r
}

const otherPassword = "tegola ombrello girasole 4"

// The password is lost: username, question and answer bring a link to the address that is known, and only the link lets choose another. Every session ends (K01,
// mission S5, S21).
func TestALostPassword(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		wrong, right, unknown := h.forgot("giulia.b85", "Maestra Rosa"), h.forgot("giulia.b85", "  maestra pina"), h.forgot("chi.sara", "Maestra Pina")
		if wrong.page.said() != right.page.said() || unknown.page.said() != right.page.said() || wrong.page.Path != right.page.Path || unknown.page.Path != right.page.Path {
			t.Error("the answers differ")
		}
		right.reads("Guarda la tua posta")
		h.lastMailIs("giulia@posta.example", "Scegli una nuova password per Sistema Piemonte")
		link := h.linkIn("giulia@posta.example")
		h.forgot("giulia.b85", "Maestra Pina")
		late := &reader{client: h.visitor()}
		late.open(link)
		late.reads("Questo collegamento non vale più") // a newer one has taken its place
		link = h.linkIn("giulia@posta.example")

		home := &reader{client: h.visitor()}
		home.open(link)
		home.press("Usa questa password", "Nuova password", "giulia", "Ripeti la nuova password", "giulia")
		home.reads("La password")
		home.press("Usa questa password", "Nuova password", otherPassword, "Ripeti la nuova password", "altro")
		home.reads("Le due password sono diverse")
		home.press("Usa questa password", "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
		home.reads("La nuova password vale da adesso")
		h.lastMailIs("giulia@posta.example", "La password per Sistema Piemonte è cambiata")
		if giulia.open("/area-personale"); giulia.page.Path == "/area-personale" {
			t.Error("the session of the old password goes on")
		}
		h.visitor().enter("giulia.b85", goodPassword).is(t, "/accesso", 422)
		h.inside("giulia.b85", otherPassword)
		home.open(link)
		home.reads("Questo collegamento non vale più")
	})
}

// A link lives for an hour; one place asks five times in an hour, and nobody's tries keep Giulia from asking elsewhere (mission S18).
func TestLimitsOfRecovery(t *testing.T) {
	h := newHouse(t)
	h.withCredentials()
	h.forgot("giulia.b85", "Maestra Pina")
	link := h.linkIn("giulia@posta.example")
	h.wait(61 * time.Minute)
	late := &reader{client: h.visitor()}
	late.open(link)
	late.reads("Questo collegamento non vale più")
	for range 5 {
		h.forgot("giulia.b85", "a caso")
	}
	if over := h.forgot("giulia.b85", "Maestra Pina"); over.page.Status != 429 {
		t.Errorf("a sixth try is answered with %d", over.page.Status)
	}
	h.wait(61 * time.Minute)
	before := len(h.subjects("giulia@posta.example"))
	for range 3 { // three hours of asking rightly
		for range 4 {
			h.forgot("giulia.b85", "Maestra Pina")
			h.subjects("giulia@posta.example") // the mail leaves: one that a newer link overtakes does not
		}
		h.wait(61 * time.Minute)
	}
	if n := len(h.subjects("giulia@posta.example")) - before; n != 6 { // five, and one more an hour later
		t.Errorf("%d mails in three hours to one person", n)
	}
	h.forgot("giulia.b85", "Maestra Pina") // whoever has asked all the time, Giulia is not left without a link
	h.lastMailIs("giulia@posta.example", "Scegli una nuova password per Sistema Piemonte")
	home := &reader{client: h.visitor()}
	home.open(h.linkIn("giulia@posta.example"))
	home.reads("Nuova password")
}

// The username comes by mail to the address that is known; the page says the same of everybody (I13).
func TestALostUsername(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		ask := func(code string) *reader {
			r := &reader{client: h.visitor()}
			r.open("/username-dimenticato")
			r.press("Avanti", "Codice fiscale", code)
			return r
		}
		known, unknown := ask(strings.ToLower(g.taxCode)), ask("RSSMRA80A01H501U")
		if known.page.said() != unknown.page.said() {
			t.Error("the answers differ")
		}
		h.lastMailIs("giulia@posta.example", "Il tuo username per Sistema Piemonte")
		mails := h.letters("giulia@posta.example")
		if last := mails[len(mails)-1]; !strings.Contains(last.Text, "giulia.b85") || strings.Contains(last.Text, g.taxCode) {
			t.Error("the mail does not hold the username alone")
		}
	})
}

// The password is changed inside: the old one is asked again, the other sessions end, this one goes on; a stolen session learns nothing (mission S5).
func TestChangeOfPassword(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia, other := h.inside("giulia.b85", goodPassword), h.inside("giulia.b85", goodPassword)
		giulia.follow("Password e PIN")
		giulia.follow("Cambia la password")
		giulia.press("Cambia la password", "Password di adesso", "sbagliata", "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
		giulia.reads("La password non è giusta: riprova.")
		giulia.press("Cambia la password", "Password di adesso", goodPassword, "Nuova password", goodPassword, "Ripeti la nuova password", goodPassword)
		giulia.reads("È la password che hai già")
		giulia.press("Cambia la password", "Password di adesso", goodPassword, "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
		giulia.reads("Hai cambiato la password")
		h.lastMailIs("giulia@posta.example", "La password per Sistema Piemonte è cambiata")
		if other.open("/area-personale"); other.page.Path == "/area-personale" {
			t.Error("another session goes on")
		}
		giulia.press("Esci")
		before := len(h.subjects("giulia@posta.example"))
		giulia.open("/accesso")
		giulia.press("Entra", "Username", "giulia.b85", "Password", otherPassword)
		giulia.reads("Le tue credenziali")
		if len(h.subjects("giulia@posta.example")) != before {
			t.Error("the browser that changed the password is new")
		}
		for range 6 {
			giulia.open("/area-personale/password")
			giulia.press("Cambia la password", "Password di adesso", "a caso", "Nuova password", goodPassword, "Ripeti la nuova password", goodPassword)
		}
		giulia.reads("Per sicurezza i tentativi si fermano")
	})
}

// Domicile and telephones change at once; the form of another tab overwrites nothing; the change of domicile is announced (K03).
func TestChangeOfDomicile(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		h.withCredentials()
		giulia, tab := h.inside("giulia.b85", goodPassword), h.inside("giulia.b85", goodPassword)
		for _, r := range []*reader{giulia, tab} {
			r.open("/area-personale/contatti")
		}
		giulia.press("Salva", "Voglio ricevere le lettere a un indirizzo diverso dalla residenza", "sì", "Indirizzo", "Via Po")
		giulia.reads("Scrivi il numero civico", "Scegli la provincia.", "Scrivi le 5 cifre del CAP.")
		giulia.press("Aggiorna i comuni", "Provincia", "Torino", "Numero civico", "3", "CAP", "10123")
		giulia.press("Salva", "Comune", "Torino", "Cellulare", "333 1234567")
		giulia.reads("Salvato", "Via Po", "10123", "333 1234567")
		h.lastMailIs("giulia@posta.example", "Hai cambiato il domicilio per Sistema Piemonte")
		tab.press("Salva", "Telefono fisso", "011 1234567")
		tab.reads("I tuoi dati sono cambiati nel frattempo")
		giulia.open("/area-personale/dati")
		giulia.reads("Via Po")
		giulia.misses("011 1234567")
	})
}

// A PIN from a desk is renewed at a desk; one that came by post comes again by post, and the old one dies when the new one is first used (K02, E16, mission S22).
func TestANewPINByPost(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale/credenziali")
		giulia.reads("Il PIN te lo ha dato uno sportello")
		giulia.page = giulia.post("/area-personale/credenziali/pin")
		giulia.reads("per posta non lo mandiamo")
		h.cameByPost(g)
		giulia = h.inside("giulia.b85", goodPassword)
		giulia.open("/area-personale/credenziali")
		giulia.press("Spediscimi un nuovo PIN")
		giulia.reads("Il nuovo PIN arriva per posta")
		h.lastMailIs("giulia@posta.example", "Un nuovo PIN per Sistema Piemonte arriva per posta")
		giulia.press("Spediscimi un nuovo PIN")
		giulia.reads("Una lettera è già in viaggio")
		fresh := h.print(g)
		giulia.open("/area-personale")
		giulia.press("Conferma", "PIN", g.pin) // still works
		giulia.reads("Con username, password e PIN")
		again := h.inside("giulia.b85", goodPassword)
		again.press("Conferma", "PIN", fresh)
		again.reads("Con username, password e PIN")
		late := h.inside("giulia.b85", goodPassword)
		late.press("Conferma", "PIN", g.pin)
		late.reads("Il PIN non corrisponde")
	})
}

// cameByPost makes of Giulia somebody with weak credentials, whose PIN came in a letter.
func (h *house) cameByPost(g *handed) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		reg, err := tx.Registration(g.reg)
		if err != nil {
			return err
		}
		set, err := tx.Credentials(g.reg)
		if err != nil {
			return err
		}
		p, err := tx.Person(reg.Person)
		if err != nil {
			return err
		}
		reg.Strong, p.Residence.Address, p.Residence.Number, p.Residence.PostalCode, p.Residence.Province, p.Residence.Comune = false, "Via Garibaldi", "1", "10122", "TO", "L219"
		l := &postal.Letter{Community: reg.Community, Registration: reg.ID, Operation: "prima", Secret: set.PIN, Proof: postal.ByRegistry, State: postal.Waiting,
			Address: postal.Address{Name: "Giulia Bianchi", Lines: []string{"GIULIA BIANCHI", "VIA GARIBALDI 1", "10122 TORINO TO"}}}
		if err := tx.QueueLetter(h.Communities[0].Post, l, "vecchio"); err != nil {
			return err
		}
		l.State, l.Sealed, l.UsedAt = postal.Delivered, nil, tx.Now
		if err := tx.SaveLetter(l); err != nil {
			return err
		}
		if err := tx.SaveRegistration(reg); err != nil {
			return err
		}
		return tx.SavePerson(p)
	})
}

// print is the printing house: it gives the PIN of the letter that waits.
func (h *house) print(g *handed) (pin string) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		list, err := tx.LettersOf(g.reg)
		if err != nil {
			return err
		}
		l := list[0]
		plain, err := h.Area.Sealer.Open(postal.Seal(l.ID), l.Sealed)
		if err != nil {
			return err
		}
		pin, l.State, l.Run, l.Place, l.SentAt, l.Sealed = string(plain), postal.Sent, "lotto", len(list), tx.Now, nil
		return tx.SaveLetter(l)
	})
	return pin
}

// Revocation from the area: at once for who has shown the PIN, by a code to the known address for who has not (K04, I09, mission S30).
func TestRevocationFromTheArea(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.follow("Password e PIN")
		giulia.follow("Revoca le credenziali")
		giulia.post("/area-personale/revoca", "condizioni", "si").is(t, "/area-personale/revoca", 200) // without the PIN nothing ends
		giulia.press("Mandami il codice di revoca")
		giulia.reads("Ti abbiamo mandato il codice di revoca")
		h.lastMailIs("giulia@posta.example", "Il tuo codice di revoca per Sistema Piemonte")
		giulia.press("Mandami il codice di revoca")
		giulia.reads("Il codice è partito da poco")
		h.Citizen.Store.Read(t.Context(), func(tx *store.Tx) error {
			op, err := tx.PendingOperation(g.reg)
			if err != nil || op.Kind != registration.Revocation {
				t.Errorf("in progress: %+v %v", op, err)
			}
			return nil
		})
		giulia.press("Conferma", "PIN", g.pin)
		giulia.press("Revoca e cancella i miei dati")
		giulia.reads("Per revocare devi sottoscrivere le condizioni.")
		giulia.press("Revoca e cancella i miei dati", "Ho letto le condizioni della revoca (versione 1.0) e le sottoscrivo", "sì")
		giulia.reads("La revoca è completa")
		h.lastMailIs("giulia@posta.example", "Le tue credenziali per Sistema Piemonte sono state revocate")
		h.visitor().enter("giulia.b85", goodPassword).is(t, "/accesso", 422)
		for _, r := range h.revoked(g) {
			if last := r.Operations[len(r.Operations)-1]; last.Kind != registration.Revocation || last.Outcome != registration.Success || last.Operator != "" {
				t.Errorf("the register says %+v", last)
			}
		}
	})
}

func (h *house) revoked(g *handed) (lines []store.Revoked) {
	h.Helper()
	h.must(h.Citizen.Store.Read(h.Context(), func(tx *store.Tx) (err error) {
		lines, err = tx.Revoked("BNCGLI85C52L219J")
		return err
	}))
	if len(lines) != 1 {
		h.Errorf("%d lines in the register", len(lines))
	}
	return lines
}

// Everything that is kept about Giulia, to read and to carry elsewhere: only with the PIN, recorded and announced, and without a secret in it.
func TestACopyOfMyData(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.T = t
		g := h.withCredentials()
		giulia := h.inside("giulia.b85", goodPassword)
		giulia.follow("Operazioni e lettere")
		giulia.reads("Riscontro forte", "Completata", "ASL Città di Esempio", "Non ti abbiamo spedito lettere.")
		giulia.open("/area-personale/dati")
		giulia.follow("Scarica una copia di tutti i tuoi dati")
		giulia.post("/area-personale/copia", "formato", "json").is(t, "/area-personale/copia", 200, "Per scaricare tutto serve anche il PIN")
		giulia.press("Conferma", "PIN", g.pin)
		data, paper := giulia.post("/area-personale/copia", "formato", "json"), giulia.post("/area-personale/copia", "formato", "pdf")
		h.lastMailIs("giulia@posta.example", "Hai scaricato una copia dei tuoi dati: Sistema Piemonte")
		for _, held := range []string{g.taxCode, "Bianchi", "giulia.b85", "accesso cittadino", "codice_fiscale"} {
			if !strings.Contains(string(data.Body), held) {
				t.Errorf("the copy has no %q", held)
			}
		}
		for _, secret := range []string{"argon2id", g.pin, goodPassword, "Maestra"} {
			if strings.Contains(string(data.Body), secret) {
				t.Errorf("the copy holds %q", secret)
			}
		}
		if !strings.HasPrefix(string(paper.Body), "%PDF-") || data.Header.Get("Cache-Control") != "no-store" {
			t.Error("the copy is no PDF, or may be kept on the way")
		}
		giulia.open("/area-personale?lingua=de")
		h.says(h.textOf(giulia.post("/area-personale/copia", "formato", "pdf")), []string{"Kopie Ihrer Daten", "Personenbezogene Daten", "Geburtsort", "Stand der Registrierung Aktiv", "Starke Feststellung", "Protokoll der Vorgänge",
			"Anmeldung des Bürgers, ausgeführt", "Aktivierungscode"}, []string{"Dati anagrafici", "Luogo di nascita", "Registro delle attività", "eseguito", "cittadino", "codice di attivazione", "credenziali attive"})
	})
}

// Anybody can ask for somebody's username: that takes no link for a new password away.
func TestAReminderTakesNoLinkAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.withCredentials()
	h.forgot("giulia.b85", "Maestra Pina")
	link := h.linkIn("giulia@posta.example")
	if p := h.visitor().post(lostUsernamePath, "codice-fiscale", "BNCGLI85C52L219J"); p.Path != lostUsernamePath+"/inviato" {
		t.Fatalf("%d at %s", p.Status, p.Path)
	}
	home := &reader{client: h.visitor()}
	home.open(link)
	home.press("Usa questa password", "Nuova password", otherPassword, "Ripeti la nuova password", otherPassword)
	home.reads("La nuova password vale da adesso")
}
