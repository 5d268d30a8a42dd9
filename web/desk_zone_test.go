package web

import (
	"strings"
	"testing"
)

const (
	italianCard = "C<ITACA00000AA4<<<<<<<<<<<<<<<\n6412308F2212304ITA<<<<<<<<<<<0\nROSSI<<BIANCA<<<<<<<<<<<<<<<<<"
	passport    = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
)

// value is what a field of the form holds.
func (p *shown) value(id string) string { return p.Find("#"+id).AttrOr("value", "") }

// The operator reads the card with a reader instead of typing: number and expiry are written, the person only where nothing stood.
func TestMachineReadableZone(t *testing.T) {
	h := newHouse(t)
	c := h.login(t, "anna")
	at := c.search(h.People.Neither[0]).Path
	p := c.post(at, "azione", "leggi-zona", "zona", italianCard, "nome", "Carla", "indirizzo", "Via Po")
	for id, want := range map[string]string{"ci-numero": "CA00000AA", "ci-scadenza-giorno": "30", "ci-scadenza-anno": "2022", "cognome": "Rossi", "nome": "Carla", "nascita-anno": "1964", "indirizzo": "Via Po"} {
		if got := p.value(id); got != want {
			t.Errorf("%s is %q, want %q", id, got, want)
		}
	}
	if p.Find("#sesso-F[checked]").Length() != 1 || strings.TrimSpace(p.Find("#zona").Text()) != "" {
		t.Error("sex not chosen, or the zone left in the form")
	}
	p.has(t, "Diverso da quanto letto nel documento: Bianca.")
	if again := c.get(at); again.value("ci-numero") != "CA00000AA" {
		t.Error("what was read is lost when the page is opened again")
	}

	p = c.post(at, "azione", "leggi-zona", "zona", passport, "community", "sistemapiemonte")
	if p.Find("#documento-altro[checked]").Length() != 1 || p.value("altro-numero") != "L898902C3" || p.Find("#altro-tipo option[selected]").AttrOr("value", "") != "passaporto" {
		t.Error("the passport is not in the block of the other documents")
	}
	for zone, want := range map[string]string{"C<ITA": "copiare tutte le righe", strings.Replace(italianCard, "641230", "641231", 1): "letto male", "": "copiare tutte le righe"} {
		p = c.post(at, "azione", "leggi-zona", "zona", zone, "cognome", "Verdi")
		p.has(t, want)
		if p.value("cognome") != "Verdi" || strings.TrimSpace(p.Find("#zona").Text()) != strings.TrimSpace(zone) {
			t.Errorf("%q: what was typed is lost", zone)
		}
	}
}
