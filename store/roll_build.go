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
	code     []uint32 // initials
	surnames map[string]uint32
	names    map[string]uint32
	places   map[place]uint16
	facets   map[facet]uint16
	words    struct{ surnames, names []string }
}

const mostFacets = 1 << 12

func newBuilder(size int) *builder {
	b := &builder{surnames: map[string]uint32{}, names: map[string]uint32{}, places: map[place]uint16{}, facets: map[facet]uint16{}}
	b.surname, b.code, b.rows = make([]uint32, 0, size), make([]uint32, 0, size), make([]line, 0, size)
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
	if !ok || e.Created < 0 || e.Created >= math.MaxUint32 {
		return false
	}
	b.surname = append(b.surname, internWord(b.surnames, &b.words.surnames, e.Surname))
	b.code = append(b.code, initials(e.TaxCode))
	name := internWord(b.names, &b.words.names, e.Name)
	b.rows = append(b.rows, line{name: name, created: uint32(e.Created), number: uint32(digits / 10), place: place, facet: facet<<4 | uint16(digits%10)})
	return true
}

// takeIn adds the rows of a level that are not gone, or tells that there is no room for their places or facets.
func (b *builder) takeIn(l level) bool {
	if len(b.roll.places)+len(l.places) >= math.MaxUint16 || len(b.roll.facets)+len(l.facets) >= mostFacets {
		return false
	}
	surnames, names := interned(b.surnames, &b.words.surnames, l.surnames.list()), interned(b.names, &b.words.names, l.names.list())
	places, facets := interned(b.places, &b.roll.places, l.places), interned(b.facets, &b.roll.facets, l.facets)
	codes := l.initials()
	for s := range l.surnames.starts {
		for row := l.from[s]; row < l.from[s+1]; row++ {
			if l.gone != nil && l.gone.has(row) {
				continue
			}
			x := l.rows[row]
			x.name, x.place, x.facet = names[x.name], places[x.place], facets[x.facet>>4]<<4|x.facet&15
			b.surname, b.code, b.rows = append(b.surname, surnames[s]), append(b.code, codes[row]), append(b.rows, x)
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
	order := b.order()
	r.from = make([]uint32, len(surnames)+1)
	for _, s := range b.surname {
		r.from[s+1]++
	}
	for s := range surnames {
		r.from[s+1] += r.from[s]
	}
	b.surname = nil
	sorted, codes := make([]line, len(order)), make([]uint32, len(order))
	for i, row := range order {
		sorted[i], codes[i] = r.rows[row], b.code[row]
	}
	r.rows, b.code = sorted, nil
	r.postCodes(codes)
	r.byName = post(r.rows, len(b.words.names), func(l *line) uint32 { return l.name })
	r.byPlace = post(r.rows, len(r.places), func(l *line) uint32 { return uint32(l.place) })
	r.byDate = r.sortedBy(order, (*line).lastDigit, (*line).tens, (*line).since)
	r.facetFrom = sums(r.rows, len(r.facets), func(l *line) uint32 { return uint32(l.facet >> 4) })
	r.rare = r.rarities()
	r.homes = map[string][]uint32{}
	for i, p := range r.places {
		r.homes[p.province] = append(r.homes[p.province], uint32(i))
		r.homes[p.comune] = append(r.homes[p.comune], uint32(i))
	}
	r.every = newSet(max(len(b.words.names), len(r.places), len(r.facets)))
	for i := range r.every {
		r.every[i] = math.MaxUint64
	}
	result := *r
	return &result
}

// postCodes makes the postings of the initials that each row has.
func (r *roll) postCodes(column []uint32) {
	list := make([]uint32, len(column))
	for i := range list {
		list[i] = uint32(i)
	}
	list, _ = radix(list, make([]uint32, len(column)), column)
	for i, row := range list {
		if i == 0 || column[row] != r.codes[len(r.codes)-1] {
			r.codes, r.byCode.from = append(r.codes, column[row]), append(r.byCode.from, uint32(i))
		}
	}
	r.byCode.from, r.byCode.rows = append(r.byCode.from, uint32(len(list))), list
}

// initials are those that each row has.
func (r *roll) initials() []uint32 {
	column := make([]uint32, r.size())
	for i, code := range r.codes {
		for _, row := range r.byCode.of(uint32(i)) {
			column[row] = code
		}
	}
	return column
}

func (l *line) lastDigit() uint32 { return uint32(l.facet & 15) }
func (l *line) tens() uint32      { return l.number }
func (l *line) since() uint32     { return l.created }

// order is that of surname, name and number.
func (b *builder) order() []uint32 {
	names := make([]uint32, len(b.rows))
	for i := range b.rows {
		names[i] = b.rows[i].name
	}
	ranked(names, b.words.names)
	rows := b.sortedBy(make([]uint32, len(b.rows)), (*line).lastDigit, (*line).tens)
	spare := make([]uint32, len(rows))
	for _, column := range [][]uint32{names, b.surname} {
		rows, spare = radix(rows, spare, column)
	}
	return rows
}

// sortedBy are the numbers of all rows, sorted by one value after the other, the last one above all. The list is used for it.
func (r *roll) sortedBy(list []uint32, values ...func(*line) uint32) []uint32 {
	column, spare := make([]uint32, len(r.rows)), make([]uint32, len(r.rows))
	for i := range list {
		list[i] = uint32(i)
	}
	for _, value := range values {
		for i := range r.rows {
			column[i] = value(&r.rows[i])
		}
		list, spare = radix(list, spare, column)
	}
	return list
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
	for row := range r.rows {
		if f := r.rows[row].facet >> 4; rare[f] != nil {
			rare[f] = append(rare[f], uint32(row))
		}
	}
	return rare
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
