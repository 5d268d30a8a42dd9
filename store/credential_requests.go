package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"sportello/community"
	"sportello/vault"
)

// A CredentialRequestState is how far a request to an ente has come.
type CredentialRequestState string

// The states of a request: its documents are missing, it is complete, it is before the ente's clerks, they have decided.
const (
	RequestStarted  CredentialRequestState = "iniziata"
	RequestComplete CredentialRequestState = "completata"
	RequestQueued   CredentialRequestState = "dall'ente"
	RequestDecided  CredentialRequestState = "decisa"
)

// A CredentialRequest is what somebody asks of an ente (003). Data is read and written by Keep and Data, under the request's own key.
type CredentialRequest struct {
	ID           string
	Realm        community.Realm
	Community    community.ID
	Ente         string
	Purpose      string
	State        CredentialRequestState
	Browser      string // hash of the token that the writer's browser holds
	Link         string // hash of the token in the mail
	Key          []byte // sealed
	Sealed       []byte // data
	Second       []byte // sealed second part of the PIN; nil once it was noted
	Registration string
	Request      string // the istanza that the ente's clerks decide
	CreatedAt    time.Time
	SentAt       time.Time
	NextAt       time.Time // when the house goes on with it; zero if it waits for people
	KeptUntil    time.Time
	Version      int
}

var credentialRequests = newTable("credential_request", `id realm community ente_id purpose state browser link own_key data second registration_id request_id
	created_at sent_at next_at kept_until version`)

func credentialRequestRow(r *CredentialRequest) []any {
	return []any{&r.ID, &r.Realm, &r.Community, &r.Ente, &r.Purpose, &r.State, &r.Browser, &r.Link, &r.Key, &r.Sealed, &r.Second, &r.Registration, &r.Request,
		stamp{&r.CreatedAt}, stamp{&r.SentAt}, stamp{&r.NextAt}, stamp{&r.KeptUntil}, &r.Version}
}

// DrawToken draws 256 random bits for a browser or a link, of which only the hash is kept.
func (db *DB) DrawToken() (token string, err error) {
	b := make([]byte, 32)
	if _, err := io.ReadFull(db.Rand, b); err != nil {
		return "", fmt.Errorf("draw token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// DrawKey gives a request the key under which everything of it is sealed.
func (db *DB) DrawKey(r *CredentialRequest) (err error) {
	key := make([]byte, vault.OwnKeySize)
	if _, err := io.ReadFull(db.Rand, key); err != nil {
		return fmt.Errorf("draw key: %w", err)
	}
	r.Key, err = db.Sealer.Seal("richiesta/"+r.ID, key)
	return err
}

// own is the sealer of a request.
func (db *DB) own(r *CredentialRequest) (vault.Sealer, error) {
	key, err := db.Sealer.Open("richiesta/"+r.ID, r.Key)
	if err != nil {
		return nil, fmt.Errorf("open key of a request: %w", err)
	}
	return vault.Own(key, db.Rand)
}

// SealData writes a request's data, under its own key.
func (db *DB) SealData(r *CredentialRequest, data any) error {
	plain, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("write data of a request: %w", err)
	}
	r.Sealed, err = db.SealFor(r, "dati", plain)
	return err
}

// OpenData reads a request's data.
func (db *DB) OpenData(r *CredentialRequest, into any) error {
	plain, err := db.OpenFor(r, "dati", r.Sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, into)
}

// SealFor seals something of a request under its own key.
func (db *DB) SealFor(r *CredentialRequest, what string, plain []byte) ([]byte, error) {
	own, err := db.own(r)
	if err != nil {
		return nil, err
	}
	return own.Seal(what+"/"+r.ID, plain)
}

// OpenFor opens what SealFor sealed.
func (db *DB) OpenFor(r *CredentialRequest, what string, blob []byte) ([]byte, error) {
	own, err := db.own(r)
	if err != nil {
		return nil, err
	}
	return own.Open(what+"/"+r.ID, blob)
}

// AddCredentialRequest keeps a new request.
func (tx *Tx) AddCredentialRequest(r *CredentialRequest) error {
	r.CreatedAt, r.Version = tx.Now, 1
	return tx.exec(credentialRequests.insert(), credentialRequestRow(r)...)
}

// SaveCredentialRequest keeps changes, or returns ErrStale.
func (tx *Tx) SaveCredentialRequest(r *CredentialRequest) error {
	if err := tx.change(credentialRequests.update(), credentialRequestRow(r)...); err != nil {
		return err
	}
	r.Version++
	return nil
}

func (tx *Tx) credentialRequest(where string, args ...any) (*CredentialRequest, error) {
	var r CredentialRequest
	return &r, tx.one(credentialRequests.sel(where), args, credentialRequestRow(&r)...)
}

// CredentialRequestByBrowser reads the request that a browser's token names.
func (tx *Tx) CredentialRequestByBrowser(token string) (*CredentialRequest, error) {
	return tx.credentialRequest("browser = $1", TokenHash(token))
}

// CredentialRequestByLink reads the request whose mail held a token.
func (tx *Tx) CredentialRequestByLink(token string) (*CredentialRequest, error) {
	return tx.credentialRequest("link = $1", TokenHash(token))
}

// CredentialRequestOf reads the request that an istanza is about.
func (tx *Tx) CredentialRequestOf(requestID string) (*CredentialRequest, error) {
	return tx.credentialRequest("request_id = $1", requestID)
}

// ClaimCredentialRequests leases up to limit requests that are due: nobody else gets them before the lease ends.
func (db *DB) ClaimCredentialRequests(ctx context.Context, lease time.Duration, limit int) ([]CredentialRequest, error) {
	var due int
	err := db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT id FROM credential_request WHERE next_at <> 0 AND next_at <= $1 LIMIT 1) AS due`, db.Now().Unix()).Scan(&due)
	if err != nil || due == 0 {
		return nil, err
	}
	var list []CredentialRequest
	err = db.keep(ctx, func(tx *Tx) error {
		return tx.all(`UPDATE credential_request SET next_at = $1, version = version + 1 WHERE id IN (
				SELECT id FROM credential_request WHERE next_at <> 0 AND next_at <= $2 ORDER BY next_at LIMIT $3`+db.engine.lock("UPDATE SKIP LOCKED")+`
			) RETURNING `+credentialRequests.columns(), []any{tx.Now.Add(lease).Unix(), tx.Now.Unix(), limit}, func(rows *sql.Rows) error {
			var r CredentialRequest
			err := rows.Scan(credentialRequestRow(&r)...)
			list = append(list, r)
			return err
		})
	})
	return list, err
}

// DropCredentialRequest forgets a request with its documents, its key and its mails.
func (tx *Tx) DropCredentialRequest(id string) error { return tx.dropCredentialRequests("id = $1", id) }

// DropOldCredentialRequests forgets those whose time is over: not completed within a day, or decided long enough ago.
func (db *DB) DropOldCredentialRequests(ctx context.Context) error {
	return db.keep(ctx, func(tx *Tx) error { return tx.dropCredentialRequests("kept_until <= $1", tx.Now.Unix()) })
}

func (tx *Tx) dropCredentialRequests(where string, arg any) error {
	return errors.Join(
		tx.exec(`DELETE FROM outbox WHERE sent_at = 0 AND operation_id IN (SELECT id FROM credential_request WHERE `+where+`)`, arg),
		tx.exec(`DELETE FROM credential_request WHERE `+where, arg))
}

// A Document is a file that came with a request.
type Document struct {
	ID      string
	Kind    string
	Bytes   int
	Pages   int
	AddedAt time.Time
}

// AddDocument keeps a file, sealed with SealFor "documento". Error: ErrConflict beyond most.
func (tx *Tx) AddDocument(r *CredentialRequest, d *Document, sealed []byte, most int) error {
	if err := tx.change(`UPDATE credential_request SET version = version + 1 WHERE id = $1 AND state = $2`, r.ID, RequestStarted); err != nil {
		return err
	}
	list, err := tx.Documents(r.ID)
	if err != nil {
		return err
	}
	if len(list) >= most {
		return ErrConflict
	}
	d.AddedAt = tx.Now
	return tx.exec(`INSERT INTO document (id, credential_request_id, kind, bytes, pages, added_at, file) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		d.ID, r.ID, d.Kind, d.Bytes, d.Pages, tx.Now.Unix(), sealed)
}

// DropDocument forgets a file of a request that is not complete.
func (tx *Tx) DropDocument(requestID, id string) error {
	return tx.change(`DELETE FROM document WHERE id = $1 AND credential_request_id IN (SELECT id FROM credential_request WHERE id = $2 AND state = $3)`, id, requestID, RequestStarted)
}

// Documents lists the files of a request, in the order in which they came.
func (tx *Tx) Documents(requestID string) (list []Document, err error) {
	err = tx.all(`SELECT id, kind, bytes, pages, added_at FROM document WHERE credential_request_id = $1 ORDER BY added_at, id`, []any{requestID}, func(rows *sql.Rows) error {
		var d Document
		err := rows.Scan(&d.ID, &d.Kind, &d.Bytes, &d.Pages, stamp{&d.AddedAt})
		list = append(list, d)
		return err
	})
	return list, err
}

// DocumentFile opens one file of a request.
func (tx *Tx) DocumentFile(r *CredentialRequest, id string) (kind string, file []byte, err error) {
	var sealed []byte
	if err := tx.one(`SELECT kind, file FROM document WHERE id = $1 AND credential_request_id = $2`, []any{id, r.ID}, &kind, &sealed); err != nil {
		return "", nil, err
	}
	file, err = tx.db.OpenFor(r, "documento/"+id, sealed)
	return kind, file, err
}
