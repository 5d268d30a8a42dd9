package audit

import "net/netip"

// An Origin is where a request came from: the network address, the id that the logs carry too, and what the browser calls itself.
type Origin struct {
	Address string
	Request string
	Browser string // "Firefox"; "" if it does not say
	System  string // "Windows"; "" likewise
}

// What the record of an act at home, and a session, say of where it came from.
const (
	Browser = "browser"
	System  = "sistema"
	Mark    = "impronta" // of the browser: names it among the person's own
)

// Detail is what the record of an act at home keeps of its origin, besides the address.
func (o Origin) Detail() map[string]string {
	return map[string]string{Browser: o.Browser, System: o.System}
}

// Begin starts a record of an act from this origin.
func (o Origin) Begin(d Deed, kind ActorKind, actor string) Record {
	return Record{Deed: d, ActorKind: kind, Actor: actor, Address: o.Address, Request: o.Request}
}

// Line is what one subscriber holds: the address or, for IPv6, its /64, of which a new address costs nothing.
func (o Origin) Line() string {
	a, err := netip.ParseAddr(o.Address)
	if err != nil || a.Unmap().Is4() {
		return o.Address
	}
	network, err := a.WithZone("").Prefix(64)
	if err != nil {
		return o.Address
	}
	return network.String()
}

// Network is the network of the address: /24 or, for IPv6, /48. An address that is none stands for itself.
func (o Origin) Network() string {
	a, err := netip.ParseAddr(o.Address)
	if err != nil {
		return o.Address
	}
	a = a.Unmap()
	bits := 48
	if a.Is4() {
		bits = 24
	}
	network, err := a.Prefix(bits)
	if err != nil {
		return o.Address
	}
	return network.String()
}
