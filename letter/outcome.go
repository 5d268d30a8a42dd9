package letter

import "io"

// Outcome is what the citizen keeps of an activation that ended at home: what was done and accepted, and when (F05). Its words are in the language of
// the head, as the page had them. It carries no secret.
type Outcome struct {
	Head
	Title  string // what was done
	Lead   string
	Number string
	Table  Chapter
	Keep   string // what the sheet is for
}

// Outcome writes the sheet.
func (w *Writer) Outcome(dst io.Writer, in Outcome) error {
	s := w.begin(in.Head, "esito", in.Title, in.Number)
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, in.Title)
	s.flow.Space(4)
	s.paragraph(s.plain(in.Lead))
	s.part(part{in.Table.Title, in.Table.Rows})
	s.flow.Space(8)
	s.paragraph(s.plain(in.Keep))
	return s.end(dst)
}
