package citizen

import (
	"slices"
	"strings"
	"unicode"

	"sportello/community"
	"sportello/person"
	"sportello/registration"
)

// A Flaw is one thing that is wrong with what was written, beside a field of the form. Fields are those of the desk's form (001 Tabella 2).
type Flaw struct {
	Field string
	Page  Page
	Text  string // Italian, for the person who writes (tu)
}

// The words for what the rules of package person find.
var flawWords = map[person.Problem]string{
	person.DocumentKindMissing:   "Scegli il tipo di documento.",
	person.DocumentNumberMissing: "Scrivi il numero del documento.",
	person.DocumentIssuerMissing: "Scrivi chi ha rilasciato il documento.",
	person.DocumentIssueMissing:  "Scrivi la data di rilascio, come stampata sul documento.",
	person.DocumentExpiryMissing: "Scrivi la data di scadenza, come stampata sul documento.",
	person.DocumentExpired:       "Il documento è scaduto: usane un altro che sia ancora valido.",
	person.PaperIdentityCard:     "La carta d'identità di carta non vale più dal 3 agosto 2026, anche se la scadenza stampata è successiva: usa un altro documento.",
	person.EmailMissing:          "Scrivi il tuo indirizzo e-mail: ti serve per confermare.",
	person.EmailMalformed:        "L'indirizzo e-mail non è scritto bene: ricontrollalo, per esempio nome.cognome@esempio.it.",
	person.EmailRefused:          "Le caselle di questo dominio non sono ammesse: scrivi un altro indirizzo e-mail.",
	person.EmailContradiction:    "Scrivi il tuo indirizzo e-mail: ti serve per confermare.",
}

// flawFields are the form's names of the fields of package person.
var flawFields = map[person.Field]string{person.FieldDocumentKind: "documento-tipo", person.FieldDocumentNumber: "documento-numero", person.FieldDocumentIssue: "documento-rilascio",
	person.FieldDocumentExpiry: "documento-scadenza", person.FieldDocumentIssuer: "documento-ente", person.FieldEmail: "email"}

// Flaws are what is wrong with a person's data by a community's policy on a day. They judge what was written and ask nobody: what a registry or
// the database knows is never told here.
func Flaws(p person.Person, c community.Community, today person.Date) (flaws []Flaw) {
	say := func(holds bool, page Page, field, text string) {
		if holds {
			flaws = append(flaws, Flaw{field, page, text})
		}
	}
	say(!isName(p.Surname), DataPage, "cognome", "Nel cognome ci sono segni che non sono lettere: ricontrollalo.")
	say(!isName(p.Name), DataPage, "nome", "Nel nome ci sono segni che non sono lettere: ricontrollalo.")
	say(p.BirthDate > today || p.BirthDate != "" && p.BirthDate.YearsAt(today) > 125, DataPage, "nascita", "La data di nascita non è possibile: ricontrollala.")
	say(p.BirthDate != "" && p.BirthDate <= today && p.BirthDate.YearsAt(today) < c.Desk.MinimumAge, DataPage, "nascita",
		"Le credenziali si rilasciano a chi è maggiorenne. Chi è emancipato può chiederle a uno sportello, con l'atto di emancipazione.")
	say(p.TaxCode != "" && len(p.TaxCode.Disagreements(p.Surname, p.Name, p.BirthDate, p.Sex)) > 0, DataPage, "codice-fiscale",
		"Il codice fiscale non corrisponde a nome, cognome, data di nascita e sesso. Ricontrollali; se sono tutti giusti vai a uno sportello, con la tessera sanitaria.")
	r := p.Residence
	say(!r.Abroad() && r.Comune != "" && !person.ValidPostalCode(r.PostalCode), ResidencePage, "cap", "Scrivi le 5 cifre del CAP, per esempio 10122.")
	d := p.Domicile
	say(d.Elsewhere && !person.ValidPostalCode(d.PostalCode), ResidencePage, "domicilio-cap", "Scrivi le 5 cifre del CAP, per esempio 10122.")
	for _, x := range p.Document.Problems(today) {
		say(true, DocumentPage, flawFields[x.Field()], flawWords[x])
	}
	say(p.Document.Kind != "" && !slices.Contains(c.Documents, string(p.Document.Kind)), DocumentPage, "documento-tipo", "Scegli il tipo di documento.")
	say(p.Document.IssuedOn > today, DocumentPage, "documento-rilascio", "La data di rilascio è nel futuro: ricontrollala.")
	for _, x := range p.Contacts.Problems(slices.Concat(c.Desk.RefusedMailDomains, c.ClosedMailDomains)) {
		say(true, ContactsPage, flawFields[x.Field()], flawWords[x])
	}
	return flaws
}

// On are the flaws of one page.
func On(flaws []Flaw, p Page) []Flaw {
	return slices.DeleteFunc(slices.Clone(flaws), func(f Flaw) bool { return f.Page != p })
}

// isName tells whether a text can be somebody's name: mails greet by it, so it must be no advertisement.
func isName(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune(" '’-.`", r) {
			return false
		}
	}
	return true
}

// known is what a realm knows of somebody who applies from home.
type known string

// What there may be, as it is kept with the application; the words of a mail follow from it.
const (
	stranger   known = ""
	refused    known = "respinto" // a new registration takes its place (mission S4)
	registered known = "registrato"
	verified   known = "riscontrato"
	weak       known = "attivo debole"
	strong     known = "attivo forte"
)

func knownAs(r *registration.Registration) known {
	switch {
	case r.State == registration.Registered && !r.Strong:
		return registered
	case r.State != registration.Active:
		return verified
	case r.Strong:
		return strong
	}
	return weak
}
