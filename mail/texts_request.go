package mail

// about are the facts that all letters about a request share.
func (l Letter) about() []fact {
	t := l.t
	return given(fact{t("Quando"), l.moment(l.At)}, fact{t("Gestore"), l.Ente})
}

const unaskedRequest = "Se non hai chiesto tu queste credenziali non fare nulla e avvisa l'assistenza: senza i documenti e l'approvazione dell'Ente nessuno le riceve."

func requestPIN(l Letter) body {
	t := l.t
	return body{
		Subject: t("La prima parte del PIN per %s", l.Community.Name),
		Opening: []string{t("hai chiesto le credenziali di %s. Il PIN si compone di due parti: la prima è qui sotto, la seconda l'hai letta sulla pagina.", l.Community.Name)},
		Label:   t("Prima parte del PIN"),
		Code:    l.Code,
		Facts:   l.about(),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Annota la prima parte accanto alla seconda: il PIN intero sono le due parti, una dopo l'altra, senza spazi."),
			t("Carica i documenti e completa la richiesta entro il %s.", l.moment(l.Expires)),
			t("Conserva il PIN: serve a ogni accesso."),
		},
		Notices: []string{t("Nessun operatore ti chiederà il PIN, né per telefono né per e-mail.")},
		Unasked: t(unaskedRequest),
	}
}

func requestLink(l Letter) body {
	t := l.t
	return body{
		Subject: t("Continua la richiesta di credenziali di %s", l.Community.Name),
		Opening: []string{t("se non hai ancora caricato i documenti puoi continuare da qui, anche con un altro dispositivo.")},
		Facts:   append(l.about(), fact{t("Il link vale fino a"), l.moment(l.Expires)}),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Apri questo link: %s", l.link()),
			t("Premi Continua, carica i documenti e premi Completa."),
		},
		Notices: []string{t("La seconda parte del PIN non si può più rileggere. Se non l'hai annotata fai una nuova richiesta: questa si cancella da sola.")},
		Unasked: t(unaskedRequest),
	}
}

func requestReceived(l Letter) body {
	t := l.t
	return body{
		Subject: t("Richiesta di credenziali di %s ricevuta", l.Community.Name),
		Opening: []string{
			t("abbiamo ricevuto la tua richiesta di credenziali e i documenti. Ora li esamina l'Ente."),
			t("Aspetta il prossimo messaggio: fino ad allora non puoi accedere. Se la richiesta è approvata ti mandiamo la password di primo accesso."),
		},
		Facts:   l.about(),
		Unasked: t(unaskedRequest),
	}
}

func requestApproved(l Letter) body {
	t := l.t
	b := l.firstPassword(t("Le tue credenziali di %s sono approvate", l.Community.Name),
		t("l'Ente ha approvato la tua richiesta. Con questa password entri la prima volta, e ne scegli subito un'altra."))
	b.Notices = []string{
		t("Se lasci passare la scadenza non hai perso niente: dalla pagina di accesso chiedi un'altra password di primo accesso."),
		t("Le credenziali sono deboli, perché nessuno ti ha identificato di persona."),
	}
	b.Unasked = t("Se non hai chiesto tu queste credenziali avvisa subito l'assistenza: si possono bloccare.")
	return b
}

// firstPassword brings the password of the first log-in.
func (l Letter) firstPassword(subject, opening string) body {
	t := l.t
	return body{
		Subject: subject,
		Opening: []string{opening},
		Label:   t("Password di primo accesso"),
		Code:    l.Code,
		Facts:   append(l.about(), fact{t("Vale fino a"), l.moment(l.Expires)}),
		Before:  t("Che cosa fare:"),
		Steps: []string{
			t("Apri la pagina %s, meglio se scrivi tu l'indirizzo nel browser.", l.Page),
			t("Scrivi il codice fiscale, il PIN intero e questa password."),
			t("Scegli la tua password: da allora questa non vale più."),
		},
	}
}

func temporaryPassword(l Letter) body {
	t := l.t
	b := l.firstPassword(t("Una nuova password di primo accesso per %s", l.Community.Name),
		t("hai chiesto un'altra password di primo accesso. Quella di prima non vale più."))
	b.Unasked = t("Se non l'hai chiesta tu non usarla: senza il PIN non apre niente. Se continua, avvisa l'assistenza.")
	return b
}

func askRefused(l Letter) body {
	t := l.t
	return body{
		Subject: t("La tua richiesta di credenziali di %s non è stata approvata", l.Community.Name),
		Opening: []string{t("l'Ente ha esaminato la tua richiesta e non l'ha approvata.")},
		Facts:   append(l.about(), l.reasonFacts()...),
		Before:  t("Che cosa puoi fare:"),
		Steps: []string{
			t("Rimedia a ciò che manca e fai una nuova richiesta: %s", l.Page),
			t("Se non è chiaro che cosa manca chiedi all'assistenza, o vai di persona dall'Ente con un documento."),
		},
		Notices: []string{t("I documenti che hai caricato si cancellano da soli, alla fine del tempo indicato nell'informativa.")},
		Unasked: t(unaskedRequest),
	}
}

func requestKnown(l Letter) body {
	t := l.t
	return body{
		Subject: t("Qualcuno ha chiesto credenziali di %s a tuo nome", l.Community.Name),
		Opening: []string{
			t("qualcuno, forse tu, ha chiesto le credenziali di %s con il tuo codice fiscale. Tu sei già registrato.", l.Community.Name),
			t("Le tue credenziali non sono cambiate. Lo scriviamo solo a questo indirizzo, che conosciamo già: la pagina non dice a nessuno chi è registrato."),
		},
		Facts:  l.about(),
		Before: t("Se sei stato tu:"),
		Steps: []string{
			t("Hai le credenziali? Entra da qui: %s", l.Page),
			t("Hai perso il PIN o la password? Se nella richiesta hai scritto questo indirizzo e-mail, l'Ente può darti un PIN e una password nuovi; altrimenti vai di persona dall'Ente con un documento."),
		},
		Unasked: t("Se non sei stato tu avvisa l'assistenza: la richiesta verrà respinta."),
	}
}
