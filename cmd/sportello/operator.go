package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"

	"sportello/administration"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

var operatorTools = []tool{
	{"add", "aggiunge un operatore e ne stampa la prima password", func(fs *flag.FlagSet) any {
		var o operatorOptions
		fs.StringVar(&o.username, "username", "", "`nome` con cui entra")
		fs.StringVar(&o.name, "name", "", "`nome` di battesimo")
		fs.StringVar(&o.surname, "surname", "", "`cognome`")
		fs.StringVar(&o.taxCode, "tax-code", "", "`codice` fiscale")
		fs.StringVar(&o.email, "email", "", "`indirizzo` e-mail")
		fs.StringVar(&o.ente, "ente", "", "id o `nome` dell'ente")
		fs.StringVar(&o.role, "role", string(office.Clerk), "`ruolo`: "+strings.Join(roleNames(), ", "))
		fs.BoolVar(&o.fse, "fse", false, "può aprire il Fascicolo sanitario elettronico")
		return &o
	}, addOperator},
	{"list", "elenca gli operatori", nil, listOperators},
	{"disable", "disabilita un operatore: sportello operator disable USERNAME", nil, disableOperator},
	{"reset-second-factor", "azzera il secondo fattore: sportello operator reset-second-factor USERNAME", nil, resetSecondFactor},
}

type operatorOptions struct {
	username, name, surname, taxCode, email, ente, role string
	fse                                                 bool
}

var roles = []office.Role{office.Clerk, office.Supervisor, office.Helpdesk, office.Administrator, office.Auditor}

func roleNames() []string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return names
}

func operatorCommand(ctx context.Context, args []string, std streams) error {
	return runTool(ctx, "operator", operatorTools, args, std)
}

func addOperator(r toolRun) error {
	in := r.given.(*operatorOptions)
	o, err := in.operator()
	if err != nil {
		return err
	}
	var e *office.Ente
	err = r.store.Read(r.ctx, func(tx *store.Tx) error {
		e, err = enteNamed(tx, in.ente)
		return err
	})
	if err != nil {
		return err
	}
	_, password, err := r.administration.AddOperator(r.ctx, administration.Console(), administration.Candidate{Username: o.Username, TaxCode: string(o.TaxCode),
		Name: o.Name, Surname: o.Surname, Email: o.Email, Post: office.Post{Ente: e.ID, Role: office.Role(in.role), FSE: in.fse}})
	if errors.Is(err, store.ErrConflict) {
		return errors.New("username o codice fiscale sono già di un operatore")
	}
	if errors.Is(err, administration.ErrUsername) {
		return errors.New("opzione --username: da 3 a 50 lettere senza accento, cifre, punti e trattini; comincia con una lettera")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, "Aggiunto l'operatore %s.\nPassword iniziale: %s\nNon verrà mostrata di nuovo, e vale 14 giorni. Al primo accesso si attiva il secondo fattore e si sceglie un'altra password.\n", o.Username, password)
	return nil
}

// operator checks the options.
func (in *operatorOptions) operator() (o office.Operator, err error) {
	if err := missing(map[string]string{"username": in.username, "name": in.name, "surname": in.surname, "tax-code": in.taxCode, "email": in.email, "ente": in.ente}); err != nil {
		return o, err
	}
	code, err := person.ParseTaxCode(in.taxCode)
	if err != nil {
		return o, fmt.Errorf("opzione --tax-code: %w", err)
	}
	if !person.ValidEmail(in.email) {
		return o, errors.New("opzione --email: non è un indirizzo e-mail")
	}
	if !slices.Contains(roles, office.Role(in.role)) {
		return o, fmt.Errorf("opzione --role %q: i ruoli sono %s", in.role, strings.Join(roleNames(), ", "))
	}
	return office.Operator{Username: credential.FoldUsername(in.username), Name: in.name, Surname: in.surname, TaxCode: code, Email: in.email}, nil
}

func listOperators(r toolRun) error {
	return r.store.Read(r.ctx, func(tx *store.Tx) error {
		operators, err := tx.Operators()
		for _, o := range operators {
			fmt.Fprintf(r.out, "%s\t%s\t%s\t%s\n", o.Username, o.FullName(), operatorState(o), strings.Join(postNames(tx, o), "; "))
		}
		return err
	})
}

func operatorState(o *office.Operator) string {
	switch {
	case !o.DisabledAt.IsZero():
		return "disabilitato"
	case !o.Enrolled():
		return "da attivare"
	}
	return "attivo"
}

func postNames(tx *store.Tx, o *office.Operator) []string {
	var names []string
	for _, p := range o.Posts {
		name := p.Ente
		if e, err := tx.Ente(p.Ente); err == nil {
			name = e.Name
		}
		if p.FSE {
			name += ", con FSE"
		}
		names = append(names, string(p.Role)+" di "+name)
	}
	return names
}

func disableOperator(r toolRun) error {
	return r.onOperator("Disabilitato l'operatore %s: le sue sessioni sono finite.\n", r.administration.Disable)
}

func resetSecondFactor(r toolRun) error {
	return r.onOperator("Azzerato il secondo fattore di %s: si attiva al prossimo accesso.\n", r.administration.ResetSecondFactor)
}

// onOperator does one act of administration on the operator that the argument names.
func (r toolRun) onOperator(done string, act func(context.Context, administration.Who, administration.Change) error) error {
	if len(r.args) != 1 {
		fmt.Fprintln(r.err, "serve lo username di un operatore, dopo le opzioni")
		return errUsage
	}
	username := credential.FoldUsername(r.args[0])
	var in administration.Change
	err := r.store.Read(r.ctx, func(tx *store.Tx) error {
		o, err := tx.OperatorByUsername(username)
		if err == nil {
			in.Operator = o.ID
		}
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("l'operatore %q non esiste", username)
	}
	if err != nil {
		return err
	}
	err = act(r.ctx, administration.Console(), in)
	if errors.Is(err, administration.ErrNotSo) {
		return fmt.Errorf("l'operatore %q è già così", username)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(r.out, done, username)
	return nil
}
