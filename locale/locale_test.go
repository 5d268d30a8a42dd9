package locale

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"
)

func TestPrinter(t *testing.T) {
	const errorsToFix = "Ci sono %d errori da correggere"
	for _, tt := range []struct {
		lang, text string
		args       []any
		want       string
	}{
		{"it", errorsToFix, []any{1}, "C'è un errore da correggere"},
		{"it", errorsToFix, []any{6}, "Ci sono 6 errori da correggere"},
		{"en", errorsToFix, []any{1}, "There is one error to correct"},
		{"en", errorsToFix, []any{6}, "There are 6 errors to correct"},
		{"en", "Accedi", nil, "Log in"},
		{"de", "Accedi", nil, "Anmelden"},
		{"de", errorsToFix, []any{2}, "2 Fehler sind zu berichtigen"},
		{"en", "Parola che nessuno ha tradotto", nil, "Parola che nessuno ha tradotto"},
		{"xx", "Accedi", nil, "Accedi"},
	} {
		if got := Printer(tt.lang).Sprintf(tt.text, tt.args...); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.lang, tt.text, got, tt.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		catalogue string
		want      error
	}{
		"good":                 {`{"Passo %d di %d":"Step %d of %d"}`, nil},
		"numbered placeholder": {`{"Passo %d di %s":"Of %[2]s, step %[1]d"}`, nil},
		"a per cent sign":      {`{"Al 100%% di %s":"100%% of %s"}`, nil},
		"lost placeholder":     {`{"Passo %d di %d":"Step %d"}`, ErrPlaceholders},
		"other verb":           {`{"Passo %d":"Step %s"}`, ErrPlaceholders},
		"empty":                {`{"Passo":""}`, ErrEmpty},
		"plural":               {`{"%d errori":{"one":"one error","other":"%d errors"}}`, nil},
		"plural with no other": {`{"%d errori":{"one":"one error"}}`, ErrForm},
		"plural, lost in all":  {`{"%d errori":{"one":"one","other":"errors"}}`, ErrPlaceholders},
		"a number":             {`{"Passo":3}`, ErrForm},
	} {
		if _, err := read([]byte(tt.catalogue)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", name, err, tt.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for accept, want := range map[string]string{
		"":                               "it",
		"en-US,en;q=0.9":                 "en",
		"it-IT,it;q=0.9,en;q=0.8":        "it",
		"zh-CN,en;q=0.5":                 "en",
		"ja":                             "it",
		"de-AT,de;q=0.9,it;q=0.8":        "de",
		"not a header; at all, ;;;q=é,,": "it",
	} {
		if got := Match(accept); got != want {
			t.Errorf("%q: got %s, want %s", accept, got, want)
		}
	}
}

func TestMissing(t *testing.T) {
	got := Missing("en", "Zeta inventata", "Accedi", "Alfa inventata", "Zeta inventata")
	if want := []string{"Alfa inventata", "Zeta inventata"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Missing(Italian, "Alfa inventata"); got != nil {
		t.Errorf("the source language misses %q", got)
	}
}

// What one language says the others say too: a text is translated into all of them or into none.
func TestLanguagesAreEquallyComplete(t *testing.T) {
	texts := map[string]bool{}
	for lang, entries := range embedded() {
		for key := range entries {
			texts[key] = texts[key] || lang != Italian
		}
	}
	for _, l := range Languages[1:] {
		for _, text := range Missing(l.Code, slices.Collect(maps.Keys(texts))...) {
			t.Errorf("%s: no words for %q", l.Code, text)
		}
	}
}

func TestDay(t *testing.T) {
	day := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	for lang, want := range map[string]string{"it": "1 marzo 2026", "en": "1 March 2026", "de": "1. März 2026", "xx": "1 marzo 2026"} {
		if got := Day(lang, day); got != want {
			t.Errorf("%s: %q", lang, got)
		}
	}
}

// Every translation belongs to a text that the source language has in the same shape.
func TestPluralsAgree(t *testing.T) {
	b := embedded()
	for lang, entries := range b {
		for key, e := range entries {
			if e.forms != nil && b[Italian][key].forms == nil {
				t.Errorf("%s: %q has plural forms, Italian has none", lang, key)
			}
		}
	}
}
