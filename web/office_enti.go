package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"sportello/administration"
	"sportello/office"
	"sportello/person"
)

const entiPath = "/sportello/amministrazione/enti"

var entiLink = Link{Text: "Enti", Href: entiPath}

// entiRoutes are those of enti and their desks.
func (s *Server) entiRoutes() []route {
	manage := func(h handler) handler { return s.only(office.ManageOffice, h) }
	appoint := func(h handler) handler { return s.only(office.AppointEnti, h) }
	return []route{
		{"GET " + desksPath, s.getDesks, citizens, 0}, // the public list
		{"GET " + entiPath, manage(s.getEnti), operators, 0},
		{"GET " + entiPath + "/nuovo", appoint(s.getNewEnte), operators, 0},
		{"POST " + entiPath + "/nuovo", appoint(s.postNewEnte), operators, 0},
		{"GET " + entiPath + "/{id}", manage(s.getEnteFile), operators, 0},
		{"GET " + entiPath + "/{id}/modifica", manage(s.getReviseEnte), operators, 0},
		{"POST " + entiPath + "/{id}/modifica", manage(s.postReviseEnte), operators, 0},
		{"GET " + entiPath + "/{id}/sportelli/nuovo", manage(s.getNewBranch), operators, 0},
		{"POST " + entiPath + "/{id}/sportelli/nuovo", manage(s.postNewBranch), operators, 0},
		{"GET " + branchPath + "/{id}", manage(s.getBranch), operators, 0},
		{"POST " + branchPath + "/{id}", manage(s.postBranch), operators, 0},
	}
}

// An enteRow is a line of the list of enti.
type enteRow struct {
	Href, Name, Community, Issues, Competence string
	Mandate                                   Badge
	When                                      string // the mandate's days
}

// entiPage is the data of the list.
type entiPage struct {
	Rows   []enteRow
	MayAdd bool
}

func (s *Server) getEnti(w http.ResponseWriter, r *http.Request) error {
	enti, err := s.Administration.Enti(r.Context(), adminOf(r))
	if err != nil {
		return err
	}
	data := entiPage{MayAdd: whoOf(r).Can(office.AppointEnti)}
	for _, e := range enti {
		data.Rows = append(data.Rows, enteRow{Href: entiPath + "/" + e.ID, Name: e.Name, Community: s.communityName(*e), Issues: issuesWords(*e),
			Competence: s.competenceWords(e.Competence), Mandate: s.mandateBadge(*e), When: mandateDays(e.Mandate)})
	}
	p := s.officePage(r, "Enti")
	p.Data = data
	return s.show(w, "office_enti", p)
}

func (s *Server) communityName(e office.Ente) string {
	c, _ := s.Desk.Communities.ByID(e.Community)
	return c.Name
}

func issuesWords(e office.Ente) string {
	words := "Credenziali forti (imputabili)"
	if e.Issues == office.IssuesWeak {
		words = "Credenziali deboli"
	}
	if e.PINOnly {
		words += ", solo PIN"
	}
	return words
}

// mandateBadge says on what ground an ente works today.
func (s *Server) mandateBadge(e office.Ente) Badge {
	today := person.DateOf(s.Now().In(rome))
	switch {
	case e.Kind != office.ThirdParty:
		return Badge{"neutro", "Amministrazione"}
	case e.Appointed(today) == nil:
		return Badge{"attivo", "Incarico in corso"}
	case today < e.Mandate.From:
		return Badge{"manca", "Incarico non ancora cominciato"}
	}
	return Badge{"respinto", "Incarico finito"}
}

func mandateDays(m office.Mandate) string {
	switch {
	case m.From == "":
		return ""
	case m.To == "":
		return "dal " + inWords(m.From)
	}
	return "dal " + inWords(m.From) + " al " + inWords(m.To)
}

// competenceWords say whole provinces and single comuni by name.
func (s *Server) competenceWords(c office.Competence) string {
	var provinces, comuni []string
	for _, sigla := range c.Provinces {
		provinces = append(provinces, s.provinceName(sigla))
	}
	for _, code := range c.Comuni {
		comuni = append(comuni, s.comuneName(code))
	}
	slices.Sort(provinces)
	slices.Sort(comuni)
	var parts []string
	if len(provinces) > 0 {
		parts = append(parts, "Province: "+strings.Join(provinces, ", "))
	}
	if len(comuni) > 0 {
		parts = append(parts, "Comuni: "+strings.Join(comuni, ", "))
	}
	return strings.Join(parts, ". ")
}

// enteFilePage is the data of an ente's page.
type enteFilePage struct {
	administration.EnteFile
	At       string // address
	Mandate  Badge
	Items    []Item
	Staff    string // address of its operators
	Branches []branchRow
}

func (s *Server) getEnteFile(w http.ResponseWriter, r *http.Request) error {
	e, err := s.Administration.Ente(r.Context(), adminOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	data := enteFilePage{EnteFile: e, At: entiPath + "/" + e.ID, Mandate: s.mandateBadge(e.Ente), Staff: staffPath + "?ente=" + e.ID, Items: s.enteItems(e.Ente)}
	for _, b := range e.Branches {
		data.Branches = append(data.Branches, s.branchRow(*b))
	}
	p := s.officePage(r, "Scheda dell'ente", entiLink)
	p.Notice = enteDone[r.URL.Query().Get("fatto")]
	p.Data = data
	return s.show(w, "office_ente", p)
}

var enteDone = map[string]Alert{
	"aggiunto":  {"success", "Ente aggiunto", "Adesso si possono aggiungere i suoi sportelli e i suoi operatori."},
	"modifica":  {"success", "Modifiche salvate", "Valgono da subito, anche per chi sta lavorando."},
	"sportello": {"success", "Sportello salvato", "Se è aperto al pubblico, si trova nell'elenco degli sportelli."},
}

func (s *Server) enteItems(e office.Ente) []Item {
	items := []Item{{Label: "Community", Value: s.communityName(e)}, {Label: "Indirizzo", Value: e.Address, Missing: e.Address == ""},
		{Label: "Che cosa rilascia", Value: issuesWords(e)}, {Label: "Competenza", Value: s.competenceWords(e.Competence)}}
	if e.Kind != office.ThirdParty {
		return items
	}
	return append(items, Item{Label: "Atto di incarico", Value: "n. " + e.Mandate.Number + " del " + inWords(e.Mandate.SignedOn)},
		Item{Label: "Chi ha dato l'incarico", Value: e.Mandate.Authority}, Item{Label: "Incarico valido", Value: mandateDays(e.Mandate)})
}

func (s *Server) showEnteForm(w http.ResponseWriter, r *http.Request, title string, f *Form, links ...Link) error {
	p := s.officePage(r, title, append([]Link{entiLink}, links...)...).withErrors(f)
	p.Data = f
	return s.show(w, "form", p)
}

func (s *Server) getNewEnte(w http.ResponseWriter, r *http.Request) error {
	return s.showEnteForm(w, r, "Nuovo ente", s.enteForm(r, administration.EnteFile{}))
}

func (s *Server) postNewEnte(w http.ResponseWriter, r *http.Request) error {
	f, e, err := s.readEnte(r, administration.EnteFile{})
	if err != nil {
		return err
	}
	if action(r) != "" || !f.Check() {
		return s.showEnteForm(w, r, "Nuovo ente", f)
	}
	id, err := s.Administration.FoundEnte(r.Context(), adminOf(r), e)
	if err != nil {
		if err := failEnte(f, err); err != nil {
			return err
		}
		return s.showEnteForm(w, r, "Nuovo ente", f)
	}
	return redirect(entiPath + "/" + id + "?fatto=aggiunto")
}

func (s *Server) getReviseEnte(w http.ResponseWriter, r *http.Request) error {
	e, err := s.Administration.Ente(r.Context(), adminOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showEnteForm(w, r, "Modifica dell'ente", s.enteForm(r, e), Link{Text: e.Name, Href: entiPath + "/" + e.ID})
}

func (s *Server) postReviseEnte(w http.ResponseWriter, r *http.Request) error {
	kept, err := s.Administration.Ente(r.Context(), adminOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, e, err := s.readEnte(r, kept)
	if err != nil {
		return err
	}
	again := func() error {
		return s.showEnteForm(w, r, "Modifica dell'ente", f, Link{Text: kept.Name, Href: entiPath + "/" + kept.ID})
	}
	if action(r) != "" || !f.Check() {
		return again()
	}
	if err := s.Administration.ReviseEnte(r.Context(), adminOf(r), e); err != nil {
		if err := failEnte(f, err); err != nil {
			return err
		}
		return again()
	}
	return redirect(entiPath + "/" + kept.ID + "?fatto=modifica")
}

// enteWords say what is wrong with an ente, beside the field.
var enteWords = []struct {
	err         error
	field, text string
}{
	{administration.ErrEnteName, "nome", "Un altro ente ha già questo nome: scriverne uno che li distingua."},
	{administration.ErrCompetence, "competenza-provincia", "La competenza è vuota: scegliere almeno una provincia o un comune, con i pulsanti qui sotto."},
	{administration.ErrMandate, "incarico-al", "L'incarico finisce prima di cominciare: ricontrollare le date."},
}

func failEnte(f *Form, err error) error {
	for _, x := range enteWords {
		if errors.Is(err, x.err) && f.asks(x.field) {
			f.Fail(x.field, x.text)
			return nil
		}
	}
	return err
}
