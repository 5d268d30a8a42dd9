package preload

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"sportello/person"
)

// repeats knows which tax codes stand in a list more than once, in memory that does not grow with the list: a first look at all the codes marks
// bits, and only those that find their bits marked already are remembered. What is remembered by chance alone turns out to stand there once.
type repeats struct {
	seed   maphash.Seed
	marks  []uint64         // bits; only while looking
	first  map[uint64]int64 // of a code that may stand there again: the first line that has it, 0 until it was met
	header header
}

// The memory for a look: 16 bits a line, of which there are no more than one every 64 bytes; at most 32 MB.
const (
	bytesPerLine = 64
	bitsPerLine  = 16
	mostMarks    = 1 << 22 // words of 64 bits
	mostRepeated = 500_000
)

// lookForRepeats goes through the tax codes of a list of some bytes. Error: FileFault, for a list that repeats itself without end.
func lookForRepeats(open source, bytes int64) (*repeats, error) {
	r := &repeats{seed: maphash.MakeSeed(), first: map[uint64]int64{}}
	words := 1 << 10
	for words < mostMarks && int64(words)*64 < bytes/bytesPerLine*bitsPerLine {
		words *= 2
	}
	r.marks = make([]uint64, words)
	defer func() { r.marks = nil }()
	in, err := open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	l := newLines(in)
	if r.header, err = l.header(); err != nil {
		return nil, err
	}
	for {
		next, err := l.next()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading the list: %w", err)
		}
		if hash, ok := r.hash(next); ok && r.marked(hash) {
			r.first[hash] = 0
		}
		if len(r.first) > mostRepeated {
			return nil, FileFault{Code: "ripetizioni"}
		}
	}
}

// hash is that of the tax code of a line, if the line has one.
func (r *repeats) hash(l line) (hash uint64, ok bool) {
	if l.long {
		return 0, false
	}
	cells, ok := split(l.text, r.header.separator)
	if !ok || len(cells) != len(r.header.columns) {
		return 0, false
	}
	for i, c := range r.header.columns {
		if c == colTaxCode {
			code, err := person.ParseTaxCode(clean(cells[i]))
			return maphash.String(r.seed, string(code)), err == nil
		}
	}
	return 0, false
}

// marked marks four bits for a hash, and tells whether all were marked before.
func (r *repeats) marked(hash uint64) bool {
	before := true
	step := hash>>32 | 1
	for range 4 {
		word, bit := hash>>6&uint64(len(r.marks)-1), uint64(1)<<(hash&63)
		before = before && r.marks[word]&bit != 0
		r.marks[word] |= bit
		hash += step * 0x9e3779b97f4a7c15
	}
	return before
}

// met tells whether an earlier line had the tax code; lines come in their order.
func (r *repeats) met(code person.TaxCode, number int64) bool {
	if len(r.first) == 0 {
		return false
	}
	hash := maphash.String(r.seed, string(code))
	first, may := r.first[hash]
	if may && first == 0 {
		r.first[hash] = number
	}
	return may && first != 0 && first != number
}

// pass goes over a line that was dealt with before.
func (r *repeats) pass(l line) {
	if len(r.first) == 0 {
		return
	}
	if hash, ok := r.hash(l); ok {
		if first, may := r.first[hash]; may && first == 0 {
			r.first[hash] = l.number
		}
	}
}
