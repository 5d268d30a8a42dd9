// Package testdb gives each test a database of its own on every engine that Sportello runs on.
//
// It makes empty databases and removes them; tables are the store's business. Only tests import it.
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

// Each runs test once per engine, as subtests "sqlite" and "postgres", each with the address of an empty
// database that is gone when the subtest ends. The databases are apart: test may call t.Parallel. With TEST_ENGINE=postgres, or
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

// SQLite is the path of a database file that does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "sportello.db")
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
	run(t, server, "CREATE DATABASE "+name+" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
	t.Cleanup(func() { run(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return onServer(t, server, name)
}

// onServer is the address of the database name on server.
func onServer(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s is no address: %v", serverVariable, err)
	}
	u.Path = "/" + name
	return u.String()
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
