package desk

import (
	"slices"
	"strings"
	"testing"

	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
)

// delegatedTo is the entry of a citizen who sends somebody, with the papers of 001 §5.1.1 in order.
func delegatedTo(x simulator.Person, change ...func(*registration.Delegation)) func(*Entry) {
	g := &registration.Delegation{Kind: registration.Mandate, Surname: x.Surname, Name: x.Name, TaxCode: x.TaxCode, BirthDate: x.BirthDate, Sex: x.Sex,
		Document: person.Document{Kind: person.Passport, Number: "YB7654321", IssuedOn: "2022-01-10", ExpiresOn: "2032-01-09", Issuer: "Questura di Torino"},
		Evidence: registration.Evidence{FormKept: true, DocumentSeen: true, CitizenCopy: true}}
	for _, c := range change {
		c(g)
	}
	return func(e *Entry) { e.Delegation, e.Checks.CopiesArchived = g, true }
}

func guardian(g *registration.Delegation) {
	g.Kind, g.Capacity, g.Evidence.ActSeen = registration.Declaration, registration.Guardian, true
	g.Appointment = registration.Appointment{Court: "Tribunale di Torino", Number: "123/2024", On: "2024-03-01"}
}

func relative(c registration.Capacity) func(*registration.Delegation) {
	return func(g *registration.Delegation) {
		g.Kind, g.Capacity, g.Impediment, g.NoneBefore = registration.Declaration, c, true, c.Follows()
	}
}

// Each form of delegation asks for what the law and the manual want, and stops at its field (J01-J04, DPR 445/2000 art. 4).
func TestDelegationRules(t *testing.T) {
	each(t, func(h *house) {
		citizen, tizio := h.people.CIA[0], h.people.CIA[1]
		for _, tt := range []struct {
			name   string
			change []func(*registration.Delegation)
			want   Field
		}{
			{"mandate", nil, ""},
			{"no kind", []func(*registration.Delegation){func(g *registration.Delegation) { g.Kind = "" }}, DelegateKindField},
			{"form not kept", []func(*registration.Delegation){func(g *registration.Delegation) { g.Evidence.FormKept = false }}, DelegateForm},
			{"document not seen", []func(*registration.Delegation){func(g *registration.Delegation) { g.Evidence.DocumentSeen = false }}, DelegateSeen},
			{"no copy", []func(*registration.Delegation){func(g *registration.Delegation) { g.Evidence.CitizenCopy = false }}, DelegateCopy},
			{"guardian", []func(*registration.Delegation){guardian}, ""},
			{"curatore", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Capacity = "curatore" }}, DelegateCapacity},
			{"no capacity", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Capacity = "" }}, DelegateCapacity},
			{"no court", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Appointment.Court = "" }}, DelegateCourt},
			{"no act", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Appointment.Number = "" }}, DelegateActNumber},
			{"act of tomorrow", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Appointment.On = "2026-11-24" }}, DelegateActOn},
			{"ended yesterday", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Appointment.Until = "2026-11-22" }}, DelegateActUntil},
			{"ends today", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Appointment.Until = "2026-11-23" }}, ""},
			{"act not seen", []func(*registration.Delegation){guardian, func(g *registration.Delegation) { g.Evidence.ActSeen = false }}, DelegateAct},
			{"spouse", []func(*registration.Delegation){relative(registration.Spouse)}, ""},
			{"spouse of somebody who can sign", []func(*registration.Delegation){relative(registration.Spouse), func(g *registration.Delegation) { g.Impediment = false }}, DelegateImpediment},
			{"child", []func(*registration.Delegation){relative(registration.Child)}, ""},
			{"child while the spouse is there", []func(*registration.Delegation){relative(registration.Child), func(g *registration.Delegation) { g.NoneBefore = false }}, DelegateNoneBefore},
			{"parent", []func(*registration.Delegation){relative(registration.Parent)}, ""},
			{"cousin before children", []func(*registration.Delegation){relative(registration.CollateralRelative), func(g *registration.Delegation) { g.NoneBefore = false }}, DelegateNoneBefore},
			{"colleague", []func(*registration.Delegation){func(g *registration.Delegation) { g.TaxCode = bruno.TaxCode }}, DelegateTaxCode},
			{"operator", []func(*registration.Delegation){func(g *registration.Delegation) { g.TaxCode = anna.TaxCode }}, DelegateTaxCode},
		} {
			e := entryOf(citizen)
			delegatedTo(tizio, tt.change...)(&e)
			review, err := h.ReviewDelegation(h.t.Context(), h.anna(), citizen.TaxCode, e.Delegation)
			h.must(err)
			stops := slices.ContainsFunc(review.Problems, func(r Remark) bool { return r.Field == tt.want && r.Text != "" })
			if tt.want == "" && len(review.Problems) > 0 || tt.want != "" && !stops {
				h.t.Errorf("%s: problems %v, want %q", tt.name, review.Problems, tt.want)
			}
		}
	})
}

// An operator of the ente is nobody's delegate at it; at another ente of the realm they may be (mission S11).
func TestColleagueIsNoDelegate(t *testing.T) {
	each(t, func(h *house) {
		draft := h.draft(h.anna(), h.people.CIA[0])
		e := entryOf(h.people.CIA[0])
		delegatedTo(h.people.CIA[1], func(g *registration.Delegation) {
			g.TaxCode, g.Surname, g.Name, g.BirthDate, g.Sex = bruno.TaxCode, bruno.Surname, bruno.Name, "1975-02-02", person.Male
		})(&e)
		h.typed(h.anna(), draft, e) // as if bruno had been hired since the form was filled
		_, err := h.Register(h.t.Context(), h.anna(), draft)
		h.wants(err, ErrColleague)
		at := h.atComune()
		h.register(at, h.people.CIA[0], func(x *Entry) { *x = e })
	})
}

// Who has come for two citizens within a year needs a responsabile for a third, who says why; the next year begins anew.
func TestHabitualDelegate(t *testing.T) {
	each(t, func(h *house) {
		ctx, tizio, x := h.t.Context(), h.people.CIA[5], h.people.CIA
		h.register(h.bruno(), x[0], delegatedTo(tizio))
		h.register(h.bruno(), x[1], delegatedTo(tizio))
		e := entryOf(x[2])
		delegatedTo(tizio)(&e)
		review, err := h.ReviewDelegation(ctx, h.anna(), x[2].TaxCode, e.Delegation)
		h.must(err)
		if len(review.Problems) != 1 || !strings.Contains(review.Problems[0].Text, "Carla Rossi") {
			h.t.Errorf("a clerk reads %v", review.Problems)
		}
		draft := h.draft(h.anna(), x[2])
		h.typed(h.anna(), draft, e)
		_, err = h.Register(ctx, h.anna(), draft)
		h.wants(err, ErrHabitual)
		again, err := h.ReviewDelegation(ctx, h.anna(), x[1].TaxCode, e.Delegation)
		if h.must(err); len(again.Problems) > 0 {
			h.t.Errorf("the same citizen once more: %v", again.Problems)
		}

		draft = h.draft(h.carla(), x[2])
		h.typed(h.carla(), draft, e)
		_, err = h.Register(ctx, h.carla(), draft)
		h.wants(err, ErrReason)
		n := h.register(h.carla(), x[2], delegatedTo(tizio, func(g *registration.Delegation) { g.Reason = "È il parroco del paese" }))
		if f := h.papersOf(h.carla(), n); f.Operation.Delegation.Reason != "È il parroco del paese" {
			h.t.Errorf("kept reason %q", f.Operation.Delegation.Reason)
		}

		h.now = h.now.AddDate(1, 0, 1)
		h.register(h.bruno(), x[3], delegatedTo(tizio))
	})
}

// Everything that was noted of a delegation is kept with its operation.
func TestDelegationIsKept(t *testing.T) {
	each(t, func(h *house) {
		until := func(g *registration.Delegation) { g.Appointment.Until = "2030-01-01" }
		n := h.register(h.anna(), h.people.CIA[0], delegatedTo(h.people.CIA[1], guardian, until))
		var want Entry
		delegatedTo(h.people.CIA[1], guardian, until)(&want)
		if got := h.papersOf(h.anna(), n).Operation.Delegation; *got != *want.Delegation {
			h.t.Errorf("kept %+v, want %+v", *got, *want.Delegation)
		}
	})
}

// The citizen reads by mail that a delegate has collected, once the desk has ended.
func TestCitizenIsToldOfTheDelegate(t *testing.T) {
	each(t, func(h *house) {
		told := func() (kinds []string) {
			for {
				mails, err := h.Store.ClaimMail(h.t.Context(), 1, 10)
				h.must(err)
				for _, m := range mails {
					kinds = append(kinds, m.Kind)
					if m.Kind == string(mail.DelegateCollected) && (m.To != "giulia@esempio.it" || len(m.SealedCode) > 0) {
						h.t.Errorf("told %s", m.To)
					}
					h.must(h.Store.MailSent(h.t.Context(), m.ID))
				}
				if len(mails) == 0 {
					return kinds
				}
			}
		}
		for _, delegated := range []bool{true, false} {
			change := func(*Entry) {}
			x := h.people.CIA[0]
			if delegated {
				x, change = h.people.CIA[1], delegatedTo(h.people.CIA[2])
			}
			n := h.register(h.anna(), x, change)
			h.printed(h.anna(), n)
			h.must(h.Conclude(h.t.Context(), h.anna(), n))
			h.must(h.Conclude(h.t.Context(), h.anna(), n))
			if got := slices.Contains(told(), string(mail.DelegateCollected)); got != delegated {
				h.t.Errorf("delegated %v, told %v", delegated, got)
			}
		}
	})
}

// printed prints what a desk must.
func (h *house) printed(who Who, n registration.Number) {
	h.t.Helper()
	for _, paper := range h.papersOf(who, n).Unprinted {
		_, err := h.Print(h.t.Context(), who, Printing{Number: n, Paper: paper})
		h.must(err)
	}
}
