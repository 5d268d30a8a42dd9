// Package desk is what operators do with citizens before them: look up, register, book, print, conclude.
// One method is one transaction and one audit record.
//
// It does not log operators in (package access) and does not know how a page looks (package web).
package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/fse"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registry"
	"sportello/store"
	"sportello/vault"
)

// A Desk serves operators. All fields but those marked optional must be set.
type Desk struct {
	Store       *store.DB
	Registries  registry.Cascade
	Obsolete    *registry.Directory // of the accounts outside the database, nil if there is none (001 §5.1.2.3)
	Communities community.Set
	Places      *person.Places
	Hasher      *credential.Hasher
	Sealer      vault.Sealer
	Letters     *letter.Writer
	Guide       string // the operators' guide to download, in Markdown
	Rand        io.Reader
	Zone        *time.Location      // of dates shown and judged: Europe/Rome (mission S35)
	Addresses   community.Addresses // of the pages that letters send people to; none carries a code (mission S19)
	FSE         *fse.Launcher       // signs what opens the health application
	FSEAddress  string              // of the health application, in place of the communities' own (optional)
	MailDomain  string              // right side of Message-IDs
	MailQueued  func()              // called after an act has queued a mail
}

// Who is an operator at work and where the request comes from.
type Who struct {
	office.Acting
	audit.Origin
}

// record begins the audit record of an act by an operator.
func (w Who) record(d audit.Deed) audit.Record {
	r := w.Origin.Begin(d, audit.ByOperator, w.Operator.ID)
	r.Ente = w.Ente.ID
	return r
}

// The refusals of a desk.
var (
	ErrAlreadyStrong     = errors.New("the person already holds strong credentials")
	ErrAlreadyRegistered = errors.New("the person is already registered")
	ErrDeceased          = errors.New("the registry says that the person has died")
	ErrTaxCode           = errors.New("not a tax code")
	ErrNoNumber          = errors.New("no registration has this number")
	ErrUnknownPlace      = errors.New("not a comune of that province")
	ErrIncomplete        = errors.New("the form is not complete")
	ErrReason            = errors.New("a reason is needed")
	ErrFourEyes          = errors.New("another operator must print the code")
	ErrGone              = errors.New("the sealed code no longer exists")
	ErrUnprinted         = errors.New("papers are still to be printed")
	ErrOtherDesk         = errors.New("booked by another operator")
	ErrOtherEnte         = errors.New("papers of another ente are still to be printed")
	ErrNoCommunity       = errors.New("unknown community")
)

// AlreadyRegistered is the refusal of variant 2 (001 §5.1.2.2): it leads to the person's registration.
type AlreadyRegistered struct{ Number string }

func (AlreadyRegistered) Error() string { return ErrAlreadyRegistered.Error() }

// Is makes it ErrAlreadyRegistered, whatever the number.
func (AlreadyRegistered) Is(target error) bool { return target == ErrAlreadyRegistered }

// today is the day by which documents and ages are judged.
func (d *Desk) today(now time.Time) person.Date { return person.DateOf(now.In(d.Zone)) }

func (d *Desk) communityOf(id community.ID) (community.Community, error) {
	c, ok := d.Communities.ByID(id)
	if !ok {
		return community.Community{}, ErrNoCommunity
	}
	return c, nil
}

// placeName is a comune's name for paper and pages.
func (d *Desk) placeName(code string) string {
	if code == person.AbroadComune || code == "" {
		return code
	}
	p, _ := d.Places.Latest(code)
	return p.Name
}

// render writes a letter into memory: it is never on disk.
func render(write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	err := write(&b)
	return b.Bytes(), err
}

func (d *Desk) read(ctx context.Context, f func(*store.Tx) error) error { return d.Store.Read(ctx, f) }
