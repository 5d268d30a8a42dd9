// Package office holds the enti that run desks, the operators who work there, and what each may do and where.
//
// Operators are accounts of their own, never a citizen's credentials (mission S11).
package office

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"sportello/community"
	"sportello/person"
)

// Issues says which class of credentials an ente hands over (mission S3).
type Issues string

// The two classes.
const (
	IssuesStrong Issues = "forti"
	IssuesWeak   Issues = "deboli"
)

// An Ente is a public body that runs desks, or a subject with a formal mandate to do so (A13).
type Ente struct {
	Kind       EnteKind
	Mandate    Mandate // of a third party
	ID         string
	Name       string
	Community  community.ID
	Realm      community.Realm
	Issues     Issues
	PINOnly    bool // hands over no activation code: the job centres (mission S3)
	Competence Competence
	Address    string
	Version    int
}

// A Competence is where the operators of an ente may set a residence (G10): whole provinces and single comuni. STATO ESTERO is
// in everybody's competence.
type Competence struct {
	Provinces []string // two letters
	Comuni    []string // Belfiore codes
}

// Has tells whether a comune of a province belongs to the competence.
func (c Competence) Has(province, comune string) bool {
	return province == person.AbroadProvince || slices.Contains(c.Provinces, province) || slices.Contains(c.Comuni, comune)
}

// A Role is what somebody does at an ente.
type Role string

// The roles, by their Italian names.
const (
	Clerk         Role = "operatore di sportello"
	Supervisor    Role = "responsabile"
	Helpdesk      Role = "assistenza"
	Administrator Role = "amministratore"
	Auditor       Role = "revisore"
)

// A Permission is one thing that an operator may do.
type Permission string

// The permissions.
const (
	Register      Permission = "registrare"
	FindPeople    Permission = "cercare"
	BookOperation Permission = "prenotare"
	PrintPapers   Permission = "stampare"
	ReleaseGate   Permission = "sbloccare le stampe"
	OpenFSE       Permission = "aprire il FSE"
	ReadAudit     Permission = "leggere il registro"

	EditPeople      Permission = "modificare i dati"
	MovePeople      Permission = "cambiare la residenza"
	TellUsername    Permission = "comunicare lo username"
	ChangeTaxCode   Permission = "cambiare il codice fiscale"
	CancelPrinted   Permission = "annullare una prenotazione già stampata"
	ApproveDelegate Permission = "ammettere un delegato abituale"
	RevealCode      Permission = "leggere un codice"
	ManageOffice    Permission = "gestire enti e operatori"
	ImportPeople    Permission = "importare"
	ExportPeople    Permission = "esportare"
	ReadFigures     Permission = "leggere le statistiche"
	AppointEnti     Permission = "nominare enti"

	HandleRequests  Permission = "evadere le istanze"
	ApproveRequests Permission = "approvare le richieste di credenziali"
	RunPost         Permission = "gestire la posta"
)

var permissions = map[Role][]Permission{
	Clerk: {Register, FindPeople, BookOperation, PrintPapers, EditPeople, MovePeople, TellUsername},
	Supervisor: {Register, FindPeople, BookOperation, PrintPapers, EditPeople, MovePeople, TellUsername, ChangeTaxCode, ReleaseGate, CancelPrinted,
		ApproveDelegate, RevealCode, ManageOffice, ExportPeople, ReadFigures, HandleRequests, ApproveRequests},
	Helpdesk:      {FindPeople, HandleRequests, ApproveRequests, RunPost},
	Administrator: {ManageOffice, AppointEnti, ImportPeople, ReadFigures},
	Auditor:       {ReadAudit},
}

// needsFresh lists what asks for a log-in fresher than the policy's time.
var needsFresh = []Permission{Register, BookOperation, PrintPapers, ReleaseGate, EditPeople, MovePeople, TellUsername, ChangeTaxCode, CancelPrinted, ApproveDelegate,
	RevealCode, ManageOffice, AppointEnti, ImportPeople, ExportPeople, OpenFSE, ApproveRequests, RunPost}

// A Post is an operator's place at an ente.
type Post struct {
	Ente string
	Role Role
	FSE  bool // may open the health application (G02, G03)
}

// An Operator is a person who works at the desks of one or more enti.
type Operator struct {
	ID         string
	Username   string
	TaxCode    person.TaxCode
	Surname    string
	Name       string
	Email      string
	Password   string // Argon2id, see package credential
	TOTP       []byte // sealed secret
	EnrolledAt time.Time
	TOTPStep   int64 // last time step used: a code works once
	DisabledAt time.Time
	LastLogin  time.Time
	Version    int
	Posts      []Post
	// TemporaryUntil is how long a password that somebody else gave lets in; the zero time if the operator chose it.
	TemporaryUntil time.Time
}

// FullName is the operator's name as the header shows it (G01).
func (o Operator) FullName() string { return o.Name + " " + o.Surname }

// Enrolled tells whether the second factor is set up.
func (o Operator) Enrolled() bool { return !o.EnrolledAt.IsZero() }

// LetsIn tells whether a right password opens the account at now: not once it is disabled, nor once a password given by somebody
// else has waited too long.
func (o Operator) LetsIn(now time.Time) bool {
	return o.DisabledAt.IsZero() && (o.TemporaryUntil.IsZero() || now.Before(o.TemporaryUntil))
}

// The broken rules of this package.
var (
	ErrForbidden  = errors.New("not permitted to this role")
	ErrStaleLogin = errors.New("log-in too old for this act")
	ErrSelf       = errors.New("nobody acts on their own registration")
	ErrCompetence = errors.New("outside the ente's competence")
)

// Acting is an operator at work: for one ente, in one role, since a log-in.
type Acting struct {
	Operator Operator
	Ente     Ente
	Post     Post
	FreshAt  time.Time     // last time both factors were shown
	FreshFor time.Duration // how long that is good for
	Until    time.Time     // when the ente's mandate ends; the zero time if it has none (A13)
}

// Can tells whether the role holds a permission at all, for menus.
func (a Acting) Can(p Permission) bool {
	return p == OpenFSE && a.Post.FSE || slices.Contains(permissions[a.Post.Role], p)
}

// May returns ErrForbidden, ErrMandate or ErrStaleLogin unless the operator may do p at now.
func (a Acting) May(p Permission, now time.Time) error {
	if !a.Until.IsZero() && !now.Before(a.Until) {
		return ErrMandate
	}
	if !a.Can(p) {
		return fmt.Errorf("%s: %w", p, ErrForbidden)
	}
	if slices.Contains(needsFresh, p) && now.Sub(a.FreshAt) > a.FreshFor {
		return fmt.Errorf("%s: %w", p, ErrStaleLogin)
	}
	return nil
}

// MayServe returns ErrSelf if the person is the operator (mission S11), or has the same code but for omocodia: a colleague
// serves whoever was born alike.
func (a Acting) MayServe(code person.TaxCode) error {
	if code.Alike(a.Operator.TaxCode) {
		return ErrSelf
	}
	return nil
}

// MayPlace returns ErrCompetence if the operator's ente may not set a residence there.
func (a Acting) MayPlace(province, comune string) error {
	if !a.Ente.Competence.Has(province, comune) {
		return ErrCompetence
	}
	return nil
}
