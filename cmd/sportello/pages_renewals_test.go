package main

import (
	"strings"

	"sportello/web"
)

// renewals sees the pages of Rigenera codice.
func (r *tour) renewals() {
	known := knownTo(r.walk.demo().People, "CIA")
	r.enter("sportello")
	r.renewal(known[5], "")
	r.renewal(known[6], "-senza-e-mail")
	for _, x := range r.walk.demo().Registrations {
		if x.State == "attivo" && x.Operation == "" {
			r.open("/sportello/gestione/"+x.Number+"/codice", "rigenera-codice-nessuna-operazione")
			break
		}
	}
}

// renewal registers somebody, and makes the code anew.
func (r *tour) renewal(p web.DemoPerson, kind string) {
	r.t.Helper()
	r.search(p)
	papers := []string{"Genera pdf", "Stampa riepilogo"}
	if kind == "" {
		r.complete(p, mailOf(p))
	} else {
		r.complete(p, "")
		r.Tick("Il cittadino non ha un indirizzo e-mail")
		papers = append(papers, "Stampa codice")
	}
	r.Follow("Prosegui")
	r.Follow("Prosegui")
	r.papers(papers...)
	number := strings.Split(strings.TrimPrefix(r.URL(), r.base), "/")[3]
	r.Follow("Torna al menu")
	r.open("/sportello/gestione/"+number+"/codice", "rigenera-codice"+kind)
	r.follow("Rigenera codice", "rigenera-codice-errori"+kind)
	for _, box := range []string{"Visto il documento d'identità, originale e in corso di validità", "Vista la tessera sanitaria con il codice fiscale, in corso di validità",
		"Eseguito il riscontro de visu", "Mostrata l'informativa sul trattamento dei dati"} {
		r.Tick(box)
	}
	r.follow("Rigenera codice", "codice-rigenerato"+kind)
	if kind != "" {
		pdfText(r.t, r.Fetch("Stampa codice"))
		r.Follow("aggiorna lo stato del codice")
		r.look("codice-rigenerato-stampato")
	}
	r.Follow("Torna al menu")
	r.open("/sportello/pratiche/"+number+"/codice", "codice-rigenerato-concluso"+kind)
}
