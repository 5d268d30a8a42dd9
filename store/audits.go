package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"

	"sportello/audit"
	"sportello/person"
)

// appendRecord gives a record the next number and keeps it. The number is taken last in the transaction, so that on PostgreSQL acts
// wait for each other only while they commit.
func (tx *Tx) appendRecord(r *audit.Record) error {
	if err := tx.one(`UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING seq`, nil, &r.Seq); err != nil {
		return fmt.Errorf("number audit record: %w", err)
	}
	r.At = tx.Now
	r.Reason = audit.WithoutTaxCodes(r.Reason)
	_, leaf := r.Leaf()
	sum := hex.EncodeToString(leaf[:])
	return tx.exec(audits.insert(), append(auditRow(r), &sum)...)
}

var audits = newTable("audit", `seq at deed outcome actor_kind actor ente_id registration_id operation_id person_mac reason address request detail leaf`)

func auditRow(r *audit.Record) []any {
	return []any{&r.Seq, stamp{&r.At}, &r.Deed, &r.Outcome, &r.ActorKind, &r.Actor, &r.Ente, &r.Registration, &r.Operation, &r.PersonMAC, &r.Reason, &r.Address, &r.Request, asJSON{&r.Detail}}
}

// PersonMAC is how audit records name a person: a keyed hash of the tax code.
func (db *DB) PersonMAC(code person.TaxCode) string {
	return hex.EncodeToString(db.Sealer.MAC("codice fiscale nel registro", []byte(code)))
}

// PersonMAC is the same inside an act.
func (tx *Tx) PersonMAC(code person.TaxCode) string { return tx.db.PersonMAC(code) }

// Audit gives the records that a filter selects, in order.
func (db *DB) Audit(ctx context.Context, f audit.Filter, yield func(audit.Record) error) error {
	where := []string{"seq > $1"}
	args := []any{f.After}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	if !f.From.IsZero() {
		add("at >= $%d", f.From.Unix())
	}
	if !f.To.IsZero() {
		add("at < $%d", f.To.Unix())
	}
	for _, c := range []struct{ column, value string }{
		{"deed", string(f.Deed)}, {"outcome", string(f.Outcome)}, {"actor", f.Actor}, {"ente_id", f.Ente},
		{"registration_id", f.Registration}, {"person_mac", f.PersonMAC},
	} {
		if c.value != "" {
			add(c.column+" = $%d", c.value)
		}
	}
	query := audits.sel(strings.Join(where, " AND ") + " ORDER BY seq")
	if f.Limit > 0 {
		query += fmt.Sprintf(" LIMIT %d", f.Limit)
	}
	return db.Read(ctx, func(tx *Tx) error {
		return tx.all(query, args, func(rows *sql.Rows) error {
			r, err := scanRecord(rows)
			if err != nil {
				return err
			}
			return yield(r)
		})
	})
}
