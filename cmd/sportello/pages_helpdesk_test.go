package main

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// helpdesk sees the pages of the back office: the list, a new request, one in each state.
func (r *tour) helpdesk() {
	r.enter("assistenza")
	r.open("/sportello/istanze", "istanze")
	r.follow("Nuova telefonata", "istanza-nuova")
	r.follow("Registra l'istanza", "istanza-nuova-errori")
	r.Choose("Problema", "Codice di attivazione smarrito")
	who := r.walk.demo().Registrations[0]
	r.Fill("Cognome", "Rossi")
	r.Fill("Nome", "Maria")
	r.Fill("Codice fiscale o numero di registrazione", who.Number)
	r.Fill("Telefono o e-mail per essere ricontattato", "011 5550100")
	r.Fill("Descrizione", "Non trova più la busta con il codice di attivazione.")
	r.follow("Registra l'istanza", "istanza-in-carico")
	r.follow("Invia un nuovo codice", "istanza-controlli-errori")
	r.open("/sportello/istanze/nuova?via=raccomandata", "istanza-raccomandata")
	r.Choose("Problema", "Revoca delle credenziali")
	r.Fill("Cognome", "Rossi")
	r.Fill("Nome", "Maria")
	r.Fill("Codice fiscale o numero di registrazione", who.Number)
	r.follow("Registra l'istanza", "istanza-revoca")
	r.Go(r.base + "/sportello/istanze?tipo=e-mail")
	r.openFirst("th a", "Codice di attivazione smarrito", "istanza-e-mail")
	r.follow("Prendi in carico", "istanza-e-mail-in-carico")
	r.open("/sportello/istanze/fax", "fax-carica")
	r.follow("Carica il fax", "fax-carica-errori")
	r.Go(r.base + "/sportello/istanze?tipo=fax")
	r.openFirst("th a", "Identificazione via fax", "istanza-fax")
	r.open("/sportello/istanze?elenco=mie", "istanze-mie")
	r.open("/sportello/istanze?elenco=concluse", "istanze-concluse")
	r.part("richieste a un ente", "/sportello/accesso", (*tour).applications)
}

// applications sees what waits for an ente's approval (003).
func (r *tour) applications() {
	r.enter("prova")
	r.open("/sportello/istanze", "istanze-di-un-ente")
	r.openFirst("th a", "", "istanza-richiesta")
	r.openFirst("a[href*='/documenti/']", "", "istanza-richiesta-pagina")
}

// openFirst opens the first of several links that say the same.
func (r *tour) openFirst(selector, text, name string) {
	r.t.Helper()
	document, err := goquery.NewDocumentFromReader(strings.NewReader(r.Source()))
	if err != nil {
		r.t.Fatal(err)
	}
	links := document.Find(selector).FilterFunction(func(_ int, link *goquery.Selection) bool { return strings.Contains(link.Text(), text) })
	href, found := links.First().Attr("href")
	if !found {
		r.t.Fatalf("%s: nothing leads to %s", r.URL(), name)
	}
	r.open(href, name)
}
