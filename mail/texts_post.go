package mail

// TestLetterLate goes to those who administer, and to the back office: the letters that go by post do not arrive (Y07). Its number is the letter's.
const TestLetterLate Kind = "lettera di prova non arrivata"

func testLetterLate(l Letter) body {
	t := l.t
	return body{
		Subject: t("Allarme: le lettere di %s non arrivano", l.Community.Name),
		Opening: []string{
			t("la lettera di prova %s doveva arrivare per posta e nessuno l'ha confermata in tempo. Forse non arrivano nemmeno le lettere con i PIN dei cittadini.", l.Number),
		},
		Before: t("Che cosa fare:"),
		Steps: []string{
			t("Guarda se la lettera è arrivata e nessuno l'ha registrata: si conferma nella pagina %s.", l.Page),
			t("Se non è arrivata controlla se i lotti di stampa partono, e chiedi alla tipografia quando li ha stampati e spediti."),
			t("Finché l'allarme dura avvisa l'assistenza: chi aspetta il PIN non deve essere rimandato a casa ad aspettare."),
		},
		Unasked: t("Se non ti occupi tu della posta gira il messaggio a chi se ne occupa."),
	}
}
