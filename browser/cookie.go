package browser

import (
	"context"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Cookie is the value of one that the page shown would send, "" if there is none.
func (p *Page) Cookie(name string) (value string) {
	p.t.Helper()
	p.run("reading a cookie", chromedp.ActionFunc(func(ctx context.Context) error {
		cookies, err := network.GetCookies().Do(ctx)
		for _, c := range cookies {
			if c.Name == name {
				value = c.Value
			}
		}
		return err
	}))
	return value
}

// SetCookie gives the window a cookie for the address shown, as another window got it.
func (p *Page) SetCookie(name, value string) {
	p.t.Helper()
	p.run("setting a cookie", network.SetCookie(name, value).WithURL(p.URL()).WithHTTPOnly(true))
}
