package registry

import (
	"sync"
	"time"
)

// A breaker keeps the desk from waiting for a registry that does not answer: after some failures in a
// row it refuses at once, and when the rest is over lets one call through to see (half-open).
//
// Our own, because github.com/sony/gobreaker/v2 reads the machine's clock and cannot be given another:
// opening and half-opening could only be tested by sleeping.
type breaker struct {
	now   func() time.Time
	limit int           // failures in a row that open it
	rest  time.Duration // how long it stays open

	mu       sync.Mutex
	failures int
	until    time.Time // open until then
	probing  bool      // one call is out to see
}

// allow tells whether a call may go out now; each that may is reported once, by one of the three below.
func (b *breaker) allow() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < b.limit {
		return true
	}
	if b.probing || b.now().Before(b.until) {
		return false
	}
	b.probing = true
	return true
}

func (b *breaker) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures, b.probing = 0, false
}

func (b *breaker) failed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
	b.until = b.now().Add(b.rest)
	b.probing = false
}

// abandoned reports a call that its caller gave up: it says nothing of the registry.
func (b *breaker) abandoned() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.probing = false
}
