package pdf

import "strconv"

// A Flow sets blocks one under the other in a column, and turns the page when it is full.
type Flow struct {
	Page   *Page
	Parent *Element // where new blocks are put in the structure
	Left   float64
	Width  float64
	Y      float64 // where the next block begins
	Top    float64 // where it begins on further pages
	Bottom float64 // where the column ends on every page
}

// Space leaves h points free.
func (f *Flow) Space(h float64) { f.Y += h }

// Need turns the page unless h points are left, for blocks that must not be parted.
func (f *Flow) Need(h float64) {
	if f.Y+h > f.Bottom {
		f.turn()
	}
}

func (f *Flow) turn() {
	f.Page.end()
	doc := f.Page.doc
	for i, p := range doc.pages {
		if p == f.Page && i+1 < len(doc.pages) {
			f.Page, f.Y = doc.pages[i+1], f.Top
			return
		}
	}
	f.Page, f.Y = doc.AddPage(), f.Top
}

// Heading sets a heading of level 1 to 6, and keeps it with the lines that follow.
func (f *Flow) Heading(level int, s Style, text string) {
	f.Need(s.Leading * 3.5)
	f.Text(f.Parent.Add("H"+strconv.Itoa(level)), Run{Style: s, Text: text})
}

// Paragraph sets runs as one paragraph.
func (f *Flow) Paragraph(runs ...Run) { f.Text(f.Parent.Add("P"), runs...) }

// Text sets runs as the content of e. Links become children of e.
func (f *Flow) Text(e *Element, runs ...Run) {
	if len(runs) == 0 {
		return
	}
	owners := make([]*Element, len(runs))
	for i, run := range runs {
		owners[i] = e
		if run.Link != "" {
			owners[i] = &Element{tag: "Link"}
		}
	}
	lines := breakLines(runs, f.Width)
	for i, line := range lines {
		leading := runs[0].Style.Leading
		f.Need(leading)
		f.Y += leading
		f.line(e, owners, runs, segments(runs, line, i+1 < len(lines)))
	}
	f.Page.end()
}

func (f *Flow) line(e *Element, owners []*Element, runs []Run, parts []segment) {
	style := runs[0].Style
	baseline := f.Y - (style.Leading-style.Size)/2 - style.Size*0.2
	for _, s := range parts {
		run, owner := runs[s.run], owners[s.run]
		if owner != e && len(owner.kids) == 0 {
			e.kids = append(e.kids, owner)
		}
		f.Page.begin(owner)
		f.Page.show(run.Style, f.Left+s.x, baseline, s.text)
		if owner != e {
			f.Page.link(owner, run, f.Left+s.x, baseline, s.width)
		}
	}
}

// link underlines what was just drawn and makes it clickable.
func (p *Page) link(owner *Element, run Run, x, baseline, width float64) {
	p.Box(run.Style.Color, x, baseline+1.5, width, 0.5)
	bottom := PageHeight - baseline - run.Style.Size*0.3
	l := &link{page: p, owner: owner, target: run.Link,
		area: [4]float64{x, bottom, x + width, bottom + run.Style.Size*1.2}}
	p.links = append(p.links, l)
	owner.kids = append(owner.kids, l)
}

// A Numbering labels the items of a list.
type Numbering struct {
	name  string // as the structure says it
	label func(i int) string
}

// Items are counted 1. 2. 3., or each has a dot.
var (
	Decimal = Numbering{"Decimal", func(i int) string { return strconv.Itoa(i+1) + "." }}
	Bullets = Numbering{"Disc", func(int) string { return "•" }}
)

// A List is a list of paragraphs.
type List struct {
	Numbering Numbering
	First     int // number of the first item; 0 is 1
	Labels    Style
	Indent    float64
	After     float64 // space under each item
	Items     [][]Run
}

// List sets a list.
func (f *Flow) List(l List) {
	list := f.Parent.AddList(l.Numbering)
	for i, runs := range l.Items {
		f.Need(l.Labels.Leading)
		item, page, y := list.Add("LI"), f.Page, f.Y
		f.Text(item.Add("Lbl"), Run{Style: l.Labels, Text: l.Numbering.label(max(l.First-1, 0) + i)})
		f.Page, f.Y = page, y
		body := *f
		body.Left, body.Width = f.Left+l.Indent, f.Width-l.Indent
		body.Text(item.Add("LBody"), runs...)
		f.Page, f.Y = body.Page, body.Y+l.After
	}
}

// A Table has two columns: the first holds row headers.
type Table struct {
	Header, Value Style
	HeaderWidth   float64
	Padding       float64 // above and below each row
	Rule          Color   // of the line under each row
	Rows          [][2]string
}

// Table sets a table; rows are not parted between pages.
func (f *Flow) Table(t Table) {
	table := f.Parent.Add("Table")
	for _, cells := range t.Rows {
		head, value := *f, *f
		head.Width = t.HeaderWidth - 8
		value.Left, value.Width = f.Left+t.HeaderWidth, f.Width-t.HeaderWidth
		left, right := Run{Style: t.Header, Text: cells[0]}, Run{Style: t.Value, Text: cells[1]}
		lines := max(len(breakLines([]Run{left}, head.Width)), len(breakLines([]Run{right}, value.Width)), 1)
		height := float64(lines)*t.Value.Leading + 2*t.Padding
		f.Need(height)
		row := table.Add("TR")
		head.Page, head.Y = f.Page, f.Y+t.Padding
		value.Page, value.Y = head.Page, head.Y
		head.Text(row.AddHeader(Row), left)
		value.Text(row.Add("TD"), right)
		f.Y += height
		if value.Page != f.Page { // a row longer than a page
			f.Page, f.Y = value.Page, value.Y+t.Padding
		}
		f.Page.Box(t.Rule, f.Left, f.Y, f.Width, 0.5)
	}
}
