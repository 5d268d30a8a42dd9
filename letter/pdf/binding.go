package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Binding writes many documents as one file, one after the other as they come. Fonts are embedded once, and what is kept in memory of a document
// that has been written is some forty bytes: a file of 100,000 letters needs no more room than one.
type Binding struct {
	*file
	whole                                               *Document // holds what is common: data of the file, fonts
	catalog, info, pages, tree, root, metadata, profile int
	groups                                              []group
	key                                                 int // next in the parent tree
	count                                               int // pages so far
}

// A group is a node of the trees of pages, of structure and of parents: a list of 100,000 would be slow to open.
type group struct {
	pages, part, parents int      // object numbers
	documents            int      // in it
	pageCount            int      // in it
	firstKey             int      // in the parent tree
	kids, elements       []string // references
	leaves               []string // of the parent tree
}

// grouped is how many documents a group holds.
const grouped = 200

// Bind begins a file. The documents may use these fonts only.
func Bind(w io.Writer, info Info, fonts ...*Font) *Binding {
	b := &Binding{file: newFile(w), whole: New(info)}
	b.text(header)
	for _, n := range []*int{&b.catalog, &b.info, &b.pages, &b.tree, &b.root, &b.metadata, &b.profile} {
		*n = b.reserve()
	}
	for _, f := range fonts {
		b.whole.use(f).object = b.reserve()
	}
	return b
}

// Pages is how many pages have been written.
func (b *Binding) Pages() int { return b.count }

// Add writes a document at the end of the file; it must not be changed or written afterwards.
func (b *Binding) Add(d *Document) error {
	if len(b.groups) == 0 || b.last().documents == grouped {
		b.closeGroup()
		b.next(0)
		b.groups = append(b.groups, group{pages: b.reserve(), part: b.reserve(), parents: b.reserve(), firstKey: b.key})
	}
	for _, u := range d.fonts {
		common := b.whole.use(u.font)
		u.object, common.whole = common.object, common.whole || u.whole
	}
	packed := 0
	first := b.size()
	d.numberContent(func() int { packed++; return first + packed - 1 })
	leaf := first + packed
	b.next(packed + 1)
	g := b.last()
	d.root.attributes += "/Lang" + textString(d.info.Language)
	g.kids = append(g.kids, d.writePages(b.file, g.pages, b.key))
	d.root.write(b.file, g.part)
	nums, next := d.parents(b.key)
	b.object(leaf, "<</Limits[", strconv.Itoa(b.key), " ", strconv.Itoa(next-1), "]/Nums[", nums, "]>>")
	g.elements, g.leaves = append(g.elements, reference(d.root.object)), append(g.leaves, reference(leaf))
	g.documents, g.pageCount = g.documents+1, g.pageCount+len(d.pages)
	b.key, b.count = next, b.count+len(d.pages)
	b.writePack()
	return b.to.Flush()
}

func (b *Binding) last() *group { return &b.groups[len(b.groups)-1] }

// writePack writes the small objects of a document, which share a stream: they are much alike and compress well.
func (b *Binding) writePack() {
	var index, bodies bytes.Buffer
	s := &b.spans[len(b.spans)-1]
	for i, body := range b.pack {
		fmt.Fprintf(&index, "%d %d ", int(s.first)+i, bodies.Len())
		bodies.Write(body)
		bodies.WriteByte('\n')
	}
	first := index.Len()
	index.Write(bodies.Bytes())
	n := b.reserve()
	s.stream = int32(n)
	b.stream(n, "/Type/ObjStm/Filter/FlateDecode/N "+strconv.Itoa(len(b.pack))+"/First "+strconv.Itoa(first), deflate(index.Bytes()))
	b.pack = nil
}

// closeGroup writes the nodes of the last group, which is full.
func (b *Binding) closeGroup() {
	if len(b.groups) == 0 {
		return
	}
	g := b.last()
	b.object(g.pages, "<</Type/Pages/Parent ", reference(b.pages), "/Kids[", strings.Join(g.kids, ""), "]/Count ", strconv.Itoa(g.pageCount), ">>")
	b.object(g.part, "<</Type/StructElem/S/Part/P ", reference(b.root), "/K[", strings.Join(g.elements, " "), "]>>")
	b.object(g.parents, "<</Limits[", strconv.Itoa(g.firstKey), " ", strconv.Itoa(b.key-1), "]/Kids[", strings.Join(g.leaves, " "), "]>>")
	g.kids, g.elements, g.leaves = nil, nil, nil
}

// Close writes what is common to all documents and ends the file. A file without documents has no page and cannot be opened.
func (b *Binding) Close() error {
	b.closeGroup()
	b.next(0)
	for _, u := range b.whole.fonts {
		b.font(u)
	}
	var pages, parts, parents strings.Builder
	for _, g := range b.groups {
		pages.WriteString(reference(g.pages) + " ")
		parts.WriteString(reference(g.part) + " ")
		parents.WriteString(reference(g.parents) + " ")
	}
	b.stream(b.profile, "/N 3/Filter/FlateDecode", deflatedProfile())
	b.stream(b.metadata, "/Type/Metadata/Subtype/XML", b.whole.xmp())
	b.object(b.info, b.whole.infoDictionary())
	b.object(b.pages, "<</Type/Pages/Kids[", pages.String(), "]/Count ", strconv.Itoa(b.count), ">>")
	b.object(b.root, "<</Type/StructElem/S/Document/P ", reference(b.tree), "/K[", parts.String(), "]>>")
	b.object(b.tree, "<</Type/StructTreeRoot/K ", reference(b.root), "/ParentTree<</Kids[", parents.String(), "]>>/ParentTreeNextKey ", strconv.Itoa(b.key), ">>")
	b.object(b.catalog, "<</Type/Catalog", b.whole.catalog(b.pages, b.tree, b.metadata, b.profile), ">>")
	b.crossReferences()
	return b.to.Flush()
}

// crossReferences ends the file with the place of every object, as a stream: only that can name objects that share one. It is compressed twice,
// first to know its length.
func (b *Binding) crossReferences() {
	own := b.reserve()
	b.begin(own)
	var length counter
	b.writePlaces(&length)
	id := "<" + hex.EncodeToString(b.whole.info.ID[:]) + ">"
	start := b.at
	b.text(strconv.Itoa(own), " 0 obj\n<</Type/XRef/Size ", strconv.Itoa(b.size()), "/W[1 5 2]/Filter/FlateDecode/Length ", strconv.Itoa(int(length)),
		"/Root ", reference(b.catalog), "/Info ", reference(b.info), "/ID[", id, id, "]>>\nstream\n")
	b.writePlaces(b.to)
	b.text("\nendstream\nendobj\nstartxref\n", strconv.FormatInt(start, 10), "\n%%EOF\n")
}

func (b *Binding) writePlaces(w io.Writer) {
	z := zlib.NewWriter(w)
	z.Write([]byte{0, 0, 0, 0, 0, 0, 0xFF, 0xFF}) // an error stays in the buffer behind it
	for i, s := range b.spans {
		for index := range int(s.packed) {
			z.Write(place(2, int64(s.stream), index))
		}
		to := len(b.places)
		if i+1 < len(b.spans) {
			to = int(b.spans[i+1].from)
		}
		for n := int(s.from); n < to; n++ {
			if n > 0 {
				z.Write(place(1, b.places[n], 0))
			}
		}
	}
	z.Close()
}

// place is an entry: what sort, where, and the index in a shared stream.
func place(sort byte, where int64, index int) []byte {
	var e [11]byte
	binary.BigEndian.PutUint64(e[1:], uint64(where))
	binary.BigEndian.PutUint16(e[9:], uint16(index))
	e[3] = sort
	return e[3:]
}

// A counter counts what is written to it.
type counter int

// Write implements io.Writer.
func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }
