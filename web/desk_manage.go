package web

import (
	"errors"
	"net/http"

	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// manageRoutes are those of Gestione utenti.
func (s *Server) manageRoutes() []route {
	return []route{
		{"GET /sportello/gestione", s.only(office.FindPeople, s.getManage), operators, 0},
		{"POST /sportello/gestione", s.only(office.FindPeople, s.postManage), operators, 0},
		{"GET /sportello/gestione/{numero}", s.only(office.FindPeople, s.getRow), operators, 0},
		{"GET /sportello/gestione/{numero}/dettaglio", s.only(office.FindPeople, s.getDetail), operators, 0},
	}
}

const managePath = "/sportello/gestione"

// detailPath is the read-only page of a registration (G09).
func detailPath(n registration.Number) string { return managePath + "/" + string(n) + "/dettaglio" }

func manageForm() *Form {
	f := Sectionless(managePath, "Cerca", &Field{Kind: Code, Name: "chi", Label: "Codice fiscale o numero di registrazione", MaxLength: 20,
		Help: "Per intero: il codice fiscale ha 16 caratteri (11 cifre se provvisorio), il numero di registrazione 10 cifre."})
	f.Intro = "La ricerca per cognome, comune, stato e data arriva con la prossima versione."
	f.Cancel = Link{Text: "Annulla", Href: menuPath}
	return f
}

// managePage is the data of Gestione utenti: the search, and the person found.
type managePage struct {
	Form *Form
	Row  *row
}

func (s *Server) getManage(w http.ResponseWriter, r *http.Request) error {
	if !whoOf(r).Can(office.FindPeople) {
		return office.ErrForbidden
	}
	return s.showManage(w, r, manageForm(), nil)
}

func (s *Server) showManage(w http.ResponseWriter, r *http.Request, f *Form, found *row) error {
	p := s.page(r, "Gestione utenti").at().withErrors(f)
	if found != nil {
		p.Subtitle = "cittadino selezionato"
	}
	p.Data = managePage{f, found}
	return s.show(w, "desk_manage", p)
}

// postManage looks for one person. The tax code is posted and stays out of every address.
func (s *Server) postManage(w http.ResponseWriter, r *http.Request) error {
	f := manageForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showManage(w, r, f, nil)
	}
	number, err := s.Desk.Find(r.Context(), whoOf(r), f.Value("chi"))
	switch {
	case errors.Is(err, desk.ErrTaxCode):
		f.Fail("chi", "Non è un codice fiscale né un numero di registrazione: ricontrollare i caratteri.")
		return s.showManage(w, r, f, nil)
	case errors.Is(err, store.ErrNotFound):
		f.Fail("chi", "Nessuna registrazione trovata. Ricontrollare quanto scritto; se il cittadino non è registrato, usare Registrazione utenti.")
		return s.showManage(w, r, f, nil)
	case err != nil:
		return err
	}
	return redirect(managePath + "/" + string(number))
}

// A row is a line of the list (G07) with its actions (G08).
type row struct {
	Number   registration.Number
	Name     string // surname first
	FullName string
	TaxCode  person.TaxCode
	Comune   string
	Since    string
	In       string // community
	State    Badge
	Strong   string
	Doing    string // operation in progress, "" if none
	Detail   string
	Print    string // address of the print page, "" if there is none
	Actions  []rowAction
}

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
	found := s.rowOf(who, file)
	return s.showManage(w, r, manageForm(), &found)
}

func (s *Server) rowOf(who desk.Who, f desk.File) row {
	reg := f.Registration
	x := row{Number: reg.Number, Name: f.Person.Surname + " " + f.Person.Name, FullName: f.Person.FullName(), TaxCode: f.Person.TaxCode,
		Comune: s.livesAt(f.Person.Residence), Since: inWords(reg.CreatedAt), In: f.Community.Name, State: stateBadges[reg.State], Strong: yesNo(reg.Strong),
		Detail: detailPath(reg.Number), Actions: actionsOf(who, reg, f.Person.Residence, pendingOf(f))}
	if op := pendingOf(f); op != nil {
		x.Doing = kindLabels[op.Kind]
		if op.Ente == who.Ente.ID {
			x.Print = printPath(reg.Number)
		}
	}
	return x
}

// pendingOf is the operation in progress, or nil.
func pendingOf(f desk.File) *registration.Operation {
	if f.Operation == nil || f.Operation.Outcome != registration.Pending {
		return nil
	}
	return f.Operation
}

// livesAt names the comune of residence, or the city abroad.
func (s *Server) livesAt(r person.Residence) string {
	if r.Abroad() {
		return r.City + ", " + r.Nation
	}
	return s.comuneName(r.Comune) + " (" + r.Province + ")"
}
