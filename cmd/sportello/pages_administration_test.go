package main

import (
	"strings"
)

// administration sees the pages of Amministrazione: first as responsabile, then as the operator taken in.
func (r *tour) administration() {
	r.enter("responsabile.asr")
	r.open("/sportello/password", "password")
	r.follow("Cambia la password", "password-vuota")
	r.open("/sportello/amministrazione", "amministrazione")
	r.open("/sportello/amministrazione/testi", "testi")
	r.open("/sportello/amministrazione/testi/sistemapiemonte/regolamento/"+r.current(), "testo-versione")
	r.staff()
	r.branch()
	r.part("appointing", "/sportello/accesso", (*tour).appointing)
}

// current is the version of the Regolamento in force.
func (r *tour) current() string {
	c, _ := r.demo.desk.Communities.ByID("sistemapiemonte")
	return c.Terms.Version
}

// appointing sees enti as who appoints them.
func (r *tour) appointing() {
	r.enter("amministratore.asr")
	r.look("menu-amministratore-asr")
	r.open("/sportello/amministrazione/operatori", "operatori-di-tutti")
	r.Click("Cercare un operatore")
	r.Fill("Cognome o username", "zz")
	r.follow("Trova", "operatori-nessuno")
	r.Fill("Cognome o username", "doppi")
	r.follow("Trova", "operatore-due-enti")
	r.open("/sportello/amministrazione/enti", "enti")
	r.follow("CAF Moduli Riuniti", "ente-incarico-finito")
	r.follow("Modifica", "ente-modifica-terzo")
	r.open("/sportello/amministrazione/enti/nuovo", "ente-nuovo")
	r.follow("Aggiungi l'ente", "ente-nuovo-vuoto")
	r.Fill("Nome", "Comune di Prova")
	r.Choose("Community", "Torinofacile")
	r.Tick("Deboli")
	r.Choose("Provincia da aggiungere", "Asti")
	r.Follow("Aggiorna i comuni")
	r.Choose("Comune da aggiungere", "Canelli")
	r.follow("Aggiungi solo il comune", "ente-nuovo-competenza")
	r.Tick("Non è un'amministrazione: lavora per incarico formale")
	r.follow("Aggiungi l'ente", "ente-nuovo-incarico-errori")
	r.Fill("Numero dell'atto", "4/2026")
	r.Fill("Chi ha dato l'incarico", "Regione Esempio")
	r.Fill("Data dell'atto > Giorno", "2")
	r.Fill("Data dell'atto > Mese", "1")
	r.Fill("Data dell'atto > Anno", "2026")
	r.Fill("Incarico valido dal > Giorno", "1")
	r.Fill("Incarico valido dal > Mese", "2")
	r.Fill("Incarico valido dal > Anno", "2026")
	r.follow("Aggiungi l'ente", "ente-aggiunto")
}

// branch opens a desk of the own ente.
func (r *tour) branch() {
	r.open("/sportello/amministrazione/enti", "enti-proprio")
	r.follow("ASR Colline Inventate", "ente")
	r.follow("Modifica", "ente-modifica")
	r.Back()
	r.follow("Nuovo sportello", "sportello-nuovo")
	r.follow("Salva lo sportello", "sportello-nuovo-vuoto")
	r.Back()
	r.Back()
	r.follow("Distretto di Asti", "sportello-scheda")
	r.Fill("Lunedì", "mattina")
	r.follow("Salva lo sportello", "sportello-errore")
	r.Fill("Lunedì", "9-12")
	r.follow("Salva lo sportello", "sportello-salvato")
}

func (r *tour) staff() {
	r.open("/sportello/amministrazione/operatori", "operatori")
	r.follow("Nuovo operatore", "operatore-nuovo")
	r.follow("Aggiungi l'operatore", "operatore-nuovo-vuoto")
	r.Fill("Codice fiscale", "BRTFNC80A41L219Q")
	r.Fill("Cognome", "Bertolini")
	r.Fill("Nome", "Franca")
	r.Fill("E-mail di lavoro", "franca.bertolini@enti.example")
	r.Fill("Username", "franca.bertolini")
	r.Choose("Ruolo", "Operatore di sportello")
	r.follow("Aggiungi l'operatore", "password-provvisoria")
	password := r.Text("#password-provvisoria")
	r.follow("Vai alla scheda dell'operatore", "operatore-da-attivare")
	r.part("newcomer", "/sportello/accesso", func(r *tour) { r.newcomer(password) })
	r.Reload()
	r.look("operatore-attivo")
	r.Click("Azzera il secondo fattore")
	r.Click("Disabilita")
	r.follow("Disabilita l'operatore", "operatore-disabilita-errore")
	r.Fill("Motivo della disabilitazione", "Ha cambiato ufficio")
	r.follow("Disabilita l'operatore", "operatore-disabilitato")
	r.open("/sportello/amministrazione/operatori", "operatori-con-disabilitato")
	r.follow("Coordinati Ilario", "operatore-proprio-account")
}

func (r *tour) newcomer(password string) {
	r.Fill("Username", "franca.bertolini")
	r.Fill("Password", password)
	r.Follow("Prosegui")
	r.Fill("Codice mostrato dall'app", r.code(strings.ReplaceAll(r.Text("#chiave"), " ", "")))
	r.Follow("Prosegui")
	r.Tick("Ho conservato i codici di recupero")
	r.follow("Prosegui", "prima-password")
	r.follow("Prosegui", "prima-password-vuota")
	r.Fill("Password attuale", password)
	r.Fill("Nuova password", "zattera-lume-quercia-9")
	r.Fill("Ripetere la nuova password", "zattera-lume-quercia-9")
	r.Follow("Prosegui")
}
