package store

import (
	"context"
	"database/sql"
	"iter"
	"maps"
	"slices"
	"sync"

	"sportello/community"
	"sportello/registration"
)

// memory is the listing as searches read it: a roll of each realm, and beside them what has changed since they were made. Before
// each search it asks the database for what it does not know yet, so a search sees every act that was over when it began, on
// whichever machine. Until the rolls are made, which takes seconds for millions, searches read the database instead.
type memory struct {
	db   *DB
	stop context.CancelFunc
	ctx  context.Context
	work sync.WaitGroup

	mu    sync.RWMutex
	rolls map[community.Realm]*roll // nil until they are made
	fresh map[string]entry          // newer than the rolls, by number
	moved map[uint64]struct{}       // the numbers of fresh that the rolls may have
	seq   int64                     // of the last act that is known
	busy  bool                      // rolls are being made
}

func newMemory(db *DB) *memory {
	m := &memory{db: db, fresh: map[string]entry{}, moved: map[uint64]struct{}{}}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m
}

func (m *memory) close() {
	m.mu.Lock()
	m.stop()
	m.mu.Unlock()
	m.work.Wait()
}

// with runs f while nothing changes, if there are rolls and the criteria ask for nothing that they lack; else it gives false.
func (m *memory) with(tx *Tx, c Criteria, f func(finder) error) (done bool, err error) {
	if c.outside() {
		return false, nil
	}
	if !m.made() {
		m.start((*memory).load)
		return false, nil
	}
	if err := m.learn(tx); err != nil {
		return true, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	found := &found{beside: c.beside(m.fresh)}
	if r := m.rolls[c.Realm]; r != nil {
		found.v = r.sieve(c, m.moved)
	}
	return true, f(found)
}

// outside tells whether the criteria ask for what memory lacks.
func (c Criteria) outside() bool { return c.Number != "" || c.TaxCode != "" }

func (m *memory) made() bool {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.rolls != nil
}

// start has work done beside the searches.
func (m *memory) start(work func(*memory) error) {
	if m.claim() {
		go func() {
			_ = m.do(work) // what it could not do, the next search begins anew
		}()
	}
}

// claim makes sure that one does such work at a time, and none after close. Whoever gets true calls do.
func (m *memory) claim() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.busy || m.ctx.Err() != nil {
		return false
	}
	m.busy = true
	m.work.Add(1)
	return true
}

func (m *memory) do(work func(*memory) error) error {
	defer m.work.Done()
	err := work(m)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.busy = false
	return err
}

const listingColumns = "number, realm, community, surname, name, province, comune, state, strong, created_at, changed"

func entryRow(e *entry) []any {
	return []any{&e.Number, &e.Realm, &e.Community, &e.Surname, &e.Name, &e.Province, &e.Comune, &e.State, &e.Strong, &e.Created, &e.Changed}
}

// load makes the rolls of all that the database has.
func (m *memory) load() error {
	tx := m.db.reader(m.ctx)
	var seq int64
	var size int
	err := tx.one(`SELECT MAX(changed), COUNT(*) FROM (SELECT COALESCE(MAX(changed), 0) AS changed FROM listing
		UNION ALL SELECT COALESCE(MAX(changed), 0) FROM listing_gone) AS known`, nil, &seq, &size)
	if err != nil {
		return err
	}
	builders := map[community.Realm]*builder{}
	left := gather(builders, func(yield func(entry) bool) {
		err = tx.all("SELECT "+listingColumns+" FROM listing", nil, func(rows *sql.Rows) error {
			var e entry
			var realm, in, state string // plain strings are scanned much faster
			err := rows.Scan(&e.Number, &realm, &in, &e.Surname, &e.Name, &e.Province, &e.Comune, &state, &e.Strong, &e.Created, &e.Changed)
			if err != nil {
				return err
			}
			e.Realm, e.Community, e.State = community.Realm(realm), community.ID(in), registration.State(state)
			yield(e)
			return nil
		})
	})
	if err != nil {
		return err
	}
	rolls := finished(builders)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rolls, m.seq = rolls, max(m.seq, seq)
	for _, e := range m.fresh {
		if e.Changed <= seq { // the rolls have it, or newer
			m.forget(e.Number)
		}
	}
	for number, e := range left {
		if _, newer := m.fresh[number]; !newer {
			m.take(e)
		}
	}
	return nil
}

// learn takes in what has changed since the last search.
func (m *memory) learn(tx *Tx) error {
	m.mu.RLock()
	seq := m.seq
	m.mu.RUnlock()
	var news []entry
	err := tx.all("SELECT "+listingColumns+` FROM listing WHERE changed > $1
		UNION ALL SELECT number, '', '', '', '', '', '', '', FALSE, 0, changed FROM listing_gone WHERE changed > $1`, []any{seq}, func(rows *sql.Rows) error {
		var e entry
		err := rows.Scan(entryRow(&e)...)
		news = append(news, e)
		return err
	})
	if err != nil || len(news) == 0 {
		return err
	}
	m.mu.Lock()
	seq = m.seq // what another search has learnt meanwhile is not news
	for _, e := range news {
		if e.Changed > seq {
			m.take(e)
			m.seq = max(m.seq, e.Changed)
		}
	}
	crowded := len(m.fresh) > max(mostFresh, m.size()/100)
	m.mu.Unlock()
	if crowded {
		m.start((*memory).merge)
	}
	return nil
}

// mostFresh is how many rows may stand beside the rolls, if that is not less than a hundredth of them.
const mostFresh = 4096

func (m *memory) size() (n int) {
	for _, r := range m.rolls {
		n += r.size()
	}
	return n
}

// take puts a row beside the rolls.
func (m *memory) take(e entry) {
	m.fresh[e.Number] = e
	if digits, ok := digitsOf(e.Number); ok {
		m.moved[digits] = struct{}{}
	}
}

func (m *memory) forget(number string) {
	delete(m.fresh, number)
	if digits, ok := digitsOf(number); ok {
		delete(m.moved, digits)
	}
}

// merge makes rolls that have what stood beside them.
func (m *memory) merge() error {
	m.mu.RLock()
	old, moved, fresh := m.rolls, maps.Clone(m.moved), maps.Clone(m.fresh)
	m.mu.RUnlock()
	builders := map[community.Realm]*builder{}
	for realm, r := range old {
		builders[realm] = copyOf(r, moved, len(fresh))
	}
	left := gather(builders, maps.Values(fresh))
	rolls := finished(builders)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rolls = rolls
	for number, e := range fresh {
		if _, stays := left[number]; !stays && m.fresh[number].Changed == e.Changed {
			m.forget(number)
		}
	}
	return nil
}

// gather adds rows to the rolls of their realms, and gives back those that have no room there.
func gather(builders map[community.Realm]*builder, rows iter.Seq[entry]) (left map[string]entry) {
	left = map[string]entry{}
	for e := range rows {
		if e.Realm == "" {
			continue
		}
		if builders[e.Realm] == nil {
			builders[e.Realm] = newBuilder(0)
		}
		if !builders[e.Realm].add(e) {
			left[e.Number] = e
		}
	}
	return left
}

func finished(builders map[community.Realm]*builder) map[community.Realm]*roll {
	rolls := map[community.Realm]*roll{}
	for realm, b := range builders {
		rolls[realm] = b.finish()
		delete(builders, realm)
	}
	return rolls
}

// found is what memory has of one search: a roll's rows, and those beside it.
type found struct {
	v      *sieve // nil for a realm without a roll
	beside []key
}

// rows implements finder.
func (f *found) rows(r run) ([]key, error) {
	var keys []key
	if f.v != nil {
		for _, row := range f.v.rows(r) {
			keys = append(keys, f.v.key(row))
		}
	}
	for _, k := range f.beside {
		if r.beyond == nil || r.before(*r.beyond, k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if r.down {
			a, b = b, a
		}
		return r.compare(a, b)
	})
	return keys[:min(len(keys), r.size)], nil
}

// count implements finder.
func (f *found) count(most int) (int, error) {
	n := len(f.beside)
	if f.v != nil {
		n += f.v.count(most)
	}
	return n, nil
}
