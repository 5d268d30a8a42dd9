package postal_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"sportello/postal"
)

func TestNumbersNoticeWhatIsMistyped(t *testing.T) {
	for range 200 {
		n, err := postal.DrawNumber(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := postal.ParseNumber(" " + n.String() + "\n"); err != nil || got != n {
			t.Fatalf("%q is read as %q, %v", n, got, err)
		}
		for i := range n {
			wrong := []byte(n)
			wrong[i] = '0' + (wrong[i]-'0'+3)%10
			if _, err := postal.ParseNumber(string(wrong)); err == nil {
				t.Fatalf("%s passes for %s", wrong, n)
			}
			if i > 0 && n[i] != n[i-1] {
				swapped := []byte(n)
				swapped[i], swapped[i-1] = swapped[i-1], swapped[i]
				if _, err := postal.ParseNumber(string(swapped)); err == nil {
					t.Fatalf("%s passes for %s", swapped, n)
				}
			}
		}
	}
	for _, s := range []string{"", "12345678901", "-12345678901", "1234567890123", "12345678901x"} {
		if _, err := postal.ParseNumber(s); err == nil {
			t.Errorf("%q passes", s)
		}
	}
}

func TestAddressBlocks(t *testing.T) {
	for want, lines := range map[postal.Fault]string{
		postal.NoFault:   "ADA D'ANGIÒ|C/O ROSSI|VIA ST. 3|10100 TORINO TO",
		postal.TooFew:    "ADA NERI|10100 TORINO TO",
		postal.TooMany:   "A|B|C|D|E|10100 TORINO TO",
		postal.TooLong:   "ADA NERI|" + strings.Repeat("X", 45) + "|10100 TORINO TO",
		postal.EmptyLine: "ADA NERI||10100 TORINO TO",
		postal.BadSign:   "ADA NERI|VIA ЖУК 3|10100 TORINO TO",
		postal.NoTown:    "ADA NERI|VIA PO 3|TORINO TO",
	} {
		block := strings.Split(strings.ReplaceAll(lines, "ST.", "ST"), "|")
		if got := postal.FaultOf(block, false); got != want {
			t.Errorf("%q: %q, want %q", block, got, want)
		}
	}
	if got := postal.FaultOf([]string{"ADA NERI", "RUE X 3", "75001 PARIS", "FRANCIA"}, true); got != postal.NoFault {
		t.Errorf("abroad: %q", got)
	}
	if got := postal.FaultOf([]string{"ADA NERI", "RUE X 3", "75001 PARIS"}, true); got != postal.ForeignOnly {
		t.Errorf("abroad without a state: %q", got)
	}
}
