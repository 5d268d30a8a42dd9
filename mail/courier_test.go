package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/mail/mailbox"
	"sportello/store"
	"sportello/testdb"
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
	if state := d.state(row.ID); state != "sent" {
		t.Errorf("row is %s", state)
	}
	if d.stored(row.ID).SealedCode != nil {
		t.Error("the sealed code outlives its delivery")
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
			if state := d.state(row.ID); state != "due" {
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
			if state := d.state(row.ID); state != "sent" {
				t.Errorf("row is %s", state)
			}
		})
	}
}

func TestARefusalIsFinalAndToldToTheDesk(t *testing.T) {
	for name, c := range map[string]struct {
		spoil  func(*desk, *store.OutboxMail)
		reason string
	}{
		"unknown user":   {func(d *desk, m *store.OutboxMail) { d.box.Fail(m.To, mailbox.Unknown) }, "controllare l'indirizzo"},
		"bad address":    {func(_ *desk, m *store.OutboxMail) { m.To = "pero@" }, "indirizzo e-mail non è valido"},
		"code erased":    {func(_ *desk, m *store.OutboxMail) { m.SealedCode = nil }, "incompleto"},
		"code expired":   {func(d *desk, m *store.OutboxMail) { m.ExpiresAt = d.clock.now() }, "scaduto"},
		"unknown letter": {func(_ *desk, m *store.OutboxMail) { m.Kind = "auguri" }, "incompleto"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			row := d.row("pero@example.test")
			c.spoil(d, &row)
			d.add(row)
			d.step(true)
			if state := d.state(row.ID); state != "failed" {
				t.Fatalf("row is %s", state)
			}
			if reason := d.stored(row.ID).LastError; !strings.Contains(reason, c.reason) {
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
	for name, spoil := range map[string]func(*store.OutboxMail){
		"sealed for another row": func(m *store.OutboxMail) { m.SealContext = "outbox/altra" },
		"community not here":     func(m *store.OutboxMail) { m.Community = "altrove" },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			row := d.row("pero@example.test")
			spoil(&row)
			d.add(row)
			d.step(true)
			if state := d.state(row.ID); state != "due" {
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
	for d.state(row.ID) == "due" {
		d.step(true)
		if d.state(row.ID) == "due" {
			next := d.stored(row.ID).NextAt
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
	if state := d.state(row.ID); state != "failed" {
		t.Errorf("row is %s", state)
	}
}

func TestNoRetryAfterTheCodeHasExpired(t *testing.T) {
	d := newDesk(t)
	row := d.row("pero@example.test")
	row.ExpiresAt = d.clock.now().Add(30 * time.Second)
	d.add(row)
	d.box.Fail(row.To, mailbox.Greylisted)
	d.step(true)
	if state := d.state(row.ID); state != "failed" {
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
		pause := d.stored(row.ID).NextAt.Sub(d.clock.now())
		if pause < 48*time.Second || pause > 72*time.Second {
			t.Errorf("pause of %v", pause)
		}
		seen[pause] = true
	}
	if len(seen) < 5 {
		t.Errorf("only %d different pauses", len(seen))
	}
}

func TestTwoCouriersShareAnOutbox(t *testing.T) {
	testdb.Each(t, shareAnOutbox)
}

func shareAnOutbox(t *testing.T, dsn string) {
	d := newDeskOn(t, dsn)
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
	if state := d.state(row.ID); state != "sent" {
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
	if state, reason := d.state(slow.ID), d.stored(slow.ID).LastError; state != "due" || reason == "" {
		t.Errorf("slow row is %s (%s)", state, reason)
	}
}

func TestTheOutboxBeingDownIsSaid(t *testing.T) {
	d := newDesk(t)
	d.enqueue("pero@example.test")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if found, err := d.courier.Step(gone); found || err == nil {
		t.Errorf("got %v %v", found, err)
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

// A desk is a store with its outbox, a courier and the server that it sends to.
type desk struct {
	t       *testing.T
	clock   *clock
	box     *mailbox.Box
	sender  mail.SMTP
	outbox  *outbox
	courier *mail.Courier
	log     bytes.Buffer
	logger  *slog.Logger // one for all couriers: its lock guards the buffer
	rows    int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	return newDeskOn(t, testdb.SQLite(t))
}

func newDeskOn(t *testing.T, dsn string) *desk {
	t.Helper()
	d := &desk{t: t, clock: &clock{at: noon}}
	keys, err := vault.Create(filepath.Join(t.TempDir(), "chiavi"), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), dsn, store.Options{Now: d.clock.now, Rand: rand.Reader, Sealer: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	d.box, d.sender = openBox(t)
	d.logger = slog.New(slog.NewTextHandler(&d.log, nil))
	d.outbox = &outbox{DB: db, noted: make(chan string, 100)}
	d.courier = d.newCourier()
	return d
}

func (d *desk) newCourier() *mail.Courier {
	return &mail.Courier{
		Outbox: d.outbox, Sealer: d.outbox.Sealer, Sender: d.sender,
		Communities: func(id community.ID) (community.Community, bool) { return piemonte, id == piemonte.ID },
		Addresses:   community.Addresses{Main: "https://sportello.example.test"},
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

func (d *desk) enqueue(to string) store.OutboxMail {
	d.t.Helper()
	row := d.row(to)
	d.add(row)
	return row
}

func (d *desk) add(row store.OutboxMail) {
	d.t.Helper()
	record := audit.Record{Deed: audit.RegisterCitizen, ActorKind: audit.ByOperator, Actor: "op"}
	if err := d.outbox.Act(d.t.Context(), record, func(tx *store.Tx) error { return tx.Enqueue(&row) }); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) row(to string) store.OutboxMail {
	d.t.Helper()
	d.rows++
	id := fmt.Sprintf("riga-%d", d.rows)
	sealed, err := d.outbox.Sealer.Seal("outbox/"+id, []byte(code))
	if err != nil {
		d.t.Fatal(err)
	}
	return store.OutboxMail{
		ID: id, Kind: string(mail.ActivationCode), Community: piemonte.ID, Operation: id,
		To: to, Lang: "it", Data: map[string]string{mail.DataName: "Niccolò Però", mail.DataNumber: number},
		SealedCode: sealed, SealContext: "outbox/" + id, MessageID: "<" + id + "@sportello.test>",
		ExpiresAt: d.clock.now().AddDate(0, 0, 60),
	}
}

// stored is a row as it now stands.
func (d *desk) stored(id string) (row store.OutboxMail) {
	d.t.Helper()
	err := d.outbox.Read(d.t.Context(), func(tx *store.Tx) error {
		rows, err := tx.MailsOf(id)
		if err == nil && len(rows) == 1 {
			row = rows[0]
		}
		return err
	})
	if err != nil || row.ID != id {
		d.t.Fatalf("row %s: %v", id, err)
	}
	return row
}

func (d *desk) state(id string) string {
	d.t.Helper()
	switch row := d.stored(id); {
	case !row.SentAt.IsZero():
		return "sent"
	case !row.FailedAt.IsZero():
		return "failed"
	}
	return "due"
}

// An outbox is the store's, and says when it has noted something.
type outbox struct {
	*store.DB
	noted chan string // ids
}

func (o *outbox) MailSent(ctx context.Context, id string) error {
	defer func() { o.noted <- id }()
	return o.DB.MailSent(ctx, id)
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
