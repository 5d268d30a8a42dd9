package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"sportello/audit"
	"sportello/community"
	"sportello/mail/inbound"
	"sportello/mail/inbound/simulator"
	"sportello/office"
	"sportello/store"
)

// helpMailbox is the mailbox of the helpdesk, on a server inside the test.
func (h *house) helpMailbox() (*simulator.Server, *inbound.Mailbox) {
	h.Helper()
	server, err := simulator.Open(nil)
	h.must(err)
	h.Cleanup(func() { server.Close() })
	return server, &inbound.Mailbox{Address: server.Address(), Username: simulator.Username, Password: simulator.Password, AuthServer: "mx.esempio.it"}
}

func (h *house) own() community.Community {
	own, _ := h.Desk.Communities.ByID("sistemapiemonte")
	return own
}

// wrote is a mail of somebody who gives their data as 001 §5.3.1 asks.
func wrote(from string, x resident, number string) string {
	return fmt.Sprintf("Received: from mittente by mx.esempio.it\nFrom: <%s>\nTo: assistenza@sistemapiemonte.example\nSubject: codice di attivazione\nMessage-ID: <%s@posta.example>\n\n"+
		"Ho smarrito il codice di attivazione.\n%s %s, %s, documento n. %s rilasciato il %s\n", from, number, x.Name, x.Surname, x.TaxCode, number, slashed(x.CIA.Document.IssuedOn))
}

var agreed = []string{"Nome, cognome e codice fiscale coincidono", "sì", "Numero e data di rilascio del documento coincidono", "sì"}

// 001 §5.3.1, I06: the citizen writes from the registered address; the clerk takes the mail in charge, compares, and the new code goes by mail.
func TestStoryCodicePerEmail(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		old, giulia := clerk.register(x), h.home(x)
		server, box := h.helpMailbox()
		h.must(server.Put(wrote(citizensMail, x, x.CIA.Document.Number)))
		h.must(h.Helpdesk.ReadMailbox(t.Context(), box, h.own()))
		h.must(h.Helpdesk.ReadMailbox(t.Context(), box, h.own()))

		elena := h.back(t, "elena")
		elena.open("/sportello/istanze")
		elena.reads("Da evadere (1)", "E-mail", x.Surname)
		elena.follow("Codice di attivazione smarrito")
		elena.misses("Non trovato", old.code)
		elena.reads("Coincide", "Non si sa: può essere falso", "Ho smarrito il codice di attivazione.", citizensMail)
		elena.press("Prendi in carico")
		elena.press("Invia un nuovo codice", append(agreed, "Da dove arriva la richiesta", "Da un altro indirizzo")...)
		elena.reads("Con questa risposta l'istanza non si può accogliere: respingerla.")
		elena.press("Invia un nuovo codice", append(agreed, "Da dove arriva la richiesta", "Dall'indirizzo e-mail registrato")...)
		elena.reads("Istanza accolta")
		got := old
		got.code = h.grabbed(h.lastMail("Il tuo codice di attivazione"), writtenCode)
		giulia.refusesCodes(old)
		giulia.activate(got, "giulia.b85")
		giulia.isStrong("giulia.b85", old.pin)
		h.isAudited(audit.ReceiveRequest, audit.BySystem, 1)
	})
}

// isAudited counts the records of a deed by a sort of actor.
func (h *house) isAudited(d audit.Deed, by audit.ActorKind, want int) {
	h.Helper()
	n := 0
	h.must(h.Desk.Store.Audit(h.Context(), audit.Filter{Deed: d, Outcome: audit.Done}, func(r audit.Record) error {
		if r.ActorKind == by {
			n++
		}
		return nil
	}))
	if n != want {
		h.Errorf("%s by %s: %d records, want %d", d, by, n, want)
	}
}

// 001 §5.3.1, the other way out: the data do not agree, or the address is another. The answer goes to the stored address, never to the sender's, and the
// old code still works.
func TestStoryCodicePerEmailRespinto(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		old, giulia := clerk.register(x), h.home(x)
		server, box := h.helpMailbox()
		h.must(server.Put(wrote("impostore@esempio.it", x, "ZZ99999ZZ")))
		h.must(h.Helpdesk.ReadMailbox(t.Context(), box, h.own()))
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze")
		elena.follow("Codice di attivazione smarrito")
		elena.press("Prendi in carico")
		elena.reads("Non trovato", "impostore@esempio.it")
		elena.press("Concludi", "Come si conclude", "Respinta", "Motivo", "I dati non coincidono con quelli registrati")
		elena.reads("Istanza conclusa", "Respinta")
		if m := h.lastMail("La tua richiesta all'assistenza"); !strings.Contains(m, "Vai a uno sportello abilitato") || !strings.Contains(m, "I dati non coincidono") {
			t.Errorf("the mail says:\n%s", m)
		}
		if n := len(h.letters("impostore@esempio.it")); n != 0 {
			t.Errorf("%d mails to the sender", n)
		}
		elena.open("/sportello/istanze?elenco=respinte")
		elena.reads("Respinta", x.Surname)
		giulia.activate(old, "giulia.b85")
	})
}

// A flood from one sender is put aside and said so; a mailbox that does not answer is told with its date; then all comes once.
func TestMailboxDownAndFlooded(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	server, box := h.helpMailbox()
	elena := h.back(t, "elena")
	h.must(h.Helpdesk.ReadMailbox(t.Context(), box, h.own()))
	elena.open("/sportello/istanze")
	elena.misses("Casella e-mail")

	address := box.Address
	box.Address = "127.0.0.1:1"
	h.wait(24 * time.Hour)
	if err := h.Helpdesk.ReadMailbox(t.Context(), box, h.own()); err == nil {
		t.Error("nobody listens, and all was well")
	}
	elena = h.back(t, "elena")
	elena.open("/sportello/istanze")
	elena.reads("Casella e-mail: non si legge dal 23 novembre 2026", "La casella non risponde")

	for i := range 13 {
		h.must(server.Put(wrote("troppi@esempio.it", x, fmt.Sprint("AX0000", i))))
	}
	box.Address = address
	h.must(h.Helpdesk.ReadMailbox(t.Context(), box, h.own()))
	elena.open("/sportello/istanze")
	elena.misses("non si legge")
	elena.reads("Da evadere (10)", "3 messi da parte", "Nessuna pratica collegata", "t***i@esempio.it")
	if server.Count(inbound.ExcessFolder) != 3 || server.Count("INBOX") != 0 {
		t.Error("the flood is not where somebody can look at it")
	}
	elena.follow("Codice di attivazione smarrito")
	elena.press("Prendi in carico")
	elena.press("Cambia il problema", "Problema", "Errore del sito")
	elena.reads("Problema cambiato", "Messaggio di errore")
	elena.misses("Invia un nuovo codice")
}

// 001 §5.4.1, I08: a registered letter asks for the revocation; the citizen is told and can object; then everything about them is gone.
func TestStoryRevocaPerRaccomandata(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		giulia := h.home(x)
		giulia.activate(clerk.register(x), "giulia.b85")
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze")
		elena.follow("Nuova raccomandata")
		elena.press("Registra l'istanza", "Problema", "Revoca delle credenziali", "Cognome", x.Surname, "Nome", x.Name, "Codice fiscale o numero di registrazione", string(x.TaxCode))
		elena.reads("Istanza presa in carico", "può opporsi fino al 25 novembre 2026")
		at := strings.Split(elena.page.Path, "?")[0]
		h.lastMail("È arrivata una richiesta di revoca")
		elena.press("Salva le risposte", "La richiesta è firmata a mano", "sì", "Numero e data di protocollo", "123/2026 del 23/11/2026")
		elena.reads("Risposte salvate")
		h.wait(48 * time.Hour)
		elena = h.back(t, "elena")
		elena.open(at)
		elena.press("Revoca e cancella", "È allegata la copia di un documento d'identità valido", "sì")
		elena.reads("Serve la conferma per proseguire.")
		elena.press("Revoca e cancella", "La richiesta è firmata a mano", "sì", "È allegata la copia di un documento d'identità valido", "sì",
			"I dati della richiesta e del documento coincidono con quelli registrati", "sì", "Numero e data di protocollo", "123/2026 del 23/11/2026")
		elena.reads("Istanza accolta", "Accolta")
		elena.misses(x.Surname, string(x.TaxCode))
		h.lastMail("Le tue credenziali per Sistema Piemonte sono state revocate")
		if p := h.clerk(t, "anna", asl).post("/sportello/gestione", "codice-fiscale", string(x.TaxCode)); !strings.Contains(p.said(), "Nessuna registrazione") {
			t.Errorf("still registered: %s", p.said())
		}
		h.must(h.Desk.Store.Read(t.Context(), func(tx *store.Tx) error {
			lines, err := tx.Revoked(x.TaxCode)
			if err == nil && (len(lines) != 1 || lines[0].Signed != "raccomandata") {
				t.Errorf("the register says %+v", lines)
			}
			return err
		}))
	})
}

// Where the community asks for four eyes a revocation by letter needs two clerks: the first proposes and cannot confirm, also from a stale page; the second sees the
// first's answers, and may as well refuse (mission S19).
func TestStoryQuattroOcchi(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		own := h.own()
		own.Desk.FourEyes = true
		h.Helpdesk.Communities = h.Helpdesk.Communities.With(own)
		clerk, x := h.clerk(t, "anna", asl), h.residents()[0]
		h.home(x).activate(clerk.register(x), "giulia.b85")
		elena := h.back(t, "elena")
		elena.open("/sportello/istanze")
		elena.follow("Nuova raccomandata")
		elena.press("Registra l'istanza", "Problema", "Revoca delle credenziali", "Cognome", x.Surname, "Nome", x.Name, "Codice fiscale o numero di registrazione", string(x.TaxCode))
		at := strings.Split(elena.page.Path, "?")[0]
		h.wait(48 * time.Hour)
		elena, carla := h.back(t, "elena"), h.back(t, "carla")
		elena.open(at)
		stale := elena.page
		all := []string{"La richiesta è firmata a mano", "sì", "È allegata la copia di un documento d'identità valido", "sì",
			"I dati della richiesta e del documento coincidono con quelli registrati", "sì", "Numero e data di protocollo", "123/2026 del 23/11/2026"}
		elena.press("Proponi: Revoca e cancella", all...)
		elena.reads("Da confermare")
		h.visitor().enter("giulia.b85", passwordOf("giulia.b85")).is(t, "/area-personale", 200)
		elena.page = stale
		elena.press("Proponi: Revoca e cancella", all...)
		elena.reads("Non è stato salvato niente")
		if p := elena.post(at+"/carico", "versione", "0"); p.Status < 400 {
			t.Errorf("the first clerk takes it again: %d", p.Status)
		}
		carla.open(at)
		carla.reads("Da confermare", "Elena Bruno")
		carla.press("Prendi in carico")
		if carla.page.Find("input[value='123/2026 del 23/11/2026']").Length() == 0 {
			t.Error("the second clerk does not see the first's answers")
		}
		carla.press("Revoca e cancella")
		carla.reads("Istanza accolta", "Accolta")
		h.visitor().enter("giulia.b85", passwordOf("giulia.b85")).is(t, "/accesso", 422)
		h.isAudited(audit.DecideRequest, audit.ByOperator, 2)
	})
}

// Whoever belongs to another realm sees no request, and an operator decides nothing about themselves.
func TestRequestsOfOthers(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	elena := h.back(t, "elena")
	elena.called("Errore del sito", x)
	at := strings.Split(elena.page.Path, "?")[0]
	h.act(func(tx *store.Tx) error {
		anna, err := tx.Operator("anna")
		h.must(err)
		h.secrets["ivo"] = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"
		return errors.Join(
			tx.AddEnte(&office.Ente{ID: "trento", Name: "Ente di Trento", Community: "trentino", Realm: "trentino", Issues: office.IssuesStrong}),
			tx.AddOperator(&office.Operator{ID: "ivo", Username: "ivo", TaxCode: "RSSVIO80A01L378X", Name: "Ivo", Surname: "Rossi", Password: anna.Password, Posts: []office.Post{{Ente: "trento", Role: office.Helpdesk}}}),
			h.Access.KeepSecondFactor(tx, "ivo", h.secrets["ivo"], 0))
	})
	ivo := h.back(t, "ivo")
	for _, path := range []string{at, at + "/carico", at + "/note", at + "/controlli", at + "/chiusura", at + "/pratica", at + "/problema"} {
		p := ivo.post(path, "versione", "2", "nota", "x", "motivo", "x", "codice-fiscale", "1234567897")
		if path == at {
			p = ivo.get(path)
		}
		if p.Status != http.StatusNotFound || strings.Contains(string(p.Body), x.Surname) {
			t.Errorf("another realm at %s: %d", path, p.Status)
		}
	}
	ivo.open("/sportello/istanze")
	ivo.reads("Nessuna istanza aspetta.")
	if p := h.login(t, "anna").get(at); p.Status != http.StatusForbidden {
		t.Errorf("a clerk of the desk opens it: %d", p.Status)
	}
}
