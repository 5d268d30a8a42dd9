package store

import (
	"context"
	"database/sql"
)

// A heard querier tells of each statement that it runs: Options.Ran.
type heard struct {
	querier
	ran func(ctx context.Context, statement string)
}

// hear is q, with each statement told to who asked for it.
func (db *DB) hear(q querier) querier {
	if db.Ran == nil {
		return q
	}
	return heard{q, db.Ran}
}

// ExecContext implements querier.
func (h heard) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	h.ran(ctx, query)
	return h.querier.ExecContext(ctx, query, args...)
}

// QueryContext implements querier.
func (h heard) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	h.ran(ctx, query)
	return h.querier.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (h heard) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	h.ran(ctx, query)
	return h.querier.QueryRowContext(ctx, query, args...)
}

// insertAll implements bulk.
func (h heard) insertAll(ctx context.Context, t table, rows [][]any) error {
	h.ran(ctx, t.insert())
	return h.querier.(bulk).insertAll(ctx, t, rows)
}
