package store

import (
	"database/sql"
	"time"

	"sportello/registration"
)

// A Left is an operation that waits for somebody: a line of the list of what is left to do.
type Left struct {
	Number        registration.Number
	Surname, Name string
	Kind          registration.Kind
	BookedAt      time.Time
	Operator      string // full name of who booked it
	CodeExpires   time.Time
	Since         time.Time // of a mail that failed: when; of one that waits: since when
	LapsedAt      time.Time // of a proposal that nobody confirmed in time
	To, Reason    string    // of a mail that failed or waits: its address, and why
}

const leftColumns = `registration.number, person.surname, person.name, operation.kind, operation.booked_at, operator.name || ' ' || operator.surname,
	COALESCE(handover.code_expires_at, 0)`

const leftTables = ` FROM operation JOIN registration ON registration.id = operation.registration_id JOIN person ON person.id = registration.person_id
	JOIN operator ON operator.id = operation.operator_id LEFT JOIN handover ON handover.operation_id = operation.id `

// Uncompleted reads the operations of an ente that were handed over before a time and that the citizen has not completed, the oldest first. Those who came with a list
// and have no code yet cannot complete anything.
func (tx *Tx) Uncompleted(ente string, before time.Time, limit int) ([]Left, error) {
	return tx.left("SELECT "+leftColumns+leftTables+`WHERE operation.ente_id = $1 AND operation.outcome = 'A' AND operation.concluded_at <> 0 AND operation.booked_at < $2
		AND handover.code_expires_at > 0
		ORDER BY operation.booked_at, operation.id LIMIT $3`, ente, before.Unix(), limit)
}

// Unprinted reads the operations of an ente whose desk has not ended: papers may still have to be printed.
func (tx *Tx) Unprinted(ente string, limit int) ([]Left, error) {
	return tx.left("SELECT "+leftColumns+leftTables+`WHERE operation.ente_id = $1 AND operation.outcome = 'A' AND operation.concluded_at = 0
		ORDER BY operation.booked_at, operation.id LIMIT $2`, ente, limit)
}

func (tx *Tx) left(query string, args ...any) ([]Left, error) {
	var list []Left
	err := tx.all(query, args, func(rows *sql.Rows) error {
		var l Left
		err := rows.Scan(&l.Number, &l.Surname, &l.Name, &l.Kind, stamp{&l.BookedAt}, &l.Operator, stamp{&l.CodeExpires})
		list = append(list, l)
		return err
	})
	return list, err
}

// Delayed reads the mails of an ente's operations in progress that were tried in vain and still wait since before a time, the oldest first: the mail server
// is down, or the citizen's does not answer.
func (tx *Tx) Delayed(ente string, before time.Time, limit int) ([]Left, error) {
	return tx.mailsLeft(`outbox.created_at`, `outbox.sent_at = 0 AND outbox.failed_at = 0 AND outbox.attempts > 0 AND outbox.created_at < $2
		AND operation.ente_id = $1 AND operation.outcome = 'A' ORDER BY outbox.created_at, outbox.id LIMIT $3`, ente, before.Unix(), limit)
}

// Undelivered reads the mails of an ente's operations in progress that failed for good since a time, the newest first.
func (tx *Tx) Undelivered(ente string, since time.Time, limit int) ([]Left, error) {
	return tx.mailsLeft(`outbox.failed_at`, `outbox.failed_at > $2 AND operation.ente_id = $1 AND operation.outcome = 'A' ORDER BY outbox.failed_at DESC, outbox.id LIMIT $3`,
		ente, since.Unix(), limit)
}

// mailsLeft reads mails of operations with the moment in a column.
func (tx *Tx) mailsLeft(moment, where string, args ...any) ([]Left, error) {
	var list []Left
	err := tx.all("SELECT "+leftColumns+", "+moment+", outbox.recipient, outbox.last_error"+leftTables+`JOIN outbox ON outbox.operation_id = operation.id WHERE `+where,
		args, func(rows *sql.Rows) error {
			var l Left
			err := rows.Scan(&l.Number, &l.Surname, &l.Name, &l.Kind, stamp{&l.BookedAt}, &l.Operator, stamp{&l.CodeExpires}, stamp{&l.Since}, &l.To, &l.Reason)
			list = append(list, l)
			return err
		})
	return list, err
}
