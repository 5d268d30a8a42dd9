package faults_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	random "math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/citizen"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
)

// TestWalker is no test: it is the process of a random walk, which TestRandomWalk starts, kills and starts again.
func TestWalker(t *testing.T) {
	told := os.Getenv(orderVariable)
	if told == "" {
		t.Skip("TestRandomWalk starts it")
	}
	var o order
	if err := json.Unmarshal([]byte(told), &o); err != nil {
		t.Fatal(err)
	}
	p := newWalker(t, o)
	var people sync.WaitGroup
	for i := range staff {
		people.Go(func() { p.until(func() { p.serve(i) }) })
	}
	for range 4 {
		people.Go(func() { p.until(p.citizen) })
	}
	people.Go(func() { p.until(p.passTime) })
	_, err := io.Copy(io.Discard, os.Stdin) // until the parent has enough
	p.stopped.Store(true)
	people.Wait()
	p.must(err)
	p.mu.Lock()
	p.must(p.journal.Flush())
}

// A walker is the process: the house, and what its people carry in their pockets.
type walker struct {
	*house
	order
	known   []simulator.Person
	stopped atomic.Bool
	next    atomic.Int64
	beat    chan struct{} // one for each act

	mu        sync.Mutex
	journal   *bufio.Writer
	pockets   map[int][]envelope
	usernames map[int]string
	pins      map[int]string
}

func newWalker(t *testing.T, o order) *walker {
	p := &walker{order: o, known: known()[:o.People], journal: bufio.NewWriter(os.NewFile(3, "journal")), beat: make(chan struct{}, 1),
		pockets: map[int][]envelope{}, usernames: map[int]string{}, pins: map[int]string{}}
	p.house = newHouse(t, plan{dsn: o.DSN, keys: o.Keys})
	p.now = o.Now
	p.must(readSteps(o.Learnt, p.remember))
	return p
}

func (p *walker) until(turn func()) {
	for !p.stopped.Load() {
		turn()
	}
}

// remember puts what somebody has got into their pocket.
func (p *walker) remember(s step) {
	if e := s.Envelope; e != nil {
		p.pockets[e.Person] = append(p.pockets[e.Person], *e)
	}
	if s.Username != "" {
		p.usernames[s.Person] = s.Username
	}
}

// write keeps a step in the journal. Only then does the walk rely on it.
func (p *walker) write(s step) {
	p.house.mu.Lock()
	s.At = p.now
	p.house.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.remember(s)
	err := errors.Join(json.NewEncoder(p.journal).Encode(s), p.journal.Flush())
	if err != nil { // the parent has gone
		p.stopped.Store(true)
	}
}

// act does one act at a desk, with an id of its own, and notes how it ended. deed is what must then be on record.
func (p *walker) act(deed audit.Deed, f func(audit.Origin) error) error {
	return p.do(step{Deed: deed}, atDesk, f)
}

// home does one of a citizen.
func (p *walker) home(deed audit.Deed, f func(audit.Origin) error) error {
	return p.do(step{Deed: deed}, atHome, f)
}

// complete does an act that ends an operation, unless another tab has.
func (p *walker) complete(operation string, f func(audit.Origin) error) error {
	return p.do(step{Ended: operation}, atHome, f)
}

func (p *walker) do(s step, told []error, f func(audit.Origin) error) error {
	n := p.next.Add(1)
	from := audit.Origin{Address: fmt.Sprintf("10.%d.%d.%d", random.IntN(250), random.IntN(250), random.IntN(250)), Request: fmt.Sprintf("W%d-%d", p.Round, n)}
	p.wait(time.Duration(random.IntN(30)) * time.Second)
	err := f(from)
	if s.Act = from.Request; err != nil {
		s.Refusal, s.Odd, s.Ended = fmt.Sprintf("%s: %v", s.Deed, err), !proper(err, told), ""
	}
	p.write(s)
	select {
	case p.beat <- struct{}{}:
	default:
	}
	return err
}

// What operators, and citizens, may be told on a walk. Anything else is a fault.
var atDesk, atHome = []error{
	desk.ErrAlreadyRegistered, desk.ErrIncomplete, desk.ErrGone, desk.ErrUnprinted, desk.ErrFourEyes, desk.ErrOtherDesk, desk.ErrReason, desk.ErrNoUsername, desk.ErrNoDelegate,
	desk.ErrNoPIN, desk.ErrDeskOpen, desk.ErrPaused, desk.ErrHabitual, desk.ErrPrinted, desk.ErrOvertaken,
	office.ErrForbidden, office.ErrCompetence, office.ErrStaleLogin, registration.ErrNotAllowed, registration.ErrNotEntitled, registration.ErrNotPending, registration.ErrNoOperation,
	store.ErrNotFound, store.ErrStale,
}, []error{
	store.ErrTooMany,
	citizen.ErrCodes, citizen.ErrCodeDead, citizen.ErrNotAccepted, citizen.ErrNoProcedure, citizen.ErrNotYet,
	access.ErrCredentials, access.ErrNoSession, access.ErrOver,
}

func proper(err error, told []error) bool {
	return errors.As(err, &citizen.Choice{}) || slices.ContainsFunc(told, func(r error) bool { return errors.Is(err, r) })
}

// chance is true so many times in a hundred.
func chance(percent int) bool { return random.IntN(100) < percent }

// atOnce does the same from several windows at once.
func (p *walker) atOnce(windows int, f func()) {
	var all sync.WaitGroup
	for range windows {
		all.Go(f)
	}
	all.Wait()
}

// passTime lets hours or weeks go by now and then, and does what time asks for: on two machines.
func (p *walker) passTime() {
	for range 250 {
		select {
		case <-p.beat:
		case <-time.After(time.Second): // the parent may have gone
			return
		}
	}
	leap := time.Duration(random.IntN(48)) * time.Hour
	if chance(8) {
		leap = 35 * 24 * time.Hour
	}
	p.wait(leap)
	p.write(step{})
	p.atOnce(2, func() { _ = p.act("", func(audit.Origin) error { return p.Desk.Sweep(p.Context()) }) })
}
