package desk

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
)

// obsoleteCitizen is somebody who is not in the database and holds an old account, and the form that the desk then opens.
func (h *house) obsoleteCitizen() (x simulator.Person, account, form string) {
	h.t.Helper()
	x = h.people.CIA[0]
	account = h.registry.AddAccount(x.TaxCode, "Torinofacile")
	form, err := h.Look(h.t.Context(), h.anna(), asked(x))
	if !errors.Is(err, ErrObsolete) || form == "" {
		h.t.Fatalf("%q, %v: want ErrObsolete with a form", form, err)
	}
	return x, account, form
}

// deeds counts the records of a deed with an outcome in their detail.
func (h *house) closings(esito string) (n int) {
	h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: audit.CloseAccount}, func(r audit.Record) error {
		if r.Detail["esito"] == esito {
			n++
		}
		return nil
	}))
	return n
}

// 001 §5.1.2.3: the request is printed and signed, the account closed, and only then the person can be registered.
func TestObsoleteAccount(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		x, account, form := h.obsoleteCitizen()
		if _, err := h.Draft(ctx, h.anna(), form); !errors.Is(err, store.ErrNotFound) {
			h.t.Errorf("the form opens as a registration: %v", err)
		}
		if pdf, err := h.PrintRevocationRequest(ctx, h.anna(), form); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
			h.t.Errorf("request: %v", err)
		}
		if err := h.CloseAccount(ctx, h.anna(), form); !errors.Is(err, ErrNotArchived) || h.registry.Closed(account) {
			h.t.Errorf("without the signed request: %v", err)
		}
		h.must(h.Archive(ctx, h.anna(), form))
		for range 2 { // sent twice
			h.must(h.CloseAccount(ctx, h.anna(), form))
		}
		a, err := h.Account(ctx, h.anna(), form)
		if err != nil || !a.Closed() || !h.registry.Closed(account) {
			h.t.Errorf("closed %v here, %v there: %v", a.Closed(), h.registry.Closed(account), err)
		}
		if asked, confirmed := h.closings("chiesta"), h.closings("confermata"); asked != 2 || confirmed != 1 { // one refused
			h.t.Errorf("%d records of asking, %d of the confirmation", asked, confirmed)
		}
		if id, err := h.Look(ctx, h.anna(), asked(x)); err != nil || id == "" {
			h.t.Errorf("registering again: %v", err)
		}
	})
}

// Only the operator who met the person, for the same ente, goes on; nobody for themselves.
func TestObsoleteAccountOfOthers(t *testing.T) {
	each(t, func(h *house) {
		ctx := h.t.Context()
		_, account, form := h.obsoleteCitizen()
		for name, who := range map[string]Who{"colleague": h.bruno(), "other ente": h.atComune()} {
			_, printed := h.PrintRevocationRequest(ctx, who, form)
			for _, err := range []error{printed, h.Archive(ctx, who, form), h.CloseAccount(ctx, who, form), h.TryClosing(ctx, who, form)} {
				if !errors.Is(err, store.ErrNotFound) {
					h.t.Errorf("%s: %v", name, err)
				}
			}
		}
		h.must(h.Archive(ctx, h.anna(), form))
		auditor := h.at(anna, asl, office.Auditor)
		if err := h.CloseAccount(ctx, auditor, form); !errors.Is(err, office.ErrForbidden) {
			h.t.Errorf("an auditor: %v", err)
		}
		moved := asl
		moved.Competence = office.Competence{Provinces: []string{"RM"}}
		if err := h.CloseAccount(ctx, h.at(anna, moved, office.Clerk), form); !errors.Is(err, office.ErrCompetence) {
			h.t.Errorf("out of competence: %v", err)
		}
		if h.registry.Closed(account) {
			h.t.Error("closed all the same")
		}
	})
}

// A form that was opened before the obsolete account was found is not confirmed while the account is being closed.
func TestDraftFromBeforeTheClosing(t *testing.T) {
	each(t, func(h *house) {
		ctx, x := h.t.Context(), h.people.CIA[0]
		early := h.draft(h.bruno(), x)
		h.typed(h.bruno(), early, entryOf(x))
		_, _, form := h.obsoleteCitizen()
		h.must(h.Archive(ctx, h.anna(), form))
		h.registry.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Down})
		h.must(h.CloseAccount(ctx, h.anna(), form))
		_, err := h.Register(ctx, h.bruno(), early)
		h.wants(err, ErrClosing)
		h.registry.SetFault(registry.Credentials, simulator.Fault{})
		h.now = h.now.Add(time.Minute)
		_, err = h.CloseDue(ctx)
		h.must(err)
		_, err = h.Register(ctx, h.bruno(), early)
		h.must(err)
	})
}

// Who wrote from home before the obsolete account was found gets no credentials while it is being closed: they may renounce all the same.
func TestBookingWhileTheAccountCloses(t *testing.T) {
	each(t, func(h *house) {
		ctx, x := h.t.Context(), h.people.CIA[0]
		_, _, form := h.obsoleteCitizen()
		h.registry.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Down}) // so that nobody knows of it
		n := h.registered(x, registration.Registered, false)
		h.must(h.Archive(ctx, h.anna(), form))
		h.must(h.CloseAccount(ctx, h.anna(), form))
		_, err := h.Book(ctx, h.anna(), h.prepare(h.anna(), n, registration.StrongVerification))
		h.wants(err, ErrClosing)
		h.booked(h.anna(), n, registration.Revocation)
	})
}

// The directory fails while the account is closed: nothing is lost, and the registration waits for the confirmation (mission S12).
func TestClosingIsTriedUntilConfirmed(t *testing.T) {
	for _, fault := range []simulator.FaultKind{simulator.Slow, simulator.Down, simulator.Nonsense, simulator.Lost} {
		t.Run(string(fault), func(t *testing.T) {
			each(t, func(h *house) {
				ctx := h.t.Context()
				x, account, form := h.obsoleteCitizen()
				h.must(h.Archive(ctx, h.anna(), form))
				h.registry.SetFault(registry.Credentials, simulator.Fault{Kind: fault, Delay: time.Second})
				h.must(h.CloseAccount(ctx, h.anna(), form))
				if a, err := h.Account(ctx, h.anna(), form); err != nil || a.Closed() {
					h.t.Fatalf("closed %v, %v", a.Closed(), err)
				}
				if h.registry.Closed(account) != (fault == simulator.Lost) {
					h.t.Errorf("there it is closed: %v", h.registry.Closed(account))
				}
				if _, err := h.Look(ctx, h.anna(), asked(x)); !errors.Is(err, ErrClosing) {
					h.t.Errorf("registering meanwhile: %v", err)
				}
				if found, err := h.CloseDue(ctx); found || err != nil {
					h.t.Errorf("tried before the pause was over: %v, %v", found, err)
				}
				h.registry.SetFault(registry.Credentials, simulator.Fault{})
				h.now = h.now.Add(time.Minute)
				if found, err := h.CloseDue(ctx); !found || err != nil {
					h.t.Errorf("worker: %v, %v", found, err)
				}
				if found, _ := h.CloseDue(ctx); found {
					h.t.Error("there is still something to do")
				}
				if a, _ := h.Account(ctx, h.anna(), form); !a.Closed() || !h.registry.Closed(account) || h.closings("confermata") != 1 {
					h.t.Errorf("not confirmed: %+v", a.Closings)
				}
				if _, err := h.Look(ctx, h.anna(), asked(x)); err != nil {
					h.t.Errorf("registering again: %v", err)
				}
			})
		})
	}
}

// The directory cannot be asked at the look-up: a notice, and the desk goes on.
func TestLookUpWithoutTheDirectory(t *testing.T) {
	each(t, func(h *house) {
		x := h.people.CIA[0]
		h.registry.AddAccount(x.TaxCode, "Torinofacile")
		h.registry.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Down})
		d, err := h.Draft(h.t.Context(), h.anna(), h.draft(h.anna(), x))
		h.must(err)
		notices := d.Finding.Notices()
		if len(notices) != 1 || notices[0].Source != registry.Credentials || notices[0].Outcome != registry.Down || d.Finding.Record == nil {
			h.t.Errorf("%+v", d.Finding)
		}
		told := false
		h.must(h.Store.Audit(h.t.Context(), audit.Filter{Deed: audit.LookUp}, func(r audit.Record) error {
			told = told || r.Detail["CREDENZIALI"] == string(registry.Down)
			return nil
		}))
		if !told {
			h.t.Error("the audit does not say that the directory was down")
		}
	})
}
