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
type Client struct {
	config  Config
	address string
	http    *http.Client
	breaker *breaker
}

// NewClient checks the settings and asks nothing yet. Zero limits mean Deadline, FailuresToOff and Rest.
func NewClient(c Config) (*Client, error) {
	address, err := c.address()
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
	return &Client{
		config:  c,
		address: address,
		http:    newHTTP(),
		breaker: &breaker{now: c.Now, limit: c.Failures, rest: c.Rest},
	}, nil
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

func (c Config) address() (string, error) {
	u, err := url.Parse(c.URL)
	switch {
	case c.Source != CIA && c.Source != AURA:
		return "", fmt.Errorf("%w: registro sconosciuto", ErrConfig)
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%w: %s: l'indirizzo non è una base https://nome/percorso", ErrConfig, c.Source)
	case u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())):
		return "", fmt.Errorf("%w: %s: l'indirizzo deve cominciare con https://", ErrConfig, c.Source)
	case c.Token == "":
		return "", fmt.Errorf("%w: %s: manca il token", ErrConfig, c.Source)
	case c.Now == nil || c.Rand == nil:
		return "", fmt.Errorf("%w: %s: mancano orologio o caso", ErrConfig, c.Source)
	}
	return u.JoinPath("v1", "ricerca").String(), nil
}

// Find asks the registry once; see Registry.
func (c *Client) Find(ctx context.Context, q Query) (Record, error) {
	if !c.breaker.allow() {
		return Record{}, c.wrap(ErrUnavailable)
	}
	record, err := c.ask(ctx, q)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		c.breaker.abandoned()
	case errors.Is(err, ErrUnavailable):
		c.breaker.failed()
	default: // nonsense too: the breaker guards the operator's time, and a wrong answer took none
		c.breaker.succeeded()
	}
	if err != nil {
		return Record{}, c.wrap(err)
	}
	return record, nil
}

func (c *Client) wrap(err error) error { return fmt.Errorf("asking %s: %w", c.config.Source, err) }

func (c *Client) ask(ctx context.Context, q Query) (Record, error) {
	ctx, cancel := context.WithTimeout(ctx, c.config.Deadline)
	defer cancel()
	id, err := c.newID()
	if err != nil {
		return Record{}, err
	}
	body, err := c.post(ctx, id, q)
	if err != nil {
		return Record{}, err
	}
	return decode(body, expected{c.config.Source, id, q.TaxCode, c.config.Now()})
}

func (c *Client) newID() (string, error) {
	var id [16]byte
	if _, err := io.ReadFull(c.config.Rand, id[:]); err != nil {
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

func (c *Client) post(ctx context.Context, id string, q Query) ([]byte, error) {
	body, err := json.Marshal(question{version, q.TaxCode, q.Province, q.Comune, q.Purpose, q.Operator, q.Ente, q.Practice})
	if err != nil {
		return nil, fmt.Errorf("%w: the query is no JSON", ErrUnavailable)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: the query is no request", ErrUnavailable)
	}
	request.Header.Set("Authorization", "Bearer "+c.config.Token)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	request.Header.Set("X-Request-Id", id)
	response, err := c.http.Do(request)
	if err != nil {
		return nil, unreachable(ctx)
	}
	defer response.Body.Close()
	return read(ctx, response)
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
