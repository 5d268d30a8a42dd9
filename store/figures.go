package store

import (
	"database/sql"
	"time"

	"sportello/registration"
)

// A Booked counts the operations of one hour, kind and outcome.
type Booked struct {
	Hour    time.Time
	Kind    registration.Kind
	Outcome registration.Outcome
	Count   int
}

// BookedBy counts the operations that an ente booked in [from, to). Hours, because the day of Europe/Rome begins with one.
func (tx *Tx) BookedBy(ente string, from, to time.Time) ([]Booked, error) {
	var list []Booked
	err := tx.all(`SELECT booked_at / 3600, kind, outcome, COUNT(*) FROM operation WHERE ente_id = $1 AND booked_at >= $2 AND booked_at < $3 GROUP BY 1, 2, 3`,
		[]any{ente, from.Unix(), to.Unix()}, func(rows *sql.Rows) error {
			var b Booked
			var hour int64
			err := rows.Scan(&hour, &b.Kind, &b.Outcome, &b.Count)
			b.Hour = time.Unix(hour*3600, 0).UTC()
			list = append(list, b)
			return err
		})
	return list, err
}

// A Taken counts the operations that were completed after so long.
type Taken struct {
	Time  time.Duration // whole hours
	Count int
}

// CompletedBy counts, of the operations that an ente booked in [from, to), those that were completed, by the time that it took; the quickest first.
func (tx *Tx) CompletedBy(ente string, from, to time.Time) ([]Taken, error) {
	var list []Taken
	err := tx.all(`SELECT (closed_at - booked_at) / 3600, COUNT(*) FROM operation WHERE ente_id = $1 AND booked_at >= $2 AND booked_at < $3 AND outcome = 'S' GROUP BY 1 ORDER BY 1`,
		[]any{ente, from.Unix(), to.Unix()}, func(rows *sql.Rows) error {
			var t Taken
			var hours int64
			err := rows.Scan(&hours, &t.Count)
			t.Time = time.Duration(hours) * time.Hour
			list = append(list, t)
			return err
		})
	return list, err
}
