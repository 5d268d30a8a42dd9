package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/vault"
)

// The register is opened for one tax code at a time, with a reason, and that leaves a record.
func TestRevocationsCommand(t *testing.T) {
	dir := t.TempDir()
	database, keyFile := filepath.Join(dir, "s.db"), filepath.Join(dir, "s.keys")
	sportello := func(in string, args ...string) (int, string) {
		var out bytes.Buffer
		status := run(append(args, "--database", database, "--key-file", keyFile), streams{strings.NewReader(in), &out, &out})
		return status, out.String()
	}
	if status, out := sportello("", "migrate"); status != 0 {
		t.Fatal(out)
	}
	keys, err := vault.Open(keyFile, chance)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), database, store.Options{Now: clock, Rand: chance, Sealer: keys})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.Act(t.Context(), system(audit.RevokeCitizen), func(tx *store.Tx) error {
		return tx.AddRevoked(person.Person{TaxCode: "RSSMRA80A01H501U"}, store.Revoked{At: time.Unix(1790000000, 0).UTC(), Registration: "r1", Number: "1234567897",
			Operations: []store.RevokedOperation{{Kind: registration.Revocation, Outcome: registration.Success}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, in string
		args     []string
		status   int
		says     string
	}{
		{"no reason", "RSSMRA80A01H501U", nil, 1, "--reason"},
		{"no tax code", "", []string{"--reason", "prot. 7"}, 1, "ingresso standard"},
		{"no such tax code", "RSSMRA80A01H501Z", []string{"--reason", "prot. 7"}, 1, "ingresso standard"},
		{"somebody else", "BNCGLI85C52L219J", []string{"--reason", "prot. 7"}, 0, "Nessuna revoca."},
		{"found", " rssmra80a01h501u\n", []string{"--reason", "prot. 7"}, 0, `"numero": "1234567897"`},
	} {
		status, out := sportello(tt.in, append([]string{"revocations"}, tt.args...)...)
		if status != tt.status || !strings.Contains(out, tt.says) || strings.Contains(out, "RSSMRA") {
			t.Errorf("%s: %d %s", tt.name, status, out)
		}
	}
	opened := 0
	err = db.Audit(t.Context(), audit.Filter{Deed: audit.OpenRegister}, func(r audit.Record) error {
		opened++
		if r.Reason != "prot. 7" || r.PersonMAC == "" {
			t.Errorf("record %+v", r)
		}
		return nil
	})
	if err != nil || opened != 2 {
		t.Errorf("%d openings on record, %v", opened, err)
	}
}
