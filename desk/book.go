package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// ErrMoveFirst means that the citizen lives where the ente is not competent: Cambio residenza comes first (G10). It is an
// office.ErrCompetence.
var ErrMoveFirst = fmt.Errorf("the citizen lives elsewhere: %w", office.ErrCompetence)

// ErrOvertaken means that the registration has changed since the operation was chosen: another desk, or the citizen, was faster.
var ErrOvertaken = errors.New("the registration has changed since the operation was chosen")

// A Visit is who has come to the desk for a booking, and what the operator has checked (mission S26).
type Visit struct {
	Delegation   *registration.Delegation
	Checks       registration.Checks
	Emancipation string // the act, for someone under age (mission S13)
}

// A Sight is what of a registration an operator decides upon: a booking that finds anything else is stale.
type Sight struct {
	Version int
	Pending string // id of the operation in progress
}

// A Booking is a form of Prenota under way, and the registration that it is about as it is now (001 §5.2.5).
type Booking struct {
	ID     string `json:"-"`
	Number registration.Number
	Kind   registration.Kind // "" until one is chosen
	Seen   Sight             // when it was chosen
	Typed  map[string][]string
	Visit  *Visit              // once its form was complete
	Answer registration.Number `json:"-"` // once it is booked

	File    `json:"-"`
	Options []Option `json:"-"`
	Missing []Remark `json:"-"` // from the citizen's data: nothing is booked before (001 §5.2.5.1)
	Young   bool     `json:"-"` // under the community's age (mission S13)

	kept store.Draft
}

// An Option is an operation that the table has for a registration, and why this ente may not book it, if so.
type Option struct {
	Rule    registration.Rule
	Refusal error // registration.ErrNotEntitled
}

// Pending is the operation in progress, or nil.
func (f File) Pending() *registration.Operation {
	if f.Operation == nil || f.Operation.Outcome != registration.Pending {
		return nil
	}
	return f.Operation
}

// Stale tells whether the registration is another than when the operation was chosen.
func (b Booking) Stale() bool { return b.Seen != sightOf(b.File) }

func sightOf(f File) Sight {
	s := Sight{Version: f.Registration.Version}
	if op := f.Pending(); op != nil {
		s.Pending = op.ID
	}
	return s
}

// BeginBooking opens Prenota for a registration: it is recorded as read, and a form begins unless data are missing (H09).
// Errors: those of Book, but ErrIncomplete.
func (d *Desk) BeginBooking(ctx context.Context, who Who, n registration.Number) (b Booking, err error) {
	err = d.Store.Act(ctx, who.record(audit.OpenDetail), func(tx *store.Tx) error {
		b = Booking{Number: n}
		if err := d.bookable(tx, who, &b); err != nil {
			return err
		}
		b.Seen = sightOf(b.File)
		if len(b.Missing) > 0 {
			return nil
		}
		b.ID, err = d.begin(tx, who, b)
		return err
	})
	return b, err
}

// Booking reads a form under way, with the registration as it is now. Only the operator who began it, for the same ente, finds it.
func (d *Desk) Booking(ctx context.Context, who Who, id string) (Booking, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (Booking, error) { return d.openBooking(tx, who, id) })
}

func (d *Desk) openBooking(tx *store.Tx, who Who, id string) (b Booking, err error) {
	kept, err := d.reopen(tx, who, id, &b)
	if err != nil {
		return Booking{}, err
	}
	b.ID, b.Answer, b.kept = id, registration.Number(kept.Answer), *kept
	if b.Answer != "" {
		return b, nil
	}
	return b, d.bookable(tx, who, &b)
}

// bookable reads the registration that a booking is about, and checks that this operator may book on it.
func (d *Desk) bookable(tx *store.Tx, who Who, b *Booking) error {
	r, err := tx.RegistrationByNumber(b.Number)
	if err != nil {
		return err
	}
	if r.Realm != who.Ente.Realm {
		return store.ErrNotFound
	}
	if b.File, err = d.file(tx, r.ID); err != nil {
		return err
	}
	if tx.Record != nil {
		tx.Record.Registration, tx.Record.PersonMAC = r.ID, tx.PersonMAC(b.Person.TaxCode)
	}
	if err := errors.Join(who.May(office.BookOperation, tx.Now), who.MayServe(b.Person.TaxCode), notDelegate(who, b.Pending()), r.Allows(registration.Book, b.Pending())); err != nil {
		return err
	}
	if err := who.MayPlace(b.Person.Residence.Province, b.Person.Residence.Comune); err != nil {
		return ErrMoveFirst
	}
	if tx.Record != nil { // in an act: the refusal is recorded
		if err := d.paused(tx, who, b.File, b.Kind); err != nil {
			return err
		}
	}
	b.Options, b.Missing = d.openTo(b.Community, OptionsOf(who.Ente, *r), tx.Now), d.missing(who, b.File, tx.Now)
	if len(b.Options) == 0 && !b.Community.Local.Open(d.today(tx.Now)) {
		return community.ErrNoLocal
	}
	b.Young = tooYoung(b.Person, b.Community, d.today(tx.Now))
	return nil
}

// openTo leaves of the options only the revocation where the community's own credentials have ended (N05).
func (d *Desk) openTo(of community.Community, options []Option, now time.Time) []Option {
	if of.Local.Open(d.today(now)) {
		return options
	}
	return slices.DeleteFunc(options, func(o Option) bool { return o.Rule.Kind != registration.Revocation })
}

// OptionsOf are the operations that the table has for a registration. Where credentials are not strong, an ente that issues weak ones
// does the weak riscontro (mission S3).
func OptionsOf(e office.Ente, r registration.Registration) []Option {
	var options []Option
	for _, k := range r.Bookable() {
		if k == registration.StrongVerification && !r.Strong {
			k = kindAt(e)
		}
		var o Option
		o.Rule, o.Refusal = r.Check(&registration.Operation{Kind: k, Entitled: e.Issues == office.IssuesStrong})
		if o.Refusal != nil {
			o.Rule, _ = r.Check(&registration.Operation{Kind: k, Entitled: true}) // what it would be elsewhere
		}
		options = append(options, o)
	}
	return options
}

// missing is what the citizen's data lack for any operation, one remark for each field (001 §5.2.5.1, H10, H11).
func (d *Desk) missing(who Who, f File, now time.Time) []Remark {
	p := f.Person
	var r Review
	for _, x := range []struct {
		value string
		field Field
		text  string
	}{
		{string(p.BirthDate), BirthField, "Manca la data di nascita."},
		{string(p.Sex), SexField, "Manca il sesso."},
		{p.Residence.Address, AddressField, "Manca l'indirizzo di residenza."},
		{p.Residence.Number, CivicField, "Manca il numero civico; SNC se non c'è."},
	} {
		r.problem(x.value == "", x.field, x.text)
	}
	r.data(who, Entry{Person: p}, f.Community, d.today(now))
	var first []Remark
	for _, x := range r.Problems {
		again := slices.ContainsFunc(first, func(y Remark) bool { return y.Field == x.Field })
		if !again && x.Field != EmancipationField && x.Field != MismatchField { // of the visit, and of the registration
			first = append(first, x)
		}
	}
	return first
}

// Choose keeps the operation that was chosen, and what the registration was then. Errors: ErrIncomplete, registration.ErrNotEntitled,
// registration.ErrNotAllowed, store.ErrStale.
func (d *Desk) Choose(ctx context.Context, b Booking, k registration.Kind) error {
	if len(b.Missing) > 0 {
		return ErrIncomplete
	}
	i := slices.IndexFunc(b.Options, func(o Option) bool { return o.Rule.Kind == k })
	if i < 0 {
		return registration.ErrNotAllowed
	}
	if b.Options[i].Refusal != nil {
		return b.Options[i].Refusal
	}
	b.Kind, b.Seen = k, sightOf(b.File)
	return d.keep(ctx, &b.kept, b)
}

// KeepVisit keeps what was typed of the visit, right or wrong, so that nothing is lost. v is nil while the form is not complete.
func (d *Desk) KeepVisit(ctx context.Context, b Booking, typed map[string][]string, v *Visit) error {
	b.Typed, b.Visit = typed, v
	return d.keep(ctx, &b.kept, b)
}

// ReviewVisit says what the rules have against a visit, but for the delegate: see ReviewDelegation.
func (d *Desk) ReviewVisit(b Booking, v Visit) Review {
	var r Review
	r.problem(b.Young && b.Kind != registration.Revocation && strings.TrimSpace(v.Emancipation) == "", EmancipationField, underAge)
	r.checks(Entry{Person: b.Person, Delegation: v.Delegation, Checks: v.Checks})
	return r
}

// Book books the chosen operation in place of any other: the codes of that one die, its mail is not sent, and new ones are handed
// over, all or nothing (H05, 001 §5.2.5). The same form sent again gets the answer of the first time.
// Errors: ErrIncomplete when data, visit or choice are not whole, ErrOvertaken, ErrUnprinted when the operator has papers to print, ErrMoveFirst, ErrClosing, office.ErrForbidden, office.ErrStaleLogin, office.ErrSelf,
// registration.ErrNotAllowed, registration.ErrNotEntitled.
func (d *Desk) Book(ctx context.Context, who Who, id string) (number registration.Number, err error) {
	b, err := d.Booking(ctx, who, id)
	if err != nil || b.Answer != "" {
		return b.Answer, err
	}
	codes, err := d.draw(b.Community, handed(b.Kind, who.Ente))
	if err != nil {
		return "", err
	}
	book := func(tx *store.Tx) (err error) {
		number, err = d.bookOnce(tx, who, id, codes)
		return err
	}
	err = d.Store.Act(ctx, who.record(audit.BookOperation), book)
	if errors.Is(err, store.ErrConflict) || errors.Is(err, store.ErrStale) { // the same form, or another desk, in the same moment: now it can be seen
		err = d.Store.Act(ctx, who.record(audit.BookOperation), book)
	}
	if err == nil {
		d.MailQueued()
	}
	return number, err
}

func (d *Desk) bookOnce(tx *store.Tx, who Who, id string, codes secrets) (registration.Number, error) {
	b, err := d.openBooking(tx, who, id)
	if err != nil {
		return "", err
	}
	if b.Answer != "" {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return b.Answer, nil
	}
	if err := tx.SaveDraft(&b.kept); err != nil { // the same form sent twice at once waits here
		return "", err
	}
	if err := d.mayBook(tx, who, b); err != nil {
		return "", err
	}
	op, err := d.replace(tx, who, b)
	if err != nil {
		return "", err
	}
	if err := errors.Join(d.handOver(tx, b.Community, op, codes), d.mailCode(tx, who, &b.Person, &b.Registration, op, codes)); err != nil {
		return "", err
	}
	b.kept.Data, b.kept.Answer = []byte{}, string(b.Number)
	tx.Record.Operation, tx.Record.Detail = op.ID, map[string]string{"operazione": string(op.Kind)}
	if g := op.Delegation; g != nil && g.Reason != "" {
		tx.Record.Detail["delegato abituale"] = g.Reason
	}
	return b.Number, tx.SaveDraft(&b.kept)
}

// mayBook checks what Booking has not.
func (d *Desk) mayBook(tx *store.Tx, who Who, b Booking) error {
	if b.Kind == "" || b.Visit == nil || len(b.Missing) > 0 {
		return ErrIncomplete
	}
	if b.Stale() {
		return ErrOvertaken
	}
	if len(d.ReviewVisit(b, *b.Visit).Problems) > 0 {
		return ErrIncomplete
	}
	if b.Registration.State == registration.Registered && b.Kind != registration.Revocation { // who wrote from home: the old account ends first (mission S12)
		if err := stillClosing(tx, b.Person.TaxCode); err != nil {
			return err
		}
	}
	gate, err := d.openGate(tx, who)
	if gate != "" {
		err = ErrUnprinted
	}
	return errors.Join(err, d.admit(tx, who, b.Person.TaxCode, b.Visit.Delegation))
}

// replace books the operation and ends the one in progress.
func (d *Desk) replace(tx *store.Tx, who Who, b Booking) (*registration.Operation, error) {
	id, err := tx.NewID()
	if err != nil {
		return nil, err
	}
	var pending []*registration.Operation
	if op := b.Pending(); op != nil {
		pending = append(pending, op)
	}
	op := &registration.Operation{ID: id, Kind: b.Kind, BookedAt: tx.Now, Operator: who.Operator.ID, Ente: who.Ente.ID,
		Entitled: who.Ente.Issues == office.IssuesStrong, Checks: b.Visit.Checks, Emancipation: b.Visit.Emancipation, Delegation: b.Visit.Delegation}
	if _, err := b.Registration.Book(op, pending); err != nil {
		return nil, err
	}
	if err := tx.SaveRegistration(&b.Registration); err != nil { // another desk in the same moment waits here
		return nil, err
	}
	for _, old := range pending {
		if err := discard(tx, old, old.CloseReason); err != nil {
			return nil, err
		}
	}
	return op, tx.AddOperation(op)
}
