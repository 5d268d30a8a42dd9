package letter

import (
	"fmt"
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
	s := w.begin(in.Head, "pin-seconda-parte", "PIN, seconda parte", "")
	s.letterhead()
	s.flow.Y = 70 * pdf.MM
	s.flow.Heading(1, s.title, "PIN, seconda parte")
	s.flow.Space(5)
	s.paragraph(s.plain(fmt.Sprintf("Il PIN intero delle tue credenziali %s sono le %d cifre che hai ricevuto per e-mail, seguite da queste, senza spazi.", in.Community, in.First)))
	s.codeBox(codeLetter{label: "Seconda parte del PIN", code: in.Code, note: "Vale solo insieme alla prima parte, dopo l'approvazione dell'Ente."})
	s.section("Conservala con cura")
	s.list(pdf.Bullets, [][]pdf.Run{
		{s.plain("Questa parte non si può più rileggere dopo che hai chiuso la pagina.")},
		{s.plain("Tieni il foglio lontano dal messaggio con la prima parte e dalla password.")},
		{s.plain("Nessuno ti chiederà mai il PIN per telefono, per e-mail o con un messaggio.")},
		{s.plain("Se la perdi prima dell'approvazione, fai una nuova richiesta; dopo, chiedi all'Ente un PIN nuovo.")},
	})
	return s.end(dst)
}
