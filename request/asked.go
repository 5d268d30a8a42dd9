package request

import (
	"time"

	"sportello/person"
)

// Asked is what somebody writes who asks an ente for credentials (003 Fase 1), and what the house has drawn for them. It is kept sealed.
type Asked struct {
	Person  person.Person
	Italian bool
	Birth   Birthplace
	Lang    string
	Privacy Shown // acknowledged, not consented to: a public task needs no consent (GDPR art. 6)
	Terms   Shown // accepted

	PIN       string // Argon2id, of both parts
	First     string // the first password, until it is mailed
	FirstHash string // Argon2id
}

// A Birthplace is where somebody says that they were born.
type Birthplace struct {
	Nation   string // Belfiore code of the state, "" for Italy
	Province string
	Comune   string // Belfiore code, or person.AbroadComune
}

// Shown is the version of a text that stood on the page, and when it was acknowledged or accepted.
type Shown struct {
	Version, SHA256 string
	At              time.Time
}
