// Package assurance says how sure the system is of a person, on two axes: how the identity was proven when the
// credentials were issued, and how the person has just authenticated (mission S34).
//
// "Forte" is the first axis alone: strong credentials used with a password only are still one factor.
package assurance

import (
	"fmt"

	"sportello/community"
	"sportello/person"
)

// Proofing is how the identity was proven.
type Proofing int

// From nothing to in person at an entitled desk (A02, A03).
const (
	None Proofing = iota
	Weak
	Strong
)

var proofings = []string{"nessuna", "debole", "forte"}

func (p Proofing) String() string { return proofings[p] }

// Authn is how a person has just shown to be the holder.
type Authn int

// From nothing to a certificate on a card, SPID or CIE. Two memorised secrets are one factor, but services ask for the PIN apart (A05).
const (
	Anonymous Authn = iota
	Password
	PasswordAndPIN
	TwoFactors
	Card
)

var authns = []string{"nessuno", "password", "password e PIN", "due fattori", "carta"}

func (a Authn) String() string { return authns[a] }

// A Level is a point on both axes.
type Level struct {
	Proofing Proofing
	Authn    Authn
}

// Reason says why a service refuses a level.
type Reason int

// The reasons, the nearest remedy first.
const (
	Enough    Reason = iota
	NeedsPIN         // log in with the PIN as well
	NeedsCard        // SPID, CIE or CNS
	NeedsDesk        // go to a desk: the credentials are weak
)

// ErrUnknownName means that a policy file names a value that is not on the axis.
var ErrUnknownName = fmt.Errorf("not a level of assurance")

// ParseProofing reads a value of a community's file.
func ParseProofing(s string) (Proofing, error) {
	i, err := index(proofings, s)
	return Proofing(i), err
}

// ParseAuthn reads a value of a community's file.
func ParseAuthn(s string) (Authn, error) {
	i, err := index(authns, s)
	return Authn(i), err
}

func index(names []string, s string) (int, error) {
	for i, n := range names {
		if n == s {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%q: %w", s, ErrUnknownName)
}

// Needs tells what l lacks for a service on a day. Before the service's StrongFrom weak credentials are
// taken where strong ones will be asked (mission S15).
func (l Level) Needs(s community.Service, day person.Date) (Reason, error) {
	proofing, err := ParseProofing(s.Proofing)
	if err != nil {
		return NeedsDesk, fmt.Errorf("service %s: %w", s.ID, err)
	}
	authn, err := ParseAuthn(s.Authn)
	if err != nil {
		return NeedsDesk, fmt.Errorf("service %s: %w", s.ID, err)
	}
	if proofing == Strong && s.StrongFrom != "" && day < s.StrongFrom {
		proofing = Weak
	}
	switch {
	case authn > PasswordAndPIN && l.Authn < authn:
		return NeedsCard, nil
	case l.Proofing < proofing:
		return NeedsDesk, nil
	case l.Authn < authn:
		return NeedsPIN, nil
	}
	return Enough, nil
}
