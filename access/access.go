// Package access lets people in: operators by username, password and one-time code, citizens by username, password and PIN. It
// gives a session and says how sure the system is of who holds it.
//
// What they may then do is the other deeds' business.
package access

import (
	"context"
	"errors"
	"io"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/store"
	"sportello/vault"
)

// Access opens sessions. All fields must be set.
type Access struct {
	Store       *store.DB
	Communities community.Set
	Hasher      *credential.Hasher
	Judge       credential.Judge // of operators' passwords
	Sealer      vault.Sealer
	Rand        io.Reader
	Realm       community.Realm // of the citizens' portal
	Zone        *time.Location
	Issuer      string // name that authenticator apps show
	Limits      Limits
	MailDomain  string
	MailQueued  func()
}

// Limits are how long sessions last.
type Limits struct {
	OperatorIdle  time.Duration // without a page
	OperatorTotal time.Duration
	OperatorFresh time.Duration // how long both factors count as just shown
	CitizenIdle   time.Duration
	CitizenTotal  time.Duration
}

// The refusals. ErrCredentials is the one answer to a wrong name, password, code or PIN.
var (
	ErrCredentials = errors.New("credentials not recognised")
	ErrTooMany     = store.ErrTooMany
	ErrNoSession   = errors.New("no session")
	ErrOver        = errors.New("session over")
	ErrStage       = errors.New("not this step of the log-in")
	ErrNoPost      = errors.New("operator without a post at that ente")
)

// Wait is ErrTooMany with how long until the next try.
type Wait = store.Wait

func (a *Access) allowed(ctx context.Context, limits []store.Limit) error {
	return within(a.Store.Exceeded(ctx, limits...))
}

// within is the refusal when there is something to wait for.
func within(wait time.Duration, err error) error {
	if err == nil && wait > 0 {
		return Wait{For: wait}
	}
	return err
}

// session reads a session and ends it when it has been idle, or has lasted, too long. It notes its use now and then.
func (a *Access) session(ctx context.Context, kind store.SessionKind, token string, idle, total time.Duration) (*store.Session, error) {
	if token == "" {
		return nil, ErrNoSession
	}
	s, err := a.Store.Session(ctx, kind, token)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, err
	}
	now := a.Store.Now()
	if !now.Before(expiry(s, idle, total)) {
		return nil, ErrOver
	}
	if since := now.Sub(s.SeenAt); 0 <= since && since < seldom { // negative: the clock was set back
		return s, nil
	}
	return s, a.Store.TouchSession(ctx, s)
}

// seldom is how exactly the last use of a session is kept: a write for every page would be waste.
const seldom = 20 * time.Second

// expiry is when a session ends if nobody uses it.
func expiry(s *store.Session, idle, total time.Duration) time.Time {
	byIdle, byTotal := s.SeenAt.Add(idle), s.CreatedAt.Add(total)
	if byIdle.Before(byTotal) {
		return byIdle
	}
	return byTotal
}

// logout ends a session, whoever's it is; an unknown one is over already.
func (a *Access) logout(ctx context.Context, from audit.Origin, kind store.SessionKind, token string) error {
	s, err := a.Store.Session(ctx, kind, token)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	record := from.Begin(audit.CitizenLogout, audit.ByCitizen, "")
	record.Registration, record.Detail = s.Subject, from.Detail()
	if kind == store.OperatorSession {
		record = from.Begin(audit.OperatorLogout, audit.ByOperator, s.Subject)
		record.Ente = s.Ente
	}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error { return tx.EndSession(s.Token) })
}
