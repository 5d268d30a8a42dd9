package mail

import (
	"context"
	"strconv"
	"strings"
	"time"

	"sportello/community"
	"sportello/store"
)

// Keys of store.OutboxMail.Data. Only the name is about the person.
const (
	DataName     = "nome"        // given name and surname; always
	DataNumber   = "numero"      // registration number; with a code always
	DataEnte     = "ente"        // name of the ente that identified the person; may be absent
	DataReason   = "motivo"      // of a refusal, a sentence of the catalogue; may be absent
	DataStrength = "credenziali" // a Strength; with Activated
	DataBrowser  = "browser"     // what a new browser calls itself; with NewDevice, may be absent
	DataSystem   = "sistema"     // likewise
	DataStanding = "stato"       // with AlreadyKnown
	DataPath     = "pagina"      // of a link, without the token; with ConfirmApplication
	DataLasts    = "ore"         // that a link is good for, counted from when the mail leaves; with every link that does not end with a request
)

// An Outbox holds the letters that acts have left to be sent, and remembers how it went.
type Outbox interface {
	// MailDue tells, at the price of a read, whether a row is due.
	MailDue(ctx context.Context) (bool, error)
	// ClaimMail leases up to limit rows that are due: nobody else gets them until the lease is over
	// or the row is marked. Attempts counts the deferred ones before.
	ClaimMail(ctx context.Context, lease time.Duration, limit int) ([]store.OutboxMail, error)
	// MailSent is final; the sealed code can go.
	MailSent(ctx context.Context, id string) error
	// MailDeferred makes the row due again at next.
	MailDeferred(ctx context.Context, id, reason string, next time.Time) error
	// MailFailed is final; the reason is Italian and shown to the desk.
	MailFailed(ctx context.Context, id, reason string) error
}

var _ Outbox = (*store.DB)(nil)

// An Opener opens what was sealed in a row, bound to its context.
type Opener interface {
	Open(context string, blob []byte) ([]byte, error)
}

// pages are those that a kind of letter sends people to.
var pages = map[Kind]string{
	ActivationCode: "attivazione",
	FaxCode:        "attivazione",
	RevocationCode: "revoca",
	Activated:      "accesso",
	Promoted:       "accesso",
	PINActivated:   "accesso",
	ResetDone:      "accesso",
	EndAnnounced:   "come-registrarsi",
	Preregistered:  "sportelli",
	NotIdentified:  "sportelli",
	ForgottenSoon:  "sportelli",
	OnlineCode:     "attivazione",
	TestLetterLate: "sportello/posta",
	RunUnconfirmed: "sportello/posta",
	BarrierTold:    "sportello/istanze",
	RequestRefused: "sportelli",
	FaxRefused:     "sportelli",

	NewDevice:         "area-personale/accessi",
	LoginDisowned:     "area-personale/password",
	ConfirmAddress:    "conferma-email",
	PasswordLink:      "nuova-password",
	UsernameReminder:  "accesso",
	RequestLink:       "richiesta-credenziali/riprendi",
	RequestApproved:   "accesso",
	TemporaryPassword: "accesso",
	AskRefused:        "richiesta-credenziali",
	RequestKnown:      "accesso",
}

// page is the address of the page that a letter sends people to, "" if it sends them nowhere.
func (c *Courier) page(kind Kind, of community.Community) string {
	path, any := pages[kind]
	if !any {
		return ""
	}
	return c.Addresses.Page(of.ID, path)
}

// letter is the row as a letter, with its code opened.
func (c *Courier) letter(row store.OutboxMail) (Letter, error) {
	of, ok := c.Communities(row.Community)
	if !ok {
		return Letter{}, errNoCommunity
	}
	l := Letter{
		Kind:      Kind(row.Kind),
		Community: of,
		Lang:      row.Lang,
		To:        row.To,
		Name:      row.Data[DataName],
		Number:    row.Data[DataNumber],
		Expires:   row.ExpiresAt,
		Page:      c.page(Kind(row.Kind), of),
		Ente:      row.Data[DataEnte],
		Strength:  Strength(row.Data[DataStrength]),
		Reason:    row.Data[DataReason],
		Browser:   row.Data[DataBrowser],
		System:    row.Data[DataSystem],
		At:        row.CreatedAt,
		ID:        strings.Trim(row.MessageID, "<>"),
	}
	if good := lasts(row); good > 0 {
		l.Expires = c.Now().Add(good)
	}
	if l.Standing = row.Data[DataStanding]; pagesOf[l.Standing] != "" {
		l.Page = c.Addresses.Page(of.ID, pagesOf[l.Standing])
	}
	if len(row.SealedCode) == 0 {
		return l, nil
	}
	code, err := c.Sealer.Open(row.SealContext, row.SealedCode)
	if err != nil {
		return Letter{}, err
	}
	defer clear(code)
	if l.Kind != ConfirmApplication {
		l.Code = string(code)
		return l, nil
	}
	l.Page = c.Addresses.Page(of.ID, row.Data[DataPath]+"/"+string(code))
	return l, nil
}

// lasts is how long the link in a row is good for once it has left; 0 where that is not counted.
func lasts(row store.OutboxMail) time.Duration {
	hours, _ := strconv.Atoi(row.Data[DataLasts])
	return time.Duration(hours) * time.Hour
}
