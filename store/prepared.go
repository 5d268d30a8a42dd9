package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
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
	bulk  map[string]driver.Stmt // those that insert many rows
}

func newSwift(conn *sql.Conn) *swift {
	return &swift{conn, map[string]*sql.Stmt{}, map[string]driver.Stmt{}}
}

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
	err := s.conn.Raw(func(any) error { return s.forget() })
	return errors.Join(err, s.conn.Close())
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
// time. Places without a number spare the driver a search for each, its own door spares database/sql's copies of the arguments, and what is
// empty in every row stands in the statement: half of a person is.
func (s *swift) insertAll(ctx context.Context, t table, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	values, bound := sparse(rows)
	insert := "INSERT INTO " + t.name + " (" + strings.Join(t.cols, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	return s.conn.Raw(func(conn any) error {
		stmt, err := s.raw(ctx, conn.(driver.ConnPrepareContext), insert)
		if err != nil {
			return err
		}
		args := make([]driver.NamedValue, len(bound))
		for _, row := range rows {
			for i, column := range bound {
				args[i] = driver.NamedValue{Ordinal: i + 1, Value: row[column]}
			}
			if _, err := stmt.ExecContext(ctx, args); err != nil {
				return err
			}
		}
		return nil
	})
}

// sparse gives what stands in a statement for each column, and which columns are bound.
func sparse(rows [][]any) (values []string, bound []int) {
	for column, first := range rows[0] {
		text := literal(first)
		for _, row := range rows {
			if literal(row[column]) != text {
				text = ""
				break
			}
		}
		if text == "" {
			text, bound = "?", append(bound, column)
		}
		values = append(values, text)
	}
	return values, bound
}

// literal is how the commonest values are written in a statement; any other is "".
func literal(v any) string {
	switch v {
	case "":
		return "''"
	case false:
		return "FALSE"
	case int64(0):
		return "0"
	}
	return ""
}

// mostBulk bounds the statements of insertAll: a few for each table, by what is empty.
const mostBulk = 100

// raw gives a parsed statement of the driver's own.
func (s *swift) raw(ctx context.Context, conn driver.ConnPrepareContext, query string) (driver.StmtExecContext, error) {
	if known, ok := s.bulk[query]; ok {
		return known.(driver.StmtExecContext), nil
	}
	if len(s.bulk) == mostBulk {
		if err := s.forget(); err != nil {
			return nil, err
		}
	}
	stmt, err := conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.bulk[query] = stmt
	return stmt.(driver.StmtExecContext), nil
}

func (s *swift) forget() (err error) {
	for _, stmt := range s.bulk {
		err = errors.Join(err, stmt.Close())
	}
	clear(s.bulk)
	return err
}
