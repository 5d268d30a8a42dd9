package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

const movePath = "/sportello/cambio-residenza"

var moving = procedure{audit.MoveResidence, office.MovePeople, "Cambio residenza", (*Server).moveForm, moveEntry, (*Form).Check, "desk_move_form"}

// moveRoutes are those of Cambio residenza (001 §5.6).
func (s *Server) moveRoutes() []route {
	return slices.Concat([]route{
		{"GET " + movePath, s.only(office.MovePeople, s.getMove), operators, 0},
		{"POST " + movePath, s.only(office.MovePeople, s.postMove), operators, 0},
		{"GET " + movePath + "/{numero}", s.only(office.MovePeople, s.getMovePerson), operators, 0},
		{"POST " + movePath + "/{numero}", s.only(office.MovePeople, s.beginEdit(moving)), operators, 0},
	}, s.changeRoutes(movePath+"/{numero}/{id}", moving))
}

// moveSearchForm asks for the citizen; the tax code is posted and stays out of every address.
func moveSearchForm() *Form {
	f := Sectionless(movePath, "Cerca", &Field{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: person.LongestScan,
		Help: "16 caratteri (11 cifre se provvisorio), scritti o letti dalla tessera sanitaria con il lettore."})
	f.Cancel = Link{Text: "Annulla", Href: menuPath}
	return f
}

func (s *Server) getMove(w http.ResponseWriter, r *http.Request) error {
	return s.showMove(w, r, moveSearchForm())
}

func (s *Server) showMove(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.page(r, "Cambio residenza").at().withErrors(f)
	p.Subtitle = "ricerca"
	p.Data = searchPage{f, Callout{ID: "come-funziona", Icon: "it-info-circle", Title: "Come funziona", Points: []Link{
		{Text: "Si trovano tutti i cittadini registrati, anche quelli che risultano in un comune di un altro sportello."},
		{Text: "La nuova residenza si sceglie solo tra i comuni di competenza di questo ente, o all'estero."},
		{Text: "Si aggiorna solo questo archivio: le anagrafi non cambiano."},
	}}}
	return s.show(w, "desk_search", p)
}

func (s *Server) postMove(w http.ResponseWriter, r *http.Request) error {
	f := moveSearchForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showMove(w, r, f)
	}
	code, err := person.ScanTaxCode(f.Value("codice-fiscale"))
	if failField(f, err, taxCodeFailures) {
		return s.showMove(w, r, f)
	}
	number, err := s.Desk.Find(r.Context(), whoOf(r), string(code))
	switch {
	case errors.Is(err, store.ErrNotFound):
		f.Fail("codice-fiscale", "Nessun cittadino registrato con questo codice fiscale. Ricontrollarlo; se il cittadino non è registrato, usare Registrazione utenti.")
		return s.showMove(w, r, f)
	case err != nil:
		return err
	}
	return redirect(movePath + "/" + string(number))
}

// movePage is the data of the page with the citizen found.
type movePage struct {
	Sections []ItemSection
	Action   string
	Search   string
	Outside  bool // the residence is another desk's
}

// getMovePerson shows who was found, and where they live.
func (s *Server) getMovePerson(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	who := whoOf(r)
	f, err := s.Desk.Serve(r.Context(), who, audit.MoveResidence, n)
	if err != nil {
		return err
	}
	lives := f.Person.Residence
	p := s.page(r, "Cambio residenza").at()
	p.Subtitle = "cittadino trovato"
	p.Data = movePage{Action: movePath + "/" + string(n), Search: movePath, Outside: who.MayPlace(lives.Province, lives.Comune) != nil, Sections: []ItemSection{
		{"d-anagrafica", "Dati anagrafici", s.personItems(f.Person)},
		{"d-residenza", "Residenza attuale", s.residenceItems(lives)},
	}}
	return s.show(w, "desk_move", p)
}

// moveForm asks for the residence alone; its menus offer what the ente may serve (001 §5.6, G10).
func (s *Server) moveForm(who desk.Who, e desk.Edit, province string) *Form {
	residence := s.residenceSection(province, "", s.placesWithin(who))
	residence.Legend = "Nuova residenza"
	return &Form{Action: changePath(e), Submit: "Salva modifica residenza", Sections: []*Section{residence},
		Back: Link{Text: "Indietro", Href: changedAt(e.Deed, e.Number)}, Cancel: Link{Text: "Annulla", Href: menuPath}}
}

func moveEntry(f *Form) desk.Entry {
	return desk.Entry{Person: person.Person{Residence: placedResidence(f)}}
}
