// Package registration holds the pratica: one citizen's membership of a community, the operations
// that a desk may book on it, and the rules of both.
//
// It knows nothing of who may act (package office), of codes and passwords (package credential), nor of how a page shows it.
package registration

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/community"
	"sportello/person"
)

// A Registration is one pratica (001 Allegato 7, Dati di registrazione).
type Registration struct {
	ID          string
	Number      Number
	Person      person.ID
	Realm       community.Realm
	Community   community.ID // chosen at insert, never changed (A07)
	State       State
	Strong      bool // "Reg. forte": riscontro de visu and Regolamento accepted (A04)
	CreatedAt   time.Time
	VerifiedAt  time.Time // data riscontro
	VerifiedBy  string    // ente riscontro, id
	PINHeld     bool      // possesso PIN
	PINPrinted  time.Time // data stampa of a posted letter
	PINPrints   int       // number of posted letters
	ActivatedAt time.Time
	PromotedAt  time.Time
	StrongSince time.Time
	DeskNote    string // nota per lo sportellista
	OtherNote   string
	Version     int
}

// The broken rules of this package.
var (
	ErrNotAllowed   = errors.New("operation not allowed in this state")
	ErrNotEntitled  = errors.New("the ente may not hand over codes of a strong registration")
	ErrNotPending   = errors.New("operation no longer in progress")
	ErrNoOperation  = errors.New("no operation in progress")
	ErrTermsPending = errors.New("terms not accepted")
)

// Bookable lists the operations that a desk may book now, in the order of Rules.
func (r *Registration) Bookable() []Kind {
	var kinds []Kind
	for _, rule := range Rules {
		if rule.State == r.State && rule.Strong == r.Strong && rule.Channel&AtDesk != 0 {
			kinds = append(kinds, rule.Kind)
		}
	}
	return kinds
}

// rule finds the row for an operation in the state that the registration is in.
func (r *Registration) rule(k Kind) (Rule, error) {
	i := slices.IndexFunc(Rules, func(x Rule) bool {
		return x.State == r.State && x.Strong == r.Strong && x.Kind == k
	})
	if i < 0 {
		return Rule{}, fmt.Errorf("%s on a registration %s: %w", k, r.State, ErrNotAllowed)
	}
	return Rules[i], nil
}

// Check tells what booking op would do, or why it may not be booked: an ente that issues weak credentials only may end a strong
// registration, but hand over nothing for it. op's Kind and Entitled must be set. Errors: ErrNotAllowed, ErrNotEntitled.
func (r *Registration) Check(op *Operation) (Rule, error) {
	rule, err := r.rule(op.Kind)
	if err != nil {
		return Rule{}, err
	}
	if !op.Entitled && op.Kind != Revocation && (r.Strong || op.Kind == Promotion) {
		return Rule{}, ErrNotEntitled
	}
	return rule, nil
}

// Book books an operation: pending ones are discarded, the new one replaces them entirely (H05, 001 §5.2.5
// Attenzione). op's Kind, Entitled and who and when must be set. Errors: those of Check.
func (r *Registration) Book(op *Operation, pending []*Operation) (Rule, error) {
	rule, err := r.Check(op)
	if err != nil {
		return Rule{}, err
	}
	op.Before = Standing{r.State, r.VerifiedAt, r.VerifiedBy}
	for _, p := range pending {
		if p.Before.State != "" {
			op.Before = p.Before // what is replaced entirely was never there
		}
		p.Discard(op.BookedAt, "sostituita da una nuova prenotazione")
	}
	op.Registration, op.Outcome = r.ID, Pending
	r.State = rule.Booked
	if rule.Handover.Has(IssuePIN) && op.Checks.InPerson {
		r.VerifiedAt, r.VerifiedBy = op.BookedAt, op.Ente
	}
	return rule, nil
}

// Cancel undoes a pending booking (mission S6). The registration stands again where it stood before it: a riscontro that is taken back,
// perhaps because it was booked on a namesake, must not leave somebody "riscontrato" whom nobody has looked at.
// Operations from before that was kept leave the state as it is. Error: ErrNotPending.
func (r *Registration) Cancel(op *Operation, now time.Time, reason string) error {
	if op.Outcome != Pending || op.Registration != r.ID {
		return ErrNotPending
	}
	if was := op.Before; was.State != "" {
		r.State, r.VerifiedAt, r.VerifiedBy = was.State, was.VerifiedAt, was.VerifiedBy
	}
	op.Discard(now, reason)
	return nil
}

// Discard ends a pending operation without success; others are left as they are.
func (o *Operation) Discard(now time.Time, reason string) {
	if o.Outcome == Pending {
		o.Outcome, o.ClosedAt, o.CloseReason = Discarded, now, reason
	}
}

// Step is the rule that a pending operation still has to complete.
func (r *Registration) Step(op *Operation) (Rule, error) {
	if op.Outcome != Pending || op.Registration != r.ID {
		return Rule{}, ErrNotPending
	}
	return r.rule(op.Kind)
}

// Complete ends a pending operation with success: the citizen has confirmed it at home at now.
// accepted tells whether Regolamento and informativa were accepted; without them nothing changes.
func (r *Registration) Complete(op *Operation, accepted bool, now time.Time) (Rule, error) {
	rule, err := r.Step(op)
	if err != nil {
		return Rule{}, err
	}
	if rule.AtHome.Has(AcceptTerms) && !accepted {
		return Rule{}, ErrTermsPending
	}
	op.Outcome, op.ClosedAt = Success, now
	if rule.AtHome.Has(AdoptPIN) {
		r.PINHeld = true
	}
	if rule.State != Active && rule.Done == Active {
		r.ActivatedAt = now
	}
	if op.Kind == Promotion {
		r.PromotedAt = now
	}
	if rule.AtHome.Has(ChooseUsername) || rule.AtHome.Has(MakeStrong) {
		r.setStrong(rule.AtHome.Has(MakeStrong) && op.Imputable(), now)
	}
	r.State = rule.Done
	return rule, nil
}

func (r *Registration) setStrong(strong bool, now time.Time) {
	if strong && (!r.Strong || r.StrongSince.IsZero()) {
		r.StrongSince = now
	}
	if !strong {
		r.StrongSince = time.Time{}
	}
	r.Strong = strong
}

// Allows tells whether the list offers an action, and why not when it does not. pending is the operation in progress, or nil.
// A revocation code can be renewed in every state that has one booked (mission S1).
func (r *Registration) Allows(a Action, pending *Operation) error {
	renewal := a == RegenerateCode && pending != nil && pending.Kind == Revocation
	if !renewal && !slices.Contains(Actions[r.State], a) {
		return ErrNotAllowed
	}
	missingFirstCode := a == RegenerateCode && r.State == Verified && pending == nil
	if (a == RegenerateCode || a == EditDelegation) && pending == nil && !missingFirstCode {
		return ErrNoOperation
	}
	return nil
}
