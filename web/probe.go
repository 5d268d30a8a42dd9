package web

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// newMeter measures how long pages take, in seconds, by route pattern and status; in registry if there is one.
func newMeter(registry *prometheus.Registry) *prometheus.HistogramVec {
	meter := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "sportello_request_duration_seconds",
		Help:    "Time to answer a request, by route and status.",
		Buckets: []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})
	if registry != nil {
		registry.MustRegister(meter)
	}
	return meter
}

// getHealth says that the process answers.
func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request) error {
	return plain(w, http.StatusOK, "ok")
}

// readyTime is how long a database that hangs may keep a probe waiting.
const readyTime = 2 * time.Second

// getReady says whether to send people here.
func (s *Server) getReady(w http.ResponseWriter, r *http.Request) error {
	if s.Ready == nil {
		return plain(w, http.StatusOK, "ready")
	}
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	if err := s.Ready(ctx); err != nil {
		s.Log.WarnContext(r.Context(), "not ready", "err", err)
		return plain(w, http.StatusServiceUnavailable, "not ready")
	}
	return plain(w, http.StatusOK, "ready")
}

// getMetrics serves the measures to the addresses that may read them; for others it does not exist.
func (s *Server) getMetrics(w http.ResponseWriter, r *http.Request) error {
	if s.Metrics == nil || !within(s.MetricsFrom, visitOf(r).Address) {
		return ErrNotFound
	}
	promhttp.HandlerFor(s.Metrics, promhttp.HandlerOpts{}).ServeHTTP(w, r)
	return nil
}

func plain(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, err := io.WriteString(w, text+"\n")
	return err
}
