package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"sportello/office"
	"sportello/store"
)

// A tool is a subcommand of the administrator's, "operator add": it works on the database without a page.
type tool struct {
	name  string
	about string
	flags func(*flag.FlagSet) any // its own flags, and where they are kept
	run   func(toolRun) error
}

// A toolRun is a tool at work.
type toolRun struct {
	*house
	streams
	ctx   context.Context
	given any // what tool.flags gave
	args  []string
}

// runTool finds the tool that args name, opens the database and runs it.
func runTool(ctx context.Context, command string, tools []tool, args []string, std streams) error {
	for _, t := range tools {
		if len(args) > 0 && args[0] == t.name {
			return t.open(ctx, command, args[1:], std)
		}
	}
	fmt.Fprintf(std.err, "Uso: sportello %s AZIONE [OPZIONI]\n\n", command)
	for _, t := range tools {
		fmt.Fprintf(std.err, "  %-20s %s\n", t.name, t.about)
	}
	return errUsage
}

func (t tool) open(ctx context.Context, command string, args []string, std streams) error {
	var given any
	c, rest, err := readConfig(strings.TrimSpace(command+" "+t.name), args, std.err, func(fs *flag.FlagSet) {
		if t.flags != nil {
			given = t.flags(fs)
		}
	})
	if err != nil {
		return err
	}
	h := &house{config: c, log: newLog(c, std.err)}
	if err := h.openStore(ctx); err != nil {
		return err
	}
	defer h.close()
	return t.run(toolRun{h, std, ctx, given, rest})
}

// enteNamed finds an ente by its id or its name.
func enteNamed(tx *store.Tx, name string) (*office.Ente, error) {
	enti, err := tx.Enti()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range enti {
		if e.ID == name || e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return nil, fmt.Errorf("l'ente %q non esiste; ci sono: %s", name, strings.Join(names, "; "))
}

// missing says which mandatory options were not given.
func missing(options map[string]string) error {
	for _, name := range sortedKeys(options) {
		if strings.TrimSpace(options[name]) == "" {
			return fmt.Errorf("manca l'opzione --%s", name)
		}
	}
	return nil
}
