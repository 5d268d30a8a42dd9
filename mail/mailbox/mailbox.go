// Package mailbox is a mail server inside the program: it takes every message, keeps the last ones
// in memory and shows them. The demo sends to it and reads from it; tests make it fail on purpose.
//
// It forwards nothing and keeps nothing on disk.
package mailbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Mail is a received message, as /demo.json gives it.
type Mail struct {
	To        string    `json:"to"`
	From      string    `json:"from"`
	Subject   string    `json:"subject"`
	Text      string    `json:"text"`
	HTML      string    `json:"html"`
	At        time.Time `json:"at"`
	MessageID string    `json:"message_id"`
	Raw       []byte    `json:"-"` // as it came over the wire
}

// Settings of a Box. The zero value but for Now is the demo's: open, on a free port of this machine.
type Settings struct {
	Address  string // to listen on; "" is a free port of 127.0.0.1
	Now      func() time.Time
	Keep     int         // messages; the oldest go first; 0 is 500
	TLS      *tls.Config // offers STARTTLS
	User     string      // asked for when set, over TLS only
	Password string
}

// A Fault is what happens to the next delivery to one recipient.
type Fault int

// The ways to fail that a sender must survive.
const (
	Greylisted      Fault = iota + 1 // 450 to the recipient
	Unknown                          // 550 to the recipient
	Full                             // 552 to the text
	Dropped                          // the connection ends at the recipient
	DroppedAfterAll                  // the message is taken, and the connection ends before the answer
	Hung                             // no answer until the box closes
)

// A Box is a running mail server. Safe for concurrent use.
type Box struct {
	settings Settings
	server   *smtp.Server
	listener net.Listener
	closed   chan struct{}
	served   chan struct{}
	once     sync.Once

	mutex  sync.Mutex
	mails  []Mail
	faults map[string][]Fault
}

const (
	defaultKeep = 500
	maxMessage  = 1 << 20 // bytes
)

// Open starts a box on the address of its settings. The caller closes it.
func Open(s Settings) (*Box, error) {
	if s.Address == "" {
		s.Address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", s.Address)
	if err != nil {
		return nil, fmt.Errorf("mailbox: listening on %s: %w", s.Address, err)
	}
	return Serve(listener, s), nil
}

// Serve starts a box on a TCP or TLS listener, which it closes in the end.
func Serve(listener net.Listener, s Settings) *Box {
	if s.Keep == 0 {
		s.Keep = defaultKeep
	}
	b := &Box{
		settings: s, listener: listener, faults: map[string][]Fault{},
		closed: make(chan struct{}), served: make(chan struct{}),
	}
	b.server = smtp.NewServer(smtp.BackendFunc(b.session))
	b.server.Domain = "localhost"
	b.server.TLSConfig = s.TLS
	b.server.MaxMessageBytes = maxMessage
	b.server.MaxRecipients = 1
	b.server.ReadTimeout = time.Minute
	b.server.WriteTimeout = time.Minute
	b.server.ErrorLog = silent{}
	go func() {
		defer close(b.served)
		b.server.Serve(listener) // ends with ErrServerClosed
	}()
	return b
}

// Close stops the box and lets go of the senders that a fault keeps waiting. The mails stay readable.
func (b *Box) Close() error {
	b.once.Do(func() { close(b.closed) })
	err := b.server.Close()
	b.listener.Close() // if Serve had not begun yet, the server does not know it
	<-b.served
	if errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return err
}

// Host and Port are where to send to.
func (b *Box) Host() string { return b.addr().IP.String() }

// Port is the one that the box listens on.
func (b *Box) Port() int { return b.addr().Port }

func (b *Box) addr() *net.TCPAddr { return b.listener.Addr().(*net.TCPAddr) }

// Mails are the messages kept, newest first.
func (b *Box) Mails() []Mail {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	mails := slices.Clone(b.mails)
	slices.Reverse(mails)
	return mails
}

// Fail lets the next deliveries to a recipient fail, one fault each; afterwards they succeed again.
func (b *Box) Fail(to string, faults ...Fault) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	key := strings.ToLower(to)
	b.faults[key] = append(b.faults[key], faults...)
}

func (b *Box) nextFault(to string) Fault {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	key := strings.ToLower(to)
	waiting := b.faults[key]
	if len(waiting) == 0 {
		return 0
	}
	b.faults[key] = waiting[1:]
	return waiting[0]
}

func (b *Box) keep(m Mail) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.mails = append(b.mails, m)
	if over := len(b.mails) - b.settings.Keep; over > 0 {
		b.mails = slices.Delete(b.mails, 0, over)
	}
}

// silent drops the server's own log: broken connections are what tests ask for.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
