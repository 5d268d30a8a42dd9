package postroom

import (
	"sportello/credential"
	"sportello/postal"
	"sportello/store"
)

// SendLost sends once more, to the same address, the last letter to somebody whom it never reached, as they tell the helpdesk, which has looked at the
// address and at the cause (000, C10). It is part of the helpdesk's act; the PIN of the lost letter is dead at once. Errors: ErrNoLetter, ErrUsed,
// ErrCameBack, ErrOver, postal.ErrQueued, postal.ErrTooMany, postal.ErrDeskPIN, postal.ErrUnproven.
func (p *Postroom) SendLost(tx *store.Tx, registrationID string, pin credential.PIN) error {
	old, err := lost(tx, registrationID)
	if err != nil {
		return err
	}
	c, err := p.community(old.Community)
	if err != nil {
		return err
	}
	if err := p.replace(tx, old, pin.Hash); err != nil {
		return err
	}
	l := &postal.Letter{Community: old.Community, Registration: old.Registration, Operation: old.Operation, Lang: old.Lang, Address: old.Address, Proof: old.Proof,
		Secret: pin.Hash, Note: lostNote, Instead: old.ID}
	if err := tx.QueueLetter(c.Post, l, pin.Text); err != nil {
		return err
	}
	tx.Record.Detail["nuova lettera"], tx.Record.Detail["prova"] = string(l.Number), string(l.Proof)
	return nil
}

const lostNote = "La persona dice all'assistenza che la lettera non è arrivata; l'indirizzo è giusto."

// lost is the last letter to somebody, if it may be lost: sent, and neither arrived nor back.
func lost(tx *store.Tx, registrationID string) (*postal.Letter, error) {
	all, err := tx.LettersOf(registrationID)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, ErrNoLetter
	case all[0].State.Open():
		return nil, postal.ErrQueued
	case all[0].State == postal.Delivered, !all[0].UsedAt.IsZero():
		return nil, ErrUsed
	case all[0].State != postal.Sent:
		return nil, ErrCameBack
	}
	return all[0], nil
}
