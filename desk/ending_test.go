package desk

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"sportello/communities"
	"sportello/community"
	"sportello/registration"
)

// ended are communities that have no credentials of their own any more.
func ended(t *testing.T) community.Set {
	t.Helper()
	files := fstest.MapFS{}
	if err := fs.WalkDir(communities.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(communities.FS, path)
		files[path] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(string(raw), "[local]\nissues = true", "[local]\nissues = true\nannounced_on = \"2020-01-01\"\nends_on = \"2020-06-01\""))}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	set, err := community.LoadAll(files)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Where a community's own credentials have ended nobody is registered, and of what is registered only the revocation can be booked (N05).
func TestAfterTheEndOnlyRevocation(t *testing.T) {
	each(t, func(h *house) {
		active, fresh := h.registered(h.people.CIA[0], registration.Active, true), h.people.CIA[1]
		h.Communities = ended(h.t)
		b, err := h.BeginBooking(h.t.Context(), h.anna(), active)
		h.must(err)
		if len(b.Options) != 1 || b.Options[0].Rule.Kind != registration.Revocation {
			h.t.Errorf("offered %+v", b.Options)
		}
		_, err = h.Look(h.t.Context(), h.anna(), asked(fresh))
		h.wants(err, community.ErrNoLocal)
	})
}

// No code is made anew of what opens nothing any more (N05); that of a revocation still is.
func TestNoNewCodeAfterTheEnd(t *testing.T) {
	each(t, func(h *house) {
		waiting := h.ended(h.anna(), h.register(h.anna(), h.people.CIA[0]))
		h.must(h.renewBy(h.t.Context(), h.anna(), waiting))
		h.must(h.ConcludeRenewal(h.t.Context(), h.anna(), waiting))
		h.Communities = ended(h.t)
		h.wants(h.renewBy(h.t.Context(), h.anna(), waiting), community.ErrNoLocal)
	})
}
