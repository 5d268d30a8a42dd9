package helpdesk

import (
	"context"
	"errors"
	"slices"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// A Call is a request that a clerk writes down.
type Call struct {
	Form    string // id of the form, so that one that is sent twice makes one request
	Kind    request.Kind
	Problem request.Problem
	Number  registration.Number // whose it is, "" if they are not registered
	Content request.Content
}

// ErrProblem is the refusal of a problem that does not come that way.
var ErrProblem = errors.New("not a problem of this kind of request")

// NewForm draws the id of a form to write a request down.
func (h *Helpdesk) NewForm() (string, error) { return h.Store.NewID() }

// Receive keeps a request that a clerk writes down, taken in charge by the clerk, and gives its id. The same form gives the same id.
// Errors: office.ErrForbidden, office.ErrSelf, ErrProblem, store.ErrNotFound.
func (h *Helpdesk) Receive(ctx context.Context, who desk.Who, c Call) (id string, err error) {
	err = h.Store.Act(ctx, record(who, audit.ReceiveRequest), func(tx *store.Tx) error {
		if err := who.May(office.HandleRequests, tx.Now); err != nil {
			return err
		}
		r := &request.Request{Realm: who.Ente.Realm, Community: who.Ente.Community, Kind: c.Kind, Problem: c.Problem, Source: "modulo/" + c.Form, Content: c.Content}
		if again, err := tx.RequestOfSource(r.Realm, r.Source); err == nil {
			id, tx.Record.Detail = again.ID, map[string]string{"istanza": again.ID, "modulo": "già inviato"}
			return nil
		}
		id, err = h.receive(tx, who, r, c.Number)
		return err
	})
	if err == nil {
		h.MailQueued()
	}
	return id, err
}

func (h *Helpdesk) receive(tx *store.Tx, who desk.Who, r *request.Request, n registration.Number) (string, error) {
	if !comes(r.Problem, r.Kind) {
		return "", ErrProblem
	}
	if err := tx.AddRequest(r); err != nil {
		return "", err
	}
	tx.Record.Detail = map[string]string{"istanza": r.ID, "tipo": string(r.Kind), "problema": string(r.Problem)}
	if n != "" {
		if err := h.match(tx, who, r, n); err != nil {
			return "", err
		}
	}
	if err := r.Take(who.Operator.ID, tx.Now); err != nil {
		return "", err
	}
	return r.ID, tx.SaveRequest(r)
}

// byHand are the ways of which a clerk writes down what has come.
var byHand = []request.Kind{request.Phone, request.RegisteredLetter}

func comes(p request.Problem, k request.Kind) bool {
	return slices.Contains(byHand, k) && slices.Contains(request.Problems(k), p)
}

// match says whose a request is. A proposed one stays whose it was.
func (h *Helpdesk) match(tx *store.Tx, who desk.Who, r *request.Request, n registration.Number) error {
	reg, err := tx.RegistrationByNumber(n)
	if err != nil || reg.Realm != r.Realm {
		return errors.Join(store.ErrNotFound, err)
	}
	f, err := h.Desk.FileOf(tx, reg.ID)
	if err != nil {
		return err
	}
	if err := who.MayServe(f.Person.TaxCode); err != nil {
		return err
	}
	r.Registration, r.Community = reg.ID, reg.Community
	return h.announce(tx, r, f)
}
