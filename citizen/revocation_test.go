package citizen_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sportello/access"
	"sportello/assurance"
	"sportello/audit"
	"sportello/citizen"
	"sportello/credential"
	"sportello/mail"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

var signed = citizen.Signature{Conditions: true, Lang: "en"}

// revoking is somebody with active credentials to whom a desk has given a revocation code.
func (h house) revoking(t *testing.T) registered {
	t.Helper()
	who := h.register(t, "asl")
	h.activate(t, who, chosen)
	h.book(t, &who, "asl", registration.Revocation, who.op+"-revoca")
	return who
}

func (who registered) revocation() citizen.RevocationCodes {
	return citizen.RevocationCodes{TaxCode: who.TaxCode, Code: who.Code}
}

func (h house) revoke(t *testing.T, who registered) (token string) {
	t.Helper()
	token, err := h.CheckRevocation(ctx, home, who.revocation())
	must(t, err)
	must(t, h.Revoke(ctx, home, token, signed))
	return token
}

// personal is a registration as full of personal data as one can be: a delegate, sources of fields, a mail not sent, another tax code, an earlier rejected registration.
func (h house) personal(t *testing.T) (who registered, traces []string) {
	t.Helper()
	who = h.register(t, "asl")
	h.activate(t, who, chosen)
	who.delegation = &registration.Delegation{Kind: registration.Mandate, Surname: "Delegatissimo", Name: "Ugo", TaxCode: "DLGGUO70A01L219X", BirthDate: "1970-01-01",
		Document: person.Document{Kind: person.Passport, Number: "YB7654321"}, Email: "ugo@delegato.example", Phone: "0118888888"}
	h.book(t, &who, "asl", registration.NewPIN, "con-delega")
	h.book(t, &who, "asl", registration.Revocation, "revoca")
	number, err := registration.DrawNumber(rand.Reader)
	must(t, err)
	h.act(t, func(tx *store.Tx) error {
		p, err := tx.Person(person.ID(who.person))
		if err != nil {
			return err
		}
		p.Surname, p.Name, p.Residence = "Singolarissimo", "Ildebrando", person.Residence{Address: "Via Introvabile", Number: "7", Province: "TO", Comune: "L219", PostalCode: "10121"}
		p.Document = person.Document{Kind: person.Passport, Number: "YA1234567", Issuer: "Questura Unica", IssuedOn: "2024-01-01", ExpiresOn: "2034-01-01"}
		p.Contacts.Mobile = "3339998877"
		r, err := tx.Registration(who.reg)
		if err != nil {
			return err
		}
		r.DeskNote = "nota su Singolarissimo"
		return errors.Join(tx.SavePerson(p), tx.SaveRegistration(r),
			tx.SetProvenance(p.ID, []store.FieldSource{{Field: "cognome", Source: "CIA", ReadAt: tx.Now}}),
			tx.AddRegistration(&registration.Registration{ID: "vecchia", Number: number, Person: p.ID, Realm: realm, Community: realm, State: registration.Rejected, CreatedAt: tx.Now, OtherNote: "Singolarissimo"}),
			tx.Enqueue(&store.OutboxMail{ID: "codice", Kind: string(mail.RevocationCode), Community: realm, Registration: who.reg, Operation: who.op, To: p.Contacts.Email,
				Data: map[string]string{mail.DataName: p.FullName()}}),
			tx.AddDraft(&store.Draft{ID: "bozza", Operator: "op", Ente: "asl", Data: []byte("x"), Answer: string(r.Number)}))
	})
	return who, []string{"singolarissimo", "ildebrando", who.TaxCode, "mario.rossi", "introvabile", "ya1234567", "questura unica", "3339998877",
		"delegatissimo", "dlgguo70a01l219x", "yb7654321", "ugo@", "0118888888"}
}

// found are the tables that hold one of the traces.
func (h house) found(t *testing.T, traces []string) (tables []string) {
	t.Helper()
	for name, lines := range h.rows(t) {
		text := strings.ToLower(strings.Join(lines, "\n"))
		if slices.ContainsFunc(traces, func(s string) bool { return strings.Contains(text, strings.ToLower(s)) }) {
			tables = append(tables, name)
		}
	}
	slices.Sort(tables)
	return tables
}

// A revocation erases the person from every table, but for the address of the last mail until it has gone (I10, mission S31).
func TestRevocationErases(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who, traces := h.personal(t)
		if got := h.found(t, traces); !slices.Contains(got, "person") || !slices.Contains(got, "delegation") || !slices.Contains(got, "username") || !slices.Contains(got, "outbox") {
			t.Fatalf("the traces were in %v", got)
		}
		token := h.revoke(t, who)
		if got := h.found(t, traces); !slices.Equal(got, []string{"outbox"}) {
			t.Errorf("traces are left in %v", got)
		}
		mails, err := h.Store.ClaimMail(ctx, time.Minute, 9)
		must(t, err)
		if len(mails) != 1 || mails[0].Kind != string(mail.Revoked) || mails[0].To != "mario.rossi@posta.example" || mails[0].Lang != "en" {
			t.Fatalf("mails %+v", mails)
		}
		must(t, h.Store.MailSent(ctx, mails[0].ID))
		if got := h.found(t, traces); len(got) != 0 {
			t.Errorf("once the mail is sent, traces are left in %v", got)
		}
		for _, name := range []string{"person", "tax_code", "provenance", "registration", "listing", "operation", "delegation", "handover", "credential", "acceptance", "outbox", "draft"} {
			if rows := h.rows(t)[name]; len(rows) != 0 {
				t.Errorf("%s keeps %v", name, rows)
			}
		}
		r, err := h.Revocation(ctx, token)
		must(t, err)
		if !r.Done || !r.Mailed || r.Community.ID != realm || r.Person.Surname+string(r.Person.TaxCode)+string(r.Registration.Number) != "" {
			t.Errorf("the last page knows %+v", r)
		}
		h.checkRegister(t, who)
		must(t, h.Store.Audit(ctx, audit.Filter{}, func(audit.Record) error { return nil })) // none was altered
	})
}

// checkRegister looks at the line that stays.
func (h house) checkRegister(t *testing.T, who registered) {
	t.Helper()
	must(t, h.Store.Read(ctx, func(tx *store.Tx) error {
		lines, err := tx.Revoked(person.TaxCode(who.TaxCode))
		if err != nil || len(lines) != 1 {
			t.Errorf("lines %+v", lines)
			return err
		}
		l := lines[0]
		if l.Registration != who.reg || l.Community != realm || !l.Strong || l.Proof != person.Passport || l.ProofEnd != "567" || l.Signed != "titolare" || l.Conditions == "" ||
			len(l.Operations) != 3 || l.Operations[0].Kind != registration.Revocation || l.Operations[0].Outcome != registration.Success || l.Operations[0].Ente != "asl" || l.Operations[0].Operator != "op" {
			t.Errorf("line %+v", l)
		}
		return nil
	}))
	done := 0
	must(t, h.Store.Audit(ctx, audit.Filter{Deed: audit.RevokeCitizen, Outcome: audit.Done}, func(r audit.Record) error {
		done++
		if r.Actor != who.person || r.Registration != who.reg || r.Operation != who.op || r.Ente != "asl" || r.PersonMAC != h.Store.PersonMAC(person.TaxCode(who.TaxCode)) {
			t.Errorf("record %+v", r)
		}
		return nil
	}))
	if done != 1 {
		t.Errorf("%d revocations on record", done)
	}
}

// After a revocation nothing opens any more, the username stays taken, and registering again works at once (mission S10).
func TestAfterRevocation(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		session, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: chosen.Username, Password: chosen.Password})
		must(t, err)
		h.revoke(t, who)
		if _, err := h.access.Citizen(ctx, session); !errors.Is(err, access.ErrNoSession) {
			t.Errorf("a session outlives the revocation: %v", err)
		}
		if _, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: chosen.Username, Password: chosen.Password}); !errors.Is(err, access.ErrCredentials) {
			t.Errorf("the credentials open: %v", err)
		}
		if _, err := h.CheckRevocation(ctx, home, who.revocation()); !errors.Is(err, citizen.ErrCodes) {
			t.Errorf("the code a second time: %v", err)
		}
		*h.people = 0 // the same person
		again := h.register(t, "asl")
		token, err := h.CheckCodes(ctx, home, again.Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		wrong, other := citizen.Choice{}, chosen
		other.Username = "MARIO.rossi80"
		if err := h.Complete(ctx, home, token, other); !errors.As(err, &wrong) || wrong.Username.Text == "" {
			t.Errorf("the username of before: %v", err)
		}
		h.act(t, func(tx *store.Tx) error { // and whoever does not ask first is refused by the store
			err := tx.SetCredentials(realm, &credential.Set{Registration: again.reg, Username: other.Username})
			if !errors.Is(err, store.ErrConflict) {
				t.Errorf("the username was given again: %v", err)
			}
			return nil
		})
	})
}

// What is wrong gets one answer at one cost; a dead code is explained to who has the right one; an activation code revokes nothing, nor the other way round (E15).
func TestRevocationCodesRefused(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who, other := h.revoking(t), h.register(t, "asl")
		before := h.rows(t)
		for name, in := range map[string]citizen.RevocationCodes{
			"nothing":         {},
			"unknown person":  {TaxCode: "VRDLGU70D15F205L", Code: who.Code},
			"another person":  {TaxCode: other.TaxCode, Code: who.Code},
			"no tax code":     {TaxCode: "X", Code: who.Code},
			"wrong code":      {TaxCode: who.TaxCode, Code: "0000-0000-0000"},
			"activation code": {TaxCode: other.TaxCode, Code: other.Code},
		} {
			macs := h.macs.all("credential/")
			if _, err := h.CheckRevocation(ctx, audit.Origin{Address: "198.51.100.7"}, in); !errors.Is(err, citizen.ErrCodes) {
				t.Errorf("%s: %v", name, err)
			}
			if n := h.macs.all("credential/") - macs; n != len(h.Communities.Realm(realm)) {
				t.Errorf("%s: %d digests", name, n)
			}
		}
		if _, err := h.CheckCodes(ctx, home, who.Codes); !errors.Is(err, citizen.ErrCodes) {
			t.Errorf("a revocation code activates: %v", err)
		}
		unchanged(t, before, h.rows(t))
		old := who
		h.book(t, &who, "asl", registration.Revocation, "seconda")
		if _, err := h.CheckRevocation(ctx, home, old.revocation()); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("a code that was replaced: %v", err)
		}
		typed := citizen.RevocationCodes{TaxCode: " " + strings.ToLower(who.TaxCode), Code: strings.ToLower(strings.ReplaceAll(who.Code, "-", " "))}
		_, err := h.CheckRevocation(ctx, home, typed)
		must(t, err)
		*h.now = h.now.AddDate(0, 0, 31)
		if _, err := h.CheckRevocation(ctx, home, who.revocation()); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("an expired code: %v", err)
		}
	})
}

// However many tries come at once, an address gets ten; right codes cost none; the tries of both pages are counted together.
func TestManyRevocationCodes(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		for range 12 {
			_, err := h.CheckRevocation(ctx, home, who.revocation())
			must(t, err)
		}
		results := make([]error, 16)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() {
				_, results[i] = h.CheckRevocation(ctx, home, citizen.RevocationCodes{TaxCode: who.TaxCode, Code: fmt.Sprint(i)})
			})
		}
		wg.Wait()
		judged := 0
		for _, err := range results {
			if errors.Is(err, citizen.ErrCodes) {
				judged++
			} else if !errors.As(err, &citizen.Wait{}) {
				t.Errorf("one of many: %v", err)
			}
		}
		if judged != 10 {
			t.Errorf("%d codes were judged, want 10", judged)
		}
		if _, err := h.CheckCodes(ctx, home, who.Codes); !errors.Is(err, citizen.ErrTooMany) {
			t.Errorf("the other page: %v", err)
		}
		if _, err := h.CheckRevocation(ctx, audit.Origin{Address: "192.0.2.1"}, who.revocation()); err != nil {
			t.Errorf("the citizen pays for others: %v", err)
		}
	})
}

// Who does not sign, or walks away, keeps everything; the code still works.
func TestRevocationRefused(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		token, err := h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		before := h.rows(t)
		if err := h.Revoke(ctx, home, token, citizen.Signature{}); !errors.Is(err, citizen.ErrNotAccepted) {
			t.Errorf("without a signature: %v", err)
		}
		must(t, h.KeepCredentials(ctx, token))
		if err := h.Revoke(ctx, home, token, signed); !errors.Is(err, citizen.ErrNoProcedure) {
			t.Errorf("after walking away: %v", err)
		}
		unchanged(t, before, h.rows(t))
		token, err = h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		*h.now = h.now.Add(time.Hour + time.Second)
		if err := h.Revoke(ctx, home, token, signed); !errors.Is(err, citizen.ErrNoProcedure) {
			t.Errorf("after an hour: %v", err)
		}
	})
}

// A desk that books something else while the conditions are read stops the revocation.
func TestRevocationReplaced(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		token, err := h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		h.book(t, &who, "asl", registration.NewPIN, "pin")
		before := h.rows(t)
		if err := h.Revoke(ctx, home, token, signed); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("a revocation that was replaced: %v", err)
		}
		unchanged(t, before, h.rows(t))
	})
}

// Two tabs, each with its own session, log-ins and a desk that books, all at once: one revocation, and no way in afterwards.
func TestRevocationRace(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		first, err := h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		second, err := h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		var wg sync.WaitGroup
		var logins [4]string
		for i := range logins {
			wg.Go(func() {
				token, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: chosen.Username, Password: chosen.Password})
				if err != nil && !errors.Is(err, access.ErrCredentials) {
					t.Errorf("a log-in: %v", err)
				}
				logins[i] = token
			})
		}
		for range 2 {
			wg.Go(func() {
				if err := h.Revoke(ctx, home, first, signed); err != nil {
					t.Errorf("a tab: %v", err)
				}
			})
		}
		wg.Go(func() {
			if err := h.Revoke(ctx, home, second, signed); err != nil {
				t.Errorf("another window: %v", err)
			}
		})
		wg.Wait()
		for _, token := range logins {
			if _, err := h.access.Citizen(ctx, token); !errors.Is(err, access.ErrNoSession) {
				t.Errorf("a log-in outlives the revocation: %v", err)
			}
		}
		done := 0
		must(t, h.Store.Audit(ctx, audit.Filter{Deed: audit.RevokeCitizen, Outcome: audit.Done}, func(audit.Record) error { done++; return nil }))
		if done != 1 || len(h.rows(t)["revocation"]) != 1 || len(h.rows(t)["person"]) != 0 {
			t.Errorf("%d revocations", done)
		}
	})
}

// An activation that is under way when the citizen revokes ends (an old tab that was left open).
func TestRevocationEndsActivations(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		h.book(t, &who, "asl", registration.Revocation, "revoca") // from riscontrato, before anything was chosen
		h.revoke(t, who)
		if err := h.Complete(ctx, home, token, chosen); !errors.Is(err, citizen.ErrNoProcedure) {
			t.Errorf("an activation goes on: %v", err)
		}
		if rows := h.rows(t)["credential"]; len(rows) != 0 {
			t.Errorf("credentials of nobody: %v", rows)
		}
	})
}

var guardian = &registration.Delegation{Kind: registration.Declaration, Surname: "Verdi", Name: "Paola", TaxCode: "VRDPLA60A41L219H"}

// Who acts by a declaration ticks it, and is written down as who signed (F06).
func TestOnBehalf(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		who.delegation = guardian
		h.book(t, &who, "asl", registration.StrongVerification, "per-conto")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		both := citizen.Acceptance{Terms: true, Privacy: true}
		if err := h.Accept(ctx, home, token, both); !errors.Is(err, citizen.ErrNotAccepted) {
			t.Errorf("without saying for whom: %v", err)
		}
		both.OnBehalf = true
		must(t, h.Accept(ctx, home, token, both))
		must(t, h.Complete(ctx, home, token, chosen))
		if kept := strings.Join(h.rows(t)["acceptance"], "\n"); strings.Count(kept, "signed_by=rappresentante") != 2 {
			t.Errorf("acceptances %s", kept)
		}
		h.book(t, &who, "asl", registration.Revocation, "revoca")
		token, err = h.CheckRevocation(ctx, home, who.revocation())
		must(t, err)
		if err := h.Revoke(ctx, home, token, signed); !errors.Is(err, citizen.ErrNotAccepted) {
			t.Errorf("a revocation without saying for whom: %v", err)
		}
		must(t, h.Revoke(ctx, home, token, citizen.Signature{Conditions: true, OnBehalf: true}))
	})
}

// A mandate lets somebody collect; the citizen signs alone.
func TestMandateSignsNothing(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		mandate := *guardian
		mandate.Kind = registration.Mandate
		who.delegation = &mandate
		h.book(t, &who, "asl", registration.StrongVerification, "delega")
		h.activate(t, who, chosen)
		if kept := strings.Join(h.rows(t)["acceptance"], "\n"); strings.Count(kept, "signed_by=titolare") != 2 {
			t.Errorf("acceptances %s", kept)
		}
	})
}

// Every row of the table comes to its end at home (H01-H07, F07).
func TestEveryRule(t *testing.T) {
	for i, rule := range registration.Rules {
		t.Run(fmt.Sprintf("%s %t %s %d", rule.State, rule.Strong, rule.Kind, rule.Channel), func(t *testing.T) {
			each(t, func(t *testing.T, h house) {
				who := h.register(t, "asl")
				h.act(t, func(tx *store.Tx) error { return h.bring(tx, who, rule) })
				who.op = ""
				ente := map[bool]string{true: "comune", false: "asl"}[rule.Channel == registration.ByWeakChannel]
				h.book(t, &who, ente, rule.Kind, fmt.Sprint("riga", i))
				if rule.AtHome.Has(registration.Erase) {
					h.revoke(t, who)
					if rows := h.rows(t)["registration"]; len(rows) != 0 {
						t.Errorf("left: %v", rows)
					}
					return
				}
				h.atHome(t, who, rule)
			})
		})
	}
}

// bring puts a registration where a rule begins.
func (h house) bring(tx *store.Tx, who registered, rule registration.Rule) error {
	op, err := tx.PendingOperation(who.reg)
	if err != nil {
		return err
	}
	op.Discard(tx.Now, "prova")
	r, err := tx.Registration(who.reg)
	if err != nil {
		return err
	}
	r.State, r.Strong = rule.State, rule.Strong
	err = errors.Join(tx.SaveOperation(op), tx.SaveRegistration(r))
	if rule.State != registration.Active || err != nil {
		return err
	}
	password, err := h.Hasher.Hash(credential.PurposePassword, chosen.Password)
	if err != nil {
		return err
	}
	pin, err := h.Hasher.Hash(credential.PurposePIN, oldPIN)
	if err != nil {
		return err
	}
	return tx.SetCredentials(realm, &credential.Set{Registration: who.reg, Username: chosen.Username, Password: password, PIN: pin})
}

const oldPIN = "AAAAAAAA"

// atHome completes an operation: old credentials work until then, new ones afterwards, and sessions end (mission S5).
func (h house) atHome(t *testing.T, who registered, rule registration.Rule) {
	t.Helper()
	active := rule.State == registration.Active
	var session string
	if active {
		session = h.enter(t, chosen)
		h.wantPIN(t, session, oldPIN, nil)
		h.wantPIN(t, session, who.PIN, access.ErrCredentials)
	}
	token, err := h.CheckCodes(ctx, home, who.Codes)
	must(t, err)
	if active {
		h.wantPIN(t, session, oldPIN, nil) // the codes alone change nothing
	}
	must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true, OldAccount: rule.Kind == registration.Reset}))
	choice := chosen
	if rule.AtHome.Has(registration.ChooseUsername) {
		choice.Username, choice.Password, choice.Repeat = "nuovo.nome", "tegola canguro viola 3", "tegola canguro viola 3"
		must(t, h.Complete(ctx, home, token, choice))
	}
	if active {
		if _, err := h.access.Citizen(ctx, session); !errors.Is(err, access.ErrNoSession) {
			t.Errorf("a session outlives the operation: %v", err)
		}
	}
	session = h.enter(t, choice)
	h.wantPIN(t, session, oldPIN, access.ErrCredentials)
	h.wantPIN(t, session, who.PIN, nil)
	st, err := h.access.Citizen(ctx, session)
	must(t, err)
	want := assurance.Weak
	if rule.AtHome.Has(registration.MakeStrong) || rule.Kind == registration.NewPIN {
		want = assurance.Strong
	}
	if st.Level.Proofing != want {
		t.Errorf("%v, want %v", st.Level.Proofing, want)
	}
}

func (h house) enter(t *testing.T, c citizen.Chosen) string {
	t.Helper()
	token, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: c.Username, Password: c.Password})
	must(t, err)
	return token
}

func (h house) wantPIN(t *testing.T, token, pin string, want error) {
	t.Helper()
	if err := h.access.CitizenPIN(ctx, home, token, pin); !errors.Is(err, want) {
		t.Errorf("PIN: %v, want %v", err, want)
	}
}
