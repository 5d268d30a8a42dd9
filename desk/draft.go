package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"sportello/audit"
	"sportello/store"
)

// A form under way is kept sealed under a random id, which is also the form's id: sent again, it gets the first answer. Only the operator who
// began it, for the same ente, finds it.

func sealDraft(id string) string { return "draft/" + id }

func (d *Desk) sealed(id string, form any) ([]byte, error) {
	plain, err := json.Marshal(form)
	if err != nil {
		return nil, fmt.Errorf("write draft: %w", err)
	}
	return d.Sealer.Seal(sealDraft(id), plain)
}

// begin keeps a new form and gives its id.
func (d *Desk) begin(tx *store.Tx, who Who, form any) (string, error) {
	id, err := tx.NewID()
	if err != nil {
		return "", err
	}
	sealed, err := d.sealed(id, form)
	if err != nil {
		return "", err
	}
	return id, tx.AddDraft(&store.Draft{ID: id, Operator: who.Operator.ID, Ente: who.Ente.ID, Data: sealed})
}

// reopen reads a form into the value that it was kept from; one that has its answer holds nothing typed any more. Error: store.ErrNotFound.
func (d *Desk) reopen(tx *store.Tx, who Who, id string, form any) (*store.Draft, error) {
	if strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsDigit(r) && !unicode.IsLower(r) }) {
		return nil, store.ErrNotFound // an address typed by hand: PostgreSQL would not even take every byte
	}
	kept, err := tx.Draft(id)
	if err != nil {
		return nil, err
	}
	if kept.Operator != who.Operator.ID || kept.Ente != who.Ente.ID {
		return nil, store.ErrNotFound
	}
	if kept.Answer != "" {
		return kept, nil // what was typed has been wiped
	}
	plain, err := d.Sealer.Open(sealDraft(id), kept.Data)
	if err != nil {
		return nil, fmt.Errorf("open draft: %w", err)
	}
	return kept, json.Unmarshal(plain, form)
}

// once sends a form: one that is done already, also by the same form in the same moment, changes nothing.
func (d *Desk) once(ctx context.Context, record audit.Record, done func() (bool, error), act func(*store.Tx) error) error {
	if already, err := done(); err != nil || already {
		return err
	}
	err := d.Store.Act(ctx, record, act)
	if errors.Is(err, store.ErrStale) {
		if already, again := done(); again == nil && already {
			return nil
		}
	}
	return err
}

// keep keeps what a form holds now, or returns store.ErrStale when another tab was faster.
func (d *Desk) keep(ctx context.Context, kept *store.Draft, form any) error {
	sealed, err := d.sealed(kept.ID, form)
	if err != nil {
		return err
	}
	kept.Data = sealed
	return d.Store.KeepDraft(ctx, kept)
}
