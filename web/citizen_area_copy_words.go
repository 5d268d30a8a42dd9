package web

import (
	"strings"

	"sportello/access"
	"sportello/area"
	"sportello/audit"
	"sportello/citizen"
	"sportello/desk"
	"sportello/letter"
	"sportello/store"
)

// refusedBecause says why an act of one's own was refused, where a person can do something with it. A record keeps the program's words.
var refusedBecause = map[string]string{
	access.ErrCredentials.Error():    "i dati scritti non corrispondono",
	citizen.ErrCodes.Error():         "i codici scritti non corrispondono",
	citizen.ErrCodeDead.Error():      "il codice era scaduto, usato o sostituito",
	access.ErrTooMany.Error():        "troppi tentativi",
	access.ErrNoSession.Error():      "l'accesso era finito",
	access.ErrOver.Error():           "l'accesso era finito",
	area.ErrLoggedOut.Error():        "l'accesso era finito",
	area.ErrNeedsPIN.Error():         "serviva il PIN",
	area.ErrLink.Error():             "il collegamento era usato, scaduto o sostituito",
	area.ErrSoon.Error():             "e-mail o domicilio erano cambiati da poco",
	citizen.ErrNotAccepted.Error():   "Regolamento e informativa non erano accettati",
	store.ErrStale.Error():           "i dati erano cambiati nel frattempo",
	citizen.ErrNoAddress.Error():     "mancava un indirizzo e-mail a cui scrivere",
	access.ErrSamePassword.Error():   "la password era quella di prima",
	citizen.ErrNoProcedure.Error():   "la procedura era finita",
	access.ErrExpired.Error():        "la prima password era scaduta",
	area.ErrDomicile.Error():         "il domicilio non era completo",
	area.ErrNoEmail.Error():          "mancava un indirizzo e-mail a cui scrivere",
	area.ErrRefusedMail.Error():      "quel tipo di indirizzo e-mail non è ammesso",
	citizen.ErrMailbox.Error():       "troppi messaggi a quell'indirizzo in un giorno",
	citizen.ErrNotYet.Error():        "mancava un passo di prima",
	citizen.ErrNoApplication.Error(): "la procedura era finita",
}

// chapterOfHistory is the audit as the person may read it. The stored words are in the reader's language; an operator's reason is as it was written.
func (v *visit) chapterOfHistory(d area.OwnData) letter.Chapter {
	c := letter.Chapter{Title: "Registro delle attività"}
	for _, x := range d.History {
		reason := x.Reason
		if x.Outcome == audit.Refused {
			reason = refusedBecause[x.Reason]
		}
		c.Rows = append(c.Rows, [2]string{v.moment(x.At), joined(", ", v.T(x.By), v.T(string(x.Deed)), v.T(string(x.Outcome)), v.T(reason), x.Address)})
	}
	return c
}

// sourceRows say of each datum where it comes from.
func (v *visit) sourceRows(d area.OwnData) (rows [][2]string) {
	for _, x := range d.Sources {
		edited := ""
		if x.Edited {
			edited = v.T("poi modificato")
		}
		label := x.Field
		if known := fieldLabels[desk.Field(x.Field)]; known != "" {
			label = v.T(known)
		}
		rows = append(rows, [2]string{label, joined(", ", x.From, v.moment(x.ReadAt), edited)})
	}
	for _, c := range d.TaxCodes {
		rows = append(rows, [2]string{v.T("Codice fiscale") + " " + string(c.Code), strings.Trim(v.moment(c.From)+" – "+v.moment(c.To), "– ")})
	}
	return rows
}
