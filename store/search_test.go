package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
)

// A row of the model: what the listing must say.
type row struct {
	p *store.Person
	r *registration.Registration
}

// A crowd is people in a store, and beside it in memory.
type crowd struct {
	house
	chance *rand.Rand
	rows   []row
}

var (
	crowdSurnames = []string{"Rossi", "D'Angelo", "De Luca", "Deluca", "Müller", "Strauß", "Łuczak", "Østergård", "Niccolini", "Russo", "Ro", "Đokić", "Rossini", "Grosso"}
	crowdNames    = []string{"Mario", "Maria", "Maria Teresa", "Niccolò", "Rosa", "Élodie", "Jean-Luc", "Marioluca"}
	crowdPlaces   = [][2]string{{"TO", "L219"}, {"TO", "A074"}, {"VB", "L746"}, {"VB", "D332"}, {"AL", "A182"}, {person.AbroadProvince, person.AbroadComune}}
)

func pick[T any](c *rand.Rand, list []T) T { return list[c.IntN(len(list))] }

func newCrowd(t *testing.T, h house, n int) *crowd {
	c := &crowd{house: h, chance: rand.New(rand.NewPCG(1, 2))}
	must(t, c.act(t, func(tx *store.Tx) error {
		for range n {
			x := c.draw(len(c.rows))
			if err := errors.Join(tx.AddPerson(x.p), tx.AddRegistration(x.r)); err != nil {
				return err
			}
			c.rows = append(c.rows, x)
		}
		return nil
	}))
	return c
}

func (c *crowd) draw(i int) row {
	place := pick(c.chance, crowdPlaces)
	p := &store.Person{Realm: pick(c.chance, []community.Realm{"sistemapiemonte", "sistemapiemonte", "trentino"}), Person: person.Person{
		ID: person.ID(fmt.Sprint("p", i)), Surname: pick(c.chance, crowdSurnames), Name: pick(c.chance, crowdNames),
		TaxCode:   person.TaxCode(fmt.Sprintf("%s%02dA%02dL219X", pick(c.chance, []string{"RSSMRA", "RSSMRC", "DLCNCC"}), i%100, i/100)),
		Residence: person.Residence{Province: place[0], Comune: place[1]}}}
	r := &registration.Registration{ID: fmt.Sprint("r", i), Number: registration.Number(fmt.Sprintf("%010d", (i+1)*7919)), Person: p.ID, Realm: p.Realm,
		Community: pick(c.chance, []community.ID{"a", "b"}), State: pick(c.chance, registration.States), Strong: c.chance.IntN(2) == 0,
		CreatedAt: c.now.Add(-time.Duration(c.chance.IntN(200)) * time.Hour)}
	return row{p, r}
}

// change edits some people, moves some registrations on, and takes some away.
func (c *crowd) change(t *testing.T) {
	must(t, c.act(t, func(tx *store.Tx) error {
		for range 10 {
			x := pick(c.chance, c.rows)
			x.p.Surname, x.p.Residence.Comune = pick(c.chance, crowdSurnames), pick(c.chance, crowdPlaces)[1]
			x.r.Strong = !x.r.Strong
			if err := errors.Join(tx.SavePerson(x.p), tx.SaveRegistration(x.r)); err != nil {
				return err
			}
		}
		i := c.chance.IntN(len(c.rows))
		if err := tx.Unlist(c.rows[i].p.ID); err != nil {
			return err
		}
		c.rows = slices.Delete(c.rows, i, i+1)
		x := c.draw(1000 + c.chance.IntN(1_000_000))
		c.rows = append(c.rows, x)
		return errors.Join(tx.AddPerson(x.p), tx.AddRegistration(x.r))
	}))
}

// criteria draws what somebody may ask.
func (c *crowd) criteria() store.Criteria {
	q := store.Criteria{Realm: pick(c.chance, []community.Realm{"sistemapiemonte", "trentino", "genova"}[:2+c.chance.IntN(2)])}
	for _, set := range []func(){
		func() { q.Community = pick(c.chance, []community.ID{"a", "b", "c"}) },
		func() {
			q.TaxCode = pick(c.chance, []string{"rssmra", "RSSMRC", "DLCNCC0", "L219", "99A0", "r", string(pick(c.chance, c.rows).p.TaxCode)})
		},
		func() {
			q.Surname = pick(c.chance, []string{"ros", "OSS", "d'ang", "dang", "de l", "deluca", "muller", "STRASS", "luczak", "oster", "ò", "xyz", "o", "dok"})
		},
		func() { q.Name = pick(c.chance, []string{"mar", "teresa", "maria t", "elo", "jeanl", "Niccolò", "u"}) },
		func() { q.Province = pick(c.chance, crowdPlaces)[0] },
		func() { q.Comune = pick(c.chance, crowdPlaces)[1] },
		func() {
			q.Within = pick(c.chance, []*office.Competence{{}, {Provinces: []string{"TO"}}, {Provinces: []string{"VB"}, Comuni: []string{"A182", "L219"}}})
		},
		func() { q.From = c.now.Add(-time.Duration(c.chance.IntN(200)) * time.Hour) },
		func() { q.To = c.now.Add(-time.Duration(c.chance.IntN(100)) * time.Hour) },
		func() { q.State = pick(c.chance, registration.States) },
		func() { q.Strong = pick(c.chance, []store.Strength{store.OnlyStrong, store.OnlyWeak}) },
		func() { q.Number = pick(c.chance, c.rows).r.Number },
	} {
		if c.chance.IntN(7) == 0 {
			set()
		}
	}
	return q
}

func (x row) matches(q store.Criteria) bool {
	strong := q.Strong == store.EitherStrength || (q.Strong == store.OnlyStrong) == x.r.Strong
	residence := x.p.Residence
	return q.Realm == x.r.Realm && strong && (q.Community == "" || q.Community == x.r.Community) && (q.State == "" || q.State == x.r.State) &&
		strings.Contains(string(x.p.TaxCode), strings.ToUpper(q.TaxCode)) &&
		strings.Contains(store.Key(x.p.Surname), store.Key(q.Surname)) && strings.Contains(store.Key(x.p.Name), store.Key(q.Name)) &&
		(q.Province == "" || q.Province == residence.Province) && (q.Comune == "" || q.Comune == residence.Comune) &&
		(q.Within == nil || q.Within.Has(residence.Province, residence.Comune)) &&
		(q.From.IsZero() || !x.r.CreatedAt.Before(q.From)) && (q.To.IsZero() || x.r.CreatedAt.Before(q.To)) && (q.Number == "" || q.Number == x.r.Number)
}

// expected are the numbers that a search must find, in order.
func (c *crowd) expected(q store.Criteria, o store.Order) []registration.Number {
	var list []row
	for _, x := range c.rows {
		if x.matches(q) {
			list = append(list, x)
		}
	}
	slices.SortFunc(list, func(a, b row) int {
		if o == store.NewestFirst || o == store.OldestFirst {
			return cmp.Or(a.r.CreatedAt.Compare(b.r.CreatedAt), cmp.Compare(a.r.Number, b.r.Number))
		}
		return cmp.Or(cmp.Compare(store.Key(a.p.Surname), store.Key(b.p.Surname)), cmp.Compare(store.Key(a.p.Name), store.Key(b.p.Name)), cmp.Compare(a.r.Number, b.r.Number))
	})
	if o == store.BySurnameUp || o == store.NewestFirst {
		slices.Reverse(list)
	}
	numbers := []registration.Number{}
	for _, x := range list {
		numbers = append(numbers, x.r.Number)
	}
	return numbers
}

func (c *crowd) search(t *testing.T, q store.Criteria, s store.Slice) store.Found {
	t.Helper()
	f, err := c.Search(ctx, q, s)
	must(t, err)
	if f.Cut {
		t.Fatalf("%+v was cut", q)
	}
	return f
}

func numbersOf(f store.Found) []registration.Number {
	numbers := []registration.Number{}
	for _, h := range f.Hits {
		numbers = append(numbers, h.Registration.Number)
	}
	return numbers
}

// walk reads all pages from the first to the last, or back.
func (c *crowd) walk(t *testing.T, q store.Criteria, s store.Slice) (all []registration.Number) {
	t.Helper()
	all = []registration.Number{}
	for range 1000 {
		f := c.search(t, q, s)
		goesOn := f.HasNext
		if s.Back || s.Last {
			all = append(numbersOf(f), all...)
			s, goesOn = store.Slice{Order: s.Order, Size: s.Size, At: f.Previous, Back: true}, f.HasPrevious
		} else {
			all = append(all, numbersOf(f)...)
			s.At = f.Next
		}
		if !goesOn {
			return all
		}
	}
	t.Fatalf("%+v has no end", q)
	return nil
}

// Every search finds what a reader of all rows finds: every row once, whichever way one pages.
func TestSearchFindsAll(t *testing.T) {
	testdb.Each(t, func(t *testing.T, dsn string) {
		c := newCrowd(t, open(t, dsn), 300)
		for i := range 600 {
			if i%20 == 19 {
				c.change(t)
			}
			if i == 200 { // the first searches read the database, while memory is being filled
				must(t, c.Warm())
			}
			if i >= 400 && i%15 == 0 {
				must(t, c.Merge())
			}
			q := c.criteria()
			s := store.Slice{Order: pick(c.chance, []store.Order{store.BySurname, store.BySurnameUp, store.NewestFirst, store.OldestFirst}), Size: 1 + c.chance.IntN(40)}
			want := c.expected(q, s.Order)
			if f := c.search(t, q, s); f.Count != len(want) || f.Over {
				t.Fatalf("search %d, %+v: counts %d %v, want %d\n%v\n%v", i, q, f.Count, f.Over, len(want), c.walk(t, q, s), want)
			}
			forward := c.walk(t, q, s)
			s.Last = true
			if back := c.walk(t, q, s); !slices.Equal(forward, want) || !slices.Equal(back, want) {
				t.Fatalf("search %d, %+v %+v:\nforward %v\nback    %v\nwant    %v", i, q, s, forward, back, want)
			}
		}
	})
}
