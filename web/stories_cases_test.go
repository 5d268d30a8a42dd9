package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// planted puts a citizen into the database in a state that no desk brings about: preregistered, imported, rejected.
func (h *house) planted(x resident, state registration.State, strong bool, change ...func(*person.Person)) {
	h.Helper()
	number, err := registration.DrawNumber(rand.Reader)
	h.must(err)
	p := x.Person.Person
	p.ID, p.Contacts = person.ID("p-"+number), person.Contacts{Email: citizensMail}
	p.Document = person.Document{Kind: person.IdentityCard, Number: "CA12345AA", IssuedOn: "2020-03-12", ExpiresOn: "2030-03-12", Issuer: "Comune di Torino"}
	for _, c := range change {
		c(&p)
	}
	h.act(func(tx *store.Tx) error {
		return errors.Join(tx.AddPerson(&store.Person{Realm: "sistemapiemonte", Person: p}),
			tx.AddRegistration(&registration.Registration{ID: "r-" + string(number), Number: number, Person: p.ID, Realm: "sistemapiemonte", Community: "sistemapiemonte",
				State: state, Strong: strong, CreatedAt: tx.Now}))
	})
}

// 001 §4.2.1 Caso 1, and the page that explains it.
func TestStoryCaso1(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, other := h.residents()[0], h.residents()[1]
		h.planted(x, registration.Registered, false)
		h.planted(other, registration.Registered, false)
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.sees(x, "Registrato", "No", "Nessuna")
		clerk.mayUse(x, "Modifica", "Prenota")
		clerk.mayBook(x, "Riscontro forte", "Revoca")
		clerk.detail(x)
		clerk.reads("Caso 1", "Preregistrazione online")

		got := clerk.book(x, "Riscontro forte")
		clerk.sees(x, "Riscontrato", "No", "Riscontro forte")
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", got.pin)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")

		revocation := clerk.bookRevocation(other, byDelegate(x)...)
		clerk.sees(other, "Registrato", "No", "Revoca")
		clerk.mayUse(other, "Modifica", "Prenota", "Rigenera codice attivazione", "Modifica delega") // the code of a revoca can be lost too (mission S1)
		h.home(other).revoke(revocation)
	})
}

// 001 §4.2.1 Caso 2: a new PIN by Riscontro forte, a new code by Rigenera codice attivazione, and Revoca.
func TestStoryCaso2(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, other := h.residents()[0], h.residents()[1]
		at := h.clerk(t, "carla", comune)
		got := at.register(x)
		at.register(other)
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.sees(x, "Riscontrato", "No", "Riscontro")
		clerk.mayUse(x, "Modifica", "Prenota", "Rigenera codice attivazione", "Modifica delega")
		clerk.mayBook(x, "Riscontro forte", "Revoca")
		clerk.detail(x)
		clerk.reads("Caso 2", "Sportello comunale")

		renewed := clerk.renew(x, got)
		giulia.refusesCodes(got)
		lost := clerk.book(x, "Riscontro forte")
		giulia.refusesCodes(renewed)
		giulia.activate(lost, "giulia.b85")
		giulia.isStrong("giulia.b85", lost.pin)

		h.home(other).revoke(clerk.bookRevocation(other))
	})
}

// 001 §4.2.1 Caso 3: riscontrato and strong, as old archives have it.
func TestStoryCaso3(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, other := h.residents()[0], h.residents()[1]
		h.planted(x, registration.Verified, true)
		h.planted(other, registration.Verified, true)
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.sees(x, "Riscontrato", "Sì", "Nessuna")
		clerk.mayBook(x, "Riscontro forte", "Revoca")
		clerk.detail(x)
		clerk.reads("Caso 3", "Non nascono più pratiche in questo stato")

		got := clerk.renew(x, clerk.book(x, "Riscontro forte"))
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", got.pin)
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
		h.home(other).revoke(clerk.bookRevocation(other))
	})
}

// 001 §4.2.1 Caso 4: Promozione and Reset have their stories; here are the table, the new code of a Promozione, and Revoca.
func TestStoryCaso4(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.weakly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.mayUse(x, "Modifica", "Prenota", "Recupero username")
		clerk.mayBook(x, "Promozione", "Reset", "Revoca")
		clerk.detail(x)
		clerk.reads("Caso 4")
		old := clerk.book(x, "Promozione")
		clerk.mayUse(x, "Modifica", "Prenota", "Rigenera codice attivazione", "Modifica delega", "Recupero username")
		got := clerk.renew(x, old)
		giulia.refusesCodes(old)
		giulia.confirm(got, "Accetta e promuovi le credenziali")
		giulia.isStrong("giulia.b85", got.pin)
	})
}

// 001 §4.2.1 Caso 5: the table, and the new code of a Rigenera PIN; Reset, Rigenera PIN and Revoca have their stories.
func TestStoryCaso5(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.strongly(t, x, "giulia.b85")
		clerk, giulia := h.clerk(t, "anna", asl), h.home(x)
		clerk.mayBook(x, "Rigenera PIN", "Reset", "Revoca")
		clerk.detail(x)
		clerk.reads("Caso 5")
		got := clerk.renew(x, clerk.book(x, "Rigenera PIN"))
		giulia.confirm(got, "Accetta e attiva il PIN")
		giulia.isStrong("giulia.b85", got.pin)
	})
}

// 001 Tabella 1: of a respinto only search and detail; registrato and strong, of old archives, can only be revoked.
func TestStoryRespinto(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, other := h.residents()[0], h.residents()[1]
		h.planted(x, registration.Rejected, false)
		h.planted(other, registration.Registered, true)
		clerk := h.clerk(t, "anna", asl)
		clerk.mayUse(x)
		clerk.detail(x)
		clerk.reads("Respinto")
		clerk.mayBook(other, "Revoca")
	})
}

// Riscontrato and strong, registrato and strong, as an old archive has them: they come by a list alone, with what Tabella 1 and Tabella Elenco
// Operazioni leave them (mission S2).
func TestStoryVecchioArchivio(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		seen, unseen := h.residents()[0], h.residents()[1]
		pin, err := credential.Draw(h.Communities[0].Codes.PIN, h.Rand)
		h.must(err)
		line := func(x resident, stato, pin string) string {
			return fmt.Sprintf("%s;%s;%s;%s;L219;10122;Via Po;1;passaporto;YA1234567;2021-05-04;2031-05-03;Questura di Torino;%s;%s;sì;%s\n", x.TaxCode, x.Surname, x.Name, x.BirthDate, citizensMail, stato, pin)
		}
		list := "codice_fiscale;cognome;nome;data_nascita;comune;cap;indirizzo;civico;documento_tipo;documento_numero;documento_rilascio;documento_scadenza;documento_ente;email;stato;forte;pin\n"
		fulvio := h.clerk(t, "fulvio", asl)
		fulvio.page = fulvio.client.upload("archivio.csv", list+line(seen, "", pin)+line(unseen, "registrato", "")+line(h.residents()[2], "registrato", pin))
		at := fulvio.page.Path
		h.background()
		fulvio.open(at)
		fulvio.reads("Importata forte, dal vecchio archivio", "allo sportello si può solo revocare", "Chi è solo registrato non ha ancora PIN né riscontro")
		fulvio.press("Avvia l'importazione")
		h.background()

		clerk, giulia := h.clerk(t, "anna", asl), h.home(seen)
		clerk.sees(seen, "Riscontrato", "Sì", "Riscontro forte")
		clerk.mayBook(seen, "Riscontro forte", "Revoca")
		clerk.sees(unseen, "Registrato", "Sì", "Nessuna")
		clerk.mayBook(unseen, "Revoca")

		giulia.activate(clerk.renew(seen, papers{taxCode: string(seen.TaxCode), pin: pin}), "giulia.b85")
		giulia.isStrong("giulia.b85", pin)
		clerk.sees(seen, "Attivo", "Sì", "Nessuna")
	})
}
