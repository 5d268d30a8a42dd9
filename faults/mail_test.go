package faults_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/mail/mailbox"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// carry delivers what is due now.
func (h *house) carry() {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.courier.Step(h.Context())
		h.must(err)
	}
}

// mailFor is the one row of the outbox of the registration whose print page is at an address.
func (h *house) mailFor(at string) (m store.OutboxMail) {
	h.Helper()
	h.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(registration.Number(strings.Split(at, "/")[3]))
		if err != nil {
			return err
		}
		op, err := tx.PendingOperation(r.ID)
		if err != nil {
			return err
		}
		mails, err := tx.MailsOf(op.ID)
		if err == nil && len(mails) != 1 {
			h.Fatalf("%d mails wait for one registration", len(mails))
		}
		m = mails[0]
		return err
	})
	return m
}

// E03, E12: what the mail server does is told on the print page, and nothing is sent under two names.
func TestMailTrouble(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	for i, tt := range []struct {
		name     string
		faults   []mailbox.Fault
		then     string // the print page after the first try
		gone     bool   // the first try is the last
		received int    // copies in the mailbox, in the end
	}{
		{"right away", nil, "Inviato", true, 1},
		{"greylisted twice", []mailbox.Fault{mailbox.Greylisted, mailbox.Greylisted}, "Consegna ancora in corso: 1 tentativi non riusciti", false, 1},
		{"unknown there", []mailbox.Fault{mailbox.Unknown}, "Stampare il codice e consegnarlo al cittadino", true, 0},
		{"mailbox full", []mailbox.Fault{mailbox.Full}, "", false, -1},
		{"hung up on", []mailbox.Fault{mailbox.Dropped}, "Si riprova in automatico", false, 1},
		{"kept waiting", []mailbox.Fault{mailbox.Hung}, "Si riprova in automatico", false, 1},
		{"hung up on after the text", []mailbox.Fault{mailbox.DroppedAfterAll}, "Si riprova in automatico", false, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h.wait(time.Minute) // a one-time code works once
			x, c := known()[i], h.operator(0)
			h.outside.box.Fail(mailOf(x), tt.faults...)
			at := c.register(x)
			c.get(at).is(t, 200, "In coda")
			if len(h.mailFor(at).SealedCode) == 0 {
				t.Fatal("the mail that waits has no code")
			}
			h.carry()
			c.get(at).is(t, 200, tt.then)
			if kept := len(h.mailFor(at).SealedCode) > 0; tt.gone && kept {
				t.Error("the outbox keeps the code")
			}
			for range tt.faults {
				h.wait(10 * time.Minute)
				h.carry()
			}
			m := h.mailFor(at)
			if len(m.SealedCode) > 0 || m.SentAt.IsZero() && m.FailedAt.IsZero() {
				t.Errorf("in the end: sent %v, failed %v, code kept %v, %q", m.SentAt, m.FailedAt, len(m.SealedCode) > 0, m.LastError)
			}
			h.received(t, mailOf(x), m.MessageID, tt.received)
			h.leave(at)
		})
	}
}

// leave lets the operator of a print page come back and end it: the next citizen waits.
func (h *house) leave(at string) {
	h.Helper()
	h.wait(time.Minute)
	h.must(h.operator(0).finish(at))
}

// received counts the copies of a message; all have the same name. A negative count is any.
func (h *house) received(t *testing.T, to, id string, want int) {
	t.Helper()
	n := 0
	for _, m := range h.outside.box.Mails() {
		if m.To != to {
			continue
		}
		n++
		if strings.Trim(m.MessageID, "<>") != id {
			t.Errorf("copy %d is named %s, want %s", n, m.MessageID, id)
		}
	}
	if want >= 0 && n != want {
		t.Errorf("%d copies arrived, want %d", n, want)
	}
}

// A mail server that is gone: nothing is lost, and the code goes out once it is back or dies with its paper.
func TestMailServerGone(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	h.outside.box.Close()
	c := h.operator(0)
	at := c.register(known()[0])
	h.carry()
	c.get(at).is(t, 200, "Consegna ancora in corso")
	for range 200 {
		h.wait(time.Hour)
		h.carry()
	}
	if m := h.mailFor(at); m.FailedAt.IsZero() || len(m.SealedCode) > 0 {
		t.Errorf("after eight days: failed %v, code kept %v", m.FailedAt, len(m.SealedCode) > 0)
	}
}

// The desk does not wait for the mail server: here it would wait a minute.
func TestRegistrationDoesNotWaitForMail(t *testing.T) {
	h := newHouse(t, plan{dsn: testdb.SQLite(t)})
	patient := h.outside.smtp()
	patient.Timeout = time.Minute
	h.courier.Sender = patient
	x := known()[0]
	h.outside.box.Fail(mailOf(x), mailbox.Hung)
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { h.courier.Run(ctx) })
	c := h.operator(0)
	begin := time.Now()
	at := c.register(x)
	h.must(c.finish(at))
	c.get(at).is(t, 200, "In coda")
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("the registration took %v", took)
	}
	stop()
	h.outside.box.Close()
	work.Wait()
}
