// Package simulator plays the operator's health application for demos and tests: it takes a launch only as docs/integrators.md asks,
// and shows who came and for whom. It holds no health data.
package simulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"sportello/fse"
)

// Path is where launches are posted.
const Path = "/operatore"

// A Server is the application. Set Desk, the public address of the installation that sends operators, before the first launch.
type Server struct {
	Desk string
	Now  func() time.Time

	mu      sync.Mutex
	used    map[string]time.Time
	address string
	http    http.Server
}

// Listen serves in the background on a loopback address until Close, and gives the address for launches.
func (s *Server) Listen(address string) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("starting the simulated health application: %w", err)
	}
	if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() {
		return "", errors.Join(errors.New("the simulated health application answers on this machine only"), listener.Close())
	}
	s.used = map[string]time.Time{}
	s.address = "http://" + listener.Addr().String() + Path
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+Path, s.open)
	s.http = http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go s.http.Serve(listener) // ends with Close
	return s.address, nil
}

// Close stops what Listen started.
func (s *Server) Close() error { return s.http.Close() }

var page = template.Must(template.New("").Parse(`<!doctype html>
<html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{.Title}}</title></head>
<body><main><h1>{{.Title}}</h1><p>Applicazione sanitaria simulata: non contiene dati sanitari.</p>
{{with .Launch}}<dl><dt>Operatore</dt><dd>{{.Operator}}</dd><dt>Ente</dt><dd>{{.EnteName}}</dd><dt>Cittadino</dt><dd>{{if .Citizen}}{{.Citizen}}{{else}}nessuno{{end}}</dd></dl>
{{else}}<p>{{.Reason}}</p>{{end}}</main></body></html>
`))

// reasons are what the operator reads of a refusal.
var reasons = map[error]string{
	fse.ErrSignature: "Il gettone non porta la firma dello sportello.",
	fse.ErrNotForUs:  "Il gettone è di un altro sportello, o per un'altra applicazione.",
	fse.ErrTime:      "Il gettone è scaduto: tornare allo sportello e aprire di nuovo il FSE.",
	fse.ErrUsed:      "Il gettone è già stato usato: tornare allo sportello e aprire di nuovo il FSE.",
}

func (s *Server) open(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	launch, err := s.check(r)
	shown := struct {
		Title, Reason string
		Launch        *fse.Launch
	}{Title: "Fascicolo Sanitario Elettronico aperto", Launch: &launch}
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		shown.Title, shown.Reason, shown.Launch = "Fascicolo Sanitario Elettronico non aperto", "Lo sportello non risponde.", nil
		for known, words := range reasons {
			if errors.Is(err, known) {
				shown.Reason = words
			}
		}
		w.WriteHeader(http.StatusForbidden)
	}
	_ = page.Execute(w, shown) // the browser has gone: nobody to tell
}

func (s *Server) check(r *http.Request) (fse.Launch, error) {
	if err := r.ParseForm(); err != nil {
		return fse.Launch{}, fse.ErrSignature
	}
	keys, err := s.keys()
	if err != nil {
		return fse.Launch{}, err
	}
	return fse.Checker{Issuer: s.Desk, Address: s.address, Use: s.use}.Check(r.PostForm.Get("token"), keys, s.Now())
}

// keys asks the desk for its public keys, each time: a simulator need not be fast.
func (s *Server) keys() (keys jose.JSONWebKeySet, err error) {
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get(s.Desk + "/fse/chiavi.json")
	if err != nil {
		return keys, err
	}
	defer answer.Body.Close()
	return keys, json.NewDecoder(io.LimitReader(answer.Body, 64<<10)).Decode(&keys)
}

func (s *Server) use(id string, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for old, gone := range s.used {
		if s.Now().After(gone) {
			delete(s.used, old)
		}
	}
	if _, again := s.used[id]; again {
		return false
	}
	s.used[id] = until
	return true
}
