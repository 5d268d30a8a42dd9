package store

import (
	"context"
	"database/sql"
	"time"
)

// A Closing is an obsolete account to be closed in its directory, outside the database (001 §5.1.2.3). It is done when ClosedAt is set.
type Closing struct {
	ID          string
	Form        string // under which it was confirmed
	PersonMAC   string
	Operator    string
	Ente        string
	Account     string // the directory's id
	Service     string
	Attempts    int // failed so far
	RequestedAt time.Time
	NextAt      time.Time
	ClosedAt    time.Time
}

var closings = newTable("closing", `id form person_mac operator_id ente_id account service attempts requested_at next_at closed_at`)

func closingRow(c *Closing) []any {
	return []any{&c.ID, &c.Form, &c.PersonMAC, &c.Operator, &c.Ente, &c.Account, &c.Service, &c.Attempts, stamp{&c.RequestedAt}, stamp{&c.NextAt}, stamp{&c.ClosedAt}}
}

// AddClosing keeps a closing inside the act that asks for it. It is not due before lease is over: whoever asked tries first.
func (tx *Tx) AddClosing(c *Closing, lease time.Duration) (err error) {
	c.RequestedAt, c.NextAt = tx.Now, tx.Now.Add(lease)
	if c.ID, err = tx.NewID(); err != nil {
		return err
	}
	return tx.exec(closings.insert(), closingRow(c)...)
}

// ClosingsOf are those that were confirmed by one form.
func (tx *Tx) ClosingsOf(form string) ([]Closing, error) {
	return tx.closings(closings.sel("form = $1 ORDER BY account"), form)
}

// OpenClosings are those of a person that the directory has not confirmed yet.
func (tx *Tx) OpenClosings(personMAC string) ([]Closing, error) {
	return tx.closings(closings.sel("person_mac = $1 AND closed_at = 0 ORDER BY account"), personMAC)
}

func (tx *Tx) closings(query string, args ...any) (list []Closing, err error) {
	err = tx.all(query, args, func(rows *sql.Rows) error {
		var c Closing
		if err := rows.Scan(closingRow(&c)...); err != nil {
			return err
		}
		list = append(list, c)
		return nil
	})
	return list, err
}

// Closed notes inside an act that the directory has confirmed; it tells whether that was news.
func (tx *Tx) Closed(id string) (news bool, err error) {
	open, err := tx.closings(closings.sel("id = $1 AND closed_at = 0"), id)
	if err != nil || len(open) == 0 {
		return false, err
	}
	return true, tx.exec(`UPDATE closing SET closed_at = $2 WHERE id = $1`, id, tx.Now.Unix())
}

// ClaimClosing leases one due closing: nobody else gets it before the lease ends. Nil if none is due.
func (db *DB) ClaimClosing(ctx context.Context, lease time.Duration) (claimed *Closing, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		list, err := tx.closings(`UPDATE closing SET next_at = $1 WHERE id IN (
				SELECT id FROM closing WHERE closed_at = 0 AND next_at <= $2 ORDER BY next_at LIMIT 1`+db.engine.lock("UPDATE SKIP LOCKED")+`
			) RETURNING `+closings.columns(), tx.Now.Add(lease).Unix(), tx.Now.Unix())
		if len(list) > 0 {
			claimed = &list[0]
		}
		return err
	})
	return claimed, err
}

// ClosingDue tells whether a closing waits.
func (db *DB) ClosingDue(ctx context.Context) (bool, error) {
	var n int
	err := db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT id FROM closing WHERE closed_at = 0 AND next_at <= $1 LIMIT 1) AS due`, db.Now().Unix()).Scan(&n)
	return n > 0, err
}

// ClosingDeferred notes a try that failed for now.
func (db *DB) ClosingDeferred(ctx context.Context, id string, next time.Time) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`UPDATE closing SET next_at = $2, attempts = attempts + 1 WHERE id = $1`, id, next.Unix())
	})
}
