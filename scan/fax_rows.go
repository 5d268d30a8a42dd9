package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"math/bits"
)

// Tags of a directory that say how the rows of a fax are packed.
const (
	tagPhotometric = 262
	tagFillOrder   = 266
	tagStrips      = 273
	tagStripSizes  = 279
	tagT4Options   = 292
)

// faxGroup3 is the compression of ITU-T T.4; twoDimensional is its option to describe some rows by the one above.
const (
	faxGroup3      = 3
	twoDimensional = 1
)

// A mixedFax is a page of a fax whose rows stand some by themselves, some by the one above (T.4 §4.2). The library for TIFF reads only the first
// sort; PDFium reads both, once they lie in a PDF.
type mixedFax struct {
	columns, rows uint32
	whiteIsOne    bool
	packed        []byte
}

// mixed reads a page as such a fax; ok is false for any other page, and for one whose strips lie outside the file.
func mixed(data []byte, at uint32) (f mixedFax, ok bool) {
	order := byteOrder(data)
	entries, _, err := entriesAt(data, order, at)
	if err != nil {
		return f, false
	}
	values := map[uint16][]uint32{}
	for _, e := range entries {
		values[order.Uint16(e)] = list(data, e, order)
	}
	one := func(tag uint16) uint32 {
		if v := values[tag]; len(v) > 0 {
			return v[0]
		}
		return 0
	}
	if one(tagCompression) != faxGroup3 || one(tagT4Options)&twoDimensional == 0 {
		return f, false
	}
	f = mixedFax{columns: one(tagWidth), rows: one(tagHeight), whiteIsOne: one(tagPhotometric) == 1}
	starts, sizes := values[tagStrips], values[tagStripSizes]
	if len(starts) == 0 || len(starts) != len(sizes) {
		return f, false
	}
	for i, start := range starts {
		end := uint64(start) + uint64(sizes[i])
		if end > uint64(len(data)) {
			return f, false
		}
		f.packed = append(f.packed, data[start:end]...)
	}
	if one(tagFillOrder) == 2 {
		for i, b := range f.packed {
			f.packed[i] = bits.Reverse8(b)
		}
	}
	return f, true
}

// mostStrips bounds a list: a page has no more rows.
const mostStrips = 1 << 16

// list are the values of an entry, SHORT or LONG; nil where they lie outside the file.
func list(data, entry []byte, order binary.ByteOrder) (values []uint32) {
	count := order.Uint32(entry[4:])
	size := map[uint16]uint32{3: 2, 4: 4}[order.Uint16(entry[2:])]
	if size == 0 || count == 0 || count > mostStrips {
		return nil
	}
	at := entry[8:12]
	if size*count > 4 {
		start := uint64(order.Uint32(at))
		if start+uint64(size*count) > uint64(len(data)) {
			return nil
		}
		at = data[start:]
	}
	for i := range count {
		if size == 2 {
			values = append(values, uint32(order.Uint16(at[2*i:])))
		} else {
			values = append(values, order.Uint32(at[4*i:]))
		}
	}
	return values
}

// drawMixed has PDFium draw such a page, as wide as it is and then as fit wants it.
func (r *Renderer) drawMixed(ctx context.Context, f mixedFax) (image.Image, error) {
	return r.drawPDF(ctx, &Document{Format: PDF, Data: f.pdf()}, 0, int(min(f.columns, maxWidth)))
}

// pdf is a PDF of the one page, a point for each pixel.
func (f mixedFax) pdf() []byte {
	drawing := fmt.Sprintf("%d 0 0 %d 0 0 cm /F Do", f.columns, f.rows)
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>", f.columns, f.rows),
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(drawing), drawing),
		fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %[1]d /Height %[2]d /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode"+
			" /DecodeParms << /K 4 /Columns %[1]d /Rows %[2]d /EndOfLine true /BlackIs1 %[3]t >> /Length %[4]d >>\nstream\n%[5]s\nendstream",
			f.columns, f.rows, f.whiteIsOne, len(f.packed), f.packed),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}
