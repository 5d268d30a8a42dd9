package store

import (
	"database/sql"
	"time"
)

// A CodeProposal is another tax code for a citizen that a second responsabile has to confirm: one for a registration, its Data sealed by whoever made it.
type CodeProposal struct {
	Registration string
	ID           string
	Operator     string
	Ente         string
	At           time.Time
	Data         []byte
}

var codeProposals = newTable("code_proposal", "registration_id id operator_id ente_id proposed_at data")

func codeProposalRow(p *CodeProposal) []any {
	return []any{&p.Registration, &p.ID, &p.Operator, &p.Ente, stamp{&p.At}, &p.Data}
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

// CodeProposals reads those made at an ente, the oldest first.
func (tx *Tx) CodeProposals(ente string, limit int) (list []Left, err error) {
	err = tx.all(`SELECT registration.number, person.surname, person.name, code_proposal.proposed_at, operator.name || ' ' || operator.surname
		FROM code_proposal JOIN registration ON registration.id = code_proposal.registration_id JOIN person ON person.id = registration.person_id
		JOIN operator ON operator.id = code_proposal.operator_id WHERE code_proposal.ente_id = $1 ORDER BY code_proposal.proposed_at, code_proposal.id LIMIT $2`,
		[]any{ente, limit}, func(rows *sql.Rows) error {
			var l Left
			err := rows.Scan(&l.Number, &l.Surname, &l.Name, stamp{&l.BookedAt}, &l.Operator)
			list = append(list, l)
			return err
		})
	return list, err
}
