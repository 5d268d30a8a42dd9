package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// postgresEngine is for production and several machines.
type postgresEngine struct{}

func (postgresEngine) dialect() goose.Dialect { return goose.DialectPostgres }

func (postgresEngine) open(dsn string) (read, write *sql.DB, err error) {
	if write, err = postgresPool(dsn); err != nil {
		return nil, nil, err
	}
	if read, err = postgresPool(dsn); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	return read, write, nil
}

// postgresPool keeps its idle connections: a pool smaller than its users reconnects all the time.
func postgresPool(dsn string) (*sql.DB, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	n := 8 * runtime.NumCPU()
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// ready leaves it to the driver to keep statements parsed.
func (postgresEngine) ready(read *sql.DB) querier { return read }

// ErrCollation means that the database does not order by bytes, as the searches need.
var ErrCollation = errors.New(`the database's collation is not C: create it with LC_COLLATE "C" TEMPLATE template0`)

// prepare checks the order of text and makes the audit immutable.
func (postgresEngine) prepare(ctx context.Context, db *sql.DB) error {
	var collate string
	if err := db.QueryRowContext(ctx, `SELECT datcollate FROM pg_database WHERE datname = current_database()`).Scan(&collate); err != nil {
		return fmt.Errorf("read collation: %w", err)
	}
	if collate != "C" && collate != "POSIX" {
		return ErrCollation
	}
	_, err := db.ExecContext(ctx, `
		CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN RAISE EXCEPTION 'audit records never change'; END $$;
		CREATE OR REPLACE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
			FOR EACH ROW EXECUTE FUNCTION audit_refuse();
		CREATE OR REPLACE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
			FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();`)
	if err != nil {
		return fmt.Errorf("protect audit: %w", err)
	}
	return nil
}

func (postgresEngine) conflict(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23505"
}

func (postgresEngine) orphaned(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "23503"
}

func (postgresEngine) writer(db *sql.DB) writer { return parallelWriter{db} }

// bulkTime is longer, for only who has to do with the same people waits, and whoever takes a number of the audit in the last moments.
func (postgresEngine) bulkTime() time.Duration { return 300 * time.Millisecond }

// A parallelWriter gives each act its own transaction; PostgreSQL groups their commits itself.
type parallelWriter struct{ db *sql.DB }

func (p parallelWriter) close() error { return p.db.Close() }

// do begins anew when PostgreSQL ended the transaction to break a deadlock: the act has then left nothing behind.
func (p parallelWriter) do(ctx context.Context, f func(querier) error) (err error) {
	for range 4 {
		if err = p.once(ctx, f); !deadlock(err) {
			return err
		}
	}
	return err
}

func deadlock(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && (e.Code == "40P01" || e.Code == "40001")
}

func (p parallelWriter) once(ctx context.Context, f func(querier) error) error {
	conn, err := p.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	t, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer t.Rollback()
	if err := guarded(f, postgresTx{t, conn}); err != nil {
		return err
	}
	return t.Commit()
}

// A postgresTx is a transaction that can copy rows in.
type postgresTx struct {
	*sql.Tx
	conn *sql.Conn
}

// insertAll implements bulk with COPY.
func (t postgresTx) insertAll(ctx context.Context, to table, rows [][]any) error {
	return t.conn.Raw(func(driver any) error {
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{to.name}, to.cols, pgx.CopyFromRows(rows))
		return err
	})
}

// foreign tells whether an error is a driver's own.
func (db *DB) foreign(err error) bool {
	var p *pgconn.PgError
	var c *pgconn.ConnectError
	var s *sqlite.Error
	return errors.As(err, &p) || errors.As(err, &c) || errors.As(err, &s)
}

func (postgresEngine) lock(how string) string { return " FOR " + how }

// extent counts the pages of the table.
func (postgresEngine) extent() string {
	return "SELECT pg_relation_size('listing') / current_setting('block_size')::bigint"
}

func (postgresEngine) piece() (size int64, condition string) {
	return 64, "ctid >= format('(%s,0)', $1::bigint)::tid AND ctid < format('(%s,0)', $2::bigint)::tid"
}

// byIndex leaves the planner nested loops over indexes.
func (postgresEngine) byIndex() string {
	return "SELECT set_config('enable_seqscan', 'off', TRUE), set_config('enable_hashjoin', 'off', TRUE), set_config('enable_mergejoin', 'off', TRUE)"
}

func (postgresEngine) explain() string {
	return "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)"
}
