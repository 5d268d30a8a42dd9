package credential_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"strings"
	"testing"

	"sportello/community"
	"sportello/credential"
)

var (
	pin        = community.CodeFormat{Alphabet: "ACDEFHJKMNPQRTUWXY34679", Length: 8, Group: 4}
	activation = community.CodeFormat{Alphabet: "0123456789ABCDEFGHJKMNPQRSTVWXYZ", Length: 12, Group: 4}
)

func TestDrawIsUnbiased(t *testing.T) {
	const codes = 20000
	count := map[rune]int{}
	for range codes {
		code, err := credential.Draw(pin, rand.Reader)
		if err != nil || len(code) != pin.Length {
			t.Fatalf("%q, %v", code, err)
		}
		for _, r := range code {
			count[r]++
		}
	}
	if len(count) != len(pin.Alphabet) {
		t.Errorf("%d characters drawn of %d", len(count), len(pin.Alphabet))
	}
	// A plain remainder would give the first three letters 12/11 of their share: this statistic would be near 900.
	expected, chi := float64(codes*pin.Length)/float64(len(pin.Alphabet)), 0.0
	for _, n := range count {
		chi += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	if chi > 80 { // 22 degrees of freedom: beyond 80 once in ten million runs
		t.Errorf("chi square %.1f", chi)
	}
}

func TestDrawNeedsFormatAndChance(t *testing.T) {
	for _, f := range []community.CodeFormat{{}, {Length: 8}, {Length: 8, Alphabet: "A"}, {Alphabet: "AB"}} {
		if _, err := credential.Draw(f, rand.Reader); !errors.Is(err, credential.ErrFormat) {
			t.Errorf("%+v: %v", f, err)
		}
	}
	if _, err := credential.Draw(pin, bytes.NewReader(nil)); !errors.Is(err, io.EOF) {
		t.Errorf("no chance: %v", err)
	}
}

func TestNormalizeForgivesTyping(t *testing.T) {
	for _, c := range []struct {
		format      community.CodeFormat
		typed, want string
	}{
		{activation, "7K3M-9QXA-0TWZ", "7K3M9QXA0TWZ"},
		{activation, " 7k3m 9qxa.otwz\n", "7K3M9QXA0TWZ"},
		{activation, "il10-OoLI", "11100011"},
		{activation, "7K3M–9QXA—0TWZ", "7K3M9QXA0TWZ"},
		{activation, "", ""},
		{activation, "àù!", "ÀÙ!"},
		{pin, "acde-fhjk", "ACDEFHJK"},
		{pin, "OIL", "OIL"},
		{community.CodeFormat{Alphabet: "abcABC"}, "aB-C", "aBC"},
		{community.CodeFormat{Alphabet: "0123456789"}, "O12I", "0121"},
	} {
		if got := credential.Normalize(c.format, c.typed); got != c.want {
			t.Errorf("%q: got %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestShowGroups(t *testing.T) {
	for code, want := range map[string]string{"7K3M9QXA0TWZ": "7K3M-9QXA-0TWZ", "ABCDE": "ABCD-E", "ABCD": "ABCD", "": ""} {
		if got := credential.Show(activation, code); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := credential.Show(community.CodeFormat{}, "ABCDE"); got != "ABCDE" {
		t.Errorf("no groups: %q", got)
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"7K3M-9QXA-0TWZ", "oil", "ſıK", "\xff", "a\u00adb", "𝟘"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, format := range []community.CodeFormat{pin, activation} {
			once := credential.Normalize(format, typed)
			if twice := credential.Normalize(format, once); twice != once {
				t.Errorf("%q: once %q, twice %q", typed, once, twice)
			}
			if strings.ContainsAny(once, " -.oil") {
				t.Errorf("%q left %q", typed, once)
			}
		}
	})
}

func TestEveryDrawnCodeSurvivesPrintingAndTyping(t *testing.T) {
	for _, format := range []community.CodeFormat{pin, activation} {
		for range 1000 {
			code, err := credential.Draw(format, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			if got := credential.Normalize(format, strings.ToLower(credential.Show(format, code))); got != code {
				t.Fatalf("typed back as %q, was %q", got, code)
			}
		}
	}
}
