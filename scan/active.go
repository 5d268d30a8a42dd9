package scan

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// What a sheet of paper does not do: keys of dictionaries, and kinds of actions and annotations (ISO 32000-1 §12.6).
var (
	activeKeys  = []name{"JS", "JavaScript", "AA", "EmbeddedFiles", "EF", "XFA", "RichMediaContent", "RichMediaSettings", "Renditions", "AF"}
	activeKinds = []name{"JavaScript", "Launch", "SubmitForm", "ImportData", "GoToE", "GoToR", "Rendition", "Movie", "Sound", "RichMedia", "RichMediaExecute",
		"FileAttachment", "Screen", "3D", "EmbeddedFile", "GoTo3DView"}
	// raw are the same where they stand in no dictionary that was seen: in a stream that an index may point into.
	raw = [][]byte{[]byte("/JavaScript"), []byte("/Launch"), []byte("/EmbeddedFile"), []byte("/RichMedia"), []byte("/XFA")}
)

// checkDictionary refuses what does something, and what asks for a password.
func checkDictionary(d dict) error {
	for key, v := range d {
		if slices.Contains(activeKeys, key) || key == "OpenAction" && acts(v) {
			return ErrActive
		}
		if kind, ok := v.(name); ok && (key == "S" || key == "Subtype" || key == "Type") && slices.Contains(activeKinds, kind) {
			return ErrActive
		}
	}
	if _, locked := d["Encrypt"]; locked {
		return ErrEncrypted
	}
	return nil
}

// acts tells whether a document does something when it is opened, other than to show a page: office programs write that down.
func acts(v any) bool {
	_, destination := v.(array)
	return !destination
}

// checkShape refuses a file that does not end as it must, and one that is something else too.
func checkShape(data []byte) error {
	if n := bytes.LastIndex(data, []byte("%%EOF")); n < 0 || len(bytes.Trim(data[n+len("%%EOF"):], spaces)) > 0 {
		if alsoZIP(data) {
			return ErrPolyglot
		}
		return ErrDamaged
	}
	head := bytes.ToLower(data[:min(len(data), 2048)])
	for _, mark := range []string{"<html", "<script", "<!doctype", "<?php", "<svg", "#!/"} {
		if bytes.Contains(head, []byte(mark)) {
			return ErrPolyglot
		}
	}
	if alsoZIP(data) {
		return ErrPolyglot
	}
	for _, mark := range raw {
		if bytes.Contains(data, mark) {
			return ErrActive
		}
	}
	return nil
}

// alsoZIP tells whether a file ends as a ZIP archive does: its directory stands last, with a comment after it.
func alsoZIP(data []byte) bool {
	const sign, size, most = "PK\x05\x06", 22, 22 + 1<<16
	tail := data[max(0, len(data)-most):]
	for {
		n := bytes.Index(tail, []byte(sign))
		if n < 0 || len(tail)-n < size {
			return false
		}
		tail = tail[n:]
		if comment := int(binary.LittleEndian.Uint16(tail[20:])); abs(float64(len(tail)-size-comment)) < 8 {
			return true
		}
		tail = tail[len(sign):]
	}
}
