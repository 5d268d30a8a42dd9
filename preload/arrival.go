package preload

import (
	"slices"
	"time"

	"sportello/credential"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

// arrivals are those of the list who are not there yet.
func (p *Preload) arrivals(tx *store.Tx, x *store.Import, list []*candidate, in map[person.TaxCode]store.Known) ([]store.Preloaded, error) {
	var coming []*candidate
	for _, c := range list {
		if _, there := in[c.person.TaxCode]; !there && c.comes() {
			coming = append(coming, c)
		}
	}
	numbers, err := p.numbers(tx, len(coming))
	if err != nil {
		return nil, err
	}
	arrivals := make([]store.Preloaded, len(coming))
	for i, c := range coming {
		if arrivals[i], err = p.arrival(tx, x, c, numbers[i]); err != nil {
			return nil, err
		}
	}
	return arrivals, nil
}

// numbers draws some that nobody has.
func (p *Preload) numbers(tx *store.Tx, n int) (numbers []registration.Number, err error) {
	for len(numbers) < n {
		more, err := registration.DrawNumbers(p.Rand, n-len(numbers))
		if err != nil {
			return nil, err
		}
		taken, err := tx.NumbersTaken(more)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, slices.DeleteFunc(more, func(x registration.Number) bool { return slices.Contains(taken, x) || slices.Contains(numbers, x) })...)
	}
	return numbers, nil
}

// arrival makes what a weak desk makes of somebody (mission S1): riscontrato, with the operation in progress. Its desk has ended, and
// there is no code yet: Rigenera codice gives the first one, to who has a PIN; Riscontro forte a new PIN and code. Who was only registrato has
// no operation: one is booked at a desk.
func (p *Preload) arrival(tx *store.Tx, x *store.Import, c *candidate, number registration.Number) (store.Preloaded, error) {
	var ids [3]string
	for i := range ids {
		var err error
		if ids[i], err = tx.NewID(); err != nil {
			return store.Preloaded{}, err
		}
	}
	c.person.ID = person.ID(ids[0])
	reg := &registration.Registration{ID: ids[1], Number: number, Person: c.person.ID, Realm: x.Realm, Community: c.community.ID,
		State: registration.Registered, Strong: c.strong, CreatedAt: tx.Now, PINHeld: c.pinHeld, DeskNote: c.note}
	a := store.Preloaded{Person: &store.Person{Person: c.person, Realm: x.Realm}, Registration: reg}
	if c.state == registration.Registered {
		return a, nil
	}
	op := &registration.Operation{ID: ids[2], Kind: registration.Verification, BookedAt: tx.Now, Operator: x.Operator, Ente: x.Ente, Disagreement: c.disagreement(), ConcludedAt: tx.Now}
	if c.strong {
		reg.State, op.Kind, op.Entitled, op.Checks = registration.Verified, registration.StrongVerification, true, deVisu
	}
	if _, err := reg.Book(op, nil); err != nil {
		return store.Preloaded{}, err
	}
	reg.VerifiedAt, reg.VerifiedBy, a.Operation = p.verifiedAt(tx, c), x.Ente, op
	if c.pinHash != "" {
		a.Handover = &credential.Handover{Operation: op.ID, PIN: c.pinHash}
	}
	return a, nil
}

// deVisu is what the ente of an old strong registration answers for: it did the riscontro de visu itself (001 §4.2.1 Caso 3, mission S2).
var deVisu = registration.Checks{Document: true, HealthCard: true, InPerson: true}

// verifiedAt is the moment of the riscontro: noon of the day that the list says.
func (p *Preload) verifiedAt(tx *store.Tx, c *candidate) time.Time {
	if c.verified == "" {
		return tx.Now
	}
	y, m, d := c.verified.Time().Date()
	return time.Date(y, m, d, 12, 0, 0, 0, p.Zone).UTC()
}

// disagreement is the reason for a tax code that does not match: the desk had none to give.
func (c *candidate) disagreement() string {
	if slices.ContainsFunc(c.remarks, func(r store.ImportRemark) bool { return r.Code == taxDisagrees }) {
		return "dati di un elenco importato"
	}
	return ""
}
