package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/office"
	"sportello/store"
)

// OperatorPasswords is what operators' passwords must satisfy, in every community: what they open is worth more than what a citizen's does.
var OperatorPasswords = community.Password{MinLength: 12, MaxLength: 128, MinStrength: 3, Common: true}

// A PasswordChange is what an operator types to change the own password.
type PasswordChange struct{ Old, New, Repeat string }

// The refusals of a new password.
var (
	ErrRepeat       = errors.New("the new password was not repeated alike")
	ErrSamePassword = errors.New("the new password is the old one")
	ErrWeakPassword = errors.New("the new password does not satisfy the policy")
)

// A WeakPassword is ErrWeakPassword with the first reason.
type WeakPassword struct{ Problem credential.PasswordProblem }

func (WeakPassword) Error() string { return ErrWeakPassword.Error() }

// Is makes it ErrWeakPassword, whatever the reason.
func (WeakPassword) Is(target error) bool { return target == ErrWeakPassword }

// ChangePassword replaces the operator's own password. It ends every other session of theirs, and gives this one a new token. At a session that
// NeedsPassword it opens the desk. Errors: ErrCredentials (the old one), ErrRepeat, ErrSamePassword, WeakPassword, ErrStage, Wait.
func (a *Access) ChangePassword(ctx context.Context, from audit.Origin, token string, in PasswordChange) (string, error) {
	l, err := a.Operator(ctx, token)
	if err != nil {
		return "", err
	}
	if l.Stage != In && l.Stage != NeedsPassword {
		return "", ErrStage
	}
	record := from.Begin(audit.OperatorPassword, audit.ByOperator, l.Operator.ID)
	record.Ente = l.Acting.Ente.ID
	if refusal := a.refusalOf(l.Operator, in); refusal != nil {
		return "", a.Store.Act(ctx, record, func(*store.Tx) error { return refusal })
	}
	limits := operatorLimits(from, l.Operator.Username)
	if err := within(a.Store.Reserve(ctx, limits...)); err != nil {
		return "", err
	}
	right := a.Hasher.Matches(l.Operator.Password, credential.PurposePassword, in.Old)
	hash, err := a.Hasher.Hash(credential.PurposePassword, in.New)
	if err != nil {
		return "", err
	}
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if !right {
			return ErrCredentials
		}
		if err := tx.Release(limits...); err != nil {
			return err
		}
		token, err = keepPassword(tx, l, hash)
		return err
	})
	return token, err
}

// keepPassword keeps the hash, unless the password that was checked has been replaced meanwhile, and moves the session to a new token.
func keepPassword(tx *store.Tx, l Login, hash string) (token string, err error) {
	o, err := tx.Operator(l.Operator.ID)
	if err != nil {
		return "", err
	}
	if o.Password != l.Operator.Password {
		return "", store.ErrStale
	}
	o.Password, o.TemporaryUntil = hash, time.Time{}
	if err := tx.ReplaceSession(l.session.Token); errors.Is(err, store.ErrStale) {
		return "", ErrNoSession // ended meanwhile
	} else if err != nil {
		return "", err
	}
	if err := errors.Join(tx.SaveOperator(o), tx.EndSessionsOf(store.OperatorSession, o.ID)); err != nil {
		return "", err
	}
	s := *l.session
	return tx.StartSession(&s)
}

// refusalOf says what is wrong with the new password.
func (a *Access) refusalOf(o office.Operator, in PasswordChange) error {
	mailbox, _, _ := strings.Cut(o.Email, "@")
	wrong := a.Judge.PasswordProblems(OperatorPasswords, in.New, o.Username, o.Name, o.Surname, string(o.TaxCode), mailbox)
	switch {
	case len(wrong) > 0:
		return WeakPassword{wrong[0]}
	case in.New == in.Old:
		return ErrSamePassword
	case in.New != in.Repeat:
		return ErrRepeat
	}
	return nil
}
