package store

import (
	"database/sql"
	"errors"

	"sportello/office"
)

var enti = newTable("ente", `id name community realm issues pin_only provinces comuni address
	kind act_number act_date act_authority valid_from valid_to version`)

func enteRow(e *office.Ente) []any {
	return []any{&e.ID, &e.Name, &e.Community, &e.Realm, &e.Issues, &e.PINOnly, asJSON{&e.Competence.Provinces}, asJSON{&e.Competence.Comuni}, &e.Address,
		&e.Kind, &e.Mandate.Number, &e.Mandate.SignedOn, &e.Mandate.Authority, &e.Mandate.From, &e.Mandate.To, &e.Version}
}

// Ente reads an ente.
func (tx *Tx) Ente(id string) (*office.Ente, error) {
	var e office.Ente
	return &e, tx.one(enti.sel("id = $1"), []any{id}, enteRow(&e)...)
}

// Enti reads all enti, by name.
func (tx *Tx) Enti() ([]*office.Ente, error) {
	var list []*office.Ente
	err := tx.all(enti.sel("TRUE ORDER BY name"), nil, func(rows *sql.Rows) error {
		var e office.Ente
		list = append(list, &e)
		return rows.Scan(enteRow(&e)...)
	})
	return list, err
}

// AddEnte keeps a new ente.
func (tx *Tx) AddEnte(e *office.Ente) error {
	e.Version = 1
	return tx.exec(enti.insert(), enteRow(e)...)
}

// SaveEnte keeps changes, or returns ErrStale.
func (tx *Tx) SaveEnte(e *office.Ente) error {
	if err := tx.change(enti.update(), enteRow(e)...); err != nil {
		return err
	}
	e.Version++
	return nil
}

var operators = newTable("operator", `id username tax_code surname name email password totp enrolled_at totp_step disabled_at last_login temporary_until version`)

func operatorRow(o *office.Operator) []any {
	return []any{&o.ID, &o.Username, &o.TaxCode, &o.Surname, &o.Name, &o.Email, &o.Password, &o.TOTP, stamp{&o.EnrolledAt}, &o.TOTPStep, stamp{&o.DisabledAt}, stamp{&o.LastLogin}, stamp{&o.TemporaryUntil}, &o.Version}
}

// Operator reads an operator with their posts.
func (tx *Tx) Operator(id string) (*office.Operator, error) { return tx.operator("id = $1", id) }

// OperatorByUsername reads an operator by the name they log in with. It takes as many statements to find nobody.
func (tx *Tx) OperatorByUsername(username string) (*office.Operator, error) {
	return tx.operator("username = $1", username)
}

func (tx *Tx) operator(where string, arg any) (*office.Operator, error) {
	var o office.Operator
	err := tx.one(operators.sel(where), []any{arg}, operatorRow(&o)...)
	if err := errors.Join(err, tx.posts(&o)); err != nil {
		return nil, err
	}
	return &o, nil
}

func (tx *Tx) posts(o *office.Operator) error {
	return tx.all(`SELECT ente_id, role, fse FROM post WHERE operator_id = $1 ORDER BY ente_id`, []any{o.ID}, func(rows *sql.Rows) error {
		var p office.Post
		err := rows.Scan(&p.Ente, &p.Role, &p.FSE)
		o.Posts = append(o.Posts, p)
		return err
	})
}

// Operators reads all operators with their posts, by username.
func (tx *Tx) Operators() ([]*office.Operator, error) {
	var list []*office.Operator
	byID := map[string]*office.Operator{}
	err := tx.all(operators.sel("TRUE ORDER BY username"), nil, func(rows *sql.Rows) error {
		var o office.Operator
		err := rows.Scan(operatorRow(&o)...)
		list, byID[o.ID] = append(list, &o), &o
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, tx.all(`SELECT operator_id, ente_id, role, fse FROM post ORDER BY operator_id, ente_id`, nil, func(rows *sql.Rows) error {
		var id string
		var p office.Post
		err := rows.Scan(&id, &p.Ente, &p.Role, &p.FSE)
		if o := byID[id]; o != nil {
			o.Posts = append(o.Posts, p)
		}
		return err
	})
}

// Colleagues reads the operators who work for an ente, by surname and name.
func (tx *Tx) Colleagues(enteID string) (list []*office.Operator, err error) {
	err = tx.all(operators.sel("disabled_at = 0 AND id IN (SELECT operator_id FROM post WHERE ente_id = $1) ORDER BY surname, name, id"), []any{enteID}, func(rows *sql.Rows) error {
		var o office.Operator
		list = append(list, &o)
		return rows.Scan(operatorRow(&o)...)
	})
	for _, o := range list {
		err = errors.Join(err, tx.posts(o))
	}
	return list, err
}

// AddOperator keeps a new operator with their posts; ErrConflict if username or tax code is known.
func (tx *Tx) AddOperator(o *office.Operator) error {
	o.Version = 1
	if err := tx.exec(operators.insert(), operatorRow(o)...); err != nil {
		return err
	}
	return tx.addPosts(o)
}

func (tx *Tx) addPosts(o *office.Operator) error {
	for _, p := range o.Posts {
		if err := tx.exec(`INSERT INTO post (operator_id, ente_id, role, fse) VALUES ($1, $2, $3, $4)`, o.ID, p.Ente, p.Role, p.FSE); err != nil {
			return err
		}
	}
	return nil
}

// SaveOperator keeps changes of the operator's own row, or returns ErrStale.
func (tx *Tx) SaveOperator(o *office.Operator) error {
	if err := tx.change(operators.update(), operatorRow(o)...); err != nil {
		return err
	}
	o.Version++
	return nil
}

// HoldLogin keeps others from changing what lets an operator in until the act is over, or returns ErrStale if somebody has since it was read.
func (tx *Tx) HoldLogin(o *office.Operator) error {
	return tx.change(`UPDATE operator SET version = version WHERE id = $1 AND password = $2 AND enrolled_at = $3 AND disabled_at = $4`,
		o.ID, o.Password, unix(o.EnrolledAt), unix(o.DisabledAt))
}

// SavePosts replaces an operator's posts by those of o. Save the operator's own row with them: it carries the version.
func (tx *Tx) SavePosts(o *office.Operator) error {
	if err := tx.exec(`DELETE FROM post WHERE operator_id = $1`, o.ID); err != nil {
		return err
	}
	return tx.addPosts(o)
}

// SetRecoveryCodes replaces an operator's recovery codes by these keyed hashes.
func (tx *Tx) SetRecoveryCodes(operatorID string, hashes []string) error {
	if err := tx.exec(`DELETE FROM recovery_code WHERE operator_id = $1`, operatorID); err != nil {
		return err
	}
	for _, h := range hashes {
		if err := tx.exec(`INSERT INTO recovery_code (operator_id, code, used_at) VALUES ($1, $2, 0)`, operatorID, h); err != nil {
			return err
		}
	}
	return nil
}

// UseRecoveryCode uses one up; ErrStale if there is no such unused code.
func (tx *Tx) UseRecoveryCode(operatorID, hash string) error {
	return tx.change(`UPDATE recovery_code SET used_at = $3 WHERE operator_id = $1 AND code = $2 AND used_at = 0`, operatorID, hash, tx.Now.Unix())
}

// RecoveryCodesLeft counts the unused ones.
func (tx *Tx) RecoveryCodesLeft(operatorID string) (int, error) {
	var n int
	return n, tx.one(`SELECT COUNT(*) FROM recovery_code WHERE operator_id = $1 AND used_at = 0`, []any{operatorID}, &n)
}
