package web

import (
	"net/http"
	"time"

	"sportello/access"
	"sportello/postal"
	"sportello/registration"
)

// ownDonePage is the data of "Operazioni e lettere".
type ownDonePage struct {
	Operations []ownOperationRow
	Letters    []ownLetterRow
}

type ownOperationRow struct {
	Kind, Ente, Delegate string
	State                Badge
	Booked, Closed       time.Time
	Until                time.Time // of the code, while the operation waits for the citizen
}

type ownLetterRow struct {
	State         Badge
	Asked, Sent   time.Time
	Lines         []string
	Cause, Number string
}

// ownOperationStates say how an operation went, to the citizen.
var ownOperationStates = map[registration.Outcome]Badge{
	registration.Pending:   {"manca", "Da completare a casa"},
	registration.Success:   {"fatto", "Completata"},
	registration.Discarded: {"neutro", "Annullata o sostituita"},
}

// ownLetterStates say where a letter is.
var ownLetterStates = map[postal.State]Badge{
	postal.Unfit:      {"neutro", "In preparazione"},
	postal.Waiting:    {"neutro", "In preparazione"},
	postal.InRun:      {"neutro", "In stampa"},
	postal.Sent:       {"registrato", "Spedita"},
	postal.Delivered:  {"fatto", "Arrivata"},
	postal.Returned:   {"respinto", "Tornata indietro"},
	postal.Superseded: {"neutro", "Non più valida"},
}

func (s *Server) getDone(w http.ResponseWriter, r *http.Request, st access.Standing) error {
	done, err := portalOf(r).Area.Done(r.Context(), s.cookie(r, citizenCookie))
	if err != nil {
		return err
	}
	var d ownDonePage
	for _, op := range done.Operations {
		row := ownOperationRow{Kind: kindLabels[op.Kind], Ente: op.Ente, State: ownOperationStates[op.Outcome], Booked: op.BookedAt, Closed: op.ClosedAt}
		if op.Delegation != nil {
			row.Delegate = op.Delegation.FullName()
		}
		if op.Outcome == registration.Pending {
			row.Until = done.CodeUntil
		}
		d.Operations = append(d.Operations, row)
	}
	for _, l := range done.Letters {
		d.Letters = append(d.Letters, ownLetterRow{ownLetterStates[l.State], l.CreatedAt, l.SentAt, l.Lines, string(l.Cause), string(l.Number)})
	}
	p := s.areaPage(r, st, "Operazioni e lettere")
	p.Lead = "Quello che è stato fatto con le tue credenziali, e le lettere che ti abbiamo spedito."
	p.Data = d
	return s.show(w, "citizen_done", p)
}
