package mail_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"sportello/mail"
	"sportello/mail/mailbox"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const (
	user     = "sportello"
	password = "una-password-di-prova"
)

func TestDeliveryOverSTARTTLSWithAuthentication(t *testing.T) {
	box, sender := securedBox(t)
	m := render(t, letter(mail.ActivationCode))
	if err := sender.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	got := only(t, box)
	if got.To != m.To.Address || got.Subject != m.Subject || got.Text != m.Text || got.HTML != m.HTML || got.MessageID != m.ID {
		t.Errorf("arrived otherwise than sent: %+v", got)
	}
	if !got.At.Equal(noon) {
		t.Errorf("at %v", got.At)
	}
}

func TestHeadersOnTheWire(t *testing.T) {
	box, sender := securedBox(t)
	l := letter(mail.Activated)
	l.Name = "Niccolò \"D'Aosta\" Però\r\nBcc: altri@example.test"
	l.To = "nicolo@città.example"
	if err := sender.Send(t.Context(), render(t, l)); err != nil {
		t.Fatal(err)
	}
	raw := only(t, box).Raw
	message, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Auto-Submitted":   "auto-generated",
		"Content-Language": "it",
		"Message-Id":       "<" + l.ID + ">",
		"Bcc":              "",
		"List-Unsubscribe": "",
		"User-Agent":       "",
	} {
		if got := message.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	to, err := message.Header.AddressList("To")
	if err != nil || len(to) != 1 {
		t.Fatalf("To: %v %v", to, err)
	}
	if to[0].Name != `Niccolò "D'Aosta" Però Bcc: altri@example.test` || to[0].Address != "nicolo@xn--citt-3na.example" {
		t.Errorf("To: %+v", to[0])
	}
	if date, err := message.Header.Date(); err != nil || !date.Equal(l.At) {
		t.Errorf("Date: %v %v", date, err)
	}
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	if bytes.ContainsFunc(head, func(r rune) bool { return r > 127 }) {
		t.Error("a header is not ASCII")
	}
}

func TestDeliveryOverTLSFromTheStart(t *testing.T) {
	server, roots := certificate(t, "127.0.0.1")
	listener, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	box := mailbox.Serve(listener, mailbox.Settings{Now: func() time.Time { return noon }, User: user, Password: password})
	t.Cleanup(func() { box.Close() })
	sender := mail.SMTP{Host: box.Host(), Port: box.Port(), TLS: mail.TLS, User: user, Password: password, Roots: roots, Hello: "localhost"}
	if err := sender.Send(t.Context(), render(t, letter(mail.Activated))); err != nil {
		t.Fatal(err)
	}
	only(t, box)
}

func TestChannelsThatMustNotBeUsed(t *testing.T) {
	for name, spoil := range map[string]func(*mail.SMTP){
		"unknown issuer":       func(s *mail.SMTP) { s.Roots = x509.NewCertPool() },
		"another host's name":  func(s *mail.SMTP) { s.Host = "localhost" },
		"wrong password":       func(s *mail.SMTP) { s.Password = "altra" },
		"no log-in":            func(s *mail.SMTP) { s.User = "" },
		"password in the open": func(s *mail.SMTP) { s.TLS = mail.Unprotected },
		"unknown protection":   func(s *mail.SMTP) { s.TLS = "forse" },
	} {
		t.Run(name, func(t *testing.T) {
			box, sender := securedBox(t)
			spoil(&sender)
			err := sender.Send(t.Context(), render(t, letter(mail.Activated)))
			if !errors.Is(err, mail.ErrChannel) {
				t.Fatalf("got %v, want ErrChannel", err)
			}
			if len(box.Mails()) != 0 {
				t.Error("the message went out")
			}
		})
	}
}

func TestSTARTTLSIsNotGivenUp(t *testing.T) {
	box, sender := openBox(t)
	sender.TLS = mail.STARTTLS
	if err := sender.Send(t.Context(), render(t, letter(mail.Activated))); !errors.Is(err, mail.ErrChannel) {
		t.Fatalf("got %v, want ErrChannel", err)
	}
	if len(box.Mails()) != 0 {
		t.Error("the message went out in the open")
	}
}

func TestFailuresAreTold(t *testing.T) {
	for name, c := range map[string]struct {
		fault mailbox.Fault
		class error
		code  int
	}{
		"greylisted":        {mailbox.Greylisted, mail.ErrLater, 450},
		"unknown user":      {mailbox.Unknown, mail.ErrRefused, 550},
		"mailbox full":      {mailbox.Full, mail.ErrRefused, 552},
		"dropped":           {mailbox.Dropped, mail.ErrLater, 0},
		"dropped after all": {mailbox.DroppedAfterAll, mail.ErrLater, 0},
	} {
		t.Run(name, func(t *testing.T) {
			box, sender := openBox(t)
			l := letter(mail.ActivationCode)
			box.Fail(l.To, c.fault)
			err := sender.Send(t.Context(), render(t, l))
			var f *mail.Failure
			if !errors.As(err, &f) || !errors.Is(err, c.class) || f.Code != c.code {
				t.Fatalf("got %v, want %v with code %d", err, c.class, c.code)
			}
			if strings.Contains(f.Error()+f.Detail, l.To) || strings.Contains(f.Error()+f.Detail, "Però") {
				t.Errorf("the failure names the person: %v %s", f, f.Detail)
			}
		})
	}
}

func TestAServerThatGoesSilentIsLeft(t *testing.T) {
	box, sender := openBox(t)
	l := letter(mail.Activated)
	box.Fail(l.To, mailbox.Hung)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := sender.Send(ctx, render(t, l)); !errors.Is(err, mail.ErrLater) {
		t.Fatalf("got %v, want ErrLater", err)
	}
}

func TestAServerThatIsDown(t *testing.T) {
	box, sender := openBox(t)
	box.Close()
	if err := sender.Send(t.Context(), render(t, letter(mail.Activated))); !errors.Is(err, mail.ErrLater) {
		t.Fatalf("got %v, want ErrLater", err)
	}
}

func openBox(t *testing.T) (*mailbox.Box, mail.SMTP) {
	t.Helper()
	box := open(t, mailbox.Settings{})
	return box, mail.SMTP{Host: box.Host(), Port: box.Port(), TLS: mail.Unprotected, Hello: "localhost"}
}

func securedBox(t *testing.T) (*mailbox.Box, mail.SMTP) {
	t.Helper()
	server, roots := certificate(t, "127.0.0.1")
	box := open(t, mailbox.Settings{TLS: server, User: user, Password: password})
	return box, mail.SMTP{
		Host: box.Host(), Port: box.Port(), TLS: mail.STARTTLS,
		User: user, Password: password, Roots: roots, Hello: "localhost", From: "rimbalzi@example.test",
	}
}

func open(t *testing.T, s mailbox.Settings) *mailbox.Box {
	t.Helper()
	s.Now = func() time.Time { return noon }
	box, err := mailbox.Open(s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { box.Close() })
	return box
}

func only(t *testing.T, box *mailbox.Box) mailbox.Mail {
	t.Helper()
	mails := box.Mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails arrived, want 1", len(mails))
	}
	return mails[0]
}

// certificate is a server's own for an address, and the pool that trusts it.
func certificate(t *testing.T, address string) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail di prova"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
