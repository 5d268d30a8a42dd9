package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/community"
	"sportello/mail"
	"sportello/mail/mailbox"
	"sportello/vault"
)

func TestALetterGoesFromTheOutboxToTheMailbox(t *testing.T) {
	d := newDesk(t)
	row := d.enqueue("pero@example.test")
	d.step(true)
	got := only(t, d.box)
	if got.To != row.To || got.MessageID != "riga-1@sportello.test" || !strings.Contains(got.Text, "7KQ2-9XWM-PC4T") {
		t.Errorf("arrived: %+v", got)
	}
	if state := d.outbox.state(row.ID); state != "sent" {
		t.Errorf("row is %s", state)
	}
	d.step(false)
}

func TestLaterMeansTheSameMessageAgain(t *testing.T) {
	for name, c := range map[string]struct {
		fault  mailbox.Fault
		copies int
	}{
		"greylisted":             {mailbox.Greylisted, 1},
		"dropped":                {mailbox.Dropped, 1},
		"taken but not answered": {mailbox.DroppedAfterAll, 2},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			row := d.enqueue("pero@example.test")
			d.box.Fail(row.To, c.fault)
			d.step(true)
			if state := d.outbox.state(row.ID); state != "due" {
				t.Fatalf("row is %s", state)
			}
			d.step(false) // not before its time
			d.clock.advance(time.Minute)
			d.step(true)
			mails := d.box.Mails()
			if len(mails) != c.copies {
				t.Fatalf("%d copies arrived, want %d", len(mails), c.copies)
			}
			for _, m := range mails {
				if m.MessageID != "riga-1@sportello.test" {
					t.Errorf("Message-ID %s", m.MessageID)
				}
			}
			if state := d.outbox.state(row.ID); state != "sent" {
				t.Errorf("row is %s", state)
			}
		})
	}
}

func TestARefusalIsFinalAndToldToTheDesk(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*desk, *mail.OutboxMail)
		reason string
	}{
		"unknown user":   {func(d *desk, m *mail.OutboxMail) { d.box.Fail(m.To, mailbox.Unknown) }, "controlla l'indirizzo"},
		"bad address":    {func(_ *desk, m *mail.OutboxMail) { m.To = "pero@" }, "indirizzo e-mail non è valido"},
		"code erased":    {func(_ *desk, m *mail.OutboxMail) { m.SealedCode = nil }, "incompleto"},
		"code expired":   {func(d *desk, m *mail.OutboxMail) { m.ExpiresAt = d.clock.now() }, "scaduto"},
		"unknown letter": {func(_ *desk, m *mail.OutboxMail) { m.Kind = "auguri" }, "incompleto"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			row := d.row("pero@example.test")
			c.spoil(d, &row)
			d.outbox.add(row)
			d.step(true)
			if state := d.outbox.state(row.ID); state != "failed" {
				t.Fatalf("row is %s", state)
			}
			if reason := d.outbox.reason(row.ID); !strings.Contains(reason, c.reason) {
				t.Errorf("reason %q", reason)
			}
			d.clock.advance(mail.Patience)
			d.step(false)
			if len(d.box.Mails()) != 0 {
				t.Error("it arrived all the same")
			}
		})
	}
}

func TestWhatOnlyTheAdministratorCanRepairWaits(t *testing.T) {
	for name, spoil := range map[string]func(*mail.OutboxMail){
		"sealed for another row": func(m *mail.OutboxMail) { m.SealContext = "outbox/altra" },
		"community not here":     func(m *mail.OutboxMail) { m.Community = "altrove" },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			row := d.row("pero@example.test")
			spoil(&row)
			d.outbox.add(row)
			d.step(true)
			if state := d.outbox.state(row.ID); state != "due" {
				t.Errorf("row is %s", state)
			}
			if !strings.Contains(d.log.String(), "level=ERROR") {
				t.Error("nobody is told")
			}
		})
	}
}

func TestAServerThatStaysDownIsTriedForThreeDays(t *testing.T) {
	d := newDesk(t)
	row := d.enqueue("pero@example.test")
	start := d.clock.now()
	d.box.Close()
	var pauses []time.Duration
	for d.outbox.state(row.ID) == "due" {
		d.step(true)
		if d.outbox.state(row.ID) == "due" {
			next := d.outbox.dueAt(row.ID)
			pauses = append(pauses, next.Sub(d.clock.now()))
			d.clock.advance(next.Sub(d.clock.now()))
		}
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360}
	for i, minutes := range want {
		if pauses[i] != minutes*time.Minute {
			t.Errorf("pause %d: %v, want %v", i+1, pauses[i], minutes*time.Minute)
		}
	}
	if tried := d.clock.now().Sub(start); tried > mail.Patience || tried < mail.Patience-7*time.Hour {
		t.Errorf("given up after %v", tried)
	}
	if state := d.outbox.state(row.ID); state != "failed" {
		t.Errorf("row is %s", state)
	}
}

func TestNoRetryAfterTheCodeHasExpired(t *testing.T) {
	d := newDesk(t)
	row := d.row("pero@example.test")
	row.ExpiresAt = d.clock.now().Add(30 * time.Second)
	d.outbox.add(row)
	d.box.Fail(row.To, mailbox.Greylisted)
	d.step(true)
	if state := d.outbox.state(row.ID); state != "failed" {
		t.Errorf("row is %s", state)
	}
}

func TestPausesAreSpread(t *testing.T) {
	d := newDesk(t)
	d.courier.Rand = rand.Reader
	seen := map[time.Duration]bool{}
	for i := range 20 {
		to := fmt.Sprintf("p%d@example.test", i)
		row := d.enqueue(to)
		d.box.Fail(to, mailbox.Greylisted)
		d.step(true)
		pause := d.outbox.dueAt(row.ID).Sub(d.clock.now())
		if pause < 48*time.Second || pause > 72*time.Second {
			t.Errorf("pause of %v", pause)
		}
		seen[pause] = true
	}
	if len(seen) < 10 {
		t.Errorf("only %d different pauses", len(seen))
	}
}

func TestTwoCouriersShareAnOutbox(t *testing.T) {
	d := newDesk(t)
	const rows = 40
	for i := range rows {
		d.enqueue(fmt.Sprintf("p%d@example.test", i))
	}
	second := d.newCourier()
	var both sync.WaitGroup
	for _, c := range []*mail.Courier{d.courier, second} {
		both.Go(func() {
			for found := true; found; {
				var err error
				if found, err = c.Step(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	both.Wait()
	arrived := map[string]int{}
	for _, m := range d.box.Mails() {
		arrived[m.MessageID]++
	}
	for id, copies := range arrived {
		if copies != 1 {
			t.Errorf("%s arrived %d times", id, copies)
		}
	}
	if len(arrived) != rows {
		t.Errorf("%d of %d arrived", len(arrived), rows)
	}
}

func TestTheRowOfADeadCourierIsTakenOverAfterItsLease(t *testing.T) {
	d := newDesk(t)
	row := d.enqueue("pero@example.test")
	if rows, _ := d.outbox.ClaimMail(t.Context(), mail.DefaultLease, 1); len(rows) != 1 {
		t.Fatal("nothing to claim")
	}
	d.step(false)
	d.clock.advance(mail.DefaultLease)
	d.step(true)
	if state := d.outbox.state(row.ID); state != "sent" {
		t.Errorf("row is %s", state)
	}
}

func TestOneSilentRecipientHoldsUpNobodyElse(t *testing.T) {
	d := newDesk(t)
	d.courier.Workers = 2
	d.courier.Every = time.Hour // only kicks wake it
	slow := d.enqueue("lento@example.test")
	d.box.Fail(slow.To, mailbox.Hung)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.courier.Run(ctx) }()
	for i := range 5 {
		d.enqueue(fmt.Sprintf("p%d@example.test", i))
		d.courier.Kick()
		if id := <-d.outbox.noted; id == slow.ID {
			t.Fatal("the slow one was noted first")
		}
	}
	stop()
	d.box.Close() // the silent server goes away; the delivery under way is still noted
	<-done
	if state, reason := d.outbox.state(slow.ID), d.outbox.reason(slow.ID); state != "due" || reason == "" {
		t.Errorf("slow row is %s (%s)", state, reason)
	}
}

func TestTheOutboxBeingDownIsSaid(t *testing.T) {
	d := newDesk(t)
	d.enqueue("pero@example.test")
	d.outbox.broken = errors.New("database is locked")
	if _, err := d.courier.Step(t.Context()); !errors.Is(err, d.outbox.broken) {
		t.Errorf("got %v", err)
	}
}

func TestTheLogNamesNobody(t *testing.T) {
	d := newDesk(t)
	for i, fault := range []mailbox.Fault{0, mailbox.Greylisted, mailbox.Unknown, mailbox.Full, mailbox.Dropped} {
		row := d.enqueue(fmt.Sprintf("pero%d@example.test", i))
		if fault != 0 {
			d.box.Fail(row.To, fault)
		}
		d.step(true)
	}
	log := d.log.String()
	for _, secret := range []string{"pero", "example.test", "Però", "7KQ2", code} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	for _, said := range []string{"riga=riga-1", "tipo=\"codice di attivazione\"", "tentativo=1", "smtp=450", "smtp=550"} {
		if !strings.Contains(log, said) {
			t.Errorf("the log does not say %s:\n%s", said, log)
		}
	}
}

// A desk is an outbox, a courier and the server that it sends to.
type desk struct {
	t       *testing.T
	clock   *clock
	box     *mailbox.Box
	sender  mail.SMTP
	keys    *vault.Keys
	outbox  *outbox
	courier *mail.Courier
	log     bytes.Buffer
	logger  *slog.Logger // one for all couriers: its lock guards the buffer
	rows    int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	keys, err := vault.Create(filepath.Join(t.TempDir(), "chiavi"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, clock: &clock{at: noon}, keys: keys}
	d.box, d.sender = openBox(t)
	d.logger = slog.New(slog.NewTextHandler(&d.log, nil))
	d.outbox = &outbox{clock: d.clock, noted: make(chan string, 100)}
	d.courier = d.newCourier()
	return d
}

func (d *desk) newCourier() *mail.Courier {
	return &mail.Courier{
		Outbox: d.outbox, Sealer: d.keys, Sender: d.sender,
		Communities: func(id community.ID) (community.Community, bool) { return piemonte, id == piemonte.ID },
		Pages:       map[mail.Kind]string{mail.ActivationCode: "https://sportello.example.test/attivazione"},
		Now:         d.clock.now,
		Rand:        middle{},
		Log:         d.logger,
	}
}

func (d *desk) step(want bool) {
	d.t.Helper()
	found, err := d.courier.Step(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	if found != want {
		d.t.Fatalf("a row was due: %v, want %v", found, want)
	}
}

func (d *desk) enqueue(to string) mail.OutboxMail {
	row := d.row(to)
	d.outbox.add(row)
	return row
}

func (d *desk) row(to string) mail.OutboxMail {
	d.t.Helper()
	d.rows++
	id := fmt.Sprintf("riga-%d", d.rows)
	sealed, err := d.keys.Seal("outbox/"+id, []byte(code))
	if err != nil {
		d.t.Fatal(err)
	}
	return mail.OutboxMail{
		ID: id, Kind: string(mail.ActivationCode), Community: piemonte.ID, Registration: number,
		To: to, Lang: "it", Data: map[string]string{mail.DataName: "Niccolò Però"},
		SealedCode: sealed, SealContext: "outbox/" + id, MessageID: "<" + id + "@sportello.test>",
		CreatedAt: d.clock.now(), ExpiresAt: d.clock.now().AddDate(0, 0, 60),
	}
}

// middle draws the middle of every range: pauses are exact.
type middle struct{}

func (middle) Read(b []byte) (int, error) {
	clear(b)
	b[0] = 0x80
	return len(b), nil
}

type clock struct {
	mutex sync.Mutex
	at    time.Time
}

func (c *clock) now() time.Time { c.mutex.Lock(); defer c.mutex.Unlock(); return c.at }

func (c *clock) advance(d time.Duration) { c.mutex.Lock(); defer c.mutex.Unlock(); c.at = c.at.Add(d) }

// An outbox in memory, with the leases that the contract asks for.
type outbox struct {
	clock  *clock
	noted  chan string // ids, as they are marked
	broken error

	mutex sync.Mutex
	rows  []*entry
}

type entry struct {
	mail.OutboxMail
	state, reason string
	next          time.Time // not to be claimed before: pause or lease
}

func (o *outbox) add(row mail.OutboxMail) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.rows = append(o.rows, &entry{OutboxMail: row, state: "due"})
}

func (o *outbox) ClaimMail(_ context.Context, lease time.Duration, limit int) ([]mail.OutboxMail, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.broken != nil {
		return nil, o.broken
	}
	var claimed []mail.OutboxMail
	now := o.clock.now()
	for _, row := range o.rows {
		if len(claimed) < limit && row.state == "due" && !row.next.After(now) {
			row.next = now.Add(lease)
			claimed = append(claimed, row.OutboxMail)
		}
	}
	return claimed, nil
}

func (o *outbox) MailSent(_ context.Context, id string) error {
	return o.mark(id, func(row *entry) { row.state, row.SealedCode = "sent", nil })
}

func (o *outbox) MailDeferred(_ context.Context, id, reason string, next time.Time) error {
	return o.mark(id, func(row *entry) { row.reason, row.next = reason, next; row.Attempts++ })
}

func (o *outbox) MailFailed(_ context.Context, id, reason string) error {
	return o.mark(id, func(row *entry) { row.state, row.reason = "failed", reason })
}

func (o *outbox) mark(id string, change func(*entry)) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	row := o.find(id)
	if row == nil {
		return fmt.Errorf("no row %s", id)
	}
	change(row)
	o.noted <- id
	return nil
}

func (o *outbox) find(id string) *entry {
	for _, row := range o.rows {
		if row.ID == id {
			return row
		}
	}
	return nil
}

func (o *outbox) state(id string) string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.find(id).state
}

func (o *outbox) reason(id string) string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.find(id).reason
}

func (o *outbox) dueAt(id string) time.Time {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.find(id).next
}
