// Package helpdesk is what the back office does without the citizen before it: it decides the requests that a machine must not decide, and
// sends and follows the letters that go by post. One method is one transaction and one audit record.
//
// It triggers and never sees a secret: codes and PINs go to the stored address, to paper that a printing house folds, or to a desk.
package helpdesk

import (
	"io"
	"time"

	"sportello/area"
	"sportello/community"
	"sportello/credential"
	"sportello/desk"
	"sportello/letter"
	"sportello/person"
	"sportello/postroom"
	"sportello/scan"
	"sportello/store"
	"sportello/vault"
)

// A Helpdesk serves the operators of the back office. All fields must be set.
type Helpdesk struct {
	Store       *store.DB
	Desk        *desk.Desk
	Area        *area.Area         // mails links and posts PINs, to who calls
	Postroom    *postroom.Postroom // sends lost letters again
	Communities community.Set
	Places      *person.Places
	Hasher      *credential.Hasher
	Sealer      vault.Sealer
	Letters     *letter.Writer
	Scans       *scan.Renderer // draws what people have sent
	Rand        io.Reader
	Zone        *time.Location
	Addresses   community.Addresses // of the pages that letters and mails send people to
	MailDomain  string              // right side of Message-IDs
	MailQueued  func()              // called after an act has queued a mail
}
