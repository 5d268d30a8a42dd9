package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
)

// auditOptions are the filters, as typed.
type auditOptions struct {
	from, to, deed, outcome, operator, ente, registration string
	limit                                                 int
	asJSON                                                bool
}

func auditCommand(ctx context.Context, args []string, std streams) error {
	flags := func(fs *flag.FlagSet) any {
		var o auditOptions
		fs.StringVar(&o.from, "from", "", "dal `giorno`, 2026-11-21 (Roma), compreso")
		fs.StringVar(&o.to, "to", "", "al `giorno`, compreso")
		fs.StringVar(&o.deed, "deed", "", "`atto`, per esempio \"registrazione\" o \"accesso operatore\"")
		fs.StringVar(&o.outcome, "outcome", "", "`esito`: eseguito o rifiutato")
		fs.StringVar(&o.operator, "operator", "", "`username` dell'operatore")
		fs.StringVar(&o.ente, "ente", "", "id o `nome` dell'ente")
		fs.StringVar(&o.registration, "registration", "", "`numero` di registrazione")
		fs.IntVar(&o.limit, "limit", 0, "al massimo `quanti`; 0 tutti")
		fs.BoolVar(&o.asJSON, "json", false, "un oggetto JSON per riga")
		return &o
	}
	return tool{name: "", flags: flags, run: listAudit}.open(ctx, "audit", args, std)
}

func listAudit(r toolRun) error {
	in := r.given.(*auditOptions)
	if len(r.args) > 0 {
		fmt.Fprintf(r.err, "argomenti di troppo: %q\n", r.args)
		return errUsage
	}
	f, err := in.filter(r.ctx, r.store)
	if err != nil {
		return err
	}
	line := auditLine
	if in.asJSON {
		line = func(w io.Writer, rec audit.Record) error { return json.NewEncoder(w).Encode(rec) }
	}
	return r.store.Audit(r.ctx, f, func(rec audit.Record) error { return line(r.out, rec) })
}

// filter finds the ids behind the names.
func (in *auditOptions) filter(ctx context.Context, db *store.DB) (f audit.Filter, err error) {
	f = audit.Filter{Deed: audit.Deed(in.deed), Outcome: audit.Outcome(in.outcome), Limit: in.limit}
	if in.outcome != "" && f.Outcome != audit.Done && f.Outcome != audit.Refused {
		return f, fmt.Errorf("opzione --outcome %q: è %s o %s", in.outcome, audit.Done, audit.Refused)
	}
	if f.From, err = romanDay("from", in.from); err != nil {
		return f, err
	}
	if f.To, err = romanDay("to", in.to); err != nil {
		return f, err
	}
	if !f.To.IsZero() {
		f.To = f.To.AddDate(0, 0, 1)
	}
	return f, db.Read(ctx, func(tx *store.Tx) error {
		if in.operator != "" {
			o, err := tx.OperatorByUsername(in.operator)
			if err != nil {
				return fmt.Errorf("opzione --operator %q: %w", in.operator, errUnknown(err))
			}
			f.Actor = o.ID
		}
		if in.ente != "" {
			e, err := enteNamed(tx, in.ente)
			if err != nil {
				return err
			}
			f.Ente = e.ID
		}
		return in.named(tx, &f)
	})
}

// named finds the registration by its number.
func (in *auditOptions) named(tx *store.Tx, f *audit.Filter) error {
	if in.registration == "" {
		return nil
	}
	n, err := registration.ParseNumber(in.registration)
	if err != nil {
		return errors.New("opzione --registration: non è un numero di registrazione")
	}
	r, err := tx.RegistrationByNumber(n)
	if err != nil {
		return fmt.Errorf("opzione --registration: %w", errUnknown(err))
	}
	f.Registration = r.ID
	return nil
}

// errUnknown says in Italian that there is nothing of that name.
func errUnknown(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return errors.New("non esiste")
	}
	return err
}

// romanDay is midnight in Rome.
func romanDay(option, day string) (time.Time, error) {
	if day == "" {
		return time.Time{}, nil
	}
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return time.Time{}, err
	}
	t, err := time.ParseInLocation(time.DateOnly, day, rome)
	if err != nil {
		return t, fmt.Errorf("opzione --%s %q: serve un giorno come 2026-11-21", option, day)
	}
	return t, nil
}

// auditLine is a record on one line, its parts between tabs.
func auditLine(w io.Writer, r audit.Record) error {
	var rest []string
	for _, part := range []struct{ name, value string }{{"chi", string(r.ActorKind) + " " + r.Actor}, {"ente", r.Ente}, {"registrazione", r.Registration},
		{"operazione", r.Operation}, {"da", r.Address}, {"motivo", r.Reason}, {"richiesta", r.Request}} {
		if value := strings.TrimSpace(part.value); value != "" {
			rest = append(rest, part.name+"="+value)
		}
	}
	for _, key := range sortedKeys(r.Detail) {
		rest = append(rest, key+"="+r.Detail[key])
	}
	_, err := fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", r.Seq, r.At.UTC().Format(time.RFC3339), r.Deed, r.Outcome, strings.Join(rest, "\t"))
	return err
}
