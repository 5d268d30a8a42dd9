package web

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"sportello/person"
	"sportello/registry/simulator"
	"sportello/testdb"
)

// The stories are the use cases of 001 §4.2.1 and §5, in the manual's words and order: what an operator and a citizen read and press, by the
// labels on the page, from the log-in to the last page and the last mail. Each is told on every engine.

// onEachEngine tells a story in a house of its own on every engine.
func onEachEngine(t *testing.T, story func(*testing.T, *house)) {
	t.Helper()
	t.Parallel()
	testdb.Each(t, func(t *testing.T, dsn string) {
		t.Parallel()
		story(t, newHouseOn(t, dsn))
	})
}

// A reader is somebody with a browser, who looks at a page, follows its links and presses its buttons.
type reader struct {
	*client
	page *shown
}

// open goes to an address, as from a bookmark.
func (r *reader) open(path string) {
	r.Helper()
	r.page = r.get(path)
}

// reads checks that the page says words, anywhere.
func (r *reader) reads(words ...string) {
	r.Helper()
	text := clean(r.page.Find("body").Clone())
	for _, w := range words {
		if !strings.Contains(text, w) {
			r.Fatalf("%s (%d) does not say %q: %.500s", r.page.Path, r.page.Status, w, r.page.said())
		}
	}
}

// misses checks that the page does not say words.
func (r *reader) misses(words ...string) {
	r.Helper()
	for _, w := range words {
		if strings.Contains(r.page.said(), w) {
			r.Errorf("%s (%d) says %q: %s", r.page.Path, r.page.Status, w, r.page.said())
		}
	}
}

// clean is the text of a selection without what the eye does not see.
func clean(s *goquery.Selection) string {
	s.Find(".visually-hidden, .facoltativo, script, style").Remove()
	s.Find("dd, dt, li, p, td, .secondo").BeforeHtml(" ")
	return strings.Join(strings.Fields(s.Text()), " ")
}

// labelled are the elements whose visible text is label.
func labelled(in *goquery.Selection, selector, label string) *goquery.Selection {
	return in.Find(selector).FilterFunction(func(_ int, e *goquery.Selection) bool { return clean(e.Clone()) == label })
}

// labels are the texts of all such elements, for the message of a test that looked for another one.
func labels(in *goquery.Selection, selector string) string {
	var all []string
	in.Find(selector).Each(func(_ int, e *goquery.Selection) { all = append(all, clean(e.Clone())) })
	return strings.Join(slices.Compact(all), " | ")
}

// follow goes where a link of the page leads.
func (r *reader) follow(label string) {
	r.Helper()
	href, ok := labelled(r.page.Selection, "a[href]", label).First().Attr("href")
	if !ok {
		r.Fatalf("%s has no link %q but %s", r.page.Path, label, labels(r.page.Selection, "a[href]"))
	}
	r.open(href)
}

// press presses a button of the page after filling its form: answers are labels of fields and what is written, chosen or ticked there.
func (r *reader) press(label string, answers ...string) {
	r.Helper()
	r.page = r.pressed(label, answers...)
}

// pressed is press for a button whose answer opens elsewhere, as papers do.
func (r *reader) pressed(label string, answers ...string) *shown {
	r.Helper()
	button := labelled(r.page.Selection, "button:not([hidden]):not([disabled])", label).First()
	form := button.Closest("form")
	if form.Length() == 0 {
		r.Fatalf("%s (%d) has no button %q but %s: %s", r.page.Path, r.page.Status, label, labels(r.page.Selection, "button:not([hidden]):not([disabled])"), r.page.said())
	}
	var pairs []string
	for i := 0; i+1 < len(answers); i += 2 {
		pairs = append(pairs, r.answer(form, answers[i], answers[i+1])...)
	}
	if name, ok := button.Attr("name"); ok {
		pairs = append(pairs, name, button.AttrOr("value", ""))
	}
	return r.sendForm(r.page, form, pairs...)
}

// answer gives the names and values that a browser would send for what is written in the field with a label.
func (r *reader) answer(form *goquery.Selection, label, said string) []string {
	r.Helper()
	if group := labelled(form, "legend", label).First().Parent(); group.Length() > 0 && group.Find("h2").Length() == 0 {
		if dates := group.Find(".data-campi input"); dates.Length() == 3 {
			return dated(dates, said)
		}
		return r.answer(group, said, "sì")
	}
	id, ok := labelled(form, "label", label).First().Attr("for")
	field := form.Find("[id='" + id + "']").First()
	name, named := field.Attr("name")
	if !ok || !named {
		r.Fatalf("%s has no field %q but %s | %s", r.page.Path, label, labels(form, "label"), labels(form, "legend"))
	}
	switch {
	case field.Is("select"):
		option := labelled(field, "option", said)
		if option.Length() == 0 {
			r.Fatalf("%s: %q does not offer %q but %s", r.page.Path, label, said, labels(field, "option"))
		}
		return []string{name, option.AttrOr("value", "")}
	case field.Is("[type=checkbox], [type=radio]") && said == "sì":
		return []string{name, field.AttrOr("value", "on")}
	case field.Is("[type=checkbox]"):
		return []string{name, ""}
	}
	return []string{name, said}
}

// dated writes a day "31/12/2029" into the three fields of a date.
func dated(fields *goquery.Selection, day string) (pairs []string) {
	for i, part := range strings.Split(day, "/") {
		pairs = append(pairs, fields.Eq(i).AttrOr("name", ""), part)
	}
	return pairs
}

// A resident is a citizen of the stories, as the registries know them.
type resident struct{ simulator.Person }

// citizensMail is the address that citizens give at the desk.
const citizensMail = "giulia.bianchi@esempio.it"

// residents are adults whom CIA knows and who live in Torino, where every ente of the house may serve them.
func (h *house) residents() (list []resident) {
	for _, x := range simulator.SamplesOf(population(), len(population())).CIA {
		if x.Residence.Comune == "L219" {
			list = append(list, resident{x})
		}
	}
	return list
}

// slashed is a day as people write it in a form.
func slashed(d person.Date) string {
	day, month, year := d.Parts()
	return day + "/" + month + "/" + year
}

// papers are what a citizen takes home, and what the mail brings.
type papers struct {
	taxCode, pin, code string
	summary            string
}

// Patterns of what is printed and mailed: the PIN in two groups, codes in three.
var (
	printedPIN  = regexp.MustCompile(`\b[0-9A-Z]{4} [0-9A-Z]{4}\b`)
	writtenCode = regexp.MustCompile(`\b[0-9A-Z]{4}[ -][0-9A-Z]{4}[ -][0-9A-Z]{4}\b`)
)

// grabbed is the one thing in a text that looks like pattern.
func (h *house) grabbed(text string, pattern *regexp.Regexp) string {
	h.Helper()
	found := pattern.FindString(text)
	if found == "" {
		h.Fatalf("nothing like %s in:\n%s", pattern, text)
	}
	return found
}

// textOf is what a PDF says to a reader.
func (h *house) textOf(p *shown) string {
	h.Helper()
	if p.Status != 200 || p.Header.Get("Content-Type") != "application/pdf" {
		h.Fatalf("%s is no PDF: %d %s", p.Path, p.Status, p.said())
	}
	show := exec.CommandContext(h.Context(), "pdftotext", "-layout", "-", "-")
	show.Stdin = strings.NewReader(string(p.Body))
	text, err := show.Output()
	if err != nil {
		h.Fatalf("pdftotext: %v (run scripts/test-deps.sh)", err)
	}
	return string(text)
}

// lastMail is the newest letter to the citizen whose subject begins so.
func (h *house) lastMail(subject string) string {
	h.Helper()
	got := h.letters(citizensMail)
	for _, m := range slices.Backward(got) {
		if strings.HasPrefix(m.Subject, subject) {
			return m.Text
		}
	}
	h.Fatalf("no mail %q among %d", subject, len(got))
	return ""
}
