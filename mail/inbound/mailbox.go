// Package inbound reads the mailbox of the helpdesk: it fetches messages over IMAP, takes from each what a clerk has to see, and moves it away once
// it has been kept.
//
// Delivery is at least once: a message leaves the folder only after whoever keeps it has committed, and one that is met again bears the same Key.
// It decides nothing and answers nobody. What a message says of itself is believed nowhere: see Message.
package inbound

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// A Mailbox is one on an IMAP server.
type Mailbox struct {
	Address    string      // host:port
	TLS        *tls.Config // nil speaks in clear: for a server on the same machine only
	STARTTLS   bool        // with TLS: the connection begins in clear, and nothing is said before it is protected
	Username   string
	Password   string
	Folder     string   // "INBOX" if empty: whatever is in it waits
	AuthServer string   // name under which the own mail server writes Authentication-Results; "" believes none
	Own        []string // addresses that the product sends from: what comes from them is no request
}

// Folders where messages go: once they are kept; once they turned out to be answers of machines; when their sender sends too many.
const (
	DoneFolder      = "Sportello"
	AutomaticFolder = "Sportello automatici"
	ExcessFolder    = "Sportello in eccesso"
)

// ErrAside is what a Keeper returns for a message that somebody should look at in the mailbox itself: it goes to ExcessFolder.
var ErrAside = errors.New("put the message aside")

// Why a mailbox cannot be opened, where somebody can do something about it.
var (
	ErrCertificate = errors.New("the server's certificate is not one that we trust for its name")
	ErrOpen        = errors.New("the server does not offer to protect the connection")
	ErrRefused     = errors.New("the server refuses user and password")
)

// Bounds of one reading.
const (
	MaxBytes = 2 << 20 // of a message that are looked at
	batch    = 20      // messages asked for at once
	patience = 5 * time.Minute
)

// A Keeper keeps a message for good, or returns why not: then the message stays where it is, unless that is ErrAside. Messages of machines are not handed over.
type Keeper func(context.Context, Message) error

// Collect hands all messages of the folder to keep, the oldest first, and moves what is kept. A message that cannot be kept does not hold up the
// others. It gives the number kept, and all that went wrong.
func (m *Mailbox) Collect(ctx context.Context, keep Keeper) (kept int, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := m.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })() // a server that says nothing more is left
	uids, err := m.waiting(c)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(uids, batch) {
		n, failed := m.collect(ctx, c, some, keep)
		kept, err = kept+n, errors.Join(err, failed)
		if ctx.Err() != nil || errors.Is(failed, errConnection) {
			return kept, err
		}
	}
	return kept, errors.Join(err, c.Logout().Wait())
}

var errConnection = errors.New("the mailbox does not go on")

// connect logs in and opens the folder.
func (m *Mailbox) connect(ctx context.Context) (*imapclient.Client, error) {
	conn, err := m.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("reach the mailbox: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c, err := m.greet(conn)
	if err != nil {
		return nil, err
	}
	if err := c.Login(m.Username, m.Password).Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("log in to the mailbox: %w", hush(err)), c.Close())
	}
	for _, folder := range []string{DoneFolder, AutomaticFolder, ExcessFolder} {
		_ = c.Create(folder, nil).Wait() // most often it is there; if it can not be made, moving says so
	}
	if _, err := c.Select(m.folder(), nil).Wait(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the mailbox: %w", err), c.Close())
	}
	return c, nil
}

// greet begins to speak IMAP, protected where that is wanted: what a server offers in clear is never taken instead.
func (m *Mailbox) greet(conn net.Conn) (*imapclient.Client, error) {
	if m.TLS == nil || !m.STARTTLS {
		return imapclient.New(conn, nil), nil
	}
	c, err := imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: m.TLS})
	var said *imap.Error
	if errors.As(err, &said) {
		return nil, fmt.Errorf("protect the mailbox: %w: %w", ErrOpen, err)
	}
	if err != nil {
		return nil, fmt.Errorf("protect the mailbox: %w", trusted(err))
	}
	return c, nil
}

// trusted makes a certificate that is not right ErrCertificate.
func trusted(err error) error {
	var wrong *tls.CertificateVerificationError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w: %w", ErrCertificate, err)
	}
	return err
}

// hush keeps what a server says to a log-in out of our logs: it may repeat what it was told.
func hush(err error) error {
	var said *imap.Error
	if errors.As(err, &said) {
		return ErrRefused
	}
	return err
}

func (m *Mailbox) dial(ctx context.Context) (net.Conn, error) {
	d := &net.Dialer{Timeout: 20 * time.Second}
	if m.TLS == nil || m.STARTTLS {
		return d.DialContext(ctx, "tcp", m.Address)
	}
	conn, err := (&tls.Dialer{NetDialer: d, Config: m.TLS}).DialContext(ctx, "tcp", m.Address)
	return conn, trusted(err)
}

func (m *Mailbox) folder() string {
	if m.Folder == "" {
		return "INBOX"
	}
	return m.Folder
}

// waiting lists what is in the folder. Whether somebody has looked at a message does not matter: people open the mailbox too.
func (m *Mailbox) waiting(c *imapclient.Client) ([]imap.UID, error) {
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("list the mailbox: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	return uids, nil
}

// collect keeps and moves a few messages.
func (m *Mailbox) collect(ctx context.Context, c *imapclient.Client, uids []imap.UID, keep Keeper) (kept int, err error) {
	messages, err := m.fetch(c, uids)
	if err != nil {
		return 0, errors.Join(errConnection, fmt.Errorf("read the mailbox: %w", err))
	}
	var done, automatic, excess imap.UIDSet
	for _, x := range messages {
		if x.Automatic {
			automatic.AddNum(x.uid)
			continue
		}
		failed := keep(ctx, x.Message)
		if errors.Is(failed, ErrAside) {
			excess.AddNum(x.uid)
			continue
		}
		if failed != nil {
			err = errors.Join(err, fmt.Errorf("keep a message: %w", failed))
			continue
		}
		kept++
		done.AddNum(x.uid)
	}
	return kept, errors.Join(err, move(c, done, DoneFolder), move(c, automatic, AutomaticFolder), move(c, excess, ExcessFolder))
}

// move puts messages into another folder. Where the server cannot, they are copied, and only then deleted here.
func move(c *imapclient.Client, uids imap.UIDSet, folder string) error {
	if len(uids) == 0 {
		return nil
	}
	fail := func(err error) error {
		if err != nil {
			err = fmt.Errorf("put messages aside: %w", err)
		}
		return err
	}
	if c.Caps().Has(imap.CapMove) {
		_, err := c.Move(uids, folder).Wait()
		return fail(err)
	}
	if _, err := c.Copy(uids, folder).Wait(); err != nil {
		return fail(err)
	}
	if err := c.Store(uids, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		return fail(err)
	}
	if c.Caps().Has(imap.CapUIDPlus) {
		return fail(c.UIDExpunge(uids).Close())
	}
	return nil // a deleted message is not met again, and expunging without its number could take others along
}

// A fetched message still knows its place.
type fetched struct {
	Message
	uid imap.UID
}

// fetch reads messages without marking them as seen. Those that are gone meanwhile are left out; of one that is too long the beginning is read.
func (m *Mailbox) fetch(c *imapclient.Client, uids []imap.UID) (list []fetched, err error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Offset: 0, Size: MaxBytes + 1}}
	cmd := c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	defer func() { err = errors.Join(err, cmd.Close()) }()
	for data := cmd.Next(); data != nil; data = cmd.Next() {
		x, whole, err := read(data)
		if err != nil {
			return nil, err
		}
		if !whole || !slices.Contains(uids, x.uid) {
			continue // another client changed a flag, or the server tells of what nobody asked for
		}
		x.Message = m.parse(x.bytes)
		list = append(list, x.fetched)
	}
	return list, nil
}

// A reading is a message while it arrives.
type reading struct {
	fetched
	bytes []byte
}

// read takes the number and the bytes of one message, no more of them than fit.
func read(data *imapclient.FetchMessageData) (r reading, whole bool, err error) {
	for item := data.Next(); item != nil; item = data.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			r.uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			whole = true
			if r.bytes, err = io.ReadAll(io.LimitReader(item.Literal, MaxBytes+1)); err != nil {
				return r, false, err
			}
		}
	}
	return r, whole && r.uid != 0, nil
}
