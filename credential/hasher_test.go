package credential_test

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/argon2"

	"sportello/credential"
)

func macUnder(key string) func(string, []byte) []byte {
	return func(purpose string, data []byte) []byte {
		mac := hmac.New(sha256.New, []byte(key+"/"+purpose))
		mac.Write(data)
		return mac.Sum(nil)
	}
}

func hasher(cost credential.Cost, key string) *credential.Hasher {
	return credential.NewHasher(credential.Hashing{Cost: cost, MAC: macUnder(key), Rand: rand.Reader, Width: 2})
}

func hash(t *testing.T, h *credential.Hasher, purpose, secret string) string {
	t.Helper()
	s, err := h.Hash(purpose, secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOnlyTheSameSecretAndPurposeMatch(t *testing.T) {
	h := hasher(credential.TestCost, "k")
	stored := hash(t, h, credential.PurposePIN, "ACDEFHJK")
	if !h.Matches(stored, credential.PurposePIN, "ACDEFHJK") {
		t.Error("the right secret does not match")
	}
	if stored == hash(t, h, credential.PurposePIN, "ACDEFHJK") {
		t.Error("two hashes of one secret are the same")
	}
	if strings.Contains(stored, "ACDE") || !strings.HasPrefix(stored, "$argon2id$v=19$m=8,t=1,p=1,keyid=") {
		t.Errorf("stored form: %s", stored)
	}
	for name, matched := range map[string]bool{
		"another secret":  h.Matches(stored, credential.PurposePIN, "ACDEFHJJ"),
		"another purpose": h.Matches(stored, credential.PurposePassword, "ACDEFHJK"),
		"another key":     hasher(credential.TestCost, "other").Matches(stored, credential.PurposePIN, "ACDEFHJK"),
		"no hash":         h.Matches("", credential.PurposePIN, ""),
		"cut hash":        h.Matches(stored[:len(stored)-4], credential.PurposePIN, "ACDEFHJK"),
		"endless memory":  h.Matches(strings.Replace(stored, "m=8", "m=4000000000", 1), credential.PurposePIN, "ACDEFHJK"),
		"no passes":       h.Matches(strings.Replace(stored, "t=1", "t=0", 1), credential.PurposePIN, "ACDEFHJK"),
		"not a hash":      h.Matches("ACDEFHJK", credential.PurposePIN, "ACDEFHJK"),
	} {
		if matched {
			t.Errorf("%s matches", name)
		}
	}
}

func TestPasswordMatchesHoweverAccentsAreComposed(t *testing.T) {
	h := hasher(credential.TestCost, "k")
	if !h.Matches(hash(t, h, credential.PurposePassword, "perch\u00e9 no"), credential.PurposePassword, "perche\u0301 no") {
		t.Error("the same letter in two encodings does not match")
	}
}

func TestGrownCostKeepsOldHashesAndAsksForNewOnes(t *testing.T) {
	old, grown := hasher(credential.TestCost, "k"), hasher(credential.Cost{MemoryKiB: 16, Time: 2, Threads: 1}, "k")
	stored := hash(t, old, credential.PurposePassword, "x")
	if !grown.Matches(stored, credential.PurposePassword, "x") {
		t.Error("the old hash does not match any more")
	}
	for name, c := range map[string]struct{ got, want bool }{
		"its own":     {old.Outdated(stored), false},
		"grown cost":  {grown.Outdated(stored), true},
		"another key": {hasher(credential.TestCost, "other").Outdated(stored), true},
		"no hash":     {old.Outdated(""), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: outdated %v", name, c.got)
		}
	}
}

func TestCostFloor(t *testing.T) {
	for cost, good := range map[credential.Cost]bool{
		credential.FloorCost: true, {MemoryKiB: 47104, Time: 2, Threads: 1}: true,
		credential.TestCost: false, {}: false, {MemoryKiB: 19456, Time: 1, Threads: 1}: false, {MemoryKiB: 19455, Time: 9, Threads: 9}: false,
	} {
		if err := cost.Check(); (err == nil) != good {
			t.Errorf("%+v: %v", cost, err)
		}
	}
}

// After the cost was raised an old hash costs what a new one does, and so what nobody's does.
func TestAnOldHashCostsAsMuch(t *testing.T) {
	raised := credential.Cost{MemoryKiB: 47104, Time: 2, Threads: 1}
	const work = 2 * 47104
	for earlier, want := range map[credential.Cost]uint32{raised: 0, credential.FloorCost: work - 2*19456, credential.TestCost: work - 8, {MemoryKiB: 47104, Time: 3, Threads: 1}: 0} {
		if got := raised.Beyond(earlier); got.Time*got.MemoryKiB != want || got.MemoryKiB > raised.MemoryKiB {
			t.Errorf("%+v: %+v more, want a work of %d", earlier, got, want)
		}
	}
	var digests atomic.Int32
	mac := macUnder("k")
	grown := credential.NewHasher(credential.Hashing{Cost: credential.Cost{MemoryKiB: 16, Time: 2, Threads: 1}, Rand: rand.Reader, Width: 1,
		MAC: func(p string, d []byte) []byte { digests.Add(1); return mac(p, d) }})
	old, before := hash(t, hasher(credential.TestCost, "k"), credential.PurposePIN, "x"), digests.Load()
	if !grown.Matches(old, credential.PurposePIN, "x") || digests.Load()-before != 2 {
		t.Errorf("%d digests: the work that an old hash leaves is not done", digests.Load()-before)
	}
}

// After the cost was lowered a check costs what the dearest hash that was met does: for who has it, for who has a new one, and for nobody. What a check
// costs is counted in the memory that it takes.
func TestADearerHashMakesAllChecksAsDear(t *testing.T) {
	const dear = 4 << 20 // bytes
	stored := hash(t, hasher(credential.Cost{MemoryKiB: dear >> 10, Time: 1, Threads: 1}, "k"), credential.PurposePassword, "x")
	taken := func(h *credential.Hasher, stored string) uint64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		h.Matches(stored, credential.PurposePassword, "y")
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	lowered := credential.Cost{MemoryKiB: 1 << 10, Time: 1, Threads: 1}
	low := hasher(lowered, "k")
	renewed := hash(t, low, credential.PurposePassword, "x")
	if n := taken(low, ""); n > dear/2 {
		t.Errorf("before, nobody's check takes %d bytes", n)
	}
	low.Heed(stored)
	for name, x := range map[string]string{"dear": stored, "renewed": renewed, "nobody's": "", "damaged": stored[:40]} {
		if n := taken(low, x); n < dear*3/4 || n > dear*5/4 {
			t.Errorf("%s: %d bytes, want about %d", name, n, dear)
		}
	}
	if !low.Matches(stored, credential.PurposePassword, "x") || !low.Outdated(stored) || !low.Matches(renewed, credential.PurposePassword, "x") {
		t.Error("a right password does not match, or its hash is not made anew")
	}
	met := hasher(lowered, "k")
	met.Matches(stored, credential.PurposePassword, "x") // a check teaches it too
	if n := taken(met, ""); n < dear {
		t.Errorf("after a dear check, nobody's takes %d bytes", n)
	}
	wary := hasher(lowered, "k")
	wary.Heed(strings.Replace(stored, "m=4096", "m=1048576", 1)) // a damaged row: not everybody pays for it
	if n := taken(wary, ""); n > dear/2 {
		t.Errorf("a damaged row makes nobody's check take %d bytes", n)
	}
}

// The cost is counted where it is paid, in digests and salts asked for, not by the clock: no answer is given before
// the work is done, whatever the stored hash looks like.
func TestEveryCheckDoesTheSameWork(t *testing.T) {
	var digests atomic.Int32
	mac := macUnder("k")
	h := credential.NewHasher(credential.Hashing{Cost: credential.TestCost, Rand: rand.Reader, Width: 1,
		MAC: func(p string, d []byte) []byte { digests.Add(1); return mac(p, d) }})
	stored := hash(t, h, credential.PurposePIN, "x")
	for name, s := range map[string]string{"right": stored, "none": "", "damaged": stored[:40]} {
		before := digests.Load()
		allocated := testing.AllocsPerRun(20, func() { h.Matches(s, credential.PurposePIN, "x") })
		if work := digests.Load() - before; work != 21 || allocated < 3 {
			t.Errorf("%s: %d digests, %.0f allocations", name, work, allocated)
		}
	}
}

func TestABurstIsServedWhole(t *testing.T) {
	h := hasher(credential.TestCost, "k")
	stored := hash(t, h, credential.PurposePassword, "x")
	var served atomic.Int32
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			if h.Matches(stored, credential.PurposePassword, "x") {
				served.Add(1)
			}
		})
	}
	all.Wait()
	if served.Load() != 200 {
		t.Errorf("%d of 200 served", served.Load())
	}
}

func TestCodeMAC(t *testing.T) {
	h := hasher(credential.TestCost, "k")
	code := h.CodeMAC(credential.PurposeActivation, "7K3M9QXA0TWZ")
	if len(code) != 64 || !credential.SameMAC(code, h.CodeMAC(credential.PurposeActivation, "7K3M9QXA0TWZ")) {
		t.Errorf("got %q", code)
	}
	for name, other := range map[string]string{
		"code": h.CodeMAC(credential.PurposeActivation, "7K3M9QXA0TWY"), "purpose": h.CodeMAC(credential.PurposeRevocation, "7K3M9QXA0TWZ"),
		"key": hasher(credential.TestCost, "o").CodeMAC(credential.PurposeActivation, "7K3M9QXA0TWZ"), "nothing": "",
	} {
		if credential.SameMAC(code, other) {
			t.Errorf("another %s is the same", name)
		}
	}
	if credential.SameMAC("", "") {
		t.Error("nothing is the same as nothing")
	}
}

// The two benchmarks are read together: a Hash costs what Argon2id costs, and at most a hundredth more.
func BenchmarkBareArgon2id(b *testing.B) {
	c, salt := credential.FloorCost, make([]byte, 16)
	for b.Loop() {
		argon2.IDKey([]byte("una password lunga"), salt, c.Time, c.MemoryKiB, c.Threads, 32)
	}
}

func BenchmarkHash(b *testing.B) {
	h := hasher(credential.FloorCost, "k")
	for b.Loop() {
		if _, err := h.Hash(credential.PurposePassword, "una password lunga"); err != nil {
			b.Fatal(err)
		}
	}
}
