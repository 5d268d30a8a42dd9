package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// A Query is what an operator asks before registering (001 §5.1.2).
type Query struct {
	TaxCode     string // as typed
	Provisional bool   // the operator says that it is a provisional one of eleven digits
	Province    string
	Comune      string
}

// A Draft is a registration under way: what the registries said, and what was typed.
type Draft struct {
	ID       string `json:"-"`
	TaxCode  person.TaxCode
	Province string
	Comune   string
	Finding  registry.Finding
	Replaces string              // number of a rejected registration of the same person (mission S4)
	Typed    map[string][]string // the form as last posted
	Entry    *Entry              // once the form was complete
	Answer   string              `json:"-"` // number of the registration that came of it
	kept     store.Draft
}

func sealDraft(id string) string { return "draft/" + id }

// Look starts a registration: it refuses whom the desk must not register again, asks the registries, and keeps a
// draft. A registry that fails costs a notice in the draft's Finding, nothing else.
// Errors: ErrTaxCode, ErrUnknownPlace, office.ErrCompetence, office.ErrSelf, ErrDeceased, ErrAlreadyStrong, AlreadyRegistered.
func (d *Desk) Look(ctx context.Context, who Who, q Query) (id string, err error) {
	draft, refusal := d.examine(ctx, who, q)
	err = d.Store.Act(ctx, who.record(audit.LookUp), func(tx *store.Tx) error {
		if draft.TaxCode != "" {
			tx.Record.PersonMAC = tx.PersonMAC(draft.TaxCode)
		}
		tx.Record.Detail = consulted(draft.Finding)
		if refusal != nil {
			return refusal
		}
		id, err = d.addDraft(tx, who, draft)
		return err
	})
	return id, err
}

// examine does what comes before the act: who may not be asked about is not asked about.
func (d *Desk) examine(ctx context.Context, who Who, q Query) (draft Draft, err error) {
	draft = Draft{Province: q.Province, Comune: q.Comune}
	if err := who.May(office.Register, d.Store.Now()); err != nil {
		return draft, err
	}
	if draft.TaxCode, err = d.askable(who, q); err != nil {
		return draft, err
	}
	if err := d.registered(ctx, who, &draft); err != nil {
		return draft, err
	}
	draft.Finding = d.Registries.Lookup(ctx, registry.Query{TaxCode: draft.TaxCode, Province: q.Province, Comune: q.Comune,
		Purpose: "registrazione allo sportello", Operator: who.Operator.ID, Ente: who.Ente.ID})
	if draft.Finding.Deceased {
		return draft, ErrDeceased
	}
	return draft, nil
}

func consulted(f registry.Finding) map[string]string {
	detail := map[string]string{}
	for _, c := range f.Consulted {
		detail[string(c.Source)] = string(c.Outcome)
	}
	return detail
}

// askable checks what needs no look at anything outside.
func (d *Desk) askable(who Who, q Query) (person.TaxCode, error) {
	code, err := person.ParseTaxCode(q.TaxCode)
	if err != nil {
		return "", errors.Join(ErrTaxCode, err)
	}
	if code.Provisional() != q.Provisional {
		return "", ErrTaxCode
	}
	if err := d.checkPlace(q.Province, q.Comune); err != nil {
		return "", err
	}
	return code, errors.Join(who.MayServe(code), who.MayPlace(q.Province, q.Comune))
}

func (d *Desk) checkPlace(province, comune string) error {
	if province == person.AbroadProvince && comune == person.AbroadComune {
		return nil
	}
	if !slices.ContainsFunc(d.Places.Comuni(province), func(p person.Place) bool { return p.Code == comune }) {
		return ErrUnknownPlace
	}
	return nil
}

// registered refuses a person who has a live registration in the realm, and notes a rejected one.
func (d *Desk) registered(ctx context.Context, who Who, draft *Draft) error {
	return d.read(ctx, func(tx *store.Tx) error {
		p, err := tx.PersonByTaxCode(who.Ente.Realm, draft.TaxCode)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		r, err := tx.LiveRegistration(p.ID)
		if errors.Is(err, store.ErrNotFound) {
			draft.Replaces = "respinta"
			return nil
		}
		if err != nil {
			return err
		}
		return alreadyThere(r)
	})
}

func alreadyThere(r *registration.Registration) error {
	if r.State == registration.Active && r.Strong {
		return fmt.Errorf("%w", errors.Join(ErrAlreadyStrong, AlreadyRegistered{string(r.Number)}))
	}
	return AlreadyRegistered{string(r.Number)}
}

func (d *Desk) addDraft(tx *store.Tx, who Who, draft Draft) (string, error) {
	id, err := tx.NewID()
	if err != nil {
		return "", err
	}
	sealed, err := d.sealed(id, draft)
	if err != nil {
		return "", err
	}
	return id, tx.AddDraft(&store.Draft{ID: id, Operator: who.Operator.ID, Ente: who.Ente.ID, Data: sealed})
}

func (d *Desk) sealed(id string, draft Draft) ([]byte, error) {
	plain, err := json.Marshal(draft)
	if err != nil {
		return nil, fmt.Errorf("write draft: %w", err)
	}
	return d.Sealer.Seal(sealDraft(id), plain)
}

// Draft reads a registration under way. Only the operator who began it, for the same ente, finds it.
func (d *Desk) Draft(ctx context.Context, who Who, id string) (draft Draft, err error) {
	err = d.read(ctx, func(tx *store.Tx) error {
		draft, err = d.openDraft(tx, who, id)
		return err
	})
	return draft, err
}

func (d *Desk) openDraft(tx *store.Tx, who Who, id string) (Draft, error) {
	if strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsDigit(r) && !unicode.IsLower(r) }) {
		return Draft{}, store.ErrNotFound // an address typed by hand: PostgreSQL would not even take every byte
	}
	kept, err := tx.Draft(id)
	if err != nil {
		return Draft{}, err
	}
	if kept.Operator != who.Operator.ID || kept.Ente != who.Ente.ID {
		return Draft{}, store.ErrNotFound
	}
	draft := Draft{ID: id, Answer: kept.Answer, kept: *kept}
	if kept.Answer != "" {
		return draft, nil // what was typed has been wiped
	}
	plain, err := d.Sealer.Open(sealDraft(id), kept.Data)
	if err != nil {
		return Draft{}, fmt.Errorf("open draft: %w", err)
	}
	return draft, json.Unmarshal(plain, &draft)
}

// Keep keeps what was typed, right or wrong, so that nothing is lost. entry is nil while the form is not complete.
func (d *Desk) Keep(ctx context.Context, draft Draft, typed map[string][]string, entry *Entry) error {
	draft.Typed, draft.Entry = typed, entry
	sealed, err := d.sealed(draft.ID, draft)
	if err != nil {
		return err
	}
	draft.kept.Data = sealed
	return d.Store.KeepDraft(ctx, &draft.kept)
}

// CommunitiesOf lists the communities that an operator may register into: those of the ente's realm.
func (d *Desk) CommunitiesOf(who Who) []community.Community {
	return d.Communities.Realm(who.Ente.Realm)
}
