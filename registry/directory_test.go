package registry_test

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sportello/registry"
	"sportello/registry/simulator"
)

// directory is a simulated directory of obsolete accounts, and a client of it.
func directory(t *testing.T, token string) (*simulator.Server, *registry.Directory) {
	t.Helper()
	s := simulator.New(nil)
	base, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d, err := registry.NewDirectory(registry.Config{URL: base + simulator.CredentialsPath, Token: token, Deadline: 200 * time.Millisecond, Now: newClock().Now, Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return s, d
}

func TestObsoleteAccountIsFoundAndClosed(t *testing.T) {
	s, d := directory(t, simulator.Token)
	id := s.AddAccount(mario, "Torinofacile")
	s.AddAccount("RSSMRA79B11C566R", "Sistema Piemonte")
	accounts, err := d.Find(t.Context(), registry.Query{TaxCode: mario})
	if err != nil || len(accounts) != 1 || accounts[0] != (registry.Account{ID: id, Service: "Torinofacile"}) {
		t.Fatalf("%v, %v", accounts, err)
	}
	for range 2 { // asked again, it is closed still
		if err := d.Close(t.Context(), registry.Closing{Account: id}); err != nil {
			t.Fatal(err)
		}
	}
	if accounts, err = d.Find(t.Context(), registry.Query{TaxCode: mario}); err != nil || len(accounts) != 0 {
		t.Errorf("after closing: %v, %v", accounts, err)
	}
	if err := d.Close(t.Context(), registry.Closing{Account: "mai-vista"}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an account that never was: %v", err)
	}
}

func TestDirectoryBreaksDown(t *testing.T) {
	for fault, want := range map[simulator.FaultKind]error{
		simulator.Slow: registry.ErrSlow, simulator.Hang: registry.ErrSlow, simulator.Down: registry.ErrUnavailable,
		simulator.Nonsense: registry.ErrNonsense, simulator.Lost: registry.ErrUnavailable,
	} {
		t.Run(string(fault), func(t *testing.T) {
			s, d := directory(t, simulator.Token)
			id := s.AddAccount(mario, "Torinofacile")
			s.SetFault(registry.Credentials, simulator.Fault{Kind: fault, Delay: time.Minute})
			_, found := d.Find(t.Context(), registry.Query{TaxCode: mario})
			closed := d.Close(t.Context(), registry.Closing{Account: id})
			for _, err := range []error{found, closed} {
				if !errors.Is(err, want) {
					t.Errorf("%v, want %v", err, want)
				}
				mustNotTell(t, err)
			}
			if s.Closed(id) != (fault == simulator.Lost) {
				t.Errorf("closed: %v", s.Closed(id))
			}
			s.SetFault(registry.Credentials, simulator.Fault{})
			if err := d.Close(t.Context(), registry.Closing{Account: id}); err != nil || !s.Closed(id) {
				t.Errorf("once mended: %v", err)
			}
		})
	}
}

func TestDirectoryRefusesTheToken(t *testing.T) {
	_, d := directory(t, "un-altro-token")
	if _, err := d.Find(t.Context(), registry.Query{TaxCode: mario}); !errors.Is(err, registry.ErrRefused) {
		t.Errorf("%v", err)
	}
}

func TestDirectoryNonsense(t *testing.T) {
	good := `{"versione":"1","registro":"CREDENZIALI","richiesta":"ID","esito":"TROVATO","account":[{"id":"a-1","servizio":"Torinofacile"}]}`
	for name, body := range map[string]string{
		"another source":    strings.Replace(good, "CREDENZIALI", "CIA", 1),
		"another request":   strings.Replace(good, `"ID"`, `"0"`, 1),
		"another version":   strings.Replace(good, `"1"`, `"2"`, 1),
		"found and nothing": strings.Replace(good, `{"id":"a-1","servizio":"Torinofacile"}`, "", 1),
		"nothing and found": strings.Replace(good, "TROVATO", "NON_TROVATO", 1),
		"an address as id":  strings.Replace(good, "a-1", "../a-1", 1),
		"a control sign":    strings.Replace(good, "Torinofacile", `Torino\u202efacile`, 1),
		"a name too many":   strings.Replace(good, `"servizio"`, `"nome":"Rossi","servizio"`, 1),
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { answerWith(w, r, body) }))
		d, err := registry.NewDirectory(registry.Config{URL: server.URL, Token: "segreto-di-prova", Now: newClock().Now, Rand: &chance{}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Find(t.Context(), registry.Query{TaxCode: mario}); !errors.Is(err, registry.ErrNonsense) {
			t.Errorf("%s: %v", name, err)
		}
		server.Close()
	}
}
