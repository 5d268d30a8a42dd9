package mail

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"sportello/community"
	"sportello/store"
)

// A Courier empties the outbox. Any number of them, on any number of machines, share one: a row is
// leased to the one that sends it. Delivery is at least once: after a crash between the server's
// answer and our note of it, the message goes again under the same Message-ID.
type Courier struct {
	Outbox      Outbox
	Sealer      Opener
	Sender      Sender
	Communities func(community.ID) (community.Community, bool)
	Addresses   community.Addresses // of the pages that the letters send people to
	Now         func() time.Time
	Rand        io.Reader // spreads the retries
	Log         *slog.Logger

	Workers int           // deliveries at once; 0 is DefaultWorkers
	Every   time.Duration // how often the outbox is looked at unkicked; 0 is DefaultEvery
	Lease   time.Duration // longer than any delivery; 0 is DefaultLease

	once sync.Once
	wake chan struct{}
}

// What a Courier does when not told otherwise.
const (
	DefaultWorkers = 4
	DefaultEvery   = 15 * time.Second
	DefaultLease   = 3 * time.Minute
)

// Retries: the pause doubles from the first to the longest, and ends after Patience or when the
// code in the letter has expired.
const (
	firstPause   = time.Minute
	longestPause = 6 * time.Hour
	Patience     = 72 * time.Hour
)

var errNoCommunity = errors.New("mail: comunità non configurata su questo nodo")

// Run delivers until ctx ends, and returns when the deliveries under way are finished and noted.
func (c *Courier) Run(ctx context.Context) {
	var workers sync.WaitGroup
	for range or(c.Workers, DefaultWorkers) {
		workers.Go(func() { c.work(ctx) })
	}
	workers.Wait()
}

func (c *Courier) work(ctx context.Context) {
	for ctx.Err() == nil {
		found, err := c.Step(ctx)
		if err != nil && ctx.Err() == nil {
			c.Log.Error("lettura della posta in uscita", "errore", err)
		}
		if found {
			continue
		}
		c.pause(ctx)
	}
}

func (c *Courier) pause(ctx context.Context) {
	timer := time.NewTimer(or(c.Every, DefaultEvery))
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-c.bell():
	case <-timer.C:
	}
}

// Kick says that there is something to send, after a commit. It never waits.
func (c *Courier) Kick() {
	select {
	case c.bell() <- struct{}{}:
	default:
	}
}

func (c *Courier) bell() chan struct{} {
	c.once.Do(func() { c.wake = make(chan struct{}, 1) })
	return c.wake
}

// Step claims one row and deals with it; found is false when none was due. The row is finished and
// noted even if ctx ends meanwhile. A delivery that fails is no error of Step.
func (c *Courier) Step(ctx context.Context) (found bool, err error) {
	due, err := c.Outbox.MailDue(ctx)
	if err != nil {
		return false, fmt.Errorf("looking for mail: %w", err)
	}
	if !due {
		return false, nil
	}
	rows, err := c.Outbox.ClaimMail(ctx, or(c.Lease, DefaultLease), 1)
	if err != nil {
		return false, fmt.Errorf("claiming a mail: %w", err)
	}
	if len(rows) == 0 {
		return false, nil
	}
	c.Kick() // there may be more: let a colleague look while this one is busy
	ctx = context.WithoutCancel(ctx)
	row := rows[0]
	if err := c.note(ctx, row, c.deliver(ctx, row)); err != nil {
		return true, fmt.Errorf("noting mail %s: %w", row.ID, err)
	}
	return true, nil
}

// deliver sends one row. What comes back is nil or a *Failure.
func (c *Courier) deliver(ctx context.Context, row store.OutboxMail) *Failure {
	if expired(row, c.Now()) {
		return &Failure{Class: ErrRefused, Reason: "il codice è scaduto prima che l'e-mail potesse partire: rigenerare il codice"}
	}
	letter, err := c.letter(row)
	if err != nil {
		return &Failure{Class: ErrChannel, Reason: "il messaggio non si può ancora preparare: avvisare l'amministratore", Detail: err.Error()}
	}
	message, err := Render(letter)
	if err != nil {
		return unwritable(err)
	}
	ctx, cancel := context.WithTimeout(ctx, or(c.Lease, DefaultLease)*2/3)
	defer cancel()
	var failure *Failure
	if err := c.Sender.Send(ctx, message); err != nil && !errors.As(err, &failure) {
		return &Failure{Class: ErrLater, Reason: "la consegna non è riuscita"}
	}
	return failure
}

func unwritable(err error) *Failure {
	if errors.Is(err, ErrAddress) {
		return &Failure{Class: ErrRefused, Reason: "l'indirizzo e-mail non è valido: correggerlo e ripetere l'invio", Detail: err.Error()}
	}
	return &Failure{Class: ErrRefused, Reason: "il messaggio è incompleto e non può partire: avvisare l'amministratore", Detail: err.Error()}
}

// note records the outcome in the outbox and in the log, which never says to whom nor what.
func (c *Courier) note(ctx context.Context, row store.OutboxMail, f *Failure) error {
	log := c.Log.With("riga", row.ID, "tipo", row.Kind, "tentativo", row.Attempts+1)
	if f == nil {
		log.Info("e-mail consegnata al server")
		return c.Outbox.MailSent(ctx, row.ID)
	}
	log = log.With("smtp", f.Code, "motivo", f.Reason, "dettaglio", f.Detail)
	next := c.Now().Add(pauseAfter(row.Attempts, c.Rand))
	switch {
	case errors.Is(f, ErrRefused):
		log.Error("e-mail non consegnabile")
		return c.Outbox.MailFailed(ctx, row.ID, f.Reason)
	case next.After(lastChance(row)):
		log.Error("e-mail abbandonata dopo più tentativi")
		return c.Outbox.MailFailed(ctx, row.ID, "non è stato possibile consegnarla in tempo ("+f.Reason+"): controlla l'indirizzo e ripeti l'operazione")
	case errors.Is(f, ErrChannel):
		log.Error("canale di posta da riparare", "prossimo", next)
	default:
		log.Warn("e-mail rinviata", "prossimo", next)
	}
	return c.Outbox.MailDeferred(ctx, row.ID, f.Reason, next)
}

func expired(row store.OutboxMail, now time.Time) bool {
	return !row.ExpiresAt.IsZero() && !now.Before(row.ExpiresAt)
}

// lastChance is the instant after which a row is not tried again.
func lastChance(row store.OutboxMail) time.Time {
	last := row.CreatedAt.Add(Patience)
	if !row.ExpiresAt.IsZero() && row.ExpiresAt.Before(last) {
		return row.ExpiresAt
	}
	return last
}

// pauseAfter doubles with each failed attempt before this one; up to a fifth is taken off or added, so that a queue
// that built up while the server was down does not come back all at once.
func pauseAfter(attempts int, rand io.Reader) time.Duration {
	pause := longestPause
	if attempts < 9 { // 2^9 minutes are more than the longest
		pause = min(firstPause<<attempts, longestPause)
	}
	var drawn [4]byte
	if _, err := io.ReadFull(rand, drawn[:]); err != nil {
		return pause
	}
	share := float64(binary.BigEndian.Uint32(drawn[:]))/(1<<32) - 0.5 // from -0.5 to 0.5
	return pause + time.Duration(share*0.4*float64(pause))
}

// or is a setting, or what stands for one that was not made.
func or[T int | time.Duration](set, otherwise T) T {
	if set > 0 {
		return set
	}
	return otherwise
}
