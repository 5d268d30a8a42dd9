package web

import (
	"fmt"
	"strings"
	"time"

	"sportello/area"
	"sportello/letter"
)

// chaptersOfRequests are what was asked for, and the documents that came with it, as they are read.
func chaptersOfRequests(d area.OwnData) []letter.Chapter {
	var requests, sent, files [][2]string
	for _, x := range d.Requests {
		requests = append(requests, requestRows(x)...)
	}
	for _, x := range d.Applications {
		sent = append(sent, [2]string{x.Door, joined(". ", "Numero "+string(x.Number), onDay("inviata", x.SentAt), onDay("confermata", x.ConfirmedAt), onDay("conclusa", x.SettledAt), x.Outcome)})
	}
	for _, x := range d.Asked {
		sent = append(sent, [2]string{"Richiesta di credenziali", joined(". ", x.Ente, onDay("inviata", x.SentAt), string(x.State), "Cittadinanza italiana: "+yesNo(x.Italian), joined(", ", x.BirthPlace, x.BirthNation))})
	}
	for _, f := range d.Files() {
		files = append(files, [2]string{f.Name, fmt.Sprintf("%s, %s, %s", moment(f.ReceivedAt), some(f.Pages, "una pagina", "%d pagine"), sizeOf(int64(f.Bytes)))})
	}
	return []letter.Chapter{{Title: "Domande da casa e a un ente", Rows: sent}, {Title: "Richieste all’assistenza", Rows: requests}, {Title: "Documenti ricevuti", Rows: files}}
}

func requestRows(x area.OwnRequest) [][2]string {
	rows := [][2]string{{strings.ToUpper(string(x.Problem[:1])) + string(x.Problem[1:]),
		joined(". ", "Arrivata per "+string(x.Kind)+" "+moment(x.OpenedAt), string(x.State), onDay("conclusa", x.ClosedAt), x.Reason, x.Sender, x.Contact, x.Subject, x.Text)}}
	for _, n := range x.Notes {
		rows = append(rows, [2]string{"Nota dell’assistenza", moment(n.At) + ". " + n.Text})
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

func onDay(what string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return what + " il " + moment(at)
}
