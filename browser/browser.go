// Package browser drives a real Chromium through the pages, the way a person would: by the words on labels
// and buttons, by keyboard, on a phone's width, without JavaScript. It also asks what others wrote about the
// pages: axe-core about accessibility, the Nu validator about HTML.
//
// It knows no page of Sportello: a test gives it addresses. Only tests import it.
package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is how long one step in a page may take before the test fails.
const patience = time.Minute

// flags start Chromium alone: no window, no account, nothing fetched that no page asked for.
var flags = []chromedp.ExecAllocatorOption{
	chromedp.Flag("headless", true),
	chromedp.Flag("no-sandbox", true),
	chromedp.Flag("disable-gpu", true),
	chromedp.Flag("disable-quic", true),
	chromedp.Flag("no-first-run", true),
	chromedp.Flag("no-default-browser-check", true),
	chromedp.Flag("disable-background-networking", true),
	chromedp.Flag("disable-component-update", true),
	chromedp.Flag("disable-sync", true),
	chromedp.Flag("disable-extensions", true),
	chromedp.Flag("disable-dev-shm-usage", true),
	chromedp.Flag("disable-features", "BackForwardCache"), // Back loads the page, so that it can be waited for
	chromedp.Flag("ignore-certificate-errors", true),
	chromedp.Flag("password-store", "basic"),
}

// A Size is a window's inside, in CSS pixels.
type Size struct{ Width, Height int64 }

// The two windows in which every page must work; Phone is WCAG 1.4.10's.
var (
	Desktop = Size{1280, 800}
	Phone   = Size{320, 640}
)

// A Browser is one running Chromium.
type Browser struct {
	ctx context.Context
}

// Start runs Chromium until the test ends. Under -short the test is skipped; without Chromium it fails and
// says how to get it.
func Start(t testing.TB) *Browser {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser under -short")
	}
	chromium := installed(t)
	// Not t.TempDir: Chromium may still be writing to it when the test is over.
	profile, err := os.MkdirTemp("", "sportello-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	options := append([]chromedp.ExecAllocatorOption{chromedp.ExecPath(chromium), chromedp.UserDataDir(profile)}, flags...)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		chromedp.Cancel(ctx)
		stop()
		os.RemoveAll(profile)
	})
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return &Browser{ctx}
}

// installed is where Chromium is: the one without windows draws the same pages with a third less work.
func installed(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "chromium"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("Chromium is not installed: run scripts/test-deps.sh")
	return ""
}

// A Visitor is who opens a page, and with what. The zero Visitor reads Italian, at a desk, with JavaScript.
type Visitor struct {
	Size     Size   // Desktop if zero
	Language string // of Accept-Language; "it-IT" if empty
	NoScript bool   // JavaScript is switched off
}

// Open shows an address in a window that shares no cookie with any other, until the test ends.
func (b *Browser) Open(t testing.TB, address string, v Visitor) *Page {
	t.Helper()
	if v.Size == (Size{}) {
		v.Size = Desktop
	}
	if v.Language == "" {
		v.Language = "it-IT"
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(b.window(t)))
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, visitor: v}
	chromedp.ListenTarget(ctx, p.observe)
	p.run("opening a window", chromedp.ActionFunc(p.prepare))
	p.Go(address)
	return p
}

// window opens a window with cookies of its own. Chromium opens a tab only where a window is, so
// chromedp's own way to a new set of cookies is refused.
func (b *Browser) window(t testing.TB) target.ID {
	t.Helper()
	ctx := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Browser)
	cookies, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(ctx)
	if err != nil {
		t.Fatalf("opening a window: %v", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(cookies).WithNewWindow(true).Do(ctx)
	if err != nil {
		t.Fatalf("opening a window: %v", err)
	}
	return id
}

// prepare makes the window the visitor's. Motion is reduced so that nothing moves under the pointer.
func (p *Page) prepare(ctx context.Context) error {
	v := p.visitor
	return chromedp.Tasks{
		emulation.SetDeviceMetricsOverride(v.Size.Width, v.Size.Height, 1, false),
		emulation.SetScrollbarsHidden(true),
		emulation.SetScriptExecutionDisabled(v.NoScript),
		emulation.SetLocaleOverride().WithLocale(v.Language),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}),
		network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": v.Language}),
	}.Do(ctx)
}

// fromRoot is the path of a file of the repository, wherever the test runs.
func fromRoot(t testing.TB, elements ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(append([]string{dir}, elements...)...)
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}

// fromModules is the path of a file that `make assets` installs.
func fromModules(t testing.TB, elements ...string) string {
	t.Helper()
	path := fromRoot(t, append([]string{"node_modules"}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v: run make assets", err)
	}
	return path
}
