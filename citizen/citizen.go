// Package citizen is what people do with their own registration, from home. One method is one transaction
// and one audit record.
//
// Logging in is package access; this package begins where somebody holds codes that a desk handed over.
package citizen

import (
	"errors"
	"io"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/letter"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/registry"
	"sportello/store"
	"sportello/vault"
)

// A Citizen serves people at home. All fields must be set.
type Citizen struct {
	Store       *store.DB
	Communities community.Set
	Hasher      *credential.Hasher
	Judge       credential.Judge // of passwords
	Rand        io.Reader
	Realm       community.Realm // of the portal
	Zone        *time.Location
	Registries  registry.Cascade // CIA compares who registers without a desk (001 §3.3.1)
	Places      *person.Places
	Sealer      vault.Sealer
	Letters     *letter.Writer
	Addresses   community.Addresses // of the pages that mails send people to
	MailDomain  string
	MailQueued  func()
	Waiting     func() // called after an application from home was confirmed: Settle has something to do
}

// The refusals. ErrCodes is the one neutral answer to every wrong input and unknown person; ErrCodeDead is told only to who typed
// the right code (F01, mission S18), ErrPINFrozen only to who typed code and PIN.
var (
	ErrCodes       = errors.New("codes not recognised")
	ErrCodeDead    = errors.New("code expired, used or replaced")
	ErrTooMany     = store.ErrTooMany
	ErrNotAccepted = errors.New("both Regolamento and informativa must be accepted")
	ErrNoProcedure = errors.New("no activation under way")
	ErrNotYet      = errors.New("an earlier step is missing")
	ErrPINFrozen   = postal.ErrFrozen
)

// Wait is ErrTooMany with how long until the next try.
type Wait = store.Wait

// errAlready refuses to complete twice what another tab has completed; the citizen is not told, because all is well.
var errAlready = errors.New("activation already completed")

// limits bound wrong codes per address and per network, never per person, whose tax code anyone can know (mission S18).
func limits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "codici/indirizzo/" + from.Line(), Max: 10, Window: time.Hour},
		{Key: "codici/rete/" + from.Network(), Max: 60, Window: time.Hour},
	}
}

// A Signer is who signs at home.
type Signer string

// The signers, as they are kept with what was signed.
const (
	Holder         Signer = "titolare"
	Representative Signer = "rappresentante" // by a dichiarazione sostitutiva (F06)
)

// A Step is a page of the activation.
type Step string

// The steps; which ones an operation has follows from its rule (F07).
const (
	Terms  Step = "regolamento"
	Choose Step = "credenziali"
	Done   Step = "fine"
)

// steps is the table that the dispatcher reads: each step with the effect that asks for it.
var steps = []struct {
	step  Step
	needs registration.Effect
}{
	{Terms, registration.AcceptTerms},
	{Choose, registration.ChooseUsername},
}

// nextStep is the first step after the stage reached that the rule asks for; Done when there is none.
func nextStep(rule registration.Rule, stage Step) Step {
	passed := stage == ""
	for _, s := range steps {
		if passed && rule.AtHome.Has(s.needs) {
			return s.step
		}
		if s.step == stage {
			passed = true
		}
	}
	return Done
}
