package store

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"sportello/community"
	"sportello/registration"
)

// load makes the rolls of all that the database has. Rows that change while it reads may be missing or told twice: their acts come
// after seq, so the first search learns them, and what it has learnt goes before what the rolls tell.
func (m *memory) load() error {
	if m.now.Load() != nil {
		return nil
	}
	tx := m.db.reader(m.ctx)
	v := &view{levels: map[community.Realm][]level{}}
	err := tx.one(`SELECT MAX(changed) FROM (SELECT COALESCE(MAX(changed), 0) AS changed FROM listing
		UNION ALL SELECT COALESCE(MAX(changed), 0) FROM listing_gone) AS known`, nil, &v.seq)
	if err != nil {
		return err
	}
	reading := reading{builders: builders{}, kinds: map[string]kin{}}
	if err := m.readAll(&reading); err != nil {
		return fmt.Errorf("reading the listing: %w", err)
	}
	for realm, b := range reading.builders {
		v.levels[realm] = []level{{roll: b.finish()}}
		delete(reading.builders, realm)
	}
	v.odd = len(reading.left)
	v.put(reading.left)
	if err := m.hold(m.ctx); err != nil {
		return err
	}
	m.now.Store(v)
	m.release()
	_ = m.leaf()         // without it the first pages wait for the disk, and are right all the same
	debug.FreeOSMemory() // making the rolls took twice their memory
	return nil
}

// leaf reads the index by which the rows of a page are found, from end to end, so that it is near when somebody asks for one.
func (m *memory) leaf() error {
	return m.db.Read(m.ctx, func(tx *Tx) error {
		if err := tx.byIndex(); err != nil {
			return err
		}
		var n int64
		return tx.one("SELECT COUNT(*) FROM listing WHERE number > ''", nil, &n)
	})
}

// linedUp is a part of the listing as lines of fields, so that a statement gives thousands of rows as one text: row by row would take
// four times as long.
const linedUp = `SELECT COALESCE(string_agg(number || '	' || surname || '	' || name || '	' || substr(tax_code, 1, 6) || '	' || created_at || '	' || changed || '	' || realm || '	' || community
	|| '	' || province || '	' || comune || '	' || state || '	' || CAST(strong AS TEXT), '
'), '') FROM listing WHERE `

// readAll reads the listing piece by piece, in the order in which it lies: two at a time, so that one is read while the other is taken in.
func (m *memory) readAll(into *reading) error {
	var end int64
	if err := m.db.reader(m.ctx).one(m.db.engine.extent(), nil, &end); err != nil {
		return err
	}
	size, part := m.db.engine.piece()
	var next atomic.Int64
	var all sync.WaitGroup
	failures := make([]error, 2)
	for i := range failures {
		all.Go(func() {
			for from := int64(0); from <= end && failures[i] == nil; {
				from = (next.Add(1) - 1) * size
				var lines string
				if failures[i] = m.db.reader(m.ctx).one(linedUp+part, []any{from, from + size}, &lines); failures[i] == nil {
					failures[i] = into.take(lines)
				}
			}
		})
	}
	all.Wait()
	return errors.Join(failures...)
}

// A reading is what has been read so far.
type reading struct {
	mu       sync.Mutex
	builders builders
	left     []entry        // that no roll has room for
	kinds    map[string]kin // by the last fields of a line, which few are different
}

// A kin is where rows go that differ in name, number and times only.
type kin struct {
	b            *builder // nil if it has no room for them
	place, facet uint16
}

// errLine means that a row has a tab or a line feed in it.
var errLine = errors.New("unreadable row")

// take adds lines.
func (r *reading) take(lines string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(lines) > 0 {
		var line string
		line, lines, _ = strings.Cut(lines, "\n")
		if err := r.add(line); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) add(line string) (err error) {
	var e entry
	var numbers [2]string
	rest := line
	for _, field := range []*string{&e.Number, &e.Surname, &e.Name, &e.TaxCode, &numbers[0], &numbers[1]} {
		*field, rest, _ = strings.Cut(rest, "\t")
	}
	if e.Created, err = strconv.ParseInt(numbers[0], 10, 64); err != nil {
		return errLine
	}
	k, known := r.kinds[rest]
	if !known {
		if k, err = r.kin(rest); err != nil {
			return err
		}
		r.kinds[strings.Clone(rest)] = k
	}
	if k.b != nil && k.b.addTo(k.place, k.facet, &e) {
		return nil
	}
	if e.Changed, err = strconv.ParseInt(numbers[1], 10, 64); err != nil || e.kind(strings.Clone(rest)) != nil {
		return errLine
	}
	e.Number, e.Surname, e.Name, e.TaxCode = strings.Clone(e.Number), strings.Clone(e.Surname), strings.Clone(e.Name), strings.Clone(e.TaxCode)
	r.left = append(r.left, e)
	return nil
}

// kin reads the last fields of a line.
func (r *reading) kin(fields string) (k kin, err error) {
	var e entry
	if err := e.kind(strings.Clone(fields)); err != nil {
		return k, err
	}
	b := r.builders.of(e.Realm)
	if !b.fits() {
		return k, nil
	}
	k.b = b
	k.place, k.facet = b.kind(&e)
	return k, nil
}

func (e *entry) kind(fields string) error {
	f := strings.Split(fields, "\t")
	if len(f) != 6 {
		return errLine
	}
	e.Realm, e.Community, e.Province, e.Comune, e.State = community.Realm(f[0]), community.ID(f[1]), f[2], f[3], registration.State(f[4])
	e.Strong = f[5] == "1" || f[5] == "true"
	return nil
}
