package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Words are found by any part, with the index of three letters and without, as a reader of all finds them.
func TestWordsContaining(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	draw := func(most int) string {
		var s strings.Builder
		for range 1 + chance.IntN(most) {
			s.WriteString([]string{"A", "B", "C", "R", "O", "S", "1", "Ж"}[chance.IntN(8)])
		}
		return s.String()
	}
	var list []string
	for range 2 * manyWords {
		list = append(list, draw(9))
	}
	indexed, plain := newWords(list), newWords(list[:manyWords-1])
	for range 3000 {
		part := draw(5)
		for _, w := range []words{indexed, plain} {
			want := where(w.list(), func(s string) bool { return strings.Contains(s, part) })
			if got := w.containing(part); !slices.Equal(got, want) {
				t.Fatalf("%q among %d words: %v, want %v", part, len(w.starts), got, want)
			}
		}
	}
}
