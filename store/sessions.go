package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// A SessionKind says whose session it is.
type SessionKind string

// The kinds: an operator's, a citizen's, a citizen's activation or revocation under way, a link that was mailed (to confirm a new
// address, or to choose a new password), and a first log-in.
const (
	OperatorSession   SessionKind = "operatore"
	CitizenSession    SessionKind = "cittadino"
	ActivationSession SessionKind = "attivazione"
	RevocationSession SessionKind = "revoca"
	EmailLink         SessionKind = "conferma e-mail"
	PasswordLink      SessionKind = "nuova password"
	FirstSession      SessionKind = "primo accesso" // in which only the first password can be replaced (003)
)

// A Session is a log-in, or a procedure under way. The token is known to the browser alone.
type Session struct {
	Token     string // SHA-256 of the browser's token, hexadecimal
	Kind      SessionKind
	Subject   string // operator's, registration's or operation's id
	Ente      string
	Stage     string
	Authn     int
	CreatedAt time.Time
	SeenAt    time.Time
	FreshAt   time.Time // last time every factor was shown
	Data      map[string]string
}

var sessions = newTable("session", `token kind subject ente_id stage authn created_at seen_at fresh_at data`)

func sessionRow(s *Session) []any {
	return []any{&s.Token, &s.Kind, &s.Subject, &s.Ente, &s.Stage, &s.Authn, stamp{&s.CreatedAt}, stamp{&s.SeenAt}, stamp{&s.FreshAt}, asJSON{&s.Data}}
}

// TokenHash is what is kept of a token.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// StartSession keeps a new session and gives the token for the browser: 256 random bits. One that goes on
// under a new token keeps the time when it began.
func (tx *Tx) StartSession(s *Session) (token string, err error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(tx.db.Rand, b); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	token = base64.RawURLEncoding.EncodeToString(b)
	s.Token, s.SeenAt = TokenHash(token), tx.Now
	if s.CreatedAt.IsZero() {
		s.CreatedAt = tx.Now
	}
	return token, tx.exec(sessions.insert(), sessionRow(s)...)
}

// Session reads a session by the browser's token.
func (db *DB) Session(ctx context.Context, kind SessionKind, token string) (*Session, error) {
	var s Session
	err := db.ready.QueryRowContext(ctx, sessions.sel("token = $1 AND kind = $2"), TokenHash(token), kind).Scan(sessionRow(&s)...)
	return &s, db.translate(err)
}

// Session is the same inside an act, which so sees what acts before it did.
func (tx *Tx) Session(kind SessionKind, token string) (*Session, error) {
	var s Session
	return &s, tx.one(sessions.sel("token = $1 AND kind = $2"), []any{TokenHash(token), kind}, sessionRow(&s)...)
}

// SaveSession keeps stage, ente, factors and data of a session inside an act.
func (tx *Tx) SaveSession(s *Session) error {
	return tx.change(`UPDATE session SET subject = $2, ente_id = $3, stage = $4, authn = $5, fresh_at = $6, seen_at = $7, data = $8 WHERE token = $1`,
		s.Token, s.Subject, s.Ente, s.Stage, s.Authn, unix(s.FreshAt), unix(s.SeenAt), asJSON{&s.Data})
}

// KeepSession is SaveSession where no act is done: a procedure's page turned. ErrStale if the session has left the stage from meanwhile.
func (db *DB) KeepSession(ctx context.Context, s *Session, from string) error {
	return db.keep(ctx, func(tx *Tx) error {
		var now string
		if err := tx.one(`SELECT stage FROM session WHERE token = $1`, []any{s.Token}, &now); err != nil {
			return err
		}
		if now != from {
			return ErrStale
		}
		return tx.SaveSession(s)
	})
}

// DropSession forgets one session where no act is done: somebody walked away from a procedure.
func (db *DB) DropSession(ctx context.Context, kind SessionKind, token string) error {
	return db.keep(ctx, func(tx *Tx) error {
		return tx.exec(`DELETE FROM session WHERE token = $1 AND kind = $2`, TokenHash(token), kind)
	})
}

// TouchSession notes that a session was used now.
func (db *DB) TouchSession(ctx context.Context, s *Session) error {
	return db.keep(ctx, func(tx *Tx) error {
		s.SeenAt = tx.Now
		return tx.exec(`UPDATE session SET seen_at = $2 WHERE token = $1`, s.Token, tx.Now.Unix())
	})
}

// EndSession forgets one session.
func (tx *Tx) EndSession(token string) error {
	return tx.exec(`DELETE FROM session WHERE token = $1`, token)
}

// ReplaceSession forgets a session that goes on under a new token. ErrStale if it has ended.
func (tx *Tx) ReplaceSession(token string) error {
	return tx.change(`DELETE FROM session WHERE token = $1`, token)
}

// EndSessionsOf forgets every session of a subject (mission S5).
func (tx *Tx) EndSessionsOf(kind SessionKind, subject string) error {
	return tx.exec(`DELETE FROM session WHERE kind = $1 AND subject = $2`, kind, subject)
}

// EndLinks is EndSessionsOf for links that were mailed, whose mails bear their tokens: those that have not left yet do not leave any more.
func (tx *Tx) EndLinks(kind SessionKind, subject string) error {
	return errors.Join(
		tx.exec(`DELETE FROM outbox WHERE sent_at = 0 AND operation_id IN (SELECT token FROM session WHERE kind = $1 AND subject = $2)`, kind, subject),
		tx.EndSessionsOf(kind, subject))
}

// SessionsOf reads the sessions of a subject, the one used last first.
func (tx *Tx) SessionsOf(kind SessionKind, subject string) ([]Session, error) {
	var list []Session
	err := tx.all(sessions.sel("kind = $1 AND subject = $2 ORDER BY seen_at DESC, token"), []any{kind, subject}, func(rows *sql.Rows) error {
		var s Session
		err := rows.Scan(sessionRow(&s)...)
		list = append(list, s)
		return err
	})
	return list, err
}

// EndOtherSessions forgets every session of a subject but one.
func (tx *Tx) EndOtherSessions(kind SessionKind, subject, token string) error {
	return tx.exec(`DELETE FROM session WHERE kind = $1 AND subject = $2 AND token <> $3`, kind, subject, token)
}

// FinishSessions brings every session of a subject to a last stage, where it is nobody's and knows only data.
func (tx *Tx) FinishSessions(kind SessionKind, subject, stage string, data map[string]string) error {
	return tx.exec(`UPDATE session SET subject = '', stage = $3, data = $4 WHERE kind = $1 AND subject = $2`, kind, subject, stage, asJSON{&data})
}

// DropOldSessions forgets the sessions not used since a time; drafts, counts and mails to nobody as old.
func (db *DB) DropOldSessions(ctx context.Context, before time.Time) error {
	return db.keep(ctx, func(tx *Tx) error {
		for _, q := range []string{`DELETE FROM session WHERE seen_at < $1`, `DELETE FROM draft WHERE created_at < $1`, `DELETE FROM attempt WHERE last_at < $1`,
			`DELETE FROM outbox WHERE recipient = '' AND created_at < $1`} {
			if err := tx.exec(q, before.Unix()); err != nil {
				return err
			}
		}
		return nil
	})
}

// A Draft is what an operator has typed so far, sealed. Answer is what the form led to: a form sent again gets the first answer.
type Draft struct {
	ID        string
	Operator  string
	Ente      string
	Data      []byte
	Answer    string
	CreatedAt time.Time
	Version   int
}

var drafts = newTable("draft", `id operator_id ente_id data answer created_at version`)

func draftRow(d *Draft) []any {
	return []any{&d.ID, &d.Operator, &d.Ente, &d.Data, &d.Answer, stamp{&d.CreatedAt}, &d.Version}
}

// AddDraft keeps a new draft inside an act.
func (tx *Tx) AddDraft(d *Draft) error {
	d.CreatedAt, d.Version = tx.Now, 1
	return tx.exec(drafts.insert(), draftRow(d)...)
}

// Draft reads a draft.
func (tx *Tx) Draft(id string) (*Draft, error) {
	var d Draft
	return &d, tx.one(drafts.sel("id = $1"), []any{id}, draftRow(&d)...)
}

// SaveDraft keeps changes, or returns ErrStale.
func (tx *Tx) SaveDraft(d *Draft) error {
	if err := tx.change(drafts.update(), draftRow(d)...); err != nil {
		return err
	}
	d.Version++
	return nil
}

// KeepDraft is SaveDraft where no act is done: something was typed.
func (db *DB) KeepDraft(ctx context.Context, d *Draft) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.SaveDraft(d) })
}
