package access_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/credential"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// atOnce runs the same call many times side by side and gives the errors.
func atOnce(n int, call func(i int) error) []error {
	results := make([]error, n)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i] = call(i) })
	}
	wg.Wait()
	return results
}

func count(results []error, want error) (n int) {
	for _, err := range results {
		if errors.Is(err, want) {
			n++
		}
	}
	return n
}

// A one-time code, and a recovery code, open one of two requests that bring it in the same moment.
func TestSameCodeAtOnce(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		token := h.firstStep()
		e, err := h.Enrol(ctx, token)
		h.must(err)
		recovery, _, err := h.ConfirmEnrolment(ctx, desk, token, h.code(e.Secret))
		h.must(err)
		h.wait(time.Minute)
		for _, code := range []string{h.code(e.Secret), recovery[0]} {
			tokens := []string{h.firstStep(), h.firstStep()}
			results := atOnce(2, func(i int) error {
				_, err := h.OperatorCode(ctx, desk, tokens[i], code)
				return err
			})
			if count(results, nil) != 1 || count(results, access.ErrCredentials) != 1 {
				h.Errorf("two at once: %v", results)
			}
		}
	})
}

// Many codes sent at once are no way around the limit.
func TestManyCodesAtOnce(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl")
		token := h.firstStep()
		results := atOnce(40, func(int) error {
			_, err := h.OperatorCode(ctx, desk, token, "000000")
			return err
		})
		if judged := count(results, access.ErrCredentials); judged != 5 || count(results, access.ErrTooMany) != 35 {
			h.Errorf("%d codes were judged, want 5", judged)
		}
		_, err := h.OperatorCode(ctx, desk, token, h.code(secret))
		h.is(err, access.ErrTooMany)
	})
}

// A password that is right is refused all the same when the limit was reached while its hash was made.
func TestManyPasswordsAtOnce(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		h.citizen()
		for name, try := range map[string]func(password string) error{
			"operator": func(p string) error { _, err := h.OperatorPassword(ctx, desk, "anna", p); return err },
			"citizen": func(p string) error {
				_, _, err := h.CitizenPassword(ctx, desk, access.Passport{Username: "mario.rossi", Password: p})
				return err
			},
		} {
			var armed atomic.Bool
			h.Access.Hasher = credential.NewHasher(credential.Hashing{Cost: credential.TestCost, Rand: rand.Reader, Width: 2, MAC: func(purpose string, data []byte) []byte {
				if armed.CompareAndSwap(true, false) {
					for range 10 {
						_ = try("sbagliata")
					}
				}
				return h.keys.MAC(purpose, data)
			}})
			armed.Store(true)
			if err := try(password); !errors.Is(err, access.ErrTooMany) {
				h.Errorf("%s: %v", name, err)
			}
		}
	})
}

// An IPv6 line has more addresses than anyone can count: its /64 counts as one.
func TestLimitsOfALine(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		for i := range 5 {
			_, err := h.OperatorPassword(ctx, audit.Origin{Address: fmt.Sprintf("2001:db8:1:2::%x", i)}, "anna", "sbagliata")
			h.is(err, access.ErrCredentials)
		}
		_, err := h.OperatorPassword(ctx, audit.Origin{Address: "2001:db8:1:2:ffff::1"}, "anna", password)
		h.is(err, access.ErrTooMany)
		_, err = h.OperatorPassword(ctx, audit.Origin{Address: "2001:db8:1:3::1"}, "anna", password)
		h.must(err)
	})
}

// Who knows a password cannot guess the six digits from many addresses.
func TestCodesFromManyAddresses(t *testing.T) {
	each(t, func(h house) {
		secret := h.enrolled("asl")
		token := h.firstStep()
		for i := range 20 {
			_, err := h.OperatorCode(ctx, audit.Origin{Address: fmt.Sprintf("198.51.%d.1", i)}, token, "000000")
			h.is(err, access.ErrCredentials)
		}
		_, err := h.OperatorCode(ctx, desk, token, h.code(secret))
		h.is(err, access.ErrTooMany)
		h.wait(15 * time.Minute)
		_, err = h.OperatorCode(ctx, desk, h.firstStep(), h.code(secret))
		h.must(err)
	})
}

// A second factor that is set up is not replaced from another session that had only shown the password.
func TestEnrolmentOnlyOnce(t *testing.T) {
	each(t, func(h house) {
		h.operator("asl")
		mine, thief := h.firstStep(), h.firstStep()
		theirs, err := h.Enrol(ctx, thief)
		h.must(err)
		e, err := h.Enrol(ctx, mine)
		h.must(err)
		_, inside, err := h.ConfirmEnrolment(ctx, desk, mine, h.code(e.Secret))
		h.must(err)
		_, _, err = h.ConfirmEnrolment(ctx, desk, thief, h.code(theirs.Secret))
		h.is(err, access.ErrNoSession)
		h.wait(time.Minute)
		_, err = h.OperatorCode(ctx, desk, inside, h.code(e.Secret))
		h.must(err)
	})
}

// A registration that is no longer active ends what its credentials opened.
func TestRejectedCitizenIsOut(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		token, _, err := h.CitizenPassword(ctx, desk, mario)
		h.must(err)
		h.act(func(tx *store.Tx) error {
			r, err := tx.Registration("r")
			if err != nil {
				return err
			}
			r.State = registration.Rejected
			return tx.SaveRegistration(r)
		})
		_, err = h.Citizen(ctx, token)
		h.is(err, access.ErrNoSession)
		h.is(h.CitizenPIN(ctx, desk, token, pin), access.ErrNoSession)
	})
}

// Credentials that are replaced while the old password is being judged: the old one opens nothing any more.
func TestReplacedWhileJudged(t *testing.T) {
	each(t, func(h house) {
		h.citizen()
		hash, err := h.Hasher.Hash(credential.PurposePassword, "un'altra parola")
		h.must(err)
		meanwhile := func() {}
		h.Hasher = credential.NewHasher(credential.Hashing{Cost: credential.TestCost, Rand: rand.Reader, Width: 2, MAC: func(purpose string, data []byte) []byte {
			meanwhile()
			return h.keys.MAC(purpose, data)
		}})
		meanwhile = sync.OnceFunc(func() {
			h.wait(time.Second)
			h.act(func(tx *store.Tx) error {
				return tx.SetCredentials(realm, &credential.Set{Registration: "r", Username: "mario.rossi", Password: hash, SetAt: tx.Now})
			})
		})
		token, _, err := h.CitizenPassword(ctx, desk, mario)
		h.is(err, access.ErrCredentials)
		if token != "" {
			h.Error("the old password opens a session")
		}
	})
}

// An operator whose password is replaced, or who is disabled, while the old password is being judged: it opens nothing, not even the first step.
func TestOperatorReplacedWhileJudged(t *testing.T) {
	for name, change := range map[string]func(*office.Operator, *house){
		"password": func(o *office.Operator, _ *house) { o.Password = "un'altra" },
		"disabled": func(o *office.Operator, h *house) { o.DisabledAt = *h.now },
		"enrolled": func(o *office.Operator, h *house) { o.EnrolledAt = *h.now },
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(h house) {
				h.operator("asl")
				meanwhile := func() {}
				h.Hasher = credential.NewHasher(credential.Hashing{Cost: credential.TestCost, Rand: rand.Reader, Width: 2, MAC: func(purpose string, data []byte) []byte {
					meanwhile()
					return h.keys.MAC(purpose, data)
				}})
				meanwhile = sync.OnceFunc(func() {
					h.act(func(tx *store.Tx) error {
						o, err := tx.Operator("anna")
						h.must(err)
						change(o, &h)
						return errors.Join(tx.SaveOperator(o), tx.EndSessionsOf(store.OperatorSession, o.ID))
					})
				})
				token, err := h.OperatorPassword(ctx, desk, "anna", password)
				h.is(err, access.ErrCredentials)
				if token != "" {
					h.Error("the old password opens a session")
				}
			})
		})
	}
}
