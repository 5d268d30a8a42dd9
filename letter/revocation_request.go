package letter

import "io"

// RevocationRequest is the form by which a person asks to lose credentials (001 §2 and §5.1.2.3).
type RevocationRequest struct {
	Head
	Person      *Party // nil for a blank form
	Credentials string // which ones, as the person reads it; "" to choose by hand
}

// RevocationRequest writes the form.
func (w *Writer) RevocationRequest(dst io.Writer, in RevocationRequest) error {
	s := w.beginForm(in.Head, "richiesta-revoca", "Richiesta di revoca delle credenziali", "",
		says("Con questo modulo si chiede di revocare le proprie credenziali e di cancellare i dati della registrazione. Si compila in stampatello e si firma."))
	s.party("Chi chiede la revoca", in.Person)
	if in.Credentials == "" {
		s.flow.Need(90)
		s.section("Quali credenziali")
		s.boxes(says("quelle rilasciate per %s (nome utente, password e PIN)", in.Community),
			says("quelle ottenute in passato, senza che l’identità fosse controllata di persona"))
	} else {
		s.blanks("Quali credenziali", [][2]string{{"Da revocare", in.Credentials}})
	}
	s.flow.Need(signed)
	s.section("Che cosa chiedo")
	s.points(
		"Chiedo che le credenziali indicate siano **revocate** e che i dati che ho fornito per ottenerle siano **cancellati**.",
		"So che la revoca non si annulla: da quel momento non entro più nei servizi con quelle credenziali. Per averne di nuove mi registro da capo.",
		"So che i miei dati nelle anagrafi della sanità e dei comuni restano come sono.")
	day := ""
	if in.Person != nil {
		day = s.day(in.At)
	}
	s.signatures(day, "Firma di chi chiede la revoca")
	s.flow.Need(80)
	s.section("Come si presenta")
	way := s.say("Allo sportello, con un documento d’identità valido e la tessera sanitaria.")
	if a := in.Publisher.Address; a != "" {
		way = append(append(way, s.plain(" ")), s.say("Oppure per raccomandata con avviso di ricevimento a %s, %s, con la fotocopia di un documento d’identità valido.", in.Publisher.Name, a)...)
	}
	s.paragraph(way...)
	s.forDesk("Documento esibito", "Ente e operatore", "Ricevuta il", "Firma dell’operatore")
	s.privacy()
	s.original("Richiesta di revoca delle credenziali")
	return s.end(dst)
}
