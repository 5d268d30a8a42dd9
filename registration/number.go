package registration

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// A Number identifies a registration to people: ten digits that cannot be guessed, the last one
// a check digit by Luhn's rule (mission S17).
type Number string

// ErrNumber means that a number was mistyped: not ten digits, or the check digit differs.
var ErrNumber = errors.New("not a registration number")

// DrawNumber draws a number from r.
func DrawNumber(r io.Reader) (Number, error) {
	n, err := below(r, 900_000_000)
	if err != nil {
		return "", err
	}
	return numberOf(n), nil
}

// sparse is how many numbers there are in a stretch for each that is drawn from it.
const sparse = 500

// DrawNumbers draws n different numbers from r, in their order, all in one stretch that lies anywhere: databases keep what comes together much faster
// when it lies together. To try the neighbours of a known one finds another once in five hundred times, as among the numbers of two million people.
func DrawNumbers(r io.Reader, n int) ([]Number, error) {
	stretch := int64(n) * sparse
	start, err := below(r, 900_000_000-stretch)
	if err != nil {
		return nil, err
	}
	drawn := make([]int64, 0, n)
	for len(drawn) < n {
		for len(drawn) < n {
			x, err := below(r, stretch)
			if err != nil {
				return nil, err
			}
			drawn = append(drawn, x)
		}
		slices.Sort(drawn)
		drawn = slices.Compact(drawn)
	}
	numbers := make([]Number, n)
	for i, x := range drawn {
		numbers[i] = numberOf(start + x)
	}
	return numbers, nil
}

func below(r io.Reader, most int64) (int64, error) {
	n, err := rand.Int(r, big.NewInt(most))
	if err != nil {
		return 0, fmt.Errorf("draw registration number: %w", err)
	}
	return n.Int64(), nil
}

// numberOf is the n-th of all numbers.
func numberOf(n int64) Number {
	digits := strconv.FormatInt(n+100_000_000, 10)
	return Number(digits + string(luhn(digits)))
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
