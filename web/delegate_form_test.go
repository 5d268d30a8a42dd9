package web

import (
	"slices"
	"strings"
	"testing"

	"sportello/mail"
	"sportello/registry/simulator"
)

// delegated are the answers about somebody who comes instead of the citizen, with the papers in order.
func delegated(x simulator.Person, change ...string) []string {
	day, month, year := x.BirthDate.Parts()
	return append([]string{"delega", "si", "delega-tipo", "modulo delega", "delegato-nome", x.Name, "delegato-cognome", x.Surname, "delegato-codice-fiscale", string(x.TaxCode),
		"delegato-nascita-giorno", day, "delegato-nascita-mese", month, "delegato-nascita-anno", year, "delegato-sesso", string(x.Sex), "delegato-documento-tipo", "passaporto",
		"delegato-documento-numero", "YA1234567", "delegato-documento-rilascio-giorno", "4", "delegato-documento-rilascio-mese", "5", "delegato-documento-rilascio-anno", "2021",
		"delegato-documento-scadenza-giorno", "3", "delegato-documento-scadenza-mese", "5", "delegato-documento-scadenza-anno", "2031", "delegato-documento-ente", "Questura di Torino",
		"delega-originale", "si", "delega-visto-documento", "si", "delega-copia-cittadino", "si", "copie-archiviate", "si"}, change...)
}

// numberIn is the registration number in the address of a page.
func numberIn(p *shown) string { return strings.Split(p.Path, "/")[3] }

// A guardian registers a protected adult: each answer that the law wants is asked for, kept and shown (J02, J04); the citizen is told by mail.
func TestGuardianStory(t *testing.T) {
	h := newHouse(t)
	c, citizen, guardian := h.login(t, "anna"), h.People.CIA[0], h.People.CIA[1]
	form := c.search(citizen)
	if !form.Find("#sez-delega .solo-se-nomina #nomina-giudice").Is("input") || form.Find("#delega-motivo").Length() > 0 {
		t.Error("the questions about the appointment are not where the stylesheet hides them")
	}
	p := c.submit(form, theForm, answers(delegated(guardian, "delega-tipo", "dichiarazione sostitutiva")...)...)
	p.has(t, "Errore", "A che titolo agisce")
	p = c.submit(form, theForm, answers(delegated(guardian, "delega-tipo", "dichiarazione sostitutiva", "delega-titolo", "tutore",
		"nomina-scadenza-giorno", "1", "nomina-scadenza-mese", "1", "nomina-scadenza-anno", "2026")...)...)
	for _, id := range []string{"nomina-giudice", "nomina-numero", "nomina-data", "delega-visto-provvedimento"} {
		if p.Find("#"+id+"-errore").Length() == 0 {
			t.Errorf("nothing is said at %s", id)
		}
	}
	if p.Find("#delega-impedimento-errore").Length() > 0 {
		t.Error("a guardian is asked for the citizen's illness")
	}
	checkPage(t, "declaration", p.Document)
	appointed := answers(delegated(guardian, "delega-tipo", "dichiarazione sostitutiva", "delega-titolo", "tutore", "nomina-giudice", "Tribunale di Torino", "nomina-numero", "77/2024",
		"nomina-data-giorno", "2", "nomina-data-mese", "3", "nomina-data-anno", "2024", "delega-visto-provvedimento", "si")...)
	p = c.submit(form, theForm, append(slices.Clone(appointed), "nomina-scadenza-giorno", "22", "nomina-scadenza-mese", "11", "nomina-scadenza-anno", "2026")...)
	p.has(t, "La nomina è scaduta")
	p = c.submit(form, theForm, appointed...)
	p.has(t, "Tutore", "Tribunale di Torino", "77/2024", "2 marzo 2024")
	p = c.submit(p, theForm)
	at := p.Path
	c.post(at + "/pin")
	c.post(at + "/riepilogo")
	c.post(at + "/fine")
	c.get("/sportello/gestione/"+numberIn(p)+"/dettaglio").has(t, "Tutore", "77/2024", "Senza scadenza", "Visto il documento del delegato")
	subjects := 0
	for _, m := range h.letters("giulia.bianchi@esempio.it") {
		if strings.Contains(m.Subject, "delegata") {
			subjects++
		}
		if strings.Contains(m.Text, guardian.Surname) || strings.Contains(m.Text, string(citizen.TaxCode)) {
			t.Error("the mail tells who came, or whose code it is")
		}
	}
	if subjects != 1 {
		t.Errorf("%s was mailed %d times", mail.DelegateCollected, subjects)
	}
}

// A relative declares the illness, and that who comes first in the law's order is not there (J03).
func TestRelativeStory(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	form := c.search(h.People.CIA[0])
	child := delegated(h.People.CIA[1], "delega-tipo", "dichiarazione sostitutiva", "delega-titolo", "figlio")
	p := c.submit(form, theForm, answers(append(child, "delega-impedimento", "si")...)...)
	p.has(t, "chi viene prima")
	if p.Find("#delega-nessuno-prima-errore").Length() != 1 || p.Find("#nomina-giudice-errore").Length() != 0 {
		t.Error("a child is not asked about the spouse, or is asked about a court")
	}
	p = c.submit(form, theForm, answers(append(child, "delega-impedimento", "si", "delega-nessuno-prima", "si")...)...)
	p.has(t, "Figlio o figlia", "impedimento temporaneo di salute")
}

// A third citizen of the same delegate within a year: the clerk reads whom to call, the responsabile writes why (mission J05, limits).
func TestHabitualDelegateStory(t *testing.T) {
	h := newHouse(t)
	clerk, tizio := h.login(t, "bruno"), h.People.CIA[7]
	for _, x := range h.People.CIA[:2] {
		at := clerk.register(x, delegated(tizio)...).Path
		clerk.post(at + "/pin")
		clerk.post(at + "/riepilogo")
		clerk.post(at + "/fine")
	}
	clerk.submit(clerk.search(h.People.CIA[2]), theForm, answers(delegated(tizio)...)...).has(t, "serve un responsabile", "Carla Rossi")
	carla := h.login(t, "carla")
	form := carla.search(h.People.CIA[2])
	p := carla.submit(form, theForm, answers(delegated(tizio)...)...)
	if p.Find("#delega-motivo-errore").Length() != 1 {
		t.Fatalf("the responsabile is not asked why: %s", p.said())
	}
	checkPage(t, "habitual", p.Document)
	p = carla.submit(p, theForm, "delega-motivo", "Assistente sociale del comune")
	p.has(t, "Assistente sociale del comune")
	if p = carla.submit(p, theForm); !strings.HasSuffix(p.Path, "/stampe") {
		t.Errorf("ended at %s: %s", p.Path, p.said())
	}
}
