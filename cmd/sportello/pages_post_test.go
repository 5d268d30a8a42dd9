package main

import (
	"strings"
	"time"

	"sportello/office"
	"sportello/postal"
	"sportello/postroom"
	"sportello/store"
)

// post sees the pages of the letters that go by post: a run from beginning to end, letters in every state, what is typed wrongly.
func (r *tour) post() {
	r.enter("assistenza")
	r.open("/demo/tipografia", "tipografia-vuota")
	r.open("/sportello/posta", "posta")
	r.follow("Apri la lettera", "posta-senza-numero")
	r.open("/sportello/posta/rese", "lettere-rese")
	r.open(r.letter(postal.Returned), "lettera-resa")
	r.follow("Manda un PIN nuovo", "lettera-resa-errori")
	r.open(r.letter(postal.Sent), "lettera-inviata")
	r.follow("Registra la resa", "lettera-inviata-errori")
	r.open(r.letter(postal.Unfit), "lettera-da-correggere")
	r.Fill("Riga 1", strings.Repeat("LUNGO ", 9))
	r.follow("Salva l'indirizzo", "lettera-da-correggere-errori")
	r.open(r.letter(postal.Waiting), "lettera-da-stampare")
	r.lot()
	r.open(r.outcomes(), "esiti-delle-lettere")
}

// lot sees a run, which the program writes in the background.
func (r *tour) lot() {
	r.Go(r.base + "/sportello/posta")
	r.Follow("Prepara il lotto di " + r.demo.web.Communities[0].Name)
	address := strings.Split(strings.TrimPrefix(r.URL(), r.base), "?")[0]
	for !strings.Contains(r.Text("main"), "Da consegnare") {
		if err := r.demo.postroom.Step(r.t.Context()); err != nil {
			r.t.Fatal(err)
		}
		r.Go(r.base + address)
	}
	r.look("lotto-pronto")
	r.open("/demo/tipografia", "tipografia")
	r.Go(r.base + address)
	r.follow("Registra la consegna e distruggi i PIN", "lotto-consegnato")
}

// letter is the page of a letter of the demo in a state.
func (r *tour) letter(s postal.State) string {
	r.t.Helper()
	var list []*postal.Letter
	err := r.demo.store.Read(r.t.Context(), func(tx *store.Tx) (err error) {
		list, err = tx.LettersIn(r.demo.config.community, s, 1)
		return err
	})
	if err != nil || len(list) == 0 {
		r.t.Fatalf("no letter is %s, %v", s, err)
	}
	return "/sportello/posta/lettere/" + list[0].ID
}

// outcomes gives the printing house's list beside the browser, and is the page of what became of it.
func (r *tour) outcomes() string {
	r.t.Helper()
	var who postroom.Who
	err := r.demo.store.Read(r.t.Context(), func(tx *store.Tx) error {
		o, err := tx.OperatorByUsername("assistenza")
		if err != nil {
			return err
		}
		e, err := tx.Ente(o.Posts[0].Ente)
		who = postroom.Who{Acting: office.Acting{Operator: *o, Ente: *e, Post: o.Posts[0], FreshAt: clock(), FreshFor: time.Hour}}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	id, err := r.demo.postroom.Outcomes(r.t.Context(), who, strings.NewReader("lettera;esito;motivo\n123;resa;trasferito\n"))
	if err != nil {
		r.t.Fatal(err)
	}
	return "/sportello/posta/esiti/" + id
}
