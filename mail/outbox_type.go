package mail

import (
	"time"

	"sportello/community"
)

// OutboxMail is a row of the outbox as the courier reads it.
type OutboxMail struct {
	ID           string
	Kind         string
	Community    community.ID
	Realm        community.Realm
	Registration string
	Operation    string
	To           string
	Lang         string
	Data         map[string]string
	SealedCode   []byte
	SealContext  string
	MessageID    string
	Attempts     int
	CreatedAt    time.Time
	ExpiresAt    time.Time
}
