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
		sent = append(sent, [2]string{v.T(x.Door), joined(". ", v.T("Numero")+" "+string(x.Number), v.onDay("inviata il %s", x.SentAt), v.onDay("confermata il %s", x.ConfirmedAt), v.onDay("conclusa il %s", x.SettledAt), v.T(x.Outcome))})
	}
	for _, x := range d.Asked {
		sent = append(sent, [2]string{v.T("Richiesta di credenziali"), v.askedWords(x)})
	}
	for _, f := range d.Files() {
		files = append(files, [2]string{v.T(f.Name), fmt.Sprintf("%s, %s %d, %s", v.moment(f.ReceivedAt), v.T("Pagine"), f.Pages, sizeOf(int64(f.Bytes)))})
	}
	return []letter.Chapter{{Title: "Domande da casa e a un ente", Rows: sent}, {Title: "Richieste all’assistenza", Rows: requests}, {Title: "Documenti ricevuti", Rows: files}}
}

func (v *visit) askedWords(x area.OwnAsked) string {
	italian := v.T("No")
	if x.Italian {
		italian = v.T("Sì")
	}
	return joined(". ", x.Ente, v.onDay("inviata il %s", x.SentAt), capital(v.T(string(x.State))), joined(", ", capital(v.T(string(x.Outcome))), v.onDay("conclusa il %s", x.ClosedAt)), v.because(x.Reason),
		v.T("Cittadinanza italiana: %s", italian), joined(", ", x.BirthPlace, x.BirthNation))
}

func (v *visit) requestRows(x area.OwnRequest) [][2]string {
	rows := [][2]string{{capital(v.T(string(x.Problem))), joined(". ", v.T("Arrivata il %s (%s)", v.moment(x.OpenedAt), v.T(string(x.Kind))), joined(", ", capital(v.T(string(x.State))), v.onDay("conclusa il %s", x.ClosedAt)),
		v.because(x.Reason), x.Sender, x.Contact, x.Subject, x.Text)}}
	if x.Withheld {
		rows = append(rows, [2]string{v.T("Documenti ricevuti"), v.T("Ciò che è arrivato con questa richiesta non è nella copia: potrebbe essere di un’altra persona. Se l’hai mandato tu, chiedilo all’assistenza.")})
	}
	for _, n := range x.Notes {
		rows = append(rows, [2]string{v.T("Nota dell’assistenza"), v.moment(n.At) + ". " + n.Text})
	}
	return rows
}

// because is the reason of a decision: in the reader's language where it was chosen from the list, else as the clerk wrote it.
func (v *visit) because(reason string) string {
	if reason == "" {
		return ""
	}
	return v.T("Motivo: %s", v.T(reason))
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
