package web

import (
	"slices"
	"testing"
)

// 001 §5.3.2: the code is lost; the new one comes by letter and mail, the PIN stays, the old code is dead.
func TestStoryRigeneraCodice(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		old, giulia := clerk.register(x), h.home(x)
		got := h.clerk(t, "bruno", asl).renew(x, old)
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")
		giulia.refusesCodes(old)
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", old.pin)
		clerk.mayUse(x, "Modifica", "Prenota", "Recupero username")
	})
}

// 001 §5.3.1: the documents are more recent than the data; these are updated first.
func TestStoryRigeneraCodiceConDatiNuovi(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		old := clerk.register(x)
		clerk.find(x)
		clerk.follow("Rigenera codice attivazione")
		clerk.follow("aggiornarli con Modifica")
		clerk.press("Prosegui", deVisu[0], "sì", "Rilasciato da", "Comune di Asti")
		clerk.press("Termina e aggiorna")
		clerk.reads("Dati aggiornati")
		h.home(x).activate(clerk.renew(x, old), "giulia.b85")
	})
}

// 001 §5.3.2.1 Variante 1: without an e-mail address nothing is mailed, and the letter is always there.
func TestStoryRigeneraCodiceSenzaEmail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		clerk.search(x)
		clerk.fill("E-mail", "", "Il cittadino non ha un indirizzo e-mail", "sì")
		old := clerk.handOverOnPaper(x)

		clerk.find(x)
		clerk.follow("Rigenera codice attivazione")
		clerk.press("Rigenera codice", deVisu...)
		got := old
		got.code = h.grabbed(h.textOf(clerk.pressed("Stampa codice")), writtenCode)
		clerk.leave()
		giulia := h.home(x)
		giulia.refusesCodes(old)
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", old.pin)
		if h.letters(citizensMail); len(h.mails) != 0 {
			t.Errorf("%d mails, the first to %s", len(h.mails), h.mails[0].To.Address)
		}
	})
}

// 001 §5.5: Tizio came for the credentials, Caio for the PIN that was lost; what is changed is Caio's, of the operation in progress.
func TestStoryModificaDelega(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		people := h.residents()
		x, tizio, caio := people[0], people[1], people[2]
		giulia := h.home(x)
		giulia.activate(h.clerk(t, "anna", asl).register(x, byDelegate(tizio)...), "giulia.b85")
		clerk := h.clerk(t, "anna", asl)
		got := clerk.book(x, "Rigenera PIN", byDelegate(caio)...)

		clerk.find(x)
		clerk.follow("Modifica delega")
		for _, want := range [][2]string{{"Codice fiscale del cittadino", string(x.TaxCode)}, {"Tipo operazione", "Rigenera PIN"}, {"Codice fiscale del delegato", string(caio.TaxCode)}} {
			if got, locked := clerk.holds(want[0]); got != want[1] || !locked {
				t.Errorf("%s: %q, read only %v", want[0], got, locked)
			}
		}
		for _, want := range [][2]string{{"Nome del delegato", caio.Name}, {"Cognome del delegato", caio.Surname}, {"Numero documento identità del delegato", "YA1234567"}} {
			if got, locked := clerk.holds(want[0]); got != want[1] || locked {
				t.Errorf("%s: %q, read only %v", want[0], got, locked)
			}
		}
		clerk.press("Prosegui", "E-mail del delegato", "caio@esempio.it", "Telefono del delegato", "0115550100", "Numero documento identità del delegato", "YB7654321")
		clerk.reads("Confermare la modifica", "caio@esempio.it", "YB7654321")
		clerk.press("Conferma la modifica")
		clerk.reads("Menu iniziale", "Delega aggiornata")

		clerk.detail(x)
		clerk.reads("caio@esempio.it", "YB7654321", "Delegato: "+tizio.Surname+" "+tizio.Name, "Delegato: "+caio.Surname+" "+caio.Name)
		giulia.confirm(got, "Accetta e attiva il PIN")
		clerk.mayUse(x, "Modifica", "Prenota", "Recupero username")
	})
}

// holds is what the field with a label shows, and whether it is read only.
func (r *reader) holds(label string) (value string, locked bool) {
	r.Helper()
	id, ok := labelled(r.page.Selection, "label", label).First().Attr("for")
	field := r.page.Find("[id='" + id + "']").First()
	if !ok || field.Length() == 0 {
		r.Fatalf("%s has no field %q but %s", r.page.Path, label, labels(r.page.Selection, "label"))
	}
	_, locked = field.Attr("readonly")
	return field.AttrOr("value", ""), locked
}

// declared are the answers about a guardian, who brings the Dichiarazione sostitutiva of Allegato 6.
func declared(x resident) []string {
	return slices.Concat(byDelegate(x), []string{"Tipo delega", "Dichiarazione sostitutiva per conto di soggetti tutelati o impossibilitati alla firma", "A che titolo agisce", "Tutore",
		"Giudice che ha fatto la nomina", "Tribunale di Torino", "Numero del provvedimento", "77/2024", "Data del provvedimento", "2/3/2024", "Visto il provvedimento di nomina", "sì"})
}

// 001 §5.1.1 and Flusso 1: with the Modulo delega the citizen signs at home; with the Dichiarazione sostitutiva who represents them does.
func TestStoryDelega(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		people := h.residents()
		clerk, x, ward := h.clerk(t, "anna", asl), people[0], people[1]
		giulia := h.home(x)
		giulia.activate(clerk.register(x, byDelegate(people[2])...), "giulia.b85")
		h.lastMail("Una persona delegata")
		clerk.detail(x)
		clerk.reads("Modulo delega richiesta credenziali", people[2].Surname)

		tutor := h.home(ward)
		got := clerk.register(ward, declared(people[3])...)
		tutor.types(got)
		tutor.reads("Agisci per un'altra persona")
		tutor.press("Accetta e continua", theTerms...)
		tutor.reads("Conferma per chi agisci")
		tutor.press("Accetta e continua", slices.Concat(theTerms, []string{"Agisco per conto di " + ward.FullName() + ", come da dichiarazione firmata allo sportello", "sì"})...)
		tutor.press("Attiva le credenziali", credentialsOf("per.conto")...)
		tutor.reads("Le tue credenziali sono attive")
		clerk.sees(ward, "Attivo", "Sì", "Nessuna")
	})
}
