package desk

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/mail"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
)

var allTicks = registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true, ResidenceProof: true}

// finish prints what is asked for and ends the desk of a registration.
func (h *house) finish(who Who, n registration.Number) {
	h.t.Helper()
	for _, p := range h.papersOf(who, n).Required {
		_, err := h.Print(h.t.Context(), who, Printing{Number: n, Paper: p})
		h.must(err)
	}
	h.must(h.Conclude(h.t.Context(), who, n))
}

// registered is somebody who left a desk, in a state and strength that the test gives them.
func (h *house) registered(x simulator.Person, s registration.State, strong bool, change ...func(*Entry)) registration.Number {
	h.t.Helper()
	n := h.register(h.carla(), x, change...)
	h.finish(h.carla(), n)
	h.change(n, func(r *registration.Registration) { r.State, r.Strong = s, strong })
	if s != registration.Verified {
		h.act(func(tx *store.Tx) error {
			r, err := tx.RegistrationByNumber(n)
			h.must(err)
			op, err := tx.PendingOperation(r.ID)
			h.must(err)
			op.Outcome, op.ClosedAt = registration.Success, tx.Now
			return tx.SaveOperation(op)
		})
	}
	return n
}

// prepare fills in a booking up to its confirmation.
func (h *house) prepare(who Who, n registration.Number, k registration.Kind, change ...func(*Visit)) string {
	h.t.Helper()
	b, err := h.BeginBooking(h.t.Context(), who, n)
	h.must(err)
	if len(b.Missing) > 0 {
		h.t.Fatalf("data are missing: %v", b.Missing)
	}
	b, err = h.Booking(h.t.Context(), who, b.ID)
	h.must(err)
	h.must(h.Choose(h.t.Context(), b, k))
	v := Visit{Checks: allTicks}
	for _, c := range change {
		c(&v)
	}
	b, err = h.Booking(h.t.Context(), who, b.ID)
	h.must(err)
	h.must(h.KeepVisit(h.t.Context(), b, map[string][]string{"delega": {"no"}}, &v))
	return b.ID
}

func (h *house) booked(who Who, n registration.Number, k registration.Kind) File {
	h.t.Helper()
	h.now = h.now.Add(time.Minute)
	_, err := h.Book(h.t.Context(), who, h.prepare(who, n, k))
	h.must(err)
	return h.papersOf(who, n)
}

func (h *house) mailsOf(f File) (kinds []mail.Kind) {
	h.t.Helper()
	h.see(func(tx *store.Tx) error {
		list, err := tx.MailsOf(f.Operation.ID)
		for _, m := range list {
			kinds = append(kinds, mail.Kind(m.Kind))
		}
		return err
	})
	return kinds
}

// 001 §5.2.1-5.2.4, §5.4: every operation at the desk hands over what its row of the table says.
func TestBookEveryRow(t *testing.T) {
	each(t, func(h *house) {
		i := 0
		for _, rule := range registration.Rules {
			if rule.Channel&registration.AtDesk == 0 {
				continue
			}
			n := h.registered(h.people.CIA[i%len(h.people.CIA)], rule.State, rule.Strong)
			f := h.booked(h.anna(), n, rule.Kind)
			got := f.Operation
			if got.Kind != rule.Kind || got.Outcome != registration.Pending || !got.Entitled || got.Operator != "anna" || got.Ente != "asl" || f.Registration.State != rule.Booked {
				h.t.Errorf("%s %v, %s: operation %+v, state %s", rule.State, rule.Strong, rule.Kind, got, f.Registration.State)
			}
			revocation := rule.Kind == registration.Revocation
			papers, kind, days := []registration.Paper{registration.PINLetter, registration.SummarySheet}, mail.ActivationCode, 60
			if revocation {
				papers, kind, days = papers[1:], mail.RevocationCode, 30
			}
			expires := time.Date(h.now.Year(), h.now.Month(), h.now.Day()+days, 23, 59, 59, 0, h.Zone)
			if f.SealedPIN == revocation || !f.SealedCode || !slices.Equal(f.Required, papers) || !f.CodeExpires.Equal(expires) {
				h.t.Errorf("%s: PIN %v, code %v, papers %v, expires %s", rule.Kind, f.SealedPIN, f.SealedCode, f.Required, f.CodeExpires)
			}
			if mails := h.mailsOf(f); !slices.Equal(mails, []mail.Kind{kind}) {
				h.t.Errorf("%s: mails %v", rule.Kind, mails)
			}
			h.finish(h.anna(), n)
			h.act(func(tx *store.Tx) error { // out of the way of the next
				r, err := tx.RegistrationByNumber(n)
				h.must(err)
				op, err := tx.PendingOperation(r.ID)
				h.must(err)
				op.Discard(tx.Now, "")
				r.State = registration.Rejected
				return errors.Join(tx.SaveRegistration(r), tx.SaveOperation(op))
			})
			i++
		}
	})
}

// §5.2.5 Attenzione: the wrong operation is repaired by booking the right one, whose codes alone are good.
func TestWrongChoiceIsRepaired(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, false)
		wrong := h.booked(h.anna(), n, registration.Promotion)
		h.finish(h.anna(), n)
		right := h.booked(h.bruno(), n, registration.Reset)
		h.see(func(tx *store.Tx) error {
			old, err := tx.Operation(wrong.Operation.ID)
			h.must(err)
			if old.Outcome != registration.Discarded || old.CloseReason != "sostituita da una nuova prenotazione" {
				h.t.Errorf("the old operation: %+v", old)
			}
			return nil
		})
		if old := h.handover(wrong.Operation.ID); old.PIN != "" || old.SealedPIN != nil || old.SealedCode != nil {
			h.t.Error("the old secrets are still there")
		}
		if mails := h.mailsOf(wrong); len(mails) != 0 {
			h.t.Errorf("the old code is still on its way: %v", mails)
		}
		if new := h.handover(right.Operation.ID); new.PIN == "" || new.SealedPIN == nil || new.SealedCode == nil || new.Code == h.handover(wrong.Operation.ID).Code {
			h.t.Error("the new secrets are not there")
		}
	})
}

// §5.4 without an e-mail address: the code is handed over on paper, and the paper is asked for.
func TestRevocationWithoutEmail(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, true, func(e *Entry) { e.Person.Contacts = person.Contacts{NoEmail: true} })
		f := h.booked(h.anna(), n, registration.Revocation)
		if !slices.Equal(f.Unprinted, []registration.Paper{registration.SummarySheet, registration.CodeLetter}) || len(f.Mails) != 0 {
			h.t.Errorf("to print %v, mails %d", f.Unprinted, len(f.Mails))
		}
		_, err := h.Print(h.t.Context(), h.anna(), Printing{Number: n, Paper: registration.PINLetter})
		h.wants(err, registration.ErrNotAllowed)
		_, err = h.Print(h.t.Context(), h.bruno(), Printing{Number: n, Paper: registration.CodeLetter}) // nobody ends credentials alone
		h.must(err)
		_, err = h.Print(h.t.Context(), h.anna(), Printing{Number: n, Paper: registration.SummarySheet})
		h.must(errors.Join(err, h.Conclude(h.t.Context(), h.anna(), n)))
		if left := h.handover(f.Operation.ID); left.SealedCode != nil || left.Code == "" || left.PIN != "" {
			h.t.Errorf("after the end: %+v", left)
		}
	})
}

// Mission S3: what enti that issue weak credentials, or PINs only, may book.
func TestBookAtWeakEnti(t *testing.T) {
	each(t, func(h *house) {
		weak, strong, fresh := h.registered(h.people.CIA[0], registration.Active, false), h.registered(h.people.CIA[1], registration.Active, true), h.registered(h.people.CIA[2], registration.Registered, false)
		for _, tt := range []struct {
			n       registration.Number
			offered []registration.Kind
			refused []registration.Kind
		}{
			{weak, []registration.Kind{registration.Promotion, registration.Reset, registration.Revocation}, []registration.Kind{registration.Promotion}},
			{strong, []registration.Kind{registration.NewPIN, registration.Reset, registration.Revocation}, []registration.Kind{registration.NewPIN, registration.Reset}},
			{fresh, []registration.Kind{registration.Verification, registration.Revocation}, nil},
		} {
			b, err := h.BeginBooking(h.t.Context(), h.atComune(), tt.n)
			h.must(err)
			var offered, refused []registration.Kind
			for _, o := range b.Options {
				offered = append(offered, o.Rule.Kind)
				if o.Refusal != nil {
					refused = append(refused, o.Rule.Kind)
					b, err := h.Booking(h.t.Context(), h.atComune(), b.ID)
					h.must(err)
					h.wants(h.Choose(h.t.Context(), b, o.Rule.Kind), registration.ErrNotEntitled)
				}
			}
			if !slices.Equal(offered, tt.offered) || !slices.Equal(refused, tt.refused) {
				h.t.Errorf("offered %v, refused %v", offered, refused)
			}
		}
		if f := h.booked(h.atCPI(), fresh, registration.Verification); f.SealedCode || len(f.Mails) != 0 || !f.SealedPIN {
			h.t.Errorf("CPI, riscontro: code %v, mails %d", f.SealedCode, len(f.Mails))
		}
		h.finish(h.atCPI(), fresh)
		if f := h.booked(h.atCPI(), strong, registration.Revocation); !f.SealedCode || len(f.Mails) != 1 || f.SealedPIN {
			h.t.Errorf("CPI, revocation: code %v, mails %d", f.SealedCode, len(f.Mails))
		}
	})
}

// §5.2.5.1: what is missing is named, and nothing is booked before.
func TestCompletenessGate(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, false)
		id := h.prepare(h.anna(), n, registration.Promotion)
		h.edit(n, func(p *person.Person) {
			p.Document.Issuer, p.Contacts, p.Residence.PostalCode = "", person.Contacts{}, ""
			p.Document.Kind, p.Document.Number = person.IdentityCard, "AB1234567" // on paper: void
		})
		b, err := h.BeginBooking(h.t.Context(), h.anna(), n)
		h.must(err)
		var fields []Field
		for _, x := range b.Missing {
			fields = append(fields, x.Field)
		}
		if !slices.Equal(fields, []Field{PostalCodeField, EmailField, DocIssuerField, DocNumberField}) || b.ID != "" {
			h.t.Errorf("missing %v, form %q", fields, b.ID)
		}
		_, err = h.Book(h.t.Context(), h.anna(), id)
		h.wants(err, ErrIncomplete)
		h.edit(n, func(p *person.Person) { p.Document.ExpiresOn = "2026-11-22" })
		b, err = h.BeginBooking(h.t.Context(), h.anna(), n)
		h.must(err)
		if !slices.ContainsFunc(b.Missing, func(x Remark) bool { return x.Field == DocExpiresField }) {
			h.t.Errorf("an expired document passes: %v", b.Missing)
		}
	})
}

// edit alters a person behind the desk's back.
func (h *house) edit(n registration.Number, f func(*person.Person)) {
	h.t.Helper()
	h.act(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		h.must(err)
		p, err := tx.Person(r.Person)
		h.must(err)
		f(&p.Person)
		return tx.SavePerson(p)
	})
}

func TestWhoMayNotBook(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := h.t.Context(), h.registered(h.people.CIA[0], registration.Active, true)
		f := h.papersOf(h.carla(), n)
		self, foreign, narrow := bruno, asl, asl
		self.TaxCode = f.Person.TaxCode
		foreign.Realm = "trentino"
		narrow.Competence = office.Competence{Comuni: []string{"A001"}}
		tired := h.anna()
		tired.FreshAt = h.now.Add(-2 * time.Hour)
		for name, tt := range map[string]struct {
			who  Who
			want error
		}{
			"self": {h.at(self, asl, office.Clerk), office.ErrSelf}, "realm": {h.at(bruno, foreign, office.Clerk), store.ErrNotFound},
			"competence": {h.at(bruno, narrow, office.Clerk), ErrMoveFirst}, "helpdesk": {h.at(bruno, asl, office.Helpdesk), office.ErrForbidden},
			"old log-in": {tired, office.ErrStaleLogin},
		} {
			if _, err := h.BeginBooking(ctx, tt.who, n); !errors.Is(err, tt.want) {
				h.t.Errorf("%s: %v", name, err)
			}
		}
		id := h.prepare(h.anna(), n, registration.NewPIN)
		_, err := h.Book(ctx, tired, id)
		h.wants(err, office.ErrStaleLogin)
		_, err = h.Booking(ctx, h.bruno(), id)
		h.wants(err, store.ErrNotFound)
		b, err := h.Booking(ctx, h.anna(), id)
		h.must(err)
		h.wants(h.Choose(ctx, b, registration.Promotion), registration.ErrNotAllowed)
		h.change(n, func(r *registration.Registration) { r.State = registration.Rejected })
		_, err = h.Book(ctx, h.anna(), id)
		h.wants(err, registration.ErrNotAllowed)
	})
}

// Nothing is booked while papers of another booking wait (D18).
func TestBookBehindTheGate(t *testing.T) {
	each(t, func(h *house) {
		first, second := h.registered(h.people.CIA[0], registration.Active, true), h.registered(h.people.CIA[1], registration.Active, true)
		id := h.prepare(h.anna(), second, registration.NewPIN)
		h.booked(h.anna(), first, registration.NewPIN)
		_, err := h.Book(h.t.Context(), h.anna(), id)
		h.wants(err, ErrUnprinted)
	})
}

// Two desks book the same person in the same moment: one wins, the other is told.
func TestTwoDesksBook(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, false)
		ids := map[string]string{"anna": h.prepare(h.anna(), n, registration.Promotion), "bruno": h.prepare(h.bruno(), n, registration.Reset)}
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []Who{h.anna(), h.bruno()} {
			wg.Go(func() { _, errs[i] = h.Book(h.t.Context(), who, ids[who.Operator.ID]) })
		}
		wg.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), ErrOvertaken) {
			h.t.Errorf("errors %v", errs)
		}
		h.checkOneLive(n)
	})
}

func (h *house) checkOneLive(n registration.Number) {
	h.t.Helper()
	h.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		h.must(err)
		ops, err := tx.Operations(r.ID)
		live := 0
		for _, op := range ops {
			if op.Outcome == registration.Pending {
				live++
			}
		}
		if live != 1 {
			h.t.Errorf("%d operations in progress", live)
		}
		return err
	})
}

// The same form sent twice at once, and again later, books once.
func TestBookingSentAgain(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, false)
		id := h.prepare(h.anna(), n, registration.Promotion)
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if got, err := h.Book(h.t.Context(), h.anna(), id); err != nil || got != n {
					h.t.Errorf("%s, %v", got, err)
				}
			})
		}
		wg.Wait()
		first := h.papersOf(h.anna(), n).Operation.ID
		_, err := h.Book(h.t.Context(), h.anna(), id)
		h.must(err)
		if again := h.papersOf(h.anna(), n).Operation.ID; again != first {
			h.t.Error("sent again, the form booked again")
		}
		if b, err := h.Booking(h.t.Context(), h.anna(), id); err != nil || b.Answer != n || b.Visit != nil {
			h.t.Errorf("what was typed is still there: %+v, %v", b.Visit, err)
		}
	})
}

// Mission S6: who takes a booking back, when, and what is left.
func TestCancel(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := h.t.Context(), h.registered(h.people.CIA[0], registration.Registered, false)
		before := h.fileOf(n).Registration
		f := h.booked(h.anna(), n, registration.StrongVerification)
		h.wants(h.Cancel(ctx, h.anna(), n, " "), ErrReason)
		h.wants(h.Cancel(ctx, h.bruno(), n, "collega"), ErrPrinted)
		h.must(h.Cancel(ctx, h.anna(), n, "persona sbagliata"))
		h.wants(h.Cancel(ctx, h.anna(), n, "di nuovo"), registration.ErrNotPending)
		after := h.fileOf(n)
		if r := after.Registration; r.State != registration.Registered || !r.VerifiedAt.Equal(before.VerifiedAt) || r.VerifiedBy != before.VerifiedBy {
			h.t.Errorf("the registration stands at %s, verified %s by %s", r.State, r.VerifiedAt, r.VerifiedBy)
		}
		if op := after.Operation; op.Outcome != registration.Discarded || op.CloseReason != "annullata: persona sbagliata" {
			h.t.Errorf("operation %+v", op)
		}
		if left := h.handover(f.Operation.ID); left.PIN != "" || left.SealedCode != nil || len(h.mailsOf(f)) != 0 {
			h.t.Error("secrets are left")
		}
		if gate, err := h.OpenGate(ctx, h.anna()); err != nil || gate != "" {
			h.t.Errorf("the gate is still shut: %q %v", gate, err)
		}
		h.booked(h.anna(), n, registration.StrongVerification)
		_, err := h.Print(ctx, h.anna(), Printing{Number: n, Paper: registration.SummarySheet})
		h.must(err)
		h.wants(h.Cancel(ctx, h.anna(), n, "tardi"), ErrPrinted)
		h.must(h.Cancel(ctx, h.carla(), n, "lo chiede il cittadino"))
		h.checkRecords(audit.CancelBooking, audit.Done, 2)
		h.checkRecords(audit.CancelBooking, audit.Refused, 4)
	})
}

func (h *house) fileOf(n registration.Number) (f File) {
	h.t.Helper()
	h.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		h.must(err)
		f, err = h.file(tx, r.ID)
		return err
	})
	return f
}

func (h *house) checkRecords(deed audit.Deed, outcome audit.Outcome, want int) {
	h.t.Helper()
	got := 0
	h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: deed, Outcome: outcome}, func(audit.Record) error { got++; return nil }))
	if got != want {
		h.t.Errorf("%d records of %s %s, want %d", got, deed, outcome, want)
	}
}

// What replaces a booking entirely is, once cancelled, as if neither had been.
func TestCancelAfterReplacing(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Registered, false)
		h.booked(h.anna(), n, registration.StrongVerification)
		h.finish(h.anna(), n)
		h.booked(h.anna(), n, registration.Revocation)
		h.must(h.Cancel(h.t.Context(), h.anna(), n, "ci ripensa"))
		if r := h.fileOf(n).Registration; r.State != registration.Registered {
			h.t.Errorf("state %s", r.State)
		}
	})
}

// Somebody under age books only with the act that emancipates them; a revocation asks for none (mission S13).
func TestBookForAMinor(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, false)
		h.edit(n, func(p *person.Person) { p.BirthDate = "2010-01-01" })
		id := h.prepare(h.anna(), n, registration.Reset)
		_, err := h.Book(h.t.Context(), h.anna(), id)
		h.wants(err, ErrIncomplete)
		id = h.prepare(h.anna(), n, registration.Reset, func(v *Visit) { v.Emancipation = "Decreto 12/2026 del Tribunale di Torino" })
		_, err = h.Book(h.t.Context(), h.anna(), id)
		h.must(err)
		h.must(h.Cancel(h.t.Context(), h.anna(), n, "prova"))
		h.booked(h.anna(), n, registration.Revocation)
	})
}

// A code of one purpose never opens the other.
func TestCodeOfRevocationIsItsOwn(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, true)
		f := h.booked(h.anna(), n, registration.Revocation)
		kept := h.handover(f.Operation.ID)
		plain, err := h.Sealer.Open(sealCode(f.Operation.ID), kept.SealedCode)
		h.must(err)
		if !credential.SameMAC(kept.Code, h.Hasher.CodeMAC(credential.PurposeRevocation, string(plain))) ||
			credential.SameMAC(kept.Code, h.Hasher.CodeMAC(credential.PurposeActivation, string(plain))) {
			h.t.Error("the code is not a revocation's")
		}
	})
}
