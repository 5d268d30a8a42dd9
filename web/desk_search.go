package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"sportello/community"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
)

// searchProblems are what can go wrong in Gestione utenti: the search and its list.
var searchProblems = []problem{
	{desk.ErrSearchGone, http.StatusNotFound, words{},
		words{"La ricerca non c'è più", "I filtri di una ricerca si conservano per due giorni, per il solo operatore che l'ha fatta.",
			[]string{"Tornare a Gestione utenti e cercare di nuovo."}}},
}

var stateOptions = []Option{{string(registration.Registered), "Registrato"}, {string(registration.Verified), "Riscontrato"},
	{string(registration.Active), "Attivo"}, {string(registration.Rejected), "Respinto"}}

var strengthOptions = []Option{{"tutti", "Tutti"}, {string(desk.OnlyStrong), "Sì"}, {string(desk.OnlyWeak), "No"}}

// filterForm are the filters of 001 §4.2: those used every day, and the rare ones.
func (s *Server) filterForm(who desk.Who, asks community.Desk) *Form {
	part := "Per intero o in parte."
	frequent := []*Field{
		{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: person.LongestScan, Columns: 3, First: true, Help: "Per intero o in parte, anche con il lettore della tessera sanitaria."},
		{Name: "cognome", Label: "Cognome", MaxLength: 100, Columns: 3, Help: part},
		{Name: "nome", Label: "Nome", MaxLength: 100, Columns: 3, Help: part},
		{Name: "numero", Label: "Numero registrazione", MaxLength: person.LongestScan, Columns: 3, Help: "Per intero: 10 cifre."},
	}
	if asks.SearchReason {
		frequent = append(frequent, &Field{Name: "motivo", Label: "Motivo della ricerca", MaxLength: reasonLength,
			Help: "Serve quando la ricerca non indica una persona sola, con il codice fiscale o il numero per intero. Resta nel registro degli atti."})
	}
	places := PlaceFields("residenza", s.provincesOf(who.Ente.Competence), nil)
	places[0].Label, places[0].Blank, places[0].Columns = "Provincia di residenza", "Tutte", 4
	places[1].Label, places[1].Blank, places[1].Columns = "Comune di residenza", "Tutti", 4
	places[1].Help, places[2].Help = "Prima scegliere la provincia e aggiornare i comuni.", ""
	rare := []*Field{
		{Kind: Select, Name: "community", Label: "Community", Blank: "Tutte", Proper: true, Columns: 4, Options: communityOptions(s.Desk.CommunitiesOf(who))},
		places[0], places[1], places[2],
		{Kind: DateOf, Name: "dal", Label: "Registrati dal", Columns: 6},
		{Kind: DateOf, Name: "al", Label: "Registrati fino al", Columns: 6},
		{Kind: Select, Name: "stato", Label: "Stato di registrazione", Blank: "Tutti", Options: stateOptions, Columns: 6},
		{Kind: Radio, Name: "forte", Label: "Registrazione forte", Options: strengthOptions, Value: "tutti", Columns: 6},
	}
	f := &Form{Action: managePath, Submit: "Cerca", Sections: []*Section{{Fields: frequent}, {Fields: rare}}}
	for _, x := range f.fields() {
		x.Filter = true
	}
	return f
}

func communityOptions(list []community.Community) (options []Option) {
	for _, c := range list {
		options = append(options, Option{string(c.ID), c.Name})
	}
	return options
}

// offerComuni fills the menu of comuni for the province that was chosen.
func (s *Server) offerComuni(f *Form, at office.Competence) {
	comune := f.Field("residenza-comune")
	if province := f.Value("residenza-provincia"); province != "" {
		comune.Options = s.comuniOf(at, province)
	}
}

// filtersOf are what a form that was checked asks for.
func filtersOf(f *Form) desk.Filters {
	from, _ := f.Field("dal").Date()
	to, _ := f.Field("al").Date()
	x := desk.Filters{Community: community.ID(f.Value("community")), TaxCode: f.Value("codice-fiscale"), Surname: f.Value("cognome"), Name: f.Value("nome"),
		Province: f.Value("residenza-provincia"), Comune: f.Value("residenza-comune"), From: from, To: to,
		State: registration.State(f.Value("stato")), Number: f.Value("numero")}
	if strong := f.Value("forte"); strong != "tutti" {
		x.Strong = desk.Strength(strong)
	}
	if f.asks("motivo") {
		x.Reason = f.Value("motivo")
	}
	return x
}

// refilled writes the filters of a search back into the form.
func (s *Server) refilled(f *Form, at office.Competence, x desk.Filters) {
	values := url.Values{}
	for name, value := range map[string]string{"community": string(x.Community), "codice-fiscale": x.TaxCode, "cognome": x.Surname, "nome": x.Name,
		"residenza-provincia": x.Province, "residenza-comune": x.Comune, "stato": string(x.State), "numero": x.Number, "forte": string(x.Strong), "motivo": x.Reason} {
		values.Set(name, value)
	}
	if x.Strong == "" {
		values.Set("forte", "tutti")
	}
	f.Refill(values)
	f.Field("dal").SetDate(x.From)
	f.Field("al").SetDate(x.To)
	s.offerComuni(f, at)
}

// chips say the filters in use, one by one.
func chips(f *Form) (said []string) {
	for _, x := range f.fields() {
		value := x.Value
		switch {
		case x.Kind == DateOf && x.Year != "":
			day, _ := x.Date()
			value = inWords(day)
		case x.Kind == Select && value != "":
			value = x.Shown()
		case x.Kind == Radio && value != "tutti":
			value = x.Shown()
		case x.Kind == Radio, x.Kind == Refresh, x.Name == "motivo":
			value = ""
		}
		if value != "" {
			said = append(said, x.Label+": "+value)
		}
	}
	return said
}

// filterFailures are refusals that the operator corrects in the filters. The first that holds is shown.
var filterFailures = slices.Concat(taxCodeFailures, []fieldFailure{
	{desk.ErrTaxCode, "codice-fiscale", "Nel codice fiscale ci sono solo lettere e cifre: ricontrollare i caratteri."},
	{registration.ErrNumber, "numero", "Non è un numero di registrazione: sono 10 cifre e l'ultima fa da controllo. Ricontrollarle una per una."},
	{desk.ErrNoFilter, "codice-fiscale", "Scrivere o scegliere almeno un filtro."},
	{desk.ErrPeriod, "al", "Il secondo giorno viene prima del primo: ricontrollare le date."},
	{desk.ErrReason, "motivo", "Scrivere perché si cerca senza il codice fiscale o il numero per intero."},
})

// postManage keeps the filters and leads to the list: they are posted and stay out of every address (mission S32).
func (s *Server) postManage(w http.ResponseWriter, r *http.Request) error {
	who := whoOf(r)
	asks := s.Desk.SearchRules(who)
	f := s.filterForm(who, asks)
	if err := f.Fill(r); err != nil {
		return err
	}
	s.offerComuni(f, who.Ente.Competence)
	if action(r) != "" {
		if x := f.Field("residenza-comune"); !slices.ContainsFunc(x.Options, func(o Option) bool { return o.Value == x.Value }) {
			x.Value = ""
		}
		return s.showManage(w, r, manageData{Form: f, More: true}, "")
	}
	if !f.Check() {
		return s.showManage(w, r, manageData{Form: f}, "")
	}
	id, err := s.Desk.Search(r.Context(), who, filtersOf(f))
	switch {
	case errors.Is(err, desk.ErrFewLetters):
		f.Fail("cognome", fmt.Sprintf("Scrivere almeno %d lettere del cognome, del nome o del codice fiscale.", asks.SearchMinLetters))
	case failField(f, err, filterFailures):
	case err != nil:
		return err
	default:
		return redirect(searchPath(id, "", ""))
	}
	return s.showManage(w, r, manageData{Form: f}, "")
}

// searchPath is a page of a search: by its token, or the first one in an order.
func searchPath(id, token string, order desk.Order) string {
	path := managePath + "?ricerca=" + url.QueryEscape(id)
	if token != "" {
		return path + "&pagina=" + url.QueryEscape(token)
	}
	if order != desk.BySurname {
		path += "&ordine=" + url.QueryEscape(string(order))
	}
	return path
}

// orders are what the address may ask for, and how the list says it.
var orders = map[desk.Order]string{desk.BySurname: "in ordine di cognome", desk.BySurnameUp: "in ordine di cognome, dalla Z alla A",
	desk.NewestFirst: "dalla registrazione più recente", desk.OldestFirst: "dalla registrazione meno recente"}

func (s *Server) getManage(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Query().Get("ricerca") != "" {
		return s.showResults(w, r, leafOf(r.URL.Query()), nil)
	}
	who := whoOf(r)
	asks := s.Desk.SearchRules(who)
	return s.showManage(w, r, manageData{Form: s.filterForm(who, asks)}, "")
}

// showResults reads a page of a search, with the form of an export that was refused if one was.
func (s *Server) showResults(w http.ResponseWriter, r *http.Request, leaf desk.Leaf, refused *Form) error {
	who := whoOf(r)
	found, err := s.Desk.Results(r.Context(), who, leaf)
	if err != nil {
		return err
	}
	asks := s.Desk.SearchRules(who)
	f := s.filterForm(who, asks)
	s.refilled(f, who.Ente.Competence, found.Filters)
	data := manageData{Form: f, List: s.listOf(who, leaf.Search, found), Chips: chips(f), MayRegister: who.Can(office.Register)}
	if who.Can(office.ExportPeople) && len(found.Hits) > 0 {
		if data.Export = refused; refused == nil {
			data.Export = exportForm(leaf)
		}
	}
	return s.showManage(w, r, data, strings.ToLower(data.List.Heading))
}

// leafOf is the page of a search that an address, or a form on that page, names.
func leafOf(q url.Values) desk.Leaf {
	l := desk.Leaf{Search: q.Get("ricerca"), Token: q.Get("pagina"), Order: desk.Order(q.Get("ordine"))}
	if orders[l.Order] == "" {
		l.Order = desk.BySurname
	}
	return l
}
