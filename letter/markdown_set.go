package letter

import (
	"regexp"
	"strings"

	"sportello/letter/pdf"
)

// inline reads **strong**, *emphasis*, `code`, [text](address) and ![picture](address), of which only the words stay. A link that leads to
// another file of the guide has no address on paper: its words stay.
func (s *sheet) inline(text string) []pdf.Run {
	var runs []pdf.Run
	strong := false
	for text != "" {
		at := spans.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		group := func(i int) string {
			if at[2*i] < 0 {
				return ""
			}
			return text[at[2*i]:at[2*i+1]]
		}
		runs = s.add(runs, strong, text[:at[0]])
		switch found := group(0); {
		case found == "**":
			strong = !strong
		case group(1) != "": // `code`
			runs = append(runs, pdf.Run{Style: s.typed, Text: group(1)})
		case strings.HasPrefix(found, "!"):
			runs = s.add(runs, strong, group(2))
		case group(3) != "":
			runs = s.anchor(runs, strong, group(3), group(4))
		default:
			runs = s.add(runs, strong, group(5))
		}
		text = text[at[1]:]
	}
	return s.add(runs, strong, text)
}

var (
	spans     = regexp.MustCompile("`([^`]+)`|!\\[([^\\]]*)\\]\\([^)]*\\)|\\[([^\\]]+)\\]\\(([^)\\s]*)\\)|\\*\\*|\\*([^*\\s][^*]*)\\*")
	unescaped = regexp.MustCompile("\\\\([\\\\`*_{}\\[\\]()#+.!|<>-])")
)

func (s *sheet) add(runs []pdf.Run, strong bool, text string) []pdf.Run {
	if text == "" {
		return runs
	}
	style := s.body
	if strong {
		style = s.strong
	}
	return append(runs, pdf.Run{Style: style, Text: unescaped.ReplaceAllString(text, "$1")})
}

func (s *sheet) anchor(runs []pdf.Run, strong bool, text, address string) []pdf.Run {
	text = strings.ReplaceAll(text, "`", "")
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") || strings.HasPrefix(address, "mailto:") {
		return append(runs, s.linkTo(text, address))
	}
	return s.add(runs, strong, text)
}

// render sets a text. The document keeps one first heading, and no level is skipped on the way down.
func (s *sheet) render(text []block) {
	last := 1
	for i, b := range text {
		if b.heading > 0 {
			last = min(max(b.heading, 2), last+1)
			s.subtitle(last, b.items[0])
			continue
		}
		s.block(b, i+1 < len(text) && text[i+1].level > 0)
	}
}

func (s *sheet) subtitle(level int, title string) {
	style := s.heading
	if level > 2 {
		style = s.subheading
	}
	s.flow.Space(8)
	s.flow.Heading(min(level, 6), style, plainly(title))
	s.flow.Space(2)
}

// plainly is a heading without signs.
func plainly(text string) string {
	return strings.NewReplacer("**", "", "`", "", "\\", "").Replace(text)
}

// block sets anything but a heading, as deep as it stands.
func (s *sheet) block(b block, goesOn bool) {
	const step = 17
	f := &s.flow
	f.Left, f.Width = left+step*float64(b.level), width-step*float64(b.level)
	switch {
	case b.code:
		s.listing(b.items)
	case b.rows != nil:
		s.grid(b.rows)
	case b.numbering != nil:
		var items [][]pdf.Run
		for _, item := range b.items {
			items = append(items, s.inline(item))
		}
		f.List(pdf.List{Numbering: *b.numbering, First: b.first, Labels: s.number, Indent: step, After: 3, Items: items})
		if !goesOn {
			f.Space(3)
		}
	default:
		s.paragraph(s.inline(b.items[0])...)
	}
	f.Left, f.Width = left, width
}

// listing sets lines of code as they are.
func (s *sheet) listing(lines []string) {
	f := &s.flow
	f.Space(2)
	e := f.Parent.Add("P")
	for _, line := range lines {
		trimmed := strings.TrimLeft(line, " ")
		indent := strings.Repeat("\u00A0", len(line)-len(trimmed))
		if trimmed == "" {
			f.Space(s.typed.Leading)
			continue
		}
		f.Text(e, pdf.Run{Style: s.typed, Text: indent + trimmed})
	}
	f.Space(6)
}

// grid sets a table whose first row names the columns. A column is as wide as what stands in it, as far as there is room.
func (s *sheet) grid(rows [][]string) {
	weights := make([]float64, len(rows[0]))
	for _, row := range rows {
		for i := range weights {
			if i < len(row) {
				weights[i] = max(weights[i], min(float64(len([]rune(row[i])))+2, 48), 8)
			}
		}
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	g := pdf.Grid{Padding: 2, Rule: hair}
	for i := range weights {
		g.Widths = append(g.Widths, s.flow.Width*weights[i]/total)
		g.Head = append(g.Head, pdf.Run{Style: s.rowHeader, Text: plainly(rows[0][i])})
	}
	for _, row := range rows[1:] {
		cells := make([][]pdf.Run, len(weights))
		for i := range cells {
			if i < len(row) {
				cells[i] = s.inline(row[i])
			}
		}
		g.Rows = append(g.Rows, cells)
	}
	s.flow.Space(2)
	s.flow.Grid(g)
	s.flow.Space(8)
}
