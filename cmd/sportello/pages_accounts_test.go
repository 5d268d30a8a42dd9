package main

import (
	"sportello/registry"
	"sportello/registry/simulator"
)

// accounts sees the pages of account obsoleti.
func (r *tour) accounts() {
	r.enter("sportello")
	r.obsolete()
	r.look("account-da-cancellare")
	r.follow("Cancella account", "account-senza-richiesta")
	r.Tick("Il cittadino ha firmato la richiesta e l'originale è archiviato")
	r.follow("Cancella account", "account-conferma")
	r.demo.registries.SetFault(registry.Credentials, simulator.Fault{Kind: simulator.Down})
	r.follow("Prosegui", "account-in-coda")
	queued := r.URL()
	r.obsolete()
	r.look("account-in-attesa")
	r.demo.registries.SetFault(registry.Credentials, simulator.Fault{})
	r.Go(queued)
	r.follow("Aggiorna lo stato", "account-cancellato")
}

// obsolete looks up somebody who holds credentials of an old process.
func (r *tour) obsolete() {
	r.t.Helper()
	r.Go(r.base + "/sportello/registrazione")
	for _, p := range r.walk.demo().People {
		if p.KnownTo == "vecchie credenziali" {
			r.place(p)
			r.Follow("Prosegui")
			return
		}
	}
	r.t.Fatal("nobody holds old credentials")
}
