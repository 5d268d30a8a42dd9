package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"
)

// A measure is a row of what bench prints: a value, and the limit that it must keep.
type measure struct {
	what   string
	engine string // "" where the database plays no part
	value  float64
	unit   string
	limit  float64 // 0 for a row that is only there to compare with
	most   bool    // the limit is the most; otherwise the least
}

func (m measure) verdict() string {
	switch {
	case m.limit == 0:
		return ""
	case m.most == (m.value <= m.limit):
		return "sì"
	}
	return "NO"
}

func (m measure) bound() string {
	if m.limit == 0 {
		return "misura nuda"
	}
	return fmt.Sprintf("%s %.4g %s", map[bool]string{true: "al più", false: "almeno"}[m.most], m.limit, m.unit)
}

// A bench is a run: what it has measured, and the cost of one bare Argon2id.
type bench struct {
	ctx  context.Context
	dir  string
	argo time.Duration // CPU
	rows []measure

	pairs []comparison // of the open forms

	posted int                         // letters of the print run
	only   func(string, *seeder) error // nil for everything
}

func (b *bench) add(m measure) { b.rows = append(b.rows, m) }

func (b *bench) most(what, engine string, value float64, unit string, limit float64) {
	b.add(measure{what, engine, value, unit, limit, true})
}

func (b *bench) least(what, engine string, value float64, unit string, limit float64) {
	b.add(measure{what, engine, value, unit, limit, false})
}

func (b *bench) bare(what, engine string, value float64, unit string) {
	b.add(measure{what: what, engine: engine, value: value, unit: unit})
}

func benchCommand(ctx context.Context, args []string, std streams) error {
	fs := flag.NewFlagSet("sportello bench", flag.ContinueOnError)
	fs.SetOutput(std.err)
	postgres := fs.String("postgres", "", "misura anche su questo `PostgreSQL`: postgres://..., una base vuota")
	search := fs.Bool("search", false, "misura invece le ricerche di Gestione utenti")
	imports := fs.Bool("import", false, "misura invece l'importazione di un elenco")
	post := fs.Bool("post", false, "misura soltanto un lotto di lettere per posta")
	open := fs.Bool("open-forms", false, "misura soltanto i moduli aperti a tutti, per chi è conosciuto e per chi non lo è")
	letters := fs.Int("letters", 10_000, "quante `lettere` nel lotto")
	people := fs.Int("people", 10_000_000, "con --search: quante `persone` generare")
	in := fs.String("dir", "", "con --search: `cartella` per la base dati, che resta e serve di nuovo; vuota, una temporanea")
	write := fs.String("write", "", "con --search: `file` in cui scrivere le misure")
	only := fs.Bool("only-postgres", false, "con --search: non su SQLite")
	if err := fs.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return errUsage
	}
	if *search && *in != "" {
		return (&searchBench{ctx: ctx, people: *people, dir: *in, out: std.out}).run(*write, *postgres, *only)
	}
	dir, err := os.MkdirTemp("", "sportello-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if *search {
		return (&searchBench{ctx: ctx, people: *people, dir: dir, out: std.out}).run(*write, *postgres, *only)
	}
	b := &bench{ctx: ctx, dir: dir, posted: *letters}
	list := &importBench{bench: b, people: importedPeople}
	if *imports {
		list.people = *people
		return errors.Join(list.measure(*postgres), b.print(std))
	}
	if *post {
		b.only = b.printRun
	}
	if *open {
		b.only = b.openForms
	}
	if b.only != nil {
		err := b.engine("sqlite", "")
		if err == nil && *postgres != "" {
			err = b.engine("postgres", *postgres)
		}
		return errors.Join(err, b.print(std))
	}
	for _, step := range []func() error{b.argon, b.disk, func() error { return b.engine("sqlite", "") }, func() error {
		if *postgres == "" {
			return nil
		}
		return b.engine("postgres", *postgres)
	}, func() error { return list.measure(*postgres) }, b.start} {
		if err := step(); err != nil {
			return err
		}
	}
	return b.print(std)
}

func (b *bench) print(std streams) error {
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d core, %s, %s\n\n", runtime.NumCPU(), runtime.Version(), clock().Format(time.DateOnly))
	b.printComparisons(w)
	fmt.Fprintln(w, "misura\tbase\tvalore\tlimite\trispettato")
	for _, m := range b.rows {
		fmt.Fprintf(w, "%s\t%s\t%.4g %s\t%s\t%s\n", m.what, m.engine, m.value, m.unit, m.bound(), m.verdict())
	}
	return w.Flush()
}

// engine measures what needs a database, in a demo on it.
func (b *bench) engine(name, dsn string) error {
	directory := b.dir + "/" + name
	if err := os.Mkdir(directory, 0o700); err != nil {
		return err
	}
	d, err := openDemo(b.ctx, demoPlace{directory: directory, database: dsn, publicURL: "http://localhost:8080"}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer d.close()
	if b.only != nil {
		return b.only(name, d.seeded)
	}
	for _, step := range []func(string, *seeder) error{b.activation, b.logIn, b.burst, b.session, b.acts, b.pages, b.openForms, b.letters, b.printRun} {
		if err := step(name, d.seeded); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// cpu is the processor time that f takes, in the whole process.
func cpu(f func() error) (time.Duration, error) {
	before := usage()
	err := f()
	return usage() - before, err
}

func usage() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail for oneself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// repeat runs f n times and gives the mean of its CPU.
func repeat(n int, f func(i int) error) (time.Duration, error) {
	total, err := cpu(func() error {
		for i := range n {
			if err := f(i); err != nil {
				return err
			}
		}
		return nil
	})
	return total / time.Duration(n), err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// quantile of durations, 0.5 or 0.99.
func quantile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
