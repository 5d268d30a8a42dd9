package faults_test

import (
	"errors"
	random "math/rand/v2"
	"time"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/person"
	"sportello/registration"
	"sportello/store"
)

var everything = registration.Checks{Document: true, HealthCard: true, InPerson: true, PrivacyNotice: true, ResidenceProof: true, CopiesArchived: true}

// at is operator i at work, asking from somewhere.
func (p *walker) at(i int, from audit.Origin) desk.Who {
	c := staff[i]
	who := desk.Who{Acting: office.Acting{Operator: *c.operator(i), Post: office.Post{Ente: c.ente, Role: c.role}, FreshAt: p.clock(), FreshFor: time.Hour}, Origin: from}
	for _, e := range walkEnti {
		if e.ID == c.ente {
			who.Ente = e
		}
	}
	return who
}

// serve is one turn of operator i.
func (p *walker) serve(i int) {
	if open := p.open(i); len(open) > 0 && chance(70) {
		p.tend(i, open[random.IntN(len(open))])
		return
	}
	x := random.IntN(p.People)
	var n registration.Number
	err := p.act(audit.Search, func(from audit.Origin) (err error) {
		n, err = p.Desk.Find(p.Context(), p.at(i, from), string(p.known[x].TaxCode))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNotFound), chance(3):
		p.register(i, x)
	case err == nil:
		gestures[random.IntN(len(gestures))](p, i, x, n)
	}
}

// gestures are what an operator may do with somebody who is registered; some do what they may not.
var gestures = []func(p *walker, i, x int, n registration.Number){
	(*walker).book, (*walker).book, (*walker).book, (*walker).renew, (*walker).edit, (*walker).amend, (*walker).read, (*walker).takeBack,
}

// open are the registrations whose papers operator i has not ended with.
func (p *walker) open(i int) (list []registration.Number) {
	p.see(func(tx *store.Tx) error {
		booked, err := tx.OpenDesk(operatorName(i))
		renewed, failed := tx.OpenRenewals(operatorName(i))
		for _, op := range append(booked, renewed...) {
			if r, err := tx.Registration(op.Registration); err == nil {
				list = append(list, r.Number)
			}
		}
		return errors.Join(err, failed)
	})
	return list
}

// tend prints what is asked for, and ends.
func (p *walker) tend(i int, n registration.Number) {
	ctx := p.Context()
	if chance(15) {
		p.takeBack(i, 0, n)
		return
	}
	if r, err := p.Desk.Renewed(ctx, p.at(i, audit.Origin{}), n); err == nil && r.By == operatorName(i) && r.Open {
		if chance(70) {
			_ = p.act(audit.PrintPaper, func(from audit.Origin) error {
				_, err := p.Desk.PrintRenewed(ctx, p.at(i, from), n, "richiesta")
				return err
			})
		}
		_ = p.act(audit.ConcludeDesk, func(from audit.Origin) error { return p.Desk.ConcludeRenewal(ctx, p.at(i, from), n) })
		return
	}
	f, err := p.Desk.Papers(ctx, p.at(i, audit.Origin{}), n)
	if err != nil {
		return // somebody else's since
	}
	papers := f.Unprinted
	if chance(20) {
		papers = append(papers, registration.CodeLetter, registration.TermsOnPaper)
	}
	for _, paper := range papers {
		_ = p.act(audit.PrintPaper, func(from audit.Origin) error {
			_, err := p.Desk.Print(ctx, p.at(i, from), desk.Printing{Number: n, Paper: paper, Reason: "richiesta"})
			return err
		})
	}
	_ = p.act(audit.ConcludeDesk, func(from audit.Origin) error { return p.Desk.Conclude(ctx, p.at(i, from), n) })
}

// register registers a person who may have been registered meanwhile; some send the form from two tabs at once.
func (p *walker) register(i, x int) {
	ctx, citizen := p.Context(), p.known[x]
	var id string
	err := p.act(audit.LookUp, func(from audit.Origin) (err error) {
		id, err = p.Desk.Look(ctx, p.at(i, from), desk.Query{TaxCode: string(citizen.TaxCode), Province: citizen.Residence.Province, Comune: citizen.Residence.Comune})
		return err
	})
	if err != nil {
		return
	}
	draft, err := p.Desk.Draft(ctx, p.at(i, audit.Origin{}), id)
	if err != nil {
		return // swept after days
	}
	entered := citizen.Person
	entered.Domicile, entered.Contacts = person.Domicile{}, person.Contacts{Email: mailOf(citizen)}
	if chance(30) {
		entered.Contacts = person.Contacts{NoEmail: true}
	}
	entered.Document = person.Document{Kind: person.Passport, Number: "YA1234567", IssuedOn: "2021-05-04", ExpiresOn: "2031-05-03", Issuer: "Questura di Torino"}
	if p.Desk.Keep(ctx, draft, nil, &desk.Entry{Community: realm, Person: entered, Checks: everything, Delegation: p.delegation(x)}) != nil {
		return
	}
	p.once(audit.RegisterCitizen, func(from audit.Origin) (registration.Number, error) { return p.Desk.Register(ctx, p.at(i, from), id) }, i, x)
}

// once sends a form, sometimes from two tabs, and puts what was handed over into the citizen's pocket.
func (p *walker) once(deed audit.Deed, send func(audit.Origin) (registration.Number, error), i, x int) {
	if chance(10) {
		p.atOnce(2, func() {
			_ = p.act("", func(from audit.Origin) error { _, err := send(from); return err })
		})
		return
	}
	var n registration.Number
	var act string
	if p.act(deed, func(from audit.Origin) (err error) {
		act = from.Request
		n, err = send(from)
		return err
	}) == nil {
		p.hand(i, x, n, act)
	}
}

// hand reads the secrets that operator i has just handed over, unless the desk was over before.
func (p *walker) hand(i, x int, n registration.Number, act string) {
	e := envelope{Act: act, Person: x}
	p.see(func(tx *store.Tx) error {
		r, err := tx.RegistrationByNumber(n)
		if err != nil {
			return nil // revoked already
		}
		op, err := tx.PendingOperation(r.ID)
		if err != nil {
			return nil
		}
		h, err := tx.Handover(op.ID)
		if err != nil {
			return err
		}
		mine := op.Operator == operatorName(i) && h.RenewedAt.IsZero() || h.RenewedBy == operatorName(i)
		if !mine {
			return nil
		}
		e.Operation, e.Kind = op.ID, op.Kind
		pin, failed := p.unsealed("handover/"+op.ID+"/pin", h.SealedPIN)
		e.PIN = pin
		e.Code, err = p.unsealed("handover/"+op.ID+"/code", h.SealedCode)
		return errors.Join(err, failed)
	})
	if e.PIN == "" {
		e.PIN = p.pinOf(e)
	}
	if e.Operation != "" {
		p.write(step{Envelope: &e})
	}
}

func (p *walker) unsealed(context string, blob []byte) (string, error) {
	if blob == nil {
		return "", nil
	}
	plain, err := p.keys.Open(context, blob)
	return string(plain), err
}

// pinOf is the PIN that the person got with an earlier code of the same operation.
func (p *walker) pinOf(e envelope) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, had := range p.pockets[e.Person] {
		if had.Operation == e.Operation && had.PIN != "" {
			return had.PIN
		}
	}
	return ""
}

// delegation is somebody who came for the person, sometimes.
func (p *walker) delegation(x int) *registration.Delegation {
	if !chance(20) {
		return nil
	}
	other := p.known[random.IntN(p.People)]
	g := &registration.Delegation{Kind: registration.Mandate, Surname: other.Surname, Name: other.Name, TaxCode: other.TaxCode, BirthDate: other.BirthDate, Sex: other.Sex,
		Document: person.Document{Kind: person.Passport, Number: "YA7654321", IssuedOn: "2021-05-04", ExpiresOn: "2031-05-03", Issuer: "Questura di Torino"},
		Evidence: registration.Evidence{FormKept: true, DocumentSeen: true, CitizenCopy: true, ActSeen: true}, Reason: "ammesso"}
	if chance(50) {
		g.Kind, g.Capacity, g.Appointment = registration.Declaration, registration.Guardian, registration.Appointment{Court: "Tribunale di Torino", Number: "12/2024", On: "2024-03-01"}
	}
	return g
}

// book goes through the steps of Prenota.
func (p *walker) book(i, x int, n registration.Number) {
	ctx := p.Context()
	var b desk.Booking
	err := p.act(audit.OpenDetail, func(from audit.Origin) (err error) {
		b, err = p.Desk.BeginBooking(ctx, p.at(i, from), n)
		return err
	})
	if err != nil || b.ID == "" || len(b.Options) == 0 {
		return
	}
	none := p.at(i, audit.Origin{})
	if b, err = p.Desk.Booking(ctx, none, b.ID); err != nil {
		return
	}
	kind := b.Options[random.IntN(len(b.Options))].Rule.Kind
	if kind == registration.Revocation && chance(50) {
		kind = b.Options[0].Rule.Kind
	}
	if p.Desk.Choose(ctx, b, kind) != nil {
		return
	}
	if b, err = p.Desk.Booking(ctx, none, b.ID); err != nil {
		return
	}
	if p.Desk.KeepVisit(ctx, b, nil, &desk.Visit{Checks: everything, Delegation: p.delegation(x)}) != nil {
		return
	}
	p.once(audit.BookOperation, func(from audit.Origin) (registration.Number, error) { return p.Desk.Book(ctx, p.at(i, from), b.ID) }, i, x)
}

// takeBack cancels, or lets somebody go whose printer is broken. The reason is the act's id.
func (p *walker) takeBack(i, _ int, n registration.Number) {
	ctx := p.Context()
	switch random.IntN(4) {
	case 0:
		_ = p.act(audit.ReleaseGate, func(from audit.Origin) error { return p.Desk.Release(ctx, p.at(i, from), n, from.Request) })
	case 1:
		_ = p.act(audit.ReleaseGate, func(from audit.Origin) error {
			return p.Desk.ReleaseRenewal(ctx, p.at(i, from), n, from.Request)
		})
	default:
		_ = p.act(audit.CancelBooking, func(from audit.Origin) error { return p.Desk.Cancel(ctx, p.at(i, from), n, from.Request) })
	}
}

// renew makes a new code.
func (p *walker) renew(i, x int, n registration.Number) {
	var id string
	if p.act(audit.OpenDetail, func(from audit.Origin) (err error) {
		id, err = p.Desk.BeginRenewal(p.Context(), p.at(i, from), n)
		return err
	}) != nil {
		return
	}
	p.once(audit.RegenerateCode, func(from audit.Origin) (registration.Number, error) {
		return n, p.Desk.Renew(p.Context(), p.at(i, from), id, everything)
	}, i, x)
}

// edit changes data, or moves the residence: the address becomes the act's id.
func (p *walker) edit(i, _ int, n registration.Number) {
	ctx, deed := p.Context(), audit.EditPerson
	if chance(40) {
		deed = audit.MoveResidence
	}
	var id string
	if p.act(audit.OpenDetail, func(from audit.Origin) (err error) {
		id, err = p.Desk.BeginEdit(ctx, p.at(i, from), desk.Edit{Deed: deed, Number: n})
		return err
	}) != nil {
		return
	}
	_ = p.act(deed, func(from audit.Origin) error {
		e, err := p.Desk.OpenEdit(ctx, p.at(i, from), id)
		if err != nil {
			return err
		}
		entry := desk.Entry{Community: e.Community, Person: e.Shown, Note: e.Note, Checks: everything}
		entry.Person.Residence.Address = from.Request
		if deed == audit.EditPerson && chance(20) {
			entry.Person.Contacts = person.Contacts{Email: from.Request + "@posta.example"}
		}
		if err := p.Desk.KeepEdit(ctx, e, nil, &entry); err != nil {
			return err
		}
		_, err = p.Desk.Edit(ctx, p.at(i, from), id)
		return err
	})
}

// amend corrects the delegate of the operation in progress: who issued the document is the act's id.
func (p *walker) amend(i, _ int, n registration.Number) {
	ctx := p.Context()
	var id string
	if p.act(audit.OpenDetail, func(from audit.Origin) (err error) {
		id, err = p.Desk.BeginAmendment(ctx, p.at(i, from), n)
		return err
	}) != nil {
		return
	}
	_ = p.act(audit.EditDelegation, func(from audit.Origin) error {
		a, err := p.Desk.Amendment(ctx, p.at(i, from), id)
		if err != nil {
			return err
		}
		if a.Operation == "" || a.File.Operation == nil || a.File.Operation.Delegation == nil {
			return desk.ErrChanged
		}
		g := *a.File.Operation.Delegation
		g.Document.Issuer = from.Request
		if err := p.Desk.KeepAmendment(ctx, a, nil, &g); err != nil {
			return err
		}
		return p.Desk.Amend(ctx, p.at(i, from), id)
	})
}

// read changes nothing.
func (p *walker) read(i, _ int, n registration.Number) {
	ctx := p.Context()
	if chance(50) {
		_ = p.act(audit.OpenDetail, func(from audit.Origin) error { _, err := p.Desk.Detail(ctx, p.at(i, from), n); return err })
	}
	_ = p.act(audit.TellUsername, func(from audit.Origin) error {
		_, err := p.Desk.TellUsername(ctx, p.at(i, from), n, everything)
		return err
	})
	_ = p.act(audit.RevealCode, func(from audit.Origin) error { _, err := p.Desk.Reveal(ctx, p.at(i, from), n, "richiesta"); return err })
}
