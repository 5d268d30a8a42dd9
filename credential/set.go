package credential

import (
	"slices"
	"time"
)

// A Set is what a citizen logs in with (A01): one per registration. The secrets are Argon2id hashes.
type Set struct {
	Registration string
	Username     string // as chosen; compared folded, unique in the realm, never given again (mission S10)
	Password     string
	PIN          string
	Question     string // secret question, "" where the community has none
	Answer       string
	SetAt        time.Time
	// TemporaryUntil is how long a password that the house has drawn lets in, once, to choose another; the zero time for a chosen one (mission S23).
	TemporaryUntil time.Time
	// DevicesSince is when the citizen last had all browsers forgotten that had come in; the zero time if never (mission X11).
	DevicesSince time.Time
	// Forgotten are the browsers that the citizen had forgotten one by one since then, by their marks.
	Forgotten []string
	Version   int
}

// KnownSince is from when on a browser that comes in is known: what came in before knew another password, or was forgotten.
func (s Set) KnownSince() time.Time {
	if s.DevicesSince.After(s.SetAt) {
		return s.DevicesSince
	}
	return s.SetAt
}

// ForgetDevices makes every browser that has come in one that is not known. Instants are kept in seconds: a second time in one second is a second later.
func (s *Set) ForgetDevices(now time.Time) {
	if now = now.Truncate(time.Second); !now.After(s.KnownSince()) {
		now = s.KnownSince().Truncate(time.Second).Add(time.Second)
	}
	s.DevicesSince, s.Forgotten = now, nil
}

// forgottenAtMost bounds the list of browsers forgotten one by one; who goes beyond has all forgotten.
const forgottenAtMost = 50

// ForgetDevice makes one browser that has come in one that is not known.
func (s *Set) ForgetDevice(mark string, now time.Time) {
	if s.Forgot(mark) {
		return
	}
	if s.Forgotten = append(s.Forgotten, mark); len(s.Forgotten) > forgottenAtMost {
		s.ForgetDevices(now)
	}
}

// Forgot tells whether one browser was forgotten.
func (s Set) Forgot(mark string) bool { return slices.Contains(s.Forgotten, mark) }

// ChangePassword puts a new hash in place: browsers that came in with the password before are known no more.
func (s *Set) ChangePassword(hash string, now time.Time) {
	s.Password, s.SetAt, s.Forgotten = hash, now, nil
}

// Temporary tells whether the password is to be replaced before anything else.
func (s Set) Temporary() bool { return !s.TemporaryUntil.IsZero() }

// A Handover is what a desk hands over for an operation: secrets that exist sealed until the desk ends,
// and afterwards only as hashes. PIN and code never stand together on one paper or mail (mission S19).
type Handover struct {
	Operation     string
	SealedPIN     []byte // nil once destroyed
	PIN           string // Argon2id hash
	SealedCode    []byte // nil once destroyed
	Code          string // keyed hash
	CodeExpiresAt time.Time
	Tries         int // wrong PINs given with the right code (mission S18)

	// Of a code that a desk has made anew (001 §5.3): who and where, by their ids, when, and how often its letter was printed.
	RenewedBy     string
	RenewedEnte   string
	RenewedAt     time.Time
	RenewedPrints int

	Version int
}

// Dead tells whether the code opens nothing any more at now.
func (h Handover) Dead(maxTries int, now time.Time) bool {
	return h.Code == "" || h.Tries >= maxTries || !now.Before(h.CodeExpiresAt)
}
