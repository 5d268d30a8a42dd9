package main

// health sees how an operator goes over to the health application.
func (r *tour) health() {
	r.enter("responsabile")
	r.open("/sportello/fse", "fse")
	r.Fill("Codice fiscale o numero di registrazione", "0000000000")
	r.follow("Apri il FSE", "fse-errore")
	r.Fill("Codice fiscale o numero di registrazione", r.walk.demo().Citizens[0].TaxCode)
	r.Follow("Apri il FSE")
	r.Arrive("Elettronico aperto") // the page goes on by itself
}
