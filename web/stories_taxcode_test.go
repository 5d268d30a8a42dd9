package web

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
)

// omocode is a code that the Agenzia delle Entrate gives to one of two people who would have the same.
func (h *house) omocode(code person.TaxCode) person.TaxCode {
	h.Helper()
	first := string(code[:14]) + string("LMNPQRSTUV"[code[14]-'0'])
	for c := 'A'; c <= 'Z'; c++ {
		if found, err := person.ParseTaxCode(first + string(c)); err == nil {
			return found
		}
	}
	h.Fatal("no such code")
	return ""
}

// recode answers the form of Cambio codice fiscale.
func recode(code person.TaxCode, cause string) []string {
	return []string{"Codice fiscale nuovo", string(code), "Causa", cause, "Prova del codice nuovo", "Tessera sanitaria", "Motivo", "Nuova tessera ricevuta a casa",
		deVisu[0], "sì", "Archiviata la copia della prova", "sì"}
}

// The causes, as the form writes them.
const (
	byTheAgency = "L'Agenzia delle Entrate ha dato al cittadino un codice nuovo (omocodia, dati rettificati, codice definitivo al posto del provvisorio)"
	byMistake   = "Il codice registrato era sbagliato: non è mai stato del cittadino"
)

// Mission S9: a tax code can change. A responsabile writes the new one, the operation in progress goes on, both codes lead to the citizen.
func TestStoryCambioCodiceFiscale(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, other := h.residents()[0], h.residents()[1]
		fresh := h.omocode(x.TaxCode)
		clerk := h.clerk(t, "anna", asl)
		got := clerk.register(x)
		clerk.register(other)
		clerk.detail(x)
		clerk.misses("Cambio codice fiscale")

		carla := h.clerk(t, "carla", asl)
		carla.detail(x)
		carla.follow("Cambio codice fiscale")
		form := carla.page.Path
		if strings.Contains(form, string(x.TaxCode)) {
			t.Errorf("the address tells the code: %s", form)
		}
		carla.press("Prosegui")
		carla.reads("Codice fiscale nuovo: Campo obbligatorio", "Causa: Campo obbligatorio", "Archiviata la copia della prova: Serve la conferma")
		for typed, refusal := range map[person.TaxCode]string{
			x.TaxCode: "È il codice già registrato", other.TaxCode: "di un altro cittadino registrato", person.ComputeTaxCode("Rossi", "Carla", "1970-03-03", person.Female, "L219"): "È il codice dell'operatore", "PROVA": "16 caratteri"} {
			carla.press("Prosegui", recode(typed, byTheAgency)...)
			carla.reads(refusal, "Nuova tessera ricevuta a casa")
		}
		carla.press("Prosegui", recode(fresh, byTheAgency)...)
		carla.reads("Che cosa cambia", string(x.TaxCode), string(fresh))
		carla.press("Termina e aggiorna")
		carla.reads("Codice fiscale cambiato", string(fresh))
		carla.open(form)
		carla.reads("Codice fiscale cambiato") // pressed twice: nothing more

		was := x
		x.TaxCode = fresh
		carla.detail(x)
		carla.reads("Codice fiscale fino al", string(was.TaxCode))
		carla.detail(was) // the list finds both
		sent := h.letters(citizensMail)
		last := sent[len(sent)-1]
		if !strings.Contains(last.Subject, "codice fiscale") || strings.Contains(last.Text, string(fresh)) || strings.Contains(last.Text, string(was.TaxCode)) {
			t.Errorf("the citizen reads %q: %s", last.Subject, last.Text)
		}
		h.isAudited(audit.ChangeTaxCode, audit.ByOperator, 1)
		clerk.search(was) // nobody else can register under it
		clerk.reads("già")

		got.taxCode = string(fresh)
		h.home(x).activate(got, "giulia.b85")
		h.home(x).isStrong("giulia.b85", got.pin)
	})
}

// A code that was written wrong is free for whoever it belongs to, and no longer opens anything of the citizen's.
func TestStoryCodiceFiscaleSbagliato(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, owner := h.residents()[0], h.residents()[1]
		h.planted(x, registration.Verified, false, func(p *person.Person) { p.TaxCode = owner.TaxCode })
		carla := h.clerk(t, "carla", asl)
		wrong := x
		wrong.TaxCode = owner.TaxCode
		carla.detail(wrong)
		carla.follow("Cambio codice fiscale")
		carla.press("Prosegui", recode(x.TaxCode, byMistake)...)
		carla.press("Termina e aggiorna")
		carla.detail(x)
		carla.misses("Codice fiscale fino al")
		carla.register(owner)
	})
}

// Where the citizen is logged in they log in again, and read who changed the code.
func TestCambioCodiceFiscaleEndsSessions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	x := h.residents()[0]
	got := h.strongly(t, x, "giulia.b85")
	giulia := h.home(x)
	giulia.enter("giulia.b85", passwordOf("giulia.b85"), got.pin)
	carla := h.clerk(t, "carla", asl)
	carla.detail(x)
	carla.follow("Cambio codice fiscale")
	carla.press("Prosegui", recode(h.omocode(x.TaxCode), byTheAgency)...)
	carla.press("Termina e aggiorna")
	giulia.open("/area-personale")
	if !strings.HasPrefix(giulia.page.Path, "/accesso") {
		t.Errorf("still inside at %s", giulia.page.Path)
	}
	giulia.enter("giulia.b85", passwordOf("giulia.b85"), got.pin)
	giulia.open(seenPath)
	giulia.reads("Ha cambiato il tuo codice fiscale")
}

// The registry is asked whose the new code is: it says so, and never stands in the way but for somebody who died.
func TestCambioCodiceFiscaleAsksTheRegistry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	x, other := h.residents()[0], h.residents()[1]
	h.clerk(t, "anna", asl).register(x)
	carla := h.clerk(t, "carla", asl)
	carla.detail(x)
	carla.follow("Cambio codice fiscale")
	form := carla.page.Path
	typed := func(code person.TaxCode) []string {
		return append(recode(code, byTheAgency), "Perché il codice fiscale non corrisponde ai dati", "Dati rettificati, come dal certificato")
	}
	carla.press("Prosegui", recode(h.People.Deceased[0].TaxCode, byTheAgency)...)
	carla.press("Prosegui", typed(h.People.Deceased[0].TaxCode)...)
	carla.reads("indica come deceduta la persona che ha questo codice")
	carla.press("Prosegui", typed(other.TaxCode)...)
	carla.reads("CIA conosce il codice nuovo", "Valore diverso da quello letto in CIA con il codice nuovo: cognome")
	carla.open(form)
	h.Registry.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Down})
	h.Registry.SetFault(registry.AURA, simulator.Fault{Kind: simulator.Nonsense})
	carla.press("Prosegui", recode(h.omocode(x.TaxCode), byTheAgency)...)
	carla.reads("CIA non è disponibile", "AURA ha dato una risposta non utilizzabile", "decide la prova")
	carla.press("Termina e aggiorna")
	carla.reads("Codice fiscale cambiato")
	h.isAudited(audit.LookUp, audit.ByOperator, 4) // the registration's, and three
}

// Where the community asks for four eyes, one responsabile proposes the code and another confirms it (mission S9, S19).
func TestStoryCambioCodiceFiscaleInDue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.twoResponsabili()
	x := h.residents()[0]
	h.clerk(t, "anna", asl).register(x)
	fresh := h.omocode(x.TaxCode)
	carla, bruno := h.clerk(t, "carla", asl), h.clerk(t, "bruno", asl)
	carla.detail(x)
	carla.misses("Codice fiscale proposto")
	carla.follow("Cambio codice fiscale")
	carla.press("Prosegui", recode(fresh, byTheAgency)...)
	carla.reads("Serve un secondo responsabile", "Nuova tessera ricevuta a casa", "Tessera sanitaria")
	carla.press("Proponi il cambio")
	carla.reads("Cambio del codice fiscale proposto", "Non è ancora cambiato niente", string(x.TaxCode))
	carla.misses(string(fresh))
	carla.detail(x)
	carla.follow("Codice fiscale proposto")
	carla.reads("Carla Rossi", string(fresh))
	carla.misses("Conferma il cambio")

	bruno.open(workPath)
	bruno.reads("Codici fiscali da confermare", "Cambio codice fiscale")
	bruno.detail(x)
	bruno.reads("Un altro codice fiscale aspetta una conferma")
	bruno.follow("Codice fiscale proposto")
	at := bruno.page.Path
	if strings.Contains(at, string(fresh)) {
		t.Errorf("the address tells the code: %s", at)
	}
	bruno.press("Rifiuta la proposta")
	bruno.reads("Motivo: Campo obbligatorio")
	bruno.press("Conferma il cambio")
	bruno.reads("Serve la conferma")
	bruno.press("Conferma il cambio", "Visti il documento d'identità e la prova del codice nuovo, originali", "sì")
	bruno.reads("Codice fiscale cambiato", string(fresh))
	bruno.open(at)
	bruno.reads("La proposta non c'è più")
	h.isAudited(audit.ChangeTaxCode, audit.ByOperator, 1)
	h.isAudited(audit.ProposeTaxCode, audit.ByOperator, 1)
}

// twoResponsabili makes bruno one beside carla, in a community that asks for both.
func (h *house) twoResponsabili() {
	h.Helper()
	h.Desk.Communities = h.changedFiles("sistemapiemonte", "sistemapiemonte/community.toml", func(b []byte) []byte {
		return bytes.Replace(b, []byte("four_eyes = false"), []byte("four_eyes = true"), 1)
	})
	h.act(func(tx *store.Tx) error {
		bruno, err := tx.OperatorByUsername("bruno")
		h.must(err)
		bruno.Posts[0].Role = office.Supervisor
		return errors.Join(tx.SavePosts(bruno), tx.SaveOperator(bruno))
	})
}

// Nobody confirms what Carla proposed: after thirty days the list says so, the page sends back, and Carla proposes it anew (decisions/0033).
func TestALapsedProposal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.twoResponsabili()
	x := h.residents()[0]
	h.clerk(t, "anna", asl).register(x)
	carla := h.clerk(t, "carla", asl)
	carla.detail(x)
	carla.follow("Cambio codice fiscale")
	carla.press("Prosegui", recode(h.omocode(x.TaxCode), byTheAgency)...)
	carla.press("Proponi il cambio")
	at, _, _ := strings.Cut(carla.page.Path, "?")
	carla.open(workPath)
	carla.reads("Dopo 30 giorni la proposta scade")
	h.wait(desk.ProposalDays * 24 * time.Hour)
	h.must(h.Desk.Sweep(t.Context()))
	bruno := h.clerk(t, "bruno", asl)
	bruno.open(workPath)
	bruno.reads("Codici fiscali da confermare", "scaduta il", "non confermata")
	bruno.follow("Proporre di nuovo")
	bruno.reads("Cambio codice fiscale")
	bruno.open(at + proposalPath)
	bruno.reads("La proposta è scaduta", "proporlo di nuovo")
	h.isAudited(audit.ProposeTaxCode, audit.BySystem, 1)
}
