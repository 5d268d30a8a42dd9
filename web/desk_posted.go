package web

import (
	"sportello/desk"
	"sportello/office"
	"sportello/postal"
)

// A postedRow is a letter by post in the detail of a registration (E13).
type postedRow struct {
	Number, Href string // Href is empty for who does not run the post
	Queued, Sent string
	State        Badge
	Cause        string
}

func postedRows(who desk.Who, letters []*postal.Letter) (rows []postedRow) {
	for _, l := range letters {
		row := postedRow{Number: l.Number.String(), Queued: inWords(l.CreatedAt), Sent: inWords(l.SentAt), State: letterBadges[l.State], Cause: string(l.Cause)}
		if row.Sent == "" {
			row.Sent = "Non ancora"
		}
		if who.Can(office.RunPost) {
			row.Href = postPath + "/lettere/" + l.ID
		}
		rows = append(rows, row)
	}
	return rows
}

// frozenAlert tells the desk why a citizen's PIN does not work.
func frozenAlert(letters []*postal.Letter) Alert {
	if len(letters) == 0 || letters[0].State != postal.Returned {
		return Alert{}
	}
	return newAlert("warning", "La lettera con il PIN è tornata indietro",
		"Motivo: "+string(letters[0].Cause)+". Per sicurezza quel PIN non apre più niente: l'assistenza controlla l'indirizzo con il cittadino e ne manda un altro, oppure lo sportello consegna le credenziali di persona.")
}
