package mail

// The standings of who is written about an application though they were known before, as they are kept with the mail.
const (
	StandingRejected   = "respinto"
	StandingRegistered = "registrato"
	StandingVerified   = "riscontrato"
	StandingWeak       = "attivo debole"
	StandingStrong     = "attivo forte"
)

func confirmApplication(l Letter) body {
	t := l.t
	b := body{
		Subject: t("Conferma il tuo indirizzo e-mail per %s", l.Community.Name),
		Opening: []string{t("qualcuno, forse tu, ha scritto questo indirizzo per chiedere le credenziali di %s.", l.Community.Name)},
		Facts:   []fact{{t("Il link vale fino a"), l.moment(l.Expires)}},
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Apri questo link: %s", l.Page),
			t("Premi \"Conferma l'indirizzo\": poi trovi il numero di registrazione e che cosa fare."),
		},
		Notices: []string{t("Se apri il link più tardi non hai perso niente: la pagina te ne manda uno nuovo, fino a tre giorni dopo che hai scritto i tuoi dati.")},
		Unasked: t("Se non sei stato tu non fare nulla: senza conferma i dati si cancellano da soli."),
	}
	return b
}

// papersToBring are what the desk asks for (001 §3.1, B07).
func (l Letter) papersToBring() []string {
	t := l.t
	return []string{
		t("Scegli uno sportello: %s", l.Page),
		t("Porta il numero di registrazione qui sopra, il documento d'identità che hai indicato e la tessera sanitaria."),
		t("Allo sportello ricevi il PIN; il codice di attivazione arriva a questo indirizzo. Poi attivi le credenziali da casa."),
	}
}

const knownBefore = "Se eri già registrato abbiamo scritto anche all'indirizzo che avevi dato allora, con la strada più breve. Il numero vale comunque: allo sportello porta alla tua pratica."

// toTheDesk sends on to a desk who has registered from home.
func (l Letter) toTheDesk(subject string, opening ...string) body {
	t := l.t
	return body{Subject: subject, Opening: opening, Facts: []fact{{t("Numero di registrazione"), l.Number}},
		Before: t("Che cosa fare:"), Steps: l.papersToBring(),
		Unasked: t("Se non hai chiesto tu le credenziali avvisa subito l'assistenza: nessuno le riceve senza mostrare i tuoi documenti.")}
}

func preregistered(l Letter) body {
	t := l.t
	b := l.toTheDesk(t("La tua preregistrazione a %s", l.Community.Name),
		t("abbiamo ricevuto i tuoi dati per le credenziali di %s. Manca solo l'accertamento della tua identità, a uno sportello.", l.Community.Name))
	b.Notices = []string{
		t("Non puoi andarci tu? Un'altra persona può andare con il modulo di delega: lo trovi nella pagina della ricevuta e tra i documenti da scaricare."),
		t(knownBefore),
		t("Hai dodici mesi per andare allo sportello: poi i dati che hai scritto si cancellano da soli, e si ricomincia."),
	}
	return b
}

func notIdentified(l Letter) body {
	t := l.t
	b := l.toTheDesk(t("La tua registrazione a %s: un passo ancora", l.Community.Name),
		t("abbiamo ricevuto i tuoi dati per le credenziali di %s, ma online non possiamo accertare la tua identità.", l.Community.Name),
		t("Capita spesso e non vuol dire che i dati siano sbagliati: il comune può non essere collegato, il documento può essere di un altro tipo, l'anagrafe può non rispondere."))
	b.Notices = []string{
		t("Se non puoi andare a uno sportello puoi mandare le copie dei documenti per fax, con il numero di registrazione e la tua firma: l'assistenza ti dice come. Il PIN arriva per posta e le credenziali restano deboli."),
		t(knownBefore),
	}
	return b
}

func onlineCode(l Letter) body {
	t := l.t
	b := l.withPINByPost(t("l'anagrafe ha confermato i tuoi dati: con questo codice attivi da casa le credenziali di %s.", l.Community.Name))
	b.Notices = append(b.Notices, t("Il PIN non arriva per e-mail e non va scritto in una risposta: nessun operatore te lo chiederà, né per telefono né per e-mail."))
	return b
}

// withPINByPost brings the activation code to who was identified from home, online or by fax (001 §3.3); the PIN goes by post.
func (l Letter) withPINByPost(accepted string) body {
	t := l.t
	return body{
		Subject: t("Il tuo codice di attivazione per %s", l.Community.Name),
		Opening: []string{accepted, t("Il PIN arriva per posta ordinaria all'indirizzo di residenza: aspetta la lettera.")},
		Label:   t("Codice di attivazione"),
		Code:    l.groupedCode(),
		Facts:   l.codeFacts(),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Quando hai la lettera con il PIN apri la pagina %s, meglio se scrivi tu l'indirizzo nel browser.", l.Page),
			t("Inserisci il codice fiscale, questo codice e il PIN della lettera."),
			t("Segui le indicazioni fino alla pagina di conferma."),
		},
		Notices: []string{t("Le credenziali saranno deboli: non aprono i servizi con dati delicati, come quelli sulla salute. A uno sportello le puoi rendere forti.")},
		Unasked: t("Se non hai chiesto tu queste credenziali non usare il codice e avvisa subito l'assistenza: finché non viene usato non succede nulla."),
	}
}

// forgottenSoon tells who registered from home and came to no desk what happens in a month (GDPR art. 5).
func forgottenSoon(l Letter) body {
	t := l.t
	return body{
		Subject: t("I tuoi dati per %s stanno per essere cancellati", l.Community.Name),
		Opening: []string{
			t("quasi un anno fa hai scritto da casa i tuoi dati per le credenziali di %s, e nessuno sportello ti ha ancora identificato.", l.Community.Name),
			t("Passato un anno cancelliamo i dati di chi non si presenta."),
		},
		Facts:   []fact{{t("Numero di registrazione"), l.Number}, {t("Si cancellano dopo il"), l.moment(l.Expires)}},
		Before:  t("Se le credenziali ti servono ancora:"),
		Steps:   l.papersToBring(),
		Unasked: t("Se non ti servono più non devi fare nulla."),
	}
}

func dataCompleted(l Letter) body {
	t := l.t
	return l.confirmation(t("Hai completato i tuoi dati per %s", l.Community.Name),
		t("hai completato online i dati della tua registrazione a %s e accettato i testi in vigore.", l.Community.Name),
		t("Le credenziali restano deboli: per renderle forti vai a uno sportello."))
}

// A next says to somebody who was known before how they stand and what to do now.
type next struct {
	standing string
	steps    []string
}

// nexts are the words of each standing (001 §3.1: who is registered already is told so, and what to do).
var nexts = map[string]next{
	StandingRejected: {"la registrazione di prima era stata respinta: quella nuova ha preso il suo posto.",
		[]string{"Se sei stato tu segui il messaggio che è arrivato all'indirizzo nuovo."}},
	StandingRegistered: {"sei già preregistrato: i tuoi dati ci sono, manca l'accertamento della tua identità.",
		[]string{"Vai a uno sportello con il numero di registrazione qui sopra, il documento d'identità e la tessera sanitaria.",
			"Se qualche dato è cambiato, o vuoi ricevere la posta a un altro indirizzo, dillo allo sportello."}},
	StandingVerified: {"la tua identità è già stata controllata: mancano solo l'attivazione e la scelta di username e password.",
		[]string{"Attiva le credenziali con il codice fiscale, il codice di attivazione e il PIN che hai ricevuto.",
			"Se li hai persi vai a uno sportello con il documento d'identità e la tessera sanitaria: te ne danno di nuovi."}},
	StandingWeak: {"hai già le credenziali, deboli: non aprono i servizi con dati delicati, come quelli sulla salute.",
		[]string{"Accedi con username e password. Se ti chiediamo di completare i tuoi dati puoi farlo online, con il PIN.",
			"Per renderle forti vai a uno sportello con il documento d'identità e la tessera sanitaria e chiedi la promozione."}},
	StandingStrong: {"hai già le credenziali forti: non serve un'altra registrazione.",
		[]string{"Accedi con username, password e PIN.",
			"Se li hai persi vai a uno sportello con il documento d'identità e la tessera sanitaria."}},
}

// pagesOf are where each standing leads.
var pagesOf = map[string]string{StandingRejected: "", StandingRegistered: "sportelli", StandingVerified: "attivazione", StandingWeak: "accesso", StandingStrong: "accesso"}

func alreadyKnown(l Letter) body {
	t, x := l.t, nexts[l.Standing]
	b := body{
		Subject: t("Sei già registrato a %s", l.Community.Name),
		Opening: []string{
			t("qualcuno, forse tu, ha chiesto online le credenziali di %s con il tuo codice fiscale.", l.Community.Name),
			t("Per te la strada è più breve: %s", t(x.standing)),
		},
		Facts:   []fact{{t("Numero di registrazione"), l.Number}},
		Before:  t("Che cosa fare:"),
		Notices: []string{t("Lo scriviamo solo a questo indirizzo, che conosciamo già: la pagina non dice a nessuno chi è registrato.")},
		Unasked: t("Se non sei stato tu non devi fare nulla: i tuoi dati non sono cambiati. Se continua, avvisa l'assistenza."),
	}
	if l.Standing == StandingRejected {
		b.Unasked = t("Se non sei stato tu avvisa subito l'assistenza.")
	}
	for _, s := range x.steps {
		b.Steps = append(b.Steps, t(s))
	}
	if l.Page != "" {
		b.Steps = append(b.Steps, t("La pagina è %s", l.Page))
	}
	return b
}
