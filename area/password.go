package area

import (
	"context"
	"errors"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/store"
)

// A Password is what people type to choose a new one. Old is asked for inside the area alone.
type Password struct{ Old, New, Repeat string }

// The refusals of a new password.
var (
	ErrRepeat       = errors.New("the new password was not repeated alike")
	ErrSamePassword = errors.New("the new password is the old one")
)

// A WeakPassword is the first reason why the policy refuses a password.
type WeakPassword struct {
	Problem credential.PasswordProblem
	Policy  community.Password
}

// Error implements error.
func (WeakPassword) Error() string { return "the new password does not satisfy the policy" }

// refusal says what is wrong with a new password.
func (a *Area) refusal(m member, in Password) error {
	p, policy := m.person, m.of.Password
	mailbox, _, _ := strings.Cut(p.Contacts.Email, "@")
	wrong := a.Judge.PasswordProblems(policy, in.New, m.set.Username, p.Name, p.Surname, string(p.TaxCode), mailbox, string(p.BirthDate))
	switch {
	case len(wrong) > 0:
		return WeakPassword{wrong[0], policy}
	case in.New == in.Old:
		return ErrSamePassword
	case in.New != in.Repeat:
		return ErrRepeat
	}
	return nil
}

// ChangePassword replaces one's own password: every session ends, and this one goes on under a new token (mission S5).
// Errors: WeakPassword, ErrSamePassword, ErrRepeat, ErrCredentials, Wait, ErrLoggedOut.
func (a *Area) ChangePassword(ctx context.Context, from audit.Origin, token string, in Password) (renewed string, err error) {
	err = a.read(ctx, token, func(_ *store.Tx, m member) error { return a.refusal(m, in) })
	if err != nil {
		return "", err
	}
	record := from.Begin(audit.ChangePassword, audit.ByCitizen, "")
	record.Detail = from.Detail()
	if err := a.confirmed(ctx, record, from, token, in.Old); err != nil {
		return "", err
	}
	hash, err := a.Hasher.Hash(credential.PurposePassword, in.New)
	if err != nil {
		return "", err
	}
	err = a.act(ctx, record, token, func(tx *store.Tx, m member) error {
		s := *m.session
		tx.Record.Detail[audit.Mark] = s.Data[audit.Mark]
		if err := a.keepPassword(tx, m, hash); err != nil {
			return err
		}
		renewed, err = tx.StartSession(&s)
		return err
	})
	if errors.Is(err, store.ErrStale) {
		err = ErrLoggedOut // replaced by another tab, which has ended this session
	}
	return renewed, err
}

// keepPassword puts a new password in place: every session and link of the person ends, and a mail says so.
func (a *Area) keepPassword(tx *store.Tx, m member, hash string) error {
	m.set.ChangePassword(hash, tx.Now)
	return errors.Join(tx.SaveCredentials(m.set), tx.EndSessionsOf(store.CitizenSession, m.reg.ID), tx.EndLinks(store.PasswordLink, m.reg.ID),
		tx.EndLinks(store.EmailLink, m.reg.ID), a.tell(tx, m, mail.PasswordChanged, m.person.Contacts.Email))
}

// A Renewal is what a link for a new password is about.
type Renewal struct {
	Community community.Community
	Username  string
}

// PasswordLink reads such a link; reading uses nothing up. Error: ErrLink.
func (a *Area) PasswordLink(ctx context.Context, token string) (r Renewal, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := a.link(tx, store.PasswordLink, token)
		if err == nil {
			r = Renewal{m.of, m.set.Username}
		}
		return err
	})
	return r, err
}

// NewPassword uses the link up: the password is the new one, and every session ends (mission S5, S21).
// Errors: ErrLink, WeakPassword, ErrRepeat, Wait.
func (a *Area) NewPassword(ctx context.Context, from audit.Origin, token string, in Password) error {
	if err := a.within(ctx, linkLimits(from)...); err != nil {
		return err
	}
	err := a.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := a.link(tx, store.PasswordLink, token)
		if err != nil {
			return err
		}
		return a.refusal(m, in)
	})
	if err != nil {
		return err
	}
	hash, err := a.Hasher.Hash(credential.PurposePassword, in.New)
	if err != nil {
		return err
	}
	record := from.Begin(audit.RecoverPassword, audit.ByCitizen, "")
	record.Detail = from.Detail()
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		m, err := a.link(tx, store.PasswordLink, token)
		if err != nil {
			return err
		}
		return errors.Join(a.useUp(tx, m), a.keepPassword(tx, m, hash))
	})
	if errors.Is(err, store.ErrStale) {
		return ErrLink // another tab was faster
	}
	if err == nil {
		a.MailQueued()
	}
	return err
}
