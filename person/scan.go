package person

import (
	"strings"
	"unicode/utf8"
)

// LongestScan is what a reader types at most, in bytes: three tracks of a magnetic stripe have 226 characters.
const LongestScan = 300

// ScanTaxCode finds the one tax code in what a keyboard or a card reader has typed: the code itself, the barcode of the tessera sanitaria
// with the signs that start and end it, a track of its magnetic stripe with its separators, or all tracks after each other. The layout of
// the stripe is not relied upon: what counts is that one valid code is there. Two different ones are none. Errors: those of ParseTaxCode.
func ScanTaxCode(typed string) (TaxCode, error) {
	code, err := ParseTaxCode(typed)
	if err == nil || len(typed) > LongestScan || !utf8.ValidString(typed) {
		return code, err
	}
	found := map[TaxCode]bool{}
	for _, word := range strings.FieldsFunc(typed, notInCode) {
		for _, code := range codesIn(strings.Map(canonicalRune, word)) {
			found[code] = true
		}
	}
	if len(found) != 1 {
		return "", err
	}
	for code = range found {
	}
	return code, nil
}

func notInCode(r rune) bool {
	c := canonicalRune(r)
	return (c < 'A' || c > 'Z') && (c < '0' || c > '9')
}

// codesIn are the codes of sixteen characters anywhere in a word: the format letter of a track, or a card's number, may be glued to it. A
// provisional one must be the whole word: eleven digits stand in too many numbers.
func codesIn(word string) (codes []TaxCode) {
	if len(word) == provisionalLength && checkProvisional(word) == nil {
		return []TaxCode{TaxCode(word)}
	}
	for i := 0; i+personalLength <= len(word); i++ {
		if part := word[i : i+personalLength]; checkPersonal(part) == nil {
			codes = append(codes, TaxCode(part))
		}
	}
	return codes
}
