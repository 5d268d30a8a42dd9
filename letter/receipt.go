package letter

import (
	"io"

	"sportello/letter/pdf"
)

// Receipt says that data came from home, under which number, and what to bring to a desk (001 §3.1, B06, B07). It carries no secret.
type Receipt struct {
	Head
	Number    string
	Person    *Party
	Weak      bool   // from the registration that may do without a desk (001 §3.3)
	DesksPage string // address of the list of desks
}

// Receipt writes the sheet, with the number as a barcode that a desk's reader types.
func (w *Writer) Receipt(dst io.Writer, in Receipt) error {
	title := in.t("Ricevuta della registrazione online")
	s := w.begin(in.Head, "ricevuta", title, in.Number)
	s.letterhead()
	s.flow.Space(16)
	s.flow.Heading(1, s.title, title)
	s.flow.Space(4)
	s.paragraph(s.say("Abbiamo ricevuto i dati per le credenziali %s. **Porta questo foglio allo sportello**: con il codice a barre l’operatore apre subito la pratica.", in.Community)...)
	if err := s.numberBars(in.Number); err != nil {
		return err
	}
	s.section("Che cosa portare allo sportello")
	s.list(pdf.Bullets, s.set([]sentence{says("Questo foglio, o anche solo il numero di registrazione."),
		says("Il documento d’identità che hai indicato: %s.", s.document(in.Person)), says("La tessera sanitaria con il codice fiscale.")}))
	s.paragraph(s.say("Gli sportelli e gli orari sono nella pagina %s.", page(in.DesksPage))...)
	s.section("Se non puoi andare tu")
	s.paragraph(s.say("Un’altra persona può andare al tuo posto con il modulo di delega firmato, il suo documento e una copia del tuo. Per chi è sotto tutela o non può firmare c’è la dichiarazione sostitutiva. " +
		"I due moduli, già compilati con i tuoi dati, si aprono dalla pagina della ricevuta.")...)
	s.section("Che cosa succede allo sportello")
	s.points("L’operatore accerta la tua identità e ti consegna il **PIN**.",
		"Il **codice di attivazione** arriva all’indirizzo e-mail che hai confermato.",
		"Da casa accetti il Regolamento e scegli nome utente e password.")
	if in.Weak {
		s.section("Se i dati corrispondono a quelli dell’anagrafe")
		s.paragraph(s.say("Te lo scriviamo per e-mail: allora non serve andare allo sportello, e il PIN arriva per posta.")...)
	}
	s.part(part{"I dati che hai scritto", s.rows(in.Person)})
	s.flow.Space(3)
	s.paragraph(append([]pdf.Run{s.bold(s.t("Se eri già registrato") + ". ")},
		s.say("Abbiamo scritto all’indirizzo che avevi dato allora, con la strada più breve. Il numero di questo foglio vale comunque: porta alla tua pratica.")...)...)
	if help := s.help(); len(help) > 0 {
		s.paragraph(append([]pdf.Run{s.bold(s.t("Serve aiuto?") + " ")}, help...)...)
	}
	return s.end(dst)
}

// numberBars sets a number for a desk's reader: bars of 0.4 mm.
func (s *sheet) numberBars(number string) error {
	s.flow.Space(4)
	defer s.flow.Space(2)
	return s.registrationBars(number, 0.4*pdf.MM, 12*pdf.MM)
}
