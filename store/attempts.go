package store

import (
	"context"
	"encoding/hex"
	"errors"
	"time"
)

// Attempts are the failures counted under a key.
type Attempts struct {
	Failures    int
	First, Last time.Time
}

// attemptKey is what is kept of a key, which may hold a network address or a username.
func (db *DB) attemptKey(key string) string {
	return hex.EncodeToString(db.Sealer.MAC("tentativi", []byte(key)))
}

// Attempts reads the failures under a key; limits live here, so that they hold on all nodes.
func (db *DB) Attempts(ctx context.Context, key string) (Attempts, error) {
	var a Attempts
	err := db.read.QueryRowContext(ctx, `SELECT failures, first_at, last_at FROM attempt WHERE key = $1`, db.attemptKey(key)).Scan(&a.Failures, stamp{&a.First}, stamp{&a.Last})
	if err = db.translate(err); errors.Is(err, ErrNotFound) {
		return Attempts{}, nil
	}
	return a, err
}

// CountFailures counts one more failure under each key. What is older than the window no longer counts.
func (db *DB) CountFailures(ctx context.Context, window time.Duration, keys ...string) error {
	return db.keep(ctx, func(tx *Tx) error {
		for _, key := range keys {
			err := tx.exec(`INSERT INTO attempt (key, failures, first_at, last_at) VALUES ($1, 1, $2, $2)
				ON CONFLICT (key) DO UPDATE SET
					failures = CASE WHEN attempt.first_at < $3 THEN 1 ELSE attempt.failures + 1 END,
					first_at = CASE WHEN attempt.first_at < $3 THEN excluded.first_at ELSE attempt.first_at END,
					last_at = excluded.last_at`, db.attemptKey(key), tx.Now.Unix(), tx.Now.Add(-window).Unix())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ClearFailures forgets the failures under a key.
func (db *DB) ClearFailures(ctx context.Context, key string) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM attempt WHERE key = $1`, db.attemptKey(key))
	})
}
