package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"sportello/community"
	"sportello/registration"
)

// An ApplicationState is how far an application from home has come.
type ApplicationState string

// The states. Only one that is settled has changed anything outside its own row.
const (
	ApplicationOpen      ApplicationState = "in corso"   // being written
	ApplicationSent      ApplicationState = "inviata"    // the mail with the link is on its way
	ApplicationConfirmed ApplicationState = "confermata" // the link was used; it waits to be settled
	ApplicationSettled   ApplicationState = "evasa"
)

// An Application is what somebody writes from home before anybody is registered (001 §3.1, §3.3). Data is sealed.
type Application struct {
	ID           string
	Realm        community.Realm
	Community    community.ID
	Door         string
	State        ApplicationState
	Browser      string // hash of the writer's token
	Link         string // hash of the token in the mail, "" before
	Number       registration.Number
	Registration string // what came of it
	Outcome      string
	Data         []byte
	CreatedAt    time.Time
	SentAt       time.Time
	ExpiresAt    time.Time // of the link
	ConfirmedAt  time.Time
	SettledAt    time.Time
	NextAt       time.Time
	DataUntil    time.Time // then Data is dropped
	KeptUntil    time.Time // then the row
	Version      int
}

// optional is a reference that may be missing: "" here, NULL there.
type optional struct{ *string }

// Value implements driver.Valuer.
func (o optional) Value() (driver.Value, error) {
	if *o.string == "" {
		return nil, nil
	}
	return *o.string, nil
}

// Scan implements sql.Scanner.
func (o optional) Scan(v any) error {
	var s sql.NullString
	err := s.Scan(v)
	*o.string = s.String
	return err
}

var applications = newTable("application", `id realm community door state browser link number registration_id outcome data
	created_at sent_at expires_at confirmed_at settled_at next_at data_until kept_until version`)

func applicationRow(a *Application) []any {
	return []any{&a.ID, &a.Realm, &a.Community, &a.Door, &a.State, &a.Browser, &a.Link, &a.Number, optional{&a.Registration}, &a.Outcome, &a.Data,
		stamp{&a.CreatedAt}, stamp{&a.SentAt}, stamp{&a.ExpiresAt}, stamp{&a.ConfirmedAt}, stamp{&a.SettledAt}, stamp{&a.NextAt}, stamp{&a.DataUntil}, stamp{&a.KeptUntil}, &a.Version}
}

// NewToken draws 256 random bits for a browser or a link; only the hash is kept.
func (db *DB) NewToken() (token, hash string, err error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(db.Rand, b); err != nil {
		return "", "", fmt.Errorf("draw token: %w", err)
	}
	token = fmt.Sprintf("%x", b)
	return token, TokenHash(token), nil
}

// SealedApplication is data as it is kept for an application.
func (db *DB) SealedApplication(id string, data any) ([]byte, error) {
	plain, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("write application: %w", err)
	}
	blob, err := db.Sealer.Seal("domanda/"+id, plain)
	if err != nil {
		return nil, fmt.Errorf("seal application: %w", err)
	}
	return blob, nil
}

// OpenApplication reads the data of an application; ErrNotFound once they are dropped.
func (db *DB) OpenApplication(a *Application, into any) error {
	if len(a.Data) == 0 {
		return ErrNotFound
	}
	plain, err := db.Sealer.Open("domanda/"+a.ID, a.Data)
	if err != nil {
		return fmt.Errorf("open application: %w", err)
	}
	return json.Unmarshal(plain, into)
}

// AddApplication keeps a new application, where no act is done: nobody knows yet who writes.
func (db *DB) AddApplication(ctx context.Context, a *Application) error {
	return db.keep(ctx, func(tx *Tx) error {
		a.CreatedAt, a.Version = tx.Now, 1
		return tx.exec(applications.insert(), applicationRow(a)...)
	})
}

// KeepApplication is SaveApplication where no act is done: something was typed.
func (db *DB) KeepApplication(ctx context.Context, a *Application) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.SaveApplication(a) })
}

// DropApplication forgets what somebody has written and not sent.
func (db *DB) DropApplication(ctx context.Context, a *Application) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.dropApplications("id = $1 AND state IN ('in corso', 'inviata')", a.ID) })
}

// SaveApplication keeps changes, or returns ErrStale.
func (tx *Tx) SaveApplication(a *Application) error {
	if err := tx.change(applications.update(), applicationRow(a)...); err != nil {
		return err
	}
	a.Version++
	return nil
}

func (tx *Tx) application(where string, arg any) (*Application, error) {
	var a Application
	return &a, tx.one(applications.sel(where), []any{arg}, applicationRow(&a)...)
}

// Application reads an application by its id.
func (tx *Tx) Application(id string) (*Application, error) { return tx.application("id = $1", id) }

// ApplicationByBrowser reads the application that a browser writes.
func (tx *Tx) ApplicationByBrowser(token string) (*Application, error) {
	return tx.application("browser = $1", TokenHash(token))
}

// ApplicationByLink reads the application whose mail held a token.
func (tx *Tx) ApplicationByLink(token string) (*Application, error) {
	return tx.application("link = $1", TokenHash(token))
}

// NumberGiven tells whether a registration, or an application, bears a number.
func (tx *Tx) NumberGiven(n registration.Number) (bool, error) {
	var many int
	err := tx.one(`SELECT (SELECT COUNT(*) FROM registration WHERE number = $1) + (SELECT COUNT(*) FROM application WHERE number = $1)`, []any{n}, &many)
	return many > 0, err
}

// RegistrationCalled reads the registration that a number names: its own, or one that an application of the same person was given.
func (tx *Tx) RegistrationCalled(n registration.Number) (*registration.Registration, error) {
	r, err := tx.RegistrationByNumber(n)
	if !errors.Is(err, ErrNotFound) {
		return r, err
	}
	a, err := tx.application("number = $1 AND registration_id IS NOT NULL", n)
	if err != nil {
		return nil, err
	}
	return tx.Registration(a.Registration)
}

// ClaimApplications leases up to limit confirmed applications that are due: nobody else gets them before the lease ends.
func (db *DB) ClaimApplications(ctx context.Context, lease time.Duration, limit int) ([]Application, error) {
	var due int
	if err := db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT id FROM application WHERE state = 'confermata' AND next_at <= $1 LIMIT 1) AS due`, db.Now().Unix()).Scan(&due); err != nil || due == 0 {
		return nil, err
	}
	var list []Application
	err := db.keep(ctx, func(tx *Tx) error {
		return tx.all(`UPDATE application SET next_at = $1, version = version + 1 WHERE id IN (
				SELECT id FROM application WHERE state = 'confermata' AND next_at <= $2 ORDER BY next_at LIMIT $3`+db.engine.lock("UPDATE SKIP LOCKED")+`
			) RETURNING `+applications.columns(), []any{tx.Now.Add(lease).Unix(), tx.Now.Unix(), limit}, func(rows *sql.Rows) error {
			var a Application
			err := rows.Scan(applicationRow(&a)...)
			list = append(list, a)
			return err
		})
	})
	return list, err
}

// PurgeApplications drops what is due: the data of settled applications, and whole ones with the mails about them.
func (db *DB) PurgeApplications(ctx context.Context) error {
	return db.keep(ctx, func(tx *Tx) error {
		return errors.Join(
			tx.exec(`UPDATE application SET data = NULL, data_until = 0 WHERE data_until > 0 AND data_until <= $1`, tx.Now.Unix()),
			tx.dropApplications("kept_until <= $1", tx.Now.Unix()))
	})
}

// Unidentified reads the ids of a realm's registrations "registrato" that nobody has identified since before a time: made before it, no operation in progress or booked
// since, no application whose number still stands, and no request that waits or was decided since.
func (tx *Tx) Unidentified(realm community.Realm, before time.Time, limit int) ([]string, error) {
	return tx.words(unidentified+` ORDER BY registration.created_at, registration.id LIMIT $3`, before.Unix(), tx.Now.Unix(), limit, realm)
}

// Soon says whom to remind: made between two times, no number that stands at a third, when they are to be forgotten, and no mail of a kind yet.
type Soon struct {
	After, Before, At time.Time
	Kind              string
}

// Unreminded are those that will be among Unidentified's.
func (tx *Tx) Unreminded(realm community.Realm, s Soon, limit int) ([]string, error) {
	return tx.words(unidentified+` AND registration.created_at > $5
		AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.registration_id = registration.id AND outbox.kind = $6 AND outbox.created_at > $5)
		ORDER BY registration.created_at, registration.id LIMIT $3`, s.Before.Unix(), s.At.Unix(), limit, realm, s.After.Unix(), s.Kind)
}

const unidentified = `SELECT registration.id FROM registration WHERE registration.realm = $4 AND registration.state = 'registrato' AND NOT registration.strong AND registration.created_at <= $1
		AND NOT EXISTS (SELECT 1 FROM operation WHERE operation.registration_id = registration.id AND (operation.outcome = 'A' OR operation.booked_at > $1))
		AND NOT EXISTS (SELECT 1 FROM application WHERE application.registration_id = registration.id AND application.kept_until > $2)
		AND NOT EXISTS (SELECT 1 FROM credential_request WHERE credential_request.registration_id = registration.id)
		AND NOT EXISTS (SELECT 1 FROM request WHERE request.registration_id = registration.id AND (request.closed_at = 0 OR request.closed_at > $1))`

func (tx *Tx) dropApplications(where string, arg any) error {
	return errors.Join(
		tx.exec(`DELETE FROM outbox WHERE operation_id IN (SELECT id FROM application WHERE `+where+`)`, arg),
		tx.exec(`DELETE FROM application WHERE `+where, arg))
}

// An Acknowledgement is a text that a person read or accepted online, apart from an operation.
type Acknowledgement struct {
	Registration          string
	Text, Version, SHA256 string
	Lang, Channel         string
	At                    time.Time
}

// AddAcknowledgement keeps one as long as the registration.
func (tx *Tx) AddAcknowledgement(a Acknowledgement) error {
	return tx.exec(`INSERT INTO acknowledgement (registration_id, text, text_version, sha256, lang, channel, at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`, a.Registration, a.Text, a.Version, a.SHA256, a.Lang, a.Channel, a.At.Unix())
}

// Accepts tells whether a person has accepted a text with this fingerprint, with an operation or apart from one.
func (tx *Tx) Accepts(registrationID, text, sha256 string) (bool, error) {
	var n int
	err := tx.one(`SELECT (SELECT COUNT(*) FROM acknowledgement WHERE registration_id = $1 AND text = $2 AND sha256 = $3)
		+ (SELECT COUNT(*) FROM acceptance WHERE registration_id = $1 AND text = $2 AND sha256 = $3)`, []any{registrationID, text, sha256}, &n)
	return n > 0, err
}
