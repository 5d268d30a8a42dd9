package registration

import (
	"crypto/rand"
	"slices"
	"strconv"
	"testing"
)

// Numbers drawn together are all different, and their neighbours are mostly nobody's.
func TestDrawNumbers(t *testing.T) {
	list, err := DrawNumbers(rand.Reader, 300)
	if err != nil || len(list) != 300 || !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != 300 {
		t.Fatalf("%d numbers, %v", len(list), err)
	}
	for _, n := range list {
		if _, err := ParseNumber(string(n)); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
	first, _ := strconv.Atoi(string(list[0][:9]))
	last, _ := strconv.Atoi(string(list[299][:9]))
	if stretch := last - first; stretch < 300*100 || stretch >= 300*sparse {
		t.Errorf("a stretch of %d", stretch)
	}
	if again, _ := DrawNumbers(rand.Reader, 300); again[0] == list[0] {
		t.Error("the same stretch twice")
	}
}
