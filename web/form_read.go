package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sportello/person"
)

// maxMemory of a form with a file, in bytes; what is over goes to a temporary file.
const maxMemory = 1 << 20

// A FieldError is a line of the summary above a refused form. Href "" belongs to no field.
type FieldError struct {
	Href, Label, Text string
}

// Fill reads what was posted into the fields, spaces around it dropped. Locked fields keep what the
// server put there, whatever the browser says.
func (f *Form) Fill(r *http.Request) error {
	if err := parse(r, f.Multipart()); err != nil {
		return err
	}
	f.Refill(r.PostForm)
	return nil
}

// Refill is Fill with values that were posted before and kept.
func (f *Form) Refill(posted url.Values) {
	for _, x := range f.fields() {
		if x.Lock == "" {
			x.fill(posted)
		}
	}
}

func parse(r *http.Request, multipart bool) error {
	err := r.ParseForm()
	if multipart && err == nil {
		err = r.ParseMultipartForm(maxMemory)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForm, err)
	}
	return nil
}

func (f *Field) fill(values url.Values) {
	posted := func(name string) string { return tidy(values.Get(name)) }
	switch f.Kind {
	case DateOf:
		f.Day, f.Month, f.Year = posted(f.Name+"-giorno"), posted(f.Name+"-mese"), posted(f.Name+"-anno")
	case Checkbox:
		f.Checked = posted(f.Name) != ""
	case Password:
		f.Value = values.Get(f.Name) // spaces may belong to it
	case File, Refresh:
	default:
		f.Value = posted(f.Name)
	}
}

// tidy drops spaces at the ends and signs that no keyboard writes; lines stay. Marks that turn the direction of text go
// too: with them a name reads otherwise on paper than it is.
func tidy(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || !unicode.IsControl(r) && !unicode.Is(unicode.Bidi_Control, r) && utf8.ValidRune(r) {
			return r
		}
		return -1
	}, s))
}

// Value is what a field holds.
func (f *Form) Value(name string) string { return f.Field(name).Value }

// Checked tells whether a box is ticked.
func (f *Form) Checked(name string) bool { return f.Field(name).Checked }

// Action tells which button of the kind Refresh was pressed, "" for the way forward.
func action(r *http.Request) string { return r.PostFormValue("azione") }

// Date is the day of a DateOf; empty and no error if the three inputs are.
func (f *Field) Date() (person.Date, error) {
	if f.Day+f.Month+f.Year == "" {
		return "", nil
	}
	return person.ParseDate(f.Day, f.Month, f.Year)
}

// SetDate writes a day into a DateOf.
func (f *Field) SetDate(d person.Date) { f.Day, f.Month, f.Year = d.Parts() }

// Fail marks a field as refused; the first word stays.
func (f *Form) Fail(name, text string) {
	if x := f.Field(name); x.Error == "" {
		x.Error = text
	}
}

// Check asks what every form asks: mandatory fields are there, texts not too long, choices among those
// offered, dates in the calendar. Screens add their own by Fail. It tells whether all is well.
func (f *Form) Check() bool {
	for _, s := range f.Sections {
		for _, x := range s.Fields {
			x.check()
		}
		for _, p := range s.Parts {
			for _, x := range p.Fields {
				if !p.Off {
					x.check()
				}
			}
		}
	}
	return len(f.Errors()) == 0
}

func (f *Field) check() {
	if f.Lock != "" || f.Error != "" || f.Kind == File || f.Kind == Refresh {
		return
	}
	if f.empty() {
		if f.Required() {
			f.Error = missing[f.Kind]
			if f.Error == "" {
				f.Error = "Campo obbligatorio, da compilare."
			}
		}
		return
	}
	switch f.Kind {
	case DateOf:
		if _, err := f.Date(); err != nil {
			f.Error, f.Wrong = f.wrongDate()
		}
	case Select, Radio:
		if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == f.Value }) {
			f.Error = "Scegliere una voce tra quelle proposte."
		}
	default:
		if f.MaxLength > 0 && utf8.RuneCountInString(f.Value) > f.MaxLength {
			f.Error = "Il testo è troppo lungo: accorciarlo."
		}
	}
}

var missing = map[Kind]string{
	Select:   "Campo obbligatorio, da scegliere.",
	Radio:    "Campo obbligatorio, da scegliere.",
	Checkbox: "Serve la conferma per proseguire.",
	DateOf:   "Campo obbligatorio, con giorno, mese e anno.",
}

func (f *Field) empty() bool {
	switch f.Kind {
	case DateOf:
		return f.Day+f.Month+f.Year == ""
	case Checkbox:
		return !f.Checked
	}
	return f.Value == ""
}

// wrongDate says which part of a date to correct first.
func (f *Field) wrongDate() (text, part string) {
	for _, p := range []struct {
		part, value string
		last        int
		text        string
	}{
		{"giorno", f.Day, 31, "Il giorno va da 1 a 31."},
		{"mese", f.Month, 12, "Il mese va da 1 a 12."},
		{"anno", f.Year, 9999, "L'anno si scrive con quattro cifre."},
	} {
		if n, ok := decimal(p.value); !ok || n < 1 || n > p.last || p.part == "anno" && n < 1000 {
			return p.text, p.part
		}
	}
	return "Questo giorno non esiste nel calendario.", "giorno"
}

func decimal(s string) (n int, ok bool) {
	for _, r := range s {
		if r < '0' || r > '9' || n > 9999 {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, s != ""
}

// Single tells whether one thing is asked: then nobody need be told that all of it is mandatory.
func (f *Form) Single() bool { return len(f.fields()) == 1 }

// Errors are the refused fields in the order of the page.
func (f *Form) Errors() []FieldError {
	var all []FieldError
	for _, x := range f.fields() {
		if x.Error != "" {
			all = append(all, FieldError{"#" + x.Target(), strings.TrimSuffix(x.Label, " *"), x.Error})
		}
	}
	return all
}
