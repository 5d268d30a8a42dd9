// Package credential holds the secrets of people: personal PINs, activation and revocation codes, usernames,
// passwords and the secret answer. It draws them, says what is wrong with a chosen one, and keeps only what is
// needed to recognise them again.
//
// It stores nothing, sends nothing and counts no tries.
package credential

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"sportello/community"
)

// What a secret is for. The purpose enters its keyed digest, so that a PIN never matches as a password.
const (
	PurposePIN          = "pin"
	PurposePassword     = "password"
	PurposeAnswer       = "answer"     // of the secret question (mission S21)
	PurposeActivation   = "activation" // code of the letter or mail that starts an activation (mission S17)
	PurposeRevocation   = "revocation"
	PurposeTestLetter   = "test letter" // code that says that a test letter has come (Y07)
	PurposeRecoveryCode = "recovery"    // an operator's codes for the day when the authenticator is lost
)

// ErrFormat means that a code format can draw nothing: no length, or an alphabet of fewer than two distinct characters.
var ErrFormat = errors.New("code format without length or alphabet")

// Draw is a new code of the format, each character equally likely and independent. r must be a source fit for secrets.
func Draw(f community.CodeFormat, r io.Reader) (string, error) {
	n := len(f.Alphabet)
	if f.Length < 1 || n < 2 || n > 256 {
		return "", ErrFormat
	}
	limit := 256 - 256%n // bytes from here on would favour the first letters
	code := make([]byte, 0, f.Length)
	chance := make([]byte, f.Length)
	for len(code) < f.Length {
		if _, err := io.ReadFull(r, chance); err != nil {
			return "", fmt.Errorf("drawing a code: %w", err)
		}
		for _, b := range chance {
			if int(b) < limit && len(code) < f.Length {
				code = append(code, f.Alphabet[int(b)%n])
			}
		}
	}
	return string(code), nil
}

// lookAlikes are the letters that Crockford's base32 forgives; each counts only where the alphabet lacks the
// letter and has the digit.
var lookAlikes = map[rune]rune{'O': '0', 'I': '1', 'L': '1'}

// Normalize is what a person meant by a typed code: upper case, without spaces, hyphens and dots, look-alikes read as
// the digits that they resemble (mission S17). What it cannot read it leaves, and the code will not match.
func Normalize(f community.CodeFormat, typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(f.Alphabet, r):
			return r
		case unicode.IsSpace(r) || unicode.Is(unicode.Dash, r) || r == '.' || r == '·' || r == '_' || r == '\u00ad':
			return -1
		}
		r = unicode.ToUpper(r)
		digit, ok := lookAlikes[r]
		if ok && !strings.ContainsRune(f.Alphabet, r) && strings.ContainsRune(f.Alphabet, digit) {
			return digit
		}
		return r
	}, typed)
}

// Show is a code as it is printed: groups of the format's length, joined by hyphens, "7K3M-9QXA-0TWZ".
func Show(f community.CodeFormat, code string) string {
	if f.Group < 1 {
		return code
	}
	var groups []string
	for len(code) > f.Group {
		groups, code = append(groups, code[:f.Group]), code[f.Group:]
	}
	return strings.Join(append(groups, code), "-")
}
