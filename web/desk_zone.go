package web

import (
	"errors"
	"net/http"
	"net/url"

	titles "golang.org/x/text/cases"
	"golang.org/x/text/language"

	"sportello/person"
)

// zoneAction is what the button beside the machine-readable zone sends.
const zoneAction = "leggi-zona"

// zoneFields take the machine-readable zone of a card or passport, pasted or typed by a reader, and write it into the fields of the document.
func zoneFields() []*Field {
	return []*Field{
		{Kind: Area, Name: "zona", Label: "Zona a lettura ottica del documento (MRZ)", Optional: true, MaxLength: 200, Rows: 2,
			Help: "Le due o tre righe con i segni <, da un lettore o copiate. Riempiono numero e scadenza; il resto si confronta."},
		{Kind: Refresh, Name: "azione", ID: "leggi-zona", Value: zoneAction, Label: "Compila dal documento"},
	}
}

// zoneWords say why a zone was not read.
var zoneWords = map[error]string{
	person.ErrMRZShape: "Non è una zona a lettura ottica intera: copiare tutte le righe, oppure compilare i campi a mano.",
	person.ErrMRZCheck: "Un carattere della zona è stato letto male: ripetere la lettura, oppure compilare i campi a mano.",
}

// A zoneReading is what the zone of a posted form said.
type zoneReading struct {
	person.MRZ
	asked bool
	wrong string
}

// readZone writes into a posted form what its machine-readable zone says, if that was asked for: the document as it is there, the person only where
// nothing was typed. It comes before the form is filled, and tell after.
func readZone(r *http.Request) (z zoneReading, err error) {
	if err := parse(r, false); err != nil || action(r) != zoneAction {
		return z, err
	}
	z.asked = true
	if z.MRZ, err = person.ReadMRZ(r.PostForm.Get("zona"), person.DateOf(visitOf(r).now.In(rome))); err != nil {
		for known, words := range zoneWords {
			if errors.Is(err, known) {
				z.wrong = words
			}
		}
		return z, nil
	}
	z.write(r.PostForm)
	return z, nil
}

func (z *zoneReading) write(posted url.Values) {
	prefix := cardPrefix
	posted.Set("documento", "ci")
	if z.Kind != person.IdentityCard {
		prefix = otherPrefix
		posted.Set("documento", "altro")
		posted.Set(otherPrefix+"tipo", string(z.Kind))
	}
	posted.Set("zona", "")
	posted.Set(prefix+"numero", z.Number)
	setDate(posted, prefix+"scadenza", z.ExpiresOn)
	title := titles.Title(language.Italian)
	z.Surname, z.Name = title.String(z.Surname), title.String(z.Name)
	for _, x := range []struct{ name, value string }{{"cognome", z.Surname}, {"nome", z.Name}, {"sesso", string(z.Sex)}} {
		if posted.Get(x.name) == "" {
			posted.Set(x.name, x.value)
		}
	}
	if posted.Get("nascita-giorno")+posted.Get("nascita-mese")+posted.Get("nascita-anno") == "" {
		setDate(posted, "nascita", z.BirthDate)
	}
}

// setDate writes a day as a form posts it, if it is known.
func setDate(posted url.Values, name string, d person.Date) {
	if d == "" {
		return
	}
	day, month, year := d.Parts()
	posted.Set(name+"-giorno", day)
	posted.Set(name+"-mese", month)
	posted.Set(name+"-anno", year)
}

// tell marks what was typed otherwise than the document says.
func (z zoneReading) tell(f *Form) {
	if z.wrong != "" {
		f.Fail("zona", z.wrong)
	}
	if !z.asked || z.wrong != "" {
		return
	}
	for _, x := range []struct {
		name, read string
		same       func(typed, read string) bool
	}{{"cognome", z.Surname, person.SameName}, {"nome", z.Name, person.SameName}, {"nascita", string(z.BirthDate), same}, {"sesso", string(z.Sex), same}} {
		if field := f.Field(x.name); x.read != "" && !x.same(field.text(), x.read) {
			field.Warning = "Diverso da quanto letto nel documento: " + field.show(x.read) + "."
		}
	}
}

func same(typed, read string) bool { return typed == read }
