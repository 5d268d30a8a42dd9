package store

import (
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
)

// A RevocationCode is what a typed revocation code is compared with.
type RevocationCode struct {
	Operation    string
	Registration string
	Person       string
	Community    community.ID
	Outcome      registration.Outcome
	Code         string // keyed hash
	Expires      time.Time
}

// RevocationCodes reads those of whoever has, or once had, a tax code in a realm, in one statement: nobody can tell by the time it takes who is registered.
func (tx *Tx) RevocationCodes(realm community.Realm, code person.TaxCode) ([]RevocationCode, error) {
	var list []RevocationCode
	err := tx.all(`SELECT operation.id, registration.id, registration.person_id, registration.community, operation.outcome, handover.code, handover.code_expires_at
		FROM registration JOIN operation ON operation.registration_id = registration.id JOIN handover ON handover.operation_id = operation.id
		WHERE registration.person_id IN `+everOf+` AND operation.kind = $3 AND handover.code <> ''`, []any{realm, code, registration.Revocation}, func(rows *sql.Rows) error {
		var c RevocationCode
		err := rows.Scan(&c.Operation, &c.Registration, &c.Person, &c.Community, &c.Outcome, &c.Code, stamp{&c.Expires})
		list = append(list, c)
		return err
	})
	return list, err
}

// A Revoked is the line of the register of revocations: that a registration existed, who acted on it and when, what the
// revocation was signed on; nothing that tells who the person was (mission S31). Lines are kept for years: the names in JSON never change.
type Revoked struct {
	At           time.Time           `json:"quando"`
	Registration string              `json:"registrazione"` // id, as in the audit
	Number       registration.Number `json:"numero"`
	Community    community.ID        `json:"community"`
	Since        time.Time           `json:"registrata_il"`
	Strong       bool                `json:"forte"`
	Operations   []RevokedOperation  `json:"operazioni"`
	Proof        person.DocumentKind `json:"documento"`
	ProofEnd     string              `json:"documento_finale"` // last three characters of the document's number
	Signed       string              `json:"firmata_da"`       // who signed: the citizen or somebody for them
	Conditions   string              `json:"condizioni"`       // version of the conditions that were signed
	Lang         string              `json:"lingua"`
}

// A RevokedOperation is one operation of such a registration.
type RevokedOperation struct {
	ID       string               `json:"id"`
	Kind     registration.Kind    `json:"tipo"`
	Outcome  registration.Outcome `json:"esito"`
	BookedAt time.Time            `json:"prenotata"`
	ClosedAt time.Time            `json:"chiusa"`
	Ente     string               `json:"ente"`
	Operator string               `json:"operatore"`
}

func sealRevocation(id string) string { return "revoca/" + id }

// registerMAC is how the register names a person: by a key of its own, which joins it to nothing else.
func (tx *Tx) registerMAC(code person.TaxCode) string {
	return hex.EncodeToString(tx.db.Sealer.MAC("codice fiscale nel registro delle revoche", []byte(code)))
}

// AddRevoked writes a line into the register, sealed, under each tax code that the person had.
func (tx *Tx) AddRevoked(p person.Person, r Revoked) error {
	former, err := tx.TaxCodesOf(p.ID)
	codes := []person.TaxCode{p.TaxCode}
	for _, c := range former {
		if !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	for _, code := range codes {
		err = errors.Join(err, tx.addRevoked(code, r))
	}
	return err
}

func (tx *Tx) addRevoked(code person.TaxCode, r Revoked) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	plain, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write line of the register: %w", err)
	}
	sealed, err := tx.db.Sealer.Seal(sealRevocation(id), plain)
	if err != nil {
		return fmt.Errorf("seal line of the register: %w", err)
	}
	return tx.exec(`INSERT INTO revocation (id, person_mac, revoked_at, line) VALUES ($1, $2, $3, $4)`, id, tx.registerMAC(code), r.At.Unix(), sealed)
}

// Revoked opens the lines of a tax code, the newest first.
func (tx *Tx) Revoked(code person.TaxCode) ([]Revoked, error) {
	var list []Revoked
	err := tx.all(`SELECT id, line FROM revocation WHERE person_mac = $1 ORDER BY revoked_at DESC, id DESC`, []any{tx.registerMAC(code)}, func(rows *sql.Rows) error {
		var id string
		var sealed []byte
		if err := rows.Scan(&id, &sealed); err != nil {
			return err
		}
		plain, err := tx.db.Sealer.Open(sealRevocation(id), sealed)
		if err != nil {
			return fmt.Errorf("open line of the register: %w", err)
		}
		var r Revoked
		if err := json.Unmarshal(plain, &r); err != nil {
			return fmt.Errorf("read line of the register: %w", err)
		}
		list = append(list, r)
		return nil
	})
	return list, err
}

// erasures forget a person ($1) and everything that hangs from them; what is not named here goes with the row that it belongs to.
var erasures = []string{
	`UPDATE credential SET version = version WHERE registration_id IN (SELECT id FROM registration WHERE person_id = $1)`, // whoever holds one of these
	`UPDATE operation SET version = version WHERE registration_id IN (SELECT id FROM registration WHERE person_id = $1)`,  // and adds beside it ends first
	`UPDATE handover SET tries = tries WHERE operation_id IN (SELECT operation.id FROM operation JOIN registration ON registration.id = registration_id WHERE person_id = $1)`,
	`DELETE FROM session WHERE kind IN ('cittadino', 'conferma e-mail', 'nuova password', 'primo accesso') AND subject IN (SELECT id FROM registration WHERE person_id = $1)`,
	`DELETE FROM session WHERE kind IN ('attivazione', 'revoca') AND subject IN (
		SELECT operation.id FROM operation JOIN registration ON registration.id = operation.registration_id WHERE registration.person_id = $1)`,
	`DELETE FROM outbox WHERE registration_id IN (SELECT id FROM registration WHERE person_id = $1)`,
	`DELETE FROM letter WHERE registration_id <> '' AND registration_id IN (SELECT id FROM registration WHERE person_id = $1)`,
	`DELETE FROM credential_request WHERE registration_id <> '' AND registration_id IN (SELECT id FROM registration WHERE person_id = $1)`,
	`DELETE FROM draft WHERE answer IN (SELECT number FROM registration WHERE person_id = $1)`,
	`DELETE FROM registration WHERE person_id = $1`,
	`DELETE FROM person WHERE id = $1`,
}

// Erase forgets the person of a registration, with all registrations, operations, credentials, papers, mails and sessions that are theirs. What stays is the
// audit, and that the usernames are taken. ErrStale if the registration changed since it was read.
func (tx *Tx) Erase(r *registration.Registration) error {
	if err := tx.change(`UPDATE registration SET version = version + 1 WHERE id = $1 AND version = $2`, r.ID, r.Version); err != nil {
		return err
	}
	if _, err := tx.words(`SELECT id FROM registration WHERE person_id = $1`+tx.db.engine.lock("UPDATE"), r.Person); err != nil {
		return err
	}
	if err := errors.Join(tx.hideUsernames(r.Person), tx.Unlist(r.Person), tx.forgetRequestsOf(r.Person)); err != nil {
		return err
	}
	for _, statement := range erasures {
		if err := tx.exec(statement, r.Person); err != nil {
			return err
		}
	}
	return nil
}

// hold keeps a registration from being erased until the act is over, and tells whether it is there.
func (tx *Tx) hold(id string) (there bool, err error) {
	found, err := tx.words(`SELECT id FROM registration WHERE id = $1`+tx.db.engine.lock("KEY SHARE"), id)
	return len(found) > 0, err
}

// hideUsernames leaves of the usernames of a person what it takes to refuse them to others (mission S10): a username often is somebody's name.
func (tx *Tx) hideUsernames(id person.ID) error {
	type name struct{ realm, folded string }
	var names []name
	err := tx.all(`SELECT realm, folded FROM username WHERE registration_id IN (SELECT id FROM registration WHERE person_id = $1)`, []any{id}, func(rows *sql.Rows) error {
		var n name
		err := rows.Scan(&n.realm, &n.folded)
		names = append(names, n)
		return err
	})
	for _, n := range names {
		err = errors.Join(err, tx.exec(`UPDATE username SET folded = $3, registration_id = '' WHERE realm = $1 AND folded = $2`, n.realm, n.folded, tx.hidden(n.folded)))
	}
	return err
}

// hidden is a folded username that its owner gave up: '#', which no username holds, and a keyed hash.
func (tx *Tx) hidden(folded string) string {
	return "#" + hex.EncodeToString(tx.db.Sealer.MAC("username cancellato", []byte(folded)))
}

// usernameHidden tells whether a username was somebody's who is erased.
func (tx *Tx) usernameHidden(realm community.Realm, username string) (bool, error) {
	var given int64
	err := tx.one(`SELECT given_at FROM username WHERE realm = $1 AND folded = $2`, []any{realm, tx.hidden(credential.FoldUsername(username))}, &given)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
