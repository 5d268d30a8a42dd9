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
	"sync"
	"time"

	"sportello/audit"
	"sportello/office"
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

// A family is a kind of search: what an operator types who looks for somebody.
type family struct {
	name  string
	typed func(b *searchBench, x store.Preloaded, c *store.Criteria)
}

var families = []family{
	{"codice fiscale intero", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode) }},
	{"codice fiscale, primi 6", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:6]) }},
	{"codice fiscale, primi 8", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:8]) }},
	{"numero", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Number = x.Registration.Number }},
	{"cognome, inizio di 3", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = begin(x.Person.Surname, 3) }},
	{"cognome, 3 ovunque", surname3},
	{"cognome, 4 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 4) }},
	{"cognome, 6 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 6) }},
	{"nome, 3 ovunque", name3},
	{"nome, 5 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Name = b.part(x.Person.Name, 5) }},
	{"cognome e nome, 3 ovunque", both(surname3, name3)},
	{"cognome 3, comune", both(surname3, inComune)},
	{"cognome 3, provincia", both(surname3, inProvince)},
	{"cognome 3, competenza", both(surname3, within)},
	{"cognome 3, stato", both(surname3, inState)},
	{"cognome 3, reg. forte", both(surname3, isStrong)},
	{"cognome 3, community", both(surname3, inCommunity)},
	{"cognome 3, date", both(surname3, inMonth)},
	{"nome 3, comune", both(name3, inComune)},
	{"nome 3, provincia", both(name3, inProvince)},
	{"nome 3, competenza", both(name3, within)},
	{"nome 3, stato", both(name3, inState)},
	{"nome 3, date", both(name3, inMonth)},
	{"cognome e nome, competenza, stato, date", both(surname3, name3, within, inState, inMonth)},
	{"cf primi 6, competenza", both(func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[:6]) }, within)},
	{"comune", inComune},
	{"competenza", within},
	{"comune, stato, date", both(inComune, inState, inMonth)},
	{"stato, date", both(inState, inMonth)},
	{"stato", inState},
	{"nessun filtro", func(*searchBench, store.Preloaded, *store.Criteria) {}},
	{"cognome, 2 ovunque", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Surname = b.part(x.Person.Surname, 2) }},
	{"codice fiscale, nel mezzo", func(b *searchBench, x store.Preloaded, c *store.Criteria) { c.TaxCode = string(x.Person.TaxCode[8:13]) }},
}

func surname3(b *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Surname = b.part(x.Person.Surname, 3)
}
func name3(b *searchBench, x store.Preloaded, c *store.Criteria) { c.Name = b.part(x.Person.Name, 3) }
func inComune(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Comune = x.Person.Residence.Comune
}
func inProvince(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Province = x.Person.Residence.Province
}
func inState(_ *searchBench, x store.Preloaded, c *store.Criteria) { c.State = x.Registration.State }
func isStrong(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Strong = map[bool]store.Strength{true: store.OnlyStrong, false: store.OnlyWeak}[x.Registration.Strong]
}
func inCommunity(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Community = x.Registration.Community
}
func inMonth(_ *searchBench, x store.Preloaded, c *store.Criteria) {
	c.From = x.Registration.CreatedAt.AddDate(0, 0, -10)
	c.To = c.From.AddDate(0, 1, 0)
}

// within is a desk's competence: the province of Torino, or 300 comuni.
func within(b *searchBench, x store.Preloaded, c *store.Criteria) {
	c.Within = &office.Competence{Provinces: []string{"TO"}}
	if b.chance.IntN(2) == 0 {
		c.Within = &office.Competence{}
		for _, home := range b.population.homes[50:350] {
			c.Within.Comuni = append(c.Within.Comuni, home.value.Code)
		}
	}
}

func both(parts ...func(*searchBench, store.Preloaded, *store.Criteria)) func(*searchBench, store.Preloaded, *store.Criteria) {
	return func(b *searchBench, x store.Preloaded, c *store.Criteria) {
		for _, part := range parts {
			part(b, x, c)
		}
	}
}

func begin(s string, n int) string { s = store.Key(s); return s[:min(n, len(s))] }

// part is a piece of a word, from anywhere in it.
func (b *searchBench) part(s string, n int) string {
	s = store.Key(s)
	if len(s) <= n {
		return s
	}
	at := b.chance.IntN(len(s) - n + 1)
	return s[at : at+n]
}

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
