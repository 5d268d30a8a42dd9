// Package area is what people do with their own registration once they have logged in, in the area personale, and how they come back in when
// they have lost a password (000 Gestione credenziali). One method is one transaction and one audit record.
//
// It logs nobody in: that is package access. It ends no registration: that is package citizen.
package area

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/vault"
)

// An Area serves people who have credentials. All fields must be set.
type Area struct {
	Store       *store.DB
	Communities community.Set
	Hasher      *credential.Hasher
	Judge       credential.Judge // of passwords
	Rand        io.Reader
	Realm       community.Realm // of the portal
	Zone        *time.Location
	Places      *person.Places
	Sealer      vault.Sealer
	Letters     *letter.Writer
	MailDomain  string
	MailQueued  func()
}

// The refusals. ErrCredentials is the one answer to a wrong password or PIN.
var (
	ErrLoggedOut   = errors.New("the session has ended")
	ErrCredentials = errors.New("credentials not recognised")
	ErrTooMany     = store.ErrTooMany
	ErrNeedsPIN    = errors.New("the log-in has not shown the PIN")
	ErrChanged     = errors.New("the data were changed since they were shown")
	ErrLink        = errors.New("the link is used, expired or replaced")
	ErrInactive    = errors.New("the registration has no credentials that work")
	ErrNoEmail     = errors.New("no e-mail address is known")
	ErrSoon        = errors.New("address or domicile changed too recently")
)

// Wait is ErrTooMany with how long until the next try.
type Wait = store.Wait

// A member is who has logged in, as an act finds them.
type member struct {
	session *store.Session
	reg     *registration.Registration
	person  *store.Person
	set     *credential.Set
	of      community.Community
}

// member reads who holds a session, as everything is now, and notes it in the record. Error: ErrLoggedOut.
func (a *Area) member(tx *store.Tx, token string) (m member, err error) {
	if m.session, err = tx.Session(store.CitizenSession, token); errors.Is(err, store.ErrNotFound) {
		return m, ErrLoggedOut
	} else if err != nil {
		return m, err
	}
	return m, a.fill(tx, &m, m.session.Subject)
}

// fill reads the rest of a member, and notes in the record that they act. Error: ErrLoggedOut when the registration is not active any more.
func (a *Area) fill(tx *store.Tx, m *member, registrationID string) error {
	if err := a.look(tx, m, registrationID); err != nil {
		return err
	}
	if tx.Record != nil {
		tx.Record.Actor, tx.Record.Registration, tx.Record.PersonMAC = string(m.person.ID), m.reg.ID, tx.PersonMAC(m.person.TaxCode)
	}
	return nil
}

// recognised is a member for whom somebody else acts. Error: ErrInactive.
func (a *Area) recognised(tx *store.Tx, registrationID string) (m member, err error) {
	if err = a.look(tx, &m, registrationID); errors.Is(err, ErrLoggedOut) {
		return m, ErrInactive
	}
	return m, err
}

// look reads who a registration belongs to. Error: that of fill.
func (a *Area) look(tx *store.Tx, m *member, registrationID string) (err error) {
	if m.reg, err = tx.Registration(registrationID); errors.Is(err, store.ErrNotFound) || err == nil && m.reg.State != registration.Active {
		return ErrLoggedOut
	} else if err != nil {
		return err
	}
	if m.person, err = tx.Person(m.reg.Person); err != nil {
		return err
	}
	if m.set, err = tx.Credentials(m.reg.ID); err != nil {
		return err
	}
	m.of, _ = a.Communities.ByID(m.reg.Community)
	return nil
}

// read reads what a member may know.
func (a *Area) read(ctx context.Context, token string, f func(*store.Tx, member) error) error {
	return a.Store.Read(ctx, func(tx *store.Tx) error {
		m, err := a.member(tx, token)
		if err != nil {
			return err
		}
		return f(tx, m)
	})
}

// act does something for a member, and sends what mail comes of it.
func (a *Area) act(ctx context.Context, record audit.Record, token string, f func(*store.Tx, member) error) error {
	err := a.Store.Act(ctx, record, func(tx *store.Tx) error {
		m, err := a.member(tx, token)
		if err != nil {
			return err
		}
		return f(tx, m)
	})
	if err == nil {
		a.MailQueued()
	}
	return err
}

// within counts a try under limits. Error: Wait.
func (a *Area) within(ctx context.Context, limits ...store.Limit) error {
	wait, err := a.Store.Reserve(ctx, limits...)
	if err == nil && wait > 0 {
		return Wait{For: wait}
	}
	return err
}

// tell queues a mail to an address of the member; to none it queues nothing.
func (a *Area) tell(tx *store.Tx, m member, kind mail.Kind, to string) error {
	if to == "" {
		return nil
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(a.mailTo(tx, m, mailing{id: id, kind: kind, to: to}))
}

// A mailing is what differs between mails to a member.
type mailing struct {
	id, to, lang string
	kind         mail.Kind
	sealed       []byte
	expires      time.Time
	link         *store.Session // that the mail opens; nil for none
}

const sealMail = "posta/area/" // and the mail's id: what binds a sealed link to its mail

func (a *Area) mailTo(tx *store.Tx, m member, x mailing) *store.OutboxMail {
	if x.expires.IsZero() {
		x.expires = tx.Now.AddDate(0, 0, 3)
	}
	row := &store.OutboxMail{ID: x.id, Kind: string(x.kind), Community: m.reg.Community, Registration: m.reg.ID, To: x.to, Lang: x.lang, MessageID: x.id + "@" + a.MailDomain,
		ExpiresAt: x.expires, Data: map[string]string{mail.DataName: m.person.FullName(), mail.DataNumber: string(m.reg.Number)}}
	if x.link != nil {
		row.Operation, row.Data[mail.DataLasts] = x.link.Token, strconv.Itoa(int(linkLasts[x.link.Kind].Hours()))
	}
	if x.sealed != nil {
		row.SealedCode, row.SealContext = x.sealed, sealMail+x.id
	}
	return row
}
