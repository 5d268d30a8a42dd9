package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sportello/registration"
	"sportello/store"
	"sportello/vault"
)

// A searchBench measures the searches of Gestione utenti among many people.
type searchBench struct {
	ctx    context.Context
	people int
	dir    string
	out    io.Writer
	report strings.Builder

	store      *store.DB
	population *population
	sample     []store.Preloaded // people to look for
	chance     *rand.Rand
}

const (
	sampled  = 5000 // people who are looked for
	asked    = 150  // searches of each kind
	mostPlan = 160  // letters of a line of a plan: some list every number of a page
)

func (b *searchBench) say(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	b.report.WriteString(line)
	fmt.Fprint(b.out, line)
}

func (b *searchBench) open(dsn string) error {
	keys, err := vault.Open(filepath.Join(b.dir, "keys"), chance)
	if errors.Is(err, fs.ErrNotExist) {
		keys, err = vault.Create(filepath.Join(b.dir, "keys"), chance)
	}
	if err != nil {
		return err
	}
	b.store, err = store.Open(b.ctx, dsn, store.Options{Now: clock, Rand: chance, Sealer: keys})
	return err
}

// run measures on SQLite, and on PostgreSQL where there is one.
func (b *searchBench) run(file, postgres string, only bool) error {
	b.say("# Quanto sono veloci le ricerche di Gestione utenti\n\nScritto da `make bench-search`; come funzionano è in [decisions/0006](decisions/0006-search-in-memory.md).\n\n")
	b.say("%d core, %s, %s; %d persone\n", runtime.NumCPU(), runtime.Version(), clock().Format(time.DateOnly), b.people)
	if !only {
		if err := b.engine("SQLite", filepath.Join(b.dir, "search.db")); err != nil {
			return err
		}
	}
	if postgres != "" {
		if err := b.engine("PostgreSQL", postgres); err != nil {
			return err
		}
	}
	if file == "" {
		return nil
	}
	return os.WriteFile(file, []byte(b.report.String()), 0o644)
}

// engine fills one database and measures on it.
func (b *searchBench) engine(name, dsn string) error {
	places, err := readPlaces(config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	b.population, b.chance, b.sample = newPopulation(places, clock()), rand.New(rand.NewPCG(4, 2)), nil
	if err := b.open(dsn); err != nil {
		return err
	}
	b.say("\n## %s\n\n", name)
	for _, step := range []func() error{b.load(dsn), b.restart(dsn), b.alone, b.plans, b.together} {
		if err := step(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return b.store.Close()
}

// load fills the database, unless it is full already, and draws the people to look for.
func (b *searchBench) load(dsn string) func() error {
	return func() error {
		there, err := b.counted(dsn)
		if err != nil {
			return err
		}
		if there < b.people {
			begin := clock()
			if err := b.fill(dsn); err != nil {
				return err
			}
			b.say("Riempite le tabelle con %d persone in %.0f s.\n\n", b.people, clock().Sub(begin).Seconds())
		}
		b.population.chance = rand.New(rand.NewPCG(uint64(clock().UnixNano()), 1)) // whoever registers now is new, even if an earlier run had a writer too
		b.population.made = max(there, b.people) + b.population.chance.IntN(100_000_000)
		return b.draw(dsn)
	}
}

func (b *searchBench) counted(dsn string) (n int, err error) {
	db, err := connect(dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return n, db.QueryRowContext(b.ctx, "SELECT COUNT(*) FROM listing").Scan(&n)
}

// draw takes people at random to look for.
func (b *searchBench) draw(dsn string) error {
	db, err := connect(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	for range sampled {
		x := store.Preloaded{Person: &store.Person{}, Registration: &registration.Registration{}}
		p, r, at := x.Person, x.Registration, int64(0)
		err := db.QueryRowContext(b.ctx, `SELECT registration.number, registration.community, registration.state, registration.strong, registration.created_at,
			person.tax_code, person.surname, person.name, person.province, person.comune
			FROM registration JOIN person ON person.id = registration.person_id WHERE registration.number >= $1 ORDER BY registration.number LIMIT 1`,
			fmt.Sprint(1_000_000_000+b.chance.Int64N(8_990_000_000))).Scan(&r.Number, &r.Community, &r.State, &r.Strong, &at,
			&p.TaxCode, &p.Surname, &p.Name, &p.Residence.Province, &p.Residence.Comune)
		if err != nil {
			return err
		}
		r.CreatedAt = time.Unix(at, 0).UTC()
		b.sample = append(b.sample, x)
	}
	return nil
}

// restart opens the database anew and searches while memory is being filled.
func (b *searchBench) restart(dsn string) func() error {
	return func() error {
		if err := b.store.Close(); err != nil {
			return err
		}
		runtime.GC()
		before := resident()
		if err := b.open(dsn); err != nil {
			return err
		}
		begin, warmed := clock(), make(chan error, 1)
		go func() { warmed <- b.store.Warm() }()
		var times []time.Duration
		cut := 0
		for len(warmed) == 0 {
			t, f, err := b.search(families[b.chance.IntN(len(families)-2)], store.Slice{Size: 20})
			if err != nil {
				return err
			}
			times = append(times, t)
			if f.Cut {
				cut++
			}
		}
		took := clock().Sub(begin)
		runtime.GC()
		b.say("Riavvio: elenco in memoria dopo %.1f s; intanto %d ricerche miste nella base dati, p50 %.1f ms, p99 %.1f ms, troncate %d. Memoria per l'elenco: %.0f MB.\n\n",
			took.Seconds(), len(times), milliseconds(quantile(times, 0.5)), milliseconds(quantile(times, 0.99)), cut, resident()-before)
		return firstOf(<-warmed, b.coldly())
	}
}

// coldly measures the first searches after a start.
func (b *searchBench) coldly() error {
	var times []time.Duration
	for range asked {
		t, _, err := b.search(families[b.chance.IntN(len(families)-2)], benchSlices[b.chance.IntN(len(benchSlices))].slice)
		if err != nil {
			return err
		}
		times = append(times, t)
	}
	b.say("Le prime %d ricerche miste dopo: %s.\n\n", asked, spread(times))
	return nil
}

// spread writes durations as p50, p99 and the longest.
func spread(times []time.Duration) string {
	if len(times) == 0 {
		return "nessuna"
	}
	return fmt.Sprintf("p50 %.2f ms, p99 %.2f ms, massimo %.2f ms", milliseconds(quantile(times, 0.5)), milliseconds(quantile(times, 0.99)), milliseconds(quantile(times, 1)))
}

func (b *searchBench) criteria(f family) store.Criteria {
	c := store.Criteria{Realm: "sistemapiemonte"}
	f.typed(b, b.sample[b.chance.IntN(len(b.sample))], &c)
	return c
}

func (b *searchBench) search(f family, s store.Slice) (time.Duration, store.Found, error) {
	c := b.criteria(f)
	begin := clock()
	found, err := b.store.Search(b.ctx, c, s)
	return clock().Sub(begin), found, err
}

// slices are the pages that are asked for.
var benchSlices = []struct {
	name  string
	slice store.Slice
}{
	{"prima", store.Slice{Size: 20}}, {"ultima", store.Slice{Size: 20, Last: true}}, {"recenti", store.Slice{Size: 20, Order: store.NewestFirst}},
}

// alone measures one search after the other.
func (b *searchBench) alone() error {
	b.say("Un client; tempi in ms: p50 / p99 / massimo di %d ricerche, ciascuna di una persona estratta a sorte.\n\n", asked)
	b.say("| ricerca | prima pagina | ultima pagina | le più recenti | CPU media | troncate |\n|---|---|---|---|---|---|\n")
	for _, f := range families {
		b.say("| %s", f.name)
		cut, made, before := 0, 0, usage()
		for _, s := range benchSlices {
			var times []time.Duration
			for range asked {
				t, found, err := b.search(f, s.slice)
				if err != nil {
					return err
				}
				if found.Cut {
					cut++
				}
				times, made = append(times, t), made+1
				if f.name == families[len(families)-1].name && len(times) == 5 {
					break // these take all the time there is
				}
			}
			b.say(" | %.2f / %.2f / %.2f", milliseconds(quantile(times, 0.5)), milliseconds(quantile(times, 0.99)), milliseconds(quantile(times, 1)))
		}
		b.say(" | %.2f | %d |\n", milliseconds(usage()-before)/float64(made), cut)
	}
	b.say("\n")
	return nil
}

// plans writes how the first page of each family is found.
func (b *searchBench) plans() error {
	b.say("<details><summary>Piani</summary>\n\n```\n")
	for _, f := range families {
		plan, err := b.store.Explain(b.ctx, b.criteria(f), benchSlices[0].slice)
		if err != nil {
			return err
		}
		for i, line := range plan {
			if runes := []rune(line); len(runes) > mostPlan {
				plan[i] = string(runes[:mostPlan]) + "..."
			}
		}
		b.say("%s:\n    %s\n", f.name, strings.Join(plan, "\n    "))
	}
	b.say("```\n\n</details>\n\n")
	return nil
}
