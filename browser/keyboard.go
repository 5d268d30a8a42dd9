package browser

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed focus.js
var focusScript string

// A Stop is where the Tab key leads.
type Stop struct {
	Number    int    `json:"number"` // among what can be reached, in the document's order; -1 is the page itself
	Name      string `json:"name"`   // the element and its words
	Indicated bool   `json:"indicated"`
	InView    bool   `json:"inView"`
}

// keys are those that Press knows by name; any other word is typed.
var keys = map[string]string{
	"Tab": kb.Tab, "Enter": kb.Enter, "Escape": kb.Escape, "Space": " ",
	"Up": kb.ArrowUp, "Down": kb.ArrowDown, "Left": kb.ArrowLeft, "Right": kb.ArrowRight,
}

// Press presses keys by name one after the other: "Tab", "Enter", "Escape", "Space", arrows; anything else is typed.
func (p *Page) Press(names ...string) {
	p.t.Helper()
	for _, name := range names {
		p.run("pressing "+name, pressing(name))
	}
}

// PressAndFollow presses a key that leads to another page, and waits for it.
func (p *Page) PressAndFollow(name string) {
	p.t.Helper()
	p.load("pressing "+name, pressing(name))
}

func pressing(name string) chromedp.Action {
	if key, known := keys[name]; known {
		return chromedp.KeyEvent(key)
	}
	return chromedp.KeyEvent(name)
}

// Tour presses Tab from the top of the page until it is back there or at the first stop, and tells every stop.
func (p *Page) Tour() []Stop {
	p.t.Helper()
	var reachable int
	p.eval("looking at the page at rest", "window.sportelloFocus = "+focusScript+"; window.sportelloFocus.rest()", &reachable)
	var tour []Stop
	for range reachable + 2 {
		p.Press("Tab")
		stop := p.focus()
		if stop.Number < 0 || len(tour) > 0 && stop.Number == tour[0].Number {
			break
		}
		tour = append(tour, stop)
	}
	return tour
}

// focus tells where the focus is. A look that is still fading in gets half a second.
func (p *Page) focus() Stop {
	p.t.Helper()
	var stop Stop
	for wait := time.Duration(0); wait <= 500*time.Millisecond; wait += 100 * time.Millisecond {
		p.eval("looking at the focus", "window.sportelloFocus.now()", &stop)
		if stop.Indicated {
			break
		}
		p.run("waiting", chromedp.Sleep(100*time.Millisecond))
	}
	return stop
}

// CheckKeyboard reports, without stopping the test, controls that Tab does not reach, and stops that cannot
// be seen or do not look focused (WCAG 2.1.1, 2.1.2, 2.4.3, 2.4.7).
func (p *Page) CheckKeyboard() {
	p.t.Helper()
	where := fmt.Sprintf("%s at %d px", p.URL(), p.visitor.Size.Width)
	tour := p.Tour()
	for _, stop := range tour {
		if !stop.Indicated {
			p.t.Errorf("%s: %s looks the same with the focus as without", where, stop.Name)
		}
		if !stop.InView {
			p.t.Errorf("%s: %s is out of sight when it has the focus", where, stop.Name)
		}
	}
	if !slices.IsSortedFunc(tour, func(a, b Stop) int { return a.Number - b.Number }) {
		p.t.Errorf("%s: Tab does not follow the order of the page", where)
	}
	var names []string
	p.eval("listing controls", "window.sportelloFocus.names()", &names)
	for number, name := range names {
		if !slices.ContainsFunc(tour, func(s Stop) bool { return s.Number == number }) {
			p.t.Errorf("%s: Tab does not reach %s", where, name)
		}
	}
}
