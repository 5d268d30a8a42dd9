package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/store"
)

// A Device is a browser that is remembered: it has come in, and no mail goes out when it comes again (X11).
type Device struct {
	From  Place
	Since time.Time
	ID    string // names it among the person's own; "" for one that came in before browsers had names, which is forgotten with all
	Here  bool   // it came in with the session that asks
}

// remembered are the deeds after which a browser is known; devicesShown bounds the list: the newest tell enough.
var remembered = []audit.Deed{audit.CitizenLogin, audit.ChangePassword}

const devicesShown = 50

// trailOfDevices is how far back they are looked for: each log-in of a known browser stands between.
const trailOfDevices = 2000

// Devices are the browsers that are remembered for the person who asks, the newest first; also those that have thrown the house's cookie away, which nobody can
// know. Errors: ErrNoSession, ErrOver.
func (a *Access) Devices(ctx context.Context, token string) (list []Device, err error) {
	own, err := a.citizenSession(ctx, token)
	if err != nil {
		return nil, err
	}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		set, err := tx.Credentials(own.Subject)
		if err != nil {
			return err
		}
		records, err := tx.Trail(store.Trail{Registration: own.Subject, Actor: audit.ByCitizen, Outcome: audit.Done, Deeds: remembered, Limit: trailOfDevices})
		for _, r := range records {
			if x := signIn(r, own); remembers(set, x) && len(list) < devicesShown {
				list = append(list, Device{From: x.From, Since: x.At, ID: x.Device, Here: x.Own || x.Device != "" && x.Device == own.Data[audit.Mark]})
			}
		}
		return err
	})
	return list, err
}

// remembers tells whether the browser of a line of the history is known since then.
func remembers(set *credential.Set, x SignIn) bool {
	return (x.New || x.Deed == audit.ChangePassword) && !x.At.Before(set.SetAt) && x.At.After(set.DevicesSince) && !set.Forgot(x.Device)
}

// ForgetDevices makes every browser one that is not known, this one too; sessions that are open go on. Errors: ErrNoSession, ErrOver.
func (a *Access) ForgetDevices(ctx context.Context, from audit.Origin, token string) error {
	return a.ownAct(ctx, from, audit.ForgetDevices, token, func(tx *store.Tx, own *store.Session) error {
		set, err := tx.Credentials(own.Subject)
		if err != nil {
			return err
		}
		set.ForgetDevices(tx.Now)
		return tx.SaveCredentials(set)
	})
}

// ForgetDevice makes one browser one that is not known, and ends its sessions; here tells whether it is the one that asks. Forgetting twice is harmless.
// Errors: store.ErrNotFound for a browser that is none of the person's, ErrNoSession, ErrOver.
func (a *Access) ForgetDevice(ctx context.Context, from audit.Origin, token, id string) (here bool, err error) {
	known, err := a.Devices(ctx, token)
	if err != nil {
		return false, err
	}
	err = a.ownAct(ctx, from, audit.ForgetDevice, token, func(tx *store.Tx, own *store.Session) error {
		here = id != "" && id == own.Data[audit.Mark]
		set, err := tx.Credentials(own.Subject)
		if err != nil {
			return err
		}
		if id == "" || !set.Forgot(id) && !slices.ContainsFunc(known, func(d Device) bool { return d.ID == id }) {
			return store.ErrNotFound
		}
		return forgetDevice(tx, set, id)
	})
	return here, err
}

func forgetDevice(tx *store.Tx, set *credential.Set, mark string) error {
	sessions, err := tx.SessionsOf(store.CitizenSession, set.Registration)
	for _, s := range sessions {
		if s.Data[audit.Mark] == mark {
			err = errors.Join(err, tx.EndSession(s.Token))
		}
	}
	set.ForgetDevice(mark, tx.Now)
	return errors.Join(err, tx.SaveCredentials(set))
}
