// Package mail writes the messages that people receive, and carries them: it renders the texts,
// empties the outbox and speaks SMTP (mission E03, E12).
//
// It does not decide who is written to nor when: an act leaves a row in the outbox inside its own
// transaction, and this package takes it from there. It reads no incoming mail.
package mail

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // dates are shown in Europe/Rome wherever the binary runs (mission S35)

	"sportello/community"
	"sportello/locale"
)

// A Kind says what a letter is about. It is stored in the outbox.
type Kind string

// The kinds of letter. The first two carry a code, the others confirm what was completed (mission E12).
const (
	ActivationCode Kind = "codice di attivazione"
	RevocationCode Kind = "codice di revoca"
	Activated      Kind = "credenziali attive"
	Promoted       Kind = "credenziali promosse"
	PINActivated   Kind = "PIN attivato"
	ResetDone      Kind = "credenziali reimpostate"
	Revoked        Kind = "credenziali revocate"
	ResidenceMoved Kind = "cambio residenza" // to the citizen, who may not have come
	TaxCodeChanged Kind = "cambio del codice fiscale"
	AddressAdded   Kind = "nuovo indirizzo e-mail"
	AddressRemoved Kind = "indirizzo e-mail sostituito"

	// To operators, about their own account (mission S11).
	OperatorSecondFactor Kind = "secondo fattore operatore azzerato"
	OperatorPassword     Kind = "password operatore sostituita"
	OperatorAddress      Kind = "indirizzo operatore cambiato"
	DelegateCollected    Kind = "ritiro del delegato"         // to the citizen, who has not come
	CodeTaken            Kind = "codice letto allo sportello" // to the citizen, to whose mailbox the code went
	EndAnnounced         Kind = "fine delle credenziali"      // to each holder, before the community's credentials end (N05)
)

// From the helpdesk (001 §3.3.2, §5.3.1, §5.4.1).
const (
	RequestRefused  Kind = "istanza respinta"
	RevocationAsked Kind = "revoca chiesta per raccomandata"
	FaxCode         Kind = "codice di attivazione, fax accettato" // the PIN goes by post
	FaxRefused      Kind = "fax respinto"
)

// About a request for credentials to an ente (003). What carries the PIN's first part never carries a password (mission S23).
const (
	RequestPIN        Kind = "prima parte del PIN"
	RequestLink       Kind = "link per i documenti"
	RequestReceived   Kind = "richiesta di credenziali completata"
	RequestApproved   Kind = "richiesta di credenziali approvata"     // with the first password
	AskRefused        Kind = "richiesta di credenziali non approvata" // to the address that was typed
	RequestKnown      Kind = "richiesta di chi è già registrato"      // to the address known before
	TemporaryPassword Kind = "nuova password di primo accesso"
)

// About what somebody has begun at home (001 §3.1, §3.3).
const (
	ConfirmApplication Kind = "conferma di chi comincia da casa"     // with the link; to whoever was typed
	Preregistered      Kind = "preregistrazione ricevuta"            // to the address that was proven
	NotIdentified      Kind = "identità da accertare"                // the same
	OnlineCode         Kind = "codice di attivazione, PIN per posta" // the same, to who was identified
	DataCompleted      Kind = "dati completati"
	AlreadyKnown       Kind = "già registrato" // to the address known before
	ForgottenSoon      Kind = "dati che stanno per essere cancellati"
)

// A Strength is the class of the credentials that a letter confirms (001 §1.2).
type Strength string

// Strong credentials are imputabili, weak ones are not.
const (
	Strong Strength = "forti"
	Weak   Strength = "deboli"
)

// A Letter is what there is to say to one person. It holds the name and nothing else about them:
// no tax code, no birth date, no PIN (mission S19).
type Letter struct {
	Kind      Kind
	Community community.Community
	Lang      string // a locale.Language; "" is Italian
	To        string // bare address
	Name      string // given name and surname
	Number    string // registration number
	Code      string // as drawn, with or without separators, or the token of a link, or the username; only in the kinds that carry one
	Expires   time.Time
	Page      string   // address of the page to open: it never carries the code (mission S19)
	Ente      string   // where the person was identified
	Strength  Strength // of the credentials, in Activated
	Reason    string   // of a refusal, one of the catalogue's; may be absent
	Browser   string   // of the new device, in NewDevice; "" if it does not say
	System    string   // likewise
	Standing  string
	At        time.Time
	ID        string // Message-ID without angle brackets, the same at every attempt
}

// A Message is a rendered letter.
type Message struct {
	ID      string
	Date    time.Time
	From    mail.Address
	ReplyTo string // "" for none
	To      mail.Address
	Lang    string
	Subject string
	Text    string
	HTML    string
}

// Reasons why a letter cannot be written. None of them goes away by itself.
var (
	ErrKind       = errors.New("mail: tipo di messaggio sconosciuto")
	ErrIncomplete = errors.New("mail: mancano dati per scrivere il messaggio")
	ErrAddress    = errors.New("mail: indirizzo e-mail non valido")
	ErrPublisher  = errors.New("mail: la comunità non ha un mittente valido")
)

var rome = zone("Europe/Rome")

func zone(name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone data is embedded above
	}
	return location
}

// Render writes the letter in text and HTML. It fails with ErrKind, ErrIncomplete, ErrAddress
// or ErrPublisher, and no error names the person or the code.
func Render(l Letter) (Message, error) {
	write, ok := bodies[l.Kind]
	if !ok {
		return Message{}, ErrKind
	}
	l = l.tidy()
	if missing := l.missing(); missing != "" {
		return Message{}, fmt.Errorf("%w: %s", ErrIncomplete, missing)
	}
	m, err := l.envelope()
	if err != nil {
		return Message{}, err
	}
	b := write(l)
	m.Subject = line(b.Subject)
	m.Text, m.HTML, err = lay(l, b)
	return m, err
}

// tidy puts every value on one line, so that none can forge a header or a paragraph.
func (l Letter) tidy() Letter {
	for _, value := range []*string{&l.Name, &l.Number, &l.Code, &l.Ente, &l.Page, &l.Community.Name, &l.Browser, &l.System} {
		*value = line(*value)
	}
	if !locale.Known(l.Lang) {
		l.Lang = locale.Italian
	}
	return l
}

// missing names the first value that the kind needs and does not have.
func (l Letter) missing() string {
	carriesCode, carriesLink := l.Kind == ActivationCode || l.Kind == RevocationCode || l.Kind == FaxCode || l.Kind == OnlineCode, slices.Contains(links, l.Kind)
	needs := []struct {
		name   string
		absent bool
	}{
		{"nome", l.Name == "" && l.Kind != ConfirmApplication},
		{"comunità", l.Community.Name == ""},
		{"identificativo", l.ID == ""},
		{"data", l.At.IsZero()},
		{"numero di registrazione", carriesCode && l.Number == ""},
		{"codice", (carriesCode || carriesLink || l.Kind == UsernameReminder) && l.Code == ""},
		{"scadenza", (carriesCode || carriesLink) && l.Expires.IsZero()},
		{"indirizzo della pagina", (carriesCode || carriesLink) && l.Page == ""},
		{"giorno della fine", l.Kind == EndAnnounced && l.Community.Local.EndsOn == ""},
		{"scadenza del link", l.Kind == ConfirmApplication && (l.Expires.IsZero() || l.Page == "")},
		{"stato", l.Kind == AlreadyKnown && nexts[l.Standing].standing == ""},
		{"tipo di credenziali", l.Kind == Activated && l.Strength != Strong && l.Strength != Weak},
	}
	for _, need := range needs {
		if need.absent {
			return need.name
		}
	}
	return ""
}

func (l Letter) envelope() (Message, error) {
	to, err := parseAddress(l.To)
	if err != nil {
		return Message{}, err
	}
	m := Message{ID: l.ID, Date: l.At, Lang: l.Lang, To: mail.Address{Name: l.Name, Address: to}}
	m.From.Name = line(l.Community.Publisher.Name)
	if m.From.Address, err = parseAddress(l.Community.Publisher.MailSender); err != nil {
		return Message{}, fmt.Errorf("%w: %s, mail_sender", ErrPublisher, l.Community.ID)
	}
	if reply, err := parseAddress(l.Community.Publisher.HelpEmail); err == nil {
		m.ReplyTo = reply
	}
	return m, nil
}

// t is a sentence, with fmt verbs, in the language of the reader.
func (l Letter) t(format string, args ...any) string {
	return locale.Printer(l.Lang).Sprintf(format, args...)
}

// day writes a date in the reader's words.
func (l Letter) day(at time.Time) string { return locale.Day(l.Lang, at.In(rome)) }

// moment is day with the hour.
func (l Letter) moment(at time.Time) string {
	return l.t("%s, ore %s", l.day(at), at.In(rome).Format("15:04"))
}

// groupedCode is the code as it is read and typed: ABCD-EFGH-JKMN.
func (l Letter) groupedCode() string {
	format := l.Community.Codes.Activation
	if l.Kind == RevocationCode {
		format = l.Community.Codes.Revocation
	}
	code := strings.NewReplacer("-", "", " ", "").Replace(l.Code)
	if format.Group <= 0 {
		return code
	}
	var groups []string
	for len(code) > format.Group {
		groups, code = append(groups, code[:format.Group]), code[format.Group:]
	}
	return strings.Join(append(groups, code), "-")
}
