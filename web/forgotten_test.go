package web

import (
	"errors"
	"testing"
	"time"

	"sportello/store"
)

// known tells whether a person is in the house's realm.
func (h *house) known(x resident) bool {
	h.Helper()
	err := h.Citizen.Store.Read(h.Context(), func(tx *store.Tx) error { _, err := tx.PersonByTaxCode("sistemapiemonte", x.TaxCode); return err })
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		h.Fatal(err)
	}
	return err == nil
}

// Who registers from home and comes to no desk is forgotten after twelve months, as the informativa says; a desk that has begun, or a new preregistration, keeps the
// data. Whoever was forgotten can begin again.
func TestWhoComesToNoDeskIsForgotten(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		gone, served, again := h.residents()[0], h.residents()[1], h.residents()[2]
		for _, x := range []resident{gone, served, again} {
			c := h.applicant(x)
			if x != served {
				c.email = string(x.TaxCode) + "@esempio.it"
			}
			c.write("/preregistrazione")
			c.send()
		}
		h.wait(330 * 24 * time.Hour)
		h.sweep()
		before330 := len(h.subjects(string(gone.TaxCode) + "@esempio.it"))
		h.wait(20 * 24 * time.Hour)
		h.sweep()
		if n := len(h.subjects(string(gone.TaxCode) + "@esempio.it")); n != before330+1 {
			t.Errorf("%d mails, want one more than the %d after 330 days", n, before330)
		}
		h.clerk(t, "anna", asl).book(served, "Riscontro forte")
		c := h.applicant(again)
		c.email = string(again.TaxCode) + "@esempio.it"
		c.write("/preregistrazione")
		c.send()
		const soon = "I tuoi dati per Sistema Piemonte stanno per essere cancellati"
		h.lastMailIs(string(gone.TaxCode)+"@esempio.it", soon)
		before := len(h.subjects(string(gone.TaxCode) + "@esempio.it"))
		h.sweep()
		if n := len(h.subjects(string(gone.TaxCode) + "@esempio.it")); n != before {
			t.Errorf("%d reminders more", n-before)
		}
		for x, want := range map[*resident]bool{&gone: true, &served: true, &again: true} {
			if h.known(*x) != want {
				t.Errorf("%s after 350 days: known %v", x.Surname, !want)
			}
		}
		h.wait(20 * 24 * time.Hour)
		h.sweep()
		for x, want := range map[*resident]bool{&gone: false, &served: true, &again: true} {
			if h.known(*x) != want {
				t.Errorf("%s after 370 days: known %v", x.Surname, !want)
			}
		}
		h.clerk(t, "anna", asl).register(gone)
	})
}
