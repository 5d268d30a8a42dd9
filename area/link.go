package area

import (
	"errors"
	"fmt"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/store"
)

// linkLasts is how long a mailed link opens something.
var linkLasts = map[store.SessionKind]time.Duration{
	store.EmailLink:    24 * time.Hour,
	store.PasswordLink: time.Hour,
}

// linkWaits is how long the mail with a link may wait for the mail server. The link is good for its time from when the mail leaves.
const linkWaits = 36 * time.Hour

// What a link knows.
const (
	linkAddress = "email"
	linkLang    = "lingua"
	linkUsed    = "usato" // its stage once it has opened what it opens
)

// linkLimits bound how many links are tried from one place: nobody can guess one, but every open form is limited.
func linkLimits(from audit.Origin) []store.Limit {
	return []store.Limit{{Key: "link/indirizzo/" + from.Line(), Max: 60, Window: time.Hour}, {Key: "link/rete/" + from.Network(), Max: 600, Window: time.Hour}}
}

// A newLink is one to be mailed.
type newLink struct {
	kind     store.SessionKind
	mail     mail.Kind
	to, lang string
	data     map[string]string
}

// sendLink mails a link in the place of any other of its kind (mission S25).
func (a *Area) sendLink(tx *store.Tx, m member, x newLink) error {
	if err := tx.EndLinks(x.kind, m.reg.ID); err != nil {
		return err
	}
	link := &store.Session{Kind: x.kind, Subject: m.reg.ID, Data: x.data}
	token, err := tx.StartSession(link)
	if err != nil {
		return err
	}
	row, err := a.sealedMail(tx, m, mailing{kind: x.mail, to: x.to, lang: x.lang, expires: tx.Now.Add(linkWaits), link: link}, token)
	if err != nil {
		return err
	}
	return tx.Enqueue(row)
}

// sealedMail is a mail with something that only its reader may know.
func (a *Area) sealedMail(tx *store.Tx, m member, x mailing, secret string) (*store.OutboxMail, error) {
	var err error
	if x.id, err = tx.NewID(); err != nil {
		return nil, err
	}
	if x.sealed, err = a.Sealer.Seal(sealMail+x.id, []byte(secret)); err != nil {
		return nil, fmt.Errorf("seal a link: %w", err)
	}
	return a.mailTo(tx, m, x), nil
}

// link reads a link that can still be used, and whose it is. Error: ErrLink.
func (a *Area) link(tx *store.Tx, kind store.SessionKind, token string) (m member, err error) {
	if m.session, err = tx.Session(kind, token); errors.Is(err, store.ErrNotFound) {
		return m, ErrLink
	} else if err != nil {
		return m, err
	}
	if m.session.Stage == linkUsed || !tx.Now.Before(m.session.CreatedAt.Add(linkLasts[kind])) {
		return m, ErrLink
	}
	if err := a.fill(tx, &m, m.session.Subject); errors.Is(err, ErrLoggedOut) {
		return m, ErrLink
	} else if err != nil {
		return m, err
	}
	return m, nil
}

// useUp ends a link: it opens nothing a second time. A second tab in the same moment gets ErrLink.
func (a *Area) useUp(tx *store.Tx, m member) error {
	if err := tx.ReplaceSession(m.session.Token); !errors.Is(err, store.ErrStale) {
		return err
	}
	return ErrLink
}
