package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// newcomer is somebody whose surname nobody else has.
func newcomer(writer, i int) row {
	id := fmt.Sprintf("n%d-%d", writer, i)
	p := &store.Person{Realm: "sistemapiemonte", Person: person.Person{ID: person.ID(id), Surname: fmt.Sprintf("Nuovo%dx%d", writer, i), Name: "Eva",
		TaxCode: person.TaxCode(fmt.Sprintf("NVUVEA%02dA%02dL219X", writer, i)), Residence: person.Residence{Province: "TO", Comune: "L219"}}}
	return row{p, &registration.Registration{ID: id, Number: registration.Number(fmt.Sprintf("9%04d%05d", writer, i)), Person: p.ID, Realm: p.Realm,
		Community: "a", State: registration.Registered}}
}

// Who registers finds the person at once; who pages meanwhile sees each row that stays exactly once; and a store opened anew finds all.
func TestSearchBesideWriters(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		h := open(t, dsn)
		c := newCrowd(t, h, 200)
		must(t, c.Warm())
		other := open(t, dsn) // another machine, with a memory of its own
		must(t, other.Warm())
		stay := c.expected(store.Criteria{Realm: "sistemapiemonte"}, store.BySurname)
		const writers, each = 4, 15
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					x := newcomer(w, i)
					err := h.act(t, func(tx *store.Tx) error { return errors.Join(tx.AddPerson(x.p), tx.AddRegistration(x.r)) })
					for _, at := range []house{h, other} {
						f, searched := at.Search(ctx, store.Criteria{Realm: x.p.Realm, Surname: x.p.Surname}, store.Slice{Size: 2000})
						if err = errors.Join(err, searched); err != nil || !slices.Contains(numbersOf(f), x.r.Number) {
							t.Errorf("%s is not found: %v", x.p.Surname, err)
						}
					}
				}
			})
		}
		wg.Go(func() {
			for range 5 {
				must(t, h.Merge())
			}
		})
		for range 3 {
			seen := c.walk(t, store.Criteria{Realm: "sistemapiemonte"}, store.Slice{Size: 7})
			seen = slices.DeleteFunc(seen, func(n registration.Number) bool { return n[0] == '9' })
			same(t, seen, stay)
		}
		wg.Wait()
		for w := range writers {
			for i := range each {
				c.rows = append(c.rows, newcomer(w, i))
			}
		}
		want := c.expected(store.Criteria{Realm: "sistemapiemonte"}, store.BySurname)
		later := open(t, dsn)
		must(t, later.Warm())
		for _, at := range []house{h, other, later} {
			c.house = at
			same(t, c.walk(t, store.Criteria{Realm: "sistemapiemonte"}, store.Slice{Size: 50, Last: true}), want)
		}
	})
}

// An act that is refused, or one that never ended, leaves nothing to find.
func TestSearchAfterRefusal(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		must(t, h.Warm())
		x := newcomer(1, 1)
		refusal := errors.New("no")
		if err := h.act(t, func(tx *store.Tx) error { return errors.Join(tx.AddPerson(x.p), tx.AddRegistration(x.r), refusal) }); !errors.Is(err, refusal) {
			t.Fatal(err)
		}
		f, err := h.Search(ctx, store.Criteria{Realm: x.p.Realm}, store.Slice{Size: 10})
		if must(t, err); f.Count != 0 || len(f.Hits) != 0 {
			t.Errorf("found %+v", f)
		}
	})
}

// Names are compared without accents, case, apostrophes and spaces; letters that no accent makes are written as people do without them.
func TestKey(t *testing.T) {
	for _, x := range [][2]string{
		{"D'Angelo", "DANGELO"}, {"d’angelo", "DANGELO"}, {"D Angelo", "DANGELO"}, {"De Luca", "DELUCA"}, {"Niccolò", "NICCOLO"}, {"MÜLLER", "MULLER"},
		{"Strauß", "STRAUSS"}, {"Łuczak", "LUCZAK"}, {"Østergård", "OSTERGARD"}, {"Đokić", "DOKIC"}, {"Ægir", "AEGIR"}, {"Saint-Clair", "SAINTCLAIR"}, {" ", ""},
	} {
		if got := store.Key(x[0]); got != x[1] {
			t.Errorf("Key(%q) = %q, want %q", x[0], got, x[1])
		}
	}
}
