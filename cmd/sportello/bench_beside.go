package main

import (
	"context"
	"time"

	"sportello/audit"
	"sportello/store"
)

// A deskBeside is a desk that works while a list is imported: it registers somebody and searches, again and again, with a pause.
type deskBeside struct {
	db         *store.DB
	population *population

	acts, searches []time.Duration
}

// work goes on until ctx ends.
func (d *deskBeside) work(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(50 * time.Millisecond):
		}
		x, err := d.population.one(d.db.NewID)
		if err != nil {
			return err
		}
		x.Person.Realm, x.Registration.Realm = "banco", "banco" // nobody of the list
		begin := clock()
		err = d.db.Act(ctx, system(audit.RegisterCitizen), func(tx *store.Tx) error {
			return firstOf(tx.AddPerson(x.Person), tx.AddRegistration(x.Registration))
		})
		registered := clock()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = d.db.Search(ctx, store.Criteria{Realm: "sistemapiemonte", Surname: x.Person.Surname[:3], Name: x.Person.Name[:3]}, store.Slice{Size: 20})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		d.acts, d.searches = append(d.acts, registered.Sub(begin)), append(d.searches, clock().Sub(registered))
	}
}

// beside runs what a desk works beside, and tells how long the desk waited.
func (b *importBench) beside(engine string, db *store.DB, run func() error) error {
	d := &deskBeside{db: db, population: newPopulation(b.places, clock())}
	d.population.made = 100_000_000 // numbers that others do not have
	ctx, stop := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() { ended <- d.work(ctx) }()
	err := run()
	stop()
	if err = firstOf(err, <-ended); err != nil || len(d.acts) == 0 {
		return err
	}
	for _, x := range []struct {
		what  string
		times []time.Duration
	}{{"registrare allo sportello durante un'importazione", d.acts}, {"cercare durante un'importazione", d.searches}} {
		b.bare(x.what+", p50", engine, milliseconds(quantile(x.times, 0.5)), "ms")
		b.bare(x.what+", p99", engine, milliseconds(quantile(x.times, 0.99)), "ms")
	}
	return nil
}
