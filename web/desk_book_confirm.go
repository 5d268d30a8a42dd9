package web

import (
	"errors"
	"net/http"

	"sportello/desk"
	"sportello/registration"
)

// bookingPage is the data of the third step: all that was chosen, to read before it is booked.
type bookingPage struct {
	desk.Booking
	Choice   choice
	Arrives  string // how the code reaches the citizen
	Pending  string
	Sections []ItemSection
	Warnings []string
	Back     string
	Action   string
	List     string
}

func (s *Server) getBooking(w http.ResponseWriter, r *http.Request) error {
	b, err := s.chosenBooking(r)
	if err != nil {
		return err
	}
	at := bookingPath + "/" + b.ID
	if b.Visit == nil {
		return redirect(at + "/delega")
	}
	if b.Stale() {
		return redirect(at)
	}
	review, err := s.Desk.ReviewDelegation(r.Context(), whoOf(r), b.Person.TaxCode, b.Visit.Delegation)
	if err != nil {
		return err
	}
	p := s.bookingSteps(r, b.Number, 3)
	data := bookingPage{Booking: b, Pending: replaced(b.File), Arrives: arrives(whoOf(r), b), Sections: itemSections(s.visitForm(b)),
		Warnings: warningsOf(review), Back: at + "/delega", Action: at + "/conferma", List: managePath + "/" + string(b.Number)}
	for _, o := range b.Options {
		if o.Rule.Kind == b.Kind {
			data.Choice = choiceOf(o)
		}
	}
	p.Data = data
	return s.show(w, "booking_confirm", p)
}

// arrives says how the code of a booking comes to the citizen (E03, E05, E06).
func arrives(who desk.Who, b desk.Booking) string {
	switch {
	case b.Kind != registration.Revocation && who.Ente.PINOnly:
		return "Questo ente consegna il solo PIN: il codice di attivazione arriva per altra via."
	case b.HasEmail():
		return "Il " + codeName(b.Kind) + " parte per e-mail, a " + b.Person.Contacts.Email + "."
	}
	if b.EndsCredentials(b.Kind) {
		return "Il cittadino non ha e-mail: il " + codeName(b.Kind) + " si consegna solo su carta, e la lettera la stampa un altro operatore dello stesso ente."
	}
	return "Il cittadino non ha e-mail: il " + codeName(b.Kind) + " si consegna solo su carta."
}

// postBooking books. Sent again, it gives the answer of the first time; when somebody was faster, the choice is to be made again.
func (s *Server) postBooking(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	number, err := s.Desk.Book(r.Context(), whoOf(r), id)
	switch {
	case errors.Is(err, desk.ErrOvertaken):
		return redirect(bookingPath + "/" + id)
	case errors.Is(err, desk.ErrIncomplete):
		return redirect(bookingPath + "/" + id + "/delega") // which goes back further where more is missing
	case err != nil:
		return err
	}
	return redirect(printPath(number))
}
