package access_test

import (
	"errors"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/store"
)

func TestEnrolment(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		token := h.firstStep()
		if got := h.stage(token); got != access.NeedsEnrolment {
			h.Fatalf("first log-in at stage %s", got)
		}
		_, err := h.OperatorCode(ctx, desk, token, "123456")
		h.is(err, access.ErrStage)
		e, err := h.Enrol(ctx, token)
		h.must(err)
		if again, err := h.Enrol(ctx, token); err != nil || again != e {
			h.Errorf("the page shown again has another key (%v)", err)
		}
		_, _, err = h.ConfirmEnrolment(ctx, desk, token, "000000")
		h.is(err, access.ErrCredentials)
		code := h.code(e.Secret)
		recovery, inside, err := h.ConfirmEnrolment(ctx, desk, token, code)
		h.must(err)
		if len(recovery) != 10 || h.stage(inside) != access.In {
			h.Errorf("%d recovery codes, stage %s", len(recovery), h.stage(inside))
		}
		_, err = h.Operator(ctx, token)
		h.is(err, access.ErrNoSession) // the token of before is forgotten
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), code)
		h.is(err, access.ErrCredentials) // the code that confirmed is used up
		_, err = h.Enrol(ctx, inside)
		h.is(err, access.ErrStage)
	})
}

func TestOneTimeCodeWorksOnce(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl")
		code := h.code(secret)
		_, err := h.OperatorCode(ctx, desk, h.firstStep(), code)
		h.must(err)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), code)
		h.is(err, access.ErrCredentials)
		h.wait(30 * time.Second)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), code) // still inside the tolerance
		h.is(err, access.ErrCredentials)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), " "+h.code(secret)[:3]+" "+h.code(secret)[3:])
		h.must(err)
	})
}

func TestOneTimeCodeTolerance(t *testing.T) {
	for _, c := range []struct {
		late time.Duration
		want error
	}{{0, nil}, {30 * time.Second, nil}, {-30 * time.Second, nil}, {60 * time.Second, access.ErrCredentials}, {-60 * time.Second, access.ErrCredentials}} {
		each(t, func(h house) {
			code := h.code(h.enrolled("asl"))
			h.wait(c.late)
			if _, err := h.OperatorCode(ctx, desk, h.firstStep(), code); !errors.Is(err, c.want) {
				h.Errorf("shown %s later: %v", c.late, err)
			}
		})
	}
}

func TestRecoveryCodeWorksOnce(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		token := h.firstStep()
		e, err := h.Enrol(ctx, token)
		h.must(err)
		recovery, _, err := h.ConfirmEnrolment(ctx, desk, token, h.code(e.Secret))
		h.must(err)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), recovery[3])
		h.must(err)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), recovery[3])
		h.is(err, access.ErrCredentials)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), recovery[4])
		h.must(err)
	})
}

// Whatever is wrong, the answer is the same.
func TestOperatorRefusals(t *testing.T) {
	each(t, func(h house) {
		h.enrolled("asl")
		for _, c := range []struct{ username, password string }{
			{"anna", "sbagliata"}, {"nessuno", password}, {"", ""}, {"anna", ""}, {"ann%", password}, {"anna", password + " "},
		} {
			token, err := h.OperatorPassword(ctx, other, c.username, c.password)
			h.is(err, access.ErrCredentials)
			if token != "" {
				h.Errorf("%q: a token for a wrong password", c.username)
			}
			h.wait(16 * time.Minute)
		}
		h.act(func(tx *store.Tx) error {
			o, err := tx.Operator("anna")
			h.must(err)
			o.DisabledAt = tx.Now
			return tx.SaveOperator(o)
		})
		_, err := h.OperatorPassword(ctx, desk, "anna", password)
		h.is(err, access.ErrCredentials)
	})
}

func TestDisabledOperatorIsOut(t *testing.T) {
	each(t, func(h house) {
		token := h.login(h.enrolled("asl"))
		h.act(func(tx *store.Tx) error {
			o, err := tx.Operator("anna")
			h.must(err)
			o.DisabledAt = tx.Now
			return tx.SaveOperator(o)
		})
		_, err := h.Operator(ctx, token)
		h.is(err, access.ErrNoSession)
	})
}

func TestOperatorLimits(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl")
		for range 5 {
			_, err := h.OperatorPassword(ctx, desk, "anna", "sbagliata")
			h.is(err, access.ErrCredentials)
		}
		_, err := h.OperatorPassword(ctx, desk, "anna", password)
		h.is(err, access.ErrTooMany)
		wait := access.Wait{}
		if !errors.As(err, &wait) || wait.For <= 0 || wait.For > 15*time.Minute {
			h.Errorf("to wait %s", wait.For)
		}
		_, err = h.OperatorPassword(ctx, other, "anna", password) // nobody locks somebody else out
		h.must(err)
		h.wait(wait.For)
		token, err := h.OperatorPassword(ctx, desk, "anna", password)
		h.must(err)
		for range 5 {
			_, err := h.OperatorCode(ctx, desk, token, "000000")
			h.is(err, access.ErrCredentials)
		}
		_, err = h.OperatorCode(ctx, desk, token, h.code(secret))
		h.is(err, access.ErrTooMany)
	})
}

func TestTwoEnti(t *testing.T) {
	each(t, func(h house) {
		token := h.login(h.enrolled("asl", "comune"))
		l, err := h.Operator(ctx, token)
		h.must(err)
		if l.Stage != access.NeedsEnte || len(l.Enti) != 2 || l.Acting.Ente.ID != "" {
			h.Fatalf("stage %s, %d enti, at %q", l.Stage, len(l.Enti), l.Acting.Ente.ID)
		}
		h.is(h.ChooseEnte(ctx, desk, token, "altro"), access.ErrNoPost)
		h.must(h.ChooseEnte(ctx, desk, token, "comune"))
		l, err = h.Operator(ctx, token)
		h.must(err)
		if l.Stage != access.In || l.Acting.Ente.Name != "Comune di Esempio" {
			h.Errorf("stage %s at %s", l.Stage, l.Acting.Ente.Name)
		}
		var at []string
		h.must(h.Store.Audit(ctx, audit.Filter{}, func(r audit.Record) error {
			if r.Deed == audit.OperatorLogin && r.Outcome == audit.Done {
				at = append(at, r.Ente)
			}
			return nil
		}))
		if len(at) != 3 || at[2] != "comune" {
			h.Errorf("records of the log-in at %q", at)
		}
	})
}

func TestOperatorSessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		pages []time.Duration // between one page and the next
		want  error
	}{
		"in use":           {[]time.Duration{14 * time.Minute, 14 * time.Minute, 14 * time.Minute}, nil},
		"idle":             {[]time.Duration{14 * time.Minute, 15 * time.Minute}, access.ErrOver},
		"over eight hours": {repeat(14*time.Minute, 35), access.ErrOver},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h house) {
				token := h.login(h.enrolled("asl"))
				var err error
				for _, d := range c.pages {
					h.wait(d)
					_, err = h.Operator(ctx, token)
				}
				h.is(err, c.want)
			})
		})
	}
}

func repeat(d time.Duration, n int) (all []time.Duration) {
	for range n {
		all = append(all, d)
	}
	return all
}

func TestStepUp(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl")
		token := h.login(secret)
		began := *h.now
		h.wait(6 * time.Minute)
		l, err := h.Operator(ctx, token)
		h.must(err)
		h.is(l.Acting.May(office.Register, *h.now), office.ErrStaleLogin)
		fresh, err := h.OperatorCode(ctx, desk, token, h.code(secret))
		h.must(err)
		l, err = h.Operator(ctx, fresh)
		h.must(err)
		h.must(l.Acting.May(office.Register, *h.now))
		_, err = h.Operator(ctx, token)
		h.is(err, access.ErrNoSession)
		for h.now.Before(began.Add(7*time.Hour + 59*time.Minute - 14*time.Minute)) {
			h.wait(14 * time.Minute)
			_, err = h.Operator(ctx, fresh)
			h.must(err)
		}
		h.wait(14 * time.Minute)
		_, err = h.Operator(ctx, fresh)
		h.is(err, access.ErrOver) // a code makes the log-in fresh, not the day longer
	})
}

func TestLastLogin(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl", "comune")
		for i, want := range []time.Time{{}, h.now.Add(time.Minute)} {
			token := h.login(secret)
			h.must(h.ChooseEnte(ctx, desk, token, "asl"))
			l, err := h.Operator(ctx, token)
			h.must(err)
			if !l.LastLogin.Equal(want) {
				h.Errorf("log-in %d: the one before was at %s, want %s", i+1, l.LastLogin, want)
			}
		}
	})
}

func TestOperatorLogout(t *testing.T) {
	each(t, func(h house) {
		token := h.login(h.enrolled("asl"))
		h.must(h.OperatorLogout(ctx, desk, token))
		_, err := h.Operator(ctx, token)
		h.is(err, access.ErrNoSession)
		h.must(h.OperatorLogout(ctx, desk, token)) // twice does no harm
		_, err = h.Operator(ctx, "")
		h.is(err, access.ErrNoSession)
	})
}

func TestOperatorHashGrows(t *testing.T) {
	each(t, func(h house) {
		h.enrolled("asl")
		h.cost(credential.Cost{MemoryKiB: 16, Time: 1, Threads: 1})
		h.firstStep()
		h.must(h.Store.Read(ctx, func(tx *store.Tx) error {
			o, err := tx.Operator("anna")
			if err == nil && h.Hasher.Outdated(o.Password) {
				h.Error("the old hash stays")
			}
			return err
		}))
		h.firstStep()
	})
}
