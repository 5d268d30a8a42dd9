package store

import (
	"cmp"
	"math"
	"slices"
	"strings"
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

// internWord is intern for a word that may lie in a longer text, which need not be kept.
func internWord(index map[string]uint32, list *[]string, w string) uint32 {
	if i, known := index[w]; known {
		return i
	}
	return intern(index, list, strings.Clone(w))
}

// fits tells whether there is room for one more place and one more facet.
func (b *builder) fits() bool {
	return len(b.roll.places) < math.MaxUint16 && len(b.roll.facets) < mostFacets-1
}

// kind gives the indexes of an entry's place and facet.
func (b *builder) kind(e *entry) (place, facet uint16) {
	return intern(b.places, &b.roll.places, homeOf(e)), intern(b.facets, &b.roll.facets, facetOf(e))
}

func homeOf(e *entry) place  { return place{e.Province, e.Comune} }
func facetOf(e *entry) facet { return facet{e.Community, e.State, e.Strong} }

// add takes a row, or tells that there is no room for it in a roll.
func (b *builder) add(e *entry) bool {
	if !b.fits() {
		return false
	}
	place, facet := b.kind(e)
	return b.addTo(place, facet, e)
}

// addTo takes a row whose place and facet are known.
func (b *builder) addTo(place, facet uint16, e *entry) bool {
	digits, ok := digitsOf(e.Number)
	if !ok || e.Created < 0 || e.Created > math.MaxUint32 {
		return false
	}
	b.surname = append(b.surname, internWord(b.surnames, &b.words.surnames, e.Surname))
	b.name = append(b.name, internWord(b.names, &b.words.names, e.Name))
	b.place = append(b.place, place)
	b.facet = append(b.facet, facet<<4|uint16(digits%10))
	b.created = append(b.created, uint32(e.Created))
	b.number = append(b.number, uint32(digits/10))
	return true
}

// takeIn adds the rows of a level that are not gone, or tells that there is no room for their places or facets.
func (b *builder) takeIn(l level) bool {
	if len(b.roll.places)+len(l.places) >= math.MaxUint16 || len(b.roll.facets)+len(l.facets) >= mostFacets {
		return false
	}
	surnames, names := interned(b.surnames, &b.words.surnames, l.surnames.list()), interned(b.names, &b.words.names, l.names.list())
	places, facets := interned(b.places, &b.roll.places, l.places), interned(b.facets, &b.roll.facets, l.facets)
	for s := range l.surnames.starts {
		for row := l.from[s]; row < l.from[s+1]; row++ {
			if l.gone != nil && l.gone.has(row) {
				continue
			}
			b.surname = append(b.surname, surnames[s])
			b.name = append(b.name, names[l.name[row]])
			b.place = append(b.place, places[l.place[row]])
			b.facet = append(b.facet, facets[l.facet[row]>>4]<<4|l.facet[row]&15)
			b.created = append(b.created, l.created[row])
			b.number = append(b.number, l.number[row])
		}
	}
	return true
}

// interned gives the indexes of many values.
func interned[V comparable, I uint16 | uint32](index map[V]I, list *[]V, values []V) []I {
	indexes := make([]I, len(values))
	for i, v := range values {
		indexes[i] = intern(index, list, v)
	}
	return indexes
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
	r.rare = r.rarities()
	r.homes = map[string][]uint32{}
	for i, p := range r.places {
		r.homes[p.province] = append(r.homes[p.province], uint32(i))
		r.homes[p.comune] = append(r.homes[p.comune], uint32(i))
	}
	result := *r
	return &result
}

// rarities list the rows of each facet that fewer than one in rareness have.
func (r *roll) rarities() [][]uint32 {
	const rareness = 32
	rare := make([][]uint32, len(r.facets))
	for f := range rare {
		if n := int(r.facetFrom[f+1] - r.facetFrom[f]); n*rareness < r.size() {
			rare[f] = make([]uint32, 0, n)
		}
	}
	for row, f := range r.facet {
		if rare[f>>4] != nil {
			rare[f>>4] = append(rare[f>>4], uint32(row))
		}
	}
	return rare
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
