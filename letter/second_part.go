package letter

import (
	"io"

	"sportello/letter/pdf"
)

// SecondPart is the sheet with the second part of an ente's PIN, for who saves it rather than writes it down (003 Fase 2). It names nobody: the paper alone
// opens nothing and tells nothing of whose it is.
type SecondPart struct {
	Head
	Code  string
	First int // digits of the first part, which came by mail
}

// SecondPart writes the sheet. Serve it with no-store: the bytes are a secret.
func (w *Writer) SecondPart(dst io.Writer, in SecondPart) error {
	title := in.t("PIN, seconda parte")
	s := w.begin(in.Head, "pin-seconda-parte", title, "")
	s.letterhead()
	s.flow.Y = 70 * pdf.MM
	s.flow.Heading(1, s.title, title)
	s.flow.Space(5)
	s.paragraph(s.say("Il PIN intero delle tue credenziali %s sono le %s cifre che hai ricevuto per e-mail, seguite da queste, senza spazi.", in.Community, in.First)...)
	s.flow.Space(4)
	s.codeBox(codeLetter{label: "Seconda parte del PIN", code: in.Code, note: says("Vale solo insieme alla prima parte, dopo l’approvazione dell’Ente.")})
	s.section("Conservala con cura")
	s.points("Questa parte non si può più rileggere dopo che hai chiuso la pagina.",
		"Tieni il foglio lontano dal messaggio con la prima parte e dalla password.", nobody,
		"Se la perdi prima dell’approvazione, fai una nuova richiesta; dopo, chiedi all’Ente un PIN nuovo.")
	return s.end(dst)
}
