package locale

import "testing"

func TestElision(t *testing.T) {
	for text, want := range map[string]string{
		"Vale fino al 8 gennaio 2027.":                "Vale fino all'8 gennaio 2027.",
		"Dal 11 maggio 2026 al 18 maggio 2026":        "Dall'11 maggio 2026 al 18 maggio 2026",
		"il 8 agosto 2026, ore 18:04; il 8 settembre": "l'8 agosto 2026, ore 18:04; l'8 settembre",
		"il 28 novembre 2026, dal 8/11/2026":          "il 28 novembre 2026, dal 8/11/2026",
		"Chiesto del 11 marzo 2026":                   "Chiesto dell'11 marzo 2026",
		"il 8 è un numero":                            "il 8 è un numero",
	} {
		if got := elided(Italian, text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	if got := elided("en", "il 8 gennaio"); got != "il 8 gennaio" {
		t.Errorf("English: %q", got)
	}
}
