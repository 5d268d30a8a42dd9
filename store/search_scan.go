package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"sportello/person"
)

// A scan finds rows in the database by reading the listing in order, which takes time where little is found.
type scan struct {
	tx   *Tx
	c    Criteria // folded
	args []any
}

// rows implements finder.
func (q *scan) rows(r run) ([]key, error) {
	columns, way, than := "surname, name, number", "", " > "
	if r.byDate {
		columns = "created_at, number"
	}
	if r.down {
		way, than = " DESC", " < "
	}
	query := q.find("surname, name, created_at, number")
	if r.beyond != nil {
		query += " AND (" + columns + ")" + than + "(" + q.after(r) + ")"
	}
	query += " ORDER BY " + strings.ReplaceAll(columns, ",", way+",") + way + fmt.Sprintf(" LIMIT %d", r.size)
	var keys []key
	err := q.tx.all(query, q.args, func(rows *sql.Rows) error {
		var k key
		err := rows.Scan(&k.Surname, &k.Name, &k.Created, &k.Number)
		keys = append(keys, k)
		return err
	})
	return keys, err
}

func (q *scan) after(r run) string {
	if r.byDate {
		return q.arg(r.beyond.Created) + ", " + q.arg(r.beyond.Number)
	}
	return q.arg(r.beyond.Surname) + ", " + q.arg(r.beyond.Name) + ", " + q.arg(r.beyond.Number)
}

// count implements finder.
func (q *scan) count(most int) (n int, err error) {
	query := fmt.Sprintf("SELECT COUNT(*) FROM (%s LIMIT %d) AS counted", q.find("1"), most)
	return n, q.tx.one(query, q.args, &n)
}

func (q *scan) find(columns string) string {
	q.args = nil
	return "SELECT " + columns + " FROM listing WHERE " + q.conditions()
}

func (q *scan) conditions() string {
	c := q.c
	where := []string{"realm = " + q.arg(c.Realm)}
	for _, x := range []struct{ column, value string }{
		{"community", string(c.Community)}, {"province", c.Province}, {"comune", c.Comune}, {"state", string(c.State)},
	} {
		if x.value != "" {
			where = append(where, x.column+" = "+q.arg(x.value))
		}
	}
	for _, x := range []struct{ column, value string }{{"surname", c.Surname}, {"name", c.Name}, {"tax_code", c.TaxCode}} {
		if x.value != "" {
			where = append(where, x.column+" LIKE "+q.arg("%"+x.value+"%"))
		}
	}
	return strings.Join(slices.Concat(where, q.dates(), q.strength(), q.area()), " AND ")
}

func (q *scan) dates() (where []string) {
	if !q.c.From.IsZero() {
		where = append(where, "created_at >= "+q.arg(q.c.From.Unix()))
	}
	if !q.c.To.IsZero() {
		where = append(where, "created_at < "+q.arg(q.c.To.Unix()))
	}
	return where
}

func (q *scan) strength() []string {
	switch q.c.Strong {
	case OnlyStrong:
		return []string{"strong"}
	case OnlyWeak:
		return []string{"NOT strong"}
	}
	return nil
}

// area is the competence: residents abroad are in everybody's.
func (q *scan) area() []string {
	if q.c.Within == nil {
		return nil
	}
	any := []string{"province = " + q.arg(person.AbroadProvince)}
	for _, x := range []struct {
		column string
		values []string
	}{{"province", q.c.Within.Provinces}, {"comune", q.c.Within.Comuni}} {
		if len(x.values) > 0 {
			any = append(any, x.column+" IN ("+q.list(x.values)+")")
		}
	}
	return []string{"(" + strings.Join(any, " OR ") + ")"}
}

func (q *scan) list(values []string) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = q.arg(v)
	}
	return strings.Join(places, ", ")
}

// arg gives the place of an argument.
func (q *scan) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}
