package access

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// A Stage is how far an operator's log-in has come.
type Stage string

// The stages, in order: password right, second factor to be set up or shown, ente to be chosen, a password given by somebody else to be
// replaced, in. NeedsPassword is never kept: the operator's row says it.
const (
	NeedsEnrolment Stage = "attivazione"
	NeedsCode      Stage = "codice"
	NeedsEnte      Stage = "ente"
	NeedsPassword  Stage = "password"
	In             Stage = "dentro"
)

// A Login is an operator's session.
type Login struct {
	Stage     Stage
	Operator  office.Operator
	Enti      []office.Ente // of the operator's posts, to choose from
	Acting    office.Acting // once Stage is In
	Expires   time.Time     // if nothing happens before
	LastLogin time.Time     // before this one, the zero time if none

	session *store.Session
}

// operatorLimits bound wrong passwords and codes for one username from one address, and from the address and its network as a whole.
func operatorLimits(from audit.Origin, username string) []store.Limit {
	return []store.Limit{
		{Key: "operatore/" + username + "/" + from.Line(), Max: 5, Window: 15 * time.Minute},
		{Key: "operatori/" + from.Line(), Max: 50, Window: 15 * time.Minute},
		{Key: "operatori/rete/" + from.Network(), Max: 500, Window: 15 * time.Minute},
	}
}

// codeLimits bound wrong codes besides: of an account from everywhere. Only who knows the password reaches them, so nobody
// locks another out; and six digits would not resist many addresses.
func codeLimits(from audit.Origin, username string) []store.Limit {
	return append(operatorLimits(from, username), store.Limit{Key: "codici operatore/" + username, Max: 20, Window: 15 * time.Minute})
}

// OperatorPassword checks username and password and gives the token of a session that still asks for the second factor (G11).
// Unknown names cost the same. Errors: ErrCredentials, Wait.
func (a *Access) OperatorPassword(ctx context.Context, from audit.Origin, username, password string) (token string, err error) {
	username = credential.FoldUsername(username)
	limits := operatorLimits(from, username)
	if err := a.allowed(ctx, limits); err != nil {
		return "", err
	}
	var o office.Operator
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.OperatorByUsername(username)
		if err == nil {
			o = *found
		}
		return err
	})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	right := a.Hasher.Matches(o.Password, credential.PurposePassword, password) && o.LetsIn(a.Store.Now())
	err = a.Store.Act(ctx, from.Begin(audit.OperatorLogin, audit.ByOperator, o.ID), func(tx *store.Tx) error {
		tx.Record.Detail = map[string]string{"fattore": "password"}
		if err := within(tx.Exceeded(limits...)); err != nil {
			return err
		}
		if !right {
			return ErrCredentials
		}
		if err := tx.HoldLogin(&o); errors.Is(err, store.ErrStale) {
			return ErrCredentials // replaced, or disabled, since they were judged: their sessions have ended
		} else if err != nil {
			return err
		}
		stage := NeedsCode
		if !o.Enrolled() {
			stage = NeedsEnrolment
		}
		token, err = tx.StartSession(&store.Session{Kind: store.OperatorSession, Subject: o.ID, Stage: string(stage), Data: map[string]string{}})
		return err
	})
	if errors.Is(err, ErrCredentials) {
		return "", errors.Join(err, a.Store.CountFailures(ctx, limits...))
	}
	if err == nil {
		err = a.refreshOperator(ctx, from, o, password)
	}
	return token, err
}

// refreshOperator makes the password's hash anew when the cost has grown since.
func (a *Access) refreshOperator(ctx context.Context, from audit.Origin, o office.Operator, password string) error {
	if !a.Hasher.Outdated(o.Password) {
		return nil
	}
	hash, err := a.Hasher.Hash(credential.PurposePassword, password)
	if err != nil {
		return err
	}
	o.Password = hash
	err = a.Store.Act(ctx, from.Begin(audit.RefreshHash, audit.ByOperator, o.ID), func(tx *store.Tx) error { return tx.SaveOperator(&o) })
	if errors.Is(err, store.ErrStale) {
		return nil // changed meanwhile: next time
	}
	return err
}

// Operator reads an operator's session. Errors: ErrNoSession, ErrOver; office.ErrMandate, with the Login, while the ente that the operator
// works for is not appointed (A13).
func (a *Access) Operator(ctx context.Context, token string) (l Login, err error) {
	s, err := a.session(ctx, store.OperatorSession, token, a.Limits.OperatorIdle, a.Limits.OperatorTotal)
	if err != nil {
		return l, err
	}
	l = Login{Stage: Stage(s.Stage), Expires: expiry(s, a.Limits.OperatorIdle, a.Limits.OperatorTotal), LastLogin: lastLogin(s), session: s}
	return l, a.Store.Read(ctx, func(tx *store.Tx) error {
		o, err := tx.Operator(s.Subject)
		if err != nil || !o.DisabledAt.IsZero() {
			return errors.Join(err, ErrNoSession)
		}
		l.Operator = *o
		for _, p := range o.Posts {
			e, err := tx.Ente(p.Ente)
			if err != nil {
				return err
			}
			l.Enti = append(l.Enti, *e)
			if p.Ente == s.Ente {
				l.Acting = office.Acting{Operator: *o, Ente: *e, Post: p, FreshAt: s.FreshAt, FreshFor: a.Limits.OperatorFresh, Until: e.Ends(a.Zone)}
			}
		}
		if l.Stage == NeedsEnrolment && o.Enrolled() {
			return ErrNoSession // set up from another session: the second factor is not replaced by the password alone
		}
		if l.Stage == In && l.Acting.Ente.ID == "" {
			return ErrNoSession // the post is gone
		}
		if l.Stage != In {
			return nil
		}
		if !o.TemporaryUntil.IsZero() {
			l.Stage = NeedsPassword
		}
		return a.appointed(l.Acting.Ente, tx.Now)
	})
}

// appointed returns office.ErrMandate for an ente that may not work today.
func (a *Access) appointed(e office.Ente, now time.Time) error {
	return e.Appointed(person.DateOf(now.In(a.Zone)))
}

// OperatorCode shows the second factor: a one-time code, or a recovery code that is then used up. It gives a new token, for the browser
// to forget the old one. At a session that is In it only makes the log-in fresh again.
// Errors: ErrCredentials, Wait, ErrStage, office.ErrMandate.
func (a *Access) OperatorCode(ctx context.Context, from audit.Origin, token, code string) (string, error) {
	l, err := a.Operator(ctx, token)
	if err != nil {
		return "", err
	}
	if l.Stage == NeedsEnrolment || l.Stage == NeedsPassword {
		return "", ErrStage
	}
	limits := codeLimits(from, l.Operator.Username)
	if err := within(a.Store.Reserve(ctx, limits...)); err != nil {
		return "", err
	}
	deed := audit.OperatorLogin
	if l.Stage == In {
		deed = audit.OperatorStepUp
	}
	record := from.Begin(deed, audit.ByOperator, l.Operator.ID)
	record.Ente, record.Detail = l.session.Ente, map[string]string{"fattore": "codice"}
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := a.secondFactor(tx, l.Operator.ID, code); err != nil {
			return err
		}
		if err := tx.Release(limits...); err != nil {
			return err
		}
		token, err = a.enter(tx, l)
		return err
	})
	return token, err
}

// enter moves a session past the second factor: under a new token, at the ente if there is only one. ErrNoSession if it has ended since it was read.
func (a *Access) enter(tx *store.Tx, l Login) (string, error) {
	s := *l.session
	s.FreshAt = tx.Now
	if l.Stage != In {
		s.Stage, s.Data = string(NeedsEnte), keepLastLogin(l.Operator)
		if len(l.Operator.Posts) == 1 {
			s.Stage, s.Ente = string(In), l.Operator.Posts[0].Ente
			if err := a.appointed(l.Enti[0], tx.Now); err != nil {
				return "", err
			}
		}
		tx.Record.Ente = s.Ente
	}
	if err := tx.ReplaceSession(s.Token); errors.Is(err, store.ErrStale) {
		return "", ErrNoSession // ended meanwhile: whatever ended it must not be undone
	} else if err != nil {
		return "", err
	}
	if s.Stage == string(In) && l.Stage != In {
		if err := noteLogin(tx, l.Operator.ID); err != nil {
			return "", err
		}
	}
	return tx.StartSession(&s)
}

// lastLoginKey is where a session keeps the log-in before its own, in Unix seconds: the operator's own row
// already says this one.
const lastLoginKey = "ultimo accesso"

func keepLastLogin(o office.Operator) map[string]string {
	if o.LastLogin.IsZero() {
		return map[string]string{}
	}
	return map[string]string{lastLoginKey: strconv.FormatInt(o.LastLogin.Unix(), 10)}
}

func lastLogin(s *store.Session) time.Time {
	seconds, err := strconv.ParseInt(s.Data[lastLoginKey], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

func noteLogin(tx *store.Tx, operatorID string) error {
	o, err := tx.Operator(operatorID)
	if err != nil {
		return err
	}
	o.LastLogin = tx.Now
	return tx.SaveOperator(o)
}

// ChooseEnte says for which of the enti the operator works now; every record will carry it. Errors: ErrStage, ErrNoPost, office.ErrMandate.
func (a *Access) ChooseEnte(ctx context.Context, from audit.Origin, token, ente string) error {
	l, err := a.Operator(ctx, token)
	if err != nil {
		return err
	}
	if l.Stage != NeedsEnte && l.Stage != In {
		return ErrStage
	}
	record := from.Begin(audit.OperatorLogin, audit.ByOperator, l.Operator.ID)
	record.Ente, record.Detail = ente, map[string]string{"fattore": "scelta ente"}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		for i, p := range l.Operator.Posts {
			if p.Ente == ente {
				if err := a.appointed(l.Enti[i], tx.Now); err != nil {
					return err
				}
				l.session.Stage, l.session.Ente = string(In), ente
				return errors.Join(noteLogin(tx, l.Operator.ID), tx.SaveSession(l.session))
			}
		}
		return ErrNoPost
	})
}

// OperatorLogout ends an operator's session.
func (a *Access) OperatorLogout(ctx context.Context, from audit.Origin, token string) error {
	return a.logout(ctx, from, store.OperatorSession, token)
}
