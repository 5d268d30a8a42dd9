package main

import (
	"bufio"
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
	file   string
	places *person.Places
}

// measure writes a list and imports it on SQLite, and on PostgreSQL where there is one.
func (b *importBench) measure(postgres string) error {
	var err error
	if b.places, err = readPlaces(config{}, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	if err := b.list(); err != nil {
		return err
	}
	if err := b.run("sqlite", filepath.Join(b.dir, "import.db")); err != nil || postgres == "" {
		return err
	}
	return b.run("postgres", postgres)
}

// list writes the file.
func (b *importBench) list() error {
	p := newPopulation(b.places, clock())
	b.file = filepath.Join(b.dir, "elenco.csv")
	out, err := os.Create(b.file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, "codice_fiscale;cognome;nome;data_nascita;sesso;indirizzo;civico;comune;cap;email")
	for range b.people {
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
	l, err := p.Local(b.ctx, preload.Console(ente), "elenco.csv", func() (io.ReadCloser, error) { return os.Open(b.file) })
	if err != nil {
		return err
	}
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
