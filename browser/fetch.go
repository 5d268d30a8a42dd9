package browser

import (
	"fmt"
	"strings"
)

// A Download is what a link or button brought that is not a page: a PDF, a file.
type Download struct {
	Status int
	Type   string // Content-Type
	Body   []byte
}

// Fetch brings what pressing a link or a form's button would open, with the window's cookies. The window
// stays where it is, as it does when a PDF opens in another tab.
func (p *Page) Fetch(name string) Download {
	p.t.Helper()
	const fetch = `(async () => {
		const e = (%s)("press", %s)
		const form = e.form
		const body = form && new URLSearchParams(new FormData(form, e))
		const to = form ? e.getAttribute("formaction") || form.getAttribute("action") || "" : e.href
		const answer = await fetch(new URL(to, location.href), form && form.method === "post" ? {method: "POST", body} : {})
		const bytes = new Uint8Array(await answer.arrayBuffer())
		let text = ""
		for (const b of bytes) text += String.fromCharCode(b)
		return {Status: answer.status, Type: answer.headers.get("Content-Type") ?? "", Body: btoa(text)}
	})()`
	var got Download
	p.eval("fetching "+name, fmt.Sprintf(fetch, strings.TrimSpace(findScript), quoted(name)), &got)
	return got
}
