package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"sportello/audit"
	"sportello/communities"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/preload"
	"sportello/store"
	"sportello/vault"
)

// importedPeople is how long the list of an ordinary run is.
const importedPeople = 50_000

// An importBench measures the import of a list (A11), from the file to the last commit.
type importBench struct {
	*bench
	people int
	places *person.Places
	made   *population
}

// measure writes a list and imports it on SQLite, and on PostgreSQL where there is one.
func (b *importBench) measure(postgres string) error {
	var err error
	if b.places, err = readPlaces(config{}, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	b.made = newPopulation(b.places, clock())
	if err := cmp.Or(b.list(wholeList, b.people), b.list(besideList, importedBeside)); err != nil {
		return err
	}
	if err := b.run("sqlite", filepath.Join(b.dir, "import.db")); err != nil || postgres == "" {
		return err
	}
	return b.run("postgres", postgres)
}

// The lists: one that is imported alone, and a short one that is imported while a desk works.
const (
	wholeList      = "elenco.csv"
	besideList     = "secondo elenco.csv"
	importedBeside = 30_000
)

// list writes a file of people.
func (b *importBench) list(name string, people int) error {
	p := b.made
	out, err := os.Create(filepath.Join(b.dir, name))
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "codice_fiscale;cognome;nome;data_nascita;sesso;indirizzo;civico;comune;cap;email")
	for range people {
		x := p.person("").Person
		if x.Residence.Nation != "" {
			x.Residence.Comune, x.Residence.PostalCode = "L219", "10100"
		}
		fmt.Fprintf(w, "%s;%s;%s;%s;%s;%s;%s;%s;%s;%s\n", x.TaxCode, x.Surname, x.Name, x.BirthDate, x.Sex, x.Residence.Address, x.Residence.Number, x.Residence.Comune, x.Residence.PostalCode, x.Contacts.Email)
		p.made++
	}
	return errors.Join(w.Flush(), out.Close())
}

// run tries and imports the list.
func (b *importBench) run(engine, dsn string) error {
	keys, err := vault.Create(filepath.Join(b.dir, engine+".keys"), chance)
	if err != nil {
		return err
	}
	db, err := store.Open(b.ctx, dsn, store.Options{Now: clock, Rand: chance, Sealer: keys})
	if err != nil {
		return err
	}
	defer db.Close()
	set, err := community.LoadAll(communities.FS)
	if err != nil {
		return err
	}
	ente := office.Ente{ID: "elenco", Name: "Elenco", Community: "sistemapiemonte", Realm: "sistemapiemonte", Issues: office.IssuesWeak}
	for _, p := range b.places.Provinces() {
		ente.Competence.Provinces = append(ente.Competence.Provinces, p.Sigla)
	}
	if err := db.Act(b.ctx, system(audit.OperatorChange), func(tx *store.Tx) error { return tx.AddEnte(&ente) }); err != nil {
		return err
	}
	if err := b.door(engine, db); err != nil {
		return err
	}
	p := &preload.Preload{Store: db, Communities: set, Places: b.places, Sealer: keys, Rand: chance, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Hasher: credential.NewHasher(credential.Hashing{Cost: credential.FloorCost, MAC: keys.MAC, Rand: chance, Width: 1})}
	given := func(name string) (*preload.Local, error) {
		return p.Local(b.ctx, preload.Console(ente), name, func() (io.ReadCloser, error) { return os.Open(filepath.Join(b.dir, name)) })
	}
	l, err := given(wholeList)
	if err != nil {
		return err
	}
	if err := b.alone(engine, l); err != nil {
		return err
	}
	if l, err = given(besideList); err != nil {
		return err
	}
	return cmp.Or(l.Try(b.ctx), db.Warm(), b.beside(engine, db, func() error { return l.Take(b.ctx) }))
}

// alone tries and imports a list while nobody else does anything.
func (b *importBench) alone(engine string, l *preload.Local) error {
	runtime.GC()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{{"prova di un elenco", l.Try}, {"importazione di un elenco", l.Take}} {
		idle, begin := resident(), clock()
		watching, highest := make(chan struct{}), make(chan float64)
		go watch(watching, highest)
		used, err := cpu(func() error { return step.do(b.ctx) })
		took := clock().Sub(begin).Seconds()
		close(watching)
		if err != nil {
			return err
		}
		b.least(step.what, engine, float64(b.people)/took, "persone al s", 20_000)
		b.bare(step.what+", CPU a persona", engine, used.Seconds()*1e6/float64(b.people), "µs")
		b.bare(step.what+", memoria in più", engine, max(0, <-highest-idle), "MB")
	}
	if l.Taken.Accepted != int64(b.people) {
		return fmt.Errorf("%+v", l.Taken)
	}
	return nil
}

// door measures what bounds an import: people who are ready, by the store's door alone, as many an act as an import may take.
func (b *importBench) door(engine string, db *store.DB) error {
	const each, acts = 1000, 20
	p := newPopulation(b.places, clock())
	var batches [][]store.Preloaded
	for range acts {
		batch := make([]store.Preloaded, each)
		for i := range batch {
			x, err := p.one(db.NewID)
			if err != nil {
				return err
			}
			x.Person.Realm, x.Registration.Realm = "porta", "porta" // beside those of the list
			batch[i] = x
		}
		batches = append(batches, batch)
	}
	i := 0
	perSecond, err := rate(acts, func() error {
		i++
		return db.Act(b.ctx, system(audit.Import), func(tx *store.Tx) error { return tx.AddPreloaded(batches[i-1]) })
	})
	b.bare("persone pronte, la sola base dati", engine, perSecond*each, "persone al s")
	return err
}
