package browser

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed find.js
var findScript string

// A Page is one window and what it shows. Its methods fail the test when the page does not have what they
// ask for, and say what it has instead.
type Page struct {
	t       testing.TB
	ctx     context.Context
	visitor Visitor
	status  int64

	mu         sync.Mutex
	document   network.RequestID
	complaints []string
}

// run does steps within patience, and says where the page stood if they fail.
func (p *Page) run(doing string, steps ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := p.ready(doing)
	defer cancel()
	if err := chromedp.Run(ctx, steps...); err != nil {
		p.t.Fatalf("%s at %s: %v", doing, p.address(), err)
	}
}

// ready is a context for one step; the first use opens the window, which a deadline must not outlive.
func (p *Page) ready(doing string) (context.Context, context.CancelFunc) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx); err != nil {
		p.t.Fatalf("%s: %v", doing, err)
	}
	return context.WithTimeout(p.ctx, patience)
}

// load does steps that lead to another document, and waits until it is there.
func (p *Page) load(doing string, steps ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := p.ready(doing)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		p.t.Fatalf("%s at %s: %v", doing, p.address(), err)
	}
	p.status = 0
	if response != nil {
		p.status = response.Status
	}
}

// observe keeps the number of the document's request and what the browser complains about.
func (p *Page) observe(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.Type == network.ResourceTypeDocument {
			p.document = e.RequestID
		}
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		// A refused form's page is itself logged as a resource that did not load.
		if e.Entry.Level == log.LevelError && string(e.Entry.NetworkRequestID) != string(p.document) {
			p.complaints = append(p.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// Go opens an address in this window.
func (p *Page) Go(address string) {
	p.t.Helper()
	p.load("opening "+address, chromedp.Navigate(address))
}

// Back goes where the browser's Back button goes.
func (p *Page) Back() {
	p.t.Helper()
	p.load("going back", chromedp.NavigateBack())
}

// Reload loads the page again, as the browser's button does.
func (p *Page) Reload() {
	p.t.Helper()
	p.load("reloading", chromedp.Reload())
}

// Resize gives the window another size. What stands in it stays: a page is seen on a desk's screen and on a phone.
func (p *Page) Resize(size Size) {
	p.t.Helper()
	p.visitor.Size = size
	p.run("resizing", emulation.SetDeviceMetricsOverride(size.Width, size.Height, 1, false))
}

// Follow presses a link or button that leads to another page, and waits for it.
func (p *Page) Follow(name string) {
	p.t.Helper()
	p.load("following "+name, p.clicking("press", name))
}

// Click presses a link, button or summary that stays on the page.
func (p *Page) Click(name string) {
	p.t.Helper()
	p.run("clicking "+name, p.clicking("press", name))
}

// Tick presses a checkbox or radio button by its label.
func (p *Page) Tick(label string) {
	p.t.Helper()
	p.run("ticking "+label, p.clicking("tick", label))
}

// Fill replaces what stands in a field.
func (p *Page) Fill(label, text string) {
	p.t.Helper()
	p.run("filling "+label, chromedp.ActionFunc(func(ctx context.Context) error {
		field, err := find(ctx, "fill", label)
		if err != nil {
			return err
		}
		if err := dom.Focus().WithObjectID(field).Do(ctx); err != nil {
			return err
		}
		if err := call(ctx, field, `function() { this.select() }`); err != nil {
			return err
		}
		if text == "" {
			return call(ctx, field, `function() { this.value = ""; this.dispatchEvent(new Event("input", {bubbles: true})) }`)
		}
		return input.InsertText(text).Do(ctx)
	}))
}

// Choose picks an option of a select by its text.
func (p *Page) Choose(label, option string) {
	p.t.Helper()
	const choose = `function() {
		const found = [...this.options].filter(o => o.text.trim() === %s)
		if (found.length !== 1) throw new Error("options: " + [...this.options].map(o => o.text.trim()).join(" | "))
		this.value = found[0].value
		for (const kind of ["input", "change"]) this.dispatchEvent(new Event(kind, {bubbles: true}))
	}`
	p.run("choosing "+option+" in "+label, chromedp.ActionFunc(func(ctx context.Context) error {
		field, err := find(ctx, "choose", label)
		if err != nil {
			return err
		}
		return call(ctx, field, fmt.Sprintf(choose, quoted(option)))
	}))
}

// clicking presses the real mouse button where the thing lies: what covers it would be hit instead.
func (p *Page) clicking(kind, name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		thing, err := find(ctx, kind, name)
		if err != nil {
			return err
		}
		at, err := spot(ctx, thing)
		if err != nil {
			return err
		}
		return chromedp.MouseClickXY(at.X, at.Y).Do(ctx)
	})
}

// A point lies in the window, in CSS pixels.
type point struct{ X, Y float64 }

// spot is where to press: the middle, or for a tick the start of its label, where the box is drawn.
func spot(ctx context.Context, thing runtime.RemoteObjectID) (point, error) {
	const where = `function() {
		const ticks = this.matches("input[type=checkbox], input[type=radio]") && this.labels.length > 0
		const target = ticks ? this.labels[0] : this
		target.scrollIntoView({block: "center", behavior: "instant"})
		const r = target.getClientRects()[0]
		return ticks ? {X: r.left + Math.min(10, r.width / 2), Y: r.top + Math.min(12, r.height / 2)}
		             : {X: r.left + r.width / 2, Y: r.top + r.height / 2}
	}`
	var at point
	result, exception, err := runtime.CallFunctionOn(where).WithObjectID(thing).WithReturnByValue(true).Do(ctx)
	if err != nil {
		return at, err
	}
	if exception != nil {
		return at, exception
	}
	return at, json.Unmarshal(result.Value, &at)
}

// find is the one thing of a kind that bears a name.
func find(ctx context.Context, kind, name string) (runtime.RemoteObjectID, error) {
	call := fmt.Sprintf("(%s)(%s, %s)", strings.TrimSpace(findScript), quoted(kind), quoted(name))
	found, exception, err := runtime.Evaluate(call).Do(ctx)
	if err != nil {
		return "", err
	}
	if exception != nil {
		return "", exception
	}
	return found.ObjectID, nil
}

// call runs a function with thing as its this.
func call(ctx context.Context, thing runtime.RemoteObjectID, function string) error {
	_, exception, err := runtime.CallFunctionOn(function).WithObjectID(thing).Do(ctx)
	if err != nil {
		return err
	}
	if exception != nil {
		return exception
	}
	return nil
}

// quoted writes s as JavaScript does.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a string always has a JSON form
	return string(b)
}

// eval puts the value of an expression, awaited, into result.
func (p *Page) eval(doing, expression string, result any) {
	p.t.Helper()
	p.run(doing, chromedp.Evaluate(expression, result, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithAwaitPromise(true)
	}))
}

// Status is the HTTP status of the document shown.
func (p *Page) Status() int { return int(p.status) }

// URL is the address shown.
func (p *Page) URL() string {
	p.t.Helper()
	var url string
	p.run("reading the address", chromedp.Location(&url))
	return url
}

// address is the URL for messages: it may be unknown.
func (p *Page) address() string {
	var url string
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Location(&url)); err != nil {
		return "an unknown address"
	}
	return url
}

// Title is the window's.
func (p *Page) Title() string {
	p.t.Helper()
	var title string
	p.run("reading the title", chromedp.Title(&title))
	return title
}

// Text is what a person reads in the first element that a CSS selector finds, "" if none does.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var text string
	p.eval("reading "+selector, fmt.Sprintf(`(document.querySelector(%s)?.innerText ?? "").trim()`, quoted(selector)), &text)
	return text
}

// Value is what stands in a field, or the text of the option chosen in a select.
func (p *Page) Value(label string) string {
	p.t.Helper()
	var value string
	const read = `(() => { const find = %s; let e; try { e = find("fill", %[2]s) } catch { e = find("choose", %[2]s) }
		return e.selectedOptions ? e.selectedOptions[0]?.text.trim() ?? "" : e.value })()`
	p.eval("reading "+label, fmt.Sprintf(read, strings.TrimSpace(findScript), quoted(label)), &value)
	return value
}

// MustHave fails the test unless the page shows each of the words.
func (p *Page) MustHave(words ...string) {
	p.t.Helper()
	text := strings.Join(strings.Fields(p.Text("body")), " ")
	for _, w := range words {
		if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			p.t.Fatalf("%s does not say %q but: %s", p.address(), w, text)
		}
	}
}

// Arrive waits until a page that goes on by itself shows the words. While it goes on, nothing can be asked of it.
func (p *Page) Arrive(words string) {
	p.t.Helper()
	ctx, cancel := p.ready("waiting for " + words)
	defer cancel()
	for {
		var text string
		err := chromedp.Run(ctx, chromedp.Evaluate(`document.body?.innerText ?? ""`, &text))
		if err == nil && strings.Contains(text, words) {
			return
		}
		if ctx.Err() != nil {
			p.t.Fatalf("%s does not come to say %q: %v", p.address(), words, err)
		}
	}
}

// Source is the document as the server sent it.
func (p *Page) Source() string {
	p.t.Helper()
	p.mu.Lock()
	document := p.document
	p.mu.Unlock()
	var source []byte
	p.run("reading the source", chromedp.ActionFunc(func(ctx context.Context) (err error) {
		source, err = network.GetResponseBody(document).Do(ctx)
		return err
	}))
	return string(source)
}

// Complaints are the errors that the browser met since the last call: scripts that failed, resources that
// did not load, what the content security policy stopped.
func (p *Page) Complaints() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.complaints
	p.complaints = nil
	return all
}

// Overflow is by how many CSS pixels the page is wider than its window.
func (p *Page) Overflow() int {
	p.t.Helper()
	var pixels int
	p.eval("measuring", `document.documentElement.scrollWidth - document.documentElement.clientWidth`, &pixels)
	return pixels
}

// Picture is the whole page as a PNG.
func (p *Page) Picture() []byte {
	p.t.Helper()
	var png []byte
	p.run("taking a picture", chromedp.FullScreenshot(&png, 100))
	return png
}

// Shoot writes the page's picture to NAME-WIDTH.png in the folder that the environment variable SCREENSHOTS
// names; without one it does nothing.
func (p *Page) Shoot(name string) {
	p.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, p.visitor.Size.Width))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, p.Picture(), 0o644); err != nil {
		p.t.Fatal(err)
	}
}
