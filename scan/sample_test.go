package scan_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
)

// pdfOf writes objects, the first of which is the catalog, as a PDF 1.7.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// streamOf is a stream with more keys in its dictionary.
func streamOf(keys string, data []byte) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(data), keys, data)
}

func deflated(data []byte) []byte {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

const (
	catalog = "<< /Type /Catalog /Pages 2 0 R >>"
	onePage = "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>"
	page    = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
	font    = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
)

// card is what an honest person sends.
func card() []byte {
	return pdfOf(catalog, onePage, page, streamOf("/Filter /FlateDecode", deflated([]byte("BT /F1 40 Tf 60 700 Td (CARTA DI PROVA) Tj ET 0 0 595 20 re f"))), font)
}

// pagesOf is a PDF of so many pages.
func pagesOf(n int) []byte {
	objects := []string{catalog, "", page, streamOf("", nil), font}
	var kids strings.Builder
	for range n {
		objects = append(objects, page)
		fmt.Fprintf(&kids, "%d 0 R ", len(objects))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] >>", kids.String(), n)
	return pdfOf(objects...)
}

// packed is a PDF whose objects, and one more, lie in an object stream and whose index is a stream, as office programs write them.
func packed(more string) []byte {
	values, numbers := []string{catalog, onePage, page, font}, []int{1, 2, 3, 5, 8}
	if more != "" {
		values = append(values, more)
	}
	var head, body strings.Builder
	for i, v := range values {
		number := numbers[i]
		fmt.Fprintf(&head, "%d %d ", number, body.Len())
		body.WriteString(v + "\n")
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%%PDF-1.7\n4 0 obj\n%s\nendobj\n", streamOf("", []byte("BT /F1 40 Tf 60 700 Td (CARTA) Tj ET")))
	fmt.Fprintf(&b, "6 0 obj\n%s\nendobj\n", streamOf(fmt.Sprintf("/Type /ObjStm /N %d /First %d /Filter /FlateDecode", len(values), head.Len()),
		deflated([]byte(head.String()+body.String()))))
	start := b.Len()
	fmt.Fprintf(&b, "7 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF", streamOf("/Type /XRef /Size 8 /W [1 2 1] /Root 1 0 R", make([]byte, 32)), start)
	return b.Bytes()
}

// An endian is both ways of the standard library to write numbers.
type endian interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

// fax is a TIFF of pages of one bit, plain, twice as fine across as down (ITU-T T.30).
func fax(order endian, pages ...image.Image) []byte {
	head := []byte("II*\x00\x00\x00\x00\x00")
	if order == binary.BigEndian {
		head = []byte("MM\x00*\x00\x00\x00\x00")
	}
	out, link := head, 4
	for _, p := range pages {
		size := p.Bounds().Size()
		stride := (size.X + 7) / 8
		bits := make([]byte, stride*size.Y)
		for y := range size.Y {
			for x := range size.X {
				if r, _, _, _ := p.At(p.Bounds().Min.X+x, p.Bounds().Min.Y+y).RGBA(); r < 0x8000 {
					bits[y*stride+x/8] |= 0x80 >> (x % 8)
				}
			}
		}
		strip := len(out)
		out = append(out, bits...)
		fractions := len(out)
		for _, n := range []uint32{204, 1, 98, 1} {
			out = order.AppendUint32(out, n)
		}
		if len(out)%2 == 1 {
			out = append(out, 0)
		}
		order.PutUint32(out[link:], uint32(len(out)))
		entries := [][3]uint32{{256, 4, uint32(size.X)}, {257, 4, uint32(size.Y)}, {258, 4, 1}, {259, 4, 1}, {262, 4, 0}, {273, 4, uint32(strip)}, {278, 4, uint32(size.Y)},
			{279, 4, uint32(len(bits))}, {282, 5, uint32(fractions)}, {283, 5, uint32(fractions + 8)}, {296, 4, 2}}
		out = order.AppendUint16(out, uint16(len(entries)))
		for _, e := range entries {
			out = order.AppendUint16(out, uint16(e[0]))
			out = order.AppendUint16(out, uint16(e[1]))
			out = order.AppendUint32(out, 1)
			out = order.AppendUint32(out, e[2])
		}
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

// cover is a page of 1728 by 1100 points, as a fax machine sends it, with a code on it.
func cover(code string) image.Image {
	img := image.NewGray(image.Rect(0, 0, 1728, 1100))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	drawn, err := code128.Encode(code)
	if err != nil {
		panic(err)
	}
	wide, err := barcode.Scale(drawn, drawn.Bounds().Dx()*4, 90)
	if err != nil {
		panic(err)
	}
	for y := range 90 {
		for x := range wide.Bounds().Dx() {
			if r, _, _, _ := wide.At(x, y).RGBA(); r == 0 {
				img.Pix[img.PixOffset(200+x, 150+y)] = 0
			}
		}
	}
	return img
}
