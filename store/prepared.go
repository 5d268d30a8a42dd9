package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
)

// mostPrepared bounds how many statements are kept parsed; the house has about a hundred.
const mostPrepared = 400

// A swift querier is a connection that keeps its statements parsed: SQLite reads a text anew each time otherwise, which costs more
// than running it. One goroutine uses it.
type swift struct {
	conn  *sql.Conn
	known map[string]*sql.Stmt
}

func newSwift(conn *sql.Conn) *swift { return &swift{conn, map[string]*sql.Stmt{}} }

// of gives the parsed statement, or nil when it is better run as text: too many are kept, or it has an error to tell.
func (s *swift) of(ctx context.Context, query string) *sql.Stmt {
	known, ok := s.known[query]
	if ok || len(s.known) >= mostPrepared {
		return known
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	s.known[query] = stmt
	return stmt
}

func (s *swift) close() error {
	for _, stmt := range s.known {
		stmt.Close()
	}
	return s.conn.Close()
}

// ExecContext implements querier.
func (s *swift) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := s.of(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return s.conn.ExecContext(ctx, query, args...)
}

// QueryContext implements querier.
func (s *swift) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := s.of(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return s.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (s *swift) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := s.of(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return s.conn.QueryRowContext(ctx, query, args...)
}

// parsed does for the readers what swift does for the writer: each statement is parsed once on each connection of the pool. It is not for
// transactions, which would hold one connection and wait for another.
type parsed struct {
	*sql.DB
	mu    sync.RWMutex
	known map[string]*sql.Stmt
}

func newParsed(db *sql.DB) *parsed { return &parsed{DB: db, known: map[string]*sql.Stmt{}} }

// of gives the parsed statement, or nil when it is better run as text, as in swift.
func (p *parsed) of(ctx context.Context, query string) *sql.Stmt {
	p.mu.RLock()
	known, ok := p.known[query]
	full := len(p.known) >= mostPrepared
	p.mu.RUnlock()
	if ok || full {
		return known
	}
	stmt, err := p.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.known[query]; ok { // another was faster
		stmt.Close()
		return known
	}
	p.known[query] = stmt
	return stmt
}

// QueryContext implements querier.
func (p *parsed) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := p.of(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext implements querier.
func (p *parsed) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := p.of(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return p.DB.QueryRowContext(ctx, query, args...)
}

// insertAll implements bulk. One row a statement: many would need a journal of their own, which SQLite reads from its beginning each
// time. Places without a number spare the driver a search for each.
func (s *swift) insertAll(ctx context.Context, t table, rows [][]any) error {
	insert := "INSERT INTO " + t.name + " (" + strings.Join(t.cols, ", ") + ") VALUES (" + strings.Repeat("?, ", len(t.cols)-1) + "?)"
	for _, row := range rows {
		if _, err := s.ExecContext(ctx, insert, row...); err != nil {
			return err
		}
	}
	return nil
}
