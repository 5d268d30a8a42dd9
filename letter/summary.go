package letter

import (
	"io"
	"strings"

	"sportello/letter/pdf"
	"sportello/person"
)

// A Place is a comune by name, with the letters of its province.
type Place struct {
	Comune   string // "Torino"
	Province string // "TO", "" when not known or abroad
}

func (p Place) String() string {
	if p.Province == "" {
		return p.Comune
	}
	return p.Comune + " (" + p.Province + ")"
}

// A Delegate is who acts for the person (001 Tabella 2, "Dati del delegato").
type Delegate struct {
	Kind        string // of delegation, as the form names it
	Person      person.Person
	Capacity    string       // by what right a declaration is signed, "" for a mandate
	Appointment *Appointment // by a court, nil if there is none
	Declared    []string     // what the declaration says
	Kept        []string     // what the desk saw and kept
}

// An Appointment is a court's act that names who acts for the person.
type Appointment struct {
	Court, Number string
	On, Until     person.Date // Until is "" without an end
}

// Summary is the print on which the person checks the data that were entered (001 annex 3). It
// carries no secret.
type Summary struct {
	Head
	Number     string
	Operation  string // "Registrazione", as the person reads it
	Person     person.Person
	BirthPlace Place
	Residence  Place // resolved name; not used for a residence abroad
	Domicile   Place
	Delegate   *Delegate // nil for none
	Operator   string    // name
	Ente       string
}

// A part is a titled table of the summary.
type part struct {
	title string
	rows  [][2]string
}

const missing = "non indicato"

// Summary writes the print.
func (w *Writer) Summary(dst io.Writer, in Summary) error {
	s := w.begin(in.Head, "riepilogo", in.t("Riepilogo dei dati di %s", in.Person.FullName()), in.Number)
	s.form = true
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, s.t("Riepilogo dei dati"))
	s.flow.Space(4)
	s.paragraph(s.say("Questi sono i dati che lo sportello ha registrato per **%s**. Controllali tutti prima di firmare: se qualcosa non è giusto dillo subito all’operatore, che lo corregge e stampa di nuovo questo foglio.", in.Person.FullName())...)
	for _, p := range in.parts() {
		s.part(p)
	}
	s.section("Se trovi un errore più tardi")
	s.paragraph(s.say("Torna a uno sportello con un documento d’identità valido.")...)
	s.paragraph(s.help()...)
	s.signatures(s.day(in.At), "Firma della persona o del delegato", "Firma dell’operatore")
	return s.end(dst)
}

func (s *sheet) part(p part) {
	s.flow.Need(70)
	s.section(p.title)
	s.table(p.rows, readRow)
}

// Space above and below a table's rows: to read, or to write by hand.
const (
	readRow  = 1.3
	writeRow = 6
)

// table sets rows under each other; their labels are words of the catalogue.
func (s *sheet) table(rows [][2]string, padding float64) {
	s.flow.Page.Box(hair, left, s.flow.Y, width, 0.5)
	for i, row := range rows {
		rows[i][0] = s.word(row[0])
	}
	s.flow.Table(pdf.Table{Header: s.rowHeader, Value: s.cell, HeaderWidth: 58 * pdf.MM, Padding: padding, Rule: hair, Rows: rows})
}

func (in Summary) parts() []part {
	p := in.Person
	parts := []part{
		{"Registrazione", [][2]string{
			{"Numero di registrazione", in.Number},
			{"Operazione", in.given(in.word(in.Operation))},
			{"Credenziali", in.given(in.Community)},
			{"Data", in.day(in.At)},
			{"Ente", in.given(in.Ente)},
			{"Operatore", in.given(in.Operator)},
		}},
		{"Dati anagrafici", append(in.identity(p), [2]string{"Luogo di nascita", in.given(in.BirthPlace.String())})},
		{"Residenza", in.residenceRows(p.Residence, in.Residence)},
		{"Domicilio per le comunicazioni", in.domicileRows(p.Domicile, in.Domicile)},
		{"Contatti", in.contactRows(p.Contacts)},
		{"Documento d’identità", in.documentRows(p.Document)},
	}
	return append(parts, in.delegatePart(in.Delegate))
}

func (h Head) identity(p person.Person) [][2]string {
	return [][2]string{
		{"Cognome", h.given(p.Surname)},
		{"Nome", h.given(p.Name)},
		{"Codice fiscale", h.given(string(p.TaxCode))},
		{"Sesso", h.given(h.word(map[person.Sex]string{person.Female: "Femmina", person.Male: "Maschio"}[p.Sex]))},
		{"Data di nascita", h.given(h.day(p.BirthDate.Time()))},
	}
}

func (h Head) residenceRows(r person.Residence, place Place) [][2]string {
	rows := [][2]string{{"Indirizzo", h.given(street(r.Address, r.Number))}}
	if r.Abroad() {
		return append(rows, [2]string{"CAP", h.given(r.PostalCode)}, [2]string{"Città", h.given(r.City)}, [2]string{"Stato", h.given(r.Nation)})
	}
	return append(rows, [2]string{"CAP", h.given(r.PostalCode)}, [2]string{"Comune", h.given(place.String())})
}

func (h Head) domicileRows(d person.Domicile, place Place) [][2]string {
	if !d.Elsewhere {
		return [][2]string{{"Indirizzo", h.t("Lo stesso della residenza")}}
	}
	return [][2]string{
		{"Presso", h.given(d.CareOf)},
		{"Indirizzo", h.given(street(d.Address, d.Number))},
		{"CAP", h.given(d.PostalCode)},
		{"Comune", h.given(place.String())},
	}
}

func (h Head) contactRows(c person.Contacts) [][2]string {
	email := h.given(c.Email)
	if c.NoEmail {
		email = h.t("La persona dichiara di non avere un indirizzo e-mail")
	}
	return [][2]string{{"E-mail", email}, {"Telefono fisso", h.given(c.Phone)}, {"Cellulare", h.given(c.Mobile)}}
}

func (h Head) documentRows(d person.Document) [][2]string {
	return [][2]string{
		{"Tipo di documento", h.given(h.kind(d))},
		{"Numero", h.given(d.Number)},
		{"Rilasciato il", h.given(h.day(d.IssuedOn.Time()))},
		{"Rilasciato da", h.given(d.Issuer)},
		{"Valido fino al", h.given(h.day(d.ExpiresOn.Time()))},
	}
}

func (h Head) delegatePart(d *Delegate) part {
	if d == nil {
		return part{"Delega", [][2]string{{"Delegato", h.t("Nessuno: la persona si è presentata allo sportello")}}}
	}
	rows := append([][2]string{{"Tipo di delega", h.given(h.word(capital(d.Kind)))}}, h.capacityRows(*d)...)
	rows = append(rows, h.identity(d.Person)...)
	document := h.documentRows(d.Person.Document)[:4]
	contacts := h.contactRows(d.Person.Contacts)
	rows = append(append(rows, document...), contacts[0], contacts[1])
	if len(d.Kept) > 0 {
		rows = append(rows, [2]string{"Controlli dello sportello", h.spoken(d.Kept)})
	}
	return part{"Delegato", rows}
}

// capacityRows say by what right a declaration is signed.
func (h Head) capacityRows(d Delegate) (rows [][2]string) {
	if d.Capacity == "" {
		return nil
	}
	rows = append(rows, [2]string{"A che titolo agisce", h.word(d.Capacity)})
	if a := d.Appointment; a != nil {
		rows = append(rows, [2]string{"Nomina", h.t("%s, provvedimento %s del %s", a.Court, a.Number, h.day(a.On.Time()))})
		if a.Until != "" {
			rows = append(rows, [2]string{"Nomina valida fino al", h.day(a.Until.Time())})
		}
	}
	if len(d.Declared) > 0 {
		rows = append(rows, [2]string{"Dichiara che", h.spoken(d.Declared)})
	}
	return rows
}

// spoken are sentences of the desk, one after the other.
func (h Head) spoken(all []string) string {
	said := make([]string, len(all))
	for i, text := range all {
		said[i] = h.word(text)
	}
	return strings.Join(said, "; ")
}

func (h Head) given(value string) string {
	if strings.TrimSpace(value) == "" {
		return h.t(missing)
	}
	return value
}

func capital(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// signatures leaves place and signatures to write, and the day if it is "", together on one page.
func (s *sheet) signatures(day string, names ...string) {
	f := &s.flow
	f.Need(120)
	f.Space(12)
	const gap = 12 * pdf.MM
	column := (width - gap) / 2
	s.fillIn("Luogo", left, column, "")
	s.fillIn("Data", left+column+gap, column, day)
	f.Y += 52
	for i, name := range names {
		s.fillIn(name, left+float64(i)*(column+gap), column, "")
	}
	f.Y += 52
}

// fillIn is a label, what is already known, and a line to write on.
func (s *sheet) fillIn(label string, x, length float64, known string) {
	y := s.flow.Y + 36
	block := s.flow.Parent.Add("P")
	s.flow.Page.Text(block, s.label, x, s.flow.Y+9, s.t(label))
	if known != "" {
		s.flow.Page.Text(block, s.body, x, y-4, known)
	}
	s.flow.Page.Box(slate, x, y, length, 0.6)
}
