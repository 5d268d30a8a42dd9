package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// Criteria select registrations of a realm (001 §4.2); zero fields select all. Names are compared folded.
type Criteria struct {
	Realm     community.Realm
	Community community.ID
	TaxCode   string // whole, or a part from anywhere in it
	Surname   string // whole, or a part from anywhere in the word
	Name      string // as Surname
	Province  string
	Comune    string             // Belfiore code
	Within    *office.Competence // of the comune of residence; nil is everywhere
	From, To  time.Time          // registered in [From, To)
	State     registration.State
	Strong    Strength
	Number    registration.Number // whole
}

// A Strength filters by "Reg. forte".
type Strength string

// The three choices of the filter.
const (
	EitherStrength Strength = ""
	OnlyStrong     Strength = "Y"
	OnlyWeak       Strength = "N"
)

// An Order is how a list is sorted.
type Order string

// The orders: by surname, name and number, or by the day of registration.
const (
	BySurname   Order = ""
	BySurnameUp Order = "cognome-z"
	NewestFirst Order = "recenti"
	OldestFirst Order = "meno-recenti"
)

// A Cursor is a place in a list, between two rows; "" is its beginning. It is opaque and holds personal data: it is kept, never shown in an address.
type Cursor string

// A Slice asks for one page of a list.
type Slice struct {
	Order Order
	Size  int // rows
	At    Cursor
	Back  bool // the page that ends at the cursor instead of the one that begins there
	Last  bool // the last page, whatever the cursor
}

// A Hit is a row of the list (001 §4.2).
type Hit struct {
	Person       person.Person
	Registration registration.Registration
	Pending      registration.Kind // operation in progress, "" if none
}

// Found is one page of what a search found.
type Found struct {
	Hits           []Hit
	Count          int  // of all pages; exact unless Over
	Over           bool // there are more than Count
	Cut            bool // the time for a search ran out: what is shown is right, but it may not be all
	Previous, Next Cursor
	HasPrevious    bool
	HasNext        bool
}

// Search finds one page of the registrations that c selects, and how many there are in all.
func (db *DB) Search(ctx context.Context, c Criteria, s Slice) (f Found, err error) {
	where, args := []string{"registration.realm = $1"}, []any{c.Realm}
	add := func(cond string, arg any) {
		args = append(args, arg)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	for _, x := range []struct{ cond, value string }{
		{"registration.community = $%d", string(c.Community)}, {"person.tax_code LIKE '%%' || $%d || '%%'", c.TaxCode},
		{"person.surname_folded LIKE '%%' || $%d || '%%'", Fold(c.Surname)}, {"person.name_folded LIKE '%%' || $%d || '%%'", Fold(c.Name)},
		{"person.province = $%d", c.Province}, {"person.comune = $%d", c.Comune}, {"registration.state = $%d", string(c.State)}, {"registration.number = $%d", string(c.Number)},
	} {
		if x.value != "" {
			add(x.cond, x.value)
		}
	}
	query := "SELECT registration.id FROM registration JOIN person ON person.id = registration.person_id WHERE " + strings.Join(where, " AND ") +
		fmt.Sprintf(" ORDER BY person.surname_folded, person.name_folded, registration.number LIMIT %d", s.Size)
	err = db.Read(ctx, func(tx *Tx) error {
		var ids []string
		if err := tx.all(query, args, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		}); err != nil {
			return err
		}
		for _, id := range ids {
			r, err := tx.Registration(id)
			if err != nil {
				return err
			}
			p, err := tx.Person(r.Person)
			if err != nil {
				return err
			}
			h := Hit{Person: p.Person, Registration: *r}
			if op, err := tx.PendingOperation(id); err == nil {
				h.Pending = op.Kind
			}
			f.Hits = append(f.Hits, h)
		}
		f.Count = len(f.Hits)
		return nil
	})
	return f, err
}
