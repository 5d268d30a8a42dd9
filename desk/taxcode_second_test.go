package desk

import (
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Where the community asks for four eyes a tax code is proposed, and changes when another responsabile confirms it (mission S9, S19).
func TestChangeTaxCodeByTwo(t *testing.T) {
	each(t, func(h *house) {
		h.policy("four_eyes = false", "four_eyes = true")
		ctx, x := t.Context(), h.people.CIA[0]
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		n := h.registered(x, registration.Active, true)
		second := h.at(bruno, asl, office.Supervisor)
		sees := func(who Who) string {
			p, err := h.Proposal(ctx, who, n)
			h.must(err)
			return p.ID
		}
		_, err := h.Proposal(ctx, second, n)
		h.wants(err, ErrNoProposal)

		done, err := h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.must(err)
		first := sees(second)
		if !done.Proposed || h.personOf(n).TaxCode != x.TaxCode || h.count(audit.ChangeTaxCode) != 0 || h.last(audit.ProposeTaxCode).Detail["esito"] != "proposto" {
			t.Errorf("one responsabile changes it: %+v", done)
		}
		_, err = h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced)) // proposed again: the newer one stands
		h.must(err)
		id, ticked := sees(second), registration.Checks{Document: true}
		for _, tt := range []struct {
			name   string
			who    Who
			id     string
			checks registration.Checks
			want   error
		}{
			{"a stale page", second, first, ticked, ErrNoProposal},
			{"who proposed it", h.carla(), id, ticked, ErrProposer},
			{"without the proof", second, id, registration.Checks{}, ErrIncomplete},
			{"a clerk", h.bruno(), id, ticked, office.ErrForbidden},
			{"the citizen", h.at(office.Operator{ID: "x", TaxCode: x.TaxCode}, asl, office.Supervisor), id, ticked, office.ErrSelf},
			{"whose code it is", h.at(office.Operator{ID: "x", TaxCode: fresh}, asl, office.Supervisor), id, ticked, office.ErrSelf},
			{"another realm", h.at(bruno, office.Ente{ID: "tn", Realm: "trentino"}, office.Supervisor), id, ticked, store.ErrNotFound},
		} {
			if err := h.ConfirmCode(ctx, tt.who, n, tt.id, tt.checks); err == nil {
				t.Errorf("%s confirms", tt.name)
			} else {
				h.wants(err, tt.want)
			}
		}
		h.must(h.ConfirmCode(ctx, second, n, id, ticked))
		if r := h.last(audit.ChangeTaxCode); h.personOf(n).TaxCode != fresh || r.Actor != "bruno" || r.Detail["proposto da"] != "carla" || r.Reason == "" {
			t.Errorf("confirmed as %+v", r)
		}
		h.wants(h.ConfirmCode(ctx, second, n, id, ticked), ErrNoProposal)
		for _, who := range []Who{h.carla(), second} { // neither makes codes now
			_, err := h.BeginBooking(ctx, who, n)
			h.wants(err, ErrPaused)
		}
	})
}

// A proposal is refused or taken back with a reason, and dies of any other change of the citizen's data.
func TestProposedTaxCodeGivenUp(t *testing.T) {
	each(t, func(h *house) {
		h.policy("four_eyes = false", "four_eyes = true")
		ctx, x := t.Context(), h.people.CIA[0]
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		n := h.concluded(x)
		second := h.at(bruno, asl, office.Supervisor)
		propose := func() string {
			_, err := h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
			h.must(err)
			p, err := h.Proposal(ctx, h.carla(), n)
			h.must(err)
			if !p.Own || p.Late || p.By != "Carla Rossi" {
				t.Errorf("%+v", p)
			}
			return p.ID
		}
		id := propose()
		h.wants(h.DropCode(ctx, second, n, id, "  "), ErrReason)
		h.must(h.DropCode(ctx, second, n, id, "la tessera dice altro"))
		if r := h.last(audit.ProposeTaxCode); r.Detail["esito"] != "rifiutato" || r.Reason != "la tessera dice altro" {
			t.Errorf("%+v", r)
		}
		h.must(h.DropCode(ctx, h.carla(), n, propose(), "sbagliato"))
		if r := h.last(audit.ProposeTaxCode); r.Detail["esito"] != "ritirato" {
			t.Errorf("%+v", r)
		}
		id = propose()
		h.newAddress(h.anna(), n, "altra@esempio.it")
		h.wants(h.ConfirmCode(ctx, second, n, id, registration.Checks{Document: true}), ErrChanged)
		work, err := h.ToDo(ctx, second)
		h.must(err)
		if len(work.Proposed) != 1 || work.Proposed[0].Number != n || work.Proposed[0].Operator != "Carla Rossi" || !work.Proposed[0].BookedAt.Equal(h.now.Truncate(time.Second)) {
			t.Errorf("the work list has %+v", work.Proposed)
		}
	})
}

// A proposal that nobody confirms within thirty days lapses by an act of the system, holds nothing any more, and is told in the list for a while.
func TestProposedTaxCodeLapses(t *testing.T) {
	each(t, func(h *house) {
		h.policy("four_eyes = false", "four_eyes = true")
		ctx, x := t.Context(), h.people.CIA[0]
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		n := h.concluded(x)
		second, day := h.at(bruno, asl, office.Supervisor), 24*time.Hour
		_, err := h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.must(err)
		p, err := h.Proposal(ctx, second, n)
		h.must(err)
		listed := func() []store.Left {
			work, err := h.ToDo(ctx, h.at(bruno, asl, office.Supervisor))
			h.must(err)
			return work.Proposed
		}
		acts := h.count(audit.ProposeTaxCode)

		h.now = h.now.Add(ProposalDays*day - time.Minute)
		h.must(h.Sweep(ctx))
		if list := listed(); len(list) != 1 || !list[0].LapsedAt.IsZero() || h.count(audit.ProposeTaxCode) != acts {
			t.Errorf("lapsed too early: %+v", list)
		}
		h.now = h.now.Add(time.Minute)
		second = h.at(bruno, asl, office.Supervisor)
		h.wants(h.ConfirmCode(ctx, second, n, p.ID, registration.Checks{Document: true}), ErrLapsed) // before the house-keeping
		h.must(h.Sweep(ctx))
		h.must(h.Sweep(ctx))
		if r := h.last(audit.ProposeTaxCode); r.ActorKind != audit.BySystem || r.Detail["esito"] != "scaduto" || r.Ente != "asl" || h.count(audit.ProposeTaxCode) != acts+1 {
			t.Errorf("lapsed as %+v, %d acts", r, h.count(audit.ProposeTaxCode)-acts)
		}
		h.must(h.Store.Read(ctx, func(tx *store.Tx) error {
			kept, err := tx.CodeProposal(h.fileOf(n).Registration.ID)
			if err == nil && len(kept.Data) > 0 {
				t.Error("a lapsed proposal still holds its data")
			}
			return err
		}))
		if list := listed(); len(list) != 1 || list[0].LapsedAt.IsZero() || h.personOf(n).TaxCode != x.TaxCode {
			t.Errorf("the list has %+v", list)
		}
		_, err = h.Proposal(ctx, second, n)
		h.wants(err, ErrLapsed)
		if d, err := h.Detail(ctx, second, n); err != nil || !d.Proposed.IsZero() {
			t.Errorf("the detail tells of it: %v %v", d.Proposed, err)
		}

		_, err = h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced)) // still needed: proposed anew
		h.must(err)
		if list := listed(); len(list) != 1 || !list[0].LapsedAt.IsZero() {
			t.Errorf("proposed anew: %+v", list)
		}
		h.now = h.now.Add(ProposalDays * day)
		h.must(h.Sweep(ctx))
		h.now = h.now.Add(ProposalDays * day)
		h.must(h.Sweep(ctx))
		if list := listed(); len(list) != 0 {
			t.Errorf("still told: %+v", list)
		}
	})
}
