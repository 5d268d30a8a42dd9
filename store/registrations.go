package store

import (
	"database/sql"
	"errors"
	"time"

	"sportello/community"
	"sportello/person"
	"sportello/registration"
)

var registrations = newTable("registration", `id number person_id realm community state strong created_at verified_at verified_by
	pin_held pin_printed pin_prints activated_at promoted_at strong_since desk_note other_note version`)

func registrationRow(r *registration.Registration) []any {
	return []any{&r.ID, &r.Number, &r.Person, &r.Realm, &r.Community, &r.State, &r.Strong, stamp{&r.CreatedAt}, stamp{&r.VerifiedAt}, &r.VerifiedBy,
		&r.PINHeld, stamp{&r.PINPrinted}, &r.PINPrints, stamp{&r.ActivatedAt}, stamp{&r.PromotedAt}, stamp{&r.StrongSince}, &r.DeskNote, &r.OtherNote, &r.Version}
}

func (tx *Tx) registration(where string, arg any) (*registration.Registration, error) {
	var r registration.Registration
	return &r, tx.one(registrations.sel(where), []any{arg}, registrationRow(&r)...)
}

// Registration reads a registration by its id.
func (tx *Tx) Registration(id string) (*registration.Registration, error) {
	return tx.registration("id = $1", id)
}

// RegistrationByNumber reads a registration by the number that people know.
func (tx *Tx) RegistrationByNumber(n registration.Number) (*registration.Registration, error) {
	return tx.registration("number = $1", n)
}

// LiveRegistration reads the one registration of a person that is not rejected.
func (tx *Tx) LiveRegistration(id person.ID) (*registration.Registration, error) {
	return tx.registration("person_id = $1 AND state <> 'respinto'", id)
}

// AddRegistration keeps a new registration; ErrConflict if the person has a live one.
func (tx *Tx) AddRegistration(r *registration.Registration) error {
	r.Version = 1
	add(&tx.touched.registrations, r.ID)
	return tx.exec(registrations.insert(), registrationRow(r)...)
}

// SaveRegistration keeps changes, or returns ErrStale.
func (tx *Tx) SaveRegistration(r *registration.Registration) error {
	if err := tx.change(registrations.update(), registrationRow(r)...); err != nil {
		return err
	}
	r.Version++
	add(&tx.touched.registrations, r.ID)
	return nil
}

var operations = newTable("operation", `id registration_id kind outcome booked_at operator_id ente_id entitled
	seen_document seen_card in_person shown_privacy residence_proof copies_archived
	emancipation disagreement concluded_at closed_at close_reason before_state before_verified_at before_verified_by version`)

func operationRow(o *registration.Operation) []any {
	c := &o.Checks
	return []any{&o.ID, &o.Registration, &o.Kind, &o.Outcome, stamp{&o.BookedAt}, &o.Operator, &o.Ente, &o.Entitled,
		&c.Document, &c.HealthCard, &c.InPerson, &c.PrivacyNotice, &c.ResidenceProof, &c.CopiesArchived,
		&o.Emancipation, &o.Disagreement, stamp{&o.ConcludedAt}, stamp{&o.ClosedAt}, &o.CloseReason,
		&o.Before.State, stamp{&o.Before.VerifiedAt}, &o.Before.VerifiedBy, &o.Version}
}

var delegations = newTable("delegation", `operation_id kind surname name tax_code birth_date sex doc_kind doc_number doc_issued_on doc_expires_on doc_issuer email phone
	capacity court act_number act_on act_until impediment none_before form_kept document_seen citizen_copy act_seen reason`)

func delegationRow(operation *string, d *registration.Delegation) []any {
	doc, act, e := &d.Document, &d.Appointment, &d.Evidence
	return []any{operation, &d.Kind, &d.Surname, &d.Name, &d.TaxCode, &d.BirthDate, &d.Sex, &doc.Kind, &doc.Number, &doc.IssuedOn, &doc.ExpiresOn, &doc.Issuer, &d.Email, &d.Phone,
		&d.Capacity, &act.Court, &act.Number, &act.On, &act.Until, &d.Impediment, &d.NoneBefore, &e.FormKept, &e.DocumentSeen, &e.CitizenCopy, &e.ActSeen, &d.Reason}
}

// Operation reads an operation with its delegation and prints.
func (tx *Tx) Operation(id string) (*registration.Operation, error) {
	var o registration.Operation
	if err := tx.one(operations.sel("id = $1"), []any{id}, operationRow(&o)...); err != nil {
		return nil, err
	}
	return &o, tx.complete(&o)
}

// Operations reads all operations of a registration, the newest first.
func (tx *Tx) Operations(registrationID string) ([]*registration.Operation, error) {
	return tx.operationsWhere("registration_id = $1 ORDER BY booked_at DESC, id DESC", registrationID)
}

// PendingOperation reads the operation in progress of a registration, or ErrNotFound.
func (tx *Tx) PendingOperation(registrationID string) (*registration.Operation, error) {
	var o registration.Operation
	if err := tx.one(operations.sel("registration_id = $1 AND outcome = 'A'"), []any{registrationID}, operationRow(&o)...); err != nil {
		return nil, err
	}
	return &o, tx.complete(&o)
}

// OpenDesk reads the operations that an operator has booked and not concluded: the print gate (D18).
func (tx *Tx) OpenDesk(operatorID string) ([]*registration.Operation, error) {
	return tx.operationsWhere("operator_id = $1 AND outcome = 'A' AND concluded_at = 0 ORDER BY booked_at", operatorID)
}

// OpenSince reads the operations whose desk has been open since before a time: their sealed secrets are due to be destroyed.
func (tx *Tx) OpenSince(before time.Time) ([]*registration.Operation, error) {
	return tx.operationsWhere("outcome = 'A' AND concluded_at = 0 AND booked_at < $1 ORDER BY booked_at", before.Unix())
}

// OpenRenewals reads the operations whose code an operator has made anew at a desk that has not ended.
func (tx *Tx) OpenRenewals(operatorID string) ([]*registration.Operation, error) {
	return tx.operationsWhere("outcome = 'A' AND id IN (SELECT operation_id FROM handover WHERE renewed_by = $1 AND sealed_code IS NOT NULL) ORDER BY booked_at", operatorID)
}

// RenewedBefore reads the operations whose code was made anew before a time, at a desk that has not ended.
func (tx *Tx) RenewedBefore(before time.Time) ([]*registration.Operation, error) {
	return tx.operationsWhere("outcome = 'A' AND id IN (SELECT operation_id FROM handover WHERE renewed_by <> '' AND renewed_at < $1 AND sealed_code IS NOT NULL) ORDER BY booked_at", before.Unix())
}

// ExpiredOperations reads the operations in progress whose code expired before a time; who waits for a first code has none that could (mission S1).
func (tx *Tx) ExpiredOperations(before time.Time) ([]*registration.Operation, error) {
	return tx.operationsWhere("outcome = 'A' AND id IN (SELECT operation_id FROM handover WHERE code_expires_at > 0 AND code_expires_at < $1) ORDER BY booked_at", before.Unix())
}

func (tx *Tx) operationsWhere(where string, arg any) ([]*registration.Operation, error) {
	var list []*registration.Operation
	err := tx.all(operations.sel(where), []any{arg}, func(rows *sql.Rows) error {
		var o registration.Operation
		list = append(list, &o)
		return rows.Scan(operationRow(&o)...)
	})
	for _, o := range list {
		err = errors.Join(err, tx.complete(o))
	}
	return list, err
}

// complete reads what stands beside an operation's row.
func (tx *Tx) complete(o *registration.Operation) error {
	var d registration.Delegation
	var id string
	switch err := tx.one(delegations.sel("operation_id = $1"), []any{o.ID}, delegationRow(&id, &d)...); {
	case err == nil:
		o.Delegation = &d
	case !errors.Is(err, ErrNotFound):
		return err
	}
	o.Prints = map[registration.Paper]registration.Print{}
	return tx.all(`SELECT paper, count, first_at, last_at FROM print WHERE operation_id = $1`, []any{o.ID}, func(rows *sql.Rows) error {
		var paper registration.Paper
		var p registration.Print
		err := rows.Scan(&paper, &p.Count, stamp{&p.First}, stamp{&p.Last})
		o.Prints[paper] = p
		return err
	})
}

// DelegatedSince counts the citizens of a realm, but for one, for whom a delegate has come since a time, under whichever of their tax codes.
func (tx *Tx) DelegatedSince(realm community.Realm, delegate, but person.TaxCode, since time.Time) (n int, err error) {
	codes, err := tx.codesOf(realm, delegate)
	if err != nil {
		return 0, err
	}
	err = tx.one(`SELECT COUNT(DISTINCT person.id) FROM delegation
		JOIN operation ON operation.id = delegation.operation_id
		JOIN registration ON registration.id = operation.registration_id
		JOIN person ON person.id = registration.person_id
		WHERE operation.booked_at >= $1 AND registration.realm = $2 AND person.tax_code <> $3 AND delegation.tax_code IN (`+marks(4, len(codes))+`)`,
		append([]any{since.Unix(), realm, but}, codes...), &n)
	return n, err
}

// AddOperation keeps a new operation and its delegation; ErrConflict if another is in progress.
func (tx *Tx) AddOperation(o *registration.Operation) error {
	o.Version = 1
	if err := tx.exec(operations.insert(), operationRow(o)...); err != nil {
		return err
	}
	add(&tx.touched.registrations, o.Registration)
	if o.Delegation == nil {
		return nil
	}
	return tx.exec(delegations.insert(), delegationRow(&o.ID, o.Delegation)...)
}

// SaveOperation keeps changes of the operation itself, or returns ErrStale.
func (tx *Tx) SaveOperation(o *registration.Operation) error {
	if err := tx.change(operations.update(), operationRow(o)...); err != nil {
		return err
	}
	o.Version++
	add(&tx.touched.registrations, o.Registration)
	return nil
}

// HoldOperation keeps others from changing an operation until the act is over, or returns ErrStale if it has changed since it was read. For acts
// that write beside it.
func (tx *Tx) HoldOperation(o *registration.Operation) error {
	return tx.change(`UPDATE operation SET version = version WHERE id = $1 AND version = $2`, o.ID, o.Version)
}

// ReplaceDelegation keeps another version of an operation's delegation, or returns ErrStale if the operation has changed.
func (tx *Tx) ReplaceDelegation(o *registration.Operation, d *registration.Delegation) error {
	if err := tx.SaveOperation(o); err != nil {
		return err
	}
	if err := tx.exec(`DELETE FROM delegation WHERE operation_id = $1`, o.ID); err != nil {
		return err
	}
	return tx.exec(delegations.insert(), delegationRow(&o.ID, d)...)
}

// CountPrint counts one more printing of a paper, now.
func (tx *Tx) CountPrint(operationID string, p registration.Paper) error {
	return tx.exec(`INSERT INTO print (operation_id, paper, count, first_at, last_at) VALUES ($1, $2, 1, $3, $3)
		ON CONFLICT (operation_id, paper) DO UPDATE SET count = print.count + 1, last_at = excluded.last_at`, operationID, p, tx.Now.Unix())
}
