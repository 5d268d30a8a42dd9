package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"sportello/community"
	"sportello/credential"
)

var handovers = newTable("handover", `operation_id sealed_pin pin sealed_code code code_expires_at tries
	renewed_by renewed_ente renewed_at renewed_prints version`)

func handoverRow(h *credential.Handover) []any {
	return []any{&h.Operation, &h.SealedPIN, &h.PIN, &h.SealedCode, &h.Code, stamp{&h.CodeExpiresAt}, &h.Tries,
		&h.RenewedBy, &h.RenewedEnte, stamp{&h.RenewedAt}, &h.RenewedPrints, &h.Version}
}

// Handover reads what was handed over for an operation.
func (tx *Tx) Handover(operationID string) (*credential.Handover, error) {
	var h credential.Handover
	return &h, tx.one(handovers.sel("operation_id = $1"), []any{operationID}, handoverRow(&h)...)
}

// AddHandover keeps a new one.
func (tx *Tx) AddHandover(h *credential.Handover) error {
	h.Version = 1
	return tx.exec(handovers.insert(), handoverRow(h)...)
}

// SaveHandover keeps changes, or returns ErrStale.
func (tx *Tx) SaveHandover(h *credential.Handover) error {
	if err := tx.change(handovers.update(), handoverRow(h)...); err != nil {
		return err
	}
	h.Version++
	return nil
}

var credentials = newTable("credential", `registration_id username password pin question answer set_at temporary_until devices_since forgotten_devices version`)

func credentialRow(c *credential.Set) []any {
	return []any{&c.Registration, &c.Username, &c.Password, &c.PIN, &c.Question, &c.Answer, stamp{&c.SetAt}, stamp{&c.TemporaryUntil}, stamp{&c.DevicesSince}, asJSON{&c.Forgotten}, &c.Version}
}

// Credentials reads the credentials of a registration.
func (tx *Tx) Credentials(registrationID string) (*credential.Set, error) {
	var c credential.Set
	return &c, tx.one(credentials.sel("registration_id = $1"), []any{registrationID}, credentialRow(&c)...)
}

// SetCredentials keeps the credentials of a registration in place of any other. A new username is taken in the realm for ever;
// ErrConflict if it was given before (mission S10).
func (tx *Tx) SetCredentials(realm community.Realm, c *credential.Set) error {
	old, err := tx.Credentials(c.Registration)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if errors.Is(err, ErrNotFound) || credential.FoldUsername(old.Username) != credential.FoldUsername(c.Username) {
		if err := tx.takeUsername(realm, c); err != nil {
			return err
		}
	}
	if errors.Is(err, ErrNotFound) {
		c.Version = 1
		return tx.exec(credentials.insert(), credentialRow(c)...)
	}
	c.Version = old.Version
	return tx.change(credentials.update(), credentialRow(c)...)
}

func (tx *Tx) takeUsername(realm community.Realm, c *credential.Set) error {
	err := tx.exec(`INSERT INTO username (realm, folded, registration_id, given_at) VALUES ($1, $2, $3, $4)`,
		realm, credential.FoldUsername(c.Username), c.Registration, tx.Now.Unix())
	if err != nil {
		return err
	}
	hidden, err := tx.usernameHidden(realm, c.Username) // looked at last: an erasure in the same moment has been waited for
	if err == nil && hidden {
		return ErrConflict
	}
	return err
}

// HoldCredentials keeps others from replacing credentials until the act is over, or returns ErrStale if somebody has since they were read. A hash made
// anew with today's cost replaces nothing.
func (tx *Tx) HoldCredentials(c *credential.Set) error {
	return tx.change(`UPDATE credential SET version = version WHERE registration_id = $1 AND username = $2 AND set_at = $3`, c.Registration, c.Username, unix(c.SetAt))
}

// UsernameTaken tells whether a username was ever given in a realm.
func (tx *Tx) UsernameTaken(realm community.Realm, username string) (bool, error) {
	var id string
	err := tx.one(`SELECT registration_id FROM username WHERE realm = $1 AND folded = $2`, []any{realm, credential.FoldUsername(username)}, &id)
	if errors.Is(err, ErrNotFound) {
		return tx.usernameHidden(realm, username)
	}
	return err == nil, err
}

// SaveCredentials keeps changes of credentials whose username stays, or returns ErrStale.
func (tx *Tx) SaveCredentials(c *credential.Set) error {
	if err := tx.change(credentials.update(), credentialRow(c)...); err != nil {
		return err
	}
	c.Version++
	return nil
}

// someHashes is how many hashes tell what they cost: those of one cost are many, or soon nobody's.
const someHashes = 500

// SomeHashes reads some people's password hashes, which say with what cost they were made.
func (db *DB) SomeHashes(ctx context.Context) (list []string, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		return tx.all(`SELECT password FROM credential WHERE password <> '' LIMIT $1`, []any{someHashes}, func(rows *sql.Rows) error {
			var hash string
			err := rows.Scan(&hash)
			list = append(list, hash)
			return err
		})
	})
	return list, err
}

// RefreshHash keeps a password's or PIN's hash made anew with today's cost, if nobody changed the credentials meanwhile.
func (tx *Tx) RefreshHash(c *credential.Set) error { return tx.SaveCredentials(c) }

// An Acceptance is one text that the citizen accepted, in which version.
type Acceptance struct {
	Operation, Registration string
	Text, Version, SHA256   string
	Lang                    string
	SignedBy                string    // the citizen, or somebody for them
	At                      time.Time // now if zero
}

// AddAcceptance keeps one as long as the registration.
func (tx *Tx) AddAcceptance(a Acceptance) error {
	if a.At.IsZero() {
		a.At = tx.Now
	}
	return tx.exec(`INSERT INTO acceptance (operation_id, registration_id, text, text_version, sha256, lang, accepted_at, signed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.Operation, a.Registration, a.Text, a.Version, a.SHA256, a.Lang, a.At.Unix(), a.SignedBy)
}

// ReserveTry counts a try at the PIN of an operation before it is judged, so that tries sent at once are all counted; it
// tells whether one was left. For an operation that there is none of it writes elsewhere: a right code must not cost more.
func (db *DB) ReserveTry(ctx context.Context, operationID string, maxTries int) (left bool, err error) {
	err = db.keep(ctx, func(tx *Tx) error {
		err := tx.change(`UPDATE handover SET tries = tries + 1, version = version + 1 WHERE operation_id = $1 AND tries < $2`, operationID, maxTries)
		if left = err == nil; left || !errors.Is(err, ErrStale) {
			return err
		}
		_, err = tx.countFailure(Limit{Key: "nessuna operazione"})
		return err
	})
	return left && err == nil, err
}

// ReleaseTry takes back what ReserveTry counted: the PIN was right.
func (tx *Tx) ReleaseTry(operationID string) error {
	return tx.change(`UPDATE handover SET tries = tries - 1, version = version + 1 WHERE operation_id = $1 AND tries > 0`, operationID)
}
