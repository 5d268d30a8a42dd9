package store

import (
	"database/sql"
	"time"

	"sportello/person"
)

// A ContactChange is an operator's change of a person's e-mail address, or tax code: of what a code for that person depends on.
type ContactChange struct {
	Person   person.ID
	Operator string // id
	At       time.Time
	First    bool // there was none before that could be written to
}

var contactChanges = newTable("contact_change", "person_id operator_id changed_at first")

func contactChangeRow(c *ContactChange) []any {
	return []any{&c.Person, &c.Operator, stamp{&c.At}, &c.First}
}

// AddContactChange notes a change, now.
func (tx *Tx) AddContactChange(c ContactChange) error {
	c.At = tx.Now
	return tx.exec(contactChanges.insert(), contactChangeRow(&c)...)
}

// ContactChanges reads the changes of a person's address after a time, the oldest first.
func (tx *Tx) ContactChanges(id person.ID, after time.Time) (list []ContactChange, err error) {
	err = tx.all(contactChanges.sel("person_id = $1 AND changed_at > $2 ORDER BY changed_at"), []any{id, after.Unix()}, func(rows *sql.Rows) error {
		var c ContactChange
		err := rows.Scan(contactChangeRow(&c)...)
		list = append(list, c)
		return err
	})
	return list, err
}
