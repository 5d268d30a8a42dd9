package faults_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	random "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
	"sportello/testdb"
	"sportello/vault"
)

// A random walk: operators of three enti and citizens at home do whatever comes to their minds, all at once, on few people, so
// that they are in each other's way. The process that serves them is killed again and again. Afterwards database, audit and what
// the process had acknowledged must agree.
//
// WALK is how many acts: make walk takes 100,000.
func TestRandomWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts and kills processes")
	}
	acts, _ := strconv.Atoi(os.Getenv("WALK"))
	if acts == 0 {
		acts = 3000
	}
	testdb.Each(t, func(t *testing.T, dsn string) {
		w := newWalk(t, dsn, acts)
		for w.done < w.acts {
			w.round(1 + random.IntN(2*w.kill))
		}
		w.Logf("%d acts, %d of them refused, %d kills, until %s", w.done, w.refused, w.rounds-1, w.now.Format(time.DateOnly))
		w.check()
	})
}

// A walk is the parent's side: it starts the process, reads what it acknowledges, and kills it.
type walk struct {
	*testing.T
	dsn, keys  string
	acts, kill int // acts wished for; between two kills, on average
	people     int

	steps   []step
	done    int
	refused int
	rounds  int
	now     time.Time // by the walk's clock
}

// A step is a line of the process's journal. It is written after the act was answered.
type step struct {
	Act      string     `json:",omitempty"` // the request's id; "" for what is only learnt
	Deed     audit.Deed `json:",omitempty"` // that must be on record, once; "" if another tab may have been faster
	At       time.Time
	Refusal  string    `json:",omitempty"`
	Odd      bool      `json:",omitempty"` // a refusal that no deed gives
	Envelope *envelope `json:",omitempty"`
	Ended    string    `json:",omitempty"` // operation that the citizen has completed
	Username string    `json:",omitempty"` // that opens from now on
	Person   int       `json:",omitempty"` // whose, by the place among the known
}

// An envelope is what somebody carries home from a desk.
type envelope struct {
	Act       string // that gave the code
	Person    int
	Operation string
	Kind      registration.Kind
	PIN, Code string
}

// An order is what the process is told.
type order struct {
	DSN, Keys string
	Now       time.Time
	Round     int
	People    int
	Learnt    string // file of the steps before
}

const orderVariable = "WALK_ORDER"

func newWalk(t *testing.T, dsn string, acts int) *walk {
	w := &walk{T: t, dsn: dsn, keys: filepath.Join(t.TempDir(), "keys"), acts: acts, kill: max(400, acts/100), people: min(300, max(40, acts/60)),
		now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	if _, err := vault.Create(w.keys, rand.Reader); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, plan{dsn: dsn, keys: w.keys})
	h.act(func(tx *store.Tx) error {
		var err error
		for _, e := range walkEnti {
			err = errors.Join(err, tx.AddEnte(&e))
		}
		for i, p := range staff {
			err = errors.Join(err, tx.AddOperator(p.operator(i)))
		}
		return err
	})
	return w
}

// walkEnti differ in what they may hand over (mission S3).
var walkEnti = func() []office.Ente {
	comune, cpi := asl, asl
	comune.ID, comune.Issues = "comune", office.IssuesWeak
	cpi.ID, cpi.Issues, cpi.PINOnly = "cpi", office.IssuesWeak, true
	return []office.Ente{asl, comune, cpi}
}()

// staff are the operators, each at work in one place.
var staff = []colleague{{"asl", office.Clerk}, {"asl", office.Supervisor}, {"comune", office.Clerk}, {"comune", office.Supervisor}, {"cpi", office.Supervisor}}

type colleague struct {
	ente string
	role office.Role
}

func (c colleague) operator(i int) *office.Operator {
	name := operatorName(i)
	return &office.Operator{ID: name, Username: name, Surname: "Ferrero", Name: "Anna", Posts: []office.Post{{Ente: c.ente, Role: c.role}},
		TaxCode: person.ComputeTaxCode("Ferrero", "Anna", person.Date(fmt.Sprintf("1980-01-%02d", i+1)), person.Female, "L219")}
}

// round runs a process until it has acknowledged so many acts, or all that are wanted.
func (w *walk) round(kill int) {
	w.Helper()
	w.rounds++
	journal, theirs, err := os.Pipe()
	w.must(err)
	defer journal.Close()
	told, err := json.Marshal(order{DSN: w.dsn, Keys: w.keys, Now: w.now, Round: w.rounds, People: w.people, Learnt: w.learnt()})
	w.must(err)
	var said bytes.Buffer
	c := exec.Command(os.Args[0], "-test.run=^TestWalker$", "-test.timeout=1h")
	c.Env, c.ExtraFiles, c.Stdout, c.Stderr = append(os.Environ(), orderVariable+"="+string(told)), []*os.File{theirs}, &said, &said
	stop, err := c.StdinPipe()
	w.must(err)
	w.must(c.Start())
	w.must(theirs.Close())
	killed, from := false, w.done
	for lines := json.NewDecoder(journal); ; {
		var s step
		if err := lines.Decode(&s); err != nil {
			break // the last line may be torn: it was not acknowledged
		}
		w.note(s)
		switch {
		case w.done >= w.acts:
			stop.Close()
		case w.done-from >= kill && !killed:
			killed = true
			w.must(c.Process.Signal(syscall.SIGKILL))
		}
	}
	if err := c.Wait(); err != nil && !killed {
		w.Fatalf("the process: %v\n%s", err, said.String())
	}
	w.now = w.now.Add(10 * time.Minute) // what was not acknowledged happened within them
}

func (w *walk) note(s step) {
	w.steps = append(w.steps, s)
	if s.At.After(w.now) {
		w.now = s.At
	}
	if s.Act == "" {
		return
	}
	w.done++
	if s.Refusal != "" {
		w.refused++
	}
	if s.Odd {
		w.Errorf("%s: %s", s.Act, s.Refusal)
	}
}

// learnt is a file of what people have got so far.
func (w *walk) learnt() string {
	w.Helper()
	name := filepath.Join(w.TempDir(), "learnt")
	f, err := os.Create(name)
	w.must(err)
	defer f.Close()
	out := json.NewEncoder(f)
	for _, s := range w.steps {
		if s.Envelope != nil || s.Username != "" {
			w.must(out.Encode(s))
		}
	}
	return name
}

func (w *walk) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// readSteps reads a file of learnt.
func readSteps(name string, take func(step)) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	for in := json.NewDecoder(f); ; {
		var s step
		if err := in.Decode(&s); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		take(s)
	}
}
