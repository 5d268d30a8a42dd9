package letter

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"sportello/letter/pdf"
)

// A block is a heading, a paragraph, a list, a table or lines of code.
type block struct {
	heading   int // its level, 0 for none
	numbering *pdf.Numbering
	first     int        // number of the first item
	level     int        // how deep it stands inside lists
	items     []string   // one for headings and paragraphs
	rows      [][]string // of a table: the first is its head
	code      bool       // the items are lines that keep their spaces
}

// A markdownReader takes lines in, one after the other.
type markdownReader struct {
	out     []block
	open    bool // the next plain line goes on with the last item
	list    bool // the last lines belong to a list: what is indented stands inside it
	code    bool // between two fences
	comment bool // between <!-- and -->
}

// blocks reads Markdown: headings with #, paragraphs, lists with - * or 1. and lists inside them, tables, code between fences. Quotations
// are paragraphs; rules and comments are left out.
func blocks(markdown string) []block {
	var r markdownReader
	for _, line := range strings.Split(strings.ReplaceAll(markdown, "\r\n", "\n"), "\n") {
		r.take(line)
	}
	return r.out
}

func (r *markdownReader) take(raw string) {
	line := strings.TrimSpace(raw)
	fence := strings.HasPrefix(line, "```")
	switch {
	case r.code && !fence:
		last := &r.out[len(r.out)-1]
		last.items = append(last.items, strings.TrimRight(raw, " "))
	case fence:
		r.code, r.open = !r.code, false
		if r.code {
			r.out = append(r.out, block{code: true, level: r.depth(raw)})
		}
	case r.comment || strings.HasPrefix(line, "<!--"):
		r.comment = !strings.Contains(line, "-->")
	case line == "":
		r.open = false
	case rule.MatchString(line):
		r.open, r.list = false, false
	case strings.HasPrefix(line, "|"):
		r.row(line)
	default:
		r.text(raw, strings.TrimSpace(strings.TrimPrefix(line, ">")))
	}
}

var (
	rule      = regexp.MustCompile(`^(-{3,}|\*{3,}|_{3,}|- - -|\* \* \*)$`)
	separator = regexp.MustCompile(`^:?-+:?$`)
)

// depth is how deep a line stands: what is indented behind a list's item belongs inside it.
func (r *markdownReader) depth(raw string) int {
	indent := len(strings.ReplaceAll(raw, "\t", "    ")) - len(strings.TrimLeft(strings.ReplaceAll(raw, "\t", "    "), " "))
	if !r.list || indent < 2 {
		return 0
	}
	return min(1+(indent-2)/3, 3)
}

func (r *markdownReader) text(raw, line string) {
	b, text := marker(line)
	b.level = r.depth(raw)
	if b.heading > 0 {
		b.items, r.open, r.list = []string{text}, false, false
		r.out = append(r.out, b)
		return
	}
	if b.numbering != nil {
		if n := len(r.out); n > 0 && r.out[n-1].numbering == b.numbering && r.out[n-1].level == b.level {
			r.out[n-1].items = append(r.out[n-1].items, text)
		} else {
			b.items = []string{text}
			r.out = append(r.out, b)
		}
		r.open, r.list = true, true
		return
	}
	if r.open {
		items := r.out[len(r.out)-1].items
		items[len(items)-1] += " " + text
		return
	}
	r.list = r.list && b.level > 0
	r.out, r.open = append(r.out, block{items: []string{text}, level: b.level}), true
}

// row takes a line of a table; the one that draws the rule under the head says nothing.
func (r *markdownReader) row(line string) {
	cells := strings.Split(strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|"), `\|`, "\x00"), "|")
	drawn := true
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(cell), "\x00", "|")
		drawn = drawn && separator.MatchString(cells[i])
	}
	r.open, r.list = false, false
	if drawn {
		return
	}
	if n := len(r.out); n > 0 && r.out[n-1].rows != nil {
		r.out[n-1].rows = append(r.out[n-1].rows, cells)
		return
	}
	r.out = append(r.out, block{rows: [][]string{cells}})
}

// marker takes off what says the kind of a line.
func marker(line string) (block, string) {
	if level := len(line) - len(strings.TrimLeft(line, "#")); level > 0 && strings.HasPrefix(line[level:], " ") {
		return block{heading: level}, strings.TrimSpace(line[level:])
	}
	if rest, ok := strings.CutPrefix(line, "- "); ok {
		return block{numbering: &pdf.Bullets}, strings.TrimSpace(rest)
	}
	if rest, ok := strings.CutPrefix(line, "* "); ok {
		return block{numbering: &pdf.Bullets}, strings.TrimSpace(rest)
	}
	digits := strings.TrimLeftFunc(line, unicode.IsDigit)
	if rest, ok := strings.CutPrefix(digits, ". "); ok && len(digits) < len(line) {
		first, _ := strconv.Atoi(line[:len(line)-len(digits)])
		return block{numbering: &pdf.Decimal, first: first}, strings.TrimSpace(rest)
	}
	return block{}, line
}
