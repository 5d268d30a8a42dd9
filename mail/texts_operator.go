package mail

func secondFactorReset(l Letter) body {
	t := l.t
	return l.operatorNotice(t("Il tuo codice di accesso allo sportello è stato azzerato"),
		t("chi amministra gli operatori ha azzerato il tuo secondo fattore: l'app e i codici di recupero di prima non valgono più. Al prossimo accesso ne colleghi una nuova."))
}

func passwordReplaced(l Letter) body {
	t := l.t
	return l.operatorNotice(t("La tua password di operatore è stata sostituita"),
		t("chi amministra gli operatori ti ha dato una password provvisoria, che ti consegna di persona. Al primo accesso ne scegli una tua; quella di prima non vale più."))
}

func addressChanged(l Letter) body {
	t := l.t
	return l.operatorNotice(t("Il tuo indirizzo e-mail di operatore è cambiato"),
		t("chi amministra gli operatori ha cambiato l'indirizzo a cui scriviamo per il tuo account: questo è l'ultimo messaggio che arriva qui."))
}

// operatorNotice tells operators what somebody else did to their account (mission S11).
func (l Letter) operatorNotice(subject, what string) body {
	t := l.t
	return body{Subject: subject, Opening: []string{what}, Facts: []fact{{t("Quando"), l.moment(l.At)}},
		Notices: []string{t("Nessuno ti chiederà mai la password o il codice dell'app, né per telefono né per e-mail.")},
		Unasked: t("Se non l'hai chiesto e non ne sai nulla avvisa subito l'assistenza e il responsabile del tuo ente.")}
}
