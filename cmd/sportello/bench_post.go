package main

import (
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// printRun measures a print run of many letters: how fast it is written, encrypted, into the folder of the printing house, and how much memory
// that takes beyond what was there. The letters are test letters, which differ from those with a PIN in some words only.
func (b *bench) printRun(engine string, s *seeder) error {
	of := s.web.Communities[0].ID
	if err := b.fillQueue(s, of); err != nil {
		return err
	}
	who := postroom.Console()
	id, err := s.postroom.Begin(b.ctx, who, of)
	if err != nil {
		return err
	}
	stop := peakHeap()
	begin := clock()
	busy, err := cpu(func() error { return s.postroom.Make(b.ctx, id) })
	took, peak := clock().Sub(begin), stop()
	if err != nil {
		return err
	}
	var run *postal.Run
	if err := s.store.Read(b.ctx, func(tx *store.Tx) (err error) { run, err = tx.Run(id); return err }); err != nil {
		return err
	}
	what := fmt.Sprintf("lotto di %d lettere", run.Letters)
	b.least(what, engine, float64(run.Letters)/took.Seconds(), "al s", 150)
	b.bare(what+", CPU per lettera", engine, milliseconds(busy)/float64(run.Letters), "ms")
	b.most(what+", memoria in più", engine, peak, "MB", 60)
	b.bare(what+", grandezza", engine, float64(run.Files[0].Bytes)/1e6, "MB")
	begin = clock()
	err = errors.Join(s.postroom.Confirm(b.ctx, who, id), s.postroom.Close(b.ctx, id))
	b.bare(what+", PIN distrutti", engine, float64(run.Letters)/clock().Sub(begin).Seconds(), "al s")
	return err
}

// fillQueue queues as many letters as the run is to have.
func (b *bench) fillQueue(s *seeder, of community.ID) error {
	const each = 1000
	for done := 0; done < b.posted; done += each {
		err := s.store.Act(b.ctx, audit.Origin{}.Begin(audit.RunPost, audit.BySystem, ""), func(tx *store.Tx) (err error) {
			for i := range min(each, b.posted-done) {
				l := &postal.Letter{Community: of, Lang: "it", Secret: "prova",
					Address: postal.Address{Name: "Ada Esempio", Lines: []string{"ADA ESEMPIO", fmt.Sprint("VIA DEGLI ESEMPI ", done+i), "10100 TORINO TO"}}}
				err = errors.Join(err, tx.QueueTest(l, "ACDEFHJKMNPQ"))
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// peakHeap watches the memory in use until it is stopped; it gives how much more it was at most than at the beginning, in MB.
func peakHeap() (stop func() float64) {
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runtime.GC()
	before := inUse()
	var most atomic.Uint64
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for {
			most.Store(max(most.Load(), inUse()))
			select {
			case <-done:
				return
			case <-ticker.C:
			}
		}
	}()
	return func() float64 {
		close(done)
		<-ended
		return max(0, float64(most.Load())-float64(before)) / 1e6
	}
}
