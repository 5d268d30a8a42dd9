package store

import (
	"cmp"
	"math"
	"slices"
)

// A builder makes a roll of rows that come in any order.
type builder struct {
	roll
	surname  []uint32
	surnames map[string]uint32
	names    map[string]uint32
	places   map[place]uint16
	facets   map[facet]uint16
	words    struct{ surnames, names []string }
}

const mostFacets = 1 << 12

func newBuilder(size int) *builder {
	b := &builder{surnames: map[string]uint32{}, names: map[string]uint32{}, places: map[place]uint16{}, facets: map[facet]uint16{}}
	b.surname, b.name = make([]uint32, 0, size), make([]uint32, 0, size)
	b.place, b.facet = make([]uint16, 0, size), make([]uint16, 0, size)
	b.created, b.number = make([]uint32, 0, size), make([]uint32, 0, size)
	return b
}

// intern gives a value's index, the next one for a new value.
func intern[V comparable, I uint16 | uint32](index map[V]I, list *[]V, v V) I {
	i, known := index[v]
	if !known {
		i = I(len(*list))
		index[v] = i
		*list = append(*list, v)
	}
	return i
}

// add takes a row, or tells that there is no room for it in a roll.
func (b *builder) add(e entry) bool {
	digits, ok := digitsOf(e.Number)
	if !ok || e.Created < 0 || e.Created > math.MaxUint32 || len(b.roll.places) == math.MaxUint16 || len(b.roll.facets) == mostFacets-1 {
		return false
	}
	b.surname = append(b.surname, intern(b.surnames, &b.words.surnames, e.Surname))
	b.name = append(b.name, intern(b.names, &b.words.names, e.Name))
	b.place = append(b.place, intern(b.places, &b.roll.places, place{e.Province, e.Comune}))
	b.facet = append(b.facet, intern(b.facets, &b.roll.facets, facet{e.Community, e.State, e.Strong})<<4|uint16(digits%10))
	b.created = append(b.created, uint32(e.Created))
	b.number = append(b.number, uint32(digits/10))
	return true
}

// copyOf takes over a roll but for the rows that stay out.
func copyOf(r *roll, without map[uint64]struct{}, more int) *builder {
	b := newBuilder(r.size() + more)
	b.words.surnames, b.words.names = r.surnames.list(), r.names.list()
	for _, x := range []struct {
		index map[string]uint32
		list  []string
	}{{b.surnames, b.words.surnames}, {b.names, b.words.names}} {
		for i, w := range x.list {
			x.index[w] = uint32(i)
		}
	}
	for _, p := range r.places {
		intern(b.places, &b.roll.places, p)
	}
	for _, f := range r.facets {
		intern(b.facets, &b.roll.facets, f)
	}
	for s := range r.surnames.starts {
		for row := r.from[s]; row < r.from[s+1]; row++ {
			if _, out := without[r.digits(row)]; !out {
				b.copy(r, uint32(s), row)
			}
		}
	}
	return b
}

func (b *builder) copy(r *roll, surname, row uint32) {
	b.surname = append(b.surname, surname)
	b.name = append(b.name, r.name[row])
	b.place = append(b.place, r.place[row])
	b.facet = append(b.facet, r.facet[row])
	b.created = append(b.created, r.created[row])
	b.number = append(b.number, r.number[row])
}

// finish sorts the rows and gives the roll; the builder has had its day.
func (b *builder) finish() *roll {
	r := &b.roll
	r.names = newWords(b.words.names)
	surnames := slices.Sorted(slices.Values(b.words.surnames))
	r.surnames = newWords(surnames)
	ranked(b.surname, b.words.surnames)
	names := slices.Clone(b.name)
	ranked(names, b.words.names)

	rows, spare := make([]uint32, len(b.name)), make([]uint32, len(b.name))
	for i := range rows {
		rows[i] = uint32(i)
	}
	for _, column := range [][]uint32{b.number, names, b.surname} {
		rows, spare = radix(rows, spare, column)
	}
	r.from = sums(b.surname, len(surnames))
	b.surname = nil
	r.name, r.created, r.number = arranged(r.name, rows), arranged(r.created, rows), arranged(r.number, rows)
	r.place, r.facet = arranged(r.place, rows), arranged(r.facet, rows)
	r.byName, r.byPlace = post(r.name, len(b.words.names)), post(r.place, len(r.places))
	r.byDate = r.dated(rows, spare)
	r.facetFrom = facetSums(r.facet, len(r.facets))
	result := *r
	return &result
}

// facetSums are the sums of the facets, which share their column with a digit.
func facetSums(column []uint16, n int) []uint32 {
	fine := sums(column, n<<4)
	from := make([]uint32, n+1)
	for f := range from {
		from[f] = fine[f<<4]
	}
	return from
}

// dated are the rows in the order of registration, then of the number.
func (r *roll) dated(rows, spare []uint32) []uint32 {
	digit := make([]uint32, len(rows))
	for i := range rows {
		rows[i], digit[i] = uint32(i), uint32(r.facet[i]&15)
	}
	for _, column := range [][]uint32{digit, r.number, r.created} {
		rows, spare = radix(rows, spare, column)
	}
	return rows
}

// ranked replaces each word's index by its place in the alphabet.
func ranked(column []uint32, list []string) {
	order := make([]uint32, len(list))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Compare(list[a], list[b]) })
	rank := make([]uint32, len(list))
	for place, i := range order {
		rank[i] = uint32(place)
	}
	for i, w := range column {
		column[i] = rank[w]
	}
}

func arranged[T any](column []T, rows []uint32) []T {
	list := make([]T, len(rows))
	for i, row := range rows {
		list[i] = column[row]
	}
	return list
}

func (w words) list() []string {
	list := make([]string, len(w.starts))
	for i := range list {
		list[i] = w.at(i)
	}
	return list
}
