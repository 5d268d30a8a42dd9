package main

import "sportello/community"

// openPages sees the public pages of the communities, each at its portal.
func (r *tour) openPages() {
	r.open("/come-registrarsi", "come-registrarsi")
	r.open("/aiuto", "aiuto")
	r.open("/aiuto?cerca=PIN", "aiuto-trovati")
	r.open("/aiuto?cerca=xilofono", "aiuto-non-trovati")
	r.open("/aiuto/truffe", "aiuto-truffe")
	r.open("/aiuto/non-esiste", "aiuto-argomento-non-trovato")
	r.open("/assistenza", "assistenza")
	r.open("/cookie", "cookie")
	r.at("genova", "/", "genova")
	r.at("genova", "/accesso", "genova-accesso")
	r.at("genova", "/aiuto/esportare-la-pec", "genova-esportare-la-pec")
	r.at("genova", "/sportelli", "genova-sportelli")
	r.at("trentino", "/", "trentino")
	r.at("trentino", "/aiuto", "trentino-aiuto")
	r.at("trentino", "/sportelli", "trentino-sportelli")
	r.at("trentino", "/assistenza", "trentino-assistenza")
	r.at("moderno", "/come-registrarsi", "moderno-come-entrare")
	r.at("ente", "/", "inizio-ente")
}

// at opens a page of another community's portal.
func (r *tour) at(portal community.ID, path, name string) {
	r.t.Helper()
	r.Go(r.demo.config.portals[portal].String() + path)
	r.look(name)
}
