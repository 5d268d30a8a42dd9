package web

import (
	"bytes"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"sportello/communities"
	"sportello/community"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// enteHouse is a house whose portal is an ente's (003), with two enti in its realm. "olga" decides the requests of the first, "piero" is its
// responsabile, "rita" decides those of the other, and "vito" has a role that may not.
func enteHouse(t *testing.T, dsn string) *house {
	t.Helper()
	h := newHouseOn(t, dsn)
	set, err := community.LoadAll(communities.FS)
	h.must(err)
	own, _ := set.ByID("ente")
	h.Communities = []community.Community{own}
	h.Citizen.Realm, h.Access.Realm = own.Realm, own.Realm
	h.act(func(tx *store.Tx) error {
		for _, e := range []office.Ente{{ID: "prova", Name: "Comune di Prova"}, {ID: "altro", Name: "Comune Altro"}} {
			e.Community, e.Realm, e.Issues, e.Competence = own.ID, own.Realm, office.IssuesWeak, office.Competence{Provinces: []string{"MI"}}
			h.must(tx.AddEnte(&e))
		}
		hired := func(username string, code person.TaxCode, role office.Role, ente string) {
			anna, err := tx.OperatorByUsername("anna")
			h.must(err)
			h.must(tx.AddOperator(&office.Operator{ID: username, Username: username, TaxCode: code, Surname: "Esempio", Name: capital(username), Password: anna.Password,
				Posts: []office.Post{{Ente: ente, Role: role}}}))
			h.secrets[username] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
			h.must(h.Access.KeepSecondFactor(tx, username, h.secrets[username], 0))
		}
		hired("olga", "LGOSMP80A41F205P", office.Helpdesk, "prova")
		hired("piero", "PRIPPP70A01F205J", office.Supervisor, "prova")
		hired("rita", "RTISMP75A41F205R", office.Helpdesk, "altro")
		hired("vito", "VTIVVV72A01F205N", office.Clerk, "prova")
		return nil
	})
	return h
}

// onEachEnte runs a story of the ente's portal on both engines.
func onEachEnte(t *testing.T, story func(*testing.T, *house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		story(t, enteHouse(t, dsn))
	})
}

// paper is a PDF of one page that says something.
func paper(words string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	content := "BT /F1 24 Tf 60 700 Td (" + words + ") Tj ET"
	for i, o := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content), "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"} {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer\n<< /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

// sendPaper sends a file with the form of the documents.
func (c *client) sendPaper(kind, name string, file []byte) *shown {
	c.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	c.must(w.WriteField("tipo", kind))
	part, err := w.CreateFormFile("documento", name)
	c.must(err)
	_, err = part.Write(file)
	c.must(err)
	c.must(w.Close())
	r, err := http.NewRequestWithContext(c.Context(), http.MethodPost, c.URL+askProofPath, &body)
	c.must(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", c.URL)
	return c.send(r)
}

// mario is who asks: the fields of the form.
func mario(more ...string) []string {
	fields := []string{"cognome", "Rossi", "nome", "Mario", "codice-fiscale", "RSSMRA80A01F205X", "sesso", "M", "nascita-giorno", "1", "nascita-mese", "1", "nascita-anno", "1980",
		"cittadino", "si", "nascita-nazione", "IT", "nascita-provincia", "MI", "nascita-comune", "F205", "residenza-provincia", "MI", "residenza-comune", "F205",
		"indirizzo", "Via Prova 1", "cap", "20121", "email", "mario@esempio.it", "gestore", "prova", "letto-informativa", "si", "accetta-regolamento", "si"}
	return append(fields, more...)
}

// asked fills in the first page and gives the second part of the PIN, noted.
func (c *client) asked(fields ...string) (second string) {
	c.Helper()
	p := c.submit(c.get(askPath), `form[action="`+askPath+`"]`, fields...)
	if p.Path != askPINPath {
		c.Fatalf("the request ends at %s (%d): %s", p.Path, p.Status, p.said())
	}
	second = strings.TrimSpace(p.Find("#seconda-parte").Text())
	if p = c.submit(p, `form[action="`+askPINPath+`"]`); p.Path != askProofPath {
		c.Fatalf("after the PIN comes %s", p.Path)
	}
	return second
}

// about are the mails to an address with a subject.
func (h *house) about(to, subject string) (found []mail.Message) {
	h.Helper()
	for _, m := range h.letters(to) {
		if strings.Contains(m.Subject, subject) {
			found = append(found, m)
		}
	}
	return found
}

func TestAskTheEnte(t *testing.T) {
	onEachEnte(t, askTheEnte)
}

func askTheEnte(t *testing.T, h *house) {
	c := h.visitor()
	second := c.asked(mario()...)
	if len(second) != 5 {
		t.Errorf("the second part is %q", second)
	}
	first := h.about("mario@esempio.it", "prima parte del PIN")
	if len(first) != 1 || strings.Contains(first[0].Text, second) {
		t.Fatalf("%d mails with the first part, or with the second too", len(first))
	}
	p := c.sendPaper("carta d'identità", "carta.pdf", paper("CARTA"))
	if p.Status != http.StatusOK || p.Find("tbody tr").Length() != 1 {
		t.Fatalf("%d: %s", p.Status, p.said())
	}
	p = c.submit(p, `form[action="/richiesta-credenziali/completa"]`)
	if p.Path != askSentPath {
		t.Fatalf("%s: %s", p.Path, p.said())
	}
	if len(h.about("mario@esempio.it", "ricevuta")) != 1 {
		t.Error("no mail that says to wait")
	}
	h.wait(time.Minute)
}

// settle lets the house go on with what was asked.
func (h *house) settle() {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.Citizen.SettleAskings(h.Context())
		h.must(err)
	}
}

// asks sends a whole request and gives the PIN.
func (h *house) asks(fields ...string) (pin string) {
	h.Helper()
	c := h.visitor()
	second := c.asked(fields...)
	c.sendPaper("carta d'identità", "carta.pdf", paper("CARTA"))
	if p := c.post(askPath + "/completa"); p.Path != askSentPath {
		h.Fatalf("the request ends at %s: %s", p.Path, p.said())
	}
	h.settle()
	first := h.newest("mario@esempio.it", "prima parte del PIN")
	return codeIn(first.Text, `(?m)^\s*([0-9]{4})\s*$`) + second
}

// newest is the last mail to an address with a subject.
func (h *house) newest(to, subject string) mail.Message {
	h.Helper()
	found := h.about(to, subject)
	if len(found) == 0 {
		h.Fatalf("no mail %q to %s", subject, to)
	}
	return found[len(found)-1]
}

// codeIn is what a pattern finds in a text.
func codeIn(text, pattern string) string {
	found := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	return found[1]
}

// opened takes the only request that waits in charge, and shows it.
func (c *client) opened() *shown {
	c.Helper()
	inbox := c.get(requestsPath)
	link, any := inbox.Find("main table a").First().Attr("href")
	if !any {
		c.Fatalf("no request waits: %s", inbox.said())
	}
	return c.submit(c.get(link), `form[action$="/carico"]`)
}

// granting are the answers with which a request is approved.
var granting = []string{"c-documento", "si", "c-dati", "si", "c-anagrafe", "I dati coincidono", "c-titolo", "Impresa o professionista"}

func (c *client) approve(p *shown, answers ...string) *shown {
	c.Helper()
	return c.submit(p, `form[action$="/controlli"]`, answers...)
}

func (c *client) refuse(p *shown, reason string) *shown {
	c.Helper()
	return c.submit(p, `form[action$="/chiusura"]`, "esito", "respinta", "motivo", reason)
}

// enters logs in with the three words.
func (c *client) enters(pin, secret string) *shown {
	c.Helper()
	return c.submit(c.get(citizenLogin), `form[action="/accesso"]`, "codice-fiscale", "RSSMRA80A01F205X", "pin", pin, "password", secret)
}

// firstPasswordOf is the one in the newest mail.
func (h *house) firstPasswordOf(subject string) string {
	h.Helper()
	return codeIn(h.newest("mario@esempio.it", subject).Text, `(?m)^\s*([A-Za-z2-9]{12})\s*$`)
}

const marioChose = "nuvola-tavolo-arancia-42"

// TestAskApproveEnter is 003 from its first page to the log-in.
func TestAskApproveEnter(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		if len(pin) != 9 {
			t.Fatalf("the whole PIN is %q", pin)
		}
		if p := h.visitor().enters(pin, "qualunque"); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.said(), "non ha ancora approvato") {
			t.Errorf("before the approval: %d %s", p.Status, p.said())
		}
		olga := h.login(t, "olga")
		p := olga.opened()
		for _, want := range []string{"Rossi", "RSSMRA80A01F205X", "Milano", "mario@esempio.it", "Documento 1"} {
			if !strings.Contains(p.said(), want) {
				t.Errorf("the clerk does not see %s", want)
			}
		}
		picture, _ := p.Find("a.foglio img").Attr("src")
		img := olga.get(picture)
		if img.Header.Get("Content-Type") != "image/png" || img.Header.Get("Cache-Control") != "no-store" || !strings.Contains(img.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the picture: %d %v", img.Status, img.Header)
		}
		if q := olga.approve(p, "c-documento", "si"); q.Status != http.StatusUnprocessableEntity {
			t.Errorf("approved without the checks: %d", q.Status)
		}
		if p = olga.approve(p, granting...); !strings.Contains(p.said(), "Istanza accolta") {
			t.Fatalf("not approved (%d): %s", p.Status, p.said())
		}
		secret := h.firstPasswordOf("approvate")
		if first := h.newest("mario@esempio.it", "prima parte del PIN").Text; secret == "" || strings.Contains(first, secret) {
			t.Fatalf("the first password %q", secret)
		}
		c := h.visitor()
		if p = c.enters(pin, secret); p.Path != firstPath {
			t.Fatalf("the first log-in ends at %s: %s", p.Path, p.said())
		}
		if q := c.get(areaPath); q.Path == areaPath {
			t.Error("the first password opens the personal page")
		}
		for what, bad := range map[string][]string{"the old one is wrong": {"no", marioChose, marioChose}, "too weak": {secret, "rossi1980", "rossi1980"},
			"not repeated": {secret, marioChose, "altra"}, "the same": {secret, secret, secret}} {
			if q := c.post(firstPath, "attuale", bad[0], "nuova", bad[1], "ripeti", bad[2]); q.Status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", what, q.Status)
			}
		}
		if p = c.submit(p, `form[action="`+firstPath+`"]`, "attuale", secret, "nuova", marioChose, "ripeti", marioChose); p.Path != areaPath {
			t.Fatalf("after the change comes %s: %s", p.Path, p.said())
		}
		if q := h.visitor().enters(pin, secret); q.Status != http.StatusUnprocessableEntity {
			t.Error("the first password still works")
		}
		if q := h.visitor().enters(pin, marioChose); q.Path != areaPath {
			t.Errorf("the log-in ends at %s", q.Path)
		}
		h.act(func(tx *store.Tx) error {
			person, err := tx.PersonByTaxCode("ente", "RSSMRA80A01F205X")
			h.must(err)
			reg, err := tx.LiveRegistration(person.ID)
			h.must(err)
			if reg.State != registration.Active || reg.Strong || reg.VerifiedBy != "prova" {
				t.Errorf("the registration is %s, strong %v, by %s", reg.State, reg.Strong, reg.VerifiedBy)
			}
			return nil
		})
	})
}

// What was refused is no dead end: the reason comes by mail, and a new request takes its place (mission S4).
func TestAskRefusedAndAgain(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.asks(mario()...)
		olga := h.login(t, "olga")
		if p := olga.refuse(olga.opened(), "Il documento manca, non è leggibile o è scaduto"); !strings.Contains(p.said(), "conclusa") {
			t.Fatalf("not refused: %s", p.said())
		}
		if m := h.newest("mario@esempio.it", "non è stata approvata"); !strings.Contains(m.Text, "non è leggibile") {
			t.Errorf("the mail does not say why: %s", m.Text)
		}
		pin := h.asks(mario()...)
		if p := olga.approve(olga.opened(), granting...); !strings.Contains(p.said(), "Istanza accolta") {
			t.Fatalf("the second request: %s", p.said())
		}
		if p := h.visitor().enters(pin, h.firstPasswordOf("approvate")); p.Path != firstPath {
			t.Errorf("%s", p.said())
		}
	})
}

// Who lost a part of the PIN asks again: before the approval the newest request counts, after it the credentials are replaced.
func TestLostPIN(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		lost, pin := h.asks(mario()...), h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		secret := h.firstPasswordOf("approvate")
		if p := olga.get(requestsPath); p.Find("main table a").Length() != 0 {
			t.Errorf("the request that was replaced still waits: %s", p.said())
		}
		if p := h.visitor().enters(lost, secret); p.Path == firstPath {
			t.Error("the PIN of the first request works")
		}
		if p := h.visitor().enters(pin, secret); p.Path != firstPath {
			t.Fatalf("%s", p.said())
		}
		again := h.asks(mario()...)
		if len(h.about("mario@esempio.it", "a tuo nome")) != 1 {
			t.Error("who has credentials is not told that somebody asked for them")
		}
		p := olga.opened()
		if !strings.Contains(p.said(), "La persona ha già le credenziali") {
			t.Errorf("the clerk is not told: %s", p.said())
		}
		olga.approve(p, granting...)
		if p := h.visitor().enters(again, h.firstPasswordOf("approvate")); p.Path != firstPath {
			t.Errorf("the new PIN: %s", p.said())
		}
		if p := h.visitor().enters(pin, secret); p.Path == firstPath {
			t.Error("the PIN of before still works")
		}
	})
}

// Who asks for somebody who is registered, from another mailbox, reads the same pages and learns nothing; the clerk can only refuse.
func TestAskForAnother(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		thief := h.visitor()
		thief.asked(mario("email", "ladro@esempio.it")...)
		thief.sendPaper("altro", "carta.pdf", paper("RUBATA"))
		if p := thief.post(askPath + "/completa"); p.Path != askSentPath {
			t.Fatalf("%s", p.said())
		}
		h.settle()
		if len(h.about("mario@esempio.it", "a tuo nome")) != 1 || len(h.about("ladro@esempio.it", "a tuo nome")) != 0 {
			t.Error("the truth went to the wrong address")
		}
		p := olga.opened()
		if !strings.Contains(p.said(), "già registrata") {
			t.Errorf("the clerk is not warned: %s", p.said())
		}
		if q := olga.approve(p, granting...); strings.Contains(q.said(), "Istanza accolta") {
			t.Fatal("a stranger's request was approved")
		}
		if q := olga.post(p.Path[:strings.Index(p.Path+"?", "?")]+"/pratica", "codice-fiscale", "RSSMRA80A01F205X", "versione", "2"); strings.Contains(q.said(), "collegata") {
			t.Error("a clerk made it somebody's")
		}
		olga.refuse(olga.get(p.Path), "I dati del documento non coincidono con quelli scritti")
		if m := h.newest("ladro@esempio.it", "non è stata approvata"); !strings.Contains(m.Text, "presentarsi di persona") || strings.Contains(m.Text, "coincidono") {
			t.Errorf("the thief reads: %s", m.Text)
		}
		if p := h.visitor().enters(pin, h.firstPasswordOf("approvate")); p.Path != firstPath {
			t.Error("the owner's credentials are gone")
		}
	})
}

// Only the clerks of the ente that was asked see a request (O10), and only who has the role.
func TestAskAnotherEnte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.asks(mario()...)
		olga, rita := h.login(t, "olga"), h.login(t, "rita")
		p := olga.opened()
		at := p.Path[:strings.Index(p.Path+"?", "?")]
		if q := rita.get(requestsPath); q.Find("main table a").Length() != 0 {
			t.Errorf("another ente sees it: %s", q.said())
		}
		picture, _ := p.Find("a.foglio img").Attr("src")
		for _, path := range []string{at, picture, strings.TrimSuffix(picture, "/immagine")} {
			if q := rita.get(path); q.Status != http.StatusNotFound {
				t.Errorf("another ente opens %s: %d", path, q.Status)
			}
			if q := h.login(t, "vito").get(path); q.Status != http.StatusForbidden {
				t.Errorf("a role that may not opens %s: %d", path, q.Status)
			}
			if q := h.login(t, "elena").get(path); q.Status != http.StatusNotFound {
				t.Errorf("another realm opens %s: %d", path, q.Status)
			}
		}
	})
}

// What is not completed within the day disappears, with its documents; the link in the mail goes on with it before.
func TestAskLate(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		c := h.visitor()
		c.asked(mario()...)
		c.sendPaper("patente di guida", "patente.pdf", paper("PATENTE"))
		link := codeIn(h.newest("mario@esempio.it", "Continua la richiesta").Text, `(/richiesta-credenziali/riprendi/\S+)`)
		other := h.visitor()
		p := other.get(link)
		if q := other.get(link); q.Status != http.StatusOK {
			t.Error("looking at the link uses it up")
		}
		if p = other.submit(p, `form[action^="`+askResumePath+`"]`); p.Path[:len(askProofPath)] != askProofPath || p.Find("tbody tr").Length() != 1 {
			t.Errorf("%s: %s", p.Path, p.said())
		}
		if q := c.get(askProofPath); q.Path[:len(askPath)] != askPath || strings.HasPrefix(q.Path, askProofPath) {
			t.Errorf("the browser of before still goes on: %s", q.Path)
		}
		h.wait(25 * time.Hour)
		if q := other.get(askProofPath); strings.HasPrefix(q.Path, askProofPath) {
			t.Error("a request of yesterday goes on")
		}
		if q := other.get(link); q.Status != http.StatusNotFound {
			t.Errorf("the link of yesterday: %d", q.Status)
		}
		h.must(h.Citizen.Store.DropOldCredentialRequests(t.Context()))
		h.act(func(tx *store.Tx) error {
			_, err := tx.CredentialRequestByLink(link[strings.LastIndex(link, "/")+1:])
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("it is still kept: %v", err)
			}
			return nil
		})
	})
}

// The first password expires after the policy's hours; another is asked for, and comes to the address that is known (mission S23).
func TestFirstPasswordExpires(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		old := h.firstPasswordOf("approvate")
		h.wait(73 * time.Hour)
		if p := h.visitor().enters(pin, old); !strings.Contains(p.Find(".alert").Text(), "scaduta") {
			t.Errorf("after 73 hours: %s", p.said())
		}
		if p := h.visitor().enters(pin, "sbagliata"); strings.Contains(p.Find(".alert").Text(), "scaduta") {
			t.Error("who does not know the password learns that it has expired")
		}
		if p := h.visitor().post(renewPath, "codice-fiscale", "RSSMRA80A01F205X"); p.Path != renewDonePath {
			t.Fatalf("%s", p.said())
		}
		h.settle()
		secret := h.firstPasswordOf("nuova password di primo accesso")
		if p := h.visitor().enters(pin, old); p.Path == firstPath {
			t.Error("the old one works again")
		}
		if p := h.visitor().enters(pin, secret); p.Path != firstPath {
			t.Errorf("the new one: %s", p.said())
		}
	})
}

// Strangers who ask with somebody's tax code stop neither them nor the password that was mailed last (docs/decisions/0014).
func TestStrangersStopNoFirstPassword(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		pin := h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		for range 9 {
			if p := h.visitor().post(renewPath, "codice-fiscale", "RSSMRA80A01F205X"); p.Path != renewDonePath {
				t.Fatalf("%s", p.said())
			}
			h.settle()
		}
		if p := h.visitor().enters(pin, h.firstPasswordOf("nuova password di primo accesso")); p.Path != firstPath {
			t.Errorf("the last password that was mailed: %s", p.said())
		}
	})
}

// Hostile files are refused with words that say what to do, and leave nothing.
func TestHostileUploads(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		c := h.visitor()
		c.asked(mario()...)
		good := paper("CARTA")
		for name, file := range map[string][]byte{"empty": nil, "a picture": []byte("\x89PNG\r\n\x1a\n0000"), "cut": good[:len(good)-40], "a script": bytes.Replace(good, []byte("/Type /Catalog"), []byte("/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>"), 1),
			"a password": bytes.Replace(good, []byte("/Root"), []byte("/Encrypt << /V 2 >> /Root"), 1), "a program": []byte("MZ\x90\x00"), "a page of the web": []byte("<html><script>alert(1)</script>")} {
			p := c.sendPaper("altro", "documento.pdf", file)
			if p.Status != http.StatusUnprocessableEntity || p.Find("#documento-errore").Length() != 1 || p.Find("tbody tr").Length() != 0 {
				t.Errorf("%s: %d %s", name, p.Status, p.said())
			}
		}
		if p := c.sendPaper("altro", "grande.pdf", bytes.Repeat([]byte("%PDF-1.4 "), 11<<20/9)); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("eleven megabytes: %d", p.Status)
		}
		if p := c.post(askPath + "/completa"); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("completed without a document: %d", p.Status)
		}
		for range 5 {
			c.sendPaper("altro", "documento.pdf", good)
		}
		if p := c.sendPaper("altro", "documento.pdf", good); p.Status != http.StatusUnprocessableEntity {
			t.Errorf("a sixth document: %d", p.Status)
		}
	})
}

// Asking costs the same hashes, mails and records whether somebody is registered or not, and answers the same.
func TestAskTellsNothing(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.asks(mario()...)
		olga := h.login(t, "olga")
		olga.approve(olga.opened(), granting...)
		measure := func(fields ...string) string {
			h.letters("")
			before, records := len(h.mails), h.records()
			c := h.visitor()
			c.asked(fields...)
			p := c.sendPaper("altro", "carta.pdf", paper("CARTA"))
			documents := p.Find("tbody tr").Length()
			p = c.post(askPath + "/completa")
			h.letters("")
			q := h.visitor().enters("123456789", "sbagliata")
			return fmt.Sprint(p.Path, documents, strings.ReplaceAll(p.said(), fields[len(fields)-1], ""), len(h.mails)-before, h.records()-records, q.Status, q.said())
		}
		known := measure(mario("email", "chi@esempio.it")...)
		unknown := measure(append(mario(), "cognome", "Verdi", "nome", "Anna", "codice-fiscale", "VRDNNA80A41F205K", "sesso", "F", "email", "chi@esempio.it")...)
		if known != unknown {
			t.Errorf("known:   %s\nunknown: %s", known, unknown)
		}
	})
}

// records is how many acts the audit holds.
func (h *house) records() (n int64) {
	h.act(func(tx *store.Tx) error { n = tx.Record.Seq; return nil })
	return n
}

// Who was not identified in twelve months is forgotten, but not while a request waits for the ente.
func TestARequestKeepsWhoAsks(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		h.asks(mario()...)
		h.wait(400 * 24 * time.Hour)
		pin := h.asks(mario()...)
		h.sweep()
		olga := h.login(t, "olga")
		if p := olga.approve(olga.opened(), granting...); !strings.Contains(p.said(), "Istanza accolta") {
			t.Fatalf("not approved (%d): %s", p.Status, p.said())
		}
		if p := h.visitor().enters(pin, h.firstPasswordOf("approvate")); p.Path != firstPath {
			t.Errorf("%s: %s", p.Path, p.said())
		}
	})
}

// Who has a single name asks an ente with it.
func TestASingleNameAsksAnEnte(t *testing.T) {
	onEachEnte(t, func(t *testing.T, h *house) {
		c := h.visitor()
		without := func(more ...string) []string {
			return append(mario("nome", "", "codice-fiscale", string(person.ComputeTaxCode("Rossi", "", "1980-01-01", person.Male, "F205"))), more...)
		}
		c.submit(c.get(askPath), `form[action="`+askPath+`"]`, without()...).has(t, "Scrivi il tuo nome.")
		c.submit(c.get(askPath), `form[action="`+askPath+`"]`, without(noName, "si", "nome", "Mario")...).has(t, "Hai scritto un nome")
		if p := c.submit(c.get(askPath), `form[action="`+askPath+`"]`, without(noName, "si")...); p.Path != askPINPath {
			t.Errorf("the request ends at %s (%d): %s", p.Path, p.Status, p.said())
		}
	})
}
