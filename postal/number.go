package postal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
)

// A Number names a letter to printing house, post office and desk: ten digits that cannot be guessed and two check digits (ISO 7064, mod 97-10).
type Number string

// ErrNumber means that a number was mistyped or misread.
var ErrNumber = errors.New("not the number of a letter")

// DrawNumber draws a number from r.
func DrawNumber(r io.Reader) (Number, error) {
	n, err := rand.Int(r, big.NewInt(9_000_000_000))
	if err != nil {
		return "", fmt.Errorf("draw number of a letter: %w", err)
	}
	return withCheck(n.Int64() + 1_000_000_000), nil
}

func withCheck(n int64) Number { return Number(fmt.Sprintf("%d%02d", n, 98-n*100%97)) }

// ParseNumber reads what somebody has typed or a barcode reader has read, with spaces or hyphens inside. Error: ErrNumber.
func ParseNumber(typed string) (Number, error) {
	digits := strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(strings.TrimSpace(typed))
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || len(digits) != 12 || n < 0 || Number(digits) != withCheck(n/100) {
		return "", ErrNumber
	}
	return Number(digits), nil
}

// String is the number in groups of four, as it is printed.
func (n Number) String() string {
	if len(n) != 12 {
		return string(n)
	}
	return string(n[:4] + " " + n[4:8] + " " + n[8:])
}
