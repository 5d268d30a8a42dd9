package web

import (
	"strings"
	"time"

	"sportello/locale"
	"sportello/registration"
)

// inWords is a day as operators read it: "21 novembre 2026".
func inWords(day any) string {
	text, err := faces()[locale.Italian].words.date(day)
	if err != nil {
		panic(err) // neither a date nor an instant: a fault of the program
	}
	return text
}

// momentInWords is an instant as operators read it: "21 novembre 2026, ore 18:04".
func momentInWords(at time.Time) string {
	text, err := faces()[locale.Italian].words.dateTime(at)
	if err != nil {
		panic(err)
	}
	return text
}

// maskedMail hides who an address belongs to: "g***i@esempio.it".
func maskedMail(address string) string {
	name, domain, ok := strings.Cut(address, "@")
	letters := []rune(name)
	switch {
	case !ok || len(letters) == 0:
		return "***"
	case len(letters) < 3:
		return string(letters[:1]) + "***@" + domain
	}
	return string(letters[:1]) + "***" + string(letters[len(letters)-1:]) + "@" + domain
}

var stateBadges = map[registration.State]Badge{
	registration.Registered: {"registrato", "Registrato"},
	registration.Verified:   {"riscontrato", "Riscontrato"},
	registration.Active:     {"attivo", "Attivo"},
	registration.Rejected:   {"respinto", "Respinto"},
}

var kindLabels = map[registration.Kind]string{
	registration.Verification:       "Riscontro",
	registration.StrongVerification: "Riscontro forte",
	registration.Promotion:          "Promozione",
	registration.Reset:              "Reset",
	registration.NewPIN:             "Rigenera PIN",
	registration.Revocation:         "Revoca",
}

var outcomeLabels = map[registration.Outcome]string{
	registration.Pending:   "A: attiva, non ancora conclusa",
	registration.Success:   "S: conclusa con successo",
	registration.Discarded: "D: non conclusa e scartata",
}

var paperNames = map[registration.Paper]string{
	registration.PINLetter:    "la lettera con il PIN",
	registration.SummarySheet: "il riepilogo dei dati",
}

// codeName is what the citizen's code of an operation is called.
func codeName(k registration.Kind) string {
	if k == registration.Revocation {
		return "codice di revoca"
	}
	return "codice di attivazione"
}

// yesNo is how the manual's Y and N are read.
func yesNo(holds bool) string {
	if holds {
		return "Sì"
	}
	return "No"
}

// A situation is what a state and strength mean.
type situation struct {
	state  registration.State
	strong bool
}

// A caseWords explains one of the five cases of 001 §4.2.1, and the two that it leaves out.
type caseWords struct {
	title  string
	why    []string // how a citizen comes to be here
	legacy string
}

var cases = map[situation]caseWords{
	{registration.Registered, false}: {title: "Caso 1: registrato, registrazione forte No", why: []string{
		"Preregistrazione online: ha inserito i dati, l'e-mail è verificata, deve passare allo sportello per il riscontro de visu.",
		"Registrazione debole: nessuno ha ancora verificato i suoi dati. Non ha credenziali valide.",
	}},
	{registration.Registered, true}: {title: "Registrato, registrazione forte Sì", why: []string{"Pratica importata da un vecchio archivio."},
		legacy: "Non nascono più pratiche in questo stato."},
	{registration.Verified, false}: {title: "Caso 2: riscontrato, registrazione forte No", why: []string{
		"Riscontro allo sportello: ha ricevuto PIN e codice di attivazione, ma non ha ancora scelto le credenziali.",
		"Riscontro via fax: ha ricevuto il codice di attivazione, ma non ha ancora scelto le credenziali.",
		"Sportello comunale, Centro per l'impiego o residente precaricato del Verbano-Cusio-Ossola: ha ricevuto il PIN, ma non ha ancora scelto le credenziali.",
	}},
	{registration.Verified, true}: {title: "Caso 3: riscontrato, registrazione forte Sì", why: []string{
		"Riscontro de visu con Regolamento firmato su carta: ha PIN e codice di attivazione, ma non ha ancora scelto le credenziali.",
	}, legacy: "Non nascono più pratiche in questo stato."},
	{registration.Active, false}: {title: "Caso 4: attivo, registrazione forte No", why: []string{
		"Ha attivato credenziali nate da un riscontro debole: via fax, online in CIA, sportello comunale, Centro per l'impiego o precaricamento.",
		"Possiede username, password e PIN, ma deboli.",
	}},
	{registration.Active, true}: {title: "Caso 5: attivo, registrazione forte Sì", why: []string{
		"Riscontro forte o promozione allo sportello, e Regolamento accettato a casa.",
		"Possiede username, password e PIN forti.",
	}},
	{registration.Rejected, false}: {title: "Respinto", why: []string{"La registrazione è stata rifiutata: si può solo consultare. Una nuova registrazione la sostituisce."}},
	{registration.Rejected, true}:  {title: "Respinto", why: []string{"La registrazione è stata rifiutata: si può solo consultare. Una nuova registrazione la sostituisce."}},
}

// A use says when an operation is the right one, in a state.
var uses = map[situation]map[registration.Kind]string{
	{registration.Registered, false}: {registration.StrongVerification: "È presente con i documenti e vuole le credenziali.",
		registration.Verification: "È presente con i documenti e gli bastano credenziali deboli, le sole che questo ente rilascia."},
	{registration.Verified, false}: {registration.StrongVerification: "Ha perso il PIN, o vuole credenziali forti.",
		registration.Verification: "Ha perso il PIN e gli bastano credenziali deboli, le sole che questo ente rilascia."},
	{registration.Verified, true}: {registration.StrongVerification: "Ha perso il PIN."},
	{registration.Active, false}: {registration.Promotion: "Ricorda username e password e vuole renderle forti, o ha perso il PIN.",
		registration.Reset: "Ha perso username e password."},
	{registration.Active, true}: {registration.NewPIN: "Ha perso il PIN.", registration.Reset: "Ha perso username e password."},
}

const revocationUse = "Non vuole più le credenziali."

// An effectWord says what one effect of an operation gives or does.
type effectWord struct {
	effect registration.Effect
	words  string
}

// handoverWords say what the citizen is given at the desk, homeWords what the confirmation at home does.
var (
	handoverWords = []effectWord{
		{registration.IssuePIN, "PIN nuovo"},
		{registration.IssueActivationCode, "codice di attivazione"},
		{registration.IssueRevocationCode, "codice di revoca"},
	}
	homeWords = []effectWord{
		{registration.AcceptTerms, "accetta il Regolamento"},
		{registration.ChooseUsername, "sceglie username e password"},
		{registration.AdoptPIN, "rende valido il PIN nuovo"},
		{registration.MakeStrong, "ottiene credenziali forti"},
		{registration.Erase, "cancella per sempre la sua utenza"},
	}
)

// effectsIn says a set of effects: "PIN nuovo e codice di attivazione."
func effectsIn(e registration.Effect, table []effectWord) string {
	var words []string
	for _, x := range table {
		if e.Has(x.effect) {
			words = append(words, x.words)
		}
	}
	return sentence(words)
}

// sentence joins words as "A, b e c.".
func sentence(words []string) string {
	if len(words) == 0 {
		return ""
	}
	joined := strings.Join(words[:len(words)-1], ", ")
	if joined != "" {
		joined += " e "
	}
	joined += words[len(words)-1]
	return capital(joined) + "."
}

// capital begins a text with a capital letter.
func capital(text string) string {
	if text == "" {
		return ""
	}
	first := []rune(text)
	return strings.ToUpper(string(first[:1])) + string(first[1:])
}
