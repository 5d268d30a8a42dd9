package postroom

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
	"sportello/postal"
	"sportello/store"
)

// errDone refuses what this day, or somebody else, has done already.
var errDone = errors.New("done already")

// Watch queues today's test letter of each community that has an address for it, and tells the administrators of those that nobody has confirmed in
// time (Y07), and the responsabili of runs that nobody has confirmed. It is called again and again.
func (p *Postroom) Watch(ctx context.Context) error {
	var err error
	for _, id := range p.Communities.IDs() {
		c, _ := p.Communities.ByID(id)
		if len(c.Post.TestAddress) > 0 {
			err = errors.Join(err, p.queueTest(ctx, c), p.alarm(ctx, c))
		}
		err = errors.Join(err, p.alarmRuns(ctx, c))
	}
	return err
}

func (p *Postroom) queueTest(ctx context.Context, c community.Community) error {
	if due, err := p.testDue(ctx, c); err != nil || !due {
		return err
	}
	code, err := credential.Draw(c.Codes.Activation, p.Rand)
	if err != nil {
		return err
	}
	record := Console().record(audit.RunPost)
	record.Detail["passo"] = "lettera di prova"
	err = p.Store.Act(ctx, record, func(tx *store.Tx) error {
		if today, err := p.hasToday(tx, c); err != nil || today {
			return errors.Join(err, errDone)
		}
		l := &postal.Letter{Community: c.ID, Lang: "it", Secret: p.Hasher.CodeMAC(credential.PurposeTestLetter, code),
			Address: postal.Address{Name: c.Post.TestAddress[0], Lines: c.Post.TestAddress, Fault: postal.FaultOf(c.Post.TestAddress, false)}}
		return tx.QueueTest(l, code)
	})
	if errors.Is(err, errDone) {
		return nil
	}
	return err
}

func (p *Postroom) testDue(ctx context.Context, c community.Community) (due bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		today, err := p.hasToday(tx, c)
		due = !today
		return err
	})
	return due, err
}

// hasToday tells whether the community has had its test letter of this day.
func (p *Postroom) hasToday(tx *store.Tx, c community.Community) (bool, error) {
	last, err := tx.TestLetters(c.ID, 1)
	if err != nil || len(last) == 0 {
		return false, err
	}
	return p.day(last[0].CreatedAt) == p.day(tx.Now), nil
}

func (p *Postroom) day(t time.Time) string { return t.In(p.Zone).Format(time.DateOnly) }

// watched is how many test letters are looked at: those before have long been told.
const watched = 120

// Late tells whether nobody has confirmed a test letter within the policy's days. Days in which no run took it along count too: nothing arrives either.
func Late(l *postal.Letter, policy community.Post, now time.Time) bool {
	return l.State != postal.Delivered && l.State != postal.Superseded && !now.Before(l.CreatedAt.AddDate(0, 0, policy.TestDays))
}

// Overdue are the test letters of a community that are late, the newest first. Once one that was queued later has been confirmed, letters arrive
// again and those before are late no more.
func Overdue(tests []*postal.Letter, policy community.Post, now time.Time) (late []*postal.Letter) {
	for _, l := range tests {
		if l.State == postal.Delivered {
			return late
		}
		if Late(l, policy, now) {
			late = append(late, l)
		}
	}
	return late
}

func (p *Postroom) overdue(tx *store.Tx, c community.Community) ([]*postal.Letter, error) {
	tests, err := tx.TestLetters(c.ID, watched)
	return Overdue(tests, c.Post, tx.Now), err
}

// alarm writes to the administrators, once a day at most, as long as test letters are late.
func (p *Postroom) alarm(ctx context.Context, c community.Community) error {
	late, err := p.unalarmed(ctx, c)
	if err != nil || !late {
		return err
	}
	record := Console().record(audit.RunPost)
	record.Detail["passo"], record.Detail["community"] = "allarme lettera di prova", string(c.ID)
	err = p.Store.Act(ctx, record, func(tx *store.Tx) error {
		late, err := p.overdue(tx, c)
		if err != nil || len(late) == 0 || !late[0].AlarmedAt.IsZero() {
			return errors.Join(err, errDone)
		}
		late[0].AlarmedAt = tx.Now
		return errors.Join(tx.SaveLetter(late[0]), p.tellStaff(tx, c, []office.Role{office.Administrator, office.Helpdesk}, mail.TestLetterLate, late[0].Number.String()))
	})
	switch {
	case err == nil:
		p.MailQueued()
		p.Log.Error("le lettere di prova non arrivano", "community", string(c.ID))
	case errors.Is(err, errDone), errors.Is(err, store.ErrStale):
		return nil
	}
	return err
}

func (p *Postroom) unalarmed(ctx context.Context, c community.Community) (due bool, err error) {
	err = p.Store.Read(ctx, func(tx *store.Tx) error {
		late, err := p.overdue(tx, c)
		due = len(late) > 0 && late[0].AlarmedAt.IsZero()
		return err
	})
	return due, err
}

// tellStaff queues a mail about a letter or a run, by its number, to whoever has one of some roles at an ente of the realm.
func (p *Postroom) tellStaff(tx *store.Tx, c community.Community, roles []office.Role, kind mail.Kind, number string) error {
	enti, err := tx.Enti()
	if err != nil {
		return err
	}
	realm := map[string]bool{}
	for _, e := range enti {
		realm[e.ID] = e.Realm == c.Realm
	}
	operators, err := tx.Operators()
	for _, o := range operators {
		watches := slices.ContainsFunc(o.Posts, func(post office.Post) bool { return realm[post.Ente] && slices.Contains(roles, post.Role) })
		if o.Email == "" || !o.DisabledAt.IsZero() || !watches {
			continue
		}
		id, failed := tx.NewID()
		err = errors.Join(err, failed, tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: c.ID, To: o.Email, Lang: "it", MessageID: id + "@" + p.MailDomain,
			ExpiresAt: tx.Now.AddDate(0, 0, 3), Data: map[string]string{mail.DataName: o.FullName(), mail.DataNumber: number}}))
	}
	return err
}

// ConfirmTest notes that a test letter has come, by the code that is printed on it. Errors: those of Begin, ErrNoCode, and store.Wait after too many
// wrong ones.
func (p *Postroom) ConfirmTest(ctx context.Context, who Who, code string) (n postal.Number, err error) {
	limit := store.Limit{Key: "lettera di prova/" + who.Operator.ID, Max: 10, Window: time.Hour}
	err = p.Store.Act(ctx, who.record(audit.ConfirmTest), func(tx *store.Tx) error {
		if err := who.May(office.RunPost, tx.Now); err != nil {
			return err
		}
		if wait, err := tx.Exceeded(limit); err != nil || wait > 0 {
			return errors.Join(err, store.Wait{For: wait})
		}
		l, err := p.testWith(tx, who, code)
		if err != nil {
			return err
		}
		tx.Record.Detail["lettera"] = string(l.Number)
		n = l.Number
		if !l.UsedAt.IsZero() {
			return nil
		}
		l.State, l.ClosedAt, l.UsedAt, l.Sealed = postal.Delivered, tx.Now, tx.Now, nil
		return tx.SaveLetter(l)
	})
	if errors.Is(err, ErrNoCode) {
		err = errors.Join(err, p.Store.CountFailures(ctx, limit))
	}
	return n, err
}

func (p *Postroom) testWith(tx *store.Tx, who Who, typed string) (*postal.Letter, error) {
	for _, c := range p.communities(who) {
		tests, err := tx.TestLetters(c.ID, watched)
		if err != nil {
			return nil, err
		}
		mac := p.Hasher.CodeMAC(credential.PurposeTestLetter, credential.Normalize(c.Codes.Activation, strings.TrimSpace(typed)))
		for _, l := range tests {
			if credential.SameMAC(l.Secret, mac) {
				return l, nil
			}
		}
	}
	return nil, ErrNoCode
}
