package scan

import (
	"bytes"
	"compress/zlib"
	"io"
)

// A file is what lies in a PDF, read from its first byte to its last: an index that lies can hide nothing.
type file struct {
	lexer
	objects  map[int]object
	trailer  dict // the last that names a root
	unpacked int64
}

// An object is a value with a number, and the bytes of its stream.
type object struct {
	value  any
	stream []byte
}

// inspectPDF gives the pages of a PDF that is whole, plain and of a likely size.
func inspectPDF(data []byte, maxPages int) ([]Page, error) {
	if err := checkShape(data); err != nil {
		return nil, err
	}
	values := maxValues
	f := &file{lexer: lexer{data: data, values: &values, dict: checkDictionary}, objects: map[int]object{}}
	if err := f.read(); err != nil {
		return nil, err
	}
	return f.pages(maxPages)
}

// read goes through the objects, the indexes and the trailers.
func (f *file) read() error {
	for !f.atEnd() {
		next := f.section
		if number, ok := f.natural(); ok {
			next = func() error { return f.object(number) }
		}
		if err := next(); err != nil {
			return err
		}
	}
	return nil
}

// object reads what follows a number: its generation, obj, the value, perhaps a stream, endobj.
func (f *file) object(number int) error {
	if _, ok := f.natural(); !ok || !f.is("obj") {
		return ErrDamaged
	}
	v, err := f.value(0)
	if err != nil {
		return err
	}
	o := object{value: v}
	if f.is("stream") {
		if o.stream, err = f.stream(v); err != nil {
			return err
		}
	}
	if !f.is("endobj") {
		return ErrDamaged
	}
	f.objects[number] = o
	return f.unpack(o)
}

// section reads an index, a trailer, or where the index starts.
func (f *file) section() error {
	switch {
	case f.is("xref"):
		return f.index()
	case f.is("trailer"):
		v, err := f.value(0)
		d, ok := v.(dict)
		if err == nil && !ok {
			err = ErrDamaged
		}
		if err == nil {
			f.end(d)
		}
		return err
	case f.is("startxref"):
		if _, ok := f.natural(); ok {
			return nil
		}
	}
	return ErrDamaged
}

// index passes over an index: nobody here believes it.
func (f *file) index() error {
	for {
		if _, ok := f.natural(); !ok {
			return nil
		}
		entries, ok := f.natural()
		if !ok {
			return ErrDamaged
		}
		for range entries {
			_, one := f.natural()
			_, two := f.natural()
			if !one || !two || !f.is("n") && !f.is("f") {
				return ErrDamaged
			}
		}
	}
}

// end keeps a trailer, or the dictionary of an index in a stream, which does its work.
func (f *file) end(d dict) {
	if _, ok := d["Root"]; ok {
		f.trailer = d
	}
}

// stream gives the bytes between stream and endstream. A length that is wrong, or stands elsewhere, is found by its end.
func (f *file) stream(v any) ([]byte, error) {
	d, ok := v.(dict)
	if !ok {
		return nil, ErrDamaged
	}
	rest := f.data[f.pos:]
	rest = bytes.TrimPrefix(rest, []byte("\r"))
	rest = bytes.TrimPrefix(rest, []byte("\n"))
	start := len(f.data) - len(rest)
	if n, ok := d["Length"].(float64); ok && n >= 0 && n <= float64(len(rest)) {
		f.pos = start + int(n)
		if f.is("endstream") {
			return rest[:int(n)], nil
		}
	}
	n := bytes.Index(rest, []byte("endstream"))
	if n < 0 {
		return nil, ErrDamaged
	}
	f.pos = start + n + len("endstream")
	return rest[:n], nil
}

// unpack looks into a stream: how much it holds, and the objects in it.
func (f *file) unpack(o object) error {
	d, ok := o.value.(dict)
	if !ok || o.stream == nil {
		return nil
	}
	if d["Type"] == name("XRef") {
		f.end(d)
	}
	if d["Subtype"] == name("Image") && !(f.pixels(d) <= maxPixels) {
		return ErrBomb
	}
	if d["Type"] == name("ObjStm") {
		return f.packed(d, o.stream)
	}
	_, err := f.inflate(d, o.stream, io.Discard, maxUnpacked)
	return err
}

func (f *file) pixels(d dict) float64 {
	width, _ := f.resolve(d["Width"]).(float64)
	height, _ := f.resolve(d["Height"]).(float64)
	return width * height
}

// inflate writes what a stream holds, at most so many bytes, and tells whether nothing more is to be decoded. What cannot be inflated to its end is the renderer's affair.
func (f *file) inflate(d dict, stream []byte, w io.Writer, most int64) (plain bool, err error) {
	filters := filtersOf(d)
	r := io.Reader(bytes.NewReader(stream))
	for len(filters) > 0 && (filters[0] == "FlateDecode" || filters[0] == "Fl") {
		z, err := zlib.NewReader(r)
		if err != nil {
			return false, nil
		}
		r, filters = z, filters[1:]
	}
	most = min(most, maxUnpacked-f.unpacked)
	n, _ := io.Copy(w, io.LimitReader(r, most+1))
	if f.unpacked += n; n > most {
		return false, ErrBomb
	}
	return len(filters) == 0, nil
}

func filtersOf(d dict) []name {
	switch v := d["Filter"].(type) {
	case name:
		return []name{v}
	case array:
		var names []name
		for _, f := range v {
			n, _ := f.(name)
			names = append(names, n)
		}
		return names
	}
	return nil
}

// packed reads the objects of an object stream (ISO 32000-1 §7.5.7).
func (f *file) packed(d dict, stream []byte) error {
	var b bytes.Buffer
	plain, err := f.inflate(d, stream, &b, maxPacked)
	if err != nil {
		return err
	}
	n, _ := d["N"].(float64)
	first, _ := d["First"].(float64)
	if !plain || d["DecodeParms"] != nil || !(n >= 0 && n <= maxValues) || !(first >= 0 && first <= float64(b.Len())) {
		return ErrDamaged
	}
	head := lexer{data: b.Bytes()[:int(first)], values: f.values, dict: f.dict}
	for range int(n) {
		number, one := head.natural()
		offset, two := head.natural()
		if !one || !two || offset > b.Len()-int(first) {
			return ErrDamaged
		}
		body := lexer{data: b.Bytes(), pos: int(first) + offset, values: f.values, dict: f.dict}
		v, err := body.value(0)
		if err != nil {
			return err
		}
		f.objects[number] = object{value: v}
	}
	return nil
}

// resolve follows references, some steps far.
func (f *file) resolve(v any) any {
	for range 8 {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.objects[r.number].value
	}
	return nil
}

// A tree is the way through the pages: what each inherits, and where it has been.
type tree struct {
	*file
	seen  map[int]bool
	max   int
	found []Page
}

// pages walks the tree of pages, which must be one.
func (f *file) pages(maxPages int) ([]Page, error) {
	catalog, ok := f.resolve(f.trailer["Root"]).(dict)
	if !ok || catalog["Type"] != name("Catalog") {
		return nil, ErrDamaged
	}
	t := &tree{file: f, seen: map[int]bool{}, max: maxPages}
	if err := t.walk(catalog["Pages"], nil, 0); err != nil {
		return nil, err
	}
	if len(t.found) == 0 {
		return nil, ErrNoPages
	}
	return t.found, nil
}

func (t *tree) walk(v, box any, depth int) error {
	r, ok := v.(ref)
	if !ok || t.seen[r.number] || depth > maxDepth {
		return ErrDamaged
	}
	t.seen[r.number] = true
	node, ok := t.resolve(r).(dict)
	if !ok {
		return ErrDamaged
	}
	if own := node["MediaBox"]; own != nil {
		box = own
	}
	switch t.resolve(node["Type"]) {
	case name("Page"):
		return t.page(node, box)
	case name("Pages"):
		kids, ok := t.resolve(node["Kids"]).(array)
		if !ok {
			return ErrDamaged
		}
		for _, kid := range kids {
			if err := t.walk(kid, box, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return ErrDamaged
}

// page measures one.
func (t *tree) page(node dict, box any) error {
	p, err := t.measure(box, t.resolve(node["UserUnit"]))
	if err != nil {
		return err
	}
	if len(t.found) == t.max {
		return ErrPages
	}
	t.found = append(t.found, p)
	return nil
}

func (t *tree) measure(box, unit any) (p Page, err error) {
	corners, ok := t.resolve(box).(array)
	if !ok || len(corners) != 4 {
		return p, ErrDamaged
	}
	var c [4]float64
	for i := range c {
		if c[i], ok = t.resolve(corners[i]).(float64); !ok {
			return p, ErrDamaged
		}
	}
	scale, ok := unit.(float64)
	if !ok {
		scale = 1
	}
	p.Width, p.Height = abs(c[2]-c[0])*scale*25.4/72, abs(c[3]-c[1])*scale*25.4/72
	if p.Width == 0 || p.Height == 0 {
		return p, ErrPageSize
	}
	return p, p.check()
}

func abs(f float64) float64 { return max(f, -f) }
