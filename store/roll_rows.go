package store

import (
	"cmp"
	"iter"
	"math"
	"slices"
)

// A source is a part of a roll that holds all rows that a sieve lets through.
type source struct {
	name string // Italian, for Explain
	size int
	cost float64 // of looking at a row
	rows iter.Seq[stretch]
	v    *sieve // what is left to ask of its rows
}

// A stretch is some rows: those from first to end, or if there is a list, its values there; backwards if down.
type stretch struct {
	list       []uint32
	first, end uint32
	down       bool
}

func listed(list []uint32) stretch { return stretch{list: list, end: uint32(len(list))} }

func (x stretch) size() uint32 { return x.end - x.first }

// cut divides a stretch after n rows.
func (x stretch) cut(n uint32) (head, rest stretch) {
	if n >= x.size() {
		return x, stretch{}
	}
	head, rest = x, x
	if x.down {
		head.first, rest.end = x.end-n, x.end-n
	} else {
		head.end, rest.first = x.first+n, x.first+n
	}
	return head, rest
}

// each gives f the rows that go through, until f has enough. It gives up, and says so with false, before it would look at more rows
// than patience allows.
func (s source) each(patience float64, f func(row uint32) bool) bool {
	const piece = 1024
	for rest := range s.rows {
		for rest.size() > 0 {
			var x stretch
			x, rest = rest.cut(piece)
			if patience -= float64(x.size()); patience < 0 {
				return false
			}
			if !s.v.sift(x, f) {
				return true
			}
		}
	}
	return true
}

// all is what it costs to look at all of its rows.
func (s source) all() float64 { return float64(s.size) * s.cost }

// What looking at a row costs: the next one in memory, or one elsewhere.
const (
	nextRow = 1
	farRow  = 5
)

const surnameSource = "cognomi"

// sources are the parts that the criteria name, and the whole.
func (v *sieve) sources() []source {
	if v.coded != nil {
		return []source{{"codici fiscali", len(v.coded), farRow, one(listed(v.coded)), v}}
	}
	list := []source{{"tutte le righe", v.size(), nextRow, v.ofRoll(run{}), v}}
	if v.surnames != nil {
		list = append(list, source{surnameSource, total(v.surnames, v.level.from), nextRow, v.ofSurnames(run{}), v.butSurnames()})
	}
	for _, x := range []struct {
		name   string
		values []uint32
		in     postings
	}{{"nomi", v.names, v.byName}, {"comuni", v.places, v.byPlace}} {
		if x.values != nil {
			list = append(list, source{x.name, total(x.values, x.in.from), farRow, x.in.ofAll(x.values), v})
		}
	}
	if v.dated {
		days := v.days()
		list = append(list, source{"date", len(days), farRow, one(listed(days)), v})
	}
	if v.facets != nil && !slices.ContainsFunc(v.facets, func(f uint32) bool { return v.rare[f] == nil }) {
		list = append(list, source{"stati", total(v.facets, v.facetFrom), farRow, v.ofRare, v})
	}
	return list
}

// least is the source of which it takes least to look at all rows.
func least(list []source) source {
	return slices.MinFunc(list, func(a, b source) int { return cmp.Compare(a.all(), b.all()) })
}

func (v *sieve) ofRare(yield func(stretch) bool) {
	for _, f := range v.facets {
		if !yield(listed(v.rare[f])) {
			return
		}
	}
}

// butSurnames is the sieve without the question for the surname.
func (v *sieve) butSurnames() *sieve {
	other := *v
	other.anySurname = true
	return &other
}

func (p postings) ofAll(values []uint32) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for _, v := range values {
			if !yield(listed(p.of(v))) {
				return
			}
		}
	}
}

// inOrder is the source that gives rows in the order of a run, from its cursor on.
func (v *sieve) inOrder(r run) (s source) {
	switch {
	case r.byDate:
		s = source{"date, in ordine", len(v.days()), farRow, v.ofDays(r), v}
	case v.surnames != nil:
		s = source{"cognomi, in ordine", total(v.surnames, v.level.from), nextRow, v.ofSurnames(r), v.butSurnames()}
	default:
		s = source{"tutte le righe, in ordine", v.size(), nextRow, v.ofRoll(r), v}
	}
	return s
}

// reach gives the rows of the roll that a run goes over: those before or after its cursor.
func (r *roll) reach(x run) (first, end uint32) {
	first, end = 0, uint32(r.size())
	if x.beyond == nil {
		return first, end
	}
	at := uint32(r.position(*x.beyond))
	if x.down {
		return first, at
	}
	if at < end && r.key(at) == *x.beyond {
		at++
	}
	return at, end
}

func one(x stretch) iter.Seq[stretch] { return func(yield func(stretch) bool) { yield(x) } }

func (v *sieve) ofRoll(r run) iter.Seq[stretch] {
	first, end := v.reach(r)
	return one(stretch{first: first, end: end, down: r.down})
}

func (v *sieve) ofSurnames(r run) iter.Seq[stretch] {
	first, end := v.reach(r)
	return func(yield func(stretch) bool) {
		for i := range v.surnames {
			if r.down {
				i = len(v.surnames) - 1 - i
			}
			s := v.surnames[i]
			from, to := max(first, v.level.from[s]), min(end, v.level.from[s+1])
			if from < to && !yield(stretch{first: from, end: to, down: r.down}) {
				return
			}
		}
	}
}

func (v *sieve) ofDays(r run) iter.Seq[stretch] {
	days := v.days()
	if r.beyond != nil {
		at, same := slices.BinarySearchFunc(days, *r.beyond, v.compareDate)
		if r.down {
			days = days[:at]
		} else if same {
			days = days[at+1:]
		} else {
			days = days[at:]
		}
	}
	x := listed(days)
	x.down = r.down
	return one(x)
}

func (r *roll) compareDate(row uint32, k key) int {
	return cmp.Or(cmp.Compare(int64(r.rows[row].created), k.Created), cmp.Compare(numeral(r.digits(row)), k.Number))
}

// visits is what it costs to look at rows of a source until so many are found.
func (v *sieve) visits(s source, wanted int) float64 {
	if v.likely < float64(wanted) {
		return s.all()
	}
	return s.all() * float64(wanted) / v.likely
}

// countable is where to count: a source that probably has enough after a few rows, or at the worst all of another.
func (v *sieve) countable(most int) (quick, whole source) {
	list := v.sources()
	quick = slices.MinFunc(list, func(a, b source) int { return cmp.Compare(v.visits(a, most), v.visits(b, most)) })
	return quick, least(list)
}

// count tells how many rows the sieve lets through; no more than most, unless it is known already.
func (v *sieve) count(most int) int {
	if v.counted != nil {
		return *v.counted
	}
	quick, whole := v.countable(most)
	if n, done := quick.masked(v.visits(quick, most)/quick.cost).count(most, whole.all()/quick.cost); done {
		return n
	}
	n, _ := whole.masked(float64(whole.size)).count(most, math.Inf(1))
	return n
}

// count counts up to most, and gives up after so many rows.
func (s source) count(most int, patience float64) (n int, done bool) {
	done = s.each(patience, func(uint32) bool {
		n++
		return n < most
	})
	return n, done
}

// pageable is where to find a page: a source in the order of the run, read until there is enough, or all of another, which gives the
// count at the same time, if that takes less.
func (v *sieve) pageable(r run) (ordered, whole source, inOrder bool) {
	ordered = v.inOrder(r)
	quick, whole := v.countable(mostCounted + 1)
	if v.coded != nil {
		return ordered, whole, false
	}
	return ordered, whole, v.visits(ordered, r.size)+v.visits(quick, mostCounted+1) <= whole.all()
}

// rows gives the first rows of a run. What was expected of its order may prove wrong: then the smaller source is read after all.
func (v *sieve) rows(r run) []uint32 {
	ordered, whole, inOrder := v.pageable(r)
	if inOrder {
		if found, done := ordered.masked(v.visits(ordered, r.size)/ordered.cost).first(r.size, whole.all()/ordered.cost); done {
			if len(found) < r.size && r.beyond == nil {
				n := len(found)
				v.counted = &n
			}
			return found
		}
	}
	found, all := whole.masked(float64(whole.size)).choose(r)
	v.counted = &all
	return found
}

// first gives the first rows, and gives up after so many rows.
func (s source) first(size int, patience float64) (found []uint32, done bool) {
	found = make([]uint32, 0, size)
	done = s.each(patience, func(row uint32) bool {
		found = append(found, row)
		return len(found) < size
	})
	return found, done
}

// choose gives the first rows of a run from a source in any order, and how many rows it has whatever the cursor.
func (s source) choose(r run) (found []uint32, all int) {
	comes, after := s.v.comparing(r), s.v.beyond(r)
	found = make([]uint32, 0, 8*r.size)
	keep := func() {
		slices.SortFunc(found, comes)
		found = found[:min(len(found), r.size)]
	}
	full := false // then what comes after the last one kept is no use
	s.each(math.Inf(1), func(row uint32) bool {
		if all++; !after(row) || full && comes(row, found[r.size-1]) > 0 {
			return true
		}
		if found = append(found, row); len(found) == cap(found) {
			keep()
			full = true
		}
		return true
	})
	keep()
	return found, all
}

// comparing sorts rows as a run gives them.
func (r *roll) comparing(x run) func(a, b uint32) int {
	up := cmp.Compare[uint32]
	if x.byDate {
		up = func(a, b uint32) int {
			return cmp.Or(cmp.Compare(r.rows[a].created, r.rows[b].created), cmp.Compare(r.digits(a), r.digits(b)))
		}
	}
	if x.down {
		return func(a, b uint32) int { return up(b, a) }
	}
	return up
}

// beyond tells which rows come after the cursor of a run.
func (r *roll) beyond(x run) func(row uint32) bool {
	if x.beyond == nil {
		return func(uint32) bool { return true }
	}
	if !x.byDate {
		first, end := r.reach(x)
		return func(row uint32) bool { return row >= first && row < end }
	}
	return func(row uint32) bool {
		return x.down == (r.compareDate(row, *x.beyond) < 0) && r.compareDate(row, *x.beyond) != 0
	}
}
