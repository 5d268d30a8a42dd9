package pdf

import (
	"errors"
	"fmt"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// ErrFont means that the bytes are no TrueType font that can be embedded.
var ErrFont = errors.New("not an embeddable TrueType font")

// A Font is a TrueType face that documents embed. It is safe for concurrent use.
type Font struct {
	name     string
	tables   map[string][]byte
	unitsPer int
	bbox     [4]int // in thousandths of an em, as all metrics here
	ascent   int
	descent  int
	capital  int
	fixed    bool

	glyphs   map[rune]uint16
	unicode  []rune // what each glyph is extracted as, 0 for a glyph never drawn
	advances []int
	kern     func() map[uint32]int

	common, whole func() embedded
}

// LoadFont reads a TrueType file; name is the PostScript name that the PDF gives it.
func LoadFont(name string, ttf []byte) (*Font, error) {
	parsed, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("reading font %s: %w: %w", name, ErrFont, err)
	}
	tables, err := readTables(ttf)
	if err != nil {
		return nil, fmt.Errorf("reading font %s: %w", name, err)
	}
	f := &Font{name: name, tables: tables, unitsPer: int(parsed.UnitsPerEm())}
	f.readMetrics()
	f.readAdvances(parsed.NumGlyphs())
	if err := f.readGlyphs(parsed); err != nil {
		return nil, fmt.Errorf("reading font %s: %w", name, err)
	}
	f.fixed = f.advances[f.glyphs['i']] == f.advances[f.glyphs['M']]
	f.kern = sync.OnceValue(func() map[uint32]int { return f.readKern(parsed) })
	f.common = sync.OnceValue(func() embedded { return f.embed(f.isCommon) })
	f.whole = sync.OnceValue(func() embedded { return f.embed(func(rune) bool { return true }) })
	return f, nil
}

// isCommon tells which characters the small subset holds: Latin 1 and the punctuation of Italian print,
// of a monospaced face only ASCII, since codes are set in it. A document that draws any other embeds
// the whole repertoire.
func (f *Font) isCommon(r rune) bool {
	if f.fixed {
		return r < 0x7F
	}
	return r <= 0xFF || r >= 0x2010 && r <= 0x20AC
}

func (f *Font) readMetrics() {
	head, hhea := f.tables["head"], f.tables["hhea"]
	for i := range f.bbox {
		f.bbox[i] = f.scale(signed(head, 36+2*i))
	}
	f.ascent, f.descent = f.scale(signed(hhea, 4)), f.scale(signed(hhea, 6))
	f.capital = 700
	if os2 := f.tables["OS/2"]; len(os2) >= 90 {
		f.capital = f.scale(signed(os2, 88))
	}
}

func (f *Font) scale(units int) int { return units * 1000 / f.unitsPer }

// readAdvances unfolds hmtx, whose last width stands for all glyphs after it.
func (f *Font) readAdvances(glyphs int) {
	hmtx, long := f.tables["hmtx"], unsigned(f.tables["hhea"], 34)
	f.advances = make([]int, glyphs)
	for g := range f.advances {
		f.advances[g] = f.scale(unsigned(hmtx, 4*min(g, long-1)))
	}
}

// lastRune bounds the search for characters: Latin, Greek, Cyrillic, punctuation and currency.
const lastRune = 0x2122

// readGlyphs walks the characters upwards, so that a glyph shared by two of them (space and no-break
// space, hyphen and soft hyphen) is extracted as the first.
func (f *Font) readGlyphs(parsed *sfnt.Font) error {
	var buf sfnt.Buffer
	f.glyphs, f.unicode = map[rune]uint16{}, make([]rune, len(f.advances))
	for r := rune(' '); r <= lastRune; r++ {
		g, err := parsed.GlyphIndex(&buf, r)
		if err != nil {
			return fmt.Errorf("%w: character map: %w", ErrFont, err)
		}
		if g == 0 || r == noBreakSpace || r == softHyphen {
			continue
		}
		f.glyphs[r] = uint16(g)
		if f.unicode[g] == 0 {
			f.unicode[g] = r
		}
	}
	return nil
}

// readKern keeps the pairs of common glyphs that are set closer or wider.
func (f *Font) readKern(parsed *sfnt.Font) map[uint32]int {
	var buf sfnt.Buffer
	pairs := map[uint32]int{}
	if f.fixed {
		return pairs
	}
	em := fixed.I(f.unitsPer)
	for left, l := range f.glyphs {
		for right, r := range f.glyphs {
			if left > 0xFF && left != '’' || right > 0xFF && right != '’' {
				continue
			}
			k, err := parsed.Kern(&buf, sfnt.GlyphIndex(l), sfnt.GlyphIndex(r), em, font.HintingNone)
			if err == nil && k != 0 {
				pairs[uint32(l)<<16|uint32(r)] = f.scale(k.Round())
			}
		}
	}
	return pairs
}

// Width is how many points s takes at a size in points.
func (f *Font) Width(s string, size float64) float64 {
	kern, total, last := f.kern(), 0, uint32(0)
	for _, r := range s {
		g := uint32(f.glyphs[r])
		total += f.advances[g] + kern[last<<16|g]
		last = g
	}
	return float64(total) * size / 1000
}
