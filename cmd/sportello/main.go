// Command sportello runs the desk: `serve` for production, `demo` to look at it, and the tools of the administrator.
//
// It wires the packages together and holds no rule of the field. Only here are the clock and the source of chance named.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// Streams are the three that a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// A command is a row of the table. It returns nil, errUsage, or what went wrong.
type command struct {
	name    string
	meaning string
	run     func(ctx context.Context, args []string, std streams) error
}

// errUsage means that the command was called wrongly and has already said how to call it; errQuiet that there is
// nothing more to say.
var (
	errUsage = errors.New("uso errato")
	errQuiet = errors.New("già detto")
)

// commands are all there are, in the order of the help.
func commands() []command {
	return []command{
		{"serve", "avvia il servizio", serveCommand},
		{"demo", "avvia una dimostrazione con dati inventati", demoCommand},
		{"migrate", "crea o aggiorna la base dati, e il file delle chiavi se manca", migrateCommand},
		{"ente", "aggiunge ed elenca gli enti", enteCommand},
		{"operator", "aggiunge, elenca, disabilita gli operatori; azzera il secondo fattore", operatorCommand},
		{"import", "precarica persone da un elenco CSV", importCommand},
		{"letters", "prepara i lotti delle lettere per posta, registra la consegna alla tipografia", lettersCommand},
		{"audit", "elenca e filtra il registro degli atti", auditCommand},
		{"revocations", "apre il registro delle revoche per una persona, con un motivo", revocationsCommand},
		{"taxcode", "controlla codici fiscali", func(_ context.Context, args []string, std streams) error {
			return exitStatus(taxcodeCommand(args, std.in, std.out, std.err))
		}},
		{"bench", "misura velocità e memoria, accanto ai loro limiti su questa macchina", benchCommand},
		{"version", "dice quale versione è", versionCommand},
	}
}

// exitStatus is the error of a command that has already said what was wrong.
func exitStatus(status int) error {
	switch status {
	case 0:
		return nil
	case 2:
		return errUsage
	}
	return errQuiet
}

// run does what the arguments say: 0 is done, 1 went wrong, 2 was called wrongly.
func run(args []string, std streams) int {
	if len(args) == 0 {
		help(std.err)
		return 2
	}
	if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
		help(std.out)
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return finish(c, args[1:], std)
		}
	}
	fmt.Fprintf(std.err, "sportello: il comando %q non esiste.\n\n", args[0])
	help(std.err)
	return 2
}

func finish(c command, args []string, std streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	switch err := c.run(ctx, args, std); {
	case err == nil, errors.Is(err, errHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	case errors.Is(err, errQuiet):
		return 1
	default:
		fmt.Fprintf(std.err, "sportello %s: %v\n", c.name, err)
		return 1
	}
}

func help(w io.Writer) {
	fmt.Fprint(w, "Sportello registra i cittadini a uno sportello, consegna loro le credenziali e li fa entrare.\n\nUso: sportello COMANDO [OPZIONI]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", c.name, c.meaning)
	}
	fmt.Fprint(w, `  help       mostra questa pagina

"sportello COMANDO -h" elenca le opzioni di un comando. Ogni impostazione si dà nel file (--config sportello.toml), oppure
in un'opzione (--database), che vince sul file, oppure in una variabile d'ambiente (SPORTELLO_DATABASE), che vince su tutto.
`)
}

func versionCommand(_ context.Context, _ []string, std streams) error {
	fmt.Fprintln(std.out, "sportello", version())
	return nil
}

// version is the module's, or the commit of a build from the repository.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "sconosciuta"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return info.Main.Version
}

// clock and chance are the real ones.
var (
	clock  = time.Now
	chance = rand.Reader
)
