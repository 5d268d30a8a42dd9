package web

import (
	"fmt"
	"net/http"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// manageRoutes are those of Gestione utenti.
func (s *Server) manageRoutes() []route {
	return []route{
		{"GET /sportello/gestione", s.only(office.FindPeople, s.getManage), operators, 0},
		{"POST /sportello/gestione", s.only(office.FindPeople, s.postManage), operators, 0},
		{"POST /sportello/gestione/esportazione", s.only(office.ExportPeople, s.postExport), operators, 0},
		{"GET /sportello/gestione/{numero}", s.only(office.FindPeople, s.getRow), operators, 0},
		{"GET /sportello/gestione/{numero}/dettaglio", s.only(office.FindPeople, s.getDetail), operators, 0},
		{"POST /sportello/gestione/{numero}/codice-letto", s.only(office.RevealCode, s.postReveal), operators, 0},
	}
}

const managePath = "/sportello/gestione"

// caseLinks lead to a registration: what stands in the path before every page about it.
func caseLinks(n registration.Number) []Link {
	return []Link{{Text: "Gestione utenti", Href: managePath}, {Text: "Pratica " + string(n), Href: managePath + "/" + string(n)}}
}

// detailPath is the read-only page of a registration (G09).
func detailPath(n registration.Number) string { return managePath + "/" + string(n) + "/dettaglio" }

// manageData is what the page of Gestione utenti shows: the filters, and the list once something was looked for.
type manageData struct {
	Form        *Form
	More        bool // the rare filters stand open
	List        *list
	Chips       []string
	MayRegister bool
	Export      *Form
}

// Rare tells whether the rare filters stand open: one is to be corrected, or in use and nobody was found. Found rows have the room, under the filters used.
func (d manageData) Rare() bool {
	rare := d.Form.Sections[1]
	used := len(chips(&Form{Sections: []*Section{rare}})) > 0
	return d.More || rare.Wrong() > 0 || used && (d.List == nil || len(d.List.Rows) == 0)
}

func (s *Server) showManage(w http.ResponseWriter, r *http.Request, data manageData, subtitle string) error {
	p := s.page(r, "Gestione utenti").at().withErrors(data.Form)
	if data.Export != nil {
		p.Errors = append(p.Errors, data.Export.Errors()...)
	}
	p.Subtitle, p.Notice, p.Data = subtitle, doneNotice(r), data
	return s.show(w, "desk_manage", p)
}

// getRow shows one person selected, as after the refusal of 001 §5.1.2.2.
func (s *Server) getRow(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	who := whoOf(r)
	file, err := s.Desk.Row(r.Context(), who, n)
	if err != nil {
		return err
	}
	asks := s.Desk.SearchRules(who)
	hit := desk.Hit{Person: file.Person, Registration: file.Registration}
	if op := pendingOf(file); op != nil {
		hit.Pending = op.Kind
	}
	found := s.rowOf(who, hit)
	if op := pendingOf(file); op != nil && op.Ente == who.Ente.ID {
		found.Print = printPath(n)
	}
	return s.showManage(w, r, manageData{Form: s.filterForm(who, asks), List: &list{Heading: "Cittadino selezionato", Caption: "Registrazione trovata.", Rows: []row{found}}}, "cittadino selezionato")
}

// A list is a page of what was found (G07).
type list struct {
	Heading, Caption string
	Rows             []row
	Surname, Date    column
	Pager            []Link // first, previous, next, last; without an address where there is none
	Cut              bool
}

// A column is one that sorts. Sort is the value of aria-sort, "" if the list is not sorted by it.
type column struct{ Href, Sort string }

// A row is a line of the list (G07) with its actions (G08).
type row struct {
	Number   registration.Number
	Name     string // surname first
	FullName string
	TaxCode  person.TaxCode
	Lives    string
	Outside  bool // lives outside the ente's competence
	Since    string
	In       string // community
	State    Badge
	Strong   string
	Doing    string // operation in progress, "" if none
	Detail   string
	Print    string // address of the print page, "" if there is none
	Actions  []rowAction
}

func (s *Server) listOf(who desk.Who, search string, r desk.Results) *list {
	l := &list{Heading: headingOf(r), Caption: captionOf(r), Cut: r.Cut,
		Surname: sortedBy(search, r.Order, desk.BySurname, desk.BySurnameUp), Date: sortedBy(search, r.Order, desk.OldestFirst, desk.NewestFirst)}
	for _, h := range r.Hits {
		l.Rows = append(l.Rows, s.rowOf(who, h))
	}
	if r.Previous == "" && r.Next == "" {
		return l
	}
	l.Pager = []Link{{Text: "Prima"}, {Text: "Precedente"}, {Text: "Successiva"}, {Text: "Ultima"}}
	if r.Previous != "" {
		l.Pager[0].Href, l.Pager[1].Href = searchPath(search, "", r.Order), searchPath(search, r.Previous, "")
	}
	if r.Next != "" {
		l.Pager[2].Href, l.Pager[3].Href = searchPath(search, r.Next, ""), searchPath(search, r.Last, "")
	}
	return l
}

// sortedBy is a column that sorts up first, and the other way when it is sorted up already.
func sortedBy(search string, now, up, down desk.Order) column {
	switch now {
	case up:
		return column{searchPath(search, "", down), "ascending"}
	case down:
		return column{searchPath(search, "", up), "descending"}
	}
	if up == desk.BySurname {
		return column{searchPath(search, "", up), ""}
	}
	return column{searchPath(search, "", down), ""} // of dates the newest come first
}

// headingOf says how many there are: exactly, or honestly beyond what is counted.
func headingOf(r desk.Results) string {
	switch {
	case r.Over:
		return "Oltre " + thousands(r.Count) + " registrazioni trovate"
	case r.Count == 0:
		return "Nessuna registrazione trovata"
	case r.Count == 1:
		return "1 registrazione trovata"
	}
	return thousands(r.Count) + " registrazioni trovate"
}

func captionOf(r desk.Results) string {
	of, how := thousands(r.Count), orders[r.Order]
	if r.Over {
		of = "oltre " + of
	}
	switch last := r.First + len(r.Hits) - 1; {
	case r.Count == 1:
		return "Registrazione trovata."
	case r.First == 0 && r.Next == "":
		return fmt.Sprintf("Ultime %d registrazioni di %s, %s.", len(r.Hits), of, how)
	case r.First == 0:
		return fmt.Sprintf("%d registrazioni di %s, %s.", len(r.Hits), of, how)
	default:
		return fmt.Sprintf("Registrazioni da %s a %s di %s, %s.", thousands(r.First), thousands(last), of, how)
	}
}

// thousands writes a number as Italians do.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s.%03d", thousands(n/1000), n%1000)
}

func (s *Server) rowOf(who desk.Who, h desk.Hit) row {
	reg, lives := h.Registration, h.Person.Residence
	in, _ := s.Desk.Communities.ByID(reg.Community)
	var pending *registration.Operation
	if h.Pending != "" {
		pending = &registration.Operation{Kind: h.Pending, Outcome: registration.Pending}
	}
	return row{Number: reg.Number, Name: h.Person.Surname + " " + h.Person.Name, FullName: h.Person.FullName(), TaxCode: h.Person.TaxCode,
		Lives: s.livesAt(lives), Outside: who.MayPlace(lives.Province, lives.Comune) != nil, Since: inWords(reg.CreatedAt), In: in.Name,
		State: stateBadges[reg.State], Strong: yesNo(reg.Strong), Doing: kindLabels[h.Pending], Detail: detailPath(reg.Number),
		Actions: actionsOf(who, reg, lives, pending)}
}

// pendingOf is the operation in progress, or nil.
func pendingOf(f desk.File) *registration.Operation { return f.Pending() }

// livesAt names the comune of residence, or the city abroad.
func (s *Server) livesAt(r person.Residence) string {
	if r.Abroad() {
		return r.City + ", " + r.Nation
	}
	return s.comuneName(r.Comune) + " (" + r.Province + ")"
}
