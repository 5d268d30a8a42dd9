package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"

	"sportello/person"
	"sportello/registry"
)

// CredentialsPath is the directory of obsolete accounts.
const CredentialsPath = "/credenziali"

// accounts are the obsolete ones; the zero value has none.
type accounts struct {
	mu     sync.Mutex
	of     map[person.TaxCode][]obsolete
	closed map[string]bool
}

type obsolete struct {
	ID      string `json:"id"`
	Service string `json:"servizio"`
}

type accountAnswer struct {
	Version  string          `json:"versione"`
	Source   registry.Source `json:"registro"`
	Request  string          `json:"richiesta"`
	Outcome  string          `json:"esito"`
	Accounts []obsolete      `json:"account,omitempty"`
}

// AddAccount gives a person credentials of an obsolete process, and says by which id the directory knows them.
func (s *Server) AddAccount(code person.TaxCode, service string) (id string) {
	a := &s.accounts
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of, a.closed = map[person.TaxCode][]obsolete{}, map[string]bool{}
	}
	id = fmt.Sprintf("vecchia-utenza-%d", len(a.closed)+1)
	a.of[code], a.closed[id] = append(a.of[code], obsolete{id, service}), false
	return id
}

// Closed tells whether an account has been erased.
func (s *Server) Closed(id string) bool {
	s.accounts.mu.Lock()
	defer s.accounts.mu.Unlock()
	return s.accounts.closed[id]
}

// find lists a person's open accounts.
func (a *accounts) find(q credentialsQuestion, answer *accountAnswer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer.Outcome = "NON_TROVATO"
	for _, x := range a.of[q.TaxCode] {
		if !a.closed[x.ID] {
			answer.Outcome, answer.Accounts = "TROVATO", append(answer.Accounts, x)
		}
	}
}

func (a *accounts) close(q credentialsQuestion, answer *accountAnswer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	answer.Outcome = "NON_TROVATO"
	if _, known := a.closed[q.Account]; known {
		a.closed[q.Account], answer.Outcome = true, "CHIUSO"
	}
}

type credentialsQuestion struct {
	Version string         `json:"versione"`
	TaxCode person.TaxCode `json:"codiceFiscale"`
	Account string         `json:"account"`
}

// credentials is one operation of the directory.
func (s *Server) credentials(do func(credentialsQuestion, *accountAnswer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestQuestion))
		if err != nil {
			http.Error(w, "richiesta troppo grande", http.StatusRequestEntityTooLarge)
			return
		}
		fault := s.faults.of(registry.Credentials)
		if fault.Kind != Lost && fault.happen(w, r) {
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+Token {
			http.Error(w, "token non riconosciuto", http.StatusUnauthorized)
			return
		}
		var q credentialsQuestion
		request := r.Header.Get("X-Request-Id")
		if err := json.Unmarshal(body, &q); err != nil || q.Version != "1" || request == "" || (q.TaxCode == "") == (q.Account == "") {
			http.Error(w, "richiesta fuori contratto", http.StatusBadRequest)
			return
		}
		answer := accountAnswer{Version: "1", Source: registry.Credentials, Request: request}
		do(q, &answer)
		if fault.Kind == Lost { // what was asked is done, and nobody hears of it
			fault.happen(w, r)
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		json.NewEncoder(w).Encode(answer)
	}
}
