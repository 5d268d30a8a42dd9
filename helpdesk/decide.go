package helpdesk

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sportello/audit"
	"sportello/community"
	"sportello/credential"
	"sportello/desk"
	"sportello/person"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// A Seen request is one as a clerk's page showed it: an act on it is refused once somebody has changed it.
type Seen struct {
	ID      string
	Version int
}

// act runs one act on a request that the operator may see, as it was seen. Errors: store.ErrStale, office.ErrSelf, those of open and of f.
func (h *Helpdesk) act(ctx context.Context, who desk.Who, deed audit.Deed, s Seen, f func(*store.Tx, *request.Request) error) error {
	err := h.Store.Act(ctx, record(who, deed), func(tx *store.Tx) error {
		r, err := h.open(tx, who, s.ID)
		if err != nil {
			return err
		}
		if err := h.mayServe(tx, who, r); err != nil {
			return err
		}
		if r.Version != s.Version {
			return store.ErrStale
		}
		return f(tx, r)
	})
	if err == nil {
		h.MailQueued()
	}
	return err
}

// change is act for what changes the request alone.
func (h *Helpdesk) change(ctx context.Context, who desk.Who, deed audit.Deed, s Seen, f func(*store.Tx, *request.Request) error) error {
	return h.act(ctx, who, deed, s, func(tx *store.Tx, r *request.Request) error {
		if err := f(tx, r); err != nil {
			return err
		}
		return tx.SaveRequest(r)
	})
}

// mayServe keeps operators from their own requests (mission S11).
func (h *Helpdesk) mayServe(tx *store.Tx, who desk.Who, r *request.Request) error {
	if r.Registration == "" {
		return who.MayServe(person.TaxCode(r.Content.TaxCode)) // as they gave it
	}
	f, err := h.Desk.FileOf(tx, r.Registration)
	if err != nil {
		return err
	}
	return who.MayServe(f.Person.TaxCode)
}

// Take gives a request to the operator. Errors: those of act, request.ErrTaken, request.ErrEnded, request.ErrFourEyes.
func (h *Helpdesk) Take(ctx context.Context, who desk.Who, s Seen) error {
	return h.change(ctx, who, audit.TakeRequest, s, func(tx *store.Tx, r *request.Request) error { return r.Take(who.Operator.ID, tx.Now) })
}

// GiveBack leaves a request to whoever takes it next. Errors: those of act, request.ErrNotTaken, request.ErrEnded.
func (h *Helpdesk) GiveBack(ctx context.Context, who desk.Who, s Seen) error {
	return h.change(ctx, who, audit.TakeRequest, s, func(tx *store.Tx, r *request.Request) error {
		tx.Record.Detail["rimessa"] = "sì"
		return r.GiveBack(who.Operator.ID)
	})
}

// Note keeps what the operator writes about a request, also about one that is decided. Errors: those of open, request.ErrReason for nothing.
func (h *Helpdesk) Note(ctx context.Context, who desk.Who, id, text string) error {
	return h.Store.Act(ctx, record(who, audit.NoteRequest), func(tx *store.Tx) error {
		r, err := h.open(tx, who, id)
		if err != nil {
			return err
		}
		if text = strings.TrimSpace(text); text == "" {
			return request.ErrReason
		}
		return tx.AddNote(&request.Note{Request: r.ID, By: who.Operator.ID, Text: text})
	})
}

// Correct says what a request is about; its checklist begins anew. Errors: those of act, request.ErrNotTaken, ErrProblem.
func (h *Helpdesk) Correct(ctx context.Context, who desk.Who, s Seen, p request.Problem) error {
	return h.change(ctx, who, audit.NoteRequest, s, func(_ *store.Tx, r *request.Request) error {
		if err := r.Held(who.Operator.ID); err != nil {
			return err
		}
		if !slices.Contains(request.Problems(r.Kind), p) || r.State == request.Proposed {
			return ErrProblem
		}
		r.Problem, r.Answers, r.Deadline = p, nil, request.RuleFor(p).Due(r.OpenedAt)
		return nil
	})
}

// Match says whose a request is. Errors: those of act, request.ErrNotTaken, store.ErrNotFound.
func (h *Helpdesk) Match(ctx context.Context, who desk.Who, s Seen, n registration.Number) error {
	return h.change(ctx, who, audit.NoteRequest, s, func(tx *store.Tx, r *request.Request) error {
		if err := r.Held(who.Operator.ID); err != nil {
			return err
		}
		if r.Problem == request.Credentials {
			return request.ErrNothing // whose it is was settled when it came: a clerk must not make a stranger's request somebody's
		}
		return h.match(tx, who, r, n)
	})
}

// Answer keeps the answers to the checklist. Errors: those of act, request.ErrNotTaken.
func (h *Helpdesk) Answer(ctx context.Context, who desk.Who, s Seen, a request.Answers) error {
	return h.change(ctx, who, audit.NoteRequest, s, func(tx *store.Tx, r *request.Request) error {
		return r.Answer(who.Operator.ID, a)
	})
}

// A Decision ends a request.
type Decision struct {
	State   request.State // Granted, Refused or Closed
	Answers request.Answers
	Reason  string // of what is not granted

	weak desk.WeakSecrets // of an identification that is granted, drawn beforehand
	pin  credential.PIN   // of a letter that granting queues, likewise
}

// Decide ends a request, and does what was asked for if it is granted. Where the community asks for four eyes the first clerk's decision waits for a
// second's. Errors: those of act, request.MayGrant, request.ErrReason, and of what granting does.
func (h *Helpdesk) Decide(ctx context.Context, who desk.Who, s Seen, d Decision) error {
	if err := h.prepare(ctx, who, s, &d); err != nil {
		return err
	}
	return h.act(ctx, who, audit.DecideRequest, s, func(tx *store.Tx, r *request.Request) error {
		if d.State == request.Granted {
			if err := r.Answer(who.Operator.ID, d.Answers); err != nil {
				return err
			}
		}
		tx.Record.Detail["esito"], tx.Record.Reason = string(d.State), d.Reason
		switch d.State {
		case request.Granted:
			return h.grant(tx, who, r, d)
		case request.Refused:
			return h.refuse(tx, who, r, d)
		}
		if err := r.Close(who.Operator.ID, d.Reason, tx.Now); err != nil {
			return err
		}
		if r.Problem == request.Credentials {
			if err := h.closeCredentials(tx, r); err != nil {
				return err
			}
		}
		return tx.SaveRequest(r)
	})
}

// prepare draws what granting hands over, before the act: hashing is slow.
func (h *Helpdesk) prepare(ctx context.Context, who desk.Who, s Seen, d *Decision) error {
	if d.State != request.Granted {
		return nil
	}
	var of community.ID
	var about request.Problem
	err := h.Store.Read(ctx, func(tx *store.Tx) error {
		r, err := tx.Request(s.ID)
		if err == nil && r.Realm == who.Ente.Realm {
			of, about = r.Community, r.Problem
		}
		if errors.Is(err, store.ErrNotFound) {
			return nil // the act refuses, and says so in its record
		}
		return err
	})
	c, known := h.Communities.ByID(of)
	if err != nil || !known {
		return err
	}
	switch about {
	case request.Identification:
		d.weak, err = h.Desk.DrawWeak(c)
	case request.LostPIN, request.NoLetter:
		d.pin, err = h.Hasher.DrawPIN(c.Codes.PIN, h.Rand)
	}
	return err
}

// An effect is what granting or refusing does to whose request it is.
type effect func(*Helpdesk, *store.Tx, desk.Who, decided) error

// A decided request, with whose it is.
type decided struct {
	*request.Request
	Decision
	file desk.File
}

// approve is approveCredentials as an effect.
func (h *Helpdesk) approve(tx *store.Tx, who desk.Who, x decided) error {
	return h.approveCredentials(tx, who, x.Request, x.file)
}

// granted and refused are the effects by problem; a problem that is not there has none.
var (
	granted = map[request.Problem]effect{
		request.LostCode: func(h *Helpdesk, tx *store.Tx, who desk.Who, x decided) error {
			return h.Desk.RenewByMail(tx, who, x.file.Registration.Number)
		},
		request.LostPassword: func(h *Helpdesk, tx *store.Tx, _ desk.Who, x decided) error {
			return h.Area.MailPasswordLink(tx, x.Registration)
		},
		request.LostPIN: func(h *Helpdesk, tx *store.Tx, _ desk.Who, x decided) error {
			return h.Area.PostPIN(tx, x.Registration, x.pin)
		},
		request.NoLetter: func(h *Helpdesk, tx *store.Tx, _ desk.Who, x decided) error {
			return h.Postroom.SendLost(tx, x.Registration, x.pin)
		},
		request.Identification: (*Helpdesk).acceptFax,
		request.Revocation:     (*Helpdesk).revoke,
		request.Credentials:    (*Helpdesk).approve,
	}
	refused = map[request.Problem]effect{
		request.LostCode:       (*Helpdesk).refuseRequest,
		request.LostPassword:   (*Helpdesk).refuseRequest,
		request.LostPIN:        (*Helpdesk).refuseRequest,
		request.NoLetter:       (*Helpdesk).refuseRequest,
		request.Identification: (*Helpdesk).rejectFax,
		request.Revocation:     (*Helpdesk).refuseRequest,
	}
)

func (h *Helpdesk) grant(tx *store.Tx, who desk.Who, r *request.Request, d Decision) error {
	if h.needsSecond(r) && r.State != request.Proposed {
		tx.Record.Detail["esito"] = string(request.Proposed)
		if err := r.Propose(who.Operator.ID, tx.Now); err != nil {
			return err
		}
		return tx.SaveRequest(r)
	}
	if err := r.Grant(who.Operator.ID, tx.Now); err != nil {
		return err
	}
	return h.apply(tx, who, decided{Request: r, Decision: d}, granted)
}

func (h *Helpdesk) refuse(tx *store.Tx, who desk.Who, r *request.Request, d Decision) error {
	if err := r.Refuse(who.Operator.ID, d.Reason, tx.Now); err != nil {
		return err
	}
	if r.Problem == request.Credentials {
		if err := h.refuseCredentials(tx, r); err != nil {
			return err
		}
	}
	return h.apply(tx, who, decided{Request: r, Decision: d}, refused)
}

// apply keeps a decided request, and then does what the decision does: a revocation empties the request too.
func (h *Helpdesk) apply(tx *store.Tx, who desk.Who, x decided, effects map[request.Problem]effect) (err error) {
	if err := tx.SaveRequest(x.Request); err != nil {
		return err
	}
	does, any := effects[x.Problem]
	if !any || x.Registration == "" {
		return nil
	}
	if x.file, err = h.Desk.FileOf(tx, x.Registration); err != nil {
		return err
	}
	return does(h, tx, who, x)
}

// needsSecond tells whether two clerks must agree before a request is granted (mission S19).
func (h *Helpdesk) needsSecond(r *request.Request) bool {
	c, _ := h.Communities.ByID(r.Community)
	return c.Desk.FourEyes && r.Rule().FourEyes
}
