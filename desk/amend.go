package desk

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/registration"
	"sportello/store"
)

// ErrNoDelegate means that nobody came instead of the citizen for the operation in progress.
var ErrNoDelegate = errors.New("the operation in progress has no delegate")

// An Amendment is a change under way of the delegate of the operation in progress (001 §5.5): what was shown, and what was typed.
type Amendment struct {
	ID        string `json:"-"`
	Number    registration.Number
	Operation string // id
	Version   int    // of the operation that was shown
	Typed     map[string][]string
	Entry     *registration.Delegation // once the form was complete
	Done      bool                     `json:"-"` // once it was applied: then nothing typed is left

	File `json:"-"` // as it is now
	kept store.Draft
}

// BeginAmendment opens Modifica delega for the operation in progress. Reading it is recorded. Errors: those of Serve,
// registration.ErrNoOperation, ErrNoDelegate.
func (d *Desk) BeginAmendment(ctx context.Context, who Who, n registration.Number) (id string, err error) {
	record := who.record(audit.OpenDetail)
	record.Detail = map[string]string{"per": string(audit.EditDelegation)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		a := Amendment{Number: n}
		if err := d.amendable(tx, who, &a); err != nil {
			return err
		}
		op := a.File.Operation
		a.Operation, a.Version = op.ID, op.Version
		id, err = d.begin(tx, who, a)
		return err
	})
	return id, err
}

// amendable reads the registration of an amendment, and checks that this operator may change its delegate.
func (d *Desk) amendable(tx *store.Tx, who Who, a *Amendment) error {
	s, err := d.serve(tx, who, audit.EditDelegation, a.Number)
	if err != nil {
		return err
	}
	if a.File, err = d.file(tx, s.reg.ID); err != nil {
		return err
	}
	if err := s.reg.Allows(registration.EditDelegation, a.pending()); err != nil {
		return err
	}
	if tx.Record.Operation = a.File.Operation.ID; a.File.Operation.Delegation == nil {
		return ErrNoDelegate
	}
	return mayServe(who, a.File)
}

// Amendment reads a change under way. Only the operator who began it, for the same ente, finds it. Errors: store.ErrNotFound.
func (d *Desk) Amendment(ctx context.Context, who Who, id string) (Amendment, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (Amendment, error) { return d.openAmendment(tx, who, id) })
}

func (d *Desk) openAmendment(tx *store.Tx, who Who, id string) (a Amendment, err error) {
	kept, err := d.reopen(tx, who, id, &a)
	if err != nil {
		return Amendment{}, err
	}
	a.ID, a.kept = id, *kept
	if kept.Answer != "" {
		a.Number, a.Done = registration.Number(kept.Answer), true
		return a, nil
	}
	if a.Operation == "" { // a form of another kind
		return Amendment{}, store.ErrNotFound
	}
	r, err := tx.RegistrationByNumber(a.Number)
	if err != nil {
		return Amendment{}, err
	}
	a.File, err = d.file(tx, r.ID)
	return a, err
}

// stale tells whether the operation in progress is another, or has changed, since the form was opened.
func (a Amendment) stale() bool {
	op := a.File.Operation
	return op == nil || op.ID != a.Operation || op.Version != a.Version || op.Delegation == nil
}

// KeepAmendment keeps what was typed, right or wrong, so that nothing is lost. entry is nil while the form is not complete.
func (d *Desk) KeepAmendment(ctx context.Context, a Amendment, typed map[string][]string, entry *registration.Delegation) error {
	a.Typed, a.Entry = typed, entry
	return d.keep(ctx, &a.kept, a)
}

// ReviewAmendment checks what was typed of a delegate, whose tax code stays: for how many citizens they came was judged when they did.
func (d *Desk) ReviewAmendment(a Amendment, g registration.Delegation) (r Review) {
	r.delegation(a.Person.TaxCode, &g, d.today(d.Store.Now()))
	return r
}

// Amended is the delegate as an entry leaves them: tax code and the reason of a responsabile stay.
func (a Amendment) Amended(g registration.Delegation) registration.Delegation {
	if was := a.File.Operation.Delegation; was != nil {
		g.TaxCode, g.Reason = was.TaxCode, was.Reason
	}
	return g
}

// Amend changes the delegate of the operation in progress (001 §5.5). The same form sent again changes nothing.
// Errors: those of BeginAmendment, ErrIncomplete, ErrChanged.
func (d *Desk) Amend(ctx context.Context, who Who, id string) error {
	done := func() (bool, error) {
		a, err := d.Amendment(ctx, who, id)
		return a.Done, err
	}
	return d.once(ctx, who.record(audit.EditDelegation), done, func(tx *store.Tx) error { return d.amend(tx, who, id) })
}

func (d *Desk) amend(tx *store.Tx, who Who, id string) error {
	a, err := d.openAmendment(tx, who, id)
	if err != nil {
		return err
	}
	if a.Done {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return nil
	}
	if err := tx.SaveDraft(&a.kept); err != nil { // the same form sent twice at once waits here
		return err
	}
	if err := d.amendable(tx, who, &a); err != nil {
		return err
	}
	switch {
	case a.stale():
		return ErrChanged
	case a.Entry == nil:
		return ErrIncomplete
	}
	after := a.Amended(*a.Entry)
	if len(d.ReviewAmendment(a, after).Problems) > 0 {
		return ErrIncomplete
	}
	tx.Record.Detail = map[string]string{"campi": list(changedOfDelegate(*a.File.Operation.Delegation, after))}
	a.kept.Data, a.kept.Answer = []byte{}, string(a.Number)
	return errors.Join(tx.ReplaceDelegation(a.File.Operation, &after), tx.SaveDraft(&a.kept))
}

// changedOfDelegate names the fields in which two delegations differ.
func changedOfDelegate(a, b registration.Delegation) (changed []Field) {
	for _, x := range []struct {
		same  bool
		field Field
	}{
		{a.Kind == b.Kind, DelegateKindField}, {a.Name == b.Name, DelegateNameField}, {a.Surname == b.Surname, DelegateSurname},
		{a.BirthDate == b.BirthDate && a.Sex == b.Sex, DelegateBirth}, {a.Document.Kind == b.Document.Kind, DelegateDocKind},
		{a.Document.Number == b.Document.Number, DelegateDocNumber}, {a.Document.IssuedOn == b.Document.IssuedOn, DelegateDocIssued},
		{a.Document.ExpiresOn == b.Document.ExpiresOn, DelegateDocExpires}, {a.Document.Issuer == b.Document.Issuer, DelegateDocIssuer},
		{a.Email == b.Email, DelegateEmail}, {a.Phone == b.Phone, "delegato-telefono"}, {a.Capacity == b.Capacity, DelegateCapacity},
		{a.Appointment == b.Appointment, DelegateCourt}, {a.Evidence == b.Evidence, DelegateForm},
		{a.Impediment == b.Impediment && a.NoneBefore == b.NoneBefore, DelegateImpediment},
	} {
		if !x.same {
			changed = append(changed, x.field)
		}
	}
	slices.Sort(changed)
	return changed
}

// pending is the operation in progress, or nil.
func (a Amendment) pending() *registration.Operation {
	if op := a.File.Operation; op != nil && op.Outcome == registration.Pending {
		return op
	}
	return nil
}
