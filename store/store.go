// Package store keeps everything in SQLite or PostgreSQL, with one set of statements.
//
// Act is the only door for writing what people do: it writes the change and its audit record in one
// transaction. What is only bookkeeping (sessions, drafts, limits, the mail queue) has methods of its own.
// There is no interface in front of it and nothing to mock: tests use a real database.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pressly/goose/v3"

	"sportello/audit"
	"sportello/person"
	"sportello/vault"
)

//go:embed migrations
var migrations embed.FS

// The errors that callers recognise.
var (
	ErrNotFound = errors.New("not found")
	ErrConflict = errors.New("already exists")
	ErrStale    = errors.New("changed by someone else")
	ErrAltered  = errors.New("audit record was altered")
)

// Options are what the store is given: clock, chance, and the keys for its keyed hashes.
type Options struct {
	Now    func() time.Time
	Rand   io.Reader
	Sealer vault.Sealer

	SearchTime time.Duration // that a search may take before it is cut; zero is 300 ms

	Ran func(ctx context.Context, statement string) // hears of each statement of an act, a reading or the bookkeeping, for tests that count (optional)
}

// A DB is an open database. It is safe for concurrent use.
type DB struct {
	Options
	engine engine
	read   *sql.DB
	ready  querier // the same, for statements without a transaction
	write  writer
	memory *memory
}

// An engine is where SQLite and PostgreSQL truly differ.
type engine interface {
	dialect() goose.Dialect
	// open gives a pool for reading and one for writing; they may be the same.
	open(dsn string) (read, write *sql.DB, err error)
	// ready gives the pool for reading as single statements use it.
	ready(read *sql.DB) querier
	// prepare runs after the migrations: what cannot be said in the common SQL.
	prepare(ctx context.Context, db *sql.DB) error
	writer(db *sql.DB) writer
	// bulkTime is how long an act of many rows should take.
	bulkTime() time.Duration
	// lock ends a SELECT that keeps its rows from other acts: "UPDATE", "KEY SHARE", or "UPDATE SKIP LOCKED", which lets several machines share a queue.
	lock(how string) string
	// explain begins a question for the plan of a statement.
	explain() string
	// extent is the query for where the listing ends as it lies in the database; a piece of it has so many units, and this condition.
	extent() string
	piece() (size int64, condition string)
	// byIndex is a statement that keeps a transaction's questions from reading whole tables, or "" where none is needed.
	byIndex() string
	// conflict tells whether an error is a broken uniqueness.
	conflict(error) bool
	// orphaned tells whether a row was refused because what it belongs to is not there any more.
	orphaned(error) bool
}

// A writer runs functions in transactions, one after the other or side by side.
type writer interface {
	do(ctx context.Context, f func(querier) error) error
	close() error
}

// A querier is a connection or a transaction.
type querier interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Open opens a file (SQLite) or postgres://... and brings it up to date with the migrations.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	var e engine = sqliteEngine{}
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		e = postgresEngine{}
	}
	read, write, err := e.open(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := migrate(ctx, e, write); err != nil {
		return nil, errors.Join(err, read.Close(), write.Close())
	}
	db := &DB{Options: o, engine: e, read: read, write: e.writer(write)}
	db.ready = db.hear(e.ready(read))
	db.memory = newMemory(db)
	return db, nil
}

func migrate(ctx context.Context, e engine, db *sql.DB) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(e.dialect(), db, files)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate database: %w", err)
	}
	return e.prepare(ctx, db)
}

// Close waits for the act under way and closes the database.
func (db *DB) Close() error {
	db.memory.close()
	return errors.Join(db.write.close(), db.read.Close())
}

// Ready tells whether the database answers.
func (db *DB) Ready(ctx context.Context) error {
	var one int
	return db.read.QueryRowContext(ctx, `SELECT one FROM audit_head`).Scan(&one)
}

// SchemaVersion is the number of the last migration that was applied.
func (db *DB) SchemaVersion(ctx context.Context) (version int64, err error) {
	err = db.read.QueryRowContext(ctx, `SELECT MAX(version_id) FROM goose_db_version`).Scan(&version)
	return version, err
}

// NewID draws a UUIDv7.
func (db *DB) NewID() (string, error) {
	id, err := uuid.NewV7FromReader(db.Rand)
	if err != nil {
		return "", fmt.Errorf("draw id: %w", err)
	}
	return id.String(), nil
}

// A Tx is a transaction. Now is frozen at its start.
type Tx struct {
	Now    time.Time
	Record *audit.Record // of the act; nil when reading

	ctx context.Context
	q   querier
	db  *DB

	touched struct { // whose rows in the listing are due at the end of the act
		people        []person.ID
		registrations []string
	}
	gone []string // numbers whose rows are not there any more

	preloaded []Preloaded // that came in this act
	indexed   bool        // byIndex was said
}

// NewID draws a UUIDv7.
func (tx *Tx) NewID() (string, error) { return tx.db.NewID() }

// Read runs f on one snapshot of the database.
func (db *DB) Read(ctx context.Context, f func(*Tx) error) error {
	t, err := db.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead}) // PostgreSQL's default is a snapshot for each statement
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer t.Rollback()
	return f(&Tx{Now: db.Now(), ctx: ctx, q: db.hear(t), db: db})
}

// Look is Read for what f finds.
func Look[T any](ctx context.Context, db *DB, f func(*Tx) (T, error)) (found T, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		found, err = f(tx)
		return err
	})
	return found, err
}

// Act runs f and writes its audit record in one transaction; if f refuses, nothing changes and the record says
// refused, with the reason. f may complete the record (tx.Record). Nothing slow belongs into f.
func (db *DB) Act(ctx context.Context, record audit.Record, f func(*Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	quiet := context.WithoutCancel(ctx) // an act that has begun is not interrupted halfway
	record.At, record.Outcome = db.Now().UTC().Truncate(time.Second), audit.Done
	err := db.write.do(ctx, func(q querier) error {
		tx := &Tx{Now: record.At, Record: &record, ctx: quiet, q: db.hear(q), db: db}
		if err := f(tx); err != nil {
			return err
		}
		if err := tx.appendRecord(&record); err != nil {
			return err
		}
		return tx.list(record.Seq)
	})
	if err == nil {
		return nil
	}
	record.Outcome, record.Reason = audit.Refused, db.reason(err)
	refusal := db.keep(quiet, func(tx *Tx) error { return tx.appendRecord(&record) })
	return errors.Join(err, refusal)
}

// keep writes bookkeeping that is nobody's act.
func (db *DB) keep(ctx context.Context, f func(*Tx) error) error {
	quiet := context.WithoutCancel(ctx)
	return db.write.do(ctx, func(q querier) error {
		return f(&Tx{Now: db.Now().UTC().Truncate(time.Second), ctx: quiet, q: db.hear(q), db: db})
	})
}

// reason is the innermost error's text, which by the house rules holds nothing personal; a database's own text might.
func (db *DB) reason(err error) string {
	if db.foreign(err) {
		return "errore del sistema"
	}
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}

// translate turns a driver's error into ours.
func (db *DB) translate(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case db.engine.conflict(err):
		return ErrConflict
	case db.engine.orphaned(err): // erased, in this very moment
		return ErrStale
	}
	return err
}

func (tx *Tx) exec(query string, args ...any) error {
	_, err := tx.q.ExecContext(tx.ctx, query, args...)
	return tx.db.translate(err)
}

// change runs an UPDATE that must find its row at the version that was read.
func (tx *Tx) change(query string, args ...any) error {
	res, err := tx.q.ExecContext(tx.ctx, query, args...)
	if err != nil {
		return tx.db.translate(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrStale, err)
	}
	return nil
}

func (tx *Tx) one(query string, args []any, into ...any) error {
	return tx.db.translate(tx.q.QueryRowContext(tx.ctx, query, args...).Scan(into...))
}

// all runs a query and gives each row to scan.
func (tx *Tx) all(query string, args []any, scan func(*sql.Rows) error) error {
	rows, err := tx.q.QueryContext(tx.ctx, query, args...)
	if err != nil {
		return tx.db.translate(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
