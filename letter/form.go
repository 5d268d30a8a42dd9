package letter

import (
	"strings"

	"sportello/letter/pdf"
	"sportello/person"
)

// A Party is somebody whom a form names. A nil Party is blank: its data are left to write by hand.
type Party struct {
	Person     person.Person
	BirthPlace Place
	Residence  Place // resolved name; not used for a residence abroad
}

// partyLabels are what a form asks of a person, in the order of rows.
var partyLabels = []string{"Cognome e nome", "Codice fiscale", "Luogo e data di nascita", "Residenza", "Telefono o e-mail", "Documento d’identità"}

// rows are the data of a person; what is not known is left to write.
func (h Head) rows(p *Party) [][2]string {
	rows := make([][2]string, len(partyLabels))
	for i, label := range partyLabels {
		rows[i][0] = label
	}
	if p == nil {
		return rows
	}
	contact := p.Person.Contacts.Email
	if contact == "" {
		contact = p.Person.Contacts.Mobile
	}
	if contact == "" {
		contact = p.Person.Contacts.Phone
	}
	known := []string{strings.TrimSpace(p.Person.Surname + " " + p.Person.Name), string(p.Person.TaxCode),
		joined(", ", p.BirthPlace.String(), h.day(p.Person.BirthDate.Time())), p.residence(), contact, h.document(p)}
	for i, value := range known {
		rows[i][1] = value
	}
	return rows
}

func (p *Party) residence() string {
	r := p.Person.Residence
	if r.Abroad() {
		return joined(", ", street(r.Address, r.Number), strings.TrimSpace(r.PostalCode+" "+r.City), r.Nation)
	}
	if p.Residence.Comune == "" {
		return street(r.Address, r.Number)
	}
	return joined(", ", street(r.Address, r.Number), strings.TrimSpace(r.PostalCode+" "+p.Residence.String()))
}

func (h Head) document(p *Party) string {
	d := p.Person.Document
	issued := ""
	if d.Issuer != "" {
		issued = h.t("ente di rilascio: %s", d.Issuer)
	}
	return joined(", ", strings.TrimSpace(h.kind(d)+" "+d.Number), issued)
}

// kind is the kind of a document, as it begins a line.
func (h Head) kind(d person.Document) string { return h.word(capital(string(d.Kind))) }

// joined puts what there is behind each other.
func joined(separator string, parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, separator)
}

// beginForm opens a form: letterhead, title, and what the form is for.
func (w *Writer) beginForm(h Head, kind, title, number string, purpose sentence) *sheet {
	s := w.begin(h, kind, h.t(title), number)
	s.form = true
	s.letterhead()
	s.flow.Space(14)
	s.flow.Heading(1, s.title, s.t(title))
	s.flow.Space(4)
	s.paragraph(s.say(purpose.text, purpose.with...)...)
	return s
}

// original says of a translated form which one it translates: the office that keeps it works in Italian.
func (s *sheet) original(title string) {
	if s.foreign() {
		s.flow.Space(4)
		s.flow.Paragraph(pdf.Run{Style: s.small, Text: s.t("Questo modulo traduce quello italiano, «%s»: in caso di dubbio vale il testo italiano.", title)})
	}
}

// numbered names a registration, if there is one.
func (h Head) numbered(number string) string {
	if number == "" {
		return ""
	}
	return h.t("numero di registrazione %s", number)
}

// party asks for a person's data under a heading, which it is not parted from.
func (s *sheet) party(title string, p *Party) {
	s.blanks(title, s.rows(p))
}

// blanks is a table with room to write where nothing is known.
func (s *sheet) blanks(title string, rows [][2]string) {
	padding := readRow + 1
	for _, row := range rows {
		if row[1] == "" {
			padding = handRow
		}
	}
	s.flow.Need(float64(len(rows))*(s.cell.Leading+2*padding) + 40)
	s.section(title)
	s.table(rows, padding)
}

const (
	handRow = 4.2 // above and below a line of a form that is written by hand
	signed  = 240 // what is declared and its signature stay on one page
)

// choices are boxes to tick, each with what it says.
func (s *sheet) choices(items ...string) { s.boxes(each(items...)...) }

func (s *sheet) boxes(items ...sentence) {
	const side, indent = 9.0, 20.0
	list := s.flow.Parent.AddList(pdf.Bullets)
	for _, item := range items {
		s.flow.Need(3 * s.body.Leading)
		s.square(left, s.flow.Y+3, side)
		body := s.flow
		body.Left, body.Width = left+indent, width-indent
		body.Text(list.Add("LI").Add("LBody"), s.say(item.text, item.with...)...)
		s.flow.Page, s.flow.Y = body.Page, body.Y+4
	}
	s.flow.Space(3)
}

// square draws a box to tick.
func (s *sheet) square(x, y, side float64) {
	for _, edge := range [][4]float64{{x, y, side, 0.8}, {x, y + side - 0.8, side, 0.8}, {x, y, 0.8, side}, {x + side - 0.8, y, 0.8, side}} {
		s.flow.Page.Box(slate, edge[0], edge[1], edge[2], edge[3])
	}
}

// points are the sentences of a form, one under the other.
func (s *sheet) points(items ...string) { s.list(pdf.Bullets, s.set(each(items...))) }

// bring lists what comes to the desk with the form.
func (s *sheet) bring(items ...string) {
	s.flow.Need(90)
	s.section("Che cosa portare allo sportello")
	s.points(items...)
}

// privacy says in short what becomes of the data (Regulation (EU) 2016/679 art. 13); the whole notice is the community's.
func (s *sheet) privacy() {
	s.flow.Need(70)
	s.section("Come si usano questi dati")
	s.paragraph(s.say("Il titolare del trattamento è %s. I dati servono soltanto a trattare questa richiesta e a "+
		"conservarne la prova per il tempo che la legge prevede; non vanno ad altri, se non nei casi previsti dalla legge. Si possono "+
		"chiedere accesso, rettifica e gli altri diritti degli articoli 15-22 del Regolamento (UE) 2016/679. L’informativa completa si legge allo sportello e nel sito del servizio.", s.Publisher.Name)...)
}

// forDesk is what the operator writes when the form is handed in.
func (s *sheet) forDesk(rows ...string) {
	s.forDeskOf("", rows...)
}

// forDeskOf is forDesk with the registration's number in the first row, where it is known.
func (s *sheet) forDeskOf(number string, rows ...string) {
	cells := make([][2]string, len(rows))
	for i, label := range rows {
		cells[i][0] = label
	}
	cells[0][1] = number
	s.blanks("Riservato allo sportello", cells)
}
