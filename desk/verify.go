package desk

import (
	"errors"

	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// WeakSecrets are PIN and code of a riscontro without the person: drawn and hashed before the act, because hashing is slow.
type WeakSecrets struct{ secrets }

// DrawWeak draws them in the formats of a community.
func (d *Desk) DrawWeak(c community.Community) (WeakSecrets, error) {
	s, err := d.draw(c, registration.Verification.Handover())
	s.sort.mail = mail.FaxCode
	return WeakSecrets{s}, err
}

// A WeakProof says what shows that a person lives at their residence (C06), where the PIN goes.
type WeakProof struct {
	Kind postal.Proof
	Note string
}

// VerifyByFax does the weak riscontro of a registration that is only registrata, as part of an act of the helpdesk (001 §3.3.2, C04): the PIN goes by post to
// the residence, the code by mail. The credentials that come of it are weak. Errors: office.ErrForbidden, office.ErrSelf, registration.ErrNotAllowed, ErrNoEmail, those of
// store.Tx.QueueLetter.
func (d *Desk) VerifyByFax(tx *store.Tx, who Who, n registration.Number, s WeakSecrets, proof WeakProof) error {
	x, err := d.serveFor(tx, who, service{office.HandleRequests, onlyRegistered, false}, n)
	if err != nil {
		return err
	}
	f, err := d.file(tx, x.reg.ID)
	switch {
	case err != nil:
		return err
	case !f.HasEmail():
		return ErrNoEmail
	case sameMailbox(f.Person.Contacts.Email, who.Operator.Email):
		return ErrMailbox
	}
	op, err := d.bookWeak(tx, who, x.reg, proof)
	if err != nil {
		return err
	}
	tx.Record.Operation = op.ID
	residence, _ := d.letterPlaces(f.Person)
	home := f.Person
	home.Domicile = person.Domicile{} // what was proven is the residence
	return errors.Join(
		tx.AddHandover(&credential.Handover{Operation: op.ID, PIN: s.pinHash, Code: s.codeHash, CodeExpiresAt: d.expiry(tx.Now, s.validDays)}),
		tx.QueueLetter(f.Community.Post, &postal.Letter{Community: x.reg.Community, Registration: x.reg.ID, Operation: op.ID, Address: letter.PostalOf(home, residence, letter.Place{}).Posted(),
			Proof: proof.Kind, Note: proof.Note, Secret: s.pinHash}, s.pin),
		d.mailCode(tx, who, &f.Person, x.reg, op, s.secrets))
}

// bookWeak books the riscontro; there is no desk to end.
func (d *Desk) bookWeak(tx *store.Tx, who Who, reg *registration.Registration, proof WeakProof) (*registration.Operation, error) {
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	op := &registration.Operation{ID: id, Kind: registration.Verification, BookedAt: tx.Now, ConcludedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
		Checks: registration.Checks{Document: true, ResidenceProof: proof.Kind == postal.ByPaper}}
	if err := dropPending(tx, reg, "sostituita dall'identificazione via fax"); err != nil {
		return nil, err
	}
	if _, err := reg.Book(op, nil); err != nil {
		return nil, err
	}
	reg.VerifiedAt, reg.VerifiedBy = tx.Now, who.Ente.ID
	return op, errors.Join(tx.SaveRegistration(reg), tx.AddOperation(op))
}

// dropPending ends the operation in progress, if there is one.
func dropPending(tx *store.Tx, reg *registration.Registration, reason string) error {
	op, err := tx.PendingOperation(reg.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return discard(tx, op, reason)
}

func onlyRegistered(r *registration.Registration) error {
	if r.State != registration.Registered {
		return registration.ErrNotAllowed
	}
	return nil
}

// Reject refuses a registration that is only registrata, as part of an act of the helpdesk (C08): it stays to be found, and a new one may take its place (mission S4).
// Errors: office.ErrForbidden, office.ErrSelf, registration.ErrNotAllowed.
func (d *Desk) Reject(tx *store.Tx, who Who, n registration.Number) error {
	x, err := d.serveFor(tx, who, service{office.HandleRequests, onlyRegistered, false}, n)
	if err != nil {
		return err
	}
	if err := dropPending(tx, x.reg, "registrazione respinta"); err != nil {
		return err
	}
	x.reg.State = registration.Rejected
	return tx.SaveRegistration(x.reg)
}
