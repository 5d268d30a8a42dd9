package main

import (
	"fmt"
	"strings"
	"time"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/preload"
	"sportello/store"
)

// imports sees the pages of importazione. The lists come in beside the browser.
func (r *tour) imports() {
	who := r.importer("amministratore.asr")
	r.enter("amministratore.asr")
	r.open("/sportello/importazioni", "importazioni-vuote")
	r.follow("Carica e prova", "importazioni-senza-file")
	r.listed(who, "foto.csv", "PK\x03\x04", preload.Faulty)
	r.look("importazione-non-valida")
	id := r.listed(who, "residenti-vco.csv", residents(), preload.Tried)
	r.look("importazione-provata")
	r.Follow("Avvia l'importazione")
	r.until(who, id, preload.Finished)
	r.open("/sportello/importazioni/"+id, "importazione-conclusa")
	r.open("/sportello/importazioni", "importazioni")
}

// importer is an operator of the demo at work.
func (r *tour) importer(username string) (who preload.Who) {
	r.t.Helper()
	err := r.demo.store.Read(r.t.Context(), func(tx *store.Tx) error {
		o, err := tx.OperatorByUsername(username)
		if err != nil {
			return err
		}
		e, err := tx.Ente(o.Posts[0].Ente)
		who = preload.Who{Acting: office.Acting{Operator: *o, Ente: *e, Post: o.Posts[0], FreshAt: clock(), FreshFor: time.Hour}, Origin: audit.Origin{}}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return who
}

// residents are a list with something to say of some lines.
func residents() string {
	lines := []string{"codice_fiscale;cognome;nome;data_nascita;comune;cap;email;nota"}
	for i := range 40 {
		surname, birth := "Prova"+string(rune('a'+i%20)), fmt.Sprintf("19%d-03-1%d", 50+i, i%9)
		code := person.ComputeTaxCode(surname, "Ada", person.Date(birth), person.Female, "L746")
		cap := "10121"
		switch i % 8 {
		case 1:
			cap = ""
		case 2:
			code = code[:15] + "0"
		case 3:
			surname = "Altra"
		}
		lines = append(lines, fmt.Sprintf("%s;%s;Ada;%s;L219;%s;;", code, surname, birth, cap))
	}
	return strings.Join(append(lines, lines[5]), "\r\n")
}

// listed has a list tried, and opens its page.
func (r *tour) listed(who preload.Who, name, text, state string) (id string) {
	r.t.Helper()
	id, err := r.demo.preload.Receive(r.t.Context(), who, name, strings.NewReader(text))
	if err != nil {
		r.t.Fatal(err)
	}
	r.until(who, id, state)
	r.Go(r.base + "/sportello/importazioni/" + id)
	return id
}

// until works on imports until one has come so far.
func (r *tour) until(who preload.Who, id, state string) {
	r.t.Helper()
	for {
		_, _ = r.demo.preload.Step(r.t.Context()) // the program's own may be faster
		x, err := r.demo.preload.Progress(r.t.Context(), who, id)
		if err != nil {
			r.t.Fatal(err)
		}
		if x.State == state {
			return
		}
	}
}
