package main

import (
	"errors"
	"strings"

	"sportello/audit"
	"sportello/citizen"
	"sportello/locale"
	"sportello/registration"
	"sportello/store"
	"sportello/web"
)

// citizenPages are those that everybody reads in their language.
func (r *tour) citizenPages(lang string) {
	in := *r
	in.lang = lang
	in.part("public pages in "+lang, "/", (*tour).publicPages)
	if lang != locale.German { // the same templates as in English; from one address only so many wrong codes are taken in an hour
		in.part("activation in "+lang, "/attivazione", (*tour).activation)
		in.part("revocation in "+lang, "/revoca", (*tour).revocation)
	}
	if lang == locale.Italian { // the same pages as the activation's
		in.part("weak activation in "+lang, "/attivazione", (*tour).weakActivation)
		in.part("operations at home in "+lang, "/attivazione", (*tour).operationsAtHome)
	}
	in.part("open pages in "+lang, "/", (*tour).openPages)
	in.part("online in "+lang, "/", (*tour).online)
	in.part("requests in "+lang, "/", (*tour).requests)
	in.part("area in "+lang, "/accesso", (*tour).area)
	for _, c := range in.walk.demo().Citizens[:2] {
		in.part("log-in in "+lang+", "+c.Strength, "/accesso", func(r *tour) { r.citizen(c) })
	}
}

func (r *tour) translatedPages() {
	for _, language := range locale.Languages[1:] {
		r.citizenPages(language.Code)
	}
}

func (r *tour) publicPages() {
	r.look("inizio")
	r.open("/privacy", "privacy")
	r.open("/regolamento", "regolamento")
	r.open("/note-legali", "note-legali")
	r.open("/accessibilita", "accessibilita")
	r.open("/accessibilita/segnala", "accessibilita-segnala")
	r.open("/documenti", "documenti")
	r.open("/sportelli", "sportelli")
	r.open("/sportelli?provincia=TO&cerca=nessuno", "sportelli-non-trovati")
	r.open("/non-esiste", "non-trovata")
	r.open("/uscita", "non-si-apre")
	if r.lang == "it" {
		r.open("/demo", "demo") // in one language
	}
}

// issued is somebody new who comes home from a desk with the codes.
func (r *tour) issued(ente int) issued {
	r.t.Helper()
	r.kept.Lock()
	defer r.kept.Unlock()
	i, err := r.demo.seeded.register(ente)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

// book books an operation for somebody at a desk and gives what they then hold.
func (r *tour) book(i issued, kind registration.Kind) issued {
	r.t.Helper()
	secrets, err := r.demo.seeded.book(i.number, kind, asl)
	if err != nil {
		r.t.Fatal(err)
	}
	i.pin, i.code = secrets.pin, secrets.code
	return i
}

func (r *tour) codes(i issued) {
	r.t.Helper()
	r.Go(r.base + "/attivazione")
	r.Fill(r.word("Codice fiscale"), string(i.person.TaxCode))
	r.Fill(r.word("Codice di attivazione"), i.code)
	r.Fill("PIN", i.pin)
	r.Follow(r.word("Avanti"))
}

// accept comes from the Regolamento to the choice of username and password.
func (r *tour) accept() {
	r.t.Helper()
	r.agree()
	r.Follow(r.word("Accetta e continua"))
}

func (r *tour) agree() {
	r.t.Helper()
	r.Tick(r.word("Ho letto e accetto il regolamento (versione %s)", "1.0"))
	r.Tick(r.word("Ho letto l'informativa sulla privacy (versione %s)", "1.0"))
}

func (r *tour) choose(username string) {
	r.t.Helper()
	r.Fill(r.word("Username"), username)
	r.Fill(r.word("Password"), password)
	r.Fill(r.word("Ripeti la password"), password)
	r.Choose(r.word("Domanda"), r.word("Scrivo io la domanda"))
	r.Fill(r.word("La tua domanda"), "Dove sono i tigli?")
	r.Fill(r.word("Risposta"), "in fondo al viale")
	r.Follow(r.word("Attiva le credenziali"))
}

func (r *tour) activation() {
	r.look("attivazione")
	r.follow(r.word("Avanti"), "attivazione-vuota")
	late := r.issued(asl)
	r.book(late, registration.StrongVerification)
	r.codes(late)
	r.look("attivazione-codice-che-non-vale-piu")
	i := r.issued(asl)
	wrong := i
	wrong.pin = "2222-2222"
	r.codes(wrong)
	r.look("attivazione-codici-sbagliati")
	r.codes(i)
	r.look("attivazione-regolamento")
	r.Click(r.word("Leggi il testo completo del regolamento"))
	r.look("attivazione-regolamento-per-intero")
	r.follow(r.word("Non accetto"), "attivazione-non-accetto")
	r.Follow(r.word("Torna al regolamento"))
	r.follow(r.word("Accetta e continua"), "attivazione-regolamento-errori")
	r.accept()
	r.look("attivazione-credenziali")
	r.Fill(r.word("Username"), i.person.Contacts.Email)
	r.Fill(r.word("Password"), "password")
	r.follow(r.word("Attiva le credenziali"), "attivazione-credenziali-errori")
	r.choose("tigli." + r.lang)
	r.look("attivazione-fine")
	r.Follow(r.word("Ho finito"))
	r.open("/attivazione/fine", "attivazione-ricomincia")
}

func (r *tour) weakActivation() {
	r.codes(r.issued(comune))
	r.accept()
	r.choose("debole." + r.lang)
	r.look("attivazione-fine-debole")
}

// citizen logs in and asks what the credentials are worth, without the PIN and with it.
func (r *tour) citizen(c web.DemoCitizen) {
	kind := "-" + strings.TrimPrefix(c.Strength, "credenziali ")
	r.look("accesso" + kind)
	r.follow(r.word("Entra"), "accesso-vuoto"+kind)
	r.Fill(r.word("Username"), c.Username)
	r.Fill(r.word("Password"), "sbagliata")
	r.follow(r.word("Entra"), "accesso-errore"+kind)
	r.Fill(r.word("Password"), c.Password)
	r.Follow(r.word("Entra"))
	r.look("area-personale" + kind)
	r.open("/verifica-credenziali", "verifica-pin"+kind)
	r.Fill("PIN", "2222-2222")
	r.follow(r.word("Conferma"), "verifica-pin-errore"+kind)
	r.Fill("PIN", c.PIN)
	r.follow(r.word("Conferma"), "verifica"+kind)
	r.open("/area-personale", "area-personale-con-pin"+kind)
	r.follow(r.word("Esci"), "uscita"+kind)
}

// collected gives somebody a new PIN that a delegate has collected, by a mandate or a declaration.
func (r *tour) collected(i issued, kind registration.DelegationKind) issued {
	r.t.Helper()
	i = r.book(i, registration.NewPIN)
	err := r.demo.seeded.store.Act(r.t.Context(), system(audit.BookOperation), func(tx *store.Tx) error {
		reg, err := tx.RegistrationByNumber(i.number)
		if err != nil {
			return err
		}
		before, err := tx.PendingOperation(reg.ID)
		if err != nil {
			return err
		}
		codes, err := tx.Handover(before.ID)
		if err != nil {
			return err
		}
		op := *before
		op.ID, op.Delegation = before.ID+"-delega", &registration.Delegation{Kind: kind, Name: "Maria Antonietta", Surname: "Quagliarella", TaxCode: "QGLMNT60A41L219K"}
		if _, err := reg.Book(&op, []*registration.Operation{before}); err != nil {
			return err
		}
		codes.Operation = op.ID
		return errors.Join(tx.SaveOperation(before), tx.SaveRegistration(reg), tx.AddOperation(&op), tx.AddHandover(codes))
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

// operationsAtHome are those that change credentials that there are (F07).
func (r *tour) operationsAtHome() {
	i := r.issued(comune)
	username := "cambia." + r.lang
	if err := r.demo.seeded.activate(i, username); err != nil {
		r.t.Fatal(err)
	}
	r.codes(r.book(i, registration.Promotion))
	r.look("promozione-regolamento")
	r.agree()
	r.Follow(r.word("Accetta e promuovi le credenziali"))
	r.look("promozione-fine")
	r.codes(r.book(i, registration.NewPIN))
	r.look("pin-regolamento")
	r.agree()
	r.Follow(r.word("Accetta e attiva il PIN"))
	r.look("pin-fine")
	r.codes(r.collected(i, registration.Mandate))
	r.look("pin-regolamento-delega")
	r.codes(r.collected(i, registration.Declaration))
	r.look("pin-regolamento-per-conto")
	r.follow(r.word("Accetta e attiva il PIN"), "pin-regolamento-per-conto-errori")
	r.codes(r.book(i, registration.Reset))
	r.look("reset-regolamento")
	r.follow(r.word("Accetta e continua"), "reset-regolamento-errori")
	r.agree()
	r.Tick(r.word("Confermo la revoca della vecchia utenza (username %s)", username))
	r.Follow(r.word("Accetta e continua"))
	r.look("reset-credenziali")
	r.choose("nuovo." + r.lang)
	r.look("reset-fine")
}

// revocation ends somebody's registration, after a wrong code, an old one, and a change of mind.
func (r *tour) revocation() {
	r.look("revoca")
	r.follow(r.word("Avanti"), "revoca-vuota")
	i := r.issued(asl)
	if err := r.demo.seeded.activate(i, "va.via."+r.lang); err != nil {
		r.t.Fatal(err)
	}
	old := r.book(i, registration.Revocation)
	i = r.book(i, registration.Revocation)
	wrong := i
	wrong.code = "0000-0000-0000"
	for _, tried := range []struct {
		issued
		name string
	}{{wrong, "revoca-codice-sbagliato"}, {old, "revoca-codice-che-non-vale-piu"}, {i, "revoca-condizioni"}} {
		r.Fill(r.word("Codice fiscale"), string(tried.person.TaxCode))
		r.Fill(r.word("Codice di revoca"), tried.code)
		r.follow(r.word("Avanti"), tried.name)
	}
	r.follow(r.word("Non revocare"), "revoca-rinuncia")
	r.Follow(r.word("Torna alle condizioni"))
	r.follow(r.word("Revoca e cancella i miei dati"), "revoca-condizioni-errori")
	r.Tick(r.word("Ho letto le condizioni della revoca (versione %s) e le sottoscrivo", citizen.ConditionsVersion))
	r.follow(r.word("Revoca e cancella i miei dati"), "revoca-fine")
	r.Follow(r.word("Ho finito"))
	r.open("/revoca/condizioni", "revoca-ricomincia")
}
