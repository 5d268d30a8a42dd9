package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"sportello/administration"
	"sportello/office"
	"sportello/store"
)

const staffPath = "/sportello/amministrazione/operatori"

var staffLink = Link{Text: "Operatori", Href: staffPath}

// staffRoutes are those of the operators' administration.
func (s *Server) staffRoutes() []route {
	const one = staffPath + "/{id}"
	manage := func(h handler) handler { return s.only(office.ManageOffice, h) }
	return []route{
		{"GET " + staffPath, manage(s.getStaff), operators, 0},
		{"GET " + staffPath + "/nuovo", manage(s.getCandidate), operators, 0},
		{"POST " + staffPath + "/nuovo", manage(s.postCandidate), operators, 0},
		{"GET " + one, manage(s.getDossier), operators, 0},
		{"POST " + one, manage(s.postRevision), operators, 0},
		{"POST " + one + "/disabilita", manage(s.postStaffAct(disableAct)), operators, 0},
		{"POST " + one + "/riabilita", manage(s.postStaffAct(enableAct)), operators, 0},
		{"POST " + one + "/secondo-fattore", manage(s.postStaffAct(secondFactorAct)), operators, 0},
		{"POST " + one + "/password", manage(s.postHandedPassword), operators, 0},
		{"POST " + one + "/fine-incarico", manage(s.postStaffAct(endPostAct)), operators, 0},
	}
}

// A staffRow is a line of the list of operators.
type staffRow struct {
	Href, Name, Username string
	Posts                []string
	State                Badge
	LastLogin            time.Time
}

// staffPage is the data of the list.
type staffPage struct {
	Rows []staffRow
	Enti []*office.Ente
	Ente string // chosen, "" for all
}

func (s *Server) getStaff(w http.ResponseWriter, r *http.Request) error {
	data := staffPage{Ente: r.URL.Query().Get("ente")}
	staff, err := s.Administration.Operators(r.Context(), adminOf(r), data.Ente)
	if err != nil {
		return err
	}
	data.Enti = staff.Enti
	for _, o := range staff.Operators {
		data.Rows = append(data.Rows, staffRow{Href: staffPath + "/" + o.ID, Name: o.Surname + " " + o.Name, Username: o.Username,
			Posts: postWords(o.Posts, staff.Enti), State: operatorState(*o, s.Now()), LastLogin: o.LastLogin})
	}
	p := s.officePage(r, "Operatori")
	p.Data = data
	return s.show(w, "office_staff", p)
}

// operatorState says how an account is.
func operatorState(o office.Operator, now time.Time) Badge {
	switch {
	case !o.DisabledAt.IsZero():
		return Badge{"respinto", "Disabilitato"}
	case !o.LetsIn(now):
		return Badge{"manca", "Password provvisoria scaduta"}
	case !o.Enrolled():
		return Badge{"manca", "Da attivare"}
	}
	return Badge{"attivo", "Attivo"}
}

// postWords say the posts at these enti: "Responsabile, ASL Città di Esempio, con FSE".
func postWords(posts []office.Post, enti []*office.Ente) []string {
	var all []string
	for _, p := range posts {
		at := slices.IndexFunc(enti, func(e *office.Ente) bool { return e.ID == p.Ente })
		if at < 0 {
			continue
		}
		words := capital(string(p.Role)) + ", " + enti[at].Name
		if p.FSE {
			words += ", con FSE"
		}
		all = append(all, words)
	}
	return all
}

func roleOptions(roles []office.Role) []Option {
	var options []Option
	for _, role := range roles {
		options = append(options, Option{string(role), capital(string(role))})
	}
	return options
}

func enteOptions(enti []*office.Ente) []Option {
	var options []Option
	for _, e := range enti {
		options = append(options, Option{e.ID, e.Name})
	}
	return options
}

// dataFields are what may change of a person.
func dataFields() []*Field {
	return []*Field{
		{Name: "cognome", Label: "Cognome", MaxLength: 100, Columns: 6},
		{Name: "nome", Label: "Nome", MaxLength: 100, Columns: 6},
		{Kind: Email, Name: "email", Label: "E-mail di lavoro", MaxLength: 200, Help: "Personale, non dell'ufficio: qui arrivano gli avvisi sull'account."},
	}
}

const fseLabel = "Può aprire il Fascicolo Sanitario Elettronico (FSE)"

func candidateForm(who administration.Who, enti []*office.Ente) *Form {
	ente := &Field{Kind: Select, Name: "ente", Label: "Ente", Options: enteOptions(enti), Proper: true}
	if len(enti) == 1 {
		ente.Value, ente.Lock = enti[0].ID, "Un responsabile aggiunge operatori al proprio ente."
	}
	return &Form{Action: staffPath + "/nuovo", Submit: "Aggiungi l'operatore", Cancel: Link{Text: "Annulla", Href: staffPath},
		Sections: []*Section{
			{Legend: "Chi è", Fields: append([]*Field{
				{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 16, Help: "16 caratteri: serve perché nessuno lavori sulla propria pratica."},
			}, dataFields()...)},
			{Legend: "Come entra", Fields: []*Field{
				{Name: "username", Label: "Username", MaxLength: 50, Help: "Da 3 a 50 caratteri: lettere senza accento, cifre, punti e trattini. Non cambia più."},
			}},
			{Legend: "Incarico", Fields: []*Field{ente,
				{Kind: Select, Name: "ruolo", Label: "Ruolo", Options: roleOptions(who.Grants())},
				{Kind: Checkbox, Name: "fse", Label: fseLabel, Optional: true},
			}},
		}}
}

func (s *Server) getCandidate(w http.ResponseWriter, r *http.Request) error {
	f, err := s.newCandidateForm(r)
	if err != nil {
		return err
	}
	return s.showCandidate(w, r, f)
}

func (s *Server) newCandidateForm(r *http.Request) (*Form, error) {
	staff, err := s.Administration.Operators(r.Context(), adminOf(r), "")
	if err != nil {
		return nil, err
	}
	return candidateForm(adminOf(r), staff.Enti), nil
}

func (s *Server) showCandidate(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.officePage(r, "Nuovo operatore", staffLink).withErrors(f)
	p.Data = f
	return s.show(w, "form", p)
}

// candidateWords say what is wrong with a new operator, beside the field.
var candidateWords = []struct {
	err         error
	field, text string
}{
	{administration.ErrTaxCode, "codice-fiscale", "Non è un codice fiscale di 16 caratteri: ricontrollare sulla tessera."},
	{administration.ErrUsername, "username", "Lo username ha da 3 a 50 caratteri, comincia con una lettera e contiene solo lettere senza accento, cifre, punti e trattini; non è un codice fiscale."},
	{administration.ErrEmail, "email", "Non è un indirizzo e-mail: ricontrollare."},
	{store.ErrConflict, "username", "Username o codice fiscale sono già di un operatore. Se è stato appena aggiunto, si trova nell'elenco; se lavora per un altro ente, rivolgersi a un amministratore."},
}

// failStaff puts an error of the deed beside its field; others pass.
func failStaff(f *Form, err error) error {
	found := false
	for _, x := range candidateWords {
		if errors.Is(err, x.err) && f.asks(x.field) {
			f.Fail(x.field, x.text)
			found = true
		}
	}
	if found {
		return nil
	}
	return err
}

func (s *Server) postCandidate(w http.ResponseWriter, r *http.Request) error {
	f, err := s.newCandidateForm(r)
	if err != nil {
		return err
	}
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showCandidate(w, r, f)
	}
	id, password, err := s.Administration.AddOperator(r.Context(), adminOf(r), administration.Candidate{Username: f.Value("username"), TaxCode: f.Value("codice-fiscale"),
		Name: f.Value("nome"), Surname: f.Value("cognome"), Email: f.Value("email"),
		Post: office.Post{Ente: f.Value("ente"), Role: office.Role(f.Value("ruolo")), FSE: f.Checked("fse")}})
	if err != nil {
		if err := failStaff(f, err); err != nil {
			return err
		}
		return s.showCandidate(w, r, f)
	}
	return s.showHandedPassword(w, r, handedPassword{Password: password, Operator: f.Value("nome") + " " + f.Value("cognome"), Username: strings.ToLower(f.Value("username")), Href: staffPath + "/" + id, New: true})
}

// A handedPassword is a password to hand over: it is in this answer and nowhere else.
type handedPassword struct {
	Password, Operator, Username, Href string
	New                                bool
}

func (s *Server) showHandedPassword(w http.ResponseWriter, r *http.Request, data handedPassword) error {
	p := s.officePage(r, "Password provvisoria", staffLink)
	p.Notice = Alert{"success", "Password sostituita", "La password di prima non vale più e le sessioni aperte sono finite."}
	if data.New {
		p.Notice = Alert{"success", "Operatore aggiunto", data.Operator + " può entrare con lo username " + data.Username + " e la password qui sotto."}
	}
	p.Data = data
	return s.show(w, "office_password", p)
}
