package desk

import (
	"errors"
	"strings"

	"sportello/mail"
	"sportello/store"
)

// redirectMail does what follows from an e-mail address that was changed, or removed. Both addresses are written to, so that nobody takes over another's
// mail unnoticed. A code that has not left yet goes to the new address: the citizen at the desk has just given it, and nobody knows the code yet. One that
// has left cannot be called back, and one without an address cannot leave: then astray is true, and the desk offers Rigenera codice.
func (d *Desk) redirectMail(tx *store.Tx, who Who, s served, former string) (astray bool, err error) {
	now := s.person.Contacts.Email
	if now == former {
		return false, nil
	}
	if !strings.EqualFold(now, former) {
		if err := errors.Join(d.noteAddress(tx, who, s, former), d.announce(tx, s, mail.AddressAdded, now), d.announce(tx, s, mail.AddressRemoved, former)); err != nil {
			return false, err
		}
	}
	return redirectCode(tx, s, now)
}

// announce writes to one of the two addresses; there may be none.
func (d *Desk) announce(tx *store.Tx, s served, kind mail.Kind, to string) error {
	if to == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: s.reg.Community, Registration: s.reg.ID, To: to,
		MessageID: id + "@" + d.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3),
		Data: map[string]string{mail.DataName: s.person.FullName(), mail.DataNumber: string(s.reg.Number)}})
}

// redirectCode sends the code of the operation in progress to the new address while it can.
func redirectCode(tx *store.Tx, s served, to string) (astray bool, err error) {
	op, err := tx.PendingOperation(s.reg.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	mails, err := tx.MailsOf(op.ID)
	if err != nil || len(mails) == 0 {
		return false, err
	}
	if last := mails[0]; to == "" || !last.SentAt.IsZero() || !last.FailedAt.IsZero() {
		return true, dropCode(tx, op.ID, to)
	}
	return false, tx.RedirectMails(op.ID, to)
}

// dropCode forgets the mails that have not left when there is no address any more.
func dropCode(tx *store.Tx, operation, to string) error {
	if to != "" {
		return nil
	}
	return tx.DropMails(operation)
}
