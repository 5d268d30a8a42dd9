package store

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
)

// Looking at rows that lie far apart costs a wait for memory each time, and looking at each of a million in order takes its time too. Where
// a source has many, the rows of another criterion are first marked in a set, which is small enough to stay near the processor: then only rows
// that both have are looked at.

// worthMarking is from which cost of looking at rows on; tests mark for less.
var worthMarking = 40_000.0

// masked is the source with such a set, if looking at so many of its rows would cost more than making one.
func (s source) masked(visits float64) source {
	if visits*s.cost < worthMarking {
		return s
	}
	others := slices.DeleteFunc(s.v.sources(), func(other source) bool {
		return other.marking() >= visits*s.cost || strings.HasPrefix(s.name, other.name) || other.size > s.v.size()/2
	})
	if len(others) == 0 {
		return s
	}
	rarest := slices.MinFunc(others, func(a, b source) int { return cmp.Compare(a.size, b.size) })
	v := *s.v
	v.mask, v.anySurname = v.marked(rarest), v.anySurname || rarest.name == surnameSource
	s.v = &v
	return s
}

// marking is what it costs to mark all rows of a source.
func (s source) marking() float64 {
	if s.cost == nextRow {
		return float64(s.size)/32 + float64(s.v.size())/512
	}
	return float64(s.size)
}

// marked is the set of a source's rows. It is made once for a search.
func (v *sieve) marked(s source) set {
	if known, ok := v.masks[s.name]; ok {
		return known
	}
	marks := newSet(v.size())
	for x := range s.rows {
		marks.addAll(x)
	}
	v.masks[s.name] = marks
	return marks
}

func (s set) addAll(x stretch) {
	if x.list == nil {
		s.addFrom(x.first, x.end)
		return
	}
	for _, row := range x.list[x.first:x.end] {
		s.add(row)
	}
}

// addFrom adds all numbers from one to before another.
func (s set) addFrom(first, end uint32) {
	if first >= end {
		return
	}
	from, to := first/64, (end-1)/64
	head, tail := uint64(math.MaxUint64)<<(first%64), uint64(math.MaxUint64)>>(63-(end-1)%64)
	if from == to {
		s[from] |= head & tail
		return
	}
	s[from] |= head
	s[to] |= tail
	for i := from + 1; i < to; i++ {
		s[i] = math.MaxUint64
	}
}

// next is the first number of the set from one on and before another, or that other.
func (s set) next(first, end uint32) uint32 {
	for first < end {
		if rest := s[first/64] >> (first % 64); rest != 0 {
			return min(first+uint32(bits.TrailingZeros64(rest)), end)
		}
		first = first&^63 + 64
	}
	return end
}

// last is the last number of the set from one on and before another, or that other if there is none.
func (s set) last(first, end uint32) uint32 {
	for at := end; at > first; at = (at - 1) &^ 63 {
		if rest := s[(at-1)/64] << (63 - (at-1)%64); rest != 0 {
			if row := at - 1 - uint32(bits.LeadingZeros64(rest)); row >= first {
				return row
			}
			return end
		}
	}
	return end
}
