package person

import (
	"fmt"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// ComputeTaxCode is the code that the rules of DM 23-12-1976 give; "" if the date or the place code is none.
//
// A woman's surname is that of birth. The real code may differ, because of omocodia or because it was
// assigned with other data: only compare, never replace.
func ComputeTaxCode(surname, name string, birth Date, sex Sex, placeCode string) TaxCode {
	date := datePart(birth, sex)
	first15 := surnamePart(surname) + namePart(name) + date + strings.ToUpper(placeCode)
	if date == "" || !hasStructure(first15+"A") {
		return ""
	}
	return TaxCode(first15 + string(checkLetter(first15)))
}

// Nameless tells which of the two names the code says that its owner does not have: three X in its place (DM 23-12-1976). ANPR holds such people with
// the marks "senza cognome" and "senza nome".
func (c TaxCode) Nameless() (surname, name bool) {
	if !c.personal() {
		return false, false
	}
	nobody := TaxCode(firstThree(""))
	return c[:3] == nobody, c[3:6] == nobody
}

func datePart(birth Date, sex Sex) string {
	t := birth.Time()
	if t.IsZero() {
		return ""
	}
	day := t.Day()
	if sex == Female {
		day += daysAddedForWomen
	}
	return fmt.Sprintf("%02d%c%02d", t.Year()%100, months[t.Month()-1], day)
}

func surnamePart(surname string) string {
	consonants, vowels := lettersOf(surname)
	return firstThree(consonants + vowels)
}

// namePart leaves out the second of four or more consonants.
func namePart(name string) string {
	consonants, vowels := lettersOf(name)
	if len(consonants) >= 4 {
		return consonants[:1] + consonants[2:4]
	}
	return firstThree(consonants + vowels)
}

func firstThree(letters string) string { return (letters + strings.Repeat("X", 3))[:3] }

// unsplit are the capital letters that no decomposition turns into A to Z.
var unsplit = strings.NewReplacer(
	"Ø", "O", "Ł", "L", "Đ", "D", "Ð", "D", "Æ", "AE", "Œ", "OE", "ß", "SS", "ẞ", "SS", "Þ", "TH", "Ħ", "H", "Ŧ", "T", "Ŋ", "N",
)

// lettersOf are the consonants and vowels A to Z of a name in their order, without accents; J, K, W, X and Y are
// consonants. Everything else (spaces, apostrophes, other alphabets) is left out.
func lettersOf(name string) (consonants, vowels string) {
	var c, v strings.Builder
	for _, r := range norm.NFD.String(unsplit.Replace(strings.ToUpper(norm.NFC.String(name)))) {
		switch {
		case strings.ContainsRune("AEIOU", r):
			v.WriteRune(r)
		case 'A' <= r && r <= 'Z':
			c.WriteRune(r)
		}
	}
	return c.String(), v.String()
}

// A Disagreement is a datum that does not match the tax code, by the word that the desk shows for it.
type Disagreement string

// What can disagree.
const (
	SurnameDisagrees   Disagreement = "cognome"
	NameDisagrees      Disagreement = "nome"
	BirthDateDisagrees Disagreement = "data di nascita"
	SexDisagrees       Disagreement = "sesso"
)

// Disagreements tells which of the data do not match the code, omocodia aside. Right codes exist that do not
// match (other data when they were assigned, people with a single name): ask the operator
// for a reason, do not block. Unknown data, and a provisional code, disagree with nothing.
func (c TaxCode) Disagreements(surname, name string, birth Date, sex Sex) []Disagreement {
	if !c.personal() {
		return nil
	}
	var found []Disagreement
	if surnamePart(surname) != string(c[:3]) {
		found = append(found, SurnameDisagrees)
	}
	if namePart(name) != string(c[3:6]) {
		found = append(found, NameDisagrees)
	}
	if birth != "" && !c.bornOn(birth) {
		found = append(found, BirthDateDisagrees)
	}
	if sex != "" && sex != c.Sex() {
		found = append(found, SexDisagrees)
	}
	return found
}

func (c TaxCode) bornOn(day Date) bool {
	t := day.Time()
	return t.Year()%100 == c.BirthYear() && int(t.Month()) == c.BirthMonth() && t.Day() == c.BirthDay()
}
