package letter

import (
	"strings"
	"unicode"

	"sportello/letter/pdf"
)

// A block is a heading, a paragraph or a list of a community's text.
type block struct {
	heading   int // its level, 0 for none
	numbering *pdf.Numbering
	items     []string // one for headings and paragraphs
}

// blocks reads the Markdown that community texts are written in: headings with #, paragraphs, lists
// with - * or 1. and nothing nested.
func blocks(markdown string) []block {
	var out []block
	open := false // the next plain line goes on with the last item
	for _, line := range strings.Split(markdown, "\n") {
		line = strings.TrimSpace(line)
		b, text := marker(line)
		switch {
		case line == "":
			open = false
		case b.heading > 0:
			b.items, open = []string{text}, false
			out = append(out, b)
		case b.numbering != nil:
			if n := len(out); n > 0 && out[n-1].numbering == b.numbering {
				out[n-1].items = append(out[n-1].items, text)
			} else {
				b.items = []string{text}
				out = append(out, b)
			}
			open = true
		case open:
			items := out[len(out)-1].items
			items[len(items)-1] += " " + text
		default:
			out, open = append(out, block{items: []string{text}}), true
		}
	}
	return out
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
		return block{numbering: &pdf.Decimal}, strings.TrimSpace(rest)
	}
	return block{}, line
}

// inline reads **strong** and [text](address).
func (s *sheet) inline(text string) []pdf.Run {
	var runs []pdf.Run
	for i, piece := range strings.Split(text, "**") {
		style := s.body
		if i%2 == 1 {
			style = s.strong
		}
		runs = append(runs, s.links(style, piece)...)
	}
	return runs
}

func (s *sheet) links(style pdf.Style, text string) []pdf.Run {
	var runs []pdf.Run
	for text != "" {
		start := strings.Index(text, "[")
		middle := strings.Index(text, "](")
		if start < 0 || middle < start || !strings.Contains(text[middle:], ")") {
			break
		}
		end := middle + strings.Index(text[middle:], ")")
		if start > 0 {
			runs = append(runs, pdf.Run{Style: style, Text: text[:start]})
		}
		runs = append(runs, s.linkTo(text[start+1:middle], text[middle+2:end]))
		text = text[end+1:]
	}
	if text != "" {
		runs = append(runs, pdf.Run{Style: style, Text: text})
	}
	return runs
}

// render sets a text. The document keeps one first heading, and no level is skipped on the way down.
func (s *sheet) render(text []block) {
	last := 1
	for _, b := range text {
		switch {
		case b.heading > 0:
			last = min(max(b.heading, 2), last+1)
			style := s.heading
			if last > 2 {
				style = s.subheading
			}
			s.flow.Space(8)
			s.flow.Heading(last, style, b.items[0])
			s.flow.Space(2)
		case b.numbering != nil:
			var items [][]pdf.Run
			for _, item := range b.items {
				items = append(items, s.inline(item))
			}
			s.list(*b.numbering, items)
			s.flow.Space(3)
		default:
			s.paragraph(s.inline(b.items[0])...)
		}
	}
}
