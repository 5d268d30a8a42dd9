package store

import (
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"sportello/audit"
)

// A Trail asks for what the audit says of one person, the newest first. Empty fields ask for nothing.
type Trail struct {
	Registration string
	People       []string // keyed hashes of the tax codes: also acts on an earlier registration, or before there was one
	Actor        audit.ActorKind
	Outcome      audit.Outcome
	Deeds        []audit.Deed
	Before       int64 // records with a smaller number; 0 begins with the last
	Limit        int
}

// Trail reads such records. ErrAltered if one is not as it was written.
func (tx *Tx) Trail(t Trail) ([]audit.Record, error) {
	who, args := []string{"registration_id = $1"}, []any{t.Registration}
	for _, mac := range t.People {
		args = append(args, mac)
		who = append(who, fmt.Sprintf("person_mac = $%d", len(args)))
	}
	where := []string{"(" + strings.Join(who, " OR ") + ")"}
	add := func(condition string, values ...any) {
		where = append(where, fmt.Sprintf(condition, marks(len(args)+1, len(values))))
		args = append(args, values...)
	}
	if t.Actor != "" {
		add("actor_kind = %s", t.Actor)
	}
	if t.Outcome != "" {
		add("outcome = %s", t.Outcome)
	}
	if t.Before > 0 {
		add("seq < %s", t.Before)
	}
	if len(t.Deeds) > 0 {
		deeds := make([]any, len(t.Deeds))
		for i, d := range t.Deeds {
			deeds[i] = d
		}
		add("deed IN (%s)", deeds...)
	}
	var list []audit.Record
	err := tx.all(audits.sel(strings.Join(where, " AND ")+fmt.Sprintf(" ORDER BY seq DESC LIMIT %d", t.Limit)), args, func(rows *sql.Rows) error {
		r, err := scanRecord(rows)
		list = append(list, r)
		return err
	})
	return list, err
}

// scanRecord reads a record and checks that it is as it was written.
func scanRecord(rows *sql.Rows) (r audit.Record, err error) {
	var leaf string
	if err := rows.Scan(append(auditRow(&r), &leaf)...); err != nil {
		return r, err
	}
	if _, sum := r.Leaf(); hex.EncodeToString(sum[:]) != leaf {
		return r, fmt.Errorf("audit record %d: %w", r.Seq, ErrAltered)
	}
	return r, nil
}
