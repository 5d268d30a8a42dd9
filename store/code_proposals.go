package store

import (
	"context"
	"database/sql"
	"time"
)

// A CodeProposal is another tax code for a citizen that a second responsabile has to confirm: one for a registration, its Data sealed by whoever made it and
// destroyed when its time is over.
type CodeProposal struct {
	Registration string
	ID           string
	Operator     string
	Ente         string
	At           time.Time
	Data         []byte
	LapsedAt     time.Time // zero while it waits
}

var codeProposals = newTable("code_proposal", "registration_id id operator_id ente_id proposed_at data lapsed_at")

func codeProposalRow(p *CodeProposal) []any {
	return []any{&p.Registration, &p.ID, &p.Operator, &p.Ente, stamp{&p.At}, &p.Data, stamp{&p.LapsedAt}}
}

// ProposeCode keeps a proposal, now, in the place of the registration's former one.
func (tx *Tx) ProposeCode(p CodeProposal) error {
	p.At = tx.Now
	if err := tx.exec(`DELETE FROM code_proposal WHERE registration_id = $1`, p.Registration); err != nil {
		return err
	}
	return tx.exec(codeProposals.insert(), codeProposalRow(&p)...)
}

// CodeProposal reads what waits for a registration. Error: ErrNotFound.
func (tx *Tx) CodeProposal(registration string) (*CodeProposal, error) {
	var p CodeProposal
	return &p, tx.one(codeProposals.sel("registration_id = $1"), []any{registration}, codeProposalRow(&p)...)
}

// EndCodeProposal takes a proposal away, or returns ErrStale when it is not the one that waits any more.
func (tx *Tx) EndCodeProposal(p *CodeProposal) error {
	return tx.change(`DELETE FROM code_proposal WHERE registration_id = $1 AND id = $2`, p.Registration, p.ID)
}

// CodeProposalsBefore reads those that were made until then and still wait.
func (tx *Tx) CodeProposalsBefore(until time.Time) (list []*CodeProposal, err error) {
	err = tx.all(codeProposals.sel("lapsed_at = 0 AND proposed_at <= $1 ORDER BY proposed_at, id"), []any{until.Unix()}, func(rows *sql.Rows) error {
		var p CodeProposal
		err := rows.Scan(codeProposalRow(&p)...)
		list = append(list, &p)
		return err
	})
	return list, err
}

// LapseCodeProposal says that the time of a proposal is over, and destroys its data. ErrStale when it is not the one that waits any more.
func (tx *Tx) LapseCodeProposal(p *CodeProposal) error {
	return tx.change(`UPDATE code_proposal SET lapsed_at = $3, data = $4 WHERE registration_id = $1 AND id = $2 AND lapsed_at = 0`, p.Registration, p.ID, tx.Now.Unix(), []byte{})
}

// DropLapsedProposals forgets those that lapsed until then.
func (db *DB) DropLapsedProposals(ctx context.Context, until time.Time) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM code_proposal WHERE lapsed_at > 0 AND lapsed_at <= $1`, until.Unix())
	})
}

// CodeProposals reads those made at an ente, the oldest first, the lapsed at the end.
func (tx *Tx) CodeProposals(ente string, limit int) (list []Left, err error) {
	err = tx.all(`SELECT registration.number, person.surname, person.name, code_proposal.proposed_at, operator.name || ' ' || operator.surname, code_proposal.lapsed_at
		FROM code_proposal JOIN registration ON registration.id = code_proposal.registration_id JOIN person ON person.id = registration.person_id
		JOIN operator ON operator.id = code_proposal.operator_id WHERE code_proposal.ente_id = $1 ORDER BY code_proposal.lapsed_at, code_proposal.proposed_at, code_proposal.id LIMIT $2`,
		[]any{ente, limit}, func(rows *sql.Rows) error {
			var l Left
			err := rows.Scan(&l.Number, &l.Surname, &l.Name, stamp{&l.BookedAt}, &l.Operator, stamp{&l.LapsedAt})
			list = append(list, l)
			return err
		})
	return list, err
}
