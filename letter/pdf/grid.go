package pdf

// A Grid is a table with any number of columns, each under its name.
type Grid struct {
	Widths  []float64 // of the columns
	Padding float64   // above and below each row
	Rule    Color     // of the line under each row
	Head    []Run
	Rows    [][][]Run // cells of runs
}

// gap stands between two columns.
const gap = 8

// Grid sets a table. A row is not parted between pages unless it is longer than one.
func (f *Flow) Grid(g Grid) {
	table := f.Parent.Add("Table")
	head := make([][]Run, len(g.Head))
	for i, run := range g.Head {
		head[i] = []Run{run}
	}
	f.gridRow(g, table.Add("TR"), head, func(row *Element) *Element { return row.AddHeader(Column) })
	for _, cells := range g.Rows {
		f.gridRow(g, table.Add("TR"), cells, func(row *Element) *Element { return row.Add("TD") })
	}
}

func (f *Flow) gridRow(g Grid, row *Element, cells [][]Run, add func(*Element) *Element) {
	height := 0.0
	for i, runs := range cells {
		if len(runs) > 0 {
			height = max(height, float64(len(breakLines(runs, g.Widths[i]-gap)))*runs[0].Style.Leading)
		}
	}
	f.Need(height + 2*g.Padding)
	page, top, left := f.Page, f.Y+g.Padding, f.Left
	end := *f
	end.Y = top + height
	for i, runs := range cells {
		cell := *f
		cell.Page, cell.Y, cell.Left, cell.Width = page, top, left, g.Widths[i]-gap
		cell.Text(add(row), runs...)
		if cell.Page != page && (end.Page == page || cell.Y > end.Y) { // longer than a page
			end.Page, end.Y = cell.Page, cell.Y
		}
		left += g.Widths[i]
	}
	f.Page, f.Y = end.Page, end.Y+g.Padding
	f.Page.Box(g.Rule, f.Left, f.Y, f.Width, 0.5)
}
