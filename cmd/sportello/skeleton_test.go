package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// wordless are attributes whose value is the page's own: a word, an address, a number.
var wordless = []string{"id", "for", "name", "value", "href", "src", "action", "title", "alt", "content", "lang", "hreflang", "datetime", "aria-label", "aria-labelledby", "aria-describedby",
	"aria-controls", "list", "headers"}

// bone is an element without its words.
func bone(n *html.Node) string {
	var b strings.Builder
	b.WriteString(n.Data)
	for _, a := range n.Attr {
		b.WriteString(" " + a.Key)
		if !slices.Contains(wordless, a.Key) && !strings.HasPrefix(a.Key, "data-") {
			b.WriteString("=" + a.Val)
		} else if a.Val == "" {
			b.WriteString("=")
		}
	}
	if text := n.FirstChild; text == nil || text.Type == html.TextNode && text.NextSibling == nil && strings.TrimSpace(text.Data) == "" {
		b.WriteString(" empty")
	}
	return b.String()
}

// skeleton is every kind of element of a page, each with what it stands in. A page without a bone that others lack holds nothing for axe-core to judge
// that it has not judged, but for how the whole is put together.
func skeleton(document *goquery.Document) map[string]bool {
	bones := map[string]bool{}
	for n := range document.Nodes[0].Descendants() {
		if n.Type == html.ElementNode {
			bones[bone(n.Parent)+" > "+bone(n)] = true
		}
	}
	return bones
}

func TestSkeleton(t *testing.T) {
	bones := func(source string) map[string]bool {
		document, err := goquery.NewDocumentFromReader(strings.NewReader(source))
		if err != nil {
			t.Fatal(err)
		}
		return skeleton(document)
	}
	page := bones(`<ul><li id="a">uno</li></ul><a href="/x">avanti</a>`)
	if other := bones(`<ul> <li id="b">one</li> <li id="c">two</li></ul><a href="/y">next</a>`); !maps.Equal(other, page) {
		t.Errorf("the same page in other words has another skeleton: %v, %v", page, other)
	}
	for what, source := range map[string]string{
		"a link without words":  `<ul><li id="a">uno</li></ul><a href="/x"></a>`,
		"a class":               `<ul><li id="a">uno</li></ul><a class="btn" href="/x">avanti</a>`,
		"an item without an id": `<ul><li id="a">uno</li><li>due</li></ul><a href="/x">avanti</a>`,
		"another place":         `<ul><li id="a">uno</li></ul><p><a href="/x">avanti</a></p>`,
	} {
		if maps.Equal(bones(source), page) {
			t.Errorf("%s is not seen", what)
		}
	}
}
