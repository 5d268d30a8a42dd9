package citizen_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// rows are all rows of all tables, as text, by table.
func (h house) rows(t *testing.T) map[string][]string {
	t.Helper()
	driver, tables := "sqlite", `SELECT name FROM sqlite_master WHERE type = 'table'`
	if strings.HasPrefix(h.dsn, "postgres://") {
		driver, tables = "pgx", `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	db, err := sql.Open(driver, h.dsn)
	must(t, err)
	defer db.Close()
	all := map[string][]string{}
	for _, name := range column(t, db, tables) {
		all[name] = table(t, db, name)
	}
	return all
}

func column(t *testing.T, db *sql.DB, query string) (values []string) {
	t.Helper()
	rows, err := db.Query(query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var v string
		must(t, rows.Scan(&v))
		values = append(values, v)
	}
	must(t, rows.Err())
	return values
}

func table(t *testing.T, db *sql.DB, name string) (lines []string) {
	t.Helper()
	rows, err := db.Query("SELECT * FROM " + name)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		must(t, rows.Scan(into...))
		var line strings.Builder
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			fmt.Fprintf(&line, "%s=%v ", columns[i], v)
		}
		lines = append(lines, line.String())
	}
	must(t, rows.Err())
	slices.Sort(lines)
	return lines
}

// bookkeeping are the tables that may change where nothing was done.
var bookkeeping = []string{"audit", "audit_head", "session", "attempt"}

// unchanged tells that between two moments nothing was done.
func unchanged(t *testing.T, before, after map[string][]string) {
	t.Helper()
	for name := range after {
		if !slices.Contains(bookkeeping, name) && !slices.Equal(before[name], after[name]) {
			t.Errorf("table %s changed:\n%s\n%s", name, strings.Join(before[name], "\n"), strings.Join(after[name], "\n"))
		}
	}
}
