// Package postal is the life of a letter that goes by ordinary post (C03, Y07): it waits, it is printed in a run by a printing house, it is sent, and
// sometimes it comes back.
//
// It knows no printing house, no paper and no database. Postal addresses are made in package letter.
package postal

import (
	"errors"
	"slices"
	"time"

	"sportello/community"
)

// A Kind says what a letter brings.
type Kind string

// The letters that are posted.
const (
	PINLetter  Kind = "lettera del PIN"
	TestLetter Kind = "lettera di prova" // one a day, so that somebody notices when letters stop arriving (Y07)
)

// A State is how far a letter has come.
type State string

// The states. Unfit and Waiting letters are not in a run yet.
const (
	Unfit      State = "da correggere" // the address does not fit the post's block
	Waiting    State = "da stampare"
	InRun      State = "in lotto"
	Sent       State = "inviata"
	Delivered  State = "consegnata" // its secret was used (UsedAt), or the printing house says so
	Returned   State = "resa"       // its PIN opens nothing any more
	Superseded State = "superata"   // what it would say is not true any more; never printed, or replaced by another letter
)

// Open tells whether the letter is still on its way to the post.
func (s State) Open() bool { return s == Unfit || s == Waiting || s == InRun }

// A Cause says why the post gave a letter back.
type Cause string

// Causes are those that the post writes on what it returns.
var Causes = []Cause{"sconosciuto", "trasferito", "irreperibile", "indirizzo insufficiente", "indirizzo inesistente", Deceased, "compiuta giacenza", "rifiutata"}

// Deceased is the cause after which nothing is sent again.
const Deceased Cause = "deceduto"

// NeverSent is the cause of letters of a run that was annulled: no post writes it.
const NeverSent Cause = "lotto annullato"

// Known tells whether it is one of Causes.
func (c Cause) Known() bool { return slices.Contains(Causes, c) }

// A Proof says how it is known that the addressee lives at the address (C06): a PIN goes nowhere else.
type Proof string

// The proofs.
const (
	ByRegistry      Proof = "anagrafe"                     // a civil registry gives this residence
	ByDocument      Proof = "documento"                    // the identity document bears this residence
	ByPaper         Proof = "prova di residenza"           // the document bears another, and a paper shows this one (C07)
	ByEarlierLetter Proof = "lettera precedente"           // an earlier letter with a PIN arrived here, for its PIN was used
	ByHelpdesk      Proof = "verifica dell'assistenza"     // the back office has checked it, and says how (C10)
	ByConfiguration Proof = "impostazione della community" // of a test letter
)

// Proofs are all there are.
var Proofs = []Proof{ByRegistry, ByDocument, ByPaper, ByEarlierLetter, ByHelpdesk, ByConfiguration}

// An Address is an addressee as printed: frozen when the letter is queued.
type Address struct {
	Name  string   // to greet
	Lines []string // the block in the window, as the post wants it
	Fault Fault    // "" if the block is as the post wants it
}

// A Letter is one letter to one addressee.
type Letter struct {
	ID           string
	Number       Number // printed in clear and as a barcode
	Kind         Kind
	Community    community.ID
	Registration string // "" for a test letter
	Operation    string // that the PIN completes at home, "" if it takes the place of the PIN of credentials that work already
	Lang         string
	Address
	Proof    Proof
	Note     string // of the back office: how the address was checked
	Sealed   []byte // the secret to be printed, nil once destroyed
	Secret   string // its hash, by which it is recognised when typed
	Replaces string // hash of the PIN that dies when this one is first used (mission S22)
	Instead  string // id of the letter in whose place it goes, "" for a first one
	State    State
	Cause    Cause // of a Returned one
	Run      string
	Place    int // in the run, from 1

	CreatedAt time.Time
	SentAt    time.Time // data stampa (001 Allegato 7): handed over to the post
	ClosedAt  time.Time // delivered, returned or superseded
	UsedAt    time.Time // its secret was used: the only proof that it arrived
	AlarmedAt time.Time // of a test letter: the administrators were told that it is late
	Version   int
}

// Seal is the context to which the secret of a letter is bound.
func Seal(letterID string) string { return "lettera/" + letterID }

// The broken rules of this package.
var (
	ErrUnproven = errors.New("nobody has proved that the addressee lives there")
	ErrDeskPIN  = errors.New("the PIN was issued at a desk: a new one is given at a desk only")
	ErrQueued   = errors.New("a letter to this person is on its way already")
	ErrTooMany  = errors.New("too many letters to this person within a year")
	ErrFrozen   = errors.New("the letter with this PIN came back")
	ErrState    = errors.New("the letter is not in a state for that")
)
