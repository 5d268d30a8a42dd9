package main

// work sees what is left to do, and the figures of an ente.
func (r *tour) work() {
	r.enter("responsabile")
	r.open("/sportello/lavori", "lavori")
	r.open("/sportello/statistiche", "statistiche")
	r.Go(r.base + "/sportello/statistiche")
	r.follow("Ultimi 12 mesi", "statistiche-anno")
}
