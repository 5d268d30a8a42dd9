package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// Criteria select registrations of a realm (001 §4.2); zero fields select all. Names are compared as Key makes them.
type Criteria struct {
	Realm     community.Realm
	Community community.ID
	TaxCode   string // whole, now or formerly (mission S9), or a part from anywhere in it; six letters or more begin it
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

// A Cursor is a place in a list of one order, beside a row; "" is its beginning. It is opaque and holds personal data: it is kept, never shown in an address.
type Cursor string

// A Slice asks for one page of a list.
type Slice struct {
	Order Order
	Size  int // rows
	At    Cursor
	Back  bool // the page that ends at the cursor instead of the one that begins there
	Last  bool // the last page, whatever the cursor
}

// A Hit is a row of the list (001 §4.2). Of the person and of the registration it has what the list shows, and nothing else.
type Hit struct {
	Person       person.Person
	Registration registration.Registration
	Pending      registration.Kind // operation in progress, "" if none
}

// Found is one page of what a search found.
type Found struct {
	Hits           []Hit
	Count          int  // of all pages; exact unless Over or Cut
	Over           bool // there are more than Count
	Cut            bool // the time for a search ran out: what is shown is right, but it may not be all
	Previous, Next Cursor
	HasPrevious    bool
	HasNext        bool
}

const (
	mostCounted     = 1000 // how far results are counted: nobody reads further
	usualSearchTime = 300 * time.Millisecond
)

// Search finds one page of the registrations that c selects, and how many there are in all. A cursor whose rows are gone gives the
// nearest page. A search that would take longer than Options.SearchTime is cut.
func (db *DB) Search(ctx context.Context, c Criteria, s Slice) (f Found, err error) {
	limited, cancel := context.WithTimeout(ctx, cmp.Or(db.SearchTime, usualSearchTime))
	defer cancel()
	var keys []key
	in, err := db.finder(db.reader(limited), c.folded())
	if err == nil {
		keys, err = slice(in, s, &f)
	}
	if f.Cut = err != nil && ctx.Err() == nil && limited.Err() != nil; err != nil && !f.Cut {
		return f, fmt.Errorf("search: %w", err)
	}
	f.Hits, err = db.reader(ctx).hits(keys)
	return f, err
}

// finder looks where there is an index for what is asked for, then into memory, and into the database while memory is not filled yet.
func (db *DB) finder(tx *Tx, c Criteria) (finder, error) {
	if c.few() {
		return tx.few(c), nil
	}
	if c.TaxCode == "" || c.initials() != 0 { // memory has no more of it
		if found, err := db.memory.find(tx, c); found != nil || err != nil {
			return found, err
		}
	}
	if begins(c.TaxCode) {
		return tx.few(c), nil
	}
	return &scan{tx: tx, c: c}, nil
}

// Warm reads the listing into memory, and returns when that is done. Without it the first search begins it, and those before its end
// read the database, which for millions of registrations can cut them.
func (db *DB) Warm() error {
	for db.memory.now.Load() == nil {
		if !db.memory.claim() {
			if err := db.memory.ctx.Err(); err != nil {
				return err // closed
			}
			db.memory.others()
			continue
		}
		if err := db.memory.do((*memory).load); err != nil {
			return err
		}
	}
	return nil
}

// reader reads without a snapshot, statement by statement.
func (db *DB) reader(ctx context.Context) *Tx {
	return &Tx{Now: db.Now(), ctx: ctx, q: db.ready, db: db}
}

// folded are the criteria as they are compared.
func (c Criteria) folded() Criteria {
	c.Surname, c.Name, c.TaxCode = Key(c.Surname), Key(c.Name), Key(c.TaxCode)
	return c
}

// hits reads the rows of a page; those erased meanwhile are left out.
func (tx *Tx) hits(keys []key) ([]Hit, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	numbers := make([]any, len(keys))
	at := make(map[registration.Number]int, len(keys))
	for i, k := range keys {
		numbers[i], at[registration.Number(k.Number)] = k.Number, i
	}
	found := make([]*Hit, len(keys))
	query := `SELECT tax_code, shown_surname, shown_name, province, comune, city, nation, number, community, state, strong, created_at, pending
		FROM listing WHERE number IN (` + marks(1, len(keys)) + ")"
	err := tx.all(query, numbers, func(rows *sql.Rows) error {
		var h Hit
		p, r := &h.Person, &h.Registration
		err := rows.Scan(&p.TaxCode, &p.Surname, &p.Name, &p.Residence.Province, &p.Residence.Comune, &p.Residence.City, &p.Residence.Nation,
			&r.Number, &r.Community, &r.State, &r.Strong, stamp{&r.CreatedAt}, &h.Pending)
		found[at[h.Registration.Number]] = &h
		return err
	})
	var hits []Hit
	for _, h := range found {
		if h != nil {
			hits = append(hits, *h)
		}
	}
	return hits, err
}
