package postroom

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail"
	"sportello/office"
	"sportello/postal"
	"sportello/store"
)

// Requeue withdraws a run whose files nobody has printed: they are removed, and the letters wait for the next run with the PINs that they have.
// Errors: those of Confirm, ErrReason.
func (p *Postroom) Requeue(ctx context.Context, who Who, id, reason string) error {
	return p.withdraw(ctx, who, id, withdrawal{postal.Requeueing, "rimessa in coda", reason})
}

// Discard withdraws a run of which nobody knows who has the files: the PINs are destroyed and open nothing, and the letters wait for somebody among those
// that came back, to be sent again with a new PIN. Errors: those of Confirm, ErrReason.
func (p *Postroom) Discard(ctx context.Context, who Who, id, reason string) error {
	return p.withdraw(ctx, who, id, withdrawal{postal.Discarding, "annullamento", reason})
}

// A withdrawal is one of the two ways to withdraw a run.
type withdrawal struct {
	to           postal.RunState
	step, reason string
}

func (p *Postroom) withdraw(ctx context.Context, who Who, id string, w withdrawal) error {
	err := p.onRun(ctx, who, id, w.step, func(tx *store.Tx, r *postal.Run) error {
		if tx.Record.Reason = strings.TrimSpace(w.reason); tx.Record.Reason == "" {
			return ErrReason
		}
		if r.State != postal.Ready {
			return ErrRunState
		}
		r.State = w.to
		return tx.SaveRun(r)
	})
	if err == nil {
		p.Kick()
	}
	return err
}

// Withdraw removes the files of a run that is withdrawn, and takes its letters back, some at a time. It can be stopped and done again.
func (p *Postroom) Withdraw(ctx context.Context, id string, state postal.RunState) error {
	r, err := p.take(ctx, id, state)
	if err == nil {
		err = p.Folder.Remove(r.Number) // before a letter can be printed a second time
	}
	for err == nil {
		if err = ctx.Err(); err != nil {
			return err
		}
		var n int
		if n, err = p.takeBack(ctx, r); err == nil && n == 0 {
			r.State, r.LeasedTo = postal.Withdrawn, time.Time{}
			err = p.Store.KeepRun(ctx, r)
			break
		}
		if err == nil {
			err = p.hold(ctx, r)
		}
	}
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

func (p *Postroom) takeBack(ctx context.Context, r *postal.Run) (n int, err error) {
	if r.State == postal.Requeueing {
		n, err = p.Store.Requeue(ctx, r.ID, gathered)
	} else {
		n, err = p.discardSome(ctx, r)
	}
	if errors.Is(err, store.ErrStale) { // a desk, or the citizen, was faster with one of them
		return 1, nil
	}
	return n, err
}

func (p *Postroom) discardSome(ctx context.Context, r *postal.Run) (n int, err error) {
	var list []*postal.Letter
	read := func(tx *store.Tx) (err error) { list, err = tx.RunLetters(r.ID, 0, closedAt); return err }
	if err := p.Store.Read(ctx, read); err != nil || len(list) == 0 {
		return 0, err
	}
	record := Console().record(audit.DestroySecrets)
	record.Detail["lotto"] = r.Number
	err = p.Store.Act(ctx, record, func(tx *store.Tx) error {
		err := read(tx)
		for _, l := range list {
			err = errors.Join(err, discard(tx, l))
		}
		tx.Record.Detail["lettere"] = strconv.Itoa(len(list))
		return err
	})
	return len(list), err
}

// discard destroys the secret of a letter that never went. One to a person is treated as one that came back; a test letter is nobody's.
func discard(tx *store.Tx, l *postal.Letter) error {
	l.Sealed, l.ClosedAt = nil, tx.Now
	if l.State, l.Cause = postal.Returned, postal.NeverSent; l.Kind == postal.TestLetter {
		l.State, l.Cause = postal.Superseded, ""
	}
	return tx.SaveLetter(l)
}

// alarmRuns writes to those who look after the post, once a day for each run that nobody has confirmed: its PINs lie sealed, and letters may not go out.
func (p *Postroom) alarmRuns(ctx context.Context, c community.Community) error {
	var late []*postal.Run
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		late, err = tx.UnconfirmedRuns(c.ID, tx.Now.Add(-postal.Forgotten))
		return err
	})
	for _, r := range late {
		err = errors.Join(err, p.alarmRun(ctx, c, r))
	}
	return err
}

func (p *Postroom) alarmRun(ctx context.Context, c community.Community, r *postal.Run) error {
	daily := store.Limit{Key: "allarme lotto/" + r.ID, Max: 1, Window: 24 * time.Hour}
	wait, err := p.Store.Reserve(ctx, daily)
	if err != nil || wait > 0 {
		return err
	}
	record := Console().record(audit.RunPost)
	record.Detail["lotto"], record.Detail["passo"] = r.Number, "allarme lotto non confermato"
	err = p.Store.Act(ctx, record, func(tx *store.Tx) error {
		return p.tellStaff(tx, c, []office.Role{office.Supervisor, office.Helpdesk}, mail.RunUnconfirmed, r.Number)
	})
	if err != nil {
		return errors.Join(err, p.Store.Release(ctx, daily))
	}
	p.MailQueued()
	p.Log.Error("un lotto di lettere non è confermato", "lotto", r.Number)
	return nil
}
