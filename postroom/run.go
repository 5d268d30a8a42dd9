package postroom

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/postal"
	"sportello/printing"
	"sportello/store"
)

// Begin begins a run with all letters of a community that wait; the files are written in the background, or by Make. A run that is being made already
// is given back. Errors: office.ErrForbidden, office.ErrStaleLogin, store.ErrNotFound, ErrNoKey, ErrNothing, printing.ErrNoFolder.
func (p *Postroom) Begin(ctx context.Context, who Who, of community.ID) (id string, err error) {
	record := who.record(audit.RunPost)
	act := func(tx *store.Tx) error {
		if err := p.may(who, of, tx.Now); err != nil {
			return err
		}
		r, err := p.begin(tx, who, of)
		if err != nil {
			return err
		}
		id = r.ID
		tx.Record.Detail["lotto"], tx.Record.Detail["passo"] = r.Number, "inizio"
		return nil
	}
	err = p.Store.Act(ctx, record, act)
	if errors.Is(err, store.ErrConflict) { // begun by somebody else in this moment
		err = p.Store.Act(ctx, record, act)
	}
	if err == nil {
		p.Kick()
	}
	return id, err
}

func (p *Postroom) begin(tx *store.Tx, who Who, of community.ID) (*postal.Run, error) {
	if r, err := tx.RunInMaking(of); !errors.Is(err, store.ErrNotFound) {
		return r, err
	}
	c, err := p.community(of)
	if err != nil {
		return nil, err
	}
	switch {
	case p.Folder.Dir == "":
		return nil, printing.ErrNoFolder
	case c.Post.Key == "":
		return nil, ErrNoKey
	}
	n, err := tx.CountLetters(of)
	if err != nil {
		return nil, err
	}
	if n[postal.Waiting] == 0 {
		return nil, ErrNothing
	}
	r := &postal.Run{Community: of, CreatedBy: who.Operator.ID}
	return r, tx.AddRun(r, tx.Now.In(p.Zone))
}

// Confirm notes that the printing house has a run: its secrets are destroyed now, in the background or by Close. Doing it twice changes nothing.
// Errors: those of Begin, ErrRunState.
func (p *Postroom) Confirm(ctx context.Context, who Who, id string) error {
	err := p.onRun(ctx, who, id, "consegna", func(tx *store.Tx, r *postal.Run) error {
		if r.State == postal.Closing || r.State == postal.Gone {
			return nil
		}
		if r.State != postal.Ready {
			return ErrRunState
		}
		r.State, r.SentAt, r.SentBy = postal.Closing, tx.Now, who.Operator.ID
		return tx.SaveRun(r)
	})
	if err == nil {
		p.Kick()
	}
	return err
}

// Remake has the files of a run made again, with the same letters and today's key: the ones before were lost, or made for a wrong key.
// Errors: those of Confirm, ErrReason.
func (p *Postroom) Remake(ctx context.Context, who Who, id, reason string) error {
	err := p.onRun(ctx, who, id, "rifacimento", func(tx *store.Tx, r *postal.Run) error {
		if tx.Record.Reason = strings.TrimSpace(reason); tx.Record.Reason == "" {
			return ErrReason
		}
		if r.State != postal.Ready {
			return ErrRunState
		}
		r.State, r.Trouble = postal.Preparing, ""
		r.Remakes++
		return tx.SaveRun(r)
	})
	if errors.Is(err, store.ErrConflict) {
		return ErrMaking
	}
	if err == nil {
		p.Kick()
	}
	return err
}

// onRun is one act on a run.
func (p *Postroom) onRun(ctx context.Context, who Who, id, step string, f func(*store.Tx, *postal.Run) error) error {
	return p.Store.Act(ctx, who.record(audit.RunPost), func(tx *store.Tx) error {
		r, err := tx.Run(id)
		if err != nil {
			return err
		}
		if err := p.may(who, r.Community, tx.Now); err != nil {
			return err
		}
		tx.Record.Detail["lotto"], tx.Record.Detail["passo"], tx.Record.Detail["lettere"] = r.Number, step, strconv.Itoa(r.Letters)
		return f(tx, r)
	})
}
