package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sportello/community"
)

// An OutboxMail is a mail to be sent: queued in the act's own transaction, rendered when it is sent. A code in it
// exists sealed only, and is destroyed once the mail has gone.
type OutboxMail struct {
	ID           string
	Kind         string
	Community    community.ID
	Registration string
	Operation    string
	To           string
	Lang         string // "" for the one that the person is known to read
	Data         map[string]string
	SealedCode   []byte
	SealContext  string
	MessageID    string
	Attempts     int // failed so far
	CreatedAt    time.Time
	ExpiresAt    time.Time // after this it is not worth sending
	NextAt       time.Time
	SentAt       time.Time
	FailedAt     time.Time // for good: the desk is told
	LastError    string

	Parting bool // to somebody who is erased in the same act; not kept
}

var outbox = newTable("outbox", `id kind community registration_id operation_id recipient lang data sealed_code seal_context message_id
	attempts created_at expires_at next_at sent_at failed_at last_error`)

func outboxRow(m *OutboxMail) []any {
	return []any{&m.ID, &m.Kind, &m.Community, &m.Registration, &m.Operation, &m.To, &m.Lang, asJSON{&m.Data}, &m.SealedCode, &m.SealContext, &m.MessageID,
		&m.Attempts, stamp{&m.CreatedAt}, stamp{&m.ExpiresAt}, stamp{&m.NextAt}, stamp{&m.SentAt}, stamp{&m.FailedAt}, &m.LastError}
}

// Enqueue queues a mail; it goes out after the commit. ID must be set. Without a Lang it speaks the person's language. ErrStale if it is to somebody who has been erased meanwhile, unless it is the parting one.
func (tx *Tx) Enqueue(m *OutboxMail) error {
	m.CreatedAt, m.NextAt = tx.Now, tx.Now
	there, err := tx.hold(m.Registration) // asked of everybody: a mail to nobody costs the same
	if err != nil {
		return err
	}
	if !there && m.Registration != "" && !m.Parting {
		return ErrStale
	}
	if m.Lang == "" {
		if m.Lang, err = tx.Language(m.Registration); err != nil {
			return err
		}
	}
	return tx.exec(outbox.insert(), outboxRow(m)...)
}

// MailsOf reads the mails of an operation, the newest first.
func (tx *Tx) MailsOf(operationID string) ([]OutboxMail, error) {
	return tx.mails(outbox.sel("operation_id = $1 ORDER BY created_at DESC, id DESC"), operationID)
}

func (tx *Tx) mails(query string, args ...any) ([]OutboxMail, error) {
	var list []OutboxMail
	err := tx.all(query, args, func(rows *sql.Rows) error {
		var m OutboxMail
		if err := rows.Scan(outboxRow(&m)...); err != nil {
			return err
		}
		list = append(list, m)
		return nil
	})
	return list, err
}

// DropMails forgets the unsent mails of an operation: its code has been superseded.
func (tx *Tx) DropMails(operationID string) error {
	return tx.exec(`DELETE FROM outbox WHERE operation_id = $1 AND sent_at = 0`, operationID)
}

// RedirectMails sends the unsent mails of an operation to another address, now. They get another id: what a courier that is just sending one to the
// former address notes of it changes nothing.
func (tx *Tx) RedirectMails(operationID, to string) error {
	ids, err := tx.words(`SELECT id FROM outbox WHERE operation_id = $1 AND sent_at = 0 AND failed_at = 0`, operationID)
	for _, id := range ids {
		another, failed := tx.NewID()
		err = errors.Join(err, failed, tx.exec(`UPDATE outbox SET id = $2, recipient = $3, next_at = $4 WHERE id = $1`, id, another, to, tx.Now.Unix()))
	}
	return err
}

// StoppedMail tells to how many addresses a mail was tried in vain and still waits since before a time, and since when the oldest of them does.
func (tx *Tx) StoppedMail(before time.Time) (addresses int, since time.Time, err error) {
	err = tx.one(`SELECT COUNT(DISTINCT recipient), COALESCE(MIN(created_at), 0) FROM outbox WHERE sent_at = 0 AND failed_at = 0 AND attempts > 0 AND created_at < $1`,
		[]any{before.Unix()}, &addresses, stamp{&since})
	return addresses, since, err
}

// ClaimMail leases up to limit due mails: nobody else gets them before the lease ends.
func (db *DB) ClaimMail(ctx context.Context, lease time.Duration, limit int) ([]OutboxMail, error) {
	var list []OutboxMail
	err := db.keep(ctx, func(tx *Tx) (err error) {
		list, err = tx.mails(`UPDATE outbox SET next_at = $1 WHERE id IN (
				SELECT id FROM outbox WHERE sent_at = 0 AND failed_at = 0 AND next_at <= $2 ORDER BY next_at LIMIT $3`+db.engine.lock("UPDATE SKIP LOCKED")+`
			) RETURNING `+outbox.columns(), tx.Now.Add(lease).Unix(), tx.Now.Unix(), limit)
		return err
	})
	return list, err
}

// MailDue tells whether a mail waits.
func (db *DB) MailDue(ctx context.Context) (bool, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT id FROM outbox WHERE sent_at = 0 AND failed_at = 0 AND next_at <= $1 LIMIT 1) AS due`, db.Now().Unix()).Scan(&n)
	return n > 0, err
}

// MailSent notes a delivery and destroys the code. The link in it, if there is one, is good for its time from now on: it may have waited long.
func (db *DB) MailSent(ctx context.Context, id string) error {
	return db.keep(ctx, func(tx *Tx) error {
		return errors.Join(tx.forgetMail(id),
			tx.exec(`UPDATE application SET expires_at = $2 + expires_at - sent_at WHERE id = (SELECT operation_id FROM outbox WHERE outbox.id = $1) AND state = 'inviata'`, id, tx.Now.Unix()),
			tx.exec(`UPDATE session SET created_at = $2, seen_at = $2 WHERE token = (SELECT operation_id FROM outbox WHERE outbox.id = $1)`, id, tx.Now.Unix()),
			tx.exec(`UPDATE outbox SET sent_at = $2, sealed_code = NULL, last_error = '' WHERE id = $1`, id, tx.Now.Unix()))
	})
}

// forgetMail drops a mail to somebody who is erased: it held the address until it was done with (mission S31).
func (tx *Tx) forgetMail(id string) error {
	return tx.exec(`DELETE FROM outbox WHERE id = $1 AND registration_id <> '' AND NOT EXISTS (SELECT 1 FROM registration WHERE registration.id = outbox.registration_id)`, id)
}

// MailDeferred notes a try that failed for now.
func (db *DB) MailDeferred(ctx context.Context, id, reason string, next time.Time) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`UPDATE outbox SET next_at = $2, last_error = $3, attempts = attempts + 1 WHERE id = $1`, id, next.Unix(), reason)
	})
}

// MailFailed notes that a mail cannot be delivered, and destroys the code.
func (db *DB) MailFailed(ctx context.Context, id, reason string) error {
	return db.keep(ctx, func(tx *Tx) error {
		return errors.Join(tx.forgetMail(id),
			tx.exec(`UPDATE outbox SET failed_at = $2, sealed_code = NULL, last_error = $3 WHERE id = $1`, id, tx.Now.Unix(), reason))
	})
}
