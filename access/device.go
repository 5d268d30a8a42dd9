package access

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sportello/assurance"
	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/registration"
	"sportello/store"
)

// What a session, and the record of a log-in, say besides audit.Origin of where it came from.
const (
	keyLevel   = "livello"
	keyAddress = "indirizzo" // of a session; a record has a column of its own
	keyDevice  = "dispositivo"
)

const newDevice = "nuovo"

// cameFrom is the detail of the record of an act of somebody who comes in.
func cameFrom(from audit.Origin, level assurance.Authn) map[string]string {
	detail := from.Detail()
	detail[keyLevel] = level.String()
	return detail
}

// loggedInFrom is cameFrom for a log-in, from a browser that is known or a new one.
func loggedInFrom(from audit.Origin, level assurance.Authn, b browser) map[string]string {
	detail := cameFrom(from, level)
	if b.known == "" {
		detail[keyDevice] = newDevice
	}
	return detail
}

func newSession(from audit.Origin, registrationID string, now time.Time) *store.Session {
	return &store.Session{Kind: store.CitizenSession, Subject: registrationID, Authn: int(assurance.Password), FreshAt: now,
		Data: map[string]string{audit.Browser: from.Browser, audit.System: from.System, keyAddress: from.Address}}
}

// letIn begins the session of a browser, and names the browser in it and in the record.
func letIn(tx *store.Tx, b browser, from audit.Origin, registrationID string) *store.Session {
	s := newSession(from, registrationID, tx.Now)
	s.Data[audit.Mark], tx.Record.Detail[audit.Mark] = b.mark, b.mark
	return s
}

// justChosen is how long after choosing a password a log-in from a new browser is nothing to write about: everybody's first is.
const justChosen = time.Hour

// tellNewDevice mails the person that somebody has come in from a browser that never did (X10).
func (a *Access) tellNewDevice(tx *store.Tx, from audit.Origin, set credential.Set, reg registration.Registration) error {
	p, err := tx.Person(reg.Person)
	if err != nil || p.Contacts.Email == "" || tx.Now.Sub(set.SetAt) < justChosen {
		return err
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(mail.NewDevice), Community: reg.Community, Registration: reg.ID, To: p.Contacts.Email,
		MessageID: id + "@" + a.MailDomain, ExpiresAt: tx.Now.AddDate(0, 0, 3),
		Data: map[string]string{mail.DataName: p.FullName(), mail.DataNumber: string(reg.Number), mail.DataBrowser: from.Browser, mail.DataSystem: from.System}})
}

// A browser is what somebody comes in with.
type browser struct {
	known  string // the id in its cookie, "" if it has none of these credentials
	cookie string // to be given to it
	mark   string // names it among the person's own: it stays the same as long as the cookie is kept, also when the password is changed
}

// browser recognises one by its cookie, or draws what a new one gets.
func (a *Access) browser(set credential.Set, cookie string) (b browser, err error) {
	b.known = a.knownDevice(set, cookie)
	id := b.known
	if id == "" {
		drawn := make([]byte, 16)
		if _, err := io.ReadFull(a.Rand, drawn); err != nil {
			return b, fmt.Errorf("draw device: %w", err)
		}
		id = base64.RawURLEncoding.EncodeToString(drawn)
	}
	b.cookie, b.mark = a.deviceCookie(set, id), a.deviceMark(set.Registration, id)
	return b, nil
}

// knownDevice reads a cookie: the device's id, "" if it is not one of these credentials or was forgotten.
func (a *Access) knownDevice(set credential.Set, cookie string) string {
	id, mac, _ := strings.Cut(cookie, ".")
	if set.Registration == "" || mac == "" || !credential.SameMAC(mac, a.deviceMAC(set, id)) || set.Forgot(a.deviceMark(set.Registration, id)) {
		return ""
	}
	return id
}

func (a *Access) deviceCookie(set credential.Set, id string) string {
	return id + "." + a.deviceMAC(set, id)
}

// deviceMark is a keyed hash of what a browser's cookie says: nobody makes the cookie from it, nor recognises the browser of one person as that of another.
func (a *Access) deviceMark(registrationID, id string) string {
	return hex.EncodeToString(a.Sealer.MAC("impronta del dispositivo", []byte(registrationID+"\x00"+id))[:16])
}

// deviceMAC holds for one password, until the citizen has all browsers forgotten: whoever knew the password before, and was let in by it, is nobody known.
func (a *Access) deviceMAC(set credential.Set, id string) string {
	since := strconv.FormatInt(set.KnownSince().Unix(), 10)
	return hex.EncodeToString(a.Sealer.MAC("dispositivo", []byte(set.Registration+"\x00"+since+"\x00"+id)))
}

// KnownDevice renews the cookie of the browser that holds a session: after a change of password it stays known. "" for one that the session did not begin
// with. Errors: ErrNoSession, ErrOver.
func (a *Access) KnownDevice(ctx context.Context, token, cookie string) (renewed string, err error) {
	own, err := a.citizenSession(ctx, token)
	if err != nil {
		return "", err
	}
	id, _, _ := strings.Cut(cookie, ".")
	if id == "" || a.deviceMark(own.Subject, id) != own.Data[audit.Mark] {
		return "", nil
	}
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		set, err := tx.Credentials(own.Subject)
		if err == nil {
			renewed = a.deviceCookie(*set, id)
		}
		return err
	})
	return renewed, err
}
