package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/citizen"
	"sportello/community"
	"sportello/person"
	"sportello/request"
	"sportello/scan"
)

// The pages of the two-phase request to an ente (003), and the cookie of the browser that has one under way.
const (
	requestCookie  = "richiesta"
	requestSeconds = 24 * 3600
	askPath        = "/richiesta-credenziali"
	askPINPath     = askPath + "/pin"
	askProofPath   = askPath + "/documenti"
	askSentPath    = askPath + "/inviata"
	askResumePath  = askPath + "/riprendi"
)

// askNames are the steps of a request.
var askNames = []string{"I tuoi dati", "PIN", "Documenti", "Fine"}

// uploadBody is the largest body of an upload: a document of the largest policy, and what is around it.
const uploadBody = 21 << 20

// requestRoutes are those of the two-phase request to an ente (003).
func (s *Server) requestRoutes() []route {
	return append([]route{
		{"GET " + askPath, s.asks(s.getAsk), citizens, 0},
		{"POST " + askPath, s.asks(s.postAsk), citizens, 0},
		{"GET " + askPINPath, s.asking(askPINPath, s.getAskPIN), citizens, 0},
		{"POST " + askPINPath, s.asking(askPINPath, s.postAskPIN), citizens, 0},
		{"POST " + askPINPath + "/pdf", s.asking(askPINPath, s.postAskPINSheet), citizens, 0},
		{"GET " + askProofPath, s.asking(askProofPath, s.getAskProof), citizens, 0},
		{"POST " + askProofPath, s.asking(askProofPath, s.postAskProof), citizens, uploadBody},
		{"POST " + askProofPath + "/{documento}/elimina", s.asking(askProofPath, s.postAskDiscard), citizens, 0},
		{"POST " + askPath + "/completa", s.asking(askProofPath, s.postAskFinish), citizens, 0},
		{"POST " + askPath + "/annulla", s.asks(s.postAskForget), citizens, 0},
		{"GET " + askSentPath, s.asking(askSentPath, s.getAskSent), citizens, 0},
		{"GET " + askResumePath + "/{link}", s.asks(s.getAskResume), citizens, 0},
		{"POST " + askResumePath + "/{link}", s.asks(s.postAskResume), citizens, 0},
	}, s.threeRoutes()...)
}

// requestProblems are what can go wrong there.
var requestProblems = []problem{
	{citizen.ErrNotAsked, http.StatusNotFound,
		words{"Qui non si chiedono le credenziali", "Questo portale non riceve richieste di credenziali.",
			[]string{"Torna all'inizio: trovi come si ottengono."}}, words{}},
	{citizen.ErrNoAsking, http.StatusNotFound,
		words{"La richiesta non c'è più", "È già stata completata, oppure è passato il tempo per caricare i documenti e si è cancellata da sola.",
			[]string{"Se hai ricevuto il messaggio di conferma aspetta la risposta dell'Ente.", "Altrimenti fai una nuova richiesta."}}, words{}},
}

// asks opens a page only where the community takes requests.
func (s *Server) asks(h handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !portalOf(r).Community().EnteRequest.Offered {
			return citizen.ErrNotAsked
		}
		return h(w, r)
	}
}

// An askingHandler serves a page of a request under way.
type askingHandler func(http.ResponseWriter, *http.Request, citizen.Asking) error

// asking leads to the step that comes next: Back, a bookmark or a second tab do no harm.
func (s *Server) asking(path string, h askingHandler) handler {
	return s.asks(func(w http.ResponseWriter, r *http.Request) error {
		a, err := portalOf(r).Citizen.Asking(r.Context(), s.cookie(r, requestCookie))
		switch {
		case errors.Is(err, citizen.ErrNoAsking):
			return redirect(askPath + "?motivo=durata")
		case err != nil:
			return err
		case askStep(a) != path:
			return redirect(askStep(a))
		}
		return h(w, r, a)
	})
}

// askStep is the page that a request has come to.
func askStep(a citizen.Asking) string {
	switch {
	case a.Sent:
		return askSentPath
	case a.Second != "":
		return askPINPath
	}
	return askProofPath
}

func (s *Server) askPage(r *http.Request, title string, step int) *page {
	p := s.page(r, title)
	p.Subtitle = "Richiesta di credenziali"
	p.Steps = Steps{askNames, step}
	p.Breadcrumb = []Link{{Text: "Richiesta di credenziali", Href: askPath}, {Text: title}}
	return p
}

// askForm is the form of 003 Fase 1: an asterisk marks what must be written.
func (s *Server) askForm(r *http.Request) (*Form, error) {
	c, v := portalOf(r).Community(), visitOf(r)
	enti, err := portalOf(r).Citizen.EntiOf(r.Context(), c)
	if err != nil {
		return nil, err
	}
	var gestori []Option
	for _, e := range enti {
		gestori = append(gestori, Option{e.ID, e.Name})
	}
	provinces := s.everyProvince(v)
	f := &Form{Action: askPath, Submit: "Conferma", Cancel: Link{Text: "Annulla", Href: "/"}, Intro: "I campi con l'asterisco (*) sono obbligatori.", Sections: []*Section{
		{ID: "chi-sei", Legend: "Chi sei", Fields: []*Field{
			{Name: "cognome", Label: "Cognome", MaxLength: 60, Autocomplete: "family-name", Columns: 6},
			{Name: "nome", Label: "Nome", MaxLength: 60, Autocomplete: "given-name", Columns: 6},
			{Kind: Checkbox, Name: noSurname, Label: "Non ho un cognome", Optional: true, Columns: 6},
			{Kind: Checkbox, Name: noName, Label: "Non ho un nome", Optional: true, Columns: 6},
			{Kind: Code, Name: "codice-fiscale", Label: "Codice fiscale", MaxLength: 40, Help: "16 caratteri. Lo trovi sulla tessera sanitaria."},
			{Kind: Radio, Name: "sesso", Label: "Sesso", Options: []Option{{string(person.Male), "Maschio"}, {string(person.Female), "Femmina"}}},
			{Kind: DateOf, Name: "nascita", Label: "Data di nascita", Autocomplete: "bday"},
			{Kind: Checkbox, Name: "cittadino", Label: "Sono cittadino italiano", Optional: true},
		}},
		{ID: "dove-nato", Legend: "Luogo di nascita", Fields: append([]*Field{
			{Kind: Select, Name: "nascita-nazione", Label: "Nazione di nascita", Options: s.everyNation(), Proper: true}}, PlaceFields("nascita", provinces, nil)...)},
		{ID: "residenza", Legend: "Dove abiti", Fields: append(PlaceFields("residenza", provinces, nil),
			&Field{Name: "indirizzo", Label: "Indirizzo", MaxLength: 100, Optional: true, Autocomplete: "address-line1", Columns: 8},
			&Field{Name: "cap", Label: "CAP", MaxLength: 5, Optional: true, InputMode: "numeric", Autocomplete: "postal-code", Columns: 4},
			&Field{Name: "citta", Label: "Città e Stato, se abiti all'estero", MaxLength: 60, Optional: true})},
		{ID: "recapiti", Legend: "Come raggiungerti", Fields: []*Field{
			{Kind: Email, Name: "email", Label: "E-mail", MaxLength: 120, Autocomplete: "email",
				Help: "Controllala bene: qui arrivano la prima parte del PIN e tutte le comunicazioni."},
			{Kind: Tel, Name: "telefono", Label: "Telefono", MaxLength: 30, Optional: true, Autocomplete: "tel"},
		}},
		{ID: "a-chi", Legend: "A chi chiedi le credenziali", Fields: []*Field{
			{Kind: Select, Name: "gestore", Label: "Gestore", Options: gestori, Proper: true, Help: "L'Ente che esamina la richiesta e decide."}}},
		{Fields: []*Field{
			{Kind: Checkbox, Name: "letto-informativa", Label: v.T("Ho letto l'informativa sulla privacy (versione %s)", c.Privacy.Version)},
			{Kind: Checkbox, Name: "accetta-regolamento", Label: v.T("Accetto il regolamento (versione %s)", c.Terms.Version)}}},
	}}
	f.Field("nascita-nazione").Value = italy
	if len(gestori) == 1 {
		f.Field("gestore").Value = gestori[0].Value
	}
	for _, x := range f.fields() {
		if x.Required() && x.Kind != Refresh {
			x.Label = v.T(x.Label) + " *"
		}
	}
	return f, nil
}

// italy is the choice of who was born there.
const italy = "IT"

func (s *Server) everyNation() []Option {
	options := []Option{{italy, "ITALIA"}}
	for _, x := range s.Places.States() {
		if x.Exists() {
			options = append(options, Option{x.Code, x.Name})
		}
	}
	return options
}

func (s *Server) everyProvince(v *visit) []Option {
	var options []Option
	for _, p := range s.Places.Provinces() {
		options = append(options, Option{p.Sigla, p.Name})
	}
	return append(options, Option{person.AbroadProvince, v.T("STATO ESTERO")})
}

// everyComune are those of a province, also the ones that are no more where people were born in them.
func (s *Server) everyComune(province string, born bool) []Option {
	if province == person.AbroadProvince {
		return []Option{{person.AbroadComune, "ESTERO"}}
	}
	var options []Option
	for _, p := range s.Places.Comuni(province) {
		if p.Exists() || born {
			options = append(options, Option{p.Code, p.Name})
		}
	}
	return options
}

// askMissing are the words for fields left empty.
var askMissing = map[string]string{"cognome": "Scrivi il tuo cognome.", "nome": "Scrivi il tuo nome.", "codice-fiscale": "Scrivi il tuo codice fiscale.", "sesso": "Scegli il sesso scritto sul documento.",
	"nascita": "Scrivi giorno, mese e anno di nascita.", "nascita-nazione": "Scegli la nazione di nascita.", "nascita-provincia": "Scegli la provincia di nascita.",
	"nascita-comune": "Scegli il comune di nascita. Se non c'è, premi Aggiorna i comuni.", "residenza-provincia": "Scegli la provincia in cui abiti.",
	"residenza-comune": "Scegli il comune in cui abiti. Se non c'è, premi Aggiorna i comuni.", "email": "Scrivi il tuo indirizzo e-mail.", "gestore": "Scegli l'Ente a cui chiedi le credenziali.",
	"letto-informativa": "Per proseguire leggi l'informativa e metti il segno.", "accetta-regolamento": "Per proseguire leggi il regolamento e accettalo."}

// askPageData is the data of the first page.
type askPageData struct {
	Form           *Form
	Privacy, Terms shownText
	Translated     bool
	Resume         string // the page to go on with, "" if nothing is under way
}

func (s *Server) getAsk(w http.ResponseWriter, r *http.Request) error {
	f, err := s.askForm(r)
	if err != nil {
		return err
	}
	token, err := portalOf(r).Citizen.NewAsking()
	if err != nil {
		return err
	}
	f.Hidden = []Option{{"modulo", token}}
	notice := Alert{}
	if r.URL.Query().Get("motivo") == "durata" {
		notice = Alert{"warning", "Ricomincia da qui", "Non c'è una richiesta in corso. Quelle non completate si cancellano da sole; se l'hai iniziata con un altro dispositivo, continua dal link che ti abbiamo mandato per e-mail."}
	}
	return s.showAsk(w, r, http.StatusOK, f, notice)
}

func (s *Server) showAsk(w http.ResponseWriter, r *http.Request, status int, f *Form, notice Alert) error {
	c := portalOf(r).Community()
	p := s.askPage(r, "I tuoi dati", 1).withErrors(f)
	p.Lead = "Servizio riservato alle pubbliche amministrazioni e ai gestori di pubblici servizi autorizzati. I cittadini entrano con SPID, CIE o CNS."
	p.Notice = notice
	data := askPageData{Form: f, Translated: p.Lang != "it",
		Privacy: shownText{c.Privacy, c.Privacy.SummaryIn(p.Lang), f.Field("letto-informativa")},
		Terms:   shownText{c.Terms, c.Terms.SummaryIn(p.Lang), f.Field("accetta-regolamento")}}
	if a, err := portalOf(r).Citizen.Asking(r.Context(), s.cookie(r, requestCookie)); err == nil && !a.Sent {
		data.Resume = askStep(a)
	}
	p.Data = data
	return s.render(w, status, "request_form", p)
}

func (s *Server) postAsk(w http.ResponseWriter, r *http.Request) error {
	f, err := s.askForm(r)
	if err != nil {
		return err
	}
	if err := f.Fill(r); err != nil {
		return err
	}
	token := r.PostFormValue("modulo")
	f.Hidden = []Option{{"modulo", token}}
	f.Field("nascita-comune").Options = s.everyComune(f.Value("nascita-provincia"), true)
	f.Field("residenza-comune").Options = s.everyComune(f.Value("residenza-provincia"), false)
	if action(r) != "" {
		return s.showAsk(w, r, http.StatusOK, f, Alert{})
	}
	settleNames(f, ownNames)
	f.requireAsked(askMissing)
	in := s.readAsked(r, f)
	if !f.Check() {
		return s.showAsk(w, r, http.StatusUnprocessableEntity, f, Alert{})
	}
	if len(token) < 40 { // not one of ours: the form was not the page's
		return ErrForm
	}
	err = portalOf(r).Citizen.Ask(r.Context(), originOf(r), token, portalOf(r).Community(), f.Value("gestore"), in)
	wait := citizen.Wait{}
	switch {
	case errors.As(err, &wait):
		return s.showAsk(w, r, http.StatusTooManyRequests, f, tooManyAsked(r, wait))
	case errors.Is(err, citizen.ErrNoEnte):
		f.Fail("gestore", "Questo Ente non riceve più richieste: scegline un altro.")
		return s.showAsk(w, r, http.StatusUnprocessableEntity, f, Alert{})
	case err != nil:
		return err
	}
	s.setCookie(w, requestCookie, token, requestSeconds)
	return redirect(askPINPath)
}

func tooManyAsked(r *http.Request, wait citizen.Wait) Alert {
	a := tooMany(r, wait.For)
	a.Title = "Troppe richieste"
	return a
}

// readAsked reads the form, and says of each field what is wrong with it.
func (s *Server) readAsked(r *http.Request, f *Form) request.Asked {
	c, now := portalOf(r).Community(), visitOf(r).now
	in := request.Asked{Italian: f.Checked("cittadino"), Lang: visitOf(r).Lang,
		Birth:   request.Birthplace{Nation: f.Value("nascita-nazione"), Province: f.Value("nascita-provincia"), Comune: f.Value("nascita-comune")},
		Privacy: request.Shown{Version: c.Privacy.Version, SHA256: c.Privacy.SHA256, At: now}, Terms: request.Shown{Version: c.Terms.Version, SHA256: c.Terms.SHA256, At: now}}
	if in.Birth.Nation == italy {
		in.Birth.Nation = ""
	}
	p := &in.Person
	p.Surname, p.Name, p.Sex = f.Value("cognome"), f.Value("nome"), person.Sex(f.Value("sesso"))
	p.BirthDate, _ = f.Field("nascita").Date()
	p.TaxCode, _ = person.ParseTaxCode(f.Value("codice-fiscale"))
	p.Residence = person.Residence{Address: f.Value("indirizzo"), Province: f.Value("residenza-provincia"), Comune: f.Value("residenza-comune"), PostalCode: f.Value("cap")}
	if p.Residence.Abroad() {
		p.Residence.City, p.Residence.PostalCode = f.Value("citta"), ""
	}
	p.Contacts = person.Contacts{Email: f.Value("email"), Phone: f.Value("telefono")}
	for _, x := range citizen.AskFlaws(in, c, person.DateOf(now.In(rome))) {
		if f.Field(x.Field).Error == "" && !f.Field(x.Field).empty() {
			f.Fail(x.Field, x.Text)
		}
	}
	if p.Residence.Abroad() && p.Residence.City == "" {
		f.Fail("citta", "Scrivi la città e lo Stato in cui abiti.")
	}
	return in
}

// postAskForget gives up what is under way.
func (s *Server) postAskForget(w http.ResponseWriter, r *http.Request) error {
	if token := s.cookie(r, requestCookie); token != "" {
		if err := portalOf(r).Citizen.ForgetAsking(r.Context(), originOf(r), token); err != nil {
			return err
		}
	}
	s.setCookie(w, requestCookie, "", -1)
	return redirect("/")
}

// documentWords tell whoever sends a document why it was refused, and what to do.
var documentWords = map[error]string{
	scan.ErrEmpty:     "Il file è vuoto: scegline un altro.",
	scan.ErrTooLarge:  "Il file è troppo grande: riduci la risoluzione della scansione e riprova.",
	scan.ErrFormat:    "Il file non è un PDF. Se è una foto o un documento di un altro tipo, salvalo o stampalo in PDF e riprova.",
	scan.ErrDamaged:   "Il PDF è rovinato o incompleto: aprilo, stampalo di nuovo in PDF e riprova.",
	scan.ErrEncrypted: "Il PDF è protetto da una password: toglila e riprova.",
	scan.ErrActive:    "Il PDF contiene programmi, moduli o allegati: per sicurezza non lo accettiamo. Stampalo di nuovo in PDF e riprova.",
	scan.ErrPolyglot:  "Il file non è solo un PDF: per sicurezza non lo accettiamo. Stampalo di nuovo in PDF e riprova.",
	scan.ErrNoPages:   "Il PDF non ha pagine: scegline un altro.",
	scan.ErrPages:     "Il PDF ha troppe pagine: manda solo quelle del documento.",
	scan.ErrPageSize:  "Le pagine del PDF hanno una misura che non è di un foglio: stampalo di nuovo in PDF, in formato A4, e riprova.",
	scan.ErrBomb:      "Il PDF è troppo pesante da aprire: riduci la risoluzione della scansione e riprova.",
}

// documentFault is the word for a refused document, "" if the error is another.
func documentFault(err error) string {
	i := slices.IndexFunc(scan.Reasons, func(reason error) bool { return errors.Is(err, reason) })
	if i < 0 {
		return ""
	}
	return documentWords[scan.Reasons[i]]
}

// policyOf is the community's policy on requests.
func policyOf(r *http.Request) community.EnteRequest { return portalOf(r).Community().EnteRequest }
