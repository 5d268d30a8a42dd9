package store

import (
	"database/sql"

	"sportello/office"
)

var branches = newTable("branch", `id ente_id name address province comune postal_code phone hours note access_note active version`)

func branchRow(b *office.Branch) []any {
	return []any{&b.ID, &b.Ente, &b.Name, &b.Address, &b.Province, &b.Comune, &b.PostalCode, &b.Phone, asJSON{&b.Hours}, &b.Note, &b.Access, &b.Active, &b.Version}
}

// Branch reads a desk of an ente.
func (tx *Tx) Branch(id string) (*office.Branch, error) {
	var b office.Branch
	return &b, tx.one(branches.sel("id = $1"), []any{id}, branchRow(&b)...)
}

// BranchesOf reads the desks of an ente, by name.
func (tx *Tx) BranchesOf(enteID string) ([]*office.Branch, error) {
	return tx.branches(branches.sel("ente_id = $1 ORDER BY name, id"), enteID)
}

// ActiveBranches reads all that are open.
func (tx *Tx) ActiveBranches() ([]*office.Branch, error) {
	return tx.branches(branches.sel("active ORDER BY name, id"))
}

func (tx *Tx) branches(query string, args ...any) ([]*office.Branch, error) {
	var list []*office.Branch
	err := tx.all(query, args, func(rows *sql.Rows) error {
		var b office.Branch
		list = append(list, &b)
		return rows.Scan(branchRow(&b)...)
	})
	return list, err
}

// AddBranch keeps a new desk.
func (tx *Tx) AddBranch(b *office.Branch) error {
	b.Version = 1
	return tx.exec(branches.insert(), branchRow(b)...)
}

// SaveBranch keeps changes, or returns ErrStale.
func (tx *Tx) SaveBranch(b *office.Branch) error {
	if err := tx.change(branches.update(), branchRow(b)...); err != nil {
		return err
	}
	b.Version++
	return nil
}

// StaffOf counts the operators with a post at an ente who are not disabled.
func (tx *Tx) StaffOf(enteID string) (n int, err error) {
	return n, tx.one(`SELECT COUNT(*) FROM post JOIN operator ON operator.id = post.operator_id WHERE post.ente_id = $1 AND operator.disabled_at = 0`, []any{enteID}, &n)
}
