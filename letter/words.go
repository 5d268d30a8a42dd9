package letter

import (
	"fmt"
	"strings"
	"time"

	"sportello/letter/pdf"
	"sportello/locale"
)

// A sentence is an Italian text of the catalogue with what it says of this letter: **strong** marks, and a %s for each value.
type sentence struct {
	text string
	with []any
}

// A page is the address of a page: in a sentence it becomes a link.
type page string

func says(text string, with ...any) sentence { return sentence{text, with} }

// tags are the languages as a document names them, for whoever has it read aloud (PDF 32000-1 §14.9.2).
var tags = map[string]string{"en": "en-GB", locale.German: "de-IT"}

func (h Head) tag() string {
	if tag, ok := tags[h.Lang]; ok {
		return tag
	}
	return "it-IT"
}

// t is a text in the language of the letter.
func (h Head) t(text string, with ...any) string {
	return locale.Printer(h.Lang).Sprintf(text, with...)
}

// word is a word of the field, such as a kind of document, in the language of the letter; what the catalogue does not know is data, and stays.
func (h Head) word(text string) string {
	if !locale.Has(h.Lang, text) {
		return text
	}
	return h.t(text)
}

// day is a day as letters say it, "21 novembre 2026", not to be parted; "" for the zero time.
func (h Head) day(t time.Time) string {
	return strings.ReplaceAll(locale.Day(h.Lang, t), " ", "\u00A0")
}

// foreign tells whether the letter is not in Italian.
func (h Head) foreign() bool { return tags[h.Lang] != "" }

// The marks that hold the place of values while a sentence is read: a value may hold any sign.
const firstMark = '\uE000'

// say sets a sentence.
func (s *sheet) say(text string, with ...any) []pdf.Run {
	marks := make([]any, len(with))
	for i := range with {
		marks[i] = string(firstMark + rune(i))
	}
	var runs []pdf.Run
	for _, run := range s.inline(s.t(text, marks...)) {
		runs = append(runs, s.fill(run, with)...)
	}
	return runs
}

// fill puts values where their marks stand.
func (s *sheet) fill(run pdf.Run, with []any) (runs []pdf.Run) {
	text := ""
	end := func() {
		if text != "" {
			runs = append(runs, pdf.Run{Style: run.Style, Text: text})
		}
		text = ""
	}
	for _, r := range run.Text {
		i := int(r - firstMark)
		if i < 0 || i >= len(with) {
			text += string(r)
			continue
		}
		if address, is := with[i].(page); is {
			end()
			runs = append(runs, s.linkTo(bare(string(address)), string(address)))
			continue
		}
		text += fmt.Sprint(with[i])
	}
	end()
	return runs
}

// set sets sentences, each by itself.
func (s *sheet) set(all []sentence) [][]pdf.Run {
	runs := make([][]pdf.Run, len(all))
	for i, x := range all {
		runs[i] = s.say(x.text, x.with...)
	}
	return runs
}

// each are sentences that hold no values.
func each(texts ...string) []sentence {
	all := make([]sentence, len(texts))
	for i, text := range texts {
		all[i] = says(text)
	}
	return all
}
