package pdf

import "strings"

// MM is a millimetre in points; the page is A4. All positions are points from its top left corner.
const (
	MM         = 72 / 25.4
	PageWidth  = 210 * MM
	PageHeight = 297 * MM
)

// A Color is a colour of the sRGB space.
type Color struct{ R, G, B uint8 }

// A Page is one sheet side. What is drawn on it belongs to an Element or is an artifact: decoration
// that a screen reader passes over.
type Page struct {
	doc    *Document
	stream []byte
	owners []*Element // by marked-content id
	links  []*link
	open   *Element
	marked bool
	font   *Font
	size   float64
	fill   Color
	object int
}

// Text draws one line with its baseline at y, as part of e, in one font. It does not break it.
func (p *Page) Text(e *Element, s Style, x, y float64, text string) {
	p.begin(e)
	p.show(s, x, y, oneLine(s, text))
}

// oneLine is text as it is drawn once no line can break any more.
func oneLine(s Style, text string) string {
	return strings.ReplaceAll(s.Font.Plain(text), string(noBreakSpace), " ")
}

// ArtifactText draws a line that is no content: a page number, a running title.
func (p *Page) ArtifactText(s Style, x, y float64, text string) {
	p.end()
	p.stream = append(p.stream, "/Artifact<</Type/Pagination>>BDC\n"...)
	p.marked = true
	p.show(s, x, y, oneLine(s, text))
	p.end()
}

// Box fills a rectangle, as decoration. A line is a thin box.
func (p *Page) Box(c Color, x, y, w, h float64) {
	p.artifact()
	p.setFill(c)
	p.rectangle(x, y, w, h)
	p.stream = append(p.stream, "f\n"...)
	p.end()
}

// RoundBox fills a rectangle with round corners, as decoration.
func (p *Page) RoundBox(c Color, x, y, w, h, radius float64) {
	p.artifact()
	p.setFill(c)
	const k = 0.5523 // of the radius: a circle's quarter as a Bézier curve
	r, t, b := radius, PageHeight-y, PageHeight-y-h
	p.path("m", x+r, t)
	p.path("l", x+w-r, t)
	p.path("c", x+w-r+k*r, t, x+w, t-r+k*r, x+w, t-r)
	p.path("l", x+w, b+r)
	p.path("c", x+w, b+r-k*r, x+w-r+k*r, b, x+w-r, b)
	p.path("l", x+r, b)
	p.path("c", x+r-k*r, b, x, b+r-k*r, x, b+r)
	p.path("l", x, t-r)
	p.path("c", x, t-r+k*r, x+r-k*r, t, x+r, t)
	p.stream = append(p.stream, "f\n"...)
	p.end()
}

// Picture draws square modules, side points each, where dark says so, as part of a Figure element.
func (p *Page) Picture(e *Element, x, y, side float64, modules int, dark func(column, row int) bool) {
	p.begin(e)
	p.setFill(Color{})
	for row := range modules {
		for from := 0; from < modules; from++ {
			to := from
			for to < modules && dark(to, row) {
				to++
			}
			if to > from {
				p.rectangle(x+float64(from)*side, y+float64(row)*side, float64(to-from)*side, side)
				from = to
			}
		}
	}
	p.stream = append(p.stream, "f\n"...)
	p.end()
}

// Bars draws a barcode of n modules, width points each, where dark says so, as part of a Figure element.
func (p *Page) Bars(e *Element, x, y, width, height float64, n int, dark func(i int) bool) {
	p.begin(e)
	p.setFill(Color{})
	for from := 0; from < n; from++ {
		to := from
		for to < n && dark(to) {
			to++
		}
		if to > from {
			p.rectangle(x+float64(from)*width, y, float64(to-from)*width, height)
			from = to
		}
	}
	p.stream = append(p.stream, "f\n"...)
	p.end()
}

func (p *Page) rectangle(x, y, w, h float64) { p.path("re", x, PageHeight-y-h, w, h) }

func (p *Page) path(operator string, values ...float64) {
	p.stream = append(appendDecimals(p.stream, values...), ' ')
	p.stream = append(append(p.stream, operator...), '\n')
}

// begin makes e the owner of what is drawn next.
func (p *Page) begin(e *Element) {
	if p.open == e && p.marked {
		return
	}
	p.end()
	id := len(p.owners)
	p.owners = append(p.owners, e)
	e.kids = append(e.kids, content{p, id})
	p.stream = append(append(append(p.stream, '/'), e.tag...), "<</MCID "...)
	p.stream = append(appendDecimal(p.stream, float64(id)), ">>BDC\n"...)
	p.open, p.marked = e, true
}

func (p *Page) artifact() {
	p.end()
	p.stream = append(p.stream, "/Artifact BMC\n"...)
	p.marked = true
}

func (p *Page) end() {
	if p.marked {
		p.stream = append(p.stream, "EMC\n"...)
	}
	p.open, p.marked = nil, false
}

func (p *Page) setFill(c Color) {
	if p.fill == c {
		return
	}
	p.fill = c
	p.stream = appendColor(p.stream, c)
	p.stream = append(p.stream, " rg\n"...)
}

// appendColor writes a colour's parts from 0 to 1, with three digits: two would shift the shade.
func appendColor(b []byte, c Color) []byte {
	for i, v := range [3]uint8{c.R, c.G, c.B} {
		if i > 0 {
			b = append(b, ' ')
		}
		thousandths := (int(v)*1000 + 127) / 255
		if thousandths == 1000 {
			b = append(b, '1')
			continue
		}
		b = append(b, '.', byte('0'+thousandths/100), byte('0'+thousandths/10%10), byte('0'+thousandths%10))
	}
	return b
}

const hexDigits = "0123456789ABCDEF"

// show writes plain text; kerning stands between the pieces of one TJ array.
func (p *Page) show(s Style, x, y float64, plain string) {
	p.setFill(s.Color)
	b := append(p.stream, "BT "...)
	if p.font != s.Font || p.size != s.Size {
		p.font, p.size = s.Font, s.Size
		b = append(append(b, '/', 'F'), p.doc.fontNumber(s.Font)...)
		b = append(appendDecimal(append(b, ' '), s.Size), " Tf "...)
	}
	b = append(appendDecimals(b, x, PageHeight-y), " Td [<"...)
	kern, last := s.Font.kern(), uint32(0)
	for _, r := range plain {
		g := uint32(s.Font.glyphs[r])
		if k := kern[last<<16|g]; k != 0 {
			b = append(appendDecimal(append(b, '>'), float64(-k)), '<')
		}
		b = append(b, hexDigits[g>>12], hexDigits[g>>8&15], hexDigits[g>>4&15], hexDigits[g&15])
		last = g
		if !s.Font.isCommon(r) {
			p.doc.needWhole(s.Font)
		}
	}
	p.stream = append(b, ">]TJ ET\n"...)
}
