package web

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sportello/audit"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry/simulator"
	"sportello/store"
)

// Mission S19: the code is masked; who may reads it once, with a reason, never beside the PIN.
func TestRevealCode(t *testing.T) {
	h := newHouse(t)
	clerk, carla := h.login(t, "bruno"), h.login(t, "carla")
	at := clerk.register(h.People.CIA[0]).Path
	number := strings.Split(at, "/")[3]
	detail := "/sportello/gestione/" + number + "/dettaglio"
	const form = "form[action$='/codice-letto']"

	if p := h.login(t, "anna").get(detail); p.Find(form).Length() != 0 {
		t.Error("a clerk is offered to read the code")
	}
	p := carla.get(detail)
	p.has(t, "•••• •••• ••••, vale fino al")
	checkPage(t, "detail", p.Document)
	if bad := carla.submit(p, form, "motivo-lettura", " "); bad.Status != 422 || bad.Find("#motivo-lettura-errore").Length() != 1 || bad.Find("details[open]").Length() != 1 {
		t.Errorf("without a reason: %d", bad.Status)
	}
	if bad := carla.submit(p, form, "motivo-lettura", strings.Repeat("è", 201)); bad.Status != 422 || !strings.Contains(bad.Find("#motivo-lettura").Text(), "èè") {
		t.Errorf("a long reason: %d", bad.Status)
	}
	read := carla.submit(p, form, "motivo-lettura", "Il cittadino è al telefono")
	checkPage(t, "revealed", read.Document)
	code := read.Find(".numero").Text()
	if read.Status != 200 || len(code) != 14 || read.Header.Get("Cache-Control") != "no-store" || strings.Contains(read.said(), "PIN:") {
		t.Fatalf("%d %q: %s", read.Status, code, read.said())
	}
	if strings.Contains(string(carla.get(detail).Body), code) {
		t.Error("the detail shows the code")
	}
	reasons := 0
	h.must(h.Desk.Store.Audit(t.Context(), audit.Filter{Deed: audit.RevealCode, Outcome: audit.Done}, func(r audit.Record) error {
		reasons++
		if r.Reason != "Il cittadino è al telefono" || r.Operation == "" || r.PersonMAC == "" || strings.Contains(fmt.Sprint(r), code) {
			t.Errorf("recorded %v", r)
		}
		return nil
	}))
	if reasons != 1 {
		t.Errorf("%d readings recorded", reasons)
	}
	clerk.post(at + "/pin")
	clerk.post(at + "/riepilogo")
	clerk.post(at + "/fine")
	if p := carla.post("/sportello/gestione/"+number+"/codice-letto", "motivo-lettura", "ancora"); p.Status != 410 {
		t.Errorf("after the end of the desk: %d", p.Status)
	}
	carla.get(detail).has(t, "Lettera con il PIN: 1 volta, il 23 novembre 2026", "Riepilogo: 1 volta", "Letto da CIA il 23 novembre 2026")
}

// 001 Tabella 1 and §4.2.1: what each state offers, in list and detail.
func TestCasesOffer(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	people := h.People.CIA
	i := 0
	for _, x := range []struct {
		state  registration.State
		strong bool
		kind   registration.Kind // in progress
		offers string
		books  string
	}{
		{registration.Registered, false, "", "Modifica, Prenota", "Riscontro forte, Revoca"},
		{registration.Registered, false, registration.Revocation, "Modifica, Prenota, Rigenera codice attivazione, Modifica delega", "Riscontro forte, Revoca"},
		{registration.Verified, false, "", "Modifica, Prenota, Rigenera codice attivazione", "Riscontro forte, Revoca"},
		{registration.Verified, false, registration.StrongVerification, "Modifica, Prenota, Rigenera codice attivazione, Modifica delega", "Riscontro forte, Revoca"},
		{registration.Verified, true, registration.StrongVerification, "Modifica, Prenota, Rigenera codice attivazione, Modifica delega", "Riscontro forte, Revoca"},
		{registration.Active, false, "", "Modifica, Prenota", "Promozione, Reset, Revoca"},
		{registration.Active, true, registration.NewPIN, "Modifica, Prenota, Rigenera codice attivazione, Modifica delega", "Rigenera PIN, Reset, Revoca"},
		{registration.Rejected, false, "", "", ""},
	} {
		number := h.archive(people[i:i+1], x.state, x.strong)[0]
		i++
		if x.kind != "" {
			h.act(func(tx *store.Tx) error {
				r, err := tx.RegistrationByNumber(number)
				h.must(err)
				return tx.AddOperation(&registration.Operation{ID: "op" + string(number), Registration: r.ID, Kind: x.kind, Outcome: registration.Pending, BookedAt: tx.Now,
					Operator: "carla", Ente: "asl", ConcludedAt: tx.Now})
			})
		}
		name := fmt.Sprintf("%s %v %s", x.state, x.strong, x.kind)
		p := c.post("/sportello/gestione", "numero", string(number))
		var offered []string
		for _, a := range actionTable {
			if p.Find("td a[href='"+actionPath(number, a.path)+"']").Length() == 1 {
				offered = append(offered, a.label)
			}
		}
		if got := strings.Join(offered, ", "); got != x.offers {
			t.Errorf("%s: the list offers %q, want %q", name, got, x.offers)
		}
		if off := p.Find(".non-disponibile").Length(); off != len(actionTable)-len(offered) {
			t.Errorf("%s: %d shown as not available", name, off)
		}
		p = c.get(detailPath(number))
		var books []string
		for _, h4 := range p.Find(".operazioni h4").EachIter() {
			books = append(books, strings.TrimPrefix(h4.Text(), "Prenota: "))
		}
		if got := strings.Join(books, ", "); got != x.books {
			t.Errorf("%s: the panel books %q, want %q", name, got, x.books)
		}
		if p.Find(".qui").Length() != 1 {
			t.Errorf("%s: the diagram marks %d states", name, p.Find(".qui").Length())
		}
	}
}

// Every situation that the table of operations knows has its box, and the boxes do not lie on each other.
func TestDiagram(t *testing.T) {
	for _, way := range steps {
		if nodeAt(way.from) == nodeAt(way.to) {
			t.Errorf("%v leads nowhere", way)
		}
	}
	d := diagramOf(situation{registration.Verified, false})
	if want := "Adesso: riscontrato, forte No. Può diventare: attivo forte Sì; attivo forte No. La revoca, completata a casa, cancella la pratica."; d.Said != want {
		t.Errorf("said %q", d.Said)
	}
	if !slices.Contains(steps, step{situation{registration.Active, false}, situation{registration.Active, true}}) {
		t.Error("a promotion leads nowhere")
	}
}

// G10: who lives elsewhere is found only by name of the person, and nothing is offered but the way to change residence first.
func TestOutsideCompetence(t *testing.T) {
	h := newHouse(t)
	x := h.People.CIA[0]
	x.Residence.Province, x.Residence.Comune = "MI", "F205"
	n := h.archive(append(h.People.CIA[:0:0], x), registration.Active, false)[0]
	p := h.login(t, "anna").post("/sportello/gestione", "codice-fiscale", string(x.TaxCode))
	p.has(t, "Fuori competenza", "Residente fuori competenza: prima Cambio residenza")
	if p.Find("td a[href^='"+actionPath(n, "")+"']").Length() != 1 { // the detail alone
		t.Errorf("offered: %s", p.said())
	}
	if (office.Competence{Provinces: []string{"TO"}}).Has("MI", "F205") {
		t.Error("the test is about nothing")
	}
}

// 001 Allegato 7: a residence abroad shows city and nation in place of province and comune, another document its kind.
func TestDetailVariants(t *testing.T) {
	h := newHouse(t)
	x := h.People.CIA[0]
	x.Residence = person.Residence{Address: "Rue de la Paix", Number: "3", Province: person.AbroadProvince, Comune: person.AbroadComune, City: "Lione", Nation: "Francia"}
	x.Document = person.Document{Kind: person.Passport, Number: "YA1234567", IssuedOn: "2021-05-04", ExpiresOn: "2031-05-03", Issuer: "Questura di Torino"}
	x.Domicile = person.Domicile{Elsewhere: true, CareOf: "Rossi", Address: "Via Po", Number: "1", Province: "TO", Comune: "L219", PostalCode: "10124"}
	n := h.archive([]simulator.Person{x}, registration.Registered, false)[0]
	c := h.login(t, "anna")
	p := c.get(detailPath(n))
	p.has(t, "CittàLione", "NazioneFrancia", "Tipologia altro documentoPassaporto", "Numero altro documentoYA1234567", "Rilasciato daQuestura di Torino",
		"C/O pressoRossi", "Comune domicilioTorino", "Codice di attivazioneNessuno in corso")
	if strings.Contains(p.said(), "Provincia residenza") || strings.Contains(p.said(), "Numero carta identità") {
		t.Error("the other variant is shown too")
	}
	checkPage(t, "abroad", p.Document)
	c.get("/sportello/gestione/"+string(n)).has(t, "Lione, Francia")
}
