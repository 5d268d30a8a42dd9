package store

import (
	"database/sql"

	"sportello/request"
)

// RequestsOf reads what the back office keeps of somebody, whoever decides it, the newest first.
func (tx *Tx) RequestsOf(registrationID string) ([]*request.Request, error) {
	return tx.requestsWhere("registration_id = $1 ORDER BY opened_at DESC, id DESC", registrationID)
}

// CredentialRequestsOf reads what somebody has asked of an ente, the newest first.
func (tx *Tx) CredentialRequestsOf(registrationID string) (list []*CredentialRequest, err error) {
	err = tx.all(credentialRequests.sel("registration_id = $1 ORDER BY created_at DESC, id DESC"), []any{registrationID}, func(rows *sql.Rows) error {
		var r CredentialRequest
		err := rows.Scan(credentialRequestRow(&r)...)
		list = append(list, &r)
		return err
	})
	return list, err
}

// ApplicationsOf reads what somebody has sent from home, the newest first.
func (tx *Tx) ApplicationsOf(registrationID string) (list []*Application, err error) {
	err = tx.all(applications.sel("registration_id = $1 ORDER BY created_at DESC, id DESC"), []any{registrationID}, func(rows *sql.Rows) error {
		var a Application
		err := rows.Scan(applicationRow(&a)...)
		list = append(list, &a)
		return err
	})
	return list, err
}

// Acknowledged reads the texts that somebody read or accepted online, apart from an operation, the newest first.
func (tx *Tx) Acknowledged(registrationID string) (list []Acknowledgement, err error) {
	err = tx.all(`SELECT registration_id, text, text_version, sha256, lang, channel, at FROM acknowledgement WHERE registration_id = $1 ORDER BY at DESC, text`, []any{registrationID}, func(rows *sql.Rows) error {
		var a Acknowledgement
		err := rows.Scan(&a.Registration, &a.Text, &a.Version, &a.SHA256, &a.Lang, &a.Channel, stamp{&a.At})
		list = append(list, a)
		return err
	})
	return list, err
}
