package letter

import (
	"strings"

	"sportello/letter/pdf"
	"sportello/postal"
)

// The column of text on the A4 sheet, in points.
const (
	left   = 20 * pdf.MM
	width  = 170 * pdf.MM
	bottom = 278 * pdf.MM
)

// window is where the address can be read through the window of an envelope, in points of the sheet.
// A4 folded in three (99 mm) moves up to 20 mm sideways and 11 mm upright in an envelope of 11 x 23 cm
// with the window 100 x 45 mm at the lower right, as used in Italy; this part of the sheet is seen wherever it slips.
var window = struct{ left, top, width, bottom float64 }{112 * pdf.MM, 47 * pdf.MM, 77 * pdf.MM, 78 * pdf.MM}

// The sheet's folds.
var folds = []float64{99 * pdf.MM, 198 * pdf.MM}

// letterhead names the publisher and how to reach it, above the window.
func (s *sheet) letterhead() {
	p := s.Publisher
	f := s.flow
	f.Y, f.Width = 11*pdf.MM, window.left-left-6*pdf.MM
	brand := s.brand
	if brand.Font.Width(p.Name, brand.Size) > 2*f.Width {
		brand.Size, brand.Leading = 11, 13
	}
	f.Paragraph(pdf.Run{Style: brand, Text: p.Name})
	if s.Community != "" && s.Community != p.Name {
		f.Paragraph(pdf.Run{Style: s.label, Text: s.Community})
	}
	contacts := s.flow
	contacts.Left, contacts.Y, contacts.Width = window.left, 11.5*pdf.MM, 78*pdf.MM
	for _, line := range []string{p.Website, p.HelpEmail, p.HelpPhone} {
		if line != "" {
			contacts.Paragraph(pdf.Run{Style: s.small, Text: bare(line)})
		}
	}
	rule := max(f.Y, contacts.Y) + 5
	s.flow.Page.Box(hair, left, rule, width, 0.6)
	s.flow.Page.Box(blue, left, rule-0.6, 24*pdf.MM, 1.8)
	s.flow.Y = rule
}

// foldMarks shows where to fold, at the left edge.
func (s *sheet) foldMarks() {
	for _, y := range folds {
		s.flow.Page.Box(hair, 4*pdf.MM, y, 5*pdf.MM, 0.5)
	}
}

// addressee sets the address for the window, smaller if a line is long. A letter that goes by post carries its number over the address, so that one
// which comes back is known without opening it.
func (s *sheet) addressee(to Postal, mark postal.Number) {
	lines := to.Lines()
	style, top := s.address, window.top
	if mark != "" {
		top += s.barcode(mark)
		style.Leading = min(style.Leading, (window.bottom-top)/(float64(len(lines))+0.3))
	}
	for _, line := range lines {
		if w := style.Font.Width(line, style.Size); w > window.width {
			style.Size *= window.width / w
		}
	}
	y := top + style.Size
	block := s.doc.Root().Add("P")
	for i, line := range lines {
		if i+1 < len(lines) {
			line += " "
		}
		s.flow.Page.Text(block, style, window.left, y, line)
		y += style.Leading
	}
}

// The barcode of a letter's number, in points.
const (
	barHeight = 4.5 * pdf.MM
	barModule = 0.36 * pdf.MM
)

// barcode draws a letter's number as Code 128 at the top of the window, and gives the height that it takes.
func (s *sheet) barcode(mark postal.Number) float64 {
	alt := s.t("Codice a barre della lettera %s", mark.String())
	wide, err := s.bars(s.doc.Root(), alt, string(mark), bars{window.left, window.top, barModule, barHeight})
	if err != nil {
		return 0 // a number is twelve digits, which it can draw
	}
	s.flow.Page.Text(s.doc.Root().Add("P"), s.small, window.left+wide+3*pdf.MM, window.top+barHeight-2, mark.String())
	return barHeight + pdf.MM
}

// reference sets date and number beside the address, outside the window.
func (s *sheet) reference(fields [][2]string) {
	f := s.flow
	f.Y, f.Width = window.top-4, 84*pdf.MM
	for _, field := range fields {
		f.Paragraph(pdf.Run{Style: s.label, Text: field[0]})
		f.Paragraph(pdf.Run{Style: s.value, Text: field[1]})
		f.Space(4)
	}
}

// section opens a part of the letter under a heading.
func (s *sheet) section(title string) {
	heading := s.word(title)
	if s.form && heading != title {
		heading += " / " + title
	}
	s.flow.Space(10)
	s.flow.Heading(2, s.heading, heading)
	s.flow.Space(2)
}

func (s *sheet) paragraph(runs ...pdf.Run) {
	s.flow.Paragraph(runs...)
	s.flow.Space(5)
}

func (s *sheet) list(n pdf.Numbering, items [][]pdf.Run) {
	s.flow.List(pdf.List{Numbering: n, Labels: s.number, Indent: 17, After: 3, Items: items})
}

func (s *sheet) plain(text string) pdf.Run { return pdf.Run{Style: s.body, Text: text} }
func (s *sheet) bold(text string) pdf.Run  { return pdf.Run{Style: s.strong, Text: text} }
func (s *sheet) linkTo(text, address string) pdf.Run {
	return pdf.Run{Style: s.link, Text: text, Link: address}
}

// help are the ways to ask: telephone, e-mail, site. Ways that the publisher has not given are left out; without any there are no runs.
func (s *sheet) help() []pdf.Run {
	p := s.Publisher
	var runs []pdf.Run
	add := func(label, value string, way ...pdf.Run) {
		if value == "" {
			return
		}
		if len(runs) > 0 {
			runs = append(runs, s.plain(" · "))
		}
		runs = append(append(runs, s.plain(s.t(label)+": ")), way...)
	}
	hours := ""
	if p.HelpHours != "" {
		hours = " (" + p.HelpHours + ")"
	}
	add("Telefono", p.HelpPhone, s.bold(strings.ReplaceAll(p.HelpPhone, " ", "\u00A0")), s.plain(hours))
	add("E-mail", p.HelpEmail, s.linkTo(p.HelpEmail, "mailto:"+p.HelpEmail))
	add("Sito", p.Website, s.linkTo(bare(p.Website), p.Website))
	return runs
}

// bare is an address as people read it.
func bare(address string) string {
	return strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
}

// footers closes every page with the publisher's data and the page's number; further pages say at the
// top what they belong to.
func (s *sheet) footers() {
	p := s.Publisher
	var parts []string
	for _, part := range []string{p.Name, p.Address} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if p.TaxCode != "" {
		parts = append(parts, s.t("C.F. %s", p.TaxCode))
	}
	y := 287 * pdf.MM
	pages := s.doc.Pages()
	for i, page := range pages {
		number := s.t("Pagina %d di %d", i+1, len(pages))
		numberWidth := s.small.Font.Width(number, s.small.Size)
		page.Box(hair, left, y-13, width, 0.5)
		if i > 0 {
			page.ArtifactText(s.small, left, 15*pdf.MM, s.shorten(s.top, width))
		}
		page.ArtifactText(s.small, left, y, s.shorten(strings.Join(parts, " · "), width-numberWidth-12))
		page.ArtifactText(s.small, left+width-numberWidth, y, number)
	}
}

// shorten cuts a small line that is wider than its place.
func (s *sheet) shorten(text string, room float64) string {
	runes := []rune(s.small.Font.Plain(text))
	if s.small.Font.Width(string(runes), s.small.Size) <= room {
		return string(runes)
	}
	for len(runes) > 0 && s.small.Font.Width(string(runes)+"…", s.small.Size) > room {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
