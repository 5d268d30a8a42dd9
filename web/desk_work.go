package web

import (
	"cmp"
	"fmt"
	"net/http"
	"time"

	"sportello/desk"
	"sportello/office"
)

// workRoutes are those of the list of what is left to do.
func (s *Server) workRoutes() []route {
	return []route{{"GET /sportello/lavori", s.only(office.PrintPapers, s.getWork), operators, 0}}
}

const workPath = "/sportello/lavori"

// workPage is what the page shows.
type workPage struct {
	Alarms []Alert // of the post, which is nobody's operation
	Lists  []workList
}

// A workList is one of the lists: what waits, and why it matters.
type workList struct {
	ID, Title, Lead, None string
	Dated                 string // what the day of a line is: Prenotata, if nothing else is said
	Lines                 []workLine
	Cut                   string // said when there may be more
}

// A workLine is an operation that waits for somebody.
type workLine struct {
	Number, Name, Detail string
	Kind, Booked, By     string
	Waits                string // since when, or until when
	Todo                 Link
}

func (s *Server) getWork(w http.ResponseWriter, r *http.Request) error {
	work, err := s.Desk.ToDo(r.Context(), whoOf(r))
	if err != nil {
		return err
	}
	p := s.page(r, "Lavori da fare").at()
	p.Lead = "Le pratiche di questo ente che aspettano qualcuno."
	data := workPage{Lists: workLists(work, visitOf(r).now)}
	for _, run := range work.Runs {
		data.Alarms = append(data.Alarms, unconfirmedAlarm(*run, visitOf(r).now))
	}
	p.Data = data
	return s.show(w, "desk_work", p)
}

func workLists(work desk.Work, now time.Time) []workList {
	lists := []workList{
		lined(workList{ID: "consegne", Title: "Consegne non concluse", Lead: "Documenti da stampare, o stampati senza tornare al menu: fino ad allora chi ha prenotato non apre altro.",
			None: "Nessuna consegna aperta."}, work.Unprinted, func(x desk.Left) workLine {
			return workLine{Waits: "da " + waited(x.BookedAt, now), Todo: Link{Text: "Stampe", Href: printPath(x.Number)}}
		}),
		lined(workList{ID: "e-mail", Title: "E-mail non consegnate", Lead: "Il codice non è arrivato: correggere l'indirizzo con Modifica, poi Rigenera codice attivazione; oppure telefonare al cittadino.",
			None: "Nessuna e-mail respinta."}, work.Undelivered, func(x desk.Left) workLine {
			return workLine{Waits: maskedMail(x.To) + ": " + x.Reason, Todo: Link{Text: "Modifica", Href: actionPath(x.Number, "/modifica")}}
		}),
		lined(workList{ID: "posta-ferma", Title: "E-mail che non partono", Lead: "Il server di posta non risponde, o quello del cittadino non le accetta: l'invio si ripete da solo, e nessuna e-mail va persa. Chi ha fretta può avere il codice su carta.",
			None: "Nessuna e-mail in attesa."}, work.Delayed, func(x desk.Left) workLine {
			return workLine{Waits: maskedMail(x.To) + ", da " + waited(x.Since, now) + ": " + x.Reason, Todo: Link{Text: "Dettaglio", Href: detailPath(x.Number)}}
		}),
		lined(workList{ID: "non-completate", Title: fmt.Sprintf("Operazioni non completate da oltre %d giorni", work.Days),
			Lead: "Il cittadino ha ricevuto i codici ma non ha ancora confermato a casa. Scaduto il codice, ne serve uno nuovo.",
			None: "Nessuna operazione dimenticata."}, work.Uncompleted, func(x desk.Left) workLine {
			return workLine{Waits: codeState(x, now), Todo: Link{Text: "Rigenera codice", Href: actionPath(x.Number, "/codice")}}
		}),
	}
	if len(work.Proposed) > 0 { // where no community asks for four eyes nobody wonders what this is
		lists = append(lists, lined(workList{ID: "codici-fiscali", Title: "Codici fiscali da confermare", Dated: "Proposto",
			Lead: "Un responsabile ha proposto di cambiare il codice fiscale del cittadino: un altro lo conferma o lo rifiuta. " +
				fmt.Sprintf("Dopo %d giorni la proposta scade.", desk.ProposalDays)},
			work.Proposed, func(x desk.Left) workLine { return proposalLine(x, now) }))
	}
	return lists
}

func proposalLine(x desk.Left, now time.Time) workLine {
	line := workLine{Kind: "Cambio codice fiscale", Waits: "da " + waited(x.BookedAt, now), Todo: Link{Text: "Proposta", Href: actionPath(x.Number, proposalPath)}}
	if !x.LapsedAt.IsZero() {
		line.Waits, line.Todo = "scaduta il "+inWords(x.LapsedAt)+", non confermata", Link{Text: "Proporre di nuovo", Href: actionPath(x.Number, recodePath)}
	}
	return line
}

// lined fills a list with its lines, each with what it has of its own.
func lined(list workList, left []desk.Left, own func(desk.Left) workLine) workList {
	list.Dated = cmp.Or(list.Dated, "Prenotata")
	for _, x := range left {
		line := own(x)
		line.Number, line.Name, line.Detail = string(x.Number), x.Surname+" "+x.Name, detailPath(x.Number)
		line.Booked, line.By = inWords(x.BookedAt), x.Operator
		if line.Kind == "" {
			line.Kind = kindLabels[x.Kind]
		}
		list.Lines = append(list.Lines, line)
	}
	if len(left) == desk.WorkLimit {
		list.Cut = fmt.Sprintf("Si vedono le prime %d.", desk.WorkLimit)
	}
	return list
}

func waited(since, now time.Time) string {
	switch days := desk.Waited(since, now); days {
	case 0:
		return "oggi"
	case 1:
		return "ieri"
	default:
		return fmt.Sprintf("%d giorni", days)
	}
}

func codeState(x desk.Left, now time.Time) string {
	switch {
	case x.CodeExpires.IsZero():
		return "nessun codice"
	case x.CodeExpires.Before(now):
		return "codice scaduto il " + inWords(x.CodeExpires.Add(-1))
	}
	return "codice valido fino al " + inWords(x.CodeExpires.Add(-1))
}
