package web

import (
	"slices"
	"strings"

	"sportello/registration"
)

// A diagram draws the states of a registration with the present one marked, from the table of operations (Y01).
type diagram struct {
	Said  string // the same in words
	Nodes []node
	Edges []edge
}

// A node is a state and strength: a box of 146 by 48.
type node struct {
	at         situation
	X, Y       int
	Name, Note string
	Here       bool
	Old        bool // none are born here any more
}

// An edge leads from a node to another; From says that it leaves the present one.
type edge struct {
	X1, Y1, X2, Y2 int
	From           bool
}

const (
	nodeWidth, nodeHeight = 146, 48
	leftColumn            = 2
	rightColumn           = 180
)

var nodes = []node{
	{at: situation{registration.Registered, false}, X: leftColumn, Y: 2, Name: "Registrato", Note: "forte No"},
	{at: situation{registration.Registered, true}, X: rightColumn, Y: 2, Name: "Registrato", Note: "forte Sì", Old: true},
	{at: situation{registration.Verified, false}, X: leftColumn, Y: 82, Name: "Riscontrato", Note: "forte No"},
	{at: situation{registration.Verified, true}, X: rightColumn, Y: 82, Name: "Riscontrato", Note: "forte Sì", Old: true},
	{at: situation{registration.Active, false}, X: leftColumn, Y: 162, Name: "Attivo", Note: "forte No"},
	{at: situation{registration.Active, true}, X: rightColumn, Y: 162, Name: "Attivo", Note: "forte Sì"},
	{at: situation{registration.Rejected, false}, X: leftColumn, Y: 242, Name: "Respinto", Note: "si può solo leggere"},
	{at: situation{registration.Erased, false}, X: rightColumn, Y: 242, Name: "Cancellato", Note: "dopo la revoca"},
}

// step is a way from one situation to another.
type step struct{ from, to situation }

// steps are the ways that the table of operations opens. A revocation leads from everywhere to the end: it is said, not drawn.
var steps = func() (ways []step) {
	for _, r := range registration.Rules {
		if r.Kind == registration.Revocation {
			continue
		}
		from, booked := situation{r.State, r.Strong}, situation{r.Booked, r.Strong}
		for _, way := range []step{{from, booked}, {booked, situation{r.Done, r.Strong || r.AtHome.Has(registration.MakeStrong)}}} {
			if way.from != way.to && !slices.Contains(ways, way) {
				ways = append(ways, way)
			}
		}
	}
	return ways
}()

func diagramOf(at situation) diagram {
	if at.state == registration.Rejected {
		at.strong = false // one box for both
	}
	d := diagram{Nodes: slices.Clone(nodes)}
	var next []string
	for _, way := range steps {
		a, b := nodeAt(way.from), nodeAt(way.to)
		d.Edges = append(d.Edges, edgeOf(a, b, way.from == at))
		if way.from == at {
			next = append(next, strings.ToLower(b.Name)+" "+b.Note)
		}
	}
	for i := range d.Nodes {
		d.Nodes[i].Here = d.Nodes[i].at == at
	}
	here := nodeAt(at)
	d.Said = "Adesso: " + strings.ToLower(here.Name) + ", " + here.Note + "."
	if len(next) > 0 {
		d.Said += " Può diventare: " + strings.Join(next, "; ") + "."
	}
	if at.state != registration.Rejected {
		d.Said += " La revoca, completata a casa, cancella la pratica."
	}
	return d
}

func nodeAt(at situation) node {
	return nodes[slices.IndexFunc(nodes, func(n node) bool { return n.at == at })]
}

// edgeOf leaves a box at its side when the other stands beside it, else at its foot.
func edgeOf(a, b node, from bool) edge {
	if a.Y == b.Y {
		return edge{a.X + nodeWidth, a.Y + nodeHeight/2, b.X, b.Y + nodeHeight/2, from}
	}
	x1, x2 := a.X+nodeWidth/2, b.X+nodeWidth/2
	if a.X < b.X {
		x1, x2 = a.X+nodeWidth-20, b.X+20
	}
	return edge{x1, a.Y + nodeHeight, x2, b.Y, from}
}
