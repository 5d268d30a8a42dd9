package pdf

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// A file numbers objects and remembers where each is.
type file struct {
	to     *bufio.Writer
	at     int64
	spans  []span
	places []int64  // of the objects that stand alone in the file; 0 is none yet
	pack   [][]byte // of the last span: objects that will share a stream
}

// A span is a row of object numbers: the first ones share a stream, the others stand alone.
type span struct {
	first  int32
	packed int32
	stream int32 // number of the stream that the packed ones share
	from   int32 // where the places of the others begin
}

func newFile(w io.Writer) *file {
	return &file{to: bufio.NewWriter(w), spans: []span{{}}, places: make([]int64, 1)} // nobody has the number 0
}

// size is one more than the greatest number.
func (f *file) size() int {
	last := f.spans[len(f.spans)-1]
	return int(last.first+last.packed) + len(f.places) - int(last.from)
}

// reserve gives the next number, to an object that stands alone.
func (f *file) reserve() int {
	f.places = append(f.places, 0)
	return f.size() - 1
}

// next begins a span, whose first n objects will share a stream.
func (f *file) next(n int) {
	f.spans = append(f.spans, span{first: int32(f.size()), packed: int32(n), from: int32(len(f.places))})
	f.pack = make([][]byte, n)
}

// spanOf is the span of a number: nearly always the last one.
func (f *file) spanOf(n int) span {
	if last := f.spans[len(f.spans)-1]; n >= int(last.first) {
		return last
	}
	i := sort.Search(len(f.spans), func(i int) bool { return int(f.spans[i].first) > n })
	return f.spans[i-1]
}

// begin notes that an object that stands alone begins here.
func (f *file) begin(n int) {
	s := f.spanOf(n)
	f.places[int(s.from)+n-int(s.first+s.packed)] = f.at
}

func (f *file) text(parts ...string) {
	for _, s := range parts {
		n, _ := f.to.WriteString(s) // an error stays in the buffer until Flush
		f.at += int64(n)
	}
}

func (f *file) object(n int, parts ...string) {
	if s := f.spanOf(n); n < int(s.first+s.packed) {
		f.pack[n-int(s.first)] = []byte(strings.Join(parts, ""))
		return
	}
	f.begin(n)
	f.text(strconv.Itoa(n), " 0 obj\n")
	f.text(parts...)
	f.text("\nendobj\n")
}

func (f *file) stream(n int, entries string, data []byte) {
	f.begin(n)
	f.text(strconv.Itoa(n), " 0 obj\n<<", entries, "/Length ", strconv.Itoa(len(data)), ">>\nstream\n")
	m, _ := f.to.Write(data)
	f.at += int64(m)
	f.text("\nendstream\nendobj\n")
}

func reference(n int) string { return strconv.Itoa(n) + " 0 R" }

// WriteTo writes the whole file. The document must not be changed afterwards.
func (d *Document) WriteTo(w io.Writer) (int64, error) {
	f := newFile(w)
	f.text(header)
	catalog, info, pages, tree := f.reserve(), f.reserve(), f.reserve(), f.reserve()
	metadata, profile := f.reserve(), f.reserve()
	d.number(f)
	for _, u := range d.fonts {
		f.font(u)
	}
	f.stream(profile, "/N 3/Filter/FlateDecode", deflatedProfile())
	f.stream(metadata, "/Type/Metadata/Subtype/XML", d.xmp())
	f.object(info, d.infoDictionary())
	f.object(pages, "<</Type/Pages/Kids[", d.writePages(f, pages, 0), "]/Count ", strconv.Itoa(len(d.pages)), ">>")
	d.root.write(f, tree)
	nums, next := d.parents(0)
	f.object(tree, "<</Type/StructTreeRoot/K ", reference(d.root.object), "/ParentTree<</Nums[", nums, "]>>/ParentTreeNextKey ", strconv.Itoa(next), ">>")
	f.object(catalog, "<</Type/Catalog", d.catalog(pages, tree, metadata, profile), ">>")
	f.trailer(catalog, info, d.info.ID)
	return f.at, f.to.Flush()
}

// header begins every file; the second line says that it is not text.
const header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

// catalog holds the entries of the catalog of a file.
func (d *Document) catalog(pages, tree, metadata, profile int) string {
	return "/Pages " + reference(pages) + "/Lang" + textString(d.info.Language) +
		"/MarkInfo<</Marked true>>/StructTreeRoot " + reference(tree) + "/Metadata " + reference(metadata) +
		"/ViewerPreferences<</DisplayDocTitle true>>/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1" +
		"/OutputConditionIdentifier(sRGB IEC61966-2.1)/Info(sRGB IEC61966-2.1)/DestOutputProfile " + reference(profile) + ">>]"
}

// number gives every font, page, link and element its object number.
func (d *Document) number(f *file) {
	for _, u := range d.fonts {
		u.object = f.reserve()
	}
	d.numberContent(f.reserve)
}

// numberContent gives the others theirs.
func (d *Document) numberContent(next func() int) {
	for _, p := range d.pages {
		p.end()
		p.object = next()
		for _, l := range p.links {
			l.object = next()
		}
	}
	d.root.number(next)
}

func (e *Element) number(next func() int) {
	e.object = next()
	for _, kid := range e.kids {
		if kid, ok := kid.(*Element); ok {
			kid.number(next)
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

// writePages writes the pages under a node of the tree of pages, and gives the list of them. Their keys in the parent tree begin with first.
func (d *Document) writePages(f *file, parent, first int) string {
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
				strconv.Itoa(first+d.linkKey(i, j)), "/Contents", textString(l.target), "/A<</S/URI/URI", uriString(l.target), ">>>>")
		}
		annotations := ""
		if links.Len() > 0 {
			annotations = "/Annots[" + links.String() + "]"
		}
		f.object(p.object, "<</Type/Page/Parent ", reference(parent), "/MediaBox[0 0 595.28 841.89]/Contents ", reference(stream),
			"/Resources<</Font<<", fonts.String(), ">>>>/StructParents ", strconv.Itoa(first+i), "/Tabs/S", annotations, ">>")
	}
	return kids.String()
}

// linkKey is where the parent tree has a link: after the pages, in order.
func (d *Document) linkKey(page, link int) int {
	key := len(d.pages) + link
	for _, p := range d.pages[:page] {
		key += len(p.links)
	}
	return key
}

// parents tell of each page and link to which elements it belongs, by keys that begin with first; next is the key after the last.
func (d *Document) parents(first int) (nums string, next int) {
	var b strings.Builder
	for i, p := range d.pages {
		b.WriteString(strconv.Itoa(first+i) + "[")
		for _, owner := range p.owners {
			b.WriteString(reference(owner.object) + " ")
		}
		b.WriteString("]")
	}
	next = first + len(d.pages)
	for i, p := range d.pages {
		for j, l := range p.links {
			b.WriteString(strconv.Itoa(first+d.linkKey(i, j)) + " " + reference(l.owner.object) + " ")
			next++
		}
	}
	return b.String(), next
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
	f.text("xref\n0 ", strconv.Itoa(f.size()), "\n0000000000 65535 f \n")
	for _, at := range f.places[1:] {
		f.text(fmt.Sprintf("%010d 00000 n \n", at))
	}
	hexID := "<" + hex.EncodeToString(id[:]) + ">"
	f.text("trailer\n<</Size ", strconv.Itoa(f.size()), "/Root ", reference(catalog), "/Info ", reference(info),
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
