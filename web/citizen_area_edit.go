package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"sportello/access"
	"sportello/area"
	"sportello/office"
	"sportello/person"
)

// ownContactsForm asks for the domicile and the telephones (K03).
func (s *Server) ownContactsForm() *Form {
	places := PlaceFields("domicilio", s.allProvinces(), nil)
	return &Form{Action: ownContactsPath, Submit: "Salva", Cancel: Link{Text: "Annulla", Href: ownDataPath}, Sections: []*Section{
		{Legend: "Domicilio", Note: "Le lettere arrivano alla residenza, o qui se indichi un altro indirizzo.", Fields: []*Field{
			{Kind: Checkbox, Name: "domicilio-diverso", Label: "Voglio ricevere le lettere a un indirizzo diverso dalla residenza", Optional: true},
		}, Parts: []Part{{Class: "solo-se-domicilio", Fields: slices.Concat([]*Field{
			{Name: "domicilio-presso", Label: "Presso (c/o)", Optional: true, MaxLength: 100, Help: "Il nome sulla cassetta della posta, se non è il tuo."},
			{Name: "domicilio-indirizzo", Label: "Indirizzo", MaxLength: 200, Columns: 8, Autocomplete: "address-line1"},
			{Name: "domicilio-civico", Label: "Numero civico", MaxLength: 30, Columns: 4},
		}, places, []*Field{
			{Name: "domicilio-cap", Label: "CAP", MaxLength: 5, InputMode: "numeric", Autocomplete: "postal-code"},
		})}}},
		{Legend: "Telefoni", Fields: []*Field{
			{Kind: Tel, Name: "cellulare", Label: "Cellulare", Optional: true, MaxLength: 30, Columns: 6, Autocomplete: "tel"},
			{Kind: Tel, Name: "telefono", Label: "Telefono fisso", Optional: true, MaxLength: 30, Columns: 6, Autocomplete: "off"},
		}},
	}}
}

// about writes into the form what is known.
func (f *Form) about(p person.Person, version int) {
	for name, value := range map[string]string{
		"domicilio-presso": p.Domicile.CareOf, "domicilio-indirizzo": p.Domicile.Address, "domicilio-civico": p.Domicile.Number, "domicilio-provincia": p.Domicile.Province,
		"domicilio-comune": p.Domicile.Comune, "domicilio-cap": p.Domicile.PostalCode, "cellulare": p.Contacts.Mobile, "telefono": p.Contacts.Phone,
	} {
		f.Field(name).Value = value
	}
	f.Field("domicilio-diverso").Checked = p.Domicile.Elsewhere
	f.Hidden = []Option{{"versione", strconv.Itoa(version)}}
}

// settleContacts sets what depends on what was chosen.
func (s *Server) settleContacts(f *Form) {
	province := f.Value("domicilio-provincia")
	f.Field("domicilio-comune").Options = s.comuniOf(office.Competence{Provinces: []string{province}}, province)
	f.Part("solo-se-domicilio").Off = !f.Checked("domicilio-diverso")
}

func (s *Server) getOwnContacts(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	profile, err := portalOf(r).Area.Profile(r.Context(), s.cookie(r, citizenCookie))
	if err != nil {
		return err
	}
	f := s.ownContactsForm()
	f.about(profile.Person, profile.Version)
	return s.showOwnContacts(w, r, st, f, Alert{})
}

func (s *Server) showOwnContacts(w http.ResponseWriter, r *http.Request, st access.Standing, f *Form, notice Alert) error {
	s.settleContacts(f)
	p := s.areaPage(r, st, "Cambia domicilio e telefoni").withErrors(f)
	p.Notice, p.Data = notice, f
	if notice.Kind != "" {
		return s.render(w, http.StatusConflict, "form", p)
	}
	return s.show(w, "form", p)
}

var contactsMissing = map[string]string{
	"domicilio-indirizzo": "Scrivi la via o la piazza.",
	"domicilio-civico":    "Scrivi il numero civico; SNC se non c'è.",
	"domicilio-provincia": "Scegli la provincia.",
	"domicilio-comune":    "Scegli il comune; se non compare, premi prima «Aggiorna i comuni».",
	"domicilio-cap":       "Scrivi le 5 cifre del CAP.",
}

var contactsOvertaken = Alert{"warning", "I tuoi dati sono cambiati nel frattempo",
	"Mentre scrivevi sono stati cambiati in un'altra scheda o da uno sportello. Quello che hai scritto è qui sotto: ricontrolla e salva di nuovo."}

func (s *Server) postOwnContacts(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	f := s.ownContactsForm()
	if err := f.Fill(r); err != nil {
		return err
	}
	f.Hidden = []Option{{"versione", r.PostFormValue("versione")}}
	s.settleContacts(f)
	if action(r) != "" {
		return s.showOwnContacts(w, r, st, f, Alert{})
	}
	if f.Checked("domicilio-diverso") {
		f.require(contactsMissing)
	}
	if cap := f.Field("domicilio-cap"); f.asks("domicilio-cap") && cap.Value != "" && !person.ValidPostalCode(cap.Value) {
		f.Fail("domicilio-cap", contactsMissing["domicilio-cap"])
	}
	if !f.Check() {
		return s.showOwnContacts(w, r, st, f, Alert{})
	}
	version, err := strconv.Atoi(r.PostFormValue("versione"))
	if err != nil {
		return ErrForm
	}
	err = portalOf(r).Area.EditContacts(r.Context(), originOf(r), s.cookie(r, citizenCookie), area.Contacts{Version: version, Phone: f.Value("telefono"), Mobile: f.Value("cellulare"),
		Domicile: person.Domicile{Elsewhere: f.Checked("domicilio-diverso"), CareOf: f.Value("domicilio-presso"), Address: f.Value("domicilio-indirizzo"), Number: f.Value("domicilio-civico"),
			Province: f.Value("domicilio-provincia"), Comune: f.Value("domicilio-comune"), PostalCode: f.Value("domicilio-cap")}})
	switch {
	case errors.Is(err, area.ErrChanged):
		now, err := portalOf(r).Area.Profile(r.Context(), s.cookie(r, citizenCookie))
		if err != nil {
			return err
		}
		f.Hidden = []Option{{"versione", strconv.Itoa(now.Version)}}
		return s.showOwnContacts(w, r, st, f, contactsOvertaken)
	case errors.Is(err, area.ErrDomicile):
		f.Fail("domicilio-comune", contactsMissing["domicilio-comune"])
		return s.showOwnContacts(w, r, st, f, Alert{})
	case err != nil:
		return err
	}
	return redirect(ownDataPath + "?esito=salvati")
}
