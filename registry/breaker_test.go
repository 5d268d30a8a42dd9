package registry_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"sportello/registry"
)

func TestBreaker(t *testing.T) {
	var asked atomic.Int32
	var healthy atomic.Bool
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if !healthy.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		answerWith(w, r, found)
	})
	clock := newClock()
	client := newClient(t, func(c *registry.Config) { c.URL, c.Now, c.Rest = url, clock.Now, time.Minute })

	steps := []struct {
		name    string
		pass    time.Duration
		heals   bool
		asked   int32 // so far
		succeed bool
	}{
		{name: "first failure", asked: 1},
		{name: "second", asked: 2},
		{name: "third opens", asked: 3},
		{name: "open", asked: 3},
		{name: "still open, though healed", heals: true, pass: 59 * time.Second, asked: 3},
		{name: "the probe fails", pass: time.Second, asked: 4},
		{name: "open again", pass: 59 * time.Second, heals: true, asked: 4},
		{name: "the probe succeeds", pass: time.Second, asked: 5, succeed: true, heals: true},
		{name: "closed", asked: 6, succeed: true, heals: true},
		{name: "one failure does not open", asked: 7},
		{name: "nor does the next", asked: 8},
		{name: "success forgets them", heals: true, asked: 9, succeed: true},
		{name: "so these are the first", asked: 10},
		{name: "and second", asked: 11},
		{name: "closed yet", asked: 12},
		{name: "open", asked: 12},
	}
	for _, step := range steps {
		clock.pass(step.pass)
		healthy.Store(step.heals)
		_, err := client.Find(t.Context(), query)
		if (err == nil) != step.succeed || asked.Load() != step.asked {
			t.Fatalf("%s: error %v, asked %d times, want %d", step.name, err, asked.Load(), step.asked)
		}
		if err != nil && !errors.Is(err, registry.ErrUnavailable) {
			t.Fatalf("%s: %v", step.name, err)
		}
	}
}

func TestBreakerLetsOneProbeThrough(t *testing.T) {
	var asked atomic.Int32
	arrived, answer := make(chan struct{}), make(chan struct{})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		close(arrived)
		<-answer
		answerWith(w, r, found)
	})
	clock := newClock()
	client := newClient(t, func(c *registry.Config) { c.URL, c.Now, c.Failures, c.Rest = url, clock.Now, 1, time.Minute })
	client.Find(t.Context(), query)
	clock.pass(time.Minute)

	probe := make(chan error)
	go func() {
		_, err := client.Find(t.Context(), query)
		probe <- err
	}()
	<-arrived
	for range 3 {
		if _, err := client.Find(t.Context(), query); !errors.Is(err, registry.ErrUnavailable) {
			t.Errorf("beside the probe: %v", err)
		}
	}
	close(answer)
	if err := <-probe; err != nil || asked.Load() != 2 {
		t.Errorf("probe %v, asked %d times, want 2", err, asked.Load())
	}
}

func TestWhatTheBreakerIgnores(t *testing.T) {
	t.Run("nonsense", func(t *testing.T) {
		var asked atomic.Int32
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			answerWith(w, r, "{}")
		})
		client := newClient(t, func(c *registry.Config) { c.URL, c.Failures = url, 1 })
		for range 4 {
			client.Find(t.Context(), query)
		}
		if asked.Load() != 4 {
			t.Errorf("asked %d times, want 4", asked.Load())
		}
	})
	t.Run("an operator who leaves", func(t *testing.T) {
		leave := make(chan context.CancelFunc, 1)
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			select {
			case cancel := <-leave:
				cancel()
				<-r.Context().Done()
			default:
				answerWith(w, r, found)
			}
		})
		client := newClient(t, func(c *registry.Config) { c.URL, c.Failures = url, 1 })
		ctx, cancel := context.WithCancel(t.Context())
		leave <- cancel
		if _, err := client.Find(ctx, query); err == nil {
			t.Error("a look-up that was left succeeded")
		}
		if _, err := client.Find(t.Context(), query); err != nil {
			t.Errorf("the next operator: %v", err)
		}
	})
}
