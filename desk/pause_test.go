package desk

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"sportello/audit"
	"sportello/communities"
	"sportello/community"
	"sportello/office"
	"sportello/registration"
)

// policy writes something else into the communities' files.
func (h *house) policy(old, now string) {
	h.t.Helper()
	files := fstest.MapFS{}
	h.must(fs.WalkDir(communities.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := fs.ReadFile(communities.FS, path)
		files[path] = &fstest.MapFile{Data: bytes.ReplaceAll(b, []byte(old), []byte(now))}
		return err
	}))
	set, err := community.LoadAll(files)
	h.must(err)
	h.Communities = set
}

func (h *house) newAddress(who Who, n registration.Number, email string) {
	h.t.Helper()
	_, err := h.edited(who, audit.EditPerson, n, func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = email, email == "" })
	h.must(err)
}

// Whoever changes the address of a citizen who has credentials makes no codes for them while the pause lasts; a colleague does.
func TestPauseAfterANewAddress(t *testing.T) {
	each(t, func(h *house) {
		ctx, n := t.Context(), h.registered(h.people.CIA[0], registration.Active, true)
		before := h.prepare(h.anna(), n, registration.Reset) // a form that was open already
		h.newAddress(h.anna(), n, "altra@esempio.it")
		_, err := h.Book(ctx, h.anna(), before)
		h.wants(err, ErrPaused)
		if r := h.last(audit.BookOperation); r.Outcome != audit.Refused || r.PersonMAC == "" {
			t.Errorf("the refusal is recorded as %+v", r)
		}
		h.newAddress(h.anna(), n, "") // to take it away again changes nothing
		h.newAddress(h.anna(), n, "altra@esempio.it")
		_, err = h.BeginBooking(ctx, h.anna(), n)
		h.wants(err, ErrPaused)

		f := h.booked(h.bruno(), n, registration.Reset)
		h.finish(h.bruno(), n)
		h.wants(h.renewBy(ctx, h.anna(), n), ErrPaused)
		h.must(h.renewBy(ctx, h.bruno(), n))
		h.must(h.ConcludeRenewal(ctx, h.bruno(), n))

		h.now = h.now.Add(time.Duration(f.Community.Desk.ContactPauseHours)*time.Hour + time.Minute)
		h.must(h.renewBy(ctx, h.anna(), n))
	})
}

// 001 §4.2.1: an address is added, or one that was typed wrong mended, and the desk goes on at once.
func TestNoPause(t *testing.T) {
	each(t, func(h *house) {
		none := func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = "", true }
		first := h.registered(h.people.CIA[0], registration.Active, true, none)
		h.newAddress(h.anna(), first, "prima@esempio.it")
		h.booked(h.anna(), first, registration.NewPIN)
		h.finish(h.anna(), first)
		_, err := h.Book(t.Context(), h.anna(), h.prepare(h.anna(), first, registration.Reset))
		h.wants(err, ErrPaused)                                                // a reset would hand the credentials over: decisions/0020
		waiting := h.registered(h.people.CIA[1], registration.Verified, false) // has no credentials yet
		h.newAddress(h.bruno(), waiting, "giusta@esempio.it")
		h.must(h.renewBy(t.Context(), h.bruno(), waiting))
	})
}

// Where the community asks for four eyes a responsabile goes on, also after a first address: without one the code would be printed by a second operator.
func TestPauseWithFourEyes(t *testing.T) {
	each(t, func(h *house) {
		h.policy("four_eyes = false", "four_eyes = true")
		none := func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = "", true }
		n := h.register(h.bruno(), h.people.CIA[0], none)
		h.change(n, func(r *registration.Registration) { r.State = registration.Active })
		h.newAddress(h.anna(), n, "prima@esempio.it")
		_, err := h.BeginBooking(t.Context(), h.anna(), n)
		h.wants(err, ErrPaused)
		_, err = h.BeginBooking(t.Context(), h.bruno(), n)
		h.wants(err, ErrPausedSupervisor)
		_, err = h.BeginBooking(t.Context(), h.at(bruno, asl, office.Supervisor), n)
		h.must(err)
		h.policy("contact_pause_hours = 48", "contact_pause_hours = 0")
		_, err = h.BeginBooking(t.Context(), h.anna(), n)
		h.must(err)
	})
}

// A citizen without an address is not told of a revoca: who books it does not print its code, nor make it anew, nor write an address for it
// (decisions/0020).
func TestRevocationOfWhoHasNoAddress(t *testing.T) {
	each(t, func(h *house) {
		ctx := t.Context()
		none := func(e *Entry) { e.Person.Contacts.Email, e.Person.Contacts.NoEmail = "", true }
		n := h.registered(h.people.CIA[0], registration.Active, true, none)
		h.booked(h.anna(), n, registration.Revocation)
		letter := Printing{Number: n, Paper: registration.CodeLetter}
		_, err := h.Print(ctx, h.anna(), letter)
		h.wants(err, ErrFourEyes)
		h.wants(h.Conclude(ctx, h.anna(), n), ErrUnprinted)
		_, err = h.Print(ctx, h.bruno(), letter)
		h.must(err)
		_, err = h.Print(ctx, h.anna(), Printing{Number: n, Paper: registration.SummarySheet})
		h.must(err)
		h.must(h.Conclude(ctx, h.anna(), n))
		h.wants(h.renewBy(ctx, h.anna(), n), ErrFourEyes)
		h.newAddress(h.anna(), n, "complice@esempio.it")
		letter.Reason = "lo chiede il cittadino"
		_, err = h.Print(ctx, h.anna(), letter)
		if err == nil {
			t.Error("printed after an address was written in")
		}
		if err := h.renewBy(ctx, h.anna(), n); err == nil {
			t.Error("made anew for the address that was written in")
		}

		added := h.registered(h.people.CIA[1], registration.Active, true, none)
		h.newAddress(h.anna(), added, "complice@esempio.it")
		_, err = h.Book(ctx, h.anna(), h.prepare(h.anna(), added, registration.Revocation))
		h.wants(err, ErrPaused)
		h.booked(h.bruno(), added, registration.Revocation)

		waiting := h.registered(h.people.CIA[2], registration.Verified, false, none) // has no credentials to lose
		h.booked(h.anna(), waiting, registration.Revocation)
		_, err = h.Print(ctx, h.anna(), Printing{Number: waiting, Paper: registration.CodeLetter})
		h.must(err)
	})
}
