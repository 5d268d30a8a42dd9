package letter

import "io"

// Mandate is the form by which a person lets another come to the desk (001 annex 5).
type Mandate struct {
	Head
	Delegator *Party // nil for a blank form
	Delegate  *Party
	Operation string // as people read it, "" to choose by hand
	Number    string // of the registration that it is for, "" for none
}

// bookable are the operations that a delegate may come for (001 §2).
var bookable = []string{
	FirstRegistration,
	"Promozione delle credenziali che ho già",
	"Reset: credenziali nuove, perché ho perso nome utente o password",
	"Nuovo PIN, o una nuova copia del codice",
	"Revoca delle credenziali e cancellazione dei dati",
}

// FirstRegistration is the operation of who was preregistered and comes to the desk for the first time.
const FirstRegistration = "Registrazione e consegna delle credenziali"

const perjury = "So che chi dichiara il falso, o usa un atto falso, ne risponde secondo il codice penale (**articolo 76 del D.P.R. 445/2000**)."

// Mandate writes the form.
func (w *Writer) Mandate(dst io.Writer, in Mandate) error {
	s := w.beginForm(in.Head, "modulo-delega", "Modulo di delega", "",
		says("Con questo modulo una persona maggiorenne incarica un’altra di andare allo sportello al suo posto, per le credenziali %s. "+
			"Si compila in stampatello e lo firma chi delega. La delega vale per una sola richiesta.", in.Community))
	s.party("Chi delega", in.Delegator)
	s.party("Chi riceve la delega", in.Delegate)
	s.flow.Need(150)
	if in.Operation == "" {
		s.section("Per che cosa")
		s.choices(bookable...)
	} else {
		s.blanks("Per che cosa", [][2]string{{"Operazione", joined(", ", s.word(in.Operation), s.numbered(in.Number))}})
	}
	s.flow.Need(signed)
	s.section("Che cosa dichiara chi delega")
	s.points(
		"Delego la persona indicata qui sopra a presentare la richiesta allo sportello, a controllare il riepilogo dei dati e a ritirare per me le lettere con PIN e codici.",
		"So che PIN e codici sono personali: chi li ritira mi consegna le buste **chiuse** e non può usarli.",
		perjury)
	s.signatures("", "Firma di chi delega")
	s.bring("Questo modulo, compilato e firmato: lo sportello trattiene l’originale.",
		"Il documento d’identità valido di chi riceve la delega: lo sportello ne fa una copia.",
		"La fotocopia di un documento d’identità valido di chi delega.",
		"La tessera sanitaria di chi delega, o una sua fotocopia.")
	s.forDeskOf(in.Number, "Numero di registrazione", "Ente e operatore", "Ricevuta il")
	s.privacy()
	s.original("Modulo di delega")
	return s.end(dst)
}
