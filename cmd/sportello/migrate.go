package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"sportello/audit"
	"sportello/store"
	"sportello/vault"
)

// migrateCommand brings the database up to date, and draws the keys of a new installation.
func migrateCommand(ctx context.Context, args []string, std streams) error {
	c, _, err := readConfig("migrate", args, std.err, nil)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, c.database, store.Options{Now: clock, Rand: chance})
	if err != nil {
		return fmt.Errorf("impostazione database: %w", err)
	}
	defer db.Close()
	if _, err := os.Stat(c.keyFile); errors.Is(err, fs.ErrNotExist) {
		if err := createKeys(ctx, db, c); err != nil {
			return err
		}
		fmt.Fprintf(std.out, "Creato il file delle chiavi %s: conservarne una copia al sicuro, lontano dalla base dati.\n", c.keyFile)
	}
	v, err := db.SchemaVersion(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "La base dati è alla versione %d.\n", v)
	return nil
}

// errLostKeys keeps somebody who has lost the keys from going on with new ones: nothing sealed could be read again.
var errLostKeys = errors.New("il file delle chiavi non c'è, ma la base dati contiene già atti: recuperare il file dalla copia")

// createKeys draws the keys of a database in which nothing has been done yet.
func createKeys(ctx context.Context, db *store.DB, c config) error {
	used := errors.New("used")
	err := db.Audit(ctx, audit.Filter{Limit: 1}, func(audit.Record) error { return used })
	if errors.Is(err, used) {
		return fmt.Errorf("impostazione key_file = %q: %w", c.keyFile, errLostKeys)
	}
	if err != nil {
		return err
	}
	_, err = vault.Create(c.keyFile, chance)
	return err
}
