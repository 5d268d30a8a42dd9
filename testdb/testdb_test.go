package testdb_test

import (
	"database/sql"
	"strings"
	"testing"

	"sportello/testdb"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// open opens dsn the way its form asks for.
func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(dsn, "postgres://") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// TestOwnDatabase makes the same table twice per engine: a shared database would refuse the second.
func TestOwnDatabase(t *testing.T) {
	for range 2 {
		testdb.Each(t, func(t *testing.T, dsn string) {
			t.Parallel()
			exec(t, open(t, dsn), "CREATE TABLE mine (n BIGINT)")
		})
	}
}

// TestOrder checks that both engines sort by bytes: capitals first, accents last.
func TestOrder(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		db := open(t, dsn)
		exec(t, db, "CREATE TABLE words (word TEXT)")
		exec(t, db, "INSERT INTO words VALUES ('è'), ('a'), ('Z'), ('b'), ('A')")
		rows, err := db.Query("SELECT word FROM words ORDER BY word")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var got []string
		for rows.Next() {
			var word string
			if err := rows.Scan(&word); err != nil {
				t.Fatal(err)
			}
			got = append(got, word)
		}
		if joined := strings.Join(got, " "); joined != "A Z a b è" {
			t.Errorf("order is %q", joined)
		}
	})
}
