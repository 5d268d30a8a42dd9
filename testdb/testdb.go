// Package testdb gives each test a database of its own on every engine that Sportello runs on.
//
// It makes databases with the tables of today and no rows, and removes them: the migrations run once, and each test gets a copy. Only tests import it.
package testdb

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// engines are the names of the subtests of Each, and how each makes its database.
var engines = []struct {
	name string
	dsn  func(testing.TB) string
}{
	{"sqlite", SQLite},
	{"postgres", Postgres},
}

// Each runs test once per engine, as subtests "sqlite" and "postgres", each with the address of a
// database without rows that is gone when the subtest ends. The databases are apart: test may call t.Parallel. With TEST_ENGINE=postgres, or
// sqlite, the other engine is left out.
func Each(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	for _, engine := range engines {
		if only := os.Getenv("TEST_ENGINE"); only != "" && only != engine.name {
			continue
		}
		t.Run(engine.name, func(t *testing.T) { test(t, engine.dsn(t)) })
	}
}

// SQLite is the path of a database file.
func SQLite(t testing.TB) string {
	t.Helper()
	tables, err := sqliteTables()
	if err != nil {
		t.Fatalf("making tables: %v", err)
	}
	file := filepath.Join(t.TempDir(), "sportello.db")
	if err := os.WriteFile(file, tables, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// serverVariable names the environment variable that holds the address of a PostgreSQL server for tests.
const serverVariable = "TEST_POSTGRES"

// count numbers the databases of this process.
var count atomic.Int64

// Postgres is the address of a new database, ordered by bytes, on the server that TEST_POSTGRES names.
// Without a server it skips the test under -short and fails it otherwise, saying how to get one.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv(serverVariable)
	if server == "" && testing.Short() {
		t.Skip("no PostgreSQL under -short")
	}
	if server == "" {
		t.Fatalf("this test needs PostgreSQL; run it as\n\tscripts/with-postgres.sh go test -run '^%s$' ./...", t.Name())
	}
	name := fmt.Sprintf("sportello_%d_%d", os.Getpid(), count.Add(1))
	// A database left behind by an earlier process of the same number goes first.
	run(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	tables, err := postgresTables()
	if err != nil {
		t.Fatalf("making tables: %v", err)
	}
	run(t, server, create(name, tables))
	t.Cleanup(func() { run(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	at, err := address(server, name)
	if err != nil {
		t.Fatalf("%s is no address: %v", serverVariable, err)
	}
	return at
}

// address is where a database on server is.
func address(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	u.Path = "/" + name
	return u.String(), nil
}

// run executes one statement on a connection of its own.
func run(t testing.TB, dsn, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatalf("connecting to %s: %v", serverVariable, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
