package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSettingsAreDocumented keeps docs/configuration.md the same as the table.
func TestSettingsAreDocumented(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "configuration.md")
	if *update {
		if err := os.WriteFile(file, []byte(settingsDoc()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != settingsDoc() {
		t.Errorf("docs/configuration.md is not what the table says: run `make golden`")
	}
}

func TestDefaultsAreRight(t *testing.T) {
	if _, err := makeConfig(map[string]given{}); err != nil {
		t.Fatal(err)
	}
}

func TestExampleFileIsRight(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sportello.toml")
	if err := os.WriteFile(file, []byte(exampleSettings), 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, err := readConfig("serve", []string{"--config", file, "--session-operator-idle", "20m"}, os.Stderr, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.limits.OperatorIdle != 20*time.Minute {
		t.Errorf("the flag does not win over the file: %v", c.limits.OperatorIdle)
	}
	if len(c.trustedProxies) != 1 || c.cia.url == "" || c.publicURL.Host != "credenziali.example" {
		t.Errorf("not read: %+v", c)
	}
}

func TestWrongSettingsAreNamed(t *testing.T) {
	for key, c := range map[string]struct{ value, want string }{
		"listen":                {"8080", "per esempio 127.0.0.1:8080"},
		"public_url":            {"http://sportello.example", "serve https://"},
		"trusted_proxies":       {"10.0.0.0/8, casa", `"casa" non è una rete`},
		"cia.url":               {"http://anagrafe.example/cia", "serve https://"},
		"aura.url":              {"anagrafe", "serve un indirizzo"},
		"hashing.memory_kib":    {"8", "da 19456"},
		"hashing.time":          {"1", "da 2"},
		"session.operator_idle": {"dieci minuti", "serve una durata"},
		"registry_deadline":     {"1h", "a 30s"},
		"smtp.tls":              {"sì", "starttls, tls, none"},
		"smtp.port":             {"70000", "a 65535"},
		"log.level":             {"tanto", "debug, info, warn, error"},
		"communities_dir":       {"/non/c/è", "non c'è"},
		"database":              {"", "vuota"},
		"smtp.password_file":    {"/non/c/è", "non si legge"},
	} {
		_, err := makeConfig(map[string]given{key: {c.value, "variabile X"}})
		if err == nil {
			t.Errorf("%s = %q was taken", key, c.value)
			continue
		}
		for _, want := range []string{key, c.want, "variabile X"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s = %q: %q does not say %q", key, c.value, err, want)
			}
		}
	}
}

func TestSettingsThatDependOnEachOther(t *testing.T) {
	for name, values := range map[string]map[string]given{
		"smtp.tls":              {"smtp.host": {"posta.example", "file"}},
		"cia.token":             {"cia.url": {"https://anagrafe.example", "file"}},
		"tls.key":               {"tls.cert": {"cert.pem", "file"}},
		"session.operator_idle": {"session.operator_total": {"5m", "file"}},
	} {
		if _, err := makeConfig(values); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v: got %v", values, err)
		}
	}
}

// TestSecretsAreNotShown: a wrong secret is named, its value is not.
func TestSecretsAreNotShown(t *testing.T) {
	for _, s := range settings {
		if strings.Contains(s.key, "token") || strings.HasSuffix(s.key, "password") {
			if !s.secret {
				t.Errorf("%s is not marked as a secret", s.key)
			}
			text := settingError{s, given{"valore-che-non-si-dice", "file"}, "atteso"}.Error()
			if strings.Contains(text, "valore-che-non-si-dice") {
				t.Errorf("%s: the message shows the value", s.key)
			}
		}
	}
}
