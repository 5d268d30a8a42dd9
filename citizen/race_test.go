package citizen_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"sportello/access"
	"sportello/audit"
	"sportello/citizen"
	"sportello/mail"
	"sportello/registration"
)

// Two tabs that complete at once complete once.
func TestTwoTabs(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true, Lang: "en"}))
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := h.Complete(ctx, home, token, chosen); err != nil {
					t.Errorf("a tab: %v", err)
				}
			})
		}
		wg.Wait()
		h.checkMails(t, who, mail.Activated)
		done := 0
		must(t, h.Store.Audit(ctx, audit.Filter{Deed: audit.Activate, Outcome: audit.Done}, func(r audit.Record) error {
			done++
			if r.Registration != who.reg || r.Operation != who.op || r.Ente != "asl" || r.Actor != who.person {
				t.Errorf("record %+v", r)
			}
			return nil
		}))
		if done != 1 {
			t.Errorf("%d activations on record", done)
		}
	})
}

// A username is given once in a realm, whatever its case, even in a race (mission S10).
func TestUsernameTaken(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.activate(t, h.register(t, "asl"), chosen)
		token, err := h.CheckCodes(ctx, home, h.register(t, "asl").Codes)
		must(t, err)
		must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
		before := h.rows(t)
		same := chosen
		same.Username = "MARIO.Rossi80"
		wrong := citizen.Choice{}
		if err := h.Complete(ctx, home, token, same); !errors.As(err, &wrong) || wrong.Username.Text == "" || wrong.Password.Text != "" {
			t.Errorf("%v %+v", err, wrong)
		}
		unchanged(t, before, h.rows(t))
		same.Username = "mario.r80"
		must(t, h.Complete(ctx, home, token, same))
	})
}

func TestUsernameRace(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		people := []registered{h.register(t, "asl"), h.register(t, "asl")}
		results := make([]error, len(people))
		var wg sync.WaitGroup
		for i, who := range people {
			token, err := h.CheckCodes(ctx, home, who.Codes)
			must(t, err)
			must(t, h.Accept(ctx, home, token, citizen.Acceptance{Terms: true, Privacy: true}))
			wg.Go(func() { results[i] = h.Complete(ctx, home, token, chosen) })
		}
		wg.Wait()
		won := 0
		for i, err := range results {
			wrong := citizen.Choice{}
			if err == nil {
				won++
			} else if !errors.As(err, &wrong) || wrong.Username.Text == "" || h.registration(t, people[i]).State != registration.Verified {
				t.Errorf("the loser: %v", err)
			}
		}
		if won != 1 {
			t.Errorf("%d won", won)
		}
	})
}

// A username that was given up by a reset is never given again.
func TestUsernameNeverAgain(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		h.activate(t, who, chosen)
		h.book(t, &who, "asl", registration.Reset, "reset")
		token, err := h.CheckCodes(ctx, home, who.Codes)
		must(t, err)
		both := citizen.Acceptance{Terms: true, Privacy: true}
		if err := h.Accept(ctx, home, token, both); !errors.Is(err, citizen.ErrNotAccepted) {
			t.Errorf("a reset without its confirmation: %v", err)
		}
		both.OldAccount = true
		must(t, h.Accept(ctx, home, token, both))
		wrong := citizen.Choice{}
		if err := h.Complete(ctx, home, token, chosen); !errors.As(err, &wrong) || !strings.Contains(wrong.Username.Text, "con il reset smette di valere") {
			t.Errorf("the old username: %v %+v", err, wrong)
		}
		other := chosen
		other.Username = "mario.nuovo"
		must(t, h.Complete(ctx, home, token, other))
		if _, _, err := h.access.CitizenPassword(ctx, home, access.Passport{Username: chosen.Username, Password: chosen.Password}); !errors.Is(err, access.ErrCredentials) {
			t.Errorf("the old username opens: %v", err)
		}
	})
}

// However many tries of a PIN come at once, from however many addresses, only the policy's number is judged (mission S18).
func TestManyPINsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		wrong := who.Codes
		wrong.PIN = wrongPIN(who)
		results := make([]error, 20)
		var wg sync.WaitGroup
		for i := range results {
			wg.Go(func() { _, results[i] = h.CheckCodes(ctx, audit.Origin{Address: fmt.Sprintf("198.51.%d.1", i)}, wrong) })
		}
		wg.Wait()
		judged := 0
		for _, err := range results {
			switch {
			case errors.Is(err, citizen.ErrCodes):
				judged++
			case !errors.Is(err, citizen.ErrCodeDead):
				t.Errorf("one of many: %v", err)
			}
		}
		if judged != 5 {
			t.Errorf("%d PINs were judged, want 5", judged)
		}
		if _, err := h.CheckCodes(ctx, home, who.Codes); !errors.Is(err, citizen.ErrCodeDead) {
			t.Errorf("the right PIN afterwards: %v", err)
		}
	})
}

// A right PIN is no try: the same codes may be typed again and again before the last step.
func TestRightPINCostsNoTry(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		who := h.register(t, "asl")
		for range 7 {
			_, err := h.CheckCodes(ctx, home, who.Codes)
			must(t, err)
		}
	})
}
