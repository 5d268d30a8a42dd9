package letter

import (
	"io"

	"sportello/community"
	"sportello/locale"
)

// Text is a version of a Regolamento or an Informativa as it was published, with nothing to sign.
type Text struct {
	Head
	Kind string // what the text is, in a word
	Text community.Text
}

// Text writes it, in the language in which it was published.
func (w *Writer) Text(dst io.Writer, in Text) error {
	in.Lang = locale.Italian
	text := blocks(in.Text.Markdown)
	title := in.Kind
	if len(text) > 0 && text[0].heading == 1 {
		title, text = text[0].items[0], text[1:]
	}
	s := w.begin(in.Head, in.Kind+"-"+in.Text.Version, title, "")
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, title)
	s.flow.Space(2)
	if version := (Terms{Text: in.Text}).version(); version != "" {
		s.paragraph(s.plain(version))
		s.flow.Space(6)
	}
	s.render(text)
	return s.end(dst)
}
