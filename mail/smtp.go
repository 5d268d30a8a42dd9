package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// A Security says how the connection to the mail server is protected.
type Security string

// STARTTLS and TLS never fall back to an open connection; Unprotected is for a server on the same machine.
const (
	STARTTLS    Security = "starttls"
	TLS         Security = "tls"
	Unprotected Security = "none"
)

// SMTP sends through one server, with a connection for each message.
type SMTP struct {
	Host     string
	Port     int // 0: 587 with STARTTLS, 465 with TLS, 25 with none
	TLS      Security
	User     string // "" for no authentication
	Password string
	From     string         // envelope sender, where bounces go; "" is the message's own
	Hello    string         // name given to the server; "" is the machine's
	Roots    *x509.CertPool // trusted issuers; nil is the system's
	Timeout  time.Duration  // of a whole delivery; 0 is DefaultTimeout
}

// DefaultTimeout is longer than most servers take to scan a message, and shorter than DefaultLease.
const DefaultTimeout = time.Minute

// ErrSettings means that the mail server's settings cannot work.
var ErrSettings = errors.New("mail: impostazioni del server di posta non valide")

// Check tells what is wrong with the settings, by name, before anything is sent.
func (s SMTP) Check() error {
	switch {
	case s.Host == "":
		return fmt.Errorf("%w: manca il nome del server", ErrSettings)
	case s.Port < 0 || s.Port > 65535:
		return fmt.Errorf("%w: porta %d fuori da 1-65535", ErrSettings, s.Port)
	case s.TLS != STARTTLS && s.TLS != TLS && s.TLS != Unprotected:
		return fmt.Errorf("%w: protezione %q, sono ammesse starttls, tls, none", ErrSettings, string(s.TLS))
	case s.User != "" && s.TLS == Unprotected:
		return fmt.Errorf("%w: utente e password richiedono starttls o tls", ErrSettings)
	}
	if s.From == "" {
		return nil
	}
	if _, err := parseAddress(s.From); err != nil {
		return fmt.Errorf("%w: mittente: %w", ErrSettings, err)
	}
	return nil
}

// Send implements Sender. A message that the server took is delivered, whatever happens to the
// connection afterwards.
func (s SMTP) Send(ctx context.Context, m Message) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout())
	defer cancel()
	client, err := s.client(ctx)
	if err != nil {
		return &Failure{Class: ErrChannel, Reason: "le impostazioni del server di posta non sono valide", Detail: err.Error()}
	}
	msg, err := s.compose(m)
	if err != nil {
		return &Failure{Class: ErrRefused, Reason: "l'indirizzo e-mail non è valido: correggerlo e ripetere l'invio"}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return classify(err)
}

func (s SMTP) timeout() time.Duration { return or(s.Timeout, DefaultTimeout) }

func (s SMTP) client(ctx context.Context) (*gomail.Client, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	options := []gomail.Option{
		gomail.WithPort(s.port()),
		gomail.WithTimeout(s.timeout()),
		gomail.WithTLSConfig(s.trust()),
		gomail.WithTLSPolicy(policies[s.TLS]),
		gomail.WithDialContextFunc(s.dialer(ctx)),
		gomail.WithoutNoop(),
	}
	if s.Hello != "" {
		options = append(options, gomail.WithHELO(s.Hello))
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return gomail.NewClient(s.Host, options...)
}

var (
	ports    = map[Security]int{STARTTLS: 587, TLS: 465, Unprotected: 25}
	policies = map[Security]gomail.TLSPolicy{STARTTLS: gomail.TLSMandatory, TLS: gomail.NoTLS, Unprotected: gomail.NoTLS} // TLS: the dialer's
)

func (s SMTP) port() int { return or(s.Port, ports[s.TLS]) }

func (s SMTP) trust() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// dialer closes the connection when ctx of the whole delivery ends, so that a server that goes
// silent halfway holds nobody longer than that.
func (s SMTP) dialer(delivery context.Context) gomail.DialContextFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dial := (&net.Dialer{}).DialContext
		if s.TLS == TLS {
			dial = (&tls.Dialer{Config: s.trust()}).DialContext
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		context.AfterFunc(delivery, func() { conn.Close() })
		return conn, nil
	}
}

// compose puts the message in its wire form. Every address has been through parseAddress, here or
// in Render, and names are encoded by the address type: neither can add a header.
func (s SMTP) compose(m Message) (*gomail.Msg, error) {
	for _, address := range []*string{&m.From.Address, &m.To.Address} {
		parsed, err := parseAddress(*address)
		if err != nil {
			return nil, err
		}
		*address = parsed
	}
	m.To.Name, m.From.Name = line(m.To.Name), line(m.From.Name)
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(&m.From)
	msg.ToMailAddress(&m.To)
	if s.From != "" {
		if err := msg.EnvelopeFrom(s.From); err != nil {
			return nil, err
		}
	}
	if m.ReplyTo != "" {
		if err := msg.ReplyTo(m.ReplyTo); err != nil {
			return nil, err
		}
	}
	msg.SetMessageIDWithValue(line(m.ID))
	msg.SetDateWithValue(m.Date)
	msg.Subject(line(m.Subject))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answering machine replies
	msg.SetGenHeader("Content-Language", line(m.Lang))
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// notOurs are the answers that speak of our log-in, not of the recipient (RFC 4954).
var notOurs = map[int]bool{530: true, 534: true, 535: true, 538: true}

// classify decides what a failed delivery means. Until the server has answered to a recipient or to
// the text, a refusal concerns our settings and not the person.
func classify(err error) *Failure {
	var sent *gomail.SendError
	if !errors.As(err, &sent) {
		return classifyConnection(err)
	}
	code := sent.ErrorCode()
	aboutSender := sent.Reason == gomail.ErrSMTPMailFrom || sent.Reason == gomail.ErrConnCheck || notOurs[code]
	switch {
	case code >= 500 && aboutSender:
		return &Failure{Class: ErrChannel, Code: code, Reason: "il server di posta non accetta messaggi da questo sistema: avvisare l'amministratore"}
	case code >= 500:
		return &Failure{Class: ErrRefused, Code: code, Reason: "il server di posta ha rifiutato il messaggio: controllare l'indirizzo e-mail con la persona"}
	case code >= 400:
		return &Failure{Class: ErrLater, Code: code, Reason: "il server di posta chiede di riprovare più tardi"}
	}
	return &Failure{Class: ErrLater, Reason: "il collegamento con il server di posta si è interrotto"}
}

func classifyConnection(err error) *Failure {
	f := &Failure{Class: ErrChannel, Reason: "il collegamento con il server di posta non è utilizzabile: avvisare l'amministratore", Detail: flat(err)}
	var answer *textproto.Error
	var network net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &answer):
		f.Code = answer.Code
		if answer.Code < 500 {
			f.Class = ErrLater
		}
	case errors.As(err, &certificate):
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, context.DeadlineExceeded):
		f.Class = ErrLater
		f.Reason = "il server di posta non risponde"
	}
	return f
}

func flat(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
