package web

import (
	"errors"
	"net/http"

	"sportello/desk"
	"sportello/office"
	"sportello/registration"
)

// cancelField asks why a booking is taken back, where the reader may do so: before anything is printed who booked it, a responsabile at any time
// (mission S6). Where the print gate is shut a responsabile releases it instead.
func cancelField(who desk.Who, p printPage) *Field {
	op := p.Pending()
	own := p.Own && op != nil && !op.Printed() && who.Can(office.BookOperation)
	if op == nil || p.Release != nil && !own || !own && !who.Can(office.CancelPrinted) {
		return nil
	}
	return &Field{Kind: Area, Name: "motivo-annullamento", Label: "Motivo dell'annullamento", MaxLength: reasonLength, Rows: 2, Help: "Per esempio: operazione o persona sbagliata."}
}

// HasTerms tells whether the Regolamento on paper belongs to the operation.
func (p printPage) HasTerms() bool { return p.Operation.Kind != registration.Revocation }

// postCancel takes a booking back.
func (s *Server) postCancel(w http.ResponseWriter, r *http.Request) error {
	n, err := numberOf(r)
	if err != nil {
		return err
	}
	if err := parse(r, false); err != nil {
		return err
	}
	reason := tidy(r.PostForm.Get("motivo-annullamento"))
	if tooLong(reason) {
		return s.showPrint(w, r, "motivo-annullamento", "Il testo è troppo lungo: accorciarlo.")
	}
	err = s.Desk.Cancel(r.Context(), whoOf(r), n, reason)
	if errors.Is(err, desk.ErrReason) {
		return s.showPrint(w, r, "motivo-annullamento", "Scrivere perché la prenotazione si annulla.")
	}
	if err != nil {
		return err
	}
	return redirect(detailPath(n))
}
