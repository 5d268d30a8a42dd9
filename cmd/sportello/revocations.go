package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"

	"sportello/audit"
	"sportello/person"
	"sportello/store"
)

var errNoTaxCode = errors.New("scrivi il codice fiscale sull'ingresso standard: sulla riga di comando lo vedrebbero altri")

// revocationsCommand opens the register of revocations for one person, whose tax code comes on standard input. It asks for a
// reason, which stays in the audit (mission S31).
func revocationsCommand(ctx context.Context, args []string, std streams) error {
	flags := func(fs *flag.FlagSet) any {
		return fs.String("reason", "", "`motivo`: la richiesta documentata, per esempio il protocollo")
	}
	return tool{name: "", flags: flags, run: openRegister}.open(ctx, "revocations", args, std)
}

func openRegister(r toolRun) error {
	reason := *r.given.(*string)
	if err := missing(map[string]string{"reason": reason}); err != nil {
		return err
	}
	code, err := typedCode(r.streams)
	if err != nil {
		return err
	}
	record := system(audit.OpenRegister)
	record.Reason, record.PersonMAC = reason, r.store.PersonMAC(code)
	var lines []store.Revoked
	err = r.store.Act(r.ctx, record, func(tx *store.Tx) error {
		lines, err = tx.Revoked(code)
		return err
	})
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		fmt.Fprintln(r.out, "Nessuna revoca.")
		return nil
	}
	out := json.NewEncoder(r.out)
	out.SetIndent("", "  ")
	for _, line := range lines {
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func typedCode(std streams) (person.TaxCode, error) {
	lines := bufio.NewScanner(std.in)
	if !lines.Scan() {
		return "", errors.Join(errNoTaxCode, lines.Err())
	}
	code, err := person.ParseTaxCode(lines.Text())
	if err != nil {
		return "", errNoTaxCode
	}
	return code, nil
}
