package citizen

import (
	"slices"

	"sportello/community"
	"sportello/person"
	"sportello/request"
)

// An AskFlaw is one thing that is wrong with what was asked, beside a field of the form.
type AskFlaw struct{ Field, Text string }

// askMailWords are for what the rules of package person find in an address.
var askMailWords = map[person.Problem]string{
	person.EmailMissing:   "Scrivi il tuo indirizzo e-mail.",
	person.EmailMalformed: "L'indirizzo e-mail non è scritto bene: ricontrollalo, per esempio nome.cognome@esempio.it.",
	person.EmailRefused:   "Le caselle di questo dominio non sono ammesse: scrivi un altro indirizzo e-mail.",
}

// AskFlaws are what is wrong with what was written, by a community's policy on a day (003 Fase 1). They judge what was written and ask nobody.
func AskFlaws(a request.Asked, c community.Community, today person.Date) (flaws []AskFlaw) {
	p, r, b := a.Person, a.Person.Residence, a.Birth
	for _, x := range []struct {
		holds       bool
		field, text string
	}{
		{p.TaxCode == "", "codice-fiscale", "Il codice fiscale non è giusto: ricontrollalo sulla tessera sanitaria."},
		{p.BirthDate > today || p.BirthDate != "" && p.BirthDate.YearsAt(today) > 125, "nascita", "La data di nascita non è possibile: ricontrollala."},
		{p.BirthDate != "" && p.BirthDate <= today && p.BirthDate.YearsAt(today) < c.Desk.MinimumAge, "nascita", "Le credenziali si rilasciano a chi è maggiorenne."},
		{p.TaxCode != "" && p.BirthDate != "" && p.Sex != "" && len(p.TaxCode.Disagreements(p.Surname, p.Name, p.BirthDate, p.Sex)) > 0, "codice-fiscale",
			"Il codice fiscale non corrisponde a nome, cognome, data di nascita e sesso: ricontrollali."},
		{b.Nation == "" && b.Province == person.AbroadProvince, "nascita-provincia", "Se sei nato in Italia scegli la provincia."},
		{b.Nation != "" && b.Province != person.AbroadProvince, "nascita-provincia", "Se sei nato all'estero scegli STATO ESTERO e premi Aggiorna i comuni."},
		{!r.Abroad() && r.PostalCode != "" && !person.ValidPostalCode(r.PostalCode), "cap", "Scrivi le 5 cifre del CAP, per esempio 10122."},
	} {
		if x.holds {
			flaws = append(flaws, AskFlaw{x.field, x.text})
		}
	}
	for _, x := range p.Contacts.Problems(slices.Concat(c.Desk.RefusedMailDomains, c.ClosedMailDomains)) {
		flaws = append(flaws, AskFlaw{"email", askMailWords[x]})
	}
	return flaws
}
