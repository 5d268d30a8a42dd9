package area

import (
	"context"

	"sportello/community"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A Profile is what a registration holds of its citizen, as far as it is theirs to read (001 Allegato 7).
type Profile struct {
	Person       person.Person
	Version      int // of the person, for a form that must not overwrite what it has not shown
	Registration registration.Registration
	Community    community.Community
	Username     string
	VerifiedBy   string // name of the ente
	Sources      []store.FieldSource
	Question     bool   // there is a secret question
	Waiting      string // address that waits for its confirmation
}

// Profile reads one's own data. Error: ErrLoggedOut.
func (a *Area) Profile(ctx context.Context, token string) (p Profile, err error) {
	err = a.read(ctx, token, func(tx *store.Tx, m member) error {
		p = Profile{Person: m.person.Person, Version: m.person.Version, Registration: *m.reg, Community: m.of, Username: m.set.Username, Question: m.set.Question != ""}
		if e, err := tx.Ente(m.reg.VerifiedBy); err == nil {
			p.VerifiedBy = e.Name
		}
		if p.Sources, err = tx.Provenance(m.person.ID); err != nil {
			return err
		}
		links, err := tx.SessionsOf(store.EmailLink, m.reg.ID)
		for _, l := range links {
			if l.Stage == "" && tx.Now.Before(l.CreatedAt.Add(linkLasts[store.EmailLink])) {
				p.Waiting = l.Data[linkAddress]
			}
		}
		return err
	})
	return p, err
}
