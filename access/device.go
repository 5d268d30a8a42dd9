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

// What a session, and the record of a log-in, say of where it came from.
const (
	keyLevel   = "livello"
	keyBrowser = "browser"
	keySystem  = "sistema"
	keyAddress = "indirizzo" // of a session; a record has a column of its own
	keyDevice  = "dispositivo"
)

const newDevice = "nuovo"

// cameFrom is the detail of the record of an act of somebody who comes in.
func cameFrom(from audit.Origin, level assurance.Authn) map[string]string {
	return map[string]string{keyLevel: level.String(), keyBrowser: from.Browser, keySystem: from.System}
}

// loggedInFrom is cameFrom for a log-in, from a browser that is known or, with "", from a new one.
func loggedInFrom(from audit.Origin, level assurance.Authn, known string) map[string]string {
	detail := cameFrom(from, level)
	if known == "" {
		detail[keyDevice] = newDevice
	}
	return detail
}

func newSession(from audit.Origin, registrationID string, now time.Time) *store.Session {
	return &store.Session{Kind: store.CitizenSession, Subject: registrationID, Authn: int(assurance.Password), FreshAt: now,
		Data: map[string]string{keyBrowser: from.Browser, keySystem: from.System, keyAddress: from.Address}}
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

// device gives the cookie of a device that has logged in with these credentials: the one it has, or a new one.
func (a *Access) device(set credential.Set, known string) (string, error) {
	if known != "" {
		return known + "." + a.deviceMAC(set, known), nil
	}
	b := make([]byte, 16)
	if _, err := io.ReadFull(a.Rand, b); err != nil {
		return "", fmt.Errorf("draw device: %w", err)
	}
	id := base64.RawURLEncoding.EncodeToString(b)
	return id + "." + a.deviceMAC(set, id), nil
}

// knownDevice reads such a cookie: the device's id, "" if it is not one of these credentials.
func (a *Access) knownDevice(set credential.Set, cookie string) string {
	id, mac, _ := strings.Cut(cookie, ".")
	if set.Registration == "" || mac == "" || !credential.SameMAC(mac, a.deviceMAC(set, id)) {
		return ""
	}
	return id
}

// deviceMAC holds for one password, until the citizen has all browsers forgotten: whoever knew the password before, and was let in by it, is nobody known.
func (a *Access) deviceMAC(set credential.Set, id string) string {
	since := strconv.FormatInt(set.KnownSince().Unix(), 10)
	return hex.EncodeToString(a.Sealer.MAC("dispositivo", []byte(set.Registration+"\x00"+since+"\x00"+id)))
}

// KnownDevice is the cookie of a device for the browser that holds a session: after a change of password it stays known. Errors: ErrNoSession, ErrOver.
func (a *Access) KnownDevice(ctx context.Context, token string) (string, error) {
	own, err := a.citizenSession(ctx, token)
	if err != nil {
		return "", err
	}
	var set credential.Set
	err = a.Store.Read(ctx, func(tx *store.Tx) error {
		c, err := tx.Credentials(own.Subject)
		if err == nil {
			set = *c
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return a.device(set, "")
}
