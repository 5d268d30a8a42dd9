package store

import (
	"context"
	"database/sql"
	"slices"
	"sync"
	"sync/atomic"
)

// memory is the listing as searches read it: rolls of each realm, and beside them what has changed since they were made. Before
// each search it asks the database for what it does not know yet, so a search sees every act that was over when it began, on
// whichever machine. Until the rolls are made, which takes seconds for millions, searches read the database instead.
type memory struct {
	db   *DB
	stop context.CancelFunc
	ctx  context.Context
	work sync.WaitGroup

	now       atomic.Pointer[view] // nil until the rolls are made
	asking    chan struct{}        // held by who puts a question to the database, or replaces now
	questions atomic.Int64         // that were put
	answered  int64                // the last one with an answer; who holds asking reads and writes it

	mu   sync.Mutex
	busy chan struct{} // closed once the rolls are made that are being made; nil if none are
}

func newMemory(db *DB) *memory {
	m := &memory{db: db, asking: make(chan struct{}, 1)}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m
}

func (m *memory) close() {
	m.mu.Lock()
	m.stop()
	m.mu.Unlock()
	m.work.Wait()
}

// find gives what memory has of a search, or nil until there are rolls.
func (m *memory) find(tx *Tx, c Criteria) (*found, error) {
	if m.now.Load() == nil {
		m.start((*memory).load)
		return nil, nil
	}
	v, err := m.learn(tx)
	if err != nil {
		return nil, err
	}
	return v.find(c), nil
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
	if m.busy != nil || m.ctx.Err() != nil {
		return false
	}
	m.busy = make(chan struct{})
	m.work.Add(1)
	return true
}

// others waits until nobody does such work.
func (m *memory) others() {
	m.mu.Lock()
	busy := m.busy
	m.mu.Unlock()
	if busy != nil {
		<-busy
	}
}

func (m *memory) do(work func(*memory) error) error {
	defer m.work.Done()
	err := work(m)
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.busy)
	m.busy = nil
	return err
}

// hold waits until nobody else asks or replaces; release follows.
func (m *memory) hold(ctx context.Context) error {
	select {
	case m.asking <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *memory) release() { <-m.asking }

// learn gives a view that has every act which was over when learn was called. Those who come while a question is under way wait for
// the next one, which one of them puts for all.
func (m *memory) learn(tx *Tx) (*view, error) {
	before := m.questions.Load()
	if err := m.hold(tx.ctx); err != nil {
		return nil, err
	}
	defer m.release()
	v := m.now.Load()
	if m.answered > before {
		return v, nil
	}
	question := m.questions.Add(1)
	news, err := tx.news(v.seq)
	if err != nil {
		return nil, err
	}
	m.answered = question
	if len(news) == 0 {
		return v, nil
	}
	v = v.with(news)
	m.now.Store(v)
	if v.crowded() {
		m.start((*memory).merge)
	}
	return v, nil
}

const listingColumns = "number, realm, community, surname, name, province, comune, state, strong, created_at, changed, tax_code"

func entryRow(e *entry) []any {
	return []any{&e.Number, &e.Realm, &e.Community, &e.Surname, &e.Name, &e.Province, &e.Comune, &e.State, &e.Strong, &e.Created, &e.Changed, &e.TaxCode}
}

// news are the rows that changed after an act.
func (tx *Tx) news(seq int64) ([]entry, error) {
	return tx.entries("SELECT "+listingColumns+` FROM listing WHERE changed > $1
		UNION ALL SELECT number, '', '', '', '', '', '', '', FALSE, 0, changed, '' FROM listing_gone WHERE changed > $1`, seq)
}

func (tx *Tx) entries(query string, args ...any) (list []entry, err error) {
	err = tx.all(query, args, func(rows *sql.Rows) error {
		var e entry
		err := rows.Scan(entryRow(&e)...)
		list = append(list, e)
		return err
	})
	return list, err
}

// merge makes a roll of what stands beside the rolls. Those who search meanwhile read the old ones.
func (m *memory) merge() error {
	old := m.now.Load()
	if old == nil {
		return nil
	}
	levels, left := old.merged()
	if err := m.hold(m.ctx); err != nil {
		return err
	}
	defer m.release()
	next := &view{seq: m.now.Load().seq, levels: levels, odd: len(left)}
	sealed := map[string]int64{}
	for _, e := range old.fresh {
		sealed[e.Number] = e.Changed
	}
	for _, e := range left {
		delete(sealed, e.Number)
	}
	next.put(slices.DeleteFunc(slices.Clone(m.now.Load().fresh), func(e entry) bool { return sealed[e.Number] == e.Changed && e.Changed > 0 }))
	m.now.Store(next)
	return nil
}
