package store_test

import (
	"errors"
	"testing"
	"time"

	"sportello/community"
	"sportello/credential"
	"sportello/postal"
	"sportello/registration"
	"sportello/store"
)

var torino = postal.Address{Name: "Mario D'Angelò", Lines: []string{"MARIO D'ANGELÒ", "VIA PO 1 BIS", "10122 TORINO TO"}}

// queued is a letter with the new PIN of credentials that work.
func queued(secret string) *postal.Letter {
	return &postal.Letter{Community: "sistemapiemonte", Registration: "r1", Lang: "it", Address: torino, Proof: postal.ByRegistry, Secret: secret}
}

func (h house) queue(t testing.TB, l *postal.Letter) error {
	t.Helper()
	return h.act(t, func(tx *store.Tx) error { return tx.QueueLetter(community.Post{Yearly: 3}, l, "K7M2X9PQ") })
}

func (h house) withPIN(t testing.TB, pin string) {
	t.Helper()
	_, r, _ := h.register(t)
	r.State = registration.Active
	must(t, h.act(t, func(tx *store.Tx) error {
		return errors.Join(tx.SaveRegistration(r), tx.SetCredentials("sistemapiemonte", &credential.Set{Registration: "r1", Username: "mario", PIN: pin, SetAt: *h.now}))
	}))
}

func TestALetterIsKeptSealedAndFrozen(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.withPIN(t, "")
		l := queued("hash-1")
		must(t, h.queue(t, l))
		got := read(t, h, func(tx *store.Tx) (*postal.Letter, error) { return tx.LetterByNumber(l.Number) })
		same(t, got, l)
		if plain, err := h.Sealer.Open(postal.Seal(l.ID), got.Sealed); err != nil || string(plain) != "K7M2X9PQ" {
			t.Errorf("the sealed PIN is %q, %v", plain, err)
		}
		if got.State != postal.Waiting || got.Kind != postal.PINLetter {
			t.Errorf("a letter that is %s, %s", got.State, got.Kind)
		}
	})
}

func TestWhatIsNotPosted(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.withPIN(t, "from a desk")
		if err := h.queue(t, queued("hash-1")); !errors.Is(err, postal.ErrDeskPIN) {
			t.Errorf("a copy of a PIN that a desk issued: %v", err)
		}
		must(t, h.act(t, func(tx *store.Tx) error {
			return tx.SetCredentials("sistemapiemonte", &credential.Set{Registration: "r1", Username: "mario", SetAt: *h.now})
		}))
		for _, proof := range []postal.Proof{"", "sentito dire", postal.ByEarlierLetter} {
			l := queued("hash-1")
			l.Proof = proof
			if err := h.queue(t, l); !errors.Is(err, postal.ErrUnproven) {
				t.Errorf("proof %q: %v", proof, err)
			}
		}
		must(t, h.queue(t, queued("hash-1")))
		if err := h.queue(t, queued("hash-2")); !errors.Is(err, postal.ErrQueued) {
			t.Errorf("a second letter at once: %v", err)
		}
	})
}

func TestLettersWithinAYear(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.withPIN(t, "")
		for range 3 {
			l := queued("hash")
			must(t, h.queue(t, l))
			h.set(t, l, postal.Superseded)
			*h.now = h.now.Add(time.Hour)
		}
		if err := h.queue(t, queued("hash")); !errors.Is(err, postal.ErrTooMany) {
			t.Errorf("a fourth letter: %v", err)
		}
		*h.now = h.now.AddDate(1, 0, 0)
		must(t, h.queue(t, queued("hash")))
	})
}

func (h house) set(t testing.TB, l *postal.Letter, s postal.State) {
	t.Helper()
	must(t, h.act(t, func(tx *store.Tx) error { l.State = s; return tx.SaveLetter(l) }))
}

// The new PIN takes the old one's place when it is first used, if that is still the one it was to replace (mission S22).
func TestAPostedPINReplacesTheOneItWasMadeFor(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		h.withPIN(t, "")
		first, second := queued("hash-1"), queued("hash-2")
		must(t, h.queue(t, first))
		posted := func(inUse string) error {
			return h.Read(ctx, func(tx *store.Tx) error { _, err := tx.PostedPIN("r1", inUse); return err })
		}
		if err := posted(""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a PIN that nobody has printed: %v", err)
		}
		h.set(t, first, postal.Sent)
		must(t, posted(""))
		must(t, h.act(t, func(tx *store.Tx) error { return tx.AdoptPIN(first) }))
		second.Proof = postal.ByEarlierLetter
		must(t, h.queue(t, second))
		h.set(t, second, postal.Sent)
		if second.Replaces != "hash-1" {
			t.Errorf("the copy replaces %q", second.Replaces)
		}
		must(t, posted("hash-1"))
		if err := posted("given at a desk since"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a letter that a desk has overtaken: %v", err)
		}
		h.set(t, second, postal.Returned)
		frozen := read(t, h, func(tx *store.Tx) (bool, error) { return tx.Frozen("r1", "hash-2") })
		still := read(t, h, func(tx *store.Tx) (bool, error) { return tx.Frozen("r1", "hash-1") })
		back := read(t, h, func(tx *store.Tx) (*postal.Letter, error) { return tx.PostedPIN("r1", "hash-1") })
		if err := h.act(t, func(tx *store.Tx) error { return tx.AdoptPIN(back) }); !errors.Is(err, postal.ErrFrozen) {
			t.Errorf("the PIN of a letter that came back is taken: %v", err)
		}
		if !frozen || still {
			t.Errorf("returned letter: its PIN frozen %v, the other's %v", frozen, still)
		}
	})
}
