package store

import (
	"database/sql"
	"time"

	"sportello/person"
)

// Accepted reads what was accepted with a registration, the newest first, and when.
func (tx *Tx) Accepted(registrationID string) (list []Acceptance, at []time.Time, err error) {
	err = tx.all(`SELECT operation_id, registration_id, text, text_version, sha256, lang, signed_by, accepted_at FROM acceptance WHERE registration_id = $1 ORDER BY accepted_at DESC, text`,
		[]any{registrationID}, func(rows *sql.Rows) error {
			var a Acceptance
			var when time.Time
			err := rows.Scan(&a.Operation, &a.Registration, &a.Text, &a.Version, &a.SHA256, &a.Lang, &a.SignedBy, stamp{&when})
			list, at = append(list, a), append(at, when)
			return err
		})
	return list, at, err
}

// MailsTo reads the mails to the person of a registration, the newest first.
func (tx *Tx) MailsTo(registrationID string) ([]OutboxMail, error) {
	return tx.mails(outbox.sel("registration_id = $1 ORDER BY created_at DESC, id DESC"), registrationID)
}

// A FormerCode is a tax code that a person had for a time; To is zero for the present one.
type FormerCode struct {
	Code     person.TaxCode
	From, To time.Time
	Cause    string
}

// TaxCodesOf reads every tax code of a person that is kept with its dates, the newest first.
func (tx *Tx) TaxCodesOf(id person.ID) (list []FormerCode, err error) {
	err = tx.all(`SELECT code, valid_from, valid_to, cause FROM tax_code WHERE person_id = $1 ORDER BY valid_from DESC`, []any{id}, func(rows *sql.Rows) error {
		var c FormerCode
		err := rows.Scan(&c.Code, stamp{&c.From}, stamp{&c.To}, &c.Cause)
		list = append(list, c)
		return err
	})
	return list, err
}
