package citizen

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/request"
	"sportello/store"
)

// An Asking is a request for credentials that is not complete, or just was.
type Asking struct {
	request.Asked
	Community community.Community
	Ente      string // name of the Gestore to whom it goes
	Until     time.Time
	Second    string // second part of the PIN, until it is noted
	Documents []store.Document
	Sent      bool

	kept *store.CredentialRequest
}

// The purposes of what is kept with requests: for credentials, or for another first password.
const (
	forCredentials = "credenziali"
	forPassword    = "password di primo accesso"
)

// The refusals of requests to an ente.
var (
	ErrNoAsking   = errors.New("no request under way")
	ErrNotAsked   = errors.New("the community takes no requests")
	ErrNoEnte     = errors.New("not an ente that takes requests")
	ErrNoProof    = errors.New("no document was sent")
	ErrEnough     = errors.New("enough documents were sent")
	ErrAskedAlike = errors.New("the request is complete already")
)

// askLimits bound requests by address, network and mailbox: every one counts, whatever comes of it. None stops a person because of what others did with
// their tax code (docs/decisions/0014).
func askLimits(from audit.Origin, p person.Person) []store.Limit {
	return []store.Limit{
		{Key: "richieste/indirizzo/" + from.Line(), Max: 10, Window: time.Hour},
		{Key: "richieste/rete/" + from.Network(), Max: 100, Window: time.Hour},
		{Key: "richieste/casella/" + strings.ToLower(p.Contacts.Email), Max: 5, Window: 24 * time.Hour},
	}
}

func (c *Citizen) reserveTries(ctx context.Context, limits ...store.Limit) error {
	wait, err := c.Store.Reserve(ctx, limits...)
	if err == nil && wait > 0 {
		return Wait{For: wait}
	}
	return err
}

// EntiOf are the enti to which a request can be addressed (O09): its own, whose mandate has not ended.
func (c *Citizen) EntiOf(ctx context.Context, of community.Community) (list []office.Ente, err error) {
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		all, err := tx.Enti()
		for _, e := range all {
			if c.takesRequests(*e, of) {
				list = append(list, *e)
			}
		}
		return err
	})
	return list, err
}

func (c *Citizen) takesRequests(e office.Ente, of community.Community) bool {
	return e.Realm == of.Realm && e.Community == of.ID && e.Appointed(person.DateOf(c.Store.Now().In(c.Zone))) == nil
}

// NewAsking draws the token that a page's form carries: sent twice it makes one request.
func (c *Citizen) NewAsking() (token string, err error) { return c.Store.DrawToken() }

// Ask keeps a request and mails the first part of the PIN (003 Fase 1). It looks nobody up: it costs and answers the same for whoever is registered.
// Errors: ErrNotAsked, ErrNoEnte, Wait.
func (c *Citizen) Ask(ctx context.Context, from audit.Origin, token string, of community.Community, enteID string, in request.Asked) error {
	if !of.EnteRequest.Offered {
		return ErrNotAsked
	}
	if err := c.reserveTries(ctx, askLimits(from, in.Person)...); err != nil {
		return err
	}
	pin, err := credential.Draw(of.Codes.PIN, c.Rand)
	if err != nil {
		return err
	}
	if in.PIN, err = c.Hasher.Hash(credential.PurposePIN, pin); err != nil {
		return err
	}
	first := of.EnteRequest.PINByMail
	kept, link, err := c.newRequest(of, token, in)
	if err != nil {
		return err
	}
	kept.Ente = enteID
	if kept.Second, err = c.Store.SealFor(kept, "pin", []byte(pin[first:])); err != nil {
		return err
	}
	record := from.Begin(audit.AskCredentials, audit.Unknown, "")
	record.PersonMAC, record.Ente = c.Store.PersonMAC(in.Person.TaxCode), enteID
	err = c.Store.Act(ctx, record, func(tx *store.Tx) error {
		e, err := tx.Ente(enteID)
		if err != nil || !c.takesRequests(*e, of) {
			return ErrNoEnte
		}
		return errors.Join(tx.AddCredentialRequest(kept),
			c.mailAsked(tx, kept, in, mail.RequestPIN, pin[:first]), c.mailAsked(tx, kept, in, mail.RequestLink, link))
	})
	if errors.Is(err, store.ErrConflict) {
		return nil // the same form, sent again
	}
	if err == nil {
		c.MailQueued()
	}
	return err
}

// newRequest makes the row of a request, with a link for the mail.
func (c *Citizen) newRequest(of community.Community, token string, in request.Asked) (kept *store.CredentialRequest, link string, err error) {
	id, err := c.Store.NewID()
	if err != nil {
		return nil, "", err
	}
	if link, err = c.Store.DrawToken(); err != nil {
		return nil, "", err
	}
	kept = &store.CredentialRequest{ID: id, Realm: of.Realm, Community: of.ID, Purpose: forCredentials, State: store.RequestStarted,
		Browser: store.TokenHash(token), Link: store.TokenHash(link), KeptUntil: c.Store.Now().Add(time.Duration(of.EnteRequest.OpenHours) * time.Hour)}
	if err := c.Store.DrawKey(kept); err != nil {
		return nil, "", err
	}
	return kept, link, c.Store.SealData(kept, in)
}

// mailAsked queues a mail to the address that was typed; what it carries is sealed.
func (c *Citizen) mailAsked(tx *store.Tx, kept *store.CredentialRequest, in request.Asked, kind mail.Kind, code string) error {
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	m := store.OutboxMail{ID: id, Kind: string(kind), Community: kept.Community, Registration: kept.Registration, Operation: kept.ID, To: in.Person.Contacts.Email, Lang: in.Lang,
		MessageID: id + "@" + c.MailDomain, ExpiresAt: kept.KeptUntil, Data: map[string]string{mail.DataName: in.Person.FullName()}}
	if e, err := tx.Ente(kept.Ente); err == nil {
		m.Data[mail.DataEnte] = e.Name
	}
	if code != "" {
		m.SealContext = "outbox/" + id
		if m.SealedCode, err = c.Sealer.Seal(m.SealContext, []byte(code)); err != nil {
			return err
		}
	}
	return tx.Enqueue(&m)
}

// Asking reads what a browser has under way. Error: ErrNoAsking.
func (c *Citizen) Asking(ctx context.Context, token string) (Asking, error) {
	if token == "" {
		return Asking{}, ErrNoAsking
	}
	return c.readAsking(ctx, func(tx *store.Tx) (*store.CredentialRequest, error) { return tx.CredentialRequestByBrowser(token) })
}

func (c *Citizen) readAsking(ctx context.Context, find func(*store.Tx) (*store.CredentialRequest, error)) (Asking, error) {
	a, err := store.Look(ctx, c.Store, func(tx *store.Tx) (Asking, error) {
		kept, err := find(tx)
		if err != nil {
			return Asking{}, err
		}
		return c.openAsking(tx, kept)
	})
	if errors.Is(err, store.ErrNotFound) {
		return a, ErrNoAsking
	}
	return a, err
}

// openAsking reads a request with its documents; one whose time is over is not found.
func (c *Citizen) openAsking(tx *store.Tx, kept *store.CredentialRequest) (a Asking, err error) {
	of, ok := c.Communities.ByID(kept.Community)
	if !ok || kept.Realm != c.Realm || kept.Purpose != forCredentials || !tx.Now.Before(kept.KeptUntil) {
		return a, store.ErrNotFound
	}
	a = Asking{Community: of, Until: kept.KeptUntil, Sent: kept.State != store.RequestStarted, kept: kept}
	if err := c.Store.OpenData(kept, &a.Asked); err != nil {
		return a, err
	}
	if e, err := tx.Ente(kept.Ente); err == nil {
		a.Ente = e.Name
	}
	if kept.Second != nil {
		second, err := c.Store.OpenFor(kept, "pin", kept.Second)
		if err != nil {
			return a, err
		}
		a.Second = string(second)
	}
	a.Documents, err = tx.Documents(kept.ID)
	return a, err
}

// SentKinds are what a document may be (003 Fase 2), as they are kept and shown.
var SentKinds = []string{"carta d'identità", "patente di guida", "permesso di soggiorno", "altro"}

// ErrKind refuses a kind that is not in the list.
var ErrKind = errors.New("not a kind of document that is asked for")

func knownKind(kind string) error {
	if !slices.Contains(SentKinds, kind) {
		return ErrKind
	}
	return nil
}
