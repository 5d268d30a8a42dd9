package registration

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
)

// A Number identifies a registration to people: ten digits that cannot be guessed, the last one
// a check digit by Luhn's rule (mission S17).
type Number string

// ErrNumber means that a number was mistyped: not ten digits, or the check digit differs.
var ErrNumber = errors.New("not a registration number")

// DrawNumber draws a number from r.
func DrawNumber(r io.Reader) (Number, error) {
	n, err := rand.Int(r, big.NewInt(900_000_000))
	if err != nil {
		return "", fmt.Errorf("draw registration number: %w", err)
	}
	digits := fmt.Sprint(n.Int64() + 100_000_000)
	return Number(digits + string(luhn(digits))), nil
}

// ParseNumber reads a typed number.
func ParseNumber(s string) (Number, error) {
	if len(s) != 10 {
		return "", ErrNumber
	}
	for _, c := range s {
		if c < '0' || c > '9' {
			return "", ErrNumber
		}
	}
	if luhn(s[:9]) != s[9] {
		return "", ErrNumber
	}
	return Number(s), nil
}

// ScanNumber finds the number in what a keyboard or a barcode reader has typed, with spaces inside or signs around. Error: ErrNumber.
func ScanNumber(typed string) (Number, error) {
	if len(typed) > 100 {
		return "", ErrNumber
	}
	digits := strings.TrimFunc(strings.Join(strings.Fields(typed), ""), func(r rune) bool { return r < '0' || r > '9' })
	return ParseNumber(digits)
}

// luhn is the check digit of some digits.
func luhn(digits string) byte {
	sum := 0
	for i := range digits {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return byte('0' + (10-sum%10)%10)
}
