package web

import (
	"encoding/binary"
	"image"
	"strings"
)

// The lengths of white and black runs as fax machines write them (ITU-T T.4, tables 2 and 3): 0 to 63, then 64 to 2560 by 64.
var (
	whiteRuns = strings.Fields(`00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011 0100111 0001100 0001000 0010111
	0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101 00010110 00010111
	00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100 01010101 00100100 00100101
	01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100 11011 10010 010111 0110111 00110110 00110111 01100100 01100101
	01101000 01100111 011001100 011001101 011010010 011010011 011010100 011010101 011010110 011010111 011011000 011011001 011011010 011011011 010011000
	010011001 010011010 011000 010011011 00000001000 00000001100 00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111
	000000011100 000000011101 000000011110 000000011111`)
	blackRuns = strings.Fields(`0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111 0000011000 0000001000
	00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101 000001101000
	000001101001 000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111 000001101100 000001101101
	000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 000001100101 000001010010 000001010011 000000100100
	000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011 000000101100 000001011010 000001100110 000001100111
	0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101 0000001001010 0000001001011
	0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 0000001010010 0000001010011
	0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101 00000001000 00000001100 00000001101 000000010010 000000010011
	000000010100 000000010101 000000010110 000000010111 000000011100 000000011101 000000011110 000000011111`)
)

// A coder packs the rows of a page, one bit after the other.
type coder struct {
	bits strings.Builder
}

func (c *coder) run(length int, black bool) {
	codes := whiteRuns
	if black {
		codes = blackRuns
	}
	for ; length > 2560; length -= 2560 {
		c.bits.WriteString(codes[64+39])
	}
	if length >= 64 {
		c.bits.WriteString(codes[63+length/64])
	}
	c.bits.WriteString(codes[length%64])
}

// end is where the run of a colour that stands at from ends.
func end(row []bool, from int, black bool) int {
	for from < len(row) && row[from] == black {
		from++
	}
	return from
}

// alone codes a row by itself (T.4 §4.1).
func (c *coder) alone(row []bool) {
	black := false
	for at := 0; at < len(row); black = !black {
		next := end(row, at, black)
		c.run(next-at, black)
		at = next
	}
}

// vertical are the codes of a change that stands up to three pixels right or left of the one above (T.4 table 4).
var vertical = map[int]string{-3: "0000011", -2: "000011", -1: "011", 0: "1", 1: "010", 2: "000010", 3: "0000010"}

// below codes a row by what differs from the one above (T.6 §2.2).
func (c *coder) below(above, row []bool) {
	colour := func(line []bool, at int) bool { return at < len(line) && line[at] }
	for at, black := 0, false; at < len(row); {
		change := end(row, at, black)
		over := at
		if at > 0 || black { // past what has the other colour already
			over = end(above, at, !black)
		}
		over = end(above, over, black)
		after := end(above, over, colour(above, over))
		switch {
		case after < change:
			c.bits.WriteString("0001")
			at = after
		case over-change >= -3 && over-change <= 3:
			c.bits.WriteString(vertical[over-change])
			at, black = change, !black
		default:
			next := end(row, change, !black)
			c.bits.WriteString("001")
			c.run(change-at, black)
			c.run(next-change, !black)
			at = next
		}
	}
}

// g3 and g4 are pages as a fax server leaves them: each row by itself behind a mark, or each by the one above.
func g3(rows [][]bool) string {
	var c coder
	for _, row := range rows {
		c.bits.WriteString("000000000001")
		c.alone(row)
	}
	c.bits.WriteString(strings.Repeat("000000000001", 6))
	return c.bits.String()
}

func g4(rows [][]bool) string {
	var c coder
	above := make([]bool, len(rows[0]))
	for _, row := range rows {
		c.below(above, row)
		above = row
	}
	c.bits.WriteString(strings.Repeat("000000000001", 2))
	return c.bits.String()
}

// mixed is a page of rows that stand by themselves, each followed by three that are described by the one above (T.4 §4.2).
func mixed(rows [][]bool) string {
	var c coder
	for y, row := range rows {
		c.bits.WriteString("000000000001")
		if y%4 == 0 {
			c.bits.WriteString("1")
			c.alone(row)
			continue
		}
		c.bits.WriteString("0")
		c.below(rows[y-1], row)
	}
	c.bits.WriteString(strings.Repeat("0000000000011", 6))
	return c.bits.String()
}

// A packing is how fax servers pack a page, with the numbers that a TIFF gives it.
type packing struct {
	name                 string
	compression, options uint32
	code                 func([][]bool) string
}

var packings = []packing{{"G3", 3, 0, g3}, {"G3 in two dimensions", 3, 1, mixed}, {"G4", 4, 0, g4}}

// tiffOf is a page of black and white as TIFF (TIFF 6.0), at 204 dots to the inch.
func tiffOf(page image.Image, p packing) []byte {
	size := page.Bounds().Size()
	rows := make([][]bool, size.Y)
	for y := range rows {
		rows[y] = make([]bool, size.X)
		for x := range rows[y] {
			r, _, _, _ := page.At(page.Bounds().Min.X+x, page.Bounds().Min.Y+y).RGBA()
			rows[y][x] = r < 0x8000
		}
	}
	bits := p.code(rows)
	packed := make([]byte, (len(bits)+7)/8)
	for i, b := range bits {
		if b == '1' {
			packed[i/8] |= 0x80 >> (i % 8)
		}
	}
	const strip, dots = 16, 8
	out := append([]byte("II*\x00\x00\x00\x00\x00\xcc\x00\x00\x00\x01\x00\x00\x00"), packed...)
	if len(out)%2 == 1 {
		out = append(out, 0)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)))
	entries := [][2]uint32{{256, uint32(size.X)}, {257, uint32(size.Y)}, {258, 1}, {259, p.compression}, {262, 0}, {273, strip}, {277, 1}, {278, uint32(size.Y)}, {279, uint32(len(packed))}, {282, dots}, {283, dots}, {292, p.options}, {296, 2}}
	out = binary.LittleEndian.AppendUint16(out, uint16(len(entries)))
	for _, e := range entries {
		kind := uint16(4)
		if e[0] == 282 || e[0] == 283 {
			kind = 5
		}
		out = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(out, uint16(e[0])), kind)
		out = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(out, 1), e[1])
	}
	return append(out, 0, 0, 0, 0)
}
