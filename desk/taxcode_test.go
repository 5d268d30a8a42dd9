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

// recodedAs answers the form of a new tax code.
func recodedAs(code person.TaxCode, cause CodeCause) func(*Entry) {
	return func(e *Entry) {
		e.Person.TaxCode, e.Disagreement, e.Checks.CopiesArchived = code, "codice attribuito con altri dati", true
		e.TaxCode = CodeChange{cause, HealthCardProof, "tessera nuova"}
	}
}

// Mission S9: who may change a tax code, to which, and what follows it.
func TestChangeTaxCode(t *testing.T) {
	each(t, func(h *house) {
		x, other := h.people.CIA[0], h.people.CIA[1]
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		n := h.concluded(x)
		m := h.concluded(other)
		outside := asl
		outside.Competence = office.Competence{Provinces: []string{"RM"}}
		for _, tt := range []struct {
			name string
			who  Who
			code person.TaxCode
			want error
		}{
			{"a clerk", h.anna(), fresh, office.ErrForbidden},
			{"the helpdesk", h.at(carla, asl, office.Helpdesk), fresh, office.ErrForbidden},
			{"out of competence", h.at(carla, outside, office.Supervisor), fresh, office.ErrCompetence},
			{"another realm", h.at(carla, office.Ente{ID: "tn", Realm: "trentino"}, office.Supervisor), fresh, store.ErrNotFound},
			{"the operator's own registration", h.at(office.Operator{ID: "x", TaxCode: x.TaxCode}, asl, office.Supervisor), fresh, office.ErrSelf},
			{"the operator's own code", h.at(office.Operator{ID: "x", TaxCode: fresh}, asl, office.Supervisor), fresh, office.ErrSelf},
			{"somebody else's code", h.carla(), other.TaxCode, ErrTaxCodeTaken},
			{"the same code", h.carla(), x.TaxCode, ErrIncomplete},
		} {
			if _, err := h.edited(tt.who, audit.ChangeTaxCode, n, recodedAs(tt.code, Replaced)); err == nil {
				t.Errorf("%s changes it", tt.name)
			} else {
				h.wants(err, tt.want)
			}
		}
		old := h.carla()
		old.FreshAt = h.now.Add(-2 * time.Hour)
		_, err := h.edited(old, audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.wants(err, office.ErrStaleLogin)

		_, err = h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.must(err)
		if p := h.personOf(n); p.TaxCode != fresh {
			t.Errorf("the code is %s", p.TaxCode.Masked())
		}
		r := h.last(audit.ChangeTaxCode)
		if r.Outcome != audit.Done || r.Detail["campi"] != "codice-fiscale" || r.Detail["causa"] != "sostituito" || r.Reason == "" || r.PersonMAC == r.Detail["persona"] {
			t.Errorf("%+v", r)
		}
		for _, code := range []person.TaxCode{fresh, x.TaxCode} {
			if found, err := h.Find(t.Context(), h.anna(), string(code)); err != nil || found != n {
				t.Errorf("%s leads to %s, %v", code.Masked(), found, err)
			}
		}
		_, err = h.edited(h.carla(), audit.ChangeTaxCode, m, recodedAs(x.TaxCode, Mistyped))
		h.wants(err, ErrTaxCodeTaken) // somebody's former code is nobody else's

		_, err = h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(x.TaxCode, Mistyped)) // the change itself was the mistake
		h.must(err)
		_, err = h.edited(h.carla(), audit.ChangeTaxCode, m, recodedAs(fresh, Replaced))
		h.must(err)
		h.act(func(tx *store.Tx) error {
			p, err := tx.PersonByTaxCode(asl.Realm, fresh)
			h.must(err)
			return tx.AddRevoked(p.Person, store.Revoked{Number: m})
		})
		h.see(func(tx *store.Tx) error {
			for _, code := range []person.TaxCode{fresh, other.TaxCode} {
				if lines, err := tx.Revoked(code); err != nil || len(lines) != 1 {
					t.Errorf("the register knows %d lines, %v", len(lines), err)
				}
			}
			return nil
		})
	})
}

// A delegate is counted under each code that was theirs, and the citizen does not become their own delegate.
func TestTaxCodeOfDelegates(t *testing.T) {
	each(t, func(h *house) {
		delegate := h.people.CIA[1]
		n := h.concluded(delegate)
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		h.concluded(h.people.CIA[0], delegatedTo(delegate))
		m := h.concluded(h.people.CIA[2], delegatedTo(h.people.CIA[3]))
		_, err := h.edited(h.carla(), audit.ChangeTaxCode, m, recodedAs(h.people.CIA[3].TaxCode, Replaced))
		h.wants(err, ErrTaxCodeDelegate)
		_, err = h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.must(err)
		h.see(func(tx *store.Tx) error {
			for _, code := range []person.TaxCode{fresh, delegate.TaxCode} {
				if came, err := tx.DelegatedSince(asl.Realm, code, "", h.now.AddDate(-1, 0, 0)); err != nil || came != 1 {
					t.Errorf("came for %d citizens, %v", came, err)
				}
			}
			return nil
		})
	})
}

// Who changes a tax code makes no codes for the citizen for a while: a colleague does (decisions/0010).
func TestPauseAfterANewTaxCode(t *testing.T) {
	each(t, func(h *house) {
		n := h.registered(h.people.CIA[0], registration.Active, true)
		fresh := person.ComputeTaxCode("Prova", "Nuova", "1960-05-06", person.Female, "L219")
		_, err := h.edited(h.carla(), audit.ChangeTaxCode, n, recodedAs(fresh, Replaced))
		h.must(err)
		_, err = h.BeginBooking(t.Context(), h.carla(), n)
		h.wants(err, ErrPaused)
		h.booked(h.bruno(), n, registration.NewPIN)
	})
}
