package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"sportello/person"
)

// A scan finds rows in the database by reading the listing in order, which takes time where little is found. It reads piece by piece, so
// that it can end when its time is over: a statement of SQLite's that has given a row cannot be broken off.
type scan struct {
	tx   *Tx
	c    Criteria // folded
	args []any
}

// scanPiece is how many rows of the listing a statement reads at most; tests read less.
var scanPiece = 4000

// rows implements finder.
func (q *scan) rows(r run) (found []key, err error) {
	if r.beyond == nil && r.byDate {
		r.beyond = q.c.outermost(r)
	}
	for err == nil && len(found) < r.size {
		var piece []key
		end, failed := q.end(r)
		if failed != nil {
			return found, failed
		}
		piece, err = q.piece(r, end, r.size-len(found))
		found = append(found, piece...)
		if r.beyond = end; end == nil {
			return found, err
		}
	}
	return found, err
}

// outermost is a place just before the first row that the dates allow; nil is the beginning.
func (c Criteria) outermost(r run) *key {
	switch {
	case r.down && !c.To.IsZero():
		return &key{Created: c.To.Unix()} // no number comes before ""
	case !r.down && !c.From.IsZero():
		return &key{Created: c.From.Unix()}
	}
	return nil
}

// count implements finder.
func (q *scan) count(most int) (n int, err error) {
	for r := (run{}); n < most; {
		end, err := q.end(r)
		if err != nil {
			return n, err
		}
		q.args = nil
		var more int
		if err := q.tx.one("SELECT COUNT(*) FROM listing WHERE "+q.conditions()+q.between(r, end), q.args, &more); err != nil {
			return n, err
		}
		n += more
		if r.beyond = end; end == nil {
			return n, nil
		}
	}
	return most, nil
}

// end is the last row of the piece that begins where a run does, whatever the criteria; nil if it is the last piece.
func (q *scan) end(r run) (*key, error) {
	q.args = nil
	var k key
	query := "SELECT surname, name, created_at, number FROM listing WHERE TRUE" + q.between(r, nil) + " ORDER BY " + r.by() + fmt.Sprintf(" LIMIT 1 OFFSET %d", scanPiece-1)
	if r.byDate {
		query = strings.Replace(query, "surname, name,", "'', '',", 1) // so that the index has it all
	} else {
		query = strings.Replace(query, "created_at,", "0,", 1)
	}
	err := q.tx.one(query, q.args, &k.Surname, &k.Name, &k.Created, &k.Number)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return &k, err
}

// piece reads the rows that the criteria select from where a run begins to an end.
func (q *scan) piece(r run, end *key, most int) (keys []key, err error) {
	q.args = nil
	query := "SELECT surname, name, created_at, number FROM listing WHERE " + q.conditions() + q.between(r, end) + " ORDER BY " + r.by() + fmt.Sprintf(" LIMIT %d", most)
	err = q.tx.all(query, q.args, func(rows *sql.Rows) error {
		var k key
		err := rows.Scan(&k.Surname, &k.Name, &k.Created, &k.Number)
		keys = append(keys, k)
		return err
	})
	return keys, err
}

// by is what a run is sorted by.
func (r run) by() string {
	way := ""
	if r.down {
		way = " DESC"
	}
	if r.byDate {
		return "created_at" + way + ", number" + way
	}
	return "surname" + way + ", name" + way + ", number" + way
}

// between are the conditions for what comes after the beginning of a run, up to an end; each may be nil.
func (q *scan) between(r run, end *key) (where string) {
	after, upTo := " > ", " <= "
	if r.down {
		after, upTo = " < ", " >= "
	}
	for _, x := range []struct {
		at   *key
		than string
	}{{r.beyond, after}, {end, upTo}} {
		switch {
		case x.at == nil:
		case r.byDate:
			where += " AND (created_at, number)" + x.than + "(" + q.list([]any{x.at.Created, x.at.Number}) + ")"
		default:
			where += " AND (surname, name, number)" + x.than + "(" + q.list([]any{x.at.Surname, x.at.Name, x.at.Number}) + ")"
		}
	}
	return where
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
			any = append(any, x.column+" IN ("+q.list(anys(x.values))+")")
		}
	}
	return []string{"(" + strings.Join(any, " OR ") + ")"}
}

func (q *scan) list(values []any) string {
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

func anys(words []string) []any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}
