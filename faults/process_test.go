package faults_test

import (
	"bufio"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"sportello/access"
	"sportello/audit"
	"sportello/credential"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
	"sportello/vault"
)

// built is the program, built once for all tests that run it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "sportello-built-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "sportello")
	out, err := exec.Command("go", "build", "-o", name, "sportello/cmd/sportello").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return name, err
})

func TestMain(m *testing.M) {
	status := m.Run()
	if program != "" {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(status)
}

var program string // where built has put it

// A served is `sportello serve` as a process of its own, on a SQLite file.
type served struct {
	*testing.T
	outside *outside
	dir     string
	keys    *vault.Keys
	process *exec.Cmd
	base    string
}

func newServed(t *testing.T, operators int) *served {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds the program")
	}
	var err error
	if program, err = built(); err != nil {
		t.Fatal(err)
	}
	s := &served{T: t, outside: newOutside(t), dir: t.TempDir()}
	if s.keys, err = vault.Create(filepath.Join(s.dir, "keys"), rand.Reader); err != nil {
		t.Fatal(err)
	}
	db := s.open()
	defer db.Close()
	hire(t, &access.Access{Store: db, Sealer: s.keys, Rand: rand.Reader,
		Hasher: credential.NewHasher(credential.Hashing{Cost: credential.FloorCost, MAC: s.keys.MAC, Rand: rand.Reader, Width: 2})}, operators)
	return s
}

func (s *served) file() string { return filepath.Join(s.dir, "sportello.db") }

// open is the file behind the process's back.
func (s *served) open() *store.DB {
	s.Helper()
	db, err := store.Open(s.Context(), s.file(), store.Options{Now: time.Now, Rand: rand.Reader, Sealer: s.keys})
	if err != nil {
		s.Fatal(err)
	}
	return db
}

func (s *served) start() {
	s.Helper()
	s.process = exec.Command(program, "serve", "--listen", "127.0.0.1:0", "--key-file", filepath.Join(s.dir, "keys"), "--database", s.file(),
		"--cia-url", s.outside.URL+simulator.CIAPath, "--cia-token", simulator.Token, "--aura-url", s.outside.URL+simulator.AURAPath, "--aura-token", simulator.Token,
		"--smtp-host", s.outside.box.Host(), "--smtp-port", fmt.Sprint(s.outside.box.Port()))
	log, err := s.process.StderrPipe()
	if err != nil {
		s.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.Fatal(err)
	}
	lines, said := bufio.NewScanner(log), ""
	for lines.Scan() {
		said += lines.Text() + "\n"
		if _, after, found := strings.Cut(lines.Text(), `"indirizzo":"`); found {
			address, _, _ := strings.Cut(after, `"`)
			s.base = "http://" + address
			go func() {
				for lines.Scan() { // a full pipe would stop the process
				}
			}()
			return
		}
	}
	s.Fatalf("it did not start: %s", said)
}

func (s *served) signal(sig os.Signal) {
	s.Helper()
	if err := s.process.Process.Signal(sig); err != nil {
		s.Fatal(err)
	}
}

// What was acknowledged is there after the process was killed at any moment, with all that belongs to it; what was not is
// there whole or not at all.
func TestKilledAtAnyMoment(t *testing.T) {
	const rounds, desks = 4, 3
	s := newServed(t, desks)
	s.start()
	var browsers [desks]*client
	for i := range browsers {
		browsers[i] = newClient(t, s.base).login(operatorName(i), time.Now())
	}
	acknowledged := &numbers{}
	var next atomic.Int64
	for round := range rounds {
		var work sync.WaitGroup
		for _, c := range browsers {
			c.base = s.base
			work.Go(func() { c.registerUntilGone(&next, acknowledged) })
		}
		acknowledged.await(3 + 5*round)
		s.signal(syscall.SIGKILL)
		_ = s.process.Wait() // killed
		work.Wait()
		s.inspect(acknowledged.all())
		s.start()
	}
	s.signal(syscall.SIGTERM)
	if err := s.process.Wait(); err != nil {
		t.Errorf("the stop: %v", err)
	}
	t.Logf("%d registrations acknowledged in %d rounds", len(acknowledged.all()), rounds)
}

// numbers are those that the server has acknowledged.
type numbers struct {
	mu   sync.Mutex
	list []string
	more sync.Cond
}

func (n *numbers) add(number string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, number)
	n.more.Broadcast()
}

// await waits until there are so many.
func (n *numbers) await(many int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.more.L = &n.mu
	for len(n.list) < many {
		n.more.Wait()
	}
}

func (n *numbers) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]string(nil), n.list...)
}

// registerUntilGone registers one citizen after the other until the server is gone.
func (c *client) registerUntilGone(next *atomic.Int64, acknowledged *numbers) {
	p, err := c.try(http.MethodGet, "/sportello", nil) // an earlier round may have left papers
	for err == nil && strings.HasSuffix(p.Leads, "/stampe") {
		err = c.finish(p.Leads)
		p, err = c.after(err, "/sportello")
	}
	for err == nil {
		x := known()[next.Add(1)]
		var number string
		if number, err = c.tryRegister(x); err != nil {
			break
		}
		acknowledged.add(number)
		err = c.finish("/sportello/pratiche/" + number + "/stampe")
	}
	if errors.Is(err, errLeads) {
		c.Errorf("a registration was not taken: %v", err)
	}
}

func (c *client) after(err error, path string) (*shown, error) {
	if err != nil {
		return nil, err
	}
	return c.try(http.MethodGet, path, nil)
}

// inspect opens the file that the killed process has left.
func (s *served) inspect(acknowledged []string) {
	s.Helper()
	db := s.open()
	defer db.Close()
	all := records(s, db)
	audited := map[string]bool{}
	for _, r := range all {
		if r.Deed == audit.RegisterCitizen && r.Outcome == audit.Done {
			audited[r.Registration] = true
		}
	}
	err := db.Read(s.Context(), func(tx *store.Tx) error {
		for _, number := range acknowledged {
			r, err := tx.RegistrationByNumber(registration.Number(number))
			if err != nil {
				return fmt.Errorf("an acknowledged registration: %w", err)
			}
			if !audited[r.ID] {
				s.Error("an acknowledged registration has no audit record")
			}
		}
		for id := range audited { // acknowledged or not
			op, err := tx.PendingOperation(id)
			if err != nil {
				return fmt.Errorf("operation: %w", err)
			}
			if _, err := tx.Handover(op.ID); err != nil {
				return fmt.Errorf("handover: %w", err)
			}
			if mails, err := tx.MailsOf(op.ID); err != nil || len(mails) != 1 {
				s.Errorf("%d mails of a registration (%v)", len(mails), err)
			}
		}
		return nil
	})
	if err != nil {
		s.Error(err)
	}
	s.counts(len(audited))
}

// counts asks that no row of a half-done registration is left.
func (s *served) counts(want int) {
	s.Helper()
	db, err := sql.Open("sqlite", s.file())
	if err != nil {
		s.Fatal(err)
	}
	defer db.Close()
	for _, table := range []string{"person", "registration", "operation", "handover", "outbox"} {
		var n int
		if err := db.QueryRowContext(s.Context(), "SELECT COUNT(*) FROM "+table).Scan(&n); err != nil || n != want {
			s.Errorf("%d rows in %s, want %d (%v)", n, table, want, err)
		}
	}
}

// A stop finishes what is under way: here a search that waits for a registry.
func TestStopFinishesRequests(t *testing.T) {
	s := newServed(t, 1)
	s.start()
	c := newClient(t, s.base).login(operatorName(0), time.Now())
	asked, answer := make(chan struct{}, 2), make(chan struct{})
	s.outside.both(func(o *outside, w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-answer
		honest(o, w, r)
	})
	got := make(chan *shown, 1)
	go func() {
		p, err := c.try(http.MethodPost, searchPath, searched(known()[0]))
		if err != nil {
			t.Errorf("the request under way: %v", err)
		}
		got <- p
	}()
	<-asked
	s.signal(syscall.SIGTERM)
	for { // until the door is closed
		if _, err := newClient(t, s.base).try(http.MethodGet, "/healthz", nil); err != nil {
			break
		}
	}
	close(answer)
	if p := <-got; p != nil {
		p.leads(t, "")
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("the stop: %v", err)
	}
}
