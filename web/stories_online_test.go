package web

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"sportello/community"
	"sportello/mail"
	"sportello/person"
	"sportello/postal"
	"sportello/registration"
	"sportello/registry"
	"sportello/registry/simulator"
	"sportello/store"
)

// applicant is somebody who begins at home.
func (h *house) applicant(x resident) *homeComer {
	return &homeComer{reader: reader{client: h.visitor()}, resident: x, email: citizensMail}
}

// A homeComer is a person who writes from home.
type homeComer struct {
	reader
	resident
	email string
}

// linkIn is the address in a mail.
var linkIn = regexp.MustCompile(`/(?:preregistrazione|registrazione)/conferma/[0-9a-f]{64}`)

// write goes from the informativa to the last page before sending.
func (c *homeComer) write(door string) {
	c.Helper()
	c.open(door)
	c.press("Avanti", "Ho letto l'informativa sulla privacy (versione 1.0)", "sì")
	sex := map[bool]string{true: "Femmina", false: "Maschio"}[c.Sex == "F"]
	name := []string{"Nome", c.Name}
	if c.Name == "" {
		name = []string{"Non ho un nome", "sì"}
	}
	c.press("Avanti", append(name, "Cognome", c.Surname, "Codice fiscale", string(c.TaxCode), "Data di nascita", slashed(c.BirthDate), "Sesso", sex)...)
	c.press("Aggiorna i comuni", "Indirizzo", c.Residence.Address, "Numero civico", c.Residence.Number, "Provincia", c.provinceName(c.Residence.Province))
	c.press("Avanti", "Comune", c.comuneName(c.Residence.Comune), "CAP", c.Residence.PostalCode)
	c.press("Avanti", "Scelta del tipo di documento", "Carta d'identità", "Numero della carta d'identità", c.Document.Number, "Data di rilascio", slashed(c.Document.IssuedOn),
		"Data di scadenza", "31/12/2031", "Rilasciato da", "Comune di "+c.comuneName(c.Residence.Comune))
	c.press("Avanti", "E-mail", c.email)
	c.reads("Controlla e invia", c.Surname, string(c.TaxCode), c.email)
}

// latest is the newest mail to somebody with a subject that begins so.
func (h *house) latest(to, subject string) *mail.Message {
	h.Helper()
	got := h.letters(to)
	for i := len(got) - 1; i >= 0; i-- {
		if strings.HasPrefix(got[i].Subject, subject) {
			return &got[i]
		}
	}
	return nil
}

// link is the one in the newest mail that asks to confirm.
func (c *homeComer) link() string {
	c.Helper()
	m := c.latest(c.email, "Conferma il tuo indirizzo")
	if m == nil {
		c.Fatal("no mail with a link")
	}
	return linkIn.FindString(m.Text)
}

// send sends what was written and opens the link.
func (c *homeComer) send() {
	c.Helper()
	c.press("Invia")
	c.reads("Apri il link che ti abbiamo mandato", c.email)
	c.open(c.link())
	c.press("Conferma l'indirizzo")
	c.reads("Abbiamo ricevuto i tuoi dati", "Numero di registrazione")
	c.settleHome()
}

// settleHome does what confirmed applications wait for.
func (h *house) settleHome() {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.Citizen.Settle(h.Context())
		h.must(err)
	}
}

var tenDigits = regexp.MustCompile(`\b[0-9]{10}\b`)

// number is the one on the page.
func (c *homeComer) number() string {
	c.Helper()
	return c.grabbed(clean(c.page.Find("main").Clone()), tenDigits)
}

// 001 §3.1, §5.2.2: data from home, the link, the receipt; the desk finds the number and does the riscontro forte; at home the credentials become strong.
func TestStoryPreregistrazione(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		c := h.applicant(x)
		c.write("/preregistrazione")
		c.send()
		number := c.number()
		c.reads("Gli sportelli più vicini", "la tessera sanitaria", "Modulo di delega (PDF)")
		for sheet, words := range map[string][]string{"ricevuta.pdf": {number, "tessera sanitaria"}, "modulo-delega.pdf": {x.Surname, string(x.TaxCode), number}, "dichiarazione-sostitutiva.pdf": {x.Surname, number}} {
			text := h.textOf(c.get("/preregistrazione/ricevuta/" + sheet))
			for _, w := range words {
				if !strings.Contains(text, w) {
					t.Errorf("%s lacks %q", sheet, w)
				}
			}
		}
		if m := h.latest(c.email, "La tua preregistrazione"); m == nil || !strings.Contains(m.Text, number) {
			t.Errorf("the mail lacks the number: %v", m)
		}

		clerk := h.clerk(t, "anna", asl)
		clerk.menu()
		clerk.follow("Registrazione utenti")
		clerk.press("Prosegui", "Codice fiscale", number)
		clerk.reads("Il cittadino è già registrato")
		clerk.follow("Prosegui")
		clerk.reads("Cittadino selezionato", x.Surname)
		clerk.sees(x, "Registrato", "No", "Nessuna")
		got := clerk.book(x, "Riscontro forte")
		h.home(x).activate(got, "giulia.b85")
		clerk.sees(x, "Attivo", "Sì", "Nessuna")
	})
}

// postedPIN is what the printing house reads in the letter that waits for a registration.
func (h *house) postedPIN(x resident) (pin string, to []string) {
	h.Helper()
	h.must(h.Citizen.Store.Read(h.Context(), func(tx *store.Tx) error {
		p, err := tx.PersonByTaxCode("sistemapiemonte", x.TaxCode)
		if err != nil {
			return err
		}
		r, err := tx.LiveRegistration(p.ID)
		if err != nil {
			return err
		}
		list, err := tx.LettersOf(r.ID)
		if err != nil || len(list) != 1 {
			return fmt.Errorf("%d letters: %w", len(list), err)
		}
		plain, err := h.Citizen.Sealer.Open(postal.Seal(list[0].ID), list[0].Sealed)
		pin, to = string(plain), list[0].Lines
		return err
	}))
	return pin, to
}

// 001 §3.3, §3.3.1, §4.2.1 Caso 4: CIA knows the person; the PIN by post, the code by mail, the credentials weak.
func TestStoryRegistrazioneDebole(t *testing.T) {
	for _, portal := range []community.ID{"sistemapiemonte", "torinofacile"} {
		t.Run(string(portal), func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, h *house) {
				h.showPortal(portal)
				x := h.residents()[0]
				c := h.applicant(x)
				c.write("/registrazione")
				c.send()
				c.reads("ti scriviamo come è andata")
				clerk := h.clerk(t, "anna", asl)
				clerk.sees(x, "Riscontrato", "No", "Riscontro")
				name := map[community.ID]string{"sistemapiemonte": "Sistema Piemonte", "torinofacile": "Torinofacile"}[portal]
				m := h.latest(c.email, "Il tuo codice di attivazione per "+name)
				if m == nil {
					t.Fatal("no mail with the code")
				}
				pin, to := h.postedPIN(x)
				if !strings.Contains(strings.Join(to, " "), strings.ToUpper(x.Surname)) || !strings.Contains(strings.Join(to, " "), x.Residence.PostalCode) {
					t.Errorf("the letter goes to %v", to)
				}
				if strings.Contains(m.Text, pin) {
					t.Error("the mail tells the PIN")
				}
				got := papers{taxCode: string(x.TaxCode), pin: pin, code: h.grabbed(m.Text, writtenCode)}
				h.home(x).activate(got, "giulia.b85")
				h.home(x).isWeak("giulia.b85", pin)
				clerk.sees(x, "Attivo", "No", "Nessuna")
				clerk.detail(x)
				clerk.reads("Tipo operazione Riscontro", "Data riscontro 23 novembre 2026")
			})
		})
	}
}

// showPortal makes another community's portal the one of the house.
func (h *house) showPortal(id community.ID) {
	own, _ := h.Desk.Communities.ByID(id)
	h.Server.Communities = append([]community.Community{own}, others(h.Desk.Communities, own)...)
}

// 001 §3.3.2: whom CIA does not confirm, for whatever reason, reads the same words, and a desk goes on with the number.
func TestStoryNonIdentificato(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		all := h.residents()
		var said string
		for i, wrong := range []func(*resident){
			func(x *resident) { x.Document.Number = "CA99999ZZ" },
			func(x *resident) { x.Document.IssuedOn = "2020-02-02" },
			func(x *resident) { x.Residence.Address = "Via che non c'è" },
			func(*resident) { h.Registry.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Nonsense}) },
			func(*resident) { h.Registry.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Down}) },
		} {
			x := all[i]
			wrong(&x)
			c := h.applicant(x)
			c.email = fmt.Sprintf("prova%d@esempio.it", i)
			c.write("/registrazione")
			c.send()
			number := c.number()
			for range 26 { // a registry that is down is asked again for two hours
				h.wait(5 * time.Minute)
				h.settleHome()
			}
			m := h.latest(c.email, "La tua registrazione a Sistema Piemonte: un passo ancora")
			if m == nil {
				t.Fatalf("case %d: no mail", i)
			}
			words := strings.NewReplacer(number, "NUMERO", x.Name, "NOME", x.Surname, "COGNOME").Replace(m.Text)
			if said == "" {
				said = words
			}
			if words != said {
				t.Errorf("case %d says\n%s\nnot\n%s", i, words, said)
			}
			clerk := h.clerk(t, "anna", asl)
			clerk.sees(all[i], "Registrato", "No", "Nessuna")
			h.Registry.SetFault(registry.CIA, simulator.Fault{})
		}
	})
}

// A registry that comes back within two hours still identifies: nobody has to begin again.
func TestStoryAnagrafeTorna(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.Registry.SetFault(registry.CIA, simulator.Fault{Kind: simulator.Down})
		c := h.applicant(x)
		c.write("/registrazione")
		c.send()
		if h.latest(c.email, "Il tuo codice") != nil || h.latest(c.email, "La tua registrazione") != nil {
			t.Error("there is an answer before the registry is heard")
		}
		h.Registry.SetFault(registry.CIA, simulator.Fault{})
		h.wait(time.Hour)
		h.settleHome()
		if h.latest(c.email, "Il tuo codice di attivazione") == nil {
			t.Error("no code after the registry came back")
		}
	})
}

// 001 §3.1: who is registered already is told so, at the address known before; the page and the mail to the typed address are those of strangers, and the
// number leads the desk to the registration that there is.
func TestStoryGiaRegistratoDaCasa(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x, stranger := h.residents()[0], h.residents()[1]
		h.weakly(t, x, "giulia.b85")
		said, called := map[string]string{}, ""
		for who, y := range map[string]resident{"known": x, "stranger": stranger} {
			c := h.applicant(y)
			c.email = who + "@altrove.example"
			c.write("/preregistrazione")
			c.send()
			number := c.number()
			plain := strings.NewReplacer(number, "NUMERO", y.Name, "NOME", y.Surname, "COGNOME", string(y.TaxCode), "CF", c.email, "EMAIL", masked(c.email), "EMAIL")
			got := h.letters(c.email)
			if len(got) != 2 {
				t.Fatalf("%d mails to the typed address of the %s", len(got), who)
			}
			said[who] = plain.Replace(c.page.said() + got[1].Subject + got[1].Text)
			if who == "known" {
				called = number
			}
		}
		if said["known"] != said["stranger"] {
			t.Errorf("somebody known reads\n%s\na stranger\n%s", said["known"], said["stranger"])
		}
		truth := h.lastMail("Sei già registrato a Sistema Piemonte")
		for _, words := range []string{"deboli", "promozione", "/accesso"} {
			if !strings.Contains(truth, words) {
				t.Errorf("the stored address does not read %q:\n%s", words, truth)
			}
		}
		clerk := h.clerk(t, "anna", asl)
		clerk.sees(x, "Attivo", "No", "Nessuna")
		clerk.menu()
		clerk.follow("Gestione utenti")
		clerk.press("Cerca", "Numero registrazione", called)
		clerk.reads(x.Surname+" "+x.Name, "Attivo")
		clerk.menu()
		clerk.follow("Registrazione utenti")
		clerk.press("Prosegui", "Codice fiscale", called)
		clerk.reads("Il cittadino è già registrato")
	})
}

// Mission S4: a refused registration is no dead end.
func TestStoryRespintaSostituita(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		h.planted(x, registration.Rejected, false)
		c := h.applicant(x)
		c.email = "nuova@altrove.example"
		c.write("/preregistrazione")
		c.send()
		if !strings.Contains(h.lastMail("Sei già registrato"), "respinta") {
			t.Error("the old address does not hear that its registration is replaced")
		}
		clerk := h.clerk(t, "anna", asl)
		clerk.menu()
		clerk.follow("Gestione utenti")
		clerk.press("Cerca", "Codice fiscale", string(x.TaxCode), "Stato di registrazione", "Registrato")
		clerk.reads(x.Surname+" "+x.Name, "Registrato")
	})
}

// 001 §3.1, mission S25: programs that look at mails open the link and change nothing; late, it sends another; used twice, it shows the receipt.
func TestStoryLink(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		c := h.applicant(x)
		c.write("/preregistrazione")
		c.press("Invia")
		first := c.link()
		for range 3 {
			h.visitor().get(first)
		}
		h.settleHome()
		h.wait(24*time.Hour + time.Second)
		c.open(first)
		c.reads("Il link è scaduto")
		if p := c.post(first); p.Status != 410 {
			t.Errorf("a late link is taken: %d", p.Status)
		}
		c.press("Manda un link nuovo")
		second := c.link()
		if second == first {
			t.Fatal("the same link again")
		}
		c.open(first)
		c.reads("Questo link non vale")
		c.open(second)
		c.press("Conferma l'indirizzo")
		number := c.number()
		c.open(second)
		c.reads("Abbiamo ricevuto i tuoi dati")
		if p := c.post(second); p.Status != 200 || c.number() != number {
			t.Errorf("used twice: %d", p.Status)
		}
		h.settleHome()
		if n := len(h.letters(c.email)); n != 3 {
			t.Errorf("%d mails, want two links and a receipt", n)
		}
	})
}

// What nobody confirms is gone by itself, and the desk never sees it.
func TestStoryMaiConfermata(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		c := h.applicant(x)
		c.write("/preregistrazione")
		c.press("Invia")
		link := c.link()
		clerk := h.clerk(t, "anna", asl)
		clerk.menu()
		clerk.follow("Gestione utenti")
		clerk.press("Cerca", "Codice fiscale", string(x.TaxCode))
		clerk.reads("Nessuna registrazione trovata")
		h.wait(73 * time.Hour)
		h.must(h.Citizen.Sweep(h.Context()))
		c.open(link)
		c.reads("Questo link non vale")
	})
}

// 001 §3.1 (bonifica online), mission S14: a weak member completes what is missing, with the PIN, and stays weak.
func TestStoryBonificaOnline(t *testing.T) {
	onEachEngine(t, func(t *testing.T, h *house) {
		x := h.residents()[0]
		got := h.weakly(t, x, "giulia.b85")
		h.act(func(tx *store.Tx) error {
			p, err := tx.PersonByTaxCode("sistemapiemonte", x.TaxCode)
			if err != nil {
				return err
			}
			p.Document.Issuer = "" // the weak channels of old never asked for it (001 §4.2.1)
			return tx.SavePerson(p)
		})
		giulia := h.home(x)
		giulia.open("/bonifica")
		giulia.press("Entra", "Username", "giulia.b85", "Password", passwordOf("giulia.b85"))
		giulia.reads("Completa i tuoi dati", "Rilasciato da")
		giulia.press("Completa e accetta", "PIN", got.pin)
		giulia.reads("errori da correggere")
		wrong := append([]string{"Rilasciato da", "Comune di Torino", "PIN", "AAAA-AAAA"}, theTerms...)
		giulia.press("Completa e accetta", wrong...)
		giulia.reads("Il PIN non corrisponde")
		giulia.press("Completa e accetta", append([]string{"Rilasciato da", "Comune di Torino", "PIN", got.pin}, theTerms...)...)
		giulia.reads("Non manca niente")
		h.lastMail("Hai completato i tuoi dati")
		giulia.isWeak("giulia.b85", got.pin)
		clerk := h.clerk(t, "anna", asl)
		clerk.sees(x, "Attivo", "No", "Nessuna")
	})
}

// Who is strong has nothing to complete here.
func TestStoryBonificaDeiForti(t *testing.T) {
	h := newHouse(t)
	x := h.residents()[0]
	h.strongly(t, x, "giulia.b85")
	giulia := h.home(x)
	giulia.open("/bonifica")
	giulia.press("Entra", "Username", "giulia.b85", "Password", passwordOf("giulia.b85"))
	if giulia.page.Path != "/verifica-credenziali" {
		t.Errorf("led to %s", giulia.page.Path)
	}
}

// Who has a single name says so at home as at the desk: nothing is asked twice, a name beside the tick is told, and the desk finds who it is.
func TestASingleNameFromHome(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	x := h.residents()[0]
	x.Name = ""
	x.TaxCode = person.ComputeTaxCode(x.Surname, "", x.BirthDate, x.Sex, "L219")
	c := h.applicant(x)
	c.open("/preregistrazione")
	c.press("Avanti", "Ho letto l'informativa sulla privacy (versione 1.0)", "sì")
	c.press("Avanti", "Nome", "Anna", "Non ho un nome", "sì")
	c.reads("Hai scritto un nome: togli la spunta, oppure il nome.")
	c.press("Avanti", "Nome", "", "Non ho un nome", "sì", "Non ho un cognome", "sì")
	c.reads("Serve almeno un nome o un cognome")
	c.press("Avanti", "Non ho un nome", "", "Non ho un cognome", "")
	c.reads("Scrivi il tuo nome.")
	c.write("/preregistrazione")
	c.send()
	number := c.number()
	clerk := h.clerk(t, "anna", asl)
	clerk.menu()
	clerk.follow("Registrazione utenti")
	clerk.press("Prosegui", "Codice fiscale", number)
	clerk.reads("Il cittadino è già registrato")
	clerk.follow("Prosegui")
	clerk.reads("Cittadino selezionato", x.Surname)
}
