package mail

import "slices"

// A body is what one kind of letter says, before it is laid out. Empty parts are left out.
type body struct {
	Subject string
	Opening []string // paragraphs
	Label   string   // of the code
	Code    string
	Facts   []fact
	Before  string // sentence before the steps
	Steps   []string
	Notices []string // what to beware of
	Unasked string   // what to do if it was not you
}

type fact struct{ Label, Value string }

// bodies has the writer of each kind; a kind not listed does not exist.
var bodies = map[Kind]func(Letter) body{
	ActivationCode: activationCode,
	RevocationCode: revocationCode,
	Activated:      activated,
	Promoted:       promoted,
	PINActivated:   pinActivated,
	ResetDone:      resetDone,
	Revoked:        revoked,
	ResidenceMoved: residenceMoved,
	TaxCodeChanged: taxCodeChanged,
	AddressAdded:   addressAdded,
	AddressRemoved: addressRemoved,

	OperatorSecondFactor: secondFactorReset,
	OperatorPassword:     passwordReplaced,
	OperatorAddress:      addressChanged,
	DelegateCollected:    delegateCollected,
	CodeTaken:            codeTaken,
	EndAnnounced:         endAnnounced,

	ConfirmApplication: confirmApplication,
	Preregistered:      preregistered,
	NotIdentified:      notIdentified,
	OnlineCode:         onlineCode,
	AlreadyKnown:       alreadyKnown,
	DataCompleted:      dataCompleted,
	TestLetterLate:     testLetterLate,
	RunUnconfirmed:     runUnconfirmed,
	BarrierTold:        barrierTold,
	ForgottenSoon:      forgottenSoon,

	RequestRefused:   requestRefused,
	RevocationAsked:  revocationAsked,
	FaxCode:          faxCode,
	FaxRefused:       faxRefused,
	NewDevice:        newDevice,
	LoginDisowned:    loginDisowned,
	ConfirmAddress:   confirmAddress,
	OwnAddress:       ownAddress,
	OwnAddressGone:   ownAddressGone,
	DomicileChanged:  domicileChanged,
	PasswordLink:     passwordLink,
	PasswordChanged:  passwordChanged,
	UsernameReminder: usernameReminder,
	PINOnItsWay:      pinOnItsWay,
	DataTaken:        dataTaken,

	RequestPIN:        requestPIN,
	RequestLink:       requestLink,
	RequestReceived:   requestReceived,
	RequestApproved:   requestApproved,
	AskRefused:        askRefused,
	RequestKnown:      requestKnown,
	TemporaryPassword: temporaryPassword,
}

func activationCode(l Letter) body {
	t := l.t
	return body{
		Subject: t("Il tuo codice di attivazione per %s", l.Community.Name),
		Opening: []string{t("con questo codice completi da casa la richiesta fatta allo sportello per le credenziali di %s.", l.Community.Name)},
		Label:   t("Codice di attivazione"),
		Code:    l.groupedCode(),
		Facts:   l.codeFacts(),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Apri la pagina %s, meglio se scrivi tu l'indirizzo nel browser.", l.Page),
			t("Inserisci il codice fiscale, questo codice e il PIN che hai ricevuto allo sportello."),
			t("Segui le indicazioni fino alla pagina di conferma."),
		},
		Notices: []string{
			t("Se hai ricevuto altri codici prima di questo, vale solo l'ultimo."),
			t("Il PIN non arriva per e-mail e non va scritto in una risposta: nessun operatore te lo chiederà, né per telefono né per e-mail."),
		},
		Unasked: t("Se non hai chiesto tu queste credenziali non usare il codice e avvisa subito l'assistenza: finché non viene usato non succede nulla."),
	}
}

func revocationCode(l Letter) body {
	t := l.t
	return body{
		Subject: t("Il tuo codice di revoca per %s", l.Community.Name),
		Opening: []string{t("con questo codice confermi da casa la revoca delle tue credenziali di %s.", l.Community.Name)},
		Label:   t("Codice di revoca"),
		Code:    l.groupedCode(),
		Facts:   l.codeFacts(),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Apri la pagina %s, meglio se scrivi tu l'indirizzo nel browser.", l.Page),
			t("Inserisci il codice fiscale e questo codice."),
			t("Leggi che cosa comporta la revoca e confermala."),
		},
		Notices: []string{
			t("Con la revoca le credenziali smettono di funzionare e i dati che hai dato per la registrazione vengono cancellati."),
			t("Se cambi idea non fare nulla: senza conferma le credenziali restano come sono."),
		},
		Unasked: t("Se non hai chiesto tu la revoca non usare il codice e avvisa subito l'assistenza."),
	}
}

func activated(l Letter) body {
	t := l.t
	b := l.confirmation(t("Le tue credenziali per %s sono attive", l.Community.Name))
	if l.Strength == Strong {
		b.Opening = []string{
			t("le tue credenziali di %s sono attive e imputabili.", l.Community.Name),
			t("Imputabili vuol dire che la tua identità è stata accertata di persona: aprono anche i servizi con dati delicati, come quelli sulla salute."),
		}
		b.Facts = append(b.Facts, fact{t("Tipo di credenziali"), t("forti (imputabili)")})
		return b
	}
	b.Opening = []string{
		t("le tue credenziali di %s sono attive.", l.Community.Name),
		t("Non sono imputabili, perché nessuno sportello ha ancora accertato di persona la tua identità: non aprono i servizi con dati delicati, come quelli sulla salute. Per averle imputabili chiedi la promozione a uno sportello."),
	}
	b.Facts = append(b.Facts, fact{t("Tipo di credenziali"), t("deboli (non imputabili)")})
	return b
}

func promoted(l Letter) body {
	t := l.t
	return l.confirmation(t("Le tue credenziali per %s sono ora imputabili", l.Community.Name),
		t("le tue credenziali di %s sono state promosse: ora sono imputabili e aprono anche i servizi con dati delicati, come quelli sulla salute.", l.Community.Name),
		t("Nome utente e password non cambiano. Vale il PIN che hai ricevuto allo sportello."))
}

func pinActivated(l Letter) body {
	t := l.t
	return l.confirmation(t("Il tuo nuovo PIN per %s è attivo", l.Community.Name),
		t("il nuovo PIN delle tue credenziali di %s è attivo. Il PIN precedente non vale più; nome utente e password non cambiano.", l.Community.Name))
}

func resetDone(l Letter) body {
	t := l.t
	return l.confirmation(t("Le tue credenziali per %s sono state reimpostate", l.Community.Name),
		t("le tue credenziali di %s sono state reimpostate: valgono il nome utente e la password che hai appena scelto e il nuovo PIN. Quelli precedenti non valgono più.", l.Community.Name))
}

func revoked(l Letter) body {
	t := l.t
	b := l.confirmation(t("Le tue credenziali per %s sono state revocate", l.Community.Name),
		t("le tue credenziali di %s sono state revocate e non funzionano più. I dati che avevi dato per la registrazione sono stati cancellati.", l.Community.Name),
		t("Resta solo una riga sigillata nel registro delle revoche, come prova, senza nome né recapiti. Questo indirizzo viene cancellato appena il messaggio è partito."),
		t("Se un giorno ti serviranno di nuovo, puoi registrarti un'altra volta allo sportello."))
	b.Unasked = t("Se non sei stato tu avvisa subito l'assistenza.")
	return b
}

// addressAdded and addressRemoved say what happened to whom it may concern: neither names the other address.
func addressAdded(l Letter) body {
	t := l.t
	b := l.confirmation(t("Da ora ti scriviamo qui: %s", l.Community.Name),
		t("allo sportello è stato registrato questo indirizzo e-mail per le tue credenziali di %s: da ora le comunicazioni arrivano qui.", l.Community.Name))
	b.Unasked = t("Se non hai dato tu questo indirizzo a uno sportello avvisa subito l'assistenza: forse è stato scritto male.")
	return b
}

func addressRemoved(l Letter) body {
	t := l.t
	b := l.confirmation(t("Non ti scriviamo più qui: %s", l.Community.Name),
		t("allo sportello è stato tolto questo indirizzo e-mail dalla tua registrazione a %s: questa è l'ultima comunicazione che arriva qui.", l.Community.Name))
	b.Unasked = t("Se non sei stato tu a chiederlo avvisa subito l'assistenza: le credenziali si possono bloccare.")
	return b
}

func delegateCollected(l Letter) body {
	t := l.t
	return body{
		Subject: t("Una persona delegata ha ritirato per te a uno sportello di %s", l.Community.Name),
		Opening: []string{
			t("una persona da te delegata, o che ha dichiarato di agire per te, ha ritirato allo sportello ciò che serve per le tue credenziali di %s.", l.Community.Name),
			t("Se lo sapevi non devi fare nulla: fatti consegnare le buste chiuse."),
		},
		Facts:   l.occasion(fact{t("Sportello"), l.Ente}),
		Unasked: t("Se non hai delegato nessuno avvisa subito l'assistenza: ciò che è stato ritirato si può bloccare."),
	}
}

func (l Letter) codeFacts() []fact {
	t := l.t
	return []fact{
		{t("Valido fino al"), l.day(l.Expires)},
		{t("Numero di registrazione"), l.Number},
	}
}

// occasion is when it was and about which registration, and what else there is to know.
func (l Letter) occasion(more ...fact) []fact {
	t := l.t
	return given(append([]fact{{t("Quando"), l.moment(l.At)}, {t("Numero di registrazione"), l.Number}}, more...)...)
}

// given leaves out the facts that are not known.
func given(facts ...fact) []fact {
	return slices.DeleteFunc(facts, func(f fact) bool { return f.Value == "" })
}

// confirmation is what all letters share that say that something was completed (mission E12).
func (l Letter) confirmation(subject string, opening ...string) body {
	t := l.t
	return body{Subject: subject, Opening: opening, Facts: l.occasion(fact{t("Rilasciate da"), l.Ente}),
		Unasked: t("Se non sei stato tu avvisa subito l'assistenza: le credenziali si possono bloccare.")}
}

// deskNotice tells of what was done at a desk for somebody who may not have come.
func (l Letter) deskNotice(subject string, opening ...string) body {
	t := l.t
	return body{Subject: subject, Opening: append(opening, t("Se eri allo sportello e l'hai chiesto tu non devi fare nulla.")), Facts: l.occasion(),
		Unasked: t("Se non l'hai chiesto avvisa subito l'assistenza: chi lavora allo sportello resta registrato.")}
}

func codeTaken(l Letter) body {
	t := l.t
	b := l.deskNotice(t("Il tuo codice per %s è stato letto o stampato allo sportello", l.Community.Name),
		t("un operatore ha letto o stampato il codice che ti mandiamo per e-mail. Il motivo che ha scritto e il suo nome restano registrati."))
	b.Facts = l.occasion(fact{t("Sportello"), l.Ente})
	b.Unasked = t("Se non l'hai chiesto avvisa subito l'assistenza: il codice si può cambiare.")
	return b
}

func taxCodeChanged(l Letter) body {
	t := l.t
	return l.deskNotice(t("Il tuo codice fiscale in %s è cambiato", l.Community.Name),
		t("uno sportello ha scritto un nuovo codice fiscale nella tua registrazione. Per sicurezza non lo ripetiamo in questa e-mail."),
		t("Username, password e PIN non cambiano. Dove una pagina chiede il codice fiscale, scrivi quello nuovo, anche con un codice di attivazione che hai già."))
}

func residenceMoved(l Letter) body {
	t := l.t
	return l.deskNotice(t("La tua residenza in %s è cambiata", l.Community.Name),
		t("uno sportello ha cambiato l'indirizzo di residenza della tua registrazione."))
}
