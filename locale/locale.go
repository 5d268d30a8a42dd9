// Package locale holds the words of the pages and mails in the languages of the citizens.
//
// The Italian text is the key: it stands in the template or in the code, and a catalogue gives its
// translation. Operators always read Italian. The package knows nothing of requests or pages.
package locale

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Italian is the language of the sources and of the operators.
const Italian = "it"

// German is the language of South Tyrol, beside Italian.
const German = "de"

// A Language is one that citizens may choose.
type Language struct {
	Code string // "en"
	Abbr string // "ENG", as the header shows it
	Name string // in the language itself
}

// Languages are those offered, the source first.
var Languages = []Language{
	{Italian, "ITA", "Italiano"},
	{"en", "ENG", "English"},
	{German, "DEU", "Deutsch"},
}

// Errors of a catalogue, found when it is loaded.
var (
	ErrPlaceholders = errors.New("placeholders of source and translation differ")
	ErrEmpty        = errors.New("empty translation")
	ErrForm         = errors.New("a translation is a text, or plural forms with \"other\"")
)

//go:embed *.json
var files embed.FS

// A book is the content of all catalogues: for each language, source text to translation.
type book map[string]map[string]entry

// An entry is a plain text, or for a number in the text its plural forms ("one", "other", "=0").
type entry struct {
	text  string
	forms map[string]string
}

// UnmarshalJSON reads a string, or an object of plural forms.
func (e *entry) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &e.text)
	}
	if err := json.Unmarshal(b, &e.forms); err != nil {
		return ErrForm
	}
	if e.forms["other"] == "" {
		return ErrForm
	}
	return nil
}

var embedded = sync.OnceValue(func() book {
	b := book{}
	for _, l := range Languages {
		text, err := files.ReadFile(l.Code + ".json")
		if err == nil {
			b[l.Code], err = read(text)
		}
		if err != nil {
			panic(fmt.Sprintf("locale %s: %v", l.Code, err)) // the files are part of the program
		}
	}
	return b
})

// read parses and checks one catalogue.
func read(text []byte) (map[string]entry, error) {
	var m map[string]entry
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, err
	}
	for key, e := range m {
		if err := e.check(key); err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
	}
	return m, nil
}

func (e entry) check(key string) error {
	if e.forms == nil {
		if e.text == "" {
			return ErrEmpty
		}
		if !slices.Equal(placeholders(e.text), placeholders(key)) {
			return ErrPlaceholders
		}
		return nil
	}
	// "one" may spell its number out: forms use a part of the placeholders, "other" uses all.
	for _, text := range e.forms {
		for _, p := range placeholders(text) {
			if !slices.Contains(placeholders(key), p) {
				return ErrPlaceholders
			}
		}
	}
	if !slices.Equal(placeholders(e.forms["other"]), placeholders(key)) {
		return ErrPlaceholders
	}
	return nil
}

var placeholder = regexp.MustCompile(`%(?:\[(\d+)\])?([a-z])`)

// placeholders lists "number verb" for each one in a text, in order of number.
func placeholders(text string) []string {
	var all []string
	next := 1
	for _, m := range placeholder.FindAllStringSubmatch(strings.ReplaceAll(text, "%%", ""), -1) {
		number := m[1]
		if number == "" {
			number = fmt.Sprint(next)
		}
		next++
		all = append(all, number+m[2])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var catalogue = sync.OnceValue(func() catalog.Catalog {
	b := catalog.NewBuilder(catalog.Fallback(language.Italian))
	for code, entries := range embedded() {
		tag := language.Make(code)
		for key, e := range entries {
			if err := b.Set(tag, key, e.message()); err != nil {
				panic(fmt.Sprintf("locale %s: %q: %v", code, key, err))
			}
		}
	}
	return b
})

func (e entry) message() catalog.Message {
	if e.forms == nil {
		return catalog.String(e.text)
	}
	var cases []any
	for _, form := range slices.Sorted(maps.Keys(e.forms)) {
		cases = append(cases, form, e.forms[form])
	}
	return plural.Selectf(1, "%d", cases...)
}

// A Writer writes texts in one language.
type Writer struct {
	lang    string
	printer *message.Printer
}

// Printer writes texts in a language of Languages; an unknown language, or a text without translation, comes out in Italian.
func Printer(lang string) Writer {
	return Writer{lang, message.NewPrinter(language.Make(lang), message.Catalog(catalogue()))}
}

// Sprintf gives the text whose Italian source is the format.
func (w Writer) Sprintf(format string, args ...any) string {
	return elided(w.lang, w.printer.Sprintf(format, args...))
}

// Has tells whether a language gives its own words for a source text.
func Has(lang, text string) bool {
	_, ok := embedded()[lang][text]
	return ok
}

// Missing lists, sorted, the source texts that a language does not translate.
func Missing(lang string, texts ...string) []string {
	var missing []string
	for _, t := range texts {
		if lang != Italian && !Has(lang, t) {
			missing = append(missing, t)
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}

// Match chooses among Languages by a browser's Accept-Language header; Italian when nothing fits.
func Match(accept string) string {
	tags := make([]language.Tag, len(Languages))
	for i, l := range Languages {
		tags[i] = language.Make(l.Code)
	}
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return Italian
	}
	_, i, confidence := language.NewMatcher(tags).Match(wanted...)
	if confidence == language.No {
		return Italian
	}
	return Languages[i].Code
}

// Known tells whether code is one of Languages.
func Known(code string) bool {
	return slices.ContainsFunc(Languages, func(l Language) bool { return l.Code == code })
}
