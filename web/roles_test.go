package web

import (
	"encoding/base32"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// needed is what each page of the desk is for; "" is everybody's who works there. A new page gets its row here.
var needed = map[string]office.Permission{
	"GET /sportello":                   "",
	"GET /sportello/fse":               office.OpenFSE,
	"GET /sportello/accesso/conferma":  "",
	"POST /sportello/accesso/conferma": "",
	"POST /sportello/sessione":         "",

	"GET /sportello/registrazione":                office.Register,
	"POST /sportello/registrazione":               office.Register,
	"GET /sportello/registrazione/{id}":           office.Register,
	"POST /sportello/registrazione/{id}":          office.Register,
	"GET /sportello/registrazione/{id}/conferma":  office.Register,
	"POST /sportello/registrazione/{id}/conferma": office.Register,

	"GET /sportello/gestione":                        office.FindPeople,
	"POST /sportello/gestione":                       office.FindPeople,
	"GET /sportello/gestione/{numero}":               office.FindPeople,
	"POST /sportello/gestione/esportazione":          office.ExportPeople,
	"GET /sportello/gestione/{numero}/dettaglio":     office.FindPeople,
	"POST /sportello/gestione/{numero}/codice-letto": office.RevealCode,

	// account obsoleti
	"GET /sportello/account/{id}":            office.Register,
	"POST /sportello/account/{id}":           office.Register,
	"POST /sportello/account/{id}/richiesta": office.Register,
	"GET /sportello/account/{id}/conferma":   office.Register,
	"POST /sportello/account/{id}/conferma":  office.Register,
	"GET /sportello/account/{id}/esito":      office.Register,
	"POST /sportello/account/{id}/esito":     office.Register,

	// istanze
	"GET /sportello/istanze":        office.HandleRequests,
	"POST /sportello/istanze":       office.HandleRequests,
	"GET /sportello/istanze/nuova":  office.HandleRequests,
	"POST /sportello/istanze/nuova": office.HandleRequests,
	"GET /sportello/istanze/{id}":   office.HandleRequests,
	"GET /sportello/istanze/fax":    office.HandleRequests,
	"POST /sportello/istanze/fax":   office.HandleRequests,

	"GET /sportello/istanze/{id}/allegati/{allegato}/{pagina}": office.HandleRequests,

	"POST /sportello/istanze/{id}/carico":    office.HandleRequests,
	"POST /sportello/istanze/{id}/pratica":   office.HandleRequests,
	"POST /sportello/istanze/{id}/note":      office.HandleRequests,
	"POST /sportello/istanze/{id}/problema":  office.HandleRequests,
	"POST /sportello/istanze/{id}/controlli": office.HandleRequests,
	"POST /sportello/istanze/{id}/chiusura":  office.HandleRequests,

	"POST /sportello/istanze/{id}/confronto":                              office.ApproveRequests,
	"GET /sportello/istanze/{id}/documenti/{documento}/{pagina}":          office.ApproveRequests,
	"GET /sportello/istanze/{id}/documenti/{documento}/{pagina}/immagine": office.ApproveRequests,

	// posta
	"GET /sportello/posta":                         office.RunPost,
	"POST /sportello/posta/lotti":                  office.RunPost,
	"GET /sportello/posta/lotti/{id}":              office.RunPost,
	"POST /sportello/posta/lotti/{id}/file":        office.RunPost,
	"POST /sportello/posta/lotti/{id}/consegna":    office.RunPost,
	"POST /sportello/posta/lotti/{id}/rifai":       office.RunPost,
	"POST /sportello/posta/lotti/{id}/ritiro":      office.RunPost,
	"POST /sportello/posta/cerca":                  office.RunPost,
	"POST /sportello/posta/prova":                  office.RunPost,
	"GET /sportello/posta/lettere/{id}":            office.RunPost,
	"POST /sportello/posta/lettere/{id}/esito":     office.RunPost,
	"POST /sportello/posta/lettere/{id}/indirizzo": office.RunPost,
	"POST /sportello/posta/lettere/{id}/nuova":     office.RunPost,
	"GET /sportello/posta/rese":                    office.RunPost,
	"POST /sportello/posta/esiti":                  office.RunPost,
	"GET /sportello/posta/esiti/{id}":              office.RunPost,

	// Prenota
	"GET /sportello/gestione/{numero}/prenota":         office.BookOperation,
	"GET /sportello/prenotazioni/{id}":                 office.BookOperation,
	"POST /sportello/prenotazioni/{id}":                office.BookOperation,
	"GET /sportello/prenotazioni/{id}/delega":          office.BookOperation,
	"POST /sportello/prenotazioni/{id}/delega":         office.BookOperation,
	"GET /sportello/prenotazioni/{id}/conferma":        office.BookOperation,
	"POST /sportello/prenotazioni/{id}/conferma":       office.BookOperation,
	"POST /sportello/pratiche/{numero}/stampe/annulla": office.PrintPapers,

	// Rigenera codice
	"GET /sportello/gestione/{numero}/codice":          office.BookOperation,
	"GET /sportello/gestione/{numero}/codice/{id}":     office.BookOperation,
	"POST /sportello/gestione/{numero}/codice/{id}":    office.BookOperation,
	"GET /sportello/pratiche/{numero}/codice":          office.PrintPapers,
	"POST /sportello/pratiche/{numero}/codice/stampa":  office.PrintPapers,
	"POST /sportello/pratiche/{numero}/codice/fine":    office.PrintPapers,
	"POST /sportello/pratiche/{numero}/codice/sblocca": office.ReleaseGate,

	// Modifica, Cambio residenza, Recupero username
	"GET /sportello/gestione/{numero}/modifica":                          office.EditPeople,
	"GET /sportello/gestione/{numero}/modifica/{id}":                     office.EditPeople,
	"POST /sportello/gestione/{numero}/modifica/{id}":                    office.EditPeople,
	"GET /sportello/gestione/{numero}/modifica/{id}/conferma":            office.EditPeople,
	"POST /sportello/gestione/{numero}/modifica/{id}/conferma":           office.EditPeople,
	"GET /sportello/cambio-residenza":                                    office.MovePeople,
	"POST /sportello/cambio-residenza":                                   office.MovePeople,
	"GET /sportello/cambio-residenza/{numero}":                           office.MovePeople,
	"POST /sportello/cambio-residenza/{numero}":                          office.MovePeople,
	"GET /sportello/cambio-residenza/{numero}/{id}":                      office.MovePeople,
	"POST /sportello/cambio-residenza/{numero}/{id}":                     office.MovePeople,
	"GET /sportello/cambio-residenza/{numero}/{id}/conferma":             office.MovePeople,
	"POST /sportello/cambio-residenza/{numero}/{id}/conferma":            office.MovePeople,
	"GET /sportello/gestione/{numero}/codice-fiscale":                    office.ChangeTaxCode,
	"GET /sportello/gestione/{numero}/codice-fiscale/proposta":           office.ChangeTaxCode,
	"POST /sportello/gestione/{numero}/codice-fiscale/proposta":          office.ChangeTaxCode,
	"POST /sportello/gestione/{numero}/codice-fiscale/proposta/chiudi":   office.ChangeTaxCode,
	"GET /sportello/gestione/{numero}/codice-fiscale/{id}":               office.ChangeTaxCode,
	"POST /sportello/gestione/{numero}/codice-fiscale/{id}":              office.ChangeTaxCode,
	"GET /sportello/gestione/{numero}/codice-fiscale/{id}/conferma":      office.ChangeTaxCode,
	"POST /sportello/gestione/{numero}/codice-fiscale/{id}/conferma":     office.ChangeTaxCode,
	"POST /sportello/gestione/{numero}/moduli/modulo-delega":             office.BookOperation,
	"POST /sportello/gestione/{numero}/moduli/dichiarazione-sostitutiva": office.BookOperation,
	"GET /sportello/gestione/{numero}/username":                          office.TellUsername,
	"POST /sportello/gestione/{numero}/username":                         office.TellUsername,

	// Modifica delega
	"GET /sportello/gestione/{numero}/delega":                office.BookOperation,
	"GET /sportello/gestione/{numero}/delega/{id}":           office.BookOperation,
	"POST /sportello/gestione/{numero}/delega/{id}":          office.BookOperation,
	"GET /sportello/gestione/{numero}/delega/{id}/conferma":  office.BookOperation,
	"POST /sportello/gestione/{numero}/delega/{id}/conferma": office.BookOperation,

	// obsolete accounts

	// what is left to do, figures
	"GET /sportello/lavori":          office.PrintPapers,
	"GET /sportello/statistiche":     office.ReadFigures,
	"GET /sportello/statistiche.csv": office.ReadFigures,

	// the health application
	"POST /sportello/fse":                   office.OpenFSE,
	"POST /sportello/pratiche/{numero}/fse": office.OpenFSE,

	// administration
	"GET /sportello/password":  "",
	"POST /sportello/password": "",

	"GET /sportello/amministrazione/testi":                                    office.ManageOffice,
	"GET /sportello/amministrazione/testi/{community}/{testo}/{versione}":     office.ManageOffice,
	"GET /sportello/amministrazione/testi/{community}/{testo}/{versione}/pdf": office.ManageOffice,

	"GET /sportello/amministrazione/enti":                       office.ManageOffice,
	"GET /sportello/amministrazione/enti/nuovo":                 office.AppointEnti,
	"POST /sportello/amministrazione/enti/nuovo":                office.AppointEnti,
	"GET /sportello/amministrazione/enti/{id}":                  office.ManageOffice,
	"GET /sportello/amministrazione/enti/{id}/modifica":         office.ManageOffice,
	"POST /sportello/amministrazione/enti/{id}/modifica":        office.ManageOffice,
	"GET /sportello/amministrazione/enti/{id}/sportelli/nuovo":  office.ManageOffice,
	"POST /sportello/amministrazione/enti/{id}/sportelli/nuovo": office.ManageOffice,
	"GET /sportello/amministrazione/sportelli/{id}":             office.ManageOffice,
	"POST /sportello/amministrazione/sportelli/{id}":            office.ManageOffice,

	"GET /sportello/amministrazione":                                 office.ManageOffice,
	"GET /sportello/amministrazione/operatori":                       office.ManageOffice,
	"GET /sportello/amministrazione/operatori/nuovo":                 office.ManageOffice,
	"POST /sportello/amministrazione/operatori":                      office.ManageOffice,
	"POST /sportello/amministrazione/operatori/nuovo":                office.ManageOffice,
	"GET /sportello/amministrazione/operatori/{id}":                  office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}":                 office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}/disabilita":      office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}/riabilita":       office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}/secondo-fattore": office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}/password":        office.ManageOffice,
	"POST /sportello/amministrazione/operatori/{id}/fine-incarico":   office.ManageOffice,

	// import, export
	"GET /sportello/importazioni":                   office.ImportPeople,
	"POST /sportello/importazioni":                  office.ImportPeople,
	"GET /sportello/importazioni/modello.csv":       office.ImportPeople,
	"GET /sportello/importazioni/{id}":              office.ImportPeople,
	"GET /sportello/importazioni/{id}/rapporto.csv": office.ImportPeople,
	"POST /sportello/importazioni/{id}/avvia":       office.ImportPeople,
	"POST /sportello/importazioni/{id}/ferma":       office.ImportPeople,
	"POST /sportello/importazioni/{id}/rinuncia":    office.ImportPeople,

	// papers
	"GET /sportello/pratiche/{numero}/stampe":              office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/pin":         office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/codice":      office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/riepilogo":   office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/regolamento": office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/fine":        office.PrintPapers,
	"POST /sportello/pratiche/{numero}/stampe/sblocca":     office.ReleaseGate,
}

// wholeRealm is what an operator may do for the citizens of the realm, whichever ente registered them.
var wholeRealm = []office.Permission{office.FindPeople, office.OpenFSE, office.BookOperation, office.EditPeople, office.MovePeople, office.TellUsername,
	office.ChangeTaxCode, office.CancelPrinted}

// deskPatterns are the routes behind the operators' gate.
func (h *house) deskPatterns() (patterns []string) {
	for _, r := range h.routes() {
		if r.who == operators || r.who == printing {
			patterns = append(patterns, r.pattern)
		}
	}
	return patterns
}

// typed asks for a pattern as somebody who types addresses by hand, about one registration and one draft.
func (c *client) typed(pattern, number, draft string) *shown {
	c.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	path = strings.NewReplacer("{numero}", number, "{id}", draft).Replace(path)
	if method == "POST" {
		return c.post(path, "chi", number, "numero", number, "motivo-codice", "richiesto", "motivo-sblocco", "guasta", "motivo-annullamento", "sbagliata")
	}
	return c.get(path)
}

// refused tells whether the page says that the role, or the ente, opens nothing here.
func (p *shown) refused() bool {
	return p.Status == http.StatusForbidden && p.Find("h1").Text() == "Operazione non consentita"
}

// Every page of the desk, by every role: what the menu does not offer, the address does not open either (G02, G03).
func TestEveryPageByEveryRole(t *testing.T) {
	h := newHouse(t)
	clerk := h.login(t, "bruno")
	at := clerk.register(h.People.CIA[0]).Path
	number := strings.Split(at, "/")[3]
	clerk.post(at + "/pin")
	clerk.post(at + "/riepilogo")
	draft := strings.Split(clerk.search(h.People.CIA[1]).Path, "/")[3]
	for _, username := range []string{"anna", "dario", "elena", "fulvio", "carla"} { // the supervisor last: she cancels the operation
		c := h.login(t, username)
		for _, pattern := range h.deskPatterns() {
			need, known := needed[pattern]
			if !known {
				t.Fatalf("%s: say in needed what it is for", pattern)
			}
			who := operatorsOfHouse[slices.IndexFunc(operatorsOfHouse, func(o operatorRow) bool { return o.username == username })]
			may := need == "" || (office.Acting{Post: office.Post{Role: who.role, FSE: who.fse}}).Can(need)
			p := c.typed(pattern, number, draft)
			if p.refused() == may {
				t.Errorf("%s (%s) at %s: %d %s", username, who.role, pattern, p.Status, p.Find("h1").Text())
			}
			if strings.Contains(pattern, "{id}") && may && p.Status != http.StatusNotFound {
				t.Errorf("%s opens a colleague's draft by %s: %d", username, pattern, p.Status)
			}
			if p.Status >= 500 {
				t.Errorf("%s at %s: %d", username, pattern, p.Status)
			}
		}
	}
}

// Without a log-in no page of the desk opens.
func TestEveryPageByNobody(t *testing.T) {
	h := newHouse(t)
	for _, pattern := range h.deskPatterns() {
		if p := h.visitor().typed(pattern, "1234567897", "1"); !strings.HasPrefix(p.Path, "/sportello/accesso") {
			t.Errorf("%s led to %s (%d)", pattern, p.Path, p.Status)
		}
	}
}

// An operator of another realm sees none of it; one of another ente of the realm reads, but prints nothing (mission S9).
func TestPagesOfAnotherEnte(t *testing.T) {
	h := newHouse(t)
	clerk := h.login(t, "bruno")
	citizen := h.People.CIA[0]
	at := clerk.register(citizen).Path
	number := strings.Split(at, "/")[3]
	h.act(func(tx *store.Tx) error {
		anna, err := tx.Operator("anna")
		h.must(err)
		h.secrets["ivo"] = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(strings.Repeat("i", 20)))
		h.secrets["lia"] = h.secrets["ivo"]
		return errors.Join(
			tx.AddEnte(&office.Ente{ID: "trento", Name: "Ente di Trento", Community: "trentino", Realm: "trentino", Issues: office.IssuesStrong}),
			tx.AddOperator(&office.Operator{ID: "ivo", Username: "ivo", TaxCode: "RSSVIO80A01L378X", Name: "Ivo", Surname: "Rossi", Password: anna.Password,
				Posts: []office.Post{{Ente: "trento", Role: office.Supervisor, FSE: true}}}),
			tx.AddOperator(&office.Operator{ID: "lia", Username: "lia", TaxCode: "RSSLIA80A41L219X", Name: "Lia", Surname: "Rossi", Password: anna.Password,
				Posts: []office.Post{{Ente: "comune", Role: office.Supervisor, FSE: true}}}),
			h.Access.KeepSecondFactor(tx, "ivo", h.secrets["ivo"], 0), h.Access.KeepSecondFactor(tx, "lia", h.secrets["lia"], 0))
	})
	ivo, lia := h.login(t, "ivo"), h.login(t, "lia")
	for _, pattern := range h.deskPatterns() {
		if !strings.Contains(pattern, "{numero}") {
			continue
		}
		if p := ivo.typed(pattern, number, ""); p.Status != http.StatusNotFound || strings.Contains(string(p.Body), string(citizen.TaxCode)) {
			t.Errorf("another realm at %s: %d", pattern, p.Status)
		}
		if strings.Contains(pattern, "{id}") {
			continue // a form under way is its operator's: TestEveryPageByEveryRole
		}
		if p := lia.typed(pattern, number, ""); (p.Status == http.StatusNotFound) == slices.Contains(wholeRealm, needed[pattern]) {
			t.Errorf("another ente at %s: %d", pattern, p.Status)
		}
	}
	for _, who := range []string{number, string(citizen.TaxCode)} {
		if p := ivo.post("/sportello/gestione", "codice-fiscale", who); p.Find("#risultati").Text() != "Nessuna registrazione trovata" {
			t.Errorf("another realm finds %s: %d", p.Path, p.Status)
		}
	}
}

// Papers left unprinted at one ente hold the operator at another too, who is told where to go and can sign out (D18).
func TestGateOfAnotherEnte(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "carla")
	c.register(h.People.CIA[0])
	c.post("/sportello/esci")
	c.post("/sportello/accesso", "username", "carla", "password", password)
	c.post("/sportello/accesso/codice", "codice", h.oneTimeCode("carla"))
	p := c.post("/sportello/accesso/ente", "ente", "comune")
	p.has(t, "per un altro ente", "Uscire e accedere di nuovo")
	if p.Status != http.StatusConflict || p.Find("form[action='/sportello/esci']").Length() == 0 {
		t.Errorf("status %d", p.Status)
	}
	if p = c.submit(p, "form[action='/sportello/esci']"); p.Path != "/sportello/uscita" {
		t.Errorf("signed out to %s", p.Path)
	}
}

// Reasons go to the audit for ever: a long one is refused, and nothing is printed or cancelled.
func TestLongReason(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "carla")
	at := c.register(h.People.CIA[0]).Path
	long := strings.Repeat("è", 201)
	for form, field := range map[string]string{"/codice": "motivo-codice", "/sblocca": "motivo-sblocco", "/annulla": "motivo-annullamento"} {
		if p := c.post(at+form, field, long); p.Status != http.StatusUnprocessableEntity || p.Find("#"+field+"-errore").Length() != 1 {
			t.Errorf("%s: %d", form, p.Status)
		}
	}
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{}, func(r audit.Record) error {
		if len(r.Reason) > reasonLength {
			t.Errorf("%s has a reason of %d bytes", r.Deed, len(r.Reason))
		}
		return nil
	}))
}

// What no keyboard writes does no harm in any form, and marks of direction do not reach a name.
func TestStrangeBytes(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	strange := []string{"\x00", "\xff\xfe", "a\x00b", "\u202egiulia\u2066", strings.Repeat("x", 20_000), "<script>alert(1)</script>", "'; DROP TABLE person; --"}
	for _, r := range h.routes() {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != "POST" {
			continue
		}
		path = strings.NewReplacer("{numero}", "1234567897", "{id}", "%00%ff").Replace(path)
		for _, s := range strange {
			var pairs []string
			for _, name := range []string{"username", "password", "codice", "ente", "chi", "numero", "cognome", "community", "codice-fiscale", "codice-attivazione", "pin", "verso", "azione",
				"residenza-provincia", "residenza-comune", "motivo-codice", "conservati"} {
				pairs = append(pairs, name, s)
			}
			p := c.post(path, pairs...)
			if p.Status >= 500 || strings.Contains(string(p.Body), "<script>alert") || strings.Contains(string(p.Body), "\u202e") {
				t.Errorf("%s of %.10q: %d", r.pattern, s, p.Status)
			}
		}
		h.wait(16 * time.Minute) // for the limits
		c = h.login(t, "anna")
	}
	p := c.register(h.People.CIA[0], "nota", "\u202eodnoc\u2066", "cognome", `<b>"D'Àmico"</b>`, "motivo-codice-fiscale", "prova")
	if body := string(p.Body); strings.Contains(body, "<b>") {
		t.Error("markup in a name reaches the page")
	}
	number, _ := registration.ParseNumber(strings.Split(p.Path, "/")[3])
	h.must(h.Desk.Store.Read(t.Context(), func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(number)
		if err == nil && r.DeskNote != "odnoc" {
			t.Errorf("the note is kept as %q", r.DeskNote)
		}
		return err
	}))
}
