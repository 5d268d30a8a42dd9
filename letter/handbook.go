package letter

import (
	"io"

	"sportello/locale"
)

// Handbook is a guide written in Markdown, to download (001 §2: "Manuale d'uso del servizio").
type Handbook struct {
	Head
	Title    string
	Markdown string
}

// Handbook writes the guide. Its own first heading stands under the title.
func (w *Writer) Handbook(dst io.Writer, in Handbook) error {
	in.Lang = locale.Italian // operators read it
	text := blocks(in.Markdown)
	about := in.Community
	if len(text) > 0 && text[0].heading == 1 {
		about, text = plainly(text[0].items[0]), text[1:]
	}
	s := w.begin(in.Head, "manuale", in.Title, "")
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, in.Title)
	s.flow.Space(2)
	if about != "" {
		s.paragraph(s.plain(about))
	}
	s.render(text)
	return s.end(dst)
}
