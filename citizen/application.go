package citizen

import (
	"context"
	"errors"
	"slices"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// A Door is what somebody begins at home without being registered.
type Door string

// The doors: data now and identity at a desk (001 §3.1), or weak credentials after a comparison with CIA (001 §3.3).
const (
	Preregistration  Door = "preregistrazione"
	WeakRegistration Door = "registrazione debole"
)

// Offers tells whether a community lets people in by a door on a day.
func (d Door) Offers(c community.Community, day person.Date) bool {
	if !c.Local.Open(day) {
		return false
	}
	if d == Preregistration {
		return c.Online.Preregistration
	}
	return c.Online.Weak
}

// A Page is a step of an application from home.
type Page string

// The pages, in their order. The informativa comes first: who refuses it has told nothing (B04).
const (
	PrivacyPage   Page = "informativa"
	DataPage      Page = "dati"
	ResidencePage Page = "residenza"
	DocumentPage  Page = "documento"
	ContactsPage  Page = "contatti"
	CheckPage     Page = "controllo"
	SentPage      Page = "inviata"
)

// Written are the pages on which something is written.
var Written = []Page{DataPage, ResidencePage, DocumentPage, ContactsPage}

// A Writing is what an application holds while it is written, sealed.
type Writing struct {
	Typed   map[Page]map[string][]string // as last posted, right or wrong
	Done    []Page                       // whose fields are right
	Person  person.Person
	Lang    string
	Privacy ReadText
}

// A ReadText is a version of a text that somebody has read, and when.
type ReadText struct {
	Version, SHA256 string
	At              time.Time
}

// An Application is what somebody writes from home. Its Page is the first that is still to be done.
type Application struct {
	Writing
	Door        Door
	Community   community.Community
	Page        Page
	Number      registration.Number // "" before it is sent
	SentAt      time.Time
	Expires     time.Time // of the link
	Confirmed   bool
	ConfirmedAt time.Time

	kept *store.Application
}

// The refusals of applications.
var (
	ErrNoApplication = errors.New("no application under way")
	ErrNotOffered    = errors.New("the community does not offer this online")
	ErrNotRead       = errors.New("the informativa must be read first")
	ErrLink          = errors.New("link unknown")
	ErrLinkLate      = errors.New("link no longer good")
	ErrMailbox       = errors.New("enough mails to this address for today")
)

// How long things are kept: what is being written, what was sent and not confirmed, the data of the receipt, and the number (decision 0014).
const (
	writingKept   = 3 * time.Hour
	unconfirmed   = 72 * time.Hour
	receiptKept   = 30 * 24 * time.Hour
	numberKept    = 365 * 24 * time.Hour
	mailsOfADay   = 5
	againAfter    = 5 * time.Minute
	settleLease   = 2 * time.Minute
	registryHours = 2 * time.Hour
)

// startLimits bound how many applications are begun, sendLimits how many mails are asked for, from one address and network: every try counts.
func startLimits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "domande/indirizzo/" + from.Line(), Max: 40, Window: time.Hour},
		{Key: "domande/rete/" + from.Network(), Max: 400, Window: time.Hour},
	}
}

func sendLimits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "conferme/indirizzo/" + from.Line(), Max: 20, Window: time.Hour},
		{Key: "conferme/rete/" + from.Network(), Max: 200, Window: time.Hour},
	}
}

// writeLimits bound how often pages are kept, right or wrong.
func writeLimits(from audit.Origin) []store.Limit {
	return []store.Limit{
		{Key: "scritture/indirizzo/" + from.Line(), Max: 400, Window: time.Hour},
		{Key: "scritture/rete/" + from.Network(), Max: 4000, Window: time.Hour},
	}
}

// mailboxLimit keeps anybody from filling somebody else's mailbox with our mails.
func mailboxLimit(email string) store.Limit {
	return store.Limit{Key: "conferme/casella/" + person.Mailbox(email), Max: mailsOfADay, Window: 24 * time.Hour}
}

// within reserves a try under limits. Error: Wait.
func (c *Citizen) within(ctx context.Context, limits ...store.Limit) error {
	wait, err := c.Store.Reserve(ctx, limits...)
	if err == nil && wait > 0 {
		return Wait{For: wait}
	}
	return err
}

// Begin begins an application once the informativa was read, and gives the token for the browser. Errors: ErrNotOffered, Wait.
func (c *Citizen) Begin(ctx context.Context, from audit.Origin, door Door, of community.Community, lang string) (token string, err error) {
	if !door.Offers(of, c.today()) {
		return "", ErrNotOffered
	}
	if err := c.within(ctx, startLimits(from)...); err != nil {
		return "", err
	}
	id, err := c.Store.NewID()
	if err != nil {
		return "", err
	}
	token, hash, err := c.Store.NewToken()
	if err != nil {
		return "", err
	}
	now := c.Store.Now()
	a := Application{kept: &store.Application{ID: id, Realm: of.Realm, Community: of.ID, Door: string(door), State: store.ApplicationOpen, Browser: hash, KeptUntil: now.Add(writingKept)},
		Writing: Writing{Lang: lang, Privacy: ReadText{of.Privacy.Version, of.Privacy.SHA256, now}}}
	if a.kept.Data, err = c.Store.SealedApplication(id, a.Writing); err != nil {
		return "", err
	}
	return token, c.Store.AddApplication(ctx, a.kept)
}

// Application reads what a browser writes at a door. Error: ErrNoApplication.
func (c *Citizen) Application(ctx context.Context, door Door, token string) (a Application, err error) {
	err = c.Store.Read(ctx, func(tx *store.Tx) error {
		kept, err := tx.ApplicationByBrowser(token)
		if err != nil {
			return err
		}
		a, err = c.opened(tx, kept)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && a.Door != door {
		return a, ErrNoApplication
	}
	return a, err
}

// opened reads a row as an application, as of tx.Now.
func (c *Citizen) opened(tx *store.Tx, kept *store.Application) (a Application, err error) {
	a = Application{Door: Door(kept.Door), Number: kept.Number, SentAt: kept.SentAt, Expires: kept.ExpiresAt, kept: kept, ConfirmedAt: kept.ConfirmedAt,
		Confirmed: kept.State == store.ApplicationConfirmed || kept.State == store.ApplicationSettled}
	of, ok := c.Communities.ByID(kept.Community)
	if !ok || !tx.Now.Before(kept.KeptUntil) {
		return a, store.ErrNotFound
	}
	a.Community = of
	if err := c.Store.OpenApplication(kept, &a.Writing); err != nil {
		return a, err
	}
	a.Page = a.next()
	return a, nil
}

// next is the first page that is not yet done.
func (a *Application) next() Page {
	if a.kept.State != store.ApplicationOpen {
		return SentPage
	}
	if a.Privacy.SHA256 != a.Community.Privacy.SHA256 {
		return PrivacyPage // published anew meanwhile
	}
	for _, p := range Written {
		if !slices.Contains(a.Done, p) {
			return p
		}
	}
	return CheckPage
}

// Reaches tells whether a page can be shown: what comes before it is done.
func (a *Application) Reaches(p Page) bool {
	if a.Page == SentPage { // what was sent can still be corrected
		return !a.Confirmed
	}
	order := append([]Page{PrivacyPage}, append(slices.Clone(Written), CheckPage)...)
	return slices.Index(order, p) <= slices.Index(order, a.Page)
}

// A Filled is a page as it was posted: what was typed, and the person with what is right of it put in; nil while something is wrong.
type Filled struct {
	Page   Page
	Typed  map[string][]string
	Person *person.Person
}

// Write keeps a page. What was sent already has to be sent again: the link in the first mail opens nothing any more.
// Errors: ErrNoApplication, store.ErrStale, Wait.
func (c *Citizen) Write(ctx context.Context, from audit.Origin, a Application, in Filled) error {
	if a.Confirmed {
		return ErrNoApplication
	}
	if err := c.within(ctx, writeLimits(from)...); err != nil {
		return err
	}
	if a.Typed == nil {
		a.Typed = map[Page]map[string][]string{}
	}
	a.Typed[in.Page] = in.Typed
	a.Done = slices.DeleteFunc(a.Done, func(p Page) bool { return p == in.Page })
	if in.Person != nil {
		a.Person, a.Done = *in.Person, append(a.Done, in.Page)
	}
	a.kept.State, a.kept.Link, a.kept.KeptUntil = store.ApplicationOpen, "", c.Store.Now().Add(writingKept)
	return c.keepWriting(ctx, a)
}

// Reread notes that the informativa, published anew meanwhile, was read again.
func (c *Citizen) Reread(ctx context.Context, a Application) error {
	a.Privacy = ReadText{a.Community.Privacy.Version, a.Community.Privacy.SHA256, c.Store.Now()}
	return c.keepWriting(ctx, a)
}

func (c *Citizen) keepWriting(ctx context.Context, a Application) (err error) {
	if a.kept.Data, err = c.Store.SealedApplication(a.kept.ID, a.Writing); err != nil {
		return err
	}
	return c.Store.KeepApplication(ctx, a.kept)
}

// Abandon forgets what was written and not confirmed.
func (c *Citizen) Abandon(ctx context.Context, a Application) error {
	return c.Store.DropApplication(ctx, a.kept)
}
