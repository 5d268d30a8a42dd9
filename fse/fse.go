// Package fse hands an operator over to the health application (Fascicolo Sanitario Elettronico) with the citizen who is at the desk: a signed
// token that works once, for sixty seconds, and travels by POST, never in an address (001 §5.1.2, G05, I15).
//
// It signs and checks; who may open the application is package office's business, and no health data pass here.
package fse

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"sportello/person"
)

// Life is how long a token works.
const Life = time.Minute

// Use is the token's own type, so that no other token of this house is taken for one (RFC 8725 §3.11).
const Use = "fse-launch+jwt"

// A Launch is who goes over, and for whom.
type Launch struct {
	Operator string         // opaque: the same operator is always the same word, which tells nothing
	Ente     string         // id
	EnteName string         // as people read it
	Citizen  person.TaxCode // "" when no citizen has been chosen yet
}

// A Ticket is a launch ready to go: the address of the application and what to post there in the field "token".
type Ticket struct {
	Address string
	Token   string
}

// claims are the token's content besides the registered ones.
type claims struct {
	jwt.Claims
	Ente     string         `json:"ente"`
	EnteName string         `json:"ente_nome"`
	Citizen  person.TaxCode `json:"codice_fiscale,omitempty"`
}

// A Launcher signs. Issuer is the public address of this installation.
type Launcher struct {
	issuer string
	signer jose.Signer
	public jose.JSONWebKey
	rand   io.Reader
}

// New makes a launcher whose key comes from 32 secret bytes: the same ones give the same key for ever.
func New(issuer string, seed []byte, rand io.Reader) (*Launcher, error) {
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("signing key of the health application: %d bytes instead of %d", len(seed), ed25519.SeedSize)
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(jose.EdDSA), Use: "sig"}
	thumb, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("naming the signing key: %w", err)
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(thumb)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: private, KeyID: public.KeyID}},
		(&jose.SignerOptions{}).WithType(Use))
	if err != nil {
		return nil, fmt.Errorf("preparing the signing key: %w", err)
	}
	return &Launcher{issuer: issuer, signer: signer, public: public, rand: rand}, nil
}

// Keys are the public keys by which the health application checks tokens (RFC 7517).
func (l *Launcher) Keys() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{l.public}}
}

// Sign makes the ticket of a launch to the application at address, good from now for Life.
func (l *Launcher) Sign(in Launch, address string, now time.Time) (Ticket, error) {
	id := make([]byte, 16)
	if _, err := io.ReadFull(l.rand, id); err != nil {
		return Ticket{}, fmt.Errorf("drawing a token's id: %w", err)
	}
	token, err := jwt.Signed(l.signer).Claims(claims{
		Claims: jwt.Claims{Issuer: l.issuer, Subject: in.Operator, Audience: jwt.Audience{address}, ID: base64.RawURLEncoding.EncodeToString(id),
			IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(Life))},
		Ente: in.Ente, EnteName: in.EnteName, Citizen: in.Citizen,
	}).Serialize()
	if err != nil {
		return Ticket{}, fmt.Errorf("signing a launch: %w", err)
	}
	return Ticket{address, token}, nil
}

// What a Checker refuses.
var (
	ErrSignature = errors.New("token not signed by the desk")
	ErrNotForUs  = errors.New("token of another issuer or for another application")
	ErrTime      = errors.New("token expired, or not valid yet")
	ErrUsed      = errors.New("token already used")
)

// A Checker is the other side, as a health application must be: see docs/integrators.md.
type Checker struct {
	Issuer  string
	Address string // its own
	// Use notes that a token was used, until it expires anyway, and tells whether it was not yet.
	Use func(id string, until time.Time) bool
}

// skew is what the two clocks may differ.
const skew = 5 * time.Second

// Check reads a token with the issuer's public keys. Errors: ErrSignature, ErrNotForUs, ErrTime, ErrUsed.
func (c Checker) Check(token string, keys jose.JSONWebKeySet, now time.Time) (Launch, error) {
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil || len(parsed.Headers) != 1 || parsed.Headers[0].ExtraHeaders[jose.HeaderType] != Use {
		return Launch{}, ErrSignature
	}
	var got claims
	if err := parsed.Claims(keys, &got); err != nil {
		return Launch{}, ErrSignature
	}
	switch {
	case got.Issuer != c.Issuer || len(got.Audience) != 1 || got.Audience[0] != c.Address:
		return Launch{}, ErrNotForUs
	case got.Expiry == nil || got.IssuedAt == nil || got.Expiry.Time().Sub(got.IssuedAt.Time()) > Life:
		return Launch{}, ErrTime
	case now.After(got.Expiry.Time()) || now.Add(skew).Before(got.IssuedAt.Time()):
		return Launch{}, ErrTime
	case got.ID == "" || !c.Use(got.ID, got.Expiry.Time()):
		return Launch{}, ErrUsed
	}
	return Launch{Operator: got.Subject, Ente: got.Ente, EnteName: got.EnteName, Citizen: got.Citizen}, nil
}
