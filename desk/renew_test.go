package desk

import (
	"context"
	"errors"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

var seen = registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true}

func (h *house) renewBy(ctx context.Context, who Who, n registration.Number) error {
	id, err := h.BeginRenewal(ctx, who, n)
	if err != nil {
		return err
	}
	return h.Renew(ctx, who, id, seen)
}

// ended registers and ends the desk.
func (h *house) ended(who Who, n registration.Number) registration.Number {
	h.t.Helper()
	h.printed(who, n)
	h.must(h.Conclude(h.t.Context(), who, n))
	return n
}

// The new code dies of nothing that the old one suffered; the PIN stays (E14); the sealed code lives until the desk of the renewal ends.
func TestRenewedCode(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := h.t.Context(), h.ended(h.anna(), h.register(h.anna(), h.people.CIA[0]))
		op := h.papersOf(h.anna(), n).Operation.ID
		for range 3 {
			_, err := h.Store.ReserveTry(ctx, op, 5)
			h.must(err)
		}
		before := h.handover(op)
		h.now = h.now.AddDate(0, 0, 70) // expired, but not yet discarded: the operation comes to life again
		h.must(h.renewBy(ctx, h.bruno(), n))
		after := h.handover(op)
		if after.PIN != before.PIN || after.Code == before.Code || after.Code == "" || after.Tries != 0 || after.SealedPIN != nil || after.SealedCode == nil || !after.CodeExpiresAt.After(h.now) {
			h.t.Errorf("before %+v, after %+v", before, after)
		}
		readings := func(who Who) int {
			_, err := h.Renewed(ctx, who, n)
			h.must(err)
			return h.count(audit.OpenDetail)
		}
		if own := readings(h.bruno()); readings(h.carla()) != own+1 || readings(h.bruno()) != own+1 {
			t.Error("a colleague's reading leaves no record, or one's own does")
		}
		_, err := h.PrintRenewed(ctx, h.bruno(), n, "richiesto")
		h.must(err)
		_, err = h.PrintRenewed(ctx, h.anna(), n, "richiesto")
		h.wants(err, ErrOtherDesk)
		h.wants(h.ConcludeRenewal(ctx, h.anna(), n), ErrOtherDesk)
		h.must(h.ConcludeRenewal(ctx, h.bruno(), n))
		if left := h.handover(op); left.SealedCode != nil || left.Code != after.Code {
			h.t.Error("the end left a sealed code, or took the hash")
		}
	})
}

// Who may not make a new code is told why.
func TestWhoRenewsNoCode(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		open := h.register(h.anna(), h.people.CIA[0])
		h.wants(h.renewBy(ctx, h.bruno(), open), ErrDeskOpen)
		h.ended(h.anna(), open)
		h.wants(h.renewBy(ctx, h.at(bruno, asl, office.Helpdesk), open), office.ErrForbidden)
		h.wants(h.renewBy(ctx, h.atComune(), open), registration.ErrNotEntitled)
		stale := h.bruno()
		stale.FreshAt = h.now.Add(-2 * time.Hour)
		h.wants(h.renewBy(ctx, stale, open), office.ErrStaleLogin)
		far := h.bruno()
		far.Ente.Competence = office.Competence{Comuni: []string{"H501"}}
		h.wants(h.renewBy(ctx, far, open), office.ErrCompetence)
		elsewhere := h.bruno()
		elsewhere.Ente.Realm = "trentino"
		h.wants(h.renewBy(ctx, elsewhere, open), store.ErrNotFound)
		own := h.bruno()
		own.Operator.TaxCode = h.people.CIA[0].TaxCode
		h.wants(h.renewBy(ctx, own, open), office.ErrSelf)

		id, err := h.BeginRenewal(ctx, h.bruno(), open)
		h.must(err)
		h.wants(h.Renew(ctx, h.bruno(), id, registration.Checks{Document: true}), ErrIncomplete)
		h.wants(h.Renew(ctx, h.anna(), id, seen), store.ErrNotFound)

		over := h.register(h.anna(), h.people.CIA[1])
		h.must(h.Release(ctx, h.carla(), over, "guasta"))
		h.wants(h.renewBy(ctx, h.bruno(), over), registration.ErrNotAllowed) // as before it was booked: registrato
		h.change(over, func(r *registration.Registration) { r.State = registration.Verified })
		h.wants(h.renewBy(ctx, h.bruno(), over), ErrNoPIN) // riscontrato without an operation: a code alone opens nothing
	})
}

// A job centre hands over the PIN alone; another desk gives the first code (mission S1, S3).
func TestFirstCodeAfterTheJobCentre(t *testing.T) {
	each(t, func(h *house) {
		n := h.ended(h.atCPI(), h.register(h.atCPI(), h.people.CIA[0]))
		op := h.papersOf(h.atCPI(), n).Operation.ID
		if h.handover(op).Code != "" {
			h.t.Fatal("the job centre has a code")
		}
		h.wants(h.renewBy(h.t.Context(), h.atCPI(), n), registration.ErrNotEntitled)
		h.must(h.renewBy(h.t.Context(), h.atComune(), n))
		if h.handover(op).Code == "" {
			h.t.Error("no code")
		}
	})
}

// What a desk leaves is destroyed: a mailed code goes on, one on paper that was never printed opens nothing.
func TestSweepOfRenewals(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		mailed := h.ended(h.anna(), h.register(h.anna(), h.people.CIA[0]))
		paper := h.ended(h.anna(), h.register(h.anna(), h.people.CIA[1], func(e *Entry) { e.Person.Contacts = person.Contacts{NoEmail: true} }))
		h.must(errors.Join(h.renewBy(ctx, h.bruno(), mailed), h.renewBy(ctx, h.bruno(), paper)))
		if gate, err := h.RenewalGate(ctx, h.bruno()); err != nil || gate != paper {
			h.t.Errorf("gate %q, %v", gate, err)
		}
		h.now = h.now.Add(25 * time.Hour)
		h.must(h.Sweep(ctx))
		for n, alive := range map[registration.Number]bool{mailed: true, paper: false} {
			f := h.papersOf(h.anna(), n)
			left := h.handover(f.Operation.ID)
			if left.SealedCode != nil || (left.Code != "") != alive || left.PIN == "" || f.Operation.Outcome != registration.Pending {
				h.t.Errorf("mailed %v: %+v", alive, left)
			}
		}
		if gate, err := h.RenewalGate(ctx, h.bruno()); err != nil || gate != "" {
			h.t.Errorf("gate %q, %v", gate, err)
		}
		h.must(h.renewBy(ctx, h.bruno(), paper))
	})
}
