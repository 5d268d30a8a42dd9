package mail

// requestRefused answers at the stored address somebody whose request the helpdesk could not grant (001 §5.3.1): a desk is the way on.
func requestRefused(l Letter) body {
	t := l.t
	return l.warned(body{
		Subject: t("La tua richiesta all'assistenza di %s", l.Community.Name),
		Opening: []string{
			t("l'assistenza di %s ha ricevuto una richiesta a tuo nome e non ha potuto accoglierla.", l.Community.Name),
			t("Per la tua sicurezza non scriviamo qui i dati registrati e non rispondiamo ad altri indirizzi."),
		},
		Facts:  append(l.reasonFacts(), l.occasion()...),
		Before: t("Che cosa fare:"),
		Steps: []string{
			t("Vai a uno sportello abilitato con il documento d'identità e la tessera sanitaria: lì la richiesta si sbriga subito."),
			t("Gli sportelli sono qui: %s", l.Page),
			t("Se alcuni dati sono cambiati, come il documento, lo sportello li aggiorna."),
		},
		Unasked: t("Se non hai scritto o telefonato tu avvisa subito l'assistenza: qualcuno può avere provato al posto tuo. Non è cambiato nulla."),
	})
}

// revocationAsked tells, before anything is done, of a registered letter that asks for a revocation (001 §5.4.1, mission S30).
func revocationAsked(l Letter) body {
	t := l.t
	return l.warned(body{
		Subject: t("È arrivata una richiesta di revoca delle tue credenziali per %s", l.Community.Name),
		Opening: []string{
			t("l'assistenza di %s ha ricevuto una raccomandata che chiede di revocare le tue credenziali e di cancellare i tuoi dati.", l.Community.Name),
			t("Passati due giorni l'assistenza controlla la firma e il documento e, se tutto coincide, esegue la revoca."),
		},
		Facts:   l.occasion(),
		Unasked: t("Se non hai mandato tu la raccomandata chiama subito l'assistenza: la richiesta viene fermata."),
	})
}

func faxCode(l Letter) body {
	return l.warned(l.withPINByPost(l.t("i documenti che hai mandato per fax sono stati accettati: con questo codice attivi da casa le credenziali di %s.", l.Community.Name)))
}

// faxRefused says why a fax did not identify anybody, and that it is no dead end (mission C08, S4).
func faxRefused(l Letter) body {
	t := l.t
	return l.warned(body{
		Subject: t("La tua registrazione a %s non è stata accettata", l.Community.Name),
		Opening: []string{t("i documenti che hai mandato per fax non permettono di accertare la tua identità: la registrazione a %s è stata respinta.", l.Community.Name)},
		Facts:   append(l.reasonFacts(), l.occasion()...),
		Before:  t("Puoi ricominciare quando vuoi:"),
		Steps: []string{
			t("Vai a uno sportello abilitato con il documento d'identità e la tessera sanitaria: è la strada più breve."),
			t("Gli sportelli sono qui: %s", l.Page),
			t("Oppure registrati di nuovo online e manda un nuovo fax, firmato a mano e con tutti i documenti."),
		},
		Unasked: t("Se non hai mandato tu il fax avvisa subito l'assistenza: le credenziali non sono state rilasciate."),
	})
}

// reasonFacts say why, if it is one of the reasons that have a name.
func (l Letter) reasonFacts() []fact {
	if l.Reason == "" {
		return nil
	}
	return []fact{{l.t("Motivo"), l.t(l.Reason)}}
}

// warned adds what nobody from us will ever do (L06).
func (l Letter) warned(b body) body {
	t := l.t
	b.Notices = append(b.Notices,
		t("Il PIN non arriva per e-mail e non va scritto in una risposta: nessun operatore te lo chiederà, né per telefono né per e-mail."),
		t("Nessuno viene a casa o telefona per attivare carte o credenziali: è un tentativo di truffa. Rifiuta, e avvisa le forze dell'ordine e l'assistenza."))
	return b
}
