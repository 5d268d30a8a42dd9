package main

import (
	"slices"
	"strings"

	"sportello/registration"
	"sportello/web"
)

// booking sees the pages of Prenota.
func (r *tour) booking() {
	r.enter("sportello")
	weak := r.standing(registration.Active, false)
	at := "/sportello/gestione/" + weak.Number + "/prenota"
	r.open(at, "prenota-operazione")
	r.follow("Prosegui", "prenota-operazione-errore")
	r.Tick("Promozione")
	r.follow("Prosegui", "prenota-delega")
	r.Tick("È presente una delega > Sì")
	r.look("prenota-delega-aperta")
	r.follow("Prosegui", "prenota-delega-errori")
	r.Tick("È presente una delega > No")
	r.ticks()
	r.follow("Prosegui", "prenota-conferma")
	r.follow("Prosegui", "prenota-stampa")
	r.papers("Genera pdf", "Stampa riepilogo")
	r.look("prenota-stampa-fatta")
	r.Follow("Torna al menu")

	r.open(at, "prenota-al-posto-di-un-altra")
	r.Tick("Revoca")
	r.Follow("Prosegui")
	r.ticks()
	r.follow("Prosegui", "prenota-conferma-revoca")
	r.follow("Prosegui", "prenota-stampa-revoca")
	r.Click("Annulla questa prenotazione")
	r.follow("Conferma l'annullamento", "prenota-annulla-errore")
	r.Fill("Motivo dell'annullamento", "Il cittadino ci ripensa")
	r.Follow("Conferma l'annullamento")
	r.open("/sportello/gestione/"+r.standing(registration.Registered, false).Number+"/prenota", "prenota-dati-mancanti")
}

func (r *tour) ticks() {
	r.t.Helper()
	for _, label := range deskTicks {
		r.Tick(label)
	}
}

// standing is a registration of the demo in a state, with nothing booked.
func (r *tour) standing(s registration.State, strong bool) web.DemoRegistration {
	r.t.Helper()
	all := r.walk.demo().Registrations
	i := slices.IndexFunc(all, func(x web.DemoRegistration) bool {
		return x.State == string(s) && x.Strong == strong && strings.TrimSpace(x.Operation) == ""
	})
	if i < 0 {
		r.t.Fatalf("nobody is %s, strong %v", s, strong)
	}
	return all[i]
}
