package store

import (
	"math"
	"strings"
)

// Looking at rows that lie far apart costs a wait for memory each time. Where a source has many, the rows of another criterion are first
// marked in a set, which is small enough to stay near the processor: then only rows that both have are looked at.

// worthMarking is from how many rows on; tests mark for fewer.
var worthMarking = 20_000.0

// masked is the source with such a set, if looking at so many of its rows would cost more than making one.
func (s source) masked(visits float64) source {
	if s.cost == nextRow || visits < worthMarking {
		return s
	}
	v := *s.v
	for _, other := range v.sources() {
		if other.marking() < visits*farRow && !strings.HasPrefix(s.name, other.name) && other.size < v.size()/2 && (v.mask == nil || other.size < v.masking) {
			v.mask, v.masking = v.marked(other), other.size
			v.anySurname = v.surnames == nil || other.name == surnameSource
		}
	}
	s.v = &v
	return s
}

// marking is what it costs to mark all rows of a source.
func (s source) marking() float64 {
	if s.cost == nextRow {
		return float64(s.size)/32 + float64(s.v.size())/64
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
