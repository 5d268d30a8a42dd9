package citizen

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/registration"
	"sportello/store"
)

// The refusals of a revocation from the personal area (mission S30).
var (
	ErrLoggedOut = errors.New("the log-in has ended")
	ErrNeedsPIN  = errors.New("the log-in has not shown the PIN")
	ErrNoAddress = errors.New("no e-mail address that a code may go to")
)

// member reads whose log-in a browser's token names. Error: ErrLoggedOut.
func (c *Citizen) member(tx *store.Tx, token string) (p Procedure, authn assurance.Authn, err error) {
	s, err := tx.Session(store.CitizenSession, token)
	if errors.Is(err, store.ErrNotFound) {
		return p, 0, ErrLoggedOut
	}
	if err != nil {
		return p, 0, err
	}
	reg, err := tx.Registration(s.Subject)
	if err != nil || reg.State != registration.Active {
		return p, 0, errors.Join(ErrLoggedOut, err)
	}
	who, err := tx.Person(reg.Person)
	if err != nil {
		return p, 0, err
	}
	p.Registration, p.Person = *reg, who.Person
	p.Community, _ = c.Communities.ByID(reg.Community)
	if c := p.Community.Desk.ContactPauseHours; tx.Now.Before(who.EmailChangedAt.Add(time.Duration(c) * time.Hour)) {
		p.Person.Contacts.Email = "" // not one that a code may go to, yet
	}
	return p, assurance.Authn(s.Authn), nil
}

// RevokeInside ends a registration at once for somebody who has logged in with username, password and PIN (001 flow 8, mission S30). It gives the token of
// the page that says so. Errors: ErrNotAccepted, ErrNeedsPIN, ErrLoggedOut.
func (c *Citizen) RevokeInside(ctx context.Context, from audit.Origin, token string, in Signature) (done string, err error) {
	if !in.Conditions {
		return "", ErrNotAccepted
	}
	err = c.again(ctx, from.Begin(audit.RevokeCitizen, audit.ByCitizen, ""), func(tx *store.Tx) error {
		p, authn, err := c.member(tx, token)
		if err != nil {
			return err
		}
		note(tx, p)
		if authn < assurance.PasswordAndPIN {
			return ErrNeedsPIN
		}
		done, err = c.eraseInside(tx, p, in)
		return err
	})
	if err != nil {
		return "", err
	}
	c.MailQueued()
	return done, nil
}

func (c *Citizen) eraseInside(tx *store.Tx, p Procedure, in Signature) (done string, err error) {
	who, err := tx.Person(p.Registration.Person)
	if err != nil {
		return "", err
	}
	p.Person = who.Person // the last mail goes to the address there is
	id, err := tx.NewID()
	if err != nil {
		return "", err
	}
	line, err := revoked(tx, p, in)
	if err != nil {
		return "", err
	}
	line.Operations = append(line.Operations, store.RevokedOperation{ID: id, Kind: registration.Revocation, Outcome: registration.Success, BookedAt: tx.Now, ClosedAt: tx.Now})
	tx.Record.Detail = map[string]string{"condizioni": ConditionsVersion, "firma": line.Signed, "da": "area personale"}
	if err := errors.Join(tx.AddRevoked(p.Person, line), tx.Erase(&p.Registration), c.farewell(tx, p, in.Lang)); err != nil {
		return "", err
	}
	mailed := ""
	if p.Person.Contacts.Email != "" {
		mailed = "si"
	}
	return tx.StartSession(&store.Session{Kind: store.RevocationSession, Stage: string(Done), Data: map[string]string{doneCommunity: string(p.Community.ID), doneMailed: mailed}})
}

// AskRevocation books a Revoca for somebody who has logged in with username and password only: the code goes to the address that is known, and ends the
// registration on the page of the revocation (mission S30). As every booking it takes the place of one in progress. Errors: ErrNoAddress, Wait, ErrLoggedOut.
func (c *Citizen) AskRevocation(ctx context.Context, from audit.Origin, token, lang string) error {
	err := c.again(ctx, from.Begin(audit.AskRevocation, audit.ByCitizen, ""), func(tx *store.Tx) error {
		p, _, err := c.member(tx, token)
		if err != nil {
			return err
		}
		note(tx, p)
		if p.Person.Contacts.Email == "" {
			return ErrNoAddress
		}
		return c.bookRevocation(tx, p, lang)
	})
	if err == nil {
		c.MailQueued()
	}
	return err
}

// between is how long somebody waits before another code is sent.
const between = 10 * time.Minute

func (c *Citizen) bookRevocation(tx *store.Tx, p Procedure, lang string) error {
	var pending []*registration.Operation
	if op, err := tx.PendingOperation(p.Registration.ID); err == nil {
		if wait := op.BookedAt.Add(between).Sub(tx.Now); op.Kind == registration.Revocation && op.Operator == "" && wait > 0 {
			return Wait{For: wait}
		}
		pending = append(pending, op)
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	op := &registration.Operation{ID: id, Kind: registration.Revocation, BookedAt: tx.Now, ConcludedAt: tx.Now, Prints: map[registration.Paper]registration.Print{}}
	if _, err := p.Registration.Book(op, pending); err != nil {
		return err
	}
	for _, old := range pending {
		if err := c.drop(tx, old); err != nil {
			return err
		}
	}
	tx.Record.Operation = id
	if err := errors.Join(tx.SaveRegistration(&p.Registration), tx.AddOperation(op)); err != nil {
		return err
	}
	return c.mailRevocation(tx, p, op, lang)
}

// drop ends what a booking takes the place of: its codes die, its mail is not sent.
func (c *Citizen) drop(tx *store.Tx, old *registration.Operation) error {
	h, err := tx.Handover(old.ID)
	if errors.Is(err, store.ErrNotFound) {
		return tx.SaveOperation(old)
	}
	if err != nil {
		return err
	}
	h.SealedPIN, h.SealedCode = nil, nil
	return errors.Join(tx.SaveOperation(old), tx.SaveHandover(h), tx.DropMails(old.ID))
}

func (c *Citizen) mailRevocation(tx *store.Tx, p Procedure, op *registration.Operation, lang string) error {
	format := p.Community.Codes.Revocation
	code, err := credential.Draw(format, c.Rand)
	if err != nil {
		return err
	}
	y, m, day := tx.Now.In(c.Zone).Date()
	expires := time.Date(y, m, day+format.ValidDays, 23, 59, 59, 0, c.Zone).UTC()
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	sealed, err := c.Sealer.Seal("outbox/"+id, []byte(code))
	if err != nil {
		return fmt.Errorf("seal a code: %w", err)
	}
	return errors.Join(
		tx.AddHandover(&credential.Handover{Operation: op.ID, Code: c.Hasher.CodeMAC(credential.PurposeRevocation, code), CodeExpiresAt: expires}),
		tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.RevocationCode), Community: p.Registration.Community, Registration: p.Registration.ID, Operation: op.ID,
			To: p.Person.Contacts.Email, Lang: lang, Data: map[string]string{mail.DataName: p.Person.FullName(), mail.DataNumber: string(p.Registration.Number)},
			SealedCode: sealed, SealContext: "outbox/" + id, MessageID: id + "@" + c.MailDomain, ExpiresAt: expires}))
}
