package store_test

import (
	"errors"
	"testing"
	"time"

	"sportello/credential"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// Many people added at once are the same as each added alone, and found at once.
func TestAddPreloaded(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		c := newCrowd(t, open(t, dsn), 3)
		must(t, c.Warm())
		var list []store.Preloaded
		for i := range 123 {
			x := c.draw(100 + i)
			o := &registration.Operation{ID: "o" + x.r.ID, Registration: x.r.ID, Kind: registration.StrongVerification, Outcome: registration.Pending, BookedAt: *c.now,
				Prints: map[registration.Paper]registration.Print{}}
			list = append(list, store.Preloaded{Person: x.p, Registration: x.r, Operation: o,
				Handover: &credential.Handover{Operation: o.ID, PIN: "hash", CodeExpiresAt: c.now.Add(time.Hour)}})
			c.rows = append(c.rows, x)
		}
		must(t, c.act(t, func(tx *store.Tx) error { return tx.AddPreloaded(list) }))
		same(t, read(t, c.house, func(tx *store.Tx) (*store.Person, error) { return tx.Person(list[7].Person.ID) }), list[7].Person)
		same(t, read(t, c.house, func(tx *store.Tx) (*registration.Operation, error) {
			return tx.PendingOperation(list[7].Registration.ID)
		}), list[7].Operation)
		same(t, read(t, c.house, func(tx *store.Tx) (*credential.Handover, error) { return tx.Handover(list[7].Operation.ID) }), list[7].Handover)
		q := store.Criteria{Realm: "sistemapiemonte"}
		f := c.search(t, q, store.Slice{Size: 500})
		same(t, numbersOf(f), c.expected(q, store.BySurname))
		pending := 0
		for _, h := range f.Hits {
			if h.Pending == registration.StrongVerification {
				pending++
			}
		}
		if alone := 3; pending < len(f.Hits)-alone || pending == 0 {
			t.Errorf("%d of %d show their operation in progress", pending, len(f.Hits))
		}
		if err := c.act(t, func(tx *store.Tx) error { return tx.AddPreloaded(list[:1]) }); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the same person again: %v", err)
		}
	})
}
