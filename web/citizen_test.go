package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A handed is somebody who left a desk of a house with PIN and code.
type handed struct {
	taxCode, code, pin, reg string
	delegation              *registration.Delegation // of what is booked next
}

// giulia has been registered by an ente: the papers are printed, the code is on its way.
func (h *house) giulia(ente string) *handed {
	h.Helper()
	g := &handed{taxCode: "BNCGLI85C52L219J", reg: "giulia"}
	number, err := registration.DrawNumber(rand.Reader)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		return errors.Join(
			tx.AddPerson(&store.Person{Realm: "sistemapiemonte", Person: person.Person{ID: "giulia", TaxCode: person.TaxCode(g.taxCode), Surname: "Bianchi", Name: "Giulia",
				BirthDate: "1985-03-12", Sex: person.Female, Contacts: person.Contacts{Email: "giulia@posta.example"}}}),
			tx.AddRegistration(&registration.Registration{ID: g.reg, Number: number, Person: "giulia", Realm: "sistemapiemonte", Community: "sistemapiemonte",
				State: registration.Registered, CreatedAt: tx.Now}))
	})
	kind := registration.StrongVerification
	if ente != "asl" {
		kind = registration.Verification
	}
	h.book(g, ente, kind)
	return g
}

// book books an operation in the place of any other, and g holds its PIN and code.
func (h *house) book(g *handed, ente string, kind registration.Kind) {
	h.Helper()
	codes, hasher := h.Communities[0].Codes, h.Citizen.Hasher
	pin, err := credential.Draw(codes.PIN, rand.Reader)
	h.must(err)
	purpose, format := credential.PurposeActivation, codes.Activation
	if kind == registration.Revocation {
		purpose, format = credential.PurposeRevocation, codes.Revocation
	}
	code, err := credential.Draw(format, rand.Reader)
	h.must(err)
	hash, err := hasher.Hash(credential.PurposePIN, pin)
	h.must(err)
	h.act(func(tx *store.Tx) error {
		r, err := tx.Registration(g.reg)
		if err != nil {
			return err
		}
		var before []*registration.Operation
		if old, err := tx.PendingOperation(r.ID); err == nil {
			before = append(before, old)
		}
		id, err := tx.NewID()
		if err != nil {
			return err
		}
		op := &registration.Operation{ID: id, Kind: kind, BookedAt: tx.Now, Operator: "anna", Ente: ente, Entitled: ente == "asl",
			Checks: registration.Checks{Document: true, HealthCard: true, InPerson: true}, ConcludedAt: tx.Now, Prints: map[registration.Paper]registration.Print{}, Delegation: g.delegation}
		if _, err = r.Book(op, before); err != nil {
			return err
		}
		for _, old := range before {
			err = errors.Join(err, tx.SaveOperation(old))
		}
		return errors.Join(err, tx.SaveRegistration(r), tx.AddOperation(op), tx.AddHandover(&credential.Handover{Operation: id, PIN: hash,
			Code: hasher.CodeMAC(purpose, code), CodeExpiresAt: tx.Now.AddDate(0, 0, format.ValidDays)}))
	})
	g.code, g.pin = credential.Show(format, code), credential.Show(codes.PIN, pin)
}

func (c *client) typeCodes(g *handed, pin string) *shown {
	c.Helper()
	return c.post("/attivazione", "codice-fiscale", " "+strings.ToLower(g.taxCode), "codice-attivazione", " "+strings.ToLower(g.code)+" ", "pin", pin)
}

func (c *client) accept(more ...string) *shown {
	c.Helper()
	return c.post("/attivazione/regolamento", append(more, "accetto-regolamento", "si", "letto-informativa", "si")...)
}

const goodPassword = "cavallo lampada nuvola 9"

func (c *client) choose(change ...string) *shown {
	c.Helper()
	return c.post("/attivazione/credenziali", append(change, "username", "giulia.b85", "password", goodPassword, "ripeti-password", goodPassword,
		"domanda", c.Communities[0].Question.Proposed[0], "risposta", "Maestra Pina")...) // the first of two values counts
}

func (c *client) activate(g *handed) *shown {
	c.Helper()
	c.typeCodes(g, g.pin)
	c.accept()
	return c.choose()
}

func (c *client) enter(username, password string, more ...string) *shown {
	c.Helper()
	return c.post("/accesso", append([]string{"username", username, "password", password}, more...)...)
}

// is asks of a page its address, status, and words that it shows.
func (p *shown) is(t *testing.T, path string, status int, words ...string) {
	t.Helper()
	if p.Path != path || p.Status != status {
		t.Fatalf("at %s (%d), want %s (%d): %.400s", p.Path, p.Status, path, status, p.said())
	}
	for _, w := range words {
		if !strings.Contains(p.said(), w) {
			t.Errorf("%s does not say %q: %.400s", path, w, p.said())
		}
	}
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s: Cache-Control %q", path, got)
	}
	checkPage(t, path, p.Document)
}

// The way of a citizen from the letter to the answer that the credentials are imputabili, with Back and a second tab (F01-F05, A10).
func TestCitizenStory(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.get("/attivazione").is(t, "/attivazione", 200, "Attiva le tue credenziali")

	c.typeCodes(g, strings.ReplaceAll(g.pin, "-", "")).is(t, "/attivazione/regolamento", 200, "Giulia Bianchi", "Versione 1.0, valida dal 1 settembre 2026", "restano validi fino al 22 gennaio 2027")
	for _, early := range []string{"/attivazione", "/attivazione/credenziali", "/attivazione/fine"} {
		c.get(early).is(t, "/attivazione/regolamento", 200)
	}
	half := c.post("/attivazione/regolamento", "accetto-regolamento", "si")
	half.is(t, "/attivazione/regolamento", 422, "Conferma di avere letto l'informativa.")
	if half.Find("#accetto-regolamento[checked]").Length() != 1 || half.Find("#letto-informativa[checked]").Length() != 0 {
		t.Error("the boxes are not as they were left")
	}
	c.get("/attivazione/non-accetto").is(t, "/attivazione/non-accetto", 200, "Non è cambiato niente", "22 gennaio 2027")

	c.accept().is(t, "/attivazione/credenziali", 200, "Da 5 a 32 caratteri", "Almeno 12 caratteri")
	c.get("/attivazione/regolamento").is(t, "/attivazione/credenziali", 200) // Back
	c.accept().is(t, "/attivazione/credenziali", 200)                        // Back, and sent again

	wrong := c.post("/attivazione/credenziali", "username", "giulia@posta.example", "password", "bianchi1985!!", "ripeti-password", "altra", "domanda", "propria", "domanda-propria", "Che fiore amo?", "risposta", "no")
	wrong.is(t, "/attivazione/credenziali", 422, "Lo username non può essere un indirizzo e-mail", "Questa password è tra le più usate", "La risposta è troppo corta: servono almeno 4")
	c.post("/attivazione/credenziali", "username", "giulia@posta.example", "password", "bianchi1985!!").is(t, "/attivazione/credenziali", 422,
		"Lo username non può essere un indirizzo e-mail", "Questa password è tra le più usate", "Scrivi la password una seconda volta.", "Scrivi la risposta.") // all at once
	if wrong.Find("#username").AttrOr("value", "") != "giulia@posta.example" || wrong.Find("#domanda-propria").AttrOr("value", "") != "Che fiore amo?" {
		t.Error("what was typed is lost")
	}

	c.choose().is(t, "/attivazione/fine", 200, "Le tue credenziali sono attive", "Forti (imputabili)", "giulia.b85", g.taxCode, "g***a@posta.example", "ASL Città di Esempio")
	c.choose().is(t, "/attivazione/fine", 200) // a second tab, or a second click
	for _, late := range []string{"/attivazione/regolamento", "/attivazione/credenziali"} {
		c.get(late).is(t, "/attivazione/fine", 200)
	}
	c.get("/attivazione").is(t, "/attivazione", 200)

	c.get("/verifica-credenziali").is(t, "/accesso?motivo=accesso&verso=/verifica-credenziali", 200, "Prima accedi")
	c.enter("Giulia.B85", goodPassword, "verso", "/verifica-credenziali").is(t, "/verifica-credenziali", 200, "serve anche il PIN")
	c.post("/area-personale/pin", "verso", "/verifica-credenziali", "pin", "AAAA-AAAA").is(t, "/area-personale/pin", 422, "Il PIN non corrisponde")
	verdict := c.post("/area-personale/pin", "verso", "/verifica-credenziali", "pin", g.pin)
	verdict.is(t, "/verifica-credenziali", 200, "Sì, le tue credenziali sono imputabili", "23 novembre 2026", "ASL Città di Esempio", "Tu, di persona", "Con username, password e PIN")
	if got := verdict.Find("tbody tr").Length(); got != len(h.Communities[0].Services) {
		t.Errorf("%d services", got)
	}
	c.get("/area-personale").is(t, "/area-personale", 200, "Giulia Bianchi", "credenziali attivate dopo il controllo di persona")
	c.post("/uscita").is(t, "/accesso?motivo=uscita", 200, "Sei uscito")
	c.get("/area-personale").is(t, "/accesso?motivo=accesso&verso=/area-personale", 200)
}

// Weak credentials are told so, with what to do (A02, A10).
func TestWeakCitizen(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("comune"), h.visitor()
	c.activate(g).is(t, "/attivazione/fine", 200, "sono deboli", "Deboli (non imputabili)", "chiedi la promozione")
	area := c.enter("giulia.b85", goodPassword)
	area.is(t, "/area-personale", 200, "Conferma l'accesso con il PIN.", "Vai a uno sportello abilitato con un documento valido e la tessera sanitaria.", "Servono SPID, CIE o CNS.")
	c.post("/area-personale/pin", "verso", "/verifica-credenziali", "pin", g.pin).is(t, "/verifica-credenziali", 200, "No, le tue credenziali sono deboli")
}

// One answer to everything that is wrong; what was typed stays, but the PIN; empty fields are told one by one.
func TestCodesRefused(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.post("/attivazione").is(t, "/attivazione", 422, "Scrivi il tuo codice fiscale.", "Scrivi il codice di attivazione.", "Scrivi il PIN.")
	var answers []string
	for _, in := range [][]string{{g.taxCode, g.code, "AAAA-AAAA"}, {g.taxCode, "0000-0000-0000", g.pin}, {"VRDLGU70D15F205L", g.code, g.pin}, {"X", "Y", "Z"}} {
		p := c.post("/attivazione", "codice-fiscale", in[0], "codice-attivazione", in[1], "pin", in[2])
		p.is(t, "/attivazione", 422, "Codici non riconosciuti")
		if p.Find("#codice-fiscale").AttrOr("value", "") != in[0] || p.Find("#codice-attivazione").AttrOr("value", "") != in[1] || p.Find("#pin").AttrOr("value", "") != "" {
			t.Error("typed values are not as they should be")
		}
		answers = append(answers, p.Find(".alert").Text())
	}
	for _, a := range answers {
		if a != answers[0] {
			t.Errorf("answers differ: %q, %q", a, answers[0])
		}
	}
	for range 5 {
		c.typeCodes(g, "AAAA-AAAA")
	}
	c.typeCodes(g, g.pin).is(t, "/attivazione", 422, "Questo codice di attivazione non vale più", "sportello di registrazione")
	c.typeCodes(g, g.pin).is(t, "/attivazione", 429, "Troppi tentativi sbagliati", "60 minuti")
}

// A desk that books again stops the activation; so does an hour.
func TestActivationStopped(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.typeCodes(g, g.pin)
	c.accept()
	h.book(g, "asl", registration.StrongVerification)
	c.choose().is(t, "/attivazione/credenziali", http.StatusConflict, "L'attivazione si è fermata", "Non è stato salvato niente")
	c.typeCodes(g, g.pin).is(t, "/attivazione/regolamento", 200)
	h.wait(time.Hour + time.Minute)
	c.accept().is(t, "/attivazione?motivo=durata", 200, "Ricomincia dai codici")
	c.post("/attivazione/esci").is(t, "/", 200)
}

// A new PIN asks for the Regolamento alone (F07).
func TestNewPIN(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.activate(g)
	h.book(g, "asl", registration.NewPIN)
	p := c.typeCodes(g, g.pin)
	p.is(t, "/attivazione/regolamento", 200)
	if got := p.Find(".steppers-elenco li").Length(); got != 3 {
		t.Errorf("%d steps", got)
	}
	c.accept().is(t, "/attivazione/fine", 200, "Il tuo nuovo PIN è attivo", "Username e password restano quelli di prima")
}

// The log-in answers alike to what is wrong, waits after ten tries, ends when unused, and leads nowhere else.
func TestCitizenLogin(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.activate(g)
	c.post("/accesso").is(t, "/accesso", 422, "Scrivi il tuo username.", "Scrivi la password.")
	c.enter("giulia.b85", goodPassword, "verso", "https://altrove.example/").is(t, "/area-personale", 200)
	h.wait(16 * time.Minute)
	c.get("/verifica-credenziali").is(t, "/accesso?motivo=scaduta&verso=/verifica-credenziali", 200, "La sessione è finita")
	stranger := h.visitor()
	for i := range 10 {
		p := stranger.enter([]string{"giulia.b85", "nessuno"}[i%2], "sbagliata")
		p.is(t, "/accesso", 422, "Username o password non corretti.")
		if p.Find("#password").AttrOr("value", "") != "" || p.Find("#username").AttrOr("value", "") == "" {
			t.Error("typed values are not as they should be")
		}
	}
	for range 5 {
		stranger.enter("giulia.b85", "sbagliata")
	}
	stranger.enter("giulia.b85", goodPassword).is(t, "/accesso", 429, "Troppi tentativi sbagliati", "15 minuti")
	c.enter("giulia.b85", goodPassword).is(t, "/area-personale", 200) // the device that is known
}

// No answer and no address holds a secret.
func TestNoSecretInAnswers(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	var seen []*shown
	keep := func(p *shown) { seen = append(seen, p) }
	keep(c.typeCodes(g, g.pin))
	keep(c.accept())
	keep(c.choose("username", "x", "password", goodPassword+"!", "ripeti-password", goodPassword))
	keep(c.choose())
	keep(c.enter("giulia.b85", goodPassword+"?"))
	keep(c.enter("giulia.b85", goodPassword))
	keep(c.post("/area-personale/pin", "pin", "AAAA-AAAA"))
	keep(c.post("/area-personale/pin", "pin", g.pin))
	keep(c.get("/verifica-credenziali"))
	for i, p := range seen {
		all := p.Path + "\n" + string(p.Body)
		for _, secret := range []string{g.pin, strings.ReplaceAll(g.pin, "-", ""), g.code, goodPassword, "Maestra Pina"} {
			if strings.Contains(all, secret) {
				t.Errorf("answer %d (%s) holds a secret", i, p.Path)
			}
		}
	}
}
