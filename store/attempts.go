package store

import (
	"context"
	"encoding/hex"
	"errors"
	"time"
)

// A Limit is how many failures are borne under a key within a window. Limits live in the database, so that they hold on all nodes.
type Limit struct {
	Key    string
	Max    int
	Window time.Duration
}

// ErrTooMany means that a limit has been reached.
var ErrTooMany = errors.New("too many tries: wait")

// Wait is ErrTooMany with how long until the next try.
type Wait struct{ For time.Duration }

func (Wait) Error() string { return ErrTooMany.Error() }

// Unwrap makes errors.Is find ErrTooMany.
func (Wait) Unwrap() error { return ErrTooMany }

// attemptKey is what is kept of a key, which may hold a network address or a username.
func (db *DB) attemptKey(key string) string {
	return hex.EncodeToString(db.Sealer.MAC("tentativi", []byte(key)))
}

// Exceeded tells whether one of the limits has been reached, and how long until it is released.
func (db *DB) Exceeded(ctx context.Context, limits ...Limit) (wait time.Duration, err error) {
	tx := &Tx{Now: db.Now(), ctx: ctx, q: db.ready, db: db}
	return tx.Exceeded(limits...)
}

// Exceeded is the same inside an act, which so sees the failures counted while a slow hash was made: many tries at once
// are no way around a limit.
func (tx *Tx) Exceeded(limits ...Limit) (wait time.Duration, err error) {
	for _, l := range limits {
		var failures int
		var first time.Time
		err := tx.one(`SELECT failures, first_at FROM attempt WHERE key = $1`, []any{tx.db.attemptKey(l.Key)}, &failures, stamp{&first})
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if failures >= l.Max {
			wait = max(wait, min(l.Window, first.Add(l.Window).Sub(tx.Now))) // longer only if the clock was set back
		}
	}
	return wait, nil
}

// CountFailures counts one more failure under each limit's key. What began longer ago than the window no longer counts.
func (db *DB) CountFailures(ctx context.Context, limits ...Limit) error {
	return db.keep(ctx, func(tx *Tx) error {
		for _, l := range limits {
			if _, err := tx.countFailure(l); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) countFailure(l Limit) (failures int, err error) {
	err = tx.one(`INSERT INTO attempt (key, failures, first_at, last_at) VALUES ($1, 1, $2, $2)
		ON CONFLICT (key) DO UPDATE SET
			failures = CASE WHEN attempt.first_at <= $3 THEN 1 ELSE attempt.failures + 1 END,
			first_at = CASE WHEN attempt.first_at <= $3 THEN excluded.first_at ELSE attempt.first_at END,
			last_at = excluded.last_at
		RETURNING failures`, []any{tx.db.attemptKey(l.Key), tx.Now.Unix(), tx.Now.Add(-l.Window).Unix()}, &failures)
	return failures, err
}

// errReached undoes a Reserve that came too late.
var errReached = errors.New("limit reached")

// Reserve counts a try before it is judged, under every limit or, when one is reached, under none; it gives how long to
// wait then. For what is judged so fast that tries sent at once would all be judged before any is counted. Release gives
// back the count of a try that was right.
func (db *DB) Reserve(ctx context.Context, limits ...Limit) (wait time.Duration, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		for _, l := range limits {
			failures, err := tx.countFailure(l)
			if err != nil {
				return err
			}
			if failures > l.Max {
				return errReached
			}
		}
		return nil
	})
	if !errors.Is(err, errReached) {
		return 0, err
	}
	wait, err = db.Exceeded(ctx, limits...)
	return max(wait, time.Second), err // a second: it may have been released meanwhile
}

// Take counts one more under a limit inside an act, and tells whether the limit has room for it.
func (tx *Tx) Take(l Limit) (left bool, err error) {
	n, err := tx.countFailure(l)
	return n <= l.Max, err
}

// Release takes back what Reserve counted.
func (tx *Tx) Release(limits ...Limit) error {
	for _, l := range limits {
		if err := tx.exec(`UPDATE attempt SET failures = failures - 1 WHERE key = $1 AND failures > 0`, tx.db.attemptKey(l.Key)); err != nil {
			return err
		}
	}
	return nil
}

// ClearFailures forgets the failures under a limit's key.
func (db *DB) ClearFailures(ctx context.Context, l Limit) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM attempt WHERE key = $1`, db.attemptKey(l.Key))
	})
}

// Release is the same where no act is done.
func (db *DB) Release(ctx context.Context, limits ...Limit) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.Release(limits...) })
}
