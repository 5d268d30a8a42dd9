package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
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
		{"POST " + staffPath, manage(s.postStaffSearch), operators, 0},
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
	ID, Href, Name, Username string
	Posts                    []string
	State                    Badge
	LastLogin                time.Time
}

// staffPage is the data of the list.
type staffPage struct {
	Rows   []staffRow
	Total  int
	Pager  []Link // nil if one page holds all
	Search *Form  // nil where everybody is at a glance
	Enti   []*office.Ente
	Ente   string // chosen, "" for all
}

// staffRows is how many operators a page shows.
const staffRows = 50

// staffAt is the address of a page of the list, the first being 1, and of a line of it; no name stands in it.
func staffAt(ente string, page int, operator string) string {
	q := url.Values{}
	if ente != "" {
		q.Set("ente", ente)
	}
	if page > 1 {
		q.Set("pagina", strconv.Itoa(page))
	}
	at := url.URL{Path: staffPath, RawQuery: q.Encode(), Fragment: operator}
	return at.String()
}

// staffPager leads to the pages before and after; nil if there is one.
func staffPager(ente string, page, total int) []Link {
	if total <= staffRows {
		return nil
	}
	before, after := Link{Text: "Precedente"}, Link{Text: "Successiva"}
	if page > 1 {
		before.Href = staffAt(ente, page-1, "")
	}
	if page*staffRows < total {
		after.Href = staffAt(ente, page+1, "")
	}
	return []Link{before, {Text: fmt.Sprintf("%d di %d", page, pagesOf(total))}, after}
}

func pagesOf(total int) int { return (total + staffRows - 1) / staffRows }

// staffSearch asks for somebody in the list.
func staffSearch(ente string) *Form {
	f := Sectionless(staffPath, "Trova", &Field{Name: "chi", Label: "Cognome o username", MaxLength: 100, Help: "Anche solo l'inizio."})
	f.Hidden, f.Intro = []Option{{"ente", ente}}, "Si arriva alla pagina dell'elenco dove comincia ciò che è scritto; alla scheda, se è di uno solo."
	return f
}

func (s *Server) getStaff(w http.ResponseWriter, r *http.Request) error {
	ente := r.URL.Query().Get("ente")
	return s.showStaff(w, r, ente, staffSearch(ente))
}

// postStaffSearch leads to where in the list somebody stands.
func (s *Server) postStaffSearch(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r, false); err != nil {
		return err
	}
	ente := r.PostForm.Get("ente")
	f := staffSearch(ente)
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showStaff(w, r, ente, f)
	}
	staff, err := s.Administration.Operators(r.Context(), adminOf(r), ente)
	if err != nil {
		return err
	}
	switch at, count := staff.Find(f.Value("chi")); {
	case count == 0:
		f.Fail("chi", "Nessun operatore ha questo cognome, nome o username: ricontrollare, o scriverne solo l'inizio.")
		return s.showStaff(w, r, ente, f)
	case count == 1:
		return redirect(staffPath + "/" + staff.Operators[at].ID)
	default:
		return redirect(staffAt(ente, at/staffRows+1, "operatore-"+staff.Operators[at].ID))
	}
}

func (s *Server) showStaff(w http.ResponseWriter, r *http.Request, ente string, search *Form) error {
	data := staffPage{Ente: ente}
	staff, err := s.Administration.Operators(r.Context(), adminOf(r), data.Ente)
	if err != nil {
		return err
	}
	data.Enti, data.Total = staff.Enti, len(staff.Operators)
	page, _ := strconv.Atoi(r.URL.Query().Get("pagina"))
	page = max(1, min(page, pagesOf(data.Total)))
	data.Pager = staffPager(ente, page, data.Total)
	if data.Total > 10 || len(search.Errors()) > 0 {
		data.Search = search
	}
	from := (page - 1) * staffRows
	for _, o := range staff.Operators[from:min(from+staffRows, data.Total)] {
		data.Rows = append(data.Rows, staffRow{ID: "operatore-" + o.ID, Href: staffPath + "/" + o.ID, Name: o.Surname + " " + o.Name, Username: o.Username,
			Posts: postWords(o.Posts, staff.Enti), State: operatorState(*o, s.Now()), LastLogin: o.LastLogin})
	}
	p := s.officePage(r, "Operatori").withErrors(search)
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
