package registry

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"sportello/person"
)

// Limits of a look-up where the configuration says nothing else.
const (
	Deadline      = 2 * time.Second  // for one registry
	FailuresToOff = 3                // in a row, that switch a registry off
	Rest          = 30 * time.Second // until it is tried again
)

const largestAnswer = 64 << 10 // bytes; an honest one has under 1,000

// Config is one registry's address and our right to ask it. Now and Rand are required.
type Config struct {
	Source   Source
	URL      string // base address, "https://anagrafe.example.it/cia"; http only to the machine itself
	Token    string // secret: what the registry knows us by
	Deadline time.Duration
	Failures int
	Rest     time.Duration

	Now  func() time.Time
	Rand io.Reader // request ids are drawn from it
}

// ErrConfig means that a registry cannot be asked with these settings; the text around it says which.
var ErrConfig = errors.New("configurazione dell'anagrafe non valida")

// A Client is a Registry behind HTTP, by docs/registry-contract.md. It keeps its connections open, follows
// no redirect, waits no longer than its deadline and stops asking a registry that does not answer.
type Client struct{ line *line }

// NewClient checks the settings of CIA or AURA and asks nothing yet. Zero limits mean Deadline, FailuresToOff and Rest.
func NewClient(c Config) (*Client, error) {
	l, err := newLine(c, CIA, AURA)
	if err != nil {
		return nil, err
	}
	return &Client{l}, nil
}

// A line is how one outside server is asked: who we are, how long we wait, when we stop asking.
type line struct {
	config  Config
	base    *url.URL
	http    *http.Client
	breaker *breaker
}

func newLine(c Config, sources ...Source) (*line, error) {
	base, err := c.address(sources)
	if err != nil {
		return nil, err
	}
	if c.Deadline == 0 {
		c.Deadline = Deadline
	}
	if c.Failures == 0 {
		c.Failures = FailuresToOff
	}
	if c.Rest == 0 {
		c.Rest = Rest
	}
	return &line{config: c, base: base, http: newHTTP(), breaker: &breaker{now: c.Now, limit: c.Failures, rest: c.Rest}}, nil
}

func newHTTP() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 16
	transport.MaxResponseHeaderBytes = 16 << 10
	transport.DisableCompression = true // a small answer, and no bomb
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (c Config) address(sources []Source) (*url.URL, error) {
	u, err := url.Parse(c.URL)
	switch {
	case !slices.Contains(sources, c.Source):
		return nil, fmt.Errorf("%w: registro sconosciuto", ErrConfig)
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%w: %s: l'indirizzo non è una base https://nome/percorso", ErrConfig, c.Source)
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return nil, fmt.Errorf("%w: %s: l'indirizzo deve cominciare con https://", ErrConfig, c.Source)
	case c.Token == "":
		return nil, fmt.Errorf("%w: %s: manca il token", ErrConfig, c.Source)
	case c.Now == nil || c.Rand == nil:
		return nil, fmt.Errorf("%w: %s: mancano orologio o caso", ErrConfig, c.Source)
	}
	return u, nil
}

// Find asks the registry once; see Registry.
func (c *Client) Find(ctx context.Context, q Query) (record Record, err error) {
	err = c.line.call(ctx, func(ctx context.Context) error {
		record, err = c.ask(ctx, q)
		return err
	})
	if err != nil {
		return Record{}, err
	}
	return record, nil
}

func (c *Client) ask(ctx context.Context, q Query) (Record, error) {
	body, id, err := c.line.post(ctx, "ricerca", question{version, q.TaxCode, q.Province, q.Comune, q.Purpose, q.Operator, q.Ente, q.Practice})
	if err != nil {
		return Record{}, err
	}
	return decode(body, expected{c.line.config.Source, id, q.TaxCode, c.line.config.Now()})
}

// call lets one exchange happen within the deadline, unless the breaker keeps us from waiting in vain.
func (l *line) call(ctx context.Context, exchange func(context.Context) error) error {
	if !l.breaker.allow() {
		return l.wrap(ErrUnavailable)
	}
	limited, cancel := context.WithTimeout(ctx, l.config.Deadline)
	defer cancel()
	err := exchange(limited)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		l.breaker.abandoned()
	case errors.Is(err, ErrUnavailable):
		l.breaker.failed()
	default: // nonsense too: the breaker guards the operator's time, and a wrong answer took none
		l.breaker.succeeded()
	}
	if err != nil {
		return l.wrap(err)
	}
	return nil
}

func (l *line) wrap(err error) error { return fmt.Errorf("asking %s: %w", l.config.Source, err) }

func (l *line) newID() (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(l.config.Rand, id[:]); err != nil {
		return "", fmt.Errorf("%w: no request id could be drawn", ErrUnavailable)
	}
	return hex.EncodeToString(id[:]), nil
}

// A question is the body of a request: the tax code stands here, not in the address, which logs keep.
type question struct {
	Version  string         `json:"versione"`
	TaxCode  person.TaxCode `json:"codiceFiscale"`
	Province string         `json:"provincia"`
	Comune   string         `json:"comune"`
	Purpose  string         `json:"motivo"`
	Operator string         `json:"operatore"`
	Ente     string         `json:"ente"`
	Practice string         `json:"pratica"`
}

// post sends a question to an operation of the contract, and gives the answer with the request's id that it must bear.
func (l *line) post(ctx context.Context, operation string, question any) (answer []byte, id string, err error) {
	if id, err = l.newID(); err != nil {
		return nil, "", err
	}
	body, err := json.Marshal(question)
	if err != nil {
		return nil, "", fmt.Errorf("%w: the query is no JSON", ErrUnavailable)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.base.JoinPath("v1", operation).String(), bytes.NewReader(body))
	if err != nil {
		return nil, "", fmt.Errorf("%w: the query is no request", ErrUnavailable)
	}
	request.Header.Set("Authorization", "Bearer "+l.config.Token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Request-Id", id)
	response, err := l.http.Do(request)
	if err != nil {
		return nil, "", unreachable(ctx)
	}
	defer response.Body.Close()
	answer, err = read(ctx, response)
	return answer, id, err
}

// unreachable tells slow from down. The transport's own words are dropped: they name hosts and addresses
// of the inner network, and nothing that the operator could use.
func unreachable(ctx context.Context) error {
	if ctx.Err() != nil {
		return ErrSlow
	}
	return ErrUnavailable
}

// read takes the answer's body. Only 200 is an answer: a 404 comes as well from a proxy or a wrong
// address, so the contract says "not found" inside the body.
func read(ctx context.Context, response *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, largestAnswer+1))
	switch status := response.StatusCode; {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return nil, ErrRefused
	case status != http.StatusOK:
		return nil, fmt.Errorf("%w: status %d", ErrUnavailable, status)
	case len(body) > largestAnswer:
		return nil, nonsense("it is too large")
	case err != nil && ctx.Err() != nil:
		return nil, ErrSlow
	case err != nil:
		return nil, nonsense("it is cut off")
	}
	if kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, nonsense("it is not JSON")
	}
	return body, nil
}

// isLoopback knows the machine itself by its usual names; anything else has to be asked over TLS.
func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
