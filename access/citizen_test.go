package access_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"sportello/access"
	"sportello/assurance"
	"sportello/credential"
	"sportello/store"
)

var mario = access.Passport{Username: "mario.rossi", Password: password}

func TestCitizenLogsIn(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		token, _, err := h.CitizenPassword(ctx, desk, access.Passport{Username: " Mario.ROSSI", Password: password})
		h.must(err)
		s, err := h.Citizen(ctx, token)
		h.must(err)
		if s.Level != (assurance.Level{Proofing: assurance.Strong, Authn: assurance.Password}) || s.Ente != "ASL Città di Esempio" {
			h.Errorf("level %v by %q", s.Level, s.Ente)
		}
		h.is(h.CitizenPIN(ctx, desk, token, "9876543210"), access.ErrCredentials)
		h.must(h.CitizenPIN(ctx, desk, token, pin))
		s, err = h.Citizen(ctx, token)
		h.must(err)
		if s.Level.Authn != assurance.PasswordAndPIN {
			h.Errorf("with the PIN: %v", s.Level)
		}
		h.must(h.CitizenLogout(ctx, desk, token))
		_, err = h.Citizen(ctx, token)
		h.is(err, access.ErrNoSession)
	})
}

func TestCitizenRefusals(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		for _, p := range []access.Passport{{Username: "mario.rossi", Password: "sbagliata"}, {Username: "nessuno", Password: password}, {}} {
			token, _, err := h.CitizenPassword(ctx, desk, p)
			h.is(err, access.ErrCredentials)
			if token != "" {
				h.Errorf("%q: a token for a wrong password", p.Username)
			}
		}
	})
}

// Wrong tries from one address lock neither another address nor the device that the person uses (mission S18).
func TestNobodyLocksAnotherOut(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		_, device, err := h.CitizenPassword(ctx, desk, mario)
		h.must(err)
		for range 10 {
			_, _, err := h.CitizenPassword(ctx, desk, access.Passport{Username: "mario.rossi", Password: "sbagliata"})
			h.is(err, access.ErrCredentials)
		}
		_, _, err = h.CitizenPassword(ctx, desk, mario)
		h.is(err, access.ErrTooMany)
		_, _, err = h.CitizenPassword(ctx, other, mario)
		h.must(err)
		known := mario
		known.Device = device
		_, _, err = h.CitizenPassword(ctx, desk, known)
		h.must(err)
		known.Device = device[:len(device)-1] + "!" // a cookie of one's own making
		_, _, err = h.CitizenPassword(ctx, desk, known)
		h.is(err, access.ErrTooMany)
		wait := access.Wait{}
		if !errors.As(err, &wait) {
			h.Fatal("no time to wait")
		}
		h.wait(wait.For)
		_, _, err = h.CitizenPassword(ctx, desk, mario)
		h.must(err)
	})
}

func TestPINLimits(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		token, _, err := h.CitizenPassword(ctx, desk, mario)
		h.must(err)
		for range 5 {
			h.is(h.CitizenPIN(ctx, desk, token, "0000000000"), access.ErrCredentials)
		}
		h.is(h.CitizenPIN(ctx, desk, token, pin), access.ErrTooMany)
		elsewhere, _, err := h.CitizenPassword(ctx, other, mario)
		h.must(err)
		h.must(h.CitizenPIN(ctx, other, elsewhere, pin))
	})
}

func TestCitizenSessionEnds(t *testing.T) {
	for name, pages := range map[string][]time.Duration{"idle": {15 * time.Minute}, "over two hours": repeat(14*time.Minute, 9)} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h house) {
				h.citizen()
				token, _, err := h.CitizenPassword(ctx, desk, mario)
				h.must(err)
				for _, d := range pages {
					h.wait(d)
					_, err = h.Citizen(ctx, token)
				}
				h.is(err, access.ErrOver)
				h.is(h.CitizenPIN(ctx, desk, token, pin), access.ErrOver)
			})
		})
	}
}

func TestCitizenHashGrows(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		h.cost(credential.Cost{MemoryKiB: 16, Time: 1, Threads: 1})
		_, _, err := h.CitizenPassword(ctx, desk, mario)
		h.must(err)
		h.must(h.Store.Read(ctx, func(tx *store.Tx) error {
			c, err := tx.Credentials("r")
			if err == nil && h.Hasher.Outdated(c.Password) {
				h.Error("the old hash stays")
			}
			return err
		}))
		_, _, err = h.CitizenPassword(ctx, desk, mario)
		h.must(err)
	})
}

// Who has had very many browsers forgotten one by one has all forgotten, and the list begins anew.
func TestForgottenOneByOne(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	set := credential.Set{SetAt: now.Add(-time.Hour)}
	for i := range 51 {
		set.ForgetDevice(fmt.Sprint(i), now)
		if set.ForgetDevice(fmt.Sprint(i), now); i < 50 && (len(set.Forgotten) != i+1 || !set.Forgot("0")) {
			t.Fatalf("after %d: %v", i+1, set.Forgotten)
		}
	}
	if !set.KnownSince().Equal(now) || set.Forgot("0") {
		t.Errorf("known since %v, without %v", set.KnownSince(), set.Forgotten)
	}
}
