package pdf

import "strconv"

// An Element is a node of the document's structure: what a screen reader walks through, in this order.
type Element struct {
	tag        string // a standard structure type of PDF 1.7: "P", "H1", "Table"
	attributes string // further entries of its dictionary
	kids       []any  // *Element, content or *link
	object     int
}

// content is a marked piece of a page that belongs to an element.
type content struct {
	page *Page
	id   int
}

// link is the clickable area of a Link element on one page.
type link struct {
	page   *Page
	owner  *Element
	area   [4]float64
	target string
	object int
}

// Scope says what a header cell of a table is the header of.
type Scope string

// The two scopes that the letters use.
const (
	Row    Scope = "Row"
	Column Scope = "Column"
)

// Add makes a child: "P", "H1" to "H6", "Table", "TR", "TD", "L", "LI", "Lbl", "LBody", "Sect", "Div".
func (e *Element) Add(tag string) *Element {
	kid := &Element{tag: tag}
	e.kids = append(e.kids, kid)
	return kid
}

// AddHeader makes a header cell.
func (e *Element) AddHeader(scope Scope) *Element {
	kid := e.Add("TH")
	kid.attributes = "/A<</O/Table/Scope/" + string(scope) + ">>"
	return kid
}

// AddList makes a list.
func (e *Element) AddList(n Numbering) *Element {
	kid := e.Add("L")
	kid.attributes = "/A<</O/List/ListNumbering/" + n.name + ">>"
	return kid
}

// AddFigure makes a picture that stands in the box x, y, w, h (points from the top left) and its words.
func (e *Element) AddFigure(alternative string, x, y, w, h float64) *Element {
	kid := e.Add("Figure")
	kid.attributes = "/Alt" + textString(alternative) + "/A<</O/Layout/Placement/Block/BBox[" +
		decimals(x, PageHeight-y-h, x+w, PageHeight-y) + "]>>"
	return kid
}

// decimals writes numbers with two digits after the point, as content streams hold them.
func decimals(values ...float64) string { return string(appendDecimals(nil, values...)) }

func appendDecimals(b []byte, values ...float64) []byte {
	for i, v := range values {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendDecimal(b, v)
	}
	return b
}

func appendDecimal(b []byte, v float64) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	hundredths := int(v*100 + 0.5)
	b = strconv.AppendInt(b, int64(hundredths/100), 10)
	switch rest := hundredths % 100; {
	case rest == 0:
	case rest%10 == 0:
		b = append(b, '.', byte('0'+rest/10))
	default:
		b = append(b, '.', byte('0'+rest/10), byte('0'+rest%10))
	}
	return b
}
