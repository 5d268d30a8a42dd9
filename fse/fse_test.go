package fse_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"sportello/fse"
)

const (
	issuer  = "https://sportello.example"
	address = "https://fse.example/operatore"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func launcher(t *testing.T, seed byte) *fse.Launcher {
	t.Helper()
	l, err := fse.New(issuer, bytes.Repeat([]byte{seed}, 32), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// once remembers what was used.
func once() func(string, time.Time) bool {
	used := map[string]bool{}
	return func(id string, _ time.Time) bool {
		again := used[id]
		used[id] = true
		return !again
	}
}

func TestLaunch(t *testing.T) {
	l := launcher(t, 1)
	in := fse.Launch{Operator: "opaco", Ente: "asl", EnteName: "ASL", Citizen: "RSSMRA80A01L219M"}
	ticket, err := l.Sign(in, address, now)
	if err != nil {
		t.Fatal(err)
	}
	if ticket.Address != address || strings.Contains(ticket.Address, string(in.Citizen)) {
		t.Errorf("address %q", ticket.Address)
	}
	c := fse.Checker{Issuer: issuer, Address: address, Use: once()}
	got, err := c.Check(ticket.Token, l.Keys(), now.Add(59*time.Second))
	if err != nil || got != in {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := c.Check(ticket.Token, l.Keys(), now.Add(59*time.Second)); !errors.Is(err, fse.ErrUsed) {
		t.Errorf("used twice: %v", err)
	}
}

func TestRefusedLaunches(t *testing.T) {
	l := launcher(t, 1)
	ticket, err := l.Sign(fse.Launch{Operator: "opaco", Ente: "asl"}, address, now)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(ticket.Token, ".")
	for _, x := range []struct {
		name    string
		token   string
		checker fse.Checker
		keys    jose.JSONWebKeySet
		at      time.Duration
		want    error
	}{
		{"after a minute", ticket.Token, fse.Checker{Issuer: issuer, Address: address}, l.Keys(), 61 * time.Second, fse.ErrTime},
		{"before it was made", ticket.Token, fse.Checker{Issuer: issuer, Address: address}, l.Keys(), -time.Minute, fse.ErrTime},
		{"another application", ticket.Token, fse.Checker{Issuer: issuer, Address: "https://altro.example/"}, l.Keys(), 0, fse.ErrNotForUs},
		{"another desk", ticket.Token, fse.Checker{Issuer: "https://altro.example", Address: address}, l.Keys(), 0, fse.ErrNotForUs},
		{"another key", ticket.Token, fse.Checker{Issuer: issuer, Address: address}, launcher(t, 2).Keys(), 0, fse.ErrSignature},
		{"altered", parts[0] + "." + parts[1][:len(parts[1])-2] + "AA." + parts[2], fse.Checker{Issuer: issuer, Address: address}, l.Keys(), 0, fse.ErrSignature},
		{"unsigned", "eyJhbGciOiJub25lIn0." + parts[1] + ".", fse.Checker{Issuer: issuer, Address: address}, l.Keys(), 0, fse.ErrSignature},
		{"of another use", otherUse(t), fse.Checker{Issuer: issuer, Address: address}, l.Keys(), 0, fse.ErrSignature},
		{"nothing", "", fse.Checker{Issuer: issuer, Address: address}, l.Keys(), 0, fse.ErrSignature},
	} {
		x.checker.Use = once()
		if _, err := x.checker.Check(x.token, x.keys, now.Add(x.at)); !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
}

// otherUse is a token whose type is not that of a launch.
func otherUse(t *testing.T) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: bytes.Repeat([]byte{1}, 32)}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: issuer, Audience: jwt.Audience{address}}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// The key stays the same over restarts, so that launches under way still open.
func TestSameSeedSameKey(t *testing.T) {
	a, b := launcher(t, 1).Keys().Keys[0], launcher(t, 1).Keys().Keys[0]
	if a.KeyID != b.KeyID || a.KeyID == launcher(t, 2).Keys().Keys[0].KeyID {
		t.Errorf("key ids %q and %q", a.KeyID, b.KeyID)
	}
	if !a.IsPublic() {
		t.Error("the private key is published")
	}
}
