package vault_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sportello/vault"
)

func create(t *testing.T) (*vault.Keys, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	keys, err := vault.Create(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keys, path
}

func open(t *testing.T, path string) *vault.Keys {
	t.Helper()
	keys, err := vault.Open(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func seal(t *testing.T, s vault.Sealer, context, plain string) []byte {
	t.Helper()
	blob, err := s.Seal(context, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func TestSealedValueOpensAfterRestart(t *testing.T) {
	keys, path := create(t)
	blob := seal(t, keys, "handover/1/pin", "ACDEFGHJ")
	again := seal(t, keys, "handover/1/pin", "ACDEFGHJ")
	if bytes.Contains(blob, []byte("ACDE")) || bytes.Equal(blob, again) {
		t.Error("the sealed value shows through")
	}
	plain, err := open(t, path).Open("handover/1/pin", blob)
	if err != nil || string(plain) != "ACDEFGHJ" {
		t.Errorf("got %q, %v", plain, err)
	}
	if empty, err := keys.Open("x", seal(t, keys, "x", "")); err != nil || len(empty) != 0 {
		t.Errorf("empty value: %q, %v", empty, err)
	}
}

func TestWrongContextAndEveryAlteredByteAreRefused(t *testing.T) {
	keys, _ := create(t)
	blob := seal(t, keys, "handover/1/pin", "ACDEFGHJ")
	if _, err := keys.Open("handover/2/pin", blob); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("wrong context: %v", err)
	}
	for i := range blob {
		altered := bytes.Clone(blob)
		altered[i] ^= 0x40
		_, err := keys.Open("handover/1/pin", altered)
		if !errors.Is(err, vault.ErrSealed) && !errors.Is(err, vault.ErrUnknownKey) {
			t.Errorf("byte %d altered: %v", i, err)
		}
		if _, err := keys.Open("handover/1/pin", blob[:i]); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
}

func TestRotationKeepsOldValuesAndDigests(t *testing.T) {
	keys, path := create(t)
	old, digest := seal(t, keys, "c", "segreto"), keys.MAC("code", []byte("x"))
	text, _ := os.ReadFile(path)
	line := "seal 2 " + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)) + "\n"
	replace(t, path, strings.Replace(string(text), "seal 1 ", line+"seal 1 ", 1))

	rotated := open(t, path)
	if plain, err := rotated.Open("c", old); err != nil || string(plain) != "segreto" {
		t.Errorf("old value: %q, %v", plain, err)
	}
	if !bytes.Equal(digest, rotated.MAC("code", []byte("x"))) {
		t.Error("the digest changed with the sealing key")
	}
	if _, err := keys.Open("c", seal(t, rotated, "c", "nuovo")); !errors.Is(err, vault.ErrUnknownKey) {
		t.Errorf("the new key was not used: %v", err)
	}
}

func TestMACBelongsToPurposeAndInstallation(t *testing.T) {
	a, _ := create(t)
	b, _ := create(t)
	digest := a.MAC("code", []byte("x"))
	if len(digest) != 32 {
		t.Errorf("%d bytes", len(digest))
	}
	for name, other := range map[string][]byte{
		"purpose": a.MAC("pin", []byte("x")), "data": a.MAC("code", []byte("y")), "installation": b.MAC("code", []byte("x")),
	} {
		if bytes.Equal(digest, other) {
			t.Errorf("another %s, same digest", name)
		}
	}
}

func TestCreateIsPrivateAndNeverOverwrites(t *testing.T) {
	_, path := create(t)
	before, _ := os.ReadFile(path)
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if _, err := vault.Create(path, rand.Reader); !errors.Is(err, vault.ErrExists) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file changed")
	}
}

func TestOpenRefusesAnExposedFile(t *testing.T) {
	_, path := create(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o601} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		_, err := vault.Open(path, rand.Reader)
		if !errors.Is(err, vault.ErrExposed) || !strings.Contains(err.Error(), "chmod 600 "+path) {
			t.Errorf("%04o: %v", mode, err)
		}
	}
}

func TestOpenNamesTheWrongLineAndNoKey(t *testing.T) {
	good := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xAB}, 32))
	short := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xAB}, 31))
	for text, want := range map[string]string{
		"":                                      "almeno una riga",
		"seal 1 " + good:                        "almeno una riga",
		"mac " + good:                           "almeno una riga",
		"# x\nseal 1 " + short:                  "riga 2: la chiave deve essere di 32 byte",
		"seal 0 " + good:                        "riga 1: il numero",
		"seal uno " + good:                      "riga 1: il numero",
		"seal " + good:                          "riga 1: attesa",
		"mac " + good + " " + good:              "riga 1: attesa",
		"mac " + good + "\nmac " + good:         "riga 2: una sola",
		"seal 1 " + good + "\n\nseal 1 " + good: "riga 3: il numero 1 è già usato",
		"seal 1 " + strings.Repeat("=", 44) + "\n": "riga 1: la chiave",
	} {
		path := filepath.Join(t.TempDir(), "keys")
		replace(t, path, text)
		_, err := vault.Open(path, rand.Reader)
		if !errors.Is(err, vault.ErrKeyFile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && (strings.Contains(err.Error(), good) || strings.Contains(err.Error(), short)) {
			t.Errorf("%q: the error quotes a key", text)
		}
	}
	if _, err := vault.Open(filepath.Join(t.TempDir(), "none"), rand.Reader); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
}

func replace(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
