package web

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// sampleForm has a field of every kind.
func sampleForm() *Form {
	return &Form{
		Action: "/modulo", Submit: "Prosegui", Index: true, Hidden: []Option{{"modulo", "f-1"}},
		Back: Link{Text: "Indietro", Href: "/"}, Cancel: Link{Text: "Annulla", Href: "/"},
		Sections: []*Section{
			{ID: "sez-persona", Legend: "Informazioni personali", Fields: []*Field{
				{Name: "nome", Label: "Nome", Value: "Giulia", Source: "Letto da CIA il 7 ottobre 2026, modificabile", Columns: 6, MaxLength: 30},
				{Name: "cognome", Label: "Cognome", Columns: 6},
				{Kind: Code, Name: "cf", Label: "Codice fiscale", Value: "BNCGLI85C52L219J", Lock: "Letto da CIA, non modificabile"},
				{Kind: DateOf, Name: "nascita", Label: "Data di nascita", Columns: 7, Autocomplete: "bday"},
				{Kind: Radio, Name: "sesso", Label: "Sesso", Columns: 5, Options: []Option{{"F", "Femmina"}, {"M", "Maschio"}}},
			}},
			{ID: "sez-residenza", Legend: "Residenza", Note: "Per cambiare provincia si torna alla ricerca.",
				Fields: PlaceFields("residenza", []Option{{"TO", "Torino"}, {"EE", "STATO ESTERO"}}, []Option{{"L219", "Torino"}})},
			{ID: "sez-contatti", Legend: "Contatti", Fields: []*Field{
				{Kind: Email, Name: "email", Label: "Email", Help: "Qui arriva il codice di attivazione.", Warning: "È già di un'altra persona."},
				{Kind: Tel, Name: "telefono", Label: "Telefono fisso", Optional: true},
				{Kind: Password, Name: "pin", Label: "PIN", Reveal: "Mostra il PIN", InputMode: "numeric"},
				{Kind: Select, Name: "stato", Label: "Stato", Lock: "Non modificabile qui", Options: []Option{{"A", "attivo"}}, Value: "A"},
			}},
			{ID: "sez-domicilio", Legend: "Domicilio",
				Fields: []*Field{{Kind: Checkbox, Name: "domicilio-diverso", Label: "A un altro indirizzo", Optional: true}},
				Parts:  []Part{{Class: "solo-se-domicilio", Off: true, Fields: []*Field{{Name: "dom-indirizzo", Label: "Indirizzo"}}}}},
			{ID: "sez-controlli", Legend: "Controlli allo sportello", Fields: []*Field{
				{Kind: Area, Name: "note", Label: "Note", Optional: true, MaxLength: 20},
				{Kind: File, Name: "modulo-firmato", Label: "Modulo firmato", Optional: true, Accept: "application/pdf", Help: "Un PDF, massimo 10 MB."},
				{Kind: Checkbox, Name: "visto", Label: "Ho visto il documento originale"},
			}},
		},
	}
}

// sampleRoutes serve sampleForm as a screen does.
func sampleRoutes(s *Server, show func(*Form)) []route {
	page := func(w http.ResponseWriter, r *http.Request, f *Form) error {
		p := s.page(r, "Registrazione utenti").at().withErrors(f)
		p.Steps = Steps{[]string{"Ricerca", "Dati del cittadino", "Conferma"}, 2}
		p.Data = f
		return s.show(w, "form", p)
	}
	return append(s.routes(),
		route{"GET /modulo", func(w http.ResponseWriter, r *http.Request) error { return page(w, r, sampleForm()) }, citizens, 0},
		route{"POST /modulo", func(w http.ResponseWriter, r *http.Request) error {
			f := sampleForm()
			if err := f.Fill(r); err != nil {
				return err
			}
			f.Check()
			show(f)
			return page(w, r, f)
		}, citizens, 0})
}

// post sends a form as multipart, for it carries a file.
func post(h http.Handler, values url.Values) *httptest.ResponseRecorder {
	var body strings.Builder
	for name, all := range values {
		for _, value := range all {
			body.WriteString("--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
		}
	}
	r := httptest.NewRequest("POST", "/modulo", strings.NewReader(body.String()+"--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// good is what a careful clerk types.
func good() url.Values {
	return url.Values{"nome": {"Giulia"}, "cognome": {"  Bianchi "}, "nascita-giorno": {"12"}, "nascita-mese": {"3"}, "nascita-anno": {"1985"},
		"sesso": {"F"}, "residenza-provincia": {"TO"}, "residenza-comune": {"L219"}, "email": {"giulia@esempio.it"}, "pin": {"12345678"}, "visto": {"si"}}
}

func TestFormChecks(t *testing.T) {
	for name, tt := range map[string]struct {
		change url.Values
		target string // of the only error; "" for none
	}{
		"good":                    {nil, ""},
		"mandatory":               {url.Values{"cognome": {"  "}}, "#cognome"},
		"too long":                {url.Values{"nome": {strings.Repeat("à", 31)}}, "#nome"},
		"as long as may be":       {url.Values{"nome": {strings.Repeat("à", 30)}}, ""},
		"no month 13":             {url.Values{"nascita-mese": {"13"}}, "#nascita-mese"},
		"no year 85":              {url.Values{"nascita-anno": {"85"}}, "#nascita-anno"},
		"no 30 February":          {url.Values{"nascita-giorno": {"30"}, "nascita-mese": {"2"}}, "#nascita-giorno"},
		"no date":                 {url.Values{"nascita-giorno": {""}, "nascita-mese": {""}, "nascita-anno": {""}}, "#nascita-giorno"},
		"letters in a date":       {url.Values{"nascita-giorno": {"x"}}, "#nascita-giorno"},
		"option not offered":      {url.Values{"sesso": {"X"}}, "#sesso-F"},
		"comune not offered":      {url.Values{"residenza-comune": {"A001"}}, "#residenza-comune"},
		"box not ticked":          {url.Values{"visto": {}}, "#visto"},
		"locked value is refused": {url.Values{"cf": {"AAAAAA00A00A000A"}, "stato": {"B"}}, ""},
		"part not chosen":         {url.Values{"dom-indirizzo": {""}}, ""},
	} {
		s := newServer(io.Discard)
		var got *Form
		values := good()
		maps.Copy(values, tt.change)
		w := post(s.handle(sampleRoutes(s, func(f *Form) { got = f })), values)
		if got == nil {
			t.Fatalf("%s: no form was read: %d", name, w.Code)
		}
		var want []string
		if tt.target != "" {
			want = []string{tt.target}
		}
		var targets []string
		for _, e := range got.Errors() {
			targets = append(targets, e.Href)
		}
		if strings.Join(targets, " ") != strings.Join(want, " ") {
			t.Errorf("%s: errors at %q, want %q", name, targets, want)
		}
		if got.Value("cf") != "BNCGLI85C52L219J" || got.Value("stato") != "A" {
			t.Errorf("%s: a locked field was changed", name)
		}
	}
}

func TestRefusedForm(t *testing.T) {
	s := newServer(io.Discard)
	values := good()
	values.Set("cognome", "")
	values.Set("nome", `Giulia "<b>`)
	values.Set("nascita-mese", "13")
	values.Set("sesso", "")
	w := post(s.handle(sampleRoutes(s, func(*Form) {})), values)
	d := document(t, w)
	checkPage(t, "refused form", d)
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("status %d", w.Code)
	}
	if title := d.Find("title").Text(); !strings.HasPrefix(title, "Errore: Registrazione utenti, passo 2 di 3: Dati del cittadino - ") {
		t.Errorf("title %q", title)
	}
	if got := d.Find("#errori h2").Text(); got != "Ci sono 3 errori da correggere" {
		t.Errorf("summary %q", got)
	}
	for selector, want := range map[string]string{
		"#cognome": "", "#nome": `Giulia "<b>`, "#nascita-mese": "13", "#nascita-giorno": "12", "#email": "giulia@esempio.it", "#pin": "",
	} {
		if got := d.Find(selector).AttrOr("value", ""); got != want {
			t.Errorf("%s keeps %q, want %q", selector, got, want)
		}
	}
	for selector, want := range map[string]string{
		"#cognome[aria-invalid=true][aria-describedby=cognome-errore]": "Errore: Campo obbligatorio, da compilare.",
		"#nascita-mese.is-invalid[aria-invalid=true]":                  "",
		"fieldset#nascita[aria-describedby=nascita-errore]":            "",
		"#email[aria-describedby='email-avviso email-aiuto']":          "",
		"#nome[aria-describedby=nome-fonte]":                           "",
		"#residenza-comune option[value=L219][selected]":               "",
		"#visto[checked]": "",
		`button[name=azione][value=comuni-residenza]`:                      "",
		"input#cf[readonly]:not([name])":                                   "",
		"input[type=hidden][name=modulo][value=f-1]":                       "",
		`form[enctype="multipart/form-data"][novalidate] > button[hidden]`: "",
		`nav.indice a[href="#sez-persona"] .badge`:                         "",
	} {
		found := d.Find(selector)
		if found.Length() != 1 {
			t.Errorf("%d of %s", found.Length(), selector)
			continue
		}
		if want != "" {
			if got := strings.TrimSpace(d.Find("#" + found.AttrOr("aria-describedby", "")).Text()); got != want {
				t.Errorf("%s is told %q, want %q", selector, got, want)
			}
		}
	}
}

// What a visitor reads in English is nowhere Italian, but for names and for texts marked as such.
func TestEnglish(t *testing.T) {
	s := newServer(io.Discard)
	h := s.Handler()
	for _, target := range []string{"/", "/privacy", "/regolamento", "/note-legali", "/accessibilita", "/non-esiste"} {
		for _, text := range untranslated(t, h, target) {
			t.Errorf("%s: %q", target, text)
		}
	}
}

// untranslated lists the texts of a page that are the same in Italian and English, and should not be.
func untranslated(t *testing.T, h http.Handler, target string) []string {
	t.Helper()
	italian := map[string]bool{}
	for _, text := range texts(document(t, ask(h, "GET", target, with("Accept-Language", "it")))) {
		italian[text] = true
	}
	var same []string
	for _, text := range texts(document(t, ask(h, "GET", target, with("Accept-Language", "en")))) {
		if italian[text] && !names[text] {
			same = append(same, text)
		}
	}
	return same
}

// names are the same in every language.
var names = map[string]bool{"ITA": true, "ENG": true, "Cookie": true, "Regione Esempio": true, "Piazza del Mercato 1, 10100 Esempio": true,
	"Regione Esempio, Piazza del Mercato 1, 10100 Esempio.": true, "assistenza@regione.example": true, "Esempio": true, "Altra": true,
	"PIN": true, "Password": true, "Username": true, "SPID": true, "CIE": true, "CNS": true}

// texts are the pieces of text with a letter in them, outside what is marked as being in a language.
func texts(d *goquery.Document) []string {
	d.Find("body [lang], .codice-testo").Remove()
	var all []string
	d.Find("body *").Contents().Each(func(_ int, n *goquery.Selection) {
		text := strings.Join(strings.Fields(n.Text()), " ")
		if goquery.NodeName(n) == "#text" && strings.ContainsAny(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz") {
			all = append(all, text)
		}
	})
	return all
}
