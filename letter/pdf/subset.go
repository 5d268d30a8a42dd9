package pdf

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// embedded is a font as documents carry it, compressed and formatted once for all of them.
type embedded struct {
	name    string // with the subset's tag
	file    []byte // deflated
	length  int    // of the file before that
	widths  string // the W array
	unicode []byte // the ToUnicode map, deflated
}

// embed makes the subset of the glyphs whose character is wanted. Glyph numbers stay, unused outlines go.
func (f *Font) embed(wanted func(rune) bool) embedded {
	keep := make([]bool, len(f.advances))
	keep[0] = true
	for g, r := range f.unicode {
		if r != 0 && wanted(r) {
			f.keepWithParts(keep, g)
		}
	}
	file := f.subset(keep)
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	widths, unicode := f.maps(wanted)
	return embedded{string(tag) + "+" + f.name, deflate(file), len(file), widths, deflate(unicode)}
}

// maps are the widths and the characters of the wanted glyphs, by glyph number.
func (f *Font) maps(wanted func(rune) bool) (widths string, unicode []byte) {
	var w, u bytes.Buffer
	var lines []string
	w.WriteByte('[')
	for g, r := range f.unicode {
		if r != 0 && wanted(r) {
			fmt.Fprintf(&w, "%d[%d]", g, f.advances[g])
			lines = append(lines, fmt.Sprintf("<%04X> <%04X>\n", g, r))
		}
	}
	w.WriteByte(']')
	u.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for chunk := range slices.Chunk(lines, 100) { // the format's limit
		fmt.Fprintf(&u, "%d beginbfchar\n", len(chunk))
		for _, line := range chunk {
			u.WriteString(line)
		}
		u.WriteString("endbfchar\n")
	}
	u.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return w.String(), u.Bytes()
}

// Flags of a composite glyph's parts (OpenType, glyf table).
const (
	wordArguments = 1 << 0
	oneScale      = 1 << 3
	moreParts     = 1 << 5
	twoScales     = 1 << 6
	matrix        = 1 << 7
)

// keepWithParts marks a glyph and, if it is put together from others (è from e and the accent), those.
func (f *Font) keepWithParts(keep []bool, g int) {
	keep[g] = true
	outline := f.outline(g)
	if len(outline) < 12 || signed(outline, 0) >= 0 {
		return
	}
	for at, more := 10, true; more && at+4 <= len(outline); {
		flags, part := unsigned(outline, at), unsigned(outline, at+2)
		if part < len(keep) && !keep[part] {
			f.keepWithParts(keep, part)
		}
		at += partSize(flags)
		more = flags&moreParts != 0
	}
}

// partSize is the length in bytes of one part's record.
func partSize(flags int) int {
	size := 6
	if flags&wordArguments != 0 {
		size += 2
	}
	switch {
	case flags&oneScale != 0:
		size += 2
	case flags&twoScales != 0:
		size += 4
	case flags&matrix != 0:
		size += 8
	}
	return size
}

// outline is a glyph's record in glyf; empty for a blank.
func (f *Font) outline(g int) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	var from, to int
	if unsigned(f.tables["head"], 50) == 0 {
		from, to = 2*unsigned(loca, 2*g), 2*unsigned(loca, 2*g+2)
	} else {
		from, to = int(binary.BigEndian.Uint32(loca[4*g:])), int(binary.BigEndian.Uint32(loca[4*g+4:]))
	}
	if from >= to || to > len(glyf) {
		return nil
	}
	return glyf[from:to]
}

// subset is the font file with the outlines of the kept glyphs, long loca, and the tables that a PDF reads.
func (f *Font) subset(keep []bool) []byte {
	var glyf, loca []byte
	for g, kept := range keep {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if kept {
			glyf = append(glyf, f.outline(g)...)
			glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head := bytes.Clone(f.tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0) // the sum of the whole file, put by fontFile
	binary.BigEndian.PutUint16(head[50:], 1)
	tables := map[string][]byte{"glyf": glyf, "loca": loca, "head": head}
	for _, tag := range []string{"cvt ", "fpgm", "hhea", "hmtx", "maxp", "prep"} {
		if t, ok := f.tables[tag]; ok {
			tables[tag] = t
		}
	}
	return fontFile(tables)
}

// fontFile puts tables together, with their directory and sums.
func fontFile(tables map[string][]byte) []byte {
	tags := make([]string, 0, len(tables))
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	power, exponent := 1, 0
	for power*2 <= len(tags) {
		power, exponent = power*2, exponent+1
	}
	out := []byte{0, 1, 0, 0}
	for _, v := range []int{len(tags), power * 16, exponent, (len(tags) - power) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	var body []byte
	start, headAt := len(out)+16*len(tags), 0
	for _, tag := range tags {
		t := tables[tag]
		if tag == "head" {
			headAt = start + len(body)
		}
		out = append(out, tag...)
		out = binary.BigEndian.AppendUint32(out, checksum(t))
		out = binary.BigEndian.AppendUint32(out, uint32(start+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		body = append(body, t...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out[headAt+8:], 0xB1B0AFBA-checksum(out))
	return out
}

func checksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	var last [4]byte
	copy(last[:], b)
	return sum + binary.BigEndian.Uint32(last[:])
}

// readTables finds the tables of a TrueType file, and that those which a subset needs are there.
func readTables(ttf []byte) (map[string][]byte, error) {
	if len(ttf) < 12 {
		return nil, ErrFont
	}
	tables := map[string][]byte{}
	for i := range unsigned(ttf, 4) {
		entry := 12 + 16*i
		if entry+16 > len(ttf) {
			return nil, ErrFont
		}
		from := uint64(binary.BigEndian.Uint32(ttf[entry+8:]))
		to := from + uint64(binary.BigEndian.Uint32(ttf[entry+12:]))
		if to > uint64(len(ttf)) {
			return nil, ErrFont
		}
		tables[string(ttf[entry:entry+4])] = ttf[from:to]
	}
	for tag, least := range map[string]int{"glyf": 1, "loca": 4, "head": 54, "hhea": 36, "hmtx": 4, "maxp": 6} {
		if len(tables[tag]) < least {
			return nil, fmt.Errorf("%w: no table %s", ErrFont, tag)
		}
	}
	return tables, nil
}

func unsigned(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func signed(b []byte, at int) int   { return int(int16(binary.BigEndian.Uint16(b[at:]))) }
