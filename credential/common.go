package credential

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// common is a sorted text, one folded word a line: passwords found in breaches, Italian words, given names and
// surnames of four characters or more. scripts/wordlists.mjs makes it; common.LICENSE says from what.
//
//go:embed common.txt
var common string

// top is the 500 most used passwords among them, in the same form.
//
//go:embed top.txt
var top string

// stands tells whether a word is a line of a sorted text. It searches where the text lies: no memory, no work at start.
func stands(word, text string) bool {
	low, high := 0, len(text) // both at the beginning of a line
	for low < high {
		begin := strings.LastIndexByte(text[:(low+high)/2], '\n') + 1
		end := begin + strings.IndexByte(text[begin:], '\n')
		switch c := strings.Compare(word, text[begin:end]); {
		case c == 0:
			return true
		case c < 0:
			high = begin
		default:
			low = end + 1
		}
	}
	return false
}

// A Judge says what is wrong with a chosen password. The zero value knows the built-in list of common ones.
type Judge struct{ more []string }

// WithCommon is a Judge that also refuses these words, such as a list that the administrator gives.
func (j Judge) WithCommon(words ...string) Judge {
	more := slices.Clone(j.more)
	for _, w := range words {
		more = append(more, fold(w))
	}
	slices.Sort(more)
	return Judge{more: slices.Compact(more)}
}

func (j Judge) refuses(word string) bool {
	_, found := slices.BinarySearch(j.more, word)
	return found || stands(word, common)
}

// fold makes words comparable: compatibility forms and accents resolved, lower case.
func fold(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s)))
}

var leet = strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "5", "s", "$", "s", "7", "t", "8", "b")

// maxTrimmed is how many digits and signs around a word leave it the word that it was: "Giuseppe1985!".
const maxTrimmed = 6

// readings are the words that a password may be a dress of: itself, without digits and signs around it, and with
// digits and signs read as the letters that they resemble.
func readings(password string) []string {
	whole := fold(password)
	list := []string{whole, leet.Replace(whole)}
	core := strings.TrimFunc(whole, func(r rune) bool { return !unicode.IsLetter(r) })
	if n := len([]rune(whole)) - len([]rune(core)); core != "" && n > 0 && n <= maxTrimmed {
		list = append(list, core, leet.Replace(core))
	}
	return list
}
