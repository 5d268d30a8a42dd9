package preload

import (
	"context"
	"errors"
	"io"
	"time"

	"sportello/audit"
	"sportello/store"
)

const (
	pollEvery = 10 * time.Second
	keptFor   = 30 * 24 * time.Hour // an uploaded file that nobody confirms
)

// Run works on uploaded imports until ctx ends: those that a stop or a crash broke off go on.
func (p *Preload) Run(ctx context.Context) {
	if p.Dir == "" {
		return
	}
	for ctx.Err() == nil {
		worked, err := p.Step(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Error("importazione", "errore", err)
		}
		if worked && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-p.kicks():
		case <-time.After(pollEvery):
		}
	}
}

// Step works on the oldest uploaded import that waits for it, and tells whether there was one.
func (p *Preload) Step(ctx context.Context) (worked bool, err error) {
	var list []*store.Import
	err = p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.UploadedImports(Trying, Running)
		return err
	})
	for _, x := range list {
		if worked, err = p.work(ctx, x); worked || err != nil {
			return worked, err
		}
	}
	return false, errors.Join(err, p.tidy(ctx))
}

func (p *Preload) work(ctx context.Context, x *store.Import) (worked bool, err error) {
	open := func() (io.ReadCloser, error) { return p.unseal(x.ID) }
	if x.State == Trying {
		err = p.try(ctx, x, open)
	} else {
		err = p.take(ctx, x, open)
	}
	switch {
	case errors.Is(err, ErrGone): // the file is on another machine
		return false, nil
	case errors.Is(err, store.ErrStale): // somebody has stopped it
		return true, nil
	case err == nil && (x.State == Finished || x.State == Faulty):
		err = p.forget(x.ID)
	}
	return true, err
}

// tidy gives up what has waited for too long.
func (p *Preload) tidy(ctx context.Context) error {
	var list []*store.Import
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = tx.UploadedImports(Tried, Stopped)
		return err
	})
	for _, x := range list {
		if err == nil && p.Store.Now().Sub(x.CreatedAt) > keptFor {
			err = errors.Join(p.Store.Act(ctx, p.record(x, "scadenza"), func(tx *store.Tx) error {
				x.State, x.EndedAt = GivenUp, tx.Now
				tx.Record.ActorKind, tx.Record.Actor = audit.BySystem, ""
				return tx.SaveImport(x)
			}), p.forget(x.ID))
		}
	}
	return err
}
