package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sportello/audit"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// The refusals of a second responsabile (decisions/0033).
var (
	ErrProposer   = errors.New("who proposed a tax code does not confirm it")
	ErrNoProposal = errors.New("the proposal is not there any more")
)

// A Proposal is another tax code for a citizen that a second responsabile confirms, where the community asks for four eyes (mission S9).
type Proposal struct {
	Edit
	By   string // who proposed it
	At   time.Time
	Own  bool // it is the reader's
	Late bool // the citizen's data were changed since: it can only be given up
	kept *store.CodeProposal
}

func sealProposal(id string) string { return "code-proposal/" + id }

// fourEyes tells whether the community asks for a second operator.
func (d *Desk) fourEyes(r *registration.Registration) bool {
	c, err := d.communityOf(r.Community)
	return err != nil || c.Desk.FourEyes
}

// propose keeps a change for a second responsabile. Nothing of the citizen changes, nothing is mailed.
func (d *Desk) propose(tx *store.Tx, who Who, e Edit, s served) error {
	tx.Record.Deed, tx.Record.Reason = audit.ProposeTaxCode, strings.TrimSpace(e.Entry.TaxCode.Reason)
	tx.Record.Detail = map[string]string{"esito": "proposto", "causa": string(e.Entry.TaxCode.Cause), "prova": string(e.Entry.TaxCode.Proof)}
	if err := mayRecode(tx, who, s.reg, e.Entry.Person.TaxCode); err != nil {
		return err
	}
	e.Typed = nil
	plain, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the proposal: %w", err)
	}
	sealed, err := d.Sealer.Seal(sealProposal(e.ID), plain)
	if err != nil {
		return err
	}
	return tx.ProposeCode(store.CodeProposal{Registration: s.reg.ID, ID: e.ID, Operator: who.Operator.ID, Ente: who.Ente.ID, Data: sealed})
}

// Proposal reads what waits for a registration. Reading a person is recorded. Errors: ErrNoProposal, ErrLapsed, those of BeginEdit.
func (d *Desk) Proposal(ctx context.Context, who Who, n registration.Number) (p Proposal, err error) {
	record := who.record(audit.OpenDetail)
	record.Detail = map[string]string{"per": string(audit.ChangeTaxCode)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		p, _, err = d.proposal(tx, who, n)
		return err
	})
	return p, err
}

func (d *Desk) proposal(tx *store.Tx, who Who, n registration.Number) (p Proposal, s served, err error) {
	if s, err = d.serve(tx, who, audit.ChangeTaxCode, n); err != nil {
		return p, s, err
	}
	p.kept, err = tx.CodeProposal(s.reg.ID)
	if errors.Is(err, store.ErrNotFound) {
		return p, s, ErrNoProposal
	}
	if err != nil {
		return p, s, err
	}
	if lapsed(p.kept, tx.Now) {
		return p, s, ErrLapsed
	}
	plain, err := d.Sealer.Open(sealProposal(p.kept.ID), p.kept.Data)
	if err != nil {
		return p, s, fmt.Errorf("open the proposal: %w", err)
	}
	if err := json.Unmarshal(plain, &p.Edit); err != nil {
		return p, s, fmt.Errorf("read the proposal: %w", err)
	}
	if o, err := tx.Operator(p.kept.Operator); err == nil {
		p.By = o.FullName()
	}
	p.ID, p.At, p.Own, p.Late = p.kept.ID, p.kept.At, p.kept.Operator == who.Operator.ID, p.Version != s.person.Version
	return p, s, nil
}

// named is proposal for the one that the reader saw.
func (d *Desk) named(tx *store.Tx, who Who, n registration.Number, id string) (Proposal, served, error) {
	p, s, err := d.proposal(tx, who, n)
	if err == nil && p.ID != id {
		err = ErrNoProposal
	}
	return p, s, err
}

// ConfirmCode changes the tax code as another responsabile proposed, seen document and proof once more. Neither makes codes for the citizen for a while.
// Errors: ErrNoProposal, ErrLapsed, ErrProposer, ErrIncomplete when the proof was not seen, ErrChanged, those of Edit.
func (d *Desk) ConfirmCode(ctx context.Context, who Who, n registration.Number, id string, checks registration.Checks) error {
	err := d.Store.Act(ctx, who.record(audit.ChangeTaxCode), func(tx *store.Tx) error {
		p, s, err := d.named(tx, who, n, id)
		switch {
		case err != nil:
			return err
		case p.Own:
			return ErrProposer
		case !checks.Document:
			return ErrIncomplete
		}
		if err := d.mayEdit(who, p.Edit, s, tx.Now); err != nil {
			return err
		}
		if err := errors.Join(tx.EndCodeProposal(p.kept), d.changeCode(tx, who, p.Edit, s)); err != nil {
			return err
		}
		tx.Record.Detail["proposto da"] = p.kept.Operator
		return tx.AddContactChange(store.ContactChange{Person: s.person.ID, Operator: p.kept.Operator})
	})
	if err == nil {
		d.MailQueued()
	}
	return err
}

// DropCode gives a proposal up: its own maker takes it back, another responsabile refuses it, with a reason. Errors: ErrNoProposal, ErrReason, those of Proposal.
func (d *Desk) DropCode(ctx context.Context, who Who, n registration.Number, id, reason string) error {
	record := who.record(audit.ProposeTaxCode)
	record.Reason = strings.TrimSpace(reason)
	return d.Store.Act(ctx, record, func(tx *store.Tx) error {
		p, _, err := d.named(tx, who, n, id)
		if err != nil {
			return err
		}
		tx.Record.Detail = map[string]string{"esito": "rifiutato"}
		if p.Own {
			tx.Record.Detail["esito"] = "ritirato"
		}
		if tx.Record.Reason == "" {
			return ErrReason
		}
		return tx.EndCodeProposal(p.kept)
	})
}

// Proposed is the new code of a proposal.
func (p Proposal) Proposed() person.TaxCode { return p.Entry.Person.TaxCode }
