package mail

import (
	"context"
	"errors"
	"fmt"
)

// A Sender carries one message to the next server. It returns nil once that server has taken
// charge of it, and otherwise a *Failure.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// What a failed delivery means for the next attempt. ErrRefused is final; ErrLater is a matter of
// time; ErrChannel is too, but somebody has to repair the settings or the server.
var (
	ErrRefused = errors.New("mail: messaggio rifiutato")
	ErrLater   = errors.New("mail: consegna rinviata")
	ErrChannel = errors.New("mail: canale di posta non utilizzabile")
)

// A Failure is why a message was not delivered, in words for the desk. It never quotes the server's
// answer to a recipient, which repeats the address.
type Failure struct {
	Class  error  // ErrRefused, ErrLater or ErrChannel
	Code   int    // of SMTP; 0 when the server did not say
	Reason string // Italian: what happened and what to do
	Detail string // of connection and TLS, where nobody has been named yet; for the log
}

func (f *Failure) Error() string {
	if f.Code == 0 {
		return fmt.Sprintf("%v: %s", f.Class, f.Reason)
	}
	return fmt.Sprintf("%v (%d): %s", f.Class, f.Code, f.Reason)
}

// Unwrap lets errors.Is see the class.
func (f *Failure) Unwrap() error { return f.Class }
