package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sportello/community"
)

// An Intake is where requests come in by themselves: a mailbox, a folder of faxes.
type Intake struct {
	Name     string
	ReadAt   time.Time // last time that it was read to its end; zero if never
	FailedAt time.Time // since when it cannot be read; zero if it can
	Fault    string    // why, in Italian; "" if it can
	Aside    int64     // messages and files put aside for somebody to look at, since the beginning
}

var intakes = newTable("intake", `name read_at failed_at fault aside`)

func intakeRow(i *Intake) []any {
	return []any{&i.Name, stamp{&i.ReadAt}, stamp{&i.FailedAt}, &i.Fault, &i.Aside}
}

// Intakes reads all there are.
func (tx *Tx) Intakes() (list []Intake, err error) {
	err = tx.all(intakes.sel("name <> '' ORDER BY name"), nil, func(rows *sql.Rows) error {
		var i Intake
		err := rows.Scan(intakeRow(&i)...)
		list = append(list, i)
		return err
	})
	return list, err
}

// NoteIntake notes how reading an intake went; it is bookkeeping, nobody's act. fault "" says that all is well.
func (db *DB) NoteIntake(ctx context.Context, name, fault string, aside int) error {
	return db.keep(ctx, func(tx *Tx) error {
		var i Intake
		err := tx.one(intakes.sel("name = $1"), []any{name}, intakeRow(&i)...)
		known := err == nil
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		i.Name, i.Fault, i.Aside = name, fault, i.Aside+int64(aside)
		switch {
		case fault == "":
			i.ReadAt, i.FailedAt = tx.Now, time.Time{}
		case i.FailedAt.IsZero():
			i.FailedAt = tx.Now
		}
		if !known {
			return tx.exec(intakes.insert(), intakeRow(&i)...)
		}
		return tx.exec(`UPDATE intake SET read_at = $2, failed_at = $3, fault = $4, aside = $5 WHERE name = $1`, intakeRow(&i)...)
	})
}

// RegistrationsByEmail reads the ids of live registrations whose person has an address, at most two: one tells whose it is.
func (tx *Tx) RegistrationsByEmail(realm community.Realm, address string) (ids []string, err error) {
	err = tx.all(`SELECT registration.id FROM person JOIN registration ON registration.person_id = person.id
		WHERE person.realm = $1 AND lower(person.email) = lower($2) AND person.email <> '' AND registration.state <> 'respinto' ORDER BY registration.id LIMIT 2`,
		[]any{realm, address}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	return ids, err
}
