package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"sportello/audit"
)

// sqliteEngine keeps one file: readers beside one writer (WAL). An act is answered after its commit has reached the
// disk (synchronous=FULL).
type sqliteEngine struct{}

func (sqliteEngine) dialect() goose.Dialect { return goose.DialectSQLite3 }

func (sqliteEngine) open(file string) (read, write *sql.DB, err error) {
	pragmas := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "busy_timeout(10000)", "temp_store(MEMORY)", "secure_delete(FAST)"}}
	dsn := "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + pragmas.Encode()
	if write, err = sql.Open("sqlite", dsn+"&_pragma=cache_size(-65536)&_pragma=wal_autocheckpoint(4000)"); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)&_pragma=cache_size("+readCache+")"); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	n := 2 * runtime.NumCPU()
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	return read, write, nil
}

// readCache is the memory of each reading connection for pages of the file, at most: 32 MB hold the inner pages of ten million people's
// indexes, so that a row costs the reading of its own pages only.
const readCache = "-32768"

func (sqliteEngine) ready(read *sql.DB) querier { return newParsed(read) }

// prepare makes the audit immutable: triggers are written differently on the two engines.
func (sqliteEngine) prepare(ctx context.Context, db *sql.DB) error {
	for _, verb := range []string{"UPDATE", "DELETE"} {
		_, err := db.ExecContext(ctx, fmt.Sprintf(`CREATE TRIGGER IF NOT EXISTS audit_no_%[1]s BEFORE %[1]s ON audit
			BEGIN SELECT RAISE(ABORT, 'audit records never change'); END`, verb))
		if err != nil {
			return fmt.Errorf("protect audit: %w", err)
		}
	}
	return nil
}

func (sqliteEngine) conflict(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

func (sqliteEngine) orphaned(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

func (sqliteEngine) writer(db *sql.DB) writer {
	g := &groupWriter{db: db, jobs: make(chan *job, maxGroup), done: make(chan struct{}), stopped: make(chan struct{})}
	go g.run()
	return g
}

// bulkTime is short: there is one writer.
func (sqliteEngine) bulkTime() time.Duration { return 45 * time.Millisecond }

// maxGroup is how many acts share a commit at most.
const maxGroup = 128

// A groupWriter is the one writer of SQLite. The acts that wait while a commit is under way share the next one, each in
// its own savepoint: one refusal undoes only itself, one fsync serves all.
type groupWriter struct {
	db      *sql.DB
	swift   *swift // its connection; nil until it is needed
	jobs    chan *job
	done    chan struct{} // closed by Close
	stopped chan struct{} // closed when the last group is answered
}

type job struct {
	ctx      context.Context
	f        func(querier) error
	err      error
	answered chan struct{}
}

// errClosed means that an act came after Close.
var errClosed = errors.New("database is closed")

func (g *groupWriter) do(ctx context.Context, f func(querier) error) error {
	j := &job{ctx: ctx, f: f, answered: make(chan struct{})}
	select {
	case <-g.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	case g.jobs <- j:
	}
	select {
	case <-j.answered: // once taken it is carried out, and the answer must be true
		return j.err
	case <-g.stopped:
	}
	select {
	case <-j.answered:
		return j.err
	default:
		return errClosed // queued in the moment of Close: nobody took it
	}
}

func (g *groupWriter) close() error {
	close(g.done)
	<-g.stopped
	return errors.Join(g.disconnect(), g.db.Close())
}

func (g *groupWriter) run() {
	defer close(g.stopped)
	for {
		select {
		case <-g.done:
			return // who still waits sees that it stopped
		case j := <-g.jobs:
			group := append([]*job{j}, g.waiting()...)
			if err := g.commit(group); err != nil {
				for _, j := range group {
					j.err = errors.Join(j.err, fmt.Errorf("commit: %w", err))
				}
			}
			for _, j := range group {
				close(j.answered)
			}
		}
	}
}

// waiting takes what is in the queue now, without waiting for more.
func (g *groupWriter) waiting() []*job {
	var group []*job
	for len(group) < maxGroup-1 {
		select {
		case j := <-g.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// commit runs a group in one transaction. A connection that fails to begin or to end one is given up for a new one.
func (g *groupWriter) commit(group []*job) error {
	ctx := context.Background()
	q, err := g.connection(ctx)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return errors.Join(err, g.disconnect())
	}
	for _, j := range group {
		if j.err = savepoint(ctx, q, j); errors.Is(j.err, errBroken) {
			return errors.Join(j.err, g.undo(ctx))
		}
	}
	if _, err := q.ExecContext(ctx, "COMMIT"); err != nil {
		return errors.Join(err, g.undo(ctx))
	}
	return nil
}

func (g *groupWriter) connection(ctx context.Context) (*swift, error) {
	if g.swift != nil {
		return g.swift, nil
	}
	conn, err := g.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	g.swift = newSwift(conn)
	return g.swift, nil
}

func (g *groupWriter) disconnect() error {
	if g.swift == nil {
		return nil
	}
	q := g.swift
	g.swift = nil
	return q.close()
}

func (g *groupWriter) undo(ctx context.Context) error {
	_, err := g.swift.ExecContext(ctx, "ROLLBACK")
	return errors.Join(err, g.disconnect())
}

// errBroken means that the shared transaction itself is lost.
var errBroken = errors.New("transaction lost")

func savepoint(ctx context.Context, q querier, j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err // whoever asked has gone before it began
	}
	if _, err := q.ExecContext(ctx, "SAVEPOINT act"); err != nil {
		return errors.Join(errBroken, err)
	}
	refusal := guarded(j.f, q)
	if refusal != nil {
		if _, err := q.ExecContext(ctx, "ROLLBACK TO act"); err != nil {
			return errors.Join(errBroken, refusal, err)
		}
	}
	if _, err := q.ExecContext(ctx, "RELEASE act"); err != nil {
		return errors.Join(errBroken, refusal, err)
	}
	return refusal
}

// guarded keeps a panic in one act from taking the writer with it.
func guarded(f func(querier) error, q querier) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in an act: %s", audit.Fault(p))
		}
	}()
	return f(q)
}

func (sqliteEngine) lock(string) string { return "" } // there is one writer

func (sqliteEngine) extent() string { return "SELECT COALESCE(MAX(rowid), 0) FROM listing" }

func (sqliteEngine) piece() (size int64, condition string) {
	return 2000, "rowid >= $1 AND rowid < $2"
}

func (sqliteEngine) byIndex() string { return "" } // it takes an index where there is one

func (sqliteEngine) explain() string { return "EXPLAIN QUERY PLAN" }
