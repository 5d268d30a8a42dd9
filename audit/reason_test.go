package audit

import "testing"

func TestWithoutTaxCodes(t *testing.T) {
	for typed, kept := range map[string]string{
		"tessera nuova: RSSMRA80A01F205X, non rssmra80a01f2l5x.": "tessera nuova: [codice fiscale], non [codice fiscale].",
		"stampante guasta, pratica 4793532559":                   "stampante guasta, pratica 4793532559",
	} {
		if got := WithoutTaxCodes(typed); got != kept {
			t.Errorf("%q is kept as %q", typed, got)
		}
	}
}
