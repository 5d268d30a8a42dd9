package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// The refusals of Rigenera codice.
var (
	ErrNoPIN    = errors.New("there is no PIN to go with a code")
	ErrDeskOpen = errors.New("the desk that booked has papers to print")
	ErrMailbox  = errors.New("the code would go to the operator's own mailbox")
	ErrNoEmail  = errors.New("there is no address to mail a code to")

	ErrRenewedLately = errors.New("a new code was made a short time ago")
)

// A Renewal is Rigenera codice attivazione for one registration (001 §5.3): a new code for the operation in progress, under the PIN that the
// citizen has. Its desk is another than that of the booking: who renews prints and ends it.
type Renewal struct {
	ID        string `json:"-"`
	Number    registration.Number
	Operation string    `json:"renewed"` // id
	Before    time.Time // when its code was last renewed, as the form was opened
	Done      bool      `json:"-"`

	File   `json:"-"`
	By     string `json:"-"` // id of the operator who renewed
	Open   bool   `json:"-"` // the new code can be printed
	Prints int    `json:"-"` // of the new code's letter
	kept   store.Draft
}

// Unprinted tells whether the letter has to be printed before anything else: without e-mail it is the only way (E05).
func (r Renewal) Unprinted() bool { return r.Open && !r.HasEmail() && r.Prints == 0 }

// BeginRenewal opens Rigenera codice. Reading it is recorded. Errors: those of Renew.
func (d *Desk) BeginRenewal(ctx context.Context, who Who, n registration.Number) (id string, err error) {
	record := who.record(audit.OpenDetail)
	record.Detail = map[string]string{"per": string(audit.RegenerateCode)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		r := Renewal{Number: n}
		h, _, err := d.renewable(tx, who, &r)
		if err != nil {
			return err
		}
		r.Operation, r.Before = r.File.Operation.ID, h.RenewedAt
		id, err = d.begin(tx, who, r)
		return err
	})
	return id, err
}

// renewable reads what a renewal is about, and checks that this operator may make a new code.
func (d *Desk) renewable(tx *store.Tx, who Who, r *Renewal) (*credential.Handover, codeSort, error) {
	s, err := d.serve(tx, who, audit.RegenerateCode, r.Number)
	if err != nil {
		return nil, codeSort{}, err
	}
	return d.renewableFor(tx, who, s, r)
}

// renewableFor is renewable for a citizen who may be served.
func (d *Desk) renewableFor(tx *store.Tx, who Who, s served, r *Renewal) (_ *credential.Handover, _ codeSort, err error) {
	if r.File, err = d.file(tx, s.reg.ID); err != nil {
		return nil, codeSort{}, err
	}
	op := r.File.Operation
	if op != nil && op.Outcome != registration.Pending {
		op = nil
	}
	if err := s.reg.Allows(registration.RegenerateCode, op); err != nil {
		return nil, codeSort{}, err
	}
	if op == nil {
		return nil, codeSort{}, ErrNoPIN
	}
	tx.Record.Operation = op.ID
	if err := mayServe(who, r.File); err != nil {
		return nil, codeSort{}, err
	}
	if op.Kind != registration.Revocation {
		if err := r.File.Community.Local.MayUse(d.today(tx.Now)); err != nil {
			return nil, codeSort{}, err
		}
	}
	sort, ok := codeIn(handed(op.Kind, who.Ente))
	weak := who.Ente.Issues != office.IssuesStrong && op.Kind != registration.Revocation
	if !ok || weak && (op.Entitled || s.reg.Strong) {
		return nil, sort, registration.ErrNotEntitled
	}
	if len(r.File.Unprinted) > 0 {
		return nil, sort, ErrDeskOpen
	}
	if err := errors.Join(mayRenew(who, r.File), d.paused(tx, who, r.File, op.Kind)); err != nil {
		return nil, sort, err
	}
	h, err := tx.Handover(op.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && h.PIN == "" && sort.effect == registration.IssueActivationCode {
		return nil, sort, ErrNoPIN
	}
	return h, sort, err
}

// mayRenew keeps PIN and code apart (mission S19): no code goes to the mailbox of who makes it, and where the community asks for four eyes who booked,
// and so held the PIN, makes it anew for the mailbox alone that has had it before.
func mayRenew(who Who, f File) error {
	email := f.Person.Contacts.Email
	if sameMailbox(email, who.Operator.Email) {
		return ErrMailbox
	}
	had := slices.ContainsFunc(f.Mails, func(m Mail) bool { return !m.SentAt.IsZero() && strings.EqualFold(m.To, email) })
	if f.FourEyes() && f.Operation.Operator == who.Operator.ID && !had {
		return ErrFourEyes
	}
	return nil
}

// Renewal reads a form of Rigenera codice under way. Only the operator who began it, for the same ente, finds it. Error: store.ErrNotFound.
func (d *Desk) Renewal(ctx context.Context, who Who, id string) (Renewal, error) {
	return store.Look(ctx, d.Store, func(tx *store.Tx) (Renewal, error) { return d.openRenewal(tx, who, id) })
}

func (d *Desk) openRenewal(tx *store.Tx, who Who, id string) (r Renewal, err error) {
	kept, err := d.reopen(tx, who, id, &r)
	if err != nil {
		return Renewal{}, err
	}
	r.ID, r.kept = id, *kept
	if kept.Answer != "" {
		r.Number, r.Done = registration.Number(kept.Answer), true
		return r, nil
	}
	if r.Operation == "" { // a form of another kind
		return Renewal{}, store.ErrNotFound
	}
	reg, err := tx.RegistrationByNumber(r.Number)
	if err != nil {
		return Renewal{}, err
	}
	r.File, err = d.file(tx, reg.ID)
	return r, err
}

// Renew makes a new code for the operation in progress, or its first: the old one dies, tries begin anew, the PIN stays (E14), and the mail leaves if
// there is an address. The same form sent again changes nothing.
// Errors: those of Serve, registration.ErrNoOperation, registration.ErrNotEntitled, ErrNoPIN, ErrDeskOpen, ErrIncomplete when a check of the desk is missing, ErrChanged.
func (d *Desk) Renew(ctx context.Context, who Who, id string, checks registration.Checks) error {
	done := func() (bool, error) {
		r, err := d.Renewal(ctx, who, id)
		return r.Done, err
	}
	err := d.once(ctx, who.record(audit.RegenerateCode), done, func(tx *store.Tx) error { return d.renew(tx, who, id, checks) })
	if err == nil {
		d.MailQueued()
	}
	return err
}

func (d *Desk) renew(tx *store.Tx, who Who, id string, checks registration.Checks) error {
	r, err := d.openRenewal(tx, who, id)
	if err != nil {
		return err
	}
	if r.Done {
		tx.Record.Detail = map[string]string{"modulo": "già inviato"}
		return nil
	}
	if err := tx.SaveDraft(&r.kept); err != nil { // the same form sent twice at once waits here
		return err
	}
	h, sort, err := d.renewable(tx, who, &r)
	switch {
	case err != nil:
		return err
	case r.File.Operation.ID != r.Operation || !h.RenewedAt.Equal(r.Before):
		return ErrChanged
	case !checks.Document || !checks.HealthCard || !checks.InPerson || !checks.PrivacyNotice:
		return ErrIncomplete
	}
	if r.File.Handover() {
		if err := d.conclude(tx, r.File); err != nil {
			return err
		}
		if h, err = tx.Handover(r.Operation); err != nil {
			return err
		}
	}
	tx.Record.Detail = map[string]string{"controlli": list([]Field{SeenDocument, SeenCard, InPerson, ShownPrivacy})}
	if err := d.newCode(tx, who, r.File, h, sort); err != nil {
		return err
	}
	r.kept.Data, r.kept.Answer = []byte{}, string(r.Number)
	return tx.SaveDraft(&r.kept)
}

// byMailEvery is the least time between two codes that the helpdesk sends to one person.
const byMailEvery = 24 * time.Hour

// RenewByMail makes a new code for the operation in progress and mails it to the stored address, as part of an act of the helpdesk (001 §5.3.1):
// nobody at a desk sees or prints it. Errors: those of Renew, office.ErrForbidden, ErrNoEmail, ErrRenewedLately.
func (d *Desk) RenewByMail(tx *store.Tx, who Who, n registration.Number) error {
	r := Renewal{Number: n}
	s, err := d.serveFor(tx, who, service{office.HandleRequests, live, false}, n)
	if err != nil {
		return err
	}
	h, sort, err := d.renewableFor(tx, who, s, &r)
	switch {
	case err != nil:
		return err
	case !r.HasEmail():
		return ErrNoEmail
	case tx.Now.Sub(h.RenewedAt) < byMailEvery:
		return ErrRenewedLately
	}
	if r.File.Handover() {
		if err := d.conclude(tx, r.File); err != nil {
			return err
		}
		if h, err = tx.Handover(r.File.Operation.ID); err != nil {
			return err
		}
	}
	if err := d.newCode(tx, who, r.File, h, sort); err != nil {
		return err
	}
	return endRenewal(tx, h)
}

// newCode puts a new code in the place of a handover's, and mails it.
func (d *Desk) newCode(tx *store.Tx, who Who, f File, h *credential.Handover, sort codeSort) error {
	s, err := d.draw(f.Community, sort.effect)
	if err != nil {
		return err
	}
	if h.SealedCode, err = d.sealedSecret(sealCode(h.Operation), s.code); err != nil {
		return err
	}
	h.Code, h.Tries, h.CodeExpiresAt = s.codeHash, 0, d.expiry(tx.Now, s.validDays)
	h.RenewedBy, h.RenewedEnte, h.RenewedAt, h.RenewedPrints = who.Operator.ID, who.Ente.ID, tx.Now, 0
	return errors.Join(tx.DropMails(h.Operation), shut(tx, h.Operation), tx.SaveHandover(h), d.mailCode(tx, who, &f.Person, &f.Registration, f.Operation, s))
}
