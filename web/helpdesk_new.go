package web

import (
	"errors"
	"net/http"

	"sportello/helpdesk"
	"sportello/person"
	"sportello/request"
	"sportello/store"
)

// newRequestForm writes down what has come by telephone (000, L01, L03) or by registered letter (001 §5.4.1): who asks, what about, where to call back.
func newRequestForm(id string, by request.Kind) *Form {
	who := &Section{Legend: "Chi chiama", Note: "Farsi dire i dati, senza suggerirli.", Fields: []*Field{
		{Name: "cognome", Label: "Cognome", MaxLength: 100, Columns: 6}, {Name: "nome", Label: "Nome", MaxLength: 100, Columns: 6},
		{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale o numero di registrazione", MaxLength: person.LongestScan, Help: "Se la persona è registrata, l'istanza si collega alla sua pratica."},
		{Name: "recapito", Label: "Telefono o e-mail per essere ricontattato", MaxLength: 100, Help: "Solo per rispondere a voce: i codici partono sempre e soltanto verso i recapiti registrati."},
	}}
	what := &Field{Kind: Area, Name: "testo", Label: "Descrizione", MaxLength: 2000, Rows: 5, Help: "Con l'eventuale messaggio di errore. Mai PIN, password o codici."}
	if by == request.RegisteredLetter {
		who.Legend, who.Note = "Chi scrive", "Come è scritto nella lettera e nella copia del documento."
		who.Fields[3].Label, who.Fields[3].Optional = "Recapito scritto nella lettera", true
		what.Help, what.Optional = "Che cosa c'è nella busta e che cosa chiede.", true
	}
	return &Form{Action: requestsPath + "/nuova", Submit: "Registra l'istanza", Cancel: Link{Text: "Annulla", Href: requestsPath}, Hidden: []Option{{"modulo", id}, {"via", string(by)}},
		Sections: []*Section{
			{Legend: "Che cosa serve", Fields: []*Field{{Kind: Select, Name: "problema", Label: "Problema", Options: problemOptions(by)}}}, who,
			{Legend: "Che cosa dice", Fields: []*Field{what}},
		}}
}

// viaOf is the way by which a new request has come.
func viaOf(said string) request.Kind {
	if request.Kind(said) == request.RegisteredLetter {
		return request.RegisteredLetter
	}
	return request.Phone
}

func problemOptions(k request.Kind) (options []Option) {
	for _, p := range request.Problems(k) {
		options = append(options, Option{string(p), problemTitle(p)})
	}
	return options
}

func (s *Server) getNewRequest(w http.ResponseWriter, r *http.Request) error {
	id, err := s.Helpdesk.NewForm()
	if err != nil {
		return err
	}
	return s.showNewRequest(w, r, newRequestForm(id, viaOf(r.URL.Query().Get("via"))))
}

func (s *Server) showNewRequest(w http.ResponseWriter, r *http.Request, f *Form) error {
	p := s.page(r, "Nuova istanza").at(requestsLink).withErrors(f)
	p.Lead = "Per annotare una telefonata o una raccomandata: chi la registra la prende in carico."
	p.Data = f
	return s.show(w, "form", p)
}

func (s *Server) postNewRequest(w http.ResponseWriter, r *http.Request) error {
	by := viaOf(r.PostFormValue("via"))
	f := newRequestForm(r.PostFormValue("modulo"), by)
	if err := f.Fill(r); err != nil {
		return err
	}
	if !f.Check() {
		return s.showNewRequest(w, r, f)
	}
	number, err := s.Desk.Find(r.Context(), whoOf(r), f.Value("codice-fiscale"))
	switch {
	case errors.Is(err, store.ErrNotFound): // people who are not registered have problems too
	case failField(f, err, findFailures):
		return s.showNewRequest(w, r, f)
	case err != nil:
		return err
	}
	id, err := s.Helpdesk.Receive(r.Context(), whoOf(r), helpdesk.Call{Form: r.PostFormValue("modulo"), Kind: by, Problem: request.Problem(f.Value("problema")), Number: number,
		Content: request.Content{Surname: f.Value("cognome"), Name: f.Value("nome"), TaxCode: f.Value("codice-fiscale"), Contact: f.Value("recapito"), Text: f.Value("testo")}})
	if err != nil {
		return err
	}
	return redirect(donePath(id, "presa"))
}
