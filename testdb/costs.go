package testdb

import (
	"context"
	"strings"
	"sync"
)

// Costs counts what requests cost: statements, hashes of secrets, mails. A page that may not tell who is known costs the same for everybody.
// Ran goes into store.Options, MAC around the digests of credential.Hashing.
type Costs struct {
	mu    sync.Mutex
	spent Spent
}

// Spent is what was counted between two calls of Take.
type Spent struct{ Statements, Hashes, Mails int }

// costsKey marks the contexts whose statements are counted: what the house does on its own is not.
type costsKey struct{}

// Context marks what is done for a request.
func (c *Costs) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, costsKey{}, true)
}

// Ran counts a statement of a marked context.
func (c *Costs) Ran(ctx context.Context, statement string) {
	if ctx.Value(costsKey{}) == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.spent.Statements++
	if strings.HasPrefix(statement, "INSERT INTO outbox") {
		c.spent.Mails++
	}
}

// MAC counts the hashes of secrets: each begins with a keyed digest.
func (c *Costs) MAC(digest func(purpose string, data []byte) []byte) func(string, []byte) []byte {
	return func(purpose string, data []byte) []byte {
		if strings.HasPrefix(purpose, "credential/hash/") {
			c.mu.Lock()
			c.spent.Hashes++
			c.mu.Unlock()
		}
		return digest(purpose, data)
	}
}

// Take gives what was spent since the last time.
func (c *Costs) Take() Spent {
	c.mu.Lock()
	defer c.mu.Unlock()
	spent := c.spent
	c.spent = Spent{}
	return spent
}
