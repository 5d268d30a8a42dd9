package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

func (c *client) typeRevocation(g *handed) *shown {
	c.Helper()
	return c.post("/revoca", "codice-fiscale", " "+strings.ToLower(g.taxCode), "codice-revoca", strings.ToLower(g.code)+" ")
}

// From the code to the last mail, with a change of mind, Back, a second tab, and a new registration at the end (001 §5.4.1, I07, I10, E12).
func TestRevocationStory(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	c.activate(g)
	c.enter("giulia.b85", goodPassword).is(t, "/area-personale", 200)
	h.book(g, "asl", registration.Revocation)

	c.get("/").is(t, "/", 200, "Non vuoi più le credenziali?")
	c.get("/revoca").is(t, "/revoca", 200, "Codice di revoca")
	c.get("/revoca/condizioni").is(t, "/revoca?motivo=durata", 200)
	c.post("/revoca").is(t, "/revoca", 422, "Scrivi il tuo codice fiscale.", "Scrivi il codice di revoca.")
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200, "Giulia Bianchi", "giulia.b85", "Forti (imputabili)", "Che cosa cancelliamo", "registro delle revoche", "23 dicembre 2026")
	for _, early := range []string{"/revoca", "/revoca/fine"} {
		c.get(early).is(t, "/revoca/condizioni", 200)
	}
	c.post("/revoca/condizioni").is(t, "/revoca/condizioni", 422, "Per revocare devi sottoscrivere le condizioni.")
	c.get("/revoca/rinuncia").is(t, "/revoca/rinuncia", 200, "come prima", "23 dicembre 2026")
	c.post("/revoca/esci").is(t, "/", 200)
	c.get("/revoca/condizioni").is(t, "/revoca?motivo=durata", 200)
	c.get("/area-personale").is(t, "/area-personale", 200, "Giulia Bianchi")

	c.typeRevocation(g)
	done := c.post("/revoca/condizioni", "condizioni", "si")
	done.is(t, "/revoca/fine", 200, "La revoca è completa", "Ti scriviamo una conferma", "registrarti di nuovo")
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca/fine", 200) // a second tab, or a second click
	c.get("/revoca/condizioni").is(t, "/revoca/fine", 200)
	for _, trace := range []string{"Giulia", "Bianchi", g.taxCode, "giulia"} {
		if strings.Contains(string(done.Body), trace) {
			t.Errorf("the last page holds %q", trace)
		}
	}
	c.get("/area-personale").is(t, "/accesso?motivo=accesso&verso=/area-personale", 200)
	c.enter("giulia.b85", goodPassword).is(t, "/accesso", 422, "Username o password non corretti.")
	c.get("/revoca").is(t, "/revoca", 200) // somebody else at the same computer
	c.typeRevocation(g).is(t, "/revoca", 422, "Codici non riconosciuti")

	var told bool
	for _, m := range h.letters("giulia@posta.example") {
		told = told || strings.Contains(m.Subject, "sono state revocate")
	}
	if !told {
		t.Error("no mail confirms the revocation")
	}
	h.must(h.Access.Store.Audit(t.Context(), audit.Filter{}, func(r audit.Record) error {
		if r.Deed == audit.RevokeCitizen && (strings.Contains(r.Reason, "Bianchi") || r.PersonMAC == "") {
			t.Errorf("record %+v", r)
		}
		return nil
	}))
	again := h.giulia("asl")
	c.activate(again).is(t, "/attivazione/credenziali", 422, "Questo username è già stato usato")
	c.choose("username", "giulia.di.nuovo").is(t, "/attivazione/fine", 200)
}

// Somebody without an e-mail address is told that the page is the confirmation.
func TestRevocationWithoutEmail(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	h.act(func(tx *store.Tx) error {
		p, err := tx.Person("giulia")
		if err != nil {
			return err
		}
		p.Contacts = person.Contacts{NoEmail: true}
		return tx.SavePerson(p)
	})
	h.book(g, "asl", registration.Revocation)
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200, "non si potranno più attivare") // nothing was activated yet
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca/fine", 200, "la conferma è questa pagina")
}

// One answer to everything that is wrong; an hour, a desk that books again and too many tries stop it.
func TestRevocationStopped(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	h.book(g, "asl", registration.Revocation)
	var answers []string
	for _, in := range [][]string{{g.taxCode, "0000-0000-0000"}, {"VRDLGU70D15F205L", g.code}, {"X", "Y"}} {
		p := c.post("/revoca", "codice-fiscale", in[0], "codice-revoca", in[1])
		p.is(t, "/revoca", 422, "Codici non riconosciuti")
		if p.Find("#codice-fiscale").AttrOr("value", "") != in[0] || p.Find("#codice-revoca").AttrOr("value", "") != in[1] {
			t.Error("what was typed is lost")
		}
		answers = append(answers, p.Find(".alert").Text())
	}
	if answers[0] != answers[1] || answers[0] != answers[2] {
		t.Errorf("answers differ: %q", answers)
	}
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200)
	old := *g
	h.book(g, "asl", registration.Revocation)
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca/condizioni", http.StatusConflict, "La revoca si è fermata", "Non è stato cancellato niente")
	c.typeRevocation(&old).is(t, "/revoca", 422, "Questo codice di revoca non vale più", "come prima")
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200)
	h.wait(time.Hour + time.Minute)
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca?motivo=durata", 200, "Ricomincia dal codice")
	for range 12 {
		c.post("/revoca", "codice-fiscale", g.taxCode, "codice-revoca", "0000")
	}
	c.typeRevocation(g).is(t, "/revoca", 429, "Troppi tentativi sbagliati", "60 minuti")
}

// Each operation says in its own words what accepting does (F07).
func TestWordsOfOperations(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("comune"), h.visitor()
	c.activate(g)
	h.book(g, "asl", registration.Promotion)
	p := c.typeCodes(g, g.pin)
	p.is(t, "/attivazione/regolamento", 200, "promuovi le credenziali", "Username e password restano quelli di adesso", "Accetta e promuovi")
	c.accept().is(t, "/attivazione/fine", 200, "Le tue credenziali sono state promosse", "sono forti", "Username e password restano quelli di prima; vale il PIN nuovo.")
	c.enter("giulia.b85", goodPassword).is(t, "/area-personale", 200) // and stays until the reset is completed

	h.book(g, "asl", registration.Reset)
	c.typeCodes(g, g.pin).is(t, "/attivazione/regolamento", 200, "Confermo la revoca della vecchia utenza (username giulia.b85)")
	c.accept().is(t, "/attivazione/regolamento", 422, "conferma che quelle di prima vanno tolte")
	c.get("/area-personale").is(t, "/area-personale", 200) // what there is works until the end
	c.accept("vecchia-utenza", "si").is(t, "/attivazione/credenziali", 200, "Scegli username e password nuovi", "giulia.b85")
	c.choose("username", "Giulia.B85").is(t, "/attivazione/credenziali", 422, "Questo è lo username che hai adesso")
	c.choose("username", "giulia.nuova").is(t, "/attivazione/fine", 200, "Le credenziali di prima non valgono più", "sono forti", "giulia.nuova")
	c.get("/area-personale").is(t, "/accesso?motivo=scaduta&verso=/area-personale", 200)
}

// A guardian says for whom they act; who brings a mandate is told that the citizen activates (F06).
func TestActingForSomebody(t *testing.T) {
	h := newHouse(t)
	g, c := h.giulia("asl"), h.visitor()
	g.delegation = &registration.Delegation{Kind: registration.Mandate, Name: "Paola", Surname: "Verdi"}
	h.book(g, "asl", registration.StrongVerification)
	p := c.typeCodes(g, g.pin)
	p.is(t, "/attivazione/regolamento", 200, "Paola V.", "vale solo per ritirarli")
	if strings.Contains(p.said(), "Verdi") || p.Find("#per-conto").Length() != 0 {
		t.Error("the page says or asks too much")
	}
	g.delegation = &registration.Delegation{Kind: registration.Declaration, Name: "Paola", Surname: "Verdi"}
	h.book(g, "asl", registration.StrongVerification)
	c.typeCodes(g, g.pin).is(t, "/attivazione/regolamento", 200, "Agisci per un'altra persona", "Paola V.", "Agisco per conto di Giulia Bianchi")
	c.accept().is(t, "/attivazione/regolamento", 422, "Conferma per chi agisci")
	c.accept("per-conto", "si").is(t, "/attivazione/credenziali", 200)
	c.choose().is(t, "/attivazione/fine", 200)
	h.book(g, "asl", registration.Revocation)
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200, "Agisco per conto di Giulia Bianchi")
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca/condizioni", 422, "Conferma per chi agisci")
	c.post("/revoca/condizioni", "condizioni", "si", "per-conto", "si").is(t, "/revoca/fine", 200)
}

// Who has revoked registers again at once at the same desk, as if never seen; the old registration is not found any more (S31).
func TestRegisterAgain(t *testing.T) {
	h := newHouse(t)
	operator, c, x := h.login(t, "anna"), h.visitor(), h.People.CIA[0]
	finish := func() string {
		p := operator.register(x, "email", "unico@posta.example", "nota", "Nota irripetibile")
		for _, paper := range []string{"pin", "riepilogo"} {
			operator.post(p.Path + "/" + paper)
		}
		operator.submit(operator.get(p.Path), "form[action$='/fine']")
		return strings.TrimSuffix(strings.TrimPrefix(p.Path, "/sportello/pratiche/"), "/stampe")
	}
	number := finish()
	if p := operator.search(x); !strings.Contains(p.said(), "già") {
		t.Errorf("somebody registered is not recognised: %s", p.said())
	}
	g := &handed{taxCode: string(x.TaxCode)}
	h.must(h.Access.Store.Read(t.Context(), func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(registration.Number(number))
		g.reg = r.ID
		return err
	}))
	h.book(g, "asl", registration.Revocation)
	c.typeRevocation(g).is(t, "/revoca/condizioni", 200, "non si potranno più attivare")
	c.post("/revoca/condizioni", "condizioni", "si").is(t, "/revoca/fine", 200)
	if p := operator.get("/sportello/gestione/" + number + "/dettaglio"); p.Status != http.StatusNotFound {
		t.Errorf("the detail of an erased registration: %d", p.Status)
	}
	if again := finish(); again == number {
		t.Error("the number was given again")
	}
	h.must(h.Access.Store.Read(t.Context(), func(tx *store.Tx) error {
		lines, err := tx.Revoked(x.TaxCode)
		if err == nil && (len(lines) != 1 || string(lines[0].Number) != number) {
			t.Errorf("the register says %+v", lines)
		}
		return err
	}))
}
