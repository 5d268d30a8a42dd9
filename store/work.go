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
	Since         time.Time // of a mail that failed: when
	To, Reason    string    // of a mail that failed: its address, and why
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

// Undelivered reads the mails of an ente's operations in progress that failed for good since a time, the newest first.
func (tx *Tx) Undelivered(ente string, since time.Time, limit int) ([]Left, error) {
	var list []Left
	err := tx.all("SELECT "+leftColumns+", outbox.failed_at, outbox.recipient, outbox.last_error"+leftTables+`JOIN outbox ON outbox.operation_id = operation.id
		WHERE outbox.failed_at > $2 AND operation.ente_id = $1 AND operation.outcome = 'A' ORDER BY outbox.failed_at DESC, outbox.id LIMIT $3`,
		[]any{ente, since.Unix(), limit}, func(rows *sql.Rows) error {
			var l Left
			err := rows.Scan(&l.Number, &l.Surname, &l.Name, &l.Kind, stamp{&l.BookedAt}, &l.Operator, stamp{&l.CodeExpires}, stamp{&l.Since}, &l.To, &l.Reason)
			list = append(list, l)
			return err
		})
	return list, err
}
