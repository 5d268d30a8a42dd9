package mail

import "sportello/locale"

// endAnnounced tells a holder when the community's own credentials end, and what to get in time (N05).
func endAnnounced(l Letter) body {
	t, day := l.t, locale.Day(l.Lang, l.Community.Local.EndsOn.Time())
	return body{
		Subject: t("Le tue credenziali per %s non valgono più dal %s", l.Community.Name, day),
		Opening: []string{
			t("le tue credenziali di %s valgono ancora, ma dal %s username, password e PIN non aprono più niente e non si possono rinnovare.", l.Community.Name, day),
		},
		Facts:  []fact{{t("Numero di registrazione"), l.Number}},
		Before: t("Che cosa fare:"),
		Steps: []string{
			t("Procurati per tempo SPID, la carta d'identità elettronica (CIE) o una carta nazionale dei servizi (CNS)."),
			t("Salva ciò che ti serve dai servizi in cui entri con queste credenziali."),
			t("Per sapere come si fa apri la pagina %s, meglio se scrivi tu l'indirizzo nel browser.", l.Page),
		},
		Notices: []string{t("Nessuno verrà a casa tua o ti telefonerà per cambiare le credenziali: chi lo propone è un truffatore.")},
		Unasked: t("Se hai dubbi chiama l'assistenza."),
	}
}
