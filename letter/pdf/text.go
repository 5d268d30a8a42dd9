package pdf

import (
	"strings"
	"unicode/utf8"
)

// A Style is how text is set. Size and Leading (from baseline to baseline) are points.
type Style struct {
	Font    *Font
	Size    float64
	Leading float64
	Color   Color
}

// A Run is a stretch of text in one style; with a Link it is clickable and announced as a link.
type Run struct {
	Style Style
	Text  string
	Link  string // address, "" for plain text
}

// A word is one or more fragments that stay on one line.
type word struct {
	fragments []fragment
	width     float64
	goesOn    bool // cut: the rest stands on the next line, with no space between
}

type fragment struct {
	run   int // index
	text  string
	width float64
}

// words splits runs at spaces; a no-break space does not split.
func words(runs []Run) []word {
	var out []word
	glued := false // the last run ended without a space
	for i, run := range runs {
		text := run.Style.Font.Plain(run.Text)
		if strings.HasPrefix(text, " ") {
			glued = false
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }) {
			part = strings.ReplaceAll(part, string(noBreakSpace), " ")
			f := fragment{i, part, run.Style.Font.Width(part, run.Style.Size)}
			if glued && len(out) > 0 {
				last := &out[len(out)-1]
				last.fragments, last.width = append(last.fragments, f), last.width+f.width
			} else {
				out = append(out, word{fragments: []fragment{f}, width: f.width})
			}
			glued = false
		}
		glued = text != "" && !strings.HasSuffix(text, " ")
	}
	return out
}

// breakLines fills lines up to width. A word wider than a whole line is cut, without a hyphen:
// it is an address or a code, where one would be read as part of it.
func breakLines(runs []Run, width float64) [][]word {
	var lines [][]word
	var line []word
	used := 0.0
	for _, w := range words(runs) {
		space := 0.0
		if len(line) > 0 {
			space = spaceBefore(runs, w)
		}
		if len(line) > 0 && used+space+w.width > width {
			lines, line, used, space = append(lines, line), nil, 0, 0
		}
		for len(line) == 0 && w.width > width && w.runes() > 1 {
			var head word
			head, w = cut(runs, w, width)
			lines = append(lines, []word{head})
		}
		line, used = append(line, w), used+space+w.width
	}
	if len(line) > 0 {
		lines = append(lines, line)
	}
	return lines
}

func spaceBefore(runs []Run, w word) float64 {
	style := runs[w.fragments[0].run].Style
	return style.Font.Width(" ", style.Size)
}

func (w word) runes() (n int) {
	for _, f := range w.fragments {
		n += utf8.RuneCountInString(f.text)
	}
	return n
}

func (w *word) add(f fragment) {
	if f.text != "" {
		w.fragments, w.width = append(w.fragments, f), w.width+f.width
	}
}

// cut takes off as much of a word as fits, at least one character.
func cut(runs []Run, w word, width float64) (head, tail word) {
	head.goesOn = true
	for i, f := range w.fragments {
		if head.width+f.width <= width {
			head.add(f)
			continue
		}
		at := cutAt(runs[f.run].Style, f.text, width-head.width, len(head.fragments) == 0)
		piece := func(s string) fragment {
			return fragment{f.run, s, runs[f.run].Style.Font.Width(s, runs[f.run].Style.Size)}
		}
		head.add(piece(f.text[:at]))
		tail.add(piece(f.text[at:]))
		for _, rest := range w.fragments[i+1:] {
			tail.add(rest)
		}
		break
	}
	return head, tail
}

// cutAt is where to part s so that its head fits in room: after a sign if one is not far, as addresses
// are parted best. With atLeastOne the head is not empty.
func cutAt(style Style, s string, room float64, atLeastOne bool) int {
	at := 0
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		if style.Font.Width(s[:end], style.Size) > room && (i > 0 || !atLeastOne) {
			break
		}
		at = end
	}
	if sign := strings.LastIndexAny(s[:at], "/-@.") + 1; sign > at/2 {
		return sign
	}
	return at
}

// segment is what of a line is drawn at once: neighbours of one run.
type segment struct {
	run   int
	text  string
	x     float64
	width float64
}

// segments joins a line's words. more says that the paragraph goes on: then the line ends with a
// space, so that extracted text keeps the words apart.
func segments(runs []Run, line []word, more bool) []segment {
	var out []segment
	x := 0.0
	for i, w := range line {
		for j, f := range w.fragments {
			lead := ""
			if i > 0 && j == 0 {
				lead = " "
			}
			if n := len(out); n > 0 && out[n-1].run == f.run {
				out[n-1].text += lead + f.text
				added := runs[f.run].Style.Font.Width(lead, runs[f.run].Style.Size) + f.width
				out[n-1].width, x = out[n-1].width+added, x+added
				continue
			}
			if n := len(out); n > 0 && lead != "" {
				// The space belongs to the plain neighbour, not to a link's underline.
				space := runs[out[n-1].run].Style.Font.Width(" ", runs[out[n-1].run].Style.Size)
				out[n-1].text += " "
				x += space
			}
			out = append(out, segment{f.run, f.text, x, f.width})
			x += f.width
		}
	}
	if n := len(out); more && n > 0 && !line[len(line)-1].goesOn {
		out[n-1].text += " "
	}
	return out
}
