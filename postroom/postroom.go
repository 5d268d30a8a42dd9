// Package postroom is what the back office does with letters that go by post: it has them printed in runs, follows what becomes of them, sends
// again what came back, and watches that letters arrive at all (C03, C10, Y07). One method is one transaction and one audit record.
//
// Nobody here reads a secret: runs are encrypted to the printing house while they are written. It queues no first letters: those who issue PINs do.
package postroom

import (
	"errors"
	"io"
	"log/slog"
	"slices"
	"sync"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/postal"
	"sportello/printing"
	"sportello/store"
	"sportello/vault"
)

// A Postroom serves the operators of the back office. All fields must be set.
type Postroom struct {
	Store       *store.DB
	Communities community.Set
	Places      *person.Places
	Hasher      *credential.Hasher
	Sealer      vault.Sealer
	Letters     *letter.Writer
	Folder      printing.Folder // of the printing house; without Dir no run is made
	Rand        io.Reader
	Zone        *time.Location // of the dates on letters and of the day that has one test letter
	Addresses   community.Addresses
	MailDomain  string // right side of Message-IDs
	MailQueued  func() // called after an act has queued a mail
	Log         *slog.Logger

	once sync.Once
	kick chan struct{}
}

// Who acts, and where the request comes from.
type Who struct {
	office.Acting
	audit.Origin
}

// Console is whoever runs the program's command on its machine.
func Console() Who { return Who{} }

func (w Who) console() bool { return w.Operator.ID == "" }

func (w Who) record(d audit.Deed) audit.Record {
	if w.console() {
		r := w.Origin.Begin(d, audit.BySystem, "")
		r.Detail = map[string]string{}
		return r
	}
	r := w.Origin.Begin(d, audit.ByOperator, w.Operator.ID)
	r.Ente, r.Detail = w.Ente.ID, map[string]string{}
	return r
}

// The refusals.
var (
	ErrNothing   = errors.New("no letter waits to be printed")
	ErrNoKey     = errors.New("the community has no key of a printing house")
	ErrMaking    = errors.New("a run of this community is being made already")
	ErrRunState  = errors.New("the run is not in a state for that")
	ErrUsed      = errors.New("the PIN of the letter was used: it has arrived")
	ErrNoCause   = errors.New("not a cause that the post writes")
	ErrNotSent   = errors.New("the letter was never sent")
	ErrLater     = errors.New("a later letter took its place")
	ErrDeceased  = errors.New("the addressee has died")
	ErrNoLetter  = errors.New("no letter was ever queued for this person")
	ErrCameBack  = errors.New("the letter came back: its address is to be looked at first")
	ErrOver      = errors.New("what the letter was for is over")
	ErrAddress   = errors.New("the address does not fit the post's block")
	ErrNote      = errors.New("how the address was checked must be written")
	ErrReason    = errors.New("a reason is needed")
	ErrNoCode    = errors.New("not the code of a test letter")
	ErrTooLarge  = errors.New("the list of outcomes is too long")
	ErrNoColumns = errors.New("the list of outcomes has no column for the letter or the outcome")
	ErrNoFolder  = printing.ErrNoFolder
	ErrNoFile    = printing.ErrNoFile
)

// may refuses who may not run the post, or not of this community: other realms' letters do not exist for them.
func (p *Postroom) may(who Who, of community.ID, now time.Time) error {
	if who.console() {
		return nil
	}
	if err := who.May(office.RunPost, now); err != nil {
		return err
	}
	return p.sees(who, of)
}

func (p *Postroom) sees(who Who, of community.ID) error {
	if who.console() || slices.ContainsFunc(p.communities(who), func(c community.Community) bool { return c.ID == of }) {
		return nil
	}
	return store.ErrNotFound
}

// communities are those whose post the operator's ente may run: the ones that share its people.
func (p *Postroom) communities(who Who) []community.Community {
	return p.Communities.Realm(who.Ente.Realm)
}

// community finds one of those, with its policy.
func (p *Postroom) community(id community.ID) (community.Community, error) {
	c, ok := p.Communities.ByID(id)
	if !ok {
		return c, store.ErrNotFound
	}
	return c, nil
}

// letterOf reads a letter that the operator may handle.
func (p *Postroom) letterOf(tx *store.Tx, who Who, id string) (*postal.Letter, error) {
	l, err := tx.Letter(id)
	if err != nil {
		return nil, err
	}
	return l, p.sees(who, l.Community)
}

// mine refuses letters to the operator themselves (mission S11), and notes in the record whose it is.
func (p *Postroom) mine(tx *store.Tx, who Who, l *postal.Letter) error {
	tx.Record.Registration, tx.Record.Operation = l.Registration, l.Operation
	tx.Record.Detail["lettera"] = string(l.Number)
	if l.Registration == "" {
		return nil
	}
	reg, err := tx.Registration(l.Registration)
	if err != nil {
		return err
	}
	of, err := tx.Person(reg.Person)
	if err != nil {
		return err
	}
	tx.Record.PersonMAC = tx.PersonMAC(of.TaxCode)
	if who.console() {
		return nil
	}
	return who.MayServe(of.TaxCode)
}
