package postroom_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sportello/community"
	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
	"sportello/printing"
	"sportello/store"
)

// Letters wait, a run takes them all, the printing house alone reads it, and once it has it the secrets are gone (Y07, E13).
func TestARunFromTheQueueToThePost(t *testing.T) {
	each(t, func(h *house) {
		var people []waiting
		for range 5 {
			people = append(people, h.queue())
		}
		v := h.run()
		if v.State != postal.Ready || v.Letters != 5 || v.Pages != 5 || len(v.Files) != 2 || v.Number != "sistemapiemonte-20261123-1" {
			t.Fatalf("the run is %+v", v.Run)
		}
		late := h.queue() // comes too late for this run
		pages, list := h.pages(v), h.manifest(v)
		for i, w := range people {
			if !strings.Contains(pages[i], w.pin[:4]+" "+w.pin[4:]) || !strings.Contains(pages[i], w.letter.Number.String()) || !strings.Contains(pages[i], w.letter.Lines[1]) {
				t.Errorf("sheet %d is not %s's: %q", i+1, w.reg, pages[i])
			}
			want := append([]string{string(w.letter.Number), fmt.Sprint(i + 1), "1", "posta massiva"}, w.letter.Lines...)
			if got := list[i][:7]; !slices.Equal(got, want) {
				t.Errorf("line %d of the list is %q, want %q", i+1, got, want)
			}
		}
		for _, f := range v.Files {
			raw, err := os.ReadFile(filepath.Join(h.Folder.Dir, f.Name))
			h.must(err)
			if strings.Contains(string(raw), people[0].pin) || strings.Contains(string(raw), "TORINO") || !strings.HasPrefix(string(raw), "age-encryption.org/v1") {
				t.Errorf("%s can be read without the printing house's key", f.Name)
			}
		}
		h.must(h.Confirm(t.Context(), h.olga(), v.ID))
		h.must(h.Close(t.Context(), v.ID))
		for _, w := range people {
			l, reg := h.letter(w.letter.ID), h.registration(w.reg)
			if l.State != postal.Sent || l.Sealed != nil || l.SentAt.IsZero() {
				t.Errorf("letter %+v", l)
			}
			if !reg.PINHeld || reg.PINPrints != 1 || !reg.PINPrinted.Equal(l.SentAt) {
				t.Errorf("possession of the PIN %v, printed %d times, on %v", reg.PINHeld, reg.PINPrints, reg.PINPrinted)
			}
		}
		if left, err := os.ReadDir(h.Folder.Dir); err != nil || len(left) != 0 {
			t.Errorf("the folder still has %v, %v", left, err)
		}
		if l := h.letter(late.letter.ID); l.State != postal.Waiting {
			t.Errorf("the late letter is %s", l.State)
		}
		if v = h.view(v.ID); v.State != postal.Gone {
			t.Errorf("the run is %s", v.State)
		}
		if second := h.send(); second.Letters != 1 || second.Number != "sistemapiemonte-20261123-2" {
			t.Errorf("the second run is %+v", second.Run)
		}
		_, err := h.Begin(t.Context(), h.olga(), realm)
		h.refused(err, postroom.ErrNothing)
	})
}

func TestWhoMayRunThePost(t *testing.T) {
	each(t, func(h *house) {
		h.queue()
		_, err := h.Begin(t.Context(), h.clerk(), realm)
		h.refused(err, office.ErrForbidden)
		_, err = h.Begin(t.Context(), h.stranger(), realm)
		h.refused(err, store.ErrNotFound)
		tired := h.olga()
		tired.FreshAt = h.now.Add(-2 * time.Hour)
		_, err = h.Begin(t.Context(), tired, realm)
		h.refused(err, office.ErrStaleLogin)
		v := h.run()
		h.refused(h.Confirm(t.Context(), h.clerk(), v.ID), office.ErrForbidden)
		h.refused(h.Confirm(t.Context(), h.stranger(), v.ID), store.ErrNotFound)
		_, err = h.Run(t.Context(), h.stranger(), v.ID)
		h.refused(err, store.ErrNotFound)
		_, _, err = h.File(t.Context(), h.stranger(), v.ID, v.Files[0].Name)
		h.refused(err, store.ErrNotFound)
		_, _, err = h.File(t.Context(), h.olga(), v.ID, "../keys")
		h.refused(err, printing.ErrNoFile)
	})
}

// Two clicks, two tabs, two machines: one run.
func TestBeginningTwiceIsOneRun(t *testing.T) {
	each(t, func(h *house) {
		h.queue()
		first, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		second, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		if first != second {
			t.Errorf("two runs: %s and %s", first, second)
		}
		h.refused(h.Confirm(t.Context(), h.olga(), first), postroom.ErrRunState)
		h.must(h.Make(t.Context(), first))
		h.must(h.Make(t.Context(), first))
		h.must(h.Confirm(t.Context(), h.olga(), first))
		h.must(h.Confirm(t.Context(), h.olga(), first))
		h.must(h.Close(t.Context(), first))
		h.must(h.Close(t.Context(), first))
		if reg := h.registration("r1"); reg.PINPrints != 1 {
			t.Errorf("%d prints are counted", reg.PINPrints)
		}
	})
}

// A dying is a context that ends after so many looks at it: a kill in the middle of the work, at a different place each time.
type dying struct {
	context.Context
	left *atomic.Int64
}

func (d dying) Err() error {
	if d.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Killed again and again, wherever it was, a run loses no letter and prints none twice.
func TestKillsLoseAndDoubleNothing(t *testing.T) {
	each(t, func(h *house) {
		people := map[string]string{}
		for range 7 {
			w := h.queue()
			people[string(w.letter.Number)] = w.pin
		}
		id, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		for kill := range int64(4) {
			left := new(atomic.Int64)
			left.Store(kill)
			h.refused(h.Make(dying{t.Context(), left}, id), context.Canceled)
			h.now = h.now.Add(2 * time.Minute)
			h.queue() // somebody comes while it is down: for the next run
			if v := h.view(id); v.State != postal.Preparing || v.Trouble != "" {
				t.Fatalf("a run that was killed is %s, %q", v.State, v.Trouble)
			}
		}
		h.must(h.Make(t.Context(), id))
		v := h.view(id)
		list := h.manifest(v)
		if len(list) != 7 || v.Letters != 7 || v.Pages != 7 {
			t.Errorf("%d lines, %d letters, %d pages", len(list), v.Letters, v.Pages)
		}
		all := strings.Join(h.pages(v), "\n")
		for _, line := range list {
			pin := people[line[0]]
			if strings.Count(all, pin[:4]+" "+pin[4:]) != 1 {
				t.Errorf("letter %s is not printed exactly once", line[0])
			}
		}
		h.must(h.Confirm(t.Context(), h.olga(), id))
		left := new(atomic.Int64)
		h.refused(h.Close(dying{t.Context(), left}, id), context.Canceled)
		h.now = h.now.Add(2 * time.Minute)
		h.must(h.Step(t.Context()))
		if v := h.view(id); v.State != postal.Gone {
			t.Errorf("the run is %s", v.State)
		}
		for i := range 7 {
			if reg := h.registration(fmt.Sprint("r", i+1)); reg.PINPrints != 1 {
				t.Errorf("%s has %d prints", reg.ID, reg.PINPrints)
			}
		}
	})
}

// Two machines share the database and the folder: only one writes.
func TestOneProcessWritesARun(t *testing.T) {
	each(t, func(h *house) {
		h.queue()
		id, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		r := h.view(id).Run
		mine, err := h.Store.LeaseRun(t.Context(), &r, time.Minute)
		h.must(err)
		if !mine {
			t.Fatal("a free run cannot be had")
		}
		h.must(h.Make(t.Context(), id))
		if v := h.view(id); v.State != postal.Preparing {
			t.Errorf("somebody else's run was made: %s", v.State)
		}
		h.now = h.now.Add(61 * time.Second)
		h.must(h.Make(t.Context(), id))
		if v := h.view(id); v.State != postal.Ready {
			t.Errorf("after the lease the run is %s", v.State)
		}
		if mine, err := h.Store.LeaseRun(t.Context(), &r, time.Minute); mine || err != nil {
			t.Errorf("who lost the lease has it again: %v, %v", mine, err)
		}
	})
}

// What goes wrong with key or folder is told, and the run goes on once it is mended, with the same letters.
func TestTroubleWithKeyAndFolder(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		dir := h.Folder.Dir
		h.Folder.Dir = ""
		_, err := h.Begin(t.Context(), h.olga(), realm)
		h.refused(err, printing.ErrNoFolder)
		h.Folder.Dir = dir
		good, _ := h.Communities.ByID(realm)
		h.policy(func(c *community.Post) { c.Key = "" })
		_, err = h.Begin(t.Context(), h.olga(), realm)
		h.refused(err, postroom.ErrNoKey)
		h.policy(func(c *community.Post) { c.Key = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq" })
		id, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		h.refused(h.Make(t.Context(), id), printing.ErrKey)
		if v := h.view(id); v.State != postal.Preparing || !strings.Contains(v.Trouble, "chiave") {
			t.Errorf("%s, %q", v.State, v.Trouble)
		}
		h.policy(func(c *community.Post) { c.Key = good.Post.Key })
		h.must(os.WriteFile(dir, nil, 0o600)) // a file stands where the folder should be
		h.refused(h.Make(t.Context(), id), printing.ErrFolder)
		if v := h.view(id); !strings.Contains(v.Trouble, "cartella") {
			t.Errorf("%q", v.Trouble)
		}
		h.must(os.Remove(dir))
		h.must(h.Make(t.Context(), id))
		if v := h.view(id); v.State != postal.Ready || v.Trouble != "" || v.Letters != 1 || !strings.Contains(h.pages(v)[0], w.letter.Number.String()) {
			t.Errorf("%+v", v.Run)
		}
	})
}

// On a full disk nothing is left half written, the back office is told what to do, and the run goes on once there is room.
func TestFullDisk(t *testing.T) {
	each(t, func(h *house) {
		for range 3 {
			h.queue()
		}
		h.must(os.MkdirAll(h.Folder.Dir, 0o700))
		if err := syscall.Mount("tmpfs", h.Folder.Dir, "tmpfs", 0, "size=32k"); err != nil {
			h.t.Skip("a small disk cannot be mounted here: ", err)
		}
		mounted := true
		h.t.Cleanup(func() {
			if mounted {
				h.must(syscall.Unmount(h.Folder.Dir, 0))
			}
		})
		id, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		h.refused(h.Make(t.Context(), id), printing.ErrFull)
		if v := h.view(id); v.State != postal.Preparing || !strings.Contains(v.Trouble, "spazio") {
			h.t.Errorf("%s, %q", v.State, v.Trouble)
		}
		if left, err := os.ReadDir(h.Folder.Dir); err != nil || len(left) != 0 {
			h.t.Errorf("the folder still has %v, %v", left, err)
		}
		h.must(syscall.Unmount(h.Folder.Dir, 0))
		mounted = false
		h.must(h.Make(t.Context(), id))
		if v := h.view(id); v.State != postal.Ready || v.Letters != 3 || len(h.manifest(v)) != 3 {
			h.t.Errorf("%+v", v.Run)
		}
	})
}

// A letter whose secret cannot be opened does not hold up the others.
func TestALetterThatCannotBeWrittenIsLeftOut(t *testing.T) {
	each(t, func(h *house) {
		bad, good := h.queue(), h.queue()
		h.act(func(tx *store.Tx) error {
			l, err := tx.Letter(bad.letter.ID)
			l.Sealed = []byte("altered")
			return errors.Join(err, tx.SaveLetter(l))
		})
		v := h.run()
		if v.Letters != 1 || v.LeftOut != 1 || h.manifest(v)[0][0] != string(good.letter.Number) {
			t.Errorf("%+v", v.Run)
		}
		if l := h.letter(bad.letter.ID); l.State != postal.Unfit || l.Run != "" || !strings.Contains(string(l.Fault), "non si apre") {
			t.Errorf("%+v", l)
		}
	})
}

// A booking that a desk has replaced leaves no PIN to print, and who was erased no letter.
func TestOvertakenLettersAreNotPrinted(t *testing.T) {
	each(t, func(h *house) {
		w, erased := h.queue(), h.queue()
		h.act(func(tx *store.Tx) error {
			op, err := tx.Operation(w.op)
			op.Discard(h.now, "sostituita")
			r, failed := tx.Registration(erased.reg)
			return errors.Join(err, failed, tx.SaveOperation(op), tx.Erase(r))
		})
		_, err := h.Begin(t.Context(), h.olga(), realm)
		h.must(err)
		h.must(h.Step(t.Context()))
		boxes, err := h.Boxes(t.Context(), h.olga())
		h.must(err)
		i := slices.IndexFunc(boxes, func(b postroom.Box) bool { return b.Community.ID == realm })
		if r := boxes[i].Runs[0]; r.State != postal.Gone || r.Letters != 0 || len(r.Files) != 0 {
			t.Errorf("%+v", r)
		}
		if l := h.letter(w.letter.ID); l.State != postal.Superseded || l.Sealed != nil {
			t.Errorf("%+v", l)
		}
		h.refused(h.Store.Read(t.Context(), func(tx *store.Tx) error { _, err := tx.Letter(erased.letter.ID); return err }), store.ErrNotFound)
	})
}

// Files made for a wrong key are made again, with the same letters and the same PINs.
func TestRemake(t *testing.T) {
	each(t, func(h *house) {
		w := h.queue()
		v := h.run()
		before := h.decrypt(v, printing.Letters)
		h.queue()
		h.refused(h.Remake(t.Context(), h.olga(), v.ID, " "), postroom.ErrReason)
		h.must(h.Remake(t.Context(), h.olga(), v.ID, "chiave cambiata"))
		h.must(h.Make(t.Context(), v.ID))
		v = h.view(v.ID)
		if v.State != postal.Ready || v.Remakes != 1 || v.Letters != 1 || string(h.decrypt(v, printing.Letters)) != string(before) || !strings.Contains(h.pages(v)[0], w.pin[:4]) {
			t.Errorf("%+v", v.Run)
		}
		h.must(h.Confirm(t.Context(), h.olga(), v.ID))
		h.refused(h.Remake(t.Context(), h.olga(), v.ID, "tardi"), postroom.ErrRunState)
	})
}
