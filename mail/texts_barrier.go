package mail

// BarrierTold goes to the address that a community declares for help: somebody could not use a page, and waits for an answer (law 4/2004 art. 3-quater). Its
// code is what they wrote, in one line.
const BarrierTold Kind = "ostacolo segnalato"

// BarrierDays are within which an answer is due.
const BarrierDays = 30

func barrierTold(l Letter) body {
	t := l.t
	return body{
		Subject: t("Ostacolo all'accessibilità segnalato su %s", l.Community.Name),
		Opening: []string{
			t("qualcuno non riesce a usare una parte delle pagine di %s e lo ha scritto dal modulo di accessibilità. Ecco che cosa dice.", l.Community.Name),
			l.Code,
		},
		Facts:  []fact{{t("Quando"), l.moment(l.At)}, {t("Rispondere entro il"), l.moment(l.At.AddDate(0, 0, BarrierDays))}},
		Before: t("Che cosa fare:"),
		Steps: []string{
			t("Rispondi al recapito lasciato, se c'è, con una soluzione o con un altro modo di ottenere il servizio."),
			t("Chi evade le istanze, e i responsabili, la trovano anche qui: %s", l.Page),
		},
		Unasked: t("Se non ti occupi tu di queste pagine gira il messaggio a chi se ne occupa."),
	}
}
