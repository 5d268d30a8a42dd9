package postroom

import (
	"context"
	"strings"

	"sportello/audit"
	"sportello/credential"
	"sportello/postal"
	"sportello/store"
)

// A Block is an address as the back office types it, line by line.
type Block struct {
	Lines  []string
	Abroad bool // the last line names a state
}

// read is the block as the post wants it, or what it would not take.
func (b Block) read() (lines []string, fault postal.Fault) {
	for _, line := range b.Lines {
		if line = strings.ToUpper(strings.Join(strings.Fields(line), " ")); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, postal.FaultOf(lines, b.Abroad)
}

// BadAddress is ErrAddress with what is wrong.
type BadAddress struct{ Fault postal.Fault }

func (BadAddress) Error() string { return ErrAddress.Error() }

// Is makes it ErrAddress, whatever the fault.
func (BadAddress) Is(target error) bool { return target == ErrAddress }

// Correct gives a letter that waits an address that fits; it joins the next run. What was typed must be the same address, only shorter: another one
// needs SendAgain. Errors: those of Mark, BadAddress, postal.ErrState, store.ErrStale.
func (p *Postroom) Correct(ctx context.Context, who Who, id string, version int, b Block) error {
	return p.Store.Act(ctx, who.record(audit.LetterFate), func(tx *store.Tx) error {
		l, err := p.seen(tx, who, id, version)
		if err != nil {
			return err
		}
		tx.Record.Detail["esito"] = "indirizzo corretto"
		if !Correctable(*l) {
			return postal.ErrState
		}
		lines, fault := b.read()
		if fault != postal.NoFault {
			return BadAddress{fault}
		}
		l.Lines, l.Fault, l.State = lines, postal.NoFault, postal.Waiting
		return tx.SaveLetter(l)
	})
}

// seen reads a letter that the operator may change, as a page showed it.
func (p *Postroom) seen(tx *store.Tx, who Who, id string, version int) (*postal.Letter, error) {
	l, err := tx.Letter(id)
	if err != nil {
		return nil, err
	}
	if err := p.may(who, l.Community, tx.Now); err != nil {
		return nil, err
	}
	if err := p.mine(tx, who, l); err != nil {
		return nil, err
	}
	if l.Version != version {
		return nil, store.ErrStale
	}
	return l, nil
}

// An Again is a letter to be sent once more, after somebody has looked at the address and at why it came back (C10).
type Again struct {
	Letter  string // id
	Version int    // as the page showed it
	Block
	Proof postal.Proof // of the new address
	Note  string       // how it was checked
}

// SendAgain draws a new PIN and queues it in a new letter; the one that came back is dead at once. Errors: those of Correct, ErrNote, ErrDeceased,
// ErrLater, ErrOver, postal.ErrUnproven, postal.ErrDeskPIN, postal.ErrQueued, postal.ErrTooMany.
func (p *Postroom) SendAgain(ctx context.Context, who Who, in Again) (id string, err error) {
	pin, err := p.draw(ctx, in.Letter)
	if err != nil {
		return "", err
	}
	err = p.Store.Act(ctx, who.record(audit.SendAgain), func(tx *store.Tx) error {
		old, err := p.seen(tx, who, in.Letter, in.Version)
		if err != nil {
			return err
		}
		l, err := p.again(tx, old, in)
		if err != nil {
			return err
		}
		l.Secret = pin.Hash
		if err := p.replace(tx, old, pin.Hash); err != nil {
			return err
		}
		c, err := p.community(l.Community)
		if err != nil {
			return err
		}
		if err := tx.QueueLetter(c.Post, l, pin.Text); err != nil {
			return err
		}
		tx.Record.Detail["nuova lettera"], tx.Record.Detail["prova"] = string(l.Number), string(l.Proof)
		id = l.ID
		return nil
	})
	return id, err
}

// draw draws and hashes a PIN before the act, since hashing is slow.
func (p *Postroom) draw(ctx context.Context, letterID string) (pin credential.PIN, err error) {
	var l *postal.Letter
	if err := p.Store.Read(ctx, func(tx *store.Tx) (err error) { l, err = tx.Letter(letterID); return err }); err != nil {
		return pin, err
	}
	c, err := p.community(l.Community)
	if err != nil {
		return pin, err
	}
	return p.Hasher.DrawPIN(c.Codes.PIN, p.Rand)
}

// again is the new letter, if the old one may be followed by one.
func (p *Postroom) again(tx *store.Tx, old *postal.Letter, in Again) (*postal.Letter, error) {
	lines, fault := in.read()
	note := strings.TrimSpace(in.Note)
	switch {
	case old.Kind != postal.PINLetter, old.State != postal.Returned && !(old.State == postal.Unfit && old.Fault == unreadable):
		return nil, postal.ErrState
	case old.Cause == postal.Deceased:
		return nil, ErrDeceased
	case fault != postal.NoFault:
		return nil, BadAddress{fault}
	case note == "":
		return nil, ErrNote
	}
	all, err := tx.LettersOf(old.Registration)
	if err != nil {
		return nil, err
	}
	if all[0].ID != old.ID {
		return nil, ErrLater
	}
	return &postal.Letter{Community: old.Community, Registration: old.Registration, Operation: old.Operation, Lang: old.Lang,
		Address: postal.Address{Name: old.Name, Lines: lines}, Proof: in.Proof, Note: note, Instead: old.ID}, nil
}

// replace kills the PIN of the old letter and puts the new one where the old one was to be used.
func (p *Postroom) replace(tx *store.Tx, old *postal.Letter, hash string) error {
	dead := old.Secret
	old.Secret, old.Sealed = "", nil
	if old.State == postal.Unfit || old.State == postal.Sent {
		old.State, old.ClosedAt = postal.Superseded, tx.Now
	}
	if err := tx.SaveLetter(old); err != nil {
		return err
	}
	if old.Operation == "" {
		return tx.ForgetPIN(old.Registration, dead)
	}
	h, err := tx.Handover(old.Operation)
	if err != nil {
		return err
	}
	if h.PIN == "" || h.PIN != dead {
		return ErrOver // completed, or replaced by another booking
	}
	h.PIN, h.Tries = hash, 0
	return tx.SaveHandover(h)
}

// Correctable tells whether a letter waits for its address to be shortened, and not for another letter.
func Correctable(l postal.Letter) bool { return l.State == postal.Unfit && l.Fault != unreadable }
