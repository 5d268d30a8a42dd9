package helpdesk

import (
	"sportello/desk"
	"sportello/mail"
	"sportello/request"
	"sportello/store"
)

// announce tells the citizen of what would be done in their name, so that they can object: who has no address is told nothing, and nothing waits.
func (h *Helpdesk) announce(tx *store.Tx, r *request.Request, f desk.File) error {
	if r.Rule().Notice == 0 || !f.HasEmail() {
		return nil
	}
	r.NoticeAt = tx.Now
	return h.tell(tx, f, mail.RevocationAsked, "")
}

// revoke ends a registration that a registered letter asks to end (001 §5.4.1, mission S30): credentials off, everything about the person erased, a
// sealed line in the register, and the last mail.
func (h *Helpdesk) revoke(tx *store.Tx, _ desk.Who, x decided) error {
	f := x.file
	line := store.Revoked{At: tx.Now, Registration: f.Registration.ID, Number: f.Registration.Number, Community: f.Registration.Community, Since: f.Registration.CreatedAt,
		Strong: f.Registration.Strong, Proof: f.Person.Document.Kind, ProofEnd: ending(f.Person.Document.Number), Signed: "raccomandata"}
	ops, err := tx.Operations(f.Registration.ID)
	for _, op := range ops {
		line.Operations = append(line.Operations, store.RevokedOperation{ID: op.ID, Kind: op.Kind, Outcome: op.Outcome, BookedAt: op.BookedAt, ClosedAt: op.ClosedAt, Ente: op.Ente, Operator: op.Operator})
	}
	if err != nil {
		return err
	}
	if err := tx.AddRevoked(f.Person, line); err != nil {
		return err
	}
	if err := tx.Erase(&f.Registration); err != nil {
		return err
	}
	return h.tell(tx, f, mail.Revoked, "")
}

// ending is the last three characters of a document's number.
func ending(number string) string {
	runes := []rune(number)
	return string(runes[max(0, len(runes)-3):])
}

// refuseRequest tells the citizen, at the stored address, that a request in their name was not granted, and that a desk is the way on (001 §5.3.1).
func (h *Helpdesk) refuseRequest(tx *store.Tx, _ desk.Who, x decided) error {
	return h.tell(tx, x.file, mail.RequestRefused, x.NamedReason())
}

// tell queues a mail to the stored address, whatever the sender's was. Who has none is not told.
func (h *Helpdesk) tell(tx *store.Tx, f desk.File, kind mail.Kind, reason string) error {
	if !f.HasEmail() {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: f.Community.ID, Registration: f.Registration.ID, To: f.Person.Contacts.Email, Parting: kind == mail.Revoked,
		Data:      map[string]string{mail.DataName: f.Person.FullName(), mail.DataNumber: string(f.Registration.Number), mail.DataReason: reason},
		MessageID: id + "@" + h.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 7)})
}
