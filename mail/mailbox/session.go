package mailbox

import (
	"crypto/subtle"
	"io"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// A session is one connection.
type session struct {
	box    *Box
	conn   *smtp.Conn
	known  bool // has logged in
	from   string
	to     string
	atData Fault
}

func (b *Box) session(c *smtp.Conn) (smtp.Session, error) {
	return &session{box: b, conn: c, known: b.settings.User == ""}, nil
}

// AuthMechanisms implements smtp.AuthSession; the server offers them only under TLS.
func (s *session) AuthMechanisms() []string {
	if s.box.settings.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		right := subtle.ConstantTimeCompare([]byte(user), []byte(s.box.settings.User)) &
			subtle.ConstantTimeCompare([]byte(password), []byte(s.box.settings.Password))
		if right != 1 {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	switch fault := s.box.nextFault(to); fault {
	case Greylisted:
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "<" + to + "> greylisted"}
	case Unknown:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "<" + to + "> user unknown"}
	case Dropped:
		return s.conn.Close()
	case Hung:
		<-s.box.closed
		return s.conn.Close()
	default:
		s.atData = fault
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.atData == Full {
		return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox full"}
	}
	mail, err := parse(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "unreadable message"}
	}
	mail.To, mail.At = s.to, s.box.settings.Now()
	s.box.keep(mail)
	if s.atData == DroppedAfterAll {
		return s.conn.Close()
	}
	return nil
}

func (s *session) Reset() { s.from, s.to, s.atData = "", "", 0 }

func (s *session) Logout() error { return nil }
