package postroom_test

import (
	"os"
	"testing"
	"time"

	"sportello/mail"
	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// A run that nobody confirms raises the alarm after five days, once a day, to who looks after the post.
func TestARunThatNobodyConfirms(t *testing.T) {
	each(t, func(h *house) {
		h.queue()
		v := h.run()
		h.now = h.now.Add(postal.Forgotten - time.Minute)
		h.must(h.Watch(t.Context()))
		if h.mails != 0 {
			t.Errorf("%d mails too early", h.mails)
		}
		h.now = h.now.Add(time.Minute)
		h.must(h.Watch(t.Context()))
		h.must(h.Watch(t.Context()))
		rows, err := h.Store.ClaimMail(t.Context(), 0, 10)
		h.must(err)
		if len(rows) != 1 || rows[0].Kind != string(mail.RunUnconfirmed) || rows[0].To != olga.Email || rows[0].Data[mail.DataNumber] != v.Number {
			t.Errorf("the mails: %+v", rows)
		}
		h.now = h.now.Add(25 * time.Hour)
		h.must(h.Watch(t.Context()))
		if h.mails != 2 {
			t.Errorf("%d mails in two days", h.mails)
		}
		h.must(h.Confirm(t.Context(), h.olga(), v.ID))
		h.must(h.Close(t.Context(), v.ID))
		h.now = h.now.Add(25 * time.Hour)
		h.must(h.Watch(t.Context()))
		if h.mails != 2 {
			t.Error("the alarm goes on after the confirmation")
		}
	})
}

// The files were never fetched: the letters wait for the next run with the PINs that they have.
func TestARunPutBackInTheQueue(t *testing.T) {
	each(t, func(h *house) {
		w, used := h.queue(), h.queue()
		v := h.run()
		h.refused(h.Requeue(t.Context(), h.clerk(), v.ID, "persi"), office.ErrForbidden)
		h.refused(h.Requeue(t.Context(), h.stranger(), v.ID, "persi"), store.ErrNotFound)
		h.refused(h.Requeue(t.Context(), h.olga(), v.ID, "  "), postroom.ErrReason)
		h.act(func(tx *store.Tx) error { return tx.LetterArrived(used.op) }) // so it was printed after all
		h.must(h.Requeue(t.Context(), h.olga(), v.ID, "la tipografia non li ha mai presi"))
		h.refused(h.Confirm(t.Context(), h.olga(), v.ID), postroom.ErrRunState)
		h.refused(h.Discard(t.Context(), h.olga(), v.ID, "anche"), postroom.ErrRunState)
		h.must(h.Step(t.Context()))
		h.must(h.Step(t.Context()))
		if v = h.view(v.ID); v.State != postal.Withdrawn {
			t.Errorf("the run is %s", v.State)
		}
		if left, err := os.ReadDir(h.Folder.Dir); err != nil || len(left) != 0 {
			t.Errorf("%d files stay in the folder, %v", len(left), err)
		}
		if l := h.letter(w.letter.ID); l.State != postal.Waiting || l.Run != "" || l.Sealed == nil {
			t.Errorf("the letter is %+v", l)
		}
		if l := h.letter(used.letter.ID); l.State != postal.Delivered {
			t.Errorf("the letter that arrived is %s", l.State)
		}
		if next := h.send(); next.Letters != 1 || h.letter(w.letter.ID).State != postal.Sent {
			t.Errorf("the next run has %d letters", next.Letters)
		}
	})
}

// Nobody knows who has the files: the PINs die at once, and each letter is sent again with a new one.
func TestARunThatIsAnnulled(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		v := h.run()
		h.must(h.Discard(t.Context(), h.olga(), v.ID, "chiavetta persa"))
		h.must(h.Step(t.Context()))
		l := h.letter(w.letter.ID)
		if l.State != postal.Returned || l.Cause != postal.NeverSent || l.Sealed != nil {
			t.Fatalf("the letter is %+v", l)
		}
		h.see(func(tx *store.Tx) error {
			frozen, err := tx.Frozen(w.reg, l.Secret)
			if !frozen {
				t.Error("the PIN still opens something")
			}
			return err
		})
		back, err := h.Returned(t.Context(), h.olga())
		h.must(err)
		if len(back) != 1 || back[0].Letter.ID != l.ID {
			t.Errorf("%d letters wait to be sent again", len(back))
		}
		id, err := h.SendAgain(t.Context(), h.olga(), postroom.Again{Letter: l.ID, Version: l.Version, Block: postroom.Block{Lines: l.Lines}, Proof: postal.ByHelpdesk, Note: "lotto annullato, indirizzo invariato"})
		h.must(err)
		if fresh := h.letter(id); fresh.State != postal.Waiting || fresh.Secret == l.Secret {
			t.Errorf("the new letter is %+v", fresh)
		}
		if run := h.view(v.ID); run.State != postal.Withdrawn || !run.SentAt.IsZero() {
			t.Errorf("the run is %+v", run.Run)
		}
	})
}
