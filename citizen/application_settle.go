package citizen

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Settle does what confirmed applications wait for: it registers who is new, or tells who was registered before what is true, at the address
// that was known before (decision 0014). It runs apart from every page: what it finds cannot be told from how long a page takes. more says that
// something was done and there may be more.
func (c *Citizen) Settle(ctx context.Context) (more bool, err error) {
	list, err := c.Store.ClaimApplications(ctx, settleLease, 20)
	for i := range list {
		err = errors.Join(err, c.settle(ctx, &list[i]))
	}
	return len(list) > 0, err
}

// A settling is one application on its way to what comes of it.
type settling struct {
	Application
	match   bool            // CIA knows the person as they say they are
	seen    comparison      // what CIA said
	secrets *weakSecrets    // for who matches
	before  known           // what the realm knew
	busy    bool            // a desk has an operation in progress
	stored  person.Contacts // as known before
	called  string          // the name known before
	person  *store.Person   // nil for a stranger

	operation string // the Riscontro booked for who matches
}

func (c *Citizen) settle(ctx context.Context, kept *store.Application) error {
	s := settling{}
	err := c.Store.Read(ctx, func(tx *store.Tx) (err error) {
		if s.Application, err = c.opened(tx, kept); err != nil {
			return err
		}
		return c.recall(tx, &s)
	})
	if err != nil {
		return fmt.Errorf("read application: %w", err)
	}
	if s.Door == WeakRegistration && s.open() {
		postponed, err := c.compare(ctx, &s)
		if postponed || err != nil {
			return err
		}
	}
	record := audit.Origin{}.Begin(settleDeeds[s.Door], audit.BySystem, "")
	record.PersonMAC = c.Store.PersonMAC(s.Person.TaxCode)
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error { return c.conclude(tx, &s) })
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrConflict) {
		return nil // somebody was faster, perhaps a desk: the next turn sees what there is now
	}
	if err == nil {
		c.MailQueued()
	}
	return err
}

var settleDeeds = map[Door]audit.Deed{Preregistration: audit.Preregister, WeakRegistration: audit.RegisterOnline}

// recall finds what the realm knows of the person.
func (c *Citizen) recall(tx *store.Tx, s *settling) error {
	p, err := tx.PersonByTaxCode(s.kept.Realm, s.Writing.Person.TaxCode)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.person, s.stored, s.called, s.before = p, p.Contacts, p.FullName(), refused
	r, err := tx.LiveRegistration(p.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.before = knownAs(r)
	_, err = tx.PendingOperation(r.ID)
	s.busy = err == nil
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return err
}

// open tells whether what was written may become a registration, or correct one: for who is new or was refused, and for who has only sent data before and holds
// the mailbox given then. Everybody else is told at the stored address.
func (s *settling) open() bool {
	return s.before == stranger || s.before == refused || s.before == registered && !s.busy && s.sameMailbox()
}

func (s *settling) sameMailbox() bool {
	return equalAddress(s.stored.Email, s.Writing.Person.Contacts.Email)
}

func (c *Citizen) conclude(tx *store.Tx, s *settling) error {
	now := settling{Application: s.Application}
	if err := c.recall(tx, &now); err != nil {
		return err
	}
	if now.before != s.before || now.open() != s.open() {
		return store.ErrStale // what was looked up or drawn before is for another case
	}
	s.person, s.stored, s.called = now.person, now.stored, now.called
	reg, err := c.register(tx, s)
	if err != nil {
		return err
	}
	s.kept.State, s.kept.SettledAt, s.kept.Registration, s.kept.Outcome = store.ApplicationSettled, tx.Now, reg.ID, s.outcome()
	tx.Record.Registration = reg.ID
	tx.Record.Detail = map[string]string{"modo": string(s.Door), "prima": string(s.before), "esito": s.outcome()}
	if s.seen.asked {
		tx.Record.Detail["CIA"] = string(s.seen.outcome)
	}
	return errors.Join(tx.SaveApplication(s.kept), c.tell(tx, s, reg))
}

// outcome is what came of an application, as it is kept.
func (s *settling) outcome() string {
	switch {
	case !s.open():
		return "già noto"
	case s.match:
		return "riscontrato"
	}
	return "registrato"
}

// register keeps the person and the registration of who is new, corrects those of who had only sent data, and leaves everybody else as they are.
func (c *Citizen) register(tx *store.Tx, s *settling) (*registration.Registration, error) {
	if !s.open() {
		return tx.LiveRegistration(s.person.ID)
	}
	if err := c.keepPerson(tx, s); err != nil {
		return nil, err
	}
	reg, err := c.keepRegistration(tx, s)
	if err != nil {
		return nil, err
	}
	err = tx.AddAcknowledgement(store.Acknowledgement{Registration: reg.ID, Text: "informativa", Version: s.Privacy.Version, SHA256: s.Privacy.SHA256, Lang: s.Lang, Channel: string(s.Door), At: s.Privacy.At})
	if err == nil && s.match {
		err = c.bookWeak(tx, s, reg)
	}
	return reg, err
}

func (c *Citizen) keepPerson(tx *store.Tx, s *settling) error {
	entered := s.Writing.Person
	entered.Document.Number = person.NormalizeNumber(entered.Document.Number)
	if s.person != nil {
		entered.ID = s.person.ID
		s.person.Person = entered
		return errors.Join(tx.SavePerson(s.person), tx.SetProvenance(entered.ID, s.seen.sources))
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	entered.ID = person.ID(id)
	s.person = &store.Person{Person: entered, Realm: s.kept.Realm}
	return errors.Join(tx.AddPerson(s.person), tx.SetProvenance(entered.ID, s.seen.sources))
}

func (c *Citizen) keepRegistration(tx *store.Tx, s *settling) (*registration.Registration, error) {
	if s.before == registered {
		r, err := tx.LiveRegistration(s.person.ID)
		if err != nil {
			return nil, err
		}
		return r, tx.SaveRegistration(r)
	}
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	r := &registration.Registration{ID: id, Number: s.kept.Number, Person: s.person.ID, Realm: s.kept.Realm, Community: s.kept.Community, State: registration.Registered, CreatedAt: tx.Now}
	return r, tx.AddRegistration(r)
}

// tell writes to the address that was typed and proven, always the same; and to the one stored before, what is true.
func (c *Citizen) tell(tx *store.Tx, s *settling, reg *registration.Registration) error {
	typed := s.Writing.Person.Contacts.Email
	if s.before != stranger && s.stored.Email != "" && (!s.open() || !s.sameMailbox()) {
		told, err := c.tellStored(tx, s, reg)
		if err != nil || told && s.sameMailbox() { // one mail is enough: it says more
			return err
		}
	}
	kind := mail.Preregistered
	switch {
	case s.Door == WeakRegistration && s.match:
		return c.mailCode(tx, s, reg)
	case s.Door == WeakRegistration:
		kind = mail.NotIdentified
	}
	return c.enqueue(tx, s, letterTo{kind: kind, to: typed, lang: s.Lang, name: s.Writing.Person.FullName(), number: string(s.kept.Number)})
}

// noticeLimit is how often a stored address hears that its person was written about: anybody can know a tax code.
func noticeLimit(id person.ID) store.Limit {
	return store.Limit{Key: "avvisi/persona/" + string(id), Max: 1, Window: 24 * time.Hour}
}

func (c *Citizen) tellStored(tx *store.Tx, s *settling, reg *registration.Registration) (told bool, err error) {
	left, err := tx.Take(noticeLimit(s.person.ID))
	if err != nil || !left {
		return false, err
	}
	return true, c.enqueue(tx, s, letterTo{kind: mail.AlreadyKnown, to: s.stored.Email, name: s.called, number: string(reg.Number), standing: string(s.before), registration: reg.ID})
}

// A letterTo is a mail about an application.
type letterTo struct {
	kind                   mail.Kind
	to, lang, name, number string
	standing, registration string
}

func (c *Citizen) enqueue(tx *store.Tx, s *settling, l letterTo) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(l.kind), Community: s.kept.Community, Registration: l.registration, Operation: s.kept.ID, To: l.to, Lang: l.lang,
		MessageID: id + "@" + c.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 7),
		Data: map[string]string{mail.DataName: l.name, mail.DataNumber: l.number, mail.DataStanding: l.standing, mail.DataPath: s.Door.Path()}})
}

// equalAddress tells whether two addresses are one, but for upper and lower case.
func equalAddress(a, b string) bool { return a != "" && strings.EqualFold(a, b) }
