package browser

import (
	"fmt"
	"os"
	"strings"
)

// A Violation is a rule of axe-core that a page breaks.
type Violation struct {
	ID     string `json:"id"`
	Impact string `json:"impact"` // minor, moderate, serious, critical
	Help   string `json:"help"`
	Nodes  []Node `json:"nodes"`
}

// A Node is where a rule is broken.
type Node struct {
	HTML    string `json:"html"`
	Summary string `json:"failureSummary"`
}

func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", v.ID, v.Impact, v.Help)
	for _, n := range v.Nodes {
		fmt.Fprintf(&b, "\n\t%s\n\t\t%s", n.HTML, strings.ReplaceAll(n.Summary, "\n", "\n\t\t"))
	}
	return b.String()
}

// Violations are what axe-core finds against WCAG 2.0 and 2.1 A and AA, and against good practice.
// The page must run JavaScript.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	axe, err := os.ReadFile(fromModules(p.t, "axe-core", "axe.min.js"))
	if err != nil {
		p.t.Fatal(err)
	}
	// Evaluated through the devtools, so the page's content security policy does not stand in the way.
	p.eval("loading axe-core", "window.axe ? true : ("+"(() => {"+string(axe)+"\n;return true})())", new(bool))
	const judge = `axe.run(document, {resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}).then(r => r.violations)`
	var found []Violation
	p.eval("running axe-core", judge, &found)
	return found
}

// Check reports, without stopping the test, what is wrong with the page that holds for every page: axe
// violations, a page wider than its window, errors that the browser met.
func (p *Page) Check() {
	p.t.Helper()
	where := fmt.Sprintf("%s at %d px", p.URL(), p.visitor.Size.Width)
	if !p.visitor.NoScript {
		for _, v := range p.Violations() {
			p.t.Errorf("%s: %s", where, v)
		}
	}
	if pixels := p.Overflow(); pixels > 0 {
		p.t.Errorf("%s: the page is %d px wider than its window", where, pixels)
	}
	for _, complaint := range p.Complaints() {
		p.t.Errorf("%s: the browser says: %s", where, complaint)
	}
}
