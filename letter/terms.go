package letter

import (
	"io"

	"sportello/community"
	"sportello/letter/pdf"
	"sportello/locale"
	"sportello/person"
)

// Terms is the Regolamento on paper, for the exceptional case (001 annex 4, mission D19).
type Terms struct {
	Head
	Text       community.Text
	Number     string
	Person     *person.Person // nil for the blank form that anyone may download
	BirthPlace Place
	Residence  Place
}

// Terms writes the Regolamento and under it the acceptance: the person's data and the date are filled
// in, place and signature are left to write. It is in Italian, as the text that is signed.
func (w *Writer) Terms(dst io.Writer, in Terms) error {
	in.Lang = locale.Italian
	text := blocks(in.Text.Markdown)
	title := "Regolamento per il rilascio delle credenziali " + in.Community
	if len(text) > 0 && text[0].heading == 1 {
		title, text = text[0].items[0], text[1:]
	}
	s := w.begin(in.Head, "regolamento-"+in.Text.Version, title, in.Number)
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, title)
	s.flow.Space(2)
	if version := in.version(); version != "" {
		s.flow.Paragraph(pdf.Run{Style: s.label, Text: version})
		s.flow.Space(6)
	}
	s.render(text)
	s.acceptance(in)
	return s.end(dst)
}

func (in Terms) version() string {
	if in.Text.Version == "" {
		return ""
	}
	version := "Versione " + in.Text.Version
	if from := in.day(in.Text.ValidFrom.Time()); from != "" {
		version += ", valida dal " + from
	}
	return version
}

func (s *sheet) acceptance(in Terms) {
	s.flow.Need(365) // declaration, table and signature stay together
	s.section("Accettazione")
	s.paragraph(s.plain("Ho letto questo Regolamento e ne accetto le condizioni."))
	if in.Person == nil {
		var rows [][2]string
		for _, label := range []string{"Cognome", "Nome", "Codice fiscale", "Data di nascita", "Luogo di nascita", "Residenza"} {
			rows = append(rows, [2]string{label, ""})
		}
		s.table(rows, writeRow)
		s.signatures("", "Firma")
		return
	}
	s.table(in.personRows(), readRow)
	s.signatures(s.day(in.At), "Firma")
}

func (in Terms) personRows() [][2]string {
	p := *in.Person
	rows := [][2]string{
		{"Cognome", in.given(p.Surname)},
		{"Nome", in.given(p.Name)},
		{"Codice fiscale", in.given(string(p.TaxCode))},
		{"Data di nascita", in.given(in.day(p.BirthDate.Time()))},
		{"Luogo di nascita", in.given(in.BirthPlace.String())},
		{"Residenza", in.given(in.residence())},
	}
	if in.Number != "" {
		rows = append([][2]string{{"Numero di registrazione", in.Number}}, rows...)
	}
	return rows
}

func (in Terms) residence() string {
	r := in.Person.Residence
	where := street(r.Address, r.Number)
	place := in.Residence.String()
	if r.Abroad() {
		place = r.City + ", " + r.Nation
	}
	if r.PostalCode != "" {
		place = r.PostalCode + " " + place
	}
	if where == "" {
		return place
	}
	return where + ", " + place
}
