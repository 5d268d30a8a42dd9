// Package administration is what those do who look after a house and not after citizens: they appoint enti, open desks, take in and dismiss
// operators, publish texts (001 §1.1, mission A13, S11). One method is one transaction and one audit record.
//
// A responsabile administers the own ente, an amministratore all enti of the realm, the command line everything. Nobody gives a role above
// their own, and nobody changes their own account. What operators do with their own (log-in, password) is package access.
package administration

import (
	"errors"
	"io"
	"strings"
	"time"
	"unicode"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/store"
)

// An Administration works on one store. All fields must be set, but Letters for the command line.
type Administration struct {
	Store       *store.DB
	Communities community.Set
	Places      *person.Places
	Hasher      *credential.Hasher
	Letters     *letter.Writer
	Rand        io.Reader
	Zone        *time.Location
	MailDomain  string // right side of Message-IDs
	MailQueued  func() // called after an act has queued a mail
}

// Who administers, and where the request comes from.
type Who struct {
	office.Acting
	audit.Origin
	console bool
}

// By is an operator at work.
func By(a office.Acting, from audit.Origin) Who { return Who{Acting: a, Origin: from} }

// Console is whoever runs the program's command on its machine: no operator, and bound by nothing but that.
func Console() Who { return Who{console: true} }

// The refusals. Those of rank are in package office.
var (
	ErrReason     = errors.New("a reason is needed")
	ErrOtherEnti  = errors.New("the operator works for other enti too")
	ErrLastPost   = errors.New("an operator has at least one post")
	ErrUsername   = errors.New("not a username for an operator")
	ErrTaxCode    = errors.New("not the tax code of a person")
	ErrName       = errors.New("name or surname missing")
	ErrEmail      = errors.New("not an e-mail address")
	ErrRole       = errors.New("not a role")
	ErrDisabled   = errors.New("the operator is disabled")
	ErrNotSo      = errors.New("the operator is not in the state for this")
	ErrEnteName   = errors.New("an ente of this name exists, or the name is missing")
	ErrIssues     = errors.New("not a class of credentials")
	ErrCommunity  = errors.New("not a community of the realm")
	ErrPlace      = errors.New("not a province or a comune")
	ErrCompetence = errors.New("an ente without competence")
	ErrMandate    = errors.New("the mandate is not complete, or ends before it begins")
)

// record begins the audit record of an act.
func (w Who) record(d audit.Deed) audit.Record {
	if w.console {
		return audit.Origin{}.Begin(d, audit.BySystem, "")
	}
	r := w.Origin.Begin(d, audit.ByOperator, w.Operator.ID)
	r.Ente = w.Ente.ID
	return r
}

// may returns office's refusals unless the role may do p now.
func (w Who) may(p office.Permission, now time.Time) error {
	if w.console {
		return nil
	}
	return w.May(p, now)
}

// reaches tells whether an ente is the operator's to administer.
func (w Who) reaches(e *office.Ente) bool {
	if w.console || w.Can(office.AppointEnti) && e.Realm == w.Ente.Realm {
		return true
	}
	return e.ID == w.Ente.ID
}

// Grants are the roles that may be given.
func (w Who) Grants() []office.Role {
	if w.console {
		return office.Roles
	}
	return w.Post.Role.Grants()
}

// enti are all that may be administered, by id, and in order of name.
func (w Who) enti(tx *store.Tx) (byID map[string]*office.Ente, list []*office.Ente, err error) {
	all, err := tx.Enti()
	byID = map[string]*office.Ente{}
	for _, e := range all {
		if w.reaches(e) {
			byID[e.ID], list = e, append(list, e)
		}
	}
	return byID, list, err
}

// ente reads an ente that may be administered. Error: store.ErrNotFound.
func (w Who) ente(tx *store.Tx, id string) (*office.Ente, error) {
	if !plain(id) {
		return nil, store.ErrNotFound
	}
	e, err := tx.Ente(id)
	if err == nil && !w.reaches(e) {
		return nil, store.ErrNotFound
	}
	return e, err
}

// plain tells whether an id out of an address can be one: PostgreSQL does not even take every byte.
func plain(id string) bool {
	return !strings.ContainsFunc(id, func(r rune) bool { return r != '-' && !unicode.IsDigit(r) && !unicode.IsLower(r) })
}
