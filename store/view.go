package store

import (
	"maps"
	"slices"

	"sportello/community"
)

// A view is the listing as it was at one moment; it never changes. Each realm has rolls, the oldest and by far the largest first: what
// changes becomes a small one, and a small one that has grown is merged into the one before it.
type view struct {
	seq    int64 // of the last act that it has
	levels map[community.Realm][]level
	fresh  []entry             // newer than the rolls
	moved  map[uint64]struct{} // the numbers of fresh that the rolls may have
	odd    int                 // how many of fresh no roll has room for
}

// A level is a roll, and which of its rows newer ones tell better.
type level struct {
	*roll
	gone set // nil is none
}

const (
	mostFresh = 512 // rows that stand beside the rolls
	levelStep = 8   // how many times larger the level before is, at least
)

func (v *view) crowded() bool { return len(v.fresh) > mostFresh+v.odd }

// put makes rows stand beside the rolls.
func (v *view) put(fresh []entry) {
	v.fresh, v.moved = fresh, make(map[uint64]struct{}, len(fresh))
	for i := range fresh {
		if digits, ok := digitsOf(fresh[i].Number); ok {
			v.moved[digits] = struct{}{}
		}
	}
}

// with is the view once there is news.
func (v *view) with(news []entry) *view {
	next := &view{seq: v.seq, levels: v.levels, odd: v.odd}
	latest := make(map[string]entry, len(news))
	for _, e := range news {
		if e.Changed >= latest[e.Number].Changed {
			latest[e.Number] = e
		}
		next.seq = max(next.seq, e.Changed)
	}
	fresh := make([]entry, 0, len(v.fresh)+len(latest))
	for _, e := range v.fresh {
		if _, newer := latest[e.Number]; !newer {
			fresh = append(fresh, e)
		}
	}
	next.put(slices.AppendSeq(fresh, maps.Values(latest)))
	return next
}

// find gives what the view has of a search.
func (v *view) find(c Criteria) *found {
	f := &found{beside: c.among(v.fresh)}
	for _, l := range v.levels[c.Realm] {
		f.in = append(f.in, l.sieve(c, v.moved))
	}
	return f
}

// merged gives the levels once the rows beside them have become one of them, and those that have no room there.
func (v *view) merged() (levels map[community.Realm][]level, left []entry) {
	crowds := builders{}
	for i := range v.fresh {
		if e := &v.fresh[i]; e.Realm != "" && !crowds.of(e.Realm).add(e) {
			left = append(left, *e)
		}
	}
	levels = map[community.Realm][]level{}
	for realm, list := range v.levels {
		for _, l := range list {
			levels[realm] = append(levels[realm], l.without(v.moved))
		}
	}
	for realm, b := range crowds {
		levels[realm] = stacked(append(levels[realm], level{roll: b.finish()}))
	}
	return levels, left
}

// without is a level whose rows with those numbers are gone.
func (l level) without(numbers map[uint64]struct{}) level {
	const kinds = 1 << 14
	likely := newSet(kinds) // asked first: nearly always it says no
	kind := func(tens uint32) uint32 { return tens * 2654435769 >> (32 - 14) }
	for n := range numbers {
		likely.add(kind(uint32(n / 10)))
	}
	gone := slices.Clone(l.gone)
	for row := range l.rows {
		if !likely.has(kind(l.rows[row].number)) {
			continue
		}
		if _, is := numbers[l.digits(uint32(row))]; is {
			if gone == nil {
				gone = newSet(l.size())
			}
			gone.add(uint32(row))
		}
	}
	return level{l.roll, gone}
}

// stacked merges the last levels until each is much smaller than the one before.
func stacked(list []level) []level {
	for n := len(list); n > 1 && list[n-1].size()*levelStep >= list[n-2].size(); n = len(list) {
		b := newBuilder(list[n-2].size() + list[n-1].size())
		if !b.takeIn(list[n-2]) || !b.takeIn(list[n-1]) {
			break
		}
		list = append(list[:n-2], level{roll: b.finish()})
	}
	return list
}

// builders make the rolls of several realms.
type builders map[community.Realm]*builder

func (b builders) of(realm community.Realm) *builder {
	if b[realm] == nil {
		b[realm] = newBuilder(0)
	}
	return b[realm]
}

// found is what there is of one search: rows of rolls, and those beside them.
type found struct {
	in     []*sieve
	beside []key
	err    error // that broke off the reading of beside
}

// rows implements finder.
func (f *found) rows(r run) ([]key, error) {
	var keys []key
	for _, v := range f.in {
		for _, row := range v.rows(r) {
			keys = append(keys, v.key(row))
		}
	}
	for _, k := range f.beside {
		if r.beyond == nil || r.before(*r.beyond, k) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if r.down {
			a, b = b, a
		}
		return r.compare(a, b)
	})
	return keys[:min(len(keys), r.size)], f.err
}

// count implements finder.
func (f *found) count(most int) (int, error) {
	n := len(f.beside)
	for _, v := range f.in {
		if n >= most {
			break
		}
		n += v.count(most - n)
	}
	return n, f.err
}
