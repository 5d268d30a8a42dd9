package registry_test

import (
	"errors"
	"testing"

	"sportello/registry"
)

func TestConfigIsChecked(t *testing.T) {
	tests := map[string]struct {
		change func(*registry.Config)
		ok     bool
	}{
		"https":               {func(c *registry.Config) { c.URL = "https://anagrafe.example.it/cia/" }, true},
		"http to itself":      {func(c *registry.Config) { c.URL = "http://127.0.0.1:8099/cia" }, true},
		"http to ::1":         {func(c *registry.Config) { c.URL = "http://[::1]:8099/cia" }, true},
		"http to outside":     {func(c *registry.Config) { c.URL = "http://anagrafe.example.it/cia" }, false},
		"http to a lookalike": {func(c *registry.Config) { c.URL = "http://127.0.0.1.example.it" }, false},
		"no address":          {func(c *registry.Config) { c.URL = "" }, false},
		"no host":             {func(c *registry.Config) { c.URL = "https:///cia" }, false},
		"another protocol":    {func(c *registry.Config) { c.URL = "ftp://anagrafe.example.it" }, false},
		"a password in it":    {func(c *registry.Config) { c.URL = "https://u:p@anagrafe.example.it" }, false},
		"a query in it":       {func(c *registry.Config) { c.URL = "https://anagrafe.example.it/?x=1" }, false},
		"no token":            {func(c *registry.Config) { c.Token = "" }, false},
		"no clock":            {func(c *registry.Config) { c.Now = nil }, false},
		"no chance":           {func(c *registry.Config) { c.Rand = nil }, false},
		"another source":      {func(c *registry.Config) { c.Source = "ANPR" }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			config := registry.Config{
				Source: registry.CIA, URL: "https://anagrafe.example.it", Token: "segreto-di-prova",
				Now: newClock().Now, Rand: &chance{},
			}
			tt.change(&config)
			_, err := registry.NewClient(config)
			if tt.ok != (err == nil) || err != nil && !errors.Is(err, registry.ErrConfig) {
				t.Errorf("got %v", err)
			}
			mustNotTell(t, err)
		})
	}
}
