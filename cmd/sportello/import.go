package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"sportello/office"
	"sportello/preload"
	"sportello/store"
)

// importOptions are those of the import of a list from this machine.
type importOptions struct {
	ente, report string
	trial        bool
}

func importCommand(ctx context.Context, args []string, std streams) error {
	var file string
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		file, args = args[0], args[1:]
	}
	var in importOptions
	c, rest, err := readConfig("import", args, std.err, func(fs *flag.FlagSet) {
		fs.StringVar(&in.ente, "ente", "", "`nome` dell'ente che importa")
		fs.BoolVar(&in.trial, "dry-run", false, "prova soltanto: nessuno è importato")
		fs.StringVar(&in.report, "report", "", "`file` CSV in cui scrivere il rapporto")
	})
	if err != nil {
		return err
	}
	if file == "" && len(rest) == 1 {
		file, rest = rest[0], nil
	}
	if file == "" || len(rest) > 0 {
		fmt.Fprintln(std.err, "Uso: sportello import FILE --ente NOME [--dry-run] [--report FILE]")
		return errUsage
	}
	if err := missing(map[string]string{"ente": in.ente}); err != nil {
		return err
	}
	h := &house{config: c, log: newLog(c, std.err)}
	if err := h.openStore(ctx); err != nil {
		return err
	}
	defer h.close()
	return h.importFile(ctx, file, in, std)
}

func (h *house) importFile(ctx context.Context, file string, in importOptions, std streams) error {
	set, _, err := loadCommunities(h.config)
	if err != nil {
		return err
	}
	places, err := readPlaces(h.config, h.log)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		return err
	}
	p := h.intake(set, places, zone)
	var ente *office.Ente
	if err := h.store.Read(ctx, func(tx *store.Tx) (err error) { ente, err = enteNamed(tx, in.ente); return err }); err != nil {
		return err
	}
	who := preload.Console(*ente)
	l, err := p.Local(ctx, who, file, func() (io.ReadCloser, error) { return os.Open(file) })
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return errors.Join(runImport(ctx, l, in, std), writeReport(ctx, p, who, l.ID, in.report))
}

// runImport tries a list, says what came of it and, unless that was all, imports it.
func runImport(ctx context.Context, l *preload.Local, in importOptions, std streams) error {
	if l.State == preload.Finished {
		fmt.Fprintln(std.out, "Questo file è già stato importato: non c'è altro da fare.")
		return nil
	}
	if err := l.Try(ctx); err != nil {
		return err
	}
	if l.State == preload.Faulty {
		return errors.New(preload.FaultText(l.Fault))
	}
	tell(std.out, "Prova", "da importare", l.Checked)
	if in.trial {
		return nil
	}
	before, began := l.Taken.Lines, clock()
	err := l.Take(ctx)
	if ctx.Err() != nil {
		tell(std.out, "Interrotta", "importate", l.Taken)
		fmt.Fprintln(std.out, "Lo stesso comando riprende da qui.")
		return errQuiet
	}
	if err != nil {
		return err
	}
	tell(std.out, "Importazione", "importate", l.Taken)
	if took := clock().Sub(began).Seconds(); took > 1 {
		fmt.Fprintf(std.out, "%.0f secondi, %.0f persone al secondo.\n", took, float64(l.Taken.Lines-before)/took)
	}
	return nil
}

func tell(w io.Writer, what, accepted string, t preload.Tally) {
	fmt.Fprintf(w, "%s: %d righe, %d %s (%d con avvisi), %d già presenti, %d non importabili.\n", what, t.Lines, t.Accepted, accepted, t.Warned, t.Skipped, t.Refused)
}

func writeReport(ctx context.Context, p *preload.Preload, who preload.Who, id, file string) error {
	if file == "" {
		return nil
	}
	report, err := p.Report(context.WithoutCancel(ctx), who, id)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(report.Write(context.WithoutCancel(ctx), out), out.Close())
}
