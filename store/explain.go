package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Explain searches, and tells how: the part of memory that was read, and the engine's plan of each statement.
func (db *DB) Explain(ctx context.Context, c Criteria, s Slice) (plan []string, err error) {
	tx := db.reader(ctx)
	tx.q = explainer{db.read, db.engine.explain(), &plan}
	var f Found
	in, err := db.finder(tx, c.folded())
	if err != nil {
		return plan, err
	}
	if f, ok := in.(*found); ok {
		for _, v := range f.in {
			plan = append(plan, v.explain(s.run()))
		}
	}
	keys, err := slice(in, s, &f)
	if err != nil {
		return plan, err
	}
	_, err = tx.hits(keys)
	return plan, err
}

func (v *sieve) explain(r run) string {
	page, whole, inOrder := v.pageable(r)
	if !inOrder {
		page = whole
	}
	count, _ := v.countable(mostCounted + 1)
	return fmt.Sprintf("memoria: pagina da %s, conteggio da %s", page, count)
}

func (s source) String() string { return fmt.Sprintf("%s (%d righe)", s.name, s.size) }

// An explainer is a querier that asks for the plan of each statement before it runs it.
type explainer struct {
	*sql.DB
	verb string
	plan *[]string
}

// QueryContext implements querier.
func (e explainer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := e.explain(ctx, query, args); err != nil {
		return nil, err
	}
	return e.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (e explainer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = e.explain(ctx, query, args) // what is wrong, the statement itself tells
	return e.DB.QueryRowContext(ctx, query, args...)
}

// explain keeps the last column of each row of the plan: both engines write it there.
func (e explainer) explain(ctx context.Context, query string, args []any) error {
	rows, err := e.DB.QueryContext(ctx, e.verb+" "+query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	line := ""
	into := make([]any, len(columns))
	for i := range into {
		into[i] = new(any)
	}
	into[len(into)-1] = &line
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		*e.plan = append(*e.plan, line)
	}
	return rows.Err()
}
