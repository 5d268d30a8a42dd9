package citizen_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sportello/access"
	"sportello/citizen"
	"sportello/communities"
	"sportello/community"
	"sportello/mail"
	"sportello/store"
)

// endingOn are the communities that come with the program, but that Sistema Piemonte has announced the end of its credentials.
func endingOn(t *testing.T, day string) community.Set {
	t.Helper()
	files := fstest.MapFS{}
	must(t, fs.WalkDir(communities.FS, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(communities.FS, path)
		text := string(raw)
		if path == "sistemapiemonte/community.toml" {
			text = strings.Replace(text, "[local]\nissues = true", "[local]\nissues = true\nannounced_on = \"2026-11-20\"\nends_on = \""+day+"\"", 1)
		}
		files[path] = &fstest.MapFile{Data: []byte(text)}
		return err
	}))
	set, err := community.LoadAll(files)
	must(t, err)
	return set
}

// announcements are the mails of the end that wait to be sent.
func (h house) announcements(t *testing.T) (list []store.OutboxMail) {
	t.Helper()
	mails, err := h.Store.ClaimMail(ctx, time.Second, 100)
	must(t, err)
	for _, m := range mails {
		if m.Kind == string(mail.EndAnnounced) {
			list = append(list, m)
		}
	}
	return list
}

// The end of a community's credentials is told once to each holder, and holds from its first moment in Italy (N05).
func TestCredentialsEndOnTheAnnouncedDay(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		set := endingOn(t, "2026-12-01")
		mario, giulia, late := h.register(t, "asl"), h.register(t, "comune"), h.register(t, "asl")
		h.activate(t, mario, chosen)
		other := chosen
		other.Username = "giulia.85"
		h.activate(t, giulia, other)
		h.Communities, h.access.Communities = set, set

		for range 2 { // the second time there is nobody left to tell
			more, err := h.Endings(ctx)
			if err != nil || more {
				t.Fatalf("more %t, %v", more, err)
			}
		}
		told := h.announcements(t)
		if len(told) != 2 || told[0].Lang != "en" || told[0].To != "mario.rossi@posta.example" || !told[0].ExpiresAt.Equal(time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)) {
			t.Fatalf("told: %+v", told)
		}
		passport := access.Passport{Username: chosen.Username, Password: chosen.Password}
		*h.now = time.Date(2026, 11, 30, 22, 50, 0, 0, time.UTC)
		token, _, err := h.access.CitizenPassword(ctx, home, passport)
		must(t, err)
		if _, err := h.access.Citizen(ctx, token); err != nil {
			t.Errorf("on the last day: %v", err)
		}

		*h.now = time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC) // midnight in Italy
		if _, err := h.access.Citizen(ctx, token); !errors.Is(err, access.ErrOver) {
			t.Errorf("a session outlives the end: %v", err)
		}
		if _, _, err := h.access.CitizenPassword(ctx, home, passport); !errors.Is(err, community.ErrNoLocal) {
			t.Errorf("log-in after the end: %v", err)
		}
		passport.Password = "un'altra password"
		if _, _, err := h.access.CitizenPassword(ctx, home, passport); !errors.Is(err, access.ErrCredentials) {
			t.Errorf("a wrong password tells that the username exists: %v", err)
		}
		if _, err := h.CheckCodes(ctx, home, late.Codes); !errors.Is(err, community.ErrNoLocal) {
			t.Errorf("activation after the end: %v", err)
		}
		if _, err := h.CheckCodes(ctx, home, citizen.Codes{TaxCode: late.TaxCode, Code: late.Code, PIN: wrongPIN(late)}); !errors.Is(err, citizen.ErrCodes) {
			t.Errorf("a wrong PIN learns of the end: %v", err)
		}
		for range 2 { // kept once
			_, err := h.Endings(ctx)
			must(t, err)
		}
		must(t, h.Store.Read(ctx, func(tx *store.Tx) error {
			for id, want := range map[community.ID]bool{"sistemapiemonte": true, "genova": false} { // genova never had anybody here
				of, _ := set.ByID(id)
				if done, err := tx.Ended(id, of.Local.EndsOn); err != nil || done != want {
					t.Errorf("%s: ended %t, %v", id, done, err)
				}
			}
			return nil
		}))
		if _, err := h.access.Citizen(ctx, token); !errors.Is(err, access.ErrNoSession) {
			t.Errorf("the session is still kept: %v", err)
		}
	})
}

// Who can open nothing any more can still have everything erased (mission S31).
func TestRevocationAfterTheEnd(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.revoking(t)
		h.Communities = endingOn(t, "2026-11-23")
		h.revoke(t, who)
	})
}
