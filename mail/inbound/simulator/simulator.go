// Package simulator is an IMAP server inside the program, with one mailbox in memory: the demo puts messages into it, and tests make it fail on purpose.
package simulator

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Who may log in.
const (
	Username = "assistenza"
	Password = "casella di prova"
)

// A Fault is what a server does wrong.
type Fault int

// The faults. Each lasts until another is set.
const (
	Well       Fault = iota
	NoMove           // the server has no MOVE: messages are copied and deleted
	CopyFails        // nothing can be put into another folder
	Disappears       // each FETCH finds the messages gone, as if a colleague had moved them
	Hangs            // no FETCH is answered
	Chatters         // each FETCH tells of another message first, without its text
)

// A Server is a running one. Safe for concurrent use.
type Server struct {
	server   *imapserver.Server
	listener net.Listener
	memory   *imapmemserver.Server
	closed   chan struct{}

	mu    sync.Mutex
	user  *imapmemserver.User
	fault Fault
}

// Open listens on a free port of this machine; with a certificate it speaks TLS only.
func Open(secure *tls.Config) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	if secure != nil {
		listener = tls.NewListener(listener, secure)
	}
	return serve(listener, nil)
}

// OpenSTARTTLS listens on a free port of this machine, in clear until a client asks for TLS: before, nobody logs in.
func OpenSTARTTLS(secure *tls.Config) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	return serve(listener, secure)
}

// serve answers on a listener, and lets clients ask for TLS where upgrade is set.
func serve(listener net.Listener, upgrade *tls.Config) (*Server, error) {
	s := &Server{memory: imapmemserver.New(), closed: make(chan struct{})}
	if err := s.Renew(); err != nil {
		return nil, err
	}
	s.listener = listener
	s.server = imapserver.New(&imapserver.Options{InsecureAuth: upgrade == nil, TLSConfig: upgrade, Logger: log.New(io.Discard, "", 0), Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}, imap.CapMove: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &session{s.memory.NewSession().(memorySession), s}, nil, nil
		}})
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

// memorySession is what the sessions of the memory server can do.
type memorySession interface {
	imapserver.SessionMove
}

// Address is host:port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends all connections.
func (s *Server) Close() error {
	close(s.closed)
	return s.server.Close()
}

// Break sets what the server does wrong from now on.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

func (s *Server) broken() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// Renew throws the whole mailbox away and begins another one, whose numbers mean something else (UIDVALIDITY).
func (s *Server) Renew() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = imapmemserver.NewUser(Username, Password)
	s.memory.AddUser(s.user)
	return s.user.Create("INBOX", nil)
}

// Put delivers a message; its lines may end as they like.
func (s *Server) Put(message string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw := bytes.ReplaceAll(bytes.ReplaceAll([]byte(message), []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	_, err := s.user.Append("INBOX", literal{bytes.NewReader(raw), int64(len(raw))}, &imap.AppendOptions{Time: time.Unix(0, 0)})
	return err
}

type literal struct {
	*bytes.Reader
	size int64
}

func (l literal) Size() int64 { return l.size }

// Count is how many messages are in a folder, 0 if it is not there.
func (s *Server) Count(folder string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	status, err := s.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil || status.NumMessages == nil {
		return 0
	}
	return int(*status.NumMessages)
}

// A session fails as the server was told to.
type session struct {
	memorySession
	of *Server
}

var errFault = &imap.Error{Type: imap.StatusResponseTypeNo, Text: "No"}

// Fetch implements imapserver.Session.
func (s *session) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	switch s.of.broken() {
	case Disappears:
		return nil
	case Hangs:
		<-s.of.closed
		return errors.New("closed")
	case Chatters:
		other := w.CreateMessage(1)
		other.WriteFlags([]imap.Flag{imap.FlagFlagged})
		if err := other.Close(); err != nil {
			return err
		}
	}
	return s.memorySession.Fetch(w, set, options)
}

// Move implements imapserver.SessionMove.
func (s *session) Move(w *imapserver.MoveWriter, set imap.NumSet, folder string) error {
	if f := s.of.broken(); f == CopyFails || f == NoMove {
		return errFault
	}
	return s.memorySession.Move(w, set, folder)
}

// Copy implements imapserver.Session.
func (s *session) Copy(set imap.NumSet, folder string) (*imap.CopyData, error) {
	if s.of.broken() == CopyFails {
		return nil, errFault
	}
	return s.memorySession.Copy(set, folder)
}
