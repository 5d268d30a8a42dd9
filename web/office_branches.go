package web

import (
	"errors"
	"net/http"
	"strconv"

	"sportello/administration"
	"sportello/office"
)

const branchPath = "/sportello/amministrazione/sportelli"

var weekdays = [7]string{"Lunedì", "Martedì", "Mercoledì", "Giovedì", "Venerdì", "Sabato", "Domenica"}

// A branchRow is a desk in a list.
type branchRow struct {
	Href, Name, Place, Phone string
	Hours                    []Item
	Note, Access             string
	Active                   bool
}

func (s *Server) branchRow(b office.Branch) branchRow {
	row := branchRow{Href: branchPath + "/" + b.ID, Name: b.Name, Place: b.Address + ", " + b.PostalCode + " " + s.comuneName(b.Comune) + " (" + b.Province + ")",
		Phone: b.Phone, Note: b.Note, Access: b.Access, Active: b.Active}
	for day, name := range weekdays {
		if hours := b.Hours.Day(day); hours != "" {
			row.Hours = append(row.Hours, Item{Label: name, Value: hours})
		}
	}
	return row
}

func hoursName(day int) string { return "orario-" + strconv.Itoa(day+1) }

func (s *Server) branchForm(action, cancel string, b office.Branch) *Form {
	places := PlaceFields("sede", s.allProvinces(), s.comuniOf(office.Competence{Provinces: []string{b.Province}}, b.Province))
	places[0].Value, places[1].Value = b.Province, b.Comune
	hours := &Section{Legend: "Orario", Note: "Un giorno vuoto è di chiusura. Si scrive 8:30-12:30, 14-16."}
	for day, name := range weekdays {
		hours.Fields = append(hours.Fields, &Field{Name: hoursName(day), Label: name, Value: b.Hours.Day(day), MaxLength: 80, Optional: true, Columns: 6})
	}
	hours.Fields = append(hours.Fields, &Field{Name: "nota", Label: "Nota sull'orario", Value: b.Note, MaxLength: 200, Optional: true, Help: "Per esempio: solo su appuntamento; chiuso ad agosto."})
	return &Form{Action: action, Submit: "Salva lo sportello", Cancel: Link{Text: "Annulla", Href: cancel}, Hidden: []Option{{"versione", strconv.Itoa(b.Version)}},
		Sections: []*Section{
			{Legend: "Dove si trova", Fields: append(append([]*Field{
				{Name: "nome", Label: "Nome", Value: b.Name, MaxLength: 150, Help: "Per esempio «Sportello di via Cavour»."},
				{Name: "indirizzo", Label: "Indirizzo", Value: b.Address, MaxLength: 200}}, places...),
				&Field{Name: "cap", Label: "CAP", Value: b.PostalCode, MaxLength: 5, InputMode: "numeric", Columns: 4},
				&Field{Kind: Tel, Name: "telefono", Label: "Telefono", Value: b.Phone, MaxLength: 30, Optional: true, Columns: 8})},
			hours,
			{Legend: "Accesso", Fields: []*Field{
				{Kind: Area, Name: "accessibilita", Label: "Accessibilità", Value: b.Access, MaxLength: 500, Optional: true, Help: "Per chi non fa le scale, non vede o non sente: rampe, ascensore, interprete LIS."},
				{Kind: Checkbox, Name: "aperto", Label: "Aperto al pubblico: si vede nell'elenco degli sportelli", Optional: true, Checked: b.Active},
			}},
		}}
}

// readBranch reads the form of a desk; days that are no hours are marked.
func (s *Server) readBranch(r *http.Request, f *Form, b office.Branch) (office.Branch, error) {
	if err := f.Fill(r); err != nil {
		return b, err
	}
	b.Province, b.Comune = f.Value("sede-provincia"), f.Value("sede-comune")
	f.Field("sede-comune").Options = s.comuniOf(office.Competence{Provinces: []string{b.Province}}, b.Province)
	b.Name, b.Address, b.PostalCode, b.Phone = f.Value("nome"), f.Value("indirizzo"), f.Value("cap"), f.Value("telefono")
	b.Note, b.Access, b.Active = f.Value("nota"), f.Value("accessibilita"), f.Checked("aperto")
	b.Version, _ = strconv.Atoi(r.PostFormValue("versione")) // 0 is no version: stale
	for day := range weekdays {
		hours, err := office.ParseDay(f.Value(hoursName(day)))
		switch b.Hours[day] = hours; {
		case errors.Is(err, office.ErrHoursReverse):
			f.Fail(hoursName(day), "Gli orari non sono in ordine: ogni intervallo finisce dopo l'inizio e prima del successivo.")
		case err != nil:
			f.Fail(hoursName(day), "Non è un orario: si scrive per esempio 8:30-12:30, 14-16.")
		}
	}
	return b, nil
}

var branchWords = []struct {
	err         error
	field, text string
}{
	{administration.ErrPlace, "sede-comune", "Il comune non è di questa provincia: aggiornare i comuni e sceglierne uno."},
	{administration.ErrPostalCode, "cap", "Il CAP ha cinque cifre."},
}

func failBranch(f *Form, err error) error {
	for _, x := range branchWords {
		if errors.Is(err, x.err) {
			f.Fail(x.field, x.text)
			return nil
		}
	}
	return err
}

// A branchScreen is the form of a desk, new or known.
type branchScreen struct {
	title string
	ente  administration.EnteFile
	form  *Form
	kept  office.Branch
	keep  func(office.Branch) error
}

func (s *Server) showBranch(w http.ResponseWriter, r *http.Request, x branchScreen) error {
	p := s.officePage(r, x.title, entiLink, Link{Text: x.ente.Name, Href: entiPath + "/" + x.ente.ID}).withErrors(x.form)
	p.Data = x.form
	return s.show(w, "form", p)
}

func (s *Server) postBranchScreen(w http.ResponseWriter, r *http.Request, x branchScreen) error {
	b, err := s.readBranch(r, x.form, x.kept)
	if err != nil {
		return err
	}
	if action(r) != "" || !x.form.Check() {
		return s.showBranch(w, r, x)
	}
	if err := x.keep(b); err != nil {
		if err := failBranch(x.form, err); err != nil {
			return err
		}
		return s.showBranch(w, r, x)
	}
	return redirect(entiPath + "/" + x.ente.ID + "?fatto=sportello")
}

func (s *Server) newBranch(r *http.Request) (x branchScreen, err error) {
	if x.ente, err = s.Administration.Ente(r.Context(), adminOf(r), r.PathValue("id")); err != nil {
		return x, err
	}
	at := entiPath + "/" + x.ente.ID
	x.title, x.kept = "Nuovo sportello", office.Branch{Ente: x.ente.ID, Active: true}
	x.form = s.branchForm(at+"/sportelli/nuovo", at, x.kept)
	x.keep = func(b office.Branch) error {
		_, err := s.Administration.OpenBranch(r.Context(), adminOf(r), b)
		return err
	}
	return x, nil
}

func (s *Server) knownBranch(r *http.Request) (x branchScreen, err error) {
	if x.kept, err = s.Administration.Branch(r.Context(), adminOf(r), r.PathValue("id")); err != nil {
		return x, err
	}
	if x.ente, err = s.Administration.Ente(r.Context(), adminOf(r), x.kept.Ente); err != nil {
		return x, err
	}
	x.title = "Scheda dello sportello"
	x.form = s.branchForm(branchPath+"/"+x.kept.ID, entiPath+"/"+x.ente.ID, x.kept)
	x.keep = func(b office.Branch) error { return s.Administration.ReviseBranch(r.Context(), adminOf(r), b) }
	return x, nil
}

func (s *Server) getNewBranch(w http.ResponseWriter, r *http.Request) error {
	x, err := s.newBranch(r)
	if err != nil {
		return err
	}
	return s.showBranch(w, r, x)
}

func (s *Server) postNewBranch(w http.ResponseWriter, r *http.Request) error {
	x, err := s.newBranch(r)
	if err != nil {
		return err
	}
	return s.postBranchScreen(w, r, x)
}

func (s *Server) getBranch(w http.ResponseWriter, r *http.Request) error {
	x, err := s.knownBranch(r)
	if err != nil {
		return err
	}
	return s.showBranch(w, r, x)
}

func (s *Server) postBranch(w http.ResponseWriter, r *http.Request) error {
	x, err := s.knownBranch(r)
	if err != nil {
		return err
	}
	return s.postBranchScreen(w, r, x)
}
