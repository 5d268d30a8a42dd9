package scan

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"math"

	"golang.org/x/image/tiff"
)

// Tags of a TIFF directory (TIFF 6.0, Adobe 1992).
const (
	tagWidth       = 256
	tagHeight      = 257
	tagCompression = 259
	tagXResolution = 282
	tagYResolution = 283
	tagUnit        = 296
)

// What a page may be packed with: plainly, for fax machines, LZW, deflate, PackBits.
var compressions = map[uint32]bool{1: true, 2: true, 3: true, 4: true, 5: true, 8: true, 32946: true, 32773: true}

// A directory is what a TIFF says of one page.
type directory struct {
	width, height  float64 // pixels
	xRes, yRes     float64 // pixels in a millimetre, zero where not said
	next           uint32
	compressedWith uint32
}

// inspectTIFF walks the pages of a TIFF. Their pictures are unpacked when they are drawn.
func inspectTIFF(data []byte, maxPages int) ([]Page, error) {
	if alsoZIP(data) {
		return nil, ErrPolyglot
	}
	order := byteOrder(data)
	if len(data) < 8 {
		return nil, ErrDamaged
	}
	var pages []Page
	seen := map[uint32]bool{}
	for at := order.Uint32(data[4:]); at != 0; {
		if seen[at] {
			return nil, ErrDamaged
		}
		seen[at] = true
		d, err := readDirectory(data, order, at)
		if err != nil {
			return nil, err
		}
		if len(pages) == maxPages {
			return nil, ErrPages
		}
		p := d.page(at)
		if err := p.check(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
		at = d.next
	}
	if len(pages) == 0 {
		return nil, ErrNoPages
	}
	return pages, nil
}

func byteOrder(data []byte) binary.ByteOrder {
	if data[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

func readDirectory(data []byte, order binary.ByteOrder, at uint32) (d directory, err error) {
	entries, next, err := entriesAt(data, order, at)
	if err != nil {
		return d, err
	}
	unit := uint32(2)
	d.compressedWith = 1
	for _, e := range entries {
		switch order.Uint16(e) {
		case tagWidth:
			d.width = float64(whole(e, order))
		case tagHeight:
			d.height = float64(whole(e, order))
		case tagCompression:
			d.compressedWith = whole(e, order)
		case tagXResolution:
			d.xRes = fraction(data, e, order)
		case tagYResolution:
			d.yRes = fraction(data, e, order)
		case tagUnit:
			unit = whole(e, order)
		}
	}
	d.next = next
	d.measureIn(unit)
	return d, d.check()
}

// entriesAt are the entries of the directory at a place, and the place of the next one.
func entriesAt(data []byte, order binary.ByteOrder, at uint32) (entries [][]byte, next uint32, err error) {
	if uint64(at)+2 > uint64(len(data)) {
		return nil, 0, ErrDamaged
	}
	rest := data[at+2:]
	n := int(order.Uint16(data[at:]))
	if n == 0 || len(rest) < n*12+4 {
		return nil, 0, ErrDamaged
	}
	for ; n > 0; n-- {
		entries = append(entries, rest[:12])
		rest = rest[12:]
	}
	return entries, order.Uint32(rest), nil
}

// measureIn turns the resolution from pixels in a unit to pixels in a millimetre.
func (d *directory) measureIn(unit uint32) {
	millimetres := map[uint32]float64{2: 25.4, 3: 10}[unit]
	if millimetres == 0 {
		d.xRes, d.yRes = 0, 0
		return
	}
	d.xRes, d.yRes = d.xRes/millimetres, d.yRes/millimetres
}

func (d *directory) check() error {
	switch {
	case d.width == 0, d.height == 0, !compressions[d.compressedWith]:
		return ErrDamaged
	case d.width*d.height > maxPixels:
		return ErrBomb
	}
	return nil
}

func (d *directory) page(at uint32) Page {
	p := Page{offset: at}
	if d.xRes > 0 && d.yRes > 0 {
		p.Width, p.Height = d.width/d.xRes, d.height/d.yRes
	}
	return p
}

// whole is the number of an entry: SHORT, or LONG.
func whole(e []byte, order binary.ByteOrder) uint32 {
	if order.Uint16(e[2:]) == 3 {
		return uint32(order.Uint16(e[8:]))
	}
	return order.Uint32(e[8:])
}

// fraction is the RATIONAL that an entry points to; zero where it points nowhere.
func fraction(data, e []byte, order binary.ByteOrder) float64 {
	at := uint64(order.Uint32(e[8:]))
	if at+8 > uint64(len(data)) {
		return 0
	}
	f := float64(order.Uint32(data[at:])) / float64(order.Uint32(data[at+4:]))
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// drawTIFF unpacks one page: the library knows the first only, so it is told that this one is.
func (r *Renderer) drawTIFF(ctx context.Context, d *Document, page int) (image.Image, error) {
	if f, ok := mixed(d.Data, d.Pages[page].offset); ok {
		return r.drawMixed(ctx, f)
	}
	head := bytes.Clone(d.Data[:8])
	byteOrder(d.Data).PutUint32(head[4:], d.Pages[page].offset)
	img, err := tiff.Decode(&patched{bytes.NewReader(d.Data), head})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPicture, err)
	}
	return img, nil
}

// patched is a file with another beginning.
type patched struct {
	*bytes.Reader
	head []byte
}

// ReadAt implements io.ReaderAt.
func (p *patched) ReadAt(b []byte, at int64) (n int, err error) {
	n, err = p.Reader.ReadAt(b, at)
	if at >= 0 && at < int64(len(p.head)) {
		copy(b[:n], p.head[at:])
	}
	return n, err
}

var _ io.ReaderAt = (*patched)(nil)
