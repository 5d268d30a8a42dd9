package web

// A chart is a picture of columns, drawn as SVG without a script. The numbers stand in a table beside it: the picture is for the eye.
type chart struct {
	Title         string
	Width, Height int
	Columns       []drawn
	Top           int // the highest value
}

// A bar is one value with its name.
type bar struct {
	label string
	value int
}

// A drawn column has its place in the picture; Tick is its name where there is room for it.
type drawn struct {
	X, Y, Width, Height int
	Middle              int
	Tick                string
}

// Measures of the picture, in its own units.
const (
	chartWidth  = 760
	chartSide   = 20 // left and right of the columns, for the names
	chartHeight = 200
	chartFloor  = 160 // where columns stand
	chartCeil   = 20
	mostTicks   = 8
)

func newChart(title string, columns []bar) chart {
	c := chart{Title: title, Width: chartWidth, Height: chartHeight}
	for _, x := range columns {
		c.Top = max(c.Top, x.value)
	}
	if len(columns) == 0 {
		return c
	}
	step := (chartWidth - 2*chartSide) / len(columns)
	every := (len(columns) + mostTicks - 1) / mostTicks
	for i, x := range columns {
		height := 0
		if c.Top > 0 {
			height = x.value * (chartFloor - chartCeil) / c.Top
		}
		d := drawn{X: chartSide + i*step + step/8, Y: chartFloor - height, Width: max(1, step-step/4), Height: height, Middle: chartSide + i*step + step/2}
		if i%every == 0 {
			d.Tick = x.label
		}
		c.Columns = append(c.Columns, d)
	}
	return c
}
