package web

import (
	"fmt"
	"net/netip"
	"strings"

	"sportello/access"
)

// A sign is what a browser's description of itself holds, and the name that people know.
type sign struct{ mark, name string }

// The first sign that is there counts: many browsers claim to be others too.
var (
	browserNames = []sign{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systemNames = []sign{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

func nameIn(agent string, signs []sign) string {
	for _, x := range signs {
		if strings.Contains(agent, x.mark) {
			return x.name
		}
	}
	return ""
}

// deviceWords say from what somebody came in: "Firefox su Windows".
func (v *visit) deviceWords(p access.Place) string {
	switch {
	case p.Browser != "" && p.System != "":
		return v.T("%s su %s", p.Browser, p.System)
	case p.Browser+p.System != "":
		return p.Browser + p.System
	}
	return v.T("Browser non riconosciuto")
}

// shortAddress is the beginning of a network address: enough to know one's own again, too little for a map.
func shortAddress(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	if a = a.Unmap(); a.Is4() {
		b := a.As4()
		return fmt.Sprintf("%d.%d.…", b[0], b[1])
	}
	network, err := a.WithZone("").Prefix(48)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(network.Addr().String(), "::") + "…"
}
