// Package request holds the istanza: evidence that waits for a clerk of the back office. It came by fax, e-mail, registered letter or
// telephone, or is somebody's application to an ente; a machine must not decide it.
//
// It holds what a request is, what each problem asks for before it is decided, and what a request may become. It knows nothing of who may act
// (package office), of mailboxes and folders, nor of what granting does to a registration (package helpdesk).
package request

import (
	"errors"
	"slices"
	"time"

	"sportello/community"
)

// A Kind is the way by which a request came.
type Kind string

// The ways.
const (
	Fax              Kind = "fax"
	Email            Kind = "e-mail"
	RegisteredLetter Kind = "raccomandata"
	Approval         Kind = "approvazione" // an application to an ente, from its portal (003)
	Phone            Kind = "telefono"
	Area             Kind = "area personale" // from the citizen, logged in
	Page             Kind = "modulo online"  // from anybody, by a form that is open to all
)

// Kinds are all of them, in the order of menus.
var Kinds = []Kind{Email, Fax, RegisteredLetter, Phone, Area, Page, Approval}

// A State is how far a request has come.
type State string

// The states. Proposed is one that a clerk would grant and that a second one must confirm, where the community asks for four eyes (mission S19).
const (
	Open     State = "aperta"
	InCharge State = "in carico"
	Proposed State = "da confermare"
	Granted  State = "accolta"
	Refused  State = "respinta"
	Closed   State = "chiusa" // nothing was granted nor refused: answered by telephone, no business of ours, the person is gone
)

// States are all of them, in the order of menus.
var States = []State{Open, InCharge, Proposed, Granted, Refused, Closed}

// Ended tells whether nothing more can become of a request.
func (s State) Ended() bool { return s == Granted || s == Refused || s == Closed }

// A Request is one istanza.
type Request struct {
	ID           string
	Realm        community.Realm
	Community    community.ID
	Ente         string // whose clerks decide it; "" leaves it to every helpdesk of the realm
	Kind         Kind
	Problem      Problem
	Registration string // id; "" until it is known whose it is
	Source       string // what tells a second copy of the same evidence, "" if nothing does
	State        State
	TakenBy      string // operator's id, also after the end
	TakenAt      time.Time
	ProposedBy   string    // operator's id: who would grant what a second clerk must confirm
	NoticeAt     time.Time // when the citizen was told of what would be done in their name; zero if not
	OpenedAt     time.Time
	Deadline     time.Time
	ClosedAt     time.Time
	Answers      Answers
	Reason       string // why it was refused or closed, in words for whoever reads it later; nothing personal
	Content      Content
	Version      int
}

// Content is what the evidence says. It is personal: kept sealed, and erased with the person or when its time is over.
type Content struct {
	Sender      string   `json:"mittente,omitempty"` // address or number that it came from, as it said of itself
	Subject     string   `json:"oggetto,omitempty"`
	Text        string   `json:"testo,omitempty"`
	Cut         bool     `json:"tagliato,omitempty"` // there was more than is kept
	Attachments []string `json:"allegati,omitempty"` // names of what came along and is not kept
	Verdict     Verdict  `json:"verifica,omitempty"` // of a mail's sender
	Surname     string   `json:"cognome,omitempty"`  // as they gave it
	Name        string   `json:"nome,omitempty"`
	TaxCode     string   `json:"codice_fiscale,omitempty"`
	Contact     string   `json:"recapito,omitempty"` // where to call or write back
}

// A Verdict says whether our own mail server found the sender of a mail to be who it said.
type Verdict string

// The verdicts; the zero value is a request that is no mail.
const (
	Authentic  Verdict = "verificato"
	Forged     Verdict = "non verificato"
	Unverified Verdict = "non si sa" // the server does not say
)

// A Note is what a clerk wrote about a request.
type Note struct {
	ID      string
	Request string
	At      time.Time
	By      string // operator's id
	Text    string
}

// Evidence is a file that came with a request.
type Evidence struct {
	ID         string
	Request    string
	Name       string
	Media      string // "application/pdf", "image/tiff"
	SHA256     string // hexadecimal
	Bytes      int
	Pages      int
	ReceivedAt time.Time
}

// The broken rules of this package.
var (
	ErrTaken      = errors.New("another clerk has taken the request in charge")
	ErrNotTaken   = errors.New("only who has taken the request in charge works on it")
	ErrEnded      = errors.New("the request has been decided")
	ErrIncomplete = errors.New("the checklist does not allow granting")
	ErrUnmatched  = errors.New("the request belongs to nobody yet")
	ErrNothing    = errors.New("there is nothing to grant")
	ErrReason     = errors.New("a reason is needed")
	ErrNotice     = errors.New("the citizen was told too short a time ago")
	ErrFourEyes   = errors.New("another clerk must confirm")
)

// Abandoned is after how long without a decision another clerk may take over.
const Abandoned = 24 * time.Hour

// FromThePerson tells whether what came is given to whose registration it is, in the copy of their data: always what they sent when logged in. Not what else was
// refused, nor an open mail of a sender whom nobody has proven: those may be somebody else's, who has rights of their own (regulation EU 2016/679 art. 15(4)).
func (r *Request) FromThePerson() bool {
	if r.Kind == Area || r.State == Refused {
		return r.Kind == Area
	}
	return r.State == Granted || r.Content.Verdict == "" || r.Content.Verdict == Authentic
}

// Overdue tells whether the deadline of an open request has passed.
func (r *Request) Overdue(now time.Time) bool { return !r.State.Ended() && now.After(r.Deadline) }

// Take gives the request to one clerk: nobody else works on it until it is given back, or has been lying for a day. Taking again what one has
// changes nothing. A proposed one goes to a second clerk only. Errors: ErrEnded, ErrTaken, ErrFourEyes.
func (r *Request) Take(operator string, now time.Time) error {
	switch {
	case r.State.Ended():
		return ErrEnded
	case r.State == Proposed:
		return r.takeProposed(operator, now)
	case r.State == InCharge && r.TakenBy == operator:
		return nil
	case r.State == InCharge && now.Sub(r.TakenAt) < Abandoned:
		return ErrTaken
	}
	r.State, r.TakenBy, r.TakenAt = InCharge, operator, now
	return nil
}

func (r *Request) takeProposed(operator string, now time.Time) error {
	switch {
	case operator == r.ProposedBy:
		return ErrFourEyes
	case r.TakenBy == operator:
		return nil
	case r.TakenBy != r.ProposedBy && now.Sub(r.TakenAt) < Abandoned:
		return ErrTaken
	}
	r.TakenBy, r.TakenAt = operator, now
	return nil
}

// Held returns ErrEnded or ErrNotTaken unless a clerk has the request in charge.
func (r *Request) Held(operator string) error {
	switch {
	case r.State.Ended():
		return ErrEnded
	case r.TakenBy != operator, r.State == Open, r.State == Proposed && operator == r.ProposedBy:
		return ErrNotTaken
	}
	return nil
}

// GiveBack leaves the request to whoever takes it next. What was answered stays. Errors: those of Held.
func (r *Request) GiveBack(operator string) error {
	if err := r.Held(operator); err != nil {
		return err
	}
	r.State, r.TakenBy, r.TakenAt, r.ProposedBy = Open, "", time.Time{}, ""
	return nil
}

// Answer keeps what a clerk found of the checklist; keys that are not in it are left out. Of a proposed request the answers stay the first clerk's.
// Errors: those of Held.
func (r *Request) Answer(operator string, a Answers) error {
	if err := r.Held(operator); err != nil || r.State == Proposed {
		return err
	}
	r.Answers = Answers{}
	for _, x := range r.Rule().Checklist {
		if said := a[x.Key]; said != "" {
			r.Answers[x.Key] = said
		}
	}
	return nil
}

// GrantedFrom is the first moment at which the request may be granted: the citizen was told, and may object until then.
func (r *Request) GrantedFrom() time.Time {
	if r.NoticeAt.IsZero() {
		return time.Time{}
	}
	return r.NoticeAt.Add(r.Rule().Notice)
}

// MayGrant says whether a clerk may grant the request at now. Errors: those of Held, ErrNothing, ErrUnmatched, ErrIncomplete, ErrNotice.
func (r *Request) MayGrant(operator string, now time.Time) error {
	if err := r.Held(operator); err != nil {
		return err
	}
	rule := r.Rule()
	switch {
	case rule.Grants == "":
		return ErrNothing
	case r.Registration == "":
		return ErrUnmatched
	case len(rule.Missing(r.Answers)) > 0:
		return ErrIncomplete
	case now.Before(r.GrantedFrom()):
		return ErrNotice
	}
	return nil
}

// Propose is the first half of granting with four eyes. Errors: those of MayGrant.
func (r *Request) Propose(operator string, now time.Time) error {
	if err := r.MayGrant(operator, now); err != nil {
		return err
	}
	r.State, r.ProposedBy, r.TakenAt = Proposed, operator, now
	return nil
}

// Grant ends the request with what was asked for. Errors: those of MayGrant.
func (r *Request) Grant(operator string, now time.Time) error {
	if err := r.MayGrant(operator, now); err != nil {
		return err
	}
	r.end(Granted, now)
	return nil
}

// Refuse ends the request without it, for a reason. Errors: those of Held, ErrReason.
func (r *Request) Refuse(operator, reason string, now time.Time) error {
	return r.endFor(Refused, operator, reason, now)
}

// Close ends a request that is neither granted nor refused, for a reason. Errors: those of Held, ErrReason.
func (r *Request) Close(operator, reason string, now time.Time) error {
	return r.endFor(Closed, operator, reason, now)
}

// NamedReason is the reason if it is one of its problem's, which every language has; "" for a clerk's own words.
func (r *Request) NamedReason() string {
	if slices.Contains(r.Rule().Reasons, r.Reason) {
		return r.Reason
	}
	return ""
}

func (r *Request) endFor(s State, operator, reason string, now time.Time) error {
	if err := r.Held(operator); err != nil {
		return err
	}
	if reason == "" {
		return ErrReason
	}
	r.Reason = reason
	r.end(s, now)
	return nil
}

func (r *Request) end(s State, now time.Time) { r.State, r.ClosedAt = s, now }
