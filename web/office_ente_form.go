package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sportello/administration"
	"sportello/community"
	"sportello/office"
)

// The buttons that fill the competence, and the prefixes of its boxes.
const (
	addProvince = "aggiungi-provincia"
	addComune   = "aggiungi-comune"
	provinceBox = "provincia-"
	comuneBox   = "comune-"
)

// enteForm asks about an ente: all of it of who appoints enti, name and address of a responsabile.
func (s *Server) enteForm(r *http.Request, e administration.EnteFile) *Form {
	f := &Form{Action: entiPath + "/nuovo", Submit: "Aggiungi l'ente", Cancel: Link{Text: "Annulla", Href: entiPath}}
	if e.ID != "" {
		f.Action, f.Submit, f.Cancel.Href = entiPath+"/"+e.ID+"/modifica", "Salva", entiPath+"/"+e.ID
		f.Hidden = []Option{{"versione", strconv.Itoa(e.Version)}}
	}
	f.Sections = []*Section{{Legend: "Ente", Fields: []*Field{
		{Name: "nome", Label: "Nome", MaxLength: 150, Value: e.Name, Help: "Come lo legge il cittadino, per esempio «ASL Città di Torino»."},
		{Name: "indirizzo", Label: "Indirizzo", MaxLength: 200, Value: e.Address, Optional: true, Help: "Della sede: gli sportelli hanno ciascuno il suo."},
	}}}
	if !whoOf(r).Can(office.AppointEnti) {
		f.Intro = "Credenziali, competenza e incarico dell'ente li cambia un amministratore."
		return f
	}
	f.Sections = append(f.Sections, s.credentialsSection(r, e.Ente), s.competenceSection(e.Competence), mandateSection(e.Ente))
	return f
}

func (s *Server) credentialsSection(r *http.Request, e office.Ente) *Section {
	of := &Field{Kind: Select, Name: "community", Label: "Community", Proper: true, Value: string(e.Community)}
	for _, c := range s.Desk.Communities.Realm(whoOf(r).Ente.Realm) {
		of.Options = append(of.Options, Option{string(c.ID), c.Name})
	}
	if e.ID != "" {
		of.Lock = "La community si sceglie una volta sola."
	}
	return &Section{Legend: "Che cosa rilascia", Fields: []*Field{of,
		{Kind: Radio, Name: "credenziali", Label: "Credenziali", Value: string(e.Issues), Options: []Option{
			{string(office.IssuesStrong), "Forti (imputabili): riscontra l'identità di persona"}, {string(office.IssuesWeak), "Deboli"}}},
		{Kind: Checkbox, Name: "solo-pin", Label: "Consegna solo il PIN, senza codice di attivazione (centri per l'impiego)", Optional: true, Checked: e.PINOnly},
	}}
}

// competenceSection holds what was chosen as boxes to untick, and how to add more without a script.
func (s *Server) competenceSection(c office.Competence) *Section {
	section := &Section{ID: "competenza", Legend: "Competenza", Note: "Dove gli operatori possono mettere la residenza di un cittadino. STATO ESTERO è sempre compreso."}
	for _, sigla := range c.Provinces {
		section.Fields = append(section.Fields, &Field{Kind: Checkbox, Name: provinceBox + sigla, Label: "Provincia: " + s.provinceName(sigla), Optional: true, Checked: true})
	}
	for _, code := range c.Comuni {
		section.Fields = append(section.Fields, &Field{Kind: Checkbox, Name: comuneBox + code, Label: "Comune: " + s.comuneName(code), Optional: true, Checked: true})
	}
	places := PlaceFields("competenza", s.allProvinces(), nil)
	for _, x := range places[:2] {
		x.Optional = true
	}
	places[0].Label, places[1].Label = "Provincia da aggiungere", "Comune da aggiungere"
	return &Section{ID: section.ID, Legend: section.Legend, Note: section.Note, Fields: append(append(section.Fields, places...),
		&Field{Kind: Refresh, Name: "azione", ID: addProvince, Value: addProvince, Label: "Aggiungi tutta la provincia", Columns: 6},
		&Field{Kind: Refresh, Name: "azione", ID: addComune, Value: addComune, Label: "Aggiungi solo il comune", Columns: 6})}
}

func mandateSection(e office.Ente) *Section {
	m := e.Mandate
	signed, from, to := &Field{Kind: DateOf, Name: "atto-data", Label: "Data dell'atto"}, &Field{Kind: DateOf, Name: "incarico-dal", Label: "Incarico valido dal"},
		&Field{Kind: DateOf, Name: "incarico-al", Label: "Incarico valido fino al", Optional: true, Help: "Ultimo giorno compreso. Vuoto: senza scadenza. Dopo, i suoi operatori non entrano più."}
	signed.SetDate(m.SignedOn)
	from.SetDate(m.From)
	to.SetDate(m.To)
	return &Section{Legend: "Incarico", Fields: []*Field{
		{Kind: Checkbox, Name: "soggetto-terzo", Label: "Non è un'amministrazione: lavora per incarico formale", Optional: true, Opens: true, Checked: e.Kind == office.ThirdParty},
	}, Parts: []Part{{Class: "solo-se-aperta", Off: e.Kind != office.ThirdParty, Fields: []*Field{
		{Name: "atto-numero", Label: "Numero dell'atto", MaxLength: 50, Value: m.Number}, signed,
		{Name: "atto-autorita", Label: "Chi ha dato l'incarico", MaxLength: 150, Value: m.Authority, Help: "Per esempio «Regione Piemonte, Direzione Sanità»."},
		from, to,
	}}}}
}

// readEnte reads the form of an ente that is kept as kept, or of a new one. The deed judges what it says.
func (s *Server) readEnte(r *http.Request, kept administration.EnteFile) (*Form, office.Ente, error) {
	if err := parse(r, false); err != nil {
		return nil, office.Ente{}, err
	}
	shown := kept
	mayAppoint := whoOf(r).Can(office.AppointEnti)
	if mayAppoint {
		shown.Competence = s.chosen(r)
	}
	f := s.enteForm(r, shown)
	if err := f.Fill(r); err != nil {
		return nil, office.Ente{}, err
	}
	e := kept.Ente
	e.Name, e.Address = f.Value("nome"), f.Value("indirizzo")
	if kept.ID != "" {
		e.Version, _ = strconv.Atoi(r.PostFormValue("versione")) // 0 is no version: stale
	}
	if mayAppoint {
		s.fillAppointment(f, &e, shown.Competence)
	}
	return f, e, nil
}

// fillAppointment reads what only who appoints enti may set.
func (s *Server) fillAppointment(f *Form, e *office.Ente, chosen office.Competence) {
	f.Field("competenza-comune").Options = s.comuniOf(office.Competence{Provinces: []string{f.Value("competenza-provincia")}}, f.Value("competenza-provincia"))
	for _, box := range slices.Concat(chosen.Provinces, chosen.Comuni) { // what was chosen just now is ticked
		for _, prefix := range []string{provinceBox, comuneBox} {
			if f.asks(prefix + box) {
				f.Field(prefix + box).Checked = true
			}
		}
	}
	e.Community, e.Issues, e.PINOnly, e.Competence = community.ID(f.Value("community")), office.Issues(f.Value("credenziali")), f.Checked("solo-pin"), chosen
	part := f.Part("solo-se-aperta")
	part.Off = !f.Checked("soggetto-terzo")
	if e.Kind, e.Mandate = office.Administration, (office.Mandate{}); part.Off {
		return
	}
	e.Kind, e.Mandate = office.ThirdParty, office.Mandate{Number: f.Value("atto-numero"), Authority: f.Value("atto-autorita")}
	e.Mandate.SignedOn, _ = f.Field("atto-data").Date() // a day that is none is told by Check
	e.Mandate.From, _ = f.Field("incarico-dal").Date()
	e.Mandate.To, _ = f.Field("incarico-al").Date()
}

// chosen is the competence that the boxes and the button pressed make: places that exist.
func (s *Server) chosen(r *http.Request) office.Competence {
	var c office.Competence
	add := func(province, comune string) {
		if len(s.Places.Comuni(province)) > 0 && !slices.Contains(c.Provinces, province) {
			c.Provinces = append(c.Provinces, province)
		}
		if p, ok := s.Places.Comune(comune); ok && !p.Foreign() && !slices.Contains(c.Comuni, comune) {
			c.Comuni = append(c.Comuni, comune)
		}
	}
	for name := range r.PostForm {
		if sigla, ok := strings.CutPrefix(name, provinceBox); ok {
			add(sigla, "")
		}
		if code, ok := strings.CutPrefix(name, comuneBox); ok {
			add("", code)
		}
	}
	switch action(r) {
	case addProvince:
		add(r.PostFormValue("competenza-provincia"), "")
	case addComune:
		add("", r.PostFormValue("competenza-comune"))
	}
	slices.Sort(c.Provinces)
	slices.Sort(c.Comuni)
	return c
}
