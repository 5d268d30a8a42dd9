package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"runtime"

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
	if write, err = sql.Open("sqlite", dsn); err != nil {
		return nil, nil, err
	}
	write.SetMaxOpenConns(1)
	if read, err = sql.Open("sqlite", dsn+"&_pragma=query_only(1)"); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	n := 2 * runtime.NumCPU()
	read.SetMaxOpenConns(n)
	read.SetMaxIdleConns(n)
	return read, write, nil
}

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

func (sqliteEngine) writer(db *sql.DB) writer {
	g := &groupWriter{db: db, jobs: make(chan *job, maxGroup), done: make(chan struct{}), stopped: make(chan struct{})}
	go g.run()
	return g
}

// maxGroup is how many acts share a commit at most.
const maxGroup = 128

// A groupWriter is the one writer of SQLite. The acts that wait while a commit is under way share the next one, each in
// its own savepoint: one refusal undoes only itself, one fsync serves all.
type groupWriter struct {
	db      *sql.DB
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
	return g.db.Close()
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

func (g *groupWriter) commit(group []*job) error {
	ctx := context.Background()
	conn, err := g.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range group {
		if j.err = savepoint(ctx, conn, j); errors.Is(j.err, errBroken) {
			_, undo := conn.ExecContext(ctx, "ROLLBACK")
			return errors.Join(j.err, undo)
		}
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		_, undo := conn.ExecContext(ctx, "ROLLBACK")
		return errors.Join(err, undo)
	}
	return nil
}

// errBroken means that the shared transaction itself is lost.
var errBroken = errors.New("transaction lost")

func savepoint(ctx context.Context, conn *sql.Conn, j *job) error {
	if err := j.ctx.Err(); err != nil {
		return err // whoever asked has gone before it began
	}
	if _, err := conn.ExecContext(ctx, "SAVEPOINT act"); err != nil {
		return errors.Join(errBroken, err)
	}
	refusal := guarded(j.f, conn)
	end := "RELEASE act"
	if refusal != nil {
		end = "ROLLBACK TO act; RELEASE act"
	}
	if _, err := conn.ExecContext(ctx, end); err != nil {
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

func (sqliteEngine) skipLocked() string { return "" } // there is one writer
