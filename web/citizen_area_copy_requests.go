package web

import (
	"fmt"
	"strings"
	"time"

	"sportello/area"
	"sportello/letter"
)

// chaptersOfRequests are what was asked for, and the documents that came with it, as they are read.
func (v *visit) chaptersOfRequests(d area.OwnData) []letter.Chapter {
	var requests, sent, files [][2]string
	for _, x := range d.Requests {
		requests = append(requests, v.requestRows(x)...)
	}
	for _, x := range d.Applications {
		sent = append(sent, [2]string{x.Door, joined(". ", v.T("Numero")+" "+string(x.Number), v.onDay("inviata il %s", x.SentAt), v.onDay("confermata il %s", x.ConfirmedAt), v.onDay("conclusa il %s", x.SettledAt), x.Outcome)})
	}
	for _, x := range d.Asked {
		italian := v.T("No")
		if x.Italian {
			italian = v.T("Sì")
		}
		sent = append(sent, [2]string{v.T("Richiesta di credenziali"), joined(". ", x.Ente, v.onDay("inviata il %s", x.SentAt), string(x.State), v.T("Cittadinanza italiana: %s", italian), joined(", ", x.BirthPlace, x.BirthNation))})
	}
	for _, f := range d.Files() {
		files = append(files, [2]string{f.Name, fmt.Sprintf("%s, %s %d, %s", v.moment(f.ReceivedAt), v.T("Pagine"), f.Pages, sizeOf(int64(f.Bytes)))})
	}
	return []letter.Chapter{{Title: "Domande da casa e a un ente", Rows: sent}, {Title: "Richieste all’assistenza", Rows: requests}, {Title: "Documenti ricevuti", Rows: files}}
}

func (v *visit) requestRows(x area.OwnRequest) [][2]string {
	rows := [][2]string{{strings.ToUpper(string(x.Problem[:1])) + string(x.Problem[1:]),
		joined(". ", v.T("Arrivata per %s il %s", string(x.Kind), v.moment(x.OpenedAt)), string(x.State), v.onDay("conclusa il %s", x.ClosedAt), x.Reason, x.Sender, x.Contact, x.Subject, x.Text)}}
	for _, n := range x.Notes {
		rows = append(rows, [2]string{v.T("Nota dell’assistenza"), v.moment(n.At) + ". " + n.Text})
	}
	return rows
}

// joined are the words that are there.
func joined(by string, words ...string) string {
	var said []string
	for _, w := range words {
		if w != "" {
			said = append(said, w)
		}
	}
	return strings.Join(said, by)
}

func (v *visit) onDay(what string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return v.T(what, v.moment(at))
}
