package inbound_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/mail/inbound"
	"sportello/mail/inbound/simulator"
	"sportello/request"
)

// written is a plain mail.
func written(from, subject, text string) string {
	return fmt.Sprintf("From: Giulia <%s>\nTo: assistenza@esempio.it\nSubject: %s\nMessage-ID: <%x@esempio.it>\nDate: Mon, 23 Nov 2026 09:00:00 +0100\n\n%s\n", from, subject, subject, text)
}

// a server, the mailbox on it, and what has been kept.
type box struct {
	*testing.T
	*simulator.Server
	*inbound.Mailbox
	kept []inbound.Message
	fail error
}

func open(t *testing.T) *box {
	t.Helper()
	s, err := simulator.Open(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &box{T: t, Server: s, Mailbox: &inbound.Mailbox{Address: s.Address(), Username: simulator.Username, Password: simulator.Password, AuthServer: "mx.esempio.it", Own: []string{"noreply@esempio.it"}}}
}

func (b *box) put(messages ...string) {
	b.Helper()
	for _, m := range messages {
		if err := b.Put(m); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *box) collect() error {
	_, err := b.Collect(b.Context(), func(_ context.Context, m inbound.Message) error {
		if b.fail == nil {
			b.kept = append(b.kept, m)
		}
		return b.fail
	})
	return err
}

func (b *box) must() {
	b.Helper()
	if err := b.collect(); err != nil {
		b.Fatal(err)
	}
}

// counts checks how many messages wait, are kept, and were put aside.
func (b *box) counts(want ...int) {
	b.Helper()
	for i, folder := range []string{"INBOX", inbound.DoneFolder, inbound.AutomaticFolder, inbound.ExcessFolder} {
		if got := b.Count(folder); got != want[i] {
			b.Errorf("%s holds %d messages, not %d", folder, got, want[i])
		}
	}
}

// What waits is kept once, and leaves the folder only when it is kept.
func TestCollect(t *testing.T) {
	b := open(t)
	for i := range 45 {
		b.put(written("giulia@esempio.it", fmt.Sprint("Codice ", i), "Ho perso il codice"))
	}
	b.put(written("noreply@esempio.it", "eco", "x"))
	b.fail = errors.New("database down")
	if err := b.collect(); !errors.Is(err, b.fail) {
		t.Fatalf("%v", err)
	}
	b.counts(45, 0, 1, 0)
	b.fail = nil
	b.must()
	b.counts(0, 45, 1, 0)
	if len(b.kept) != 45 || b.kept[0].Subject != "Codice 0" || b.kept[44].Subject != "Codice 44" {
		t.Errorf("%d kept, not all in order", len(b.kept))
	}
	b.put(written("giulia@esempio.it", "ancora", "x"))
	b.fail = inbound.ErrAside
	b.must()
	b.counts(0, 45, 1, 1)
}

// A server that does what servers do: nothing is lost, and what comes twice bears one key.
func TestServersThatFail(t *testing.T) {
	b := open(t)
	b.put(written("giulia@esempio.it", "uno", "x"), written("giulia@esempio.it", "due", "y"))

	b.Break(simulator.CopyFails)
	if err := b.collect(); err == nil {
		t.Error("nobody says that messages cannot be moved")
	}
	b.counts(2, 0, 0, 0)

	b.Break(simulator.Disappears)
	b.must()
	b.counts(2, 0, 0, 0)

	b.Break(simulator.Hangs)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := b.Collect(ctx, func(context.Context, inbound.Message) error { return nil }); err == nil {
		t.Error("a server that hangs was waited for, and all was well")
	}

	b.Break(simulator.Chatters)
	b.must()
	b.counts(0, 2, 0, 0)
	if len(b.kept) != 4 || b.kept[0].Key != b.kept[2].Key || b.kept[1].Key != b.kept[3].Key || b.kept[0].Key == b.kept[1].Key {
		t.Errorf("%d kept, or keys that do not tell copies", len(b.kept))
	}

	if err := b.Renew(); err != nil { // the folder is another one, and the same message has the number of another
		t.Fatal(err)
	}
	b.Break(simulator.Well)
	b.put(written("giulia@esempio.it", "due", "y"))
	b.must()
	if b.kept[4].Key != b.kept[1].Key {
		t.Error("a message that came back has another key")
	}

	b.Password = "sbagliata"
	if err := b.collect(); err == nil || strings.Contains(err.Error(), "sbagliata") {
		t.Errorf("a wrong password: %v", err)
	}
	b.Mailbox.Address = "127.0.0.1:1"
	if err := b.collect(); err == nil {
		t.Error("nobody listens, and all was well")
	}
}

// Somebody else's Message-ID over another text is another message; a copy that went another way is the same.
func TestKey(t *testing.T) {
	b := open(t)
	one := written("giulia@esempio.it", "uno", "Ho perso il codice")
	b.put(one, "Received: from altro by mx.esempio.it\n"+one, strings.Replace(one, "perso il codice", "trovato il codice", 1))
	b.must()
	if b.kept[0].Key != b.kept[1].Key || b.kept[0].Key == b.kept[2].Key {
		t.Error("the keys do not tell copies from others")
	}
}

// Machines are not answered, nor shown.
func TestAutomatic(t *testing.T) {
	b := open(t)
	plain := written("giulia@esempio.it", "uno", "x")
	for _, line := range []string{"Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <lista.esempio.it>", "Return-Path: <>", "X-Autoreply: yes",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=x"} {
		b.put(line + "\n" + plain)
	}
	b.put(written("MAILER-DAEMON@esempio.it", "Undelivered", "x"), written("NoReply@esempio.it", "nostra", "x"))
	b.put("Auto-Submitted: no\n"+plain, "Return-Path: <giulia@esempio.it>\n"+plain)
	b.must()
	b.counts(0, 2, 8, 0)
}

// The sender is believed only for what our own server wrote, where it wrote it.
func TestVerdict(t *testing.T) {
	plain := written("giulia@esempio.it", "uno", "x")
	received := "Received: from mittente by mx.esempio.it\n"
	pass := "Authentication-Results: mx.esempio.it (v 1; x=y);\n dkim=pass header.d=esempio.it; dmarc=pass (p=reject) header.from=esempio.it\n"
	for message, want := range map[string]request.Verdict{
		plain:                   request.Unverified,
		received + pass + plain: request.Authentic,
		pass + received + plain: request.Authentic,
		received + "Authentication-Results: mx.esempio.it; dmarc=fail header.from=esempio.it\n" + plain:                                                 request.Forged,
		received + "Authentication-Results: mx.esempio.it; dkim=pass header.d=altro.it\n" + plain:                                                       request.Unverified,
		received + "Authentication-Results: mx.altro.it; dmarc=pass header.from=esempio.it\n" + plain:                                                   request.Unverified,
		received + "Authentication-Results: mx.esempio.it; none\n" + plain:                                                                              request.Unverified,
		received + "Received: from altro\n" + pass + plain:                                                                                              request.Unverified,
		received + pass + "From: altra@esempio.it\n" + plain:                                                                                            request.Forged,
		received + pass + strings.Replace(plain, "Giulia <giulia@esempio.it>", "giulia@esempio.it, altra@altro.it", 1):                                  request.Forged,
		received + "Authentication-Results: mx.esempio.it; dmarc=fail (dmarc=pass header.from=esempio.it) header.from=esempio.it\n" + plain:             request.Forged,
		received + "Authentication-Results: mx.esempio.it; dkim=pass header.d=esempio.it.altro.it; dmarc=none header.from=esempio.it\n" + plain:         request.Unverified,
		received + "Authentication-Results: altro.it; x=\"; mx.esempio.it\"; dmarc=pass header.from=esempio.it\n" + plain:                               request.Unverified,
		received + "Authentication-Results: mx.esempio.it; spf=pass smtp.mailfrom=giulia@esempio.it; dkim=none; dmarc=none header.from=altro\n" + plain: request.Unverified,
	} {
		b := open(t)
		b.put(message)
		b.must()
		if got := b.kept[0].Verdict; got != want {
			t.Errorf("%q, not %q:\n%s", got, want, message)
		}
	}
}

// Whatever comes, something short that can be shown is kept, quickly.
func TestHostileMessages(t *testing.T) {
	head := "From: giulia@esempio.it\nSubject: =?utf-8?q?Ciao_=0ABcc:_altro=40esempio.it?=\nMessage-ID: <a@b>\nMIME-Version: 1.0\n"
	nested := "Content-Type: text/plain\n\nin fondo\n"
	for i := range 60 {
		nested = fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n%s\n--b%d--\n", i, i, nested, i)
	}
	many := "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: text/plain\n\nx\n", 5000) + "--b--\n"
	for name, c := range map[string]struct {
		raw   string
		want  string // in the text
		parts []string
		cut   bool
	}{
		"nested":        {head + nested, "", nil, true},
		"many parts":    {head + many, "x", nil, true},
		"long":          {head + "\n" + strings.Repeat("riga lunga\n", 100_000), "riga lunga", nil, true},
		"over the size": {head + "\n" + strings.Repeat("x", inbound.MaxBytes+10), "xxx", nil, true},
		"charset":       {head + "Content-Type: text/plain; charset=x-boh\n\nperch\xe9 no", "perch", nil, false},
		"latin":         {head + "Content-Type: text/plain; charset=iso-8859-1\n\nperch\xe9 no", "perché no", nil, false},
		"base64":        {head + "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nQ2lhbyB8!!!###", "Ciao", nil, true},
		"no boundary":   {head + "Content-Type: multipart/mixed\n\nboh", "", nil, false},
		"html":          {head + "Content-Type: text/html\n\n<style>p{}</style><script>alert(1)</script><p>Ho perso<br>il codice &amp; basta", "Ho perso \nil codice & basta", nil, false},
		"both":          {head + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nsemplice\n--b\nContent-Type: text/html\n\n<b>ricco</b>\n--b--\n", "semplice", nil, false},
		"attachments": {head + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\neccoli\n--b\nContent-Type: application/pdf; name=\"ci.pdf\"\nContent-Disposition: attachment; filename=\"carta\u202efdp.pdf\"\n\n%PDF\n--b--\n",
			"eccoli", []string{"cartafdp.pdf"}, false},
		"bidi":   {head + "\n\u202eodnoc \x00\x1b[31m fine", "odnoc [31m fine", nil, false},
		"binary": {"\x00\xff\xfe\x80\x81", "", nil, false},
		"empty":  {"\n\n", "", nil, false},
		"bomb":   {head + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n"+strings.Repeat("<div>", 2000)+"\n--c--\n", 90) + "--b--\n", "", nil, true},
	} {
		b := open(t)
		b.put(c.raw)
		b.must()
		if len(b.kept) != 1 {
			t.Errorf("%s: %d kept", name, len(b.kept))
			continue
		}
		m := b.kept[0]
		if !strings.Contains(m.Text, c.want) || !slices.Equal(m.Attachments, c.parts) || c.cut && !m.Cut {
			t.Errorf("%s: %+.300v", name, m)
		}
		if len([]rune(m.Text)) > 10_000 || strings.ContainsAny(m.Subject+m.From, "\r\n") || strings.ContainsAny(m.Text, "\x00\x1b\u202e") {
			t.Errorf("%s: too much, or what cannot be shown", name)
		}
	}
}
