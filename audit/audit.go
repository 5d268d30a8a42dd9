// Package audit holds the record that every act leaves: who did what, for which ente, on which registration, when,
// from where and why. Refused acts leave one too (X12).
//
// A record holds no secret and no personal data: the registration by its internal id, the person by a keyed hash of the
// tax code (mission S31). Records are numbered without gaps and never change; Leaf is what a transparency log will hash.
package audit

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"
)

// A Deed names an act.
type Deed string

// The deeds, by the words an auditor reads.
const (
	OperatorLogin    Deed = "accesso operatore"
	OperatorEnrol    Deed = "attivazione secondo fattore"
	OperatorLogout   Deed = "uscita operatore"
	OperatorStepUp   Deed = "conferma accesso operatore"
	OperatorChange   Deed = "gestione operatore"
	EnteChange       Deed = "gestione ente"
	LookUp           Deed = "ricerca in anagrafe"
	OpenDetail       Deed = "consultazione registrazione"
	Search           Deed = "ricerca utenti"
	RegisterCitizen  Deed = "registrazione"
	BookOperation    Deed = "prenotazione"
	PrintPaper       Deed = "stampa"
	ConcludeDesk     Deed = "conclusione sportello"
	ReleaseGate      Deed = "sblocco stampe"
	CheckCodes       Deed = "verifica codici di attivazione"
	Activate         Deed = "attivazione"
	CitizenLogin     Deed = "accesso cittadino"
	CitizenPIN       Deed = "verifica PIN"
	CitizenLogout    Deed = "uscita cittadino"
	DestroySecrets   Deed = "distruzione segreti"
	RefreshHash      Deed = "aggiornamento impronta"
	DiscardOperation Deed = "scarto operazione"
	Import           Deed = "importazione"

	EditPerson       Deed = "modifica dati"
	RegenerateCode   Deed = "rigenerazione codice"
	EditDelegation   Deed = "modifica delega"
	MoveResidence    Deed = "cambio residenza"
	ChangeTaxCode    Deed = "cambio del codice fiscale"
	ProposeTaxCode   Deed = "proposta di cambio del codice fiscale"
	TellUsername     Deed = "recupero username"
	CancelBooking    Deed = "annullamento prenotazione"
	CheckRevocation  Deed = "verifica codice di revoca"
	RevokeCitizen    Deed = "revoca"
	OpenRegister     Deed = "consultazione registro delle revoche"
	CloseAccount     Deed = "cancellazione account obsoleto"
	RevealCode       Deed = "lettura codice"
	LaunchFSE        Deed = "apertura FSE"
	ExportResults    Deed = "esportazione"
	ReadFigures      Deed = "consultazione statistiche"
	ReadWorkList     Deed = "consultazione lavori da fare"
	PublishText      Deed = "pubblicazione testo"
	OperatorPassword Deed = "cambio password operatore"
)

// The deeds of citizens at home, and of the back office behind them.
const (
	Preregister    Deed = "preregistrazione"
	ConfirmEmail   Deed = "conferma dell'e-mail"
	RegisterOnline Deed = "registrazione online"
	CompleteData   Deed = "completamento dei dati"

	AskCredentials  Deed = "richiesta di credenziali"
	UploadDocument  Deed = "caricamento di un documento"
	DiscardDocument Deed = "eliminazione di un documento"
	ReadDocument    Deed = "consultazione di un documento"

	ReceiveRequest Deed = "arrivo di un'istanza"
	TakeRequest    Deed = "presa in carico di un'istanza"
	NoteRequest    Deed = "nota a un'istanza"
	DecideRequest  Deed = "decisione su un'istanza"

	RunPost     Deed = "lotto di stampa"
	LetterFate  Deed = "esito di una lettera"
	SendAgain   Deed = "nuovo invio di una lettera"
	ConfirmTest Deed = "arrivo della lettera di prova"

	EditOwnData     Deed = "modifica dei propri dati"
	AskPassword     Deed = "richiesta di una nuova password"
	AskUsername     Deed = "richiesta dello username"
	RecoverPassword Deed = "recupero della password"
	ChangePassword  Deed = "cambio della password"
	CopyPIN         Deed = "richiesta di un nuovo PIN"
	EndSessions     Deed = "chiusura delle sessioni"
	DisownLogin     Deed = "accesso disconosciuto"
	ForgetDevice    Deed = "dispositivo dimenticato"
	ForgetDevices   Deed = "dispositivi dimenticati"
	TakeOwnData     Deed = "copia dei propri dati"
	AskRevocation   Deed = "richiesta di revoca"

	SwitchOff Deed = "spegnimento delle credenziali locali"

	RemindUnidentified Deed = "promemoria a chi non si è presentato"
	ForgetUnidentified Deed = "cancellazione di chi non si è presentato"
)

// Outcome is how an act ended.
type Outcome string

// Done acts changed something, or let somebody in; refused ones did not.
const (
	Done    Outcome = "eseguito"
	Refused Outcome = "rifiutato"
)

// An ActorKind is what sort of actor did it.
type ActorKind string

// The actors.
const (
	ByOperator ActorKind = "operatore"
	ByCitizen  ActorKind = "cittadino"
	BySystem   ActorKind = "sistema"
	Unknown    ActorKind = "ignoto"
)

// A Record is one line of the audit.
type Record struct {
	Seq          int64             `json:"seq"`
	At           time.Time         `json:"at"`
	Deed         Deed              `json:"deed"`
	Outcome      Outcome           `json:"outcome"`
	ActorKind    ActorKind         `json:"actor_kind"`
	Actor        string            `json:"actor,omitempty"` // operator's or person's id
	Ente         string            `json:"ente,omitempty"`
	Registration string            `json:"registration,omitempty"`
	Operation    string            `json:"operation,omitempty"`
	PersonMAC    string            `json:"person_mac,omitempty"` // keyed hash of the tax code
	Reason       string            `json:"reason,omitempty"`     // the one that was asked for, or why it was refused
	Address      string            `json:"address,omitempty"`
	Request      string            `json:"request,omitempty"`
	Detail       map[string]string `json:"detail,omitempty"` // never personal data
}

// Leaf is the record's canonical form, and its SHA-256.
func (r Record) Leaf() (canonical []byte, sum [32]byte) {
	r.At = r.At.UTC()
	b, err := json.Marshal(r) // maps are written in key order
	if err != nil {
		panic(fmt.Sprintf("a record is always text: %v", err))
	}
	return b, sha256.Sum256(b)
}

// A Filter selects records; zero fields select all.
type Filter struct {
	From, To     time.Time
	Deed         Deed
	Outcome      Outcome
	Actor        string
	Ente         string
	Registration string
	PersonMAC    string
	After        int64 // records with a greater number
	Limit        int   // 0 means all
}
