package desk

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// Register registers the citizen of a draft and books their riscontro: person, registration, operation, sealed
// PIN, code and its mail, and the audit record, all or nothing (001 §5.1.2). The same draft sent again gets the number of the first time.
// Errors: ErrIncomplete when the draft has problems, AlreadyRegistered when another desk was faster.
func (d *Desk) Register(ctx context.Context, who Who, draftID string) (number registration.Number, err error) {
	draft, err := d.Draft(ctx, who, draftID)
	if err != nil || draft.Answer != "" {
		return registration.Number(draft.Answer), err
	}
	if draft.Entry == nil {
		return "", ErrIncomplete
	}
	c, err := d.communityOf(draft.Entry.Community)
	if err != nil {
		return "", err
	}
	codes, err := d.draw(c, handed(kindAt(who.Ente), who.Ente))
	if err != nil {
		return "", err
	}
	register := func(tx *store.Tx) (err error) {
		number, err = d.register(tx, who, draftID, c, codes)
		return err
	}
	err = d.Store.Act(ctx, who.record(audit.RegisterCitizen), register)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrStale) { // another desk, or the same form, in the same moment: now it can be seen
		err = d.Store.Act(ctx, who.record(audit.RegisterCitizen), register)
	}
	if err == nil {
		d.MailQueued()
	}
	return number, err
}

func (d *Desk) register(tx *store.Tx, who Who, draftID string, c community.Community, codes secrets) (registration.Number, error) {
	draft, err := d.openDraft(tx, who, draftID)
	if err != nil {
		return "", err
	}
	if draft.Answer != "" {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return registration.Number(draft.Answer), nil
	}
	if err := tx.SaveDraft(&draft.kept); err != nil { // the same form sent twice at once waits here
		return "", err
	}
	e := draft.Entry
	tx.Record.PersonMAC = tx.PersonMAC(draft.TaxCode)
	if err := d.mayRegister(tx, who, draft); err != nil {
		return "", err
	}
	p, err := d.keepPerson(tx, who, draft)
	if err != nil {
		return "", err
	}
	reg, err := d.keepRegistration(tx, who, p, *e)
	if err != nil {
		return "", err
	}
	op, err := d.bookRiscontro(tx, who, reg, *e)
	if err != nil {
		return "", err
	}
	if err := d.handOver(tx, c, op, codes); err != nil {
		return "", err
	}
	if err := d.mailCode(tx, who, &p.Person, reg, op, codes); err != nil {
		return "", err
	}
	draft.kept.Data, draft.kept.Answer = []byte{}, string(reg.Number)
	tx.Record.Registration, tx.Record.Operation, tx.Record.Reason = reg.ID, op.ID, e.Disagreement
	return reg.Number, tx.SaveDraft(&draft.kept)
}

func (d *Desk) mayRegister(tx *store.Tx, who Who, draft Draft) error {
	review, err := d.Review(who, draft, *draft.Entry, tx.Now)
	if err != nil {
		return err
	}
	if len(review.Problems) > 0 {
		return ErrIncomplete
	}
	if !slices.ContainsFunc(d.OpenTo(who, tx.Now), func(c community.Community) bool { return c.ID == draft.Entry.Community }) {
		return ErrNoCommunity
	}
	return errors.Join(who.May(office.Register, tx.Now), who.MayServe(draft.TaxCode), who.MayPlace(draft.Province, draft.Comune), stillClosing(tx, draft.TaxCode),
		d.admit(tx, who, draft.TaxCode, draft.Entry.Delegation))
}

// keepPerson keeps the person of a draft: a new one, or one who had a rejected registration.
func (d *Desk) keepPerson(tx *store.Tx, who Who, draft Draft) (*store.Person, error) {
	entered := draft.Entry.Person
	entered.TaxCode, entered.Residence.Province, entered.Residence.Comune = draft.TaxCode, draft.Province, draft.Comune
	entered.Document.Number = person.NormalizeNumber(entered.Document.Number)
	p, err := tx.PersonByTaxCode(who.Ente.Realm, draft.TaxCode)
	switch {
	case errors.Is(err, store.ErrNotFound):
		var id string
		if id, err = tx.NewID(); err != nil {
			return nil, err
		}
		entered.ID = person.ID(id)
		p = &store.Person{Person: entered, Realm: who.Ente.Realm}
		err = tx.AddPerson(p)
	case err == nil:
		entered.ID = p.ID
		p.Person = entered
		err = tx.SavePerson(p)
	}
	if err != nil {
		return nil, err
	}
	return p, tx.SetProvenance(p.ID, provenance(draft.Finding, entered))
}

// provenance tells for each prefilled field who filled it, and whether the operator then changed it (Y06).
func provenance(f registry.Finding, p person.Person) []store.FieldSource {
	edited := map[registry.Field]bool{}
	for _, field := range f.Differences(registryValues(p)) {
		edited[field] = true
	}
	var sources []store.FieldSource
	for field, s := range f.Sources() {
		sources = append(sources, store.FieldSource{Field: string(field), Source: string(s.Source), ReadAt: s.ReadAt, Edited: edited[field]})
	}
	return sources
}

func (d *Desk) keepRegistration(tx *store.Tx, who Who, p *store.Person, e Entry) (*registration.Registration, error) {
	if r, err := tx.LiveRegistration(p.ID); err == nil {
		return nil, alreadyThere(r)
	} else if !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	number, err := registration.DrawNumber(d.Rand)
	if err != nil {
		return nil, err
	}
	r := &registration.Registration{ID: id, Number: number, Person: p.ID, Realm: who.Ente.Realm, Community: e.Community,
		State: registration.Registered, CreatedAt: tx.Now, DeskNote: e.Note}
	return r, tx.AddRegistration(r)
}

// kindAt is the riscontro that an ente does: strong if it is entitled, weak elsewhere (mission S3).
func kindAt(e office.Ente) registration.Kind {
	if e.Issues == office.IssuesStrong {
		return registration.StrongVerification
	}
	return registration.Verification
}

// bookRiscontro books the riscontro of a new registration.
func (d *Desk) bookRiscontro(tx *store.Tx, who Who, reg *registration.Registration, e Entry) (*registration.Operation, error) {
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	op := &registration.Operation{ID: id, Kind: kindAt(who.Ente), BookedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
		Entitled: who.Ente.Issues == office.IssuesStrong, Checks: e.Checks, Emancipation: e.Emancipation, Disagreement: e.Disagreement, Delegation: e.Delegation}
	if _, err := reg.Book(op, nil); err != nil {
		return nil, err
	}
	return op, errors.Join(tx.SaveRegistration(reg), tx.AddOperation(op))
}
