package audit_test

import (
	"testing"
	"time"

	"sportello/audit"
)

func TestLeaf(t *testing.T) {
	rome := time.FixedZone("CET", 3600)
	r := audit.Record{Seq: 7, At: time.Date(2026, 11, 22, 13, 0, 0, 0, rome), Deed: audit.Activate, Outcome: audit.Done, Detail: map[string]string{"b": "2", "a": "1"}}
	b, sum := r.Leaf()
	want := `{"seq":7,"at":"2026-11-22T12:00:00Z","deed":"attivazione","outcome":"eseguito","actor_kind":"","detail":{"a":"1","b":"2"}}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	r.Reason = "x"
	if _, other := r.Leaf(); other == sum {
		t.Error("an altered record keeps its hash")
	}
}
