package postroom_test

import (
	"regexp"
	"strings"
	"testing"

	"sportello/community"
	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

func (h *house) watched() {
	h.policy(func(c *community.Post) {
		c.TestAddress, c.TestDays = []string{"UFFICIO POSTA", "VIA PO 1", "10122 TORINO TO"}, 3
	})
	h.must(h.Watch(h.t.Context()))
}

// box is the post of the house's community.
func (h *house) box() postroom.Box {
	h.t.Helper()
	boxes, err := h.Boxes(h.t.Context(), h.olga())
	h.must(err)
	for _, b := range boxes {
		if b.Community.ID == realm {
			return b
		}
	}
	h.t.Fatal("no post for the community")
	return postroom.Box{}
}

var codeOnPaper = regexp.MustCompile(`[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}`)

// Each day one test letter travels with the others, and whoever gets it types its code (Y07).
func TestTheDailyTestLetter(t *testing.T) {
	each(t, func(h *house) {
		h.watched()
		h.must(h.Watch(t.Context()))
		v := h.send()
		if v.Letters != 1 {
			t.Fatalf("%d letters: one test letter a day", v.Letters)
		}
		h.now = h.now.AddDate(0, 0, 1)
		h.must(h.Watch(t.Context()))
		v = h.run()
		page := h.pages(v)[0]
		code := codeOnPaper.FindString(page[strings.Index(page, "Codice della lettera di prova"):])
		h.must(h.Confirm(t.Context(), h.olga(), v.ID))
		h.must(h.Close(t.Context(), v.ID))
		_, err := h.ConfirmTest(t.Context(), h.clerk(), code)
		h.refused(err, office.ErrForbidden)
		_, err = h.ConfirmTest(t.Context(), h.stranger(), code)
		h.refused(err, postroom.ErrNoCode)
		n, err := h.ConfirmTest(t.Context(), h.olga(), strings.ToLower(code))
		h.must(err)
		if again, err := h.ConfirmTest(t.Context(), h.olga(), code); err != nil || again != n {
			t.Errorf("the same code again: %v, %v", again, err)
		}
		if l := h.box().Tests[0]; l.State != postal.Delivered || l.Number != n {
			t.Errorf("%+v", l)
		}
		h.now = h.now.AddDate(0, 0, 2)
		h.must(h.Watch(t.Context()))
		if b := h.box(); len(b.Late) != 0 || h.mails != 0 {
			t.Errorf("%d late, %d mails: the day before yesterday's has arrived", len(b.Late), h.mails)
		}
	})
}

func TestTheAlarmOfTheTestLetter(t *testing.T) {
	each(t, func(h *house) {
		h.watched()
		h.now = h.now.AddDate(0, 0, 3)
		h.must(h.Watch(t.Context()))
		h.must(h.Watch(t.Context()))
		b := h.box()
		if len(b.Late) != 1 || h.mails != 1 {
			t.Fatalf("%d late, %d mails", len(b.Late), h.mails)
		}
		late, waiting, _, err := h.Overdue(t.Context())
		h.must(err)
		if late != 1 || waiting != 2 {
			t.Errorf("measures: %d late, %d waiting", late, waiting)
		}
		rows, err := h.Store.ClaimMail(t.Context(), 0, 10)
		h.must(err)
		if len(rows) != 1 || rows[0].To != olga.Email || rows[0].Data["numero"] != b.Late[0].Number.String() {
			t.Errorf("%+v", rows)
		}
	})
}

func TestGuessingTheCodeOfATestLetter(t *testing.T) {
	each(t, func(h *house) {
		h.watched()
		for range 10 {
			_, err := h.ConfirmTest(t.Context(), h.olga(), "AAAA-AAAA-AAAA")
			h.refused(err, postroom.ErrNoCode)
		}
		_, err := h.ConfirmTest(t.Context(), h.olga(), "AAAA-AAAA-AAAA")
		h.refused(err, store.ErrTooMany)
	})
}
