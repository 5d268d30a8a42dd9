package person

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A TaxCode is a codice fiscale in its canonical form: upper case, no spaces.
//
// It is either the sixteen characters of DM 23-12-1976 or the eleven digits given to people who wait
// for their permit. It changes in a life (rectified sex or name, provisional to definitive): ID names
// the person, the code never does.
type TaxCode string

// Why a text is no tax code. None of them repeats the text.
var (
	ErrTaxCodeLength    = errors.New("a tax code has 16 characters, a provisional one 11 digits")
	ErrTaxCodeHealth    = errors.New("an STP or ENI health code is not a tax code")
	ErrTaxCodeStructure = errors.New("letters and digits are not in the places of a tax code")
	ErrTaxCodeDate      = errors.New("the birth date in the tax code does not exist")
	ErrTaxCodeCheck     = errors.New("the check character does not match the rest of the tax code")
)

const (
	personalLength    = 16
	provisionalLength = 11
	longestTyped      = 200 // bytes, spaces included: beyond this nobody meant a tax code
	daysAddedForWomen = 40

	// structure tells what stands where: a letter, a digit (or the letter that stands for one), a month.
	structure   = "aaaaaa00m00a000a"
	months      = "ABCDEHLMPRST"
	substitutes = "LMNPQRSTUV" // omocodia: the letters that stand for 0 to 9
)

// ParseTaxCode reads a tax code as people type it, in either case and with spaces anywhere. It accepts
// omocodia in any subset of the seven digits, and a 29 February that one of the two centuries has.
// The place is not looked up: see Places.At.
func ParseTaxCode(s string) (TaxCode, error) {
	if len(s) > longestTyped {
		return "", ErrTaxCodeLength
	}
	code := strings.Map(canonicalRune, s)
	if err := checkTaxCode(code); err != nil {
		return "", err
	}
	return TaxCode(code), nil
}

func checkTaxCode(code string) error {
	switch utf8.RuneCountInString(code) {
	case personalLength:
		return checkPersonal(code)
	case provisionalLength:
		return checkProvisional(code)
	}
	return ErrTaxCodeLength
}

func checkPersonal(code string) error {
	switch {
	case isHealthCode(code):
		return ErrTaxCodeHealth
	case !hasStructure(code):
		return ErrTaxCodeStructure
	case !TaxCode(code).dateExists():
		return ErrTaxCodeDate
	case checkLetter(code[:personalLength-1]) != code[personalLength-1]:
		return ErrTaxCodeCheck
	}
	return nil
}

// isHealthCode knows the codes that health services give to foreigners who have no tax code.
func isHealthCode(code string) bool {
	return (strings.HasPrefix(code, "STP") || strings.HasPrefix(code, "ENI")) && allDigits(code[3:])
}

func hasStructure(code string) bool {
	if len(code) != personalLength {
		return false
	}
	for i := range personalLength {
		if !belongs(code[i], structure[i]) {
			return false
		}
	}
	return true
}

func belongs(c, place byte) bool {
	switch place {
	case '0':
		return isDigit(c) || strings.IndexByte(substitutes, c) >= 0
	case 'm':
		return strings.IndexByte(months, c) >= 0
	}
	return 'A' <= c && c <= 'Z'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// oddValues are the values of 0 to 9 and of A to Z in the odd places, counted from one (DM 23-12-1976);
// in the even places a digit or letter is worth its position.
var oddValues = [26]int{
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
}

func checkLetter(first15 string) byte {
	sum := 0
	for i := range len(first15) {
		value := int(first15[i] - 'A')
		if isDigit(first15[i]) {
			value = int(first15[i] - '0')
		}
		if i%2 == 0 {
			value = oddValues[value]
		}
		sum += value
	}
	return byte('A' + sum%26)
}

// checkProvisional uses the check digit of the partita IVA, which has the same form.
func checkProvisional(code string) error {
	const enrolment = 7 // digits of the number in the office's register, which starts at one
	if !allDigits(code) || strings.Trim(code[:enrolment], "0") == "" {
		return ErrTaxCodeStructure
	}
	sum := 0
	for i := range provisionalLength {
		value := int(code[i] - '0')
		if i%2 == 1 {
			value *= 2
			value = value/10 + value%10
		}
		sum += value
	}
	if sum%10 != 0 {
		return ErrTaxCodeCheck
	}
	return nil
}

// Provisional tells the eleven digits given to those who wait for a permit: replaced in time, and silent
// about birth and sex.
func (c TaxCode) Provisional() bool { return len(c) == provisionalLength }

func (c TaxCode) personal() bool { return len(c) == personalLength }

// Decoded turns the letters of omocodia back to digits and keeps the check letter as it was: a text to compare with, not
// a code that anybody was given.
func (c TaxCode) Decoded() TaxCode {
	if !c.personal() {
		return c
	}
	decoded := []byte(c)
	for i := range decoded {
		if n := strings.IndexByte(substitutes, decoded[i]); structure[i] == '0' && n >= 0 {
			decoded[i] = byte('0' + n)
		}
	}
	return TaxCode(decoded)
}

// Alike tells whether two codes are the same but for omocodia: perhaps of one person, perhaps of two who were born alike.
func (c TaxCode) Alike(other TaxCode) bool {
	if !c.personal() || !other.personal() {
		return c == other
	}
	return c.Decoded()[:personalLength-1] == other.Decoded()[:personalLength-1]
}

// digits is the number in two decoded places of the code.
func (c TaxCode) digits(at int) int {
	return digitValue(c[at])*10 + digitValue(c[at+1])
}

func digitValue(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return strings.IndexByte(substitutes, c)
}

// BirthYear is the year of birth without its century, 0 to 99; 0 for a provisional code.
func (c TaxCode) BirthYear() int {
	if !c.personal() {
		return 0
	}
	return c.digits(6)
}

// BirthMonth is 1 to 12; 0 for a provisional code.
func (c TaxCode) BirthMonth() int {
	if !c.personal() {
		return 0
	}
	return strings.IndexByte(months, c[8]) + 1
}

// BirthDay is the day of the month, without the forty that women carry; 0 for a provisional code.
func (c TaxCode) BirthDay() int {
	if !c.personal() {
		return 0
	}
	day := c.digits(9)
	if day > daysAddedForWomen {
		day -= daysAddedForWomen
	}
	return day
}

// dateExists holds if one of the two centuries has the day: the one that has 29 February in a year 00 is the second.
func (c TaxCode) dateExists() bool {
	days := daysOfMonth[c.BirthMonth()-1]
	if c.BirthMonth() == 2 && c.BirthYear()%4 == 0 {
		days++
	}
	return 1 <= c.BirthDay() && c.BirthDay() <= days
}

var daysOfMonth = [12]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// BirthDates are the days that the code can mean, oldest first: it does not say the century. Those after today are
// left out, unless today is not known. Empty for a provisional code.
func (c TaxCode) BirthDates(today Date) []Date {
	if !c.personal() {
		return nil
	}
	var dates []Date
	for _, century := range []int{1900, 2000} {
		day, err := NewDate(century+c.BirthYear(), c.BirthMonth(), c.BirthDay())
		if err == nil && (today == "" || day <= today) {
			dates = append(dates, day)
		}
	}
	return dates
}

// Sex is the one that the day of birth tells; "" for a provisional code.
func (c TaxCode) Sex() Sex {
	switch {
	case !c.personal():
		return ""
	case c.digits(9) > daysAddedForWomen:
		return Female
	}
	return Male
}

// BirthPlaceCode is the Belfiore code of the comune or foreign state at the time of birth, without
// omocodia; "" for a provisional code.
func (c TaxCode) BirthPlaceCode() string {
	if !c.personal() {
		return ""
	}
	return string(c.Decoded()[11:15])
}

// Masked is the code for eyes that need not know it: the first three characters and the last one.
func (c TaxCode) Masked() string {
	if len(c) < 5 {
		return strings.Repeat("*", len(c))
	}
	return string(c[:3]) + strings.Repeat("*", len(c)-4) + string(c[len(c)-1:])
}

// canonicalRune raises the letters of ASCII alone: a dotless i must not become an I here.
func canonicalRune(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return -1
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	}
	return r
}
