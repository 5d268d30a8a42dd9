package store

import (
	"database/sql"
	"errors"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
)

// An Account is what a log-in judges. Empty for who does not exist: it takes one statement either way, so that nobody can tell by the time who is registered.
type Account struct {
	Set          credential.Set
	Registration registration.Registration
}

var account = "SELECT " + credentials.columns() + ", " + registrations.columns() + " FROM credential JOIN registration ON registration.id = credential.registration_id WHERE "

// everOf are the persons of realm $1 who have, or once had, tax code $2.
const everOf = `(SELECT id FROM person WHERE realm = $1 AND tax_code = $2
	UNION SELECT person.id FROM tax_code JOIN person ON person.id = tax_code.person_id WHERE person.realm = $1 AND tax_code.code = $2)`

// AccountByUsername reads what a username opens in a realm now.
func (tx *Tx) AccountByUsername(realm community.Realm, username string) (Account, error) {
	folded := credential.FoldUsername(username)
	a, err := tx.account(`registration.id = (SELECT registration_id FROM username WHERE realm = $1 AND folded = $2)`, realm, folded)
	if err == nil && credential.FoldUsername(a.Set.Username) != folded {
		return Account{}, nil // an earlier username of the same registration
	}
	return a, err
}

// AccountByTaxCode reads what opens for who has, or once had, a tax code in a realm.
func (tx *Tx) AccountByTaxCode(realm community.Realm, code person.TaxCode) (Account, error) {
	return tx.account(`registration.person_id IN `+everOf+` AND registration.state <> 'respinto'`, realm, code)
}

func (tx *Tx) account(where string, args ...any) (a Account, err error) {
	err = tx.one(account+where, args, append(credentialRow(&a.Set), registrationRow(&a.Registration)...)...)
	if errors.Is(err, ErrNotFound) {
		return Account{}, nil
	}
	return a, err
}

// An ActivationCode is what a typed activation code is compared with. Of the Handover it has operation, PIN, code, expiry and tries; of an operation without
// one, or a registration without operations, those are empty.
type ActivationCode struct {
	Registration string
	Person       string
	Community    community.ID
	Outcome      registration.Outcome
	Handover     credential.Handover
}

// ActivationCodes reads those of the live registration of whoever has, or once had, a tax code in a realm, in one statement: nobody can tell by the time it
// takes who is registered. There is one at least for who is.
func (tx *Tx) ActivationCodes(realm community.Realm, code person.TaxCode) ([]ActivationCode, error) {
	var list []ActivationCode
	err := tx.all(`SELECT registration.id, registration.person_id, registration.community, COALESCE(operation.outcome, ''),
			COALESCE(operation.id, ''), COALESCE(handover.pin, ''), COALESCE(handover.code, ''), COALESCE(handover.code_expires_at, 0), COALESCE(handover.tries, 0)
		FROM registration LEFT JOIN operation ON operation.registration_id = registration.id LEFT JOIN handover ON handover.operation_id = operation.id
		WHERE registration.person_id IN `+everOf+` AND registration.state <> 'respinto'`, []any{realm, code}, func(rows *sql.Rows) error {
		var c ActivationCode
		h := &c.Handover
		err := rows.Scan(&c.Registration, &c.Person, &c.Community, &c.Outcome, &h.Operation, &h.PIN, &h.Code, stamp{&h.CodeExpiresAt}, &h.Tries)
		list = append(list, c)
		return err
	})
	return list, err
}
