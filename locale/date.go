package locale

import (
	"fmt"
	"time"
)

var months = map[string][12]string{
	Italian: {"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	"en":    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	German:  {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
}

// Day is a day in words, "21 novembre 2026", in the zone that t carries; "" for the zero time. An unknown language reads Italian.
func Day(lang string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	names, ok := months[lang]
	if !ok {
		names = months[Italian]
	}
	if lang == German {
		return fmt.Sprintf("%d. %s %d", t.Day(), names[t.Month()-1], t.Year())
	}
	return fmt.Sprintf("%d %s %d", t.Day(), names[t.Month()-1], t.Year())
}
