package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

// Tries reserved at once are all counted; one given back may be made again.
func TestReserve(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		l := store.Limit{Key: "anna", Max: 5, Window: time.Minute}
		var let atomic.Int32
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				wait, err := h.Reserve(ctx, store.Limit{Key: "wide", Max: 100, Window: time.Minute}, l)
				if err != nil {
					t.Error(err)
				}
				if wait == 0 {
					let.Add(1)
				} else if wait > time.Minute {
					t.Errorf("to wait %s", wait)
				}
			})
		}
		wg.Wait()
		if let.Load() != 5 {
			t.Errorf("%d tries, want 5", let.Load())
		}
		must(t, h.act(t, func(tx *store.Tx) error { return tx.Release(l) }))
		for i, free := range []bool{true, false} {
			if wait, err := h.Reserve(ctx, l); err != nil || (wait == 0) != free {
				t.Errorf("try %d afterwards: wait %s, %v", i, wait, err)
			}
		}
		*h.now = h.now.Add(-time.Hour) // a clock set back locks nobody out for longer than the window
		if wait, err := h.Exceeded(ctx, l); err != nil || wait > time.Minute {
			t.Errorf("to wait %s, %v", wait, err)
		}
	})
}

// Acts that arrive while the database is closed get an answer.
func TestCloseWhileActsArrive(t *testing.T) {
	keys, err := vault.Create(filepath.Join(t.TempDir(), "keys"), rand.Reader)
	must(t, err)
	for range 10 {
		db, err := store.Open(ctx, testdb.SQLite(t), store.Options{Now: time.Now, Rand: rand.Reader, Sealer: keys})
		must(t, err)
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				for db.Act(ctx, audit.Record{Deed: audit.OperatorChange, ActorKind: audit.BySystem}, func(*store.Tx) error { return nil }) == nil {
				}
			})
		}
		must(t, db.Close())
		answered := make(chan struct{})
		go func() { wg.Wait(); close(answered) }()
		ended, cancel := context.WithTimeout(ctx, 20*time.Second)
		select {
		case <-answered:
		case <-ended.Done():
			t.Fatal("an act waits for ever")
		}
		cancel()
	}
}

// Two acts that take the same rows in opposite order are both done: PostgreSQL ends one, which begins anew.
func TestDeadlock(t *testing.T) {
	h := open(t, testdb.Postgres(t))
	_, _, o := h.register(t)
	papers := []registration.Paper{registration.PINLetter, registration.SummarySheet}
	must(t, h.act(t, func(tx *store.Tx) error {
		return errors.Join(tx.CountPrint(o.ID, papers[0]), tx.CountPrint(o.ID, papers[1]))
	}))
	var met sync.WaitGroup
	met.Add(2)
	var first [2]sync.Once
	results := make([]error, 2)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			results[i] = h.act(t, func(tx *store.Tx) error {
				if err := tx.CountPrint(o.ID, papers[i]); err != nil {
					return err
				}
				first[i].Do(func() { met.Done(); met.Wait() })
				return tx.CountPrint(o.ID, papers[1-i])
			})
		})
	}
	wg.Wait()
	must(t, errors.Join(results...))
}
