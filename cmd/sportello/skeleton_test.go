package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// wordless are attributes whose value is the page's own: a word, an address, a number.
var wordless = []string{"id", "for", "name", "value", "href", "src", "action", "title", "alt", "content", "lang", "hreflang", "datetime", "aria-label", "aria-labelledby", "aria-describedby",
	"aria-controls", "list", "headers"}

// skeleton is what is left of a page without its words: its elements, with what is written of them, each row of a table or list once. Two pages with
// one skeleton differ in nothing that axe-core judges.
func skeleton(n *html.Node) string {
	var b strings.Builder
	if n.Type == html.ElementNode {
		b.WriteString(n.Data)
		for _, a := range n.Attr {
			b.WriteString(" " + a.Key)
			if !slices.Contains(wordless, a.Key) && !strings.HasPrefix(a.Key, "data-") {
				b.WriteString("=" + a.Val)
			} else if a.Val == "" {
				b.WriteString("=")
			}
		}
	}
	b.WriteString("(")
	last := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		bone := "."
		if c.Type == html.ElementNode {
			bone = skeleton(c)
		} else if c.Type != html.TextNode || strings.TrimSpace(c.Data) == "" {
			continue
		}
		if bone != last {
			b.WriteString(bone)
		}
		last = bone
	}
	return b.String() + ")"
}

func TestSkeleton(t *testing.T) {
	bones := func(source string) string {
		document, err := goquery.NewDocumentFromReader(strings.NewReader(source))
		if err != nil {
			t.Fatal(err)
		}
		return skeleton(document.Nodes[0])
	}
	page := bones(`<ul><li id="a">uno</li></ul><a href="/x">avanti</a>`)
	if other := bones(`<ul> <li id="b">one</li> <li id="c">two</li></ul><a href="/y">next</a>`); other != page {
		t.Errorf("the same page in other words has another skeleton: %s, %s", page, other)
	}
	for what, source := range map[string]string{
		"a link without words":  `<ul><li id="a">uno</li></ul><a href="/x"></a>`,
		"a class":               `<ul><li id="a">uno</li></ul><a class="btn" href="/x">avanti</a>`,
		"an item without an id": `<ul><li id="a">uno</li><li>due</li></ul><a href="/x">avanti</a>`,
	} {
		if bones(source) == page {
			t.Errorf("%s is not seen", what)
		}
	}
}
