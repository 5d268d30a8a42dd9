package pdf

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	noBreakSpace = '\u00A0'
	softHyphen   = '\u00AD'
	// substitute stands, visibly, for a character that neither the font nor a replacement has.
	substitute = '?'
)

// replacements are letters and signs that do not decompose but have a usual form in plain Latin.
var replacements = map[rune]string{
	'ẞ': "SS", 'ß': "ss", 'Đ': "D", 'đ': "d", 'Ð': "D", 'ð': "d", 'Þ': "Th", 'þ': "th", 'Ł': "L", 'ł': "l",
	'Ø': "O", 'ø': "o", 'Æ': "AE", 'æ': "ae", 'Œ': "OE", 'œ': "oe", 'ı': "i", 'Ə': "E", 'ə': "e", 'Ħ': "H",
	'ħ': "h", 'ĸ': "k", 'Ŋ': "N", 'ŋ': "n", 'Ŧ': "T", 'ŧ': "t",
	'‐': "-", '‑': "-", '‒': "–", '―': "—", '−': "-", 'ʼ': "’", '′': "’", 'ʹ': "’", '´': "’",
}

// Plain is s as the font can draw it. A character that the font lacks loses its accents (ễ to e),
// takes its usual Latin form (ẞ to SS), or becomes a question mark that the reader cannot miss;
// soft hyphens and control characters go.
func (f *Font) Plain(s string) string {
	if f.draws(s) {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(s) {
		f.plain(&b, r)
	}
	return b.String()
}

func (f *Font) draws(s string) bool {
	for _, r := range s {
		if f.glyphs[r] == 0 {
			return false
		}
	}
	return true
}

func (f *Font) plain(b *strings.Builder, r rune) {
	switch {
	case f.glyphs[r] != 0 || r == noBreakSpace: // kept until the line is broken, then a space
		b.WriteRune(r)
		return
	case unicode.IsSpace(r):
		b.WriteByte(' ')
		return
	case r == softHyphen || unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
		return
	}
	if s, ok := replacements[r]; ok && f.draws(s) {
		b.WriteString(s)
		return
	}
	base := strings.Map(dropMark, norm.NFKD.String(string(r)))
	if base == "" || !f.draws(base) {
		base = string(substitute)
	}
	b.WriteString(base)
}

func dropMark(r rune) rune {
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}
