package desk

import (
	"bytes"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"sportello/audit"
	"sportello/credential"
	"sportello/letter"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/testdb"
)

func TestRegisterAtAnEntitledDesk(t *testing.T) {
	each(t, func(h *house) {
		n := h.register(h.anna(), h.people.CIA[0], func(e *Entry) { e.Note = "Parla francese" })
		f := h.papersOf(h.anna(), n)
		if f.Registration.State != registration.Verified || f.Registration.Strong || f.Registration.PINHeld || f.Registration.DeskNote != "Parla francese" {
			h.t.Errorf("registration %+v", f.Registration)
		}
		if op := f.Operation; op.Kind != registration.StrongVerification || !op.Entitled || !op.Imputable() || op.Operator != "anna" {
			h.t.Errorf("operation %+v", op)
		}
		if !slices.Equal(f.Unprinted, []registration.Paper{registration.PINLetter, registration.SummarySheet}) || len(f.Mails) != 1 || f.Mails[0].To != "giulia@esempio.it" {
			h.t.Errorf("to print %v, mails %d", f.Unprinted, len(f.Mails))
		}
		edited := 0
		for _, s := range f.Provenance {
			if s.Source != "CIA" {
				h.t.Errorf("provenance %+v", s)
			}
			if s.Edited {
				edited++
			}
		}
		if len(f.Provenance) == 0 || edited == 0 {
			h.t.Errorf("%d sources, %d edited: the document was another", len(f.Provenance), edited)
		}
	})
}

func TestRegistriesThatFailCostNothing(t *testing.T) {
	for _, tt := range []struct {
		fault simulator.Fault
		want  registry.Outcome
	}{
		{simulator.Fault{Kind: simulator.Slow, Delay: time.Second}, registry.Slow},
		{simulator.Fault{Kind: simulator.Down}, registry.Down},
		{simulator.Fault{Kind: simulator.Nonsense}, registry.Nonsense},
	} {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			each(t, func(h *house) {
				h.registry.SetFault(registry.CIA, tt.fault)
				h.registry.SetFault(registry.AURA, tt.fault)
				d, err := h.Draft(h.t.Context(), h.anna(), h.draft(h.anna(), h.people.CIA[0]))
				h.must(err)
				notices := d.Finding.Notices()
				if d.Finding.Record != nil || len(notices) != 2 || notices[0].Outcome != tt.want {
					h.t.Errorf("finding %+v", d.Finding)
				}
			})
		})
	}
}

func TestWhoIsNotRegistered(t *testing.T) {
	each(t, func(h *house) {
		ctx, citizen := h.t.Context(), h.people.CIA[0]
		elsewhere := asl
		elsewhere.Competence = office.Competence{Comuni: []string{"L219"}}
		torino := Query{TaxCode: "RSSMRA80A01H501U", Province: "TO", Comune: "L219"}
		n := h.register(h.anna(), h.people.CIA[1])
		for name, tt := range map[string]struct {
			who  Who
			q    Query
			want error
		}{
			"deceased":         {h.anna(), asked(h.people.Deceased[0]), ErrDeceased},
			"weak":             {h.bruno(), asked(h.people.CIA[1]), ErrAlreadyRegistered},
			"self":             {h.anna(), Query{TaxCode: string(anna.TaxCode), Province: "TO", Comune: "L219"}, office.ErrSelf},
			"competence":       {h.at(anna, elsewhere, office.Clerk), Query{TaxCode: string(citizen.TaxCode), Province: "CN", Comune: "D205"}, office.ErrCompetence},
			"auditor":          {h.at(anna, asl, office.Auditor), torino, office.ErrForbidden},
			"wrong place":      {h.anna(), Query{TaxCode: torino.TaxCode, Province: "TO", Comune: "H501"}, ErrUnknownPlace},
			"check letter":     {h.anna(), Query{TaxCode: "RSSMRA80A01H501A", Province: "TO", Comune: "L219"}, person.ErrTaxCodeCheck},
			"provisional tick": {h.anna(), Query{TaxCode: torino.TaxCode, Province: "TO", Comune: "L219", Provisional: true}, ErrTaxCode},
		} {
			_, err := h.Look(ctx, tt.who, tt.q)
			if !errors.Is(err, tt.want) {
				h.t.Errorf("%s: %v, want %v", name, err, tt.want)
			}
		}
		there := AlreadyRegistered{}
		if _, err := h.Look(ctx, h.bruno(), asked(h.people.CIA[1])); !errors.As(err, &there) || there.Number != string(n) {
			h.t.Errorf("it leads to %q, want %s", there.Number, n)
		}
		h.change(n, func(r *registration.Registration) { r.State, r.Strong = registration.Active, true })
		_, err := h.Look(ctx, h.bruno(), asked(h.people.CIA[1]))
		h.wants(err, ErrAlreadyStrong)
	})
}

// change alters a registration behind the desk's back.
func (h *house) change(n registration.Number, f func(*registration.Registration)) {
	h.t.Helper()
	h.act(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		if err != nil {
			return err
		}
		f(r)
		return tx.SaveRegistration(r)
	})
}

// A rejected registration is replaced by a new one (mission S4).
func TestRejectedIsReplaced(t *testing.T) {
	each(t, func(h *house) {
		old := h.register(h.anna(), h.people.CIA[0])
		h.must(h.Release(h.t.Context(), h.carla(), old, "prova"))
		h.change(old, func(r *registration.Registration) { r.State = registration.Rejected })
		id := h.draft(h.anna(), h.people.CIA[0])
		d, err := h.Draft(h.t.Context(), h.anna(), id)
		h.must(err)
		if d.Replaces == "" {
			h.t.Error("the draft does not say that it replaces one")
		}
		h.typed(h.anna(), id, entryOf(h.people.CIA[0]))
		n, err := h.Register(h.t.Context(), h.anna(), id)
		if err != nil || n == old {
			h.t.Errorf("registered as %s (%v)", n, err)
		}
	})
}

// Two desks, one citizen: one registers, the other is told who is there already.
func TestTwoDesksRace(t *testing.T) {
	each(t, func(h *house) {
		citizen := h.people.CIA[0]
		ids := map[string]Who{h.draft(h.anna(), citizen): h.anna(), h.draft(h.bruno(), citizen): h.bruno()}
		var mu sync.Mutex
		var refused []error
		var wg sync.WaitGroup
		for id, who := range ids {
			h.typed(who, id, entryOf(citizen))
			wg.Go(func() {
				_, err := h.Register(h.t.Context(), who, id)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					refused = append(refused, err)
				}
			})
		}
		wg.Wait()
		if len(refused) != 1 || !errors.Is(refused[0], ErrAlreadyRegistered) {
			h.t.Errorf("refused: %v", refused)
		}
	})
}

func TestDraftSentAgain(t *testing.T) {
	each(t, func(h *house) {
		id := h.draft(h.anna(), h.people.CIA[0])
		_, err := h.Register(h.t.Context(), h.anna(), id)
		h.wants(err, ErrIncomplete)
		h.typed(h.anna(), id, entryOf(h.people.CIA[0]))
		first, err := h.Register(h.t.Context(), h.anna(), id)
		h.must(err)
		if again, err := h.Register(h.t.Context(), h.anna(), id); err != nil || again != first {
			h.t.Errorf("again %s (%v), want %s", again, err, first)
		}
		if _, err := h.Draft(h.t.Context(), h.bruno(), id); !errors.Is(err, store.ErrNotFound) {
			h.t.Errorf("a colleague reads the draft: %v", err)
		}
	})
}

func TestWeakAndPINOnlyEnti(t *testing.T) {
	each(t, func(h *house) {
		weak := h.papersOf(h.atComune(), h.register(h.atComune(), h.people.CIA[0]))
		if op := weak.Operation; op.Kind != registration.Verification || op.Entitled || op.Imputable() || len(weak.Mails) != 1 {
			h.t.Errorf("comune: %+v, mails %d", op, len(weak.Mails))
		}
		only := h.papersOf(h.atCPI(), h.register(h.atCPI(), h.people.CIA[1]))
		if only.SealedCode || len(only.Mails) != 0 || !only.SealedPIN {
			h.t.Errorf("CPI: code %v, mails %d, PIN %v", only.SealedCode, len(only.Mails), only.SealedPIN)
		}
	})
}

// The gate follows the operator, not the session; each printing counts; PIN and code are gone at the end.
func TestPapers(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := h.t.Context(), h.register(h.anna(), h.people.CIA[0])
		if gate, err := h.OpenGate(ctx, h.anna()); err != nil || gate != n {
			h.t.Errorf("gate %q (%v)", gate, err)
		}
		if gate, _ := h.OpenGate(ctx, h.bruno()); gate != "" {
			h.t.Errorf("a colleague's gate %q", gate)
		}
		h.wants(h.Conclude(ctx, h.anna(), n), ErrUnprinted)
		_, err := h.OpenGate(ctx, h.atComune())
		h.wants(err, ErrOtherEnte)
		for _, role := range []office.Role{office.Helpdesk, office.Administrator, office.Auditor} {
			_, err := h.Papers(ctx, h.at(bruno, asl, role), n)
			h.wants(err, office.ErrForbidden)
		}
		self := bruno
		self.TaxCode = h.people.CIA[0].TaxCode
		h.wants(h.Release(ctx, h.at(self, asl, office.Supervisor), n, "stampante rotta"), office.ErrSelf)
		for _, tt := range []struct {
			who  Who
			in   Printing
			want error
		}{
			{h.bruno(), Printing{n, registration.PINLetter, "", ""}, ErrOtherDesk},
			{h.bruno(), Printing{n, registration.CodeLetter, "richiesto", ""}, ErrOtherDesk},
			{h.anna(), Printing{n, registration.CodeLetter, " ", ""}, ErrReason},
			{h.atComune(), Printing{n, registration.SummarySheet, "", ""}, store.ErrNotFound},
			{h.at(anna, asl, office.Auditor), Printing{n, registration.SummarySheet, "", ""}, office.ErrForbidden},
			{h.at(self, asl, office.Clerk), Printing{n, registration.SummarySheet, "", ""}, office.ErrSelf},
			{h.at(self, asl, office.Clerk), Printing{n, registration.CodeLetter, "richiesto", ""}, office.ErrSelf},
		} {
			_, err := h.Print(ctx, tt.who, tt.in)
			h.wants(err, tt.want)
		}
		for _, in := range []Printing{{n, registration.PINLetter, "", ""}, {n, registration.PINLetter, "", "de"}, {n, registration.SummarySheet, "", "en"},
			{n, registration.CodeLetter, "richiesto", ""}, {n, registration.TermsOnPaper, "", ""}} {
			pdf, err := h.Print(ctx, h.anna(), in)
			h.must(err)
			if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
				h.t.Errorf("%s is no PDF", in.Paper)
			}
		}
		if terms := h.terms(h.papersOf(h.anna(), n), letter.Head{}, letter.Place{}); terms.Number != string(n) || terms.BirthPlace.String() == "" {
			h.t.Errorf("the Regolamento to sign on paper has number %q and place of birth %q", terms.Number, terms.BirthPlace)
		}
		if got := h.papersOf(h.anna(), n).Operation.Prints[registration.PINLetter].Count; got != 2 {
			h.t.Errorf("PIN letter counted %d times", got)
		}
		if gate, _ := h.OpenGate(ctx, h.anna()); gate != "" {
			h.t.Errorf("all is printed, but the gate is %q", gate)
		}
		h.wants(h.Conclude(ctx, h.bruno(), n), ErrOtherDesk)
		h.must(h.Conclude(ctx, h.anna(), n))
		h.must(h.Conclude(ctx, h.anna(), n))
		if !h.papersOf(h.anna(), n).Registration.PINHeld {
			h.t.Error("the citizen has a PIN, the registration does not say so")
		}
		left := h.handover(h.papersOf(h.anna(), n).Operation.ID)
		if left.SealedPIN != nil || left.SealedCode != nil || left.PIN == "" || left.Code == "" {
			h.t.Error("the end left sealed secrets, or took the hashes")
		}
		_, err = h.Print(ctx, h.anna(), Printing{n, registration.PINLetter, "", ""})
		h.wants(err, ErrGone)
	})
}

// A delegate who is an operator prints nothing of what they collect.
func TestDelegatePrintsNothing(t *testing.T) {
	h := &house{t: t}
	d := &Desk{}
	f := File{Operation: &registration.Operation{Operator: "anna", Outcome: registration.Pending, Delegation: &registration.Delegation{TaxCode: bruno.TaxCode}}}
	for _, paper := range []registration.Paper{registration.PINLetter, registration.CodeLetter, registration.SummarySheet} {
		h.wants(d.mayPrint(h.bruno(), f, Printing{Paper: paper, Reason: "richiesto"}, h.now), office.ErrSelf)
	}
}

func (h *house) handover(operation string) (kept credential.Handover) {
	h.t.Helper()
	h.see(func(tx *store.Tx) error {
		x, err := tx.Handover(operation)
		if err == nil {
			kept = *x
		}
		return err
	})
	return kept
}

// Without e-mail the code's letter is one of the required papers (mission S7, S20).
func TestNoEmail(t *testing.T) {
	each(t, func(h *house) {
		f := h.papersOf(h.anna(), h.register(h.anna(), h.people.CIA[0], func(e *Entry) { e.Person.Contacts = person.Contacts{NoEmail: true} }))
		if !slices.Contains(f.Unprinted, registration.CodeLetter) || len(f.Mails) != 0 {
			h.t.Errorf("to print %v, mails %d", f.Unprinted, len(f.Mails))
		}
		_, err := h.Print(h.t.Context(), h.anna(), Printing{f.Registration.Number, registration.CodeLetter, "", ""})
		h.must(err)
	})
}

func TestRelease(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := h.t.Context(), h.register(h.anna(), h.people.CIA[0])
		h.wants(h.Release(ctx, h.anna(), n, "stampante guasta"), office.ErrForbidden)
		h.wants(h.Release(ctx, h.carla(), n, " "), ErrReason)
		h.must(h.Release(ctx, h.carla(), n, "stampante guasta"))
		h.wants(h.Release(ctx, h.carla(), n, "ancora"), registration.ErrNotPending)
		f := h.papersOf(h.anna(), n)
		if f.Operation.Outcome != registration.Discarded || f.SealedPIN || f.SealedCode || len(f.Mails) != 0 {
			h.t.Errorf("operation %+v, mails %d", f.Operation, len(f.Mails))
		}
		if gate, _ := h.OpenGate(ctx, h.anna()); gate != "" {
			h.t.Errorf("the gate is still %q", gate)
		}
	})
}

// Several machines sweep in the same moment: what one does, the others leave no record of having done.
func TestSweepsAtOnce(t *testing.T) {
	each(t, func(h *house) {
		const desks = 5
		for i := range desks {
			h.register(h.anna(), h.people.CIA[i])
		}
		h.now = h.now.Add(25 * time.Hour)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() { h.must(h.Sweep(h.t.Context())) })
		}
		all.Wait()
		n := 0
		h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: audit.DestroySecrets, Outcome: audit.Done}, func(audit.Record) error { n++; return nil }))
		if n != desks {
			h.t.Errorf("%d desks were left, %d are on record", desks, n)
		}
	})
}

// What a desk leaves unprinted is cancelled after the community's hours; what it printed is concluded.
func TestSweep(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		left, printed := h.register(h.anna(), h.people.CIA[0]), h.register(h.bruno(), h.people.CIA[1])
		for _, p := range []registration.Paper{registration.PINLetter, registration.SummarySheet} {
			_, err := h.Print(ctx, h.bruno(), Printing{printed, p, "", ""})
			h.must(err)
		}
		h.now = h.now.Add(23 * time.Hour)
		h.must(h.Sweep(ctx))
		if f := h.papersOf(h.anna(), left); !f.SealedPIN {
			h.t.Error("swept too early")
		}
		h.now = h.now.Add(2 * time.Hour)
		h.must(h.Sweep(ctx))
		if f := h.papersOf(h.anna(), left); f.Operation.Outcome != registration.Discarded || f.SealedPIN {
			h.t.Errorf("left unprinted: %+v", f.Operation)
		}
		if f := h.papersOf(h.bruno(), printed); f.Operation.Outcome != registration.Pending || f.SealedPIN || f.Operation.ConcludedAt.IsZero() {
			h.t.Errorf("printed: %+v", f.Operation)
		}
		h.now = h.now.AddDate(0, 0, 125)
		h.must(h.Sweep(ctx))
		if f := h.papersOf(h.bruno(), printed); f.Operation.Outcome != registration.Discarded {
			h.t.Errorf("long expired: %+v", f.Operation)
		}
	})
}

func TestFourEyes(t *testing.T) {
	h := &house{t: t}
	f := File{Operation: &registration.Operation{Operator: "anna", Outcome: registration.Pending}}
	f.Community.Desk.FourEyes = true
	d := &Desk{}
	in := Printing{Paper: registration.CodeLetter, Reason: "richiesto"}
	h.wants(d.mayPrint(h.anna(), f, in, h.now), ErrFourEyes)
	h.must(d.mayPrint(h.bruno(), f, in, h.now))
}

// Who lives abroad has a city and a nation, and no Italian CAP (mission D07).
func TestReviewAbroad(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	citizen := h.people.Neither[0]
	draft := Draft{TaxCode: citizen.TaxCode, Province: person.AbroadProvince, Comune: person.AbroadComune}
	e := entryOf(citizen)
	e.Person.Residence = person.Residence{Address: "Rue du Lac", Number: "1"}
	review, err := h.Review(h.anna(), draft, e, h.now)
	h.must(err)
	if len(review.Problems) != 2 || review.Problems[0].Field != CityField || review.Problems[1].Field != NationField {
		t.Errorf("problems %v", review.Problems)
	}
	e.Person.Residence.City, e.Person.Residence.Nation = "Ginevra", "Svizzera"
	if review, err = h.Review(h.anna(), draft, e, h.now); err != nil || len(review.Problems) > 0 {
		t.Errorf("problems %v (%v)", review.Problems, err)
	}
}

// Every rule of the review stops at its field, and a good entry passes.
func TestReview(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	citizen := h.people.CIA[0]
	draft := Draft{TaxCode: citizen.TaxCode, Province: citizen.Residence.Province, Comune: citizen.Residence.Comune}
	delegate := func(e *Entry) {
		e.Delegation = &registration.Delegation{Kind: registration.Mandate, Surname: "Rossi", Name: "Carla", TaxCode: carla.TaxCode, BirthDate: "1970-03-03", Sex: person.Female, Document: e.Person.Document,
			Evidence: registration.Evidence{FormKept: true, DocumentSeen: true, CitizenCopy: true}}
		e.Checks.CopiesArchived = true
	}
	for _, tt := range []struct {
		name   string
		change func(*Entry)
		want   Field // "" for no problem
	}{
		{"good", func(*Entry) {}, ""},
		{"no surname", func(e *Entry) { e.Person.Surname, e.Person.Name = " ", "" }, SurnameField},
		{"a single name", func(e *Entry) { e.Person.Name, e.Disagreement = "", "nome unico" }, ""},
		{"born tomorrow", func(e *Entry) { e.Person.BirthDate, e.Disagreement = "2026-11-24", "x" }, BirthField},
		{"born long ago", func(e *Entry) { e.Person.BirthDate, e.Disagreement = "1880-01-01", "x" }, BirthField},
		{"minor", func(e *Entry) { e.Person.BirthDate, e.Disagreement = "2010-01-01", "x" }, EmancipationField},
		{"emancipated", func(e *Entry) { e.Person.BirthDate, e.Disagreement, e.Emancipation = "2010-01-01", "x", "atto 3/2026" }, ""},
		{"other name", func(e *Entry) { e.Person.Surname = "Zzyzx" }, MismatchField},
		{"other name with a reason", func(e *Entry) { e.Person.Surname, e.Disagreement = "Zzyzx", "errore di attribuzione" }, ""},
		{"CAP", func(e *Entry) { e.Person.Residence.PostalCode = "1012" }, PostalCodeField},
		{"no e-mail", func(e *Entry) { e.Person.Contacts.Email = "" }, EmailField},
		{"has none", func(e *Entry) { e.Person.Contacts = person.Contacts{NoEmail: true} }, ""},
		{"CEC-PAC", func(e *Entry) { e.Person.Contacts.Email = "a@postacertificata.gov.it" }, EmailField},
		{"expired", func(e *Entry) { e.Person.Document.ExpiresOn = "2026-11-22" }, DocExpiresField},
		{"expires today", func(e *Entry) { e.Person.Document.ExpiresOn = "2026-11-23" }, ""},
		{"paper card", func(e *Entry) { e.Person.Document.Kind, e.Person.Document.Number = person.IdentityCard, "AX1234567" }, DocNumberField},
		{"not taken", func(e *Entry) { e.Person.Document.Kind = "porto d'armi" }, DocKindField},
		{"no residence proof", func(e *Entry) { e.Checks.ResidenceProof = false }, ResidenceProof},
		{"document not seen", func(e *Entry) { e.Checks.Document = false }, SeenDocument},
		{"no privacy notice", func(e *Entry) { e.Checks.PrivacyNotice = false }, ShownPrivacy},
		{"delegate", delegate, ""},
		{"delegate's copies", func(e *Entry) { delegate(e); e.Checks.CopiesArchived = false }, CopiesArchived},
		{"delegate is the citizen", func(e *Entry) { delegate(e); e.Delegation.TaxCode = citizen.TaxCode }, DelegateTaxCode},
		{"delegate's code", func(e *Entry) { delegate(e); e.Delegation.TaxCode = "RSSCRL" }, DelegateTaxCode},
		{"young delegate", func(e *Entry) { delegate(e); e.Delegation.BirthDate = "2010-03-03" }, DelegateBirth},
		{"the operator's mailbox", func(e *Entry) { e.Person.Contacts.Email = "Anna@Sportello.example" }, EmailField},
		{"domicile CAP", func(e *Entry) { e.Person.Domicile = person.Domicile{Elsewhere: true, PostalCode: "x"} }, DomPostalCodeField},
	} {
		e := entryOf(citizen)
		tt.change(&e)
		e.Person.Residence.Province, e.Person.Residence.Comune = "", "" // they are the draft's
		review, err := h.Review(h.anna(), draft, e, h.now)
		h.must(err)
		stops := slices.ContainsFunc(review.Problems, func(r Remark) bool { return r.Field == tt.want && r.Text != "" })
		if tt.want == "" && len(review.Problems) > 0 || tt.want != "" && !stops {
			t.Errorf("%s: problems %v, want %q", tt.name, review.Problems, tt.want)
		}
	}
}
