package web

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"sportello/community"
	"sportello/office"
	"sportello/store"
)

// The addresses of the other portals of the house.
const (
	torinofacileHost = "torinofacile.example"
	trentinoHost     = "trentino.example"
	genovaHost       = "genova.example"
)

// openPortals gives communities an address of their own, and Torino and Trento an ente that works for it.
func (h *house) openPortals(ids map[community.ID]string) {
	h.Helper()
	for id, host := range ids {
		of, ok := h.Desk.Communities.ByID(id)
		if !ok {
			h.Fatalf("no community %s", id)
		}
		atHome, entry := *h.Citizen, *h.Access
		atHome.Realm, entry.Realm = of.Realm, of.Realm
		h.Portals = append(h.Portals, Portal{Address: &url.URL{Scheme: "http", Host: host}, Communities: append([]community.Community{of}, others(h.Desk.Communities, of)...),
			Citizen: &atHome, Access: &entry})
	}
	h.act(func(tx *store.Tx) error {
		if err := tx.AddEnte(&office.Ente{ID: "torino", Name: "Anagrafe di Torino", Community: "torinofacile", Realm: "sistemapiemonte", Issues: office.IssuesWeak,
			Competence: office.Competence{Comuni: []string{"L219"}}}); err != nil {
			return err
		}
		bruno, err := tx.Operator("bruno")
		if err != nil {
			return err
		}
		h.secrets["tea"] = h.secrets["bruno"]
		tea := office.Operator{ID: "tea", Username: "tea", TaxCode: "TSTTEA80A41L219U", Surname: "Testa", Name: "Tea", Password: bruno.Password,
			Posts: []office.Post{{Ente: "torino", Role: office.Clerk}}}
		h.secrets["tino"] = h.secrets["carla"]
		tino := office.Operator{ID: "tino", Username: "tino", TaxCode: "TSTTNI80A01L219Q", Surname: "Testa", Name: "Tino", Password: bruno.Password,
			Posts: []office.Post{{Ente: "trento", Role: office.Clerk}}}
		return errors.Join(tx.AddEnte(&office.Ente{ID: "trento", Name: "Distretto di Trento", Community: "trentino", Realm: "trentino", Issues: office.IssuesStrong,
			Competence: office.Competence{Comuni: []string{"L219"}}}),
			tx.AddOperator(&tea), h.Access.KeepSecondFactor(tx, "tea", h.secrets["tea"], 0), tx.AddOperator(&tino), h.Access.KeepSecondFactor(tx, "tino", h.secrets["tino"], 0))
	})
	h.server.Config.Handler = h.Handler()
}

// homeAt is a citizen at the portal of a host.
func (h *house) homeAt(host string, x resident) *home {
	m := h.home(x)
	m.host = host
	return m
}

// 000, mission S9, A09, A10: a citizen of Torino goes from the first page of Torinofacile to the desk, activates at home, logs in there and at
// Sistema Piemonte with the same credentials, and learns that the health services ask for more.
func TestStoryTorinofacile(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.openPortals(map[community.ID]string{"torinofacile": torinofacileHost})
		x := h.residents()[0]
		m := h.homeAt(torinofacileHost, x)
		m.open("/")
		m.reads("Città di Torino")
		m.follow("Come registrarsi, passo per passo")
		m.reads("Vai a uno sportello.", "PIN", "SPID")

		clerk := h.clerk(t, "tea", "Anagrafe di Torino")
		clerk.search(x)
		clerk.fill()
		got := clerk.handOver(x)

		m.activate(got, "torinese.uno")
		m.reads("Le tue credenziali sono attive", "Città di Torino", "Anagrafe di Torino")
		for _, host := range []string{torinofacileHost, ""} {
			in := h.homeAt(host, x)
			in.open("/verifica-credenziali")
			in.press("Entra", "Username", "torinese.uno", "Password", passwordOf("torinese.uno"))
			in.press("Conferma", "PIN", got.pin)
			in.reads("No, le tue credenziali sono deboli", "Bollo auto", "Ritiro dei referti", "Vai a uno sportello abilitato con un documento valido e la tessera sanitaria.")
		}
		h.act(func(tx *store.Tx) error { // her mailbox is of a service that has closed since
			p, err := tx.PersonByTaxCode("sistemapiemonte", x.TaxCode)
			if err != nil {
				return err
			}
			p.Contacts.Email = "torinese@postacertificata.gov.it"
			return tx.SavePerson(p)
		})
		in := h.homeAt(torinofacileHost, x)
		in.open("/accesso")
		in.press("Entra", "Username", "torinese.uno", "Password", passwordOf("torinese.uno"))
		in.reads("La tua area personale", "Indica un altro indirizzo e-mail")
	})
}

// 002: who comes to the portal of Trentino finds the card and SPID, and how to get them; no username opens anything there (S9).
func TestStoryTrentino(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.openPortals(map[community.ID]string{"trentino": trentinoHost})
		x := h.residents()[0]
		m := h.homeAt(trentinoHost, x)
		m.open("/")
		m.reads("Provincia autonoma di Trento", "Carta nazionale dei servizi (CNS)", "SPID", "In arrivo:")
		m.follow("Come si ottiene")
		m.reads("Come attivo la Carta provinciale dei servizi", "prima parte di PIN, PUK e CIP")
		m.follow("Aiuto")
		m.reads("PIN bloccato, PUK bloccato", "Che cos'è SPID")
		m.follow("Assistenza")
		m.reads("dal lunedì al venerdì dalle 8 alle 17", "per la carta il suo numero e la scadenza, mai il PIN")
		if p := m.post("/accesso", "username", "torinese.uno", "password", "qualunque cosa"); p.Status != 410 || !strings.Contains(p.said(), "Questo portale non rilascia username e password") {
			t.Errorf("log-in at Trentino: %d %s", p.Status, p.said())
		}
		clerk := h.clerk(t, "tino", "Distretto di Trento")
		clerk.search(x)
		clerk.reads("Community senza credenziali proprie", "Indicare al cittadino SPID, CIE o CNS.")
		if clerk.page.Status != 410 {
			t.Errorf("registration for Trentino: %d", clerk.page.Status)
		}
	})
}

// 004: who comes to Genova with the old credentials learns that they ended on 22 May 2017, how to get SPID, who knows of its state, and how to
// save the messages of the mailbox that closes.
func TestStoryGenova(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		h.openPortals(map[community.ID]string{"genova": genovaHost})
		m := h.homeAt(genovaHost, h.residents()[0])
		m.open("/accesso")
		m.reads("Le credenziali rilasciate qui non valgono più dal 22 maggio 2017", "SPID")
		m.follow("Come si ottiene")
		m.reads("Che cos'è SPID e come si ottiene", "secondo")
		m.follow("A che punto è la mia domanda di SPID, o perché SPID non funziona")
		m.reads("Lo sa soltanto il gestore")
		m.follow("Aiuto")
		m.follow("Come salvo i messaggi della casella PEC che chiude")
		m.reads("porta 993", "ricevute di accettazione e di consegna")
		if p := m.post("/attivazione", "codice-fiscale", "RSSMRA80A01H501U", "codice-attivazione", "AAAA-AAAA-AAAA", "pin", "AAAA-AAAA"); p.Status != 410 {
			t.Errorf("activation at Genova: %d", p.Status)
		}
	})
}
