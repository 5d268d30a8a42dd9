package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Three are what the log-in of an ente's portal asks for: codice fiscale, whole PIN, password (003, mission O08).
type Three struct {
	TaxCode  string
	PIN      string
	Password string
	Device   string // the cookie of a browser that once logged in with this code
}

// A Way says what a log-in opens: the personal page, or only the page on which the first password is replaced.
type Way int

// The ways.
const (
	Inside Way = iota
	ToFirstPassword
)

// firstLogin is how long the first password may take to be replaced.
const firstLogin = 30 * time.Minute

// CitizenCodes checks codice fiscale, PIN and password. It costs the same two hashes for everybody, and answers the same to a wrong word, to who is not
// registered and to who waits for approval. Errors: ErrCredentials; ErrExpired, told only to who has the right words; Wait, community.ErrNoLocal.
func (a *Access) CitizenCodes(ctx context.Context, from audit.Origin, in Three) (token, device string, way Way, err error) {
	code, _ := person.ParseTaxCode(strings.ReplaceAll(in.TaxCode, "-", ""))
	account := "cf/" + string(code)
	set, reg, err := a.credentialsOf(ctx, code)
	if err != nil {
		return "", "", Inside, err
	}
	b, err := a.browser(set, in.Device)
	if err != nil {
		return "", "", Inside, err
	}
	limits := citizenLimits(from, account, b.known)
	if err := a.allowed(ctx, limits); err != nil {
		return "", "", Inside, err
	}
	c, _ := a.Communities.ByID(reg.Community)
	rightPIN := a.Hasher.Matches(set.PIN, credential.PurposePIN, credential.Normalize(c.Codes.PIN, in.PIN))
	right := a.Hasher.Matches(set.Password, credential.PurposePassword, in.Password) && rightPIN && reg.State == registration.Active
	record := from.Begin(audit.CitizenLogin, audit.ByCitizen, string(reg.Person))
	record.Registration, record.Detail = reg.ID, loggedInFrom(from, assurance.PasswordAndPIN, b)
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := a.stands(tx, judged{limits, right, &set, reg}); err != nil {
			return err
		}
		s := letIn(tx, b, from, reg.ID)
		s.Authn = int(assurance.PasswordAndPIN)
		if set.Temporary() {
			if !tx.Now.Before(set.TemporaryUntil) {
				return ErrExpired
			}
			s.Kind, way = store.FirstSession, ToFirstPassword
		}
		if token, err = tx.StartSession(s); err != nil || b.known != "" {
			return err
		}
		return a.tellNewDevice(tx, from, set, reg)
	})
	if errors.Is(err, ErrCredentials) {
		return "", "", Inside, errors.Join(err, a.Store.CountFailures(ctx, limits...))
	}
	if err == nil && b.known == "" {
		a.MailQueued()
	}
	if err == nil && way == Inside {
		err = a.refresh(ctx, from, set, in.Password)
	}
	return token, b.cookie, way, err
}

// ErrExpired means that a first password has waited too long: another is to be asked for (mission S23).
var ErrExpired = errors.New("first password expired")

// credentialsOf finds the credentials of who has a tax code; nothing found is no error but empty credentials, which match nothing.
func (a *Access) credentialsOf(ctx context.Context, code person.TaxCode) (set credential.Set, reg registration.Registration, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.AccountByTaxCode(a.Realm, code)
		set, reg = found.Set, found.Registration
		return err
	})
	return set, reg, err
}

// first is what a first log-in may change.
type first struct {
	session *store.Session
	set     credential.Set
	reg     registration.Registration
	who     person.Person
}

func (a *Access) first(ctx context.Context, token string) (f first, err error) {
	if f.session, err = a.session(ctx, store.FirstSession, token, firstLogin, firstLogin); err != nil {
		return f, err
	}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Registration(f.session.Subject)
		if err != nil {
			return err
		}
		s, err := tx.Credentials(r.ID)
		if err != nil {
			return err
		}
		p, err := tx.Person(r.Person)
		if err != nil {
			return err
		}
		f.reg, f.set, f.who = *r, *s, p.Person
		return nil
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && (!f.set.Temporary() || f.reg.State != registration.Active) {
		err = ErrNoSession
	}
	return f, err
}

// NeedsFirst tells whether a browser has a first log-in under way. Errors: ErrNoSession, ErrOver.
func (a *Access) NeedsFirst(ctx context.Context, token string) error {
	_, err := a.first(ctx, token)
	return err
}

// ReplaceFirst puts a chosen password in the place of the first one, and opens the personal page (003, O05). Errors: ErrNoSession, ErrOver, ErrCredentials (the
// old one), ErrRepeat, ErrSamePassword, WeakPassword, Wait.
func (a *Access) ReplaceFirst(ctx context.Context, from audit.Origin, token string, in PasswordChange) (inside string, err error) {
	f, err := a.first(ctx, token)
	if err != nil {
		return "", err
	}
	limits := []store.Limit{{Key: "primo accesso/vecchia/" + f.reg.ID, Max: 10, Window: 15 * time.Minute}}
	if err := a.allowed(ctx, limits); err != nil {
		return "", err
	}
	right := a.Hasher.Matches(f.set.Password, credential.PurposePassword, in.Old)
	if right {
		if err := a.judgeFirst(f, in); err != nil {
			return "", err
		}
	}
	held := f.set
	if f.set.Password, err = a.Hasher.Hash(credential.PurposePassword, in.New); err != nil {
		return "", err
	}
	record := from.Begin(audit.ChangePassword, audit.ByCitizen, string(f.reg.Person))
	record.Registration, record.Detail = f.reg.ID, from.Detail()
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if !right {
			return ErrCredentials
		}
		if err := a.mayUse(f.reg, tx.Now); err != nil {
			return err
		}
		if err := tx.HoldCredentials(&held); errors.Is(err, store.ErrStale) {
			return ErrNoSession
		} else if err != nil {
			return err
		}
		f.set.SetAt, f.set.TemporaryUntil = tx.Now, time.Time{}
		if err := errors.Join(tx.SetCredentials(f.reg.Realm, &f.set), tx.EndSessionsOf(store.FirstSession, f.reg.ID), tx.EndSessionsOf(store.CitizenSession, f.reg.ID)); err != nil {
			return err
		}
		began := newSession(from, f.reg.ID, tx.Now)
		began.Authn = int(assurance.PasswordAndPIN)
		inside, err = tx.StartSession(began)
		return err
	})
	if errors.Is(err, ErrCredentials) {
		err = errors.Join(err, a.Store.CountFailures(ctx, limits...))
	}
	return inside, err
}

// judgeFirst says what is wrong with a new password.
func (a *Access) judgeFirst(f first, in PasswordChange) error {
	c, _ := a.Communities.ByID(f.reg.Community)
	mailbox, _, _ := strings.Cut(f.who.Contacts.Email, "@")
	switch wrong := a.Judge.PasswordProblems(c.Password, in.New, f.set.Username, f.who.Name, f.who.Surname, string(f.who.TaxCode), mailbox, string(f.who.BirthDate)); {
	case in.New == in.Old:
		return ErrSamePassword
	case len(wrong) > 0:
		return WeakPassword{wrong[0]}
	case in.New != in.Repeat:
		return ErrRepeat
	}
	return nil
}
