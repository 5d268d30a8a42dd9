package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

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

// Look starts a registration: it refuses whom the desk must not register again, asks the registries, and keeps a
// draft. A registry that fails costs a notice in the draft's Finding, nothing else.
// A registration's number in the place of the tax code leads to that registration. Errors: ErrNoNumber, ErrTaxCode, ErrUnknownPlace, office.ErrCompetence, office.ErrSelf, ErrDeceased, ErrAlreadyStrong, AlreadyRegistered, ErrClosing;
// ErrObsolete, which comes with the id of the form of variant 3.
func (d *Desk) Look(ctx context.Context, who Who, q Query) (id string, err error) {
	draft, accounts, refusal := d.examine(ctx, who, q)
	err = d.Store.Act(ctx, who.record(audit.LookUp), func(tx *store.Tx) error {
		if draft.TaxCode != "" {
			tx.Record.PersonMAC = tx.PersonMAC(draft.TaxCode)
		}
		tx.Record.Detail = consulted(draft.Finding)
		if refusal != nil {
			return refusal
		}
		if len(accounts) > 0 {
			id, err = d.begin(tx, who, accountForm{&ObsoleteAccount{TaxCode: draft.TaxCode, Province: q.Province, Comune: q.Comune, Accounts: accounts}})
			return err
		}
		id, err = d.begin(tx, who, draft)
		return err
	})
	if err == nil && len(accounts) > 0 {
		err = ErrObsolete
	}
	return id, err
}

// examine does what comes before the act: who may not be asked about is not asked about.
func (d *Desk) examine(ctx context.Context, who Who, q Query) (draft Draft, accounts []registry.Account, err error) {
	draft = Draft{Province: q.Province, Comune: q.Comune}
	if err := who.May(office.Register, d.Store.Now()); err != nil {
		return draft, nil, err
	}
	if n, err := registration.ScanNumber(q.TaxCode); err == nil {
		return draft, nil, d.byNumber(ctx, who, n)
	}
	if len(d.OpenTo(who, d.Store.Now())) == 0 {
		return draft, nil, community.ErrNoLocal
	}
	if draft.TaxCode, err = d.askable(who, q); err != nil {
		return draft, nil, err
	}
	if err := d.registered(ctx, who, &draft); err != nil {
		return draft, nil, err
	}
	if accounts, err = d.obsolete(ctx, who, &draft); err != nil || len(accounts) > 0 {
		return draft, accounts, err
	}
	asked := draft.Finding.Consulted
	draft.Finding = d.Registries.Lookup(ctx, registry.Query{TaxCode: draft.TaxCode, Province: q.Province, Comune: q.Comune,
		Purpose: "registrazione allo sportello", Operator: who.Operator.ID, Ente: who.Ente.ID})
	draft.Finding.Consulted = append(asked, draft.Finding.Consulted...)
	if draft.Finding.Deceased {
		return draft, nil, ErrDeceased
	}
	return draft, nil, nil
}

// byNumber leads to the registration that a number names, as variant 2 does: a reader may have typed the barcode of a receipt (001 §3.1).
// Errors: ErrNoNumber, ErrAlreadyStrong, AlreadyRegistered.
func (d *Desk) byNumber(ctx context.Context, who Who, n registration.Number) error {
	return d.read(ctx, func(tx *store.Tx) error {
		r, err := registrationCalled(tx, who, string(n))
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoNumber
		}
		if err != nil {
			return err
		}
		return alreadyThere(r)
	})
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
	code, err := person.ScanTaxCode(q.TaxCode)
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

// Draft reads a registration under way. Only the operator who began it, for the same ente, finds it.
func (d *Desk) Draft(ctx context.Context, who Who, id string) (Draft, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (Draft, error) { return d.openDraft(tx, who, id) })
}

func (d *Desk) openDraft(tx *store.Tx, who Who, id string) (draft Draft, err error) {
	kept, err := d.reopen(tx, who, id, &draft)
	if err != nil {
		return Draft{}, err
	}
	if kept.Answer == "" && draft.TaxCode == "" {
		return Draft{}, store.ErrNotFound // a form of another kind
	}
	draft.ID, draft.Answer, draft.kept = id, kept.Answer, *kept
	return draft, nil
}

// Keep keeps what was typed, right or wrong, so that nothing is lost. entry is nil while the form is not complete.
func (d *Desk) Keep(ctx context.Context, draft Draft, typed map[string][]string, entry *Entry) error {
	draft.Typed, draft.Entry = typed, entry
	return d.keep(ctx, &draft.kept, draft)
}

// CommunitiesOf lists the communities of the ente's realm.
func (d *Desk) CommunitiesOf(who Who) []community.Community {
	return d.Communities.Realm(who.Ente.Realm)
}

// OpenTo lists the communities that an operator may register into: those of the ente's realm that give credentials of their own at a time (N05).
func (d *Desk) OpenTo(who Who, now time.Time) []community.Community {
	return slices.DeleteFunc(d.CommunitiesOf(who), func(c community.Community) bool { return !c.Local.Open(d.today(now)) })
}
