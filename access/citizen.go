package access

import (
	"context"
	"errors"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

// A Standing is what somebody who has logged in may know of their own credentials (A10).
type Standing struct {
	Person       person.Person
	Registration registration.Registration
	Community    community.Community
	Username     string
	Level        assurance.Level
	Since        time.Time // of the class: strong since, or active since
	Ente         string    // that identified the person, "" if none did
	Delegated    bool      // somebody else collected the codes
	Services     []Opening
	History      []Event   // operations completed, the newest first
	Expires      time.Time // of the session, if nothing happens before
	LoginAt      time.Time
}

// An Event is an operation that was completed, and the ente that booked it.
type Event struct {
	Kind registration.Kind
	At   time.Time
	Ente string
}

// An Opening is a service, and what the person lacks for it.
type Opening struct {
	Service community.Service
	Needs   assurance.Reason
}

// A Passport is what a citizen's browser brings: the cookie of a device that once logged in as this username.
type Passport struct {
	Username string
	Password string
	Device   string
}

// citizenLimits bound wrong passwords per account and device and address, so that nobody can lock another out (mission S18).
func citizenLimits(from audit.Origin, username, device string) []store.Limit {
	if device != "" {
		return []store.Limit{{Key: "cittadino/" + username + "/" + device + "/" + from.Line(), Max: 10, Window: 15 * time.Minute}}
	}
	return []store.Limit{
		{Key: "cittadino/" + username + "/" + from.Line(), Max: 10, Window: 15 * time.Minute},
		{Key: "cittadini/indirizzo/" + from.Line(), Max: 60, Window: 15 * time.Minute},
		{Key: "cittadini/rete/" + from.Network(), Max: 600, Window: 15 * time.Minute},
	}
}

// CitizenPassword checks username and password: the session opens the personal page (A05). device is to be given to the browser, which brings it next time;
// a browser that brings none of this person's is new, and the person gets a mail (X10). Errors: ErrCredentials, Wait, community.ErrNoLocal.
func (a *Access) CitizenPassword(ctx context.Context, from audit.Origin, in Passport) (token, device string, err error) {
	username := credential.FoldUsername(in.Username)
	set, reg, err := a.credentials(ctx, username)
	if err != nil {
		return "", "", err
	}
	b, err := a.browser(set, in.Device)
	if err != nil {
		return "", "", err
	}
	limits := citizenLimits(from, username, b.known)
	if err := a.allowed(ctx, limits); err != nil {
		return "", "", err
	}
	right := a.Hasher.Matches(set.Password, credential.PurposePassword, in.Password) && reg.State == registration.Active && !set.Temporary()
	record := from.Begin(audit.CitizenLogin, audit.ByCitizen, string(reg.Person))
	record.Registration, record.Detail = reg.ID, loggedInFrom(from, assurance.Password, b)
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := a.stands(tx, judged{limits, right, &set, reg}); err != nil {
			return err
		}
		if token, err = tx.StartSession(letIn(tx, b, from, reg.ID)); err != nil || b.known != "" {
			return err
		}
		return a.tellNewDevice(tx, from, set, reg)
	})
	if errors.Is(err, ErrCredentials) {
		return "", "", errors.Join(err, a.Store.CountFailures(ctx, limits...))
	}
	if err == nil {
		if b.known == "" {
			a.MailQueued()
		}
		err = a.refresh(ctx, from, set, in.Password)
	}
	return token, b.cookie, err
}

// A judged log-in is what was found before its act: comparing secrets takes too long to be done inside.
type judged struct {
	limits []store.Limit
	right  bool
	set    *credential.Set
	reg    registration.Registration
}

// stands checks inside the act that there are tries left, and that the credentials are right, may still be used, and are those that were judged: replaced or
// erased since, they have ended the sessions that they opened. Errors: ErrCredentials, Wait, community.ErrNoLocal.
func (a *Access) stands(tx *store.Tx, j judged) error {
	if err := within(tx.Exceeded(j.limits...)); err != nil {
		return err
	}
	if !j.right {
		return ErrCredentials
	}
	if err := a.mayUse(j.reg, tx.Now); err != nil {
		return err
	}
	err := tx.HoldCredentials(j.set)
	if errors.Is(err, store.ErrStale) {
		return ErrCredentials
	}
	return err
}

// mayUse is community.ErrNoLocal for somebody whose community's own credentials have ended (N05).
func (a *Access) mayUse(reg registration.Registration, now time.Time) error {
	of, _ := a.Communities.ByID(reg.Community)
	return of.Local.MayUse(person.DateOf(now.In(a.Zone)))
}

// credentials finds what a username opens; nothing found is no error but empty credentials, which match nothing.
func (a *Access) credentials(ctx context.Context, username string) (set credential.Set, reg registration.Registration, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		found, err := tx.AccountByUsername(a.Realm, username)
		set, reg = found.Set, found.Registration
		return err
	})
	return set, reg, err
}

// refresh makes the password's hash anew when the cost has grown since.
func (a *Access) refresh(ctx context.Context, from audit.Origin, set credential.Set, password string) error {
	if !a.Hasher.Outdated(set.Password) {
		return nil
	}
	hash, err := a.Hasher.Hash(credential.PurposePassword, password)
	if err != nil {
		return err
	}
	set.Password = hash
	record := from.Begin(audit.RefreshHash, audit.BySystem, "")
	record.Registration = set.Registration
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error { return tx.RefreshHash(&set) })
	if errors.Is(err, store.ErrStale) {
		return nil // changed meanwhile: the new one is better
	}
	return err
}

// CitizenPIN raises the level of a session by the personal PIN. Errors: ErrCredentials, Wait, ErrNoSession, ErrOver.
func (a *Access) CitizenPIN(ctx context.Context, from audit.Origin, token, pin string) error {
	s, err := a.citizenSession(ctx, token)
	if err != nil {
		return err
	}
	limits := []store.Limit{{Key: "pin/" + s.Subject + "/" + from.Line(), Max: 5, Window: 15 * time.Minute}}
	if err := a.allowed(ctx, limits); err != nil {
		return err
	}
	st, set, err := a.standing(ctx, s)
	if err != nil {
		return err
	}
	typed := credential.Normalize(st.Community.Codes.PIN, pin)
	right := a.Hasher.Matches(set.PIN, credential.PurposePIN, typed)
	var posted *postal.Letter
	if !right {
		if posted, err = a.postedPIN(ctx, set, typed); err != nil {
			return err
		}
	}
	record := from.Begin(audit.CitizenPIN, audit.ByCitizen, string(st.Person.ID))
	record.Registration, record.Detail = s.Subject, cameFrom(from, assurance.PasswordAndPIN)
	err = a.Store.Act(ctx, record, func(tx *store.Tx) error {
		if err := within(tx.Exceeded(limits...)); err != nil {
			return err
		}
		if !right && posted == nil {
			return ErrCredentials
		}
		if posted != nil {
			if err := adoptPIN(tx, posted); err != nil {
				return err
			}
		}
		s.Authn, s.FreshAt = int(assurance.PasswordAndPIN), tx.Now
		if err := tx.SaveSession(s); !errors.Is(err, store.ErrStale) {
			return err
		}
		return ErrNoSession // ended meanwhile
	})
	if errors.Is(err, ErrCredentials) {
		err = errors.Join(err, a.Store.CountFailures(ctx, limits...))
	}
	return err
}

// postedPIN is the letter whose PIN was typed: one that has come by post and takes the place of the one before (mission S22). nil if there is none.
func (a *Access) postedPIN(ctx context.Context, set credential.Set, typed string) (posted *postal.Letter, err error) {
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		posted, err = tx.PostedPIN(set.Registration, set.PIN)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil || !a.Hasher.Matches(posted.Secret, credential.PurposePIN, typed) {
		return nil, err
	}
	return posted, nil
}

// adoptPIN puts the PIN of a letter, shown for the first time, in the place of the one before.
func adoptPIN(tx *store.Tx, posted *postal.Letter) error {
	tx.Record.Detail["pin"] = "nuovo"
	if err := tx.AdoptPIN(posted); !errors.Is(err, store.ErrStale) {
		return err
	}
	return ErrNoSession // replaced meanwhile: what was judged is no more
}

func (a *Access) citizenSession(ctx context.Context, token string) (*store.Session, error) {
	return a.session(ctx, store.CitizenSession, token, a.Limits.CitizenIdle, a.Limits.CitizenTotal)
}

// Citizen reads a citizen's session and what it opens. Errors: ErrNoSession, ErrOver.
func (a *Access) Citizen(ctx context.Context, token string) (Standing, error) {
	s, err := a.citizenSession(ctx, token)
	if err != nil {
		return Standing{}, err
	}
	st, _, err := a.standing(ctx, s)
	return st, err
}

func (a *Access) standing(ctx context.Context, s *store.Session) (st Standing, set credential.Set, err error) {
	st.LoginAt, st.Expires = s.CreatedAt, expiry(s, a.Limits.CitizenIdle, a.Limits.CitizenTotal)
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Registration(s.Subject)
		if err != nil {
			return errors.Join(ErrNoSession, err)
		}
		if r.State != registration.Active {
			return ErrNoSession // what opened the session opens nothing any more
		}
		if a.mayUse(*r, tx.Now) != nil {
			return ErrOver
		}
		p, err := tx.Person(r.Person)
		if err != nil {
			return err
		}
		c, err := tx.Credentials(r.ID)
		if err != nil {
			return err
		}
		st.Person, st.Registration, st.Username, set = p.Person, *r, c.Username, *c
		if e, err := tx.Ente(r.VerifiedBy); err == nil {
			st.Ente = e.Name
		}
		return tell(tx, &st)
	})
	if err != nil {
		return st, set, err
	}
	st.Community, _ = a.Communities.ByID(st.Registration.Community)
	st.Level = assurance.Level{Proofing: assurance.Weak, Authn: assurance.Authn(s.Authn)}
	st.Since = st.Registration.ActivatedAt
	if st.Registration.Strong {
		st.Level.Proofing, st.Since = assurance.Strong, st.Registration.StrongSince
	}
	return st, set, a.openings(&st)
}

// tell adds the operations that were completed, and whether somebody else collected the codes of the last one.
func tell(tx *store.Tx, st *Standing) error {
	ops, err := tx.Operations(st.Registration.ID)
	if err != nil {
		return err
	}
	for _, op := range ops {
		if op.Outcome != registration.Success {
			continue
		}
		if len(st.History) == 0 {
			st.Delegated = op.Delegation != nil
		}
		done := Event{Kind: op.Kind, At: op.ClosedAt}
		if e, err := tx.Ente(op.Ente); err == nil {
			done.Ente = e.Name
		}
		st.History = append(st.History, done)
	}
	return nil
}

func (a *Access) openings(st *Standing) error {
	today := person.DateOf(a.Store.Now().In(a.Zone))
	for _, service := range st.Community.Services {
		needs, err := st.Level.Needs(service, today)
		if err != nil {
			return err
		}
		st.Services = append(st.Services, Opening{service, needs})
	}
	return nil
}

// CitizenLogout ends a citizen's session.
func (a *Access) CitizenLogout(ctx context.Context, from audit.Origin, token string) error {
	return a.logout(ctx, from, store.CitizenSession, token)
}
