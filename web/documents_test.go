package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// The page offers the five documents of the manual (001 §2), each with its format and size, and each opens.
func TestFiveDownloads(t *testing.T) {
	h := newHouse(t)
	c := h.visitor()
	p := c.get("/documenti")
	checkPage(t, "documenti", p.Document)
	links := p.Find(".elenco-documenti a")
	if links.Length() != 5 {
		t.Fatalf("%d documents: %s", links.Length(), p.said())
	}
	links.Each(func(_ int, a *goquery.Selection) {
		if text := a.Text(); !strings.Contains(text, "(PDF, ") || !strings.Contains(text, " kB)") || strings.Contains(text, "%!") {
			t.Errorf("%q does not say format and size", text)
		}
		href := a.AttrOr("href", "")
		pdf := c.get(href)
		if pdf.Status != http.StatusOK || pdf.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(string(pdf.Body), "%PDF") {
			t.Errorf("%s: %d %s", href, pdf.Status, pdf.Header.Get("Content-Type"))
		}
		if again := c.get(href); string(again.Body) != string(pdf.Body) {
			t.Errorf("%s: the second time it is another file", href)
		}
		if first := c.get(strings.Split(href, "?")[0]); string(first.Body) != string(pdf.Body) {
			t.Errorf("%s: without a community it is another file", href)
		}
	})
}

func TestUnknownDownloads(t *testing.T) {
	c := newHouse(t).visitor()
	for _, path := range []string{"/documenti?community=altrove", "/documenti/regolamento.pdf?community=altrove", "/documenti/altro.pdf", "/documenti/manuale"} {
		if p := c.get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// The operator finds those of the own community in the menu (G04).
func TestMenuOffersDocuments(t *testing.T) {
	h := newHouse(t)
	p := h.login(t, "anna").get("/sportello")
	if n := p.Find(`.elenco-documenti a[href$="community=sistemapiemonte&lingua=it"]`).Length(); n != 5 {
		t.Errorf("%d documents in the menu", n)
	}
}
