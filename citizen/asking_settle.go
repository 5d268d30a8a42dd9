package citizen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// askLease is how long one turn may take over a request before another takes it up.
const askLease = 2 * time.Minute

// SettleAskings goes on with what was asked: complete requests go before the ente's clerks, and who was registered before is told at the address known
// then. It runs apart from every page, so that none answers sooner or later for whom it knows. more says that there may be more to do.
func (c *Citizen) SettleAskings(ctx context.Context) (more bool, err error) {
	list, err := c.Store.ClaimCredentialRequests(ctx, askLease, 20)
	for i := range list {
		err = errors.Join(err, c.settleAsking(ctx, &list[i]))
	}
	return len(list) > 0, err
}

func (c *Citizen) settleAsking(ctx context.Context, kept *store.CredentialRequest) error {
	of, ok := c.Communities.ByID(kept.Community)
	if !ok {
		return fmt.Errorf("settle a request: no community %q", kept.Community)
	}
	var in request.Asked
	if err := c.Store.OpenData(kept, &in); err != nil {
		return err
	}
	if err := c.drawFirst(&in); err != nil {
		return err
	}
	record := audit.Origin{}.Begin(audit.ReceiveRequest, audit.BySystem, "")
	record.PersonMAC, record.Ente = c.Store.PersonMAC(in.Person.TaxCode), kept.Ente
	wait, err := c.Store.Reserve(ctx, store.Limit{Key: "avvisi/richiesta/" + record.PersonMAC, Max: 5, Window: 24 * time.Hour})
	if err != nil {
		return err
	}
	s := &asker{kept: kept, of: of, in: in, quiet: wait > 0}
	act := c.queue
	if kept.Purpose == forPassword {
		act = c.renewFirst
	}
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error { return act(tx, s) })
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrConflict) {
		return nil // a clerk or another turn was faster: the next turn sees what there is
	}
	if err == nil {
		c.MailQueued()
	}
	return err
}

// firstPassword is how the first password is drawn: twelve characters that are read without doubt, 69 bits.
var firstPassword = community.CodeFormat{Alphabet: "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789", Length: 12}

// drawFirst draws the first password and its slow hash, so that who approves waits for neither.
func (c *Citizen) drawFirst(in *request.Asked) (err error) {
	if in.First, err = credential.Draw(firstPassword, c.Rand); err != nil {
		return err
	}
	in.FirstHash, err = c.Hasher.Hash(credential.PurposePassword, in.First)
	return err
}

// An asker is one request on its way to the clerks, and what the realm knows of who asks.
type asker struct {
	kept   *store.CredentialRequest
	of     community.Community
	in     request.Asked
	quiet  bool // the address known before has heard enough for today
	person *store.Person
	live   *registration.Registration // nil for who has none
}

func (s *asker) recall(tx *store.Tx) (err error) {
	s.person, err = tx.PersonByTaxCode(s.kept.Realm, s.in.Person.TaxCode)
	if errors.Is(err, store.ErrNotFound) {
		s.person = nil
		return nil
	}
	if err != nil {
		return err
	}
	s.live, err = tx.LiveRegistration(s.person.ID)
	if errors.Is(err, store.ErrNotFound) {
		s.live = nil
		return nil
	}
	return err
}

// owns tells whether the request comes from the mailbox of who has the registration: then it can give new credentials for those that are lost, if they
// are no more than weak. Anybody else can only be refused, and the owner is told.
func (s *asker) owns() bool {
	return s.live != nil && !s.live.Strong && s.live.State != registration.Verified && s.person.Contacts.Email != "" &&
		strings.EqualFold(s.person.Contacts.Email, s.in.Person.Contacts.Email)
}

// queue puts a complete request before the ente's clerks, and registers who is new (state registrato, N).
func (c *Citizen) queue(tx *store.Tx, s *asker) error {
	if err := s.recall(tx); err != nil {
		return err
	}
	k := s.kept
	switch {
	case s.live == nil:
		reg, err := c.registerAsker(tx, s)
		if err != nil {
			return err
		}
		k.Registration = reg.ID
	case s.owns():
		k.Registration = s.live.ID
		if err := supersede(tx, k); err != nil {
			return err
		}
	}
	if s.live != nil && !s.quiet && s.person.Contacts.Email != "" && s.live.State == registration.Active {
		if err := c.tellKnown(tx, s); err != nil {
			return err
		}
	}
	p := s.in.Person
	r := &request.Request{Realm: k.Realm, Community: k.Community, Ente: k.Ente, Kind: request.Approval, Problem: request.Credentials, Registration: k.Registration, Source: "richiesta/" + k.ID,
		Content: request.Content{Surname: p.Surname, Name: p.Name, TaxCode: string(p.TaxCode), Contact: p.Contacts.Email}}
	if err := tx.AddRequest(r); err != nil {
		return err
	}
	tx.Record.Registration, tx.Record.Detail = k.Registration, map[string]string{"istanza": r.ID, "richiesta": k.ID}
	k.State, k.Request, k.NextAt = store.RequestQueued, r.ID, time.Time{}
	return errors.Join(c.Store.SealData(k, s.in), tx.SaveCredentialRequest(k))
}

// supersede closes what the same person has asked before: the newest request counts.
func supersede(tx *store.Tx, k *store.CredentialRequest) error {
	list, err := tx.Requests(store.RequestFilter{Realm: k.Realm, Ente: k.Ente, Kind: request.Approval, Registration: k.Registration, Limit: 100})
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.State.Ended() {
			continue
		}
		r.State, r.Reason, r.ClosedAt = request.Closed, "Sostituita da una nuova richiesta", tx.Now
		if err := tx.SaveRequest(r); err != nil {
			return err
		}
		old, err := tx.CredentialRequestOf(r.ID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if err := tx.DropCredentialRequest(old.ID); err != nil {
			return err
		}
	}
	return nil
}

// registerAsker keeps the person and the registration of who is new, or was refused before (mission S4).
func (c *Citizen) registerAsker(tx *store.Tx, s *asker) (*registration.Registration, error) {
	p := s.in.Person
	if s.person == nil {
		id, err := tx.NewID()
		if err != nil {
			return nil, err
		}
		p.ID = person.ID(id)
		s.person = &store.Person{Person: p, Realm: s.kept.Realm}
		if err := tx.AddPerson(s.person); err != nil {
			return nil, err
		}
	} else {
		p.ID = s.person.ID
		s.person.Person = p
		if err := tx.SavePerson(s.person); err != nil {
			return nil, err
		}
	}
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	number, err := registration.DrawNumber(c.Rand)
	if err != nil {
		return nil, err
	}
	r := &registration.Registration{ID: id, Number: number, Person: s.person.ID, Realm: s.kept.Realm, Community: s.kept.Community, State: registration.Registered, CreatedAt: tx.Now}
	return r, tx.AddRegistration(r)
}

// tellKnown tells who has credentials that somebody asks for them, at the address known before.
func (c *Citizen) tellKnown(tx *store.Tx, s *asker) error {
	told := s.in
	told.Person, told.Lang = s.person.Person, ""
	return c.mailAsked(tx, s.kept, told, mail.RequestKnown, "")
}
