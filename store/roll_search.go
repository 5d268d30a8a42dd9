package store

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"sportello/office"
	"sportello/person"
)

// A sieve lets through the rows of a roll that the criteria select. Each of its lists is nil where the criteria ask for nothing.
type sieve struct {
	level
	moved map[uint64]struct{} // rows that are told elsewhere

	surnames, names, places, facets []uint32 // the values that are asked for, in order
	nameOK, placeOK, facetOK        set      // the same, or all
	anySurname                      bool     // no surname is asked for, or the source has seen to it
	dated                           bool
	from, span                      uint32         // registered since from, for span seconds
	coded                           []uint32       // the rows whose tax codes begin as asked for, which are always few
	masks                           map[string]set // rows of one criterion, once they are needed
	mask                            set            // one of those, asked before anything else; nil is all rows

	likely  float64 // how many rows it lets through, if the criteria had nothing to do with each other
	counted *int    // how many it does, once known
}

// A set of small numbers.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i uint32)        { s[i/64] |= 1 << (i % 64) }
func (s set) bit(i uint32) uint64 { return s[i/64] >> (i % 64) & 1 }
func (s set) has(i uint32) bool   { return s.bit(i) != 0 }

// sieve compiles criteria for a level.
func (l level) sieve(c Criteria, moved map[uint64]struct{}) *sieve {
	v := &sieve{level: l, moved: moved, span: math.MaxUint32, likely: float64(l.size()), anySurname: c.Surname == "",
		nameOK: l.every, placeOK: l.every, facetOK: l.every, masks: map[string]set{}}
	if c.Surname != "" {
		v.surnames = l.surnames.containing(c.Surname)
		v.narrow(v.surnames, l.from)
	}
	if code := c.initials(); code != 0 {
		v.coded = l.coded(code)
		v.likely *= float64(len(v.coded)) / float64(max(1, v.size()))
	}
	if c.Name != "" {
		v.names = l.names.containing(c.Name)
		v.nameOK = v.chosen(v.names, l.byName.from)
	}
	if c.Province != "" || c.Comune != "" || c.Within != nil {
		v.places = l.living(c)
		v.placeOK = v.chosen(v.places, l.byPlace.from)
	}
	if c.Community != "" || c.State != "" || c.Strong != EitherStrength {
		v.facets = where(l.facets, c.is)
		v.facetOK = v.chosen(v.facets, l.facetFrom)
	}
	if !c.From.IsZero() || !c.To.IsZero() {
		v.dated = true
		v.from = seconds(c.From, 0)
		v.span = max(v.from, seconds(c.To, math.MaxUint32)) - v.from
		v.likely *= float64(len(v.days())) / float64(max(1, v.size()))
	}
	return v
}

// seconds is a time as a roll keeps it.
func seconds(t time.Time, zero uint32) uint32 {
	if t.IsZero() {
		return zero
	}
	return uint32(min(max(t.Unix(), 0), math.MaxUint32))
}

// narrow counts what a list of values lets through: from tells where each value's rows begin.
func (v *sieve) narrow(values, from []uint32) {
	v.likely *= float64(total(values, from)) / float64(max(1, v.size()))
}

// chosen narrows, and makes a set of the list.
func (v *sieve) chosen(values, from []uint32) set {
	ok := newSet(len(from))
	for _, x := range values {
		ok.add(x)
	}
	v.narrow(values, from)
	return ok
}

// total is how many rows some values have.
func total(values, from []uint32) (n int) {
	for _, x := range values {
		n += int(from[x+1] - from[x])
	}
	return n
}

// days are the rows between the dates, in the order of registration.
func (v *sieve) days() []uint32 {
	if !v.dated {
		return v.byDate
	}
	first, _ := slices.BinarySearchFunc(v.byDate, v.from, func(row, t uint32) int { return cmp.Compare(v.roll.rows[row].created, t) })
	end, _ := slices.BinarySearchFunc(v.byDate, v.from+v.span, func(row, t uint32) int { return cmp.Compare(v.roll.rows[row].created, t) })
	return v.byDate[first:max(first, end)]
}

// where lists the indexes of the values that a condition holds for.
func where[T any](list []T, holds func(T) bool) []uint32 {
	found := []uint32{}
	for i, v := range list {
		if holds(v) {
			found = append(found, uint32(i))
		}
	}
	return found
}

// withinWords are what a place in a competence may have: two letters of a province, or four characters of a comune; never alike. Residents
// abroad are in everybody's.
func withinWords(c *office.Competence) []string {
	return slices.Concat(c.Provinces, c.Comuni, []string{person.AbroadProvince})
}

// lives gives the test of a residence.
func (c Criteria) lives() func(place) bool {
	within := map[string]bool{}
	if c.Within != nil {
		for _, word := range withinWords(c.Within) {
			within[word] = true
		}
	}
	return func(p place) bool {
		return (c.Province == "" || c.Province == p.province) && (c.Comune == "" || c.Comune == p.comune) && (c.Within == nil || within[p.province] || within[p.comune])
	}
}

// living lists the places of the criteria.
func (r *roll) living(c Criteria) []uint32 {
	found := []uint32{}
	for _, word := range c.homes() {
		found = append(found, r.homes[word]...)
	}
	slices.Sort(found)
	found = slices.Compact(found)
	lives := c.lives()
	return slices.DeleteFunc(found, func(i uint32) bool { return !lives(r.places[i]) })
}

// homes are words of which every place of the criteria has one.
func (c Criteria) homes() []string {
	switch {
	case c.Comune != "":
		return []string{c.Comune}
	case c.Province != "":
		return []string{c.Province}
	}
	return withinWords(c.Within)
}

func (c Criteria) is(f facet) bool {
	strong := c.Strong == EitherStrength || (c.Strong == OnlyStrong) == f.strong
	return strong && (c.Community == "" || c.Community == f.community) && (c.State == "" || c.State == f.state)
}

// selects tells whether the criteria select a row, but for the residence.
func (c Criteria) selects(e *entry) bool {
	return e.Realm == c.Realm && c.is(facetOf(e)) &&
		strings.Contains(e.Surname, c.Surname) && strings.Contains(e.Name, c.Name) &&
		(c.From.IsZero() || e.Created >= c.From.Unix()) && (c.To.IsZero() || e.Created < c.To.Unix())
}

// among gives those of the rows that the criteria select.
func (c Criteria) among(list []entry) (found []key) {
	if len(list) == 0 {
		return nil
	}
	lives, code := c.lives(), c.initials()
	for i := range list {
		if e := &list[i]; c.selects(e) && lives(homeOf(e)) && (code == 0 || initials(e.TaxCode) == code) {
			found = append(found, e.key)
		}
	}
	return found
}

// fits tells whether a line has the values that are asked for. It does without branches what half of the rows would take one way, and
// half the other.
func (v *sieve) fits(l *line) bool {
	return v.facetOK.bit(uint32(l.facet>>4))&v.placeOK.bit(uint32(l.place))&v.nameOK.bit(l.name) != 0 && l.created-v.from < v.span
}

// stays tells whether a row that fits goes through.
func (v *sieve) stays(row uint32, l *line) bool {
	if !v.anySurname && !v.bears(row) || v.gone != nil && v.gone.has(row) {
		return false
	}
	if len(v.moved) == 0 {
		return true
	}
	_, moved := v.moved[l.digits()]
	return !moved
}

// sift gives f the rows of a stretch that go through, until f has enough; then it gives false.
func (v *sieve) sift(x stretch, f func(row uint32) bool) bool {
	if x.list == nil && v.mask != nil {
		return v.siftMarked(x, f)
	}
	for i, n := uint32(0), x.size(); i < n; i++ {
		at := i
		if x.down {
			at = n - 1 - i
		}
		row := x.first + at
		if x.list != nil {
			row = x.list[row]
		}
		if (v.mask == nil || v.mask.has(row)) && !v.passes(row, f) {
			return false
		}
	}
	return true
}

// siftMarked is sift for rows that lie in order: it goes from mark to mark.
func (v *sieve) siftMarked(x stretch, f func(row uint32) bool) bool {
	for first, end := x.first, x.end; first < end; {
		if x.down {
			row := v.mask.last(first, end)
			if row == end {
				return true
			}
			if end = row; !v.passes(row, f) {
				return false
			}
			continue
		}
		if first = v.mask.next(first, end); first == end {
			return true
		}
		if !v.passes(first, f) {
			return false
		}
		first++
	}
	return true
}

// passes gives f a row if it goes through, and false once f has enough.
func (v *sieve) passes(row uint32, f func(row uint32) bool) bool {
	l := &v.roll.rows[row]
	return !v.fits(l) || !v.stays(row, l) || f(row)
}

// bears tells whether a row has one of the surnames.
func (v *sieve) bears(row uint32) bool {
	after := sort.Search(len(v.surnames), func(i int) bool { return v.level.from[v.surnames[i]] > row })
	return after > 0 && row < v.level.from[v.surnames[after-1]+1]
}
