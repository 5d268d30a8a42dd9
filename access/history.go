package access

import (
	"context"
	"errors"
	"strconv"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/mail"
	"sportello/request"
	"sportello/store"
)

// A Place is from where somebody came in, as far as it can be told: what the browser calls itself, and the network address.
type Place struct {
	Browser, System string // "" if it did not say
	Address         string
}

// An OpenSession is a log-in that has not ended (X11).
type OpenSession struct {
	ID      string // names it among the person's own; no browser can use it as a token
	From    Place
	Since   time.Time
	SeenAt  time.Time
	Level   assurance.Authn
	Current bool // the one that asks
}

// idLength is how much of a token's hash names a session.
const idLength = 16

// OpenSessions are the log-ins of the person who asks, the one used last first. Errors: ErrNoSession, ErrOver.
func (a *Access) OpenSessions(ctx context.Context, token string) (list []OpenSession, err error) {
	own, err := a.citizenSession(ctx, token)
	if err != nil {
		return nil, err
	}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		sessions, err := tx.SessionsOf(store.CitizenSession, own.Subject)
		for _, s := range sessions {
			if !tx.Now.Before(expiry(&s, a.Limits.CitizenIdle, a.Limits.CitizenTotal)) {
				continue
			}
			list = append(list, OpenSession{ID: s.Token[:idLength], From: Place{s.Data[audit.Browser], s.Data[audit.System], s.Data[keyAddress]},
				Since: s.CreatedAt, SeenAt: s.SeenAt, Level: assurance.Authn(s.Authn), Current: s.Token == own.Token})
		}
		return err
	})
	return list, err
}

// EndSession ends one of the person's sessions; one that has ended already is no error. Errors: ErrNoSession, ErrOver.
func (a *Access) EndSession(ctx context.Context, from audit.Origin, token, id string) error {
	return a.ownAct(ctx, from, audit.EndSessions, token, func(tx *store.Tx, own *store.Session) error {
		tx.Record.Detail = map[string]string{"sessioni": "una"}
		sessions, err := tx.SessionsOf(store.CitizenSession, own.Subject)
		for _, s := range sessions {
			if s.Token[:idLength] == id {
				err = errors.Join(err, tx.EndSession(s.Token))
			}
		}
		return err
	})
}

// EndOtherSessions signs the person out everywhere but here (X11). Errors: ErrNoSession, ErrOver.
func (a *Access) EndOtherSessions(ctx context.Context, from audit.Origin, token string) error {
	return a.ownAct(ctx, from, audit.EndSessions, token, func(tx *store.Tx, own *store.Session) error {
		tx.Record.Detail = map[string]string{"sessioni": "tutte le altre"}
		return tx.EndOtherSessions(store.CitizenSession, own.Subject, own.Token)
	})
}

// ownAct is an act of somebody on their own log-ins.
func (a *Access) ownAct(ctx context.Context, from audit.Origin, deed audit.Deed, token string, f func(*store.Tx, *store.Session) error) error {
	if _, err := a.citizenSession(ctx, token); err != nil {
		return err
	}
	return a.Store.Act(ctx, from.Begin(deed, audit.ByCitizen, ""), func(tx *store.Tx) error {
		own, err := tx.Session(store.CitizenSession, token)
		if errors.Is(err, store.ErrNotFound) {
			return ErrNoSession // ended meanwhile
		}
		if err != nil {
			return err
		}
		reg, err := tx.Registration(own.Subject)
		if err != nil {
			return err
		}
		tx.Record.Registration, tx.Record.Actor = reg.ID, string(reg.Person)
		return f(tx, own)
	})
}

// A SignIn is a try to come in, or something done about one (X09).
type SignIn struct {
	Seq   int64 // of its record: names it
	At    time.Time
	Deed  audit.Deed
	Right bool
	From  Place
	New   bool // from a browser that had never come in
	Own   bool // the log-in of the session that asks

	Device string // the mark of the browser that came in, "" if it is not known
}

// signInDeeds are what the history of log-ins is made of.
var signInDeeds = []audit.Deed{audit.CitizenLogin, audit.CitizenPIN, audit.CitizenLogout, audit.AskPassword, audit.RecoverPassword, audit.ChangePassword, audit.EndSessions, audit.DisownLogin, audit.ForgetDevice, audit.ForgetDevices}

// SignIns is a page of the history of log-ins, the newest first: those before a record's number, or the last ones for 0. more tells whether there are older ones.
// Errors: ErrNoSession, ErrOver.
func (a *Access) SignIns(ctx context.Context, token string, before int64, limit int) (list []SignIn, more bool, err error) {
	own, err := a.citizenSession(ctx, token)
	if err != nil {
		return nil, false, err
	}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		records, err := tx.Trail(store.Trail{Registration: own.Subject, Actor: audit.ByCitizen, Deeds: signInDeeds, Before: before, Limit: limit + 1})
		if more = len(records) > limit; more {
			records = records[:limit]
		}
		found := false // instants are kept in seconds: of several log-ins in one, the newest is this session's
		for _, r := range records {
			x := signIn(r, own)
			x.Own, found = x.Own && !found, found || x.Own
			list = append(list, x)
		}
		return err
	})
	return list, more, err
}

func signIn(r audit.Record, own *store.Session) SignIn {
	return SignIn{Seq: r.Seq, At: r.At, Deed: r.Deed, Right: r.Outcome == audit.Done, From: Place{r.Detail[audit.Browser], r.Detail[audit.System], r.Address},
		New: r.Detail[keyDevice] == newDevice, Own: r.Deed == audit.CitizenLogin && r.At.Equal(own.CreatedAt), Device: r.Detail[audit.Mark]}
}

// Disown says that a log-in of the history was not the person's: every other session ends, its browser is known no more, a request stands in the inbox of the back office, and a mail goes to the
// address that is known (X09). The password is still to be changed: whoever came in may know it. Errors: store.ErrNotFound for a number that is not of this
// history, ErrNoSession, ErrOver.
func (a *Access) Disown(ctx context.Context, from audit.Origin, token string, seq int64) error {
	err := a.ownAct(ctx, from, audit.DisownLogin, token, func(tx *store.Tx, own *store.Session) error {
		found, err := tx.Trail(store.Trail{Registration: own.Subject, Deeds: signInDeeds, Before: seq + 1, Limit: 1})
		if err == nil && (len(found) == 0 || found[0].Seq != seq) {
			err = store.ErrNotFound
		}
		if err != nil {
			return err
		}
		tx.Record.Detail = map[string]string{"accesso": strconv.FormatInt(seq, 10)}
		return errors.Join(tx.EndOtherSessions(store.CitizenSession, own.Subject, own.Token), disownDevice(tx, own, found[0].Detail[audit.Mark]), askHelp(tx, own.Subject, seq), a.tellDisowned(tx, own.Subject))
	})
	if err == nil {
		a.MailQueued()
	}
	return err
}

// disownDevice forgets the browser of a log-in that was not the person's; not the one at which they say so.
func disownDevice(tx *store.Tx, own *store.Session, mark string) error {
	if mark == "" || mark == own.Data[audit.Mark] {
		return nil
	}
	set, err := tx.Credentials(own.Subject)
	if err != nil {
		return err
	}
	return forgetDevice(tx, set, mark)
}

// askHelp puts a disowned log-in before the back office, once.
func askHelp(tx *store.Tx, registrationID string, seq int64) error {
	reg, err := tx.Registration(registrationID)
	if err != nil {
		return err
	}
	source := "accesso/" + strconv.FormatInt(seq, 10)
	if _, err := tx.RequestOfSource(reg.Realm, source); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return tx.AddRequest(&request.Request{Realm: reg.Realm, Community: reg.Community, Kind: request.Area, Problem: request.Disowned, Registration: reg.ID, Source: source})
}

func (a *Access) tellDisowned(tx *store.Tx, registrationID string) error {
	reg, err := tx.Registration(registrationID)
	if err != nil {
		return err
	}
	p, err := tx.Person(reg.Person)
	if err != nil || p.Contacts.Email == "" {
		return err
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.LoginDisowned), Community: reg.Community, Registration: reg.ID, To: p.Contacts.Email,
		MessageID: id + "@" + a.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3), Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(reg.Number)}})
}
