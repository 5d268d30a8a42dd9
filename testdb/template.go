package testdb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // goose asks for database/sql
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite"
)

// migrations are the files that make the tables, as they lie in the repository.
func migrations() (fs.FS, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return os.DirFS(filepath.Join(dir, "store", "migrations")), nil
		}
		if dir == filepath.Dir(dir) {
			return nil, fmt.Errorf("no go.mod above the working directory: %w", fs.ErrNotExist)
		}
		dir = filepath.Dir(dir)
	}
}

func makeTables(dialect goose.Dialect, driver, dsn string) error {
	files, err := migrations()
	if err != nil {
		return err
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	p, err := goose.NewProvider(dialect, db, files)
	if err != nil {
		return err
	}
	_, err = p.Up(context.Background())
	return err
}

// sqliteTables is a database file with tables and no rows: they are made once in a process.
var sqliteTables = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "sportello-tables-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "tables.db")
	if err := makeTables(goose.DialectSQLite3, "sqlite", "file:"+file+"?_pragma=synchronous(OFF)"); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// postgresTables is the name of a database with tables and no rows, which others are copied from. It stays on the server for the next run, under a
// name that says of which migrations it is.
var postgresTables = sync.OnceValues(func() (name string, err error) {
	server := os.Getenv(serverVariable)
	digest, err := fingerprint()
	if err != nil {
		return "", err
	}
	name = "sportello_tables_" + digest
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx) // and with it the lock: other packages' tests want the same
	var there bool
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(7768, 1)`); err != nil {
		return "", err
	}
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	unfinished := name + "_new"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + unfinished + " WITH (FORCE)", create(unfinished, "template0")} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return "", err
		}
	}
	at, err := address(server, unfinished)
	if err == nil {
		err = makeTables(goose.DialectPostgres, "pgx", at)
	}
	if err == nil {
		_, err = conn.Exec(ctx, "ALTER DATABASE "+unfinished+" RENAME TO "+name)
	}
	return name, err
})

// create is the statement that copies a database. A template of ours is ordered by bytes already.
func create(name, template string) string {
	return "CREATE DATABASE " + name + " TEMPLATE " + template + " ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
}

func fingerprint() (string, error) {
	files, err := migrations()
	if err != nil {
		return "", err
	}
	h := sha256.New()
	err = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(content), content)
		return err
	})
	return hex.EncodeToString(h.Sum(nil)[:8]), err
}
