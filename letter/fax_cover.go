package letter

import (
	"io"

	"sportello/letter/pdf"
)

// FaxCover is the sheet that goes before the documents of somebody who is identified by fax (C04-C07, 000): its barcode brings the fax to the registration,
// and its lines hold the signature without which a fax is refused.
type FaxCover struct {
	Head
	Number string // registration number
	Person *Party
	Fax    string // number to send to
}

// FaxCover writes the sheet.
func (w *Writer) FaxCover(dst io.Writer, in FaxCover) error {
	s := w.beginForm(in.Head, "copertina-fax", "Copertina del fax", in.Number,
		says("Manda questo foglio come **prima pagina**, firmato a mano, al numero **%s**, e dopo le fotocopie dei documenti.", in.Fax))
	if err := s.faxCode(in.Number); err != nil {
		return err
	}
	s.party("Chi si registra", in.Person)
	s.section("Le fotocopie da mandare")
	s.choices("Documento d’identità: carta d’identità fronte e retro, oppure la pagina con la foto di passaporto, patente o permesso di soggiorno.",
		"Codice fiscale: tessera sanitaria, oppure l’autodichiarazione del codice.",
		"Solo se l’indirizzo non è sul documento, o è diverso: carta di soggiorno, patente italiana, certificato di residenza, talloncino del cambio di residenza, o autocertificazione di residenza.")
	s.flow.Need(signed)
	s.section("Firma")
	s.paragraph(s.say("Chiedo le credenziali %s. Le fotocopie sono dei miei documenti. Un fax senza firma viene respinto.", in.Community)...)
	s.signatures("", "Firma di chi si registra")
	s.paragraph(s.say("Con il fax le credenziali sono deboli: non aprono i servizi con dati delicati, come quelli sulla salute. Il PIN arriva per posta all’indirizzo di residenza.")...)
	s.original("Copertina del fax")
	return s.end(dst)
}

// faxCode sets the number with bars of 0.6 mm: coarse enough for a fax of 100 dots to the inch.
func (s *sheet) faxCode(number string) error {
	s.flow.Space(4)
	return s.registrationBars(number, 0.6*pdf.MM, 16*pdf.MM)
}
