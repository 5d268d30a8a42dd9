package credential

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// The estimate follows the idea of zxcvbn (Wheeler, USENIX Security 2016): a password is cut into the pieces that a
// guesser would try, each worth some bits, and the cheapest cut counts. It is our own because the Go port takes a
// tenth of a second and 18 MB to start and knows no Italian.
const (
	freeBits    = 3.33 // a character that belongs to nothing: people choose among about ten
	joinBits    = 1    // knowing where a piece begins
	ownBits     = 3    // one of the person's own data
	topBits     = 8    // one of the most used passwords
	wordBits    = 16   // any other listed word
	leetBits    = 1.5  // digits and signs for letters, or the word backwards
	sequence    = 4    // "abcd", "9876"
	keyboard    = 6    // "asdf"
	yearBits    = 7
	dateBits    = 15
	maxWord     = 24
	maxEstimate = 48 // characters looked at: the work grows with the square, and more only help
)

// steps are the bits from which a password is worth 1, 2, 3, 4: a thousand guesses, a million, 10^8, 10^10.
var steps = []float64{9.9, 19.9, 26.5, 33.2}

// strength estimates how hard a password is to guess, 0 to 4.
func (j Judge) strength(password string, mine []string) int {
	runes := []rune(fold(password))
	runes = runes[:min(len(runes), maxEstimate)]
	best := make([]float64, len(runes)+1) // best[n]: the bits of the first n characters
	for end := 1; end < len(best); end++ {
		best[end] = best[end-1] + freeBits
		for from := range end - 1 {
			best[end] = min(best[end], best[from]+joinBits+j.bits(runes[from:end], mine))
		}
	}
	bits := best[len(runes)] + caseBits(password)
	level, _ := slices.BinarySearch(steps, bits)
	return level
}

// bits is what a piece is worth as one thing that a guesser knows; infinite if it is none.
func (j Judge) bits(piece []rune, mine []string) float64 {
	return min(j.asRepeat(piece, mine), asRun(piece), asKeys(piece), asDate(piece), j.asWord(piece, mine))
}

func (j Judge) asWord(piece []rune, mine []string) float64 {
	if len(piece) > maxWord {
		return math.Inf(1)
	}
	word := string(piece)
	if bits := j.listed(word, mine); !math.IsInf(bits, 1) {
		return bits
	}
	backwards := slices.Clone(piece)
	slices.Reverse(backwards)
	return leetBits + min(j.listed(leet.Replace(word), mine), j.listed(string(backwards), mine))
}

func (j Judge) listed(word string, mine []string) float64 {
	switch {
	case slices.Contains(mine, word):
		return ownBits
	case stands(word, top):
		return topBits
	case j.refuses(word):
		return wordBits
	}
	return math.Inf(1)
}

// asRepeat is a piece made of a smaller one again and again: "aaaa", "abcabc".
func (j Judge) asRepeat(piece []rune, mine []string) float64 {
	for size := 1; size <= len(piece)/2; size++ {
		times := len(piece) / size
		block := piece[:size]
		if len(piece)%size == 0 && slices.Equal(slices.Repeat(block, times), piece) {
			return min(float64(size)*freeBits, j.bits(block, mine)) + math.Log2(float64(times))
		}
	}
	return math.Inf(1)
}

// asRun is letters or digits that follow one another, up or down.
func asRun(piece []rune) float64 {
	if len(piece) < 3 {
		return math.Inf(1)
	}
	step := piece[1] - piece[0]
	for i := 1; i < len(piece); i++ {
		if piece[i]-piece[i-1] != step || step != 1 && step != -1 {
			return math.Inf(1)
		}
	}
	return sequence + math.Log2(float64(len(piece)))
}

// keys are the walks that fingers take on the Italian keyboard, and backwards.
var keys = func() string {
	walks := "1234567890 qwertyuiope asdfghjkl zxcvbnm 1qaz2wsx3edc4rfv5tgb6yhn7ujm qazwsxedcrfvtgbyhnujm 147258369 159753"
	runes := []rune(walks)
	slices.Reverse(runes)
	return walks + " " + string(runes)
}()

func asKeys(piece []rune) float64 {
	if len(piece) < 3 || !strings.Contains(keys, string(piece)) || slices.ContainsFunc(piece, unicode.IsSpace) {
		return math.Inf(1)
	}
	return keyboard + math.Log2(float64(len(piece)))
}

var separators = strings.NewReplacer("/", "", "-", "", ".", "", " ", "")

// asDate is a year of living memory, or a day with or without separators.
func asDate(piece []rune) float64 {
	if len(piece) < 4 || len(piece) > 10 || !unicode.IsDigit(piece[0]) {
		return math.Inf(1)
	}
	digits := separators.Replace(string(piece))
	if _, err := strconv.ParseUint(digits, 10, 64); err != nil {
		return math.Inf(1)
	}
	switch {
	case len(piece) == 4 && len(digits) == 4 && isYear(digits):
		return yearBits
	case len(digits) == 8 && (isDayMonth(digits[:4]) && isYear(digits[4:]) || isYear(digits[:4]) && isDayMonth(digits[4:])):
		return dateBits
	case len(digits) == 6 && (isDayMonth(digits[:4]) || isDayMonth(digits[2:])):
		return dateBits
	}
	return math.Inf(1)
}

func isYear(s string) bool { return "1900" <= s && s <= "2049" }

func isDayMonth(s string) bool {
	a, b := s[:2], s[2:]
	return "01" <= a && a <= "31" && "01" <= b && b <= "12" || "01" <= a && a <= "12" && "01" <= b && b <= "31"
}

// caseBits is what capitals add: nearly nothing at the beginning or everywhere, a bit each elsewhere.
func caseBits(password string) float64 {
	var upper, lower int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		}
	}
	return float64(min(upper, lower, 5))
}
