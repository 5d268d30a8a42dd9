package faults_test

import (
	"cmp"
	"database/sql"
	"fmt"
	random "math/rand/v2"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/citizen"
	"sportello/registration"
	"sportello/store"
)

// A ledger is what the walk has left: the audit, in order, and the rows of the database as plain SQL reads them.
type ledger struct {
	*walk
	house   *house
	sql     *sql.DB
	all     []audit.Record
	byAct   map[string][]audit.Record
	ops     map[string]*operationRow
	regs    map[string]*registrationRow
	erased  map[string]bool // registrations, by id
	letters map[string]int  // printings, by operation and paper
}

type registrationRow struct {
	ID, Number, Person, State string
	Strong                    bool
}

type operationRow struct {
	ID, Registration, Kind, Outcome, Reason string
	Entitled, InPerson, Concluded           bool
	Accepted                                int    // texts
	Issuer                                  string // of the delegate's document
}

func (w *walk) check() {
	w.Helper()
	h := newHouse(w, plan{dsn: w.dsn, keys: w.keys})
	h.now = w.now
	driver := "sqlite"
	if strings.HasPrefix(w.dsn, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, w.dsn)
	w.must(err)
	defer db.Close()
	l := &ledger{walk: w, house: h, sql: db, all: records(w, h.Desk.Store), byAct: map[string][]audit.Record{}, ops: map[string]*operationRow{},
		regs: map[string]*registrationRow{}, erased: map[string]bool{}, letters: map[string]int{}}
	l.read()
	l.acknowledged()
	l.effects()
	l.replay()
	l.oneLive()
	l.codes()
	l.usernames()
	l.erasures()
	l.listing()
	l.tell()
}

// tell says what the walk has done, so that one sees that it went everywhere.
func (l *ledger) tell() {
	n := map[audit.Deed]int{}
	for _, r := range l.all {
		if r.Outcome == audit.Done {
			n[r.Deed]++
		}
	}
	l.Logf("%d records, %d registrations, %d operations, %d erased; done: %v", len(l.all), len(l.regs), len(l.ops), len(l.erased), n)
}

func (l *ledger) read() {
	for _, r := range l.all {
		if r.Request != "" {
			l.byAct[r.Request] = append(l.byAct[r.Request], r)
		}
		if r.Outcome == audit.Done && r.Deed == audit.RevokeCitizen {
			l.erased[r.Registration] = true
		}
		if strings.Contains(r.Reason, "errore del sistema") || strings.Contains(r.Reason, "panic") {
			l.Errorf("record %d, %s: %s", r.Seq, r.Deed, r.Reason)
		}
	}
	l.each(`SELECT id, number, person_id, state, strong FROM registration`, func(rows *sql.Rows) error {
		var r registrationRow
		err := rows.Scan(&r.ID, &r.Number, &r.Person, &r.State, &r.Strong)
		l.regs[r.ID] = &r
		return err
	})
	l.each(`SELECT id, registration_id, kind, outcome, close_reason, entitled, in_person AND seen_document AND seen_card, concluded_at > 0,
		(SELECT COUNT(*) FROM acceptance WHERE operation_id = operation.id), COALESCE((SELECT doc_issuer FROM delegation WHERE operation_id = operation.id), '') FROM operation`, func(rows *sql.Rows) error {
		var o operationRow
		err := rows.Scan(&o.ID, &o.Registration, &o.Kind, &o.Outcome, &o.Reason, &o.Entitled, &o.InPerson, &o.Concluded, &o.Accepted, &o.Issuer)
		l.ops[o.ID] = &o
		return err
	})
	l.each(`SELECT operation_id, paper, count FROM print`, func(rows *sql.Rows) error {
		var op, paper string
		var n int
		err := rows.Scan(&op, &paper, &n)
		l.letters[op+" "+paper] = n
		return err
	})
}

func (l *ledger) each(query string, scan func(*sql.Rows) error) {
	l.Helper()
	rows, err := l.sql.QueryContext(l.Context(), query)
	l.must(err)
	defer rows.Close()
	for rows.Next() {
		l.must(scan(rows))
	}
	l.must(rows.Err())
}

// none asks a question whose answer should be 0.
func (l *ledger) none(what, query string) {
	l.Helper()
	var n int
	l.must(l.sql.QueryRowContext(l.Context(), query).Scan(&n))
	if n != 0 {
		l.Errorf("%s: %d", what, n)
	}
}

// onRecord counts what an act is on record for as carried out.
func (l *ledger) onRecord(act string) (n int, deed audit.Deed) {
	for _, r := range l.byAct[act] {
		if r.Outcome == audit.Done {
			n, deed = n+1, r.Deed
		}
	}
	return n, deed
}

// No act without its record: what was answered with yes is on record once, what was answered with no never.
func (l *ledger) acknowledged() {
	ended := map[string]bool{}
	for _, r := range l.all {
		if r.Outcome == audit.Done && (r.Deed == audit.Activate || r.Deed == audit.RevokeCitizen) {
			ended[r.Operation] = true
		}
	}
	for _, s := range l.steps {
		n, deed := l.onRecord(s.Act)
		switch {
		case s.Act == "":
		case s.Refusal != "" && n != 0:
			l.Errorf("%s was refused (%s) and is on record as done: %s", s.Act, s.Refusal, deed)
		case s.Deed == audit.ConcludeDesk && n == 0: // had ended: rows() asks for the record of every desk that has
		case s.Refusal == "" && s.Deed != "" && (n != 1 || deed != s.Deed):
			l.Errorf("%s, %s, is on record %d times, %s", s.Act, s.Deed, n, deed)
		case n > 1:
			l.Errorf("%s is on record %d times", s.Act, n)
		}
		if s.Ended != "" && !ended[s.Ended] {
			l.Errorf("the end of operation %s was acknowledged and is not on record", s.Ended)
		}
	}
}

// oneLive asks for one operation in progress at most, and for no secret that outlives its desk.
func (l *ledger) oneLive() {
	l.none("registrations with two operations in progress", `SELECT COUNT(*) FROM (SELECT registration_id FROM operation WHERE outcome = 'A' GROUP BY registration_id HAVING COUNT(*) > 1) AS twice`)
	l.none("people with two live registrations", `SELECT COUNT(*) FROM (SELECT person_id FROM registration WHERE state <> 'respinto' GROUP BY person_id HAVING COUNT(*) > 1) AS twice`)
	l.none("sealed PINs of desks that are over", `SELECT COUNT(*) FROM handover JOIN operation ON operation.id = operation_id WHERE sealed_pin IS NOT NULL AND (outcome <> 'A' OR concluded_at > 0)`)
	l.none("sealed codes of desks that are over", `SELECT COUNT(*) FROM handover JOIN operation ON operation.id = operation_id WHERE sealed_code IS NOT NULL AND (outcome <> 'A' OR concluded_at > 0 AND renewed_by = '')`)
	l.none("PINs kept of operations that are over", `SELECT COUNT(*) FROM handover JOIN operation ON operation.id = operation_id WHERE pin <> '' AND outcome <> 'A'`)
	l.none("codes that open two operations", `SELECT COUNT(*) FROM (SELECT code FROM handover WHERE code <> '' GROUP BY code HAVING COUNT(*) > 1) AS twice`)
	l.none("operations without a handover", `SELECT COUNT(*) FROM operation WHERE NOT EXISTS (SELECT 1 FROM handover WHERE operation_id = operation.id)`)
	l.none("unsent codes of operations that are over", `SELECT COUNT(*) FROM outbox JOIN operation ON operation.id = operation_id WHERE sealed_code IS NOT NULL AND outcome = 'D'`)
}

// codes tries every code that anybody ever got: the newest of an operation in progress opens it, no other opens anything.
func (l *ledger) codes() {
	newest := map[string]string{} // act that gave it, by operation
	for _, r := range l.all {
		gives := r.Deed == audit.RegisterCitizen || r.Deed == audit.BookOperation || r.Deed == audit.RegenerateCode
		if r.Outcome == audit.Done && gives && r.Detail["modulo"] == "" {
			newest[r.Operation] = r.Request
		}
	}
	all := slices.DeleteFunc(slices.Clone(l.steps), func(s step) bool { return s.Envelope == nil || s.Envelope.Code == "" })
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	tried := map[bool]int{}
	for i, s := range all[:min(len(all), 4000)] {
		e := *s.Envelope
		want := l.open(e) && newest[e.Operation] == e.Act
		if want && e.PIN == "" && e.Kind != registration.Revocation {
			continue // the citizen has lost the PIN
		}
		tried[want]++
		if err := l.try(e, i); (err == nil) != want {
			l.Errorf("the code of %s for %s (%s, the newest is of %s): %v", e.Act, e.Operation, e.Kind, newest[e.Operation], err)
		}
	}
	l.Logf("codes: %d open, %d do not", tried[true], tried[false])
}

// open tells whether an operation is in progress and its code has not died.
func (l *ledger) open(e envelope) (open bool) {
	if op := l.ops[e.Operation]; op == nil || op.Outcome != "A" {
		return false
	}
	l.house.see(func(tx *store.Tx) error {
		h, err := tx.Handover(e.Operation)
		open = err == nil && !h.Dead(5, tx.Now)
		return err
	})
	return open
}

func (l *ledger) try(e envelope, i int) error {
	from := audit.Origin{Address: fmt.Sprintf("172.%d.%d.1", i/250, i%250)}
	code := string(known()[e.Person].TaxCode)
	var err error
	if e.Kind == registration.Revocation {
		_, err = l.house.face.Citizen.CheckRevocation(l.Context(), from, citizen.RevocationCodes{TaxCode: code, Code: e.Code})
	} else {
		_, err = l.house.face.Citizen.CheckCodes(l.Context(), from, citizen.Codes{TaxCode: code, Code: e.Code, PIN: cmp.Or(e.PIN, "AAAAAAAA")})
	}
	return err
}

// usernames are given once, whoever has them.
func (l *ledger) usernames() {
	l.none("credentials whose username is not taken", `SELECT COUNT(*) FROM credential WHERE NOT EXISTS (SELECT 1 FROM username WHERE folded = lower(username) AND username.registration_id = credential.registration_id)`)
	given := map[string]int{}
	for _, s := range l.steps {
		if s.Username == "" {
			continue
		}
		if given[s.Username]++; given[s.Username] > 1 {
			l.Errorf("the username %s was given twice", s.Username)
		}
		l.house.see(func(tx *store.Tx) error {
			taken, err := tx.UsernameTaken(realm, s.Username)
			if !taken {
				l.Errorf("the username %s can be given again", s.Username)
			}
			return err
		})
	}
}

// erasures looks for what is left of those who have revoked.
func (l *ledger) erasures() {
	gone := map[string]bool{}
	for _, r := range l.all {
		if l.erased[r.Registration] && r.Operation != "" {
			gone[r.Operation] = true
		}
	}
	for _, place := range []string{"registration.id", "operation.registration_id", "credential.registration_id", "acceptance.registration_id", "username.registration_id", "outbox.registration_id", "session.subject"} {
		l.empty(place, l.erased)
	}
	for _, place := range []string{"operation.id", "handover.operation_id", "delegation.operation_id", "print.operation_id", "acceptance.operation_id", "session.subject"} {
		l.empty(place, gone)
	}
	l.none("people without a registration", `SELECT COUNT(*) FROM person WHERE NOT EXISTS (SELECT 1 FROM registration WHERE person_id = person.id)`)
	lines, want := 0, len(l.erased)
	l.must(l.sql.QueryRowContext(l.Context(), `SELECT COUNT(*) FROM revocation`).Scan(&lines))
	if lines != want {
		l.Errorf("%d lines in the register, %d revocations on record", lines, want)
	}
}

func (l *ledger) empty(place string, gone map[string]bool) {
	table, column, _ := strings.Cut(place, ".")
	query := "SELECT " + column + ", '' FROM " + table
	if table == "outbox" {
		query = "SELECT registration_id, kind FROM outbox WHERE kind <> 'credenziali revocate'"
	}
	l.each(query, func(rows *sql.Rows) error {
		var id, kind string
		err := rows.Scan(&id, &kind)
		if gone[id] {
			l.Errorf("%s holds %s, which was erased %s", place, id, kind)
		}
		return err
	})
}

// listing compares what searches see with the rows.
func (l *ledger) listing() {
	l.none("rows of the listing that differ", `SELECT COUNT(*) FROM registration JOIN person ON person.id = person_id LEFT JOIN listing ON listing.number = registration.number
		WHERE listing.number IS NULL OR listing.state <> registration.state OR listing.strong <> registration.strong OR listing.tax_code <> person.tax_code
			OR listing.comune <> person.comune OR listing.province <> person.province OR listing.shown_surname <> person.surname OR listing.shown_name <> person.name
			OR listing.pending <> COALESCE((SELECT kind FROM operation WHERE operation.registration_id = registration.id AND operation.outcome = 'A'), '')`)
	l.none("rows of the listing without a registration", `SELECT COUNT(*) FROM listing WHERE NOT EXISTS (SELECT 1 FROM registration WHERE registration.number = listing.number)`)
	l.must(l.house.Desk.Store.Warm())
	for state, n := range l.counted() {
		found, err := l.house.Desk.Store.Search(l.Context(), store.Criteria{Realm: realm, State: registration.State(state)}, store.Slice{Size: 20})
		if err != nil || found.Count != n {
			l.Errorf("%d %q found, %d there (%v)", found.Count, state, n, err)
		}
	}
}

func (l *ledger) counted() map[string]int {
	n := map[string]int{"": len(l.regs)}
	for _, r := range l.regs {
		n[r.State]++
	}
	return n
}
