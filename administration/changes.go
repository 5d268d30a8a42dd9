package administration

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/office"
	"sportello/store"
)

// A Change names the operator whom an act is about. Seen is what the page showed (see Seen); "" from the command line.
type Change struct {
	Operator string // id
	Seen     string
	Reason   string
	Ente     string // of EndPost: where
}

// A Revision is what the operator's page may change. Posts are those at the enti that may be administered: others stay as they are.
type Revision struct {
	Name, Surname, Email string
	Posts                []office.Post
}

// change runs one act on an operator whom the administrator may look after wholly.
func (a *Administration) change(ctx context.Context, who Who, in Change, what string, f func(*store.Tx, *office.Operator) error) error {
	record := who.record(audit.OperatorChange)
	record.Reason, record.Detail = strings.TrimSpace(in.Reason), map[string]string{"azione": what, "operatore": in.Operator}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		o, byID, err := who.operator(tx, in.Operator)
		if err != nil {
			return err
		}
		if err := who.wholly(o, byID); err != nil {
			return err
		}
		if in.Seen != "" && in.Seen != Seen(*o) {
			return store.ErrStale
		}
		return f(tx, o)
	})
}

// Disable ends an operator's work at once: every session ends in the same act. Errors: ErrReason, ErrNotSo (disabled already), office.ErrOwnAccount,
// office.ErrAbove, ErrOtherEnti.
func (a *Administration) Disable(ctx context.Context, who Who, in Change) error {
	return a.change(ctx, who, in, "disabilitazione", func(tx *store.Tx, o *office.Operator) error {
		switch {
		case tx.Record.Reason == "" && !who.console:
			return ErrReason
		case !o.DisabledAt.IsZero():
			return ErrNotSo
		}
		o.DisabledAt = tx.Now
		return errors.Join(tx.SaveOperator(o), tx.EndSessionsOf(store.OperatorSession, o.ID))
	})
}

// Enable lets an operator work again, with password and second factor as they were. Error: ErrNotSo.
func (a *Administration) Enable(ctx context.Context, who Who, in Change) error {
	return a.change(ctx, who, in, "riabilitazione", func(tx *store.Tx, o *office.Operator) error {
		if o.DisabledAt.IsZero() {
			return ErrNotSo
		}
		o.DisabledAt = time.Time{}
		return tx.SaveOperator(o)
	})
}

// ResetSecondFactor forgets the app and the recovery codes of an operator who has lost them (mission S11): sessions end, and the next log-in sets a new
// app up. A mail tells the operator. Errors: ErrReason, ErrNotSo (none set up), and those of Disable.
func (a *Administration) ResetSecondFactor(ctx context.Context, who Who, in Change) error {
	err := a.change(ctx, who, in, "azzeramento secondo fattore", func(tx *store.Tx, o *office.Operator) error {
		switch {
		case tx.Record.Reason == "" && !who.console:
			return ErrReason
		case !o.Enrolled() && !who.console:
			return ErrNotSo
		}
		o.TOTP, o.TOTPStep, o.EnrolledAt = nil, 0, time.Time{}
		return errors.Join(tx.SetRecoveryCodes(o.ID, nil), tx.SaveOperator(o), tx.EndSessionsOf(store.OperatorSession, o.ID),
			a.tell(tx, o, mail.OperatorSecondFactor, o.Email))
	})
	return a.queued(err)
}

// NewPassword gives a password to hand over, shown this once; the old one ends, and every session. A mail tells the operator. Errors: ErrDisabled, and
// those of Disable.
func (a *Administration) NewPassword(ctx context.Context, who Who, in Change) (password string, err error) {
	password, hash, err := a.drawPassword()
	if err != nil {
		return "", err
	}
	err = a.change(ctx, who, in, "password provvisoria", func(tx *store.Tx, o *office.Operator) error {
		if !o.DisabledAt.IsZero() {
			return ErrDisabled
		}
		o.Password, o.TemporaryUntil = hash, tx.Now.Add(temporaryFor)
		return errors.Join(tx.SaveOperator(o), tx.EndSessionsOf(store.OperatorSession, o.ID), a.tell(tx, o, mail.OperatorPassword, o.Email))
	})
	if err != nil {
		return "", err
	}
	return password, a.queued(nil)
}

// Revise changes data and posts. Sessions end when a post changed: the next one works with the new. A new address is told to the old one, too. Errors:
// ErrName, ErrEmail, ErrRole, ErrLastPost, store.ErrStale, and those of Disable.
func (a *Administration) Revise(ctx context.Context, who Who, in Change, r Revision) error {
	err := a.change(ctx, who, in, "modifica", func(tx *store.Tx, o *office.Operator) error {
		before := *o
		if err := setData(o, r.Name, r.Surname, r.Email); err != nil {
			return err
		}
		if len(r.Posts) == 0 {
			return ErrLastPost
		}
		tx.Record.Detail["prima"], tx.Record.Detail["dopo"] = postsIn(before.Posts), postsIn(r.Posts)
		if data := changed(before, *o); data != "" {
			tx.Record.Detail["dati"] = data
		}
		return errors.Join(a.setPosts(tx, who, o, r.Posts), a.tellOldAddress(tx, &before, o))
	})
	return a.queued(err)
}

// setPosts gives the operator these posts and saves.
func (a *Administration) setPosts(tx *store.Tx, who Who, o *office.Operator, posts []office.Post) error {
	for _, p := range posts {
		if err := who.mayGive(tx, p); err != nil {
			return err
		}
	}
	moved := !slices.Equal(o.Posts, posts)
	o.Posts = posts
	if err := tx.SaveOperator(o); err != nil || !moved {
		return err
	}
	return errors.Join(tx.SavePosts(o), tx.EndSessionsOf(store.OperatorSession, o.ID))
}

// EndPost takes from an operator the post at one ente: all that a responsabile may do about somebody who works for others too. Sessions end. Errors:
// ErrReason, ErrLastPost, office.ErrOwnAccount, office.ErrAbove.
func (a *Administration) EndPost(ctx context.Context, who Who, in Change) error {
	record := who.record(audit.OperatorChange)
	record.Reason, record.Detail = strings.TrimSpace(in.Reason), map[string]string{"azione": "fine incarico", "operatore": in.Operator, "ente": in.Ente}
	return a.Store.Act(ctx, record, func(tx *store.Tx) error {
		o, byID, err := who.operator(tx, in.Operator)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(o.Posts, func(p office.Post) bool { return p.Ente == in.Ente })
		if at < 0 || byID[in.Ente] == nil {
			return store.ErrNotFound
		}
		one := *o
		one.Posts = o.Posts[at : at+1] // posts elsewhere are not this administrator's to judge
		switch err := who.MayLookAfter(one); {
		case err != nil:
			return err
		case tx.Record.Reason == "":
			return ErrReason
		case in.Seen != Seen(*o):
			return store.ErrStale
		case len(o.Posts) == 1:
			return ErrLastPost
		}
		o.Posts = slices.Delete(slices.Clone(o.Posts), at, at+1)
		return errors.Join(tx.SaveOperator(o), tx.SavePosts(o), tx.EndSessionsOf(store.OperatorSession, o.ID))
	})
}

// changed names the data that differ: what they were is nobody's to read in the audit.
func changed(before, after office.Operator) string {
	var names []string
	for _, x := range []struct{ name, before, after string }{
		{"nome", before.Name, after.Name}, {"cognome", before.Surname, after.Surname}, {"e-mail", before.Email, after.Email},
	} {
		if x.before != x.after {
			names = append(names, x.name)
		}
	}
	return strings.Join(names, ", ")
}

func (a *Administration) tellOldAddress(tx *store.Tx, before, after *office.Operator) error {
	if before.Email == after.Email {
		return nil
	}
	return a.tell(tx, after, mail.OperatorAddress, before.Email)
}

// tell queues a mail to an operator; one without an address is told by voice.
func (a *Administration) tell(tx *store.Tx, o *office.Operator, kind mail.Kind, to string) error {
	if to == "" || len(o.Posts) == 0 {
		return nil
	}
	e, err := tx.Ente(o.Posts[0].Ente)
	if err != nil {
		return err
	}
	id, err := tx.NewID()
	if err != nil {
		return err
	}
	return tx.Enqueue(&store.OutboxMail{ID: id, Kind: string(kind), Community: e.Community, To: to, MessageID: "<" + id + "@" + a.MailDomain + ">",
		Data: map[string]string{mail.DataName: o.FullName()}, ExpiresAt: tx.Now.AddDate(0, 0, 7)})
}

// queued wakes the mail after an act.
func (a *Administration) queued(err error) error {
	if err == nil {
		a.MailQueued()
	}
	return err
}
