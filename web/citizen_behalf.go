package web

import (
	"net/http"

	"sportello/citizen"
)

// A behalf is who acts at home in the citizen's place, and what they have to say about it (F06).
type behalf struct {
	Person string // acted for
	Signer string // masked
	Box    *Field
}

const behalfMissing = "Conferma per chi agisci: senza la dichiarazione puoi solo fermarti qui."

func behalfField(r *http.Request, p citizen.Procedure) *Field {
	return &Field{Kind: Checkbox, Name: "per-conto", Label: visitOf(r).T("Agisco per conto di %s, come da dichiarazione firmata allo sportello", p.Person.FullName())}
}

// behalfOf is nil where the citizen signs alone.
func behalfOf(p citizen.Procedure, f *Form) *behalf {
	if !p.Operation.OnBehalf() {
		return nil
	}
	return &behalf{Person: p.Person.FullName(), Signer: collector(p), Box: f.Field("per-conto")}
}

// collector is who came to the desk, by given name and the surname's first letter: enough for who knows them.
func collector(p citizen.Procedure) string {
	d := p.Operation.Delegation
	if d == nil {
		return ""
	}
	for _, first := range d.Surname {
		return d.Name + " " + string(first) + "."
	}
	return d.Name
}
