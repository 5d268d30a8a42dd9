package pdf

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// A file numbers objects and remembers where each begins.
type file struct {
	to      *bufio.Writer
	at      int64
	offsets []int64 // by object number; 0 is none
}

func (f *file) reserve() int {
	f.offsets = append(f.offsets, 0)
	return len(f.offsets) - 1
}

func (f *file) text(parts ...string) {
	for _, s := range parts {
		n, _ := f.to.WriteString(s) // an error stays in the buffer until Flush
		f.at += int64(n)
	}
}

func (f *file) object(n int, parts ...string) {
	f.offsets[n] = f.at
	f.text(strconv.Itoa(n), " 0 obj\n")
	f.text(parts...)
	f.text("\nendobj\n")
}

func (f *file) stream(n int, entries string, data []byte) {
	f.offsets[n] = f.at
	f.text(strconv.Itoa(n), " 0 obj\n<<", entries, "/Length ", strconv.Itoa(len(data)), ">>\nstream\n")
	m, _ := f.to.Write(data)
	f.at += int64(m)
	f.text("\nendstream\nendobj\n")
}

func reference(n int) string { return strconv.Itoa(n) + " 0 R" }

// WriteTo writes the whole file. The document must not be changed afterwards.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	f := &file{to: bufio.NewWriter(w), offsets: make([]int64, 1)}
	f.text("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	catalog, info, pages, tree := f.reserve(), f.reserve(), f.reserve(), f.reserve()
	metadata, profile := f.reserve(), f.reserve()
	d.number(f)
	for _, u := range d.fonts {
		f.font(u)
	}
	f.stream(profile, "/N 3/Filter/FlateDecode", deflatedProfile())
	f.stream(metadata, "/Type/Metadata/Subtype/XML", d.xmp())
	f.object(info, d.infoDictionary())
	d.writePages(f, pages)
	d.writeStructure(f, tree)
	f.object(catalog, "<</Type/Catalog/Pages ", reference(pages), "/Lang", textString(d.info.Language),
		"/MarkInfo<</Marked true>>/StructTreeRoot ", reference(tree), "/Metadata ", reference(metadata),
		"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1",
		"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile ", reference(profile), ">>]>>")
	f.trailer(catalog, info, d.info.ID)
	return f.at, f.to.Flush()
}

// number gives every page, font, link and element its object number.
func (d *Document) number(f *file) {
	for _, u := range d.fonts {
		u.object = f.reserve()
	}
	for _, p := range d.pages {
		p.end()
		p.object = f.reserve()
		for _, l := range p.links {
			l.object = f.reserve()
		}
	}
	d.root.number(f)
}

func (e *Element) number(f *file) {
	e.object = f.reserve()
	for _, kid := range e.kids {
		if kid, ok := kid.(*Element); ok {
			kid.number(f)
		}
	}
}

func (f *file) font(u *usedFont) {
	e, flags := u.font.common(), 32
	if u.whole {
		e = u.font.whole()
	}
	if u.font.fixed {
		flags++
	}
	outlines, descriptor, descendant, unicode := f.reserve(), f.reserve(), f.reserve(), f.reserve()
	f.stream(outlines, "/Filter/FlateDecode/Length1 "+strconv.Itoa(e.length), e.file)
	f.object(descriptor, fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle 0"+
		"/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %d 0 R>>", e.name, flags,
		u.font.bbox[0], u.font.bbox[1], u.font.bbox[2], u.font.bbox[3], u.font.ascent, u.font.descent, u.font.capital, outlines))
	f.object(descendant, "<</Type/Font/Subtype/CIDFontType2/BaseFont/", e.name,
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ", reference(descriptor),
		"/W", e.widths, "/CIDToGIDMap/Identity>>")
	f.stream(unicode, "/Filter/FlateDecode", e.unicode)
	f.object(u.object, "<</Type/Font/Subtype/Type0/BaseFont/", e.name, "/Encoding/Identity-H/DescendantFonts[",
		reference(descendant), "]/ToUnicode ", reference(unicode), ">>")
}

func (d *Document) writePages(f *file, pages int) {
	var kids, fonts strings.Builder
	for _, u := range d.fonts {
		fonts.WriteString("/F" + u.number + " " + reference(u.object))
	}
	for i, p := range d.pages {
		kids.WriteString(reference(p.object) + " ")
		stream := f.reserve()
		f.stream(stream, "/Filter/FlateDecode", deflate(p.stream))
		var links strings.Builder
		for j, l := range p.links {
			links.WriteString(reference(l.object) + " ")
			f.object(l.object, "<</Type/Annot/Subtype/Link/Rect[", decimals(l.area[:]...), "]/Border[0 0 0]/F 4/StructParent ",
				strconv.Itoa(d.linkKey(i, j)), "/Contents", textString(l.target), "/A<</S/URI/URI", uriString(l.target), ">>>>")
		}
		annotations := ""
		if links.Len() > 0 {
			annotations = "/Annots[" + links.String() + "]"
		}
		f.object(p.object, "<</Type/Page/Parent ", reference(pages), "/MediaBox[0 0 595.28 841.89]/Contents ", reference(stream),
			"/Resources<</Font<<", fonts.String(), ">>>>/StructParents ", strconv.Itoa(i), "/Tabs/S", annotations, ">>")
	}
	f.object(pages, "<</Type/Pages/Kids[", kids.String(), "]/Count ", strconv.Itoa(len(d.pages)), ">>")
}

// linkKey is where the parent tree has a link: after the pages, in order.
func (d *Document) linkKey(page, link int) int {
	key := len(d.pages) + link
	for _, p := range d.pages[:page] {
		key += len(p.links)
	}
	return key
}

func (d *Document) writeStructure(f *file, tree int) {
	d.root.write(f, tree)
	var nums strings.Builder
	for i, p := range d.pages {
		nums.WriteString(strconv.Itoa(i) + "[")
		for _, owner := range p.owners {
			nums.WriteString(reference(owner.object) + " ")
		}
		nums.WriteString("]")
	}
	last := len(d.pages)
	for i, p := range d.pages {
		for j, l := range p.links {
			nums.WriteString(strconv.Itoa(d.linkKey(i, j)) + " " + reference(l.owner.object) + " ")
			last++
		}
	}
	f.object(tree, "<</Type/StructTreeRoot/K ", reference(d.root.object), "/ParentTree<</Nums[", nums.String(),
		"]>>/ParentTreeNextKey ", strconv.Itoa(last), ">>")
}

func (e *Element) write(f *file, parent int) {
	var kids strings.Builder
	home := e.page()
	for _, kid := range e.kids {
		switch kid := kid.(type) {
		case *Element:
			kids.WriteString(reference(kid.object) + " ")
		case *link:
			kids.WriteString("<</Type/OBJR/Obj " + reference(kid.object) + "/Pg " + reference(kid.page.object) + ">>")
		case content:
			if kid.page == home {
				kids.WriteString(strconv.Itoa(kid.id) + " ")
			} else {
				kids.WriteString("<</Type/MCR/Pg " + reference(kid.page.object) + "/MCID " + strconv.Itoa(kid.id) + ">>")
			}
		}
	}
	page := ""
	if home != nil {
		page = "/Pg " + reference(home.object)
	}
	f.object(e.object, "<</Type/StructElem/S/", e.tag, "/P ", reference(parent), page, e.attributes, "/K[", kids.String(), "]>>")
	for _, kid := range e.kids {
		if kid, ok := kid.(*Element); ok {
			kid.write(f, e.object)
		}
	}
}

// page is where an element's own content begins, nil if it has none.
func (e *Element) page() *Page {
	for _, kid := range e.kids {
		if c, ok := kid.(content); ok {
			return c.page
		}
	}
	return nil
}

func (f *file) trailer(catalog, info int, id [16]byte) {
	start := f.at
	f.text("xref\n0 ", strconv.Itoa(len(f.offsets)), "\n0000000000 65535 f \n")
	for _, at := range f.offsets[1:] {
		f.text(fmt.Sprintf("%010d 00000 n \n", at))
	}
	hexID := "<" + hex.EncodeToString(id[:]) + ">"
	f.text("trailer\n<</Size ", strconv.Itoa(len(f.offsets)), "/Root ", reference(catalog), "/Info ", reference(info),
		"/ID[", hexID, hexID, "]>>\nstartxref\n", strconv.FormatInt(start, 10), "\n%%EOF\n")
}

// textString is a PDF string of any characters.
func textString(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(hexDigits[u>>shift&15])
		}
	}
	b.WriteByte('>')
	return b.String()
}

// uriString is an address, which is ASCII, as a PDF string; bytes outside it are dropped.
func uriString(s string) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c > ' ' && c < 0x7F:
			b.WriteByte(c)
		}
	}
	b.WriteByte(')')
	return b.String()
}

// compressors are kept: making one costs more than compressing a page.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	z := compressors.Get().(*zlib.Writer)
	defer compressors.Put(z)
	z.Reset(&out)
	z.Write(data) // a bytes.Buffer does not fail
	z.Close()
	return out.Bytes()
}

var deflatedProfile = sync.OnceValue(func() []byte { return deflate(sRGB) })
