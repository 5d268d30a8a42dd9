package store

import (
	"cmp"
	"encoding/json"
	"slices"
)

// A key is what a row of the listing is sorted by. It names a place in a list of any order.
type key struct {
	Surname, Name string
	Created       int64 // Unix seconds
	Number        string
}

func (k key) cursor() Cursor {
	b, _ := json.Marshal(k) // strings and a number
	return Cursor(b)
}

// place is where a cursor points; nil for the beginning of a list.
func (c Cursor) place() *key {
	var k key
	if json.Unmarshal([]byte(c), &k) != nil {
		return nil
	}
	return &k
}

// A run asks for some rows in one direction.
type run struct {
	byDate bool // otherwise by surname, name and number
	down   bool // from the last to the first
	beyond *key // the first row comes after this one; nil is from the end of the list that it starts at
	size   int
}

// compare tells which row comes first on a way up.
func (r run) compare(a, b key) int {
	if r.byDate {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Number, b.Number))
	}
	return cmp.Or(cmp.Compare(a.Surname, b.Surname), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Number, b.Number))
}

// before tells whether a comes before b.
func (r run) before(a, b key) bool {
	if r.down {
		a, b = b, a
	}
	return r.compare(a, b) < 0
}

// orders are how a list runs forward.
var orders = map[Order]run{
	BySurname:   {},
	BySurnameUp: {down: true},
	NewestFirst: {byDate: true, down: true},
	OldestFirst: {byDate: true},
}

// A finder finds the rows of one search: in memory, or in the database where memory has not what it takes.
type finder interface {
	// rows gives what it has found together with an error.
	rows(run) ([]key, error)
	// count stops at most.
	count(most int) (int, error)
}

// slice finds one page and puts into f what there is around it. A place that has no rows any more gives the nearest page.
func slice(in finder, s Slice, f *Found) ([]key, error) {
	keys, err := in.rows(s.run())
	if len(keys) == 0 && err == nil && s.At != "" {
		s.Last, s.Back, s.At = !s.Back, false, ""
		keys, err = in.rows(s.run())
	}
	count, uncounted := in.count(mostCounted + 1)
	if uncounted == nil {
		f.Count, f.Over = min(count, mostCounted), count > mostCounted
	}
	size := min(s.Size, len(keys))
	if s.Last && uncounted == nil && !f.Over && size > 0 {
		size = (f.Count-1)%s.Size + 1 // so that it is the page that one comes to by going on
	}
	more := size < len(keys) || err != nil && size > 0
	f.around(s, keys[:size], more)
	return keys[:size], cmp.Or(err, uncounted)
}

// run is what fills the page, and one row more.
func (s Slice) run() run {
	r := orders[s.Order]
	r.size, r.beyond = s.Size+1, s.At.place()
	if s.backward() {
		r.down = !r.down
	}
	if s.Last {
		r.beyond = nil
	}
	return r
}

func (s Slice) backward() bool { return s.Back || s.Last }

// around turns the rows of a page into the list's order, and tells where it goes on.
func (f *Found) around(s Slice, keys []key, more bool) {
	f.HasPrevious, f.HasNext = s.At != "" && len(keys) > 0, more
	if s.backward() {
		slices.Reverse(keys)
		f.HasPrevious, f.HasNext = more, !s.Last
	}
	if len(keys) > 0 {
		f.Previous, f.Next = keys[0].cursor(), keys[len(keys)-1].cursor()
	}
	f.Count = max(f.Count, len(keys))
}
