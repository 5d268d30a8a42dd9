package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
)

// Secrets are drawn and hashed before an act begins: hashing is slow.
type secrets struct {
	pin, code         string
	pinHash, codeHash string
}

func (d *Desk) draw(c community.Community, ente office.Ente) (s secrets, err error) {
	if s.pin, err = credential.Draw(c.Codes.PIN, d.Rand); err != nil {
		return s, err
	}
	if s.pinHash, err = d.Hasher.Hash(credential.PurposePIN, s.pin); err != nil {
		return s, err
	}
	if ente.PINOnly {
		return s, nil
	}
	if s.code, err = credential.Draw(c.Codes.Activation, d.Rand); err != nil {
		return s, err
	}
	s.codeHash = d.Hasher.CodeMAC(credential.PurposeActivation, s.code)
	return s, nil
}

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
	codes, err := d.draw(c, who.Ente)
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
	op, rule, err := d.book(tx, who, reg, *e)
	if err != nil {
		return "", err
	}
	if err := d.handOver(tx, c, op, rule, codes); err != nil {
		return "", err
	}
	if err := d.mailCode(tx, who, c, &p.Person, reg, op, codes); err != nil {
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
	if !slices.ContainsFunc(d.CommunitiesOf(who), func(c community.Community) bool { return c.ID == draft.Entry.Community }) {
		return ErrNoCommunity
	}
	return errors.Join(who.May(office.Register, tx.Now), who.MayServe(draft.TaxCode), who.MayPlace(draft.Province, draft.Comune),
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

// book books the riscontro: strong at an entitled desk, weak elsewhere (mission S3).
func (d *Desk) book(tx *store.Tx, who Who, reg *registration.Registration, e Entry) (*registration.Operation, registration.Rule, error) {
	id, err := tx.NewID()
	if err != nil {
		return nil, registration.Rule{}, err
	}
	op := &registration.Operation{ID: id, Kind: registration.StrongVerification, BookedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
		Entitled: who.Ente.Issues == office.IssuesStrong, Checks: e.Checks, Emancipation: e.Emancipation, Disagreement: e.Disagreement, Delegation: e.Delegation}
	if !op.Entitled {
		op.Kind = registration.Verification
	}
	rule, err := reg.Book(op, nil)
	if err != nil {
		return nil, rule, err
	}
	return op, rule, errors.Join(tx.SaveRegistration(reg), tx.AddOperation(op))
}

// Contexts to which the sealed secrets of an operation are bound.
func sealPIN(operation string) string  { return "handover/" + operation + "/pin" }
func sealCode(operation string) string { return "handover/" + operation + "/code" }

// handOver keeps PIN and code: sealed until the desk ends, hashed for ever.
func (d *Desk) handOver(tx *store.Tx, c community.Community, op *registration.Operation, rule registration.Rule, s secrets) (err error) {
	h := &credential.Handover{Operation: op.ID, PIN: s.pinHash, Code: s.codeHash, CodeExpiresAt: d.expiry(tx.Now, c.Codes.Activation.ValidDays)}
	if h.SealedPIN, err = d.Sealer.Seal(sealPIN(op.ID), []byte(s.pin)); err != nil {
		return fmt.Errorf("seal PIN: %w", err)
	}
	if s.code == "" || !rule.Handover.Has(registration.IssueActivationCode) {
		return tx.AddHandover(h)
	}
	if h.SealedCode, err = d.Sealer.Seal(sealCode(op.ID), []byte(s.code)); err != nil {
		return fmt.Errorf("seal code: %w", err)
	}
	return tx.AddHandover(h)
}

// expiry is the last second of the last day on which a code is taken, in the desk's zone.
func (d *Desk) expiry(now time.Time, days int) time.Time {
	y, m, day := now.In(d.Zone).Date()
	return time.Date(y, m, day+days, 23, 59, 59, 0, d.Zone).UTC()
}

// mailCode queues the mail with the activation code, if the citizen has an address (E03, mission S20).
func (d *Desk) mailCode(tx *store.Tx, who Who, c community.Community, p *person.Person, reg *registration.Registration, op *registration.Operation, s secrets) error {
	if s.code == "" || p.Contacts.Email == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := d.Sealer.Seal("outbox/"+id, []byte(s.code))
	if err != nil {
		return fmt.Errorf("seal code for the mail: %w", err)
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.ActivationCode), Community: c.ID, Registration: reg.ID, Operation: op.ID,
		To: p.Contacts.Email, Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(reg.Number), mail.DataEnte: who.Ente.Name},
		SealedCode: sealed, SealContext: "outbox/" + id, MessageID: id + "@" + d.MailDomain, ExpiresAt: d.expiry(tx.Now, c.Codes.Activation.ValidDays)})
}
