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
	r.staff()
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
	r.Fill("Motivo", "Ha cambiato ufficio")
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
