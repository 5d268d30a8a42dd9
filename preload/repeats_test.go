package preload

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"sportello/store"
	"sportello/testdb"
)

// However many lines a list has, what is remembered of it are the codes that it repeats.
func TestRepeats(t *testing.T) {
	h := newHouse(t, testdb.SQLite(t))
	text := list(3000) + citizen(7) + "\n" + citizen(8) + "\n" + citizen(7) + "\n"
	r, err := lookForRepeats(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, int64(len(text)))
	h.must(err)
	if len(r.first) < 2 || len(r.first) > 10 || r.marks != nil {
		t.Errorf("%d codes remembered", len(r.first))
	}
	id := h.received(text)
	h.must(h.Start(t.Context(), h.fulvio(), id))
	h.idle()
	var said []string
	h.must(h.Store.Read(t.Context(), func(tx *store.Tx) error {
		lines, err := tx.ImportLines(id, 0, 100)
		for _, l := range lines {
			said = append(said, fmt.Sprint(l.Line, l.Remarks[0].Code))
		}
		return err
	}))
	if got := strings.Join(said, " "); got != fmt.Sprint(3002, repeated, " ", 3003, repeated, " ", 3004, repeated) {
		t.Errorf("the report says %q", got)
	}
}
