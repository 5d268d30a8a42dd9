package web

import (
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
	return cancelReason.field()
}

// HasTerms tells whether the Regolamento on paper belongs to the operation.
func (p printPage) HasTerms() bool { return p.Operation.Kind != registration.Revocation }
