package credential

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sportello/community"
)

// A PasswordProblem is one reason why a chosen password is refused.
type PasswordProblem string

// The reasons, in the order in which they are told.
const (
	PasswordTooShort   PasswordProblem = "troppo corta"
	PasswordTooLong    PasswordProblem = "troppo lunga"
	PasswordFewClasses PasswordProblem = "pochi tipi di carattere"
	PasswordCommon     PasswordProblem = "troppo comune"
	PasswordOwnData    PasswordProblem = "contiene dati personali"
	PasswordGuessable  PasswordProblem = "facile da indovinare"
)

// Message tells a person what is wrong and what to do, under the policy that refused the password.
func (p PasswordProblem) Message(policy community.Password) string {
	text, numbers := p.Words(policy)
	return fmt.Sprintf(text, numbers...)
}

// Words is Message before the numbers are put in, to be translated.
func (p PasswordProblem) Words(policy community.Password) (text string, numbers []any) {
	switch p {
	case PasswordTooShort:
		return "La password è troppo corta: usa almeno %d caratteri. Tre o quattro parole a caso vanno bene.", []any{policy.MinLength}
	case PasswordTooLong:
		return "La password è troppo lunga: usa al massimo %d caratteri.", []any{policy.MaxLength}
	case PasswordFewClasses:
		return "Usa almeno %d tipi di carattere tra lettere minuscole, lettere maiuscole, cifre e altri segni.", []any{policy.Classes}
	}
	return p.plain(), nil
}

func (p PasswordProblem) plain() string {
	switch p {
	case PasswordCommon:
		return "Questa password è tra le più usate e chi vuole entrare al tuo posto la prova subito: scegline un'altra, per esempio più parole a caso."
	case PasswordOwnData:
		return "La password contiene il tuo nome, lo username o un altro tuo dato: scegli qualcosa che non parli di te."
	case PasswordGuessable:
		return "La password è facile da indovinare: allungala o aggiungi parole che non c'entrano tra loro."
	}
	return "Questa password non può essere usata: scegline un'altra."
}

// PasswordProblems is Judge.PasswordProblems with the built-in list alone.
func PasswordProblems(p community.Password, password string, own ...string) []PasswordProblem {
	return Judge{}.PasswordProblems(p, password, own...)
}

// PasswordProblems is why the policy refuses a password; none means that it is good. own is what others know of the
// person: username, name, surname, tax code, e-mail address, birth date as ISO text; empty ones are ignored.
func (j Judge) PasswordProblems(p community.Password, password string, own ...string) []PasswordProblem {
	length := utf8.RuneCountInString(password)
	if p.MaxLength > 0 && length > p.MaxLength {
		return []PasswordProblem{PasswordTooLong} // and no work on what may be endless
	}
	var problems []PasswordProblem
	mine := ownWords(own)
	for _, c := range []struct {
		found   bool
		problem PasswordProblem
	}{
		{length < p.MinLength, PasswordTooShort},
		{classes(password) < p.Classes, PasswordFewClasses},
		{p.Common && slices.ContainsFunc(readings(password), j.refuses), PasswordCommon},
		{speaksOf(password, mine), PasswordOwnData},
	} {
		if c.found {
			problems = append(problems, c.problem)
		}
	}
	if len(problems) == 0 && j.strength(password, mine) < p.MinStrength {
		return []PasswordProblem{PasswordGuessable}
	}
	return problems
}

func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// minContained is how long a word of one's own must be for a password not to contain it: shorter ones, such as
// the name Li, are everywhere, and only refused when they are the whole of it.
const minContained = 4

func speaksOf(password string, mine []string) bool {
	for _, reading := range readings(password) {
		compact := strings.Join(words(reading), "")
		for _, w := range mine {
			if compact == w || utf8.RuneCountInString(w) >= minContained && strings.Contains(compact, w) {
				return true
			}
		}
	}
	return false
}

// ownWords are the words of one's own data: each whole and in parts, of an e-mail address what stands before the @,
// of a date the ways in which people write it.
func ownWords(own []string) []string {
	var list []string
	for _, value := range own {
		value, _, _ = strings.Cut(value, "@")
		parts := words(value)
		if y, m, d, ok := isoDate(parts); ok {
			list = append(list, d+m+y, y+m+d, m+d+y, d+m+y[2:], y[2:]+m+d)
			continue
		}
		list = append(append(list, parts...), strings.Join(parts, ""))
	}
	return slices.DeleteFunc(list, func(w string) bool { return len(w) < 2 })
}

func isoDate(parts []string) (y, m, d string, ok bool) {
	if len(parts) != 3 || len(parts[0]) != 4 || len(parts[1]) != 2 || len(parts[2]) != 2 {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

// words are the runs of letters and digits of a folded text.
func words(s string) []string {
	return strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// NormalizeAnswer is a secret answer as it is compared: letters and digits alone, case and accents folded, one space
// between words, so that "  Sant'Agàta" and "sant agata" are the same (mission S21).
func NormalizeAnswer(typed string) string { return strings.Join(words(typed), " ") }
