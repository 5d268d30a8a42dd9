package main

import (
	"errors"
	"sync"
	"time"

	"sportello/audit"
	"sportello/store"
)

// together measures eight clients while another registers: first people who look at what they found before they search again, then
// machines that never pause, which is as much as the processors can do.
func (b *searchBench) together() error {
	for _, x := range []struct {
		name  string
		pause time.Duration
		each  int
	}{{"con 100 ms di pausa fra una ricerca e l'altra", 100 * time.Millisecond, 150}, {"senza pause", 0, 400}} {
		times, writes, took, cut, err := b.crowd(x.pause, x.each)
		if err != nil {
			return err
		}
		b.say("8 client che cercano (tutte le righe della tabella tranne le ultime due) mentre un altro registra, %s: %.0f ricerche al s, %s, troncate %d; %.0f registrazioni al s con il loro atto, %s.\n\n",
			x.name, float64(len(times))/took, spread(times), cut, float64(len(writes))/took, spread(writes))
	}
	return nil
}

// crowd has eight clients search, each so many times, while another registers.
func (b *searchBench) crowd(pause time.Duration, each int) (times, writes []time.Duration, took float64, cut int, err error) {
	const clients = 8
	var mu sync.Mutex
	stop, written := make(chan struct{}), make(chan error, 1)
	go func() { written <- b.register(stop, pause, &writes) }()
	var all sync.WaitGroup
	begin := clock()
	for range clients {
		all.Go(func() {
			for range each {
				time.Sleep(pause)
				mu.Lock()
				f := families[b.chance.IntN(len(families)-2)]
				c, s := b.criteria(f), benchSlices[b.chance.IntN(len(benchSlices))].slice
				mu.Unlock()
				start := clock()
				found, failed := b.store.Search(b.ctx, c, s)
				t := clock().Sub(start)
				mu.Lock()
				times, err = append(times, t), firstOf(err, failed)
				if found.Cut {
					cut++
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	took = clock().Sub(begin).Seconds()
	close(stop)
	return times, writes, took, cut, firstOf(<-written, err)
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// register registers people one by one, each in an act, until it is told to stop.
func (b *searchBench) register(stop <-chan struct{}, pause time.Duration, times *[]time.Duration) error {
	for {
		time.Sleep(pause)
		select {
		case <-stop:
			return nil
		default:
		}
		x, err := b.population.one(b.store.NewID)
		if err != nil {
			return err
		}
		begin := clock()
		err = b.store.Act(b.ctx, system(audit.RegisterCitizen), func(tx *store.Tx) error {
			return firstOf(tx.AddPerson(x.Person), tx.AddRegistration(x.Registration))
		})
		if errors.Is(err, store.ErrConflict) {
			continue // the population of another run had the same person
		}
		if err != nil {
			return err
		}
		*times = append(*times, clock().Sub(begin))
	}
}
