package scan

import (
	"bytes"
	"strconv"
)

// The values of a PDF (ISO 32000-1 §7.3). Numbers are float64, strings text, and what is none of these is a word: true, null, obj.
type (
	name  string
	text  []byte
	word  string
	ref   struct{ number, generation int }
	dict  map[name]any
	array []any
)

// A lexer reads values one after the other. It goes through each byte once, and counts what it has made of them.
type lexer struct {
	data   []byte
	pos    int
	values *int               // left to make, of the whole file
	dict   func(d dict) error // is shown every dictionary
}

const (
	spaces     = "\x00\t\n\f\r "
	delimiters = "()<>[]{}/%"
)

// skip passes over white space and comments.
func (l *lexer) skip() {
	for l.pos < len(l.data) {
		switch c := l.data[l.pos]; {
		case bytes.IndexByte([]byte(spaces), c) >= 0:
			l.pos++
		case c == '%':
			end := bytes.IndexAny(l.data[l.pos:], "\r\n")
			if end < 0 {
				l.pos = len(l.data)
				return
			}
			l.pos += end
		default:
			return
		}
	}
}

func (l *lexer) atEnd() bool {
	l.skip()
	return l.pos >= len(l.data)
}

func (l *lexer) count() error {
	if *l.values--; *l.values < 0 {
		return ErrBomb
	}
	return nil
}

// value reads one value at a depth; references are seen as such.
func (l *lexer) value(depth int) (any, error) {
	if err := l.count(); err != nil {
		return nil, err
	}
	if l.atEnd() || depth > maxDepth {
		return nil, ErrDamaged
	}
	rest := l.data[l.pos:]
	switch c := rest[0]; {
	case c == '/':
		return l.name()
	case c == '(':
		return l.literal()
	case c == '[':
		l.pos++
		return l.array(depth)
	case bytes.HasPrefix(rest, []byte("<<")):
		l.pos += 2
		return l.dictionary(depth)
	case c == '<':
		return l.hexadecimal()
	case bytes.IndexByte([]byte(delimiters), c) >= 0:
		return nil, ErrDamaged
	}
	return l.number()
}

// bare reads up to white space or a delimiter.
func (l *lexer) bare() string {
	start := l.pos
	for l.pos < len(l.data) && bytes.IndexByte([]byte(spaces+delimiters), l.data[l.pos]) < 0 {
		l.pos++
	}
	return string(l.data[start:l.pos])
}

// name reads a name, with #41 for A.
func (l *lexer) name() (name, error) {
	l.pos++
	raw := l.bare()
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if b, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				out, i = append(out, byte(b)), i+2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out), nil
}

// literal reads (text), which may hold parentheses in pairs. Nobody needs its escapes resolved.
func (l *lexer) literal() (text, error) {
	start, open := l.pos, 0
	for ; l.pos < len(l.data); l.pos++ {
		switch l.data[l.pos] {
		case '\\':
			l.pos++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.pos++
				return text(l.data[start:l.pos]), nil
			}
		}
	}
	return nil, ErrDamaged
}

func (l *lexer) hexadecimal() (text, error) {
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return nil, ErrDamaged
	}
	s := l.data[l.pos : l.pos+end+1]
	l.pos += end + 1
	return text(s), nil
}

func (l *lexer) array(depth int) (array, error) {
	a := array{}
	for {
		if l.atEnd() {
			return nil, ErrDamaged
		}
		if l.data[l.pos] == ']' {
			l.pos++
			return a, nil
		}
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

func (l *lexer) dictionary(depth int) (dict, error) {
	d := dict{}
	for {
		if l.atEnd() {
			return nil, ErrDamaged
		}
		if bytes.HasPrefix(l.data[l.pos:], []byte(">>")) {
			l.pos += 2
			return d, l.dict(d)
		}
		if l.data[l.pos] != '/' {
			return nil, ErrDamaged
		}
		key, _ := l.name()
		v, err := l.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if _, twice := d[key]; twice {
			return nil, ErrDamaged // one reader takes the first, another the last
		}
		d[key] = v
	}
}

// number reads a number, a reference (12 0 R) or a word.
func (l *lexer) number() (any, error) {
	s := l.bare()
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return word(s), nil
	}
	n, whole := natural(s)
	if !whole {
		return f, nil
	}
	back := l.pos
	if generation, ok := l.natural(); ok {
		l.skip()
		if l.bare() == "R" {
			return ref{n, generation}, nil
		}
	}
	l.pos = back
	return f, nil
}

// natural reads a number of digits alone, and passes over it.
func (l *lexer) natural() (int, bool) {
	back := l.pos
	l.skip()
	n, ok := natural(l.bare())
	if !ok {
		l.pos = back
	}
	return n, ok
}

func natural(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil && s[0] != '+'
}

// is tells whether a word comes next, and passes over it.
func (l *lexer) is(w string) bool {
	back := l.pos
	l.skip()
	if l.bare() == w {
		return true
	}
	l.pos = back
	return false
}
