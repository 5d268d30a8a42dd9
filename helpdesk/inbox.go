package helpdesk

import (
	"context"

	"sportello/audit"
	"sportello/desk"
	"sportello/office"
	"sportello/registration"
	"sportello/request"
	"sportello/store"
)

// A Filter is what a clerk asks of the inbox; the zero value is everything that waits, the most urgent first.
type Filter struct {
	State   request.State
	Kind    request.Kind
	Mine    bool // that the clerk has, or had, in charge
	Overdue bool
	Ended   bool // the decided ones, the newest first
	Number  registration.Number
	Page    int // from 0
}

// A Line is a request in the inbox.
type Line struct {
	*request.Request
	Citizen string              // name of whose it is, "" if that is not known
	Number  registration.Number // of theirs
	Clerk   string              // who has it in charge
}

// An Inbox is a page of requests, and how much there is to do.
type Inbox struct {
	Lines               []Line
	More                bool // there is another page
	Open, Overdue, Mine int
	Intakes             []Intake // where requests come in by themselves
}

// An Intake is where requests come in by themselves, and since when it cannot be read.
type Intake = store.Intake

// PageLines is how many requests a page of the inbox shows.
const PageLines = 50

// Inbox reads a page of the requests that the operator may decide. Reading it is an act: it shows people. Errors: office.ErrForbidden, store.ErrNotFound.
func (h *Helpdesk) Inbox(ctx context.Context, who desk.Who, f Filter) (x Inbox, err error) {
	err = h.Store.Act(ctx, record(who, audit.ReadWorkList), func(tx *store.Tx) error {
		if err := who.May(office.HandleRequests, tx.Now); err != nil {
			return err
		}
		tx.Record.Detail = map[string]string{"lista": "istanze"}
		q := store.RequestFilter{Realm: who.Ente.Realm, Ente: who.Ente.ID}
		if err := x.count(tx, q, who); err != nil {
			return err
		}
		if x.Intakes, err = tx.Intakes(); err != nil {
			return err
		}
		if q, err = h.asked(tx, q, who, f); err != nil {
			return err
		}
		list, err := tx.Requests(q)
		if err != nil {
			return err
		}
		if x.More = len(list) > PageLines; x.More {
			list = list[:PageLines]
		}
		x.Lines, err = h.lines(tx, list)
		return err
	})
	return x, err
}

func (x *Inbox) count(tx *store.Tx, q store.RequestFilter, who desk.Who) (err error) {
	if x.Open, err = tx.CountRequests(q); err != nil {
		return err
	}
	late, mine := q, q
	late.Before, mine.TakenBy = tx.Now, who.Operator.ID
	if x.Overdue, err = tx.CountRequests(late); err != nil {
		return err
	}
	x.Mine, err = tx.CountRequests(mine)
	return err
}

// asked is the store's filter for a clerk's.
func (h *Helpdesk) asked(tx *store.Tx, q store.RequestFilter, who desk.Who, f Filter) (store.RequestFilter, error) {
	q.State, q.Kind, q.Ended, q.Skip, q.Limit = f.State, f.Kind, f.Ended || f.State.Ended(), f.Page*PageLines, PageLines+1
	if f.Mine {
		q.TakenBy = who.Operator.ID
	}
	if f.Overdue && !q.Ended {
		q.Before = tx.Now
	}
	if f.Number == "" {
		return q, nil
	}
	reg, err := tx.RegistrationByNumber(f.Number)
	if err != nil || reg.Realm != who.Ente.Realm {
		return q, store.ErrNotFound
	}
	q.Registration = reg.ID
	return q, nil
}

// lines gives requests the names of their people and clerks.
func (h *Helpdesk) lines(tx *store.Tx, list []*request.Request) (lines []Line, err error) {
	clerks := map[string]string{"": ""}
	for _, r := range list {
		l := Line{Request: r}
		if r.Registration != "" {
			if l.Citizen, l.Number, err = nameOf(tx, r.Registration); err != nil {
				return nil, err
			}
		}
		if _, known := clerks[r.TakenBy]; !known {
			clerks[r.TakenBy] = clerk(tx, r.TakenBy)
		}
		l.Clerk = clerks[r.TakenBy]
		lines = append(lines, l)
	}
	return lines, nil
}

func nameOf(tx *store.Tx, registrationID string) (string, registration.Number, error) {
	reg, err := tx.Registration(registrationID)
	if err != nil {
		return "", "", err
	}
	p, err := tx.Person(reg.Person)
	if err != nil {
		return "", "", err
	}
	return p.Surname + " " + p.Name, reg.Number, nil
}

// clerk is an operator's full name, "" for one who is not there.
func clerk(tx *store.Tx, id string) string {
	o, err := tx.Operator(id)
	if err != nil {
		return ""
	}
	return o.FullName()
}

// A Case is one request with all that a clerk needs to decide it.
type Case struct {
	*request.Request
	File     *desk.File // whose it is, nil if that is not known
	Notes    []Note
	Evidence []request.Evidence
	Clerk    string              // who has it in charge
	Proposer string              // who would grant it
	Mine     bool                // the reader has it in charge
	Own      bool                // it is about the reader, who may not decide it
	FourEyes bool                // a second clerk must confirm
	Agrees   []request.Agreement // of a mail: which stored data stand in it
	Asked    *Application        // of a request to an ente
}

// A Note is a note with the name of who wrote it.
type Note struct {
	request.Note
	Author string
}

// Case reads one request. Reading it is recorded. Errors: office.ErrForbidden, store.ErrNotFound.
func (h *Helpdesk) Case(ctx context.Context, who desk.Who, id string) (c Case, err error) {
	err = h.Store.Act(ctx, record(who, audit.OpenDetail), func(tx *store.Tx) error {
		c, err = h.openCase(tx, who, id)
		return err
	})
	return c, err
}

func (h *Helpdesk) openCase(tx *store.Tx, who desk.Who, id string) (c Case, err error) {
	if c.Request, err = h.open(tx, who, id); err != nil {
		return c, err
	}
	if c.Registration != "" {
		f, err := h.Desk.FileOf(tx, c.Registration)
		if err != nil {
			return c, err
		}
		c.File, c.Own = &f, who.MayServe(f.Person.TaxCode) != nil
		if c.Kind == request.Email {
			c.Agrees = request.Compare(c.Content, f.Person)
		}
	}
	c.Clerk, c.Proposer, c.Mine = clerk(tx, c.TakenBy), clerk(tx, c.ProposedBy), c.Held(who.Operator.ID) == nil
	c.FourEyes = h.needsSecond(c.Request)
	if c.Asked, err = h.application(tx, &c); err != nil {
		return c, err
	}
	if c.Evidence, err = tx.Evidence(id); err != nil {
		return c, err
	}
	notes, err := tx.Notes(id)
	for _, n := range notes {
		c.Notes = append(c.Notes, Note{n, clerk(tx, n.By)})
	}
	return c, err
}

// open reads a request that the operator may see, and completes the record. Errors: office.ErrForbidden, store.ErrNotFound.
func (h *Helpdesk) open(tx *store.Tx, who desk.Who, id string) (*request.Request, error) {
	if err := who.May(office.HandleRequests, tx.Now); err != nil {
		return nil, err
	}
	r, err := tx.Request(id)
	if err != nil {
		return nil, err
	}
	if r.Realm != who.Ente.Realm || r.Ente != "" && r.Ente != who.Ente.ID {
		return nil, store.ErrNotFound
	}
	tx.Record.Detail = map[string]string{"istanza": r.ID, "tipo": string(r.Kind), "problema": string(r.Problem)}
	if r.Registration != "" {
		tx.Record.Registration = r.Registration
	}
	return r, nil
}

// record begins the audit record of an act by an operator.
func record(who desk.Who, d audit.Deed) audit.Record {
	r := who.Origin.Begin(d, audit.ByOperator, who.Operator.ID)
	r.Ente = who.Ente.ID
	return r
}
