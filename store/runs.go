package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sportello/community"
	"sportello/postal"
)

var runs = newTable("post_run", `id number community state claimed letters pages left_out remakes key files trouble created_by sent_by created_at ready_at sent_at leased_to version`)

func runRow(r *postal.Run) []any {
	return []any{&r.ID, &r.Number, &r.Community, &r.State, &r.Claimed, &r.Letters, &r.Pages, &r.LeftOut, &r.Remakes, &r.Key, asJSON{&r.Files}, &r.Trouble, &r.CreatedBy, &r.SentBy,
		stamp{&r.CreatedAt}, stamp{&r.ReadyAt}, stamp{&r.SentAt}, stamp{&r.LeasedTo}, &r.Version}
}

// Run reads a run.
func (tx *Tx) Run(id string) (*postal.Run, error) { return tx.run("id = $1", id) }

// RunByNumber reads a run by what people call it.
func (tx *Tx) RunByNumber(number string) (*postal.Run, error) { return tx.run("number = $1", number) }

// RunInMaking reads the run of a community that is being prepared, or ErrNotFound.
func (tx *Tx) RunInMaking(of community.ID) (*postal.Run, error) {
	return tx.run("community = $1 AND state = 'in preparazione'", of)
}

func (tx *Tx) run(where string, args ...any) (*postal.Run, error) {
	var r postal.Run
	return &r, tx.one(runs.sel(where), args, runRow(&r)...)
}

// Runs reads the last runs of a community, the newest first.
func (tx *Tx) Runs(of community.ID, limit int) ([]*postal.Run, error) {
	return tx.runsWhere("community = $1 ORDER BY created_at DESC, id DESC LIMIT $2", of, limit)
}

// UnfinishedRuns reads those on which the house itself still has work.
func (tx *Tx) UnfinishedRuns() ([]*postal.Run, error) {
	return tx.runsWhere("state IN ('in preparazione', 'in chiusura', 'da rimettere in coda', 'da annullare') ORDER BY created_at, id")
}

// UnconfirmedRuns reads those of a community that have been ready since before a time, the oldest first.
func (tx *Tx) UnconfirmedRuns(of community.ID, before time.Time) ([]*postal.Run, error) {
	return tx.runsWhere("community = $1 AND state = 'pronto' AND ready_at <= $2 ORDER BY ready_at, id", of, before.Unix())
}

func (tx *Tx) runsWhere(where string, args ...any) (list []*postal.Run, err error) {
	err = tx.all(runs.sel(where), args, func(rows *sql.Rows) error {
		var r postal.Run
		list = append(list, &r)
		return rows.Scan(runRow(&r)...)
	})
	return list, err
}

// AddRun keeps a new run, with its number for a day; ErrConflict if the community has one in the making.
func (tx *Tx) AddRun(r *postal.Run, day time.Time) (err error) {
	if r.ID, err = tx.NewID(); err != nil {
		return err
	}
	var before int
	if err := tx.one(`SELECT COUNT(*) FROM post_run WHERE community = $1 AND number LIKE $2`, []any{r.Community, postal.RunNumber(r.Community, day, 0)[:len(r.Community)+10] + "%"}, &before); err != nil {
		return err
	}
	r.Number, r.State, r.CreatedAt, r.Version = postal.RunNumber(r.Community, day, before+1), postal.Preparing, tx.Now, 1
	return tx.exec(runs.insert(), runRow(r)...)
}

// SaveRun keeps changes, or returns ErrStale.
func (tx *Tx) SaveRun(r *postal.Run) error {
	if err := tx.change(runs.update(), runRow(r)...); err != nil {
		return err
	}
	r.Version++
	return nil
}

// KeepRun keeps how far the making of a run has come; it is nobody's act. Error: ErrStale.
func (db *DB) KeepRun(ctx context.Context, r *postal.Run) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.SaveRun(r) })
}

// LeaseRun gives a run to one process for a while, again and again while it works on it. It tells whether nobody else has it.
func (db *DB) LeaseRun(ctx context.Context, r *postal.Run, lease time.Duration) (mine bool, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		now, err := tx.Run(r.ID)
		if err != nil {
			return err
		}
		held := now.LeasedTo.After(tx.Now) && !now.LeasedTo.Equal(r.LeasedTo)
		if held || now.State != r.State {
			return nil
		}
		now.LeasedTo, mine = tx.Now.Add(lease), true
		if !now.LeasedTo.After(r.LeasedTo) {
			now.LeasedTo = r.LeasedTo.Add(time.Second) // each lease is told from the one before
		}
		if err := tx.SaveRun(now); err != nil {
			return err
		}
		r.LeasedTo, r.Version = now.LeasedTo, now.Version
		return nil
	})
	if errors.Is(err, ErrStale) {
		return false, nil
	}
	return mine, err
}

// ClaimLetters puts up to limit letters, that waited when the run began, into it, and tells how many. What would say something that is not true any more
// is left out for good: the PIN of an operation that has ended.
func (db *DB) ClaimLetters(ctx context.Context, r *postal.Run, limit int) (n int, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		err := tx.exec(`UPDATE letter SET state = 'superata', sealed = NULL, closed_at = $2, version = version + 1 WHERE community = $1 AND state = 'da stampare' AND operation_id <> ''
			AND NOT EXISTS (SELECT 1 FROM operation WHERE operation.id = letter.operation_id AND operation.outcome = 'A')`, r.Community, tx.Now.Unix())
		if err != nil {
			return err
		}
		var place int
		if err := tx.one(`SELECT COALESCE(MAX(place), 0) FROM letter WHERE run_id = $1 AND run_id <> ''`, []any{r.ID}, &place); err != nil {
			return err
		}
		list, err := tx.lettersWhere("community = $1 AND state = 'da stampare' AND created_at <= $2 ORDER BY created_at, id LIMIT $3", r.Community, r.CreatedAt.Unix(), limit)
		for _, l := range list {
			err = errors.Join(err, tx.exec(`UPDATE letter SET state = 'in lotto', run_id = $2, place = $3, version = version + 1 WHERE id = $1 AND state = 'da stampare'`, l.ID, r.ID, place+1))
			place++
		}
		n = len(list)
		return err
	})
	return n, err
}

// RunLetters reads the letters of a run after a place, in order.
func (tx *Tx) RunLetters(runID string, after, limit int) ([]*postal.Letter, error) {
	return tx.lettersWhere("run_id = $1 AND run_id <> '' AND place > $2 AND state = 'in lotto' ORDER BY place LIMIT $3", runID, after, limit)
}

// UnsentLetters reads letters of a run that are not yet noted as sent, in order.
func (tx *Tx) UnsentLetters(runID string, limit int) ([]*postal.Letter, error) {
	return tx.lettersWhere("run_id = $1 AND run_id <> '' AND sent_at = 0 ORDER BY place LIMIT $2", runID, limit)
}

// LeaveOut takes a letter out of a run: it could not be written, and waits for the back office.
func (db *DB) LeaveOut(ctx context.Context, letterID string, why postal.Fault) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`UPDATE letter SET state = 'da correggere', fault = $2, run_id = '', place = 0, version = version + 1 WHERE id = $1 AND state = 'in lotto'`, letterID, why)
	})
}

// Requeue lets up to limit letters of a run wait for the next one, as they are, and tells how many.
func (db *DB) Requeue(ctx context.Context, runID string, limit int) (n int, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		list, err := tx.RunLetters(runID, 0, limit)
		for _, l := range list {
			l.State, l.Run, l.Place = postal.Waiting, "", 0
			err = errors.Join(err, tx.SaveLetter(l))
		}
		n = len(list)
		return err
	})
	return n, err
}

// LettersIn reads letters of a community in a state, the oldest first.
func (tx *Tx) LettersIn(of community.ID, s postal.State, limit int) ([]*postal.Letter, error) {
	return tx.lettersWhere("community = $1 AND state = $2 ORDER BY created_at, id LIMIT $3", of, s, limit)
}

// CountLetters counts the letters of a community in each state on which somebody has to act.
func (tx *Tx) CountLetters(of community.ID) (map[postal.State]int, error) {
	n := map[postal.State]int{}
	err := tx.all(`SELECT state, COUNT(*) FROM letter WHERE community = $1 AND state IN ('da correggere', 'da stampare', 'in lotto', 'resa') AND (state <> 'resa' OR secret <> '') GROUP BY state`, []any{of}, func(rows *sql.Rows) error {
		var s postal.State
		var count int
		err := rows.Scan(&s, &count)
		n[s] = count
		return err
	})
	return n, err
}

// TestLetters reads the last test letters of a community, the newest first.
func (tx *Tx) TestLetters(of community.ID, limit int) ([]*postal.Letter, error) {
	return tx.lettersWhere("community = $1 AND kind = 'lettera di prova' ORDER BY created_at DESC, id DESC LIMIT $2", of, limit)
}

// ReturnedLetters reads the letters of a community that came back and were not followed by another, the oldest first.
func (tx *Tx) ReturnedLetters(of community.ID, limit int) ([]*postal.Letter, error) {
	return tx.lettersWhere("community = $1 AND state = 'resa' AND secret <> '' ORDER BY created_at, id LIMIT $2", of, limit)
}
