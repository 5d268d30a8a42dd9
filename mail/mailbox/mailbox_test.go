package mailbox_test

import (
	"encoding/json"
	"fmt"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"sportello/mail/mailbox"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestTheLastMailsAreKeptNewestFirst(t *testing.T) {
	box := open(t, mailbox.Settings{Keep: 2})
	for i := range 3 {
		send(t, box, fmt.Sprintf("Subject: n%d\r\n\r\nciao\r\n", i))
	}
	mails := box.Mails()
	if len(mails) != 2 || mails[0].Subject != "n2" || mails[1].Subject != "n1" {
		t.Errorf("kept: %+v", mails)
	}
}

func TestMessagesAreRead(t *testing.T) {
	for name, c := range map[string]struct{ wire, subject, text, html string }{
		"plain":   {"Subject: uno\r\n\r\nciao\r\n", "uno", "ciao\n", ""},
		"encoded": {"Subject: =?utf-8?q?citt=C3=A0?=\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\ncGVyw7I=\r\n", "città", "però", ""},
		"alternative": {"Subject: due\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n" +
			"--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nper=C3=B2\r\n" +
			"--x\r\nContent-Type: text/html\r\n\r\n<p>ciao</p>\r\n--x--\r\n", "due", "però", "<p>ciao</p>"},
	} {
		t.Run(name, func(t *testing.T) {
			box := open(t, mailbox.Settings{})
			send(t, box, c.wire)
			m := box.Mails()[0]
			if m.Subject != c.subject || m.Text != c.text || m.HTML != c.html || m.To != "a@example.test" || !m.At.Equal(noon) {
				t.Errorf("read: %+v", m)
			}
		})
	}
}

func TestMailsAsData(t *testing.T) {
	box := open(t, mailbox.Settings{})
	send(t, box, "Subject: uno\r\n\r\nciao\r\n")
	data, err := json.Marshal(box.Mails()[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{`"to"`, `"subject"`, `"text"`, `"html"`, `"at"`} {
		if !strings.Contains(string(data), key) {
			t.Errorf("no %s in %s", key, data)
		}
	}
}

func TestFaultsHappenOnceEachInOrder(t *testing.T) {
	box := open(t, mailbox.Settings{})
	box.Fail("A@example.test", mailbox.Greylisted, mailbox.Unknown)
	for _, want := range []string{"450", "550", ""} {
		err := deliver(box, "Subject: uno\r\n\r\nciao\r\n")
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestABoxThatAsksForALogInRefusesStrangers(t *testing.T) {
	box := open(t, mailbox.Settings{User: "u", Password: "p"})
	if err := deliver(box, "Subject: uno\r\n\r\nciao\r\n"); err == nil || !strings.HasPrefix(err.Error(), "530") {
		t.Errorf("got %v, want 530", err)
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

func send(t *testing.T, box *mailbox.Box, wire string) {
	t.Helper()
	if err := deliver(box, wire); err != nil {
		t.Fatal(err)
	}
}

func deliver(box *mailbox.Box, wire string) error {
	address := fmt.Sprintf("%s:%d", box.Host(), box.Port())
	return smtp.SendMail(address, nil, "b@example.test", []string{"a@example.test"}, []byte(wire))
}
