package simulator

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"sportello/registry"
)

// A FaultKind is a way in which a registry breaks down, by the name that FaultPath takes.
type FaultKind string

// What can go wrong. A hanging registry takes the question and never answers.
const (
	NoFault  FaultKind = "nessuno"
	Slow     FaultKind = "lento"
	Down     FaultKind = "spento"
	Nonsense FaultKind = "insensato"
	Hang     FaultKind = "muto"
	Lost     FaultKind = "perduto" // the answer
)

var faultKinds = []FaultKind{NoFault, Slow, Down, Nonsense, Hang, Lost}

// A Fault is what a registry suffers from; the zero Fault is none.
type Fault struct {
	Kind  FaultKind
	Delay time.Duration // of Slow
}

// String is the fault as FaultPath answers it.
func (f Fault) String() string {
	if f.Kind == Slow {
		return string(f.Kind) + " " + f.Delay.String()
	}
	return string(f.Kind)
}

var errFault = errors.New("not a fault")

func parseFault(kind, delay string) (Fault, error) {
	f := Fault{Kind: FaultKind(kind)}
	if !slices.Contains(faultKinds, f.Kind) {
		return Fault{}, errFault
	}
	if f.Kind != Slow {
		return f, nil
	}
	d, err := time.ParseDuration(delay)
	if err != nil || d < 0 || d > time.Minute {
		return Fault{}, errFault
	}
	f.Delay = d
	return f, nil
}

func faultNames() string {
	names := make([]string, len(faultKinds))
	for i, k := range faultKinds {
		names[i] = string(k)
	}
	return strings.Join(names, "|")
}

// faults are the ones set now; the zero value has none.
type faults struct {
	mu  sync.Mutex
	set map[registry.Source]Fault
}

func (f *faults) of(s registry.Source) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.set[s]
}

// SetFault breaks a registry from the next look-up on; Fault{} mends it.
func (s *Server) SetFault(source registry.Source, f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	if s.faults.set == nil {
		s.faults.set = map[registry.Source]Fault{}
	}
	s.faults.set[source] = f
}

// Fault is what a registry suffers from now.
func (s *Server) Fault(source registry.Source) Fault { return s.faults.of(source) }

// happen plays the fault, and tells whether the answer is already given or will never be.
func (f Fault) happen(w http.ResponseWriter, r *http.Request) (answered bool) {
	switch f.Kind {
	case Slow:
		wait := time.NewTimer(f.Delay)
		defer wait.Stop()
		select {
		case <-wait.C:
			return false
		case <-r.Context().Done():
			return true
		}
	case Hang:
		<-r.Context().Done()
		return true
	case Lost:
		panic(http.ErrAbortHandler)
	case Down:
		http.Error(w, "servizio non disponibile", http.StatusServiceUnavailable)
		return true
	case Nonsense:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!doctype html><title>Manutenzione</title><p>Torniamo presto")
		return true
	}
	return false
}
