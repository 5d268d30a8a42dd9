package web

import (
	"encoding/json"
	"net/http"
	"time"

	"sportello/locale"
)

// A Demo is what the demonstration shows of itself. In production there is none, and its routes do not exist.
type Demo struct {
	Operators     func() []DemoOperator // with the codes of this moment
	People        []DemoPerson
	Citizens      []DemoCitizen
	Registrations []DemoRegistration
	Portals       []DemoPortal
	Mails         func() []DemoMail
	Registries    func() []DemoRegistry
	// Break gives a registry one of DemoFaults; it tells whether both exist.
	Break func(registry, fault string) bool
	// Lots are the runs of letters that wait for the printing house, and Print what it reads in one with its key; nil without one.
	Lots  func() []DemoLot
	Print func(lot string) ([]byte, error)
	// Faxes is the folder where the fax server leaves what it receives.
	Faxes string
	// Write delivers a mail to the mailbox of the helpdesk.
	Write func(from, subject, text string) error
}

// A DemoLot is a run of letters in the printing house's folder.
type DemoLot struct {
	Number string `json:"number"`
}

// A DemoOperator is an operator to log in as.
type DemoOperator struct {
	Username   string   `json:"username"`
	Password   string   `json:"password"`
	Name       string   `json:"name"`
	Role       string   `json:"role"`
	FSE        bool     `json:"fse"`
	Enti       []string `json:"enti"`
	TOTPSecret string   `json:"totp_secret"` // base32, "" for who is not enrolled
	Enrolled   bool     `json:"enrolled"`
	Code       string   `json:"-"`
}

// A DemoPerson is a tax code to look up.
type DemoPerson struct {
	TaxCode    string `json:"tax_code"`
	KnownTo    string `json:"known_to"` // CIA, AURA, nessuno, deceduto, vecchie credenziali
	Surname    string `json:"surname"`
	Name       string `json:"name"`
	BirthDate  string `json:"birth_date"`
	Sex        string `json:"sex"`
	Province   string `json:"province"` // to choose at the desk, with the comune
	Comune     string `json:"comune"`
	ComuneName string `json:"comune_name"`
}

// A DemoCitizen is a citizen with credentials to log in with.
type DemoCitizen struct {
	Username string `json:"username"`
	Password string `json:"password"`
	PIN      string `json:"pin"`
	Strength string `json:"strength"` // deboli, forti
	Number   string `json:"number"`
	Surname  string `json:"surname"`
	Name     string `json:"name"`
	TaxCode  string `json:"tax_code"`
	Pending  string `json:"pending"` // operation in progress, "" for none
}

// A DemoRegistration is one in every state, with every operation booked.
type DemoRegistration struct {
	Number    string `json:"number"`
	TaxCode   string `json:"tax_code"`
	Surname   string `json:"surname"`
	Name      string `json:"name"`
	State     string `json:"state"` // before the operation was booked
	Strong    bool   `json:"strong"`
	Operation string `json:"operation"` // "" for none
}

// A DemoPortal is the face of a community, at its own address.
type DemoPortal struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Doors   string `json:"doors"` // ways in, in words
}

// A DemoMail is a mail that went out.
type DemoMail struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	At      time.Time `json:"at"`
}

// A DemoRegistry is a registry and what it suffers from.
type DemoRegistry struct {
	Name  string `json:"name"`
	Fault string `json:"fault"`
}

// A DemoFault is a way for a registry to fail, and the words of its button.
type DemoFault struct{ Value, Label string }

// DemoFaults are the ones to choose from; the first is none.
var DemoFaults = []DemoFault{
	{"nessuno", "Funziona"}, {"lento", "Lenta"}, {"spento", "Spenta"}, {"insensato", "Risposte insensate"},
}

// demoScreens are where the demonstration begins to be interesting.
var demoScreens = []Link{
	{Text: "Portale dei cittadini", Href: "/"},
	{Text: "Attivazione delle credenziali", Href: "/attivazione"},
	{Text: "Accesso del cittadino", Href: "/accesso"},
	{Text: "Verifica credenziali", Href: "/verifica-credenziali"},
	{Text: "Accesso dell'operatore", Href: "/sportello"},
	{Text: "Tipografia: le lettere che partono per posta", Href: "/demo/tipografia"},
	{Text: "Regolamento", Href: "/regolamento"},
	{Text: "Informativa sulla privacy", Href: "/privacy"},
	{Text: "Accessibilità", Href: "/accessibilita"},
	{Text: "Note legali", Href: "/note-legali"},
	{Text: "Dati della dimostrazione (JSON)", Href: "/demo.json"},
}

func (s *Server) demoRoutes() []route {
	if s.Demo == nil {
		return nil
	}
	return []route{
		{"GET /demo", s.getDemo, citizens, 0},
		{"GET /demo.json", s.getDemoData, machines, 0},
		{"POST /demo/guasti", s.postDemoFault, citizens, 0},
		{"POST /demo/assistenza", s.postDemoMail, citizens, 0},
		{"GET /demo/tipografia", s.getDemoPrinter, citizens, 0},
		{"GET /demo/tipografia/{lotto}", s.getDemoLot, machines, 0},
	}
}

// demoView is what the page shows.
type demoView struct {
	Operators     []DemoOperator
	People        []DemoPerson
	Citizens      []DemoCitizen
	Registrations []DemoRegistration
	Portals       []DemoPortal
	Mails         []DemoMail
	Registries    []DemoRegistry
	Faults        []DemoFault
	Screens       []Link
	Faxes         string
}

func (s *Server) demoView() demoView {
	d := s.Demo
	return demoView{d.Operators(), d.People, d.Citizens, d.Registrations, d.Portals, d.Mails(), d.Registries(), DemoFaults, demoScreens, d.Faxes}
}

func (s *Server) getDemo(w http.ResponseWriter, r *http.Request) error {
	visitOf(r).Lang = locale.Italian // the page of the demonstration has one language
	p := s.page(r, "Dimostrazione").at()
	p.Languages = nil
	p.Lead = "Tutto ciò che serve per provare il sistema: persone inventate, accessi, posta spedita."
	p.Notice = Alert{"warning", "Questa è una dimostrazione",
		"I dati sono inventati, le password sono pubbliche e tutto si cancella quando il programma si ferma. Non scrivere dati veri."}
	p.Data = s.demoView()
	return s.show(w, "demo", p)
}

// getDemoData gives the same as data, for scripts that walk through the system.
func (s *Server) getDemoData(w http.ResponseWriter, _ *http.Request) error {
	v := s.demoView()
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	out := json.NewEncoder(w)
	out.SetEscapeHTML(true)
	out.SetIndent("", "  ")
	return out.Encode(map[string]any{"operators": v.Operators, "people": v.People, "citizens": v.Citizens,
		"registrations": v.Registrations, "portals": v.Portals, "mails": v.Mails, "registries": v.Registries})
}

func (s *Server) postDemoFault(w http.ResponseWriter, r *http.Request) error {
	if !s.Demo.Break(r.PostFormValue("anagrafe"), r.PostFormValue("guasto")) {
		return ErrNotFound
	}
	http.Redirect(w, r, "/demo#guasti", http.StatusSeeOther)
	return nil
}

// postDemoMail delivers what a visitor writes to the helpdesk.
func (s *Server) postDemoMail(w http.ResponseWriter, r *http.Request) error {
	if err := s.Demo.Write(r.PostFormValue("da"), r.PostFormValue("oggetto"), r.PostFormValue("testo")); err != nil {
		return err
	}
	http.Redirect(w, r, "/demo#arrivi", http.StatusSeeOther)
	return nil
}
