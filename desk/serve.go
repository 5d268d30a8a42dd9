package desk

import (
	"context"
	"errors"

	"sportello/audit"
	"sportello/office"
	"sportello/registration"
	"sportello/store"
)

// A service is what an operator may do for a citizen who is registered: with which permission, in which states, and whether the
// citizen must live where the ente is competent (G10).
type service struct {
	needs  office.Permission
	admits func(*registration.Registration) error
	within bool
}

var services = map[audit.Deed]service{
	audit.EditPerson:    {office.EditPeople, editable, true},
	audit.MoveResidence: {office.MovePeople, editable, false},
	audit.TellUsername:  {office.TellUsername, active, true},
	audit.ChangeTaxCode: {office.ChangeTaxCode, editable, true},

	audit.EditDelegation: {office.BookOperation, live, true},
	audit.RegenerateCode: {office.BookOperation, live, true},
}

func editable(r *registration.Registration) error { return r.Allows(registration.Edit, nil) }

// live leaves the rest to what is in progress: see registration.Registration.Allows.
func live(r *registration.Registration) error {
	if r.State == registration.Rejected {
		return registration.ErrNotAllowed
	}
	return nil
}

func active(r *registration.Registration) error {
	if r.State != registration.Active {
		return registration.ErrNotAllowed
	}
	return nil
}

// served is whom a service is for.
type served struct {
	reg    *registration.Registration
	person *store.Person
}

// serve reads the citizen of a service, or refuses; the record says who it was.
func (d *Desk) serve(tx *store.Tx, who Who, deed audit.Deed, n registration.Number) (s served, err error) {
	return d.serveFor(tx, who, services[deed], n)
}

func (d *Desk) serveFor(tx *store.Tx, who Who, x service, n registration.Number) (s served, err error) {
	if err := who.May(x.needs, tx.Now); err != nil {
		return s, err
	}
	if s.reg, err = tx.RegistrationByNumber(n); err != nil {
		return s, err
	}
	if s.reg.Realm != who.Ente.Realm {
		return s, store.ErrNotFound
	}
	if s.person, err = tx.Person(s.reg.Person); err != nil {
		return s, err
	}
	tx.Record.Registration, tx.Record.PersonMAC = s.reg.ID, tx.PersonMAC(s.person.TaxCode)
	err = errors.Join(stranger(tx, who, s), x.admits(s.reg))
	if x.within {
		err = errors.Join(err, who.MayPlace(s.person.Residence.Province, s.person.Residence.Comune))
	}
	return s, err
}

// stranger refuses the citizen, and who collects the operation in progress for them (mission S11).
func stranger(tx *store.Tx, who Who, s served) error {
	pending, err := tx.PendingOperation(s.reg.ID)
	if errors.Is(err, store.ErrNotFound) {
		pending, err = nil, nil
	}
	return errors.Join(err, who.MayServe(s.person.TaxCode), notDelegate(who, pending))
}

// Serve reads a registration for a service, with its refusals, before anything is done. Reading a person is recorded.
// Errors: office.ErrForbidden, store.ErrNotFound, office.ErrSelf, registration.ErrNotAllowed, office.ErrCompetence.
func (d *Desk) Serve(ctx context.Context, who Who, deed audit.Deed, n registration.Number) (f File, err error) {
	record := who.record(audit.OpenDetail)
	record.Detail = map[string]string{"per": string(deed)}
	err = d.Store.Act(ctx, record, func(tx *store.Tx) error {
		s, err := d.serve(tx, who, deed, n)
		if err != nil {
			return err
		}
		f, err = d.file(tx, s.reg.ID)
		return err
	})
	return f, err
}

// ErrNoUsername is the refusal to tell a username that there is not.
var ErrNoUsername = errors.New("the registration has no username")

// TellUsername gives the username to say aloud to a citizen who was identified (001 §5.7.1): it is never mailed, and the record does not hold it.
// Errors: those of Serve, ErrIncomplete when a check of the desk is missing, ErrNoUsername.
func (d *Desk) TellUsername(ctx context.Context, who Who, n registration.Number, checks registration.Checks) (username string, err error) {
	err = d.Store.Act(ctx, who.record(audit.TellUsername), func(tx *store.Tx) error {
		s, err := d.serve(tx, who, audit.TellUsername, n)
		if err != nil {
			return err
		}
		if !checks.Document || !checks.HealthCard || !checks.InPerson {
			return ErrIncomplete
		}
		tx.Record.Detail = map[string]string{"controlli": "documento, tessera sanitaria, de visu"}
		c, err := tx.Credentials(s.reg.ID)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.Username == "" {
			return ErrNoUsername
		}
		if err != nil {
			return err
		}
		username = c.Username
		return nil
	})
	return username, err
}
