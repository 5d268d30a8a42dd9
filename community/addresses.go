package community

import "strings"

// Addresses say where the pages of each community are: at an address of its own, or at the installation's.
type Addresses struct {
	Main string        // "https://credenziali.example", without a path
	Own  map[ID]string // of the communities that have one
}

// Page is the full address of a page of a community. The path has no leading slash.
func (a Addresses) Page(id ID, path string) string {
	base, own := a.Own[id]
	if !own {
		base = a.Main
	}
	return strings.TrimSuffix(base, "/") + "/" + path
}
