package desk

import (
	"testing"

	"sportello/audit"
	"sportello/testdb"
)

// A desk that is ended twice is ended once, also in the audit, which names the person by the keyed hash.
func TestConcludedOnce(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	n := h.ended(h.anna(), h.register(h.anna(), h.people.CIA[0]))
	h.must(h.Conclude(t.Context(), h.anna(), n))
	h.must(h.renewBy(t.Context(), h.bruno(), n))
	for range 2 {
		h.must(h.ConcludeRenewal(t.Context(), h.bruno(), n))
	}
	records := 0
	h.must(h.Store.Audit(t.Context(), audit.Filter{Deed: audit.ConcludeDesk}, func(r audit.Record) error {
		if records++; r.Outcome != audit.Done || r.PersonMAC == "" {
			t.Errorf("%+v", r)
		}
		return nil
	}))
	if records != 2 {
		t.Errorf("%d records of two desks that ended", records)
	}
}
