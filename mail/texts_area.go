package mail

import "slices"

// The kinds about what people do with their own credentials at home: in the personal area, or when they have lost a password.
const (
	NewDevice        Kind = "accesso da un nuovo dispositivo"
	LoginDisowned    Kind = "accesso disconosciuto"
	ConfirmAddress   Kind = "conferma del nuovo indirizzo" // to the new address, with a link
	OwnAddress       Kind = "indirizzo cambiato dal cittadino"
	OwnAddressGone   Kind = "indirizzo tolto dal cittadino" // to the former one
	DomicileChanged  Kind = "domicilio cambiato"
	PasswordLink     Kind = "collegamento per la nuova password"
	PasswordChanged  Kind = "password cambiata"
	UsernameReminder Kind = "promemoria dello username"
	PINOnItsWay      Kind = "nuovo PIN per posta"
	DataTaken        Kind = "copia dei dati"
)

// links are the kinds whose code is the last part of an address: opening it shows a page, and only that page's button uses it up (mission S25).
var links = []Kind{ConfirmAddress, PasswordLink, RequestLink}

// link is the address to open.
func (l Letter) link() string { return l.Page + "/" + l.Code }

// opens is the address that the message can be pressed to open: of a kind with a link, the link itself.
func (l Letter) opens() string {
	if slices.Contains(links, l.Kind) {
		return l.link()
	}
	return l.Page
}

// ownNotice tells people what was done with their credentials from the personal area.
func (l Letter) ownNotice(subject string, opening ...string) body {
	t := l.t
	return body{Subject: subject, Opening: opening, Facts: l.occasion(),
		Unasked: t("Se non sei stato tu, cambia subito la password e avvisa l'assistenza: le credenziali si possono bloccare.")}
}

func newDevice(l Letter) body {
	t := l.t
	b := l.ownNotice(t("Accesso da un nuovo dispositivo: %s", l.Community.Name),
		t("qualcuno è entrato con il tuo username e la tua password da un dispositivo o browser mai usato prima."),
		t("Se sei stato tu non devi fare nulla."))
	b.Facts = l.occasion(fact{t("Browser"), l.Browser}, fact{t("Sistema"), l.System})
	b.Unasked = t("Se non sei stato tu, entra in %s, premi «Non sono stato io» e cambia la password. Se non riesci a entrare avvisa subito l'assistenza.", l.Page)
	return b
}

func loginDisowned(l Letter) body {
	t := l.t
	b := l.ownNotice(t("Hai segnalato un accesso che non riconosci: %s", l.Community.Name),
		t("abbiamo chiuso gli altri accessi aperti con le tue credenziali e lo abbiamo segnato per l'assistenza."),
		t("Se non lo hai ancora fatto, cambia la password: %s", l.Page))
	b.Unasked = t("Se non hai segnalato tu l'accesso avvisa subito l'assistenza.")
	return b
}

func confirmAddress(l Letter) body {
	t := l.t
	return body{
		Subject: t("Conferma il tuo nuovo indirizzo e-mail per %s", l.Community.Name),
		Opening: []string{t("qualcuno, nell'area personale di %s, ha chiesto di ricevere qui le comunicazioni. Se sei stato tu, conferma.", l.Community.Name)},
		Before:  t("Che cosa fare:"),
		Steps:   []string{t("Apri questo indirizzo: %s", l.link()), t("Premi il pulsante di conferma.")},
		Facts:   []fact{{t("Valido fino a"), l.moment(l.Expires)}},
		Unasked: t("Se non sei stato tu non fare nulla: senza conferma non cambia niente."),
	}
}

func ownAddress(l Letter) body {
	t := l.t
	b := l.ownNotice(t("Da ora ti scriviamo qui: %s", l.Community.Name),
		t("hai confermato questo indirizzo e-mail: da ora le comunicazioni sulle tue credenziali di %s arrivano qui.", l.Community.Name),
		t("Per sicurezza, per qualche tempo non mandiamo qui codici né collegamenti per una nuova password."))
	return b
}

func ownAddressGone(l Letter) body {
	t := l.t
	b := l.ownNotice(t("Non ti scriviamo più qui: %s", l.Community.Name),
		t("nell'area personale di %s l'indirizzo e-mail è stato cambiato: questa è l'ultima comunicazione che arriva qui.", l.Community.Name))
	b.Unasked = t("Se non sei stato tu avvisa subito l'assistenza: per qualche tempo il nuovo indirizzo non riceve codici, e le credenziali si possono bloccare.")
	return b
}

func domicileChanged(l Letter) body {
	t := l.t
	return l.ownNotice(t("Hai cambiato il domicilio per %s", l.Community.Name),
		t("nell'area personale è stato cambiato l'indirizzo a cui spediamo le lettere. Per sicurezza, per qualche tempo non spediamo lì lettere con il PIN."))
}

func passwordLink(l Letter) body {
	t := l.t
	return body{
		Subject: t("Scegli una nuova password per %s", l.Community.Name),
		Opening: []string{t("hai chiesto di scegliere una nuova password per le tue credenziali di %s.", l.Community.Name)},
		Before:  t("Che cosa fare:"),
		Steps:   []string{t("Apri questo indirizzo: %s", l.link()), t("Scegli la nuova password.")},
		Facts:   []fact{{t("Valido fino a"), l.moment(l.Expires)}},
		Notices: []string{t("Il collegamento vale una volta sola. Username e PIN non cambiano.")},
		Unasked: t("Se non l'hai chiesto tu non aprire il collegamento: senza, la password resta quella di prima. Se succede ancora avvisa l'assistenza."),
	}
}

func passwordChanged(l Letter) body {
	t := l.t
	b := l.ownNotice(t("La password per %s è cambiata", l.Community.Name),
		t("la password delle tue credenziali di %s è stata cambiata. Gli accessi aperti con quella di prima sono finiti; username e PIN non cambiano.", l.Community.Name))
	b.Unasked = t("Se non sei stato tu avvisa subito l'assistenza: le credenziali si possono bloccare.")
	return b
}

func usernameReminder(l Letter) body {
	t := l.t
	return body{
		Subject: t("Il tuo username per %s", l.Community.Name),
		Opening: []string{t("hai chiesto qual è il tuo username per %s.", l.Community.Name)},
		Facts:   []fact{{t("Username"), l.Code}},
		Notices: []string{t("La password non te la mandiamo: la sai solo tu. Se l'hai dimenticata ne scegli una nuova da %s.", l.Page)},
		Unasked: t("Se non l'hai chiesto tu non devi fare nulla: lo username da solo non apre niente."),
	}
}

func pinOnItsWay(l Letter) body {
	t := l.t
	return l.ownNotice(t("Un nuovo PIN per %s arriva per posta", l.Community.Name),
		t("nell'area personale è stato chiesto un nuovo PIN: arriva per posta all'indirizzo della tua registrazione."),
		t("Il PIN che hai vale finché non usi quello nuovo la prima volta."))
}

func dataTaken(l Letter) body {
	t := l.t
	return l.ownNotice(t("Hai scaricato una copia dei tuoi dati: %s", l.Community.Name),
		t("dall'area personale è stata scaricata una copia di tutti i dati che teniamo su di te. Tienila dove altri non la leggono."))
}
