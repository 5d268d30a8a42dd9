package person

import (
	"strings"
	"unicode"
)

// lowercase are the words that stay small inside the name of a comune.
var lowercase = wordSet(`a ad ai al alla alle allo agli con d da dai dal dalla dall de dei del dell della delle dello degli di e ed
	ai all il in l la le li lo ne nei nel nell nella nelle per presso sopra su sui sul sull sulla sulle sullo`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// accented are the vowels that the archives write with an apostrophe at the end of a word.
var accented = map[rune]rune{'a': 'à', 'e': 'è', 'i': 'ì', 'o': 'ò', 'u': 'ù'}

// truncated are the words that end in an apostrophe and have no accent: Ca' d'Andrea, Cava de' Tirreni, Vo'.
var truncated = wordSet("ca de ne po vo")

// placeName sets a name in capitals as it is printed: SANT'ANGELO D'ALIFE as Sant'Angelo d'Alife, CANTU' as Cantù. Names
// that have a small letter are right already.
func placeName(name string) string {
	if strings.ToUpper(name) != name {
		return name
	}
	var b strings.Builder
	rest, first := strings.ToLower(name), true
	for rest != "" {
		word, after := cutWord(rest)
		if first || !lowercase[word] {
			word = capitalised(word)
		}
		rest = strings.TrimLeftFunc(after, notLetter)
		separators := after[:len(after)-len(rest)]
		first = strings.HasSuffix(separators, "/") // a second language
		b.WriteString(word + separators)
	}
	return b.String()
}

// cutWord is the first word in small letters, an apostrophe after it made an accent where it stands for one, and the rest.
func cutWord(s string) (word, after string) {
	end := strings.IndexFunc(s, notLetter)
	if end < 0 {
		return s, ""
	}
	word, after = s[:end], s[end:]
	if after[0] == '\'' && endsWord(after[1:]) && !truncated[word] {
		return withAccent(word), after[1:]
	}
	return word, after
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

func endsWord(s string) bool {
	return s == "" || s[0] == ' ' || s[0] == '-' || s[0] == '/'
}

func withAccent(word string) string {
	letters := []rune(word)
	if len(letters) == 0 {
		return word
	}
	if vowel, ok := accented[letters[len(letters)-1]]; ok {
		letters[len(letters)-1] = vowel
	}
	return string(letters)
}

func capitalised(word string) string {
	letters := []rune(word)
	if len(letters) > 0 {
		letters[0] = unicode.ToUpper(letters[0])
	}
	return string(letters)
}
