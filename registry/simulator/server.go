// Package simulator plays CIA, AURA and the directory of obsolete accounts for demos and tests: a server that keeps docs/registry-contract.md
// for some thousand people who do not exist, and that can be told to break down.
//
// It holds no real person's data and must never stand in for a registry.
package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"sportello/person"
	"sportello/registry"
)

// Token is the one that the simulator accepts: no secret, as nothing behind it is.
const Token = "token-del-simulatore"

const largestQuestion = 16 << 10 // bytes

// Paths of the two registries and of the switch that breaks them.
const (
	CIAPath   = "/cia"
	AURAPath  = "/aura"
	FaultPath = "/simulatore/guasto"
)

// A Server is both registries and the directory. It is an http.Handler; Listen runs it by itself.
type Server struct {
	mux    *http.ServeMux
	people map[person.TaxCode]Person
	faults faults

	accounts accounts
	http     http.Server
}

// New serves these people, without faults.
func New(people []Person) *Server {
	s := &Server{mux: http.NewServeMux(), people: make(map[person.TaxCode]Person, len(people))}
	for _, p := range people {
		s.people[p.TaxCode] = p
	}
	s.mux.HandleFunc("POST "+CIAPath+"/v1/ricerca", s.search(registry.CIA))
	s.mux.HandleFunc("POST "+AURAPath+"/v1/ricerca", s.search(registry.AURA))
	s.mux.HandleFunc("POST "+CredentialsPath+"/v1/ricerca", s.credentials(s.accounts.find))
	s.mux.HandleFunc("POST "+CredentialsPath+"/v1/chiusura", s.credentials(s.accounts.close))
	s.mux.HandleFunc("POST "+FaultPath, s.postFault)
	s.http = http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	return s
}

// ServeHTTP answers as the registries do.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// ErrNotLoopback means that the simulator was asked to show itself to the network: its switch has no password.
var ErrNotLoopback = errors.New("il simulatore risponde solo su questa macchina: indicare un indirizzo 127.0.0.1")

// Listen serves in the background on a loopback address ("127.0.0.1:0" for any free port) until Close,
// and gives the base address "http://127.0.0.1:port": CIA is behind CIAPath, AURA behind AURAPath, the directory behind CredentialsPath.
func (s *Server) Listen(address string) (base string, err error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("starting the registry simulator: %w", err)
	}
	if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() {
		return "", errors.Join(ErrNotLoopback, listener.Close())
	}
	go s.http.Serve(listener) // ends with Close
	return "http://" + listener.Addr().String(), nil
}

// Close stops what Listen started, hanging look-ups too.
func (s *Server) Close() error { return s.http.Close() }

// search is one registry's only operation.
func (s *Server) search(source registry.Source) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestQuestion))
		if err != nil {
			http.Error(w, "richiesta troppo grande", http.StatusRequestEntityTooLarge)
			return
		}
		if answered := s.faults.of(source).happen(w, r); answered {
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+Token {
			http.Error(w, "token non riconosciuto", http.StatusUnauthorized)
			return
		}
		var q question
		if err := json.Unmarshal(body, &q); err != nil || q.Version != "1" || q.TaxCode == "" || r.Header.Get("X-Request-Id") == "" {
			http.Error(w, "richiesta fuori contratto", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(s.answer(source, q, r.Header.Get("X-Request-Id")))
	}
}

func (s *Server) answer(source registry.Source, q question, request string) answer {
	a := answer{Version: "1", Source: source, Request: request, Outcome: "NON_TROVATO"}
	p := s.people[q.TaxCode]
	entry := p.CIA
	if source == registry.AURA {
		entry = p.AURA
	}
	if entry == nil {
		return a
	}
	a.Outcome, a.Subject = "TROVATO", describe(*entry, source)
	if entry.Deceased {
		a.Outcome = "DECEDUTO"
	}
	return a
}

// postFault switches a fault from outside: registro=CIA&guasto=lento&attesa=3s. It answers what is set now.
func (s *Server) postFault(w http.ResponseWriter, r *http.Request) {
	source := registry.Source(strings.ToUpper(r.FormValue("registro")))
	fault, err := parseFault(r.FormValue("guasto"), r.FormValue("attesa"))
	if err != nil || source != registry.CIA && source != registry.AURA && source != registry.Credentials {
		http.Error(w, "registro=CIA|AURA|CREDENZIALI, guasto="+faultNames()+", attesa=3s (solo per lento)", http.StatusBadRequest)
		return
	}
	s.SetFault(source, fault)
	fmt.Fprintf(w, "%s: %s\n", source, fault)
}
