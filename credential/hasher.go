package credential

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"sportello/community"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// A Cost is what one guess at a PIN or a password costs: Argon2id's memory in KiB, passes and lanes.
type Cost struct {
	MemoryKiB uint32
	Time      uint32
	Threads   uint8
}

// FloorCost is the least that an installation may configure (19 MiB, two passes, one lane); TestCost is for tests alone.
var (
	FloorCost = Cost{MemoryKiB: 19 * 1024, Time: 2, Threads: 1}
	TestCost  = Cost{MemoryKiB: 8, Time: 1, Threads: 1}
)

// ErrWeakCost means that a configured cost is below FloorCost.
var ErrWeakCost = errors.New("costo delle impronte troppo basso: servono almeno 19456 KiB di memoria, 2 passate, 1 corsia")

// Check refuses a cost below the floor: the configuration calls it at start.
func (c Cost) Check() error {
	if c.MemoryKiB < FloorCost.MemoryKiB || c.Time < FloorCost.Time || c.Threads < FloorCost.Threads {
		return ErrWeakCost
	}
	return nil
}

// Hashing is what a Hasher needs. MAC is a keyed digest with a key of its own for each purpose (vault.Sealer);
// Rand gives salts and must be safe for concurrent use; Width is how many hashes run at once: the number of cores.
type Hashing struct {
	Cost  Cost
	MAC   func(purpose string, data []byte) []byte
	Rand  io.Reader
	Width int
}

// A Hasher turns secrets into what is stored of them, and recognises them again. Safe for concurrent use.
//
// At most Width hashes run at once, the others wait in order of arrival: a burst of log-ins takes time, not memory.
// Each running one takes Cost.MemoryKiB (x/crypto offers no way to lend it the block of the one before).
type Hasher struct {
	cost  Cost
	mac   func(purpose string, data []byte) []byte
	rand  io.Reader
	keyID string
	slots chan struct{} // a channel serves its waiting senders first come, first served

	dearest atomic.Pointer[Cost] // what every check costs
}

const (
	saltSize = 16
	hashSize = 32
)

// NewHasher makes a Hasher. It takes any cost that Argon2 takes: Cost.Check is the configuration's duty.
func NewHasher(h Hashing) *Hasher {
	keyID := h.MAC("credential/key-id", nil)[:6]
	made := &Hasher{
		cost:  h.Cost,
		mac:   h.MAC,
		rand:  h.Rand,
		keyID: base64.RawStdEncoding.EncodeToString(keyID),
		slots: make(chan struct{}, max(1, h.Width)),
	}
	made.dearest.Store(&made.cost)
	return made
}

// Hash is what is stored of a secret that could be guessed (PIN, password, answer): Argon2id over the keyed digest,
// in the PHC text form with its parameters and the id of the digest's key, so that the database alone allows no guessing.
func (h *Hasher) Hash(purpose, secret string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.rand, salt); err != nil {
		return "", fmt.Errorf("drawing a salt: %w", err)
	}
	p := phc{cost: h.cost, keyID: h.keyID, salt: salt}
	p.sum = h.argon(p, purpose, secret)
	return p.String(), nil
}

// A PIN is one just drawn, with what is stored of it.
type PIN struct{ Text, Hash string }

// DrawPIN draws a PIN of the format and hashes it: before an act, since hashing is slow.
func (h *Hasher) DrawPIN(f community.CodeFormat, r io.Reader) (p PIN, err error) {
	if p.Text, err = Draw(f, r); err != nil {
		return PIN{}, err
	}
	p.Hash, err = h.Hash(PurposePIN, p.Text)
	return p, err
}

// Matches tells whether hash was made of this secret for this purpose. Constant time; an empty or damaged hash
// costs as much as a real one and answers false, so that people who do not exist look like those who do.
func (h *Hasher) Matches(hash, purpose, secret string) bool {
	h.Heed(hash)
	full := *h.dearest.Load()
	p, err := parsePHC(hash)
	if err != nil {
		p = phc{cost: full, salt: make([]byte, saltSize), sum: make([]byte, hashSize)}
	}
	same := hmac.Equal(h.argon(p, purpose, secret), p.sum)
	if more := full.Beyond(p.cost); more.Time > 0 {
		h.argon(phc{cost: more, salt: p.salt}, purpose, secret)
	}
	return same && err == nil
}

// muchDearer bounds how far one row, which may be damaged, makes every check dearer: at most so many times the configured cost.
const muchDearer = 64

// Heed makes every check from now on, also of people who do not exist, cost at least what this stored hash does: after the cost was lowered those made before
// are the dearest, and a stranger could tell by the time who has one. Matches heeds what it reads; at start the house shows it some.
func (h *Hasher) Heed(hash string) {
	p, err := parsePHC(hash)
	if err != nil || p.cost.work() > muchDearer*h.cost.work() {
		return
	}
	for known := h.dearest.Load(); p.cost.work() > known.work(); known = h.dearest.Load() {
		if h.dearest.CompareAndSwap(known, &p.cost) {
			return
		}
	}
}

// work is what one hash writes to memory, in KiB.
func (c Cost) work() int64 { return int64(c.MemoryKiB) * int64(c.Time) }

// Beyond is the work that a hash of an earlier, lower cost leaves undone: without it a stranger could tell by the time, after the cost was
// raised, who is known and has not logged in since. Nothing to do has no passes.
func (c Cost) Beyond(earlier Cost) Cost {
	left := c.work() - earlier.work()
	if left <= 0 {
		return Cost{}
	}
	passes := (left + int64(c.MemoryKiB) - 1) / int64(c.MemoryKiB)
	return Cost{MemoryKiB: uint32(left / passes), Time: uint32(passes), Threads: c.Threads}
}

// Outdated tells that a hash was made at another cost or under another key: make it anew at the next right log-in.
func (h *Hasher) Outdated(hash string) bool {
	p, err := parsePHC(hash)
	return err != nil || p.cost != h.cost || p.keyID != h.keyID
}

// CodeMAC is what is stored of a code that cannot be guessed (60 bits, limited tries: mission S17, S18), hexadecimal.
func (h *Hasher) CodeMAC(purpose, code string) string {
	return hex.EncodeToString(h.mac("credential/code/"+purpose, []byte(code)))
}

// SameMAC compares two of CodeMAC's answers in constant time; an empty one is the same as nothing.
func SameMAC(a, b string) bool {
	return a != "" && hmac.Equal([]byte(a), []byte(b))
}

// argon composes accents first (NFC): the same password typed on two keyboards can arrive as different bytes.
func (h *Hasher) argon(p phc, purpose, secret string) []byte {
	digest := h.mac("credential/hash/"+purpose, norm.NFC.Bytes([]byte(secret)))
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	return argon2.IDKey(digest, p.salt, p.cost.Time, p.cost.MemoryKiB, p.cost.Threads, hashSize)
}

// A phc is a stored hash taken apart: $argon2id$v=19$m=19456,t=2,p=1,keyid=...$salt$sum
type phc struct {
	cost      Cost
	keyID     string
	salt, sum []byte
}

var errPHC = errors.New("not a stored hash")

// maxMemoryKiB bounds what a damaged row can ask for: 1 GiB.
const maxMemoryKiB = 1 << 20

func (p phc) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d,keyid=%s$%s$%s", argon2.Version,
		p.cost.MemoryKiB, p.cost.Time, p.cost.Threads, p.keyID, b64.EncodeToString(p.salt), b64.EncodeToString(p.sum))
}

func parsePHC(hash string) (phc, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errPHC
	}
	var p phc
	_, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d,keyid=%s", &p.cost.MemoryKiB, &p.cost.Time, &p.cost.Threads, &p.keyID)
	if err != nil || p.cost.Time < 1 || p.cost.Time > 64 || p.cost.Threads < 1 || p.cost.MemoryKiB > maxMemoryKiB {
		return phc{}, errPHC
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) != saltSize || len(sum) != hashSize {
		return phc{}, errPHC
	}
	p.salt, p.sum = salt, sum
	return p, nil
}
