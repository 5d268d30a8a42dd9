package store

import (
	"bytes"
	"slices"
	"strings"
)

// words are many words in one piece of memory, each with a line feed before and after, and with an index of every three letters that
// they contain where they are many.
type words struct {
	text   []byte
	starts []uint32 // of each word
	grams  postings
}

const (
	manyWords = 1000
	gramKinds = 27 * 27 * 27
)

func newWords(list []string) words {
	w := words{text: []byte{'\n'}}
	for _, s := range list {
		w.starts = append(w.starts, uint32(len(w.text)))
		w.text = append(append(w.text, s...), '\n')
	}
	if len(list) >= manyWords {
		w.grams = w.index()
	}
	return w
}

func (w words) bytes(i uint32) []byte {
	end := len(w.text)
	if int(i)+1 < len(w.starts) {
		end = int(w.starts[i+1])
	}
	return w.text[w.starts[i] : end-1]
}

func (w words) at(i int) string { return string(w.bytes(uint32(i))) }

func (w words) list() []string {
	list := make([]string, len(w.starts))
	for i := range list {
		list[i] = w.at(i)
	}
	return list
}

// letter numbers the letters from 1; 0 is everything else.
func letter(b byte) int {
	if b < 'A' || b > 'Z' {
		return 0
	}
	return int(b-'A') + 1
}

// gram is the number of the first three letters.
func gram(part []byte) int { return (letter(part[0])*27+letter(part[1]))*27 + letter(part[2]) }

// index lists for every three letters the words that have them, each once.
func (w words) index() postings {
	p := postings{from: make([]uint32, gramKinds+1)}
	last := make([]uint32, gramKinds) // the last word that was counted, from 1
	each := func(do func(kind int, word uint32)) {
		clear(last)
		for i := range w.starts {
			for part := w.bytes(uint32(i)); len(part) >= 3; part = part[1:] {
				if kind := gram(part); last[kind] != uint32(i)+1 {
					last[kind] = uint32(i) + 1
					do(kind, uint32(i))
				}
			}
		}
	}
	each(func(kind int, _ uint32) { p.from[kind+1]++ })
	for kind := range gramKinds {
		p.from[kind+1] += p.from[kind]
	}
	p.rows = make([]uint32, p.from[gramKinds])
	next := slices.Clone(p.from)
	each(func(kind int, word uint32) {
		p.rows[next[kind]] = word
		next[kind]++
	})
	return p
}

// containing lists the words that contain a part, in their order.
func (w words) containing(part string) []uint32 {
	if len(part) < 3 || w.grams.from == nil {
		return w.searched([]byte(part))
	}
	list := w.rarest([]byte(part))
	if len(part) == 3 && !strings.ContainsFunc(part, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		return list // they all have it
	}
	found := []uint32{}
	for _, i := range list {
		if bytes.Contains(w.bytes(i), []byte(part)) {
			found = append(found, i)
		}
	}
	return found
}

// rarest are the words that have those three letters of a part that the fewest words have.
func (w words) rarest(part []byte) []uint32 {
	best := w.grams.of(uint32(gram(part)))
	for ; len(part) >= 3; part = part[1:] {
		if list := w.grams.of(uint32(gram(part))); len(list) < len(best) {
			best = list
		}
	}
	return best
}

// searched reads the whole text.
func (w words) searched(part []byte) []uint32 {
	found := []uint32{}
	for i, at := 0, 0; i < len(w.starts); i++ {
		hit := bytes.Index(w.text[at:], part)
		if hit < 0 {
			return found
		}
		for i+1 < len(w.starts) && int(w.starts[i+1]) <= at+hit {
			i++
		}
		found = append(found, uint32(i))
		at = int(w.starts[i]) + len(w.bytes(uint32(i)))
	}
	return found
}
