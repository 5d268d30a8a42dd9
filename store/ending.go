package store

import (
	"database/sql"
	"errors"

	"sportello/community"
	"sportello/person"
)

// A Holder is somebody with credentials of a community, and the language in which they accepted its texts.
type Holder struct {
	Registration string
	Person       person.ID
	Number       string
	Lang         string
}

// Untold are up to limit holders of credentials of a community who have not been told that they end on a day (N05).
func (tx *Tx) Untold(of community.ID, endsOn person.Date, limit int) (list []Holder, err error) {
	const query = `SELECT id, person_id, number, COALESCE((SELECT lang FROM acceptance WHERE acceptance.registration_id = registration.id ORDER BY accepted_at DESC LIMIT 1), 'it')
		FROM registration WHERE community = $1 AND state = 'attivo'
		AND NOT EXISTS (SELECT 1 FROM ending_notice WHERE ending_notice.registration_id = registration.id AND ends_on = $2) ORDER BY id LIMIT $3`
	err = tx.all(query, []any{of, endsOn, limit}, func(rows *sql.Rows) error {
		var h Holder
		err := rows.Scan(&h.Registration, &h.Person, &h.Number, &h.Lang)
		list = append(list, h)
		return err
	})
	return list, err
}

// Told notes that a holder has been told; it fails if they had been before.
func (tx *Tx) Told(registration string, endsOn person.Date) error {
	return tx.exec(`INSERT INTO ending_notice (registration_id, ends_on, told_at) VALUES ($1, $2, $3)`, registration, endsOn, tx.Now.Unix())
}

// Ended tells whether the end of a community's credentials has been kept.
func (tx *Tx) Ended(of community.ID, endsOn person.Date) (bool, error) {
	var at int64
	err := tx.one(`SELECT ended_at FROM ending WHERE community = $1 AND ends_on = $2`, []any{of, endsOn}, &at)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// KeepEnding keeps the end of a community's credentials, ends the sessions opened with them, and gives how many people held any.
func (tx *Tx) KeepEnding(of community.ID, endsOn person.Date) (holders int, err error) {
	if err := tx.exec(`INSERT INTO ending (community, ends_on, ended_at) VALUES ($1, $2, $3)`, of, endsOn, tx.Now.Unix()); err != nil {
		return 0, err
	}
	if err := tx.exec(`DELETE FROM session WHERE kind = 'cittadino' AND subject IN (SELECT id FROM registration WHERE community = $1)`, of); err != nil {
		return 0, err
	}
	return holders, tx.one(`SELECT COUNT(*) FROM registration WHERE community = $1 AND state = 'attivo'`, []any{of}, &holders)
}

// Populated tells whether anybody was ever registered for a community.
func (tx *Tx) Populated(of community.ID) (bool, error) {
	var n int
	err := tx.one(`SELECT COUNT(*) FROM (SELECT id FROM registration WHERE community = $1 LIMIT 1) AS anybody`, []any{of}, &n)
	return n > 0, err
}
