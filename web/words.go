package web

import (
	"fmt"
	"html/template"
	"time"
	_ "time/tzdata" // Rome's clock on machines without zone files

	"sportello/locale"
	"sportello/person"
)

// rome is the clock on the wall of every desk.
var rome = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err) // embedded above
	}
	return zone
}()

// A translator writes for one language.
type translator struct {
	lang    string
	printer locale.Writer
}

func newTranslator(lang string) *translator {
	return &translator{lang, locale.Printer(lang)}
}

// t is an Italian text in the language. A text without args that no catalogue knows is taken as it is,
// so that words already translated, and data, may pass.
func (tr *translator) t(text string, args ...any) string {
	if len(args) == 0 && !locale.Has(tr.lang, text) {
		return text
	}
	return tr.printer.Sprintf(text, args...)
}

// date is a day in words, "21 novembre 2026", of a person.Date or of an instant in Rome; "" for none.
func (tr *translator) date(day any) (string, error) {
	var t time.Time
	switch d := day.(type) {
	case person.Date:
		t = d.Time()
	case time.Time:
		t = d.In(rome)
	default:
		return "", fmt.Errorf("date of a %T", day)
	}
	return locale.Day(tr.lang, t), nil
}

// dateTime is an instant in words, in Rome: "21 novembre 2026, ore 18:04"; "" for the zero time.
func (tr *translator) dateTime(at time.Time) (string, error) {
	if at.IsZero() {
		return "", nil
	}
	day, err := tr.date(at)
	return day + tr.t(", ore ") + at.In(rome).Format("15:04"), err
}

// funcs are those that templates call.
func (tr *translator) funcs() template.FuncMap {
	return template.FuncMap{
		"t":        tr.t,
		"date":     tr.date,
		"dateTime": tr.dateTime,
		"icon":     icon,
		"asset":    assetURL,
		"markdown": markdown,
		"alert":    newAlert,
		"badge":    newBadge,
		"pager":    newPager,
		"add":      func(a, b int) int { return a + b },
	}
}

// icon draws one of the design system's icons, "it-check"; words beside it say what it means.
func icon(name, class string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="icon %s" aria-hidden="true"><use href="%s#%s"></use></svg>`,
		template.HTMLEscapeString(class), assetURL("vendor/svg/sprites.svg"), template.HTMLEscapeString(name)))
}
