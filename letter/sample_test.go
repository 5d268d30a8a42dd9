package letter_test

import (
	_ "embed"
	"time"

	"sportello/community"
	"sportello/letter"
	"sportello/person"
)

// What the tests look for, and must not find elsewhere.
const (
	samplePIN    = "K7QX22PM"
	sampleCode   = "H4RTW9XC3JNE"
	activatePage = "https://credenziali.regione.example/attiva"
	revokePage   = "https://credenziali.regione.example/revoca"
)

func sampleHead() letter.Head {
	return letter.Head{
		Publisher: community.Publisher{
			Name: "Regione Esempio", Address: "Piazza della Repubblica 1, 10122 Torino", TaxCode: "80087670016",
			Website: "https://www.regione.example/", HelpPhone: "800 123 456", HelpEmail: "assistenza@regione.example",
			HelpHours: "dal lunedì al venerdì, 8-18",
		},
		Community: "Sistema Esempio",
		At:        time.Date(2026, time.November, 21, 10, 30, 0, 0, time.FixedZone("CET", 3600)),
	}
}

func samplePerson() person.Person {
	return person.Person{
		TaxCode: "MLLNOE80A01L219M", Surname: "Müller D’Amico", Name: "Noè", BirthDate: "1980-01-01", Sex: person.Male,
		Residence: person.Residence{Address: "Corso Vittorio Emanuele II", Number: "12/B", Province: "TO", Comune: "L219", PostalCode: "10128"},
		Contacts:  person.Contacts{Email: "noe.muller@posta.example", Mobile: "333 1234567"},
		Document: person.Document{Kind: person.IdentityCard, Number: "CA12345AA", IssuedOn: "2021-03-04", ExpiresOn: "2031-01-01",
			Issuer: "Comune di Torino"},
	}
}

func torino() letter.Place { return letter.Place{Comune: "Torino", Province: "TO"} }

func samplePINLetter() letter.PIN {
	return letter.PIN{Head: sampleHead(), To: letter.PostalOf(samplePerson(), torino(), letter.Place{}), Number: "1234567897",
		PIN: samplePIN, Group: 4, ActivationPage: activatePage}
}

func sampleActivation() letter.ActivationCode {
	return letter.ActivationCode{Head: sampleHead(), To: letter.PostalOf(samplePerson(), torino(), letter.Place{}), Number: "1234567897",
		Code: sampleCode, Group: 4, Expires: "2026-12-21", ActivationPage: activatePage}
}

func sampleRevocation() letter.RevocationCode {
	return letter.RevocationCode{Head: sampleHead(), To: letter.PostalOf(samplePerson(), torino(), letter.Place{}), Number: "1234567897",
		Code: sampleCode, Group: 4, Expires: "2026-12-21", RevocationPage: revokePage}
}

func sampleParty() *letter.Party {
	return &letter.Party{Person: samplePerson(), BirthPlace: torino(), Residence: torino()}
}

func sampleDelegate() *letter.Party {
	return &letter.Party{Person: sampleSummary().Delegate.Person, BirthPlace: letter.Place{Comune: "Roma", Province: "RM"}}
}

func sampleMandate() letter.Mandate {
	return letter.Mandate{Head: sampleHead(), Delegator: sampleParty(), Delegate: sampleDelegate(), Operation: "Nuovo PIN"}
}

func sampleDeclaration() letter.Declaration {
	return letter.Declaration{Head: sampleHead(), Declarant: sampleDelegate(), Ward: sampleParty()}
}

func sampleRequest() letter.RevocationRequest {
	return letter.RevocationRequest{Head: sampleHead(), Person: sampleParty(), Credentials: "quelle ottenute in passato"}
}

func sampleHandbook() letter.Handbook {
	return letter.Handbook{Head: sampleHead(), Title: "Manuale d’uso del servizio", Markdown: sampleManual}
}

// sampleManual has whatever a guide may be written with.
//
//go:embed testdata/handbook.md
var sampleManual string

func sampleSummary() letter.Summary {
	return letter.Summary{Head: sampleHead(), Number: "1234567897", Operation: "Registrazione", Person: samplePerson(),
		BirthPlace: torino(), Residence: torino(), Operator: "Đorđe Verdi", Ente: "ASL Città di Torino",
		Delegate: &letter.Delegate{Kind: "delega semplice", Person: person.Person{TaxCode: "BNCLRA85M41H501E", Surname: "Bianchi",
			Name: "Lara", BirthDate: "1985-08-01", Sex: person.Female, Contacts: person.Contacts{Phone: "011 5551234"},
			Document: person.Document{Kind: person.Passport, Number: "YA1234567", IssuedOn: "2022-05-06", Issuer: "Questura di Torino"}}}}
}

func sampleOwnData(head letter.Head) letter.OwnData {
	return letter.OwnData{Head: head, Name: "Noè Müller D’Amico", Number: "1234567897", Chapters: []letter.Chapter{
		{Title: "Residenza", Rows: [][2]string{{"Indirizzo", "Corso Vittorio Emanuele II 12/B"}}}, {Title: "Contatti"}}}
}

func sampleTerms() letter.Terms {
	p := samplePerson()
	return letter.Terms{Head: sampleHead(), Text: community.Text{Version: "3.1", ValidFrom: "2026-01-01", Markdown: sampleMarkdown},
		Number: "1234567897", Person: &p, BirthPlace: torino(), Residence: torino()}
}

const sampleMarkdown = `# Regolamento per il rilascio delle credenziali di Sistema Esempio

Questo Regolamento dice come si ottengono le credenziali,
come si usano e come si revocano.

## 1. Che cosa sono le credenziali

Le credenziali sono **nome utente, password e PIN**. Servono per:

- entrare nei servizi online degli enti che aderiscono al sistema, che sono molti e crescono di anno in anno;
- firmare le istanze che la legge permette di presentare così.

### 1.1 Dove si chiedono

1. Allo sportello di un ente, con un documento d'identità valido.
2. Online, sul [sito della Regione](https://www.regione.example/credenziali).

## 2. Obblighi di chi le riceve

Le credenziali sono personali. Chi le riceve le conserva con cura, non le cede e avvisa subito l'assistenza se teme che altri le conoscano.

## 3. Trattamento dei dati

I dati sono trattati come descritto nell'informativa, per il tempo necessario e non oltre.
`

func sampleOutcome() letter.Outcome {
	head := sampleHead()
	head.Lang = "de"
	return letter.Outcome{Head: head, Title: "Ihre Zugangsdaten sind aktiv", Lead: "Sie sind stark, also zurechenbar.", Number: "1234567897",
		Table: letter.Chapter{Title: "Zusammenfassung", Rows: [][2]string{{"Name und Vorname", "Nicolò Però"}, {"Registrierungsnummer", "1234567897"}, {"Benutzername", "nicolo.pero"},
			{"Wann", "23. November 2026, 10:15"}, {"Angenommene Ordnung", "Version 1.0"}}},
		Keep: "Bewahren Sie dieses Blatt auf: Es sagt, was Sie wann angenommen haben."}
}
