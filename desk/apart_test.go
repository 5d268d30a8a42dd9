package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// Where the community asks for four eyes, who booked held the PIN: they neither print a renewed code, whoever made it, nor have one made for a mailbox that
// never had it (mission S19).
func TestFourEyesOnRenewal(t *testing.T) {
	h := &house{t: t}
	f := File{Operation: &registration.Operation{Operator: "anna", Outcome: registration.Pending}, Mails: []Mail{{To: "citizen@esempio.it", SentAt: time.Unix(1, 0)}}}
	f.Community.Desk.FourEyes, f.Person.Contacts.Email = true, "Citizen@esempio.it"
	for _, by := range []string{"anna", "bruno"} {
		r := Renewal{File: f, By: by, Open: true}
		h.wants(mayPrintRenewed(h.anna(), r, "richiesto", h.now), ErrFourEyes)
		h.must(mayPrintRenewed(h.bruno(), r, "richiesto", h.now))
	}
	h.must(errors.Join(mayRenew(h.anna(), f), mayRenew(h.bruno(), f)))
	for _, other := range []string{"", "altra@esempio.it"} {
		f.Person.Contacts.Email = other
		h.wants(mayRenew(h.anna(), f), ErrFourEyes)
		h.must(mayRenew(h.bruno(), f))
	}
}

// No desk sends a code to the mailbox of who makes it, also when a colleague wrote the address down.
func TestNoCodeToTheOwnMailbox(t *testing.T) {
	each(t, func(h *house) {
		n := h.ended(h.bruno(), h.register(h.bruno(), h.people.CIA[0], func(e *Entry) { e.Person.Contacts.Email = "Anna+dati@sportello.example" }))
		h.wants(h.renewBy(t.Context(), h.anna(), n), ErrMailbox)
		h.must(h.renewBy(t.Context(), h.carla(), n))
	})
}

// What a code has opened at home ends with the code: who has found the old letter does not finish under the new one.
func TestRenewalShutsWhatTheOldCodeOpened(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := t.Context(), h.ended(h.anna(), h.register(h.anna(), h.people.CIA[0]))
		op := h.papersOf(h.anna(), n).Operation.ID
		open := func() (tokens []string) {
			h.act(func(tx *store.Tx) error {
				for _, kind := range []store.SessionKind{store.ActivationSession, store.RevocationSession} {
					token, err := tx.StartSession(&store.Session{Kind: kind, Subject: op, Data: map[string]string{}})
					h.must(err)
					tokens = append(tokens, token)
				}
				return nil
			})
			return tokens
		}
		shut := func(what string, tokens []string) {
			for i, kind := range []store.SessionKind{store.ActivationSession, store.RevocationSession} {
				if _, err := h.Store.Session(ctx, kind, tokens[i]); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%s: %s goes on: %v", what, kind, err)
				}
			}
		}
		tokens := open()
		h.must(h.renewBy(ctx, h.bruno(), n))
		shut("renewal", tokens)
		tokens = open()
		h.must(h.ReleaseRenewal(ctx, h.carla(), n, "guasta"))
		shut("release", tokens)
	})
}

// Who collects an operation for somebody does nothing else for them until it has ended (mission S11).
func TestDelegateServesNobodyTheyActFor(t *testing.T) {
	each(t, func(h *house) {
		ctx := t.Context()
		n := h.ended(h.atComune(), h.register(h.atComune(), h.people.CIA[0], delegatedTo(h.people.CIA[1])))
		delegate := h.bruno()
		delegate.Operator.TaxCode = h.people.CIA[1].TaxCode
		_, err := h.edited(delegate, audit.EditPerson, n, func(*Entry) {})
		h.wants(err, office.ErrSelf)
		_, err = h.edited(delegate, audit.MoveResidence, n, func(*Entry) {})
		h.wants(err, office.ErrSelf)
		_, err = h.BeginBooking(ctx, delegate, n)
		h.wants(err, office.ErrSelf)
		h.wants(h.renewBy(ctx, delegate, n), office.ErrSelf)
		_, err = h.BeginBooking(ctx, h.carla(), n)
		h.must(err)
	})
}

// The reason for which a responsabile admits a habitual delegate stays on record with the booking (mission S11).
func TestReasonForADelegateStaysOnRecord(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, true)
		e := Entry{}
		delegatedTo(h.people.CIA[1], func(g *registration.Delegation) { g.Reason = "Infermiera del reparto" })(&e)
		id := h.prepare(h.carla(), n, registration.NewPIN, func(v *Visit) { v.Delegation, v.Checks.CopiesArchived = e.Delegation, true })
		_, err := h.Book(t.Context(), h.carla(), id)
		h.must(err)
		if r := h.last(audit.BookOperation); r.Detail["delegato abituale"] != "Infermiera del reparto" || r.Detail["operazione"] == "" {
			t.Errorf("detail %v", r.Detail)
		}
	})
}

// A note that a colleague has written meanwhile is not lost.
func TestNoteOfAColleagueIsNotLost(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := t.Context(), h.concluded(h.people.CIA[0])
		id, err := h.BeginEdit(ctx, h.anna(), Edit{Deed: audit.EditPerson, Number: n})
		h.must(err)
		h.fill(h.anna(), id, func(e *Entry) { e.Note = "Di Anna" })
		_, err = h.edited(h.bruno(), audit.EditPerson, n, func(e *Entry) { e.Note = "Di Bruno" })
		h.must(err)
		_, err = h.Edit(ctx, h.anna(), id)
		h.wants(err, ErrChanged)
	})
}

// A citizen with a mailbox is told of every code that the desk reads or prints, and of nothing else that it prints (mission S19).
func TestCitizenIsToldOfACodeTaken(t *testing.T) {
	each(t, func(h *house) {
		ctx, taken := t.Context(), 0
		told := func(what string, want int) {
			t.Helper()
			taken += want
			n := 0
			for _, m := range h.queued() {
				if strings.Contains(m, string(mail.CodeTaken)) {
					n++
				}
			}
			if n != taken {
				t.Errorf("%s: told %d times, want %d", what, n, taken)
			}
		}
		n := h.register(h.carla(), h.people.CIA[0])
		_, err := h.Print(ctx, h.carla(), Printing{Number: n, Paper: registration.CodeLetter, Reason: "richiesto"})
		h.must(err)
		told("print", 1)
		_, err = h.Reveal(ctx, h.carla(), n, "richiesto")
		h.must(err)
		told("reading", 1)
		_, err = h.Reveal(ctx, h.carla(), n, "")
		h.wants(err, ErrReason)
		told("refused", 0)
		h.finish(h.carla(), n)
		told("PIN and summary", 0)
		h.must(h.renewBy(ctx, h.bruno(), n))
		_, err = h.PrintRenewed(ctx, h.bruno(), n, "richiesto")
		h.must(err)
		told("renewed", 1)
		paper := h.ended(h.anna(), h.register(h.anna(), h.people.CIA[1], func(e *Entry) { e.Person.Contacts = person.Contacts{NoEmail: true} }))
		h.must(h.renewBy(ctx, h.anna(), paper))
		_, err = h.PrintRenewed(ctx, h.anna(), paper, "")
		h.must(err)
		told("nobody's mailbox", 0)
	})
}
