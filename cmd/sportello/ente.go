package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

var enteTools = []tool{
	{"add", "aggiunge un ente", func(fs *flag.FlagSet) any {
		var e enteOptions
		fs.StringVar(&e.name, "name", "", "`nome` dell'ente")
		fs.StringVar(&e.of, "of", "", "`community` in cui registra; senza, quella del portale")
		fs.StringVar(&e.issues, "issues", "", "credenziali che consegna: `forti` o deboli")
		fs.StringVar(&e.provinces, "provinces", "", "`sigle` delle province di competenza, separate da virgole")
		fs.StringVar(&e.comuni, "comuni", "", "`codici` catastali dei comuni di competenza, separati da virgole")
		fs.StringVar(&e.address, "address", "", "`indirizzo` dell'ente")
		fs.BoolVar(&e.pinOnly, "pin-only", false, "non consegna codici di attivazione (centri per l'impiego)")
		return &e
	}, addEnte},
	{"list", "elenca gli enti", nil, listEnti},
}

type enteOptions struct {
	name, of, issues, provinces, comuni, address string
	pinOnly                                      bool
}

func enteCommand(ctx context.Context, args []string, std streams) error {
	return runTool(ctx, "ente", enteTools, args, std)
}

func addEnte(r toolRun) error {
	in := r.given.(*enteOptions)
	if err := missing(map[string]string{"name": in.name, "issues": in.issues}); err != nil {
		return err
	}
	set, own, err := loadCommunities(r.config)
	if err != nil {
		return err
	}
	if in.of == "" {
		in.of = string(own.ID)
	}
	e, err := in.ente(set)
	if err != nil {
		return err
	}
	if e.ID, err = r.store.NewID(); err != nil {
		return err
	}
	err = r.store.Act(r.ctx, system(audit.EnteChange), func(tx *store.Tx) error {
		tx.Record.Ente, tx.Record.Detail = e.ID, map[string]string{"azione": "aggiunta"}
		if _, err := enteNamed(tx, e.Name); err == nil {
			return store.ErrConflict
		}
		return tx.AddEnte(&e)
	})
	if err != nil {
		return fmt.Errorf("ente %q: %w", e.Name, err)
	}
	fmt.Fprintf(r.out, "Aggiunto l'ente %s (%s).\n", e.Name, e.ID)
	return nil
}

// ente checks the options.
func (in *enteOptions) ente(set community.Set) (office.Ente, error) {
	e := office.Ente{Name: strings.TrimSpace(in.name), Community: community.ID(in.of), Issues: office.Issues(in.issues), PINOnly: in.pinOnly, Address: in.address}
	of, ok := set.ByID(e.Community)
	if !ok {
		return e, fmt.Errorf("opzione --of %q: la community non esiste; ci sono %v", in.of, set.IDs())
	}
	e.Realm = of.Realm
	if e.Issues != office.IssuesStrong && e.Issues != office.IssuesWeak {
		return e, fmt.Errorf("opzione --issues %q: sono ammesse le parole forti, deboli", in.issues)
	}
	places := person.ItalianPlaces()
	for _, sigla := range splitList(in.provinces) {
		if len(places.Comuni(sigla)) == 0 {
			return e, fmt.Errorf("opzione --provinces: %q non è la sigla di una provincia", sigla)
		}
		e.Competence.Provinces = append(e.Competence.Provinces, sigla)
	}
	for _, code := range splitList(in.comuni) {
		if _, ok := places.Comune(code); !ok {
			return e, fmt.Errorf("opzione --comuni: %q non è il codice catastale di un comune", code)
		}
		e.Competence.Comuni = append(e.Competence.Comuni, code)
	}
	return e, nil
}

func splitList(s string) []string {
	return strings.FieldsFunc(strings.ToUpper(s), func(r rune) bool { return r == ',' || r == ' ' })
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func listEnti(r toolRun) error {
	return r.store.Read(r.ctx, func(tx *store.Tx) error {
		enti, err := tx.Enti()
		for _, e := range enti {
			fmt.Fprintf(r.out, "%s\t%s\t%s\tcredenziali %s\tcompetenza %s\n", e.ID, e.Name, e.Community, e.Issues,
				strings.Join(slices.Concat(e.Competence.Provinces, e.Competence.Comuni), ","))
		}
		return err
	})
}
