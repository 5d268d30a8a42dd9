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

// attemptKey is what is kept of a key, which may hold a network address or a username.
func (db *DB) attemptKey(key string) string {
	return hex.EncodeToString(db.Sealer.MAC("tentativi", []byte(key)))
}

// Exceeded tells whether one of the limits has been reached, and how long until it is released.
func (db *DB) Exceeded(ctx context.Context, limits ...Limit) (wait time.Duration, err error) {
	for _, l := range limits {
		var failures int
		var first time.Time
		err := db.read.QueryRowContext(ctx, `SELECT failures, first_at FROM attempt WHERE key = $1`, db.attemptKey(l.Key)).Scan(&failures, stamp{&first})
		if err = db.translate(err); errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return 0, err
		}
		if left := first.Add(l.Window).Sub(db.Now()); failures >= l.Max {
			wait = max(wait, left)
		}
	}
	return wait, nil
}

// CountFailures counts one more failure under each limit's key. What began longer ago than the window no longer counts.
func (db *DB) CountFailures(ctx context.Context, limits ...Limit) error {
	return db.keep(ctx, func(tx *Tx) error {
		for _, l := range limits {
			err := tx.exec(`INSERT INTO attempt (key, failures, first_at, last_at) VALUES ($1, 1, $2, $2)
				ON CONFLICT (key) DO UPDATE SET
					failures = CASE WHEN attempt.first_at <= $3 THEN 1 ELSE attempt.failures + 1 END,
					first_at = CASE WHEN attempt.first_at <= $3 THEN excluded.first_at ELSE attempt.first_at END,
					last_at = excluded.last_at`, db.attemptKey(l.Key), tx.Now.Unix(), tx.Now.Add(-l.Window).Unix())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ClearFailures forgets the failures under a limit's key.
func (db *DB) ClearFailures(ctx context.Context, l Limit) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM attempt WHERE key = $1`, db.attemptKey(l.Key))
	})
}
