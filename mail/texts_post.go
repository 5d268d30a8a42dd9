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

// RunUnconfirmed goes to the responsabili and to the back office: a run is ready, and nobody has said that the printing house has it. Its number is the run's.
const RunUnconfirmed Kind = "lotto non confermato"

func runUnconfirmed(l Letter) body {
	t := l.t
	return body{
		Subject: t("Un lotto di lettere di %s aspetta da giorni", l.Community.Name),
		Opening: []string{
			t("il lotto %s è pronto e nessuno ha registrato che la tipografia l'ha ricevuto. Intanto i PIN dei cittadini restano chiusi nei file, e forse le lettere non partono.", l.Number),
		},
		Before: t("Che cosa fare:"),
		Steps: []string{
			t("Chiedi alla tipografia se ha ricevuto e stampato il lotto: se sì, registra la consegna nella pagina %s.", l.Page),
			t("Se non l'ha mai ricevuto rimetti le lettere in coda: partono con il prossimo lotto."),
			t("Se non si sa chi ha i file annulla il lotto: i suoi PIN non aprono più niente, e le lettere si rimandano con un PIN nuovo."),
		},
		Unasked: t("Se non ti occupi tu della posta gira il messaggio a chi se ne occupa."),
	}
}
