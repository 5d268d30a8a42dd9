package request

import (
	"slices"
	"time"
)

// A Problem is what a request is about.
type Problem string

// The problems. Those of the card are 002's.
const (
	Identification Problem = "identificazione via fax"
	LostCode       Problem = "codice di attivazione smarrito"
	Revocation     Problem = "revoca delle credenziali"
	Credentials    Problem = "richiesta di credenziali"
	LostPassword   Problem = "password o username dimenticati"
	LostPIN        Problem = "PIN smarrito"
	NoLetter       Problem = "lettera con il PIN non arrivata"
	SiteFault      Problem = "errore del sito"
	CardPIN        Problem = "PIN della carta da cambiare o sbloccare"
	CardSoftware   Problem = "installazione del software della carta"
	CardFault      Problem = "carta che non funziona"
	Fraud          Problem = "telefonata o visita sospetta"
	Disowned       Problem = "accesso disconosciuto"
	Barrier        Problem = "ostacolo all'accessibilità"
	Other          Problem = "altro"
)

// An ItemSort is how an item of a checklist is answered.
type ItemSort string

// The sorts: a tick that must be set, a choice of which some answers stop granting, words that were said.
const (
	Tick   ItemSort = "conferma"
	Choice ItemSort = "scelta"
	Words  ItemSort = "parole"
)

// Yes is the answer to a tick that is set.
const Yes = "sì"

// An Item is one thing to look at, or to ask, before a request is decided (L03).
type Item struct {
	Key      string
	Label    string
	Help     string
	Sort     ItemSort
	Options  []string // of a Choice
	Stops    []string // options with which nothing is granted
	Optional bool     // may stay without an answer
}

// Answers are what a clerk found, by the keys of the items.
type Answers map[string]string

// A Rule is what holds for one problem.
type Rule struct {
	Problem   Problem
	Kinds     []Kind        // ways by which it comes
	Days      int           // within which it is to be decided
	Notice    time.Duration // that the citizen has to object before it is granted
	Checklist []Item
	Reasons   []string // for refusing or closing, as a menu
	Grants    string   // what granting does, for the button; "" where there is nothing to grant
	FourEyes  bool     // a second clerk confirms where the community asks for it
	Guide     []string // what to do or say, step by step
}

// ResidenceProof is the key of the item that says what shows the residence (C07), and OnDocument its answer where the document does.
const (
	ResidenceProof = "residenza"
	OnDocument     = "Non serve: è quella del documento"
)

// Lengths of answers in words, and of a reason, in characters.
const (
	LongestAnswer = 200
	LongestReason = 200
)

// saying are the items that a caller is asked for in every case (000, L01). Where to call back is part of the request.
var (
	message = Item{Key: "messaggio", Label: "Messaggio di errore", Help: "Parola per parola, come lo legge chi chiama.", Sort: Words, Optional: true}
	system  = Item{Key: "sistema", Label: "Sistema operativo e versione", Sort: Words, Optional: true}
	browser = Item{Key: "browser", Label: "Browser e versione", Sort: Words, Optional: true}
	serial  = Item{Key: "seriale", Label: "Numero di serie della tessera", Help: "È stampato sulla tessera.", Sort: Words, Optional: true}
	cip     = Item{Key: "cip", Label: "Ha il codice di identificazione CIP", Help: "Consegnato con PIN e PUK. Annotare solo se c'è, mai quale sia.", Sort: Choice, Options: []string{"Sì", "No"}, Optional: true}
	number  = Item{Key: "tessera", Label: "Ha a portata di mano la tessera sanitaria", Help: "Chi ha perso la tessera ne chiede prima un duplicato.", Sort: Choice, Options: []string{"Sì", "No"}, Optional: true}
	access  = Item{Key: "accesso", Label: "Come accede", Sort: Choice, Options: []string{"Username e password", "SPID", "CIE", "CNS o CPS"}, Optional: true}
	service = Item{Key: "servizio", Label: "Servizio a cui vuole accedere", Sort: Words, Optional: true}
)

// What shows, to who hears or reads them, that somebody is the person whose credentials they ask about (000, L01): they say it, nobody tells them.
var (
	recognised = []Item{
		{Key: "anagrafici", Label: "Nome, cognome e codice fiscale coincidono", Sort: Tick},
		{Key: "documento", Label: "Numero e data di rilascio del documento coincidono", Sort: Tick},
		whence,
	}
	whence = Item{Key: "mittente", Label: "Da dove arriva la richiesta", Sort: Choice, Options: []string{"Dall'indirizzo e-mail registrato", "Da un altro indirizzo", "Per telefono"}, Stops: []string{"Da un altro indirizzo"}}
	sentTo = Item{Key: "indirizzo", Label: "L'indirizzo di spedizione detto da chi chiede è quello giusto", Sort: Choice, Options: []string{"Sì", "No: va corretto allo sportello"}, Stops: []string{"No: va corretto allo sportello"}}
)

// refusals are the reasons for refusing who is not recognised, and for closing what was solved in another way.
var refusals = append([]string{"I dati non coincidono con quelli registrati", "Mancano dei dati"}, closings...)

// Rules are all problems, in the order of menus. Deadlines count calendar days.
var Rules = []Rule{
	{
		Problem: LostCode, Kinds: []Kind{Email, Phone}, Days: 2, Grants: "Invia un nuovo codice",
		Checklist: []Item{
			{Key: "anagrafici", Label: "Nome, cognome e codice fiscale coincidono", Sort: Tick},
			{Key: "documento", Label: "Numero e data di rilascio del documento coincidono", Sort: Tick},
			{Key: "mittente", Label: "Da dove arriva la richiesta", Sort: Choice, Options: []string{"Dall'indirizzo e-mail registrato", "Da un altro indirizzo", "Per telefono"}, Stops: []string{"Da un altro indirizzo"},
				Help: "Il nuovo codice parte in ogni caso verso l'indirizzo registrato, mai verso un altro."},
		},
		Reasons: []string{"I dati non coincidono con quelli registrati", "Il messaggio non arriva dall'indirizzo registrato", "Mancano dei dati", "Non è registrato un indirizzo e-mail", "Richiesta ripetuta"},
		Guide:   []string{"Non dire e non scrivere mai a chi chiede i dati registrati: si confrontano soltanto.", "Se qualcosa non coincide, respingere: la persona riceve l'invito ad andare allo sportello."},
	},
	{
		Problem: Identification, Kinds: []Kind{Fax}, Days: 5, Grants: "Accetta l'identificazione",
		Checklist: []Item{
			{Key: "firma", Label: "Il fax è firmato a mano", Sort: Choice, Options: []string{"Sì", "No"}, Stops: []string{"No"}, Help: "Senza firma autografa si respinge."},
			{Key: "documento", Label: "Documento d'identità", Sort: Choice, Options: []string{"Carta d'identità, fronte e retro", "Passaporto, pagina con la foto", "Patente, pagina con la foto", "Permesso di soggiorno, pagina con la foto", "Manca, non è leggibile o è scaduto"},
				Stops: []string{"Manca, non è leggibile o è scaduto"}},
			{Key: "dati", Label: "I dati del documento coincidono con quelli dichiarati", Sort: Tick},
			{Key: "codice-fiscale", Label: "Prova del codice fiscale", Sort: Choice, Options: []string{"Tessera sanitaria", "Autodichiarazione del codice", "Manca"}, Stops: []string{"Manca"}},
			{Key: ResidenceProof, Label: "Prova della residenza", Sort: Choice, Options: []string{OnDocument, "Carta di soggiorno", "Patente di guida italiana", "Certificato di residenza", "Talloncino o ricevuta di cambio di residenza", "Autocertificazione di residenza", "Manca"},
				Stops: []string{"Manca"}, Help: "Serve quando l'indirizzo dichiarato non è sul documento, o è diverso."},
		},
		Reasons: []string{"Il fax non è firmato", "Il documento manca, non è leggibile o è scaduto", "I dati non coincidono con quelli dichiarati", "Manca la prova del codice fiscale", "Manca la prova della residenza"},
		Guide:   []string{"Guardare ogni pagina accanto ai dati dichiarati.", "Accettando, il PIN parte per posta e il codice di attivazione per e-mail.", "Respingendo, la registrazione diventa respinta e la persona riceve il motivo: potrà registrarsi di nuovo."},
	},
	{
		Problem: Revocation, Kinds: []Kind{RegisteredLetter}, Days: 3, Notice: 48 * time.Hour, Grants: "Revoca e cancella", FourEyes: true,
		Checklist: []Item{
			{Key: "firma", Label: "La richiesta è firmata a mano", Sort: Tick},
			{Key: "copia", Label: "È allegata la copia di un documento d'identità valido", Sort: Tick},
			{Key: "dati", Label: "I dati della richiesta e del documento coincidono con quelli registrati", Sort: Tick},
			{Key: "protocollo", Label: "Numero e data di protocollo", Sort: Words},
		},
		Reasons: []string{"La richiesta non è firmata", "Manca la copia del documento", "I dati non coincidono con quelli registrati", "La persona ha detto di non averla chiesta", "La persona non è registrata"},
		Guide:   []string{"La persona viene avvisata all'indirizzo registrato e ha due giorni per opporsi.", "La revoca cancella la persona, i documenti e le credenziali: non si torna indietro."},
	},
	{
		Problem: LostPassword, Kinds: []Kind{Phone, Email}, Days: 2, Grants: "Invia il link per la nuova password",
		Checklist: append(slices.Clip(recognised), Item{Key: "username", Label: "Lo username detto da chi chiede coincide", Sort: Tick}, message, access), Reasons: refusals,
		Guide: []string{"Prima indicare la pagina di recupero: servono lo username e la risposta alla domanda segreta, che non si dicono per telefono.",
			"Se non ci riesce, e dice da sé i dati e lo username: accogliendo, il link parte verso l'indirizzo e-mail registrato, mai verso un altro.",
			"Lo username si dice solo allo sportello, di persona."},
	},
	{
		Problem: LostPIN, Kinds: []Kind{Phone, Email}, Days: 2, Grants: "Spedisci un nuovo PIN", Reasons: refusals,
		Checklist: append(slices.Clip(recognised), Item{Key: "ritiro", Label: "Come ha avuto il PIN", Sort: Choice, Options: []string{"Per posta", "Allo sportello"}, Stops: []string{"Allo sportello"}}, sentTo),
		Guide: []string{"Se il PIN è arrivato per posta: la copia si chiede dall'area personale, oppure si spedisce da qui.", "Il PIN parte solo verso l'indirizzo dove una lettera è già arrivata, o dove la persona risulta residente.",
			"Se è stato consegnato allo sportello: un nuovo PIN si prenota allo sportello."},
	},
	{
		Problem: NoLetter, Kinds: []Kind{Phone, Email}, Days: 2, Grants: "Spedisci un'altra lettera", Reasons: refusals,
		Checklist: append(slices.Clip(recognised), sentTo, Item{Key: "causa", Label: "Perché non è arrivata", Sort: Choice, Options: []string{"Smarrita dalla posta", "Nome non sulla cassetta o sul citofono", "Assenza o trasloco recente, rientrato", "Non si sa"}}),
		Guide: []string{"Far dire l'indirizzo a chi chiama, senza suggerirlo.", "Prima di rispedire aspettare due settimane dalla spedizione: la data è nel dettaglio della pratica.",
			"Accogliendo, parte un'altra lettera con un PIN nuovo allo stesso indirizzo, e quello della lettera persa non vale più. Una lettera tornata indietro si rispedisce invece dalla pagina Posta, dopo averne controllato l'indirizzo."},
	},
	{
		Problem: SiteFault, Kinds: []Kind{Phone, Email}, Days: 2, Checklist: []Item{message, service, access, browser}, Reasons: closings,
	},
	{
		Problem: CardPIN, Kinds: []Kind{Phone, Email}, Days: 2, Checklist: []Item{message, system}, Reasons: closings,
		Guide: []string{"Dopo tre PIN sbagliati la carta si blocca: si sblocca con il PUK e il programma della carta.", "Dopo dieci PUK sbagliati serve un duplicato della tessera.", "Non farsi mai dire PIN o PUK."},
	},
	{
		Problem: CardSoftware, Kinds: []Kind{Phone, Email}, Days: 3, Checklist: []Item{cip, serial, system, browser, message}, Reasons: closings,
	},
	{
		Problem: CardFault, Kinds: []Kind{Phone, Email}, Days: 2, Reasons: closings,
		Checklist: []Item{cip, serial, number, {Key: "esito", Label: "Che cosa non va", Sort: Choice, Options: []string{"Installazione sbagliata", "Tessera difettosa"}, Optional: true}},
		Guide:     []string{"Ripetere con chi chiama l'installazione, passo per passo.", "Se la tessera è difettosa va revocata: indicare dove chiedere il duplicato, che poi si attiva allo sportello."},
	},
	{
		Problem: Fraud, Kinds: []Kind{Phone, Email, RegisteredLetter}, Days: 1, Reasons: []string{"Segnalata all'autorità giudiziaria", "Segnalata al responsabile della protezione dei dati", "Nessuna conseguenza"},
		Checklist: []Item{{Key: "dati-dati", Label: "Ha dato codici o dati a chi l'ha contattata", Sort: Choice, Options: []string{"No", "Sì"}, Optional: true}, {Key: "quando", Label: "Quando e come è stata contattata", Sort: Words, Optional: true}},
		Guide:     []string{"Nessuno attiva carte o credenziali a domicilio o per telefono: è un tentativo di truffa.", "Consigliare di non collaborare e di rivolgersi subito alle forze dell'ordine.", "Se ha dato codici, le credenziali vanno revocate o reimpostate allo sportello."},
	},
	{
		Problem: Disowned, Kinds: []Kind{Area}, Days: 1, Reasons: []string{"Password cambiata dalla persona", "Avviata la revoca", "Accesso riconosciuto dopo la verifica", "La persona non risponde"},
		Guide: []string{"Gli altri accessi sono già chiusi e alla persona è stato chiesto di cambiare la password: controllare nel dettaglio della pratica che l'abbia fatto.",
			"Chiamare la persona ai recapiti registrati, mai a quelli che dice al telefono.",
			"Se qualcuno conosce anche il PIN servono un Reset allo sportello o la revoca."},
	},
	{
		Problem: Credentials, Kinds: []Kind{Approval}, Days: 10, Grants: "Approva", FourEyes: true,
		Checklist: []Item{
			{Key: "documento", Label: "Il documento è leggibile, intero e non scaduto", Sort: Tick},
			{Key: "dati", Label: "I dati del documento coincidono con quelli scritti", Sort: Tick},
			{Key: "anagrafe", Label: "Confronto con l'anagrafe", Sort: Choice, Options: []string{"I dati coincidono", "La persona non risulta: è residente altrove", "L'anagrafe non risponde", "I dati non coincidono"},
				Stops: []string{"I dati non coincidono"}},
			{Key: "titolo", Label: "A che titolo chiede", Sort: Choice, Options: []string{"Pubblica amministrazione", "Gestore di pubblico servizio autorizzato", "Impresa o professionista", "Nessuno di questi"},
				Stops: []string{"Nessuno di questi"}, Help: "Il servizio è riservato: i cittadini entrano con SPID, CIE o CNS."},
		},
		Reasons: []string{"Il documento manca, non è leggibile o è scaduto", "I dati del documento non coincidono con quelli scritti", "I dati non coincidono con quelli dell'anagrafe",
			"Il servizio è riservato a pubbliche amministrazioni e gestori autorizzati", "Richiesta ripetuta", NotOnline},
		Guide: []string{"Guardare ogni pagina dei documenti accanto ai dati scritti.", "Approvando, la persona riceve la password di primo accesso e le credenziali valgono: restano deboli, perché nessuno l'ha vista.",
			"Respingendo, la persona riceve il motivo e può fare un'altra richiesta."},
	},
	{ // law 4/2004 art. 3-quater: an answer within thirty days
		Problem: Barrier, Kinds: []Kind{Page, Phone, Email}, Days: 30, Reasons: []string{"Ostacolo tolto, risposta data", "Ostacolo confermato, risposta data con i tempi", "Non è un ostacolo di queste pagine", "Non si può rispondere: manca un recapito"},
		Checklist: []Item{{Key: "riprodotto", Label: "L'ostacolo si ripete", Sort: Choice, Options: []string{"Sì", "No"}, Optional: true}, {Key: "risposta", Label: "Che cosa si è risposto, e quando", Sort: Words, Optional: true}},
		Guide: []string{"Rispondere entro trenta giorni al recapito lasciato, se c'è: chi non ha risposta si rivolge al Difensore civico per il digitale.", "Aprire la pagina indicata e ripetere ciò che la persona descrive, anche con la sola tastiera.",
			"Se serve un documento o un'operazione che la persona non riesce a fare, offrirla subito in un altro modo."},
	},
	{
		Problem: Other, Kinds: []Kind{Phone, Email, RegisteredLetter, Fax}, Days: 5, Checklist: []Item{message, service}, Reasons: closings,
	},
}

// NotOnline is the reason for refusing who was registered before and asks from another mailbox: it tells nothing of that to who only typed a tax code.
const NotOnline = "Serve presentarsi di persona, con un documento"

// closings are the reasons for closing what there is nothing to grant for.
var closings = []string{"Risolto con le indicazioni date", "Inviata allo sportello", "Passata a chi se ne occupa", "Non più raggiungibile", "Non riguarda questo servizio"}

// RuleFor is the rule of a problem; that of Other for one that is not in the table.
func RuleFor(p Problem) Rule {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Problem == p })
	if i < 0 {
		i = len(Rules) - 1
	}
	return Rules[i]
}

// Rule is the rule of the request's problem.
func (r *Request) Rule() Rule { return RuleFor(r.Problem) }

// Problems are those that come by a way, in the order of menus.
func Problems(k Kind) (list []Problem) {
	for _, r := range Rules {
		if slices.Contains(r.Kinds, k) {
			list = append(list, r.Problem)
		}
	}
	return list
}

// Missing are the items that stop granting: not answered, or answered with what stops it.
func (r Rule) Missing(a Answers) (items []Item) {
	for _, x := range r.Checklist {
		if !x.Passes(a[x.Key]) {
			items = append(items, x)
		}
	}
	return items
}

// Passes tells whether an answer lets the request be granted.
func (x Item) Passes(answer string) bool {
	switch {
	case answer == "":
		return x.Optional
	case x.Sort == Tick:
		return answer == Yes
	case x.Sort == Choice:
		return slices.Contains(x.Options, answer) && !slices.Contains(x.Stops, answer)
	}
	return true
}

// Due is the deadline of a request about the problem that came at a time.
func (r Rule) Due(opened time.Time) time.Time { return opened.AddDate(0, 0, r.Days) }
