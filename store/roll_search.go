package store

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"sportello/person"
)

// A sieve lets through the rows of a roll that the criteria select. Each of its lists is nil where the criteria ask for nothing.
type sieve struct {
	*roll
	moved map[uint64]struct{} // rows that are told elsewhere

	surnames, names, places []uint32 // the values that are asked for
	surnameOK, nameOK       []bool   // the same, by value
	placeOK, facetOK        []bool
	dated                   bool
	from, to                uint32 // registered in [from, to), if dated

	likely  float64 // how many rows it lets through, if the criteria had nothing to do with each other
	counted *int    // how many it does, once known
}

// sieve compiles criteria for a roll.
func (r *roll) sieve(c Criteria, moved map[uint64]struct{}) *sieve {
	v := &sieve{roll: r, moved: moved, to: math.MaxUint32, likely: float64(r.size())}
	if c.Surname != "" {
		v.surnames = r.surnames.containing(c.Surname)
		v.surnameOK = v.chosen(len(r.surnames.starts), v.surnames, r.from)
	}
	if c.Name != "" {
		v.names = r.names.containing(c.Name)
		v.nameOK = v.chosen(len(r.names.starts), v.names, r.byName.from)
	}
	if c.Province != "" || c.Comune != "" || c.Within != nil {
		v.places = where(r.places, c.lives())
		v.placeOK = v.chosen(len(r.places), v.places, r.byPlace.from)
	}
	if c.Community != "" || c.State != "" || c.Strong != EitherStrength {
		v.facetOK = v.chosen(len(r.facets), where(r.facets, c.is), r.facetFrom)
	}
	if !c.From.IsZero() || !c.To.IsZero() {
		v.dated = true
		v.from, v.to = seconds(c.From, 0), seconds(c.To, math.MaxUint32)
		v.likely *= float64(len(v.days())) / float64(max(1, r.size()))
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

// chosen turns a list of values into a table, and counts what they let through: from tells where each value's rows begin.
func (v *sieve) chosen(n int, values, from []uint32) []bool {
	ok := make([]bool, n)
	for _, x := range values {
		ok[x] = true
	}
	v.likely *= float64(total(values, from)) / float64(max(1, v.size()))
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
	first, _ := slices.BinarySearchFunc(v.byDate, v.from, func(row, t uint32) int { return cmp.Compare(v.created[row], t) })
	end, _ := slices.BinarySearchFunc(v.byDate, v.to, func(row, t uint32) int { return cmp.Compare(v.created[row], t) })
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

// lives gives the test of a residence.
func (c Criteria) lives() func(place) bool {
	within := map[string]bool{person.AbroadProvince: true}
	if c.Within != nil {
		for _, word := range slices.Concat(c.Within.Provinces, c.Within.Comuni) { // two letters, four characters: never alike
			within[word] = true
		}
	}
	return func(p place) bool {
		return (c.Province == "" || c.Province == p.province) && (c.Comune == "" || c.Comune == p.comune) && (c.Within == nil || within[p.province] || within[p.comune])
	}
}

func (c Criteria) is(f facet) bool {
	strong := c.Strong == EitherStrength || (c.Strong == OnlyStrong) == f.strong
	return strong && (c.Community == "" || c.Community == f.community) && (c.State == "" || c.State == f.state)
}

// selects tells whether the criteria select a row, but for the residence.
func (c Criteria) selects(e *entry) bool {
	return e.Realm == c.Realm && c.is(facet{e.Community, e.State, e.Strong}) &&
		strings.Contains(e.Surname, c.Surname) && strings.Contains(e.Name, c.Name) &&
		(c.From.IsZero() || e.Created >= c.From.Unix()) && (c.To.IsZero() || e.Created < c.To.Unix())
}

// beside gives those of the rows beside the roll that the criteria select.
func (c Criteria) beside(fresh map[string]entry) (found []key) {
	lives := c.lives()
	for _, e := range fresh {
		if c.selects(&e) && lives(place{e.Province, e.Comune}) {
			found = append(found, e.key)
		}
	}
	return found
}

// lets tells whether a row goes through.
func (v *sieve) lets(row uint32) bool {
	if v.facetOK != nil && !v.facetOK[v.facet[row]>>4] || v.placeOK != nil && !v.placeOK[v.place[row]] || v.nameOK != nil && !v.nameOK[v.name[row]] {
		return false
	}
	if v.dated && (v.created[row] < v.from || v.created[row] >= v.to) || v.surnameOK != nil && !v.surnameOK[v.roll.surname(row)] {
		return false
	}
	if len(v.moved) == 0 {
		return true
	}
	_, moved := v.moved[v.digits(row)]
	return !moved
}
