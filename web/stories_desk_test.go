package web

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// A clerk is an operator at the desk.
type clerk struct{ reader }

// clerk logs in as the manual's §4.1 shows: the header names the operator and the ente.
func (h *house) clerk(t *testing.T, username, ente string) *clerk {
	t.Helper()
	c := &clerk{reader{client: h.visitor()}}
	c.open("/sportello")
	c.press("Prosegui", "Username", username, "Password", password)
	c.press("Accedi", "Codice", h.oneTimeCode(username))
	if strings.HasSuffix(c.page.Path, "/ente") {
		c.press("Prosegui", "Ente", ente)
	}
	c.reads("Menu iniziale", ente)
	return c
}

// deVisu are the ticks of riscontro de visu, the same at each visit.
var deVisu = []string{"Visto il documento d'identità, originale e in corso di validità", "sì", "Vista la tessera sanitaria con il codice fiscale, in corso di validità", "sì",
	"Eseguito il riscontro de visu", "sì", "Mostrata l'informativa sul trattamento dei dati", "sì"}

// byDelegate are the answers about somebody who has come with the Modulo delega of Allegato 5.
func byDelegate(x resident) []string {
	return []string{"È presente una delega", "Sì", "Tipo delega", "Modulo delega richiesta credenziali", "Nome del delegato", x.Name, "Cognome del delegato", x.Surname,
		"Codice fiscale del delegato", string(x.TaxCode), "Data di nascita del delegato", slashed(x.BirthDate), "Sesso del delegato", map[string]string{"F": "Femmina", "M": "Maschio"}[string(x.Sex)],
		"Tipo documento identità del delegato", "Passaporto", "Numero documento identità del delegato", "YA1234567", "Data rilascio del documento del delegato", "4/5/2021",
		"Data di scadenza del documento del delegato", "3/5/2031", "Ente rilascio del documento del delegato", "Questura di Torino",
		"Visto il documento d'identità del delegato, originale e in corso di validità", "sì", "Trattenuto l'originale firmato del modulo di delega o della dichiarazione", "sì",
		"Trattenuta la copia del documento d'identità del cittadino", "sì", "Archiviati il modulo di delega e le copie dei documenti", "sì"}
}

// menu goes back to the beginning of each use case.
func (c *clerk) menu() {
	c.Helper()
	c.open("/sportello")
	c.reads("Menu iniziale")
}

// search is the first screen of Registrazione utenti (001 §5.1.2).
func (c *clerk) search(x resident) {
	c.Helper()
	c.menu()
	c.follow("Registrazione utenti")
	c.press("Aggiorna i comuni", "Codice fiscale", string(x.TaxCode), "Provincia di residenza", c.provinceName(x.Residence.Province))
	c.press("Prosegui", "Comune di residenza", c.comuneName(x.Residence.Comune))
}

// fill completes the form that CIA has begun, to the Stampa screen.
func (c *clerk) fill(answers ...string) {
	c.Helper()
	c.press("Prosegui", slices.Concat([]string{"E-mail", citizensMail, "Rilasciato da", "Comune di Torino", "Data di scadenza", "31/12/2029"}, deVisu, answers)...)
	c.reads("Conferma")
	c.press("Prosegui")
	c.reads("Registrazione salvata.")
}

// register brings a citizen from the menu to the papers in hand (001 §5.1).
func (c *clerk) register(x resident, answers ...string) papers {
	c.Helper()
	c.search(x)
	c.fill(answers...)
	return c.handOver(x)
}

// handOver prints the PIN and the summary, which open the menu, and reads the mail with the code.
func (c *clerk) handOver(x resident) papers {
	c.Helper()
	stampa := c.page.Path
	c.keepsAt(stampa)
	pin := c.textOf(c.pressed("Genera pdf"))
	c.keepsAt(stampa)
	p := papers{taxCode: string(x.TaxCode), pin: c.grabbed(pin, printedPIN), summary: c.textOf(c.pressed("Stampa riepilogo"))}
	if p.code = c.grabbed(c.lastMail("Il tuo codice di attivazione"), writtenCode); strings.Contains(p.summary, p.pin) || strings.Contains(pin, p.code) {
		c.Error("PIN and code stand on the wrong paper")
	}
	for _, w := range []string{x.Surname, x.Name, string(x.TaxCode)} {
		if !strings.Contains(p.summary, w) {
			c.Errorf("the summary lacks %q:\n%s", w, p.summary)
		}
	}
	c.leave()
	return p
}

// keepsAt tries to go back to the menu before the papers are printed (Nota of 001 §5.1.2 and §5.2.5).
func (c *clerk) keepsAt(stampa string) {
	c.Helper()
	if c.page.Path != stampa {
		c.Fatalf("not at the papers but at %s (%d): %s", c.page.Path, c.page.Status, c.page.said())
	}
	c.open("/sportello")
	if c.page.Path != stampa {
		c.Errorf("the menu opens at %s before the papers are printed", c.page.Path)
	}
}

// handOverOnPaper is handOver to a citizen without e-mail: the code is a letter too, and nothing is mailed (mission S20).
func (c *clerk) handOverOnPaper(x resident) papers {
	c.Helper()
	stampa := c.page.Path
	p := papers{taxCode: string(x.TaxCode), pin: c.grabbed(c.textOf(c.pressed("Genera pdf")), printedPIN), summary: c.textOf(c.pressed("Stampa riepilogo"))}
	c.keepsAt(stampa)
	p.code = c.grabbed(c.textOf(c.pressed("Stampa codice")), writtenCode)
	c.leave()
	return p
}

// leave ends the Stampa screen.
func (c *clerk) leave() {
	c.Helper()
	c.open(c.page.Path)
	c.press("Torna al menu")
	c.reads("Menu iniziale")
}

// find looks for a citizen in Gestione utenti (001 §4.2).
func (c *clerk) find(x resident) {
	c.Helper()
	c.menu()
	c.follow("Gestione utenti")
	c.press("Cerca", "Codice fiscale", string(x.TaxCode))
}

// sees checks the columns of the citizen's row: stato, registrazione forte, operazione in corso.
func (c *clerk) sees(x resident, stato, forte, operazione string) {
	c.Helper()
	c.find(x)
	column := func(title string) string {
		return clean(c.page.Find("tbody td[data-titolo='" + title + "']").First().Clone())
	}
	if got, want := column("Stato e reg. forte"), stato+" Forte: "+forte; got != want {
		c.Errorf("state %q, want %q", got, want)
	}
	if got := column("Operazione in corso"); got != operazione {
		c.Errorf("operation in progress %q, want %q", got, operazione)
	}
}

// mayUse checks the functions that Tabella 1 gives for the citizen.
func (c *clerk) mayUse(x resident, functions ...string) {
	c.Helper()
	c.find(x)
	var got []string
	c.page.Find("tbody .azioni-icone a").Each(func(_ int, a *goquery.Selection) {
		if title := a.AttrOr("title", ""); title != "Dettaglio" && title != "Stampe" {
			got = append(got, title)
		}
	})
	if !slices.Equal(got, functions) {
		c.Errorf("functions %q, want %q", got, functions)
	}
}

// mayBook checks the operations that Tabella Elenco Operazioni gives for the citizen.
func (c *clerk) mayBook(x resident, operations ...string) {
	c.Helper()
	c.find(x)
	c.follow("Prenota")
	c.reads("Scelta dell'operazione")
	var got []string
	c.page.Find("input[name=operazione]").Each(func(_ int, e *goquery.Selection) {
		got = append(got, clean(c.page.Find("label[for='"+e.AttrOr("id", "")+"']").Clone()))
	})
	if !slices.Equal(got, operations) {
		c.Errorf("operations %q, want %q", got, operations)
	}
}

// prepare is Prenota as far as the page that asks to confirm (001 §5.2.5).
func (c *clerk) prepare(x resident, operazione string, answers ...string) {
	c.Helper()
	c.find(x)
	c.follow("Prenota")
	c.press("Prosegui", operazione, "sì")
	if !slices.Contains(answers, "È presente una delega") {
		answers = append([]string{"È presente una delega", "No"}, answers...)
	}
	c.press("Prosegui", slices.Concat(deVisu, answers)...)
	c.reads("Operazione da prenotare: " + operazione)
}

// book is Prenota up to the papers in hand.
func (c *clerk) book(x resident, operazione string, answers ...string) papers {
	c.Helper()
	c.prepare(x, operazione, answers...)
	c.press("Prosegui")
	c.reads("Prenotazione salvata: " + operazione + ".")
	return c.handOver(x)
}

// bookRevocation is Prenota of a Revoca: there is no PIN, and the code is another one (001 §5.4.2).
func (c *clerk) bookRevocation(x resident, answers ...string) papers {
	c.Helper()
	c.prepare(x, "Revoca", answers...)
	c.press("Prosegui")
	c.reads("Prenotazione salvata: Revoca.", "Codice di revoca")
	c.misses("Lettera con il PIN", "Genera pdf")
	stampa := c.page.Path
	c.keepsAt(stampa)
	p := papers{taxCode: string(x.TaxCode), summary: c.textOf(c.pressed("Stampa riepilogo")), code: c.grabbed(c.lastMail("Il tuo codice di revoca"), writtenCode)}
	c.leave()
	return p
}

// renew is Rigenera codice attivazione (001 §5.3.2): the PIN stays.
func (c *clerk) renew(x resident, old papers) papers {
	c.Helper()
	c.find(x)
	c.follow("Rigenera codice attivazione")
	c.press("Rigenera codice", deVisu...)
	c.reads("Codice rigenerato.", "il PIN non cambia")
	letter := c.textOf(c.pressed("Stampa codice", "Motivo della stampa", "Lo chiede il cittadino"))
	fresh := old
	fresh.code = c.grabbed(c.lastMail("Il tuo codice di attivazione"), writtenCode)
	if fresh.code == old.code || bare(c.grabbed(letter, writtenCode)) != bare(fresh.code) {
		c.Error("letter and mail do not hold the same new code")
	}
	c.leave()
	return fresh
}

// bare is a code without its signs.
func bare(code string) string { return strings.NewReplacer(" ", "", "-", "").Replace(code) }

// edit is Modifica dati anagrafici (001 §5.2.5).
func (c *clerk) edit(x resident, answers ...string) {
	c.Helper()
	c.find(x)
	c.follow("Modifica")
	c.press("Prosegui", slices.Concat([]string{deVisu[0], "sì"}, answers)...)
	c.reads("Che cosa cambia")
	c.press("Termina e aggiorna")
	c.reads("Dati aggiornati")
}

// detail opens the read-only page of Allegato 7.
func (c *clerk) detail(x resident) {
	c.Helper()
	c.find(x)
	c.follow(x.Surname + " " + x.Name)
}
