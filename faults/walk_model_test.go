package faults_test

import (
	"database/sql"
	"slices"

	"sportello/audit"
)

// The manual's table, told a second time (001 §5.2.5, §4.2.1, mission S1): what an operation asks for, what it makes when it is
// booked, and when it is completed.
var manual = map[string]struct {
	from         []string // states
	weak, strong bool     // registrations
	booked       string   // state, "" if it stays
	anywhere     bool     // also at an ente that is not entitled, where credentials are weak
}{
	"riscontro forte": {[]string{"registrato", "riscontrato"}, true, true, "riscontrato", false},
	"riscontro":       {[]string{"registrato", "riscontrato"}, true, false, "riscontrato", true},
	"promozione":      {[]string{"attivo"}, true, false, "attivo", false},
	"reset":           {[]string{"attivo"}, true, true, "attivo", true},
	"rigenera PIN":    {[]string{"attivo"}, false, true, "attivo", false},
	"revoca":          {[]string{"registrato", "riscontrato", "attivo"}, true, true, "", true},
}

// A pratica is what the records of a registration tell, one after the other.
type pratica struct {
	*ledger
	state   string
	strong  bool
	pending *operationRow
	before  string // state to which a cancelled booking goes back
}

// replay lives every registration that is still there once more, by the records alone, and compares.
func (l *ledger) replay() {
	lives := map[string]*pratica{}
	for _, r := range l.all {
		if r.Outcome != audit.Done || l.regs[r.Registration] == nil {
			continue
		}
		if lives[r.Registration] == nil {
			lives[r.Registration] = &pratica{ledger: l, state: "registrato"}
		}
		lives[r.Registration].take(r)
	}
	for id, row := range l.regs {
		x := lives[id]
		if x == nil {
			l.Errorf("registration %s has no record", id)
			continue
		}
		if x.state != row.State || x.strong != row.Strong {
			l.Errorf("registration %s is %s %v, its records tell %s %v", id, row.State, row.Strong, x.state, x.strong)
		}
		for _, op := range l.ops {
			if op.Registration == id && (op.Outcome == "A") != (x.pending == op) {
				l.Errorf("operation %s of %s is %s", op.ID, id, op.Outcome)
			}
		}
	}
}

func (x *pratica) take(r audit.Record) {
	op := x.ops[r.Operation]
	if r.Detail["modulo"] != "" || r.Operation == "" || op == nil {
		return
	}
	own := x.pending == op
	switch r.Deed {
	case audit.RegisterCitizen, audit.BookOperation:
		x.book(r, op)
	case audit.Activate:
		if !own {
			x.Errorf("record %d completes what is not in progress", r.Seq)
		}
		x.complete(r, op)
	case audit.CancelBooking, audit.ReleaseGate:
		if op.Reason != "annullata: "+r.Reason && op.Reason != "sbloccata: "+r.Reason {
			return // a renewal was released
		}
		if !own {
			x.Errorf("record %d takes back what is not in progress", r.Seq)
		}
		x.state, x.pending = x.before, nil
	case audit.DestroySecrets:
		if op.Reason == "stampe non completate in tempo" && own {
			x.pending = nil
		}
	case audit.DiscardOperation:
		if !own {
			x.Errorf("record %d discards what is not in progress", r.Seq)
		}
		x.pending = nil
	}
}

func (x *pratica) book(r audit.Record, op *operationRow) {
	m := manual[op.Kind]
	if !slices.Contains(m.from, x.state) || x.strong && !m.strong || !x.strong && !m.weak {
		x.Errorf("record %d books %s on a registration that is %s %v", r.Seq, op.Kind, x.state, x.strong)
	}
	if !op.Entitled && (!m.anywhere || x.strong && op.Kind != "revoca") {
		x.Errorf("record %d books %s where nobody may", r.Seq, op.Kind)
	}
	if x.pending == nil {
		x.before = x.state
	}
	if m.booked != "" {
		x.state = m.booked
	}
	x.pending = op
}

func (x *pratica) complete(r audit.Record, op *operationRow) {
	imputable := op.Entitled && op.InPerson && op.Accepted == 2
	switch op.Kind {
	case "riscontro":
		x.strong = false
	case "riscontro forte", "reset", "promozione":
		x.strong = imputable
	case "revoca":
		x.Errorf("record %d completes a revocation of somebody who is still there", r.Seq)
	}
	if op.Accepted != 2 {
		x.Errorf("record %d activates with %d texts accepted", r.Seq, op.Accepted)
	}
	x.state, x.pending = "attivo", nil
}

// effects: no record without its act, and no act without its record, row by row.
func (l *ledger) effects() {
	booked, ended, closed, letters := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	address, issuer := map[string]string{}, map[string]string{} // last written
	for _, r := range l.all {
		if r.Outcome != audit.Done || r.Detail["modulo"] != "" || l.erased[r.Registration] {
			continue
		}
		op := l.ops[r.Operation]
		missing := op == nil
		switch r.Deed {
		case audit.RegisterCitizen, audit.BookOperation:
			booked[r.Operation]++
		case audit.RegenerateCode: // ends the desk, too
			ended[r.Operation]++
			missing = false
		case audit.PrintPaper:
			letters[r.Operation+" "+r.Detail["carta"]]++
		case audit.ConcludeDesk:
			ended[r.Operation]++
			missing = missing || !op.Concluded && op.Outcome == "A"
		case audit.Activate:
			closed[r.Operation]++
			missing = missing || op.Outcome != "S"
		case audit.CancelBooking:
			closed[r.Operation]++
			missing = missing || op.Outcome != "D" || op.Reason != "annullata: "+r.Reason
		case audit.ReleaseGate:
			if op != nil && op.Reason == "sbloccata: "+r.Reason {
				closed[r.Operation]++
			}
		case audit.DiscardOperation:
			closed[r.Operation]++
			missing = missing || op.Outcome != "D" || op.Reason != "codice scaduto"
		case audit.DestroySecrets:
			ended[r.Operation]++
		case audit.EditDelegation:
			issuer[r.Operation] = r.Request
		case audit.EditPerson, audit.MoveResidence:
			missing = l.regs[r.Registration] == nil
			address[r.Registration] = r.Request
		default:
			missing = false
		}
		if missing {
			l.Errorf("record %d, %s, of operation %q of registration %q, has left no trace", r.Seq, r.Deed, r.Operation, r.Registration)
		}
	}
	l.rows(booked, ended, closed)
	l.printings(letters)
	l.written(address, issuer)
}

// rows compares the operations with what was counted in the records. A code made anew ends the desk, and so do an
// activation at home and the night that destroys what was left sealed.
func (l *ledger) rows(booked, ended, closed map[string]int) {
	for id, op := range l.ops {
		want := 1
		if op.Outcome == "A" || op.Reason == "sostituita da una nuova prenotazione" || op.Reason == "stampe non completate in tempo" {
			want = 0
		}
		if booked[id] != 1 || closed[id] != want {
			l.Errorf("operation %s, %s %s %q, was booked %d times and closed %d times by the records", id, op.Kind, op.Outcome, op.Reason, booked[id], closed[id])
		}
		if op.Concluded && op.Outcome == "A" && ended[id] == 0 {
			l.Errorf("the desk of operation %s, %s, has ended without a record", id, op.Kind)
		}
		if op.Outcome == "S" != (op.Accepted == 2) && op.Kind != "revoca" {
			l.Errorf("operation %s is %s, with %d texts accepted", id, op.Outcome, op.Accepted)
		}
	}
}

func (l *ledger) printings(letters map[string]int) {
	for id, n := range letters {
		if l.letters[id] != n {
			l.Errorf("%s: %d printings on record, %d counted", id, n, l.letters[id])
		}
	}
	for id, n := range l.letters {
		if letters[id] != n {
			l.Errorf("%s: %d printings counted, %d on record", id, n, letters[id])
		}
	}
}

// written compares the last changes on record with what stands there.
func (l *ledger) written(address, issuer map[string]string) {
	l.each(`SELECT registration.id, person.address FROM registration JOIN person ON person.id = person_id`, func(rows *sql.Rows) error {
		var id, is string
		err := rows.Scan(&id, &is)
		if want := address[id]; want != "" && is != want {
			l.Errorf("registration %s: the last change on record is of %s, the address is of %s", id, want, is)
		}
		return err
	})
	for id, want := range issuer {
		if is := l.ops[id].Issuer; is != want {
			l.Errorf("operation %s: the last change of the delegate is of %s, it stands %s", id, want, is)
		}
	}
}
