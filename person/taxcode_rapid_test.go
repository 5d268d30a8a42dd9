package person_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"sportello/person"
)

// A citizen is what a tax code is made of.
type citizen struct {
	surname, name string
	birth         person.Date
	sex           person.Sex
	place         string
}

func (c citizen) code() person.TaxCode {
	return person.ComputeTaxCode(c.surname, c.name, c.birth, c.sex, c.place)
}

var anyCitizen = rapid.Custom(func(t *rapid.T) citizen {
	days := rapid.IntRange(0, 45000).Draw(t, "days since 1905")
	return citizen{
		surname: rapid.String().Draw(t, "surname"),
		name:    rapid.StringMatching(`[A-Za-zàèìòùöüçñß' -]{0,20}`).Draw(t, "name"),
		birth:   person.DateOf(time.Date(1905, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)),
		sex:     rapid.SampledFrom([]person.Sex{person.Female, person.Male}).Draw(t, "sex"),
		place:   rapid.StringMatching(`[A-MZ][0-9]{3}`).Draw(t, "place"),
	}
})

func TestEveryComputedCodeParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCitizen.Draw(t, "citizen")
		code, err := person.ParseTaxCode(strings.ToLower(string(c.code())))
		if err != nil || code != c.code() {
			t.Fatalf("%q: %v", c.code(), err)
		}
		if code.Sex() != c.sex || code.BirthPlaceCode() != c.place {
			t.Fatalf("%s: sex %s, place %s", code, code.Sex(), code.BirthPlaceCode())
		}
		if found := code.Disagreements(c.surname, c.name, c.birth, c.sex); len(found) > 0 {
			t.Fatalf("%s disagrees on %v", code, found)
		}
	})
}

// withOmocodia puts letters for the digits that the bits of subset name, from the left, and the check letter that
// then fits: the only one of 26 that parses.
func withOmocodia(code person.TaxCode, subset int) []person.TaxCode {
	text := []byte(code)
	for bit, place := range []int{6, 7, 9, 10, 12, 13, 14} {
		if subset&(1<<bit) != 0 {
			text[place] = "LMNPQRSTUV"[text[place]-'0']
		}
	}
	var accepted []person.TaxCode
	for letter := byte('A'); letter <= 'Z'; letter++ {
		text[15] = letter
		if code, err := person.ParseTaxCode(string(text)); err == nil {
			accepted = append(accepted, code)
		}
	}
	return accepted
}

func TestEverySubsetOfOmocodiaParses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := anyCitizen.Draw(t, "citizen")
		accepted := withOmocodia(c.code(), rapid.IntRange(0, 127).Draw(t, "subset"))
		if len(accepted) != 1 {
			t.Fatalf("%s: accepted with %d check letters", c.code(), len(accepted))
		}
		if decoded := accepted[0].Decoded(); decoded[:15] != c.code()[:15] {
			t.Fatalf("%s decodes to %s", accepted[0], decoded)
		}
		if found := accepted[0].Disagreements(c.surname, c.name, c.birth, c.sex); len(found) > 0 {
			t.Fatalf("%s disagrees on %v", accepted[0], found)
		}
	})
}

func TestAlteredCheckLetterIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := anyCitizen.Draw(t, "citizen").code()
		shift := rapid.IntRange(1, 25).Draw(t, "shift")
		altered := string(code[:15]) + string('A'+(code[15]-'A'+byte(shift))%26)
		if _, err := person.ParseTaxCode(altered); !errors.Is(err, person.ErrTaxCodeCheck) {
			t.Fatalf("%s: %v", altered, err)
		}
	})
}

func TestAlteredProvisionalDigitIsRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first10 := rapid.StringMatching(`[1-9][0-9]{9}`).Draw(t, "first ten")
		accepted := 0
		for digit := '0'; digit <= '9'; digit++ {
			if _, err := person.ParseTaxCode(first10 + string(digit)); err == nil {
				accepted++
			}
		}
		if accepted != 1 {
			t.Fatalf("%s: %d check digits accepted", first10, accepted)
		}
	})
}
