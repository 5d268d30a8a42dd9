package main

// delegations sees the questions about a delegate and the pages of Modifica delega.
func (r *tour) delegations() {
	nobody := knownTo(r.walk.demo().People, "nessuno")
	r.enter("sportello")
	r.search(nobody[0])
	r.Tick("È presente una delega > Sì")
	r.look("delega-modulo")
	r.Choose("Tipo delega", "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma")
	r.look("delega-dichiarazione")
	r.Choose("A che titolo agisce", "Tutore")
	r.look("delega-tutore")
	r.follow("Prosegui", "delega-tutore-errori")
	r.Choose("A che titolo agisce", "Figlio o figlia")
	r.look("delega-figlio")
}
