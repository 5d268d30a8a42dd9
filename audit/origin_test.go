package audit_test

import (
	"testing"

	"sportello/audit"
)

func TestLineAndNetwork(t *testing.T) {
	for address, want := range map[string][2]string{
		"203.0.113.9":         {"203.0.113.9", "203.0.113.0/24"},
		"::ffff:203.0.113.9":  {"::ffff:203.0.113.9", "203.0.113.0/24"},
		"2001:db8:1:2:3::4":   {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"2001:db8:1:2:ffff::": {"2001:db8:1:2::/64", "2001:db8:1::/48"},
		"fe80::1%eth0":        {"fe80::/64", "fe80::/48"},
		"":                    {"", ""},
		"invalid IP":          {"invalid IP", "invalid IP"},
	} {
		o := audit.Origin{Address: address}
		if got := [2]string{o.Line(), o.Network()}; got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
