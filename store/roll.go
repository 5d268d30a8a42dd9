package store

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"sportello/community"
	"sportello/registration"
)

// An entry is a row of the listing.
type entry struct {
	key
	Realm            community.Realm // "" once it is gone
	Community        community.ID
	Province, Comune string
	State            registration.State
	Strong           bool
	Changed          int64
	TaxCode          string // its first six characters at least
}

// A roll is what memory holds of a realm's listing, or of a part of it: small numbers, 37 bytes a registration at most, in the order of surname,
// name and number. It never changes; what has changed since stands beside it (see view).
type roll struct {
	surnames words
	from     []uint32 // where each surname's rows begin; one more at the end
	names    words    // in no order
	places   []place
	facets   []facet

	rows []line

	byName, byPlace postings
	codes           []uint32            // the initials of tax codes, in order
	byCode          postings            // of each of them
	byDate          []uint32            // rows in the order of registration
	facetFrom       []uint32            // sums of the facets' rows
	rare            [][]uint32          // the rows of each facet that few have; nil for the others
	homes           map[string][]uint32 // the places of each province and of each comune
	every           set                 // of names, of places, of facets
}

// A line is a row but for its surname: all that a search may ask of it comes with one access to memory.
type line struct {
	name    uint32
	created uint32 // Unix seconds
	number  uint32 // without its last digit
	place   uint16
	facet   uint16 // and the number's last digit: facet<<4 | digit
}

func (l line) digits() uint64 { return uint64(l.number)*10 + uint64(l.facet&15) }

// A place is where people live: the words of the residence.
type place struct{ province, comune string }

// A facet is what few values are made of.
type facet struct {
	community community.ID
	state     registration.State
	strong    bool
}

// initials number the first six letters of a tax code; 0 is for what does not begin with letters.
func initials(code string) (n uint32) {
	if len(code) < 6 {
		return 0
	}
	for i := range 6 {
		l := letter(code[i])
		if l == 0 {
			return 0
		}
		n = n*27 + uint32(l)
	}
	return n
}

// coded lists the rows of some initials.
func (r *roll) coded(code uint32) []uint32 {
	i, found := slices.BinarySearch(r.codes, code)
	if !found {
		return []uint32{}
	}
	return r.byCode.of(uint32(i))
}

func (r *roll) size() int { return len(r.rows) }

func (r *roll) digits(row uint32) uint64 { return r.rows[row].digits() }

// numeral writes the ten digits of a registration number.
func numeral(n uint64) string {
	s := strconv.FormatUint(n, 10)
	return "0000000000"[:10-len(s)] + s
}

// digitsOf reads a registration number; ok is false for what no roll has room for.
func digitsOf(number string) (n uint64, ok bool) {
	n, err := strconv.ParseUint(number, 10, 64)
	return n, err == nil && len(number) == 10 && n/10 <= math.MaxUint32
}

// surname gives the index of a row's surname.
func (r *roll) surname(row uint32) int {
	i, found := slices.BinarySearch(r.from, row)
	if !found {
		return i - 1
	}
	for r.from[i+1] == row { // a surname without rows
		i++
	}
	return i
}

func (r *roll) key(row uint32) key {
	return key{r.surnames.at(r.surname(row)), r.names.at(int(r.rows[row].name)), int64(r.rows[row].created), numeral(r.digits(row))}
}

// postings list the rows of each value of a column, in order.
type postings struct{ from, rows []uint32 }

func (p postings) of(value uint32) []uint32 { return p.rows[p.from[value]:p.from[value+1]] }

// post makes the postings of a value below n that each of many lines has.
func post(rows []line, n int, value func(*line) uint32) postings {
	p := postings{sums(rows, n, value), make([]uint32, len(rows))}
	next := slices.Clone(p.from)
	for row := range rows {
		v := value(&rows[row])
		p.rows[next[v]] = uint32(row)
		next[v]++
	}
	return p
}

// sums tell for each value below n how many lines have a smaller one; n itself, how many there are.
func sums(rows []line, n int, value func(*line) uint32) []uint32 {
	from := make([]uint32, n+1)
	for row := range rows {
		from[value(&rows[row])+1]++
	}
	for v := range n {
		from[v+1] += from[v]
	}
	return from
}

// radix sorts rows by a column, keeping the order of equal ones.
func radix(rows, spare, column []uint32) (sorted, other []uint32) {
	for shift := 0; shift < 33; shift += 11 {
		var next [1<<11 + 1]uint32
		for _, v := range column {
			next[v>>shift&(1<<11-1)+1]++
		}
		if slices.Max(next[1:]) == uint32(len(column)) {
			continue // all alike
		}
		for i := range 1 << 11 {
			next[i+1] += next[i]
		}
		for _, row := range rows {
			digit := column[row] >> shift & (1<<11 - 1)
			spare[next[digit]] = row
			next[digit]++
		}
		rows, spare = spare, rows
	}
	return rows, spare
}

// position is the first row, in the order of the roll, whose key is not below k.
func (r *roll) position(k key) int {
	return sort.Search(r.size(), func(row int) bool { return run{}.compare(r.key(uint32(row)), k) >= 0 })
}
