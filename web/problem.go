package web

import (
	"errors"
	"net/http"
	"slices"

	"sportello/access"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// Errors of the face itself. Those of the deeds are in problems too.
var (
	ErrNotFound    = errors.New("page not found")
	ErrMethod      = errors.New("method not allowed")
	ErrForbidden   = errors.New("not allowed to this visitor")
	ErrCrossOrigin = errors.New("request sent by another site")
	ErrForm        = errors.New("unreadable form")
)

// redirect is the error of a request that must go elsewhere first, as to the log-in.
type redirect string

func (to redirect) Error() string { return "go to another page first" }

// words tell a person what happened and what to do now.
type words struct {
	title    string
	happened string
	todo     []string
}

// A problem gives an error its status and its words. Citizens are told "tu"; operators impersonally,
// with the same words if desk is empty.
type problem struct {
	err     error
	status  int
	citizen words
	desk    words
}

// problems is the table of all errors that a person can meet; the first that holds is told.
var problems = slices.Concat(
	searchProblems,

	bookingProblems,

	codeProblems,

	editProblems,

	delegationProblems,

	accountProblems,

	revocationProblems,

	officeProblems,

	importProblems,

	launchProblems,

	localProblems,

	recoveryProblems,

	onlineProblems,

	requestProblems,

	helpdeskProblems,

	postProblems,

	houseProblems,
)

var houseProblems = []problem{
	{ErrNotFound, http.StatusNotFound,
		words{"Pagina non trovata", "L'indirizzo non corrisponde a nessuna pagina: può essere scritto male, o la pagina non c'è più.",
			[]string{"Controlla l'indirizzo.", "Torna all'inizio e cerca da lì."}},
		words{"Pagina non trovata", "L'indirizzo non corrisponde a nessuna pagina o a nessuna pratica visibile a questo sportello.",
			[]string{"Tornare al menu iniziale e cercare da lì."}}},
	{ErrMethod, http.StatusMethodNotAllowed,
		words{"Questa pagina non si apre così", "La pagina si raggiunge solo inviando un modulo, e il modulo non è arrivato.",
			[]string{"Torna all'inizio e ripeti l'operazione."}},
		words{"Questa pagina non si apre così", "La pagina si raggiunge solo inviando un modulo, e il modulo non è arrivato.",
			[]string{"Tornare al menu iniziale e ripetere l'operazione."}}},
	{ErrForbidden, http.StatusForbidden,
		words{"Non puoi aprire questa pagina", "La pagina è riservata ad altre persone.",
			[]string{"Torna all'inizio e accedi.", "Se pensi che sia un errore, chiama l'assistenza."}},
		words{"Operazione non consentita", "Il ruolo o lo sportello dell'operatore non permette questa operazione.",
			[]string{"Tornare al menu iniziale.", "Se serve questa operazione, rivolgersi all'amministratore dell'ente."}}},
	{ErrCrossOrigin, http.StatusForbidden,
		words{"Richiesta non accettata", "La richiesta arriva da un altro sito: per sicurezza non è stata eseguita.",
			[]string{"Torna all'inizio e ripeti l'operazione da qui."}},
		words{}},
	{ErrForm, http.StatusBadRequest,
		words{"Il modulo non è arrivato intero", "I dati inviati non si leggono. Non è stato salvato niente.",
			[]string{"Torna indietro e invia di nuovo il modulo."}},
		words{"Il modulo non è arrivato intero", "I dati inviati non si leggono. Non è stato salvato niente.",
			[]string{"Tornare indietro e inviare di nuovo il modulo."}}},
	{office.ErrForbidden, http.StatusForbidden, words{},
		words{"Operazione non consentita", "Il ruolo dell'operatore non permette questa operazione.",
			[]string{"Tornare al menu iniziale.", "Se serve questa operazione, rivolgersi all'amministratore dell'ente."}}},
	{access.ErrStage, http.StatusConflict, words{},
		words{"L'accesso è già a un altro passo", "Forse è stato continuato in un'altra scheda.",
			[]string{"Tornare al menu iniziale: si arriva al passo giusto."}}},
	{access.ErrNoPost, http.StatusForbidden, words{},
		words{"Ente non più disponibile", "L'operatore non lavora più per l'ente scelto.",
			[]string{"Tornare all'accesso e scegliere un altro ente.", "Se è un errore, rivolgersi all'amministratore dell'ente."}}},
	{store.ErrNotFound, http.StatusNotFound,
		words{"Pagina non trovata", "Quello che cerchi non c'è, o non c'è più.", []string{"Torna all'inizio e riprova da lì."}},
		words{"Pratica non trovata", "La pratica non esiste, non c'è più, o appartiene a un altro sportello.",
			[]string{"Tornare al menu iniziale e cercare da lì."}}},
	{store.ErrTooMany, http.StatusTooManyRequests,
		words{"Troppi tentativi", "Da questa connessione sono arrivate troppe richieste: per sicurezza ci fermiamo per un po'. Non è cambiato niente.",
			[]string{"Riprova tra un'ora.", "Se hai fretta vai a uno sportello o chiama l'assistenza."}}, words{}},
	{store.ErrStale, http.StatusConflict,
		words{"I dati sono cambiati nel frattempo", "Un'altra scheda o un'altra persona ha modificato gli stessi dati. Non è stato salvato niente.",
			[]string{"Torna indietro, ricarica la pagina e ripeti."}},
		words{"Modificata da un altro operatore", "La pratica è cambiata mentre la pagina era aperta. Non è stato salvato niente.",
			[]string{"Ricaricare la pagina, controllare i dati e ripetere."}}},
	{office.ErrSelf, http.StatusForbidden, words{},
		words{"Nessuno lavora sulla propria pratica", "Il codice fiscale è quello dell'operatore che ha fatto l'accesso.",
			[]string{"Chiedere a un altro operatore di eseguire l'operazione."}}},
	{office.ErrCompetence, http.StatusForbidden, words{},
		words{"Comune fuori competenza", "Il comune di residenza non è tra quelli di competenza dell'ente.",
			[]string{"Inviare il cittadino allo sportello competente."}}},
	{desk.ErrOtherDesk, http.StatusForbidden, words{},
		words{"Spetta all'operatore che ha prenotato", "L'operazione è stata prenotata da un altro operatore: solo lui stampa PIN e codice e conclude la consegna.",
			[]string{"Chiamare l'operatore che ha prenotato.", "Se non può, un responsabile può sbloccare le stampe annullando l'operazione."}}},
	{desk.ErrOtherEnte, http.StatusConflict, words{},
		words{"Ci sono documenti da stampare per un altro ente", "L'operatore ha prenotato un'operazione per un altro ente e non ne ha ancora stampato i documenti: fino ad allora non si apre altro.",
			[]string{"Uscire e accedere di nuovo, scegliendo quell'ente: si torna alle stampe da completare."}}},
	{desk.ErrFourEyes, http.StatusForbidden, words{},
		words{"Serve un secondo operatore", "Chi ha prenotato non stampa il codice né lo rigenera per un indirizzo e-mail nuovo: così vuole la community, e così è ovunque per la revoca e il reset di chi ha le credenziali e non ha e-mail.",
			[]string{"Chiedere a un collega dello stesso ente di aprire la pratica da Gestione utenti: stampa o rigenera lui il codice."}}},
	{desk.ErrGone, http.StatusGone, words{},
		words{"Non si può più stampare", "La consegna è conclusa: PIN e codice sono stati cancellati e ne resta solo l'impronta.",
			[]string{"Se il cittadino li ha persi, servirà una nuova prenotazione."}}},
	{registration.ErrNotPending, http.StatusConflict, words{},
		words{"L'operazione non è più in corso", "È già stata conclusa, annullata o completata dal cittadino.",
			[]string{"Aprire la pratica da Gestione utenti per vederne lo stato."}}},
}

var tooLarge = problem{nil, http.StatusRequestEntityTooLarge,
	words{"Il file è troppo grande", "Quello che hai inviato supera la dimensione massima. Non è stato salvato niente.",
		[]string{"Torna indietro e scegli un file più piccolo."}},
	words{"Il file è troppo grande", "I dati inviati superano la dimensione massima. Non è stato salvato niente.",
		[]string{"Tornare indietro e scegliere un file più piccolo."}}}

var unknown = problem{nil, http.StatusInternalServerError,
	words{"Non siamo riusciti a completare l'operazione", "C'è un guasto nel sistema. Non è colpa tua e i tuoi dati sono al sicuro.",
		[]string{"Aspetta qualche minuto e riprova.", "Se l'errore si ripete, chiama l'assistenza e leggi il numero qui sotto."}},
	words{"Operazione non riuscita", "C'è un guasto nel sistema. L'operazione non è stata completata.",
		[]string{"Attendere qualche minuto e riprovare.", "Prima di ripetere, controllare in Gestione utenti se la pratica è cambiata.",
			"Se l'errore si ripete, comunicare all'assistenza il numero qui sotto."}}}

func problemOf(err error) problem {
	if over := (*http.MaxBytesError)(nil); errors.As(err, &over) {
		return tooLarge // before ErrForm, which wraps it
	}
	for _, p := range problems {
		if errors.Is(err, p.err) {
			return p
		}
	}
	return unknown
}

// errorPage is the data of the error template.
type errorPage struct {
	Happened string
	Todo     []string
	Home     string
}

// showError turns an error into a page.
func (s *Server) showError(w http.ResponseWriter, r *http.Request, err error) {
	if to := redirect(""); errors.As(err, &to) {
		http.Redirect(w, r, string(to), http.StatusSeeOther)
		return
	}
	v, p := visitOf(r), problemOf(err)
	if p.status == http.StatusInternalServerError {
		s.Log.ErrorContext(r.Context(), "page", "route", routeLabel(r), "request", v.ID, "err", err)
	}
	if v.who == machines {
		http.Error(w, http.StatusText(p.status), p.status)
		return
	}
	told, home := p.citizen, "/"
	if v.who.atDesk() {
		home = "/sportello"
		if p.desk.title != "" {
			told = p.desk
		}
	}
	shown := s.page(r, told.title)
	shown.Reference = v.ID
	shown.Data = errorPage{told.happened, told.todo, home}
	if err := s.render(w, p.status, "error", shown); err != nil {
		s.Log.ErrorContext(r.Context(), "error page", "request", v.ID, "err", err)
		http.Error(w, "Errore del sistema. Numero di riferimento: "+v.ID, p.status)
	}
}
