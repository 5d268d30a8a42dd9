package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"sportello/community"
	"sportello/person"
	"sportello/request"
)

var requests = newTable("request", `id realm community ente_id kind problem registration_id source state taken_by taken_at proposed_by notice_at opened_at deadline closed_at
	answers reason content version`)

// requestRow has the sealed content in a variable of its own: see sealContent and openContent.
func requestRow(r *request.Request, content *[]byte) []any {
	return []any{&r.ID, &r.Realm, &r.Community, &r.Ente, &r.Kind, &r.Problem, &r.Registration, &r.Source, &r.State, &r.TakenBy, stamp{&r.TakenAt}, &r.ProposedBy,
		stamp{&r.NoticeAt}, stamp{&r.OpenedAt}, stamp{&r.Deadline}, stamp{&r.ClosedAt}, asJSON{&r.Answers}, &r.Reason, content, &r.Version}
}

func (tx *Tx) sealContent(r *request.Request) ([]byte, error) {
	plain, err := json.Marshal(r.Content)
	if err != nil {
		return nil, fmt.Errorf("write content of a request: %w", err)
	}
	return tx.db.Sealer.Seal("istanza/"+r.ID, plain)
}

// openContent gives a request its content back; one whose person was erased has none.
func (tx *Tx) openContent(r *request.Request, sealed []byte) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := tx.db.Sealer.Open("istanza/"+r.ID, sealed)
	if err != nil {
		return fmt.Errorf("open content of a request: %w", err)
	}
	return json.Unmarshal(plain, &r.Content)
}

// AddRequest keeps a new request; its deadline is that of its problem. Error: ErrConflict if the same evidence has made one already.
func (tx *Tx) AddRequest(r *request.Request) (err error) {
	if r.ID, err = tx.NewID(); err != nil {
		return err
	}
	r.State, r.OpenedAt, r.Version = request.Open, tx.Now, 1
	r.Deadline = r.Rule().Due(tx.Now)
	sealed, err := tx.sealContent(r)
	if err != nil {
		return err
	}
	return tx.exec(requests.insert(), requestRow(r, &sealed)...)
}

// SaveRequest keeps changes, or returns ErrStale.
func (tx *Tx) SaveRequest(r *request.Request) error {
	sealed, err := tx.sealContent(r)
	if err != nil {
		return err
	}
	if err := tx.change(requests.update(), requestRow(r, &sealed)...); err != nil {
		return err
	}
	r.Version++
	return nil
}

// Request reads a request.
func (tx *Tx) Request(id string) (*request.Request, error) { return tx.request("id = $1", id) }

// RequestOfSource reads the request that some evidence has made, or ErrNotFound.
func (tx *Tx) RequestOfSource(realm community.Realm, source string) (*request.Request, error) {
	return tx.request("realm = $1 AND source = $2", realm, source)
}

func (tx *Tx) request(where string, args ...any) (*request.Request, error) {
	var r request.Request
	var sealed []byte
	if err := tx.one(requests.sel(where), args, requestRow(&r, &sealed)...); err != nil {
		return nil, err
	}
	return &r, tx.openContent(&r, sealed)
}

// A RequestFilter selects requests of a realm; zero fields select all.
type RequestFilter struct {
	Realm        community.Realm
	Ente         string // its own requests and those of every helpdesk
	Ended        bool   // the decided ones, the newest first; else the others, the most urgent first
	State        request.State
	Kind         request.Kind
	TakenBy      string
	Registration string    // the open ones and the decided ones
	Before       time.Time // of open ones: whose deadline is before
	Skip, Limit  int
}

func (f RequestFilter) where() (string, []any) {
	args := []any{f.Realm, f.Ente}
	where := "realm = $1 AND (ente_id = '' OR ente_id = $2)"
	for _, c := range []struct {
		column string
		value  string
	}{{"state", string(f.State)}, {"kind", string(f.Kind)}, {"taken_by", f.TakenBy}, {"registration_id", f.Registration}} {
		if c.value != "" {
			args = append(args, c.value)
			where += fmt.Sprintf(" AND %s = $%d", c.column, len(args))
		}
	}
	if !f.Before.IsZero() {
		args = append(args, f.Before.Unix())
		where += fmt.Sprintf(" AND deadline < $%d", len(args))
	}
	switch {
	case f.Ended:
		where += " AND closed_at <> 0"
	case f.Registration == "":
		where += " AND closed_at = 0"
	}
	return where, args
}

// Requests reads those that a filter selects.
func (tx *Tx) Requests(f RequestFilter) ([]*request.Request, error) {
	where, args := f.where()
	order := " ORDER BY deadline, id"
	if f.Ended || f.Registration != "" {
		order = " ORDER BY closed_at DESC, opened_at DESC, id DESC"
	}
	args = append(args, f.Limit, f.Skip)
	where += order + fmt.Sprintf(" LIMIT $%d OFFSET $%d", len(args)-1, len(args))
	return tx.requestsWhere(where, args...)
}

func (tx *Tx) requestsWhere(where string, args ...any) (list []*request.Request, err error) {
	err = tx.all(requests.sel(where), args, func(rows *sql.Rows) error {
		var r request.Request
		var sealed []byte
		if err := rows.Scan(requestRow(&r, &sealed)...); err != nil {
			return err
		}
		list = append(list, &r)
		return tx.openContent(&r, sealed)
	})
	return list, err
}

// CountRequests counts what a filter selects.
func (tx *Tx) CountRequests(f RequestFilter) (n int, err error) {
	where, args := f.where()
	return n, tx.one("SELECT COUNT(*) FROM request WHERE "+where, args, &n)
}

// AddNote keeps what a clerk wrote, sealed.
func (tx *Tx) AddNote(n *request.Note) (err error) {
	if n.ID, err = tx.NewID(); err != nil {
		return err
	}
	n.At = tx.Now
	sealed, err := tx.db.Sealer.Seal("nota/"+n.ID, []byte(n.Text))
	if err != nil {
		return fmt.Errorf("seal note: %w", err)
	}
	return tx.exec(`INSERT INTO request_note (id, request_id, at, operator_id, words) VALUES ($1, $2, $3, $4, $5)`, n.ID, n.Request, n.At.Unix(), n.By, sealed)
}

// Notes reads what was written about a request, the oldest first.
func (tx *Tx) Notes(requestID string) (list []request.Note, err error) {
	err = tx.all(`SELECT id, request_id, at, operator_id, words FROM request_note WHERE request_id = $1 ORDER BY at, id`, []any{requestID}, func(rows *sql.Rows) error {
		var n request.Note
		var sealed []byte
		if err := rows.Scan(&n.ID, &n.Request, stamp{&n.At}, &n.By, &sealed); err != nil {
			return err
		}
		plain, err := tx.db.Sealer.Open("nota/"+n.ID, sealed)
		n.Text = string(plain)
		list = append(list, n)
		return err
	})
	return list, err
}

var evidence = newTable("request_evidence", `id request_id name media sha256 bytes pages received_at`)

func evidenceRow(e *request.Evidence) []any {
	return []any{&e.ID, &e.Request, &e.Name, &e.Media, &e.SHA256, &e.Bytes, &e.Pages, stamp{&e.ReceivedAt}}
}

// AddEvidence keeps a file that came with a request, sealed.
func (tx *Tx) AddEvidence(e *request.Evidence, file []byte) (err error) {
	if e.ID, err = tx.NewID(); err != nil {
		return err
	}
	e.Bytes, e.ReceivedAt = len(file), tx.Now
	sealed, err := tx.db.Sealer.Seal("prova/"+e.ID, file)
	if err != nil {
		return fmt.Errorf("seal evidence: %w", err)
	}
	return tx.exec(`INSERT INTO request_evidence (id, request_id, name, media, sha256, bytes, pages, received_at, file) VALUES (`+marks(1, 9)+`)`, append(evidenceRow(e), sealed)...)
}

// Evidence lists the files of a request, in the order in which they came.
func (tx *Tx) Evidence(requestID string) (list []request.Evidence, err error) {
	err = tx.all(evidence.sel("request_id = $1 ORDER BY received_at, id"), []any{requestID}, func(rows *sql.Rows) error {
		var e request.Evidence
		err := rows.Scan(evidenceRow(&e)...)
		list = append(list, e)
		return err
	})
	return list, err
}

// EvidenceFile opens one file of a request.
func (tx *Tx) EvidenceFile(requestID, id string) (e request.Evidence, file []byte, err error) {
	var sealed []byte
	if err := tx.one(`SELECT `+evidence.columns()+`, file FROM request_evidence WHERE id = $1 AND request_id = $2`, []any{id, requestID}, append(evidenceRow(&e), &sealed)...); err != nil {
		return e, nil, err
	}
	file, err = tx.db.Sealer.Open("prova/"+id, sealed)
	return e, file, err
}

// forgetRequestsOf empties what requests know of a person who is erased, and ends the open ones: that they came, and what was decided, stays.
func (tx *Tx) forgetRequestsOf(id person.ID) error {
	const theirs = `registration_id IN (SELECT id FROM registration WHERE person_id = $1)`
	return errors.Join(
		tx.exec(`DELETE FROM request_note WHERE request_id IN (SELECT id FROM request WHERE `+theirs+`)`, id),
		tx.exec(`DELETE FROM request_evidence WHERE request_id IN (SELECT id FROM request WHERE `+theirs+`)`, id),
		tx.exec(`UPDATE request SET state = 'chiusa', reason = 'La persona è stata cancellata', closed_at = $2 WHERE closed_at = 0 AND `+theirs, id, tx.Now.Unix()),
		tx.exec(`UPDATE request SET content = NULL, answers = '{}', registration_id = '', source = '', version = version + 1 WHERE `+theirs, id))
}

// DropOldRequests forgets requests that ended before a time, with their evidence and notes.
func (db *DB) DropOldRequests(ctx context.Context, before time.Time) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM request WHERE closed_at <> 0 AND closed_at < $1`, before.Unix())
	})
}
