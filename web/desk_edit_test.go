package web

import (
	"slices"
	"strings"
	"testing"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

const editForm = "form[action*='/modifica/']"

// served registers a citizen and ends the desk; it gives the registration's number.
func (c *client) served(change ...string) string {
	c.Helper()
	at := c.register(c.People.CIA[0], change...).Path
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	c.post(at + "/fine")
	return strings.Split(at, "/")[3]
}

// saved changes what the database holds of a registration and its person.
func (h *house) saved(number string, change func(*registration.Registration, *person.Person)) {
	h.Helper()
	h.act(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(registration.Number(number))
		h.must(err)
		p, err := tx.Person(r.Person)
		h.must(err)
		change(r, &p.Person)
		h.must(tx.SavePerson(p))
		return tx.SaveRegistration(r)
	})
}

// 001 §5.2.5: a weak user without "Rilasciato da" and an old user without e-mail are completed; the page before saving says what changes.
func TestEditStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.served()
	h.saved(number, func(_ *registration.Registration, p *person.Person) {
		p.Document.Issuer, p.Contacts.Email = "", ""
	})
	row := c.get("/sportello/gestione/" + number)
	p := c.get(row.Find("a[href$='/modifica']").First().AttrOr("href", ""))
	p.has(t, "Ci sono dati da completare", "E-mail e Rilasciato da", "Non modificabile qui", "Scelta alla registrazione")
	checkPage(t, "edit", p.Document)
	if p.Find("#codice-fiscale[readonly]").Length() != 1 || p.Find("[name=community], [name=codice-fiscale]").Length() != 0 {
		t.Error("community and tax code are not locked")
	}
	if strings.Contains(p.Path, string(h.People.CIA[0].TaxCode)) {
		t.Error("the tax code is in the address")
	}
	p = c.submit(p, editForm, "email", "giulia@postacertificata.gov.it")
	if p.Status != 422 || p.Find("#email-errore").Length() != 1 || p.Find("#ci-ente-errore").Length() != 1 || p.Find("#visto-documento-errore").Length() != 1 {
		t.Fatalf("%d %s", p.Status, p.Find(".riepilogo-errori").Text())
	}
	if got := p.Find("#email").AttrOr("value", ""); got != "giulia@postacertificata.gov.it" {
		t.Errorf("the e-mail typed is lost: %q", got)
	}
	p = c.submit(p, editForm, "email", "nuova@esempio.it", "ci-ente", "Comune di Asti", "indirizzo", "Via Nuova", "visto-documento", "si")
	p.has(t, "Che cosa cambia", "Comune di Asti", "nuova@esempio.it", "Via Nuova", h.People.CIA[0].Residence.Address, "Non indicato")
	if n := p.Find("tbody tr").Length(); n != 3 {
		t.Errorf("%d changes: %s", n, p.Find("tbody").Text())
	}
	checkPage(t, "confirm", p.Document)
	confirm := p.Path
	if back := c.get(strings.TrimSuffix(confirm, "/conferma")); back.Find("#indirizzo").AttrOr("value", "") != "Via Nuova" {
		t.Error("Indietro lost the address")
	}
	p = c.submit(p, "form[action$='/conferma']")
	if p.Path != "/sportello/gestione/"+number+"?fatto=modifica" {
		t.Errorf("ended at %s", p.Path)
	}
	p.has(t, "Dati aggiornati", h.People.CIA[0].Surname)
	if again := c.post(confirm); again.Path != p.Path {
		t.Errorf("sent again, it ended at %s (%d)", again.Path, again.Status)
	}
	if again := c.get(strings.TrimSuffix(confirm, "/conferma")); again.Path != p.Path {
		t.Errorf("opened again, it ended at %s", again.Path)
	}
	c.get("/sportello/gestione/"+number+"/dettaglio").has(t, "Comune di Asti", "nuova@esempio.it", "Via Nuova")
	if got := h.letters("nuova@esempio.it"); len(got) != 2 || !strings.HasPrefix(got[0].Subject, "Il tuo codice di attivazione") || !strings.HasPrefix(got[1].Subject, "Da ora ti scriviamo qui") {
		t.Errorf("%d letters to the new address", len(got))
	}
}

// Who comes from the completeness gate of Prenota goes back there (001 §5.2.5.1).
func TestEditLeadsBackToBooking(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.served()
	p := c.get("/sportello/gestione/" + number + "/modifica?ritorno=prenota")
	p = c.submit(p, editForm, "visto-documento", "si")
	p.has(t, "Nessun dato cambia")
	if p = c.submit(p, "form[action$='/conferma']"); !strings.HasPrefix(p.Path, bookingPath) || p.Find("h1").Text() != "Prenota" {
		t.Errorf("ended at %s", p.Path)
	}
}

// Whoever gives a citizen with credentials another address is told before saving, and books nothing until the pause is over; a colleague does.
func TestNewAddressThenBooking(t *testing.T) {
	h := newHouse(t)
	anna, bruno := h.login(t, "anna"), h.login(t, "bruno")
	number := anna.served()
	h.saved(number, func(r *registration.Registration, _ *person.Person) { r.State = registration.Active })
	at := "/sportello/gestione/" + number
	p := anna.submit(anna.get(at+"/modifica"), editForm, "email", "altra@esempio.it", "visto-documento", "si")
	p.has(t, "chi salva non prenota e non rigenera codici")
	anna.submit(p, "form[action$='/conferma']")
	if p = anna.get(at + "/prenota"); p.Status != 403 {
		t.Errorf("booking: %d", p.Status)
	}
	p.has(t, "Serve un collega, o un po' di tempo", "Chiedere a un altro operatore")
	if p = bruno.get(at + "/prenota"); p.Status != 200 || p.Find("h1").Text() != "Prenota" {
		t.Errorf("a colleague books: %d %s", p.Status, p.Find("h1").Text())
	}
}

// Two tabs of two operators: the slower one is told, and nothing of the faster is lost.
func TestEditOfTwoOperators(t *testing.T) {
	h := newHouse(t)
	anna, bruno := h.login(t, "anna"), h.login(t, "bruno")
	number := anna.served()
	at := "/sportello/gestione/" + number + "/modifica"
	first, second := anna.submit(anna.get(at), editForm, "telefono", "0110000001", "visto-documento", "si"), bruno.submit(bruno.get(at), editForm, "telefono", "0110000002", "visto-documento", "si")
	anna.submit(first, "form[action$='/conferma']")
	p := bruno.submit(second, "form[action$='/conferma']")
	p.has(t, "dopo l'apertura di questo modulo")
	if p.Status != 409 || p.Find("h1").Text() != "Modificata da un altro operatore" {
		t.Errorf("%d %s", p.Status, p.Find("h1").Text())
	}
	anna.get("/sportello/gestione/"+number+"/dettaglio").has(t, "0110000001")
}

// Each bad input is told at its own field, and nothing of what was typed is lost.
func TestEditBadInputs(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	form := c.get("/sportello/gestione/" + c.served() + "/modifica")
	for _, tt := range slices.Concat(badInputs, []badInput{
		{"emancipazione", []string{"nascita-anno", "2015", "motivo-codice-fiscale", "errore"}},
		{"residenza-provincia", []string{"residenza-provincia", "RM"}},
		{"residenza-comune", []string{"residenza-comune", "H501"}},
		{"residenza-comune", []string{"residenza-comune", ""}},
		{"citta", []string{"residenza-provincia", "EE", "residenza-comune", "ESTERO"}},
		{"nazione", []string{"residenza-provincia", "EE", "residenza-comune", "ESTERO", "citta", "Ginevra"}},
		{"zona", []string{"azione", "leggi-zona", "zona", "niente"}},
	}) {
		p := c.submit(form, editForm, append([]string{"visto-documento", "si", "telefono", "0112223334"}, tt.pairs...)...)
		if p.Status != 422 || p.Find("#"+tt.field+"-errore").Length() != 1 {
			t.Errorf("%v: %d, no error at %s but %q", tt.pairs, p.Status, tt.field, p.Find(".riepilogo-errori").Text())
			continue
		}
		if p.Find("#telefono").AttrOr("value", "") != "0112223334" {
			t.Errorf("%v: what was typed is lost", tt.pairs)
		}
		checkPage(t, tt.field, p.Document)
	}
}

// What may not be edited says why: another state, another place, one's own registration.
func TestEditRefused(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.served()
	edit, move, tell := "/sportello/gestione/"+number+"/modifica", "/sportello/cambio-residenza/"+number, "/sportello/gestione/"+number+"/username"
	refused := func(path, title string) {
		t.Helper()
		if p := c.get(path); p.Find("h1").Text() != title {
			t.Errorf("%s: %d %s", path, p.Status, p.Find("h1").Text())
		}
	}
	refused(tell, "Funzione non disponibile in questo stato")
	h.saved(number, func(_ *registration.Registration, p *person.Person) {
		p.Residence.Province, p.Residence.Comune = "RM", "H501"
	})
	refused(edit, "Comune fuori competenza")
	h.saved(number, func(r *registration.Registration, _ *person.Person) { r.State = registration.Rejected })
	refused(edit, "Funzione non disponibile in questo stato")
	refused(move, "Funzione non disponibile in questo stato")
	h.saved(number, func(r *registration.Registration, p *person.Person) {
		r.State, p.TaxCode = registration.Active, operatorsOfHouse[0].code
	})
	for _, path := range []string{edit, move, tell} {
		refused(path, "Nessuno lavora sulla propria pratica")
	}
}

const moveForm = "form[action^='/sportello/cambio-residenza/']"

// 001 §5.6: a citizen of another competence is moved in, never out.
func TestMoveStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number, citizen := c.served(), h.People.CIA[0]
	h.saved(number, func(_ *registration.Registration, p *person.Person) {
		p.Residence = person.Residence{Address: "Via Appia", Number: "9", Province: "RM", Comune: "H501", PostalCode: "00179"}
	})
	p := c.get("/sportello/cambio-residenza")
	checkPage(t, "search", p.Document)
	p = c.submit(p, "form[action='/sportello/cambio-residenza']", "codice-fiscale", strings.ToLower(string(citizen.TaxCode)))
	if p.Path != "/sportello/cambio-residenza/"+number {
		t.Fatalf("found at %s: %s", p.Path, p.said())
	}
	p.has(t, citizen.Surname, "Via Appia", "Roma", "fuori competenza")
	checkPage(t, "found", p.Document)
	p = c.submit(p, moveForm)
	checkPage(t, "form", p.Document)
	if got := p.Find("#residenza-provincia option").Length(); got != 10 { // "Scegli", eight provinces, STATO ESTERO
		t.Errorf("%d provinces", got)
	}
	if got := p.Find("#indirizzo").AttrOr("value", ""); got != "Via Appia" {
		t.Errorf("address %q", got)
	}
	if out := c.submit(p, moveForm, "residenza-provincia", "RM", "residenza-comune", "H501"); out.Status != 422 || out.Find("#residenza-provincia-errore").Length() != 1 {
		t.Errorf("moved out: %d %s", out.Status, out.said())
	}
	for field, pairs := range map[string][]string{
		"indirizzo":        {"indirizzo", ""},
		"civico":           {"civico", ""},
		"cap":              {"cap", "x"},
		"residenza-comune": {"residenza-comune", ""},
		"citta":            {"residenza-provincia", "EE", "residenza-comune", "ESTERO"},
	} {
		bad := c.submit(p, moveForm, append([]string{"residenza-provincia", "TO", "residenza-comune", "L219"}, pairs...)...)
		if bad.Status != 422 || bad.Find("#"+field+"-errore").Length() != 1 {
			t.Errorf("%s: %d %s", field, bad.Status, bad.Find(".riepilogo-errori").Text())
		}
	}
	menu := c.submit(p, moveForm, "azione", "comuni-residenza", "residenza-provincia", "EE")
	if got := menu.Find("#residenza-comune option[selected]").AttrOr("value", ""); got != person.AbroadComune || menu.Find("#nazione").Length() != 1 || menu.Status != 200 {
		t.Errorf("abroad: %d %q", menu.Status, got)
	}
	p = c.submit(p, moveForm, "indirizzo", "Via Po", "civico", "1", "cap", "10124", "residenza-provincia", "TO", "residenza-comune", "L219")
	p.has(t, "Via Appia", "Via Po", "Roma", "Torino")
	checkPage(t, "confirm", p.Document)
	confirm := p.Path
	p = c.submit(p, "form[action$='/conferma']")
	p.has(t, "Residenza aggiornata")
	if again := c.post(confirm); again.Path != p.Path || !strings.HasPrefix(p.Path, "/sportello?") {
		t.Errorf("ended at %s, then %s", p.Path, again.Path)
	}
	c.get("/sportello/gestione/"+number+"/dettaglio").has(t, "Via Po", citizen.Surname)

	for code, want := range map[string]string{"": "Campo obbligatorio", "RSS": "16 caratteri", "RSSMRA80A01H501U": "Nessun cittadino registrato", "STP1234567890123": "STP o ENI"} {
		bad := c.post("/sportello/cambio-residenza", "codice-fiscale", code)
		if said := bad.Find("#codice-fiscale-errore").Text(); bad.Status != 422 || !strings.Contains(said, want) {
			t.Errorf("%q: %d %s", code, bad.Status, said)
		}
	}
}

// 001 §5.7.1: the username is said aloud after the checks, is in no address, mail or record, and no other role sees the page.
func TestUsernameStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	number := c.served()
	if p := c.get("/sportello/gestione/" + number); p.Find("a[href$='/username']").Length() != 0 {
		t.Error("offered to somebody without a username")
	}
	h.saved(number, func(r *registration.Registration, _ *person.Person) { r.State = registration.Active })
	p := c.get("/sportello/gestione/" + number)
	p = c.get(p.Find("a[href$='/username']").First().AttrOr("href", ""))
	p.has(t, "Se i documenti sono più recenti")
	if p.Find("main a[href$='/modifica']").Length() != 1 {
		t.Error("no way to Modifica")
	}
	checkPage(t, "username", p.Document)
	all := []string{"visto-documento", "si", "vista-tessera", "si", "riscontro-de-visu", "si"}
	if none := c.submit(p, "form[action$='/username']", all...); none.Status != 409 || none.Find("h1").Text() != "Nessuno username da comunicare" {
		t.Errorf("without credentials: %d", none.Status)
	}
	h.act(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(registration.Number(number))
		h.must(err)
		return tx.SetCredentials(r.Realm, &credential.Set{Registration: r.ID, Username: "giulia.tigli"})
	})
	for i := 0; i < len(all); i += 2 {
		bad := c.submit(p, "form[action$='/username']", append(append([]string{}, all...), all[i], "")...)
		if bad.Status != 422 || bad.Find("#"+all[i]+"-errore").Length() != 1 || strings.Contains(string(bad.Body), "giulia.tigli") {
			t.Errorf("without %s: %d", all[i], bad.Status)
		}
	}
	told := c.submit(p, "form[action$='/username']", all...)
	told.has(t, "giulia.tigli", "a voce")
	checkPage(t, "told", told.Document)
	if told.Header.Get("Cache-Control") != "no-store" || strings.Contains(told.Path+told.Find("title").Text(), "tigli") {
		t.Errorf("%s %v", told.Path, told.Header)
	}
	for _, m := range h.letters("giulia.bianchi@esempio.it") {
		if strings.Contains(m.Text, "giulia.tigli") {
			t.Error("the username was mailed")
		}
	}
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{}, func(r audit.Record) error {
		if line, _ := r.Leaf(); strings.Contains(string(line), "tigli") {
			t.Errorf("the audit holds the username: %s", line)
		}
		return nil
	}))
	elena := h.login(t, "elena")
	if p := elena.get("/sportello/gestione/" + number + "/username"); !p.refused() {
		t.Errorf("%s opens it: %d", office.Helpdesk, p.Status)
	}
}

// Who has a single name is not ticked again at each Modifica, whether the tax code tells of it or, provisional, tells nothing; a name that is merely missing is asked for.
func TestKnownNames(t *testing.T) {
	for name, tt := range map[string]struct {
		person        person.Person
		name, surname string
	}{
		"as the code says":   {person.Person{TaxCode: "SHRXXX80A01Z223J", Surname: "Suhartini"}, "si", ""},
		"a provisional code": {person.Person{TaxCode: "12345678903", Surname: "Suhartini"}, "si", ""},
		"the other way":      {person.Person{TaxCode: "12345678903", Name: "Suhartini"}, "", "si"},
		"nothing is known":   {person.Person{TaxCode: "12345678903"}, "", ""},
		"a gap":              {person.Person{TaxCode: "BNCGLI85C52L219J", Surname: "Bianchi"}, "", ""},
		"both names":         {person.Person{TaxCode: "12345678903", Surname: "Bianchi", Name: "Giulia"}, "", ""},
	} {
		values := knownValues(tt.person, "")
		if values.Get(noName) != tt.name || values.Get(noSurname) != tt.surname {
			t.Errorf("%s: no name %q, no surname %q", name, values.Get(noName), values.Get(noSurname))
		}
	}
}
