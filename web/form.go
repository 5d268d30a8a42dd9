package web

import (
	"slices"
	"strings"
)

// Kind is how a field is drawn and read.
type Kind string

// The kinds of field; the zero value is a line of text.
const (
	Text     Kind = ""
	Code     Kind = "code"     // monospaced, upper case: codice fiscale, activation code
	Password Kind = "password" // with an eye; never written back to the page
	Email    Kind = "email"
	Tel      Kind = "tel"
	Area     Kind = "area"
	Select   Kind = "select"
	Radio    Kind = "radio"
	Checkbox Kind = "checkbox" // sends "si"
	DateOf   Kind = "date"     // three inputs: name-giorno, name-mese, name-anno
	File     Kind = "file"
	Refresh  Kind = "refresh" // a button that sends the form back to itself, azione=Value
)

// An Option is a choice of Select and Radio.
type Option struct{ Value, Label string }

// A Field is a question of a form. Texts are Italian and translated when drawn.
type Field struct {
	Kind    Kind
	Name    string
	ID      string // Name if empty
	Label   string
	Help    string
	Source  string // where the value came from: "Letto da CIA, modificabile"
	Lock    string // why it cannot be changed; then it is drawn read-only and never read back
	Columns int    // of twelve, beside its neighbours; 0 is a line of its own

	Value            string
	Day, Month, Year string // of DateOf
	Checked          bool   // of Checkbox
	Options          []Option
	Proper           bool // options are proper names, not to be translated

	Optional     bool
	Filter       bool   // of a list: never mandatory, and nothing says so
	Blank        string // first choice of Select; "Scegli" if empty
	Autocomplete string // "off" if empty; for DateOf a stem such as "bday"
	InputMode    string // "numeric"
	MaxLength    int    // characters
	Rows         int    // of Area; 3 if 0
	Accept       string // of File: "application/pdf"
	Reveal       string // what the eye of Password says; "Mostra la password" if empty
	First        bool   // where typing begins when the page opens without errors: a desk's reader writes there
	Opens        bool   // a Checkbox that shows the part of class solo-se-aperta of its section

	Error   string // why it was refused
	Wrong   string // of DateOf: giorno, mese or anno, the part to correct; giorno if empty
	Warning string // what to look at, though it may stay
}

// Required tells whether the field must be filled in.
func (f *Field) Required() bool { return !f.Optional && !f.Filter }

// DOM is the field's id in the page.
func (f *Field) DOM() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

// Target is the id of the first input to correct.
func (f *Field) Target() string {
	switch {
	case f.Kind == DateOf && f.Wrong == "":
		return f.DOM() + "-giorno"
	case f.Kind == DateOf:
		return f.DOM() + "-" + f.Wrong
	case f.Kind == Radio && len(f.Options) > 0:
		return f.DOM() + "-" + f.Options[0].Value
	}
	return f.DOM()
}

// DescribedBy lists the ids of the words around the field, in the order of the page.
func (f *Field) DescribedBy() string {
	var ids []string
	for _, n := range []struct{ words, suffix string }{
		{f.Error, "-errore"}, {f.Warning, "-avviso"}, {f.Help, "-aiuto"}, {f.Source + f.Lock, "-fonte"},
	} {
		if n.words != "" {
			ids = append(ids, f.DOM()+n.suffix)
		}
	}
	return strings.Join(ids, " ")
}

// Shown is what a locked Select or Radio shows: the label of its value.
func (f *Field) Shown() string {
	for _, o := range f.Options {
		if o.Value == f.Value {
			return o.Label
		}
	}
	return f.Value
}

// Type is the input's type attribute.
func (f *Field) Type() string {
	switch f.Kind {
	case Password, Email, Tel:
		return string(f.Kind)
	}
	return "text"
}

// Auto is the autocomplete attribute, of a part of a date if part is day, month or year.
func (f *Field) Auto(part string) string {
	switch {
	case f.Autocomplete == "":
		return "off"
	case part != "":
		return f.Autocomplete + "-" + part
	}
	return f.Autocomplete
}

// Lines is the height of Area.
func (f *Field) Lines() int {
	if f.Rows == 0 {
		return 3
	}
	return f.Rows
}

// A DatePart is one of the three inputs of DateOf.
type DatePart struct {
	Name, Label, Value, Auto string
	MaxLength                int
	Wrong                    bool
}

// DateParts are day, month and year with what was typed.
func (f *Field) DateParts() []DatePart {
	parts := []DatePart{
		{"giorno", "Giorno", f.Day, f.Auto("day"), 2, false},
		{"mese", "Mese", f.Month, f.Auto("month"), 2, false},
		{"anno", "Anno", f.Year, f.Auto("year"), 4, false},
	}
	blank := f.Day+f.Month+f.Year == ""
	for i := range parts {
		parts[i].Wrong = f.Error != "" && (blank || f.Target() == f.DOM()+"-"+parts[i].Name)
	}
	return parts
}

// A Part is a piece of a section that depends on a choice: Class is one of the solo-se-… of the
// stylesheet. Off says that the choice was not made, so its fields are not asked.
type Part struct {
	Class  string
	Note   string
	Fields []*Field
	Off    bool
}

// A Section is a box of the form with its legend.
type Section struct {
	ID, Legend, Note string
	Fields           []*Field
	Parts            []Part
}

// all are the fields of the section, with those of its parts.
func (s *Section) all() []*Field {
	fields := append([]*Field(nil), s.Fields...)
	for _, p := range s.Parts {
		fields = append(fields, p.Fields...)
	}
	return fields
}

// Wrong counts the fields to correct, for the contents of a long form.
func (s *Section) Wrong() int {
	n := 0
	for _, f := range s.all() {
		if f.Error != "" {
			n++
		}
	}
	return n
}

// Rows groups fields that stand beside each other.
func (s *Section) Rows() [][]*Field { return rows(s.Fields) }

// Rows groups fields that stand beside each other.
func (p Part) Rows() [][]*Field { return rows(p.Fields) }

// rows makes one group of each run of fields with columns.
func rows(fields []*Field) [][]*Field {
	var groups [][]*Field
	for i, f := range fields {
		if i > 0 && f.Columns > 0 && fields[i-1].Columns > 0 {
			groups[len(groups)-1] = append(groups[len(groups)-1], f)
			continue
		}
		groups = append(groups, []*Field{f})
	}
	return groups
}

// A Form is a table of questions: drawn by the template "form", filled by Fill, checked by Check.
type Form struct {
	Action   string
	Hidden   []Option // sent along: Value is the name, Label the value
	Intro    string   // above the first section; "" says that all fields are mandatory
	Sections []*Section
	Index    bool   // contents at the side, for a long form
	Submit   string // the way forward: "Prosegui"
	Back     Link   // optional
	Cancel   Link   // optional
}

// Sectionless is a form of one box without a legend.
func Sectionless(action, submit string, fields ...*Field) *Form {
	return &Form{Action: action, Submit: submit, Sections: []*Section{{Fields: fields}}}
}

// Multipart tells whether the form carries a file.
func (f *Form) Multipart() bool {
	for _, x := range f.fields() {
		if x.Kind == File {
			return true
		}
	}
	return false
}

func (f *Form) fields() []*Field {
	var all []*Field
	for _, s := range f.Sections {
		all = append(all, s.all()...)
	}
	return all
}

// Field is the field of that name; asking for one that is not there is a fault of the program.
func (f *Form) Field(name string) *Field {
	for _, x := range f.fields() {
		if x.Name == name {
			return x
		}
	}
	panic("form " + f.Action + " has no field " + name)
}

// PlaceFields are province and comune, chosen one after the other without a script: the button sends
// the form back, and the screen fills the second list. The posted azione is "comuni-" and the stem.
func PlaceFields(stem string, provinces, comuni []Option) []*Field {
	return []*Field{
		{Kind: Select, Name: stem + "-provincia", Label: "Provincia", Options: provinces, Proper: true, Columns: 6},
		{Kind: Select, Name: stem + "-comune", Label: "Comune", Options: comuni, Proper: true, Columns: 6},
		{Kind: Refresh, Name: "azione", ID: stem + "-aggiorna", Value: "comuni-" + stem, Label: "Aggiorna i comuni",
			Help: "Dopo aver cambiato la provincia."},
	}
}

// Part is the part of that class; asking for one that is not there is a fault of the program.
func (f *Form) Part(class string) *Part {
	for _, s := range f.Sections {
		for i := range s.Parts {
			if s.Parts[i].Class == class {
				return &s.Parts[i]
			}
		}
	}
	panic("form " + f.Action + " has no part " + class)
}

// has tells whether there is a field of that name.
func (f *Form) has(name string) bool {
	return slices.ContainsFunc(f.fields(), func(x *Field) bool { return x.Name == name })
}

// asks tells whether a field is there and its part has not been left out by a choice.
func (f *Form) asks(name string) bool {
	for _, s := range f.Sections {
		for _, x := range s.asked() {
			if x.Name == name {
				return true
			}
		}
	}
	return false
}

// asked are the fields of the section without those that a choice left out.
func (s *Section) asked() []*Field {
	fields := append([]*Field(nil), s.Fields...)
	for _, p := range s.Parts {
		if !p.Off {
			fields = append(fields, p.Fields...)
		}
	}
	return fields
}
