package web

import (
	"net/http"

	"sportello/access"
	"sportello/area"
	"sportello/person"
)

// ownDataPage is the data of "I tuoi dati" (K03).
type ownDataPage struct {
	area.Profile
	Sections []ItemSection
	Contacts []Item
	Domicile []Item
}

func (s *Server) getOwnData(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	profile, err := portalOf(r).Area.Profile(r.Context(), s.cookie(r, citizenCookie))
	if err != nil {
		return err
	}
	p := s.areaPage(r, st, "I tuoi dati")
	p.Lead = "Quello che la tua registrazione dice di te. Domicilio ed e-mail li cambi qui; per il resto c'è lo sportello."
	if p.Asks {
		p.Lead = "Quello che la tua registrazione dice di te. Domicilio ed e-mail li cambi qui; per il resto c'è l'Ente."
	}
	v := visitOf(r)
	p.Notice = dataNotices[r.URL.Query().Get("esito")]
	p.Data = ownDataPage{Profile: profile, Sections: s.ownSections(v, profile), Contacts: v.ownContacts(profile.Person.Contacts), Domicile: s.ownDomicile(v, profile.Person.Domicile)}
	return s.show(w, "citizen_data", p)
}

var dataNotices = map[string]Alert{
	"salvati":  {"success", "Salvato", "I tuoi dati sono quelli che vedi qui."},
	"conferma": {"info", "Ora guarda la posta del nuovo indirizzo", "Ti abbiamo mandato un messaggio: apri il collegamento e conferma entro 24 ore. Fino ad allora scriviamo all'indirizzo di prima."},
}

// holds is a datum of one's own, or the words that there is none.
func (v *visit) holds(label, value string) Item {
	if value == "" {
		value = v.T("Non indicato")
	}
	return Item{Label: label, Value: value}
}

func (v *visit) ownDay(d any) string {
	text, err := faces()[v.Lang].words.date(d)
	if err != nil {
		panic(err) // neither a date nor an instant: a fault of the program
	}
	return text
}

// ownSections are the data that only a desk changes (001 Allegato 7).
func (s *Server) ownSections(v *visit, x area.Profile) []ItemSection {
	p, r := x.Person, x.Registration
	return []ItemSection{
		{"anagrafica", "Dati anagrafici", v.ownPerson(p)},
		{"residenza", "Residenza", s.ownResidence(v, p.Residence)},
		{"documento", "Documento d'identità", v.ownDocument(p.Document)},
		{"registrazione", "Registrazione", []Item{
			{Label: "Numero di registrazione", Value: string(r.Number), Code: true}, v.holds("Presso", x.Community.Name), v.holds("Registrazione fatta il", v.ownDay(r.CreatedAt)),
			v.holds("Identità accertata il", v.ownDay(r.VerifiedAt)), v.holds("Da", x.VerifiedBy), v.holds("Credenziali attivate il", v.ownDay(r.ActivatedAt)),
			v.holds("Tipo di credenziali", v.T(classOf(r.Strong))),
		}},
	}
}

func (v *visit) ownPerson(p person.Person) []Item {
	return []Item{{Label: "Codice fiscale", Value: string(p.TaxCode), Code: true}, v.holds("Nome", p.Name), v.holds("Cognome", p.Surname),
		v.holds("Data di nascita", v.ownDay(p.BirthDate)), v.holds("Sesso", v.T((&Field{Options: sexes, Value: string(p.Sex)}).Shown()))}
}

func (v *visit) ownDocument(d person.Document) []Item {
	return []Item{v.holds("Documento", v.T(documentLabels[d.Kind])), {Label: "Numero", Value: d.Number, Code: d.Number != "", Missing: d.Number == ""},
		v.holds("Rilasciato da", d.Issuer), v.holds("Rilasciato il", v.ownDay(d.IssuedOn)), v.holds("Scade il", v.ownDay(d.ExpiresOn))}
}

func (s *Server) ownResidence(v *visit, r person.Residence) []Item {
	items := []Item{v.holds("Indirizzo", r.Address), v.holds("Numero civico", r.Number), v.holds("CAP", r.PostalCode)}
	if r.Abroad() {
		return append(items, v.holds("Città", r.City), v.holds("Nazione", r.Nation))
	}
	return append(items, v.holds("Comune", s.comuneName(r.Comune)), v.holds("Provincia", s.provinceName(r.Province)))
}

func (s *Server) ownDomicile(v *visit, d person.Domicile) []Item {
	if !d.Elsewhere {
		return []Item{{Label: "Domicilio", Value: v.T("Uguale alla residenza")}}
	}
	return []Item{v.holds("Presso (c/o)", d.CareOf), v.holds("Indirizzo", d.Address), v.holds("Numero civico", d.Number), v.holds("CAP", d.PostalCode),
		v.holds("Comune", s.comuneName(d.Comune)), v.holds("Provincia", s.provinceName(d.Province))}
}

func (v *visit) ownContacts(c person.Contacts) []Item {
	return []Item{v.holds("E-mail", c.Email), v.holds("Cellulare", c.Mobile), v.holds("Telefono fisso", c.Phone)}
}
