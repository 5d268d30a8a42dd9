package letter

import "io"

// Declaration is the form by which somebody acts for an adult who is protected by law or cannot sign (001 annex 6; DPR 445/2000
// artt. 4, 5, 46 and 47).
type Declaration struct {
	Head
	Declarant *Party // who comes to the desk, nil for a blank form
	Ward      *Party // for whom
	Number    string // of the registration that it is for, "" for none
}

// Declaration writes the form.
func (w *Writer) Declaration(dst io.Writer, in Declaration) error {
	s := w.beginForm(in.Head, "dichiarazione-sostitutiva", "Dichiarazione sostitutiva", "",
		says("Per chiedere le credenziali %s a nome di una persona maggiorenne che è sotto tutela, o che per ragioni di salute non può firmare. "+
			"Sostituisce la delega (D.P.R. 28 dicembre 2000, n. 445, articoli 4, 5, 46 e 47). La firma chi si presenta allo sportello, davanti all’operatore.", in.Community))
	s.party("Chi dichiara e si presenta allo sportello", in.Declarant)
	s.party("Per quale persona", in.Ward)
	s.capacity()
	s.flow.Need(signed)
	s.section("Che cosa dichiara")
	s.points(
		"Chiedo per questa persona l’operazione sulle credenziali che indico allo sportello e ritiro per lei le lettere con PIN e codici. Le custodisco e le uso soltanto nel suo interesse.",
		"I dati scritti in questo modulo sono veri, e la mia qualità è quella indicata sopra.",
		perjury,
		"So che, se la dichiarazione risulta falsa, si perde ciò che si è ottenuto grazie a essa (**articolo 75**), e che l’amministrazione fa controlli (**articolo 71**).")
	s.signatures("", "Firma di chi dichiara", "Firma dell’operatore che l’ha ricevuta")
	s.bring("Questa dichiarazione, da firmare davanti all’operatore: lo sportello trattiene l’originale.",
		"Il documento d’identità valido di chi dichiara: lo sportello ne fa una copia.",
		"La fotocopia di un documento d’identità valido della persona per cui si chiede, e la sua tessera sanitaria.",
		"Chi è tutore o amministratore di sostegno: la copia del provvedimento di nomina.")
	s.forDeskOf(in.Number, "Numero di registrazione", "Ente e operatore", "Ricevuta il")
	s.privacy()
	s.original("Dichiarazione sostitutiva")
	return s.end(dst)
}

// capacity asks by what right the declarant acts. The order of relatives is that of art. 4: each comes only where those before are absent.
func (s *sheet) capacity() {
	s.flow.Need(260)
	s.section("In quale qualità")
	s.paragraph(s.say("**La persona è rappresentata per legge** (articolo 5). Chi dichiara è:")...)
	s.choices("tutore o tutrice",
		"amministratore o amministratrice di sostegno, con il potere di farlo")
	s.table([][2]string{{"Provvedimento di nomina: numero, data, tribunale", ""}}, handRow)
	s.flow.Space(8)
	s.paragraph(s.say("**La persona ha un impedimento temporaneo, per ragioni di salute** (articolo 4, comma 2). Chi dichiara è, nell’ordine della legge:")...)
	s.choices("coniuge, o persona unita civilmente",
		"figlio o figlia: dichiara che il coniuge manca o è assente",
		"altro parente fino al terzo grado, in linea retta o collaterale: dichiara che mancano sia il coniuge sia i figli")
	s.table([][2]string{{"Grado di parentela (per altri parenti)", ""}}, handRow)
}
