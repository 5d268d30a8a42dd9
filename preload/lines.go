package preload

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// longestLine in bytes. A person fits many times; a file with one endless line must not fill the memory.
const longestLine = 32 << 10

// A line of a file: one person. A cell cannot hold a line break, so that one forgotten quote spoils one line and not the rest of the file.
type line struct {
	number int64 // as an editor counts
	text   string
	latin  bool // it was ISO-8859-1
	long   bool // it was cut
}

// lines reads a file a line at a time.
type lines struct {
	in     *bufio.Reader
	number int64
}

func newLines(r io.Reader) *lines { return &lines{in: bufio.NewReaderSize(r, longestLine)} }

// next gives the next line that is not empty, or io.EOF.
func (l *lines) next() (line, error) {
	for {
		text, err := l.in.ReadSlice('\n')
		long := errors.Is(err, bufio.ErrBufferFull)
		x := line{number: l.number + 1, long: long}
		if !long {
			x.text, x.latin = decode(bytes.TrimRight(text, "\r\n"))
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = l.in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return line{}, err
		}
		if len(text) == 0 {
			return line{}, io.EOF
		}
		l.number++
		if long || strings.Trim(x.text, ";, \t\ufeff") != "" {
			return x, nil
		}
	}
}

// decode reads UTF-8, and what is no UTF-8 as the ISO-8859-1 of Italian spreadsheets (Windows-1252).
func decode(b []byte) (text string, latin bool) {
	if utf8.Valid(b) {
		return string(b), false
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(b), "\ufffd"), true
	}
	return string(decoded), true
}

// header reads the first line.
func (l *lines) header() (header, error) {
	start, _ := l.in.Peek(512)
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")):
		return header{}, FileFault{Code: "utf-16"}
	case bytes.IndexByte(start, 0) >= 0 || bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return header{}, FileFault{Code: "binario"}
	}
	first, err := l.next()
	if errors.Is(err, io.EOF) {
		return header{}, FileFault{Code: "vuoto"}
	}
	if err != nil {
		return header{}, err
	}
	if first.long {
		return header{}, FileFault{Code: "lunga"}
	}
	return readHeader(strings.TrimPrefix(first.text, "\ufeff"))
}

// split cuts a line into its cells. A cell may stand in quotes, which are doubled inside it; false if they do not close, or close too early.
func split(text string, separator byte) (cells []string, ok bool) {
	for {
		if !strings.HasPrefix(text, `"`) {
			at := strings.IndexByte(text, separator)
			if at < 0 {
				return append(cells, text), true
			}
			cells, text = append(cells, text[:at]), text[at+1:]
			continue
		}
		cell, rest, closed := quoted(text[1:])
		cells = append(cells, cell)
		switch {
		case closed && rest == "":
			return cells, true
		case !closed || rest[0] != separator:
			return cells, false
		}
		text = rest[1:]
	}
}

func quoted(text string) (cell, rest string, closed bool) {
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '"')
		if at < 0 {
			return b.String(), "", false
		}
		b.WriteString(text[:at])
		if text = text[at+1:]; !strings.HasPrefix(text, `"`) {
			return b.String(), text, true
		}
		b.WriteByte('"')
		text = text[1:]
	}
}

// clean is a cell as it is kept: without signs that cannot be seen, and with single spaces.
func clean(s string) string {
	ascii := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == ' ' && i > 0 && s[i-1] == ' ' {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// spoilt tells a text that was written in one encoding and read in another: "NicolÃ²", or a sign that says so.
func spoilt(s string) bool {
	before := rune(0)
	for _, r := range s {
		if r == utf8.RuneError || (before == 'Ã' || before == 'Â') && (r >= 0x80 && r < 0xc0 || r > 0xff) {
			return true
		}
		before = r
	}
	return false
}

// sort says what sort of value a cell holds, and never the value.
func sort(s string) string {
	kinds := []struct {
		holds func(rune) bool
		word  string
	}{{unicode.IsLetter, "lettere"}, {unicode.IsDigit, "cifre"}, {func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }, "altri segni"}}
	var words []string
	for _, k := range kinds {
		if strings.ContainsFunc(s, k.holds) {
			words = append(words, k.word)
		}
	}
	if len(words) == 0 {
		return "vuoto"
	}
	return plural(utf8.RuneCountInString(s), "carattere", "caratteri") + ": " + strings.Join(words, ", ")
}
